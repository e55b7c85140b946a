"""One sweep of the proper posterior: items, paths, scales of innovation, shifts and stretches.

Each block is drawn by Metropolis-Hastings with the Gaussian that Newton's method sees from where
the chain stands (Gamerman 1997): mean one Newton step away, precision the curvature there, both
recomputed at the proposal for the way back. Items are three parameters each; a state's path is cut
into stretches of random length, each drawn at once from a tridiagonal precision. Two further moves
shift and stretch all positions of a run of periods together with the items inside it, along the
directions in which the likelihood is flat or nearly so; without them the chain would creep there.

Location and scale of a period are known from its own votes only up to the items' priors, so they
have priors of their own: normal on the mean of the period's positions and on the log of their
standard deviation (periods with fewer than ten voters excepted).
"""
# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0915, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import (
    BETA_SD,
    CENTRE_SD,
    factor,
    item_terms,
    newton_step,
    quadratic,
    solve_upper,
    unit_terms,
)
from multipolar.measures._kernels.probit import (
    advance,
    inverse_cdf,
    stream,
    to_unit,
)

SCALE_SHAPE = 3.0  # innovation variances of states: inverse gamma around the common one
COMMON_SHAPE = 2.0
COMMON_RATE = 50.0  # prior mean of the common innovation variance: 0.04
MAX_STRETCH = 24
MIN_VOTERS = 10
FIRST_SD = 1.0


@njit(nogil=True, cache=True)
def sweep_items(
    seed: np.uint64,
    sweep: int,
    forced: bool,
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
    inv: np.ndarray,
) -> int:
    """Draw the parameters of every item given theta; returns the number of moves taken.

    With ``forced`` every proposal is taken: a noisy Newton search, for leaving a remote start.
    """
    here, there = np.empty(9), np.empty(9)
    low, back = np.empty(6), np.empty(6)
    taken = 0
    for v in range(beta.size):
        begin, yes_end, abstain_end, end = start[v], ends[v, 0], ends[v, 1], start[v + 1]
        now = item_terms(
            begin, yes_end, abstain_end, end, unit, weight, weighted, theta,
            beta[v], centre[v], width[v], cdf, here,
        )  # fmt: skip
        log_det = factor(here, low)
        state = advance(stream(seed, sweep, v))
        x = inverse_cdf(to_unit(state), inv)
        state = advance(state)
        y = inverse_cdf(to_unit(state), inv)
        state = advance(state)
        z = inverse_cdf(to_unit(state), inv)
        m0, m1, m2 = newton_step(here, low)
        e0, e1, e2 = solve_upper(low, x, y, z)
        d0, d1, d2 = m0 + e0, m1 + e1, m2 + e2
        if forced:
            beta[v] += min(max(d0, -1.0), 1.0)
            centre[v] += min(max(d1, -1.0), 1.0)
            width[v] = max(width[v] + min(max(d2, -0.7), 0.7), -6.0)
            continue
        then = item_terms(
            begin, yes_end, abstain_end, end, unit, weight, weighted, theta,
            beta[v] + d0, centre[v] + d1, width[v] + d2, cdf, there,
        )  # fmt: skip
        log_det_back = factor(there, back)
        n0, n1, n2 = newton_step(there, back)
        forward = 0.5 * log_det - 0.5 * (x * x + y * y + z * z)
        reverse = 0.5 * log_det_back - 0.5 * quadratic(back, -d0 - n0, -d1 - n1, -d2 - n2)
        state = advance(state)
        if math.log(to_unit(state)) < then - now + reverse - forward:
            beta[v] += d0
            centre[v] += d1
            width[v] += d2
            taken += 1
    return taken


