"""Ordinal probit: log-likelihood, slopes and curvatures by item.

A vote of state-period u on item v is yes where z < c_v - h_v, no where z > c_v + h_v, else an
abstention; z = beta_v * theta_u + N(0, 1), h_v = exp(lambda_v). With mu = c - beta * theta the
probabilities are Phi(mu - h), Phi(-mu - h) and the rest. All terms are functions of (mu, h):
``g`` are first derivatives of the log-probability, ``k`` negative second derivatives. The
log-probability is concave in (mu, h), so the k form a positive semidefinite matrix.
"""
# ruff: noqa: FBT001, PLR0913, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math

import numpy as np
from numba import njit

from multipolar.measures._kernels.probit import phi_cdf, phi_density

TINY = 1e-290
BETA_SD = 1.0
CENTRE_SD = 3.0
WIDTH_MEAN = -1.2  # log half-width: abstentions are a tenth to a fifth of the votes cast
WIDTH_SD = 1.0
FOLD = 7


@njit(inline="always")
def _end_terms(a: float, cdf: np.ndarray) -> tuple[float, ...]:
    """Probability below ``a``, its log-slope, and the negative second derivative of its log."""
    p = max(phi_cdf(a, cdf), TINY)
    if a < -8.0:  # ratio of two numbers close to the smallest float: use its expansion
        slope = -a - 1.0 / a + 2.0 / (a * a * a)
        return p, slope, 1.0
    slope = phi_density(a, cdf) / p
    return p, slope, max(slope * (a + slope), 0.0)


@njit(inline="always")
def _middle_terms(mu: float, h: float, cdf: np.ndarray) -> tuple[float, ...]:
    """Probability of an abstention and its derivatives: p, g_mu, g_h, k_mu, k_h, k_mu_h."""
    low, high = mu - h, mu + h
    if low > 0.0:
        p = phi_cdf(-low, cdf) - phi_cdf(-high, cdf)
    else:
        p = phi_cdf(high, cdf) - phi_cdf(low, cdf)
    f_low, f_high = phi_density(low, cdf), phi_density(high, cdf)
    # Narrow or remote middles lose their digits: the mid-point rule keeps them.
    least = 2.0 * h * math.sqrt(max(f_low, 1e-280)) * math.sqrt(max(f_high, 1e-280))
    p = max(p, least, TINY)
    low_slope, high_slope = f_low / p, f_high / p
    difference, total = high_slope - low_slope, high_slope + low_slope
    bend = high * high_slope - low * low_slope
    k_mu = max(bend + difference * difference, 0.0)
    k_h = max(bend + total * total, 0.0)
    cross = high * high_slope + low * low_slope + total * difference
    limit = math.sqrt(k_mu * k_h)
    return p, difference, total, k_mu, k_h, min(max(cross, -limit), limit)


@njit
def item_terms(
    begin: int,
    yes_end: int,
    abstain_end: int,
    end: int,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    beta: float,
    centre: float,
    width: float,
    cdf: np.ndarray,
    out: np.ndarray,
) -> float:
    """Log-posterior of one item given theta; slopes and curvature in ``out`` (9,).

    ``out``: slopes in beta, centre, log half-width, then the curvature bb, bc, cc, bw, cw, ww,
    priors included, never negative definite in the last direction.
    """
    h = math.exp(width)
    g_b = g_c = g_h = bb = bc = cc = bh = ch = hh = 0.0
    log_p = 0.0
    product = 1.0
    for j in range(begin, end):
        t = theta[unit[j]]
        mu = centre - beta * t
        if j < yes_end:
            p, s, k = _end_terms(mu - h, cdf)
            g_mu, g_w, k_mu, k_w, k_x = s, -s, k, k, -k
        elif j >= abstain_end:
            p, s, k = _end_terms(-mu - h, cdf)
            g_mu, g_w, k_mu, k_w, k_x = -s, -s, k, k, k
        else:
            p, g_mu, g_w, k_mu, k_w, k_x = _middle_terms(mu, h, cdf)
        if weighted:
            w = weight[j]
            log_p += w * math.log(p)
            g_mu, g_w, k_mu, k_w, k_x = w * g_mu, w * g_w, w * k_mu, w * k_w, w * k_x
        else:
            product *= p
            if (j & FOLD) == 0 or product < 1e-100:
                log_p += math.log(max(product, TINY))
                product = 1.0
        g_b -= t * g_mu
        g_c += g_mu
        g_h += g_w
        bb += t * t * k_mu
        bc -= t * k_mu
        cc += k_mu
        bh -= t * k_x
        ch += k_x
        hh += k_w
    log_p += math.log(max(product, TINY))
    offset = (width - WIDTH_MEAN) / (WIDTH_SD * WIDTH_SD)
    out[0] = g_b - beta / BETA_SD**2
    out[1] = g_c - centre / CENTRE_SD**2
    out[2] = h * g_h - offset
    out[3] = bb + 1.0 / BETA_SD**2
    out[4] = bc
    out[5] = cc + 1.0 / CENTRE_SD**2
    out[6] = h * bh
    out[7] = h * ch
    out[8] = h * h * hh + max(-h * g_h, 0.0) + 1.0 / WIDTH_SD**2
    return (
        log_p
        - 0.5 * (beta / BETA_SD) ** 2
        - 0.5 * (centre / CENTRE_SD) ** 2
        - 0.5 * offset * (width - WIDTH_MEAN)
    )


@njit(inline="always")
def factor(out: np.ndarray, low: np.ndarray) -> float:
    """Cholesky factor of the 3 x 3 curvature in ``out``; returns the log of its determinant.

    ``low``: l11, l21, l22, l31, l32, l33.
    """
    low[0] = math.sqrt(out[3])
    low[1] = out[4] / low[0]
    low[2] = math.sqrt(max(out[5] - low[1] * low[1], 1e-10))
    low[3] = out[6] / low[0]
    low[4] = (out[7] - low[3] * low[1]) / low[2]
    low[5] = math.sqrt(max(out[8] - low[3] * low[3] - low[4] * low[4], 1e-10))
    return 2.0 * (math.log(low[0]) + math.log(low[2]) + math.log(low[5]))


@njit(inline="always")
def solve_upper(low: np.ndarray, x: float, y: float, z: float) -> tuple[float, ...]:
    """Solve L' s = (x, y, z)."""
    s2 = z / low[5]
    s1 = (y - low[4] * s2) / low[2]
    s0 = (x - low[1] * s1 - low[3] * s2) / low[0]
    return s0, s1, s2


@njit(inline="always")
def newton_step(out: np.ndarray, low: np.ndarray) -> tuple[float, ...]:
    """Curvature inverse times slope, from the factor of :func:`factor`."""
    x = out[0] / low[0]
    y = (out[1] - low[1] * x) / low[2]
    z = (out[2] - low[3] * x - low[4] * y) / low[5]
    return solve_upper(low, x, y, z)
