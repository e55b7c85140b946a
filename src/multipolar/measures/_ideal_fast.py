"""Point estimates in about a second: the posterior mode, and intervals from its curvature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import linalg, special

from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt_fast import (
    FIRST_PRECISION,
    leading_direction,
    measure_units,
    shared_information,
    step_items,
    step_paths,
)
from multipolar.measures._kernels.probit import CDF

FIRST_INNOVATION = 0.05
_THREADS_FROM = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Posterior mode, standardised: theta, item parameters, innovation variance, steps taken."""

    theta: np.ndarray
    beta: np.ndarray
    centre: np.ndarray
    width: np.ndarray
    innovation: float
    steps: int
    last_change: float


def find_mode(
    votes: VoteArrays,
    *,
    orientation: np.ndarray,
    steps: int = 40,
    tolerance: float = 2e-3,
    threads: int = 1,
) -> Mode:
    """Alternate Newton steps until no position moves more than ``tolerance`` on average.

    ``orientation`` (n_units,) gives the sign: the mode's correlation with it is made positive.
    """
    theta = _start(votes, orientation)
    beta, centre, width = _start_items(votes)
    spread, slope, curvature = (np.zeros(votes.n_units) for _ in range(3))
    innovation, change = FIRST_INNOVATION, np.inf
    item_blocks = votes.blocks()
    unit_blocks = _even(votes.unit_start, len(item_blocks))
    workers = threads if votes.n_obs >= _THREADS_FROM else 1
    done = 0
    with ThreadPoolExecutor(workers) as pool:
        run = _runner(pool, workers)
        for done in range(1, steps + 1):
            for _ in range(2 if done == 1 else 1):
                run(
                    lambda block: step_items(
                        *block, votes.start, votes.ends, votes.unit, votes.weight,
                        votes.weighted, theta, beta, centre, width, CDF,
                    ),
                    item_blocks,
                )  # fmt: skip
            half = np.exp(width)
            run(
                lambda block: measure_units(
                    *block, votes.unit_start, votes.unit_ends, votes.unit_item,
                    votes.unit_weight, votes.weighted, beta, centre, half, theta,  # noqa: B023
                    CDF, slope, curvature,
                ),
                unit_blocks,
            )  # fmt: skip
            before = theta.copy()
            innovation = step_paths(
                votes.path_start, votes.period, slope, curvature, innovation, theta, spread
            )
            innovation = min(max(innovation, 1e-4), 1.0)
            innovation /= _standardise(theta, beta, centre) ** 2
            change = float(np.sqrt(np.mean((theta - before) ** 2)))
            if change < tolerance:
                break
    if float(orientation @ theta) < 0:
        theta, beta = -theta, -beta
    return Mode(
        theta=theta, beta=beta, centre=centre, width=width, innovation=innovation, steps=done,
        last_change=change,
    )  # fmt: skip


def _runner(
    pool: ThreadPoolExecutor, workers: int
) -> Callable[[Callable[[tuple[int, int]], object], Iterable[tuple[int, int]]], None]:
    def run(work: Callable[[tuple[int, int]], object], blocks: Iterable[tuple[int, int]]) -> None:
        if workers > 1:
            list(pool.map(work, blocks))
        else:
            for block in blocks:
                work(block)

    return run


def _even(start: np.ndarray, n: int) -> list[tuple[int, int]]:
    total = start.size - 1
    cuts = np.searchsorted(start, np.linspace(0, start[-1], n + 1)[1:-1])
    edges = [0, *sorted({int(c) for c in cuts} - {0, total}), total]
    return list(pairwise(edges))


def _start(votes: VoteArrays, orientation: np.ndarray) -> np.ndarray:
    n_paths = votes.path_start.size - 1
    path = np.repeat(np.arange(n_paths), np.diff(votes.path_start))
    position = np.bincount(path, orientation, n_paths) / np.bincount(path)
    position += 0.01 * np.cos(np.arange(n_paths))  # not orthogonal to anything in particular
    leading_direction(votes.start, votes.ends, votes.unit, path, position, 12)
    theta = position[path]
    return np.asarray(np.clip((theta - theta.mean()) / theta.std(), -3, 3))


