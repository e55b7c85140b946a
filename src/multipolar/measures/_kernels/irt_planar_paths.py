"""Paths of states in the plane: stretches drawn at once from a banded precision.

A stretch of up to ``MAX_STRETCH`` periods is proposed from the Gaussian one Newton step away and
taken or left as a whole. Its precision couples the coordinates of one period (votes) and the same
coordinate of neighbouring periods (the walk in time), so its Cholesky factor has ``dims`` bands
below the diagonal.

A path is a stationary Gaussian walk (Ornstein-Uhlenbeck), the same on both axes: unit u steps from
``kept[u]`` times the position before with precision ``link[u]``. A path's first position steps from
0 with precision 1 (``kept`` 0), so that every position is N(0, I) before the votes are seen.
"""
# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0915, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import FOLD, TINY
from multipolar.measures._kernels.irt_planar import end, normal, vote_terms
from multipolar.measures._kernels.probit import advance, stream, to_unit

MAX_STRETCH = 24
MIN_VOTERS = 10  # periods with fewer have no prior on their mean and spread
BANDS = 3


@njit(error_model="numpy")
def unit_terms(
    u: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    choosing: bool,
    items: np.ndarray,
    half: np.ndarray,
    rate: float,
    away: np.ndarray,
    x: float,
    y: float,
    cdf: np.ndarray,
) -> tuple[float, ...]:
    """Log-likelihood of a unit at (x, y): value, slopes 0 and 1, curvatures 00, 01, 11."""
    unit_start, unit_ends, item, weight = votes[4], votes[5], votes[6], votes[7]
    gone_start, gone_item, gone_weight = gone[3], gone[4], gone[5]
    s0 = s1 = k00 = k01 = k11 = log_p = 0.0
    product = 1.0
    for j in range(unit_start[u], unit_start[u + 1]):
        v = item[j]
        b0, b1, h = items[v, 2], items[v, 3], half[v]
        mu = items[v, 0] - b0 * x - b1 * y
        side = -1 if j < unit_ends[u, 0] else 1 if j >= unit_ends[u, 1] else 0
        p, g, _, k, _, _ = vote_terms(side, mu, h, cdf)
        w = weight[j] if weighted else 1.0
        s0 -= w * b0 * g
        s1 -= w * b1 * g
        k00 += w * b0 * b0 * k
        k01 += w * b0 * b1 * k
        k11 += w * b1 * b1 * k
        if choosing:
            d0, d1 = away[v, 1], away[v, 2]
            there, g, k = end(-away[v, 0] - rate - d0 * x - d1 * y, cdf)
            p *= there
            s0 -= w * d0 * g
            s1 -= w * d1 * g
            k00 += w * d0 * d0 * k
            k01 += w * d0 * d1 * k
            k11 += w * d1 * d1 * k
        if weighted:
            log_p += w * math.log(max(p, TINY))
        else:
            product *= p
            if (j & FOLD) == 0 or product < 1e-100:
                log_p += math.log(max(product, TINY))
                product = 1.0
    log_p += math.log(max(product, TINY))
    if choosing:
        for j in range(gone_start[u], gone_start[u + 1]):
            v = gone_item[j]
            d0, d1 = away[v, 1], away[v, 2]
            p, g, k = end(away[v, 0] + rate + d0 * x + d1 * y, cdf)
            w = gone_weight[j] if weighted else 1.0
            log_p += w * math.log(p)
            s0 += w * d0 * g
            s1 += w * d1 * g
            k00 += w * d0 * d0 * k
            k01 += w * d0 * d1 * k
            k11 += w * d1 * d1 * k
    return log_p, s0, s1, k00, k01, k11


@njit(error_model="numpy")
def spread_penalty(dims: int, count: float, sx: float, sy: float, xx: float, xy: float, yy: float,
                   location: float, scale: float) -> float:  # fmt: skip
    """Log prior of a period's mean and of the log standard deviations along its main axes.

    Depends on lengths and eigenvalues only, so that turning the plane leaves it as it is.
    ``location`` and ``scale`` are precisions, 0 for none; sums are over the period's voters.
    """
    if count < MIN_VOTERS:
        return 0.0
    mx, my = sx / count, sy / count
    vx, vy, cov = xx / count - mx * mx, yy / count - my * my, xy / count - mx * my
    if dims == 1:
        log_sd = 0.5 * math.log(max(vx, 1e-8))
        return -0.5 * location * mx * mx - 0.5 * scale * log_sd * log_sd
    middle = 0.5 * (vx + vy)
    reach = math.sqrt(0.25 * (vx - vy) ** 2 + cov * cov)
    major = 0.5 * math.log(max(middle + reach, 1e-8))
    minor = 0.5 * math.log(max(middle - reach, 1e-8))
    return -0.5 * location * (mx * mx + my * my) - 0.5 * scale * (major * major + minor * minor)