@njit(inline="always")
def _stretch_density(
    n: int,
    slope: np.ndarray,
    curvature: np.ndarray,
    theta: np.ndarray,
    link: np.ndarray,
    before: float,
    after: float,
    first_precision: float,
    diagonal: np.ndarray,
    right: np.ndarray,
) -> None:
    """Fill the tridiagonal precision's diagonal and right-hand side for one stretch.

    ``link[k]`` is the precision of the step into position k; ``link[n]`` of the step out.
    """
    for k in range(n):
        into = link[k] if k > 0 else first_precision
        diagonal[k] = curvature[k] + into + link[k + 1]
        right[k] = curvature[k] * theta[k] + slope[k]
    right[0] += first_precision * before
    right[n - 1] += link[n] * after


@njit(inline="always")
def _factor_chain(
    n: int, diagonal: np.ndarray, link: np.ndarray, low: np.ndarray, off: np.ndarray
) -> float:
    """Cholesky of the tridiagonal precision; returns half its log-determinant."""
    log_det = 0.0
    for k in range(n):
        value = diagonal[k]
        if k > 0:
            off[k] = -link[k] / low[k - 1]
            value -= off[k] * off[k]
        low[k] = math.sqrt(value)
        log_det += math.log(low[k])
    return log_det


@njit(inline="always")
def _chain_mean(
    n: int, low: np.ndarray, off: np.ndarray, right: np.ndarray, mean: np.ndarray
) -> None:
    for k in range(n):
        value = right[k]
        if k > 0:
            value -= off[k] * mean[k - 1]
        mean[k] = value / low[k]
    for k in range(n - 1, -1, -1):
        value = mean[k]
        if k < n - 1:
            value -= off[k + 1] * mean[k + 1]
        mean[k] = value / low[k]


@njit(inline="always")
def period_density(
    total: float, square: float, count: float, location: float, scale: float
) -> float:
    """Log prior of a period's mean and log standard deviation, given sums over its voters.

    ``location`` and ``scale`` are precisions, 0 for none.
    """
    if count < MIN_VOTERS:
        return 0.0
    mean = total / count
    log_sd = 0.5 * math.log(max(square / count - mean * mean, 1e-8))
    return -0.5 * location * mean * mean - 0.5 * scale * log_sd * log_sd


@njit(nogil=True, cache=True)
def sum_periods(theta: np.ndarray, place: np.ndarray, sums: np.ndarray) -> None:
    """Sum, sum of squares and number of positions by period, into ``sums`` (n_periods, 3)."""
    sums[:] = 0.0
    for u in range(theta.size):
        sums[place[u], 0] += theta[u]
        sums[place[u], 1] += theta[u] * theta[u]
        sums[place[u], 2] += 1.0


