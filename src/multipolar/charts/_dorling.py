"""Places for circles on a world without a map: equal-area positions, pushed apart.

Dorling 1996, *Area Cartograms*; projection: Savric, Patterson & Jenny 2019 (Equal Earth),
https://doi.org/10.1080/13658816.2018.1504949.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_WESTMOST = -169.0  # the cut through Bering Strait: Chukotka stays with Russia, Samoa goes east
_ROUNDS, _PULLED = 400, 220


def equal_earth(lat: Array, lon: Array) -> tuple[Array, Array]:
    """Project degrees to the plane; x in [-2.71, 2.71], y in [-1.32, 1.32], arrays ``(n,)``."""
    wrapped = np.mod(np.asarray(lon, float) - _WESTMOST, 360.0) + _WESTMOST - 11.0
    lam, phi = np.radians(wrapped), np.radians(np.asarray(lat, float))
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(phi))
    a1, a2, a3, a4 = _A
    t2 = theta**2
    t6 = t2**3
    x = 2 * np.sqrt(3) * lam * np.cos(theta)
    x /= 3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1)
    y = theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)
    return x, y


def push_apart(x: Array, y: Array, radius: Array, *, gap: float = 1.0) -> tuple[Array, Array]:
    """Move circles until none overlaps, each as near its place as that allows.

    Parameters
    ----------
    x, y, radius : arrays ``(n,)`` in pixels
        Places wanted, and sizes.
    gap : float
        Pixels left free between two circles.

    Returns
    -------
    x, y : arrays ``(n,)``
        The same input gives the same output: no random number is drawn.
    """
    # identical places have no direction to part in: spread them on a spiral of a thousandth pixel
    turn = np.arange(len(x)) * 2.399963
    px, py = x + 1e-3 * np.cos(turn), y + 1e-3 * np.sin(turn)
    reach = radius[:, None] + radius[None, :] + gap
    np.fill_diagonal(reach, -1.0)
    share = radius[None, :] ** 2 / (radius[:, None] ** 2 + radius[None, :] ** 2)
    for step in range(_ROUNDS):
        pull = max(0.0, 0.08 * (1 - step / _PULLED))
        px, py = px + pull * (x - px), py + pull * (y - py)
        first, second = _touching(px, py, reach)
        if not len(first):
            if pull == 0.0:
                break
            continue
        dx, dy = px[first] - px[second], py[first] - py[second]
        distance = np.maximum(np.hypot(dx, dy), 1e-9)
        push = 0.7 * (reach[first, second] - distance) / distance
        mine, theirs = push * share[first, second], push * share[second, first]
        n = len(px)
        px = px + np.bincount(first, mine * dx, n) - np.bincount(second, theirs * dx, n)
        py = py + np.bincount(first, mine * dy, n) - np.bincount(second, theirs * dy, n)
    return px, py


def _touching(x: Array, y: Array, reach: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of circles nearer than they may be by a twentieth of a pixel, each pair once."""
    dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
    near = np.triu(dx * dx + dy * dy < np.maximum(reach - 0.05, 0.0) ** 2, 1)
    first, second = np.nonzero(near)
    return first, second
