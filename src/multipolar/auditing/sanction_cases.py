"""Sanctions other than those of 2022 on Russia: cases with sender, target and first day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
from itertools import product

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
from multipolar.auditing.statement import Statement, in_one_list
from multipolar.auditing.wording import INVASION, since_in, years_in

COLUMNS = ("case", "source_state", "target_state", "start", "end", "kinds_text", "via")
ADD = "multipolar source add sanctions_gsdb FILE adds later cases"
ARMS = re.compile(r"\barms embargo\b")
BLOCS = {"EU": "EU", "UN": "XUN"}
REFUSED = re.compile(
    r"\b(refus\w+|declin\w+|imposed no|never|nobody|no one|has yet to|nor|neither|"
    r"did not|without joining)\b"
)
SHOWN = 8  # names a sentence lists; the table below it has all


def is_about_cases(statement: Statement) -> bool:
    """Tell whether a statement is about sanctions on somebody else, or on Russia before 2022."""
    years = years_in(statement.text, statement.date)
    targets = targets_of(statement)
    if any(c != "RUS" for c in targets):
        return True
    # What was written before the invasion cannot mean the sanctions that followed it.
    older = statement.date is not None and statement.date < INVASION
    return older or bool(years and max(years) < INVASION.year and targets)


def check_cases(statement: Statement, record: Record, *, on_russia: bool = False) -> Finding:
    """Check who imposed sanctions on whom, and when, against the cases in the store.

    ``on_russia``: the words leave the target out, and the article speaks of Russia.
    """
    if not record.has("sanctions"):
        return not_testable(f"the store has no cases of sanctions; {ADD}")
    targets = targets_of(statement) or (["RUS"] if on_russia else [])
    senders = _senders(statement, targets, record)
    if not targets or not senders:
        return cannot_tell("its words do not name both who imposed sanctions and on whom")
    frame = record.frame("sanctions")
    last = record.store.provenance("sanctions").last
    ends = int(str(last)[:4]) if last else 0
    since = _since_year(statement)
    years = [y for y in years_in(statement.text, statement.date) if y != since]
    year = years[0] if years else (statement.date.year if statement.date else None)
    found = _cases(frame, senders, targets)
    if year is None or year > ends:
        return not_testable(
            f"its cases of sanctions end in {ends}, and the statement is about {year or 'no year'};"
            f" {ADD}",
            rows=record.rows("sanctions", found, COLUMNS),
        )  # fmt: skip
    held = found.filter(_at(statement, years))
    if ARMS.search(statement.words):
        held = held.filter(pl.col("arms"))
    denied = statement.negative or bool(REFUSED.search(statement.words))
    items = [_item(s, t, held, denied=denied) for s, t in product(senders, targets)]
    return Finding(
        status=status_of_list(items), sentence=_told(items, targets), items=tuple(items),
        method="Cases of economic sanctions by sender, target and first day. The list may not hold "
        "every case, and says nothing of effects.",
        rows=record.rows("sanctions", held if held.height else found, COLUMNS),
        unclear=(f"“since {since}” was not checked",) if since else (),
    )  # fmt: skip


def _since_year(statement: Statement) -> int:
    """Year since which something is said to hold: it need not have begun in that one."""
    since = since_in(statement.text, statement.date)
    return since.year if since else 0


def _at(statement: Statement, years: Sequence[int]) -> pl.Expr:
    """Cases that began in the years named, else those in force on the day of the article."""
    if years:
        return pl.col("start").dt.year().is_in(list(years))
    day = statement.date or Date.max
    return (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day))


def _item(sender: str, target: str, held: pl.DataFrame, *, denied: bool) -> Item:
    own = held.filter(_sent_by([sender]) & (pl.col("target_state") == target))
    found, status = f"no case on {name_of(target)} is listed", CANNOT_TELL
    if not own.is_empty():
        found = f"sanctions on {name_of(target)} from {min(own['start'].to_list())}"
        status = CONTRADICTED if denied else SUPPORTED
    said = "imposed no sanctions" if denied else "imposed sanctions"
    return Item(name=_name(sender), code=sender, said=said, found=found, status=status)


def _told(items: Sequence[Item], targets: Sequence[str]) -> str:
    """Who is listed and who is not, in one sentence."""
    listed = [f"{i.name} ({i.found})" for i in items if i.status != CANNOT_TELL]
    absent = [i.name for i in items if i.status == CANNOT_TELL]
    names = joined(absent) if len(absent) <= SHOWN else f"the other {len(absent)} named"
    held = (
        "the list holds the cases of the United States, the European Union and the United Nations"
    )
    if not absent:
        return f"The cases of sanctions list {joined(listed)}."
    if listed:
        return f"The cases of sanctions list {joined(listed)}, and none of {names}; {held}."
    names = names if len(absent) <= SHOWN else f"the {len(absent)} states"
    return f"The record cannot tell: {held}, and none of {names} on {_names(targets)}."


def _names(codes: Sequence[str]) -> str:
    return joined([_name(c) for c in codes])


def _sent_by(senders: Sequence[str]) -> pl.Expr:
    """Cases of these senders; those of a bloc stand with each of its members."""
    codes = [BLOCS.get(c, c) for c in senders]
    return pl.col("via").is_in(list(senders)) | pl.col("source_state").is_in(codes)


def _cases(frame: pl.DataFrame, senders: Sequence[str], targets: Sequence[str]) -> pl.DataFrame:
    """One row for each case; of a bloc's cases the row of one member stands for all."""
    own = frame.filter(_sent_by(senders) & pl.col("target_state").is_in(list(targets)))
    return own.unique("case", keep="first", maintain_order=True).sort("start", descending=True)


