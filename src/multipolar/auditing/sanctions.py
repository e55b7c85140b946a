"""Who joined the sanctions on Russia, by name and by number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
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
from multipolar.auditing.organisations import last_organisation
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.sanction_cases import (
    REFUSED,
    SHOWN,
    check_cases,
    is_about_cases,
    targets_of,
)
from multipolar.auditing.statement import RELATIVE, Statement, unchecked
from multipolar.auditing.worded import ANSWER_NOT, DID, LEANING, NEITHER, SO_DID
from multipolar.auditing.wording import INVASION, amounts_before

JOINED = re.compile(
    r"(join\w*|impos\w+|introduc\w+|adopt\w*|support\w*|follow\w*|part of|adher\w+|refus\w+)"
    r"[^.]{0,60}(sanctions|restrictions|embargo|measures)|sanction(ed|ing|s)? (russia|moscow)|"
    r"(sanctions|restrictions)[^.]{0,90}(joined|imposed|supported)|not imposed"
)
PACKAGES = re.compile(r"\b(packages?|rounds?) of (\w+ )?sanctions\b|\bsanctions packages?\b")
COLUMNS = ("state", "joined", "since", "unfriendly_list", "note")


def check_sanctions(statement: Statement, record: Record) -> Finding:
    """Check who joined the sanctions of 2022 on Russia; compliance is not in the record."""
    if not record.has("sanctions_on_russia"):
        return not_testable("the store has no table of who joined the sanctions on Russia")
    if is_about_cases(statement):
        return check_cases(statement, record, on_russia=_on_russia(statement))
    if not _on_russia(statement):
        return not_testable("its words do not say on whom the sanctions are")
    return _of_joining(statement, record)


def _of_joining(statement: Statement, record: Record) -> Finding:
    """Who joined the sanctions of 2022 on Russia: names, else a number."""
    words = statement.words
    on_russia = any(e["mode"] == "sanctions" and "RUS" in e["recipients"] for e in statement.events)
    if (
        not JOINED.search(words)
        and not on_russia
        and not any(p.match(words) for p in (ANSWER_NOT, LEANING, NEITHER, SO_DID, DID))
    ):
        return not_testable(
            "the record knows who joined the sanctions, not whether they are kept, which needs "
            "trade by product"
        )
    if PACKAGES.search(words):
        return not_testable("it is about packages of sanctions, and the record holds who joined")
    amounts = amounts_before(words, "states|countries|nations|governments")
    items = _items(statement, record)
    if items:
        return _of_names(statement, items, record)
    if amounts:
        return _of_number(statement, amounts[0], record)
    return cannot_tell("its words name no state that joined or stayed out")


def _on_russia(statement: Statement) -> bool:
    """Whether Russia is the target: named in the sentence, or the last target named before it."""
    if "RUS" in statement.objects or re.search(
        r"russia|moscow|kremlin", statement.sentence.lower()
    ):
        return True
    if any(c != "RUS" for c in targets_of(statement)):
        return False
    return _taken_for_russia(statement)


def _taken_for_russia(statement: Statement) -> bool:
    """Whether an article that speaks of Russia leaves it at "the sanctions"."""
    near = statement.before[-2_000:]
    return bool(re.search(r"russia|moscow|putin|kremlin", near))


def _items(statement: Statement, record: Record) -> list[Item]:
    if only := _only_items(statement, record):
        return only
    if RELATIVE.match(statement.text) and ONLY_ONE.search(statement.sentence.lower()):
        return []  # who the only one is stands outside the statement
    aligning = record.where("memberships", "org", "EU_candidate")["state"].to_list()
    rows = {r["state"]: r for r in record.dicts("sanctions_on_russia")}
    items: dict[str, Item] = {}
    for codes, denied in _said(statement):
        for code in codes:
            for member in record.members(code, statement.date):
                if member not in items and member != "RUS":
                    made = _item(member, rows.get(member), denied=denied)
                    late = made.status == CONTRADICTED and not denied and member in aligning
                    items[member] = _since_then(made) if late and _is_later(statement) else made
    return list(items.values())


def _said(statement: Statement) -> list[tuple[tuple[str, ...], bool]]:
    """Who is said to have joined or not: from the events of the reading, else from the words."""
    found = [
        (_acting(e, statement), e["happened"] == "no")
        for e in statement.events
        if e["type"] == "SANCTION"
        and e["mode"] == "sanctions"
        and e["actors"]
        and not set(e["recipients"]) - {"RUS"}
    ]
    if found := [said for said in found if said[0]]:
        return found
    named = _before_verb(statement) or statement.subjects
    codes = tuple(c for c in named if c and c != "RUS")
    refused = bool(REFUSED.search(statement.words))
    return [(codes, statement.negative or refused)] if codes else []


def _acting(event: Mapping[str, Any], statement: Statement) -> tuple[str, ...]:
    """Actors of an event, without those that are named after its verb only."""
    end = event["trigger"]["end"]
    late = {
        str(e["code"]) for e in statement.entities
        if e["start"] >= end
        and not statement.article[statement.start : e["start"]].lower().rstrip().endswith("by")
    } - {str(e["code"]) for e in statement.entities if e["start"] < end}  # fmt: skip
    return tuple(a for a in event["actors"] if a and a not in late)


def _before_verb(statement: Statement) -> tuple[str, ...]:
    """States and groups named before the sanctions; of "the members" those of the last named."""
    verb = re.search(r"\b(?:sanction|impos|join|adopt|refus)\w*", statement.words)
    end = statement.start + (verb.start() if verb else len(statement.text))
    kinds = ("STATE", "BLOC", "CAPITAL", "IGO")
    named = [str(e["code"]) for e in statement.entities if e["type"] in kinds and e["start"] < end]
    if not named and re.search(r"\bmembers?\b", statement.words):
        named = [last_organisation(statement)]
    return tuple(dict.fromkeys(c for c in named if c))


def _is_later(statement: Statement) -> bool:
    return statement.date is not None and statement.date.year > INVASION.year + 1


def _since_then(item: Item) -> Item:
    """A candidate of the Union, which may have followed it after the table was made."""
    found = f"{item.found} in 2022; as a candidate of the EU it may have followed later packages"
    return replace(item, found=found, status=CANNOT_TELL)


ONLY_ONE = re.compile(
    r"\bthe (?:only|sole|lone) (?:[\w.]+ ){0,3}?(?:member|state|country|nation|ally)\b"
)


def _only_items(statement: Statement, record: Record) -> list[Item]:
    """Items of "Turkey, the only NATO member that has not joined": it, and the others."""
    match = ONLY_ONE.search(statement.words)
    if match is None:
        return []
    at = statement.start + match.start()
    named = [e for e in statement.entities if e["code"]]
    owners = [str(e["code"]) for e in named if e["start"] < at and is_state(str(e["code"]))]
    groups = [m for e in named if e["start"] >= at
              and len(m := record.members(str(e["code"]), statement.date)) > 1]  # fmt: skip
    if not owners or not groups:
        return []
    rows = {r["state"]: r for r in record.dicts("sanctions_on_russia")}
    denied = statement.negative or bool(REFUSED.search(statement.words))
    others = [_item(c, rows.get(c), denied=denied) for c in groups[0] if c != owners[-1]]
    same = [i.name for i in others if i.status == SUPPORTED]
    unknown = [i.name for i in others if i.status == CANNOT_TELL]
    status = CONTRADICTED if same else CANNOT_TELL if unknown else SUPPORTED
    did = "did not join" if denied else "joined"
    alike = {"did not join": "did not join either", "joined": "joined too"}[did]
    found = f"{joined(same)} {alike}" if same else f"all {len(others)} joined"
    if not same and not denied:
        found = f"none of the {len(others)} joined"
    return [
        _item(owners[-1], rows.get(owners[-1]), denied=denied),
        Item(name="the others", code="", said="none of them", found=found, status=status),
    ]


def _item(code: str, row: dict[str, Any] | None, *, denied: bool) -> Item:
    said = "did not join" if denied else "joined"
    if row is None:
        return Item(
            name=name_of(code), code=code, said=said, found="not in the table", status=CANNOT_TELL
        )
    found = "joined" if row["joined"] else "did not join"
    if row["joined"] and row["since"]:
        found += f" (since {row['since']})"
    status = SUPPORTED if row["joined"] != denied else CONTRADICTED
    return Item(name=name_of(code), code=code, said=said, found=found, status=status)


ALL_OF_THEM = re.compile(r"\b(?:all|every|each)\b (?:of )?(?:the )?(?:\w+ ){0,2}sanctions?\b")


def _notes(statement: Statement) -> tuple[str, ...]:
    notes = ("“all” of them was not checked",) if ALL_OF_THEM.search(statement.words) else ()
    if re.search(r"russia|moscow|kremlin", statement.sentence.lower()):
        return notes
    return (
        *notes,
        "its words name no target: taken to be the sanctions on Russia of 2022",
    )


def _of_names(statement: Statement, items: list[Item], record: Record) -> Finding:
    right = [i.name for i in items if i.status == SUPPORTED]
    wrong = [f"{i.name} {i.found}" for i in items if i.status != SUPPORTED]
    named = {i.code for i in items}
    rows = [r for r in record.dicts("sanctions_on_russia") if r["state"] in named]
    if any(not i.code for i in items):  # "the only one that has not": it, and the others
        sentence = f"{items[0].name} {items[0].found}; of the others, {items[1].found}."
    elif not wrong:
        verb = "joined" if items[0].said == "joined" else "did not join"
        if len(right) <= SHOWN:
            who = f"{joined(right)} {verb}"
        else:
            who = f"{'All' if verb == 'joined' else 'None'} of the {len(right)} states joined"
        sentence = f"{who} the sanctions on Russia of 2022, as the text says."
    else:
        sentence = (
            f"{len(right)} of {len(items)} names fit the table of who joined the sanctions; "
            f"{'; '.join(wrong[:8])}."
        )
        if len(items) == 1:
            sentence = (
                f"{wrong[0]} the sanctions on Russia of 2022."
                if items[0].status == CONTRADICTED
                else f"{wrong[0]}."
            )
    return Finding(
        status=status_of_list(items), sentence=sentence, items=tuple(items), method=METHOD,
        unclear=(*unchecked(statement, items, {"RUS", *statement.objects}), *_notes(statement)),
        rows=record.rows("sanctions_on_russia", rows, COLUMNS),
    )  # fmt: skip


METHOD = (
    "Joined means: imposed own or EU-aligned measures in 2022; the table says nothing of how they "
    "are kept, nor of states that joined later."
)


def _of_number(statement: Statement, amount: Any, record: Record) -> Finding:
    frame = record.frame("sanctions_on_russia")
    yes = frame.filter(pl.col("joined"))
    states = [c for c in yes["state"].to_list() if is_state(c)]
    fits = amount.fits(len(states)) != statement.negative
    return Finding(
        status=SUPPORTED if fits else CONTRADICTED,
        sentence=f"The table counts {len(states)} states that joined the sanctions on Russia of "
        f"2022, out of {frame.height}; the text says “{amount.words}”.",
        method=METHOD, rows=record.rows("sanctions_on_russia", yes, COLUMNS),
    )  # fmt: skip
