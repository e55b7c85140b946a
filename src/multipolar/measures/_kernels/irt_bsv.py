"""One sweep of the procedure of Bailey, Strezhnev & Voeten (2017), as arrays.

Layout: observations sorted by item and, within an item, by vote: those of item v are
``unit[start[v]:start[v + 1]]``; the yes votes end before ``ends[v, 0]``, the abstentions before
``ends[v, 1]``. The cutpoints, the latent utilities z and the discrimination of an item need only
that item's own votes, so one pass over the items does all three while they are in cache, and adds
each z to the sums from which the next positions are drawn. Sums are kept per block of items; the
number of blocks does not depend on the number of threads, so neither do the draws.
"""
# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0915, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math

import numpy as np
from numba import njit

from multipolar.measures._kernels.probit import (
    advance,
    inverse_cdf,
    phi_cdf,
    stream,
    to_unit,
)

STEP = 0.2 / 3  # standard deviation of the cutpoint proposals in the published code
CUT_LIMIT = 7.0
Z_LIMIT = 9.0
THETA_LIMIT = 5.0
# Probabilities are multiplied, so many or down to so small a product, before a logarithm is taken.
FOLD, SMALL = 8, 1e-100


@njit(inline="always")
def _propose(
    g1: float, g2: float, u1: float, u2: float, cdf: np.ndarray, inv: np.ndarray
) -> tuple[float, ...]:
    """Candidate cutpoints: g1 below the old g2 and above -7, then g2 above the new g1, below 7."""
    low = phi_cdf((-CUT_LIMIT - g1) / STEP, cdf)
    high = phi_cdf((g2 - g1) / STEP, cdf)
    c1 = g1 + STEP * inverse_cdf(_inside(low + u1 * (high - low)), inv)
    low = phi_cdf((c1 - g2) / STEP, cdf)
    high = phi_cdf((CUT_LIMIT - g2) / STEP, cdf)
    c2 = g2 + STEP * inverse_cdf(_inside(low + u2 * (high - low)), inv)
    return c1, max(c2, c1)


@njit(inline="always")
def _inside(p: float) -> float:
    return min(max(p, 1e-300), 1.0 - 1.2e-16)


@njit(inline="always")
def _middle(low: float, high: float, table: np.ndarray) -> float:
    """Probability between two points, taken in the left tail where the digits are."""
    if low > 0.0:
        return phi_cdf(-low, table) - phi_cdf(-high, table)
    return phi_cdf(high, table) - phi_cdf(low, table)


@njit(inline="always")
def _log_ratio(above: float, below: float) -> float:
    return math.log(max(above, 1e-300) / max(below, 1e-300))


