"""Posterior mode by Newton steps that alternate between items and paths."""
# ruff: noqa: FBT001, PLR0913, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import (
    factor,
    item_terms,
    newton_step,
    unit_terms,
)

FIRST_PRECISION = 1.0
LARGEST_STEP = 1.5


@njit(nogil=True, cache=True)
def step_items(
    first: int,
    last: int,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    beta: np.ndarray,
    centre: np.ndarray,
    width: np.ndarray,
    cdf: np.ndarray,
) -> float:
    """One Newton step for items ``first`` to ``last``; returns their log-posterior before it."""
    out, low = np.empty(9), np.empty(6)
    total = 0.0
    for v in range(first, last):
        total += item_terms(
            start[v], ends[v, 0], ends[v, 1], start[v + 1], unit, weight, weighted, theta,
            beta[v], centre[v], width[v], cdf, out,
        )  # fmt: skip
        factor(out, low)
        d0, d1, d2 = newton_step(out, low)
        beta[v] += min(max(d0, -LARGEST_STEP), LARGEST_STEP)
        centre[v] += min(max(d1, -LARGEST_STEP), LARGEST_STEP)
        width[v] = max(width[v] + min(max(d2, -0.7), 0.7), -6.0)
    return total


@njit(nogil=True, cache=True)
def measure_units(
    first: int,
    last: int,
    unit_start: np.ndarray,
    unit_ends: np.ndarray,
    item: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    beta: np.ndarray,
    centre: np.ndarray,
    half: np.ndarray,
    theta: np.ndarray,
    cdf: np.ndarray,
    slope: np.ndarray,
    curvature: np.ndarray,
) -> None:
    """Slope and curvature of the likelihood of units ``first`` to ``last``."""
    for u in range(first, last):
        _, slope[u], curvature[u] = unit_terms(
            unit_start[u], unit_ends[u, 0], unit_ends[u, 1], unit_start[u + 1],
            item, weight, weighted, beta, centre, half, theta[u], cdf,
        )  # fmt: skip


@njit(nogil=True, cache=True)
def step_paths(
    path_start: np.ndarray,
    period: np.ndarray,
    slope: np.ndarray,
    curvature: np.ndarray,
    innovation: float,
    theta: np.ndarray,
    spread: np.ndarray,
) -> float:
    """One Newton step of every path under a random walk of variance ``innovation`` per period.

    ``spread`` receives the conditional variances. Returns the expected squared step per period
    given the items: the next ``innovation`` of an EM iteration.
    """
    total = 0.0
    steps = 0
    longest = 0
    for p in range(path_start.size - 1):
        longest = max(longest, path_start[p + 1] - path_start[p])
    diagonal, right = np.empty(longest), np.empty(longest)
    link, cover = np.zeros(longest + 1), np.empty(longest)
    for p in range(path_start.size - 1):
        a, n = path_start[p], path_start[p + 1] - path_start[p]
        for k in range(n):
            link[k] = 1.0 / (innovation * (period[a + k] - period[a + k - 1])) if k else 0.0
        link[n] = 0.0
        for k in range(n):
            diagonal[k] = curvature[a + k] + link[k] + link[k + 1]
            right[k] = curvature[a + k] * theta[a + k] + slope[a + k]
        diagonal[0] += FIRST_PRECISION
        for k in range(1, n):
            ratio = link[k] / diagonal[k - 1]
            diagonal[k] -= ratio * link[k]
            right[k] += ratio * right[k - 1]
        cover[n - 1] = 1.0 / diagonal[n - 1]
        fresh = right[n - 1] / diagonal[n - 1]
        move = min(max(fresh - theta[a + n - 1], -LARGEST_STEP), LARGEST_STEP)
        theta[a + n - 1] += move
        spread[a + n - 1] = cover[n - 1]
        for k in range(n - 2, -1, -1):
            ratio = link[k + 1] / diagonal[k]
            after = fresh
            fresh = right[k] / diagonal[k] + ratio * after
            cover[k] = 1.0 / diagonal[k] + ratio * ratio * cover[k + 1]
            spread[a + k] = cover[k]
            theta[a + k] += min(max(fresh - theta[a + k], -LARGEST_STEP), LARGEST_STEP)
            difference = cover[k] + cover[k + 1] - 2.0 * ratio * cover[k + 1]
            total += ((after - fresh) ** 2 + difference) * link[k + 1] * innovation
            steps += 1
    return total / max(steps, 1)


@njit(nogil=True, cache=True)
def leading_direction(
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    path: np.ndarray,
    position: np.ndarray,
    rounds: int,
) -> None:
    """Power iterations for the main direction of votes between states, into ``position``.

    Votes count -1, 0, 1 around the item's mean; an item counts by the root of its voters.
    """
    n = position.size
    count = np.zeros(n)
    for j in range(unit.size):
        count[path[unit[j]]] += 1.0
    fresh = np.empty(n)
    for _ in range(rounds):
        fresh[:] = 0.0
        for v in range(start.size - 1):
            begin, end = start[v], start[v + 1]
            mean = ((end - ends[v, 1]) - (ends[v, 0] - begin)) / (end - begin)
            load = 0.0
            for j in range(begin, end):
                value = -1.0 if j < ends[v, 0] else (0.0 if j < ends[v, 1] else 1.0)
                load += (value - mean) * position[path[unit[j]]]
            load /= end - begin
            for j in range(begin, end):
                value = -1.0 if j < ends[v, 0] else (0.0 if j < ends[v, 1] else 1.0)
                fresh[path[unit[j]]] += (value - mean) * load
        centre = 0.0
        for p in range(n):
            fresh[p] /= math.sqrt(count[p] * (count[p] + 50.0))
            centre += fresh[p] / n
        length = 0.0
        for p in range(n):
            fresh[p] -= centre
            length += fresh[p] * fresh[p] / n
        for p in range(n):
            position[p] = fresh[p] / math.sqrt(length + 1e-300)
