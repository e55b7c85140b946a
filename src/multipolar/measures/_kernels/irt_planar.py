"""Ordinal probit in the plane, with absence as a second probit: items, and rates of absence.

The vote of state-period u on item v has mu = c_v - beta_v . theta_u, as in :mod:`irt`, with two
coordinates. Where absence is modelled, u is away from v with probability
Phi(a_v + r_u + d_v . theta_u). On a line (``dims`` 1) the second coordinates are 0 throughout.

Blocks are drawn by Metropolis-Hastings with the Gaussian one Newton step away (Gamerman 1997). An
item is a row (c, log h, beta_1, beta_2), its absence a row (a, d_1, d_2): leading parts of length
``dims + 2`` and ``dims + 1`` are in use.
"""
# ruff: noqa: FBT001, PLR0913, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import (
    BETA_SD,
    CENTRE_SD,
    FOLD,
    TINY,
    WIDTH_MEAN,
    WIDTH_SD,
)
from multipolar.measures._kernels.irt import _end_terms as end_terms
from multipolar.measures._kernels.irt import _middle_terms as middle_terms
from multipolar.measures._kernels.probit import advance, inverse_cdf, stream, to_unit

AWAY_MEAN, AWAY_SD = -1.0, 1.0  # an item's probit of absence: a sixth away, between 2 and 50 %
LARGEST = 4  # parameters of an item in the plane
LEAST_WIDTH = -6.0  # log of half the distance of the cutpoints, while every proposal is taken
ITEM, AWAY = 0, 1  # kinds of rows


@njit(error_model="numpy")
def end(a: float, cdf: np.ndarray) -> tuple[float, ...]:
    """One compiled copy of :func:`irt.end_terms` for all callers here: they compile faster."""
    return end_terms(a, cdf)


@njit(error_model="numpy")
def vote_terms(side: int, mu: float, h: float, cdf: np.ndarray) -> tuple[float, ...]:
    """Probability of a vote (side -1 yes, 0 abstain, 1 no): p, g_mu, g_h, k_mu, k_h, k_mu_h."""
    if side < 0:
        p, s, k = end_terms(mu - h, cdf)
        return p, s, -s, k, k, -k
    if side > 0:
        p, s, k = end_terms(-mu - h, cdf)
        return p, -s, -s, k, k, k
    return middle_terms(mu, h, cdf)


@njit(error_model="numpy")
def normal(state: np.uint64, inv: np.ndarray) -> float:
    """Standard normal draw of a state of a stream."""
    return inverse_cdf(to_unit(state), inv)


@njit(error_model="numpy")
def cholesky(n: int, matrix: np.ndarray, low: np.ndarray) -> float:
    """Factor of a small positive definite matrix; returns half the log of its determinant."""
    total = 0.0
    for i in range(n):
        for j in range(i + 1):
            value = matrix[i, j]
            for k in range(j):
                value -= low[i, k] * low[j, k]
            if i == j:
                low[i, i] = math.sqrt(max(value, 1e-10))
                total += math.log(low[i, i])
            else:
                low[i, j] = value / low[j, j]
    return total


@njit(error_model="numpy")
def newton_step(n: int, slope: np.ndarray, low: np.ndarray, step: np.ndarray) -> None:
    """Curvature inverse times slope, from the factor of :func:`cholesky`, into ``step``."""
    for i in range(n):
        value = slope[i]
        for k in range(i):
            value -= low[i, k] * step[k]
        step[i] = value / low[i, i]
    solve_upper(n, low, step)


@njit(error_model="numpy")
def solve_upper(n: int, low: np.ndarray, x: np.ndarray) -> None:
    """Solve L' y = x in place."""
    for i in range(n - 1, -1, -1):
        value = x[i]
        for k in range(i + 1, n):
            value -= low[k, i] * x[k]
        x[i] = value / low[i, i]


@njit(error_model="numpy")
def half_square(n: int, low: np.ndarray, d: np.ndarray) -> float:
    """Half the squared length of L' d."""
    total = 0.0
    for i in range(n):
        value = 0.0
        for k in range(i, n):
            value += low[k, i] * d[k]
        total += value * value
    return 0.5 * total


@njit(error_model="numpy")
def propose(
    n: int,
    state: np.uint64,
    low: np.ndarray,
    newton: np.ndarray,
    noise: np.ndarray,
    step: np.ndarray,
    inv: np.ndarray,
) -> tuple[Any, ...]:
    """Draw ``step`` around the Newton step; returns its log density but for log_det, the state."""
    density = 0.0
    for i in range(n):
        state = advance(state)
        noise[i] = normal(state, inv)
        density -= 0.5 * noise[i] * noise[i]
    solve_upper(n, low, noise)
    for i in range(n):
        step[i] = newton[i] + noise[i]
    return density, state


@njit(error_model="numpy")
def way_back(
    n: int, low: np.ndarray, newton: np.ndarray, noise: np.ndarray, step: np.ndarray
) -> float:
    """Half the squared length of the way back from the proposal, seen from there."""
    for i in range(n):
        noise[i] = -step[i] - newton[i]
    return half_square(n, low, noise)


