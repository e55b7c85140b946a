"""A pattern of claims is never left out where it would have fitted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multipolar.reader.claim_patterns import COMMON
from multipolar.reader.lexicon import read_table
from multipolar.reader.stems import stems_of_pattern, stems_of_word, words_of

GOLD = Path(__file__).parent / "gold"
ROWS = read_table("claims.tsv")


def lets_through(stems: frozenset[str], text: str) -> bool:
    return any(stem in stems for word in words_of(text) for stem in stems_of_word(word))


def test_every_pattern_has_stems() -> None:
    without = [r["pattern"][:60] for r in ROWS if not stems_of_pattern(r["pattern"], COMMON)]
    assert without == []


def test_a_sentence_that_fits_has_a_stem() -> None:
    records = [json.loads(p.read_text("utf-8")) for p in sorted(GOLD.glob("*.json"))]
    units = [u["text"] for r in records[:40] for u in r.get("sentences", [r])]
    text = " ".join(units).lower().replace("\u2019", "'")
    sentences = re.split(r"(?<=[.!?])\s", text)
    fitted = 0
    for row in ROWS:
        search = re.compile(row["pattern"]).search
        stems = stems_of_pattern(row["pattern"], COMMON)
        fitting = [s for s in sentences if search(s)]
        fitted += len(fitting)
        assert [s for s in fitting if not lets_through(stems, s)] == [], row["pattern"]
    assert fitted > 300


PATTERNS = [
    r"\b(un)?said (no|not a) word\b",
    r"\b(re-?|co)?arm(s|ed|ing)? (the )?(b[ae]ar|c?at)s?\b",
    r"\b(a |an )?(\w+ ){0,2}(ab|ba)+c\b|(?<!x)yes(?! no)",
    r"communiqu\w+ [^.]{0,9}\b(war ?games|(in|on) (the )?b)",
]


# Building the strategy of a pattern takes seconds at first; what is drawn is small.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
def test_whatever_fits_has_a_stem(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(rf"(?a:(^|[ ,])({pattern}))", fullmatch=True))
    if text == text.lower() and re.search(pattern, text):
        assert lets_through(stems_of_pattern(pattern, frozenset(["the", "in", "on", "no"])), text)
