"""Positions in well under a second: mean field passes, and draws from the votes' information.

The estimate is the fixed point of the published procedure with every draw replaced by its
conditional mean (variational Bayes as in Imai, Lo & Olmsted 2016, for ordered votes): utilities by
their truncated normal means, discriminations and positions by mean and variance, cutpoints by
their mode. Positions follow a two-sided random walk of the published variances and are
standardised in every pass. That standardisation pulls on a state in proportion to what a complete
record of its utilities would say of it, as in the published sampler and unlike in a posterior
mode, where a state that the votes hardly bound moves far out; this is why the passes keep the
published form while their steps are those of Newton.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from scipy import linalg, special
from threadpoolctl import threadpool_limits

from multipolar.measures._ideal_bsv import lag_prior
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt_variational import (
    FIRST_PRECISION,
    apply_paths,
    item_roots,
    items_of_periods,
    leading_direction,
    load_votes,
    solve_paths,
    sweep_items,
)
from multipolar.measures._kernels.probit import CDF, MILLS

LARGEST_MOVE = 0.5
TOLERANCE = 3e-3
MOBILITY_BOUNDS = (0.01, 4.0)
_THREADS_FROM = 100_000
_FIRST_LOOK = 5  # passes after which periods are first checked for standing on their heads
_BLOCKS = 4  # whatever the machine, so that sums are the same for any number of threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Approximation:
    """Positions, standardised, and the items' parameters.

    Attributes
    ----------
    theta : (n_units,)
    beta, cut : (n_items,), (n_items, 2)
    noise : (n_units,)
        What the uncertainty of the discriminations adds to a position's information.
    step_variance : (n_units,)
        Prior variance of the step to a unit from the one before it on its path.
    mobility : float
        How far states moved, as estimated: expected squared steps over ``step_variance``.
    steps, last_change : int, float
        Passes, and the root mean square of the last change of a position.
    """

    theta: np.ndarray
    beta: np.ndarray
    cut: np.ndarray
    noise: np.ndarray
    step_variance: np.ndarray
    mobility: float
    steps: int
    last_change: float


@dataclass(slots=True)
class _Passes:
    """The state of the iteration, and its two halves: items, then positions."""

    votes: VoteArrays
    theta: np.ndarray
    beta: np.ndarray
    cut: np.ndarray
    step_variance: np.ndarray
    blocks: list[tuple[int, int]]
    spread: np.ndarray = field(init=False)
    sums: np.ndarray = field(init=False)
    block_sums: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        n = self.votes.n_units
        self.spread = np.zeros(n)
        self.sums = np.zeros((n, 4))
        self.block_sums = np.zeros((len(self.blocks), n, 4))

    def items(
        self, run: Callable[[Callable[[int], None], Iterable[int]], Iterable[None]], rounds: int
    ) -> None:
        """Newton steps of every item, and what the items then say of each unit."""
        votes, weighted = self.votes, self.votes.weighted

        def one(k: int) -> None:
            sweep_items(
                *self.blocks[k], rounds, votes.start, votes.ends, votes.unit, votes.weight,
                weighted, self.theta, self.spread, self.beta, self.cut, self.block_sums[k], MILLS,
                CDF,
            )  # fmt: skip

        list(run(one, range(len(self.blocks))))
        np.sum(self.block_sums, axis=0, out=self.sums)

    def positions(self) -> float:
        """One step of all positions; returns the root mean square of their change.

        ``fresh`` are the conditional means that the published procedure would standardise. The
        fixed point is where standardising them gives the positions back; the step towards it
        divides by the curvature of the likelihood, not by that of the complete data.
        """
        votes, before = self.votes, self.theta
        slope, square, bend, noise = np.ascontiguousarray(self.sums.T)
        fresh, pull, step = (np.empty(votes.n_units) for _ in range(3))
        right = slope + square * self.theta
        ends = votes.path_start
        solve_paths(ends, square + noise, self.step_variance, right, fresh, self.spread)
        centre = fresh.mean()
        scale = np.sqrt(fresh.var(ddof=1) + self.spread.mean())
        target = scale * self.theta + centre
        apply_paths(ends, square + noise, self.step_variance, target, pull)
        solve_paths(ends, bend + noise, self.step_variance, right - pull, step, np.empty_like(step))
        self.theta = self.theta + np.clip(step, -LARGEST_MOVE, LARGEST_MOVE)
        self.spread /= scale**2
        self._standardise()
        return float(np.sqrt(np.mean((self.theta - before) ** 2)))

    def turn_periods(self, place: np.ndarray) -> bool:
        """Turn periods in which most states stand opposite to the period before; True if any do.

        Votes say nothing of the sign of a period, only the states that it shares with its
        neighbours do. ``place`` is the number of each unit's period.
        """
        later = np.flatnonzero(np.diff(place) == 1) + 1
        later = np.setdiff1d(later, self.votes.path_start)
        tie = self.theta[later] * self.theta[later - 1] / self.step_variance[later]
        alike = np.bincount(place[later], tie, int(place.max()) + 1)
        sign = np.cumprod(np.where(alike < 0, -1.0, 1.0))
        if (sign > 0).all():
            return False
        self.theta *= sign[place]
        self.beta *= sign[place[self.votes.unit[self.votes.start[:-1]]]]
        return True

    def _standardise(self) -> None:
        """Mean 0 and variance 1 of positions with their uncertainty, the items following."""
        mean = self.theta.mean()
        scale = np.sqrt(self.theta.var(ddof=1) + self.spread.mean())
        self.theta = (self.theta - mean) / scale
        self.cut -= self.beta[:, None] * mean
        self.beta *= scale


def approximate(
    votes: VoteArrays,
    *,
    orientation: np.ndarray,
    steps: int = 60,
    tolerance: float = TOLERANCE,
    threads: int = 1,
) -> Approximation:
    """Pass over items and positions until no position moves more than ``tolerance`` on average.

    ``orientation`` (n_units,) gives the sign: the positions' correlation with it is made positive.
    """
    beta, centre, width = _start_items(votes)
    half = np.where(votes.ends[:, 0] == votes.ends[:, 1], 0.0, np.exp(width))
    passes = _Passes(
        votes=votes, theta=_start_positions(votes, orientation), beta=beta,
        cut=np.clip(np.column_stack([centre - half, centre + half]), -6.9, 6.9),
        step_variance=lag_prior(votes).variance, blocks=votes.blocks(_BLOCKS),
    )  # fmt: skip
    place, _ = _members(votes)
    workers = threads if votes.n_obs >= _THREADS_FROM else 1
    change, done = np.inf, 0
    with ThreadPoolExecutor(workers) as pool:
        run = pool.map if workers > 1 else map
        for done in range(1, steps + 1):
            passes.items(run, rounds=3 if done == 1 else 1)
            change = passes.positions()
            settled = change < tolerance
            if (settled or done == _FIRST_LOOK) and passes.turn_periods(place):
                continue
            if settled:
                break
    return _finished(passes, orientation, done, change)


def _start_positions(votes: VoteArrays, orientation: np.ndarray) -> np.ndarray:
    """Main direction of votes between paths, found from the anchors, the same in every period."""
    n_paths = votes.path_start.size - 1
    path = np.repeat(np.arange(n_paths), np.diff(votes.path_start))
    position = np.bincount(path, np.sign(orientation), n_paths) / np.bincount(path)
    position += 0.01 * np.cos(np.arange(n_paths))  # not orthogonal to anything in particular
    leading_direction(votes.start, votes.ends, votes.unit, path, position, 6)
    theta = position[path]
    return np.asarray(np.clip((theta - theta.mean()) / theta.std(), -3, 3))


def _start_items(votes: VoteArrays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = np.diff(votes.start)
    yes = (votes.ends[:, 0] - votes.start[:-1] + 0.5) / (n + 1.5)
    not_no = (votes.ends[:, 1] - votes.start[:-1] + 1.0) / (n + 1.5)
    low, high = special.ndtri(yes), special.ndtri(not_no)
    return np.zeros(n.size), (low + high) / 2, np.log(np.maximum((high - low) / 2, 0.02))


def _finished(passes: _Passes, orientation: np.ndarray, steps: int, change: float) -> Approximation:
    theta, beta, cut = passes.theta, passes.beta, passes.cut
    scale = theta.std(ddof=1)
    theta, beta = theta / scale, beta * scale
    if float(orientation @ theta) < 0:
        theta, beta = -theta, -beta
    return Approximation(
        theta=theta, beta=beta, cut=cut, noise=passes.sums[:, 3].copy(),
        step_variance=passes.step_variance, mobility=_mobility(passes), steps=steps,
        last_change=change,
    )  # fmt: skip


def _mobility(passes: _Passes) -> float:
    """Expected squared steps of states over the prior's, by EM on each unit's own information."""
    slope, _, bend, noise = np.ascontiguousarray(passes.sums.T)
    precision = bend + noise
    right = slope + precision * passes.theta
    mean, spread = np.empty_like(right), np.empty_like(right)
    low, high = MOBILITY_BOUNDS
    mobility = 1.0
    for _ in range(100):
        before = mobility
        ratio = solve_paths(
            passes.votes.path_start, precision, mobility * passes.step_variance, right, mean, spread
        )
        mobility = min(max(mobility * ratio**1.5, low), high)  # EM goes too short a way
        if abs(mobility - before) < 0.01 * mobility:
            break
    return mobility


def unsettled(fit: Approximation) -> list[str]:
    """A note where the passes ran out before the positions stood still."""
    if fit.last_change < TOLERANCE:
        return []
    note = (
        f"mode 'fast' stopped after {fit.steps} passes while positions still moved by "
        f"{fit.last_change:.3f} on average: these votes say too little; use 'joint', or more votes"
    )
    return [note]


def draw_around(votes: VoteArrays, fit: Approximation, *, draws: int, seed: int) -> np.ndarray:
    """Positions drawn around the estimate, shape (draws, n_units), not yet standardised.

    Two errors are drawn: that of the votes, with the information they carry once the items'
    parameters are estimated too, and that of the prior, which smooths steps of the size states
    really make (``mobility``) as if they were of the size it assumes. Both pass through the
    inverse of information plus prior, a block tridiagonal matrix, one block per period. What a
    bridged item shares between periods is left out; after a gap a path starts anew.
    """
    place, members = _members(votes)
    begins = _begins(votes, place)
    rng = np.random.default_rng([seed, 2])
    error = _prior_error(fit, begins, draws, rng)
    # Matrices of one period are too small to share among threads of the linear algebra library.
    with threadpool_limits(1, user_api="blas"):
        information = _information(votes, fit, place, members)
        for m, block in zip(members, information, strict=True):
            root = linalg.cholesky(block + 1e-6 * np.eye(m.size), lower=True, check_finite=False)
            error[m] += root.astype(np.float32) @ rng.standard_normal((m.size, draws), np.float32)
        _solve_blocks(information, members, begins, 1.0 / fit.step_variance, error)
    return np.ascontiguousarray(error.T) + fit.theta.astype(np.float32)


def draw_items(votes: VoteArrays, fit: Approximation, *, draws: int, seed: int) -> list[np.ndarray]:
    """Discriminations, low and high cutpoints drawn given the positions, each (draws, n_items)."""
    rng = np.random.default_rng([seed, 3])
    root = _roots(votes, fit).astype(np.float32).T
    x, y, z = rng.standard_normal((3, draws, votes.n_items), np.float32)
    tied = votes.ends[:, 0] == votes.ends[:, 1]
    z /= root[5]
    z[:, tied] = 0.0
    y = (y - root[4] * z) / root[2]
    x = (x - root[1] * y - root[3] * z) / root[0]
    low = y + fit.cut[:, 0].astype(np.float32)
    high = np.where(tied, y, z) + fit.cut[:, 1].astype(np.float32)
    return [x + fit.beta.astype(np.float32), low, np.maximum(low, high)]


def _members(votes: VoteArrays) -> tuple[np.ndarray, list[np.ndarray]]:
    """Number of each unit's period, and the units of each period."""
    periods, place = np.unique(votes.period, return_inverse=True)
    order = np.argsort(place, kind="stable")
    return place, np.split(order, np.cumsum(np.bincount(place))[:-1][: periods.size - 1])


