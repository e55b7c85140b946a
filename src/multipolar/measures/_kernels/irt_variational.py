"""Mean-field passes for ordinal probit: items by Newton steps, sums by unit, paths in time.

An item has a discrimination b and two cutpoints g1 <= g2: yes where z < g1, no where z > g2,
z = b * theta + N(0, 1); b ~ N(0, 1), cutpoints flat on [-7, 7]. Positions enter by their mean
``theta`` and their variance ``spread``; an item enters the positions by the mean and the variance
of its b. The log-likelihood is concave in (b, g1, g2).
"""
# ruff: noqa: FBT001, PLR0913, PLR0915, PLR0917
# Loops over votes stay whole and take arrays by position: a call inside costs more than its work.

from __future__ import annotations

import math

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import TINY, factor, newton_step
from multipolar.measures._kernels.probit import mills, phi_both

CUT_LIMIT = 7.0
CUT_PRECISION = 12.0 / (2.0 * CUT_LIMIT) ** 2  # of the uniform distribution on [-7, 7]
LARGEST_STEP = 1.0
FIRST_PRECISION = 1.0  # a path starts at N(0, 1)


@njit(inline="always")
def _between(low: float, high: float, cdf: np.ndarray) -> tuple[float, float]:
    """Densities at both ends of an interval over the probability between them."""
    side = 1.0 if low <= 0.0 else -1.0  # taken in the left tail, where the digits are
    p_low, at_low = phi_both(side * low, cdf)
    p_high, at_high = phi_both(side * high, cdf)
    p = side * (p_high - p_low)
    if p < 1e-4:  # few digits are left; the mid-point rule is a lower bound and close
        least = (high - low) * math.sqrt(max(at_low, 1e-280)) * math.sqrt(max(at_high, 1e-280))
        p = max(p, least, TINY)
    return at_low / p, at_high / p


@njit
def item_slopes(
    begin: int,
    yes_end: int,
    abstain_end: int,
    end: int,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    spread: np.ndarray,
    b: float,
    g1: float,
    g2: float,
    table: np.ndarray,
    cdf: np.ndarray,
    out: np.ndarray,
) -> float:
    """Slopes and curvature of one item into ``out``; returns the variance of b.

    ``out`` (9,): slopes in b, g1, g2, then the curvature bb, b1, 11, b2, 12, 22.
    """
    d0 = d1 = d2 = h00 = h01 = h11 = h02 = h12 = h22 = 0.0
    square = noise = 0.0
    w = 1.0
    for j in range(begin, yes_end):
        i = unit[j]
        t = theta[i]
        if weighted:
            w = weight[j]
        s, k = mills(g1 - b * t, table)
        s, k = w * s, w * k
        d0 -= t * s
        d1 += s
        h00 += t * t * k
        h01 -= t * k
        h11 += k
        square += w * t * t
        noise += w * spread[i]
    for j in range(abstain_end, end):
        i = unit[j]
        t = theta[i]
        if weighted:
            w = weight[j]
        s, k = mills(b * t - g2, table)
        s, k = w * s, w * k
        d0 += t * s
        d2 -= s
        h00 += t * t * k
        h02 -= t * k
        h22 += k
        square += w * t * t
        noise += w * spread[i]
    for j in range(yes_end, abstain_end):
        i = unit[j]
        t = theta[i]
        if weighted:
            w = weight[j]
        low, high = g1 - b * t, g2 - b * t
        s1, s2 = _between(low, high, cdf)
        k1, k2, k12 = w * s1 * (s1 - low), w * s2 * (s2 + high), -w * s1 * s2
        d0 += w * t * (s1 - s2)
        d1 -= w * s1
        d2 += w * s2
        h00 += t * t * (k1 + k2 + 2.0 * k12)
        h01 -= t * (k1 + k12)
        h02 -= t * (k2 + k12)
        h11 += k1
        h12 += k12
        h22 += k2
        square += w * t * t
        noise += w * spread[i]
    out[0] = d0 - b * (1.0 + noise)
    out[1], out[2] = d1, d2
    out[3], out[4], out[5] = h00 + noise + 1.0, h01, h11 + CUT_PRECISION
    out[6], out[7], out[8] = h02, h12, h22 + CUT_PRECISION
    return 1.0 / (1.0 + square + noise)


@njit(inline="always")
def _tie(out: np.ndarray) -> None:
    """An item without abstentions has one cutpoint: move both together."""
    out[1] += out[2]
    out[4] += out[6]
    out[5] += out[8] + 2.0 * out[7]
    out[2] = out[6] = out[7] = 0.0
    out[8] = 1.0


