"""Negative log posterior of the joint model, with its gradient, in coordinates fit for sampling.

Within a period the votes tell positions only up to a shift and a stretch that the items undo. The
sampler therefore holds, beside the positions theta, what the votes do tell: with m and s the mean
and standard deviation of the period's positions, z = (theta - m) / s, an item is known by
``beta * s`` and by its low cutpoint less ``beta * m``. The votes depend on z and these alone, and
the shift and stretch of a period are left to the priors. Items that reach over several periods, and
those of periods with fewer than ten voters, keep their own parameters (m = 0, s = 1).

An item's third coordinate is the log of half the distance of its cutpoints. Most items have many
yes votes: these fix the low cutpoint and leave the distance alone, whereas the centre of the
cutpoints would have to follow it along a curve.

A state's path is a stationary Gaussian walk in time (Ornstein-Uhlenbeck): every position is N(0, 1)
before the votes are seen, and positions g periods apart correlate by exp(-rate * g). The log of the
rate is the state's own, around a common one.
"""
# ruff: noqa: FBT001, PLR0913, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy import special

from multipolar.measures._kernels.irt import (
    BETA_SD,
    CENTRE_SD,
    WIDTH_MEAN,
    WIDTH_SD,
    _middle_terms,
    factor,
    item_terms,
    newton_step,
)

RATE_SD = 0.5  # of a state's log rate around the common one
COMMON_RATE = math.log(0.03)  # a step of one period has variance 1 - exp(-2 rate): about 0.06
COMMON_SD = 0.7
OVERFLOW = 1e6
_PER_UNIT, _LOWEST, _HIGHEST = 32, -40.0, 10.0


def _log_table() -> np.ndarray:
    """Log of the normal distribution function and its next three derivatives, (n_nodes, 4)."""
    x = np.arange(_LOWEST * _PER_UNIT, _HIGHEST * _PER_UNIT + 1) / _PER_UNIT
    log_p = special.log_ndtr(x)
    slope = np.exp(-0.5 * x * x - 0.5 * np.log(2 * np.pi) - log_p)
    bend = -slope * (x + slope)
    return np.column_stack([log_p, slope, bend, -bend * (x + slope) - slope * (1.0 + bend)])


LOG_CDF = _log_table()


@njit(inline="always")
def log_cdf(x: float, table: np.ndarray) -> tuple[float, float]:
    """Log of the normal distribution function and its slope, to 1e-8 and 1e-6."""
    if x >= _HIGHEST:
        return 0.0, 0.0
    if x <= _LOWEST:
        return -0.5 * x * x - math.log(-x) - 0.9189385332046727, -x - 1.0 / x
    k = np.uint32((x - _LOWEST) * _PER_UNIT + 0.5)
    d = x - (np.float64(k) * (1.0 / _PER_UNIT) + _LOWEST)
    value, slope, bend, third = table[k, 0], table[k, 1], table[k, 2], table[k, 3]
    return (
        value + d * (slope + d * (0.5 * bend + d * third * (1.0 / 6.0))),
        slope + d * (bend + 0.5 * d * third),
    )


MIN_VOTERS = 10  # periods with fewer have no prior on their mean and spread


@njit(nogil=True, cache=True)
def standardise(
    theta: np.ndarray, place: np.ndarray, moments: np.ndarray, standing: np.ndarray
) -> None:
    """Fill ``moments`` (n_periods, 3: mean, sd, number) and ``standing``, the positions' z."""
    moments[:] = 0.0
    for u in range(theta.size):
        moments[place[u], 0] += theta[u]
        moments[place[u], 2] += 1.0
    for t in range(moments.shape[0]):
        moments[t, 0] = moments[t, 0] / moments[t, 2] if moments[t, 2] >= MIN_VOTERS else 0.0
    for u in range(theta.size):
        moments[place[u], 1] += (theta[u] - moments[place[u], 0]) ** 2
    for t in range(moments.shape[0]):
        enough = moments[t, 2] >= MIN_VOTERS
        moments[t, 1] = math.sqrt(max(moments[t, 1] / moments[t, 2], 1e-8)) if enough else 1.0
    for u in range(theta.size):
        standing[u] = (theta[u] - moments[place[u], 0]) / moments[place[u], 1]


@njit(nogil=True, cache=True)
def vote_energy(
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    home: np.ndarray,
    standing: np.ndarray,
    theta: np.ndarray,
    item: np.ndarray,
    cdf: np.ndarray,
    logs: np.ndarray,
    slope_standing: np.ndarray,
    slope: np.ndarray,
    item_slope: np.ndarray,
) -> float:
    """Energy of the votes; adds to the slopes in z and theta, fills ``item_slope``.

    ``home`` (n_items,) is the place of an item's period, -1 for items that keep their parameters;
    ``item`` (n_items, 3): beta, low cutpoint, log of half the distance to the high one.
    """
    total = 0.0
    for v in range(item.shape[0]):
        beta, low, width = item[v]
        if not (abs(beta) < OVERFLOW and abs(low) < OVERFLOW and width < 10.0):
            return math.inf
        h = math.exp(width)
        own = home[v] >= 0
        where, pull = (standing, slope_standing) if own else (theta, slope)
        g_b = g_c = g_h = 0.0
        for j in range(start[v], start[v + 1]):
            u = unit[j]
            t = where[u]
            if j < ends[v, 0]:
                log_p, g_mu = log_cdf(low - beta * t, logs)
                g_w = -g_mu
            elif j >= ends[v, 1]:
                log_p, g_w = log_cdf(beta * t - low - 2.0 * h, logs)
                g_mu = g_w = -g_w
            else:
                p, g_mu, g_w, _, _, _ = _middle_terms(low + h - beta * t, h, cdf)
                log_p = math.log(p)
            if weighted:
                log_p *= weight[j]
                g_mu *= weight[j]
                g_w *= weight[j]
            total -= log_p
            pull[u] += beta * g_mu
            g_b -= t * g_mu
            g_c += g_mu
            g_h += g_w
        item_slope[v, 0] = -g_b
        item_slope[v, 1] = -g_c
        item_slope[v, 2] = -h * (g_c + g_h)  # the centre is low + h
    return total


