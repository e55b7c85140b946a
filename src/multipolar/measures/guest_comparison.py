"""Two gatherings compared by their guests under every weight; a winner only where all agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import MeasureError, NotIdentified, UnknownName
from multipolar.core.states import list_states
from multipolar.measures._poles import members_of
from multipolar.measures._ties import load_ties
from multipolar.measures._weights import status_weights
from multipolar.store import Store

SCHEMES = ("equal", "population", "gdp_mer", "un_scale", "contiguity", "independence")
INSTITUTION = Choice(
    name="institution",
    options=("left_out", "as_members"),
    kind="N",
    why="the president of the European Commission is no head of state, or speaks for its members",
    labels={
        "left_out": "an institution is no state",
        "as_members": "an institution stands for its member states",
    },
)
SCHEMA = {
    "scheme": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


def compute(
    store: Store,
    *,
    institution: str = "left_out",
    first: str = "kyiv_vdl_2023",
    second: str = "vd_2023",
) -> pl.DataFrame:
    """Compare the guests of two gatherings under every weight.

    Parameters
    ----------
    store : Store
    institution : str
        Choice of the measure.
    first, second : str
        Gatherings of the record (``buergenstock_2024``, ``brics_2024``; ``vd_2023`` is the Victory
        Day parade in Moscow of that year).

    Returns
    -------
    frame, one row per (scheme, measure)
        Schemes: ``equal``, ``population``, ``gdp_mer``, ``un_scale``: share of the world's weight
        among the named guests, in [0, 1]; ``contiguity``: share of the host's land neighbours that
        came; ``independence``: guests counted by how little of their trade is with the host.
        ``first`` and ``second`` are the values, ``ahead`` is 1 where the first is larger, -1 the
        second, 0 neither. The scheme ``all`` has a value only if every scheme agrees.

    Raises
    ------
    UnknownName
        No such gathering.

    Notes
    -----
    Named guests only, of every level: lists of some gatherings are incomplete, as their totals
    show, and ``guest_list`` tells leaders from ministers. It compares
    who came, not what was agreed, and a visit to a state at war is not a visit to a parade.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("guest_comparison", first="buergenstock_2024", second="brics_2024")
    >>> frame.filter((frame["scheme"] == "equal") & (frame["measure"] == "ahead"))["value"].item()
    1.0
    """
    lists = [_guests(store, name, institution) for name in (first, second)]
    rows: list[tuple[Any, ...]] = []
    ahead: dict[str, float] = {}
    for scheme in SCHEMES:
        values, why = [], ""
        for host, guests, year in lists:
            try:
                values.append(_value(store, scheme, host, guests, year))
            except MeasureError as error:
                values.append(float("nan"))
                why = error.message
        for name, value, (_, guests, _) in zip(("first", "second"), values, lists, strict=True):
            note = "" if np.isfinite(value) else why
            rows.append((scheme, name, value, None, None, len(guests), note))
        sign = float(np.sign(values[0] - values[1]))
        ahead[scheme] = sign
        total = len(lists[0][1]) + len(lists[1][1])
        rows.append((scheme, "ahead", sign, None, None, total, "" if np.isfinite(sign) else why))
    known = {s: a for s, a in ahead.items() if np.isfinite(a)}
    agreed = len(set(known.values())) == 1 and len(known) == len(SCHEMES)
    value = next(iter(known.values())) if agreed else float("nan")
    rows.append(("all", "ahead", value, None, None, len(known), "" if agreed else _parted(known)))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col("value").fill_nan(None))


def _parted(known: dict[str, float]) -> str:
    """Words for weights that do not agree."""
    sides = {1.0: "the first", -1.0: "the second", 0.0: "neither"}
    parts = [
        f"{words} by {', '.join(s for s, a in known.items() if a == sign)}"
        for sign, words in sides.items()
        if sign in known.values()
    ]
    return "no single answer: " + "; ".join(parts)


def _guests(store: Store, name: str, institution: str) -> tuple[str, tuple[str, ...], int]:
    """Host, named guests that came, and year of a gathering."""
    listed = store.frame("gatherings").filter(pl.col("gathering") == name)
    if listed.is_empty() and name.startswith("vd_") and name[3:].isdigit():
        listed = store.frame("visits_victory_day").filter(pl.col("date").dt.year() == int(name[3:]))
    if listed.is_empty():
        known = store.frame("gatherings")["gathering"].unique().sort().to_list()
        years = store.frame("visits_victory_day")["date"].dt.year().unique().sort().to_list()
        raise UnknownName.among("gathering", name, [*known, *(f"vd_{y}" for y in years)])
    host, day = listed["host"][0], listed["date"][0]
    came = set(listed.filter(pl.col("attended"))["state"]) - {host}
    if institution == "as_members" and "XEU" in came:
        came |= members_of(store, "EU", day)
    states = {s.code for s in list_states(on=day.year)}
    return host, tuple(sorted(came & states - {host})), day.year


def _value(store: Store, scheme: str, host: str, guests: tuple[str, ...], year: int) -> float:
    if scheme == "independence":
        return _independence(store, host, guests)
    everybody = sorted({s.code for s in list_states(on=year)} - {host})
    found = status_weights(store, scheme, states=everybody, year=year - 1, target=host)
    weights = dict(found.frame.select("state", "weight").iter_rows())
    return float(sum(weights.get(g) or 0.0 for g in guests))


def _independence(store: Store, host: str, guests: tuple[str, ...]) -> float:
    """Guests, each counting 1 less the share of its trade that is with the host."""
    ties, missing = load_ties(store, ["trade"])
    if "trade" not in ties:
        raise NotIdentified(f"trade: {missing['trade']}", hint="multipolar source list")
    trade = ties["trade"]
    matrix = np.nan_to_num(trade.matrix(max(trade.span[0], trade.span[1] - 4), trade.span[1]))
    place = {s: i for i, s in enumerate(trade.states)}
    total = 0.0
    for guest in guests:
        own = matrix[place[guest]].sum() if guest in place else 0.0
        if own > 0:
            total += 1 - float(matrix[place[guest], place[host]]) / own
    return total


MEASURE = Measure(
    name="guest_comparison",
    title="Guests of two gatherings, compared under every weight",
    unit="share of the world's weight; ahead 1, 0 or -1",
    low="0: no guest; ahead -1: the second gathering",
    high="1: all states came; ahead 1: the first gathering",
    keys=("scheme",),
    tables=(
        "gatherings",
        "visits_victory_day",
        "attributes",
        "un_scale",
        "contiguity",
        "trade_dyads",
    ),
    choices=(INSTITUTION,),
    compute=compute,
    meaning="Whose guests are more: by number, people, output, UN budget, neighbourhood and "
    "independence of the host. No weight is right, so a winner is named only where all agree.",
    not_measured="What a visit was for, what it cost the guest, and what was agreed.",
    reference="Project definition.",
)
