"""Military exercises: who took part, against the list of exercises.

The list is a choice of exercises that are often written about. It bears out who took part; that
somebody did not, only where all participants are named; that none was held, never.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
from datetime import timedelta
from typing import Any

import polars as pl

from multipolar.auditing.check import (
    CANNOT_TELL,
    CONTRADICTED,
    DEPENDS,
    SUPPORTED,
    Finding,
    Item,
    Row,
    cannot_tell,
    joined,
    not_testable,
    status_of_list,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.resolutions import RECENT, RECENT_DAYS
from multipolar.auditing.statement import Statement, unchecked
from multipolar.auditing.worded import JOINED_DRILLS, TRAINED
from multipolar.auditing.wording import amounts_before, days_in, years_in

# Series whose names are common words, or are written in several ways.
WRITTEN = {
    "Ocean": r"\bocean[- ]20\d\d\b",
    "Joint Sea": r"\b(?:joint sea|(?:naval|maritime) interaction)\b",
    "Northern Interaction": r"\bnorthern\W{1,3}interaction\b",
    "Talisman Sabre": r"\btalisman sab(?:re|er)\b",
}
OBSERVED = re.compile(r"\b(watch(?:ed|es)|observ(?:ed|es|ers?)|onlookers?)\b")
AWAY = re.compile(
    r"\b(refus\w+|declin\w+|cancel\w+|withdr\w+|skipp\w+|stay(?:ed|s) (?:away|out)|boycott\w*|"
    r"disinvit\w+|exclud\w+|did not|never|left out|missing|absent)\b"
)
NEVER = re.compile(r"\bnever\b")
THE = re.compile(r"\bthe (?:\w+ )?(?:exercises?|drills?|manoeuvres|maneuvers|war games)\b")
NUMBERED = re.compile(r"[a-z][- ](20\d\d)\b")  # Zapad-2021, Malabar 2023
# Said of an exercise beside who took part; the list does not answer it.
RANKED = re.compile(r"\b(?:largest|biggest|first)\b(?! time)(?: \w+)?")
SEVERAL = r"(?:\w+ ){0,2}?(?:exercises|drills|manoeuvres|maneuvers|war games)"
COUNTED = re.compile(
    rf"\b(?:(?:more|fewer|most|record number of|dozens of|several|all) {SEVERAL}|"
    r"every (?:year|summer|autumn)|annually|regularly)\b"
)
HOSTING = re.compile(r"\bhost(?:s|ed|ing)?\b")
OF_PRESS = re.compile(r" (?:\w+ )?(?:media|press|reports?|newspapers?|officials|sources)\b")
PLACE = re.compile(r"\b(?:seas?|gulf|strait) of $")
ARMIES = "states|countries|nations|armies|navies|militaries"
NOT_COMPLETE = "the list of exercises is a choice, not complete"
NEAR = 3_000  # characters in which the exercise spoken of was named
STALE = timedelta(days=400)  # a year and a month: exercises are yearly, articles look back
TOOK_PART, STAYED_OUT, WATCHED = "took part", "did not take part", "sent observers"
COLUMNS = ("exercise", "start", "end", "area", "state", "role", "whole", "note")


def check_exercise(statement: Statement, record: Record) -> Finding:
    """Check who took part in an exercise, by its name, else by the states and the time named."""
    if not record.has("exercises"):
        return not_testable(
            "the store holds no list of exercises; multipolar source add exercises FILE"
        )
    if why := _not_held(statement):
        return not_testable(why)
    frame = record.frame("exercises")
    series, told = _series_in(statement, frame)
    if not series:
        return _without_name(statement, record)
    held = frame.filter(pl.col("series") == series)
    years = [int(y) for y in NUMBERED.findall(told)]
    years += years_in(statement.text, statement.date)
    years = years or years_in(statement.sentence, statement.date)
    if NEVER.search(statement.words) and not years:
        return _never(statement, held, record)
    found = _of_time(held, years, statement)
    if isinstance(found, str):
        return not_testable(found)
    return _of_exercise(statement, found, record)


def _not_held(statement: Statement) -> str:
    """Why a statement asks for what the list does not hold; empty where it may."""
    if COUNTED.search(statement.words) or amounts_before(statement.words, SEVERAL):
        return f"it counts exercises, and {NOT_COMPLETE}"
    if HOSTING.search(statement.words) and _said(statement) == STAYED_OUT:
        return "it is about who was to host it, and the record holds who took part"
    return ""


def _series_in(statement: Statement, frame: pl.DataFrame) -> tuple[str, str]:
    """Series a statement names, and the words it does so in.

    After "the exercise", and in "China did not take part", it is the one named last before.
    """
    names = frame["series"].unique().sort().to_list()
    patterns = {s: re.compile(WRITTEN.get(s, rf"\b{re.escape(s.lower())}\b")) for s in names}
    if found := next((s for s, p in patterns.items() if p.search(statement.words)), ""):
        return found, statement.words
    leaning = JOINED_DRILLS.match(statement.words) or TRAINED.search(statement.words)
    if not THE.search(statement.words) and not leaning:
        return "", ""
    before = statement.before[-NEAR:]
    named = [(m.end(), m[0], s) for s, p in patterns.items() for m in p.finditer(before)]
    if not named:
        return "", ""
    end, words, series = max(named)
    return series, words + before[end : end + len("-2021")]


def _of_time(held: pl.DataFrame, years: Sequence[int], statement: Statement) -> pl.DataFrame | str:
    """Rows of the one exercise of a series that is meant, or why none could be told."""
    series = held["series"][0]
    if years:
        meant = held.filter(pl.col("start").dt.year().is_in(list(years)))
        listed = joined([str(y) for y in held["start"].dt.year().unique().sort().to_list()])
        none = f"the record has no {series} of {years[0]}, only of {listed}"
    elif statement.date is not None:
        past = pl.col("start").is_between(statement.date - STALE, statement.date)
        meant, none = held.filter(past), f"the record has no {series} in the year before the text"
    else:
        return "the text gives neither a date of its own nor the year of that exercise"
    if statement.date is not None:
        meant = meant.filter(pl.col("start") <= statement.date)
    if meant.is_empty():
        return none
    written = meant.filter(pl.col("exercise").str.to_lowercase().is_in(_names(meant, statement)))
    meant = meant if written.is_empty() else written
    return meant.filter(pl.col("start") == pl.col("start").max())


def _names(meant: pl.DataFrame, statement: Statement) -> list[str]:
    return [n for n in meant["exercise"].str.to_lowercase().unique() if n in statement.words]


def _of_exercise(statement: Statement, rows: pl.DataFrame, record: Record) -> Finding:
    """Hold the states named, and their number, against one exercise."""
    said = _said(statement)
    items = [_item(c, said, rows) for c in _states(statement, said)]
    if amounts := amounts_before(statement.words, ARMIES):
        items.append(_number(amounts[0], rows))
    first = rows.row(0, named=True)
    method = f"Taken to be about {_told(first)}; its participants are "
    method += "all named." if first["whole"] else "named in part."
    if not items:
        return cannot_tell(
            f"the words name no state to hold against {first['exercise']}",
            rows=_rows(rows, record), method=method,
        )  # fmt: skip
    told = "; ".join(f"{i.name}: {i.found}" for i in items)
    return Finding(
        status=status_of_list(items), sentence=f"{told} ({first['exercise']}).", method=method,
        items=tuple(items), rows=_rows(rows, record),
        unclear=(*unchecked(statement, items, statement.objects), *_open(statement)),
    )  # fmt: skip


def _open(statement: Statement) -> tuple[str, ...]:
    ranked = RANKED.search(statement.words)
    return (f"“{ranked[0]}” was not checked",) if ranked else ()


def _told(row: dict[str, Any]) -> str:
    until = f" to {row['end']}" if row["end"] else ""
    return f"{row['exercise']} ({row['start']}{until}, {row['area']})"


def _said(statement: Statement) -> str:
    if statement.negative or AWAY.search(statement.words):
        return STAYED_OUT
    return WATCHED if OBSERVED.search(statement.words) else TOOK_PART


def _states(statement: Statement, said: str) -> list[str]:
    """States said to have taken part: all that are named; of a denial, whom it is said of."""
    named = [
        str(e["code"]) for e in statement.entities
        if e["code"] and is_state(str(e["code"]))
        and not OF_PRESS.match(statement.article[e["end"] : statement.end])
        and not PLACE.search(statement.article[statement.start : e["start"]].lower())
    ]  # fmt: skip
    subjects = [c for c in statement.subjects if is_state(c)]
    return list(dict.fromkeys(subjects if said != TOOK_PART and subjects else named))


def _item(code: str, said: str, rows: pl.DataFrame) -> Item:
    """What the list says of one state."""
    roles = rows.filter(pl.col("state") == code)["role"].to_list()
    whole = bool(rows["whole"][0])
    if not roles:
        found = "not in the list" if whole else "not in the list, which is not complete"
        status = CANNOT_TELL
        if whole and said != WATCHED:
            status = SUPPORTED if said == STAYED_OUT else CONTRADICTED
        return Item(name=name_of(code), code=code, said=said, found=found, status=status)
    found = TOOK_PART if roles[0] == "participant" else WATCHED
    status = SUPPORTED if found == said else DEPENDS
    if {found, said} == {TOOK_PART, STAYED_OUT}:
        status = CONTRADICTED
    return Item(name=name_of(code), code=code, said=said, found=found, status=status)


def _number(amount: Any, rows: pl.DataFrame) -> Item:
    """A number of states; the host may be counted or not."""
    count = rows.filter(pl.col("role") == "participant").height
    found, status = f"{count} named", CANNOT_TELL
    if rows["whole"][0]:
        fits = amount.fits(count) or amount.fits(count - 1)
        status = SUPPORTED if amount.fits(count) else DEPENDS if fits else CONTRADICTED
        found = f"{count} with the host"
    return Item(name=amount.words, code="", said=amount.words, found=found, status=status)


def _never(statement: Statement, held: pl.DataFrame, record: Record) -> Finding:
    """Hold "has never taken part in RIMPAC" against all exercises of the series."""
    codes = _states(statement, STAYED_OUT)
    rows = held.filter(pl.col("state").is_in(codes) & (pl.col("role") == "participant"))
    if statement.date is not None:
        rows = rows.filter(pl.col("start") <= statement.date)
    if rows.is_empty():
        return cannot_tell(f"it names none of them in any {held['series'][0]}; {NOT_COMPLETE}")
    told = [f"{name_of(r['state'])} took part in {r['exercise']}" for r in rows.to_dicts()]
    return Finding(
        status=CONTRADICTED, sentence=f"{joined(told)}.", rows=_rows(rows, record),
        method=f"Held against every {held['series'][0]} in the record.",
    )  # fmt: skip


def _without_name(statement: Statement, record: Record) -> Finding:
    """Exercises of the states named, at the time named, where the words name no exercise."""
    codes = _states(statement, TOOK_PART)
    if len(codes) < 2:
        return not_testable(
            f"it names neither an exercise of the record nor two states; {NOT_COMPLETE}"
        )
    frame = record.frame("exercises").filter(pl.col("role") == "participant")
    rows = frame.filter(pl.col("state").is_in(codes)).filter(_at(statement))
    found = (
        rows.group_by("exercise").len().filter(pl.col("len") == len(codes))["exercise"].to_list()
    )
    rows = rows.filter(pl.col("exercise").is_in(found)).sort("start", "exercise", "state")
    who = joined([name_of(c) for c in codes])
    if rows.is_empty():
        return cannot_tell(f"it has no exercise of {who} at that time; {NOT_COMPLETE}")
    listed = [_told(r) for r in rows.unique("exercise", maintain_order=True).to_dicts()]
    denied = _said(statement) == STAYED_OUT
    return Finding(
        status=CONTRADICTED if denied else SUPPORTED,
        sentence=f"{who} took part in {joined(listed[-3:])}.",
        method="Looked up by the states and the time named; the words name no exercise, and "
        f"another may be meant: {NOT_COMPLETE}.",
        rows=_rows(rows, record), unclear=_open(statement),
    )  # fmt: skip


def _at(statement: Statement) -> pl.Expr:
    """Exercises of the months named, else of the years, else of the year before the article."""
    months = [d for d, _ in days_in(statement.text, statement.date)]
    start, end = pl.col("start"), pl.coalesce("end", "start")
    if months:
        within = [(start.dt.truncate("1mo") <= d) & (end.dt.month_end() >= d) for d in months]
        return pl.any_horizontal(within)
    if years := years_in(statement.text, statement.date):
        return start.dt.year().is_in(list(years))
    last = statement.date or Date.max
    recent = RECENT.search(statement.words)
    return start.is_between(last - (timedelta(days=RECENT_DAYS) if recent else STALE), last)


def _rows(frame: pl.DataFrame, record: Record) -> tuple[Row, ...]:
    return record.rows("exercises", frame, COLUMNS)