@njit(inline="always")
def _step_item(
    v: int, tied: bool, out: np.ndarray, low: np.ndarray, beta: np.ndarray, cut: np.ndarray
) -> None:
    if tied:
        _tie(out)
    factor(out, low)
    x0, x1, x2 = newton_step(out, low)
    if tied:
        x2 = x1
    share = min(1.0, LARGEST_STEP / max(abs(x0), abs(x1), abs(x2), 1e-12))
    gap = cut[v, 1] - cut[v, 0]
    if gap + share * (x2 - x1) < 0.25 * gap:  # keep the cutpoints in their order
        share *= 0.75 * gap / (share * (x1 - x2))
    beta[v] += share * x0
    cut[v, 0] = min(max(cut[v, 0] + share * x1, -CUT_LIMIT), CUT_LIMIT)
    cut[v, 1] = min(max(cut[v, 1] + share * x2, -CUT_LIMIT), CUT_LIMIT)


@njit(nogil=True, cache=True)
def sweep_items(
    first: int,
    last: int,
    rounds: int,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    spread: np.ndarray,
    beta: np.ndarray,
    cut: np.ndarray,
    sums: np.ndarray,
    table: np.ndarray,
    cdf: np.ndarray,
) -> None:
    """Newton steps for items ``first`` to ``last``; what they say of each unit into ``sums``.

    ``sums`` (n_units, 4): slope of the log-likelihood in theta, sum of b squared, its curvature
    in theta, sum of the variances of b.
    """
    out, low = np.empty(9), np.empty(6)
    sums[:] = 0.0
    w = 1.0
    for v in range(first, last):
        begin, yes_end, abstain_end, end = start[v], ends[v, 0], ends[v, 1], start[v + 1]
        variance = 1.0
        for _ in range(rounds):
            variance = item_slopes(
                begin, yes_end, abstain_end, end, unit, weight, weighted, theta, spread, beta[v],
                cut[v, 0], cut[v, 1], table, cdf, out,
            )  # fmt: skip
            _step_item(v, yes_end == abstain_end, out, low, beta, cut)
        b, g1, g2 = beta[v], cut[v, 0], cut[v, 1]
        square = b * b
        for j in range(begin, end):
            i = unit[j]
            mu = b * theta[i]
            if j < yes_end:
                s, k = mills(g1 - mu, table)
                s = -s
            elif j >= abstain_end:
                s, k = mills(mu - g2, table)
            else:
                s1, s2 = _between(g1 - mu, g2 - mu, cdf)
                s = s1 - s2
                k = max(s * s + s2 * (g2 - mu) - s1 * (g1 - mu), 0.0)
            if weighted:
                w = weight[j]
            sums[i, 0] += w * b * s
            sums[i, 1] += w * square
            sums[i, 2] += w * square * k
            sums[i, 3] += w * variance


@njit(nogil=True, cache=True)
def solve_paths(
    path_start: np.ndarray,
    precision: np.ndarray,
    variance: np.ndarray,
    right: np.ndarray,
    out: np.ndarray,
    spread: np.ndarray,
) -> float:
    """Solve (diag(precision) + walk) out = right; ``spread`` the inverse's diagonal.

    ``variance[u]`` is that of the step from u - 1 to u. Returns the mean over steps of the
    expected squared step divided by its variance: above 1 where the states move more than that.
    """
    longest = 0
    for p in range(path_start.size - 1):
        longest = max(longest, path_start[p + 1] - path_start[p])
    diagonal, side = np.empty(longest), np.empty(longest)
    total, steps = 0.0, 0
    for p in range(path_start.size - 1):
        a, n = path_start[p], path_start[p + 1] - path_start[p]
        for k in range(n):
            diagonal[k] = precision[a + k] + (1.0 / variance[a + k] if k else FIRST_PRECISION)
            if k < n - 1:
                diagonal[k] += 1.0 / variance[a + k + 1]
            side[k] = right[a + k]
        for k in range(1, n):
            ratio = 1.0 / (variance[a + k] * diagonal[k - 1])
            diagonal[k] -= ratio / variance[a + k]
            side[k] += ratio * side[k - 1]
        u = a + n - 1
        out[u], spread[u] = side[n - 1] / diagonal[n - 1], 1.0 / diagonal[n - 1]
        for k in range(n - 2, -1, -1):
            u = a + k
            ratio = 1.0 / (variance[u + 1] * diagonal[k])
            out[u] = side[k] / diagonal[k] + ratio * out[u + 1]
            spread[u] = 1.0 / diagonal[k] + ratio * ratio * spread[u + 1]
            difference = spread[u] + spread[u + 1] * (1.0 - 2.0 * ratio)
            total += ((out[u + 1] - out[u]) ** 2 + difference) / variance[u + 1]
            steps += 1
    return total / max(steps, 1)


