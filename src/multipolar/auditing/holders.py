"""Who stands behind a statement: the author, a named source, an unnamed one, or nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from multipolar.auditing.record import name_of
from multipolar.auditing.statement import Statement

# Who says it, at the end of a sentence the reading gave no attribution for.
SAID = re.compile(
    r", (?P<who>(?:an? |the |[A-Z])[\w'\u2019. -]{2,50}?) "
    r"(?:said|says|told \w+|claimed|claims|wrote|writes|added|insisted|insists|estimates)\.?$"
)
# A statement that opens by turning somebody else's down.
TURNED_DOWN = re.compile(
    r"^(?P<who>(?:an? |the |[A-Z])[\w'\u2019. -]{2,40}?) (?:has |have )?(?:again )?"
    r"(?:reject|den|dismiss|refut)(?:s|ed|ies|ied|es) "
    r"(?:\w+ ){0,4}?(?:allegation|accusation|claim|report|charge|rumou?r|insinuation)s?\b"
)
# A statement that hangs on hearsay nobody answers for, where the reading names no source.
HEARSAY = re.compile(
    r"\b(?P<how>rumou?r(?:s|ed)?|speculation|speculated|whisper(?:s|ed)?|gossip|hearsay|alleged|"
    r"reportedly|unconfirmed (?:reports|claims)|talk)\b(?: (?!that\b)[\w.'\u2019-]+){0,6},? that "
    r"(?:[^,.;]{2,60}, (?:an?|the) [^,.;]{3,80}, )?$",
    re.IGNORECASE,
)
PRONOUNS = ("he", "she", "they", "it", "who", "his", "her", "their")
# "We are told by London and Washington that": the passive names who tells it.
TOLD_BY = re.compile(
    r"\b(?:told|assured|informed)\b[^.;]{0,40}? by (?P<who>(?:the |an? )?[A-Z][^.;,]{1,60}?) that $"
)
WHISPER = re.compile(r"\b(whisper|murmur|gossip|rumou?r|mutter)\w*", re.IGNORECASE)
UNCONFIRMED = re.compile(r"\b(?:unconfirmed|unverified)\b", re.IGNORECASE)
UNNAMED = re.compile(
    r"\b(officials?|diplomats|analysts|sources?|experts|observers|insiders|critics|commentators|"
    r"people|some|others|many)$|^(some|several|many|unnamed|anonymous)\b",
    re.IGNORECASE,
)
AHEAD = 200  # characters in which a denial that follows is looked for
DENIED_NEXT = re.compile(
    r"^(?P<who>[^;:,]{2,60}?) (?:has |have |later |also |promptly |immediately |flatly )*"
    r"(?:denied|denies|deny|rejected|rejects|dismissed|dismisses) "
    r"(?:that|this|it|them|these|the (?:report|claim|allegation|rumour|rumor)s?)\b(?! [a-z]+\b)",
)


def said_by(statement: Statement) -> tuple[str, str, bool]:
    """Who says a statement: in words, as a name, and whether nobody answers for it.

    Rumour stays rumour: a statement that nobody named stands behind is marked, whatever its check
    finds.
    """
    tag = TURNED_DOWN.match(statement.sentence)
    if tag and tag.end() <= max(statement.sentence.find(statement.text), tag.end()):
        who = re.sub(r"^The\b", "the", _bare(tag["who"]))
        return f"denied by {who}", who, False
    holder = statement.attribution
    if holder is not None and holder["kind"] != "author":
        return _attributed(statement, holder)
    if holder is None and (how := is_hearsay(statement)):
        nobody = how in ("alleged", "reportedly")
        return ("alleged, nobody named" if nobody else "rumour"), "nobody named", True
    if tag := SAID.search(statement.text):
        return _claimed(tag["who"], vague=False), tag["who"], False
    return "said by the author", "author", False


def is_hearsay(statement: Statement) -> str:
    """Word by which a statement hangs on hearsay that nobody answers for; empty where none."""
    at = statement.article.find(statement.text, statement.start)
    heard = HEARSAY.search(statement.article[max(0, at - AHEAD) : at])
    return heard["how"].lower() if heard else ""


def _attributed(statement: Statement, holder: Mapping[str, Any]) -> tuple[str, str, bool]:
    source = _bare(holder["source"]["text"]) if holder["source"] else ""
    name = source or str(holder["source_code"] or "")
    if name.lower() in PRONOUNS:
        code = str(holder["source_code"] or "")
        name = f"“{name}”" + (f" ({name_of(code)})" if code else "")
    cue = statement.article[holder["cue"]["start"] : holder["cue"]["end"]] if holder["cue"] else ""
    if name.lower() in ("nobody", "no one"):
        return "what nobody says, by the text", "nobody", False
    if (
        holder["kind"] == "rumour"
        or holder["source_class"] == "RUMOUR"
        or WHISPER.search(cue)
        or UNCONFIRMED.search(name)
    ):
        return "rumour" + (f" ({name})" if name else ""), name or "rumour", True
    lead = statement.article[max(0, statement.start - AHEAD) : statement.start]
    if not source and (told := TOLD_BY.search(lead)):
        return _claimed(told["who"], vague=False), told["who"], False
    if holder["kind"] == "alleged" or not name:
        return "alleged, nobody named", name or "nobody named", True
    if holder["kind"] == "denial":
        return f"denied by {name}", name, False
    words = _claimed(name, vague=holder["source_class"] == "ANONYMOUS")
    return words + _stance(holder), name, False


def _stance(holder: Mapping[str, Any]) -> str:
    return {
        "endorses": ", and the author agrees", "rejects": ", and the author disputes it",
    }.get(str(holder["author_stance"]), "")  # fmt: skip


def _claimed(name: str, *, vague: bool) -> str:
    if vague or (UNNAMED.search(name) and not re.match(r"an? ", name)):
        return f"claimed by “{name}”, not named"
    return f"claimed by {name}"


def _bare(name: str) -> str:
    return " ".join(name.split()).strip(" -\u2013\u2014,")


def denied_next(statement: Statement) -> str:
    """Sentence right after a statement that denies it, as a note; empty where there is none."""
    after = statement.article[statement.end : statement.end + AHEAD].lstrip(' .;,\n"\u201d')
    words = re.split(r"(?<=[.!?])\s", after, maxsplit=1)[0].strip()
    if DENIED_NEXT.match(words) and " nor " not in words:
        return f"the next sentence denies it: “{words.rstrip('.')}”"
    return ""
