"""Guest list of one gathering: who came at which level, who stayed away, what they weigh."""

from __future__ import annotations

from typing import Any

import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import UnknownName
from multipolar.core.states import list_states
from multipolar.measures._visit_weights import RANKS
from multipolar.measures._weights import status_weights
from multipolar.store import Store

ANSWERS = {
    "leader": "came, head of state or government",
    "level_unknown": "came, level not recorded",
    "lower_level": "came at a lower level",
    "stayed_away": "named, did not come",
    "not_invited": "not invited",
    "not_named": "not named in the record",
}
"""Answers to an invitation, in the order in which a state's several rows decide."""
CAME = ("leader", "level_unknown", "lower_level")
WEIGHT = Choice(
    name="weight",
    options=("equal", "population", "gdp_mer", "gdp_ppp", "un_scale", "cinc"),
    kind="N",
    why="a guest can count as one state, as its people, as its output or by its means",
    labels={
        "equal": "states",
        "population": "people",
        "gdp_mer": "output at market rates",
        "gdp_ppp": "output at purchasing power",
        "un_scale": "UN budget",
        "cinc": "material capabilities",
    },
)
SCHEMA = {
    "state": pl.String,
    "answer": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}
_LEADER = 3
_UNKNOWN_LEVEL = ("delegation", "observer")


def compute(store: Store, *, weight: str = "equal", gathering: str = "vd_2025") -> pl.DataFrame:
    """Answer of every state to one gathering, and its share of the world's weight.

    Parameters
    ----------
    store : Store
    weight : str
        Choice of the measure.
    gathering : str
        A gathering of the record (``brics_2024``, ``buergenstock_2024``); ``vd_2025`` is the
        Victory Day parade in Moscow of that year.

    Returns
    -------
    frame, one row per (state, answer, measure)
        ``answer``: ``leader``, ``lower_level`` or ``level_unknown`` came; ``stayed_away`` is named
        and did not come; ``not_invited``; ``not_named``: the record does not say. ``weight`` in
        [0, 1]: share of the world's known weight without the host's, null where not known. With
        an empty state, per answer: ``states`` (a count) and ``share`` in [0, 1] of the weight;
        ``reason`` names those without a weight. ``announced`` and ``invited`` are the totals of
        the record, which may count more than it names.

    Raises
    ------
    UnknownName
        No such gathering.

    Notes
    -----
    Not being named is no refusal: invitations are rarely published. It does not measure why
    somebody came or stayed away.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("guest_list", gathering="vd_2025", weight="population")
    >>> came = frame.filter((frame["answer"] == "leader") & (frame["measure"] == "states"))
    >>> came["value"].item() > 20
    True
    """
    event = read_event(store, gathering)
    answers, institutions = _answers(event)
    found = status_weights(store, weight, states=sorted(answers), year=event["date"].year - 1)
    shares = dict(found.frame.select("state", "weight").iter_rows())
    rows: list[tuple[Any, ...]] = [
        (s, a, "weight", shares[s], None, None, 1, "" if shares[s] is not None else "not known")
        for s, a in sorted(answers.items())
    ]
    for answer in ANSWERS:
        held = sorted(s for s, a in answers.items() if a == answer)
        silent = [s for s in held if shares[s] is None]
        why = f"without a weight: {', '.join(silent)}" if silent and answer != "not_named" else ""
        share = min(1.0, sum(shares[s] or 0.0 for s in held))
        rows.append(("", answer, "states", float(len(held)), None, None, len(held), ""))
        rows.append(("", answer, "share", share, None, None, len(held) - len(silent), why))
    rows += _totals(event, institutions)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def read_event(store: Store, gathering: str) -> dict[str, Any]:
    """Host, date, name, named guests and totals of a gathering.

    Raises
    ------
    UnknownName
        No such gathering.
    """
    listed = store.frame("gatherings").filter(pl.col("gathering") == gathering)
    if listed.is_empty() and gathering.startswith("vd_") and gathering[3:].isdigit():
        listed = (
            store.frame("visits_victory_day")
            .filter(pl.col("date").dt.year() == int(gathering[3:]))
            .with_columns(level=pl.col("role"), stance=pl.lit(""))
        )
    totals = store.frame("gathering_totals").filter(pl.col("gathering") == gathering)
    total = totals.row(0, named=True) if totals.height else {}
    if listed.is_empty() and (not total or total["host"] is None or not _counted(total)):
        raise UnknownName.among("gathering", gathering, _known(store))
    guests = listed.select("state", "level", "attended", "stance").rows(named=True)
    return {
        "name": total.get("event") or listed["event"][0],
        "date": total.get("date_start") or listed["date"][0],
        "host": total.get("host") or listed["host"][0],
        "invited": total.get("invited"),
        "count": total.get("count"),
        "count_unit": total.get("count_unit") or "",
        "guests": guests,
    }


def _counted(total: dict[str, Any]) -> bool:
    """Whether a gathering without named guests is known to have had none."""
    return total["invited"] == 0 or total["count"] == 0


def _known(store: Store) -> list[str]:
    named = store.frame("gatherings")["gathering"].unique().to_list()
    years = store.frame("visits_victory_day")["date"].dt.year().unique().to_list()
    return sorted({*named, "vd_2022", *(f"vd_{y}" for y in years)})


def _answers(event: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Answer of every state but the host, and the institutions that came."""
    day = event["date"]
    world = {s.code for s in list_states(on=day.year)} - {event["host"]}
    silent = "not_invited" if event["invited"] == 0 else "not_named"
    answers = dict.fromkeys(sorted(world), silent)
    order = list(ANSWERS)
    institutions = []
    for guest in event["guests"]:
        state, answer = guest["state"], _answer(guest)
        if state in answers:
            answers[state] = min(answers[state], answer, key=order.index)
        elif state != event["host"] and answer in CAME:
            institutions.append(state)
    return answers, sorted(set(institutions))


def _answer(guest: dict[str, Any]) -> str:
    level, stance = guest["level"] or "", guest["stance"] or ""
    if guest["attended"]:
        if level in _UNKNOWN_LEVEL:
            return "level_unknown"
        top = RANKS.get(level, 0) == _LEADER or level == "head_of_state_or_government"
        return "leader" if top else "lower_level"
    if stance == "not_invited":
        return "not_invited"
    return "stayed_away"


def _totals(event: dict[str, Any], institutions: list[str]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name, words in (("count", event["count_unit"]), ("invited", "")):
        if event[name] is not None:
            measure = "announced" if name == "count" else name
            rows.append(("", "", measure, float(event[name]), None, None, 1, words))
    if institutions:
        told = f"no states, and not counted: {', '.join(institutions)}"
        rows.append(("", "", "institutions", float(len(institutions)), None, None, 1, told))
    return rows


MEASURE = Measure(
    name="guest_list",
    title="Guest list of a gathering: who came at which level, who stayed away, by weight",
    unit="count of states; share of the world's weight",
    low="0: nobody with that answer",
    high="share 1: all the world but the host gave that answer",
    keys=("state", "answer"),
    tables=(
        "gatherings",
        "gathering_totals",
        "visits_victory_day",
        "attributes",
        "world_totals",
        "un_scale",
        "capabilities",
    ),
    choices=(WEIGHT,),
    compute=compute,
    meaning="Every state's answer to one invitation as far as the record names it; those it does "
    "not name are shown as not named, never as absent.",
    not_measured="Why somebody came or stayed away, and invitations nobody published.",
    reference="Project definition.",
)
