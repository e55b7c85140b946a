"""Ideal points from roll-call votes: one dynamic dimension, with posterior draws."""

from __future__ import annotations

import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.states import find_state
from multipolar.measures._ideal_call import ideal_points
from multipolar.measures._ideal_measure import (
    CHOICES,
    CONSTRAINTS,
    STORED,
    estimated_points,
    stored_points,
)
from multipolar.measures._ideal_results import Diagnostics, IdealPoints
from multipolar.measures._rollcalls import year_of
from multipolar.store import Store

__all__ = ["MEASURE", "Diagnostics", "IdealPoints", "ideal_points"]


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    mode: str = STORED,
    subject: str = "any",
    period: str = "year",
    bridging: str = "none",
    weighting: str = "equal",
    state: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    seed: int = 1945,
) -> pl.DataFrame:
    """Positions of states by year: posterior mean with its 90 % interval.

    With ``period="session"`` the year is the one in which the session opened (1945 + session).

    Returns
    -------
    frame, one row per (state, year)
        ``value`` in standard deviations of all state-years (0 the mean, high: the side of the
        USA), ``lower`` and ``upper`` the 5 and 95 % quantiles, ``n_obs`` votes.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("ideal_points", state="USA", since=2020, until=2020)
    >>> frame["value"].item() > 1.5
    True
    """
    chosen = {"subject": subject, "period": period, "bridging": bridging, "weighting": weighting}
    if mode == STORED:
        table = stored_points(store, **chosen)
    else:
        points = estimated_points(store, seed=seed, mode=mode, **chosen)
        year = pl.col(period) + (1945 if period == "session" else 0)
        table = points.frame.with_columns(year=year)
    first, last = year_of(since, "since"), year_of(until, "until")
    kept = table.filter(
        (pl.col("state") == find_state(state).code) if state else pl.lit(value=True),
        pl.col("year") >= first if first else pl.lit(value=True),
        pl.col("year") <= last if last else pl.lit(value=True),
    )
    return kept.sort("state", "year").select(
        "state",
        pl.col("year").cast(pl.Int64),
        measure=pl.lit("ideal_points"),
        value="mean",
        lower="q05",
        upper="q95",
        n_obs=pl.col("n_votes").cast(pl.Int64),
        reason=pl.when(pl.col("q05").is_null()).then(pl.lit("not_converged")),
    )


MEASURE = Measure(
    name="ideal_points",
    title="Ideal points in the UN General Assembly",
    unit="standard deviations of all state-years",
    low="with the states that vote most against the United States",
    high="with the United States",
    keys=("state", "year"),
    tables=("ideal_points", "votes", "rollcalls"),
    choices=CHOICES,
    constraints=CONSTRAINTS,
    compute=compute,
    meaning="where a state's votes place it on the main dimension of all votes",
    not_measured="Not interests, not alignment with Russia or China (two states far apart on "
    "another dimension can share a position), and nothing about resolutions adopted without a vote",
    reference="Bailey, Strezhnev & Voeten (2017), Journal of Conflict Resolution 61(2), 430-456; "
    "estimator: docs/ideal_points.md",
)
