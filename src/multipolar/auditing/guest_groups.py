"""Groups at a gathering: "all five Central Asian presidents came", "no African leader did"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from multipolar.auditing.check import CANNOT_TELL, CONTRADICTED, SUPPORTED, Item, joined
from multipolar.auditing.gatherings import Gathering
from multipolar.auditing.guests import (
    CAME,
    STAYED,
    TOP_WORDS,
    came_by,
    coverage,
    guest_list,
    item_of_state,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import NUMBER, number_from

GROUPS = ("IGO", "BLOC", "BLOC_ADJ")
ALL_OF = re.compile(r"\b(?:all|every|each|both)\b[^,;:]*$")
# "seven leaders, all of them from the former Soviet Union": guests of no other group.
ONLY_FROM = re.compile(r"\b(?:all|each|both)(?: (?:of )?(?:them|whom|these))? from (?:the )?$")
NONE_OF = re.compile(r"\b(?:no|none|not (?:one|a single)|nobody|no one)\b[^,;:]*$")
# Who of a group: what is said of the group as a whole ("no BRICS summit") names no guest.
_WHO = (
    r"(?:leader|head|president|prime minister|minister|member|state|countr|nation|neighbou?r|"
    r"republic|ally|allies|guest)\w*"
)
WHO_BEFORE = re.compile(rf"\b(?:{_WHO}|none|all|each|both|one) (?:of|from|in) (?:the )?[^,;:]*$")
WHO_AFTER = re.compile(rf"\s*(?:states?'? )?{_WHO}")
UNFIXED = "a group without fixed members in the record"


def group_items(
    statement: Statement, found: Gathering, record: Record, named: Collection[str]
) -> list[Item]:
    """Members of a group of which all, or none, are said to have come, one by one."""
    guests = guest_list(found, record)
    items: dict[str, Item] = {}
    for entity, before in _groups(statement):
        none = bool(NONE_OF.search(before))
        if ONLY_FROM.search(before):
            continue
        members = _members(entity, found, record)
        whole = ALL_OF.search(before) or _counts_all(before, members)
        if not none and (statement.negative or not whole):
            continue
        said = STAYED if none else CAME
        if not members:
            items[str(entity["code"])] = _unfixed(entity, said)
        for code in set(members) - set(named):
            mention = {"code": code, "text": name_of(code), "type": "STATE"}
            top = bool(TOP_WORDS.search(statement.words))
            items[code] = item_of_state(mention, said, found, guests, top=top)
    return sorted(items.values(), key=lambda i: i.name)


def only_from_group(statement: Statement, found: Gathering, record: Record) -> Item | None:
    """Whether the guests came from one group, where a statement says all of them did."""
    for entity, before in _groups(statement):
        members = _members(entity, found, record) if ONLY_FROM.search(before) else []
        guests = guest_list(found, record)
        if not members or not (whole := coverage(found, guests)):
            continue
        came = set(came_by(guests, whole)["state"].to_list()) - {str(found.row["host"])}
        outside = joined(sorted(name_of(c) for c in came - set(members)))
        told = f"{outside} came too" if outside else f"all {len(came)} on the list are"
        group = name_of(str(entity["code"]))
        status = CONTRADICTED if outside else SUPPORTED
        return Item(
            name=f"guests from {group}", code="", said="all of them", found=told, status=status
        )
    return None


def _counts_all(before: str, members: Collection[str]) -> bool:
    """Whether "the five Central Asian presidents" are all there are."""
    counted = re.search(rf"\bthe ({NUMBER}) $", before)
    return bool(counted) and number_from(str(counted and counted[1])) == len(members)


def names_group(statement: Statement, words: str) -> bool:
    """Tell whether words that count guests count those of a group."""
    return any(str(e["text"]).lower() in words for e, _ in _groups(statement))


def group_number(
    statement: Statement, amount: Any, found: Gathering, record: Record
) -> Item | None:
    """A number of guests from one group ("five African leaders"); None where it names none."""
    guests = guest_list(found, record)
    for entity, _ in _groups(statement):
        if str(entity["text"]).lower() not in amount.words:
            continue
        members = _members(entity, found, record)
        if not members:
            return _unfixed(entity, amount.words)
        came = came_by(guests, coverage(found, guests)).filter(pl.col("state").is_in(members))
        names = sorted({name_of(c) for c in came["state"].to_list()})
        status = CANNOT_TELL
        if coverage(found, guests):
            status = SUPPORTED if amount.fits(len(names)) else CONTRADICTED
        told = f"the list names {len(names)}" + (f": {joined(names)}" if names else "")
        return Item(name=amount.words, code="", said=amount.words, found=told, status=status)
    return None


def _groups(statement: Statement) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Groups whose leaders or members a statement speaks of, with the words before each."""
    for entity in statement.entities:
        code = str(entity["code"] or "")
        if entity["type"] not in GROUPS or not code or is_state(code):
            continue
        before = statement.article[statement.start : entity["start"]].lower()
        after = statement.article[entity["end"] : statement.end].lower()
        if WHO_AFTER.match(after) or WHO_BEFORE.search(before) or str(entity["text"])[-1:] == "s":
            yield entity, before


def _members(entity: Mapping[str, Any], found: Gathering, record: Record) -> list[str]:
    members = record.members(str(entity["code"]), found.row["date_start"])
    return [c for c in members if c != found.row["host"]]


def _unfixed(entity: Mapping[str, Any], said: str) -> Item:
    code = str(entity["code"])
    return Item(name=name_of(code), code=code, said=said, found=UNFIXED, status=CANNOT_TELL)
