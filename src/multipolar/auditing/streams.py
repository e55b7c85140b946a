"""Trade, output, strength: tested where the store has the stream, else said to be untestable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from multipolar.auditing.check import (
    CONTRADICTED,
    SUPPORTED,
    Finding,
    cannot_tell,
    not_testable,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import years_in

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_NTH = rf"(?:(?P<nth>{'|'.join(ORDINALS)})[- ])?"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A superlative, and the figures it can be held against."""

    pattern: re.Pattern[str]
    table: str
    column: str
    words: str


RANKED = (
    Ranked(
        re.compile(
            rf"{_NTH}(?:largest|biggest|richest|strongest) (?:national )?economy|"
            rf"economy\b.{{0,60}}?{_NTH.replace('nth', 'late')}(?:largest|biggest) in"
        ),
        "attributes", "gdp_mer", "output (GDP at market exchange rates)",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:(?:largest|biggest) population|most populous)"),
        "attributes", "population", "population",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:largest|biggest) (?:army|armed forces|military)\b(?! (?:bud|sp))"),
        "capabilities", "milper", "military personnel",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:largest|biggest|highest) (?:defen[cs]e|military) (?:budget|spend)"),
        "capabilities", "milex", "military expenditure",
    ),
)  # fmt: skip
PURCHASING = "by purchasing power the rank may differ; the record has no such figures"
# A table that ended earlier than this may bear a statement out, and cannot contradict it.
STALE = 1
FRESH = 3  # years by which a table may end before the time a statement speaks of

REASONS: Mapping[str, str] = {
    "MIL_PRODUCTION": "the record has no figures of arms production",
    "AID_INVESTMENT": "no table of aid or investment is in the store; see multipolar source list",
    "SANCTIONS_EFFECT": (
        "the effect of sanctions needs a comparison with what would have happened without them, "
        "which the record does not hold"
    ),
    "INTERVENTION": "it speaks of war, seizure or troops, and the record has no table of them",
    "WAR_BALANCE": "the record says nothing of the course of wars",
    "PROTEST_TREND": "the record has no table of protests",
    "PUBLIC_OPINION": "the record has no polls",
    "DOCUMENT": "it is about the words of a document; read the document itself",
    "PREDICTION": "it is about the future",
}


def check_untestable(statement: Statement, record: Record) -> Finding:
    """Say why a statement of this type cannot be held against the record."""
    del record
    why = REASONS.get(statement.type, f"no table bears on a claim of type {statement.type}")
    return not_testable(why)


def check_capability(statement: Statement, record: Record) -> Finding:
    """Check a rank ("the second largest economy") on output, people or forces."""
    for ranked in RANKED:
        match = ranked.pattern.search(statement.words)
        if match and OTHER_RANK.search(statement.words[: match.start()]):
            return not_testable("its rank is beyond those the audit reads")
        if match and record.has(ranked.table):
            nth = match["nth"] or match.groupdict().get("late")
            rank = ORDINALS.index(nth) + 1 if nth else 1
            return _of_rank(statement, record, ranked, rank)
    return not_testable(
        "the record can rank states by output at market prices, population and military figures, "
        "and the statement asks for something else"
    )


def _of_rank(statement: Statement, record: Record, asked: Ranked, rank: int) -> Finding:
    subject = next((c for c in statement.subjects if is_state(c)), "")
    within = _among(statement, record)
    if not subject or not (within or WORLD.search(statement.sentence.lower())):
        return cannot_tell(
            f"it does not say of whom, among whom, the rank by {asked.words} is meant"
        )
    frame = record.frame(asked.table)
    value = "value" if asked.table == "attributes" else asked.column
    if asked.table == "attributes":
        frame = frame.filter(pl.col("attribute") == asked.column)
    year = year_asked(statement, frame)
    if year is None:
        return not_testable(f"its figures of {asked.words} end in {last_year(frame)}")
    known = frame.filter((pl.col("year") == year) & pl.col(value).is_not_null())
    if within:
        known = known.filter(pl.col("state").is_in(record.members(within, statement.date)))
    ranked = known.sort(value, descending=True).with_row_index("rank", offset=1)
    own = ranked.filter(pl.col("state") == subject)
    if own.is_empty():
        return cannot_tell(f"{name_of(subject)} has no figure of {asked.words} for {year}")
    found = int(own["rank"][0])
    of = f"members of {within}" if within else "states"
    shown = pl.concat([ranked.head(max(rank, 5)), own]).unique("rank", maintain_order=True)
    return Finding(
        status=_fits(statement, holds=found == rank),
        sentence=f"{name_of(subject)} is number {found} of {ranked.height} {of} by {asked.words} "
        f"in {year}; the text {'denies' if statement.negative else 'says'} number {rank}.",
        method=f"Ranked by {asked.words}, the last year of the record not after the article.",
        unclear=(PURCHASING,) if asked.column == "gdp_mer" and found != rank else (),
        rows=record.rows(asked.table, shown, ("rank", "state", "year", value)),
    )


OTHER_RANK = re.compile(r"(\d(st|nd|rd|th)[- ]|[a-z]{3,}(first|second|third|th)[- ]|[a-z]-)$")
WORLD = re.compile(r"world|globe|planet|global")


def _among(statement: Statement, record: Record) -> str:
    """Organisation among whose members a rank is meant: "in NATO", "of the European Union"."""
    named = [str(e["code"]) for e in statement.entities if e["type"] == "IGO"]
    return next((c for c in named if record.members(c, statement.date)), "")


def _fits(statement: Statement, *, holds: bool) -> str:
    return SUPPORTED if holds != statement.negative else CONTRADICTED


def last_year(frame: pl.DataFrame) -> int:
    """Last year of a table; 0 where it is empty."""
    return max(frame["year"].to_list(), default=0)


def year_asked(statement: Statement, frame: pl.DataFrame) -> int | None:
    """Year to look up: the one named, else the article's; None where the table ends long before."""
    named = years_in(statement.text, statement.date)
    wanted = named[0] if named else (statement.date.year if statement.date else None)
    last = last_year(frame)
    if wanted is None:
        return None
    return min(wanted, last) if wanted - last <= FRESH else None
