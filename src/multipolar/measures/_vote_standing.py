"""How close a state votes to its partners, for every state at once, in four readings.

``tie`` is the similarity of two states' votes over a window; ``standing`` is a state's weighted
mean tie with its partners. The readings are those of an isolation claim: level, change,
expectation and breadth. Negative estimates point to isolation in all four.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.measures._estimand import SERIES_SCHEMA, Cells, Floats

Bools = NDArray[np.bool_]
Window = tuple[int, int]
Similarity = Callable[[Mapping[str, Any], int, int], Floats]
"""(options, first year, last year) -> similarity of every pair, shape (n_states, n_states)."""

DRAWS = 400
LOW, HIGH = 0.05, 0.95


@dataclass(slots=True)
class Tie:
    """Similarity of every pair in one window; what follows from it is remembered.

    Thousands of specifications share a few hundred of these, each under a few weightings.
    """

    matrix: Floats
    _standings: dict[bytes, Floats] = field(default_factory=dict)
    _middles: dict[bytes, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        np.fill_diagonal(self.matrix, np.nan)

    def standing(self, weights: Floats) -> Floats:
        """Weighted mean tie of every state with its partners, shape (n_states,).

        ``weights`` has one entry per partner, 0 for a state that is not one. A partner with which
        a state shares no vote drops out and the remaining weights are renormalised.
        """
        key = weights.tobytes()
        if key not in self._standings:
            known = np.isfinite(self.matrix)
            filled = np.where(known, self.matrix, 0.0)
            with np.errstate(invalid="ignore", divide="ignore"):
                self._standings[key] = (filled @ weights) / (known.astype(np.float64) @ weights)
        return self._standings[key]

    def middle(self, world: Bools) -> float:
        """Median similarity of the pairs of the world; NaN without any."""
        key = world.tobytes()
        if key not in self._middles:
            among = self.matrix[np.ix_(world, world)]
            finite = among[np.isfinite(among)]
            self._middles[key] = float(np.median(finite)) if len(finite) else float("nan")
        return self._middles[key]


@dataclass(slots=True)
class Standings:
    """Ties of all states, remembered by window and options.

    ``vote_options`` are the choices on which the similarity depends; specifications that agree in
    them share one tie.
    """

    states: tuple[str, ...]
    similarity: Similarity
    vote_options: tuple[str, ...]
    seed: int
    _ties: dict[tuple[Any, ...], Tie] = field(default_factory=dict)
    _draws: dict[bytes, Floats] = field(default_factory=dict)

    def tie(self, options: Mapping[str, Any], window: Window) -> Tie:
        """Tie of a window under the options."""
        key = (*window, *(options[o] for o in self.vote_options))
        if key not in self._ties:
            matrix = self.similarity(options, *window).astype(np.float64, copy=True)
            self._ties[key] = Tie(matrix)
        return self._ties[key]

    def pair(self, options: Mapping[str, Any], windows: tuple[Window, Window]) -> tuple[Tie, Tie]:
        """Ties (after, before) of a break; a level has no before."""
        before, after = windows
        post = self.tie(options, after)
        return post, post if options["reading"] == "level" else self.tie(options, before)

    def partner_draws(self, weights: Floats) -> Floats:
        """Weights of partners in each bootstrap draw of partners, shape (DRAWS, n_states)."""
        key = weights.tobytes()
        if key not in self._draws:
            n = len(self.states)
            rng = np.random.default_rng(self.seed)
            times = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
            self._draws[key] = times * weights
        return self._draws[key]


def estimate(reading: str, post: Tie, pre: Tie, weights: Floats, world: Bools) -> Floats:
    """Estimate of one reading for every state; the world is the states in ``world``.

    level        standing after the break minus the median state's
    change       change of standing minus the median state's change
    expectation  standing after minus what states with the same standing before came to
                 (leave-one-out straight line, so that a state never predicts itself)
    breadth      weighted share of partners gained minus lost; a tie is a similarity above the
                 median pair's before the break
    """
    if reading == "breadth":
        return _breadth(post, pre, weights, world)
    after = post.standing(weights)
    if reading == "level":
        return _less_median(after, world)
    before = pre.standing(weights)
    if reading == "change":
        return _less_median(after - before, world)
    return _unexpected(before, after, world)


def _less_median(values: Floats, world: Bools) -> Floats:
    among = values[world]
    finite = among[np.isfinite(among)]
    return values - np.median(finite) if len(finite) else values


def _breadth(post: Tie, pre: Tie, weights: Floats, world: Bools) -> Floats:
    both = (np.isfinite(post.matrix) & np.isfinite(pre.matrix)).astype(np.float64)
    gained = _gained(post.matrix, pre, world) * both
    with np.errstate(invalid="ignore", divide="ignore"):
        net: Floats = (gained @ weights) / (both @ weights)
    return net


def _gained(post: Floats, pre: Tie, world: Bools, row: int | slice = slice(None)) -> Floats:
    """+1 for a tie gained, -1 for a tie lost, 0 for one kept or never there."""
    threshold = pre.middle(world)
    gained: Floats = (post[row] > threshold).astype(np.float64) - (pre.matrix[row] > threshold)
    return gained


def _unexpected(before: Floats, after: Floats, world: Bools) -> Floats:
    """Leave-one-out residual of after on before; needs at least five comparable states."""
    fit = world & np.isfinite(before) & np.isfinite(after)
    if fit.sum() < 5:
        return np.full(len(before), np.nan)
    x, y = before[fit], after[fit]
    centre, mean = x.mean(), y.mean()
    spread = ((x - centre) ** 2).sum()
    if spread == 0:
        return np.where(np.isfinite(before), after - mean, np.nan)
    slope = ((x - centre) * (y - mean)).sum() / spread
    residual = after - mean - slope * (before - centre)
    leverage = 1 / fit.sum() + (before - centre) ** 2 / spread
    # A state inside the fit is predicted by the others alone; the closed form of leaving it out.
    shrink = np.where(fit, 1 - leverage, 1.0)
    unexpected: Floats = residual / np.where(shrink > 1e-9, shrink, np.nan)
    return unexpected


def interval(
    reading: str,
    post: Tie,
    pre: Tie,
    weights: Floats,
    world: Bools,
    subject: int,
    draws: Floats,
) -> tuple[float, float]:
    """90 % interval of the subject's estimate when its partners are resampled.

    ``draws`` are the weights in each draw (:meth:`Standings.partner_draws`). The comparison
    group's part of the estimate is held at its value: it is a median or a line over many states,
    and moves little.
    """
    centre = estimate(reading, post, pre, weights, world)[subject]
    contribution = _contribution(reading, post, pre, world, subject)
    known = np.isfinite(contribution) & (weights > 0)
    if not np.isfinite(centre) or known.sum() < 2:
        return float("nan"), float("nan")
    added = np.where(known, contribution, 0.0)
    counted = known.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (draws @ added) / (draws @ counted)
    mean = (weights @ added) / (weights @ counted)
    low, high = np.quantile(means[np.isfinite(means)] - mean, [LOW, HIGH])
    return float(centre + low), float(centre + high)


def _contribution(reading: str, post: Tie, pre: Tie, world: Bools, subject: int) -> Floats:
    """What each partner adds to the subject's estimate before weighting."""
    if reading == "level":
        return post.matrix[subject]
    if reading == "breadth":
        known = np.isfinite(post.matrix[subject]) & np.isfinite(pre.matrix[subject])
        return np.where(known, _gained(post.matrix, pre, world, subject), np.nan)
    return post.matrix[subject] - pre.matrix[subject]


