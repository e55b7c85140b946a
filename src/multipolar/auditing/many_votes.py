"""Statements about more than one roll call: every vote of a topic, or two votes in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from multipolar.auditing.check import (
    CANNOT_TELL,
    CONTRADICTED,
    DEPENDS,
    SUPPORTED,
    Finding,
    Item,
    cannot_tell,
    joined,
    status_of_list,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.resolutions import (
    Resolution,
    is_sure,
    known_rollcalls,
    narrower,
    resolution_named,
)
from multipolar.auditing.statement import Statement
from multipolar.auditing.voting import CAST, ROLL_COLUMNS, check_votes, side_said
from multipolar.auditing.wording import since_in, years_in

EVERY = re.compile(
    r"\b(every|all|each|any)\b (?:\w+ ){0,3}?(?:resolutions?|votes?|texts?|drafts?|occasions?|"
    r"times?)\b|\b(always|consistently|invariably|never|unanimously|every time)\b"
)
# "voted against Palestine" names no text: which votes go against somebody is a matter of reading.
TEXTS = re.compile(r"resolution|\btexts?\b|drafts?\b|\bvotes\b|occasion|time")
NEVER = re.compile(r"\b(never|not (?:once|a single)|no)\b")
PARTS = re.compile(r";\s*|,?\s+(?:and|but|while|whereas|as well as)\s+")


def is_about_every(statement: Statement) -> bool:
    """Tell whether a statement speaks of all votes on a topic."""
    return bool(EVERY.search(statement.words) and side_said(statement.words))


def check_every(statement: Statement, record: Record, like: Resolution) -> Finding:
    """Check "voted for every resolution on" against all roll calls of the topic in the record."""
    topic = like.row["topic"]
    rolls = known_rollcalls(record).filter((pl.col("topic") == topic) & pl.col("final"))
    if "emergency special session" in statement.words:
        rolls = rolls.filter(pl.col("emergency"))
    if statement.date is not None:
        rolls = rolls.filter(pl.col("date") <= statement.date)
    since = since_in(statement.text, statement.date)
    years = years_in(statement.text, statement.date)
    if since is not None:
        rolls = rolls.filter(pl.col("date") >= since)
    elif years:
        rolls = rolls.filter(pl.col("date").dt.year().is_in(years))
    rolls = rolls.sort("date")
    states = [c for c in statement.subjects if is_state(c)]
    if not states or rolls.is_empty():
        return cannot_tell("it names no single state whose votes on all of them could be looked up")
    side = side_said(statement.words)
    never = bool(NEVER.search(statement.words)) or statement.negative
    items = [
        i for c in dict.fromkeys(states) for i in _items(c, rolls, record, side=side, never=never)
    ]
    status = status_of_list(items)
    narrow, loose = narrower(statement.words), not TEXTS.search(statement.words)
    if status == CONTRADICTED and (narrow or loose):
        status = DEPENDS
    method = (
        f"Held against all {rolls.height} roll calls of the topic “{str(topic).replace('_', ' ')}” "
        f"in the record, {rolls['date'][0]} to {rolls['date'][-1]}."
    )
    if loose:
        method += " It names no text: which votes go for or against somebody is for the reader."
    if narrow:
        method += f" The words “{narrow}” may mean fewer of them: see which in the list."
    return Finding(
        status=status, sentence=_sentence(items, states, rolls.height), method=method,
        items=tuple(items), rows=record.rows("rollcalls", rolls, ROLL_COLUMNS),
    )  # fmt: skip


def _items(code: str, rolls: pl.DataFrame, record: Record, *, side: str, never: bool) -> list[Item]:
    cast = dict(
        record.frame("votes")
        .filter((pl.col("state") == code) & pl.col("rollcall").is_in(rolls["rollcall"].to_list()))
        .select("rollcall", "vote")
        .iter_rows()
    )
    found = []
    for row in rolls.rows(named=True):
        vote = CAST.get(cast.get(row["rollcall"], 9))
        status = CANNOT_TELL if vote is None else SUPPORTED
        if vote is not None and (vote == side) == never:
            status = CONTRADICTED
        found.append(
            Item(
                name=f"{name_of(code)} on {row['symbol']} ({row['date']})", code=code,
                said=f"{'never ' if never else ''}{side}", found=vote or "not a member then",
                status=status,
            )
        )  # fmt: skip
    return found


def _sentence(items: Sequence[Item], states: Sequence[str], n: int) -> str:
    names = joined([name_of(c) for c in dict.fromkeys(states)])
    kinds = {k: sum(i.found == k for i in items) for k in dict.fromkeys(i.found for i in items)}
    did = joined([f"{k} ({v})" for k, v in sorted(kinds.items(), key=lambda kv: -kv[1])])
    return f"On the {n} roll calls of the topic that the record holds, {names} {did}."


def parts_of(statement: Statement, record: Record) -> list[tuple[Statement, Resolution]]:
    """Clauses of a statement with the roll call each names, where they name different ones."""
    cuts = [m.end() for m in PARTS.finditer(statement.text)]
    starts = [statement.start, *(statement.start + c for c in cuts)]
    found: list[tuple[Statement, Resolution]] = []
    for start, end in zip(starts, [*starts[1:], statement.end], strict=True):
        part = replace(
            statement, start=start, end=end, sentence=statement.article[start:end],
            entities=tuple(e for e in statement.entities if start <= e["start"] < end),
            events=tuple(e for e in statement.events if start <= e["trigger"]["start"] < end),
        )  # fmt: skip
        roll = resolution_named(part, record)
        if roll is not None and is_sure(roll):
            found.append((part, roll))
    return found if len({r.symbol for _, r in found}) > 1 else []


def check_parts(parts: Sequence[tuple[Statement, Resolution]], record: Record) -> Finding:
    """Check clauses that name different roll calls, each against its own."""
    findings = [check_votes(part, record, roll) for part, roll in parts]
    told = [f.sentence for f in findings if f.items] or [findings[0].sentence]
    items = [
        replace(i, name=f"{i.name} ({r.symbol})")
        for (_, r), f in zip(parts, findings, strict=True)
        for i in f.items
    ]
    return Finding(
        status=status_of_list(items), sentence=" ".join(told),
        method=" ".join(f.method for f in findings), items=tuple(items),
        rows=tuple(r for f in findings for r in f.rows),
        unclear=tuple(dict.fromkeys(u for f in findings for u in f.unclear)),
    )  # fmt: skip
