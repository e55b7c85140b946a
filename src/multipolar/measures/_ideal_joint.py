"""Chains of the proper posterior: dispersed starts, tuning during burn-in, moves.

A move is a trajectory of Hamiltonian dynamics in coordinates in which the posterior is nearly a
standard normal distribution (``_ideal_metric``). The standard normal part is followed exactly, by a
rotation, and only the rest of the force in steps (Shahbaba, Lan, Johnson & Neal 2014), so that a
few steps carry every direction, the collective ones too, about a quarter of a turn on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_metric import Metric
from multipolar.measures._kernels.irt_energy import (
    COMMON_RATE,
    COMMON_SD,
    LOG_CDF,
    MIN_VOTERS,
    RATE_SD,
    newton_items,
    path_energy,
    prior_energy,
    standardise,
    vote_energy,
)
from multipolar.measures._kernels.probit import CDF

PERIOD_PRIOR = (0.5, 0.25)  # sds of a period's mean and of the log of its standard deviation
NEWTON_STEPS = 12
ACCEPTANCE = 0.8  # aimed at
FIRST_STEP, LEAST_STEP, GREATEST_STEP = 0.1, 0.005, 0.5  # radians
TURN = (1.3, 2.3)  # angle of a trajectory, drawn anew for each
MOST_STEPS = 40
REFERENCE_DRAWS = 30
# Shares of the burn-in after which the coordinates are fitted anew to the draws since the last fit.
REFITS = (0.03, 0.07, 0.12, 0.2, 0.3, 0.45, 0.65)
FIXED_FROM = 0.8  # share of the burn-in after which step lengths are averaged
LOST = 1e4  # rise of energy at which a trajectory is given up


class Point(NamedTuple):
    """Positions (n_units,), items (n_items, 3) in the sampler's coordinates, log rates."""

    theta: np.ndarray
    item: np.ndarray
    rate: np.ndarray


