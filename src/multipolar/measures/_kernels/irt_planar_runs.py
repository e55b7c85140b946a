"""Moves of all positions of a run of periods at once: shifts, stretches along a line, turns.

Items wholly inside the run follow, so that their votes and absences are exactly as likely as
before; along these directions the likelihood is flat and single paths creep. Each kind is a group
with one parameter, drawn by slice sampling (Neal 2003: an interval of fixed width around the
present point, shrunk until inside) from its density on the orbit, volume included (Liu & Sabatti
2000). All that density needs of paths and items are a few sums; items that
reach outside the run stay as they are and enter by their likelihood.
"""
# ruff: noqa: FBT001, PLR0913, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import BETA_SD, CENTRE_SD
from multipolar.measures._kernels.irt_planar import AWAY_MEAN, AWAY_SD
from multipolar.measures._kernels.irt_planar_paths import spread_penalty, sum_periods, unit_terms
from multipolar.measures._kernels.probit import advance, stream, to_unit

SHIFT, STRETCH, TURN = 0, 1, 2
SLICE_WIDTH = 0.6
MAX_ATTEMPTS = 40
# Rows of the sums: 2 x 2 matrices, then vectors.
MOVED, ACROSS, SLOPES, TILTED = 0, 1, 2, 3
SHIFTED, STILL, CENTRES = 0, 1, 2


@njit(error_model="numpy")
def _add(matrix: np.ndarray, w: float, a0: float, a1: float, b0: float, b1: float) -> None:
    matrix[0, 0] += w * a0 * b0
    matrix[0, 1] += w * a0 * b1
    matrix[1, 0] += w * a1 * b0
    matrix[1, 1] += w * a1 * b1


@njit(error_model="numpy")
def path_sums(
    first: int,
    last: int,
    period: np.ndarray,
    theta: np.ndarray,
    kept: np.ndarray,
    link: np.ndarray,
    matrices: np.ndarray,
    vectors: np.ndarray,
) -> tuple[float, int]:
    """Steps that the run touches; returns the weight of its shift in them and the units inside.

    A step is a part p that moves less a part o that does not: a map M and a shift s turn it into
    M p + c s - o.
    """
    weight, n_inside = 0.0, 0
    for u in range(theta.shape[0]):
        inside = first <= period[u] < last
        # ``kept`` is 0 into a path's first place: what stands before it is of no account.
        before = max(u - 1, 0)
        before_inside = first <= period[before] < last
        n_inside += inside
        if not inside and not before_inside:
            continue
        w, k = link[u], kept[u]
        x, y, bx, by = theta[u, 0], theta[u, 1], k * theta[before, 0], k * theta[before, 1]
        if inside and before_inside:
            px, py, c, ox, oy = x - bx, y - by, 1.0 - k, 0.0, 0.0
        elif inside:
            px, py, c, ox, oy = x, y, 1.0, bx, by
        else:
            px, py, c, ox, oy = bx, by, k, x, y
        weight += w * c * c
        _add(matrices[MOVED], w, px, py, px, py)
        _add(matrices[ACROSS], w, ox, oy, px, py)
        vectors[SHIFTED, 0] += w * c * px
        vectors[SHIFTED, 1] += w * c * py
        vectors[STILL, 0] += w * c * ox
        vectors[STILL, 1] += w * c * oy
    return weight, n_inside


@njit(error_model="numpy")
def _add_item(
    centre: float, b0: float, b1: float, w_slope: float, w_centre: float, matrices: np.ndarray,
    vectors: np.ndarray,
) -> None:  # fmt: skip
    _add(matrices[SLOPES], w_slope, b0, b1, b0, b1)
    _add(matrices[TILTED], w_centre, b0, b1, b0, b1)
    vectors[CENTRES, 0] += w_centre * centre * b0
    vectors[CENTRES, 1] += w_centre * centre * b1


@njit(error_model="numpy")
def item_sums(
    first: int,
    last: int,
    item_first: np.ndarray,
    item_last: np.ndarray,
    items: np.ndarray,
    away: np.ndarray,
    choosing: bool,
    precision: float,
    matrices: np.ndarray,
    vectors: np.ndarray,
) -> int:
    """Add up the rows of items inside the run; returns how many follow its moves."""
    n = 0
    for v in range(items.shape[0]):
        if item_first[v] < first or item_last[v] >= last:
            continue
        n += 1
        _add_item(
            items[v, 0], items[v, 2], items[v, 3], 1.0 / BETA_SD**2, 1.0 / CENTRE_SD**2,
            matrices, vectors,
        )  # fmt: skip
        if choosing:  # absence rises with d . theta as a vote's mu falls with beta . theta
            n += 1
            _add_item(
                away[v, 0] - AWAY_MEAN, -away[v, 1], -away[v, 2], precision, 1.0 / AWAY_SD**2,
                matrices, vectors,
            )  # fmt: skip
    return n


