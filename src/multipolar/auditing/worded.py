"""Sentences the reading passes over, whose words alone ask a question the record answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from multipolar.auditing.spans import Spans
from multipolar.auditing.wording import NUMBER, small

_ALL = (
    r"(the (whole |entire )?world|international community|most (of the world|countries|states|"
    r"nations)|majority of (the )?(world|states|countries|nations|humanity|mankind)|"
    r"half of (the world|humanity|mankind))"
)
_GUESTS = r"(leaders|heads of state|presidents|guests)"
_STATES = r"(?:states|countries|nations|members|governments)"
ALL_VOTED = re.compile(
    rf"\b{_ALL} (has |have |had )?(\w+ly )?(condemn(ed|s)?|vot(ed|es) (for|against))\b"
)
ALL_SANCTIONED = re.compile(rf"\b{_ALL} (has |have |had )?(sanctioned|imposed sanctions|joined)\b")
LEAKAGE = re.compile(
    r"re-?export\w*|hub\b|circumvent\w*|circumvention|evad\w+|evasion|bypass\w*|"
    r"parallel imports?|dual-use|leak\w*|loophole\w*|get(ting)? around|sanctioned goods"
)
# "153 countries demanded a ceasefire": a vote, where the article speaks of the United Nations.
COUNTED = re.compile(
    rf"\b{NUMBER} (?:\w+ )?{_STATES} (?:(?:in|at|of) (?:[\w.]+ ){{1,6}}?)?(?:had |have )?"
    r"(?:again )?(?:condemn|demand|deplor|back|support|reject|approv|endors|oppos|vot|abstain|"
    r"call)(?:e?d)\b"
)
GATHERED = re.compile(r"\bsummit\b|\bconference\b|\bforum\b")
ASSEMBLY = re.compile(r"general assembly|united nations|\bu\.?n\.?\b|resolution|\bvot(e|ed|ing)\b")
ARMS = re.compile(
    r"\b(arms|weapons?|weaponry|armaments?|drones|missiles|ammunition|shells|tanks|"
    r"military (equipment|hardware|supplies)|defen[cs]e (equipment|imports|supplier))\b"
)
DEALT = re.compile(
    r"\b(buy|buys|bought|buyer|import\w*|purchas\w*|export\w*|sell\w*|sold|suppl\w*|deliver\w*|"
    r"acquir\w*|procur\w*|turn\w*|depend\w*|relie[sd]|provid\w*)\b"
)
DRILLS = re.compile(
    r"\b((?:military|naval|joint|nato) (?:exercises?|drills?|manoeuvres|maneuvers)|war games|zapad|"
    r"vostok|tsentr|kavkaz|joint sea|security belt|mosi|(?:indestructible|slavic) brotherhood|"
    r"malabar|rimpac|talisman sab(?:re|er)|cobra gold|balikatan|freedom (?:shield|edge)|"
    r"yudh abhyas|steadfast defender|trident juncture|sea breeze|khaan quest|"
    r"eagle (?:partner|assault)|(?:peace mission|indra|ocean)[- ]20\d\d|"
    r"(?:\w+ )?exercise \w+)\b"
)
LEFT = re.compile(r"\b(left|leav(e|es|ing)|quit|withdr\w+|exit\w*|pulled out)\b")
# Words that say of somebody that he belongs, or does not.
BELONGS = re.compile(
    r"\bmember\w*|\bbelong\w*|\bpart of\b|\baccession\b|"
    r"\b(?:is|are|was|were|remain\w*|stay\w*|be|been|being|sits?|both|all)\b.{0,40}?"
    r"\b(?:in|inside|within|outside|out of)\b"
)
JOINED_ON = re.compile(r"\bjoined (?:on|in) .{0,20}\b(?:19|20)\d\d\b")
PLAIN = (
    ("TRADE", re.compile(
        r"\b(largest|biggest|main|top|leading) (arms|weapons|defen[cs]e) (supplier|exporter|seller|"
        r"source)\b")),
    ("UN_VOTE", ALL_VOTED),
    ("SANCTIONS_COMPLIANCE", ALL_SANCTIONED),
    ("MIL_EXERCISE", re.compile(
        r"\b(took part|taken part|taking part|participat\w+|observ\w+|watched|joined)\b.{0,60}?"
        rf"{DRILLS.pattern}|{DRILLS.pattern}.{{0,30}}?\b(?:drew|involved|gathered|was held)\b")),
    ("ATTENDANCE", re.compile(
        rf"\b{NUMBER} (?:\w+ ){{0,2}}{_GUESTS}\b.{{0,80}}\b(stood|sat|stand|watch\w*)\b")),
    ("ATTENDANCE", re.compile(rf"\b{NUMBER} (?:\w+ )?{_STATES} (?:took part|participated|were "
                              r"represented)\b")),
    ("MEMBERSHIP", re.compile(
        r"\b(became|been|is|are|received|granted|given|got|obtained)\b.{0,60}\bcandida(te|cy)")),
    ("MEMBERSHIP", re.compile(
        rf"\b(alliance|bloc|union|nato|eu|brics|csto|sco) (?:now |today |then )?(?:has|had|counts|"
        rf"numbers) (?:now )?{NUMBER} (?:full )?members\b")),
    ("MEMBERSHIP", JOINED_ON),
    ("MEMBERSHIP", re.compile(
        r"\bbelongs? to (?:the )?(?:quad|nato|g7|brics|eu|european union|csto|sco|aukus|eaeu|"
        r"cis)\b")),
    ("MEMBERSHIP", re.compile(r"\bfroze (its|their) (participation|membership)\b")),
)  # fmt: skip
# Who signed the outcome of a gathering or did not: lists of gatherings hold positions on it.
OUTCOME = re.compile(
    r"\b(?P<verb>sign\w*|endors\w+|support\w*|back\w*|adopt\w*|join\w*|accept\w*)"
    r"(?: up to)?(?: the| its| a)?(?: \w+){0,2} (?:communiqu\S+|declaration)"
)
# Who took part in an exercise or did not, after it was named: "China did not take part".
JOINED_DRILLS = re.compile(
    r"^.{3,90}? (?:also )?(?:(?:did not|didn't|never) (?:take part|participate)|took part|"
    r"participated)(?: in (?:it|them))?(?: either| too| as well)?"
    r"(?:, (?:contrary to|despite|although) .+)?\.?$"
)
# Of an exercise named before: who trained in it, who watched it.
TRAINED = re.compile(
    r"\b(?:servicemen|soldiers|troops|units|paratroopers|marines|sailors)\b.{0,90}?\btrained\b|"
    r"\bsent (?:military )?observers\b"
)
NO_DRILLS = re.compile(
    rf"\b(?:did not|didn't|never|refused to) (?:take part|participate|join)\b.{{0,60}}?"
    rf"{DRILLS.pattern}"
)
# Sentences that lean on the one before: "Japan and Taiwan joined them", "Georgia did not".
LEANING = re.compile(
    r"^(?:.{3,90}? )?(?:joined (?:them|in)|followed suit|did (?:so|too)|"
    r"(?P<no>did not|has not|refused)(?: (?:join|follow|joined)(?: (?:them|it|suit|in))?)?)"
    r"(?: either)?\.?$"
)
SO_DID = re.compile(r"^(?:and )?so (?:has|have|had|did) .{3,80}$")
NEITHER = re.compile(r"^(?:and )?(?:neither|nor) (?:has|have|did|does|do|is|are|will) .{3,60}$")
NOT_GONE = re.compile(
    r"^.{3,90}? (?:(?:did not|didn't) (?:go|come|attend|travel|take part|participate)(?: either)?|"
    r"(?:cancelled|called off) (?:his|her|its|their) (?:trip|visit)(?: .{0,40})?|"
    r"declined(?: to come| to attend| the invitation)?)\.?$"
)
# Who came, after the gathering was named: "the presidents of Egypt and Kenya took part".
TOOK_PART = re.compile(
    r"^.{3,240}? (?:also |both )?(?:took part|attended|came(?: too| as well)?|"
    r"(?:was|were) (?:also |both )?(?:there|present))\.?$"
)
AT_GATHERING = re.compile(r"\b(?:parade|summit|celebrations?|conference|forum)\b")
# Who signed, of an outcome named before: "Armenia signed nothing".
NOT_SIGNED = re.compile(
    r"\b(?:(?:refused|declined) to sign|did not sign|didn't sign)(?: it| either)?\.?$|"
    r"\bsigned nothing\.?$"
)
# "Moldova has.": who did it, after somebody who did not.
DID = re.compile(r"^(?:even |only )?(?:\w+ ){1,3}(?:has|have|did)\.?$")
BACKED = re.compile(
    r"\b(?:supported|backed|rejected|opposed) (?:the|this|that) (?:text|resolution|draft|motion)\b"
)
LAST = 300  # characters in which the sentence before stands
DENIED = re.compile(r"\b(not|never|nobody|will|would|could|might|if|unless)\b|n't\b")
# Clauses that stand on their own beside one that holds a claim.
CLAUSES = re.compile(r";\s*|,\s+(?:and|but|so|while|whereas)\s+|\s+and said\b")
ASKED_SANCTIONS = re.compile(r"\b(who|which \w+)\b.{0,40}\bsanction(s|ed)\b.*\?$")
ANSWER_NOT = re.compile(r"^not (?!only|just|yet|least|surprisingly|that|so|all)\w")
BEFORE = 2_000
LONGEST = 3_000  # characters of a sentence that says one thing; what is longer is a list or noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A passage without a claim of the reading that can be held against the record."""

    kind: str
    start: int
    end: int
    negative: bool = False


