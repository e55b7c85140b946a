"""Circles pushed apart: none overlaps, the same input gives the same places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.charts._dorling import equal_earth, push_apart


def plain_equal_earth(lat, lon):
    """Formula of Savric, Patterson & Jenny, one point at a time, central meridian 11 E."""
    import math

    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    lam = math.radians((lon + 169) % 360 - 169 - 11)
    d = 9 * a[3] * theta**8 + 7 * a[2] * theta**6 + 3 * a[1] * theta**2 + a[0]
    y = a[3] * theta**9 + a[2] * theta**7 + a[1] * theta**3 + a[0] * theta
    return 2 * math.sqrt(3) * lam * math.cos(theta) / (3 * d), y


def test_projection_equals_its_plain_twin():
    lat = np.array([0.0, 55.75, -33.9, 89.0, -8.5])
    lon = np.array([11.0, 37.6, 151.2, 0.0, 179.2])
    x, y = equal_earth(lat, lon)
    for i in range(len(lat)):
        assert (x[i], y[i]) == pytest.approx(plain_equal_earth(lat[i], lon[i]), abs=1e-12)


def test_samoa_and_tonga_lie_east_of_fiji():
    x, _ = equal_earth(np.array([-18.0, -13.6, -20.0]), np.array([178.0, -172.3, -175.0]))
    assert x[1] > x[0]
    assert x[2] > x[0]


circle = st.tuples(st.floats(0, 800), st.floats(0, 400), st.floats(2, 25))


@given(st.lists(circle, min_size=1, max_size=25))
@settings(max_examples=25, deadline=None)
def test_no_circle_overlaps_another(circles):
    x, y, radius = (np.array(c) for c in zip(*circles, strict=True))
    px, py = push_apart(x, y, radius)
    assert np.isfinite(px).all()
    for i in range(len(circles)):
        for j in range(i):
            apart = np.hypot(px[i] - px[j], py[i] - py[j])
            assert apart >= radius[i] + radius[j] - 0.05
    again = push_apart(x, y, radius)
    assert (again[0] == px).all()
    assert (again[1] == py).all()


def test_circles_with_room_stay_where_they_are():
    x, y, radius = np.array([0.0, 100.0]), np.array([0.0, 0.0]), np.array([10.0, 10.0])
    px, py = push_apart(x, y, radius)
    assert px == pytest.approx(x, abs=0.01)
    assert py == pytest.approx(y, abs=0.01)
