"""What the last sentences were about: 'Serbia has not joined' is about the sanctions before it."""

from __future__ import annotations

from multipolar.reader.clauses import Clauses
from multipolar.reader.wordsets import word_set

# Sentences after which a topic is forgotten where nothing takes it up.
REACH = 4
# Words that raise a topic, and the types of claims that keep it alive.
RAISED_BY = {
    topic: word_set(f"topics.{topic}") for topic in ("sanctions", "vote", "gathering", "club")
}
KEPT_BY = {
    "SANCTIONS_COMPLIANCE": "sanctions",
    "SANCTIONS_EFFECT": "sanctions",
    "UN_VOTE": "vote",
    "ATTENDANCE": "gathering",
    "MEMBERSHIP": "club",
}


class Topics:
    """Topics of a text and the sentence each was last taken up in."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def begin(self, clauses: Clauses) -> frozenset[str]:
        """Take in a sentence; the topics it may be about, as words of a clause."""
        index = clauses.sentence.index
        words = {t.low for t in clauses.tokens}
        for topic, raising in RAISED_BY.items():
            if not raising.isdisjoint(words):
                self._last[topic] = index
        return frozenset(f"<{t}>" for t, last in self._last.items() if index - last <= REACH)

    def keep(self, kind: str, index: int) -> None:
        """A claim of a kind keeps its topic alive."""
        if kind in KEPT_BY:
            self._last[KEPT_BY[kind]] = index