@njit(error_model="numpy")
def transform(kind: int, dims: int, angle: float, move: float, out: np.ndarray) -> None:
    """Matrix and shift of a move: m00, m01, m10, m11, s0, s1, then the inverse's four entries."""
    nx, ny = (math.cos(angle), math.sin(angle)) if dims == 2 else (1.0, 0.0)
    out[:] = 0.0
    out[0] = out[3] = out[6] = out[9] = 1.0
    if kind == SHIFT:
        out[4], out[5] = move * nx, move * ny
    elif kind == STRETCH:
        more, less = math.exp(move) - 1.0, math.exp(-move) - 1.0
        out[0] += more * nx * nx
        out[1] = out[2] = more * nx * ny
        out[3] += more * ny * ny
        out[6] += less * nx * nx
        out[7] = out[8] = less * nx * ny
        out[9] += less * ny * ny
    else:
        out[0] = out[3] = out[6] = out[9] = math.cos(move)
        out[2] = out[7] = math.sin(move)
        out[1] = out[8] = -math.sin(move)


@njit(error_model="numpy")
def moved_density(
    kind: int,
    dims: int,
    move: float,
    map_: np.ndarray,
    matrices: np.ndarray,
    vectors: np.ndarray,
    weight: float,
    volume: float,
    inside: np.ndarray,
    sums: np.ndarray,
    location: float,
    scale: float,
) -> float:
    """Log density of the moved state on its orbit, but for items that reach outside the run."""
    a, b, c, d, s0, s1 = map_[0], map_[1], map_[2], map_[3], map_[4], map_[5]
    m, v = matrices, vectors
    total = 0.0
    if kind == STRETCH:
        total += volume * move
        for r in range(2):
            i, j = (map_[6], map_[8]) if r == 0 else (map_[7], map_[9])  # row of inverse', slopes
            total -= 0.5 * (i * i * m[SLOPES, 0, 0] + 2 * i * j * m[SLOPES, 0, 1]
                            + j * j * m[SLOPES, 1, 1])  # fmt: skip
    for r in range(2):
        p, q, s = (a, b, s0) if r == 0 else (c, d, s1)
        total -= 0.5 * (p * p * m[MOVED, 0, 0] + 2 * p * q * m[MOVED, 0, 1]
                        + q * q * m[MOVED, 1, 1])  # fmt: skip
        total += p * m[ACROSS, r, 0] + q * m[ACROSS, r, 1]
        total -= s * (p * v[SHIFTED, 0] + q * v[SHIFTED, 1]) + 0.5 * weight * s * s
        total += s * v[STILL, r]
    if kind == SHIFT:
        total -= s0 * v[CENTRES, 0] + s1 * v[CENTRES, 1]
        total -= 0.5 * (s0 * s0 * m[TILTED, 0, 0] + 2 * s0 * s1 * m[TILTED, 0, 1]
                        + s1 * s1 * m[TILTED, 1, 1])  # fmt: skip
    elif kind == TURN:
        return total
    for t in range(sums.shape[0]):
        if inside[t] == 0.0:
            continue
        n, sx, sy, xx, xy, yy = sums[t]
        mx, my = a * sx + b * sy, c * sx + d * sy
        vxx = a * a * xx + 2 * a * b * xy + b * b * yy
        vxy = a * c * xx + (a * d + b * c) * xy + b * d * yy
        vyy = c * c * xx + 2 * c * d * xy + d * d * yy
        total += spread_penalty(
            dims, n, mx + n * s0, my + n * s1, vxx + 2 * s0 * mx + n * s0 * s0,
            vxy + s0 * my + s1 * mx + n * s0 * s1, vyy + 2 * s1 * my + n * s1 * s1,
            location, scale,
        )  # fmt: skip
    return total


@njit(error_model="numpy")
def single_records() -> tuple[Any, ...]:
    """Records of one vote and of one absence, for :func:`crossing_likelihood` to fill."""
    one = (
        np.zeros(0, np.int64), np.zeros((0, 2), np.int64), np.zeros(0, np.uint32), np.zeros(0),
        np.zeros(2, np.int64), np.zeros((1, 2), np.int64), np.zeros(1, np.uint32), np.zeros(1),
    )  # fmt: skip
    gone = (
        np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0), np.zeros(2, np.int64),
        np.zeros(1, np.uint32), np.zeros(1),
    )  # fmt: skip
    return one, gone


@njit(error_model="numpy")
def crossing_likelihood(
    first: int,
    last: int,
    map_: np.ndarray,
    period: np.ndarray,
    crossing: np.ndarray,
    n_crossing: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    choosing: bool,
    items: np.ndarray,
    half: np.ndarray,
    rate: np.ndarray,
    away: np.ndarray,
    theta: np.ndarray,
    one: tuple[Any, ...],
    one_gone: tuple[Any, ...],
    cdf: np.ndarray,
) -> float:
    """Log-likelihood, after a move, of votes inside the run on items that reach outside it.

    ``one`` and ``one_gone`` are records of a single vote or absence, filled and read in turn.
    """
    start, ends, unit, weight = votes[0], votes[1], votes[2], votes[3]
    total = 0.0
    for q in range(n_crossing):
        v = crossing[q]
        n_there = start[v + 1] - start[v]
        n_gone = gone[0][v + 1] - gone[0][v] if choosing else 0
        for j in range(n_there + n_gone):
            there = j < n_there
            at = start[v] + j if there else gone[0][v] + j - n_there
            u = unit[at] if there else gone[1][at]
            if period[u] < first or period[u] >= last:
                continue
            x = map_[0] * theta[u, 0] + map_[1] * theta[u, 1] + map_[4]
            y = map_[2] * theta[u, 0] + map_[3] * theta[u, 1] + map_[5]
            one[4][1] = 1 if there else 0
            one_gone[3][1] = 0 if there else 1
            one[5][0, 0] = 1 if at < ends[v, 0] else 0
            one[5][0, 1] = 1 if at < ends[v, 1] else 0
            one[6][0] = one_gone[4][0] = v
            one[7][0] = one_gone[5][0] = weight[at] if there else gone[2][at]
            total += unit_terms(
                0, one, one_gone, weighted, choosing, items, half, rate[u], away, x, y, cdf
            )[0]
    return total


