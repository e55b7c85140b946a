"""How far apart two states stand on the main dimension of votes."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, TooFewObservations
from multipolar.core.states import find_state
from multipolar.measures._ideal_measure import (
    CHOICES,
    CONSTRAINTS,
    STORED,
    estimated_points,
    stored_points,
    year_shift,
)
from multipolar.measures._rollcalls import year_of
from multipolar.store import Store


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
    partner: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    votes_since: int | str | None = None,
    votes_until: int | str | None = None,
    iterations: int | None = None,
    anchors: str | None = None,
    seed: int = 1945,
) -> pl.DataFrame:
    """Distance between the positions of two states, year by year, with its 90 % interval.

    ``votes_since`` and ``votes_until`` are the years of the votes to estimate from, ``iterations``
    the sweeps per chain, ``anchors`` the states that name the axes. In the plane both axes count
    alike.

    Estimated anew (``mode`` other than ``stored``), every distance carries its own posterior. The
    stored estimates have no draws: the two positions are taken as independent and normal, which
    makes intervals of close states a little too wide.

    Returns
    -------
    frame, one row per (state_a, state_b, year), state_a < state_b
        ``value`` the mean distance, at least 0 (same position); ``lower`` and ``upper`` the 5 and
        95 % quantiles; ``n_obs`` the smaller number of votes.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("ideal_distance", state="USA", partner="GBR", since=2020, until=2020)
    >>> 0 < frame["value"].item() < 4
    True
    """
    codes = [find_state(s).code for s in (state, partner) if s is not None]
    if len(codes) == 2 and codes[0] == codes[1]:
        raise BadOption(f"state and partner are both {codes[0]}", hint="two states, or one of them")
    first, last = year_of(since, "since"), year_of(until, "until")
    chosen: dict[str, Any] = {
        "subject": subject, "period": period, "bridging": bridging, "weighting": weighting,
        "absence": absence, "dimensions": dimensions,
    }  # fmt: skip
    votes: dict[str, Any] = {
        "votes_since": votes_since, "votes_until": votes_until, "iterations": iterations,
        "anchors": anchors,
    }  # fmt: skip
    if mode == STORED:
        table = _from_stored(stored_points(store, **votes, **chosen), codes, first, last)
    else:
        points = estimated_points(store, seed=seed, mode=mode, **votes, **chosen)
        shift = year_shift(period)
        known = points.frame[period].unique().to_list()
        asked = [
            p for p in known
            if (first is None or p + shift >= first) and (last is None or p + shift <= last)
        ]  # fmt: skip
        table = points.distance(codes[0] if codes else None, periods=asked).with_columns(
            year=pl.col(period) + shift
        )
        for name in ("q05", "q95"):
            if name not in table.columns:
                table = table.with_columns(pl.lit(None, pl.Float64).alias(name))
    for code in codes:
        table = table.filter((pl.col("state_a") == code) | (pl.col("state_b") == code))
    if table.is_empty():
        raise TooFewObservations(
            f"no year in which {' and '.join(codes) or 'two states'} both vote",
            hint="multipolar measure compute ideal_points shows who votes when",
        )
    return table.sort("state_a", "state_b", "year").select(
        "state_a",
        "state_b",
        pl.col("year").cast(pl.Int64),
        measure=pl.lit("ideal_distance"),
        value="mean",
        lower="q05",
        upper="q95",
        n_obs="n_votes",
        reason=pl.when(pl.col("q05").is_null()).then(pl.lit("not_converged")),
    )


def _from_stored(
    stored: pl.DataFrame, codes: list[str], first: int | None, last: int | None
) -> pl.DataFrame:
    table = stored.select("state", "year", "mean", "sd", "n_votes")
    table = table.filter(
        pl.col("year") >= (first or 0), pl.col("year") <= (last if last is not None else 9999)
    )
    mine = table.filter(pl.col("state") == codes[0]) if codes else table
    pairs = mine.join(table, on="year", suffix="_b").filter(pl.col("state") != pl.col("state_b"))
    if len(codes) < 1:
        pairs = pairs.filter(pl.col("state") < pl.col("state_b"))
    named = pairs.select(
        "year",
        "sd",
        "sd_b",
        state_a=pl.min_horizontal("state", "state_b"),
        state_b=pl.max_horizontal("state", "state_b"),
        n_votes=pl.min_horizontal("n_votes", "n_votes_b").cast(pl.Int64),
        gap=pl.col("mean") - pl.col("mean_b"),
    )
    return named.with_columns(_normal_distance(named)).drop("gap", "sd", "sd_b")


def _normal_distance(pairs: pl.DataFrame) -> list[pl.Series]:
    """Mean and quantiles of the distance of two normal positions; where one has none, |gap|."""
    gap = pairs["gap"].to_numpy()
    both = (pairs["sd"] ** 2 + pairs["sd_b"] ** 2).sqrt()
    known = both.is_not_null()
    sd = both.fill_null(1.0).to_numpy()
    size = np.abs(gap) / sd
    folded = sd * (2 * stats.norm.pdf(size) + size * (1 - 2 * stats.norm.cdf(-size)))
    mean = np.where(known.to_numpy(), folded, np.abs(gap))
    quantiles = [
        pl.Series(name, _folded(p, gap, sd)).zip_with(
            known, pl.Series([None] * len(pairs), dtype=pl.Float64)
        )
        for name, p in (("q05", 0.05), ("q95", 0.95))
    ]
    return [pl.Series("mean", mean), *quantiles]


def _folded(p: float, centre: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Quantile of the absolute value of a normal variable, by bisection."""
    low, high = np.zeros_like(sd), np.abs(centre) + 6 * sd
    for _ in range(50):
        middle = (low + high) / 2
        below = stats.norm.cdf((middle - centre) / sd) - stats.norm.cdf((-middle - centre) / sd)
        low, high = np.where(below < p, middle, low), np.where(below < p, high, middle)
    return np.asarray((low + high) / 2)


MEASURE = Measure(
    name="ideal_distance",
    title="Distance between ideal points",
    unit="standard deviations of all state-years",
    low="0: the same position",
    high="opposite ends of the main dimension of votes",
    keys=("state_a", "state_b", "year"),
    tables=("ideal_points", "votes", "rollcalls"),
    choices=CHOICES,
    constraints=CONSTRAINTS,
    compute=compute,
    meaning="how far apart the votes of two states place them on the main dimension of all votes",
    not_measured="Not alignment: two states can share a position and disagree on everything that "
    "is not on this dimension; not interests, and nothing about resolutions without a vote",
    reference="Bailey, Strezhnev & Voeten (2017), Journal of Conflict Resolution 61(2), 430-456; "
    "estimator: docs/ideal_points.md",
)
