"""Chains of the proper posterior: priors, dispersed starts, order of the moves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt_joint import (
    move_run,
    sweep_items,
    sweep_paths,
    sweep_scales,
)
from multipolar.measures._kernels.probit import CDF, INVERSE

FORCED_SWEEPS = 30
# Runs of periods shifted, and as many stretched, per sweep. Items that reach across the ends of a
# run make a move cost as much as their votes; without bridging there are none.
RUN_MOVES, RUN_MOVES_BRIDGED = 60, 3
START_VARIANCE = 0.04
PERIOD_PRIOR = (0.5, 0.25)  # sds of a period's mean and of the log of its standard deviation


class JointChain:
    """One chain of the joint posterior of positions, items and innovation scales."""

    def __init__(
        self,
        votes: VoteArrays,
        start: np.ndarray,
        *,
        seed: int,
        chain: int,
        period_prior: tuple[float, float] | None = PERIOD_PRIOR,
        scatter: float = 0.7,
    ) -> None:
        self._votes = votes
        self._seed = np.uint64(
            np.random.SeedSequence([seed, chain]).generate_state(1, np.uint64)[0]
        )
        self._weighted = votes.weighted
        self._sweep = 0
        self._item_first = votes.items["first"].to_numpy().astype(np.int64)
        self._item_last = votes.items["last"].to_numpy().astype(np.int64)
        self._periods, place = np.unique(votes.period, return_inverse=True)
        self._place = place.astype(np.int64)
        self._sums = np.zeros((self._periods.size, 3))
        bridged = bool((self._item_first != self._item_last).any())
        moves = RUN_MOVES_BRIDGED if bridged else RUN_MOVES
        self._run_moves = min(moves, 2 * self._periods.size)
        # Without a prior both precisions are 0.
        location, scale = period_prior or (np.inf, np.inf)
        self._location, self._scale = 1.0 / location**2, 1.0 / scale**2
        self.moved = {"items": 0, "paths": 0, "shifts": 0, "stretches": 0}
        rng = np.random.default_rng([seed, chain])
        # Overdispersed: every path displaced as a whole, every position by itself, scale too.
        scale = np.exp(rng.normal(0, 0.3))
        displaced = np.repeat(
            rng.normal(0, scatter, votes.path_start.size - 1), np.diff(votes.path_start)
        )
        self._theta = scale * (start + displaced + rng.normal(0, scatter / 2, start.size))
        n = np.diff(votes.start)
        yes = (votes.ends[:, 0] - votes.start[:-1]) / n
        self._beta = np.zeros(votes.n_items)
        self._centre = np.clip(3 * (yes - 0.5), -2, 2) + rng.normal(0, 0.3, votes.n_items)
        self._width = np.full(votes.n_items, -1.0) + rng.normal(0, 0.3, votes.n_items)
        self._variance = np.full(
            votes.path_start.size - 1, START_VARIANCE * np.exp(rng.normal(0, 0.5))
        )
        self._common = START_VARIANCE

    def advance(self, sweeps: int) -> None:
        """Move by that many sweeps over items, paths, scales, and runs of periods."""
        for _ in range(sweeps):
            self._sweep += 1
            self._one_sweep(forced=self._sweep <= FORCED_SWEEPS)

    def _one_sweep(self, *, forced: bool) -> None:
        votes = self._votes
        self.moved["items"] += sweep_items(
            self._seed, self._sweep, forced, votes.start, votes.ends, votes.unit, votes.weight,
            self._weighted, self._theta, self._beta, self._centre, self._width, CDF, INVERSE,
        )  # fmt: skip
        half = np.exp(self._width)
        self.moved["paths"] += sweep_paths(
            self._seed, self._sweep, forced, votes.path_start, votes.period, votes.unit_start,
            votes.unit_ends, votes.unit_item, votes.unit_weight, self._weighted, self._beta,
            self._centre, half, self._variance, self._place, self._sums, self._location,
            self._scale, self._theta, CDF, INVERSE,
        )  # fmt: skip
        if forced:
            return
        self._common = sweep_scales(
            self._seed, self._sweep, votes.path_start, votes.period, self._theta,
            self._variance, self._common, INVERSE,
        )  # fmt: skip
        self._move_runs(half)

    def _move_runs(self, half: np.ndarray) -> None:
        votes, periods = self._votes, self._periods
        rng = np.random.default_rng([int(self._seed) & 0x7FFFFFFF, self._sweep])
        for number in range(2 * self._run_moves):
            first = rng.integers(0, periods.size)
            last = int(periods[-1]) + 1
            if rng.random() < 0.5:  # a window instead of everything from here on
                end = min(int(first) + int(rng.geometric(0.2)), periods.size)
                last = int(periods[end - 1]) + 1
            stretching = number % 2 == 1
            taken = move_run(
                self._seed, self._sweep, number, stretching, int(periods[first]), int(last),
                votes.path_start, votes.period, self._item_first, self._item_last, votes.start,
                votes.ends, votes.unit, votes.weight, self._weighted, self._theta, self._beta,
                self._centre, half, self._variance, self._place, self._sums, self._location,
                self._scale, CDF, INVERSE,
            )  # fmt: skip
            self.moved["stretches" if stretching else "shifts"] += int(taken)

    def record(self) -> dict[str, np.ndarray]:
        """Positions as sampled, item parameters, and innovation standard deviations."""
        return {
            "theta": self._theta,
            "beta": self._beta,
            "centre": self._centre,
            "half": np.exp(self._width),
            "innovation": np.sqrt(np.append(self._variance, self._common)),
        }

    def state(self) -> dict[str, np.ndarray]:
        """Everything the next sweep depends on."""
        return {
            "theta": self._theta,
            "beta": self._beta,
            "centre": self._centre,
            "width": self._width,
            "variance": self._variance,
            "common": np.array(self._common),
            "sweep": np.array(self._sweep),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a saved state."""
        self._theta = state["theta"].copy()
        self._beta = state["beta"].copy()
        self._centre = state["centre"].copy()
        self._width = state["width"].copy()
        self._variance = state["variance"].copy()
        self._common = float(state["common"])
        self._sweep = int(state["sweep"])
