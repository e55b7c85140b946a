"""Guests of one gathering: its list, the names a text gives, and what the list says of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
from typing import Any

import polars as pl

from multipolar.auditing.check import CANNOT_TELL, CONTRADICTED, DEPENDS, SUPPORTED, Item, joined
from multipolar.auditing.gatherings import ASIDE, Gathering
from multipolar.auditing.record import Record, active_on, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.worded import SO_DID

AWAY = re.compile(
    r"\b(stay(ed|s|ing)? away|absent|skipp\w+|boycott\w*|declin\w+|cancel\w+|"
    r"(?:did not|didn't|does not|never) (?:come|attend|show|go|travel|take part|turn up|appear)|"
    r"refus\w+ to (come|attend|go)|missing|nobody|no one|none|"
    r"sent no|by video)\b"
)
TOP = ("head_of_state", "head_of_government", "head_of_state_or_government")
TOP_WORDS = re.compile(
    r"leader|head[- s]*of[- ](state|government)|president|prime minister|top level|heads"
)
NAMED = frozenset(["LEADER", "STATE", "DEMONYM", "CAPITAL", "GOV_SEAT", "PERSON"])
BELOW = ("minister", "lower_level", "deputy_head_of_government", "head_of_legislature")
UNKNOWN = ("delegation", "observer")  # somebody came, the list does not say of which level
HIGHEST = re.compile(
    r"\b(highest|top)[- ]level\b|\b(leaders?|presidents?|heads? of (state|government)) of\b"
)
LISTED = re.compile(r"\b(?:leaders|presidents|heads of (?:state|government))\b[^:]*: ")
PRONOUN = re.compile(r"\b(?:he|she)\b")
LEADERS, EVERYBODY = "leaders", "everybody"  # whom a list names in full
HEADS = {"UN": "XUN", "EU": "XEU"}  # heads of organisations, as lists of guests code them
CAME, STAYED = "came", "stayed away"
SENT = re.compile(
    r"\b(?:sent|represented by) (?:only |just |merely )?(?:its|his|her|an?|the|their) "
    r"(?P<who>(?:[\w-]+ ){0,3}?(?:minister|deputy|ambassador|envoy|speaker|delegation|aide|"
    r"advis[eo]r|official|diplomat|representative|observer|secretary)\w*)"
)
# Levels that fit the word for who was sent; the longer words come first.
SENT_AS = (
    ("prime minister", ("head_of_government",)),
    ("deputy", ("deputy_head_of_government", "lower_level")),
    ("minister", ("minister",)),
    ("observer", ("observer",)),
    ("", ("lower_level",)),
)


def guest_list(found: Gathering, record: Record) -> pl.DataFrame:
    """List of one gathering: state, person, level, attended, with source and confidence."""
    return record.once(("guests", found.row["gathering"]), lambda: _listed(found, record))


def _listed(found: Gathering, record: Record) -> pl.DataFrame:
    if found.series == "vd_":
        day = found.row["date_start"]
        rows = record.frame("visits_victory_day").filter(pl.col("date") == day)
        return rows.rename({"visitor": "person", "role": "level"})
    rows = record.frame("gatherings").filter(pl.col("gathering") == found.row["gathering"])
    return rows.rename({"participant": "person"})


def of_state(guests: pl.DataFrame, code: str) -> list[dict[str, Any]]:
    """Rows of a list of guests that are of one state."""
    return guests.filter(pl.col("state") == code).to_dicts()


def coverage(found: Gathering, guests: pl.DataFrame) -> str:
    """Whom the list names in full, by the count of those who came: leaders, everybody or nobody.

    Only then does a name that is not on it mean that somebody did not come.
    """
    count = found.row["count"]
    if count is None or found.row["at_least"]:
        return ""
    of_leaders = TOP_WORDS.search(str(found.row["count_unit"]).partition(" (")[0])
    covered = LEADERS if of_leaders else EVERYBODY
    return covered if came_by(guests, covered).height >= count else ""


def came_by(guests: pl.DataFrame, covered: str) -> pl.DataFrame:
    """Rows of those who came; leaders alone where the list names nobody else in full."""
    if guests.is_empty():
        return guests
    came = guests.filter("attended")
    return came.filter(~pl.col("level").is_in(BELOW)) if covered == LEADERS else came


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
    if not guests and (titled := _titled(statement)) is not None:
        return titled
    if not guests and SENT.search(statement.words):
        # "Serbia refuses, and was represented by its ambassador": the subject stands before.
        first = [c for c in statement.subjects if is_state(c) and c != host][:1]
        guests = [{"code": c, "text": name_of(c), "type": "STATE"} for c in first]
    if not guests:
        pronoun = PRONOUN.search(statement.words)
        actors = [c for e in statement.events if e["type"] == "CONSULT" for c in e["actors"]]
        first = [c for c in (*actors, *statement.subjects) if is_state(c) and c != host][:1]
        guests = [
            {"code": c, "type": "STATE",
             "text": f"“{pronoun[0]}” ({name_of(c)})" if pronoun else name_of(c)}
            for c in first
        ]  # fmt: skip
    leaders = [m for m in guests if m["type"] == "LEADER"]
    codes = {m["code"] for m in leaders}
    return [
        m for m in guests
        if m in leaders or not (m["code"] in codes or _owns(m, leaders, statement))
    ]  # fmt: skip


TITLE = re.compile(
    r"^(?:but |and |so )?the (?P<title>prime minister|president|chancellor|king|foreign minister)"
    r"(?! (?:of|and)\b)\b"
)


def _titled(statement: Statement) -> list[Mapping[str, Any]] | None:
    """Who is meant by a bare title, "the Prime Minister": the last one named with it before.

    None where the statement opens otherwise; nobody where no one was named so.
    """
    match = TITLE.match(statement.words)
    if match is None:
        return None
    title = match["title"]
    near = [e for e in statement.persons_before if e["title"] == title]
    return [{"code": e["code"], "type": "LEADER", "text": e["text"]} for e in near[-1:]]


OF = re.compile(r"['\u2019]s? (?:[\w-]+ ){0,3}")


def _owns(
    state: Mapping[str, Any], leaders: Sequence[Mapping[str, Any]], statement: Statement
) -> bool:
    """Whether a state only says whose leader is meant: "Congo's Denis Sassou Nguesso"."""
    between = [statement.article[state["end"] : m["start"]] for m in leaders if "end" in state]
    return any(OF.fullmatch(words) for words in between)


def said_of(statement: Statement, code: str) -> str:
    """Whether a statement says that a guest came or stayed away."""
    if any(m["code"] == code and _replaced(m, statement) for m in statement.entities):
        return STAYED
    if SO_DID.match(statement.words):
        last = re.split(r"[.!?]\s", statement.before[: -len(statement.text)].rstrip(" .\n"))[-1]
        return STAYED if AWAY.search(last) else CAME
    if re.search(r"\balone\b", statement.words):
        return CAME  # whoever is said to have been alone there was there
    if _stayed_by_words(statement, code):
        return STAYED
    aside = [m.span() for m in ASIDE.finditer(statement.text)]
    for event in statement.events:
        at = event["trigger"]["start"] - statement.start
        if any(a <= at < b for a, b in aside):
            continue
        if event["type"] == "CONSULT" and code in event["actors"]:
            return STAYED if event["happened"] == "no" else CAME
    away = statement.negative != bool(AWAY.search(statement.words) and not statement.negative)
    return STAYED if away else CAME


def _stayed_by_words(statement: Statement, code: str) -> bool:
    """Whether the words right after a name say that he stayed away, before any other name."""
    for mention in statement.entities:
        if mention["code"] != code or mention["type"] not in NAMED:
            continue
        others = [
            e["start"]
            for e in statement.entities
            if e["start"] > mention["end"] and e["type"] in ("LEADER", "PERSON", "STATE")
        ]
        until = min(others, default=statement.end)
        words = ASIDE.sub(" ", statement.article[mention["end"] : until].lower())
        if AWAY.search(words) and not re.search(r"\bnot (?:skip|boycott|declin|cancel)", words):
            return True
    return False


# Who somebody else came for: "the speaker instead of the president", "was represented by".
INSTEAD = re.compile(
    r"\b(?:instead|in place|in lieu) of (?:\w+ ){0,3}$|\brather than (?:\w+ ){0,3}$"
)
STOOD_IN = re.compile(r"\s+(?:was|is|had been) represented by\b")


def _replaced(mention: Mapping[str, Any], statement: Statement) -> bool:
    """Whether a person is said to have been stood in for."""
    before = statement.article[statement.start : mention["start"]].lower()
    after = statement.article[mention["end"] : statement.end].lower()
    person = mention["type"] in ("LEADER", "PERSON")
    return bool(INSTEAD.search(before) or (person and STOOD_IN.match(after)))


def guest_items(statement: Statement, found: Gathering, record: Record) -> list[Item]:
    """What the list says of every guest a statement names, one by one."""
    guests = guest_list(found, record)
    items: dict[str, Item] = {}
    sent = SENT.search(statement.words)
    for mention in guests_named(statement, str(found.row["host"])):
        code = str(mention["code"])
        rows = of_state(guests, code)
        said = said_of(statement, code)
        if mention["type"] == "LEADER":
            made = _person_item(mention, said, rows, found, record)
            made = made or _missing(mention, said, found, guests, top=True)
        elif sent:
            made = _sent_item(mention, sent["who"], rows)
        else:
            top = bool(HIGHEST.search(statement.words) or LISTED.search(statement.words))
            made = item_of_state(mention, said, found, guests, top=top)
        items.setdefault(code, made)
    return list(items.values())


def item_of_state(
    mention: Mapping[str, Any], said: str, found: Gathering, guests: pl.DataFrame, *, top: bool
) -> Item:
    """What the list says of one state; ``top``: of its leader."""
    rows = of_state(guests, str(mention["code"]))
    made = _state_item(mention, said, rows, top=top)
    return made or _missing(mention, said, found, guests, top=top)


def _sent_item(mention: Mapping[str, Any], who: str, rows: Sequence[Mapping[str, Any]]) -> Item:
    """A state that is said to have sent somebody below its leader."""
    code, name, said = str(mention["code"]), str(mention["text"]), f"sent {who}"
    came = [r for r in rows if r["attended"]]
    if not came:
        nobody = "the list names nobody who came for it, and may name leaders only"
        return Item(name=name, code=code, said=said, found=nobody, status=CANNOT_TELL)
    fitting = next(levels for word, levels in SENT_AS if word in who)
    row = next((r for r in came if r["level"] in fitting), came[0])
    status = DEPENDS
    if row["level"] in fitting:
        office = re.search(r"(\w+) minister", who)
        other = office and "minister" in row["note"] and office[0] not in row["note"]
        status = DEPENDS if other else SUPPORTED
    elif row["level"] in TOP:
        status = CONTRADICTED
    elif row["level"] in UNKNOWN:
        status = CANNOT_TELL
    return Item(name=name, code=code, said=said, found=_represented(row), status=status)


def _person_item(
    mention: Mapping[str, Any], said: str, rows: Sequence[Mapping[str, Any]], found: Gathering,
    record: Record,
) -> Item | None:  # fmt: skip
    """What the list says of a person; None where it has nobody of that state."""
    code, name = str(mention["code"]), _flat(mention["text"])
    own = [r for r in rows if _same_person(name, str(r["person"]))]
    named = [r for r in rows if r["person"]]
    if own:
        came = any(r["attended"] for r in own)
        words = _noted("came, by the list" if came else "by the list, did not come", own[0])
        status = _fits(said, came=came)
    elif other := _not_in_office(name, code, found.row["date_start"], record):
        words, status = other, _fits(said, came=False)
    elif not rows:
        return None
    elif named:
        row = next((r for r in named if r["attended"]), named[0])
        words = _noted(f"the list names {row['person']} for {name_of(code)}{_level(row)}", row)
        # A minister in the leader's place means that the leader did not come.
        status = CANNOT_TELL if row["level"] in TOP else _fits(said, came=False)
    elif rows[0]["attended"] and rows[0]["level"] in UNKNOWN:
        words = f"{name_of(code)} was represented; the list does not say by whom"
        status = CANNOT_TELL
    else:
        came = rows[0]["attended"] and rows[0]["level"] not in BELOW
        words = _represented(rows[0]) if rows[0]["attended"] else "by the list, nobody came for it"
        status = _fits(said, came=came)
    return Item(name=name, code=code, said=said, found=words, status=status)


def _state_item(
    mention: Mapping[str, Any], said: str, rows: Sequence[Mapping[str, Any]], *, top: bool
) -> Item | None:
    """What the list says of a state; None where it has nobody of it."""
    if not rows:
        return None
    came = [r for r in rows if r["attended"]]
    row = came[0] if came else rows[0]
    status = _fits(said, came=bool(came))
    if not came:
        words = _noted(f"by the list, {row['person'] or 'nobody'} did not come", row)
        if not row["person"]:
            words = _noted("by the list, nobody came for it", row)
        elif said == CAME and not top:  # the list does not say whether somebody else came
            status = CANNOT_TELL
    elif all(r["level"] in BELOW for r in came):
        words = _represented(row)
        status = CONTRADICTED if top and said == CAME else SUPPORTED if said == CAME else DEPENDS
    else:
        words = _noted("came, by the list", row)
    return Item(name=_flat(mention["text"]), code=str(mention["code"]), said=said, found=words,
                status=status)  # fmt: skip


def _missing(
    mention: Mapping[str, Any], said: str, found: Gathering, guests: pl.DataFrame, *, top: bool
) -> Item:
    """A guest whose state the list does not name at all."""
    covered, count = coverage(found, guests), found.row["count"]
    status = _fits(said, came=False) if covered else CANNOT_TELL
    words = "missing from the list"
    if covered == LEADERS and said == CAME and not top:
        words, status = "no leader of it is in the list, which names leaders only", CANNOT_TELL
    elif not covered and guests.is_empty():
        words = "the record has no list of the guests by name"
    elif not covered:
        named = int(guests["attended"].sum())
        known = count is not None and not found.row["at_least"] and named < count
        of = f"only {named} of {count}" if known else f"{named}"
        words = f"missing from the list, which names {of} guests and may not be whole"
    return Item(name=_flat(mention["text"]), code=str(mention["code"]), said=said, found=words,
                status=status)  # fmt: skip


def _fits(said: str, *, came: bool) -> str:
    return SUPPORTED if came == (said == CAME) else CONTRADICTED


def _flat(words: Any) -> str:
    return str(words).replace("\n", " ")


def _noted(words: str, row: Mapping[str, Any]) -> str:
    return f"{words}; {row['note']}" if row["note"] else words


def _level(row: Mapping[str, Any]) -> str:
    return "" if row["level"] in ("none", "") else f" ({row['level'].replace('_', ' ')})"


def _represented(row: Mapping[str, Any]) -> str:
    """Who came for a state, by level."""
    if row["level"] == "observer":
        return "represented by an observer"
    if row["level"] in UNKNOWN:
        return "was represented; the list does not say by whom"
    who = f"{row['person']}{_level(row)}" if row["person"] else f"somebody{_level(row)}"
    return _noted(f"represented by {who}", row)


def _not_in_office(name: str, code: str, day: Date, record: Record) -> str:
    """Who held the office instead, where the record knows the person and no term covers the day."""
    if not record.has("leaders"):
        return ""
    terms = record.where("leaders", "state", code)
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


MANY = 8  # names from which on others are counted, and the table below names them
ONLY = re.compile(r"\b(only|alone|nobody else|no other)\b")


def only_item(
    statement: Statement, items: Sequence[Item], found: Gathering, record: Record
) -> Item | str | None:
    """Who else came, where a statement says that only those it names did: an item, or a note."""
    if SENT.search(statement.words):
        return None  # "sent only an observer" is about whom, not about who else
    if not ONLY.search(statement.words) or not any(i.said == CAME for i in items):
        return None
    guests = guest_list(found, record)
    if not (covered := coverage(found, guests)):
        return "that nobody else came cannot be told from a list that is not whole"
    groups = [
        m for e in statement.entities if e["type"] in ("IGO", "BLOC")
        if (m := record.members(str(e["code"]), found.row["date_start"]))
    ]  # fmt: skip
    named = {i.code for i in items} | {str(found.row["host"])}
    came = came_by(guests, covered).filter(~pl.col("state").is_in(sorted(named)))
    if groups:
        came = came.filter(pl.col("state").is_in(sorted({c for m in groups for c in m})))
    others = sorted({name_of(c) for c in came["state"].to_list()})
    nobody = "no other leader in the list" if covered == LEADERS else "nobody else in the list"
    told = joined(others) if len(others) <= MANY else f"{len(others)} others"
    words = f"{told} came too" if others else nobody
    status = CONTRADICTED if others else SUPPORTED
    return Item(name="others", code="", said="nobody else came", found=words, status=status)
