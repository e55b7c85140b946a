"""Expected curvature of the joint posterior as a factored matrix, for preconditioning its moves.

The matrix M has a 3 x 3 block D per item, and the positions' part A: tridiagonal along each path.
An item and the positions that vote on it are coupled by B. Items are eliminated first: with
D = R R' and F = R^-1 B', the positions are left with S = A - F' F, whose blocks are full within a
period and which couples neighbouring periods only; its Cholesky factor L has one full triangle per
period and one full block to the next. M = K K' with K = [[R, 0], [F', L]].

M needs to resemble the curvature, not to equal it. Couplings that would break the pattern are left
out, which keeps it positive definite: links across a period without votes, and B of items that
reach over several periods.

Triangle t is ``triangle`` from ``square_begin[t]``, row by row (n_t, n_t); the block into period t
from t - 1 is ``block`` from ``block_begin[t]``, row by row (n_t, n_(t-1)).
"""
# ruff: noqa: PLR0913, PLR0917
# Arrays by position: a call inside a loop over votes costs more than its work.

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt import BETA_SD, CENTRE_SD, WIDTH_SD
from multipolar.measures._kernels.irt_energy import MIN_VOTERS
from multipolar.measures._kernels.probit import phi_cdf, phi_density

LEAST_P = 1e-12


class Layout(NamedTuple):
    """Where units stand in the blocks.

    ``order`` lists the units period by period, ``begin`` (n_periods + 1,) bounds them, ``slot``
    (n_units,) is a unit's number within its period; triangles and blocks begin where the last two
    say.
    """

    order: np.ndarray
    slot: np.ndarray
    begin: np.ndarray
    square_begin: np.ndarray
    block_begin: np.ndarray


@njit(nogil=True, cache=True)
def add_information(
    start: np.ndarray,
    unit: np.ndarray,
    weight: np.ndarray,
    home: np.ndarray,
    standing: np.ndarray,
    theta: np.ndarray,
    item: np.ndarray,
    cdf: np.ndarray,
    diagonal: np.ndarray,
    own: np.ndarray,
    coupling: np.ndarray,
) -> None:
    """Add every vote's expected information at one point to the parts of M.

    ``diagonal`` (n_units, 2) is the votes' part of A, in z and in theta; ``own`` (n_items, 6) that
    of D row by row, lower triangle; ``coupling`` (n_obs, 3) one row of B per vote.
    """
    for v in range(item.shape[0]):
        beta, low, h = item[v, 0], item[v, 1], math.exp(item[v, 2])
        where = standing if home[v] >= 0 else theta
        own[v, 4] += h / CENTRE_SD**2
        own[v, 5] += (h / CENTRE_SD) ** 2
        for j in range(start[v], start[v + 1]):
            t = where[unit[j]]
            a = low - beta * t
            b = a + 2.0 * h
            p_yes, p_no = max(phi_cdf(a, cdf), LEAST_P), max(phi_cdf(-b, cdf), LEAST_P)
            below, above = phi_density(a, cdf), phi_density(b, cdf)
            p_middle = max(1.0 - p_yes - p_no, LEAST_P, h * (below + above) * 0.5)
            yes, no = weight[j] * below * below / p_yes, weight[j] * above * above / p_no
            middle = weight[j] / p_middle
            k = yes + no + middle * (above - below) ** 2
            kh = 2.0 * h * (no + middle * above * (above - below))
            own[v, 0] += t * t * k
            own[v, 1] -= t * k
            own[v, 2] += k
            own[v, 3] -= t * kh
            own[v, 4] += kh
            own[v, 5] += 4.0 * h * h * (no + middle * above * above)
            coupling[j, 0] += beta * t * k
            coupling[j, 1] -= beta * k
            coupling[j, 2] -= beta * kh
            diagonal[unit[j], 0 if home[v] >= 0 else 1] += beta * beta * k


@njit(nogil=True, cache=True)
def factor_items(
    start: np.ndarray, home: np.ndarray, own: np.ndarray, coupling: np.ndarray
) -> None:
    """Turn D into R and B' into F = R^-1 B' in place, priors added; F is 0 for crossing items."""
    for v in range(own.shape[0]):
        a = math.sqrt(own[v, 0] + 1.0 / BETA_SD**2)
        b = own[v, 1] / a
        c = math.sqrt(max(own[v, 2] + 1.0 / CENTRE_SD**2 - b * b, 1e-10))
        e = own[v, 3] / a
        f = (own[v, 4] - e * b) / c
        g = math.sqrt(max(own[v, 5] + 1.0 / WIDTH_SD**2 - e * e - f * f, 1e-10))
        own[v, 0], own[v, 1], own[v, 2] = a, b, c
        own[v, 3], own[v, 4], own[v, 5] = e, f, g
        for j in range(start[v], start[v + 1]):
            if home[v] < 0:
                coupling[j] = 0.0
                continue
            x = coupling[j, 0] / a
            y = (coupling[j, 1] - b * x) / c
            coupling[j, 2] = (coupling[j, 2] - e * x - f * y) / g
            coupling[j, 0], coupling[j, 1] = x, y