@njit(nogil=True, cache=True)
def sweep_paths(
    seed: np.uint64,
    sweep: int,
    forced: bool,
    path_start: np.ndarray,
    period: np.ndarray,
    unit_start: np.ndarray,
    unit_ends: np.ndarray,
    item: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    beta: np.ndarray,
    centre: np.ndarray,
    half: np.ndarray,
    variance: np.ndarray,
    place: np.ndarray,
    sums: np.ndarray,
    location: float,
    scale: float,
    theta: np.ndarray,
    cdf: np.ndarray,
    inv: np.ndarray,
) -> int:
    """Draw every state's path in stretches; ``variance`` (n_paths,) is per period of time.

    ``place`` (n_units,) numbers the periods, ``sums`` is work space (n_periods, 3). Returns the
    number of positions in stretches that moved.
    """
    sum_periods(theta, place, sums)
    size = MAX_STRETCH
    slope, curvature = np.empty(size), np.empty(size)
    slope_new, curvature_new = np.empty(size), np.empty(size)
    link = np.empty(size + 1)
    diagonal, right, mean = np.empty(size), np.empty(size), np.empty(size)
    low, off = np.zeros(size), np.zeros(size)
    old, new = np.empty(size), np.empty(size)
    taken = 0
    for p in range(path_start.size - 1):
        first_unit, last_unit = path_start[p], path_start[p + 1]
        state = advance(stream(seed, sweep, -1 - p))
        a = first_unit
        limit = 1 + int(to_unit(state) * size)  # the first stretch has random length
        while a < last_unit:
            n = min(limit, last_unit - a)
            limit = size
            now = 0.0
            for k in range(n):
                u = a + k
                old[k] = theta[u]
                value, slope[k], curvature[k] = unit_terms(
                    unit_start[u], unit_ends[u, 0], unit_ends[u, 1], unit_start[u + 1],
                    item, weight, weighted, beta, centre, half, theta[u], cdf,
                )  # fmt: skip
                now += value
                link[k] = 0.0
                if u > first_unit:
                    link[k] = 1.0 / (variance[p] * (period[u] - period[u - 1]))
            link[n] = 0.0
            after = 0.0
            if a + n < last_unit:
                link[n] = 1.0 / (variance[p] * (period[a + n] - period[a + n - 1]))
                after = theta[a + n]
            before = theta[a - 1] if a > first_unit else 0.0
            first_precision = link[0] if a > first_unit else 1.0 / FIRST_SD**2
            _stretch_density(
                n, slope, curvature, old, link, before, after, first_precision, diagonal, right
            )
            forward = _factor_chain(n, diagonal, link, low, off)
            _chain_mean(n, low, off, right, mean)
            for k in range(n - 1, -1, -1):
                state = advance(state)
                draw = inverse_cdf(to_unit(state), inv)
                forward -= 0.5 * draw * draw
                if k < n - 1:
                    draw -= off[k + 1] * new[k + 1]
                new[k] = draw / low[k]
            for k in range(n):
                new[k] += mean[k]
            state = advance(state)
            if forced:
                for k in range(n):
                    theta[a + k] = min(max(new[k], -3.0), 3.0)
                a += n
                continue
            then = 0.0
            for k in range(n):
                u = a + k
                value, slope_new[k], curvature_new[k] = unit_terms(
                    unit_start[u], unit_ends[u, 0], unit_ends[u, 1], unit_start[u + 1],
                    item, weight, weighted, beta, centre, half, new[k], cdf,
                )  # fmt: skip
                then += value
            for k in range(n):
                before_k = before if k == 0 else old[k - 1]
                before_new = before if k == 0 else new[k - 1]
                into = first_precision if k == 0 else link[k]
                now -= 0.5 * into * (old[k] - before_k) ** 2
                then -= 0.5 * into * (new[k] - before_new) ** 2
                total, square, count = sums[place[a + k]]
                now += period_density(total, square, count, location, scale)
                total += new[k] - old[k]
                square += new[k] * new[k] - old[k] * old[k]
                then += period_density(total, square, count, location, scale)
            now -= 0.5 * link[n] * (after - old[n - 1]) ** 2
            then -= 0.5 * link[n] * (after - new[n - 1]) ** 2
            _stretch_density(
                n,
                slope_new,
                curvature_new,
                new,
                link,
                before,
                after,
                first_precision,
                diagonal,
                right,
            )
            reverse = _factor_chain(n, diagonal, link, low, off)
            _chain_mean(n, low, off, right, mean)
            for k in range(n):
                value = low[k] * (old[k] - mean[k])
                if k < n - 1:
                    value += off[k + 1] * (old[k + 1] - mean[k + 1])
                reverse -= 0.5 * value * value
            if math.log(to_unit(state)) < then - now + reverse - forward:
                for k in range(n):
                    theta[a + k] = new[k]
                    sums[place[a + k], 0] += new[k] - old[k]
                    sums[place[a + k], 1] += new[k] * new[k] - old[k] * old[k]
                taken += n
            a += n
    return taken


