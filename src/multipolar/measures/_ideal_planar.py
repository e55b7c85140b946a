"""Chains in the plane, or on a line with absence modelled: starts, order of moves, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy import special
from scipy.sparse import coo_array

from multipolar.measures._ideal_absence import Absences, no_absences
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_joint import PERIOD_PRIOR
from multipolar.measures._kernels.irt_energy import COMMON_RATE, COMMON_SD, RATE_SD
from multipolar.measures._kernels.irt_planar import AWAY, ITEM, sweep_rates, sweep_rows
from multipolar.measures._kernels.irt_planar_paths import sweep_paths
from multipolar.measures._kernels.irt_planar_runs import SHIFT, STRETCH, TURN, move_run
from multipolar.measures._kernels.probit import CDF, INVERSE

FORCED_SWEEPS = 30
RUN_MOVES, RUN_MOVES_BRIDGED = 40, 2  # of each kind per sweep
PACE_WIDTH, COMMON_WIDTH = 2.0, 0.5  # of the intervals that log rates of change are drawn in
# Inverse gamma priors (shape 1, so barely informative) of the variance of the items' slopes on
# absence and of the states' rates of absence: modes at standard deviations of 0.1 and 0.4 probits.
AWAY_SHAPE, SLOPE_RATE, RATE_RATE = 1.0, 0.02, 0.3


class PlanarChain:
    """One chain of the joint posterior of positions, items, paces, and absence if modelled.

    A path's pace is the log of its rate of change, the same on both axes. The prior is that of mode
    joint on a line and does not change when the plane is turned: axes are chosen after sampling.
    """

    def __init__(
        self,
        votes: VoteArrays,
        *,
        dims: int,
        away: Absences | None,
        seed: int,
        chain: int,
        period_prior: tuple[float, float] | None = PERIOD_PRIOR,
        scatter: float = 0.7,
    ) -> None:
        self._votes, self._dims, self._choosing = votes, dims, away is not None
        self._gone = (away or no_absences(votes)).arrays
        self._seed = np.uint64(
            np.random.SeedSequence([seed, chain]).generate_state(1, np.uint64)[0]
        )
        self._sweep = 0
        self._layout = (
            votes.start, votes.ends, votes.unit, votes.weight,
            votes.unit_start, votes.unit_ends, votes.unit_item, votes.unit_weight,
        )  # fmt: skip
        self._item_first = votes.items["first"].to_numpy().astype(np.int64)
        self._item_last = votes.items["last"].to_numpy().astype(np.int64)
        self._periods, place = np.unique(votes.period, return_inverse=True)
        self._place = place.astype(np.int64)
        self._sums = np.zeros((self._periods.size, 6))
        # Time since the position before; none before a path's first, nor after the last unit.
        self._gap = np.append(np.diff(votes.period, prepend=0).astype(float), np.inf)
        self._gap[votes.path_start[:-1]] = np.inf
        bridged = bool((self._item_first != self._item_last).any())
        moves = RUN_MOVES_BRIDGED if bridged else RUN_MOVES
        self._run_moves = min(moves, 2 * self._periods.size)
        location, scale = period_prior or (np.inf, np.inf)  # without a prior both precisions are 0
        self._location, self._scale = 1.0 / location**2, 1.0 / scale**2
        self.moved = {"items": 0, "paths": 0, "away": 0, "rates": 0}
        self._scatter(np.random.default_rng([seed, chain]), scatter)

    def _scatter(self, rng: np.random.Generator, scatter: float) -> None:
        """Start dispersed: turned and stretched, every path and position displaced."""
        votes, dims = self._votes, self._dims
        lengths = np.diff(votes.path_start)
        start = principal_start(votes)
        if dims == 1:
            start[:, 1] = 0.0
        else:
            turn = rng.uniform(0, 2 * np.pi)
            start @= np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        noise = np.repeat(rng.normal(0, scatter, (lengths.size, 2)), lengths, axis=0)
        noise += rng.normal(0, scatter / 2, start.shape)
        noise[:, dims:] = 0.0
        self._theta = np.ascontiguousarray(np.exp(rng.normal(0, 0.3)) * (start + noise))
        n = np.diff(votes.start)
        yes = (votes.ends[:, 0] - votes.start[:-1]) / n
        self._items = np.zeros((votes.n_items, 4))
        self._items[:, 0] = np.clip(3 * (yes - 0.5), -2, 2) + rng.normal(0, 0.3, n.size)
        self._items[:, 1] = -1.0 + rng.normal(0, 0.3, n.size)
        gone = np.diff(self._gone[0])
        self._away = np.zeros((votes.n_items, 3))
        self._away[:, 0] = special.ndtri((gone + 0.5) / (n + gone + 1.0))
        self._rate = np.zeros(votes.n_units)
        self._common = float(rng.normal(COMMON_RATE, COMMON_SD))
        self._pace = rng.normal(self._common, RATE_SD / 2, lengths.size)
        self._set_steps()
        self._spread = np.array([0.05, 0.3])  # variances of slopes and of rates of absence

    def advance(self, sweeps: int) -> None:
        """Move by that many sweeps over items, absence, paths, scales, and runs of periods."""
        for _ in range(sweeps):
            self._sweep += 1
            forced = self._sweep <= FORCED_SWEEPS
            self._sweep_votes(forced=forced)
            if not forced:
                rng = np.random.default_rng([int(self._seed) & 0x7FFFFFFF, self._sweep])
                self._draw_paces(rng)
                if self._choosing:
                    self._draw_spreads(rng)
                self._move_runs(rng)

    def _sweep_votes(self, *, forced: bool) -> None:
        votes, weighted = self._votes, self._votes.weighted
        slope_precision, rate_precision = 1.0 / self._spread
        drawn = [(ITEM, "items", self._items), (AWAY, "away", self._away)]
        for kind, name, rows in drawn if self._choosing else drawn[:1]:
            self.moved[name] += sweep_rows(
                kind, self._seed, self._sweep, forced, self._dims, self._layout, self._gone,
                weighted, self._theta, self._rate, rows, slope_precision, CDF, INVERSE,
            )  # fmt: skip
        if self._choosing:
            self.moved["rates"] += sweep_rates(
                self._seed, self._sweep, self._layout, self._gone, weighted, self._theta,
                self._rate, self._away, rate_precision, CDF, INVERSE,
            )  # fmt: skip
        self.moved["paths"] += sweep_paths(
            self._seed, self._sweep, forced, self._dims, votes.path_start, self._layout,
            self._gone, weighted, self._choosing, self._items, np.exp(self._items[:, 1]),
            self._rate, self._away, self._kept, self._link, self._place, self._sums,
            self._location, self._scale, self._theta, CDF, INVERSE,
        )  # fmt: skip

    def _set_steps(self) -> None:
        """Correlation with the position before, and precision of the step, by unit."""
        lag = self._lags(self._pace)
        self._kept, self._link = np.exp(-lag), -1.0 / np.expm1(-2.0 * lag)

    def _lags(self, pace: np.ndarray) -> np.ndarray:
        rate = np.repeat(np.exp(pace), np.diff(self._votes.path_start))
        return np.asarray(np.append(rate, 1.0) * self._gap)

    def _draw_paces(self, rng: np.random.Generator) -> None:
        """Every path's pace, the common one, and all of them together, given the positions."""
        theta, first = self._theta, self._votes.path_start[:-1]
        square = (theta**2).sum(1)
        product = np.append(0.0, (theta[1:] * theta[:-1]).sum(1))
        before = np.append(0.0, square[:-1])

        def of_steps(pace: np.ndarray) -> np.ndarray:
            lag = self._lags(pace)[:-1]
            kept, variance = np.exp(-lag), -np.expm1(-2.0 * lag)
            step = square - 2.0 * kept * product + kept**2 * before
            terms = -0.5 * (step / variance + self._dims * np.log(variance))
            return np.asarray(np.add.reduceat(terms, first))

        def of_one(pace: np.ndarray) -> np.ndarray:
            return of_steps(pace) - 0.5 * ((pace - self._common) / RATE_SD) ** 2

        def of_all(common: np.ndarray) -> np.ndarray:
            prior = -0.5 * ((common - COMMON_RATE) / COMMON_SD) ** 2
            return np.asarray(prior + of_steps(self._pace + common - self._common).sum())

        self._pace = slice_draw(of_one, self._pace, PACE_WIDTH, rng)
        common = float(slice_draw(of_all, np.array([self._common]), COMMON_WIDTH, rng)[0])
        self._pace += common - self._common
        precision = self._pace.size / RATE_SD**2 + 1.0 / COMMON_SD**2
        mean = (self._pace.sum() / RATE_SD**2 + COMMON_RATE / COMMON_SD**2) / precision
        self._common = float(mean + rng.standard_normal() / np.sqrt(precision))
        self._set_steps()

    def _draw_spreads(self, rng: np.random.Generator) -> None:
        """Variances of the items' slopes on absence and of the states' rates, both conjugate."""
        parts = ((SLOPE_RATE, self._away[:, 1 : self._dims + 1]), (RATE_RATE, self._rate))
        for k, (prior, values) in enumerate(parts):
            shape = AWAY_SHAPE + 0.5 * values.size
            self._spread[k] = (prior + 0.5 * (values**2).sum()) / rng.standard_gamma(shape)

    def _move_runs(self, rng: np.random.Generator) -> None:
        votes, periods = self._votes, self._periods
        half = np.exp(self._items[:, 1])
        kinds = (SHIFT, STRETCH, TURN) if self._dims == 2 else (SHIFT, STRETCH)
        for number in range(len(kinds) * self._run_moves):
            first = int(rng.integers(0, periods.size))
            last = int(periods[-1]) + 1
            if rng.random() < 0.5:  # a window instead of everything from here on
                last = int(periods[min(first + int(rng.geometric(0.2)), periods.size) - 1]) + 1
            move_run(
                self._seed, self._sweep, number, kinds[number % len(kinds)], self._dims,
                int(periods[first]), last, votes.period, self._item_first, self._item_last,
                self._layout, self._gone, votes.weighted, self._choosing, self._theta,
                self._items, half, self._rate, self._away, 1.0 / self._spread[0], self._kept,
                self._link, self._place, self._sums, self._location, self._scale, CDF,
            )  # fmt: skip

    def record(self) -> dict[str, np.ndarray]:
        """Positions and slopes by coordinate, cutpoints, sds of a step and of absence."""
        dims = self._dims
        kept = {
            "theta": self._theta[:, :dims].T,
            "beta": self._items[:, 2 : dims + 2].T,
            "centre": self._items[:, 0],
            "half": np.exp(self._items[:, 1]),
            "innovation": np.sqrt(-np.expm1(-2.0 * np.exp([self._common]))),
        }
        if self._choosing:
            kept["spread"] = np.sqrt(self._spread)
            kept["away"] = self._away[:, 1 : dims + 1].T
        return kept

    def state(self) -> dict[str, np.ndarray]:
        """Everything the next sweep depends on."""
        return {
            "theta": self._theta,
            "items": self._items,
            "away": self._away,
            "rate": self._rate,
            "pace": self._pace,
            "common": np.array(self._common),
            "spread": self._spread,
            "sweep": np.array(self._sweep),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a saved state."""
        self._theta = state["theta"].copy()
        self._items = state["items"].copy()
        self._away = state["away"].copy()
        self._rate = state["rate"].copy()
        self._pace = state["pace"].copy()
        self._common = float(state["common"])
        self._set_steps()
        self._spread = state["spread"].copy()
        self._sweep = int(state["sweep"])


def slice_draw(
    density: Callable[[np.ndarray], np.ndarray],
    at: np.ndarray,
    width: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draws from log densities side by side, each by slice sampling from where it is.

    An interval of fixed width is laid around ``at`` and shrunk until the draw is inside the slice
    (Neal 2003).
    """
    level = density(at) + np.log(rng.uniform(size=at.shape))
    left = at - width * rng.uniform(size=at.shape)
    right = left + width
    draw, outside = at, np.ones(at.shape, bool)
    while outside.any():
        draw = np.where(outside, rng.uniform(left, right), draw)
        outside = density(draw) < level
        left = np.where(outside & (draw < at), draw, left)
        right = np.where(outside & (draw >= at), draw, right)
    return np.asarray(draw)


def principal_start(votes: VoteArrays) -> np.ndarray:
    """Two principal coordinates of the paths' votes, the same in all periods, (n_units, 2).

    Votes count -1, 0, 1 around the item's mean; two paths are compared on the items both voted on.
    """
    n_paths = votes.path_start.size - 1
    path = np.repeat(np.arange(n_paths), np.diff(votes.path_start))
    value = votes.vote_of.astype(float) - 2.0
    n = np.diff(votes.start)
    mean = np.bincount(votes.item_of, value, votes.n_items) / n
    at = (votes.item_of, path[votes.unit])
    shape = (votes.n_items, n_paths)
    centred = coo_array((value - mean[votes.item_of], at), shape=shape).tocsr()
    cast = coo_array((np.ones(value.size), at), shape=shape).tocsr()
    together = (cast.T @ cast).toarray()
    alike = (centred.T @ centred).toarray() / np.maximum(together, 1.0)
    values, vectors = np.linalg.eigh(alike)
    wanted = vectors[:, -1:-3:-1] * np.sqrt(np.maximum(values[-1:-3:-1], 1e-12))
    start = wanted[path]
    start = start - start.mean(0)
    return np.asarray(start / np.maximum(start.std(0), 1e-9))