@njit(error_model="numpy")
def item_terms(
    begin: int,
    yes_end: int,
    abstain_end: int,
    end: int,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    own: np.ndarray,
    cdf: np.ndarray,
    slope: np.ndarray,
    curve: np.ndarray,
) -> float:
    """Log-posterior of an item's row ``own`` given theta; fills ``slope`` and ``curve``.

    ``curve`` is the negative second derivative, priors included, made positive in the width.
    """
    c, h, b0, b1 = own[0], math.exp(own[1]), own[2], own[3]
    gc = gh = g0 = g1 = 0.0
    cc = ch = hh = c0 = c1 = h0 = h1 = k00 = k01 = k11 = 0.0
    log_p, product = 0.0, 1.0
    for j in range(begin, end):
        x, y = theta[unit[j], 0], theta[unit[j], 1]
        mu = c - b0 * x - b1 * y
        side = -1 if j < yes_end else 1 if j >= abstain_end else 0
        p, g, g_h, k_mu, k_h, k_x = vote_terms(side, mu, h, cdf)
        if weighted:
            w = weight[j]
            log_p += w * math.log(p)
            g, g_h, k_mu, k_h, k_x = w * g, w * g_h, w * k_mu, w * k_h, w * k_x
        else:
            product *= p
            if (j & FOLD) == 0 or product < 1e-100:
                log_p += math.log(max(product, TINY))
                product = 1.0
        gc += g
        gh += g_h
        g0 -= x * g
        g1 -= y * g
        cc += k_mu
        ch += k_x
        hh += k_h
        c0 -= x * k_mu
        c1 -= y * k_mu
        h0 -= x * k_x
        h1 -= y * k_x
        k00 += x * x * k_mu
        k01 += x * y * k_mu
        k11 += y * y * k_mu
    log_p += math.log(max(product, TINY))
    offset = (own[1] - WIDTH_MEAN) / WIDTH_SD**2
    slope[0] = gc - c / CENTRE_SD**2
    slope[1] = h * gh - offset
    slope[2] = g0 - b0 / BETA_SD**2
    slope[3] = g1 - b1 / BETA_SD**2
    curve[0, 0] = cc + 1.0 / CENTRE_SD**2
    curve[1, 0] = h * ch
    curve[1, 1] = h * h * hh + max(-h * gh, 0.0) + 1.0 / WIDTH_SD**2
    curve[2, 0], curve[2, 1] = c0, h * h0
    curve[3, 0], curve[3, 1] = c1, h * h1
    curve[2, 2] = k00 + 1.0 / BETA_SD**2
    curve[3, 2] = k01
    curve[3, 3] = k11 + 1.0 / BETA_SD**2
    return log_p - 0.5 * (
        (c / CENTRE_SD) ** 2 + offset * (own[1] - WIDTH_MEAN) + (b0 * b0 + b1 * b1) / BETA_SD**2
    )


@njit(error_model="numpy")
def away_terms(
    v: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    theta: np.ndarray,
    rate: np.ndarray,
    own: np.ndarray,
    precision: float,
    cdf: np.ndarray,
    slope: np.ndarray,
    curve: np.ndarray,
) -> float:
    """Log-posterior of an item's absence row; states that voted are there, the others away."""
    start, unit, weight = votes[0], votes[2], votes[3]
    gone_start, gone_unit, gone_weight = gone[0], gone[1], gone[2]
    a, d0, d1 = own[0], own[1], own[2]
    ga = g0 = g1 = kaa = ka0 = ka1 = k00 = k01 = k11 = 0.0
    log_p, product = 0.0, 1.0
    n_there = start[v + 1] - start[v]
    for j in range(n_there + gone_start[v + 1] - gone_start[v]):
        there = j < n_there
        at = start[v] + j if there else gone_start[v] + j - n_there
        u = unit[at] if there else gone_unit[at]
        x, y = theta[u, 0], theta[u, 1]
        eta = a + rate[u] + d0 * x + d1 * y
        p, g, k = end(-eta if there else eta, cdf)
        g = -g if there else g
        if weighted:
            w = weight[at] if there else gone_weight[at]
            log_p += w * math.log(p)
            g, k = w * g, w * k
        else:
            product *= p
            if (j & FOLD) == 0 or product < 1e-100:
                log_p += math.log(max(product, TINY))
                product = 1.0
        ga += g
        g0 += x * g
        g1 += y * g
        kaa += k
        ka0 += x * k
        ka1 += y * k
        k00 += x * x * k
        k01 += x * y * k
        k11 += y * y * k
    log_p += math.log(max(product, TINY))
    offset = (a - AWAY_MEAN) / AWAY_SD**2
    slope[0] = ga - offset
    slope[1] = g0 - precision * d0
    slope[2] = g1 - precision * d1
    curve[0, 0] = kaa + 1.0 / AWAY_SD**2
    curve[1, 0], curve[2, 0] = ka0, ka1
    curve[1, 1] = k00 + precision
    curve[2, 1] = k01
    curve[2, 2] = k11 + precision
    return log_p - 0.5 * (offset * (a - AWAY_MEAN) + precision * (d0 * d0 + d1 * d1))