@njit(error_model="numpy")
def apply_move(
    kind: int,
    first: int,
    last: int,
    map_: np.ndarray,
    period: np.ndarray,
    item_first: np.ndarray,
    item_last: np.ndarray,
    choosing: bool,
    theta: np.ndarray,
    items: np.ndarray,
    away: np.ndarray,
) -> None:
    """Move positions inside the run, and the items inside with them."""
    for u in range(theta.shape[0]):
        if first <= period[u] < last:
            x, y = theta[u, 0], theta[u, 1]
            theta[u, 0] = map_[0] * x + map_[1] * y + map_[4]
            theta[u, 1] = map_[2] * x + map_[3] * y + map_[5]
    for v in range(items.shape[0]):
        if item_first[v] < first or item_last[v] >= last:
            continue
        if kind == SHIFT:
            items[v, 0] += items[v, 2] * map_[4] + items[v, 3] * map_[5]
            if choosing:
                away[v, 0] -= away[v, 1] * map_[4] + away[v, 2] * map_[5]
            continue
        b0, b1 = items[v, 2], items[v, 3]
        items[v, 2] = map_[6] * b0 + map_[8] * b1
        items[v, 3] = map_[7] * b0 + map_[9] * b1
        if choosing:
            d0, d1 = away[v, 1], away[v, 2]
            away[v, 1] = map_[6] * d0 + map_[8] * d1
            away[v, 2] = map_[7] * d0 + map_[9] * d1


@njit(nogil=True, cache=True, error_model="numpy")
def move_run(
    seed: np.uint64,
    sweep: int,
    number: int,
    kind: int,
    dims: int,
    first: int,
    last: int,
    period: np.ndarray,
    item_first: np.ndarray,
    item_last: np.ndarray,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    choosing: bool,
    theta: np.ndarray,
    items: np.ndarray,
    half: np.ndarray,
    rate: np.ndarray,
    away: np.ndarray,
    precision: float,
    kept: np.ndarray,
    link: np.ndarray,
    place: np.ndarray,
    sums: np.ndarray,
    location: float,
    scale: float,
    cdf: np.ndarray,
) -> float:
    """Shift, stretch or turn the positions of periods ``first <= t < last``; returns how far."""
    matrices, vectors = np.zeros((4, 2, 2)), np.zeros((3, 2))
    weight, n_units = path_sums(first, last, period, theta, kept, link, matrices, vectors)
    n_items = item_sums(
        first, last, item_first, item_last, items, away, choosing, precision, matrices, vectors
    )
    crossing = np.zeros(items.shape[0], np.int64)
    n_crossing = 0
    for v in range(items.shape[0]):
        follows = item_first[v] >= first and item_last[v] < last
        if not follows and item_first[v] < last and item_last[v] >= first:
            crossing[n_crossing] = v
            n_crossing += 1
    sum_periods(theta, place, sums)
    inside = np.zeros(sums.shape[0])
    for u in range(theta.shape[0]):
        if first <= period[u] < last:
            inside[place[u]] = 1.0
    one, one_gone = single_records()
    state = advance(stream(seed, sweep, -2_000_003 - number))
    map_ = np.zeros(10)
    angle = 2.0 * math.pi * to_unit(state)
    state = advance(state)
    left = -SLICE_WIDTH * to_unit(state)
    right = left + SLICE_WIDTH
    state = advance(state)
    level, move = math.log(to_unit(state)), 0.0
    for attempt in range(MAX_ATTEMPTS):
        transform(kind, dims, angle, move, map_)
        value = moved_density(
            kind, dims, move, map_, matrices, vectors, weight, float(n_units - n_items), inside,
            sums, location, scale,
        )  # fmt: skip
        if n_crossing > 0:
            value += crossing_likelihood(
                first, last, map_, period, crossing, n_crossing, votes, gone, weighted, choosing,
                items, half, rate, away, theta, one, one_gone, cdf,
            )  # fmt: skip
        if attempt == 0:
            level += value
        elif value > level:
            break
        elif move < 0.0:
            left = move
        else:
            right = move
        state = advance(state)
        move = left + to_unit(state) * (right - left)
    else:
        return 0.0
    apply_move(kind, first, last, map_, period, item_first, item_last, choosing, theta, items, away)
    return move