@njit(nogil=True, cache=True)
def sweep_items(
    first: int,
    last: int,
    seed: np.uint64,
    sweep: int,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    theta: np.ndarray,
    beta: np.ndarray,
    cut: np.ndarray,
    sums: np.ndarray,
    current: np.ndarray,
    proposed: np.ndarray,
    cdf: np.ndarray,
    inv: np.ndarray,
    update_cut: bool,
) -> int:
    """Draw cutpoints, z and beta of items ``first`` to ``last``; add z to ``sums`` (n_units, 2).

    ``current`` and ``proposed`` are work space of the length of the longest item. Returns the
    number of accepted cutpoint proposals. With ``update_cut`` false only z and beta are drawn.
    """
    accepted = 0
    sums[:] = 0.0
    for v in range(first, last):
        begin, yes_end, abstain_end, end = start[v], ends[v, 0], ends[v, 1], start[v + 1]
        b, g1, g2 = beta[v], cut[v, 0], cut[v, 1]
        state = advance(stream(seed, sweep, v))
        u1 = to_unit(state)
        state = advance(state)
        u2 = to_unit(state)
        state = advance(state)
        u3 = to_unit(state)
        c1, c2 = g1, g2
        if update_cut:
            c1, c2 = _propose(g1, g2, u1, u2, cdf, inv)
        log_ratio = 0.0
        above = below = 1.0
        for j in range(begin, yes_end):
            mu = b * theta[unit[j]]
            p0 = max(phi_cdf(g1 - mu, cdf), 1e-300)
            p1 = phi_cdf(c1 - mu, cdf)
            current[j - begin] = p0
            proposed[j - begin] = p1
            above *= p1
            below *= p0
            if (j & (FOLD - 1)) == 0 or min(above, below) < SMALL:
                log_ratio += _log_ratio(above, below)
                above = below = 1.0
        for j in range(yes_end, abstain_end):
            mu = b * theta[unit[j]]
            p0 = max(_middle(g1 - mu, g2 - mu, cdf), 1e-300)
            p1 = max(_middle(c1 - mu, c2 - mu, cdf), 0.0)
            current[j - begin] = p0
            proposed[j - begin] = p1
            above *= p1
            below *= p0
            if (j & (FOLD - 1)) == 0 or min(above, below) < SMALL:
                log_ratio += _log_ratio(above, below)
                above = below = 1.0
        for j in range(abstain_end, end):
            mu = b * theta[unit[j]]
            p0 = max(phi_cdf(mu - g2, cdf), 1e-300)
            p1 = phi_cdf(mu - c2, cdf)
            current[j - begin] = p0
            proposed[j - begin] = p1
            above *= p1
            below *= p0
            if (j & (FOLD - 1)) == 0 or min(above, below) < SMALL:
                log_ratio += _log_ratio(above, below)
                above = below = 1.0
        log_ratio += _log_ratio(above, below)
        # The published code corrects for the second normaliser of the proposal only.
        log_ratio += math.log(
            max(phi_cdf((g2 - c1) / STEP, cdf), 1e-300)
            / max(phi_cdf((c2 - g1) / STEP, cdf), 1e-300)
        )
        taken = current
        if update_cut and math.log(u3) < log_ratio:
            g1, g2 = c1, c2
            cut[v, 0], cut[v, 1] = c1, c2
            taken = proposed
            accepted += 1
        sum_tt = 0.0
        sum_tz = 0.0
        for j in range(begin, yes_end):
            t = theta[unit[j]]
            state = advance(state)
            u = to_unit(state)
            z = b * t + inverse_cdf(max(u * taken[j - begin], 1e-300), inv)
            z = max(z, -Z_LIMIT)
            current[j - begin] = z
            sum_tt += t * t
            sum_tz += t * z
        for j in range(yes_end, abstain_end):
            t = theta[unit[j]]
            mu = b * t
            state = advance(state)
            u = to_unit(state)
            if g1 - mu > 0.0:
                low = phi_cdf(mu - g2, cdf)
                z = mu - inverse_cdf(_inside(low + u * taken[j - begin]), inv)
            else:
                low = phi_cdf(g1 - mu, cdf)
                z = mu + inverse_cdf(_inside(low + u * taken[j - begin]), inv)
            z = min(max(z, -Z_LIMIT), Z_LIMIT)
            current[j - begin] = z
            sum_tt += t * t
            sum_tz += t * z
        for j in range(abstain_end, end):
            t = theta[unit[j]]
            state = advance(state)
            u = to_unit(state)
            z = b * t - inverse_cdf(max(u * taken[j - begin], 1e-300), inv)
            z = min(z, Z_LIMIT)
            current[j - begin] = z
            sum_tt += t * t
            sum_tz += t * z
        variance = 1.0 / (sum_tt + 1.0)
        state = advance(state)
        b = variance * sum_tz + math.sqrt(variance) * inverse_cdf(to_unit(state), inv)
        beta[v] = b
        square = b * b
        for j in range(begin, end):
            i = unit[j]
            sums[i, 0] += b * current[j - begin]
            sums[i, 1] += square
    return accepted


@njit(nogil=True, cache=True)
def sweep_positions(
    seed: np.uint64,
    sweep: int,
    sums: np.ndarray,
    prior: np.ndarray,
    prior_variance: np.ndarray,
    mean: np.ndarray,
    theta: np.ndarray,
    inv: np.ndarray,
) -> None:
    """Draw theta given the block sums (n_blocks, n_units, 2), clip it, standardise it.

    The prior mean of unit u is last sweep's conditional mean of unit ``prior[u]``; ``mean`` is
    replaced by this sweep's.
    """
    n = theta.size
    new_mean = np.empty(n)
    total = 0.0
    square = 0.0
    for u in range(n):
        weighted = 0.0
        precision = 0.0
        for block in range(sums.shape[0]):
            weighted += sums[block, u, 0]
            precision += sums[block, u, 1]
        lag = mean[prior[u]] if prior[u] >= 0 else 0.0
        variance = 1.0 / (precision + 1.0 / prior_variance[u])
        new_mean[u] = variance * (weighted + lag / prior_variance[u])
        draw = inverse_cdf(to_unit(advance(stream(seed, sweep, -1 - u))), inv)
        value = new_mean[u] + math.sqrt(variance) * draw
        theta[u] = min(max(value, -THETA_LIMIT), THETA_LIMIT)
        total += theta[u]
    centre = total / n
    for u in range(n):
        square += (theta[u] - centre) ** 2
    scale = math.sqrt(square / (n - 1))
    for u in range(n):
        theta[u] = (theta[u] - centre) / scale
        mean[u] = new_mean[u]
