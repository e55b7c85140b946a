"""Who belongs to which organisation, and since when."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 - as in the reader
from itertools import product
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
from multipolar.auditing.organisations import YEARLY, check_yearly, organisation_meant
from multipolar.auditing.record import GROUPS, Record, is_state, name_of
from multipolar.auditing.statement import Statement, in_one_list, unchecked
from multipolar.auditing.worded import BELONGS, LEFT
from multipolar.auditing.wording import MONTHS, amounts_before, years_in

COLUMNS = ("org", "state", "start", "end", "status", "note")
# Whom others put out has left as well; it is the one they do it to.
EXPELLED = re.compile(
    r"\b(?P<passive>(?:was|were|been|being|got) )?(?:expel\w*|exclud\w+|ousted|ejected|barred|"
    r"(?:thrown|threw|kicked)(?: \w+)? out|removed|suspended)\b"
)
JOINED = re.compile(r"\b(join(ed|s)|acced\w+|accession|admitted|became a|entered)\b")
FROZEN = re.compile(r"\b(fr[eo]ez\w*|froze|frozen|suspend\w*)\b")
CANDIDATE = re.compile(r"\b(candida\w+|applied|application)\b")
LEAVING = "member_withdrawing"
FULL = ("member", LEAVING)
# What somebody wants, asks or promises about joining or leaving says nothing of who belongs.
WANTED = re.compile(
    r"\b(press(ed|es|ing)|urg(ed|es|ing)|ask(ed|s|ing)|want(s|ed|ing)?|plan(s|ned|ning)?|"
    r"hop(es|ed|ing)|invit(ed|es|ing|ation)|threaten\w*|vow(ed|s)?|decid\w+|promis\w+|"
    r"call(ed|s|ing)|persuad\w+|ready|willing|likely|unlikely|bid|allow\w*|forc\w+|announc\w+|"
    r"consider\w*|discuss\w*|intend\w*|aim(s|ed)?|seek(s|ing)?|sought|tr(y|ies|ied|ying)|"
    r"pressur\w+|encourag\w+|warn\w*|agree\w*|right|path|aspir\w+|wish\w*)"
    r"\b.{0,40}?\b(to|of|from|against) (not )?(join|leav|withdraw|quit|enter|exit|acced)\w*"
)
APPLIED = re.compile(
    r"\b(appl(y|ied|ies|ying)|application|bid) (\w+ ){0,2}?(for|to)\b|\bcandidacy to\b"
)
ADMITTING = re.compile(r"\bto (?:take in|admit|accept|invite|welcome|expel|include)\b")
UNDER_WAY = re.compile(
    r"\b(?:is|are|was|were) (?:now |already |about to be )?"
    r"(?:leaving|quitting|withdrawing|exiting|joining|pulling out)\b"
)
# "Nobody expects Tokyo to leave": without a verb of its own it reports no entry and no exit.
BARE = re.compile(r"\s+to (?:join|leave|quit|enter|withdraw|exit)\b")
# Whoever ratifies or blocks is not the one that joins.
ABOUT_ANOTHER = re.compile(
    r"\b(ratif\w+|approv\w+|block\w*|veto\w*|back(s|ed|ing)?|support(s|ed|ing)?|oppos\w+|"
    r"endors\w+|delay\w*|welcom\w+|reject\w*)\b"
    r"[^.;]{0,60}\b(accession|membership|bid|application|protocol|entry)\b"
)
OUTSIDE = re.compile(r"\b(?:outside|out of)\b")
ROLE = re.compile(r"\b(?:ally|allies|neutral|joining|invited|outsider)\b")
REFUSED = re.compile(r"\b(refus|declin|fail)\w+ (to |\w+ )?(join|becom|invit|member|offer)\w*")
TOLD = (BELONGS, LEFT, EXPELLED, JOINED, FROZEN, CANDIDATE, ROLE, REFUSED)
DEAL = re.compile(r"\b(from|of) (the |a |this )?(\w+ ){0,3}(deal|agreement|treaty|accords?|pact)\b")


@dataclass(frozen=True, slots=True)
class _Spells:
    """Spells of one state in one organisation: belonging, frozen, candidate."""

    full: list[dict[str, Any]]
    frozen: list[dict[str, Any]]
    candidate: list[dict[str, Any]]

    @property
    def all(self) -> list[dict[str, Any]]:
        return [*self.full, *self.frozen, *self.candidate]


def check_membership(statement: Statement, record: Record) -> Finding:
    """Check membership, entry and exit by date."""
    if not record.has("memberships"):
        return not_testable(
            "the store has no table of memberships; multipolar source add memberships FILE"
        )
    if apart := _apposition(statement):
        return _of_both([check_membership(s, record) for s in apart])
    held = record.once("organisations", lambda: _held_organisations(record))
    orgs, yearly, others = _organisations(statement, held)
    if orgs:
        return _of_organisations(statement, record, orgs, (*yearly, *others))
    if yearly:
        return check_yearly(statement, record, yearly, _states(statement))
    return not_testable(_no_organisation(statement, held, others))


def _held_organisations(record: Record) -> frozenset[str]:
    orgs = record.frame("memberships")["org"].unique().to_list()
    return frozenset(o for o in orgs if "_" not in o)


APPOSITION = re.compile(
    r",\s+(?P<told>an? (?:\w+ ){0,4}?(?:candidate|member)\b[^,]{0,60}),"
    r"\s+(?=\w+ (?:not |an? |been )|has |left)"
)


def _apposition(statement: Statement) -> list[Statement]:
    """Two statements of one like "Moldova, a candidate since 2022, is no member"; else none."""
    match = APPOSITION.search(statement.text)
    if match is None:
        return []
    start, end = (statement.start + i for i in match.span("told"))
    inside = tuple(e for e in statement.entities if start <= e["start"] < end)
    outside = tuple(e for e in statement.entities if e not in inside)
    if not any(e["type"] == "IGO" for e in inside) or not any(e["type"] == "IGO" for e in outside):
        return []
    # Blanks keep every offset where it is.
    text = statement.article
    rest = text[:start] + " " * (end - start) + text[end:]
    subjects = tuple(c for c in statement.subjects if is_state(c))
    told = replace(
        statement, start=start, end=end, entities=inside, polarity="pos", subjects=subjects,
        objects=(),
    )  # fmt: skip
    return [told, replace(statement, article=rest, entities=outside, objects=())]


def _of_both(findings: Sequence[Finding]) -> Finding:
    """Findings on an apposition and on the sentence around it as one."""
    items = tuple(i for f in findings for i in f.items)
    return Finding(
        status=status_of_list(items), items=items, sentence=" ".join(f.sentence for f in findings),
        method=findings[-1].method, rows=tuple(r for f in findings for r in f.rows),
    )  # fmt: skip


def _of_organisations(
    statement: Statement, record: Record, orgs: Sequence[str], others: Sequence[str]
) -> Finding:
    """Check states or a number of members against the dated spells of these organisations."""
    amounts = amounts_before(
        statement.words, "(?:[a-z]+ )?(?:members|member states|states|countries)"
    )
    if ADMITTING.search(statement.words):
        return not_testable("it says what is to be done, not who belongs")
    states = _states(statement)
    if amounts and (not states or orgs[0] in statement.subjects or not statement.subjects):
        return _of_number(statement, amounts[0], orgs, record)
    if not states:
        return cannot_tell(f"it names no state whose membership of {orgs[0]} could be looked up")
    rows = _rows(record, orgs, states)
    if reason := _says_no_membership(statement):
        return not_testable(reason, rows=rows, method="The rows show who belonged, and since when.")
    items = [_item(c, o, statement, record, states) for c, o in product(states, orgs)]
    if amounts:
        items.append(_number_item(statement, amounts[0], orgs[0], record))
    left = [f"{o} is named and is not in the table of memberships" for o in others]
    found = "; ".join(f"{i.name}: {i.found}" for i in items)
    return Finding(
        status=status_of_list(items), sentence=f"{found}.",
        method=f"Looked up in the table of memberships, {_when(statement)}.",
        items=tuple(items), rows=rows,
        unclear=(*unchecked(statement, items, _not_joining(statement, items)), *left),
    )  # fmt: skip


def _organisations(
    statement: Statement, held: Collection[str]
) -> tuple[list[str], list[str], list[str]]:
    """Organisations named: those with dated members, those with yearly ones, and others."""
    named = [str(e["code"]) for e in statement.entities if e["type"] == "IGO" and e["code"]]
    argued = [c for c in (*statement.objects, *statement.subjects) if c in held or c in YEARLY]
    codes = list(dict.fromkeys((*named, *argued)))
    if not codes and (meant := organisation_meant(statement)):
        codes = [meant]
    orgs = [o for o in codes if o in held]
    yearly = [o for o in codes if o not in held and o in YEARLY]
    return orgs, yearly, [o for o in codes if o not in held and o not in YEARLY and o != "UN"]


def _no_organisation(statement: Statement, held: Collection[str], others: Sequence[str]) -> str:
    if others:
        return f"the record has no list of the members of {joined(others)}"
    if "observer" in statement.words:
        return "it is about the standing of an observer, and the record lists members"
    if DEAL.search(statement.words):
        return "it is about a deal or treaty, and the record lists members of organisations"
    return f"it names no organisation whose members are in the record ({', '.join(sorted(held))})"


def _states(statement: Statement) -> list[str]:
    """States said to belong: the subjects, whoever shares their verb, else any state named."""
    subjects = [c for c in statement.subjects if is_state(c)]
    if (put_out := EXPELLED.search(statement.words)) and not put_out["passive"]:
        subjects = []
    named = [str(e["code"]) for e in statement.entities if e["code"] and is_state(str(e["code"]))]
    groups = [c for c in statement.subjects if c in GROUPS]
    grouped = [m for c in groups for m in GROUPS[c]]
    objects = [c for c in statement.objects if is_state(c)]
    states = subjects or ([] if put_out else grouped) or objects or named
    listed = [c for c in in_one_list(statement, states) if is_state(c)]
    return list(dict.fromkeys((*listed, *_followers(statement))))


FOLLOWED = re.compile(
    rf"^(?:,? (?:too|also))? (?:(?:followed|did so|did the same|joined)\b|"
    rf"in (?:{'|'.join(MONTHS)}|(?:19|20)\d\d)\W*(?:(?:19|20)\d\d\W*)?$)"
)


def _followers(statement: Statement) -> list[str]:
    """States of a second clause: "and Sweden followed in March 2024"."""
    return [
        str(e["code"])
        for e in statement.entities
        if e["code"] and is_state(str(e["code"]))
        and FOLLOWED.match(statement.article[e["end"] : statement.end].lower())
    ]  # fmt: skip


def _not_joining(statement: Statement, items: Sequence[Item]) -> set[str]:
    """States a statement names that are not said to belong: neighbours, targets, hosts."""
    done = {i.code for i in items}
    return {c for c in statement.objects if is_state(c)} - done if statement.subjects else set()


def _says_no_membership(statement: Statement) -> str:
    """Why a statement is not about belonging at all: wishes, pressure, somebody else's entry."""
    words = statement.words
    bare = any(BARE.match(statement.article[e["end"] :]) for e in statement.entities[:1])
    if UNDER_WAY.search(words):
        return "it says what is under way or planned, not who belongs"
    if APPLIED.search(words):
        return "it is about an application, and the record holds who belonged"
    if WANTED.search(words) or bare:
        return "it says what somebody wanted, asked or decided, not who belongs"
    if ABOUT_ANOTHER.search(words):
        return "it is about who approved or opposed a membership, and the record holds who belonged"
    if not any(p.search(words) for p in TOLD):
        return "its words do not say who belongs, or joined or left"
    return ""


