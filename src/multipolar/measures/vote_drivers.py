"""Which votes drive the similarity of two states: leave out one topic at a time."""

from __future__ import annotations

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, TooFewObservations
from multipolar.measures._agreement_choices import ABSTENTION, METRIC, SENSIBLE, SUBJECT, VOTE_SET
from multipolar.measures._joint_counts import check_metric
from multipolar.measures._rollcalls import ANY
from multipolar.measures._vote_intervals import Sampled
from multipolar.measures._votes import Span, VoteRecord, needs_rollcalls
from multipolar.store import Store

LEFT_OUT = Choice(
    name="left_out",
    options=("topic", "subject", "rollcall"),
    kind="N",
    why="one can ask for the text, the broad matter or the single vote that carries a score",
    labels={
        "topic": "one text at a time",
        "subject": "one subject at a time",
        "rollcall": "one vote at a time",
    },
)


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    metric: str = "agree",
    abstention: str = "half",
    vote_set: str = "all",
    subject: str = ANY,
    left_out: str = "topic",
    state: str | None = None,
    partner: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
) -> pl.DataFrame:
    """What each topic adds to the similarity of two states.

    Parameters
    ----------
    store : Store
    metric, abstention, vote_set, subject, left_out : str
        Choices of the measure.
    state, partner : str
        Names or codes of the two states.
    since, until : int or str, optional
        First and last year; the votes between them are taken together.

    Returns
    -------
    frame, one row per (state_a, state_b, topic), the largest driver first
        ``value`` is the score with every vote minus the score without the topic: positive where
        the topic draws the two together, in units of the metric. ``score`` is the score with every
        vote, ``n_obs`` the roll calls on the topic. There is no interval.

    Raises
    ------
    BadOption
        One of the two states is missing.
    NotTestable
        Only yearly counts are in the record.
    TooFewObservations
        The two share no vote there.

    Notes
    -----
    It is arithmetic about a score, not a finding of cause.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("vote_drivers", state="RUS", partner="USA", subject="landmark", since=2014)
    >>> frame["n_obs"].min() >= 1
    True
    """
    check_metric(metric, abstention)
    if state is None or partner is None:
        raise BadOption("vote_drivers is about two states", hint="give state and partner")
    record = VoteRecord.load(store)
    if not record.complete and subject != "landmark":
        raise needs_rollcalls(f"drivers with subject={subject}")
    first, second = sorted((record.index(state), record.index(partner)))
    span = Span.of(record, since, until)
    calls = record.rollcalls
    years = calls.years("year")
    together = (calls.codes[:, [first, second]] != 9).all(axis=1)
    chosen = calls.mask(vote_set, subject) & (years >= span.since) & (years <= span.until)
    sampled = Sampled.of(
        calls, chosen & together, period="year", weighting="equal", cluster=left_out
    )
    scoring = (metric, abstention)
    score = sampled.score(first, second, sampled.weight, scoring)
    if np.isnan(score):
        raise TooFewObservations(
            f"{record.states[first]} and {record.states[second]} have no {metric} in "
            f"{span.since}-{span.until}",
            hint="ask for more years, or for another metric",
        )
    rows = sampled.without_each(first, second, sampled.weight, scoring)
    return _frame(rows, score, (record.states[first], record.states[second]))


def _frame(rows: pl.DataFrame, score: float, pair: tuple[str, str]) -> pl.DataFrame:
    none = pl.lit(None, dtype=pl.Float64)
    value = pl.col("value").fill_nan(None)
    return rows.select(
        state_a=pl.lit(pair[0]),
        state_b=pl.lit(pair[1]),
        topic="label",
        measure=pl.lit("vote_drivers"),
        value=pl.lit(score) - value,
        lower=none,
        upper=none,
        n_obs=pl.col("n").cast(pl.Int64),
        reason=pl.when(value.is_null()).then(pl.lit("nothing_left")).otherwise(pl.lit("")),
        score=pl.lit(score),
    ).sort(pl.col("value").abs(), "topic", descending=[True, False], nulls_last=True)


MEASURE = Measure(
    name="vote_drivers",
    title="Votes that drive the similarity of two states",
    unit="score of the metric",
    low="negative: the topic sets the two apart",
    high="positive: the topic draws the two together",
    keys=("state_a", "state_b", "topic"),
    tables=("votes", "rollcalls", "landmarks"),
    choices=(METRIC, ABSTENTION, VOTE_SET, SUBJECT, LEFT_OUT),
    constraints=(SENSIBLE,),
    compute=compute,
    meaning="How far the score would fall or rise if a topic had not come to the vote.",
    not_measured="Causes: a topic carries a score by how often it is voted on as well.",
    reference="Jackknife over topics, methods of this project.",
)
