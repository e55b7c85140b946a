"""Numbers as they are written, lines as they are wrapped."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.charts import theme
from multipolar.charts._words import join, number, percent, plural


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.004, "under 1%"), (0.996, "over 99%"), (0.5, "50%"), (None, "n/a")],
)
def test_percent_never_rounds_to_all_or_nothing(share, text):
    assert percent(share) == text


@given(st.floats(-1e6, 1e6))
def test_number_reads_back_to_its_digits(value):
    back = float(number(value).replace("\u2212", "-").replace(",", ""))
    assert math.isclose(back, value, rel_tol=0.006, abs_tol=6e-7) or abs(value) < 0.1
    assert abs(back - value) < 0.006 * max(abs(value), 0.1)


def test_lists_and_plurals():
    assert join([]) == ""
    assert join(["a"]) == "a"
    assert join(["a", "b", "c"]) == "a, b and c"
    assert plural(1, "state") == "1 state"
    assert plural(1200, "state") == "1,200 states"


@given(st.text("abc iWm ", max_size=200), st.integers(60, 400))
def test_wrapping_keeps_every_word_and_the_width(text, width):
    lines = theme.wrap(text, width, 12)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert " " not in line or theme.text_width(line, 12) <= width


def test_ink_is_readable_on_every_colour():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    words = ["yes", "no", "abstain", "absent", "a", "b", "c", "d", "e", "f"]
    for colour in theme.position_colours(words).values():
        pair = sorted([luminance(colour), luminance(theme.readable_on(colour))])
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, colour
