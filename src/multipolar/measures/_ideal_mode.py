"""Where chains start: the posterior mode of positions and items, by alternating Newton steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt_fast import (
    leading_direction,
    measure_units,
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
    theta = start_positions(votes, orientation)
    beta, centre, width = start_items(votes)
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


def start_positions(votes: VoteArrays, orientation: np.ndarray) -> np.ndarray:
    """Main direction of votes between paths, found from the anchors, the same in every period."""
    n_paths = votes.path_start.size - 1
    path = np.repeat(np.arange(n_paths), np.diff(votes.path_start))
    position = np.bincount(path, np.sign(orientation), n_paths) / np.bincount(path)
    position += 0.01 * np.cos(np.arange(n_paths))  # not orthogonal to anything in particular
    leading_direction(votes.start, votes.ends, votes.unit, path, position, 6)
    theta = position[path]
    return np.asarray(np.clip((theta - theta.mean()) / theta.std(), -3, 3))


def start_items(votes: VoteArrays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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
