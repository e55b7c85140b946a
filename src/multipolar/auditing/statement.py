"""One statement of an article with all that bears on its check: words, names, events, holder."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 - as in the reader
from typing import Any

from multipolar.auditing.check import Item
from multipolar.auditing.spans import Spans, sentences_in, span_at
from multipolar.auditing.worded import (
    ALL_SANCTIONED,
    ALL_VOTED,
    ARMS,
    ASSEMBLY,
    COUNTED,
    DEALT,
    DID,
    DRILLS,
    LAST,
    LEAKAGE,
    NEITHER,
    SO_DID,
    TRAINED,
    said_last,
    worded,
)
from multipolar.auditing.wording import NUMBER, amounts_before, small

TAIL = re.compile(
    r"[\s,;\u2013\u2014]+(and|but|although|though|while|whereas|yet|so)?[\s,;\u2013\u2014]*$"
)
# Blanks, a bullet, the dateline of an agency: "NEW YORK, 13 December 2023 (Agency) - ".
LEAD = re.compile(
    r"\s*(?:[-*\u2022\u00b7]\s+)?"
    r"(?:[A-Z][A-Z .'\u2019-]{2,30}, \d{1,2} [A-Z][a-z]+(?: \d{4})?(?: \([^)]{2,30}\))? ?"
    r"[-\u2013\u2014] )?"
)
NEAR = 2_000  # characters before a statement that tell what it speaks of
BEFORE = 20_000  # characters a statement can refer back to: a long article stays linear
FOR_EVENTS = {
    ("VOTE", "for"): "UN_VOTE", ("VOTE", "against"): "UN_VOTE", ("VOTE", "abstain"): "UN_VOTE",
    ("SANCTION", "sanctions"): "SANCTIONS_COMPLIANCE", ("CONSULT", "visit"): "ATTENDANCE",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim of the reading, or an event the record can be asked about.

    ``article`` is the whole text, ``sentence`` the sentence the statement stands in, ``entities``
    and ``events`` what the reading found inside the statement, ``named_before`` the states spoken
    of last before it, ``beside`` what its sentence says around it that no check takes up, and
    ``persons_before`` the leaders named before it with their title, where it gives a title alone.
    """

    id: str
    type: str
    start: int
    end: int
    article: str
    sentence: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    entities: tuple[Mapping[str, Any], ...]
    events: tuple[Mapping[str, Any], ...]
    attribution: Mapping[str, Any] | None
    author_stance: str
    modality: str
    polarity: str
    date: Date | None
    named_before: tuple[str, ...] = ()
    beside: str = ""
    persons_before: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """Words of the statement."""
        return self.article[self.start : self.end].strip()

    @property
    def words(self) -> str:
        """Words in small letters, with straight apostrophes, for patterns."""
        return small(self.text)

    @property
    def before(self) -> str:
        """What the article said just before, up to the statement's end, in small letters."""
        return small(self.article[max(0, self.end - BEFORE) : self.end])

    @property
    def negative(self) -> bool:
        """Whether the statement denies what its words are about."""
        return self.polarity == "neg"


@dataclass(frozen=True, slots=True)
class _Whole:
    """The article all statements are cut from."""

    reading: Mapping[str, Any]
    text: str
    sentences: tuple[tuple[int, int], ...]
    attributions: Mapping[str, Mapping[str, Any]]
    date: Date | None
    entities: Spans[Mapping[str, Any]]
    events: Spans[Mapping[str, Any]]

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """Sentence a place stands in; the span itself between two of them."""
        return span_at(self.sentences, start) or (start, end)


def statements_of(reading: Mapping[str, Any], text: str, on: Date | None) -> list[Statement]:
    """Claims of a reading and the votes, sanctions and visits it reports outside any claim."""
    sentences = tuple((s.start, s.end) for s in sentences_in(text))
    attributions = {a["id"]: a for a in reading["attributions"]}
    entities = Spans((int(e["start"]), int(e["end"]), e) for e in reading["entities"])
    events = Spans(
        (int(e["trigger"]["start"]), int(e["trigger"]["end"]), e) for e in reading["events"]
    )
    whole = _Whole(reading, text, sentences, attributions, on, entities, events)
    found = []
    for claim in reading["claims"]:
        end = claim["span"]["end"]
        kind = _type(claim, text[max(0, end - NEAR) : end].lower())
        found.append(_statement(claim["id"], kind, claim["span"], claim, whole))
    found += _reported(whole, found)
    found = _with_tails(found, whole)
    found += _worded(whole, found)
    return _in_one(sorted(found, key=lambda s: (s.start, s.end, s.id)), whole)


