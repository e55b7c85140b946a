"""Organisations without dated spells in the record: yearly membership, and "the Alliance"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from multipolar.auditing.check import (
    CONTRADICTED,
    SUPPORTED,
    Finding,
    Item,
    cannot_tell,
    not_testable,
    status_of_list,
)
from multipolar.auditing.record import Record, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.worded import JOINED_ON
from multipolar.auditing.wording import years_in

# Codes of the reading, and those of the Correlates of War list of organisations.
YEARLY: Mapping[str, str] = {
    "ADB": "asdb", "APEC": "apec", "ASEAN": "asean", "AU": "au", "COE": "coe", "EBRD": "ebrd",
    "ECOWAS": "ecowas", "GCC": "gcc", "IGAD": "igad", "IMF": "imf", "LAS": "loas",
    "MERCOSUR": "mercosur", "NAM": "nam", "OAS": "oas", "OECD": "oecd", "OIC": "oic",
    "OPEC": "opec", "OSCE": "osce", "PIF": "pif", "SAARC": "saarc", "SADC": "sadc", "WTO": "wto",
}  # fmt: skip
NAMES: Mapping[str, str] = {"COE": "the Council of Europe", "LAS": "the Arab League"}
CANDIDATE = re.compile(r"\bcandida(te|cy)")
CHANGED = re.compile(r"\b(join(ed|s)|acced\w+|accession|admitted|became|entered)\b")
ENDED = re.compile(r"\b(left|quit|withdrew|expelled|excluded|pulled out)\b")
# A short form, and the organisations it can stand for, by the words that name them.
SHORT_FORMS: Sequence[tuple[re.Pattern[str], Mapping[str, str]]] = (
    (
        re.compile(r"\bthe (?:\w+ )?alliance\b"),
        {"NATO": r"\bnato\b|north atlantic", "CSTO": r"\bcsto\b|collective security treaty"},
    ),
    (
        re.compile(r"\bthe (?:bloc|union|club)\b"),
        {"EU": r"\beu\b|european union", "EAEU": r"\beaeu\b|eurasian economic union",
         "BRICS": r"\bbrics\b", "CSTO": r"\bcsto\b|collective security treaty",
         "NATO": r"\bnato\b|north atlantic"},
    ),
)  # fmt: skip

ANY = {**SHORT_FORMS[0][1], **SHORT_FORMS[1][1], "SCO": r"\bsco\b|shanghai cooperation"}


def organisation_meant(statement: Statement) -> str:
    """Organisation that "the Alliance" or "the bloc" stands for: the one of its kind named last."""
    if CANDIDATE.search(statement.words) and re.search(r"\beu\b|european union", statement.before):
        return "EU"
    if JOINED_ON.search(statement.words):
        return _last_named(statement.before, ANY)
    for short, known in SHORT_FORMS:
        if not short.search(statement.words):
            continue
        if named := _last_named(statement.before, known):
            return named
    return ""


def last_organisation(statement: Statement) -> str:
    """Organisation named last up to the end of a statement; empty where none of those known is."""
    return _last_named(statement.before, ANY)


def _last_named(before: str, known: Mapping[str, str]) -> str:
    """Organisation that the words before a statement name last."""
    last = {c: [m.start() for m in re.finditer(p, before)] for c, p in known.items()}
    named = {code: places[-1] for code, places in last.items() if places}
    return max(named, key=lambda code: named[code]) if named else ""


def check_yearly(
    statement: Statement, record: Record, orgs: Sequence[str], states: Sequence[str]
) -> Finding:
    """Check membership of organisations whose members are listed year by year."""
    org = orgs[0]
    if not record.has("igo_memberships"):
        return not_testable(
            f"the store has no members of {_name(org)}; multipolar source add igos_cow FILE"
        )
    if not states:
        return cannot_tell(f"it names no state whose membership of {_name(org)} could be looked up")
    frame = record.frame("igo_memberships")
    last = int(frame["year"].max())  # type: ignore[arg-type]
    named = [e["end"] for e in statement.entities if e["code"] == org]
    after = statement.article[named[0] : statement.end] if named else ""
    # "of the Security Council since 1945 and of the WTO since 2012": each has the year behind it.
    years = years_in(after, statement.date) or years_in(statement.text, statement.date)
    year = years[0] if years else (statement.date.year if statement.date else None)
    own = frame.filter((pl.col("igo") == YEARLY[org]) & pl.col("state").is_in(list(states)))
    shown = _changes(own)
    if year is None or year > last:
        return not_testable(
            f"its lists of members of {_name(org)} end in {last}, and the statement is about "
            f"{year or 'no year it names'}",
            rows=record.rows("igo_memberships", shown, ("state", "igo", "year", "status")),
        )
    items = [_item(c, own, year, statement) for c in dict.fromkeys(states)]
    return Finding(
        status=status_of_list(items), items=tuple(items),
        sentence="; ".join(f"{i.name}: {i.found}" for i in items) + f" ({_name(org)}).",
        method=f"Yearly members of {_name(org)}; the rows show the years in which they changed.",
        rows=record.rows("igo_memberships", shown, ("state", "igo", "year", "status")),
    )  # fmt: skip


def _item(code: str, own: pl.DataFrame, year: int, statement: Statement) -> Item:
    by_year = dict(own.filter(pl.col("state") == code).select("year", "status").iter_rows())
    now, before = by_year.get(year) == "member", by_year.get(year - 1) == "member"
    said, holds = "member", now
    if CHANGED.search(statement.words):
        # The list is of whole years: who joins late in one may be listed from the next.
        said, holds = "joined", not before and (now or by_year.get(year + 1) == "member")
    elif ENDED.search(statement.words):
        said, holds = "left", before and not (now and by_year.get(year + 1) == "member")
    if statement.negative:
        said, holds = f"not: {said}", not holds
    since = min((y for y, s in by_year.items() if s == "member"), default=None)
    found = f"member from {since}" if since else "never a member in the list"
    if since and not now and year > since:
        found += f", not in {year}"
    status = SUPPORTED if holds else CONTRADICTED
    return Item(name=name_of(code), code=code, said=said, found=found, status=status)


def _changes(own: pl.DataFrame) -> pl.DataFrame:
    """Years in which a state's status is another than the year before, and the last year."""
    ordered = own.sort("state", "year")
    changed = pl.col("status") != pl.col("status").shift(1).over("state")
    last = pl.col("year") == pl.col("year").max().over("state")
    return ordered.filter(changed.fill_null(value=True) | last)


def _name(org: str) -> str:
    return NAMES.get(org, org)
