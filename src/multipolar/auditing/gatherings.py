"""Which gathering of the record a statement is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in the reader
from datetime import timedelta
from functools import cache
from typing import Any

from multipolar.auditing.record import Record
from multipolar.auditing.series import (
    first_series,
    last_series,
    of_kind,
    plain,
    series_of,
    year_named_before,
)
from multipolar.auditing.statement import BEFORE, Statement
from multipolar.auditing.wording import MONTHS, days_in, years_in

GENERIC = re.compile(
    r"\b(parade|summit|forum|conference|gathering|celebrations?|ceremony|leaders|guests|attend\w*|"
    r"came|come|presidents|stay(ed|s)? away|took part|taken part|represented|sent|skipp\w+|"
    r"did not (?:go|come|travel)|absent|flew in|arrived|turned up|communiqu\S+|sat|stood|"
    r"boycott\w*|showed up|(?:was|were) (?:both |also |all |not )?"
    r"(?:there|present)|"
    r"take part|cancelled|called off|so did|so had|(?:neither|nor) (?:did|was|had|were)|"
    r"declin\w+|sign(?:ed)?|"
    r"the (meeting|event|talks))\b"
)
# A gathering that a statement names itself, in capitals: "the Antalya Diplomacy Forum".
OWN_NAME = re.compile(
    r"\b(?:(?:[A-Z][\w\u2019'-]+|for|on|of|and|in) ){1,5}"
    r"(?:Forum|Conference|Summit|Congress|Dialogue|Games|Meeting|Assembly)\b"
)
PLACED = re.compile(r"\b(?P<place>[A-Z][\w\u2019'-]+) (?:summit|forum|conference|meeting)\b")
# Occasions the record has no lists of: what was said of a parade before does not go for them.
OTHER_KIND = re.compile(
    r"\b(inauguration|funeral|coronation|olympics?|dinner|wedding|congress|"
    r"swearing-in|talks)\b"
)
EARLIER = "earlier in the article"
NEAR = timedelta(days=120)  # days after a gathering in which a visit to its place means it
# What a sentence sets beside its main clause: "27 came, whereas in 2023 only seven did".
CONTRAST = re.compile(
    r"\b(?:whereas|while|compared (?:with|to)|in contrast (?:with|to)|unlike|up from|down from)\b"
)
GRACE = timedelta(days=3)
JUST = timedelta(days=15)
STALE_DAYS = 400  # a year and a month: gatherings are yearly, articles look back


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One gathering of the record, and why a statement is taken to be about it."""

    row: Mapping[str, Any]
    why: str

    @property
    def name(self) -> str:
        """Name with the year, as in "the Moscow Victory Day parade 2025"."""
        event, year = str(self.row["event"]), str(self.row["date_start"].year)
        return f"the {event}" if year in event else f"the {event} of {year}"

    @property
    def series(self) -> str:
        """Start of the name that the gatherings of its series share."""
        return series_of(str(self.row["gathering"]))


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """The gathering an article has spoken of last, and where that statement ended."""

    gathering: str = ""
    end: int = 0


NOTHING = SpokenOf()


def find_gathering(
    statement: Statement, record: Record, last: SpokenOf = NOTHING
) -> Gathering | str:
    """Gathering a statement is about, or the reason why none could be told."""
    if found := _by_place(statement, record):
        return found
    series, where = _series_in(statement, last)
    if not series:
        return "its words name no gathering whose guests are in the record"
    rows = record.dicts("gathering_totals")
    rows = [r for r in rows if r["gathering"].startswith(series)]
    return _in_series(statement, series, where, rows, last)


def _in_series(
    statement: Statement, series: str, where: str, rows: list[dict[str, Any]], last: SpokenOf
) -> Gathering | str:
    """Gathering of one series: by year, place, what was spoken of before, else the latest."""
    if years := _years(statement):
        return _of_year(rows, years, where)
    named = _words_in(_main(statement.sentence))
    placed = [r for r in rows if named.intersection(_places(r["place"]))]
    if len(placed) == 1 and series != "vd_":
        return Gathering(row=placed[0], why=f"{where} and the place {placed[0]['place']}")
    spoken = [r for r in rows if r["gathering"] == last.gathering]
    if spoken and where.endswith(EARLIER):
        return Gathering(row=spoken[0], why="the gathering spoken of before it")
    opening = statement.start - max(0, statement.sentence.find(statement.text))
    year = year_named_before(statement.article, opening, series)
    if dated := [r for r in rows if r["date_start"].year == year]:
        return Gathering(row=dated[0], why=f"{where} and the year {year} {EARLIER}")
    return _latest(rows, statement.date, where)


def contrasted(statement: Statement) -> bool:
    """Whether a statement only stands beside another: the article does not go on about it."""
    return CONTRAST.match(statement.words) is not None


def _years(statement: Statement) -> list[int]:
    """Years of the statement's own words, else of its sentence up to where a contrast begins."""
    at = max(0, statement.sentence.find(statement.text))
    later = CONTRAST.search(statement.sentence, at + 1)
    sentence = statement.sentence[: later.start()] if later else statement.sentence
    on = statement.date
    return (
        years_in(COMPARED.sub("", statement.text), on)
        or years_in(sentence, on)
        or [d.year for d, _ in days_in(sentence, on)]
    )