@njit(nogil=True, cache=True, error_model="numpy")
def sum_periods(theta: np.ndarray, place: np.ndarray, sums: np.ndarray) -> None:
    """Number, sums and sums of products of positions by period, into ``sums`` (n_periods, 6)."""
    sums[:] = 0.0
    for u in range(theta.shape[0]):
        x, y, t = theta[u, 0], theta[u, 1], place[u]
        sums[t, 0] += 1.0
        sums[t, 1] += x
        sums[t, 2] += y
        sums[t, 3] += x * x
        sums[t, 4] += x * y
        sums[t, 5] += y * y


@njit(error_model="numpy")
def _fill(
    n: int,
    dims: int,
    at: np.ndarray,
    terms: np.ndarray,
    kept: np.ndarray,
    link: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    band: np.ndarray,
    right: np.ndarray,
) -> None:
    """Banded precision and right-hand side of a stretch.

    ``terms`` (n, 5) holds slopes and curvatures at ``at``; ``kept[k]`` and ``link[k]`` are of the
    step into place k, those at n of the step out. ``band[i, b]`` is the entry (i, i - b).
    """
    for k in range(n):
        for i in range(dims):
            row = k * dims + i
            for b in range(BANDS):
                band[row, b] = 0.0
            own = terms[k, 2] if i == 0 else terms[k, 4]
            band[row, 0] = own + link[k] + kept[k + 1] ** 2 * link[k + 1]
            right[row] = terms[k, i] + own * at[k, i]
            if dims == 2:
                right[row] += terms[k, 3] * at[k, 1 - i]
                if i == 1:
                    band[row, 1] = terms[k, 3]
            if k > 0:
                band[row, dims] = -kept[k] * link[k]
            else:
                right[row] += kept[0] * link[0] * before[i]
            if k == n - 1:
                right[row] += kept[n] * link[n] * after[i]


@njit(error_model="numpy")
def _factor(size: int, width: int, band: np.ndarray, low: np.ndarray) -> float:
    """Cholesky of a banded matrix; returns half the log of its determinant."""
    total = 0.0
    for i in range(size):
        for b in range(min(i, width), -1, -1):
            j = i - b
            value = band[i, b]
            for k in range(max(0, i - width), j):
                value -= low[i, i - k] * low[j, j - k]
            if b == 0:
                low[i, 0] = math.sqrt(max(value, 1e-10))
                total += math.log(low[i, 0])
            else:
                low[i, b] = value / low[j, 0]
    return total


@njit(error_model="numpy")
def _solve(size: int, width: int, low: np.ndarray, x: np.ndarray, both: bool) -> None:
    """Solve L L' y = x in place, or L' y = x alone."""
    if both:
        for i in range(size):
            value = x[i]
            for b in range(1, min(i, width) + 1):
                value -= low[i, b] * x[i - b]
            x[i] = value / low[i, 0]
    for i in range(size - 1, -1, -1):
        value = x[i]
        for b in range(1, min(size - 1 - i, width) + 1):
            value -= low[i + b, b] * x[i + b]
        x[i] = value / low[i, 0]


@njit(error_model="numpy")
def _half_square(size: int, width: int, low: np.ndarray, x: np.ndarray) -> float:
    """Half the squared length of L' x."""
    total = 0.0
    for i in range(size):
        value = 0.0
        for b in range(min(size - 1 - i, width) + 1):
            value += low[i + b, b] * x[i + b]
        total += value * value
    return 0.5 * total


