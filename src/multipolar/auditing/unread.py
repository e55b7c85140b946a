"""What of an article the audit did not understand, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multipolar.auditing.statement import Statement
from multipolar.reader.text import split_sentences

ACTORS = frozenset(["STATE", "DEMONYM", "LEADER", "IGO", "BLOC", "CAPITAL", "GOV_SEAT"])


def not_understood(
    reading: Mapping[str, Any], text: str, statements: Sequence[Statement]
) -> Iterator[dict[str, Any]]:
    """Sentences that name an actor and yielded no claim: with span, text and what was found.

    A sentence in which an event was read but no claim is said to be read, not checked; one in which
    nothing was read is said to be not understood.
    """
    for sentence in split_sentences(text):
        start, end = sentence.start, sentence.end
        if any(s.start < end and start < s.end for s in statements):
            continue
        named = [
            e["text"]
            for e in reading["entities"]
            if start <= e["start"] < end and e["type"] in ACTORS
        ]
        events = [e for e in reading["events"] if start <= e["trigger"]["start"] < end]
        if not named and not events:
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