def _rows(record: Record, orgs: Sequence[str], states: Sequence[str]) -> tuple[Row, ...]:
    wanted = [f"{o}{tail}" for o in orgs for tail in ("", "_frozen", "_candidate")]
    rows = record.frame("memberships").filter(
        pl.col("org").is_in(wanted) & pl.col("state").is_in(list(states))
    )
    return record.rows("memberships", rows, COLUMNS)


def _when(statement: Statement) -> str:
    years = list(dict.fromkeys(years_in(statement.text, statement.date)))
    if years:
        return f"for the year{'s' * (len(years) > 1)} {joined([str(y) for y in years])}"
    return f"on {statement.date}" if statement.date else "at any time, as the text has no date"


def _number_item(statement: Statement, amount: Any, org: str, record: Record) -> Item:
    count = len(record.members(org, statement.date))
    fits = amount.fits(count)
    return Item(
        name=f"members of {org}", code="", said=amount.words, found=f"{count}",
        status=(SUPPORTED if fits else CONTRADICTED) if statement.date else CANNOT_TELL,
    )  # fmt: skip


def _item(code: str, org: str, statement: Statement, record: Record, states: Sequence[str]) -> Item:
    own = record.where("memberships", "state", code)
    spells = _Spells(
        *(
            own.filter(pl.col("org") == f"{org}{t}").to_dicts()
            for t in ("", "_frozen", "_candidate")
        )
    )
    words = _words_of(statement, code, org, states).lower()
    years = years_in(words, statement.date)
    day = _day(words, years, statement.date)
    said, holds, shown = _held(statement.words, words, spells, years, day)
    outside = bool(OUTSIDE.search(words))
    if outside != (statement.negative or bool(REFUSED.search(statement.words))):
        said, holds = f"not: {said}", not holds
    found = _spells_words(shown) or _spells_words(spells.all) or "never a member in the record"
    status = SUPPORTED if holds else CONTRADICTED
    if said == "left" and not holds and any(s["status"] == LEAVING for s in spells.full):
        status = DEPENDS  # it has said that it leaves, and is still counted
    if day is None and not years and not statement.negative and not holds and spells.full:
        status = CANNOT_TELL
    return Item(name=f"{name_of(code)} in {org}", code=code, said=said, found=found, status=status)