@njit(error_model="numpy")
def _prior_steps(
    n: int,
    dims: int,
    at: np.ndarray,
    kept: np.ndarray,
    link: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
) -> float:
    """Log prior density of a stretch's steps, constants left out."""
    total = 0.0
    for i in range(dims):
        last = before[i]
        for k in range(n):
            total -= 0.5 * link[k] * (at[k, i] - kept[k] * last) ** 2
            last = at[k, i]
        total -= 0.5 * link[n] * (after[i] - kept[n] * last) ** 2
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def sweep_paths(
    seed: np.uint64,
    sweep: int,
    forced: bool,
    dims: int,
    path_start: np.ndarray,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    choosing: bool,
    items: np.ndarray,
    half: np.ndarray,
    rate: np.ndarray,
    away: np.ndarray,
    kept: np.ndarray,
    link: np.ndarray,
    place: np.ndarray,
    sums: np.ndarray,
    location: float,
    scale: float,
    theta: np.ndarray,
    cdf: np.ndarray,
    inv: np.ndarray,
) -> int:
    """Draw every state's path in stretches.

    ``kept`` and ``link`` (n_units + 1,) end with a first step, of no path. ``place`` (n_units,)
    numbers the periods, ``sums`` is work space (n_periods, 6). Returns the number of units in
    stretches that moved.
    """
    sum_periods(theta, place, sums)
    size = MAX_STRETCH
    terms = np.zeros((size, 5))
    band, low = np.zeros((2 * size, BANDS)), np.zeros((2 * size, BANDS))
    right, draw = np.zeros(2 * size), np.zeros(2 * size)
    old, new = np.zeros((size, 2)), np.zeros((size, 2))
    before, after = np.zeros(2), np.zeros(2)
    taken = 0
    for p in range(path_start.size - 1):
        first_unit, last_unit = path_start[p], path_start[p + 1]
        state = advance(stream(seed, sweep, -1 - p))
        a = first_unit
        limit = 1 + int(to_unit(state) * size)  # the first stretch has random length
        while a < last_unit:
            n = min(limit, last_unit - a)
            limit = size
            # Into a path's first place and out of its last ``kept`` is 0: no neighbour counts.
            steps_kept, steps_link = kept[a : a + n + 1], link[a : a + n + 1]
            before[:] = theta[max(a - 1, 0)]
            after[:] = theta[min(a + n, theta.shape[0] - 1)]
            for k in range(n):
                old[k] = new[k] = theta[a + k]
            now = forward = 0.0
            for leg in range(2):
                value = _prior_steps(n, dims, new, steps_kept, steps_link, before, after)
                for k in range(n):
                    u = a + k
                    c, sx, sy, xx, xy, yy = sums[place[u]]
                    x, y, ox, oy = new[k, 0], new[k, 1], old[k, 0], old[k, 1]
                    value += spread_penalty(
                        dims, c, sx + x - ox, sy + y - oy, xx + x * x - ox * ox,
                        xy + x * y - ox * oy, yy + y * y - oy * oy, location, scale,
                    )  # fmt: skip
                    (log_p, terms[k, 0], terms[k, 1], terms[k, 2], terms[k, 3],
                     terms[k, 4]) = unit_terms(
                        u, votes, gone, weighted, choosing, items, half, rate[u], away, x, y, cdf
                    )  # fmt: skip
                    value += log_p
                _fill(n, dims, new, terms, steps_kept, steps_link, before, after, band, right)
                log_det = _factor(n * dims, dims, band, low)
                _solve(n * dims, dims, low, right, True)
                if leg == 0:
                    now, forward = value, log_det
                    for i in range(n * dims):
                        state = advance(state)
                        draw[i] = normal(state, inv)
                        forward -= 0.5 * draw[i] * draw[i]
                    _solve(n * dims, dims, low, draw, False)
                    for k in range(n):
                        for i in range(dims):
                            new[k, i] = right[k * dims + i] + draw[k * dims + i]
                            if forced:
                                theta[a + k, i] = min(max(new[k, i], -3.0), 3.0)
                    if forced:
                        break
                    continue
                for k in range(n):
                    for i in range(dims):
                        draw[k * dims + i] = old[k, i] - right[k * dims + i]
                reverse = log_det - _half_square(n * dims, dims, low, draw)
                state = advance(state)
                if math.log(to_unit(state)) < value - now + reverse - forward:
                    for k in range(n):
                        x, y, ox, oy = new[k, 0], new[k, 1], old[k, 0], old[k, 1]
                        t = place[a + k]
                        sums[t, 1] += x - ox
                        sums[t, 2] += y - oy
                        sums[t, 3] += x * x - ox * ox
                        sums[t, 4] += x * y - ox * oy
                        sums[t, 5] += y * y - oy * oy
                        theta[a + k] = new[k]
                    taken += n
            a += n
    return taken