@njit(nogil=True, cache=True)
def couple_voters(
    start: np.ndarray,
    unit: np.ndarray,
    home: np.ndarray,
    coupling: np.ndarray,
    diagonal: np.ndarray,
    place: np.ndarray,
    layout: Layout,
    triangle: np.ndarray,
) -> None:
    """The votes' part of S in z, each period's square whole: information less F' F."""
    slot, begin, square_begin = layout.slot, layout.begin, layout.square_begin
    triangle[:] = 0.0
    for u in range(place.size):
        t = place[u]
        triangle[square_begin[t] + slot[u] * (begin[t + 1] - begin[t] + 1)] = diagonal[u, 0]
    for v in range(start.size - 1):
        t = home[v]
        if t < 0:
            continue
        n = begin[t + 1] - begin[t]
        for i in range(start[v], start[v + 1]):
            row = square_begin[t] + slot[unit[i]] * n
            x, y, z = coupling[i]
            for j in range(start[v], start[v + 1]):
                triangle[row + slot[unit[j]]] -= (
                    x * coupling[j, 0] + y * coupling[j, 1] + z * coupling[j, 2]
                )


@njit(nogil=True, cache=True)
def to_positions(
    moments: np.ndarray,
    standing: np.ndarray,
    stiffness: np.ndarray,
    layout: Layout,
    triangle: np.ndarray,
) -> None:
    """Turn each square from z to theta and add what the priors say on the mean and the log sd.

    ``stiffness`` (n_periods, 2): curvature in the period's mean and log standard deviation.
    """
    order, begin, square_begin = layout.order, layout.begin, layout.square_begin
    for t in range(begin.size - 1):
        n = begin[t + 1] - begin[t]
        if n < MIN_VOTERS:
            continue
        square = triangle[square_begin[t] : square_begin[t] + n * n].reshape(n, n)
        z = standing[order[begin[t] : begin[t + 1]]]
        one = np.ones(n)
        sd = moments[t, 1]
        for e in (one, z):
            image = np.zeros(n)
            for i in range(n):
                for j in range(n):
                    image[i] += square[i, j] * e[j] / n
            length = (image * e).sum() / n
            for i in range(n):
                for j in range(n):
                    square[i, j] += length * e[i] * e[j] - image[i] * e[j] - e[i] * image[j]
        for i in range(n):
            for j in range(n):
                level = stiffness[t, 0] + stiffness[t, 1] * z[i] * z[j] / sd**2
                square[i, j] = square[i, j] / sd**2 + level / n**2


@njit(nogil=True, cache=True)
def link_paths(
    diagonal: np.ndarray,
    path_start: np.ndarray,
    period: np.ndarray,
    rate: np.ndarray,
    place: np.ndarray,
    layout: Layout,
    triangle: np.ndarray,
    block: np.ndarray,
) -> None:
    """Add the paths' precision to S, and the votes of items that keep their parameters."""
    slot, begin = layout.slot, layout.begin
    square_begin, block_begin = layout.square_begin, layout.block_begin
    block[:] = 0.0
    for p in range(path_start.size - 1):
        speed = math.exp(rate[p])
        for u in range(path_start[p], path_start[p + 1]):
            t = place[u]
            n = begin[t + 1] - begin[t]
            own = diagonal[u, 1] + 1.0
            if u > path_start[p]:
                lag = speed * (period[u] - period[u - 1])
                own += 1.0 / -math.expm1(-2.0 * lag) - 1.0
                if place[u - 1] == t - 1:
                    width = begin[t] - begin[t - 1]
                    link = math.exp(-lag) / math.expm1(-2.0 * lag)
                    block[block_begin[t] + slot[u] * width + slot[u - 1]] = link
            if u + 1 < path_start[p + 1]:
                lag = speed * (period[u + 1] - period[u])
                own += math.exp(-2.0 * lag) / -math.expm1(-2.0 * lag)
            triangle[square_begin[t] + slot[u] * (n + 1)] += own


@njit(nogil=True, cache=True)
def dot(x: np.ndarray, i: int, y: np.ndarray, j: int, n: int) -> float:
    """Inner product of n numbers in four independent sums, so that it runs at full speed."""
    a = b = c = d = 0.0
    whole = n - n % 4
    for k in range(0, whole, 4):
        a += x[i + k] * y[j + k]
        b += x[i + k + 1] * y[j + k + 1]
        c += x[i + k + 2] * y[j + k + 2]
        d += x[i + k + 3] * y[j + k + 3]
    for k in range(whole, n):
        a += x[i + k] * y[j + k]
    return (a + b) + (c + d)


@njit(nogil=True, cache=True)
def factor_blocks(layout: Layout, triangle: np.ndarray, block: np.ndarray) -> None:
    """Cholesky factor of S in place: triangles L_t, blocks W_t = S_(t,t-1) L_(t-1)'^-1."""
    begin, square_begin, block_begin = layout.begin, layout.square_begin, layout.block_begin
    for t in range(begin.size - 1):
        n = begin[t + 1] - begin[t]
        own = square_begin[t]
        if t > 0:
            m = begin[t] - begin[t - 1]
            above, into = square_begin[t - 1], block_begin[t]
            for i in range(n):
                row = into + i * m
                for j in range(m):
                    done = dot(block, row, triangle, above + j * m, j)
                    block[row + j] = (block[row + j] - done) / triangle[above + j * m + j]
            for i in range(n):
                for j in range(i + 1):
                    triangle[own + i * n + j] -= dot(block, into + i * m, block, into + j * m, m)
        for i in range(n):
            for j in range(i):
                done = dot(triangle, own + i * n, triangle, own + j * n, j)
                value = triangle[own + i * n + j] - done
                triangle[own + i * n + j] = value / triangle[own + j * n + j]
            value = triangle[own + i * n + i] - dot(triangle, own + i * n, triangle, own + i * n, i)
            triangle[own + i * n + i] = math.sqrt(max(value, 1e-10))