@njit(inline="always")
def _gamma(shape: float, state: np.uint64, inv: np.ndarray) -> tuple[Any, ...]:
    """Gamma variable of unit rate, shape >= 1 (Marsaglia & Tsang 2000), and the stream's state."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        state = advance(state)
        x = inverse_cdf(to_unit(state), inv)
        v = (1.0 + c * x) ** 3
        state = advance(state)
        if v > 0.0 and math.log(to_unit(state)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v, state


@njit(nogil=True, cache=True)
def sweep_scales(
    seed: np.uint64,
    sweep: int,
    path_start: np.ndarray,
    period: np.ndarray,
    theta: np.ndarray,
    variance: np.ndarray,
    common: float,
    inv: np.ndarray,
) -> float:
    """Draw every state's innovation variance, then return a draw of the common one."""
    state = stream(seed, sweep, -1_000_003)
    total = 0.0
    for p in range(variance.size):
        square = 0.0
        for u in range(path_start[p] + 1, path_start[p + 1]):
            square += (theta[u] - theta[u - 1]) ** 2 / (period[u] - period[u - 1])
        steps = path_start[p + 1] - path_start[p] - 1
        draw, state = _gamma(SCALE_SHAPE + 0.5 * steps, state, inv)
        variance[p] = (SCALE_SHAPE * common + 0.5 * square) / draw
        total += 1.0 / variance[p]
    draw, state = _gamma(COMMON_SHAPE + SCALE_SHAPE * variance.size, state, inv)
    return draw / (COMMON_RATE + SCALE_SHAPE * total)


@njit(inline="always")
def _crossing_terms(
    first: int,
    last: int,
    stretching: bool,
    shift: float,
    stretch: float,
    crossing: np.ndarray,
    n_crossing: int,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    period: np.ndarray,
    theta: np.ndarray,
    beta: np.ndarray,
    centre: np.ndarray,
    half: np.ndarray,
    cdf: np.ndarray,
) -> tuple[Any, ...]:
    """Likelihood of votes inside the run on items that reach outside it, after a move.

    Returns the log-likelihood, its slope and curvature in the shift or the log of the stretch.
    """
    log_p = slope = curvature = 0.0
    one = np.empty(1, np.uint32)
    one[0] = 0
    unity = np.ones(1)
    b, c, h = np.empty(1), np.empty(1), np.empty(1)
    for q in range(n_crossing):
        v = crossing[q]
        b[0], c[0], h[0] = beta[v], centre[v], half[v]
        for j in range(start[v], start[v + 1]):
            u = unit[j]
            if period[u] < first or period[u] >= last:
                continue
            moved = theta[u] * stretch + shift
            yes = 1 if j < ends[v, 0] else 0
            middle = 1 if j < ends[v, 1] else 0
            unity[0] = weight[j]
            value, g, k = unit_terms(0, yes, middle, 1, one, unity, weighted, b, c, h, moved, cdf)
            along = moved if stretching else 1.0
            log_p += value
            slope += along * g
            curvature += along * along * k
    return log_p, slope, curvature


