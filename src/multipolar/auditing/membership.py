"""Who belongs to which organisation, and since when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as Date  # noqa: N812 - as in the reader
from typing import Any

import polars as pl

from multipolar.auditing.check import (
    CANNOT_TELL,
    CONTRADICTED,
    SUPPORTED,
    Finding,
    Item,
    cannot_tell,
    joined,
    not_testable,
    status_of_list,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import amounts_before, years_in

COLUMNS = ("org", "state", "start", "end", "status", "note")
LEFT = re.compile(r"\b(left|leav(e|es|ing)|quit|withdr\w+|exit\w*|pulled out)\b")
JOINED = re.compile(r"\b(join(ed|s)|acced\w+|accession|admitted|became a member|entered)\b")
FROZEN = re.compile(r"\b(fr[eo]ez\w*|froze|frozen|suspend\w*)\b")
CANDIDATE = re.compile(r"\b(candidate\w*|applied|application)\b")
FULL = ("member", "member_withdrawing")


def check_membership(statement: Statement, record: Record) -> Finding:
    """Check membership, entry and exit by date."""
    if not record.has("memberships"):
        return not_testable(
            "the store has no table of memberships; multipolar source add memberships FILE"
        )
    frame = record.frame("memberships")
    held = {o for o in frame["org"].unique().to_list() if "_" not in o}
    named = [str(e["code"]) for e in statement.entities if e["type"] == "IGO" and e["code"]]
    orgs = [
        o for o in dict.fromkeys((*named, *statement.objects, *statement.subjects)) if o in held
    ]
    if not orgs:
        return not_testable(
            f"it names no organisation whose members are in the record ({', '.join(sorted(held))})"
        )
    org = orgs[0]
    states = [c for c in (*statement.subjects, *statement.objects) if is_state(c)]
    if not states:
        states = [
            str(e["code"]) for e in statement.entities if e["code"] and is_state(str(e["code"]))
        ]
    years = years_in(statement.text, statement.date)
    amounts = amounts_before(statement.words, "members|member states|states|countries")
    if amounts and (not states or org in statement.subjects):
        return _of_number(statement, amounts[0], org, record)
    if not states:
        return cannot_tell(f"it names no state whose membership of {org} could be looked up")
    subject = [c for c in statement.subjects if is_state(c)] or states[:1]
    items = [_item(c, org, statement, frame, years) for c in dict.fromkeys(subject)]
    rows = frame.filter(
        (pl.col("org").str.starts_with(org)) & pl.col("state").is_in([i.code for i in items])
    )
    rows = rows.filter(pl.col("org").is_in([org, f"{org}_frozen", f"{org}_candidate"]))
    return Finding(
        status=status_of_list(items),
        sentence="; ".join(f"{i.name}: {i.found}" for i in items) + f" ({org}).",
        method=f"Looked up in the table of memberships, {_when(statement, years)}.",
        items=tuple(items), rows=record.rows("memberships", rows, COLUMNS),
    )  # fmt: skip


def _when(statement: Statement, years: list[int]) -> str:
    if years:
        return f"for the year {years[0]}"
    return f"on {statement.date}" if statement.date else "at any time, as the text has no date"


def _item(code: str, org: str, statement: Statement, frame: pl.DataFrame, years: list[int]) -> Item:
    words = statement.words
    spells = frame.filter((pl.col("org") == org) & (pl.col("state") == code)).to_dicts()
    frozen = frame.filter((pl.col("org") == f"{org}_frozen") & (pl.col("state") == code)).to_dicts()
    candidates = frame.filter(
        (pl.col("org") == f"{org}_candidate") & (pl.col("state") == code)
    ).to_dicts()
    day = _day(statement, years)
    if FROZEN.search(words):
        said, holds, found = (
            "froze its participation",
            bool(frozen),
            _spells_words(frozen or spells),
        )
    elif CANDIDATE.search(words):
        said, holds, found = "candidate", bool(candidates), _spells_words(candidates or spells)
    elif LEFT.search(words):
        said, holds, found = "left", _ended(spells, years, day), _spells_words(spells)
    elif JOINED.search(words):
        said, holds, found = "joined", _began(spells, years, day), _spells_words(spells)
    else:
        said, holds, found = "member", _active(spells, day), _spells_words(spells)
    if statement.negative:
        said, holds = f"not: {said}", not holds
    status = SUPPORTED if holds else CONTRADICTED
    if not found:
        found = _spells_words(candidates or frozen) or "never a member in the record"
    if day is None and not years and not statement.negative and holds is False and spells:
        status = CANNOT_TELL
    return Item(name=name_of(code), code=code, said=said, found=found, status=status)


def _day(statement: Statement, years: list[int]) -> Date | None:
    if years and not re.search(r"\bsince\b", statement.words):
        return Date(years[0], 12, 31)
    return statement.date


def _full(spells: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [s for s in spells if s["status"] in FULL]


def _active(spells: list[Any], day: Date | None) -> bool:
    if day is None:
        return bool(_full(spells))
    return any(
        (s["start"] is None or s["start"] <= day) and (s["end"] is None or day < s["end"])
        for s in _full(spells)
    )


def _began(spells: list[Any], years: list[int], day: Date | None) -> bool:
    starts = [s["start"] for s in _full(spells) if s["start"]]
    if years:
        return any(s.year in years for s in starts)
    return any(day is None or s <= day for s in starts)


def _ended(spells: list[Any], years: list[int], day: Date | None) -> bool:
    ends = [s["end"] for s in _full(spells) if s["end"]]
    if years:
        return any(e.year in years for e in ends)
    return any(day is None or e <= day for e in ends)


def _spells_words(spells: list[Any]) -> str:
    parts = []
    for spell in spells:
        start = f"from {spell['start']}" if spell["start"] else "from an unknown day"
        end = f" until {spell['end']}" if spell["end"] else ""
        parts.append(f"{spell['status'].replace('_', ' ')} {start}{end}")
    return joined(parts)


def _of_number(statement: Statement, amount: Any, org: str, record: Record) -> Finding:
    if statement.date is None:
        return cannot_tell(
            f"the text has no date, and {org} had different members at different times"
        )
    members = record.members(org, statement.date)
    rows = record.frame("memberships").filter(
        (pl.col("org") == org) & pl.col("state").is_in(members)
    )
    fits = amount.fits(len(members)) != statement.negative
    return Finding(
        status=SUPPORTED if fits else CONTRADICTED,
        sentence=f"{org} had {len(members)} members on {statement.date}; the text says "
        f"“{amount.words}”.",
        method=f"Members of {org} in the table of memberships, on {statement.date}.",
        rows=record.rows("memberships", rows, COLUMNS),
    )  # fmt: skip