# What hangs on a claim without a verb of its own: "as did Serbia", "and Sweden followed in 2024".
TAIL_OF = re.compile(
    r"^[\s,;\u2013\u2014]*(?:and |but |while |so )?.{0,60}?\b(?:followed|as did|so did|did so|"
    r"did the same|like|along with|as well as|together with|including|among them)\b"
)


def _with_tails(found: Sequence[Statement], whole: _Whole) -> list[Statement]:
    """Statements with the rest of their sentence, where it goes on about the same thing."""
    kept = []
    placed = Spans((s.start, s.end, s) for s in found)
    for one in found:
        start, end = _whole_span(one, placed, whole)
        if (start, end) == (one.start, one.end):
            kept.append(one)
            continue
        wider = _spanning(one, start, end, whole)
        heads = [str(e["code"]) for e in wider.entities if e["end"] <= one.start and e["code"]]
        kept.append(replace(wider, subjects=tuple(dict.fromkeys((*one.subjects, *heads[:1])))))
    return kept


def _whole_span(one: Statement, found: Spans[Statement], whole: _Whole) -> tuple[int, int]:
    """Span of a statement with what its clause leaves out at either end."""
    first, last = whole.sentence_at(one.start, one.end)
    start, end = one.start, one.end
    others = [s for s in found.starting(first, last) if s is not one]
    if TAIL_OF.match(whole.text[end:last].lower()) and not any(end <= s.start for s in others):
        end = last
    free = max([first, *(s.end for s in others if s.end <= start)])
    lead = whole.text[free:start]
    # "one of the 141 states that voted": who it was stands before.
    if RELATIVE.match(one.text) and free == first:
        start = first
        if AMONG.match(whole.text, first) and not any(end <= s.start for s in others):
            end = last  # "Among those who voted against were Belarus and Armenia"
    elif (
        one.type == "UN_VOTE"
        and OPENING.match(one.text)
        and not any(end <= s.start for s in others)
    ):
        end = last  # "When the Assembly voted, 100 states supported it": what they did comes after
    elif one.type == "UN_VOTE" and (counted := COUNTED.search(lead.lower())):
        start = free + counted.start()
    return start, end


OPENING = re.compile(r"(?:but |and )?(?:when|as|after|once|among)\b", re.IGNORECASE)
AMONG = re.compile(r"\s*among (?:those|them|the) ", re.IGNORECASE)
RELATIVE = re.compile(r"(that|which|who|whose)\b")
BETWEEN = re.compile(r"[\s,;\u2013\u2014]*(?:and|but|while|whereas)?\s*")


def _in_one(found: Sequence[Statement], whole: _Whole) -> list[Statement]:
    """Votes of one sentence as one statement, where nothing but a comma or "and" parts them."""
    kept: list[Statement] = []
    for one in found:
        last = kept[-1] if kept else None
        if last is not None and _goes_on(last, one, whole.text):
            both = tuple(dict.fromkeys((*last.subjects, *one.subjects)))
            kept[-1] = replace(_spanning(last, last.start, one.end, whole), subjects=both)
        else:
            kept.append(one)
    return kept


def _goes_on(last: Statement, one: Statement, text: str) -> bool:
    """Whether a statement goes on with the vote of the one before it, or says what it was on."""
    same = last.sentence == one.sentence and last.attribution == one.attribution
    if last.type != "UN_VOTE" or not same or last.end > one.start:
        return False
    if one.type == "INTERVENTION":
        return bool(RELATIVE.match(one.text))
    alike = one.type == "UN_VOTE" and last.polarity == one.polarity
    return alike and BETWEEN.fullmatch(text[last.end : one.start]) is not None


def _spanning(one: Statement, start: int, end: int, whole: _Whole) -> Statement:
    """A statement over another span, with the names and events inside it."""
    end = start + len(TAIL.sub("", whole.text[start:end]))
    return replace(
        one, start=start, end=end, entities=tuple(whole.entities.starting(start, end)),
        events=tuple(whole.events.starting(start, end)),
    )  # fmt: skip


REACH = 12  # attributions before a passage that can still be open in it
BACK = 4  # names before a statement that "their trade" can refer to


