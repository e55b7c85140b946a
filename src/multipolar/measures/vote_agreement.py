"""How alike two states vote in the UN General Assembly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption
from multipolar.measures._agreement_choices import CHOICES, SENSIBLE
from multipolar.measures._joint_counts import Floats, JointCounts, check_metric
from multipolar.measures._rollcalls import ANY
from multipolar.measures._vote_intervals import (
    DRAWS,
    NEEDS_ROLLCALLS,
    NEEDS_TOPICS,
    NOT_ASKED,
    Sampled,
)
from multipolar.measures._votes import Span, VoteRecord
from multipolar.store import Store


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    metric: str = "agree",
    abstention: str = "half",
    vote_set: str = "all",
    subject: str = ANY,
    window: str = "year",
    weighting: str = "equal",
    consensus: str = "left_out",
    agenda: str = "all",
    state: str | None = None,
    partner: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    draws: int | None = None,
    seed: int = 1945,
) -> pl.DataFrame:
    """Similarity of the votes of pairs of states, year by year.

    Parameters
    ----------
    store : Store
    metric, abstention, vote_set, subject, window, weighting, consensus, agenda : str
        Choices of the measure.
    state, partner : str, optional
        Name or code; all pairs without them, all pairs of one state with ``state`` alone.
    since, until : int or str, optional
        First and last year. With ``window="session"`` a year is the one the session opened in.
    draws : int, optional
        Bootstrap draws of topics; 1,000 for the pairs of one state, none for all pairs.
    seed : int

    Returns
    -------
    frame, one row per (state_a, state_b, year), state_a < state_b
        ``value`` on the scale of the metric, ``lower`` and ``upper`` the 95 % percentile interval
        when other topics had come to the vote, ``n_obs`` roll calls used. ``reason`` says why a
        value (``no_shared_votes``, ``constant_margins``) or an interval is missing.

    Raises
    ------
    NotTestable
        The record in the store cannot tell; the fix is named.
    BadOption, UnknownName, TooFewObservations

    Notes
    -----
    It measures likeness of public votes, not of interests or of pressure.

    References
    ----------
    Signorino and Ritter (1999), International Studies Quarterly, 10.1111/0020-8833.00113.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("vote_agreement", state="RUS", partner="BLR", since=2022, until=2022)
    >>> frame["value"].item() > 0.8
    True
    """
    check_metric(metric, abstention)
    record = VoteRecord.load(store)
    span = Span.of(record, since, until)
    if partner is not None and state is None:
        state, partner = partner, None
    selection: dict[str, Any] = {
        "period": "session" if window == "session" else "year",
        "subject": subject,
        "weighting": weighting,
        "consensus": consensus,
        "recurring_in": _groups(record, agenda, span, asked=since is not None),
    }
    rows = None if state is None else (record.states[record.index(state)],)
    columns = None if partner is None else (record.index(partner),)
    counts = record.counts(vote_set, rows=rows, **selection).windowed(window)
    values, n = counts.score(metric, abstention)
    wanted = _Wanted(counts=counts, span=span, columns=columns)
    frame = _frame(wanted, values, n, metric)
    number = draws if draws is not None else (DRAWS if state is not None else 0)
    if not record.complete and subject != "landmark":
        return _without_interval(frame, NEEDS_ROLLCALLS)
    if not number:
        return _without_interval(frame, NOT_ASKED)
    intervals = _intervals(
        record,
        wanted,
        {"vote_set": vote_set, "window": window, **selection},
        (metric, abstention),
        (number, seed),
    )
    return _with_intervals(frame, intervals)


def _groups(
    record: VoteRecord, agenda: str, span: Span, *, asked: bool
) -> tuple[tuple[int, ...], ...]:
    if agenda == "all":
        return ()
    if not asked:
        raise BadOption("agenda=fixed compares years", hint="give since and until")
    return tuple((y,) for y in record.years if span.since <= y <= span.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which pairs and years of the counts are to be shown."""

    counts: JointCounts
    span: Span
    columns: tuple[int, ...] | None

    def cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Indices (year, row, column) of pairs that were both members."""
        shown = self.counts.members()
        years = np.asarray(self.counts.years)
        shown &= ((years >= self.span.since) & (years <= self.span.until))[:, None, None]
        place = np.asarray([self.counts.states.index(r) for r in self.counts.rows])
        others = np.arange(len(self.counts.states))
        if len(self.counts.rows) == len(self.counts.states):
            shown &= place[:, None] < others[None, :]
        else:
            shown &= place[:, None] != others[None, :]
        if self.columns is not None:
            shown &= np.isin(others, self.columns)[None, None, :]
        found = np.nonzero(shown)
        return found[0], found[1], found[2]


def _frame(wanted: _Wanted, values: Floats, n: Floats, metric: str) -> pl.DataFrame:
    t, i, j = wanted.cells()
    counts = wanted.counts
    value, n_obs = values[t, i, j], n[t, i, j]
    undefined = "only_abstentions" if metric == "cosine" else "constant_margins"
    return pl.DataFrame(
        {
            **_pair(counts, i, j),
            "year": np.asarray(counts.years, dtype=np.int32)[t],
            "value": value,
            "n_obs": n_obs.astype(np.int64),
        }
    ).with_columns(
        pl.col("value").fill_nan(None),
        measure=pl.lit("vote_agreement"),
        reason=pl.when(pl.col("n_obs") == 0)
        .then(pl.lit("no_shared_votes"))
        .when(pl.col("value").is_nan())
        .then(pl.lit(undefined))
        .otherwise(pl.lit("")),
    )


def _pair(
    counts: JointCounts, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> dict[str, pl.Series]:
    """Codes of both states, the earlier in the alphabet first (the axes are sorted)."""
    places = np.asarray([counts.states.index(name) for name in counts.rows])[rows]
    names = pl.Series(counts.states)
    return {
        "state_a": names.gather(np.minimum(places, columns)),
        "state_b": names.gather(np.maximum(places, columns)),
    }


def _without_interval(frame: pl.DataFrame, why: str) -> pl.DataFrame:
    empty = pl.lit(None, dtype=pl.Float64)
    return _ordered(frame.with_columns(lower=empty, upper=empty), why)


def _with_intervals(frame: pl.DataFrame, intervals: pl.DataFrame) -> pl.DataFrame:
    keys = ["state_a", "state_b", "year"]
    return _ordered(frame.join(intervals, on=keys, how="left"), NEEDS_TOPICS)


def _ordered(frame: pl.DataFrame, why: str) -> pl.DataFrame:
    lacking = (pl.col("reason") == "") & pl.col("lower").is_null()
    reason = pl.when(lacking).then(pl.lit(why)).otherwise("reason")
    keys = ("state_a", "state_b", "year")
    columns = (*keys, "measure", "value", "lower", "upper", "n_obs", "reason")
    return frame.with_columns(reason=reason).select(columns).sort(keys)


def _intervals(
    record: VoteRecord,
    wanted: _Wanted,
    selection: dict[str, Any],
    scoring: tuple[str, str],
    draws: tuple[int, int],
) -> pl.DataFrame:
    calls = record.rollcalls
    chosen = calls.mask(selection["vote_set"], selection["subject"])
    if selection["recurring_in"]:
        chosen &= calls.recurring(selection["recurring_in"], selection["period"])
    sampled = Sampled.of(
        calls,
        chosen,
        period=selection["period"],
        weighting=selection["weighting"],
        cluster="topic",
    )
    t, i, j = wanted.cells()
    counts, parts = wanted.counts, []
    for year, row in sorted(set(zip(t.tolist(), i.tolist(), strict=True))):
        columns = j[(t == year) & (i == row)]
        weights = sampled.weights_in(counts.years[year], selection["window"])
        name = counts.rows[row]
        lower, upper = sampled.interval(record.states.index(name), columns, weights, scoring, draws)
        parts.append(
            pl.DataFrame(
                {
                    **_pair(counts, np.full(len(columns), row), columns),
                    "year": np.full(len(columns), counts.years[year], dtype=np.int32),
                    "lower": lower,
                    "upper": upper,
                }
            )
        )
    return pl.concat(parts).with_columns(pl.col("lower", "upper").fill_nan(None))


MEASURE = Measure(
    name="vote_agreement",
    title="Similarity of votes in the UN General Assembly",
    unit="score of the metric",
    low="0 (agree), -1 (s, a, taub, cosine) or below (kappa, pi): always at opposite ends",
    high="1: always alike",
    keys=("state_a", "state_b", "year"),
    tables=("votes", "rollcalls", "vote_dyads", "landmarks"),
    choices=CHOICES,
    constraints=(SENSIBLE,),
    compute=compute,
    meaning="How alike two states voted; chance-corrected metrics put 0 at what their separate "
    "habits of voting yes would give.",
    not_measured="Likeness of public votes, not of interests; it moves with the agenda.",
    reference="Lijphart 1963; Signorino and Ritter 1999; Cohen 1960, 1968; Scott 1955; "
    "Benati and Capurri 2026; Haege 2011",
)
