"""Bare denials: 'That is false.', 'Nobody believes it.' take back what the text before reports."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TypeVar

from multipolar.reader.claims import Claim
from multipolar.reader.events import Event

NOT_SO = (
    r"(not (true|so|the case|correct|right)|untrue|false|wrong|nonsense|baseless|groundless"
    r"|unfounded|invented|made up|absurd|rubbish"
    r"|(a |an |pure |sheer )*(lie|lies|myth|fiction|fabrication|invention|fairy tale|fantasy))"
)
TAKEN_UP = r"(this|that|it|all (this|that)|none of (this|that|it)|the \w+)"
BARE = re.compile(
    rf"(but |yet |and |all )*({TAKEN_UP} (is|was|are|were|'s)n?'?t?( \w+ly| of course)? {NOT_SO}"
    r"|none of (this|that|it) (is|was) (true|so|the case|correct)"
    r"|(nobody|no one|hardly anyone|few)( \w+ly| really)? "
    r"(believes?|believed|takes?|took|credits?|buys?|bought) (it|this|that|them)( seriously)?"
    rf"|{NOT_SO}|nothing of the (kind|sort)( is true| happened)?|far from it|not at all)"
    r"\W*( to(day| this day))?[.!:;]",
    re.IGNORECASE,
)
Told = TypeVar("Told", Claim, Event)
# Sentences back, at most, to the statement that is taken back.
REACH = 2


def _of_sentence(items: list[Told], index: int) -> list[Told]:
    """Items of one of the last sentences; ``items`` come in the order of the text."""
    recent = takewhile(lambda item: item.sentence >= index, reversed(items))
    return [item for item in recent if item.sentence == index]


def take_back(sentence: str, index: int, claims: list[Claim], events: list[Event]) -> None:
    """Mark what the sentences before report as disputed where ``sentence`` only denies it.

    Claims somebody else makes are disputed by the author; events he is told of did not happen.
    """
    if BARE.match(sentence.replace("’", "'")) is None:
        return
    for back in range(1, REACH + 1):
        told = _of_sentence(claims, index - back)
        held = [c for c in told if c.holder is not None]
        for claim in held or told:
            claim.author_stance = "disputes"
        heard = [e for e in _of_sentence(events, index - back) if e.happened == "claimed"]
        for event in heard:
            event.verdict.add("no", "the next sentence denies it")
            event.happened = event.verdict.happened
        if told or heard:
            return