def cells(
    standings: Standings,
    options: Mapping[str, Any],
    windows: tuple[Window, Window],
    weights: Floats,
    world: Bools,
    subject: int,
) -> Cells:
    """Estimate of every state and the subject's interval; ``windows`` are (before, after)."""
    reading = options["reading"]
    post, pre = standings.pair(options, windows)
    values = estimate(reading, post, pre, weights, world)
    draws = standings.partner_draws(weights)
    low, high = interval(reading, post, pre, weights, world, subject, draws)
    shared = int((np.isfinite(post.matrix[subject]) & (weights > 0)).sum())
    reason = "" if np.isfinite(values[subject]) else _why_missing(*windows, shared)
    return Cells(values=values, lower=low, upper=high, n_obs=shared, reason=reason)


def _why_missing(before: Window, after: Window, shared: int) -> str:
    spans = f"{before[0]}-{before[1]} and {after[0]}-{after[1]}"
    if shared:
        return f"no score for {spans}: too few votes, or votes without variation"
    return f"no votes shared with the partners in {spans}"


def yearly(
    standings: Standings,
    options: Mapping[str, Any],
    years: Sequence[int],
    weights: Floats,
    world: Bools,
    subject: int,
) -> pl.DataFrame:
    """Standing of the subject year by year beside the median and the 10-90 % band of the world."""
    rows = []
    draws = standings.partner_draws(weights)
    for year in years:
        tie = standings.tie(options, (year, year))
        values = tie.standing(weights)
        if not np.isfinite(values[subject]):
            continue
        low, high = interval("level", tie, tie, weights, world, subject, draws)
        shift = values[subject] - estimate("level", tie, tie, weights, world)[subject]
        others = values[world & np.isfinite(values)]
        quantiles = np.quantile(others, [0.5, 0.1, 0.9]) if len(others) else [np.nan] * 3
        rows.append((year, values[subject], low + shift, high + shift, *map(float, quantiles)))
    return pl.DataFrame(rows, schema=SERIES_SCHEMA, orient="row")
