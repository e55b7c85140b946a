"""Who came: statements about guests against the list and the total of that gathering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from multipolar.auditing.check import (
    CANNOT_TELL,
    CONTRADICTED,
    DEPENDS,
    NOT_TESTABLE,
    SUPPORTED,
    Finding,
    Item,
    Row,
    cannot_tell,
    joined,
    not_testable,
    status_of_list,
)
from multipolar.auditing.gatherings import (
    NOTHING,
    Gathering,
    SpokenOf,
    find_gathering,
    other_gathering,
)
from multipolar.auditing.guest_groups import (
    group_items,
    group_number,
    names_group,
    only_from_group,
)
from multipolar.auditing.guests import (
    CAME,
    HIGHEST,
    SENT,
    TOP,
    TOP_WORDS,
    came_by,
    coverage,
    guest_items,
    guest_list,
    only_item,
)
from multipolar.auditing.record import Record, is_state
from multipolar.auditing.series import series_of
from multipolar.auditing.stances import STANCES, stance_items
from multipolar.auditing.statement import Statement, unchecked
from multipolar.auditing.visits import check_visit
from multipolar.auditing.worded import OUTCOME
from multipolar.auditing.wording import amounts_before, years_in
from multipolar.core.states import list_states

GUESTS = (
    "leaders|heads of (?:state|government)|presidents|countries|states|nations|guests|delegations|"
    "dignitaries|prime ministers"
)
COMPARED = re.compile(r"\b(more|fewer|less|most|fewest)\b(?! than\b).{1,90}?\bthan\b")
# "representatives of 92 states": the number counts states, as in "from 92 states".
SENT_BY = re.compile(r"\b(representatives|leaders|delegations|delegates|officials|guests) of ")


def check_attendance(statement: Statement, record: Record, last: SpokenOf = NOTHING) -> Finding:
    """Check guests name by name, or their number, against the gathering the words are about.

    ``last`` is the gathering spoken of last: a statement that names none is about it.
    """
    if not record.has("gathering_totals", "gatherings", "visits_victory_day"):
        return not_testable(
            "the store holds no lists of gatherings; multipolar source add gatherings FILES"
        )
    parts = _parts(statement, record)
    if len(parts) > 1:
        return _joined([_of_gathering(part, found, record) for part, found in parts])
    if other := other_gathering(statement, record):
        return not_testable(f"the record has no guests of the {other}")
    found = find_gathering(statement, record, last)
    if isinstance(found, str):
        return check_visit(statement, record, found)
    return _of_gathering(statement, found, record)


def _of_gathering(statement: Statement, found: Gathering, record: Record) -> Finding:
    finding = _held_against(statement, found, record)
    return replace(finding, gathering=str(found.row["gathering"]))


def _held_against(statement: Statement, found: Gathering, record: Record) -> Finding:
    if COMPARED.search(statement.words) and (finding := _compared(statement, found, record)):
        return finding
    items, amounts = _asked(statement, found, record)
    if amounts and not items and OUTCOME.search(statement.words):
        return _of_signers(found, record)
    if not items and not amounts:
        return cannot_tell(
            f"the words name no guest and no number to hold against {found.name}",
            rows=_total_rows(found, record), method=_method(found),
        )  # fmt: skip
    parts = [_of_names(statement, items, found, record)] if items else []
    parts += [_of_number(statement, amounts[0], found, record)] if amounts else []
    return _joined(parts) if len(parts) > 1 else parts[0]


def _asked(
    statement: Statement, found: Gathering, record: Record
) -> tuple[list[Item], Sequence[Any]]:
    """Guests and groups of a statement, each held against the list, and the numbers left over."""
    items = stance_items(statement, found, record) or guest_items(statement, found, record)
    words = SENT_BY.sub(r"\1 from ", statement.words)
    amounts = amounts_before(words, GUESTS) or amounts_before(words, "of them")
    if only := only_from_group(statement, found, record):
        return [*items, only], amounts
    if grouped := group_items(statement, found, record, [i.code for i in items]):
        return [*items, *grouped], [a for a in amounts if not names_group(statement, a.words)]
    if amounts and (counted := group_number(statement, amounts[0], found, record)):
        return [*items, counted], []
    return items, amounts


def _method(found: Gathering) -> str:
    return f"Taken to be about {found.name}, because of {found.why}."


CUT = re.compile(r",\s+(?:and|but|while)\s+|;\s*|\s+but\s+")


def _parts(statement: Statement, record: Record) -> list[tuple[Statement, Gathering]]:
    """Clauses about different gatherings, or one about guests beside one about the outcome.

    A clause without an event of its own goes with the next one: it is part of a list.
    """
    cuts = [statement.start + m.end() for m in CUT.finditer(statement.text)]
    found: list[tuple[Statement, Gathering]] = []
    start = statement.start
    for end in [*cuts, statement.end]:
        part = _clause(statement, start, end)
        if end != statement.end and not part.events and not SENT.search(part.words):
            continue
        start = end
        gathering = find_gathering(part, record)
        if isinstance(gathering, str) or other_gathering(part, record):
            return []
        found.append((part, gathering))
    kinds = {(g.row["gathering"], bool(OUTCOME.search(p.words))) for p, g in found}
    return found if len(kinds) > 1 else []


def _clause(statement: Statement, start: int, end: int) -> Statement:
    """One clause as a statement; without a name of its own it is about the subject before it."""
    named = [e for e in statement.entities if start <= e["start"] < end]
    if not any(e["code"] and is_state(str(e["code"])) for e in named):
        named = [e for e in statement.entities if e["code"] in statement.subjects][:1]
    events = tuple(e for e in statement.events if start <= e["trigger"]["start"] < end)
    actors = tuple(dict.fromkeys(c for e in events for c in e["actors"] if c))
    return replace(
        statement, start=start, end=end, sentence=statement.article[start:end], events=events,
        entities=tuple(named), subjects=actors or statement.subjects,
    )  # fmt: skip


def _joined(findings: Sequence[Finding]) -> Finding:
    """Findings on the clauses of one statement as one."""
    items = tuple(i for f in findings for i in f.items)
    found = {f.status for f in findings}
    worst = (CONTRADICTED, DEPENDS, CANNOT_TELL, NOT_TESTABLE)
    return Finding(
        status=next((s for s in worst if s in found), SUPPORTED), items=items,
        sentence=" ".join(f.sentence for f in findings),
        method=" ".join(dict.fromkeys(f.method for f in findings)),
        rows=tuple(r for f in findings for r in f.rows), gathering=findings[-1].gathering,
        unclear=tuple(dict.fromkeys(u for f in findings for u in f.unclear)),
    )  # fmt: skip


def _of_names(
    statement: Statement, items: Sequence[Item], found: Gathering, record: Record
) -> Finding:
    guests = guest_list(found, record)
    if guests.is_empty() and {i.status for i in items} == {CANNOT_TELL}:
        return replace(
            cannot_tell(
                f"it has no list by name of the guests of {found.name}",
                rows=_own_total(found, record), method=_method(found),
            ), items=tuple(items),
        )  # fmt: skip
    notes = unchecked(statement, items, {str(found.row["host"])})
    only = only_item(statement, items, found, record)
    if isinstance(only, str):
        notes = (*notes, only)
    elif only is not None:
        items = [*items, only]
    status = status_of_list(items)
    codes = [i.code for i in items]
    rows = _list_rows(found, record, guests.filter(pl.col("state").is_in(codes)))
    what = f"list of {found.name}"
    return Finding(
        status=status, sentence=_told(items, what, found), method=_method(found),
        items=tuple(items),
        unclear=notes,
        rows=(*rows, *_own_total(found, record)),
    )  # fmt: skip


FEW = 4  # names a sentence spells out that have the same said of them


def _told(items: Sequence[Item], what: str, found: Gathering) -> str:
    """What the list says of the names, in one sentence; only those that differ are spelled out."""
    if others := next((i for i in items if i.name == "others"), None):
        named = "; ".join(f"{i.name}: {i.found}" for i in items[:6] if i is not others)
        return f"{named}; {others.found} ({found.name})."
    right = [i for i in items if i.status == SUPPORTED]
    alone = len(items) == 1
    if len(right) == len(items):
        every = "both" if len(items) == 2 else f"all {len(items)}"
        told = f": {items[0].name} {_short(items[0])}" if alone else f" for {every} names"
        return f"The {what} bears this out{told}."
    if alone:
        return f"{items[0].name}: {items[0].found} ({found.name})."
    found_as: dict[str, list[str]] = {}
    for item in items:
        if item.status != SUPPORTED:
            found_as.setdefault(item.found, []).append(item.name)
    odd = [
        f"{joined(names) if len(names) <= FEW else f'{len(names)} names'}: {found}"
        for found, names in found_as.items()
    ]
    return f"{len(right)} of {len(items)} names fit the {what}; {'; '.join(odd[:6])}."


def _short(item: Item) -> str:
    if item.said == CAME and not item.found.startswith("represented"):
        return "is in it"
    if item.found.startswith("represented"):
        return f"was {item.found}"
    return f"is {item.found}" if item.found.startswith("missing") else f"({item.found})"


def _of_signers(found: Gathering, record: Record) -> Finding:
    """How many took which position on the outcome; lists of it may not be whole."""
    guests = guest_list(found, record)
    positions = guests["stance"].to_list() if "stance" in guests.columns else []
    counts = [f"{positions.count(k)} that {words}" for k, (words, _) in STANCES.items()
              if k in positions]  # fmt: skip
    told = f"the list names {joined(counts)}" if counts else "it has no positions on the outcome"
    return cannot_tell(
        f"{told}; whether it is whole is not known", method=_method(found),
        rows=_own_total(found, record),
    )  # fmt: skip


def _of_number(statement: Statement, amount: Any, found: Gathering, record: Record) -> Finding:
    """Check a number of guests against every count of that gathering that can be defended."""
    counts = defensible_counts(found, record)
    rows = _total_rows(found, record)
    if not counts:
        return cannot_tell(
            f"it lists {found.name}, without a count of its guests",
            rows=rows,
            method=_method(found),
        )
    if found.row["at_least"] and amount.value >= counts[0][1]:
        return cannot_tell(
            f"its count of {found.name} is a lower bound ({counts[0][1]} or more)",
            rows=rows, method=_method(found),
        )  # fmt: skip
    fits = [amount.fits(n) != statement.negative for _, n in counts]
    # Leaders are held against leaders, states against states, where the record tells them apart.
    of_leaders = bool(TOP_WORDS.search(amount.words) or HIGHEST.search(statement.words))
    same_kind = [bool(TOP_WORDS.search(what)) == of_leaders for what, _ in counts]
    main = same_kind.index(True) if any(same_kind) else 0
    listed = "; ".join(f"{n} {what}" for what, n in counts)
    if fits[main]:
        status, lead = SUPPORTED, f"“{amount.words}” fits the record of {found.name}"
    elif any(fits):
        status, lead = DEPENDS, f"“{amount.words}” fits one count of {found.name}, not another"
    else:
        status, lead = CONTRADICTED, f"“{amount.words}” fits no count of {found.name}"
    return Finding(
        status=status, sentence=f"{lead}: {listed}.", method=_method(found),
        rows=(*rows, *_list_rows(found, record, guest_list(found, record))),
    )  # fmt: skip


def defensible_counts(found: Gathering, record: Record) -> list[tuple[str, int]]:
    """Counts of the guests, the record's own first: as counted, as named, UN members, top level."""
    counts: list[tuple[str, int]] = []
    if found.row["count"] is not None:
        unit = str(found.row["count_unit"]) or "counted"
        main, _, inner = unit.partition(" (")
        parts = re.findall(r"(\d+) ([^,)]+)", inner)
        counts.append((main if parts else unit, int(found.row["count"])))
        counts += [(what, int(n)) for n, what in parts if "organisations" not in what]
    guests = guest_list(found, record)
    covered = coverage(found, guests)
    if not guests.height or not covered:
        return counts
    came = came_by(guests, covered)
    members = {s.code for s in list_states(on=found.row["date_start"], un_members=True)}
    counts.append(("named in the list", came.height))
    counts.append(("from UN members", came.filter(pl.col("state").is_in(members)).height))
    top = came.filter(pl.col("state").is_in(members) & pl.col("level").is_in(TOP))
    counts.append(("heads of state or government of UN members", top.height))
    seen: dict[int, str] = {}
    for what, n in counts:
        seen.setdefault(n, what)
    return [(what, n) for n, what in seen.items()]


