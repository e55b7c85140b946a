"""Geopolitical distance of a state's trade: how far off its partners stand, by trade."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._stream_window import STREAM, read_window, rows_for
from multipolar.measures._votes import VoteRecord
from multipolar.measures.composite_alignment import SCHEMA
from multipolar.store import Store

TRADE = Choice(
    name="stream",
    options=("trade", "trade_reported"),
    why="the long record ends in 2014, the newer one knows few states",
    labels={o: o.replace("_", " ") for o in STREAM.options if o.startswith("trade")},
)
AXIS = Choice(
    name="position",
    options=("votes_us_russia", "votes_dissimilarity"),
    kind="N",
    why="distance along one axis between two powers, or from each partner directly",
    labels={
        "votes_us_russia": "positions between the United States and Russia",
        "votes_dissimilarity": "dissimilarity of votes",
    },
)


def mean_distance(shares: Floats, positions: Floats, own: float) -> float:
    """Trade-weighted distance ``sum_j share_j |p_i - p_j|`` in the unit of the positions.

    Parameters
    ----------
    shares : float array (n,)
        Shares of trade by partner, not negative; renormalised over partners with a position.
    positions : float array (n,)
        Position of each partner, NaN where unknown.
    own : float
        Position of the state itself.

    Returns
    -------
    float
        0: all trade with states of its own position. NaN without any partner.

    Examples
    --------
    Half of Iran's trade (10) with the United States (0), half with Brazil (5), as published:

    >>> mean_distance(np.array([0.5, 0.5]), np.array([0.0, 5.0]), 10.0)
    7.5
    """
    known = np.isfinite(positions) & np.isfinite(shares)
    total = shares[known].sum()
    if not total > 0:
        return float("nan")
    return float((shares[known] * np.abs(positions[known] - own)).sum() / total)


def compute(
    store: Store,
    *,
    stream: str = "trade",
    position: str = "votes_us_russia",
    state: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> pl.DataFrame:
    """Geopolitical distance of every state's trade.

    Parameters
    ----------
    store : Store
    stream, position : str
        Choices of the measure.
    state : str, optional
        Name or code; every state with trade without it.
    since, until : int, optional
        First and last year of trade and votes; the last five of the record of trade without them.

    Returns
    -------
    frame, one row per state
        ``trade_geo_distance`` in [0, 10]: 0 all trade with states of the same position, 10 all
        trade with the opposite end. ``n_obs`` partners.

    Raises
    ------
    NotIdentified, UnknownName, BadOption

    Notes
    -----
    It is trade that is measured, not dependence: distance to a partner nobody can replace weighs
    as much as to one that anybody can.

    References
    ----------
    McKinsey Global Institute 2024, Geopolitics and the geometry of global trade; positions are
    ours, as theirs rest on a set of votes that is not public.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("trade_geo_distance", state="DEU", since=2010, until=2014)
    >>> 0 < frame["value"].item() < 10
    True
    """
    ties, matrix, window = read_window(store, stream, since, until)
    record = VoteRecord.load(store)
    similar = record.similarity(
        metric="agree", vote_set="contested", first=window[0], last=window[1]
    )
    distance = 10 * _distances(similar, record, position)
    place = {s: i for i, s in enumerate(record.states)}
    rows: list[tuple[Any, ...]] = []
    for i in rows_for(ties, state, window[1]):
        code = ties.states[i]
        row = np.nan_to_num(matrix[i])
        far = np.array(
            [
                distance[place[code], place[s]] if code in place and s in place else np.nan
                for s in ties.states
            ]
        )
        value = mean_distance(row, far, 0.0)
        n = int(((row > 0) & np.isfinite(far)).sum())
        if n or state is not None:
            why = "" if n else f"{ties.reason(int(i))}, or it casts no vote"
            rows.append((code, "trade_geo_distance", value, None, None, n, why))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col("value").fill_nan(None))


def _distances(similar: Floats, record: VoteRecord, position: str) -> Floats:
    """Distances of all pairs in [0, 1]."""
    if position == "votes_dissimilarity":
        return 1 - similar
    ends = [record.index(s) for s in ("USA", "RUS")]
    if not np.isfinite(similar[ends[0], ends[1]]):
        raise NotIdentified("the United States and Russia share no vote in these years")
    own = similar.copy()
    np.fill_diagonal(own, 1.0)
    lean = own[ends[1]] - own[ends[0]]
    low, high = lean[ends[0]], lean[ends[1]]
    axis = np.clip((lean - low) / (high - low), 0.0, 1.0)
    return np.abs(axis[:, None] - axis[None, :])


MEASURE = Measure(
    name="trade_geo_distance",
    title="Geopolitical distance of a state's trade",
    unit="0 to 10, the length of the axis of positions",
    low="0: all trade with states of its own position",
    high="10: all trade with the opposite end",
    keys=("state",),
    tables=("trade_dyads", "trade", "vote_dyads", "votes", "rollcalls"),
    choices=(TRADE, AXIS),
    compute=compute,
    meaning="Mean distance of a state's trade partners, weighted by trade.",
    not_measured="Dependence, and whether a partner could be replaced.",
    reference="McKinsey Global Institute (2024); published example 7.5.",
)
