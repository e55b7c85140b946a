"""Markers whose words have another reading: will told in the past, 'otherwise', 'not that'."""

from __future__ import annotations

import pytest

from multipolar.reader import read


def marks(text):
    return [
        (text[m.start : m.end], m.kind)
        for m in read(text, date="2025-06-01").markers
        if m.kind != "QUESTION"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The court announced that the King would leave on Saturday.", [("would", "FUTURE")]),
        ("Canada would rather wait.", []),
        ("Had Oslo listened, the ships would have been built.", [("Had", "CONDITIONAL")]),
        ("The press of Cairo sees it otherwise.", []),
        ("It was Serbia's money, not that of its critics.", [("not", "NEGATION")]),
        ("The pact contains no secret clause.", [("no", "NEGATION")]),
        (
            "Were the sanctions as crushing as we are told, the factories would stand still.",
            [("Were", "CONDITIONAL")],
        ),
    ],
)
def test_words_are_marked_where_they_mark(text, expected):
    assert marks(text) == expected
