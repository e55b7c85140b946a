"""Who visited whom: statements about bilateral visits against the table of visits."""

from __future__ import annotations

import re
from datetime import date as Date  # noqa: N812 - as in the reader
from datetime import timedelta

import polars as pl

from multipolar.auditing.check import CONTRADICTED, SUPPORTED, Finding, cannot_tell, not_testable
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import days_in, years_in

SINCE = re.compile(r"\bsince \S+(?: \d{4})?")  # "for the first time since 2000"
COLUMNS = ("trip", "state", "host", "start", "end", "role", "leader", "note")


def visit_named(statement: Statement) -> tuple[str, str, bool] | None:
    """Visitor, host and whether the visit is denied, where the statement reports one visit."""
    for event in statement.events:
        ends = [c for c in (*event["actors"][:1], *event["recipients"][:1]) if c and is_state(c)]
        if event["type"] == "CONSULT" and event["mode"] == "visit" and len(ends) == 2:
            return ends[0], ends[1], event["happened"] == "no"
    return None


def check_visit(statement: Statement, record: Record, why: str) -> Finding:
    """Check one visit; ``why`` is the reason there is no gathering to check it against."""
    found = visit_named(statement)
    if found is None or not record.has("visits", "visit_coverage"):
        return not_testable(why)
    visitor, host, denied = found
    window = _window(statement)
    if window is None:
        return cannot_tell("the text gives neither a date of its own nor the time of the visit")
    first, last, told = window
    names = f"{name_of(visitor)} to {name_of(host)}"
    if not _covered(record, visitor, host, last.year):
        held = record.dicts("visit_coverage")
        spans = " and ".join(
            f"{'by' if r['side'] == 'traveller' else 'to'} {name_of(r['state'])} "
            f"({r['first_year']} to {r['last_year']})"
            for r in held[:4]
        )
        return not_testable(
            f"its visits do not cover those of {names} in {last.year}; they cover those {spans}"
        )
    rows = record.frame("visits").filter(
        (pl.col("state") == visitor) & (pl.col("host") == host)
        & (pl.col("start") <= last) & (pl.col("end") >= first)
    )  # fmt: skip
    rows = _of_person(rows, statement)
    method = f"Visits from {first} to {last} in the table of visits."
    evidence = record.rows("visits", rows, COLUMNS)
    if rows.is_empty() and not told:
        return cannot_tell(f"it holds no visit of {names} in the year before the article")
    seen = [f"{r['leader']} ({r['start']})" for r in rows.rows(named=True)]
    times = "a visit" if len(seen) == 1 else f"{len(seen)} visits"
    words = f"The table lists {times} of {names}: {', '.join(seen[:4])}."
    if not seen:
        words = f"The table lists no visit of {names} between {first} and {last}."
    status = SUPPORTED if bool(seen) != denied else CONTRADICTED
    return Finding(status=status, sentence=words, method=method, rows=evidence)


def _window(statement: Statement) -> tuple[Date, Date, bool] | None:
    """First and last day a visit is looked for, and whether the text told the time itself."""
    days = days_in(statement.text, statement.date)
    if days:
        day, precision = days[0]
        if precision == "day":
            return day - timedelta(days=1), day + timedelta(days=1), True
        return day, day + timedelta(days=30), True
    years = years_in(SINCE.sub("", statement.text), statement.date)
    if years:
        return Date(years[0], 1, 1), Date(years[0], 12, 31), True
    if statement.date is None:
        return None
    return statement.date - timedelta(days=365), statement.date, False


def _covered(record: Record, visitor: str, host: str, year: int) -> bool:
    """Whether a visit that is not listed did not take place: the table follows one side fully."""
    return any(
        (r["side"], r["state"]) in (("traveller", visitor), ("host", host))
        for r in record.dicts("visit_coverage")
        if r["first_year"] <= year <= r["last_year"]
    )


def _of_person(rows: pl.DataFrame, statement: Statement) -> pl.DataFrame:
    """Visits of the person named, where the statement names one."""
    people = [str(e["text"]) for e in statement.entities if e["type"] == "LEADER"]
    if not people:
        return rows
    last = re.escape(people[0].split()[-1].lower())
    return rows.filter(pl.col("leader").str.to_lowercase().str.contains(last))
