"""Spans of a text in order, so that what stands in a sentence is found without reading it all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from multipolar.reader.reading import MAX_CHARACTERS
from multipolar.reader.text import split_sentences

Item = TypeVar("Item")


class Spans(Generic[Item]):
    """Items by the span they stand at; look-ups take the logarithm of their number.

    Examples
    --------
    >>> spans = Spans([(0, 4, "a"), (10, 14, "b")])
    >>> spans.starting(5, 20), spans.touches(3, 5), spans.touches(4, 10)
    (['b'], True, False)
    """

    def __init__(self, items: Iterable[tuple[int, int, Item]]) -> None:
        self._sorted = sorted(items, key=lambda i: (i[0], i[1]))
        self._starts = [i[0] for i in self._sorted]
        # Furthest end of all that starts up to here: whether anything reaches a place.
        self._reach: list[int] = []
        for _, end, _ in self._sorted:
            self._reach.append(max(end, self._reach[-1]) if self._reach else end)

    def starting(self, start: int, end: int) -> list[Item]:
        """Items that start in ``[start, end)``."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [i[2] for i in self._sorted[first:last]]

    def touches(self, start: int, end: int) -> bool:
        """Tell whether any item overlaps ``[start, end)``."""
        last = bisect_left(self._starts, end)
        return last > 0 and self._reach[last - 1] > start

    def over(self, start: int, end: int) -> list[Item]:
        """Items that hold the whole of ``[start, end)``."""
        last = bisect_right(self._starts, start)
        first = bisect_right(self._reach, start, hi=last)
        return [i[2] for i in self._sorted[first:last] if i[1] >= end]

    def before(self, place: int, n: int) -> list[Item]:
        """The last ``n`` items that start before a place, in their order."""
        last = bisect_left(self._starts, place)
        return [i[2] for i in self._sorted[max(0, last - n) : last]]


class Sentence(NamedTuple):
    """Span of a sentence, and whether it asks something."""

    start: int
    end: int
    question: bool


@lru_cache(maxsize=2)
def sentences_in(text: str) -> tuple[Sentence, ...]:
    """Sentences of an article, as far as it is read, split once for all that ask."""
    read = text[:MAX_CHARACTERS]
    return tuple(Sentence(s.start, s.end, s.question) for s in split_sentences(read))


def sentence_at(text: str, place: int) -> Sentence | None:
    """Sentence of an article that holds a place; None between two of them."""
    sentences = sentences_in(text)
    found = bisect_right(sentences, place, key=lambda s: s.start) - 1
    return sentences[found] if found >= 0 and sentences[found].end > place else None


def span_at(spans: Sequence[tuple[int, int]], place: int) -> tuple[int, int] | None:
    """The span of an ordered, disjoint sequence that holds a place; None between two of them."""
    found = bisect_right(spans, (place, float("inf"))) - 1
    return spans[found] if found >= 0 and spans[found][1] > place else None
