"""Ways English reports an act between states: each sentence holds the event its line says."""

from __future__ import annotations

from pathlib import Path

import pytest

from multipolar.reader import read

LINES = Path(__file__).with_name("phrases.tsv").read_text("utf-8").splitlines()[1:]
CASES = [line.split("\t") for line in LINES]


def parties(cell):
    return [tuple({*side.split(",")} - {""} for side in r.split(">")) for r in cell.split("|")]


def fits(event, types, readings, happened):
    if event.type not in types.split("/") or event.happened != happened:
        return False
    actors, recipients = set(event.actors), set(event.recipients)
    met = event.type == "CONSULT"  # who was the host of a meeting may be left open
    return any(
        (actors, recipients) == (a, r) or (met and actors | recipients == a | r)
        for a, r in readings
    )


@pytest.mark.parametrize("kind", sorted({c[0].split("/")[0] for c in CASES}))
def test_phrases_of_a_type_are_read_as_events(kind):
    wrong = [
        text
        for types, who, happened, text in CASES
        if types.split("/")[0] == kind
        and not any(
            fits(e, types, parties(who), happened) for e in read(text, date="2025-06-01").events
        )
    ]
    assert wrong == []


def test_every_type_has_phrases():
    assert {c[0].split("/")[0] for c in CASES} >= {"AID", "CONCEDE", "PROTEST", "RETREAT", "VOTE"}
