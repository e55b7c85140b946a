"""One statement of an article with all that bears on its check: words, names, events, holder."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in the reader
from typing import Any

from multipolar.auditing.check import Item
from multipolar.auditing.wording import NUMBER, STRAIGHT
from multipolar.reader.text import split_sentences

TAIL = re.compile(
    r"[\s,;\u2013\u2014]+(and|but|although|though|while|whereas|yet|so)?[\s,;\u2013\u2014]*$"
)
BEFORE = 20_000  # characters a statement can refer back to: a long article stays linear
FOR_EVENTS = {
    ("VOTE", "for"): "UN_VOTE", ("VOTE", "against"): "UN_VOTE", ("VOTE", "abstain"): "UN_VOTE",
    ("SANCTION", "sanctions"): "SANCTIONS_COMPLIANCE", ("CONSULT", "visit"): "ATTENDANCE",
}  # fmt: skip


_ALL = (
    r"(the (whole |entire )?world|international community|most (of the world|countries|states|"
    r"nations)|majority of (the )?(world|states|countries|nations|humanity|mankind)|"
    r"half of (the world|humanity|mankind))"
)
_GUESTS = r"(leaders|heads of state|presidents|guests)"
# Claims about the whole world, and numbers of guests: sentences the reader may pass over.
WORDED = (
    (
        "UN_VOTE",
        re.compile(
            rf"\b{_ALL} (has |have |had )?(\w+ly )?(condemn(ed|s)?|vot(ed|es) (for|against))\b"
        ),
    ),
    (
        "SANCTIONS_COMPLIANCE",
        re.compile(rf"\b{_ALL} (has |have |had )?(sanctioned|imposed sanctions|joined)\b"),
    ),
    (
        "ATTENDANCE",
        re.compile(
            rf"\b{NUMBER} (?:\w+ ){{0,2}}{_GUESTS}\b.{{0,80}}\b(stood|sat|stand|watch\w*)\b"
        ),
    ),
)
DENIED = re.compile(r"\b(not|never|nobody|will|would|could|might|if|unless)\b|n't\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim of the reading, or an event the record can be asked about.

    ``article`` is the whole text, ``sentence`` the sentence the statement stands in, ``entities``
    and ``events`` what the reading found inside the statement.
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

    @property
    def text(self) -> str:
        """Words of the statement."""
        return self.article[self.start : self.end].strip()

    @property
    def words(self) -> str:
        """Words in small letters, with straight apostrophes, for patterns."""
        return self.text.lower().translate(STRAIGHT)

    @property
    def before(self) -> str:
        """What the article said just before, up to the statement's end, in small letters."""
        return self.article[max(0, self.end - BEFORE) : self.end].lower().translate(STRAIGHT)

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


def statements_of(reading: Mapping[str, Any], text: str, on: Date | None) -> list[Statement]:
    """Claims of a reading and the votes, sanctions and visits it reports outside any claim."""
    sentences = tuple((s.start, s.end) for s in split_sentences(text))
    attributions = {a["id"]: a for a in reading["attributions"]}
    whole = _Whole(reading, text, sentences, attributions, on)
    found = [_statement(c["id"], _type(c), c["span"], c, whole) for c in reading["claims"]]
    found += _reported(whole, found)
    found += _worded(whole, found)
    return sorted(found, key=lambda s: (s.start, s.end, s.id))


def _type(claim: Mapping[str, Any]) -> str:
    """Type of a claim; "the world condemned the invasion" is about votes, not an invasion."""
    words = claim["span"]["text"].lower()
    about = [kind for kind, pattern in WORDED[:2] if pattern.search(words)]
    return about[0] if about and claim["type"] == "INTERVENTION" else str(claim["type"])


def _reported(whole: _Whole, claims: Sequence[Statement]) -> list[Statement]:
    """Votes, sanctions and visits that the reading reports outside any claim."""
    found = []
    for event in whole.reading["events"]:
        kind = FOR_EVENTS.get((event["type"], event["mode"]))
        at = event["trigger"]["start"]
        # A claim's own check reads the events inside it.
        covered = any(s.start <= at < s.end for s in claims)
        if kind is None or covered or event["happened"] in ("possible", "planned"):
            continue
        span = _sentence_at(whole.sentences, at, event["trigger"]["end"])
        carried = {
            "subjects": event["actors"], "objects": event["recipients"],
            "holder": event.get("reported_by") or "author", "author_stance": "reports",
            "modality": event["modality"],
            "polarity": "neg" if event["happened"] == "no" else "pos",
        }  # fmt: skip
        where = {"start": span[0], "end": span[1]}
        found.append(_statement(event["id"], kind, where, carried, whole))
    return found


