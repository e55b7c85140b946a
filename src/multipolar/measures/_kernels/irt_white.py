"""To white coordinates and back: triangular solves with the factor of ``irt_metric``.

A factor is a tuple: layout, triangles and blocks; where items' votes start, their units, the items'
homes, R and F; the units' places; and ``moments`` and ``standing`` of the reference point.
"""
# ruff: noqa: C901
# Loops stay whole: a call inside a loop over votes costs more than its work.

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from multipolar.measures._kernels.irt_energy import MIN_VOTERS
from multipolar.measures._kernels.irt_metric import dot

Factor = tuple[Any, ...]


@njit(nogil=True, cache=True)
def project(
    place: np.ndarray,
    moments: np.ndarray,
    standing: np.ndarray,
    work: np.ndarray,
    vector: np.ndarray,
) -> None:
    """Derivative of z at the reference times a vector of positions, in place; it is symmetric."""
    work[:] = 0.0
    for u in range(place.size):
        work[place[u], 0] += vector[u]
        work[place[u], 1] += vector[u] * standing[u]
    for u in range(place.size):
        t = place[u]
        n = moments[t, 2]
        if n >= MIN_VOTERS:
            moved = vector[u] - work[t, 0] / n - work[t, 1] / n * standing[u]
            vector[u] = moved / moments[t, 1]


@njit(nogil=True, cache=True)
def from_white(
    factor: Factor,
    white: np.ndarray,
    white_item: np.ndarray,
    theta: np.ndarray,
    item: np.ndarray,
) -> None:
    """Solve K' x = white: displacements of positions and items, into ``theta`` and ``item``."""
    layout, triangle, block, start, unit, home, root, coupling, place, moments, standing = factor
    order, begin, square_begin, block_begin = (
        layout.order, layout.begin, layout.square_begin, layout.block_begin
    )  # fmt: skip
    x = white[order]
    for t in range(begin.size - 2, -1, -1):
        first, n, own = begin[t], begin[t + 1] - begin[t], square_begin[t]
        for i in range(n - 1, -1, -1):  # by rows of L: subtract each solved one from those before
            row = own + i * n
            value = x[first + i] / triangle[row + i]
            x[first + i] = value
            for j in range(i):
                x[first + j] -= triangle[row + j] * value
        if t > 0:
            m, into = first - begin[t - 1], block_begin[t]
            before = begin[t - 1]
            for i in range(n):
                value = x[first + i]
                for j in range(m):
                    x[before + j] -= block[into + i * m + j] * value
    for k in range(order.size):
        theta[order[k]] = x[k]
    seen = theta.copy()
    project(place, moments, standing, np.empty((begin.size - 1, 2)), seen)
    for v in range(item.shape[0]):
        a, b, c = white_item[v]
        if home[v] >= 0:
            for j in range(start[v], start[v + 1]):
                moved = seen[unit[j]]
                a -= coupling[j, 0] * moved
                b -= coupling[j, 1] * moved
                c -= coupling[j, 2] * moved
        c /= root[v, 5]
        b = (b - root[v, 4] * c) / root[v, 2]
        item[v, 0] = (a - root[v, 1] * b - root[v, 3] * c) / root[v, 0]
        item[v, 1], item[v, 2] = b, c


@njit(nogil=True, cache=True)
def slope_to_white(
    factor: Factor,
    slope: np.ndarray,
    item_slope: np.ndarray,
    white: np.ndarray,
    white_item: np.ndarray,
) -> None:
    """Solve K w = slope, the slope in white coordinates."""
    layout, triangle, block, start, unit, home, root, coupling, place, moments, standing = factor
    order, begin, square_begin, block_begin = (
        layout.order, layout.begin, layout.square_begin, layout.block_begin
    )  # fmt: skip
    seen = np.zeros(slope.size)
    for v in range(item_slope.shape[0]):
        a = item_slope[v, 0] / root[v, 0]
        b = (item_slope[v, 1] - root[v, 1] * a) / root[v, 2]
        c = (item_slope[v, 2] - root[v, 3] * a - root[v, 4] * b) / root[v, 5]
        white_item[v, 0], white_item[v, 1], white_item[v, 2] = a, b, c
        if home[v] >= 0:
            for j in range(start[v], start[v + 1]):
                seen[unit[j]] -= coupling[j, 0] * a + coupling[j, 1] * b + coupling[j, 2] * c
    project(place, moments, standing, np.empty((begin.size - 1, 2)), seen)
    x = (slope + seen)[order]
    for t in range(begin.size - 1):
        first, n, own = begin[t], begin[t + 1] - begin[t], square_begin[t]
        if t > 0:
            m, into = first - begin[t - 1], block_begin[t]
            for i in range(n):
                x[first + i] -= dot(block, into + i * m, x, begin[t - 1], m)
        for i in range(n):
            row = own + i * n
            x[first + i] = (x[first + i] - dot(triangle, row, x, first, i)) / triangle[row + i]
    for k in range(order.size):
        white[order[k]] = x[k]


@njit(nogil=True, cache=True)
def to_white(
    factor: Factor,
    theta: np.ndarray,
    item: np.ndarray,
    white: np.ndarray,
    white_item: np.ndarray,
) -> None:
    """K' x, the inverse of :func:`from_white`."""
    layout, triangle, block, start, unit, home, root, coupling, place, moments, standing = factor
    order, begin, square_begin, block_begin = (
        layout.order, layout.begin, layout.square_begin, layout.block_begin
    )  # fmt: skip
    x = theta[order]
    y = np.zeros(x.size)
    for t in range(begin.size - 1):
        first, n, own = begin[t], begin[t + 1] - begin[t], square_begin[t]
        for i in range(n):
            for j in range(i + 1):
                y[first + j] += triangle[own + i * n + j] * x[first + i]
        if t > 0:
            m, into = first - begin[t - 1], block_begin[t]
            for i in range(n):
                for j in range(m):
                    y[begin[t - 1] + j] += block[into + i * m + j] * x[first + i]
    for k in range(order.size):
        white[order[k]] = y[k]
    seen = theta.copy()
    project(place, moments, standing, np.empty((begin.size - 1, 2)), seen)
    for v in range(item.shape[0]):
        a, b, c = item[v]
        r = root[v]
        x0 = r[0] * a + r[1] * b + r[3] * c
        x1 = r[2] * b + r[4] * c
        x2 = r[5] * c
        if home[v] >= 0:
            for j in range(start[v], start[v + 1]):
                moved = seen[unit[j]]
                x0 += coupling[j, 0] * moved
                x1 += coupling[j, 1] * moved
                x2 += coupling[j, 2] * moved
        white_item[v, 0], white_item[v, 1], white_item[v, 2] = x0, x1, x2