def _held(
    whole: str, words: str, spells: _Spells, years: list[int], day: Date | None
) -> tuple[str, bool, list[dict[str, Any]]]:
    """What is said of a state, whether it holds, and the spells that show it.

    The kind of statement is in the whole of it ("and Sweden followed"), its year beside the name.
    """
    asked = next((m for p in (CANDIDATE, FROZEN, LEFT, JOINED) if (m := p.search(words))), None)
    # "an associate since 1963 and a candidate since 1999": the year after the word counts first.
    since = _since(words[asked.start() :] if asked else words) or _since(words)
    if FROZEN.search(whole):
        # Whoever suspended a membership and never took it up again may be listed as gone.
        gone = not spells.frozen and _ended(spells.full, years, day)
        return "froze its participation", bool(spells.frozen) or gone, spells.frozen
    if CANDIDATE.search(whole):
        wanted = [since] if since else years
        began = [s for s in spells.candidate if not wanted or s["start"].year in wanted]
        return "candidate", bool(began), spells.candidate
    if LEFT.search(whole) or EXPELLED.search(whole):
        return "left", _ended(spells.full, years, day), spells.full
    if JOINED.search(whole):
        return "joined", _began(spells.full, years, day), spells.full
    holds = _active(spells.full, day)
    if since and any(s["start"] for s in _full(spells.full)):
        holds = holds and _began(spells.full, [since], None)
        return f"member since {since}", holds, spells.full
    return "member", holds, spells.full