@njit(nogil=True, cache=True)
def move_run(
    seed: np.uint64,
    sweep: int,
    number: int,
    stretching: bool,
    first: int,
    last: int,
    path_start: np.ndarray,
    period: np.ndarray,
    item_first: np.ndarray,
    item_last: np.ndarray,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    beta: np.ndarray,
    centre: np.ndarray,
    half: np.ndarray,
    variance: np.ndarray,
    place: np.ndarray,
    sums: np.ndarray,
    location: float,
    scale: float,
    cdf: np.ndarray,
    inv: np.ndarray,
) -> bool:
    """Shift (or stretch) all positions of periods ``first <= t < last`` and the items inside.

    Items wholly inside follow, so that their votes are exactly as likely as before; items that
    reach outside stay, and their likelihood enters the acceptance.
    """
    crossing = np.empty(beta.size, np.int64)
    n_crossing = n_inside = 0
    for v in range(beta.size):
        if item_first[v] >= first and item_last[v] < last:
            n_inside += 1
        elif item_first[v] < last and item_last[v] >= first:
            crossing[n_crossing] = v
            n_crossing += 1
    state = advance(stream(seed, sweep, -2_000_003 - number))
    normal = inverse_cdf(to_unit(state), inv)
    state = advance(state)
    accept = math.log(to_unit(state))
    move = 0.0
    now = forward = 0.0
    sum_periods(theta, place, sums)
    inside_period = np.zeros(sums.shape[0])
    for u in range(theta.size):
        if first <= period[u] < last:
            inside_period[place[u]] = 1.0
    for leg in range(2):
        shift = 0.0 if stretching else move
        factor_ = math.exp(move) if stretching else 1.0
        value, slope, curvature = 0.0, 0.0, 0.0
        if n_crossing > 0:
            value, slope, curvature = _crossing_terms(
                first, last, stretching, shift, factor_, crossing, n_crossing, start, ends, unit,
                weight, weighted, period, theta, beta, centre, half, cdf,
            )  # fmt: skip
        n_units = 0
        for p in range(path_start.size - 1):
            for u in range(path_start[p], path_start[p + 1]):
                inside = first <= period[u] < last
                t = theta[u] * factor_ + shift if inside else theta[u]
                along = (t if stretching else 1.0) if inside else 0.0
                n_units += inside
                if u == path_start[p]:
                    precision = 1.0 / FIRST_SD**2
                    difference, along_difference = t, along
                else:
                    before_inside = first <= period[u - 1] < last
                    if not inside and not before_inside:
                        continue
                    precision = 1.0 / (variance[p] * (period[u] - period[u - 1]))
                    before = theta[u - 1] * factor_ + shift if before_inside else theta[u - 1]
                    along_before = (before if stretching else 1.0) if before_inside else 0.0
                    difference, along_difference = t - before, along - along_before
                value -= 0.5 * precision * difference * difference
                slope -= precision * difference * along_difference
                curvature += precision * along_difference * along_difference
                if stretching:  # second derivative of an exponential is the exponential
                    curvature += precision * difference * along_difference
        for v in range(beta.size):
            if item_first[v] < first or item_last[v] >= last:
                continue
            if stretching:
                b = beta[v] / factor_ / BETA_SD
                value -= 0.5 * b * b
                slope += b * b
                curvature += 2.0 * b * b
            else:
                c = (centre[v] + beta[v] * shift) / CENTRE_SD
                along_c = beta[v] / CENTRE_SD
                value -= 0.5 * c * c
                slope -= c * along_c
                curvature += along_c * along_c
        for t in range(sums.shape[0]):
            if inside_period[t] == 0.0 or sums[t, 2] < MIN_VOTERS:
                continue
            mean = sums[t, 0] / sums[t, 2]
            log_sd = 0.5 * math.log(max(sums[t, 1] / sums[t, 2] - mean * mean, 1e-8))
            mean = mean * factor_ + shift
            value -= 0.5 * location * mean * mean
            if stretching:
                log_sd += move
                slope -= location * mean * mean + scale * log_sd
                curvature += 2.0 * location * mean * mean + scale
            else:
                slope -= location * mean
                curvature += location
            value -= 0.5 * scale * log_sd * log_sd
        if stretching:
            value += move * (n_units - n_inside)
            slope += n_units - n_inside
        curvature = max(curvature, 1e-6)
        if leg == 0:
            now = value
            forward = 0.5 * math.log(curvature) - 0.5 * normal * normal
            move = slope / curvature + normal / math.sqrt(curvature)
            if abs(move) > 2.0:
                return False
        else:
            back = -move - slope / curvature
            reverse = 0.5 * math.log(curvature) - 0.5 * curvature * back * back
            if accept >= value - now + reverse - forward:
                return False
    factor_ = math.exp(move) if stretching else 1.0
    shift = 0.0 if stretching else move
    for u in range(theta.size):
        if first <= period[u] < last:
            theta[u] = theta[u] * factor_ + shift
    for v in range(beta.size):
        if item_first[v] >= first and item_last[v] < last:
            if stretching:
                beta[v] /= factor_
            else:
                centre[v] += beta[v] * shift
    return True
