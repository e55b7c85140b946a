"""First letters of the words a pattern of claims can begin with: it is not tried without them."""

from __future__ import annotations

import re

LONGEST = 4


def stems_of_text(words: str) -> set[str]:
    """First two to four letters of every word of a text in lower case."""
    found = re.findall(r"[a-z]+", words)
    return {w[:n] for w in found for n in range(2, LONGEST + 1)}


def stems_of_pattern(pattern: str, common: frozenset[str]) -> frozenset[str]:
    r"""Stems without one of which the pattern cannot fit.

    Those it begins with, where each of its ways begins with letters; else those of all its words
    but the ``common`` ones, of which every pattern has one it cannot do without.

    >>> sorted(stems_of_pattern(r"\b(join\w*|(stay|kept) away) from", frozenset()))
    ['join', 'kept', 'stay']
    >>> sorted(stems_of_pattern(r"\b(the )?(war|peace)", frozenset(["the"])))
    ['peac', 'war']
    """
    opening = _openings(f"({pattern})")
    if opening is not None:
        return frozenset(opening)
    plain = re.sub(r"\\[a-zA-Z]|[a-z]\?", " ", pattern)
    words = {w for w in re.findall(r"[a-z]+", plain) if len(w) > 1 and w not in common}
    names = {"xst", "xor", "xbl"} if re.search(r"x(state|org|bloc|\(| )", plain) else set()
    return frozenset({w[:LONGEST] for w in words} | names)


def _openings(pattern: str) -> set[str] | None:
    pattern = pattern.removeprefix(r"\b")
    if not pattern.startswith("(") or pattern.startswith("(?"):
        return _opening(pattern)
    end = _closing(pattern)
    if pattern[end + 1 : end + 2] in ("?", "*"):
        return None
    found = [_openings(way) for way in _ways(pattern[1:end])]
    return None if None in found else {stem for way in found if way for stem in way}


def _opening(pattern: str) -> set[str] | None:
    word = re.match(r"[a-z]*", pattern)
    letters = word.group() if word else ""
    if pattern[len(letters) : len(letters) + 1] in ("?", "*", "{"):
        letters = letters[:-1]
    return {letters[:LONGEST]} if len(letters) > 1 else None


def _closing(pattern: str) -> int:
    """Place of the bracket that closes the first one."""
    depth = 0
    for i, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return i
    return len(pattern)


def _ways(pattern: str) -> list[str]:
    """The alternatives of a group, not those inside further brackets."""
    depth, begin, out = 0, 0, []
    for i, sign in enumerate(pattern):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            out.append(pattern[begin:i])
            begin = i + 1
    return [*out, pattern[begin:]]