SINCE = re.compile(r"\bsince (?:\w+ )?((?:19|20)\d\d)\b")


def _since(words: str) -> int:
    found = SINCE.search(words)
    return int(found[1]) if found else 0


def _words_of(statement: Statement, code: str, org: str, states: Sequence[str]) -> str:
    """Words that belong to one state and one organisation, for the year that goes with them.

    From a name to the next of its kind; words before the first name go with all of them.
    """
    by_org = _cut(statement, org, [e for e in statement.entities if e["type"] == "IGO"])
    named = [e for e in statement.entities if str(e["code"]) in states and e["type"] != "IGO"]
    by_state = _cut(statement, code, named)
    if code in _followers(statement):
        return by_state  # "and Sweden followed": the year before it is somebody else's
    return by_org if years_in(by_state, None) == [] or len(by_org) < len(by_state) else by_state


def _cut(statement: Statement, code: str, marks: Sequence[Mapping[str, Any]]) -> str:
    places = {str(e["code"]): e["start"] for e in reversed(list(marks))}
    if len(places) < 2 or code not in places:
        return statement.text
    starts = sorted(places.values())
    lead = statement.article[statement.start : starts[0]]
    after = [s for s in starts if s > places[code]]
    own = statement.article[places[code] : after[0] if after else statement.end]
    # "Estonia, Latvia and Lithuania joined in 2004": a bare name takes the year of the next.
    bare = not re.search(r"\b(in|since|from|until|on)\b", own)
    return lead + (statement.article[places[code] : statement.end] if bare else own)