def _named_before(entities: Spans[Mapping[str, Any]], start: int) -> tuple[str, ...]:
    """States named last before a statement, the nearest last."""
    kinds = ("STATE", "CAPITAL", "GOV_SEAT", "DEMONYM")
    codes = [str(e["code"]) for e in entities.before(start, BACK * 4) if e["type"] in kinds]
    return tuple(dict.fromkeys(reversed(codes)))[:BACK][::-1]


TITLES = r"prime minister|president|chancellor|king|foreign minister"
THE_TITLE = re.compile(rf"(?:but |and |so )?the (?:{TITLES})\b", re.IGNORECASE)
TITLE_BEFORE = re.compile(rf"\b(?P<title>{TITLES}) (?:[A-Z][\w\u2019'-]+ )?$", re.IGNORECASE)
PERSONS = 60  # names before a statement among which the bearer of a title is looked for


def _persons_before(whole: _Whole, start: int) -> tuple[Mapping[str, Any], ...]:
    """Leaders named before a place with their title, the nearest last."""
    found = []
    for entity in whole.entities.before(start, PERSONS):
        lead = whole.text[max(0, entity["start"] - 40) : entity["start"]]
        held = TITLE_BEFORE.search(lead)
        own = TITLE_BEFORE.search(f"{str(entity['text']).rpartition(' ')[0]} ")
        title = held or own
        if title and entity["code"] and entity["type"] in ("LEADER", "PERSON"):
            found.append({**entity, "title": title["title"].lower()})
    return tuple(found)


SCORE = re.compile(r"\bby \d{1,3}(?: votes)? to \d{1,3}\b")
MEETING = re.compile(r"\b(met|visited|received|hosted|travelled to|flew to)\b.{0,80}\bsince the\b")
HOSTED = re.compile(r"\b(welcomed|received|hosted|visited|flew to|travelled to)\b")
ATTENDED = re.compile(
    r"\b(?:attend\w*|came|took part|stayed away|sent (?:its|their) (?:leader|president)s?)\b"
    r".{0,40}\b(?:parade|summit|celebrations?)\b|\bsent (?:its|their) (?:leader|president)s?\b"
)
ABSENT = re.compile(r"\b(?:was|were) absent\b|\bin the vote\b")
STOOD = re.compile(
    rf"\b{NUMBER} (?:\w+ )?(?:leaders|heads of state|presidents)\b.{{0,40}}\bstood\b"
)
TRADED = re.compile(r"\b(of|in) (\S+ )?(imports|exports|trade)\b")
# "A NATO ally" belongs to it; how it votes is another question.
ALLIED = re.compile(
    r"\b(?:is|are|remains?|was|were) (?:an?|the|one of) (?:\w+ )?nato (?:ally|allies)\b"
)
SANCTIONED = re.compile(
    r"\bto sanction \w|\b(impos\w+|introduc\w+|adopt\w+|lift\w+) (\w+ ){0,3}?sanctions\b"
)


def _type(claim: Mapping[str, Any], before: str) -> str:
    """Type of a claim by its words, where the reading takes them for something near to it.

    "The world condemned the invasion" is about votes, not an invasion; "imposed sanctions for the
    purchase of missiles" is about sanctions, not trade.
    """
    words, kind = claim["span"]["text"].lower(), str(claim["type"])
    if any(p.match(words) for p in (SO_DID, NEITHER, DID)):
        return said_last(before[: -len(words)][-LAST:]) or kind
    return next((to for was, fits, to in RETYPED if kind == was and fits(words, before)), kind)


MANY = 20  # states from which on a count of those that condemned or demanded is of a roll call


def _is_count_of_votes(words: str) -> bool:
    """Whether words count the states that voted: "141 states condemned the invasion"."""
    if not COUNTED.search(words):
        return False
    return any(a.value >= MANY for a in amounts_before(words, "states|countries|nations|members"))


_Test = Callable[[str, str], object]


def _said(pattern: re.Pattern[str], around: re.Pattern[str] | None = None) -> _Test:
    """Test for words that say something, where what stands before them is about something."""
    return lambda words, before: pattern.search(words) and (not around or around.search(before))


