r"""The words without one of which a pattern of claims cannot fit: it is not tried without them.

A stem is how a word begins; one that ends in a space is the whole word. Patterns are regular
expressions over text in lower case that hold letters and other signs, ``[...]``, ``(...)``,
classes like ``\w``, look-arounds and ``? * + {m,n}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

REPEAT = re.compile(r"[*?+]|\{\d*,?\d*\}")
OPENER = re.compile(r"\((\?<?[!=:])?")
ITEM = re.compile(r"[a-z]+(?=[a-z][*?+{])|[a-z]+(?![*?+{])|\\.|\[[^\]]*\]|[^(]")
# Signs that count as words of their own.
SIGNS = frozenset("$€£")
WORD = re.compile(r"[a-z]+|[$€£]")
# How much a stem lets through: by its letters, and where one of the commonest words has it.
LOOSE = {1: 30, 2: 20, 3: 8, 4: 3}
COMMON_WORD = 50
# What a spelling ends with while the word may still go on in the pattern.
GOING_ON = "+"


@dataclass(slots=True)
class _Item:
    """One part of a pattern: letters, a sign, a class, or a bracket with its ways.

    ``ends_word`` says that a word ends before it and that the next one may begin after it.
    """

    text: str
    optional: bool
    repeats: bool
    ways: list[list[_Item]]
    looks_around: bool
    ends_word: bool


def stems_of_pattern(pattern: str, common: frozenset[str]) -> frozenset[str]:
    r"""Stems one of which every text has that the pattern fits; empty where none is sure.

    Of several words a pattern cannot do without, those are taken that fewest texts have. Every
    pattern is taken to begin with a word.

    >>> common = frozenset(["from", "away", "the", "is", "was"])
    >>> sorted(stems_of_pattern(r"\b(join\w*|(stay|kept) away) from", common))
    ['join', 'kept ', 'stay ']
    >>> sorted(stems_of_pattern(r"\b(is|was) [^.]{0,9}\bthe fl(eet|ags?)\b", common))
    ['flag ', 'flags ', 'fleet ']
    """
    return _surest(_ways(pattern), common, begins=True, closed=False) or frozenset()


def words_of(text: str) -> set[str]:
    """Words of a text in lower case, as the stems mean them.

    >>> sorted(words_of("it paid $5 to russia's envoy"))
    ['$', 'envoy', 'it', 'paid', 'russia', 's', 'to']
    """
    return set(WORD.findall(text))


def stems_of_word(word: str) -> list[str]:
    """Every stem that lets a word through.

    >>> stems_of_word("vote")
    ['v', 'vo', 'vot', 'vote', 'vote ']
    """
    return [word[:n] for n in range(1, len(word) + 1)] + [word + " "]


def _surest(
    ways: list[list[_Item]], common: frozenset[str], *, begins: bool, closed: bool
) -> frozenset[str] | None:
    """For every way the best of its stems; None where one has no sure word.

    ``begins`` and ``closed`` say whether a word begins before the ways and ends after them.
    """
    out: frozenset[str] = frozenset()
    for way in ways:
        found = list(_sure(way, common, begins=begins, closed=closed))
        if not found:
            return None
        out |= min(found, key=lambda stems: sum(_lets_through(s, common) for s in stems))
    return out


def _sure(
    way: list[_Item], common: frozenset[str], *, begins: bool, closed: bool
) -> Iterator[frozenset[str]]:
    """Sets of stems the way cannot do without one of."""
    for n, item in enumerate(way):
        if item.text[0] == "[" and set(item.text[1:-1]) <= SIGNS and not item.optional:
            yield frozenset(f"{sign} " for sign in item.text[1:-1])
        inner: frozenset[str] | None = None
        if item.ways and not item.optional:
            ends = way[n + 1].ends_word and not way[n + 1].optional if way[n + 1 :] else closed
            inner = _surest(item.ways, common, begins=begins, closed=ends and not item.repeats)
            if inner is not None:
                yield inner
        if begins and not item.ends_word and inner is None:
            spelled = {_finished(s, closed=closed) for s in _spellings(way[n:])}
            if not spelled & {"", " "}:
                yield frozenset(s for s in spelled if s[-1] != " " or s[:-1] not in spelled)
        begins = _next_begins(item, begins=begins)


def _next_begins(item: _Item, *, begins: bool) -> bool:
    """Whether a word begins after the item."""
    if item.looks_around:
        return begins
    ends = all(way and way[-1].ends_word and not way[-1].optional for way in item.ways)
    return (ends if item.ways else item.ends_word) and (begins or not item.optional)


def _spellings(way: list[_Item]) -> set[str]:
    """How the word that begins with the way is spelled, as far as that is sure."""
    out = {GOING_ON}
    for item in way:
        going = {s[:-1] for s in out if s[-1:] == GOING_ON}
        if not going:
            break
        parts = _spelled(item, first=going == {""})
        if item.optional:
            parts = parts | {GOING_ON}
        out = {s for s in out if s[-1:] != GOING_ON} | {g + p for g in going for p in parts}
    return out


def _spelled(item: _Item, *, first: bool) -> set[str]:
    """Spellings of one item; those that end neither in a space nor in a plus stop there."""
    if item.looks_around or (first and item.text == r"\b"):
        return {GOING_ON}
    if item.ends_word:
        return {" "}
    if item.ways:
        found = {s for way in item.ways for s in _spellings(way)}
    elif item.text[0] == "[":
        letters = item.text[1:-1]
        found = {c + GOING_ON for c in letters} if letters.isalpha() else {""}
    else:
        plain = item.text.isascii() and item.text.isalpha()
        found = {item.text + GOING_ON} if plain else {""}
    return {s.rstrip(GOING_ON) for s in found} if item.repeats else found


def _finished(spelling: str, *, closed: bool) -> str:
    if spelling[-1:] == GOING_ON:
        return spelling[:-1] + (" " if closed else "")
    return spelling


def _lets_through(stem: str, common: frozenset[str]) -> int:
    whole = stem[-1] == " "
    known = stem[:-1] in common if whole else stem in _beginnings(common)
    return COMMON_WORD if known else 1 if whole else LOOSE.get(len(stem), 1)


@lru_cache(maxsize=1)
def _beginnings(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:n] for word in words for n in range(1, len(word) + 1))


def _ways(pattern: str) -> list[list[_Item]]:
    """The alternatives of a pattern, item by item."""
    return _parsed(pattern, 0)[0]


def _parsed(pattern: str, at: int) -> tuple[list[list[_Item]], int]:
    """Alternatives from ``at`` on up to the bracket that closes them, and the place of that."""
    ways: list[list[_Item]] = [[]]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            ways.append([])
            at += 1
            continue
        inner: list[list[_Item]] = []
        opener = OPENER.match(pattern, at)
        if opener is not None:
            inner, end = _parsed(pattern, opener.end())
            text = opener.group()
            end += 1
        else:
            item = ITEM.match(pattern, at)
            text = item.group() if item is not None else pattern[at]
            end = at + len(text)
        repeat = REPEAT.match(pattern, end)
        at = repeat.end() if repeat else end
        ways[-1].append(_item(text, repeat.group() if repeat else "", inner))
    return ways, at


def _item(text: str, repeat: str, inner: list[list[_Item]]) -> _Item:
    optional = repeat[:1] in {"?", "*"} or repeat[:2] in {"{0", "{,"}
    repeats = repeat not in {"", "?"}
    if inner:
        looks_around = text not in {"(", "(?:"}
        ways = [] if looks_around else inner
        return _Item(text, optional, repeats, ways, looks_around, ends_word=False)
    if text[0] == "\\" and not text[1].isalpha():
        text = text[1]
    between = text in {r"\b", " "} or not INSIDE_WORD.search(text.strip("[]"))
    return _Item(text, optional, repeats, [], looks_around=False, ends_word=between)


INSIDE_WORD = re.compile(r"[\w\\^.]")