def _compared(statement: Statement, found: Gathering, record: Record) -> Finding | None:
    """Check "more guests than in 2023" on the totals of the two years."""
    years = years_in(statement.text, statement.date)
    totals = record.dicts("gathering_totals")
    by_year = {r["date_start"].year: r for r in totals if series_of(r["gathering"]) == found.series}
    this = years[0] if len(years) > 1 else found.row["date_start"].year
    other = next((y for y in reversed(years) if y != this), None)
    if len(years) == 1 and years[0] == this and statement.date:
        this, other = statement.date.year, years[0]
    if other is None or other not in by_year or this not in by_year or this == other:
        return None
    a, b = by_year[this]["count"], by_year[other]["count"]
    if a is None or b is None:
        return None
    more = " more " in f" {statement.words}"
    holds = (a > b if more else a < b) != statement.negative
    both = [by_year[this], by_year[other]]
    return Finding(
        status=SUPPORTED if holds else CONTRADICTED,
        sentence=f"The record counts {a} guests in {this} and {b} in {other}; what is counted is "
        f"{by_year[this]['count_unit']}, and {by_year[other]['count_unit']}.",
        method=f"The two totals of {found.row['event']} were compared.",
        rows=record.rows("gathering_totals", both, TOTAL_COLUMNS),
    )  # fmt: skip


TOTAL_COLUMNS = (
    "event",
    "date_start",
    "place",
    "invited",
    "count",
    "at_least",
    "count_unit",
    "note",
)


def _own_total(found: Gathering, record: Record) -> tuple[Row, ...]:
    """Total of the gathering itself."""
    return record.rows("gathering_totals", [found.row], TOTAL_COLUMNS)


def _total_rows(found: Gathering, record: Record) -> tuple[Row, ...]:
    """Total of the gathering and of earlier ones of its series, newest first."""
    rows, start = record.dicts("gathering_totals"), found.row["date_start"]
    if not found.series:
        return _own_total(found, record)
    shown = [
        r for r in rows if r["gathering"].startswith(found.series) and r["date_start"] <= start
    ]
    latest = sorted(shown, key=lambda r: r["date_start"], reverse=True)
    return record.rows("gathering_totals", latest, TOTAL_COLUMNS)


def _list_rows(found: Gathering, record: Record, guests: pl.DataFrame) -> tuple[Row, ...]:
    table = "visits_victory_day" if found.series == "vd_" else "gatherings"
    return record.rows(
        table, guests, ("event", "date", "state", "person", "level", "attended", "note")
    )