# Type of the reading, what its words must say, and the type they are then of.
RETYPED: tuple[tuple[str, _Test, str], ...] = (
    ("INTERVENTION", _said(ALL_VOTED), "UN_VOTE"),
    ("INTERVENTION", lambda words, _: _is_count_of_votes(words), "UN_VOTE"),
    ("ALIGNMENT", lambda words, _: _is_count_of_votes(words), "UN_VOTE"),
    ("INTERVENTION", _said(COUNTED, ASSEMBLY), "UN_VOTE"),
    ("INTERVENTION", _said(ALL_SANCTIONED), "SANCTIONS_COMPLIANCE"),
    ("INTERVENTION", _said(MEETING), "ATTENDANCE"),
    ("INTERVENTION", _said(SANCTIONED), "SANCTIONS_COMPLIANCE"),
    ("ALIGNMENT", _said(ALLIED), "MEMBERSHIP"),
    ("ALIGNMENT", _said(ALL_VOTED), "UN_VOTE"),
    ("ALIGNMENT", _said(ALL_SANCTIONED), "SANCTIONS_COMPLIANCE"),
    ("MEMBERSHIP", _said(ATTENDED), "ATTENDANCE"),
    ("UN_VOTE", _said(STOOD), "ATTENDANCE"),
    (
        "ATTENDANCE",
        lambda words, before: ABSENT.search(words) and said_last(before[-LAST:]) == "UN_VOTE",
        "UN_VOTE",
    ),
    ("AID_INVESTMENT", _said(TRAINED, DRILLS), "MIL_EXERCISE"),
    ("ATTENDANCE", _said(TRAINED, DRILLS), "MIL_EXERCISE"),
    ("ATTENDANCE", _said(DRILLS), "MIL_EXERCISE"),
    ("MEMBERSHIP", _said(DRILLS), "MIL_EXERCISE"),
    ("TRADE", _said(LEAKAGE), "SANCTIONS_COMPLIANCE"),
    ("ALIGNMENT", _said(HOSTED), "ATTENDANCE"),
    ("MEMBERSHIP", _said(SCORE, ASSEMBLY), "UN_VOTE"),
    ("TRADE", _said(SANCTIONED), "SANCTIONS_COMPLIANCE"),
    ("ALIGNMENT", _said(SANCTIONED), "SANCTIONS_COMPLIANCE"),
    ("PUBLIC_OPINION", lambda words, _: ARMS.search(words) and DEALT.search(words), "TRADE"),
    ("PUBLIC_OPINION", _said(TRADED), "TRADE"),
)


def _reported(whole: _Whole, claims: Sequence[Statement]) -> list[Statement]:
    """Votes, sanctions and visits that the reading reports outside any claim."""
    found: list[Statement] = []
    claimed = Spans((s.start, s.end, s.id) for s in claims)
    for event in whole.reading["events"]:
        kind = FOR_EVENTS.get((event["type"], event["mode"]))
        at = event["trigger"]["start"]
        # A claim's own check reads the events inside it.
        covered = claimed.touches(at, at + 1)
        if kind is None or covered or event["happened"] in ("possible", "planned"):
            continue
        span = whole.sentence_at(at, event["trigger"]["end"])
        if whole.text[span[0] : span[1]].rstrip().endswith("?"):
            continue  # a question states nothing
        carried = {
            "subjects": event["actors"], "objects": event["recipients"],
            "holder": event.get("reported_by") or "author", "author_stance": "reports",
            "modality": event["modality"],
            "polarity": "neg" if event["happened"] == "no" else "pos",
        }  # fmt: skip
        where = {"start": span[0], "end": span[1]}
        made = _statement(event["id"], kind, where, carried, whole)
        last = found[-1] if found else None
        if last is not None and (last.type, last.start, last.end) == (kind, made.start, made.end):
            both = tuple(dict.fromkeys((*last.subjects, *made.subjects)))
            found[-1] = replace(last, subjects=both)  # two events of one sentence are checked once
        else:
            found.append(made)
    return found


def _worded(whole: _Whole, claims: Sequence[Statement]) -> list[Statement]:
    """Passages without a claim whose words alone ask a question the record answers."""
    found: list[Statement] = []
    covered = Spans((s.start, s.end, s.id) for s in claims)
    said = Spans(
        (a["content"]["start"], a["content"]["end"], a) for a in whole.attributions.values()
    )
    for passage in worded(whole.text, whole.sentences, covered):
        # A quotation may have opened a few sentences before.
        near = said.before(passage.end, REACH)
        inside = [a for a in near if passage.start < a["content"]["end"]]
        where = {"start": passage.start, "end": passage.end}
        if inside:
            content = inside[0]["content"]
            where = {
                "start": max(passage.start, content["start"]),
                "end": min(passage.end, content["end"]),
            }
        carried: dict[str, Any] = {
            "subjects": [], "objects": [], "holder": inside[0]["id"] if inside else "author",
            "author_stance": "reports", "modality": "asserted",
            "polarity": "neg" if passage.negative else "pos",
        }  # fmt: skip
        found.append(_statement(f"au{len(found) + 1}", passage.kind, where, carried, whole))
    return found


