"""How states voted: statements about roll calls against the roll call, by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
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
from multipolar.auditing.gatherings import ASIDE
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.resolutions import (
    COUNCIL,
    SIDES,
    Resolution,
    sides_as_votes,
    speaks_of_several,
    tallies_in,
)
from multipolar.auditing.statement import Statement, in_one_list, unchecked
from multipolar.auditing.worded import DID, NEITHER, SO_DID
from multipolar.auditing.wording import NUMBER

CAST = {1: "voted for", 2: "abstained", 3: "voted against", 8: "did not vote"}
SIDE_OF = {"for": "voted for", "against": "voted against", "abstain": "abstained"}
SIDE_WORDS = {"yes": "for", "no": "against", "abstain": "abstaining", "nonvoting": "not voting"}
# What may stand between a state and its vote: other names of the list, no other clause.
VOTED = re.compile(
    r"(?:,? (?:and )?(?:the )?[a-z-]+){0,6}?,? (?:has |have |had |did not )?"
    r"(?P<how>vot(?:ed|es?|ing) (?:\w+ ){0,2}?(?:for|in favou?r|against|yes|no)|"
    r"abstain(?:ed|s|ing)|opposed)\b"
)
# "Georgia voted for it, Belarus against": the verb is in the clause before.
VERBLESS = re.compile(
    r"(?:,? and [a-z-]+)?,? (?P<how>against|for|in favou?r)(?=\s*(?:[.,;)]|$|and\b))"
)
# "voted with Russia and North Korea against": those voted so too.
BESIDE = re.compile(
    r"\bvot(?:ed|es?|ing) (?:alongside|together with|along with|with) .{1,80}?"
    r"\b(?P<how>against|for|in favou?r|in support)\b"
)
COUNT = re.compile(rf"\b{NUMBER}\b")
# Only a verb says that somebody voted: "accused the abstaining states" does not.
FINITE = re.compile(
    r"\bvot(?:ed|es?) (?:\w+ ){0,6}?(?:for|in favou?r|against|yes|no)\b|\babstain(?:ed|s)\b|"
    r"\b(?:supported|backed|opposed|rejected)\b|\bdid not (?:support|back)\b|"
    rf"\b(?:refused|declined|failed) to (?:support|back|vote for|endorse)\b|\b{SIDES['nonvoting']}"
)
STAYED_OUT = re.compile(r"\b" + SIDES["nonvoting"])
REFUSED = re.compile(r"\b(?:refused|declined|failed) to (?:support|back|vote for|endorse)\b")
# What was asked or paid for is no vote; parliaments and councils vote elsewhere.
ASKED = re.compile(
    r"\b(?:paid|bribed|press(?:ed|ured)|urged|asked|told|persuaded|forced|promised|instructed|"
    r"ordered|threatened|offered|wanted|planned|ready|willing|decided|agreed)\b[^.;,]{0,40}?"
    r"\bto (?:vote|abstain|oppose|support|back|reject|veto)\b"
)
AMONG = re.compile(r"among (?:those|them|the) .{3,60}?\b(?:was|were)\b")
PRONOUN = re.compile(r"(?:It|He|She|They|it|he|she|they)\b")
VETO = re.compile(r"\bveto\w*")
ELSEWHERE = re.compile(
    r"\b(?:parliament\w*|lawmakers|legislators|senat\w+|congress\w*|bundestag|duma|knesset|"
    r"cabinet|mps|deputies|voters|electorate|citizens)\b[^.;]{0,40}?\bvot(?:ed|es?|ing)\b"
)
THOSE_WHO = re.compile(
    r"\b(?:to|from|of|on|against|with|punish|thanked?|accused?|praised?) (?:all |any |the )?"
    r"(?:countries|states|those|anyone|nations|whoever|members)(?: (?:that|who|which))?"
    r" (?:had |have |has )?(?:vot(?:ed|es?)|abstain|oppos|support)"
)
SPONSORED = re.compile(r"\b(?:co-?)?(?:sponsor|tabl|draft|introduc|submitt)(?:ed|s|es)\b")
MOST = re.compile(r"\b(?:majority of|most(?: of)?|more than half of|over half of)(?: the)?\s*$")
LISTED = 12  # names a sentence lists; the list below it has all
OBJECT = re.compile(
    r"(resolution|draft|\btext|embargo|\bvote\b|motion|invasion|annexation|war|integrity|rejected|"
    r"deplored|condemned)\b[^,;:]*$"
)
NAMING = re.compile(r"\s+(resolution|embargo|text|draft|vote)\b")  # "the Cuba resolution"
DENIAL = re.compile(r"\b(not|never)\b")
NONE_OF = re.compile(
    r"\b(not (one|a single)|none|no) (of|\w+ states?|\w+ countries|country|state)\b|\bneither\b"
)
ONE_OF = re.compile(r"\bone of (?:the )?\d{2,3}\b")
NEAR_BEFORE = 300  # characters in which the vote that somebody cast too was told
LARGE, CORRECTED = 20, 2  # a tally above the first may be corrected by the second
NEAR = ", near it; states may correct their votes after the count"
ROLL_COLUMNS = ("symbol", "date", "label", "yes", "no", "abstain", "nonvoting")


def check_votes(statement: Statement, record: Record, roll: Resolution) -> Finding:
    """Check a tally and the votes of named states against one roll call."""
    tallies = tallies_in(statement.words)
    items = vote_items(statement, record, roll)
    rows = roll_rows(roll, record)
    if not items and not tallies:
        return cannot_tell(
            f"the words name neither a tally nor who voted how in {roll.name}",
            rows=rows, method=method_of(roll),
        )  # fmt: skip
    checked = [_tally_item(side, amount, roll) for side, amount in tallies]
    together = (*checked, *items)
    # States named after "the resolution" are what it is about, not who voted.
    about = [
        str(e["code"]) for e in statement.entities
        if OBJECT.search(statement.article[statement.start : e["start"]])
        or NAMING.match(statement.article[e["end"] :])
    ]  # fmt: skip
    unclear = unchecked(statement, items, [*about, str(roll.row["about"])]) if items else ()
    if speaks_of_several(statement):
        unclear = (*unclear, "it speaks of several votes, and one roll call was checked")
    return Finding(
        status=status_of_list(together), sentence=_sentence(checked, items, roll), unclear=unclear,
        method=method_of(roll), items=tuple(together),
        rows=(*rows, *_vote_rows([i.code for i in items], record, roll)),
    )  # fmt: skip


def method_of(roll: Resolution) -> str:
    """Which roll call was taken, why, and what else it could have been."""
    words = f"Taken to be about {roll.name}, because of {roll.why}."
    if roll.others:
        words += f" It could also be {joined(roll.others)}."
    return words


def roll_rows(roll: Resolution, record: Record) -> tuple[Row, ...]:
    """The tally of the roll call as a row of the record."""
    return record.rows("rollcalls", [roll.row], ROLL_COLUMNS)


def _tally_item(side: str, amount: Any, roll: Resolution) -> Item:
    count = int(roll.row[side])
    found, status = f"{count} {SIDE_WORDS[side]}", SUPPORTED
    if not amount.fits(count):
        near = amount.bound == "exact" and count > LARGE and abs(amount.value - count) <= CORRECTED
        status = DEPENDS if near else CONTRADICTED
        found += NEAR if near else ""
    return Item(
        name=amount.words, code="", said=f"{amount.words} ({SIDE_WORDS[side]})", found=found,
        status=status,
    )  # fmt: skip


def vote_items(statement: Statement, record: Record, roll: Resolution) -> list[Item]:
    """Votes of the states a statement names, one by one; groups are taken apart."""
    cast = _votes_of(record, roll)
    pronoun = PRONOUN.match(statement.text)
    named = {str(e["code"]) for e in statement.entities}
    items: dict[str, Item] = {}
    for codes, side, denied in _said_votes(statement):
        for code in codes:
            members = record.members(code, roll.row["date"])
            if not members and code not in items and code != "UN":
                items[code] = Item(
                    name=name_of(code), code=code, said=_said(side, denied=denied),
                    found="a group without fixed members in the record", status=CANNOT_TELL,
                )  # fmt: skip
            if len(members) > 1 and _is_most_of(code, statement):
                votes = [_vote_item(m, side, cast, denied=denied) for m in members]
                items[code] = _group_item(code, votes, _said(side, denied=denied))
                continue
            for member in members:
                made = _vote_item(member, side, cast, denied=denied)
                if pronoun and code not in named:  # who is meant is a reading, and said to be
                    made = replace(made, name=f"“{pronoun[0]}” ({made.name})")
                items.setdefault(member, made)
    return list(items.values())


def _group_item(code: str, votes: Sequence[Item], said: str) -> Item:
    """Most members of a group, who are said to have voted alike."""
    fitting = sum(i.status == SUPPORTED for i in votes)
    plain = said.removeprefix("not: ")
    cast = fitting if plain == said else len(votes) - fitting
    return Item(
        name=name_of(code), code=code, said=f"most {plain}" if plain == said else f"most: {said}",
        found=f"{cast} of {len(votes)} states {plain}",
        status=SUPPORTED if 2 * fitting > len(votes) else CONTRADICTED,
    )  # fmt: skip


def _is_most_of(code: str, statement: Statement) -> bool:
    """Whether a statement speaks of most members of a group, not of all."""
    before = [
        statement.article[statement.start : e["start"]].lower()
        for e in statement.entities if str(e["code"]) == code
    ]  # fmt: skip
    return any(MOST.search(b) for b in before)


def not_of_assembly(statement: Statement) -> str:
    """Why a statement tells of no vote in the General Assembly; empty where it may."""
    words = statement.words
    if ASKED.search(words):
        return "it says what somebody was asked, paid or ready to do, not how they voted"
    if THOSE_WHO.search(words) and not tallies_in(words):
        return "it speaks of those who voted in some way, and does not say who they are"
    if SPONSORED.search(words) and not FINITE.search(words):
        return "it is about who brought a text in, and the record holds who voted how"
    if VETO.search(words) and not COUNCIL.search(words):
        return "it is about a veto, and the record holds the votes of the General Assembly"
    if ELSEWHERE.search(words) and "assembly" not in words:
        return "it is about a vote elsewhere, and the record holds those of the General Assembly"
    return ""


def _without_asides(statement: Statement) -> Statement:
    """A statement with blanks for what is said of a voter beside its vote: ", which had ..., "."""
    spans = [(statement.start + m.start(), statement.start + m.end())
             for m in ASIDE.finditer(statement.text)]  # fmt: skip
    if not spans:
        return statement
    article = statement.article
    for a, b in spans:
        article = article[:a] + " " * (b - a) + article[b:]
    entities = [e for e in statement.entities
                if not any(a <= e["start"] < b for a, b in spans)]  # fmt: skip
    outside = [e for e in statement.events
               if not any(a <= e["trigger"]["start"] < b for a, b in spans)]  # fmt: skip
    return replace(statement, article=article, events=tuple(outside), entities=tuple(entities))


def _said_votes(whole: Statement) -> list[tuple[tuple[str, ...], str, bool]]:
    """Who is said to have voted how: from the events of the reading, else from the words."""
    found = []
    statement = _without_asides(whole)
    if among := AMONG.match(statement.words):
        first = statement.start + among.end()
        after = [str(e["code"]) for e in statement.entities if e["code"] and e["start"] >= first]
        return [(tuple(after), side_said(statement.words), False)] if after else []
    if any(p.match(statement.words) for p in (SO_DID, NEITHER, DID)):
        voters, told = _named_plainly(statement), _side_before(statement)
        return [(voters, told, statement.negative)] if voters and told else []
    none_of = bool(NONE_OF.search(statement.words) or REFUSED.search(statement.words))
    for event in statement.events:
        side = SIDE_OF.get(event["mode"]) if event["type"] == "VOTE" else None
        trigger = statement.article[event["trigger"]["start"] : statement.end].lower()
        if side and STAYED_OUT.search(statement.words) and "abstain" not in statement.words:
            side = CAST[8]  # "did not take part in the vote" is no abstention
        if side and event["actors"] and sides_as_votes(trigger)[:7] == trigger[:7]:
            denied = (event["happened"] == "no" or none_of) and side != CAST[8]
            found.append((tuple(a for a in event["actors"] if a), side, denied))
    joined_by = _joined_by(statement)
    # "nine, including Israel, voted against": not with those counted before.
    apart = {c for codes, _, _ in joined_by for c in codes}
    told_of = [(tuple(c for c in codes if c not in apart), s, d) for codes, s, d in found]
    found = [vote for vote in told_of if vote[0]]
    found += _beside(statement)
    if ONE_OF.search(statement.words) and statement.subjects and not found:
        side = _side_in(sides_as_votes(statement.words))
        found.append((statement.subjects, side, statement.negative))
    found += _voters_by_words(statement, apart | {c for codes, _, _ in found for c in codes})
    if found or (joined_by and tallies_in(statement.words)):
        return _with_lists(statement, [*found, *joined_by])
    side = side_said(statement.words)
    named = (
        _named_after_colon(statement)
        or tuple(c for c in statement.subjects if c != "UN")
        or _named_before_verb(statement)
    )
    if side and named and not _is_object(statement):
        denied = (statement.negative or none_of) and side != CAST[8]
        return [(named, side, denied)]
    return []


def _named_plainly(statement: Statement) -> tuple[str, ...]:
    """States and groups named, without those that only own something: "Kiev's annoyance"."""
    voters = ("STATE", "BLOC", "IGO", "CAPITAL", "GOV_SEAT")
    return tuple(
        str(e["code"]) for e in statement.entities
        if e["code"] and e["type"] in voters
        and statement.article[e["end"] : e["end"] + 2] not in ("'s", "\u2019s")
    )  # fmt: skip


def _side_before(statement: Statement) -> str:
    """Side of the vote that was told last before a statement: "So did South Africa"."""
    before = statement.before[: -len(statement.text)][-NEAR_BEFORE:]
    verbs = list(FINITE.finditer(sides_as_votes(before)))
    return _side_in(verbs[-1][0]) if verbs else ""


def _beside(statement: Statement) -> list[tuple[tuple[str, ...], str, bool]]:
    """States that others are said to have voted with."""
    match = BESIDE.search(statement.text.lower())
    if match is None:
        return []
    first, last = statement.start + match.start(), statement.start + match.start("how")
    codes = [str(e["code"]) for e in statement.entities if first <= e["start"] < last and e["code"]]
    side = SIDE_OF["against" if match["how"] == "against" else "for"]
    return [(tuple(dict.fromkeys(codes)), side, False)] if codes else []


JOINED_BY = re.compile(
    r"\b(?:together with|alone with|along with|alongside|as did|so did|joined by|among them|"
    r"including)\b(?P<who>.+)"
)


CLAUSE = re.compile(r";|,\s+(?:and|but|while|whereas)\b")


def _joined_by(statement: Statement) -> list[tuple[tuple[str, ...], str, bool]]:
    """States named after the vote: "voted against it, together with Russia and Belarus"."""
    match = JOINED_BY.search(statement.text)
    verbs = list(FINITE.finditer(sides_as_votes(statement.words[: match.start()]))) if match else []
    if match is None or not verbs:
        return []
    side = _side_in(verbs[-1][0])
    first = statement.start + match.start("who")
    end = statement.end
    if later := FINITE.search(sides_as_votes(match["who"].lower())):
        # "nine, including Israel and Canada, voted against": the verb comes after the names;
        # "among them China and India; Iran was absent": another clause begins before it.
        names = match["who"][: later.start()]
        counted = match[0].startswith(("including", "among")) and names.rstrip().endswith(",")
        side = _side_in(later[0]) if counted else side
        cuts = [] if counted else list(CLAUSE.finditer(names))
        end = first + (cuts[-1].start() if cuts else later.start())
    codes = [str(e["code"]) for e in statement.entities if first <= e["start"] < end and e["code"]]
    return [(tuple(dict.fromkeys(codes)), side, False)] if codes else []


def _with_lists(
    statement: Statement, found: list[tuple[tuple[str, ...], str, bool]]
) -> list[tuple[tuple[str, ...], str, bool]]:
    """Voters with the names that share a list with them and were not given a vote of their own."""
    known = {c for codes, _, _ in found for c in codes}
    wider = []
    for codes, side, denied in found:
        more = [c for c in in_one_list(statement, codes) if c not in known]
        known.update(more)
        wider.append(((*codes, *more), side, denied))
    return wider


def _voters_by_words(
    statement: Statement, known: Collection[str]
) -> list[tuple[tuple[str, ...], str, bool]]:
    """States that words of voting follow closely, where the reading has no event for them."""
    found: list[tuple[tuple[str, ...], str, bool]] = []
    verb = FINITE.search(statement.words)
    for entity in statement.entities:
        code = str(entity["code"] or "")
        if entity["type"] != "STATE" or code in known:
            continue
        after = statement.article[entity["end"] : statement.end].lower()
        match = VOTED.match(after) or (VERBLESS.match(after) if verb else None)
        if match and not COUNT.search(match[0]):  # "and nine, including ..., voted against"
            side = _side_in(match["how"])
            found.append(((code,), side, bool(DENIAL.search(match[0]))))
    return found


def _named_before_verb(statement: Statement) -> tuple[str, ...]:
    """States and groups that stand before the verb of voting."""
    finite = FINITE.search(sides_as_votes(statement.words))
    end = statement.start + (finite.start() if finite else 0)
    voters = ("STATE", "CAPITAL", "GOV_SEAT", "BLOC", "BLOC_ADJ")
    named = [e for e in statement.entities if e["end"] <= end and e["type"] in voters]
    return tuple(dict.fromkeys(str(e["code"]) for e in named if e["code"]))


def side_said(words: str) -> str:
    """How the words say a vote was cast: "voted for", "voted against", "abstained" or nothing."""
    finite = FINITE.search(sides_as_votes(words))
    return _side_in(finite[0]) if finite else ""


def _is_object(statement: Statement) -> bool:
    """Whether the states named are what the resolution is about, not who voted."""
    return bool(tallies_in(statement.words)) and ":" not in statement.text


def _named_after_colon(statement: Statement) -> tuple[str, ...]:
    """States of a list that follows a colon or a dash: "Only five voted against: Belarus, ..."."""
    at = max(statement.text.rfind(":"), statement.text.rfind("\u2013"))
    if at < 0:
        return ()
    after = statement.start + at
    voters = ("STATE", "CAPITAL", "GOV_SEAT", "BLOC")
    listed = [e for e in statement.entities if e["start"] > after and e["type"] in voters]
    return tuple(dict.fromkeys(str(e["code"]) for e in listed if e["code"]))


def _side_in(words: str) -> str:
    if re.search(SIDES["nonvoting"], words):
        return CAST[8]
    for side in ("abstain", "no", "yes"):
        if re.search(SIDES[side], words):
            return {"yes": "voted for", "no": "voted against"}.get(side, "abstained")
    return ""


def _votes_of(record: Record, roll: Resolution) -> Mapping[str, int]:
    name = roll.row["rollcall"]
    return record.once(
        ("cast", name),
        lambda: dict(
            record.frame("votes").filter(pl.col("rollcall") == name).select("state", "vote").rows()
        ),
    )


def _said(side: str, *, denied: bool) -> str:
    return f"not: {side}" if denied else side


def _vote_item(code: str, side: str, cast: Mapping[str, int], *, denied: bool) -> Item:
    vote = cast.get(code, 9)
    found = CAST.get(vote, "not a member then, or not in the roll call")
    if vote not in CAST:
        status = CANNOT_TELL
    else:
        status = SUPPORTED if (CAST[vote] == side) != denied else CONTRADICTED
    return Item(
        name=name_of(code), code=code, said=_said(side, denied=denied), found=found, status=status
    )


def _vote_rows(codes: Sequence[str], record: Record, roll: Resolution) -> tuple[Row, ...]:
    cast = _votes_of(record, roll)
    states = sorted({c for c in codes if is_state(c) and c in cast})
    name = roll.row["rollcall"]
    rows = [
        {"rollcall": name, "state": c, "vote": cast[c], "cast": CAST.get(cast[c], "not a member")}
        for c in states
    ]
    return record.rows("votes", rows, ("rollcall", "state", "vote", "cast"))


def _sentence(tallies: Sequence[Item], items: Sequence[Item], roll: Resolution) -> str:
    row = roll.row
    parts = []
    if tallies:
        parts.append(
            f"The roll call counts {row['yes']} for, {row['no']} against, {row['abstain']} "
            f"abstaining and {row['nonvoting']} not voting"
        )
    if items:
        parts.append(_names_sentence(items))
    return ". ".join(parts) + f" ({roll.symbol})."


def _names_sentence(items: Sequence[Item]) -> str:
    """What the named states did: together where they did the same, else those that differ."""
    wrong = [i for i in items if i.status != SUPPORTED]
    if len(items) == 1 and not is_state(items[0].code):
        return f"{items[0].name}: {items[0].found}"
    if len(items) == 1:
        says = f"; the text says: {items[0].said.removeprefix('not: ')}" if wrong else ""
        if wrong and items[0].said.startswith("not: "):
            says = "; the text says the opposite"
        return f"{items[0].name} {items[0].found}{says}"
    if not wrong:
        kinds = dict.fromkeys(i.found for i in items)
        if len(items) > LISTED:
            if len(kinds) == 1:
                return f"All {len(items)} states meant {items[0].found}"
            counted = [f"{sum(i.found == k for i in items)} {k}" for k in kinds]
            return f"Of the {len(items)} states meant, {joined(counted)}"
        return "; ".join(f"{joined([i.name for i in items if i.found == k])} {k}" for k in kinds)
    lead = f"{len(items) - len(wrong)} of {len(items)} named votes fit"
    return lead + "".join(f"; {i.name} {i.found}" for i in wrong[:8])


def not_held() -> Finding:
    """Finding where the store has no roll calls."""
    return not_testable("the store holds no roll calls; multipolar source list")