def targets_of(statement: Statement) -> list[str]:
    """States under sanctions: recipients of the events, else what the words say they are on."""
    told = [c for e in statement.events if e["mode"] == "sanctions" for c in e["recipients"] if c]
    named = {str(e["code"]) for e in statement.entities}
    # A pronoun may stand for one that is not named here; several that are not are a guess.
    found = told if len(set(told) - named) < 2 else [c for c in told if c in named]
    for entity in statement.entities:
        before = statement.article[max(0, entity["start"] - 80) : entity["start"]].rstrip().lower()
        after = statement.article[entity["end"] : entity["end"] + 40].lower()
        if ON.search(before) or UNDER.match(after):
            found.append(str(entity["code"] or ""))
    return list(dict.fromkeys(c for c in found if c and is_state(c)))


ON = re.compile(
    r"\b(?:sanctions|embargo|restrictions|blockade)(?: (?!on\b|against\b)\w+){0,3} (?:on|against)"
    r"(?: the)?$|\b(?:embargo|blockade) of(?: the)?$"
)
UNDER = re.compile(r"\s+under (?:\w+ ){0,3}?(?:sanctions|embargo|blockade)\b")


def _senders(statement: Statement, targets: Sequence[str], record: Record) -> list[str]:
    """Who is said to have imposed sanctions or not; groups by their members."""
    found = [c for e in statement.events if e["mode"] == "sanctions" for c in e["actors"]]
    found = [c for c in found if c] or list(statement.subjects)
    named = [str(e["code"]) for e in statement.entities if e["type"] in SENDING and e["code"]]
    listed = in_one_list(statement, found) if found else named
    listed = [*listed, *(named if FOLLOWED.search(statement.words) else ())]
    members = [c if c in BLOCS else record.members(c, statement.date) for c in listed]
    single = [m for of in members for m in ([of] if isinstance(of, str) else of)]
    return [c for c in dict.fromkeys(single) if c not in targets]


SENDING = ("STATE", "IGO", "BLOC", "BLOC_ADJ", "CAPITAL", "GOV_SEAT")
FOLLOWED = re.compile(r"\b(?:followed|joined (?:them|in)|did (?:so|the same))\b")


def _name(code: str) -> str:
    return {"EU": "the European Union", "UN": "the United Nations"}.get(code, name_of(code))