@njit(error_model="numpy")
def rate_terms(
    u: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    theta: np.ndarray,
    rate: float,
    away: np.ndarray,
    precision: float,
    cdf: np.ndarray,
) -> tuple[float, ...]:
    """Log-posterior of one unit's rate of absence, its slope and negative curvature."""
    unit_start, item, weight = votes[4], votes[6], votes[7]
    gone_start, gone_item, gone_weight = gone[3], gone[4], gone[5]
    x, y = theta[u, 0], theta[u, 1]
    slope, curve, log_p = -precision * rate, precision, -0.5 * precision * rate * rate
    n_there = unit_start[u + 1] - unit_start[u]
    for j in range(n_there + gone_start[u + 1] - gone_start[u]):
        there = j < n_there
        at = unit_start[u] + j if there else gone_start[u] + j - n_there
        v = item[at] if there else gone_item[at]
        w = 1.0
        if weighted:
            w = weight[at] if there else gone_weight[at]
        eta = away[v, 0] + rate + away[v, 1] * x + away[v, 2] * y
        p, g, k = end(-eta if there else eta, cdf)
        log_p += w * math.log(p)
        slope += -w * g if there else w * g
        curve += w * k
    return log_p, slope, curve


@njit(nogil=True, cache=True, error_model="numpy")
def sweep_rows(
    kind: int,
    seed: np.uint64,
    sweep: int,
    forced: bool,
    dims: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    theta: np.ndarray,
    rate: np.ndarray,
    rows: np.ndarray,
    precision: float,
    cdf: np.ndarray,
    inv: np.ndarray,
) -> int:
    """Draw every item's row of ``kind`` (ITEM or AWAY) given theta; returns the moves taken.

    With ``forced`` every proposal is taken: a noisy Newton search, for leaving a remote start.
    """
    start, ends, unit, weight = votes[0], votes[1], votes[2], votes[3]
    n = dims + 2 if kind == ITEM else dims + 1
    slope, curve = np.zeros(LARGEST), np.zeros((LARGEST, LARGEST))
    low, own = np.zeros((LARGEST, LARGEST)), np.zeros(LARGEST)
    noise, step, newton = np.zeros(LARGEST), np.zeros(LARGEST), np.zeros(LARGEST)
    taken = 0
    for v in range(rows.shape[0]):
        own[: rows.shape[1]] = rows[v]
        state = stream(seed, sweep, v if kind == ITEM else -3_000_001 - v)
        now = forward = 0.0
        for leg in range(2):
            if kind == ITEM:
                value = item_terms(
                    start[v], ends[v, 0], ends[v, 1], start[v + 1], unit, weight, weighted, theta,
                    own, cdf, slope, curve,
                )  # fmt: skip
            else:
                value = away_terms(
                    v, votes, gone, weighted, theta, rate, own, precision, cdf, slope, curve
                )
            log_det = cholesky(n, curve, low)
            newton_step(n, slope, low, newton)
            if leg == 0:
                now = value
                forward, state = propose(n, state, low, newton, noise, step, inv)
                forward += log_det
                if forced:
                    for i in range(n):
                        rows[v, i] += min(max(step[i], -0.7), 0.7)
                    if kind == ITEM:
                        rows[v, 1] = max(rows[v, 1], LEAST_WIDTH)
                    break
                own += step
            else:
                reverse = log_det - way_back(n, low, newton, noise, step)
                state = advance(state)
                if math.log(to_unit(state)) < value - now + reverse - forward:
                    rows[v] = own[: rows.shape[1]]
                    taken += 1
    return taken


@njit(nogil=True, cache=True, error_model="numpy")
def sweep_rates(
    seed: np.uint64,
    sweep: int,
    votes: tuple[Any, ...],
    gone: tuple[Any, ...],
    weighted: bool,
    theta: np.ndarray,
    rate: np.ndarray,
    away: np.ndarray,
    precision: float,
    cdf: np.ndarray,
    inv: np.ndarray,
) -> int:
    """Draw every unit's rate of absence; returns the number of moves taken."""
    taken = 0
    for u in range(rate.size):
        now, slope, curve = rate_terms(
            u, votes, gone, weighted, theta, rate[u], away, precision, cdf
        )
        state = advance(stream(seed, sweep, -9_000_001 - u))
        noise = normal(state, inv)
        step = slope / curve + noise / math.sqrt(curve)
        forward = 0.5 * math.log(curve) - 0.5 * noise * noise
        then, slope, curve = rate_terms(
            u, votes, gone, weighted, theta, rate[u] + step, away, precision, cdf
        )
        reverse = 0.5 * math.log(curve) - 0.5 * curve * (step + slope / curve) ** 2
        state = advance(state)
        if math.log(to_unit(state)) < then - now + reverse - forward:
            rate[u] += step
            taken += 1
    return taken
