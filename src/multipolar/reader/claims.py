"""Statements somebody could test on data, sorted by the data that would test them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache

from multipolar.reader.actors import Resolver
from multipolar.reader.attribution import Attribution
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.entities import Mention
from multipolar.reader.events import Event
from multipolar.reader.lexicon import read_table

MAX_TYPES = 2
# Claims about a country that may be spoken of as "it" or "they" throughout the clause.
BY_PRONOUN = frozenset(["ISOLATION", "ALIGNMENT", "MEMBERSHIP"])
ACTORS = frozenset(["STATE", "DEMONYM", "LEADER", "IGO", "BLOC", "BLOC_ADJ", "GOV_SEAT", "CAPITAL"])
CLAUSE_CUT = re.compile(
    r"[;:] |(?<=,) (?:but|yet|while|whereas|although|though|so|and) "
    r"|, (?=and (?:the|it|they|he|its|in|on)\b)| [—–] | while | whereas "
)
MIN_CLAUSE = 24
# A conditional sentence states nothing about what is.
CONDITION = re.compile(r"(if|unless|had|were|should|provided that) ")


@dataclass(slots=True)
class Claim:
    """One testable statement; ``holder`` is the index of the attribution that carries it."""

    start: int
    end: int
    type: str
    subjects: list[str]
    objects: list[str]
    holder: Attribution | None
    author_stance: str
    modality: str
    polarity: str
    sentence: int
    why: str = ""
    events: list[Event] = field(default_factory=list)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (r["type"], r["needs"], re.compile(r["pattern"])) for r in read_table("claims.tsv")
    )


def find_claims(
    clauses: Clauses,
    text: str,
    events: list[Event],
    attributions: list[Attribution],
    resolver: Resolver,
) -> list[Claim]:
    """Claims of one sentence, at most two types for a clause."""
    sentence = clauses.sentence
    if not any(c.kind == "vg" for c in clauses.chunks):
        return []
    out: list[Claim] = []
    for start, end in _units(text, sentence.start, sentence.end):
        words = text[start:end].lower().replace("’", "'")
        out += _unit_claims(clauses, words, start, end, events, attributions, resolver)
    return out


def _units(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Clause-sized pieces of a sentence; short ones stay with their neighbour."""
    cuts = [start]
    for match in CLAUSE_CUT.finditer(text, start, end):
        if match.end() - cuts[-1] >= MIN_CLAUSE and end - match.end() >= MIN_CLAUSE:
            cuts.append(match.end())
    cuts.append(end)
    return list(itertools.pairwise(cuts))


def _unit_claims(
    clauses: Clauses,
    words: str,
    start: int,
    end: int,
    events: list[Event],
    attributions: list[Attribution],
    resolver: Resolver,
) -> list[Claim]:
    mentions = _mentions(clauses, start, end)
    holder = next((a for a in attributions if a.content[0] < end and start < a.content[1]), None)
    future = clauses.sentence.question is False and _is_future(clauses, start, end)
    found: list[tuple[str, str]] = []
    for kind, needs, pattern in _patterns():
        if needs == "future" and not future:
            continue
        if needs == "actor" and not mentions and not (kind in BY_PRONOUN and _pronoun(words)):
            continue
        match = pattern.search(words)
        if match is not None:
            found.append((kind, match.group()[:40]))
    found += [
        x
        for e in events
        if start <= e.start < end and (x := _from_event(e)) and x[0] not in [k for k, _ in found]
    ]
    found = _ranked(found, future=future)
    if _only_possible(clauses, start, end) or (CONDITION.match(words) and not future):
        return []
    if not found or clauses.sentence.question:
        return []
    if holder is not None:
        start = max(start, min(holder.content[0], end - 1)) if holder.content[0] < end else start
        end = min(end, holder.content[1]) if holder.content[1] > start else end
        mentions = _mentions(clauses, start, end)
    out = []
    for kind, why in found[:MAX_TYPES]:
        inside = [e for e in events if start <= e.start < end]
        out.append(_claim(clauses, start, end, kind, why, mentions, inside, holder, resolver))
    return out


EVENT_CLAIMS = {"VOTE": "UN_VOTE"}
MODE_CLAIMS = {
    "visit": "ATTENDANCE",
    "exercise": "MIL_EXERCISE",
    "join": "MEMBERSHIP",
    "withdraw": "MEMBERSHIP",
    "sanctions": "SANCTIONS_COMPLIANCE",
    "invade": "INTERVENTION",
}


