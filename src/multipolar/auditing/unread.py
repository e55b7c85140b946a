"""What of an article the audit did not understand, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multipolar.auditing.check import CONTRADICTED, DEPENDS, SUPPORTED, Finding
from multipolar.auditing.spans import Spans, sentences_in
from multipolar.auditing.statement import Statement

ACTORS = frozenset(["STATE", "DEMONYM", "LEADER", "IGO", "BLOC", "CAPITAL", "GOV_SEAT"])


# Events that the check of a type of claim answers; others inside it are said to be open.
ANSWERED = {
    "UN_VOTE": {"VOTE", "SUPPORT", "ACCUSE", "REJECT", "REQUEST", "COERCE", "ASSAULT"},
    "ATTENDANCE": {"CONSULT", "SUPPORT", "REJECT", "AGREE"},
    "MIL_EXERCISE": {"COOPERATE", "MOBILIZE", "CONSULT", "REJECT"},
    "SANCTIONS_COMPLIANCE": {
        "SANCTION",
        "ASSAULT",
        "ACCUSE",
        "SUPPORT",
        "REJECT",
        "COOPERATE",
        "CONCEDE",
    },
    "MEMBERSHIP": {"AGREE", "COOPERATE", "SUPPORT", "REJECT", "CONCEDE", "RETREAT"},
}
BELONGING = re.compile(
    r"\b(left|leav|quit|withdr|exit|pull|join|acced|admit|expel|exclud|oust|eject|fr[eo]ez|froz|suspend)"
)
SECOND = re.compile(r"\band (?:has|have|is|are|was|were|became|remains?) .+")
COUNTED_TIMES = re.compile(
    r"\bfor the (?:\w+ )?time\b(?: (?:in|since) (?!and\b)\w+(?: (?!and\b)\w+){0,3})?"
)
DATELINE = re.compile(r"^(?:By )?[A-Z][\w .,'\u2019-]{1,60}, \d{1,2} [A-Z][a-z]+ \d{4}$")


def not_answered(statement: Statement, finding: Finding) -> list[str]:
    """What a checked statement reports beside what was checked, as notes."""
    if finding.status not in (SUPPORTED, CONTRADICTED, DEPENDS):
        return []
    known = ANSWERED.get(statement.type)
    notes = [
        f"“{e['trigger']['text']}” is reported in it and was not checked"
        for e in statement.events
        if known is not None
        and e["type"] not in known
        and e["happened"] in ("yes", "claimed")
        and not BELONGING.search(e["trigger"]["text"])
    ]
    if statement.type == "TRADE" and (second := SECOND.search(statement.text)):
        notes.append(f"“{second[0].rstrip('.')}” was not checked")
    if times := COUNTED_TIMES.search(statement.text):
        notes.append(f"“{times[0].strip()}” was not checked")
    return list(dict.fromkeys(notes))


def not_understood(
    reading: Mapping[str, Any], text: str, statements: Sequence[Statement], title: str = ""
) -> Iterator[dict[str, Any]]:
    """Sentences that name an actor and yielded no claim: with span, text and what was found.

    A sentence in which an event was read but no claim is said to be read, not checked; one in which
    nothing was read is said to be not understood.
    """
    held = Spans((s.start, s.end, s.id) for s in statements)
    entities = Spans((e["start"], e["end"], e) for e in reading["entities"])
    triggers = Spans((e["trigger"]["start"], e["trigger"]["end"], e) for e in reading["events"])
    for sentence in sentences_in(text):
        start, end = sentence.start, sentence.end
        if held.touches(start, end):
            continue
        named = [e["text"] for e in entities.starting(start, end) if e["type"] in ACTORS]
        events = triggers.starting(start, end)
        if not named and not events:
            continue
        words = text[start:end].strip().strip("# *")
        if words == title or DATELINE.match(words):
            continue
        why = (
            "an event was read in it, no claim that the record could be asked about"
            if events
            else "names were read in it, no event and no claim"
        )
        if sentence.question:
            why = "a question, no statement"
        yield {"start": start, "end": end, "text": text[start:end].strip(), "why": why,
               "events": [e["id"] for e in events]}  # fmt: skip
