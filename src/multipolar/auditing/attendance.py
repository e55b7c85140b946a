"""Who came: statements about guests against the list and the total of that gathering."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
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
from multipolar.auditing.gatherings import Gathering, find_gathering, series_of
from multipolar.auditing.record import Record, active_on, is_state, name_of
from multipolar.auditing.statement import Statement, unchecked
from multipolar.auditing.visits import check_visit
from multipolar.auditing.wording import amounts_before, years_in
from multipolar.core.states import list_states

GUESTS = (
    "leaders|heads of (?:state|government)|presidents|countries|states|nations|guests|delegations|"
    "dignitaries|prime ministers"
)
AWAY = re.compile(
    r"\b(stay(ed|s|ing)? away|absent|skipp\w+|boycott\w*|declin\w+|cancel\w+|"
    r"did not (come|attend|show|go)|refus\w+ to (come|attend|go)|missing|nobody|no one|none|"
    r"sent no)\b"
)
COMPARED = re.compile(r"\b(more|fewer|less|most|fewest)\b.{0,90}?\bthan\b")
TOP = ("head_of_state", "head_of_government", "head_of_state_or_government")
NAMED = frozenset(["LEADER", "STATE", "DEMONYM", "CAPITAL", "GOV_SEAT", "PERSON"])
TOP_WORDS = re.compile(
    r"leader|head[- s]*of[- ](state|government)|president|prime minister|top level|heads"
)
CAME, STAYED = "came", "stayed away"


def check_attendance(statement: Statement, record: Record) -> Finding:
    """Check guests name by name, or their number, against the gathering the words are about."""
    if not record.has("gathering_totals", "gatherings", "visits_victory_day"):
        return not_testable(
            "the store holds no lists of gatherings; multipolar source add gatherings FILES"
        )
    found = find_gathering(statement, record)
    if isinstance(found, str):
        return check_visit(statement, record, found)
    if COMPARED.search(statement.words) and (finding := _compared(statement, found, record)):
        return finding
    items = _items(statement, found, record)
    amounts = amounts_before(statement.words, GUESTS)
    if not items and not amounts:
        return cannot_tell(
            f"the words name no guest and no number to hold against {found.name}",
            rows=_total_rows(found, record), method=_method(found),
        )  # fmt: skip
    if items:
        return _of_names(statement, items, found, record)
    return _of_number(statement, amounts[0], found, record)


def _method(found: Gathering) -> str:
    return f"Taken to be about {found.name}, because of {found.why}."


def guest_list(found: Gathering, record: Record) -> pl.DataFrame:
    """List of one gathering: state, person, level, attended, with source and confidence."""
    if found.series == "vd_":
        day = found.row["date_start"]
        rows = record.frame("visits_victory_day").filter(pl.col("date") == day)
        return rows.rename({"visitor": "person", "role": "level"})
    rows = record.frame("gatherings").filter(pl.col("gathering") == found.row["gathering"])
    return rows.rename({"participant": "person"})


def is_whole(found: Gathering, guests: pl.DataFrame) -> bool:
    """Tell whether the list names as many as are counted to have come.

    Only then does a name that is not on it mean that somebody did not come.
    """
    count = found.row["count"]
    named = int(guests["attended"].sum()) if guests.height else 0
    return count is not None and not found.row["at_least"] and named >= count


def _items(statement: Statement, found: Gathering, record: Record) -> list[Item]:
    guests = guest_list(found, record)
    whole = is_whole(found, guests)
    host = str(found.row["host"])
    items: dict[str, Item] = {}
    for mention in _mentions(statement, host):
        code = str(mention["code"])
        said = _said_of(statement, code)
        items.setdefault(code, _item(mention, said, guests, found, record, whole=whole))
    return list(items.values())


def _mentions(statement: Statement, host: str) -> list[Mapping[str, Any]]:
    """Guests named: persons before the states they stand for, the host and the place left out."""
    guests = []
    for mention in statement.entities:
        code = str(mention["code"] or "")
        place = mention["type"] in ("CAPITAL", "GOV_SEAT") and not mention.get("metonym")
        actor = any(code in e["actors"] for e in statement.events) or code in statement.subjects
        if mention["type"] not in NAMED or code == host or not is_state(code):
            continue
        if place and not actor:
            continue
        guests.append(mention)
    leaders = {m["code"] for m in guests if m["type"] == "LEADER"}
    return [m for m in guests if m["type"] == "LEADER" or m["code"] not in leaders]


def _said_of(statement: Statement, code: str) -> str:
    for event in statement.events:
        if event["type"] == "CONSULT" and code in event["actors"]:
            return STAYED if event["happened"] == "no" else CAME
    away = statement.negative != bool(AWAY.search(statement.words) and not statement.negative)
    return STAYED if away else CAME


def _item(
    mention: Mapping[str, Any], said: str, guests: pl.DataFrame, found: Gathering, record: Record,
    *, whole: bool,
) -> Item:  # fmt: skip
    code, name = str(mention["code"]), str(mention["text"]).replace("\n", " ")
    rows = guests.filter(pl.col("state") == code).to_dicts()
    person = mention["type"] == "LEADER"
    if person and (other := _not_in_office(name, code, found.row["date_start"], record)):
        wrong = CONTRADICTED if said == CAME else SUPPORTED
        in_list = any(_same_person(name, r["person"]) for r in rows)
        if not in_list:
            return Item(name=name, code=code, said=said, found=other, status=wrong)
    if not rows:
        return _missing(name, code, said, whole=whole, count=found.row["count"], guests=guests)
    row = rows[0]
    came = any(r["attended"] for r in rows)
    words = "came, by the list" if came else "invited or expected, did not come"
    if row["note"]:
        words += f"; {row['note']}"
    if person and row["person"] and not any(_same_person(name, r["person"]) for r in rows):
        words = f"the list names {row['person']} for {name_of(code)}"
        if row["level"] not in ("none", ""):
            words += f" ({row['level'].replace('_', ' ')})"
        return Item(name=name, code=code, said=said, found=words, status=_of_another(row, said))
    status = SUPPORTED if came == (said == CAME) else CONTRADICTED
    return Item(name=name, code=code, said=said, found=words, status=status)


def _of_another(row: Mapping[str, Any], said: str) -> str:
    """Status where the list names somebody else: a minister in the leader's place means absence."""
    if row["level"] in TOP:
        return CANNOT_TELL
    return SUPPORTED if said == STAYED else CONTRADICTED