def _from_event(event: Event) -> tuple[str, str] | None:
    """What a reported event could be tested on, where its words fit no pattern."""
    if event.happened == "possible" or event.type in ("AGREE", "REQUEST"):
        return None
    if event.type in ("RETREAT", "CONSULT") and event.mode != "visit":
        return None
    if event.mode == "support" and event.type == "SUPPORT" and event.recipients:
        return "ALIGNMENT", "event SUPPORT"
    if event.mode == "sanctions" and event.happened != "no":
        return None
    kind = MODE_CLAIMS.get(event.mode) or EVENT_CLAIMS.get(event.type)
    return (kind, f"event {event.type}") if kind else None


def _ranked(found: list[tuple[str, str]], *, future: bool) -> list[tuple[str, str]]:
    """A prediction comes before all else; broad types only when nothing narrower fits."""
    kinds = [k for k, _ in found]
    if future and "PREDICTION" in kinds:
        return [f for f in found if f[0] == "PREDICTION"]
    broad = {"ALIGNMENT", "AID_INVESTMENT", "TRADE", "CAPABILITY"}
    narrow = [f for f in found if f[0] not in broad and f[0] != "PREDICTION"]
    return (narrow or [f for f in found if f[0] != "PREDICTION"])[:1]


def _is_future(clauses: Clauses, start: int, end: int) -> bool:
    for chunk in clauses.chunks:
        at = clauses.tokens[chunk.head].start
        if (
            chunk.kind == "vg"
            and chunk.modal in ("will", "shall", "'ll", "wo")
            and start <= at < end
            and not _own_intent(clauses, chunk)
        ):
            return True
    return False


def _own_intent(clauses: Clauses, verb: Chunk) -> bool:
    """'We will not be lectured' announces, it does not predict."""
    subject = clauses.subject(clauses.index(verb))
    return subject is not None and clauses.tokens[subject.first].low in ("we", "i")


def _only_possible(clauses: Clauses, start: int, end: int) -> bool:
    """'Should it ..., it may ...': nothing is stated that could be tested."""
    verbs = [
        c
        for c in clauses.chunks
        if c.kind == "vg" and c.form == "fin" and start <= clauses.tokens[c.head].start < end
    ]
    return bool(verbs) and all(c.inverted or c.modal in ("may", "might") for c in verbs)


def _pronoun(words: str) -> bool:
    return bool(re.search(r"\b(it|they|its|their|he|his|country|countries|states)\b", words))


def _mentions(clauses: Clauses, start: int, end: int) -> list[Mention]:
    out: list[Mention] = []
    for token in clauses.tokens:
        mention = token.mention
        if not isinstance(mention, Mention) or mention.type not in ACTORS:
            continue
        if start <= token.start < end and (not out or out[-1] is not mention):
            out.append(mention)
    return out


def _claim(  # noqa: PLR0913, PLR0917
    clauses: Clauses,
    start: int,
    end: int,
    kind: str,
    why: str,
    mentions: list[Mention],
    events: list[Event],
    holder: Attribution | None,
    resolver: Resolver,
) -> Claim:
    subjects = _subjects(clauses, start, end, resolver)
    objects: list[str] = []
    for mention in mentions:
        if mention.code and mention.code not in subjects and mention.code not in objects:
            objects.append(mention.code)
    verbs = [
        c for c in clauses.chunks if c.kind == "vg" and start <= clauses.tokens[c.head].start < end
    ]
    negative = bool(verbs) and verbs[0].negated
    modal = next((c.modal for c in verbs if c.modal), "")
    modality = (
        "future" if modal in ("will", "shall", "wo", "'ll") else ("hedged" if modal else "asserted")
    )
    stance = "reports" if holder is not None and holder.author_stance == "neutral" else "endorses"
    if holder is not None and (holder.author_stance == "rejects" or holder.kind == "denial"):
        stance = "disputes" if holder.author_stance == "rejects" else "reports"
    return Claim(
        start,
        end,
        kind,
        subjects,
        objects,
        holder,
        stance,
        modality,
        "neg" if negative else "pos",
        clauses.sentence.index,
        f"pattern '{why}'",
        events,
    )


def _subjects(clauses: Clauses, start: int, end: int, resolver: Resolver) -> list[str]:
    for i, chunk in enumerate(clauses.chunks):
        if (
            chunk.kind == "vg"
            and chunk.form == "fin"
            and start <= clauses.tokens[chunk.head].start < end
        ):
            codes = resolver.codes(clauses.subject(i)) or resolver.codes(
                clauses.subject(i), weak=True
            )
            if codes:
                return list(codes)
    return []