def _start_items(votes: VoteArrays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = np.diff(votes.start)
    yes = (votes.ends[:, 0] - votes.start[:-1] + 0.5) / (n + 1.5)
    not_no = (votes.ends[:, 1] - votes.start[:-1] + 1.0) / (n + 1.5)
    low, high = special.ndtri(yes), special.ndtri(not_no)
    return np.zeros(n.size), (low + high) / 2, np.log(np.maximum((high - low) / 2, 0.02))


def _standardise(theta: np.ndarray, beta: np.ndarray, centre: np.ndarray) -> float:
    """Mean 0 and standard deviation 1, the items following; returns the old deviation."""
    mean, scale = float(theta.mean()), float(theta.std(ddof=1))
    theta -= mean
    theta /= scale
    centre -= beta * mean
    beta *= scale
    return scale


def draw_around_mode(votes: VoteArrays, mode: Mode, *, draws: int, seed: int) -> np.ndarray:
    """Positions drawn from the normal distribution at the mode, shape (draws, n_units).

    The information about theta is reduced by what the items' parameters take (Schur complement,
    period by period; what a bridged item shares between periods is left out, and so is the link
    over a period in which a state did not vote). The whole is a block tridiagonal matrix, drawn
    from block by block, last period first. Not yet standardised.
    """
    periods, members = _members(votes)
    links = _links(votes, mode, periods, members)
    inverses = _eliminate(_information(votes, mode, members), links)
    rng = np.random.default_rng([seed, 2])
    out = np.empty((draws, votes.n_units))
    later: np.ndarray | None = None
    for t in range(len(members) - 1, -1, -1):
        root = linalg.cholesky(inverses[t], lower=True, check_finite=False)
        value = root @ rng.normal(size=(members[t].size, draws))
        if later is not None:
            before, here, precision = links[t]
            push = np.zeros_like(value)
            push[before] = precision * later[here]
            value += inverses[t] @ push
        out[:, members[t]] = value.T
        later = value
    return out + mode.theta


def _members(votes: VoteArrays) -> tuple[np.ndarray, list[np.ndarray]]:
    periods = np.unique(votes.period)
    return periods, [np.flatnonzero(votes.period == t) for t in periods]


def _information(votes: VoteArrays, mode: Mode, members: list[np.ndarray]) -> list[np.ndarray]:
    """Information matrix of each period's positions, items eliminated."""
    loading = np.empty((votes.n_obs, 3))
    shared_information(
        votes.start, votes.ends, votes.unit, votes.weight, votes.weighted, mode.theta, mode.beta,
        mode.centre, mode.width, CDF, loading,
    )  # fmt: skip
    slope, curvature = np.zeros(votes.n_units), np.zeros(votes.n_units)
    measure_units(
        0, votes.n_units, votes.unit_start, votes.unit_ends, votes.unit_item, votes.unit_weight,
        votes.weighted, mode.beta, mode.centre, np.exp(mode.width), mode.theta, CDF, slope,
        curvature,
    )  # fmt: skip
    period_of = votes.period[votes.unit]
    order = np.argsort(period_of, kind="stable")
    periods = [int(votes.period[m[0]]) for m in members]
    edges = np.searchsorted(period_of[order], [*periods, periods[-1] + 1])
    blocks = []
    place = np.empty(votes.n_units, np.int64)
    for m, a, b in zip(members, edges[:-1], edges[1:], strict=True):
        place[m] = np.arange(m.size)
        rows = order[a:b]
        _, item = np.unique(votes.item_of[rows], return_inverse=True)
        wide = np.zeros((m.size, item.max() + 1, 3))
        np.add.at(wide, (place[votes.unit[rows]], item), loading[rows])
        flat = wide.reshape(m.size, -1)
        blocks.append(np.diag(curvature[m]) - flat @ flat.T)
    return blocks


def _links(
    votes: VoteArrays, mode: Mode, periods: np.ndarray, members: list[np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Places (before, after) of states in neighbouring periods, and the link's precision."""
    links = []
    for t in range(len(members) - 1):
        before, after = members[t], members[t + 1]
        same = np.isin(after - 1, before) & ~np.isin(after, votes.path_start)
        here = np.flatnonzero(same)
        there = np.searchsorted(before, after[here] - 1)
        gap = float(periods[t + 1] - periods[t])
        links.append((there, here, 1.0 / (mode.innovation * gap)))
    return links


_Links = list[tuple[np.ndarray, np.ndarray, float]]


def _eliminate(blocks: list[np.ndarray], links: _Links) -> list[np.ndarray]:
    """Inverses of the forward-eliminated diagonal blocks."""
    inverses: list[np.ndarray] = []
    for t, block in enumerate(blocks):
        full = block.copy()
        full[np.diag_indices_from(full)] += 1e-6
        if t == 0:
            full[np.diag_indices_from(full)] += FIRST_PRECISION
        if t > 0:
            full[links[t - 1][1], links[t - 1][1]] += links[t - 1][2]
        if t < len(links):
            full[links[t][0], links[t][0]] += links[t][2]
        if t > 0:
            before, here, precision = links[t - 1]
            newcomers = np.setdiff1d(np.arange(block.shape[0]), here)
            full[newcomers, newcomers] += FIRST_PRECISION
            full[np.ix_(here, here)] -= precision**2 * inverses[-1][np.ix_(before, before)]
        inverses.append(linalg.inv(full, check_finite=False))
    return inverses
