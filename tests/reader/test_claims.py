"""Claims: statements by type, what a text is about, questions, and the lists of frames."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from multipolar.reader import read
from multipolar.reader.lexicon import read_table

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "statements.tsv").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
TYPES = {row[0].split("/")[0] for row in ROWS} - {"-"}


def kinds(text):
    return [claim.type for claim in read(text, date="2025-06-01").claims]


@pytest.fixture(scope="module")
def judged():
    """Per type: statements, those found with the right type, claims of another type."""
    asked, right, wrong = Counter(), Counter(), Counter()
    for types, text, *more in ROWS:
        allowed = {*types.split("/"), *"".join(more[:1]).split("/")}
        found = kinds(text)
        if types == "-" or ("?" in allowed and not found):
            wrong["-"] += bool(found) and "?" not in allowed
            continue
        kind = types.split("/")[0]
        asked[kind] += 1
        right[kind] += bool(allowed & set(found))
        wrong[kind] += sum(k not in allowed for k in found)
    return asked, right, wrong


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_statements_of_each_type_are_found(judged, kind):
    asked, right, wrong = judged
    assert right[kind] >= 0.75 * asked[kind]
    assert wrong[kind] <= 0.2 * asked[kind]


def test_nine_in_ten_statements_are_found(judged):
    asked, right, wrong = judged
    assert sum(right.values()) >= 0.9 * sum(asked.values())
    assert wrong["-"] <= 0.05 * sum(row[0] == "-" for row in ROWS)


def test_all_types_of_the_scheme_are_tried():
    assert {row["type"] for row in read_table("claims.tsv")} == TYPES


def test_what_a_clause_leaves_out_stands_in_the_sentences_before():
    about = "In 2022 the West imposed sanctions on Russia. Brazil protested. "
    assert "SANCTIONS_COMPLIANCE" in kinds(about + "Serbia has not joined.")
    assert kinds("Serbia has not joined.") == []


def test_a_topic_is_forgotten():
    about = "In 2022 the West imposed sanctions on Russia. " + "The sea was calm. " * 6
    assert kinds(about + "Serbia has not joined.") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why has Serbia never joined the sanctions?", "SANCTIONS_COMPLIANCE"),
        ("Is Belgrade really isolated?", "ISOLATION"),
        ("Did eight countries boycott the summit?", "ATTENDANCE"),
    ],
)
def test_what_is_asked_could_be_tested(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Would Vietnam vote against Russia?",
        "What should Serbia do about the sanctions?",
        "Kenya should join the alliance.",
        "Who knows why?",
    ],
)
def test_what_nobody_states_is_no_claim(text):
    assert kinds(text) == []


def test_a_claim_ends_before_what_somebody_else_says():
    text = (
        "Turkish exports to Russia have tripled since 2022, and this, we are told, is compliance."
    )
    claim = read(text).claims[0]
    assert text[claim.start : claim.end] == "Turkish exports to Russia have tripled since 2022"


def test_frames_name_known_types_and_classes():
    types = {row["type"] for row in read_table("claims.tsv")}
    classes = {row["class"]: row["words"] for row in read_table("claim_words.tsv")}
    for row in read_table("claim_frames.tsv"):
        assert row["type"] in types
        assert any(row[cell] for cell in ("verb", "subject", "rest", "any"))
        words = {
            w.strip() for cell in row.values() for p in cell.split(" & ") for w in p.split("|")
        }
        assert {w[1:] for w in words if w.startswith("@")} <= set(classes), row
