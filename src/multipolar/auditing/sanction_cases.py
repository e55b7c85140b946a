"""Sanctions other than those of 2022 on Russia: cases with sender, target and first day."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from multipolar.auditing.check import SUPPORTED, Finding, Item, cannot_tell, not_testable
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import years_in

COLUMNS = ("case", "source_state", "target_state", "start", "end", "kinds_text", "via")
ADD = "multipolar source add sanctions_gsdb FILE adds later cases"
ARMS = re.compile(r"\barms embargo\b")
BLOCS = {"EU": "EU", "UN": "XUN"}


def is_about_cases(statement: Statement) -> bool:
    """Tell whether a statement is about sanctions on somebody else, or on Russia before 2022."""
    years = years_in(statement.text, statement.date)
    targets = [c for c in _targets(statement) if c != "RUS"]
    return bool(targets) or bool(years and max(years) < 2022 and "RUS" in _targets(statement))


def check_cases(statement: Statement, record: Record) -> Finding:
    """Check who imposed sanctions on whom, and when, against the cases in the store."""
    if not record.has("sanctions"):
        return not_testable(f"the store has no cases of sanctions; {ADD}")
    targets = _targets(statement)
    senders = _senders(statement, targets)
    if not targets or not senders:
        return cannot_tell("its words do not name both who imposed sanctions and on whom")
    frame = record.frame("sanctions")
    last = record.store.provenance("sanctions").last
    ends = int(str(last)[:4]) if last else 0
    years = years_in(statement.text, statement.date)
    year = years[0] if years else (statement.date.year if statement.date else None)
    found = _cases(frame, senders, targets)
    rows = record.rows("sanctions", found, COLUMNS)
    names = f"{' and '.join(_name(c) for c in senders)} on {' and '.join(map(name_of, targets))}"
    if year is None or year > ends:
        return not_testable(
            f"its cases of sanctions end in {ends}, and the statement is about {year or 'no year'};"
            f" {ADD}",
            rows=rows,
        )  # fmt: skip
    began = found.filter(pl.col("start").dt.year() == year) if years else found
    if ARMS.search(statement.words):
        began = began.filter(pl.col("arms"))
    if began.is_empty():
        why = (
            f"it lists no case of {names} that began in {year}"
            if years
            else f"it lists no case \
of {names}"
        )
        return cannot_tell(f"{why}, and the list may not hold every case", rows=rows)
    starts = sorted({str(d) for d in began["start"].to_list()})
    return Finding(
        status=SUPPORTED, sentence=f"The cases of sanctions list {names} from {', '.join(starts)}.",
        method="Cases of economic sanctions by sender, target and first day; they say nothing of "
        "effects.",
        rows=record.rows("sanctions", began, COLUMNS),
        items=tuple(_item(c, began) for c in targets) if len(targets) > 1 else (),
    )  # fmt: skip


def _item(code: str, began: pl.DataFrame) -> Item:
    there = code in set(began["target_state"].to_list())
    return Item(
        name=name_of(code), code=code, said="was put under sanctions",
        found="in the list" if there else "not in the list",
        status=SUPPORTED if there else "cannot tell",
    )  # fmt: skip


def _cases(frame: pl.DataFrame, senders: Sequence[str], targets: Sequence[str]) -> pl.DataFrame:
    """One row for each case; of a bloc's cases the row of one member stands for all."""
    sent = pl.col("via").is_in(senders) | (
        pl.col("source_state").is_in([BLOCS.get(c, c) for c in senders]) & (pl.col("via") == "")
    )
    own = frame.filter(sent & pl.col("target_state").is_in(list(targets)))
    return own.unique("case", keep="first", maintain_order=True).sort("start", descending=True)


def _targets(statement: Statement) -> list[str]:
    """States under sanctions: recipients of the events, else what follows "on" or "against"."""
    found = [c for e in statement.events if e["mode"] == "sanctions" for c in e["recipients"]]
    for entity in statement.entities:
        before = statement.article[max(0, entity["start"] - 80) : entity["start"]].rstrip().lower()
        if re.search(
            r"\b(sanctions|embargo|restrictions)\b.{0,30}\b(on|against)( the)?$", before[-60:]
        ):
            found.append(str(entity["code"] or ""))
    return list(dict.fromkeys(c for c in found if c and is_state(c)))


def _senders(statement: Statement, targets: Sequence[str]) -> list[str]:
    found = [c for e in statement.events if e["mode"] == "sanctions" for c in e["actors"]]
    found = [c for c in found if c] or list(statement.subjects)
    return [c for c in dict.fromkeys(found) if c not in targets]


def _name(code: str) -> str:
    return {"EU": "the European Union", "UN": "the United Nations"}.get(code, name_of(code))