def _statement(
    item: str, kind: str, span: Mapping[str, int], claim: Mapping[str, Any], whole: _Whole
) -> Statement:
    text = whole.text
    start, end = span["start"], span["end"]
    # A claim's span may open on blanks or a bullet and close on conjunctions; its mark should not.
    if lead := LEAD.match(text, start, end):
        start = lead.end()
    end = start + len(TAIL.sub("", text[start:end]))
    around = whole.sentence_at(start, end)
    if text[start:end].endswith(":"):
        end = around[1]  # what follows a colon is the list the statement is about
    return Statement(
        id=item, type=kind, start=start, end=end, article=text,
        sentence=text[around[0] : around[1]], subjects=tuple(c for c in claim["subjects"] if c),
        objects=tuple(c for c in claim["objects"] if c),
        entities=tuple(whole.entities.starting(start, end)),
        events=tuple(whole.events.starting(start, end)),
        attribution=whole.attributions.get(claim["holder"]), author_stance=claim["author_stance"],
        modality=claim["modality"], polarity=claim["polarity"], date=whole.date,
        named_before=_named_before(whole.entities, start),
        persons_before=_persons_before(whole, start) if THE_TITLE.match(text[start:end]) else (),
    )  # fmt: skip


CONDITION = re.compile(
    r"^(?:but |and |of course,? |yet )*(?:if|unless|provided|"
    r"(?:had|should|were)(?! (?:been|be|not|also|already|an?|all|both|to|\w+(?:ed|en))\b))\b"
)
# Who could not come did not come.
UNABLE = re.compile(
    r"\b(could not|couldn't|was unable to|were unable to) (come|attend|go|travel|be|vote)\b"
)
SOON = re.compile(r"\b(?:joins|leaves|meets?|visits?)\b.{0,30}\b(?:later|tomorrow|next|soon)\b")
COMING = re.compile(r"\b(is|are|was|were|am) (not )?(going|about) to\b")


def unstated(statement: Statement) -> str:
    """Why a statement says nothing that is or was so: future, condition, mere possibility."""
    if statement.type == "PREDICTION" or statement.modality == "future":
        return "it is about the future"
    if COMING.search(statement.words) or SOON.search(statement.words):
        return "it is about the future"
    if statement.modality == "conditional" or CONDITION.search(statement.words):
        return "it is a condition, not a statement that something is so"
    if statement.modality == "hedged" and not UNABLE.search(statement.words):
        return "it says what may or could be, not what is"
    return ""


LISTED = re.compile(r"\s*(?:,|,?\s*\b(?:and|or|as well as)\b)\s*(?:the\s+)?")


def in_one_list(statement: Statement, codes: Sequence[str]) -> tuple[str, ...]:
    """Codes, with the names that stand in one list with them: "Estonia, Latvia and Lithuania"."""
    named = sorted((e for e in statement.entities if e["code"]), key=lambda e: int(e["start"]))
    runs: list[list[str]] = []
    last = -1
    for entity in named:
        between = statement.article[last : entity["start"]] if last >= 0 else "."
        if LISTED.fullmatch(between):
            runs[-1].append(str(entity["code"]))
        else:
            runs.append([str(entity["code"])])
        last = int(entity["end"])
    shared = [r for r in runs if set(r) & set(codes)]
    return tuple(dict.fromkeys([*codes, *(c for run in shared for c in run)]))


def unchecked(
    statement: Statement, items: Sequence[Item], apart: Collection[str] = ()
) -> tuple[str, ...]:
    """Names in a statement that no item of its check answers, so that none passes as right."""
    done = {i.code for i in items} | set(apart)
    names = {i.name for i in items}
    named = ("STATE", "LEADER", "DEMONYM")
    left = [
        str(e["text"])
        for e in statement.entities
        if e["type"] in named and e["code"] not in done and e["text"] not in names
    ]
    return tuple(f"{name} is named and was not checked" for name in dict.fromkeys(left))