def _worded(whole: _Whole, claims: Sequence[Statement]) -> list[Statement]:
    """Sentences without a claim whose words alone ask a question the record answers."""
    found: list[Statement] = []
    for start, end in whole.sentences:
        if any(s.start < end and start < s.end for s in claims):
            continue
        words = whole.text[start:end].lower().translate(STRAIGHT)
        kind = next((k for k, pattern in WORDED if pattern.search(words)), "")
        if not kind or DENIED.search(words) or words.endswith("?"):
            continue
        inside = [
            a for a in whole.attributions.values()
            if a["content"]["start"] < end and start < a["content"]["end"]
        ]  # fmt: skip
        where = {"start": start, "end": end}
        if inside:
            content = inside[0]["content"]
            where = {"start": max(start, content["start"]), "end": min(end, content["end"])}
        carried: dict[str, Any] = {
            "subjects": [], "objects": [], "holder": inside[0]["id"] if inside else "author",
            "author_stance": "reports", "modality": "asserted", "polarity": "pos",
        }  # fmt: skip
        found.append(_statement(f"au{len(found) + 1}", kind, where, carried, whole))
    return found


def _statement(
    item: str, kind: str, span: Mapping[str, int], claim: Mapping[str, Any], whole: _Whole
) -> Statement:
    reading, text = whole.reading, whole.text
    start, end = span["start"], span["end"]
    # A claim's span may open or close on blanks and conjunctions; its margin mark should not.
    while start < end and text[start].isspace():
        start += 1
    end = start + len(TAIL.sub("", text[start:end]))
    around = _sentence_at(whole.sentences, start, end)
    if text[start:end].endswith(":"):
        end = around[1]  # what follows a colon is the list the statement is about
    return Statement(
        id=item, type=kind, start=start, end=end, article=text,
        sentence=text[around[0] : around[1]], subjects=tuple(c for c in claim["subjects"] if c),
        objects=tuple(c for c in claim["objects"] if c),
        entities=tuple(e for e in reading["entities"] if start <= e["start"] < end),
        events=tuple(e for e in reading["events"] if start <= e["trigger"]["start"] < end),
        attribution=whole.attributions.get(claim["holder"]), author_stance=claim["author_stance"],
        modality=claim["modality"], polarity=claim["polarity"], date=whole.date,
    )  # fmt: skip


def _sentence_at(sentences: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    return next(((a, b) for a, b in sentences if a <= start < b), (start, end))


# Who says it, at the end of a sentence the reading gave no attribution for.
SAID = re.compile(
    r", (?P<who>(?:an? |the |[A-Z])[\w' -]{2,50}?) "
    r"(?:said|says|told \w+|claimed|claims|wrote|writes|added|insisted)\.?$"
)
CONDITION = re.compile(r"^(?:but |and |of course,? |yet )*(if|unless|had|should|were|provided)\b")
COMING = re.compile(r"\b(is|are|was|were|am) (not )?(going|about) to\b")


def unstated(statement: Statement) -> str:
    """Why a statement says nothing that is or was so: future, condition, mere possibility."""
    if statement.type == "PREDICTION" or statement.modality == "future":
        return "it is about the future"
    if COMING.search(statement.words):
        return "it is about the future"
    if statement.modality == "conditional" or CONDITION.search(statement.words):
        return "it is a condition, not a statement that something is so"
    if statement.modality == "hedged":
        return "it says what may or could be, not what is"
    return ""


def unchecked(
    statement: Statement, items: Sequence[Item], apart: Collection[str] = ()
) -> tuple[str, ...]:
    """Names in a statement that no item of its check answers, so that none passes as right."""
    done = {i.code for i in items} | set(apart)
    named = ("STATE", "LEADER", "DEMONYM")
    left = [
        str(e["text"]) for e in statement.entities if e["type"] in named and e["code"] not in done
    ]
    return tuple(f"{name} is named and was not checked" for name in dict.fromkeys(left))


def said_by(statement: Statement) -> tuple[str, str, bool]:
    """Who says a statement: in words, as a name, and whether nobody answers for it.

    Rumour stays rumour: a statement that nobody named stands behind is marked, whatever its check
    finds.
    """
    holder = statement.attribution
    if holder is None and (tag := SAID.search(statement.text)):
        return f"claimed by {tag['who']}", tag["who"], False
    if holder is None or holder["kind"] == "author":
        return "said by the author", "author", False
    source = holder["source"]["text"].strip() if holder["source"] else ""
    name = source or str(holder["source_code"] or "")
    if holder["kind"] == "rumour" or holder["source_class"] == "RUMOUR":
        return "rumour" + (f" ({name})" if name else ""), name or "rumour", True
    if holder["kind"] == "alleged" or not name:
        return "alleged, nobody named", name or "nobody named", True
    if holder["kind"] == "denial":
        return f"denied by {name}", name, False
    vague = holder["source_class"] == "ANONYMOUS"
    words = f"claimed by “{name}”, not named" if vague else f"claimed by {name}"
    if holder["author_stance"] == "endorses":
        words += ", and the author agrees"
    elif holder["author_stance"] == "rejects":
        words += ", and the author disputes it"
    return words, name, False