def _missing(
    name: str, code: str, said: str, *, whole: bool, count: int | None, guests: pl.DataFrame
) -> Item:
    if whole:
        status = CONTRADICTED if said == CAME else SUPPORTED
        return Item(name=name, code=code, said=said, found="missing from the list", status=status)
    named = int(guests["attended"].sum()) if guests.height else 0
    of = f"{named} of {count}" if count else f"{named}"
    words = f"missing from the list, which names only {of} guests"
    return Item(name=name, code=code, said=said, found=words, status=CANNOT_TELL)


def _not_in_office(name: str, code: str, day: Date, record: Record) -> str:
    """Who held the office instead, where the record knows the person and no term covers the day."""
    if not record.has("leaders"):
        return ""
    terms = record.frame("leaders").filter(pl.col("state") == code)
    own = [r for r in terms.to_dicts() if _same_person(name, r["name"])]
    if not own or any(r["start"] <= day and (r["end"] is None or day <= r["end"]) for r in own):
        return ""
    then = terms.filter(active_on(day) & pl.col("office").is_in([r["office"] for r in own]))
    held = joined([f"{n}" for n in then["name"].to_list()]) or "nobody the record names"
    return f"not in office then: the {own[0]['office'].replace('_', ' ')} was {held}"


def _same_person(said: str, listed: str) -> bool:
    """Compare names by their longest common part: "Lula" is "Luiz Inacio Lula da Silva"."""
    a, b = _name_parts(said), _name_parts(listed)
    return bool(a & b) or any(_near(x, y) for x in a for y in b)


