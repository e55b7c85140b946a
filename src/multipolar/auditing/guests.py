"""Guests of one gathering: its list, the names a text gives, and what the list says of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
from typing import Any

import polars as pl

from multipolar.auditing.check import CANNOT_TELL, CONTRADICTED, DEPENDS, SUPPORTED, Item, joined
from multipolar.auditing.gatherings import Gathering
from multipolar.auditing.record import Record, active_on, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.worded import OUTCOME

AWAY = re.compile(
    r"\b(stay(ed|s|ing)? away|absent|skipp\w+|boycott\w*|declin\w+|cancel\w+|"
    r"did not (come|attend|show|go|travel)|refus\w+ to (come|attend|go)|missing|nobody|no one|none|"
    r"sent no|by video)\b"
)
TOP = ("head_of_state", "head_of_government", "head_of_state_or_government")
NAMED = frozenset(["LEADER", "STATE", "DEMONYM", "CAPITAL", "GOV_SEAT", "PERSON"])
BELOW = ("minister", "lower_level", "delegation", "deputy_head_of_government")
HEADS = {"UN": "XUN", "EU": "XEU"}  # heads of organisations, as lists of guests code them
CAME, STAYED = "came", "stayed away"
SENT = re.compile(
    r"\b(?:sent|represented by) (?:only |just |merely )?(?:its|his|her|an?|the|their) "
    r"(?P<who>(?:[\w-]+ ){0,3}?(?:minister|deputy|ambassador|envoy|speaker|delegation|aide|"
    r"official)\w*)"
)
# What the note of a total says of single guests: "Putin, Modi present", "Xi absent".
NOTED = re.compile(r"(?P<who>[^;]+?) (?P<how>present|absent|by video|from Europe|met)\b[^;]*")
THERE = ("present", "from Europe", "met")


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


def guests_named(statement: Statement, host: str) -> list[Mapping[str, Any]]:
    """Guests named: persons before the states they stand for, the host and the place left out."""
    guests = []
    for entity in statement.entities:
        head = HEADS.get(str(entity["code"])) if entity["type"] == "LEADER" else None
        mention = {**entity, "code": head} if head else entity
        code = str(mention["code"] or "")
        place = mention["type"] in ("CAPITAL", "GOV_SEAT")
        actor = any(code in e["actors"] for e in statement.events) or code in statement.subjects
        if mention["type"] not in NAMED or code == host or not is_state(code):
            continue
        if place and not actor:
            continue
        guests.append(mention)
    if not guests and SENT.search(statement.words):
        # "Serbia refuses, and was represented by its ambassador": the subject stands before.
        first = [c for c in statement.subjects if is_state(c) and c != host][:1]
        guests = [{"code": c, "text": name_of(c), "type": "STATE"} for c in first]
    leaders = {m["code"] for m in guests if m["type"] == "LEADER"}
    return [m for m in guests if m["type"] == "LEADER" or m["code"] not in leaders]


def said_of(statement: Statement, code: str) -> str:
    """Whether a statement says that a guest came or stayed away."""
    for event in statement.events:
        if event["type"] == "CONSULT" and code in event["actors"]:
            return STAYED if event["happened"] == "no" else CAME
    away = statement.negative != bool(AWAY.search(statement.words) and not statement.negative)
    return STAYED if away else CAME


def guest_items(statement: Statement, found: Gathering, record: Record) -> list[Item]:
    """What the list says of every guest a statement names, one by one."""
    guests = guest_list(found, record)
    whole = is_whole(found, guests)
    items: dict[str, Item] = {}
    sent = SENT.search(statement.words)
    for mention in guests_named(statement, str(found.row["host"])):
        code = str(mention["code"])
        if sent and mention["type"] != "LEADER":
            made = _sent_item(mention, sent["who"], guests)
        else:
            said = said_of(statement, code)
            made = _item(mention, said, guests, found, record, whole=whole)
        items.setdefault(code, made)
    return list(items.values())


def _sent_item(mention: Mapping[str, Any], who: str, guests: pl.DataFrame) -> Item:
    """A state that is said to have sent somebody below its leader."""
    code, name, said = str(mention["code"]), str(mention["text"]), f"sent {who}"
    rows = guests.filter(pl.col("state") == code).to_dicts()
    if not rows:
        nobody = "the list names nobody for it, and may name leaders only"
        return Item(name=name, code=code, said=said, found=nobody, status=CANNOT_TELL)
    row = rows[0]
    level = str(row["level"]).replace("_", " ")
    words = f"the list names {row['person'] or 'nobody by name'} ({level})"
    wrong = row["level"] in TOP and row["attended"] and "prime minister" not in who
    status = CONTRADICTED if wrong else SUPPORTED
    if level in ("none", "delegation", ""):
        status = CANNOT_TELL
    return Item(name=name, code=code, said=said, found=words, status=status)


def _item(
    mention: Mapping[str, Any], said: str, guests: pl.DataFrame, found: Gathering, record: Record,
    *, whole: bool,
) -> Item:  # fmt: skip
    code, name = str(mention["code"]), str(mention["text"]).replace("\n", " ")
    rows = guests.filter(pl.col("state") == code).to_dicts()
    person = mention["type"] == "LEADER"
    if not rows and (noted := _noted(mention, said, found)):
        return noted
    if person and (other := _not_in_office(name, code, found.row["date_start"], record)):
        wrong = CONTRADICTED if said == CAME else SUPPORTED
        in_list = any(_same_person(name, r["person"]) for r in rows)
        if not in_list:
            return Item(name=name, code=code, said=said, found=other, status=wrong)
    if not rows:
        return _missing(name, code, said, whole=whole, count=found.row["count"], guests=guests)
    row = rows[0]
    came = any(r["attended"] for r in rows)
    words = "came, by the list" if came else "by the list, did not come"
    if row["note"]:
        words += f"; {row['note']}"
    if not came and not person and row["level"] in BELOW and row["person"]:
        words = f"represented by {row['person']} ({row['level'].replace('_', ' ')}); {row['note']}"
        return Item(name=name, code=code, said=said, found=words.rstrip("; "), status=DEPENDS)
    if person and row["person"] and not any(_same_person(name, r["person"]) for r in rows):
        words = f"the list names {row['person']} for {name_of(code)}"
        if row["level"] not in ("none", ""):
            words += f" ({row['level'].replace('_', ' ')})"
        words += f"; {row['note']}" if row["note"] else ""
        return Item(name=name, code=code, said=said, found=words, status=_of_another(row, said))
    status = SUPPORTED if came == (said == CAME) else CONTRADICTED
    return Item(name=name, code=code, said=said, found=words, status=status)


def _noted(mention: Mapping[str, Any], said: str, found: Gathering) -> Item | None:
    """What the note on a gathering says of a guest, where there is no list of them."""
    name, code = str(mention["text"]).replace("\n", " "), str(mention["code"])
    for part in NOTED.finditer(str(found.row["note"])):
        listed = re.split(r",| and ", part["who"])
        # "Xi" is a whole name, and too short to be compared by its parts.
        own = {name_of(code).lower(), *name.lower().split()}
        known = any(_same_person(name, w) or w.strip().lower() in own for w in listed)
        if known:
            status = SUPPORTED if (part["how"] in THERE) == (said == CAME) else CONTRADICTED
            words = f"the note on the gathering says “{part[0].strip()}”"
            return Item(name=name, code=code, said=said, found=words, status=status)
    return None


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
    if guests.is_empty():
        words = "the record has no list of the guests by name"
        return Item(name=name, code=code, said=said, found=words, status=CANNOT_TELL)
    named = int(guests["attended"].sum())
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


DENIAL = re.compile(r"\b(not|never|refus\w+|declin\w+|nor|neither|without|withdrew)\b|n't\b")
STANCES: Mapping[str, tuple[str, bool | None]] = {
    "supported_communique": ("supported the communique", True),
    "joined_communique_later": ("joined the communique later", True),
    "withdrew_support": ("withdrew its support from the communique", False),
    "did_not_support": ("took part and did not support the communique", False),
    "declined": ("declined to come", False),
    "not_invited": ("was not invited", False),
}


def stance_items(statement: Statement, found: Gathering, record: Record) -> list[Item]:
    """Who is said to have signed the outcome or not, where the list holds positions on it."""
    guests = guest_list(found, record)
    if not OUTCOME.search(statement.words) or "stance" not in guests.columns:
        return []
    stances = dict(guests.filter(pl.col("stance") != "").select("state", "stance").iter_rows())
    if not stances:
        return []
    denied = bool(DENIAL.search(statement.words))
    items: dict[str, Item] = {}
    for mention in statement.entities:
        code = str(mention["code"] or "")
        if mention["type"] in NAMED and is_state(code) and code != found.row["host"]:
            words, signed = STANCES.get(stances.get(code, ""), ("is not in the list", None))
            status = CANNOT_TELL
            if signed is not None:
                status = SUPPORTED if signed != denied else CONTRADICTED
            items[code] = Item(
                name=str(mention["text"]), code=code, found=words, status=status,
                said="did not sign" if denied else "signed",
            )  # fmt: skip
    return list(items.values())


ONLY = re.compile(r"\b(only|alone|nobody else|no other)\b")


def only_item(
    statement: Statement, items: Sequence[Item], found: Gathering, record: Record
) -> Item | str | None:
    """Who else came, where a statement says that only those it names did: an item, or a note."""
    if not ONLY.search(statement.words) or not any(i.said == CAME for i in items):
        return None
    guests = guest_list(found, record)
    if not is_whole(found, guests):
        return "that nobody else came cannot be told from a list that is not whole"
    groups = [
        m for e in statement.entities if e["type"] in ("IGO", "BLOC")
        if (m := record.members(str(e["code"]), found.row["date_start"]))
    ]  # fmt: skip
    named = {i.code for i in items} | {str(found.row["host"])}
    came = guests.filter(pl.col("attended") & ~pl.col("state").is_in(sorted(named)))
    if groups:
        came = came.filter(pl.col("state").is_in(sorted({c for m in groups for c in m})))
    others = sorted({name_of(c) for c in came["state"].to_list()})
    words = f"{joined(others)} came too" if others else "nobody else in the list"
    status = CONTRADICTED if others else SUPPORTED
    return Item(name="others", code="", said="nobody else came", found=words, status=status)