@njit(nogil=True, cache=True)
def apply_paths(
    path_start: np.ndarray,
    precision: np.ndarray,
    variance: np.ndarray,
    x: np.ndarray,
    out: np.ndarray,
) -> None:
    """Multiply by diag(precision) + walk: what :func:`solve_paths` undoes."""
    for p in range(path_start.size - 1):
        a, end = path_start[p], path_start[p + 1]
        for u in range(a, end):
            out[u] = precision[u] * x[u]
        out[a] += FIRST_PRECISION * x[a]
        for u in range(a + 1, end):
            link = (x[u] - x[u - 1]) / variance[u]
            out[u] += link
            out[u - 1] -= link


@njit(nogil=True, cache=True)
def items_of_periods(
    start: np.ndarray, unit: np.ndarray, place: np.ndarray, n_periods: int
) -> tuple[np.ndarray, np.ndarray]:
    """Items that any unit of a period votes on: edges by period, and the items in one array.

    ``place`` (n_units,) is the number of each unit's period.
    """
    edges = np.zeros(n_periods + 1, np.int64)
    seen = np.full(n_periods, -1, np.int64)
    for v in range(start.size - 1):
        for j in range(start[v], start[v + 1]):
            t = place[unit[j]]
            if seen[t] != v:
                seen[t] = v
                edges[t + 1] += 1
    for t in range(n_periods):
        edges[t + 1] += edges[t]
    fill = edges[:-1].copy()
    items = np.empty(edges[-1], np.int64)
    seen[:] = -1
    for v in range(start.size - 1):
        for j in range(start[v], start[v + 1]):
            t = place[unit[j]]
            if seen[t] != v:
                seen[t] = v
                items[fill[t]] = v
                fill[t] += 1
    return edges, items


@njit(nogil=True, cache=True)
def item_roots(
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    beta: np.ndarray,
    cut: np.ndarray,
    table: np.ndarray,
    cdf: np.ndarray,
    roots: np.ndarray,
) -> None:
    """Cholesky factor of every item's curvature, l11, l21, l22, l31, l32, l33, into ``roots``."""
    out, known = np.empty(9), np.zeros(theta.size)
    for v in range(beta.size):
        item_slopes(
            start[v], ends[v, 0], ends[v, 1], start[v + 1], unit, weight, weighted, theta, known,
            beta[v], cut[v, 0], cut[v, 1], table, cdf, out,
        )  # fmt: skip
        if ends[v, 0] == ends[v, 1]:
            _tie(out)
        factor(out, roots[v])


@njit(nogil=True, cache=True)
def load_votes(
    items: np.ndarray,
    period: int,
    place: np.ndarray,
    row: np.ndarray,
    start: np.ndarray,
    ends: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    weighted: bool,
    theta: np.ndarray,
    beta: np.ndarray,
    cut: np.ndarray,
    roots: np.ndarray,
    table: np.ndarray,
    cdf: np.ndarray,
    wide: np.ndarray,
    own: np.ndarray,
) -> None:
    """Information about the positions of one period: each unit's ``own``, and what items take.

    ``wide`` (units of the period, 3 n_items): the rows of L^-1 B, L L' an item's curvature, B its
    cross-curvature with theta. ``diag(own) - wide wide'`` is what the votes say of the positions
    when the items' parameters are estimated too.
    """
    w = 1.0
    for slot in range(items.size):
        v = items[slot]
        b, g1, g2 = beta[v], cut[v, 0], cut[v, 1]
        tied = ends[v, 0] == ends[v, 1]
        for j in range(start[v], start[v + 1]):
            i = unit[j]
            if place[i] != period:
                continue
            t = theta[i]
            mu = b * t
            k1 = k2 = 0.0
            if j < ends[v, 0]:
                _, k1 = mills(g1 - mu, table)
            elif j >= ends[v, 1]:
                _, k2 = mills(mu - g2, table)
            else:
                low, high = g1 - mu, g2 - mu
                s1, s2 = _between(low, high, cdf)
                k1, k2 = s1 * (s1 - low - s2), s2 * (s2 + high - s1)
            if weighted:
                w = weight[j]
            k1, k2 = w * k1, w * k2
            if tied:
                k1, k2 = k1 + k2, 0.0
            root = roots[v]
            x = b * t * (k1 + k2) / root[0]
            y = (-b * k1 - root[1] * x) / root[2]
            z = (-b * k2 - root[3] * x - root[4] * y) / root[5]
            r = row[i]
            own[r] += b * b * (k1 + k2)
            wide[r, 3 * slot] += x
            wide[r, 3 * slot + 1] += y
            wide[r, 3 * slot + 2] += z


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