def _name_parts(name: str) -> set[str]:
    low = unicodedata.normalize("NFD", name.lower())
    plain = "".join(c for c in low if not unicodedata.combining(c))
    return {p for p in re.findall(r"[a-z]+", plain) if len(p) > 2} or {plain}


def _near(a: str, b: str) -> bool:
    """Two spellings of one name: Lukashenko and Lukashenka, Berdimuhamedov and -ow."""
    return len(a) > 5 and len(b) > 5 and a[:5] == b[:5] and abs(len(a) - len(b)) <= 2


def _of_names(
    statement: Statement, items: Sequence[Item], found: Gathering, record: Record
) -> Finding:
    if guest_list(found, record).is_empty():
        return cannot_tell(
            f"it holds no list of the guests of {found.name}",
            rows=_total_rows(found, record), method=_method(found),
        )  # fmt: skip
    status = status_of_list(items)
    guests = guest_list(found, record)
    codes = [i.code for i in items]
    rows = _list_rows(found, record, guests.filter(pl.col("state").is_in(codes)))
    right = [i for i in items if i.status == SUPPORTED]
    if len(right) == len(items):
        lead = f"The list of {found.name} bears this out"
        lead += (
            f" for all {len(items)} names."
            if len(items) > 1
            else f": {items[0].name} {_short(items[0])}."
        )
    else:
        lead = f"{len(right)} of {len(items)} names fit the list of {found.name}; "
        odd = [f"{i.name}: {i.found}" for i in items if i.status != SUPPORTED]
        lead += "; ".join(odd[:6]) + "."
        if len(items) == 1:
            lead = f"{items[0].name}: {items[0].found} ({found.name})."
    return Finding(
        status=status, sentence=lead, method=_method(found), items=tuple(items),
        unclear=unchecked(statement, items, {str(found.row["host"])}),
        rows=(*rows, *_total_rows(found, record)),
    )  # fmt: skip


def _short(item: Item) -> str:
    if item.said == CAME:
        return "is in it"
    return f"is {item.found}" if item.found.startswith("missing") else f"({item.found})"


def _of_number(statement: Statement, amount: Any, found: Gathering, record: Record) -> Finding:
    """Check a number of guests against every count of that gathering that can be defended."""
    counts = defensible_counts(found, record)
    rows = _total_rows(found, record)
    if not counts:
        return cannot_tell(
            f"no count of guests of {found.name} is in it", rows=rows, method=_method(found)
        )
    if found.row["at_least"] and amount.value >= counts[0][1]:
        return cannot_tell(
            f"its count of {found.name} is a lower bound ({counts[0][1]} or more)",
            rows=rows, method=_method(found),
        )  # fmt: skip
    fits = [amount.fits(n) != statement.negative for _, n in counts]
    # Leaders are held against leaders, states against states, where the record tells them apart.
    of_leaders = bool(TOP_WORDS.search(amount.words))
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
    if not guests.height or not is_whole(found, guests):
        return counts
    came = guests.filter(pl.col("attended"))
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
    totals = record.frame("gathering_totals").to_dicts()
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
    both = pl.DataFrame([by_year[this], by_year[other]], infer_schema_length=None)
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


def _total_rows(found: Gathering, record: Record) -> tuple[Row, ...]:
    """Total of the gathering and of earlier ones of its series, newest first."""
    frame = record.frame("gathering_totals")
    start = found.row["date_start"]
    if found.series:
        rows = frame.filter(
            pl.col("gathering").str.starts_with(found.series) & (pl.col("date_start") <= start)
        )
    else:
        rows = frame.filter(pl.col("gathering") == found.row["gathering"])
    return record.rows("gathering_totals", rows.sort("date_start", descending=True), TOTAL_COLUMNS)


def _list_rows(found: Gathering, record: Record, guests: pl.DataFrame) -> tuple[Row, ...]:
    table = "visits_victory_day" if found.series == "vd_" else "gatherings"
    return record.rows(
        table, guests, ("event", "date", "state", "person", "level", "attended", "note")
    )