def _begins(votes: VoteArrays, place: np.ndarray) -> np.ndarray:
    """Units with no unit of their path in the period just before."""
    begins = np.ones(votes.n_units, np.bool_)
    begins[1:] = np.diff(place) != 1
    begins[votes.path_start[:-1]] = True
    return begins


def _prior_error(
    fit: Approximation, begins: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Prior precision times a walk with steps of the estimated size, (n_units, draws)."""
    scale = np.where(begins, np.sqrt(FIRST_PRECISION), np.sqrt(fit.mobility / fit.step_variance))
    error = rng.standard_normal((begins.size, draws), np.float32)
    error *= scale.astype(np.float32)[:, None]
    error[:-1] -= np.where(begins[1:, None], np.float32(0), error[1:])
    return error


def _information(
    votes: VoteArrays, fit: Approximation, place: np.ndarray, members: list[np.ndarray]
) -> list[np.ndarray]:
    """Information matrix of each period's positions, the items' parameters eliminated."""
    weighted, roots = votes.weighted, _roots(votes, fit)
    edges, items = items_of_periods(votes.start, votes.unit, place, len(members))
    row = np.empty(votes.n_units, np.int64)
    blocks = []
    for t, m in enumerate(members):
        mine = items[edges[t] : edges[t + 1]]
        row[m] = np.arange(m.size)
        wide, own = np.zeros((m.size, 3 * mine.size)), fit.noise[m]
        load_votes(
            mine, t, place, row, votes.start, votes.ends, votes.unit, votes.weight, weighted,
            fit.theta, fit.beta, fit.cut, roots, MILLS, CDF, wide, own,
        )  # fmt: skip
        blocks.append(np.diag(own) - wide @ wide.T)
    return blocks


def _roots(votes: VoteArrays, fit: Approximation) -> np.ndarray:
    """Cholesky factors of the items' curvatures, (n_items, 6)."""
    roots = np.empty((votes.n_items, 6))
    item_roots(
        votes.start, votes.ends, votes.unit, votes.weight, votes.weighted, fit.theta, fit.beta,
        fit.cut, MILLS, CDF, roots,
    )  # fmt: skip
    return roots


def _solve_blocks(
    information: list[np.ndarray],
    members: list[np.ndarray],
    begins: np.ndarray,
    link: np.ndarray,
    error: np.ndarray,
) -> None:
    """Solve (information + prior) x = error in place, by elimination from the first period on."""
    row = np.empty(begins.size, np.int64)
    for m in members:
        row[m] = np.arange(m.size)
    follows = np.append(~begins[1:], False)
    inverses: list[np.ndarray] = []
    for t, (m, block) in enumerate(zip(members, information, strict=True)):
        full = block.copy()
        prior = np.where(begins[m], FIRST_PRECISION, link[m])
        prior[follows[m]] += link[m[follows[m]] + 1]
        full[np.diag_indices_from(full)] += prior
        here = np.flatnonzero(~begins[m])
        units = m[here]
        if t and here.size:
            before = row[units - 1]
            tie = link[units]
            full[np.ix_(here, here)] -= tie[:, None] * tie * inverses[-1][np.ix_(before, before)]
            carried = inverses[-1][before].astype(np.float32) @ error[members[t - 1]]
            error[units] += tie.astype(np.float32)[:, None] * carried
        inverses.append(_inverse(full))
    for t in range(len(members) - 1, -1, -1):
        m = members[t]
        after = m[follows[m]] + 1
        error[after - 1] += link[after].astype(np.float32)[:, None] * error[after]
        error[m] = inverses[t].astype(np.float32) @ error[m]


def _inverse(full: np.ndarray) -> np.ndarray:
    root = linalg.cholesky(full, lower=True, check_finite=False)
    return np.asarray(linalg.cho_solve((root, True), np.eye(full.shape[0]), check_finite=False))