def _by_place(statement: Statement, record: Record) -> Gathering | None:
    """The one gathering at a place the sentence names, in the month it names."""
    months = {(d.year, d.month) for d, _ in days_in(statement.sentence, statement.date)}
    if statement.date is not None:
        for number, month in enumerate(MONTHS, 1):
            if re.search(rf"\bin {month}\b", statement.sentence.lower()):
                months.add((statement.date.year - (number > statement.date.month), number))
    named = _words_in(_main(statement.sentence)) if months else set()
    placed = [
        r for r in record.dicts("gathering_totals")
        if (r["date_start"].year, r["date_start"].month) in months
        and named.intersection(_places(r["place"]))
    ]  # fmt: skip
    if len(placed) == 1 and GENERIC.search(statement.words):
        return Gathering(row=placed[0], why=f"the place {placed[0]['place']} and the month")
    return _recently_at(statement, record)


def _recently_at(statement: Statement, record: Record) -> Gathering | None:
    """Gathering at a place the statement names, shortly before the article; at a capital, just so.

    A capital stands for its government otherwise.
    """
    if statement.date is None or first_series(plain(statement.text)):
        return None
    capitals = record.once("capitals", lambda: _capitals(record))
    words = _main(statement.text)
    recent = [
        r for r in record.dicts("gathering_totals")
        if statement.date - NEAR <= r["date_start"] <= statement.date + GRACE
        and (r["place"].lower() not in capitals or r["date_start"] >= statement.date - JUST)
        and any(re.search(rf"\b(?:to|in|at|the) {p}\b", words) for p in _places(r["place"]))
    ]  # fmt: skip
    if len(recent) != 1:
        return None
    return Gathering(row=recent[0], why=f"the place {recent[0]['place']} shortly before")


def _capitals(record: Record) -> frozenset[str]:
    return frozenset(str(c).lower() for c in record.frame("states")["capital"].to_list())


def other_gathering(statement: Statement, record: Record) -> str:
    """Gathering that a statement names itself and that the record does not hold."""
    words = plain(statement.text)
    if first_series(words) or not (
        match := OWN_NAME.search(statement.text) or PLACED.search(statement.text)
    ):
        return ""
    places = plain(" ".join(r["place"] for r in record.dicts("gathering_totals")))
    place = match.groupdict().get("place")
    return "" if place and plain(place) in places else re.sub(r"^(The|At|In) ", "", match[0])


def _of_year(rows: list[dict[str, Any]], years: list[int], where: str) -> Gathering | str:
    chosen = [r for r in rows if r["date_start"].year in years]
    if not chosen:
        held = ", ".join(str(r["date_start"].year) for r in rows)
        return f"the record has no list of that gathering for {years[0]}, only for {held}"
    return Gathering(row=chosen[0], why=f"{where} and the year {chosen[0]['date_start'].year}")


def _latest(rows: list[dict[str, Any]], day: Date | None, where: str) -> Gathering | str:
    """Latest gathering not after the article, unless it is too long ago to be meant."""
    if day is None:
        return "the text gives neither a date of its own nor the year of that gathering"
    past = [r for r in rows if r["date_start"] <= day + GRACE]
    if not past:
        return "every gathering of that name in the record is later than the article"
    latest = max(past, key=lambda r: r["date_start"])
    if (day - latest["date_start"]).days > STALE_DAYS:
        return f"the last gathering of that name in the record was on {latest['date_start']}"
    return Gathering(row=latest, why=f"{where}; the latest one before the article of {day}")


def _series_in(statement: Statement, last: SpokenOf) -> tuple[str, str]:
    """Series named by the statement, by its sentence, or by what the article said before."""
    here = _main(statement.sentence)
    for words, where in ((_main(statement.text), "the words"), (here, "the words")):
        if found := first_series(words):
            return found[0], f"{where} “{found[1]}”"
    if OTHER_KIND.search(plain(statement.text)):
        return "", ""
    # Only a statement that speaks of a gathering may take its name from earlier sentences.
    kept = of_kind(statement.words)
    if not GENERIC.search(here):
        return "", ""
    end, from_ = statement.end, max(0, statement.end - BEFORE)
    series = series_of(last.gathering)
    since = max(from_, min(last.end, end - 1))
    if series in kept and not last_series(statement.article, since, end, kept):
        return series, f"a gathering {EARLIER}"
    if found := last_series(statement.article, from_, end, kept):
        return found[0], f"“{found[1]}” {EARLIER}"
    return "", ""


def _words_in(words: str) -> set[str]:
    return set(re.findall(r"\w+", words))


@cache
def _places(place: str) -> tuple[str, ...]:
    """Words by which an article names the place of a gathering."""
    found = re.findall(r"[a-z]{3,}", plain(place))
    return tuple(p for p in found if p not in ("virtual", "saint", "new", "dua"))


# "Erdogan, who was in Tianjin, did not attend the parade": the place is of something else.
ASIDE = re.compile(r",\s+(?:who|which|whose|where)\b[^,.;]*,")


# "17 came, down from 43 in Sochi in 2019": what is only compared with is not what is meant.
COMPARED = re.compile(
    r",?\s+(?:down|up) from\b.*|,?\s+(?:compared (?:with|to)|as against|against|versus)\s+"
    r"(?:the\s+)?\d+.*",
    re.DOTALL,
)


def _main(words: str) -> str:
    """Small letters, without what is said beside the main clause."""
    return ASIDE.sub(" ", COMPARED.sub("", plain(words)))