class JointChain:
    """One chain of the joint posterior of positions, items and rates of change."""

    def __init__(
        self,
        votes: VoteArrays,
        start: np.ndarray,
        *,
        seed: int,
        chain: int,
        burn: int = 100,
        period_prior: tuple[float, float] | None = PERIOD_PRIOR,
        scatter: float = 0.7,
    ) -> None:
        self._votes, self._seed, self._burn = votes, (seed, chain), burn
        self._weighted = votes.weighted
        # Without a prior both precisions are 0.
        location, scale = period_prior or (np.inf, np.inf)
        self._period_precision = (1.0 / location**2, 1.0 / scale**2)
        periods, place = np.unique(votes.period, return_inverse=True)
        self._place = place.astype(np.int64)
        self._home = _homes(votes, periods, np.bincount(self._place))
        self._moments, self._standing = np.empty((periods.size, 3)), np.empty(votes.n_units)
        self._sweep, self._log_step, self._steps_kept = 0, np.log(FIRST_STEP), np.zeros(2)
        self._point = self._scattered(start, scatter, np.random.default_rng([seed, chain]))
        self._recent = [self._point]
        self._refit()

    def _scattered(self, start: np.ndarray, scatter: float, rng: np.random.Generator) -> Point:
        """Overdispersed: every path displaced as a whole, every position by itself, scale too."""
        votes = self._votes
        steps = np.diff(votes.path_start)
        displaced = np.repeat(rng.normal(0, scatter, steps.size), steps)
        noise = rng.normal(0, scatter / 2, start.size)
        theta = np.exp(rng.normal(0, 0.3)) * (start + displaced + noise)
        beta, centre = np.zeros(votes.n_items), np.zeros(votes.n_items)
        width = np.full(votes.n_items, -1.0)
        newton_items(
            votes.start, votes.ends, votes.unit, votes.weight, self._weighted, theta, NEWTON_STEPS,
            beta, centre, width, CDF,
        )  # fmt: skip
        rate = np.full(steps.size + 1, COMMON_RATE)
        rate += rng.normal(0, 1) * COMMON_SD
        rate[:-1] += rng.normal(0, RATE_SD / 2, steps.size)
        return Point(theta, self._sampled_items(theta, beta, centre, width), rate)

    def _home_moments(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and sd of positions in every item's period; 0 and 1 where items keep their own."""
        standardise(theta, self._place, self._moments, self._standing)
        own = self._home >= 0
        mean = np.where(own, self._moments[self._home, 0], 0.0)
        return mean, np.where(own, self._moments[self._home, 1], 1.0)

    def advance(self, sweeps: int) -> None:
        """Move by that many trajectories; tune during the burn-in."""
        refits = {max(1, round(share * self._burn)) for share in REFITS}
        for _ in range(sweeps):
            self._sweep += 1
            chance = self._trajectory()
            if self._sweep > self._burn:
                continue
            self._tune(chance)
            self._recent.append(self._point)
            if self._sweep in refits:
                self._refit()

    def _tune(self, chance: float) -> None:
        """Lengthen the step when moves are taken too often, shorten it when too seldom."""
        gain = max(0.1, min(0.5, 2.0 / np.sqrt(self._sweep)))
        step = self._log_step + gain * (chance - ACCEPTANCE)
        self._log_step = float(np.clip(step, np.log(LEAST_STEP), np.log(GREATEST_STEP)))
        if self._sweep > FIXED_FROM * self._burn:
            self._steps_kept += self._log_step, 1.0
        if self._sweep == self._burn and self._steps_kept[1]:
            self._log_step = float(self._steps_kept[0] / self._steps_kept[1])
            self._recent = []

    def _refit(self) -> None:
        """Fit the coordinates to the draws since the last fit."""
        every = -(-len(self._recent) // REFERENCE_DRAWS)
        self._set_reference(_stacked(self._recent[::every]))
        self._recent = []

    def _set_reference(self, draws: Point) -> None:
        self._reference = draws
        rate = draws.rate.mean(0)
        self._metric = Metric(
            self._votes, self._place, self._home, draws.theta, draws.item, rate[:-1],
            self._period_precision,
        )  # fmt: skip
        # Of the information that known positions would give on a rate, votes leave about a third.
        own = (np.diff(self._votes.path_start) - 1.0) / 6 + 1 / RATE_SD**2
        self._rate_share = 1 / (RATE_SD**2 * own)  # of a change of the common rate, in a path's
        shared = (1 - self._rate_share).sum() / RATE_SD**2 + 1 / COMMON_SD**2
        self._rate_centre, self._rate_scale = rate, np.sqrt(np.append(own, shared))

    def _white_rates(self, rate: np.ndarray) -> np.ndarray:
        """Rates less their share of the common one, each by its precision."""
        moved = rate - self._rate_centre
        moved[:-1] -= self._rate_share * moved[-1]
        return np.asarray(moved * self._rate_scale)

    def _stated_rates(self, white: np.ndarray) -> np.ndarray:
        moved = white / self._rate_scale
        moved[:-1] += self._rate_share * moved[-1]
        return np.asarray(moved + self._rate_centre)

    def _energy(self, point: Point) -> tuple[float, Point]:
        """Negative log posterior and its slope in white coordinates."""
        votes, (theta, item, rate) = self._votes, point
        slope_standing, slope = np.zeros((2, theta.size))
        item_slope, rate_slope = np.empty_like(item), np.empty_like(rate)
        standardise(theta, self._place, self._moments, self._standing)
        energy = vote_energy(
            votes.start, votes.ends, votes.unit, votes.weight, self._weighted, self._home,
            self._standing, theta, item, CDF, LOG_CDF, slope_standing, slope, item_slope,
        )  # fmt: skip
        energy += path_energy(votes.path_start, votes.period, theta, rate, slope, rate_slope)
        if not np.isfinite(energy):
            return np.inf, point
        energy += prior_energy(
            self._home, self._place, self._moments, self._standing, item, *self._period_precision,
            slope_standing, slope, item_slope,
        )  # fmt: skip
        white = self._metric.slope(slope, item_slope)
        rate_slope[-1] += self._rate_share @ rate_slope[:-1]
        return energy, Point(*white, rate_slope / self._rate_scale)

    def _trajectory(self) -> float:
        """Propose the end of one trajectory; returns the probability with which it is taken."""
        rng = np.random.default_rng([*self._seed, self._sweep])
        step = float(np.exp(self._log_step))
        steps = int(np.clip(round(rng.uniform(*TURN) / step), 1, MOST_STEPS))
        turn, lift = np.cos(step), np.sin(step)
        point = self._point
        q = [*self._metric.white(point.theta, point.item), self._white_rates(point.rate)]
        p = [rng.standard_normal(part.shape) for part in q]
        energy, slope = self._energy(point)
        start = energy + _kinetic(p)
        for _ in range(steps):
            p = [b - 0.5 * step * (g - a) for a, b, g in zip(q, p, slope, strict=True)]
            q, p = (
                [turn * a + lift * b for a, b in zip(q, p, strict=True)],
                [turn * b - lift * a for a, b in zip(q, p, strict=True)],
            )
            point = Point(*self._metric.point(q[0], q[1]), self._stated_rates(q[2]))
            energy, slope = self._energy(point)
            if not energy - start < LOST:
                return 0.0
            p = [b - 0.5 * step * (g - a) for a, b, g in zip(q, p, slope, strict=True)]
        change = start - energy - _kinetic(p)
        if np.log(rng.uniform()) < change:
            self._point = point
        return float(np.exp(min(change, 0.0)))

    def _stated_items(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Discrimination, centre and log half-width of the cutpoints, as the model states them."""
        theta, item, _ = self._point
        mean, sd = self._home_moments(theta)
        beta = item[:, 0] / sd
        return beta, item[:, 1] + beta * mean + np.exp(item[:, 2]), item[:, 2]

    def _sampled_items(
        self, theta: np.ndarray, beta: np.ndarray, centre: np.ndarray, width: np.ndarray
    ) -> np.ndarray:
        """Inverse of :meth:`_stated_items`, about the moments of ``theta``."""
        mean, sd = self._home_moments(theta)
        return np.column_stack([beta * sd, centre - np.exp(width) - beta * mean, width])

    def record(self) -> dict[str, np.ndarray]:
        """Positions as sampled, item parameters, sd of a step over one period."""
        beta, centre, width = self._stated_items()
        return {
            "theta": self._point.theta,
            "beta": beta,
            "centre": centre,
            "half": np.exp(width),
            "innovation": np.sqrt(-np.expm1(-2.0 * np.exp(self._point.rate))),
        }

    def state(self) -> dict[str, np.ndarray]:
        """Everything the next trajectory depends on."""
        parts = self._point._asdict()
        parts |= {f"reference_{n}": a for n, a in self._reference._asdict().items()}
        if self._recent:
            parts |= {f"recent_{n}": a for n, a in _stacked(self._recent)._asdict().items()}
        return parts | {
            "sweep": np.array(self._sweep),
            "log_step": np.array(self._log_step),
            "steps_kept": self._steps_kept.copy(),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a saved state."""
        self._point = Point(*(state[n].copy() for n in Point._fields))
        self._set_reference(Point(*(state[f"reference_{n}"] for n in Point._fields)))
        self._recent = []
        if "recent_theta" in state:
            recent = (state[f"recent_{n}"] for n in Point._fields)
            self._recent = [Point(*parts) for parts in zip(*recent, strict=True)]
        self._sweep, self._log_step = int(state["sweep"]), float(state["log_step"])
        self._steps_kept = state["steps_kept"].copy()


def _homes(votes: VoteArrays, periods: np.ndarray, voters: np.ndarray) -> np.ndarray:
    """Place of each item's period; -1 for items of several periods or of one with few voters."""
    first, last = (votes.items[c].to_numpy().astype(np.int64) for c in ("first", "last"))
    place = np.searchsorted(periods, first)
    return np.where((first == last) & (voters[place] >= MIN_VOTERS), place, -1)


def _stacked(points: list[Point]) -> Point:
    """All of them in one, one per row of the first axis."""
    return Point(*(np.stack(part) for part in zip(*points, strict=True)))


def _kinetic(p: list[np.ndarray]) -> float:
    return 0.5 * sum(float((part * part).sum()) for part in p)