def _day(words: str, years: list[int], on: Date | None) -> Date | None:
    if years and not _since(words):
        return Date(years[0], 12, 31)
    return on


def _full(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [s for s in spells if s["status"] in FULL]


def _active(spells: list[dict[str, Any]], day: Date | None) -> bool:
    if day is None:
        return bool(_full(spells))
    return any(
        (s["start"] is None or s["start"] <= day) and (s["end"] is None or day < s["end"])
        for s in _full(spells)
    )


def _began(spells: list[dict[str, Any]], years: list[int], day: Date | None) -> bool:
    starts = [s["start"] for s in _full(spells) if s["start"]]
    if years:
        return any(s.year in years for s in starts)
    return any(day is None or s <= day for s in starts)


def _ended(spells: list[dict[str, Any]], years: list[int], day: Date | None) -> bool:
    ends = [s["end"] for s in _full(spells) if s["end"]]
    if years:
        return any(e.year in years for e in ends)
    return any(day is None or e <= day for e in ends)


def _spells_words(spells: list[dict[str, Any]]) -> str:
    parts = []
    for spell in spells:
        start = f"from {spell['start']}" if spell["start"] else "from an unknown day"
        end = f" until {spell['end']}" if spell["end"] else ""
        parts.append(f"{spell['status'].replace('_', ' ')} {start}{end}")
    return joined(parts)


# "Four EU members do not belong to NATO": members of one that are, or are not, in another.
IN_BOTH = re.compile(r"members?\b.{0,80}\b(belong to|are in|are (also )?members|joined)\b")
COUNTS_ALL = re.compile(
    r"\b(has|have|had|counts?|numbers?|comprises?|with|belong to|make up|grew to)\b|members? of\b"
)


def _of_two(statement: Statement, amount: Any, orgs: Sequence[str], record: Record) -> Finding:
    """Members of one organisation that are in another, or are not."""
    first, second = (set(record.members(o, statement.date)) for o in orgs[:2])
    found = sorted(first - second if statement.negative else first & second)
    names = joined([name_of(c) for c in found])
    how = "do not belong" if statement.negative else "belong"
    return Finding(
        status=SUPPORTED if amount.fits(len(found)) else CONTRADICTED,
        sentence=f"{len(found)} members of {orgs[0]} {how} to {orgs[1]} on {statement.date}: "
        f"{names}; the text says “{amount.words}”.",
        method=f"Members of {orgs[0]} and {orgs[1]} in the table of memberships.",
        rows=_rows(record, orgs, found),
    )  # fmt: skip


def _of_number(statement: Statement, amount: Any, orgs: Sequence[str], record: Record) -> Finding:
    org = orgs[0]
    if statement.date is None:
        return cannot_tell(
            f"the text has no date, and {org} had different members at different times"
        )
    if len(orgs) > 1 and (statement.negative or IN_BOTH.search(statement.words)):
        return _of_two(statement, amount, orgs, record)
    if not COUNTS_ALL.search(statement.words):
        return cannot_tell(f"its words do not say that they count all members of {org}")
    days = _days_counted(statement, statement.date)
    counted = [record.members(org, day) for day in days]
    members = next((m for m in counted if amount.fits(len(m))), counted[-1])
    day = days[counted.index(members)]
    rows = record.frame("memberships").filter(
        (pl.col("org") == org) & pl.col("state").is_in(members)
    )
    fits = amount.fits(len(members)) != statement.negative
    return Finding(
        status=SUPPORTED if fits else CONTRADICTED,
        sentence=f"{org} had {len(members)} members on {day}; the text says "
        f"“{amount.words}”.",
        method=f"Members of {org} in the table of memberships, on {day}.",
        rows=record.rows("memberships", rows, COLUMNS),
    )  # fmt: skip


def _days_counted(statement: Statement, on: Date) -> list[Date]:
    """Days on which a number of members may hold: the first and last of the year it is told of."""
    years = years_in(SINCE.sub("", statement.words), on)
    if not years or years[0] > on.year:
        return [on]
    return [Date(years[0], 1, 1), min(Date(years[0], 12, 31), on)]
