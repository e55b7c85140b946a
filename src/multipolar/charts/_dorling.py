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
_ROUNDS = 400


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
    home = np.column_stack([x, y]).astype(float)
    # identical places have no direction to part in: spread them on a spiral of a thousandth pixel
    turn = np.arange(len(home)) * 2.399963
    place = home + 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    reach = radius[:, None] + radius[None, :] + gap
    share = radius[None, :] ** 2 / (radius[:, None] ** 2 + radius[None, :] ** 2)
    np.fill_diagonal(reach, 0.0)
    for step in range(_ROUNDS):
        pull = 0.08 * (1 - step / (_ROUNDS - 60)) if step < _ROUNDS - 60 else 0.0
        place += pull * (home - place)
        delta = place[:, None, :] - place[None, :, :]
        distance = np.sqrt((delta**2).sum(axis=2))
        np.fill_diagonal(distance, 1.0)
        overlap = np.maximum(reach - distance, 0.0)
        if pull == 0.0 and overlap.max(initial=0.0) < 0.05:
            break
        push = (overlap * share / np.maximum(distance, 1e-9))[:, :, None] * delta
        place += 0.7 * push.sum(axis=1)
    return place[:, 0], place[:, 1]
