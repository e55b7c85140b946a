"""Patterns of claims: expressions over the words of a clause, tried where a word of theirs stands."""  # noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from multipolar.reader.lexicon import read_table
from multipolar.reader.mention import Mention
from multipolar.reader.stems import stems_of_pattern, stems_of_word, words_of
from multipolar.reader.wordsets import word_set

BROAD = frozenset(["ALIGNMENT", "AID_INVESTMENT", "TRADE", "CAPABILITY"])


@dataclass(frozen=True)
class _Pattern:
    """One row of the list."""

    kind: str
    needs: str
    over: int
    pattern: str

    @cached_property
    def fits(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first tried."""
        return re.compile(self.pattern)


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(r["type"], r["needs"], OVER.index(r["over"]), r["pattern"])
        for r in read_table("claims.tsv")
    )


@lru_cache(maxsize=1)
def _of_the_future() -> tuple[_Pattern, ...]:
    return tuple(row for row in _patterns() if row.needs == "future")


@lru_cache(maxsize=1)
def _by_stem() -> dict[str, list[int]]:
    """Places of the patterns that may fit where a word has the stem."""
    out: dict[str, list[int]] = {}
    for n, row in enumerate(_patterns()):
        for stem in stems_of_pattern(row.pattern, COMMON):
            out.setdefault(stem, []).append(n)
    return out


@lru_cache(maxsize=50_000)
def _asking_for(word: str) -> tuple[int, ...]:
    """Places of the patterns that may fit where the word stands."""
    places = _by_stem()
    return tuple(n for stem in stems_of_word(word) for n in places.get(stem, ()))


def _possible(variants: tuple[str, str]) -> list[_Pattern]:
    """Patterns that may fit one of the words of the clause, in the order of the list."""
    words = words_of(variants[0])
    if variants[1] != variants[0]:
        words |= NAMES
    found = {n for word in words for n in _asking_for(word)}
    return [_patterns()[n] for n in sorted(found)]


# Words too common to tell anything; no pattern consists of them alone.
NAMES = frozenset(["xstate", "xstates", "xorg", "xbloc"])
COMMON = word_set("claims.common") | NAMES
OVER = ("names", "kinds")


# 'After the invasion', 'since the war': when it was, not what is stated.
BACKGROUND = re.compile(
    r"\b(after|since|before|following|until|(week|month|day|year|eve|wake|time)s? of)"
    r" (the |its |their |his )?(\w+ )?$"
)
BACKDROP = frozenset(["INTERVENTION", "PROTEST_TREND"])


def types_by_pattern(
    variants: tuple[str, str], mentions: list[Mention], verb: str, *, future: bool
) -> list[tuple[str, str]]:
    """Types whose pattern the clause fits, those first whose words hold its verb."""
    if future:
        found = [f for r in _of_the_future() if (f := _fit(r, variants[r.over]))]
        if found:
            return found[:1]  # a prediction comes before all else
    anybody = bool(mentions) or _pronoun(variants[0])
    found = []
    backdrop: list[tuple[str, str]] = []
    kinds: set[str] = set()
    for row in _possible(variants):
        if row.kind in kinds or row.needs == "future" or (row.needs == "actor" and not anybody):
            continue
        fit = _fit(row, variants[row.over])
        if fit is None:
            continue
        if row.kind in BACKDROP and BACKGROUND.search(_lead(row, variants[row.over])):
            backdrop.append(fit)
            continue
        if row.kind == "MIL_EXERCISE" or (row.kind not in BROAD and verb in fit[1].split()):
            return [fit]
        found.append(fit)
        kinds.add(row.kind)
    return found or backdrop


def _lead(row: _Pattern, words: str) -> str:
    """What stands before the words the pattern fits."""
    match = row.fits.search(words)
    return words[: match.start()] if match is not None else ""


def _fit(row: _Pattern, words: str) -> tuple[str, str] | None:
    match = row.fits.search(words)
    return (row.kind, match.group()) if match is not None else None


def _pronoun(words: str) -> bool:
    return bool(
        re.search(
            r"\b(it|they|them|its|their|he|him|his|she|her|we|us|our|country|countries|states|neighbours?)\b",
            words,
        )
    )
