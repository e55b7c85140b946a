"""Series of gatherings as articles name them: which one words mean, and which was named last."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Mapping
from functools import lru_cache

# Words that tell a series of gatherings apart, by the start of its names in gathering_totals.
# Any pattern of a series is enough; places come from the record.
SERIES: Mapping[str, tuple[str, ...]] = {
    "vd_": (
        r"victory (day|parade|celebrations?)", r"anniversary of (the )?(great )?victory",
        r"red square", r"\b9 may\b", r"\bmay 9", r"\b9th of may", r"moscow parade",
        r"parade in moscow", r"moscow'?s? .{0,20}\bparade",
    ),
    "beijing_parade": (
        r"beijing parade", r"parade in beijing", r"tiananmen", r"\b3 september\b",
        r"china'?s? .{0,25}\bparade",
    ),
    "buergenstock": (
        r"b(ue|u)rgenstock", r"peace (summit|conference)", r"summit on peace",
        r"swiss (peace )?summit", r"(summit|conference) in switzerland",
    ),
    "rus_africa": (r"russia[- ](and )?africa",),
    "brics": (r"\bbrics\b", r"summit in kazan", r"kazan summit"),
    "epc_": (r"european political community",),
    "sco_": (r"\bsco\b", r"shanghai cooperation", r"summit in (tianjin|samarkand)"),
    "g20_": (r"\bg-?20\b", r"group of twenty"),
}  # fmt: skip
PATTERNS = {s: tuple(re.compile(p) for p in patterns) for s, patterns in SERIES.items()}
# Names of organisations stand for their summits only where somebody meets.
OF_MEMBERS, AROUND = ("brics", "sco_", "g20_"), 40
AROUND_YEAR = 150  # characters of a sentence to either side that may date what it names
MET = re.compile(r"\b(?:summit|meeting|met|leaders|gather\w*|forum|attend\w*|hosted|came)\b")
PARADES = ("vd_", "beijing_parade")
STRAIGHT = str.maketrans({"\u2019": "'", "\u2013": "-", "\u2014": "-"})
ACCENTS = re.compile("[\u0300-\u036f]")


def series_of(gathering: str) -> str:
    """Series a gathering of the record belongs to; empty where it stands alone."""
    return next((s for s in SERIES if gathering.startswith(s)), "")


def first_series(words: str) -> tuple[str, str] | None:
    """Series that plain words name, with the words that do."""
    for series, patterns in PATTERNS.items():
        for pattern in patterns:
            if match := pattern.search(words):
                return series, match[0]
    return None


def of_kind(words: str) -> tuple[str, ...]:
    """Series that words such as "the parade" or "the summit" can mean."""
    if "parade" in words:
        return PARADES
    summit = re.search(r"\b(?:summit|forum|conference)\b", words)
    return tuple(s for s in SERIES if not summit or s not in PARADES)


def last_series(
    article: str, start: int, end: int, kept: Collection[str]
) -> tuple[str, str] | None:
    """Series that ``article[start:end]`` names last: a statement refers to what was just said."""
    named = _named(article)
    best: tuple[int, str, str] | None = None
    for series in kept:
        places = named[series]
        for at, stop in reversed(places[: bisect_left(places, (end, 0))]):
            if at < start or (best is not None and at <= best[0]):
                break
            if stop <= end and _is_meeting(article, series, (at, stop), (start, end)):
                best = (at, series, plain_article(article)[at:stop])
                break
    return best[1:] if best else None


def year_named_before(article: str, end: int, series: str) -> int:
    """Year of the last sentence before ``end`` that names a series and one year; 0 for none."""
    text = plain_article(article)
    places = _named(article)[series]
    for at, stop in reversed(places[: bisect_left(places, (end, 0))]):
        lead = re.split(r"[.!?]\s|\n", text[max(0, at - AROUND_YEAR) : at])[-1]
        after = re.split(r"[.!?]\s|\n", text[stop : stop + AROUND_YEAR])[0]
        years = set(re.findall(r"\b(?:19|20)\d\d\b", f"{lead} {after}"))
        if len(years) == 1:
            return int(years.pop())
    return 0


@lru_cache(maxsize=2)
def _named(article: str) -> dict[str, list[tuple[int, int]]]:
    """Where an article names each series, in order: looked up once, whoever asks."""
    text = plain_article(article)
    return {
        series: sorted(m.span() for pattern in patterns for m in pattern.finditer(text))
        for series, patterns in PATTERNS.items()
    }


def _is_meeting(article: str, series: str, found: tuple[int, int], within: tuple[int, int]) -> bool:
    """Whether a name of an organisation stands for a meeting of it, by the words around it."""
    if series not in OF_MEMBERS:
        return True
    text = plain_article(article)
    lead = text[max(within[0], found[0] - AROUND) : found[0]].rpartition(". ")[2]
    after = text[found[1] : min(within[1], found[1] + AROUND)].partition(". ")[0]
    return MET.search(f"{lead} {after}") is not None


@lru_cache(maxsize=2)
def plain_article(article: str) -> str:
    """An article in small letters without accents, every letter where it was."""
    letters = {c: plain(c) for c in set(article) if not c.isascii()}
    kept = {ord(c): p if len(p) == 1 else c for c, p in letters.items()}
    low = article.translate(kept).lower() if kept else article.lower()
    return low if len(low) == len(article) else "".join(c.lower()[:1] for c in article)


def plain(words: str) -> str:
    """Small letters without accents: Bürgenstock is written in several ways."""
    low = words.lower().translate(STRAIGHT)
    return low if low.isascii() else ACCENTS.sub("", unicodedata.normalize("NFD", low))