def worded(
    text: str, sentences: Sequence[tuple[int, int]], covered: Spans[str]
) -> Iterator[Worded]:
    """Passages of an article whose words alone can be checked, outside the covered spans."""
    asked = False
    for start, end in sentences:
        if end - start > LONGEST:
            asked = False
            continue
        words = _low(text[start:end])
        if words.endswith("?"):
            asked = bool(ASKED_SANCTIONS.search(words))
            continue
        if asked and ANSWER_NOT.match(words):
            yield Worded(kind="SANCTIONS_COMPLIANCE", start=start, end=end, negative=True)
            continue
        asked = False
        for a, b in _free(text, start, end, covered):
            clause, before = _low(text[a:b]), _low(text[max(0, a - BEFORE) : b])
            if kind := leaning(clause, before):
                denied = NOT_GONE.match(clause) or NEITHER.match(clause)
                no = bool((m := LEANING.match(clause)) and m["no"]) or bool(denied)
                yield Worded(kind=kind, start=a, end=b, negative=no)
            elif kind := _kind(clause, before):
                yield Worded(kind=kind, start=a, end=b)


def leaning(words: str, before: str) -> str:
    """Kind of a sentence that only makes sense after the one before it."""
    if JOINED_DRILLS.match(words) and DRILLS.search(before[-LAST - len(words) :]):
        return "MIL_EXERCISE"
    if NOT_GONE.match(words) and re.search(r"\b(parade|summit|celebrations?)\b", before):
        return "ATTENDANCE"
    if TOOK_PART.match(words) and AT_GATHERING.search(before):
        return "ATTENDANCE"
    before = before[-LAST - len(words) :]
    if any(p.match(words) for p in (SO_DID, NEITHER, DID)):
        return said_last(before[: -len(words)] if words else before)
    if LEANING.match(words) and re.search(r"\bsanctions\b", before):
        return "SANCTIONS_COMPLIANCE"
    return "UN_VOTE" if BACKED.search(words) and ASSEMBLY.search(before) else ""


