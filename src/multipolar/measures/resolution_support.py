"""How much of the world stood behind a resolution, by states, people or output."""

from __future__ import annotations

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import UnknownName
from multipolar.measures._rollcalls import ADD_RECORD
from multipolar.measures._votes import VoteRecord
from multipolar.measures._weights import status_weights
from multipolar.store import Store

VOTES = {1: "yes", 3: "no", 2: "abstain", 8: "absent"}
WEIGHT = Choice(
    name="weight",
    options=("equal", "population", "gdp_mer", "gdp_ppp", "un_scale"),
    kind="N",
    why="counting states, people, output or dues asks whose support matters",
    labels={
        "equal": "counting states",
        "population": "counting people",
        "gdp_mer": "counting output",
        "gdp_ppp": "counting output at purchasing power",
        "un_scale": "counting contributions to the UN",
    },
)
BASE = Choice(
    name="base",
    options=("members", "votes_cast", "yes_or_no"),
    kind="N",
    why="support can be a share of all members, of those who voted, or of those who chose a side, "
    "as the rules of the Assembly count",
    labels={
        "members": "of all members",
        "votes_cast": "of members that voted",
        "yes_or_no": "of members that voted yes or no",
    },
)
_COUNTED = {"members": (1, 2, 3, 8), "votes_cast": (1, 2, 3), "yes_or_no": (1, 3)}
TALLY = "tally_not_sample"


def compute(
    store: Store,
    *,
    weight: str = "equal",
    base: str = "members",
    resolution: str | None = None,
    target: str | None = None,
) -> pl.DataFrame:
    """Share of the world, under a weight, that voted each way on a resolution.

    Parameters
    ----------
    store : Store
    weight, base : str
        Choices of the measure. Weights are those of the year before the vote.
    resolution : str, optional
        UN symbol, ``A/RES/ES-11/1`` or ``ES-11/1``; every recorded vote without it.
    target : str, optional
        State whose neighbours or trade partners weigh, for the weights that need one.

    Returns
    -------
    frame, one row per (resolution, vote)
        ``vote`` is yes, no, abstain or absent. ``value`` in [0, 1]: 0 nobody, 1 everybody in the
        base; ``n_obs`` states that voted so. ``weight_missing`` in [0, 1] is the share of states
        in the base whose weight is unknown. There is no interval: it is a tally, not a sample.

    Raises
    ------
    UnknownName
        No such resolution in the record; the nearest is named.

    Notes
    -----
    It counts votes, not the domestic support for them nor what states did afterwards.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("resolution_support", resolution="A/RES/ES-11/1")
    >>> frame.filter(frame["vote"] == "yes")["n_obs"].item()
    141
    """
    record = VoteRecord.load(store)
    calls = record.rollcalls.frame.with_row_index("row")
    if resolution is not None:
        symbol = _find(calls["symbol"].drop_nulls().to_list(), resolution)
        calls = calls.filter(pl.col("symbol") == symbol)
    parts = [
        _support(store, record, row, weight, base, target) for row in calls.iter_rows(named=True)
    ]
    return pl.concat(parts)


def _find(known: list[str], resolution: str) -> str:
    text = resolution.strip().upper()
    for candidate in (text, f"A/RES/{text}"):
        if candidate in known:
            return candidate
    raise UnknownName.among(
        "resolution", f"A/RES/{text}" if not text.startswith("A/") else text, known, hint=ADD_RECORD
    )


def _support(
    store: Store,
    record: VoteRecord,
    rollcall: dict[str, object],
    weight: str,
    base: str,
    target: str | None,
) -> pl.DataFrame:
    codes = record.rollcalls.codes[int(str(rollcall["row"]))]
    counted = np.isin(codes, _COUNTED[base])
    states = [s for s, c in zip(record.states, counted, strict=True) if c]
    year = int(str(rollcall["year"])) - 1
    weights = status_weights(store, weight, states=states, year=year, target=target)
    by_state = dict(weights.frame.select("state", "weight").iter_rows())
    w = np.asarray([by_state.get(s) or 0.0 for s in states])
    cast = codes[counted]
    total = w.sum()
    votes = [c for c in VOTES if c in _COUNTED[base]]
    return pl.DataFrame(
        {
            "resolution": [rollcall["symbol"] or rollcall["rollcall"]] * len(votes),
            "vote": [VOTES[c] for c in votes],
            "year": [rollcall["year"]] * len(votes),
            "measure": ["resolution_support"] * len(votes),
            "value": [float(w[cast == c].sum() / total) if total else None for c in votes],
            "lower": [None] * len(votes),
            "upper": [None] * len(votes),
            "n_obs": [int((cast == c).sum()) for c in votes],
            "reason": [TALLY] * len(votes),
            "weight_missing": [float(weights.missing_share)] * len(votes),
        },
        schema_overrides={"year": pl.Int32, "lower": pl.Float64, "upper": pl.Float64},
    )


MEASURE = Measure(
    name="resolution_support",
    title="Support for a resolution",
    unit="share of the weight of the base",
    low="0: nobody",
    high="1: everybody in the base",
    keys=("resolution", "vote"),
    tables=("votes", "rollcalls", "attributes"),
    choices=(WEIGHT, BASE),
    compute=compute,
    meaning="What share of states, people or output stood behind each answer to a resolution.",
    not_measured="Domestic support for the vote, and what states did afterwards.",
    reference="Tallies of the UN Digital Library; weights as in the measure's choices.",
)