@njit(nogil=True, cache=True)
def prior_energy(
    home: np.ndarray,
    place: np.ndarray,
    moments: np.ndarray,
    standing: np.ndarray,
    item: np.ndarray,
    location: float,
    scale: float,
    slope_standing: np.ndarray,
    slope: np.ndarray,
    item_slope: np.ndarray,
) -> float:
    """Energy of items and of periods' means and log sds; turns the slope in z into one in theta.

    ``location`` and ``scale`` are precisions, 0 for none.
    """
    n_periods = moments.shape[0]
    pull = np.zeros((n_periods, 4))  # on mean and log sd; then mean slope in z, and times z
    total = 0.0
    for v in range(item.shape[0]):
        t = home[v]
        mean, sd = (moments[t, 0], moments[t, 1]) if t >= 0 else (0.0, 1.0)
        beta, h = item[v, 0] / sd, math.exp(item[v, 2])
        b = beta / BETA_SD
        c = (item[v, 1] + beta * mean + h) / CENTRE_SD
        w = (item[v, 2] - WIDTH_MEAN) / WIDTH_SD
        total += 0.5 * (b * b + c * c + w * w)
        along = c / CENTRE_SD
        item_slope[v, 0] += b / (BETA_SD * sd) + along * mean / sd
        item_slope[v, 1] += along
        item_slope[v, 2] += w / WIDTH_SD + along * h
        if t >= 0:  # beta = item[v, 0] / sd has the Jacobian 1 / sd
            total += math.log(sd)
            pull[t, 0] += along * beta
            pull[t, 1] += 1.0 - b * b - along * beta * mean
    for t in range(n_periods):
        if moments[t, 2] >= MIN_VOTERS:
            mean, log_sd = moments[t, 0], math.log(moments[t, 1])
            total += 0.5 * (location * mean * mean + scale * log_sd * log_sd)
            pull[t, 0] += location * mean
            pull[t, 1] += scale * log_sd
    for u in range(place.size):
        pull[place[u], 2] += slope_standing[u] / moments[place[u], 2]
        pull[place[u], 3] += slope_standing[u] * standing[u] / moments[place[u], 2]
    for u in range(place.size):
        t = place[u]
        if moments[t, 2] < MIN_VOTERS:
            slope[u] += slope_standing[u]
            continue
        z, sd, n = standing[u], moments[t, 1], moments[t, 2]
        slope[u] += (slope_standing[u] - pull[t, 2] - z * pull[t, 3]) / sd
        slope[u] += (pull[t, 0] + pull[t, 1] * z / sd) / n
    return total


@njit(nogil=True, cache=True)
def path_energy(
    path_start: np.ndarray,
    period: np.ndarray,
    theta: np.ndarray,
    rate: np.ndarray,
    slope: np.ndarray,
    rate_slope: np.ndarray,
) -> float:
    """Energy of the paths and their log rates; adds to ``slope``, fills ``rate_slope``.

    ``rate`` (n_paths + 1,): log rate of every path, and the common one.
    """
    n_paths = path_start.size - 1
    common = rate[n_paths]
    away = (common - COMMON_RATE) / COMMON_SD
    total = 0.5 * away * away
    rate_slope[n_paths] = away / COMMON_SD
    for p in range(n_paths):
        if not -20.0 < rate[p] < 6.0:
            return math.inf
        away = (rate[p] - common) / RATE_SD
        total += 0.5 * away * away
        pull = away / RATE_SD
        rate_slope[n_paths] -= pull
        speed = math.exp(rate[p])
        before = theta[path_start[p]]
        total += 0.5 * before * before
        slope[path_start[p]] += before
        for u in range(path_start[p] + 1, path_start[p + 1]):
            lag = speed * (period[u] - period[u - 1])
            kept = math.exp(-lag)
            variance = -math.expm1(-2.0 * lag)
            step = theta[u] - kept * before
            force = step / variance
            total += 0.5 * (step * force + math.log(variance))
            slope[u] += force
            slope[u - 1] -= kept * force
            # Derivative in the correlation, times the correlation's in the log rate.
            pull -= lag * kept * (kept * (force * force - 1.0 / variance) - force * before)
            before = theta[u]
        rate_slope[p] = pull
    return total


@njit(nogil=True, cache=True)
def newton_items(
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    steps: int,
    beta: np.ndarray,
    centre: np.ndarray,
    width: np.ndarray,
    cdf: np.ndarray,
) -> None:
    """Move every item towards its mode at fixed positions, in place, by damped Newton steps."""
    here, low = np.empty(9), np.empty(6)
    for v in range(beta.size):
        for _ in range(steps):
            item_terms(
                start[v], ends[v, 0], ends[v, 1], start[v + 1], unit, weight, weighted, theta,
                beta[v], centre[v], width[v], cdf, here,
            )  # fmt: skip
            factor(here, low)
            d0, d1, d2 = newton_step(here, low)
            beta[v] += min(max(d0, -1.0), 1.0)
            centre[v] += min(max(d1, -1.0), 1.0)
            width[v] = max(width[v] + min(max(d2, -0.7), 0.7), -6.0)