# What somebody is said to have done too, by the words of the sentence before.
TOO = (
    ("UN_VOTE", re.compile(r"\b(?:vot(?:ed|es)|abstain(?:ed|s)|opposed|supported)\b")),
    ("SANCTIONS_COMPLIANCE", re.compile(r"\bsanction(?:s|ed)\b")),
    ("ATTENDANCE", re.compile(r"\b(?:came|attended|took part|was there|were there|stayed away)\b")),
)


def said_last(before: str) -> str:
    """Kind of what the words before a sentence say last; empty where it is none of these."""
    places = {kind: [m.start() for m in said.finditer(before)] for kind, said in TOO}
    named = {kind: found[-1] for kind, found in places.items() if found}
    return max(named, key=lambda kind: named[kind]) if named else ""


def _kind(words: str, before: str) -> str:
    outcome = OUTCOME.search(words) or NOT_SIGNED.search(words)
    if outcome and GATHERED.search(before):
        return "ATTENDANCE"
    if NO_DRILLS.search(words):
        return "MIL_EXERCISE"
    if DENIED.search(words):
        return ""
    if COUNTED.search(words) and ASSEMBLY.search(before):
        return "UN_VOTE"
    return next((kind for kind, pattern in PLAIN if pattern.search(words)), "")


def _free(text: str, start: int, end: int, covered: Spans[str]) -> Iterator[tuple[int, int]]:
    """A sentence that holds no claim, or those of its clauses that hold none."""
    if not covered.touches(start, end):
        yield start, end
        return
    cuts = [start, *(start + m.end() for m in CLAUSES.finditer(text[start:end])), end]
    for a, b in pairwise(cuts):
        if not covered.touches(a, b):
            yield a, b


def _low(words: str) -> str:
    return small(words.strip())
