"""Ideal points from roll-call votes: one dynamic dimension or two, with posterior draws."""

from __future__ import annotations

from typing import Any

import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, UnknownName
from multipolar.core.states import find_states
from multipolar.measures._ideal_call import ideal_points
from multipolar.measures._ideal_measure import (
    CHOICES,
    CONSTRAINTS,
    STORED,
    estimated_points,
    stored_points,
    year_shift,
)
from multipolar.measures._ideal_plane import IdealPlane
from multipolar.measures._ideal_results import Diagnostics, IdealPoints
from multipolar.measures._rollcalls import year_of
from multipolar.store import Store

__all__ = ["MEASURE", "Diagnostics", "IdealPlane", "IdealPoints", "estimates", "ideal_points"]


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    mode: str = STORED,
    subject: str = "any",
    period: str = "year",
    bridging: str = "none",
    weighting: str = "equal",
    absence: str = "missing",
    dimensions: int = 1,
    state: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    votes_since: int | str | None = None,
    votes_until: int | str | None = None,
    iterations: int | None = None,
    anchors: str | None = None,
    seed: int = 1945,
) -> pl.DataFrame:
    """Positions of states by year: posterior mean with its 90 % interval.

    With ``period="session"`` the year is the one in which the session opened (1945 + session).
    ``state`` takes several with commas between them. ``since`` and ``until`` choose years to show;
    ``votes_since`` and ``votes_until`` the years of the votes to estimate from, ``iterations`` the
    sweeps per chain, ``anchors`` the states that name the axes (``USA,RUS,IND``).

    Returns
    -------
    frame, one row per (state, year), in the plane two: ``axis_1`` and ``axis_2``
        ``value`` in standard deviations of all state-years (0 the mean, high: the side of the
        USA), ``lower`` and ``upper`` the 5 and 95 % quantiles, ``n_obs`` votes.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("ideal_points", state="USA", since=2020, until=2020)
    >>> frame["value"].item() > 1.5
    True
    """
    chosen: dict[str, Any] = {
        "subject": subject, "period": period, "bridging": bridging, "weighting": weighting,
        "absence": absence, "dimensions": dimensions,
    }  # fmt: skip
    votes: dict[str, Any] = {
        "votes_since": votes_since, "votes_until": votes_until, "iterations": iterations,
        "anchors": anchors,
    }  # fmt: skip
    if mode == STORED:
        table = stored_points(store, **votes, **chosen)
    else:
        points = estimated_points(store, seed=seed, mode=mode, **votes, **chosen)
        table = points.frame.with_columns(year=pl.col(period) + year_shift(period))
    name = pl.lit("ideal_points")
    if dimensions == 2:
        name = pl.format("axis_{}", "dimension")
    first, last = year_of(since, "since"), year_of(until, "until")
    codes = [s.code for s in find_states(state)] if state else []
    kept = table.with_columns(measure=name).filter(
        pl.col("state").is_in(codes) if state else pl.lit(value=True),
        pl.col("year") >= first if first else pl.lit(value=True),
        pl.col("year") <= last if last else pl.lit(value=True),
    )
    return kept.sort("state", "year", "measure").select(
        "state",
        pl.col("year").cast(pl.Int64),
        "measure",
        value="mean",
        lower="q05",
        upper="q95",
        n_obs=pl.col("n_votes").cast(pl.Int64),
        reason=pl.when(pl.col("q05").is_null()).then(pl.lit("not_converged")),
    )


def estimates(store: Store, *, seed: int = 1945, **options: Any) -> IdealPoints:
    """The estimation behind the measure under the same choices, with its draws and axes.

    Beside choices and selectors of votes it takes ``progress`` (``f(done, total, seconds_left)``)
    and ``resume`` (a file to keep the chains in and to go on from).

    Raises
    ------
    BadOption, UnknownName
        ``mode`` is ``stored``: the stored estimates have no draws; no such choice.
    """
    for name in options:
        if name not in (*_CHOICE_NAMES, *_OF_VOTES):
            raise UnknownName.among("choice of ideal_points", name, (*_CHOICE_NAMES, *_OF_VOTES))
    chosen = MEASURE.options({k: v for k, v in options.items() if k in _CHOICE_NAMES})
    if chosen["mode"] == STORED:
        raise BadOption("the stored estimates have no draws", hint="mode=fast, joint or bsv2017")
    rest = {k: v for k, v in options.items() if k not in _CHOICE_NAMES}
    return estimated_points(store, seed=seed, **rest, **chosen)


_CHOICE_NAMES = tuple(choice.name for choice in CHOICES)
_OF_VOTES = ("votes_since", "votes_until", "iterations", "anchors", "progress", "resume")

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
    meaning="where a state's votes place it on the main dimension of all votes, or in the plane "
    "of the two main ones",
    not_measured="Not interests, not alignment with Russia or China (two states far apart on "
    "another dimension can share a position), and nothing about resolutions adopted without a vote",
    reference="Bailey, Strezhnev & Voeten (2017), Journal of Conflict Resolution 61(2), 430-456; "
    "estimator: docs/ideal_points.md",
)
