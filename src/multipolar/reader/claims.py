"""Statements somebody could test on data, sorted by the data that would test them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from multipolar.reader.actors import Resolver
from multipolar.reader.attribution import Attribution
from multipolar.reader.chunks import Chunk
from multipolar.reader.claim_frames import claim_by_frame
from multipolar.reader.claim_patterns import BROAD, types_by_pattern
from multipolar.reader.clauses import Clauses
from multipolar.reader.events import Event
from multipolar.reader.mention import Mention
from multipolar.reader.pieces import Piece, clause_pieces
from multipolar.reader.topics import Topics
from multipolar.reader.wordsets import word_set

ACTORS = frozenset(["STATE", "DEMONYM", "LEADER", "IGO", "BLOC", "BLOC_ADJ", "GOV_SEAT", "CAPITAL"])
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


def find_claims(
    clauses: Clauses,
    text: str,
    events: list[Event],
    attributions: list[Attribution],
    resolver: Resolver,
    topics: Topics,
) -> list[Claim]:
    """Claims of one sentence: at most one for each of its clauses."""
    out: list[Claim] = []
    about = topics.begin(clauses)
    inserted = False
    for piece in clause_pieces(clauses, attributions):
        claim = _piece_claim(clauses, text, piece, events, attributions, resolver, about)
        if claim is None or any(
            c.type == claim.type and c.start <= claim.start and claim.end <= c.end for c in out
        ):
            continue
        topics.keep(claim.type, clauses.sentence.index)
        last = out[-1] if out else None
        if last is not None and piece.shared and last.type == claim.type:
            last.end = claim.end
            last.events += claim.events
        else:
            claim.start = _with_subject(claim, piece, None if inserted else last)
            out.append(claim)
            inserted = piece.presupposed
    return sorted(out, key=lambda claim: claim.start)


def _with_subject(claim: Claim, piece: Piece, last: Claim | None) -> int:
    """'X, which hosts Y, voted yes': the span begins with the subject where that is free.

    ``last`` is the claim before unless that is the insertion itself.
    """
    if piece.subject is None or piece.subject[0] > claim.start or not piece.shared:
        return claim.start
    free = last is None or last.end <= piece.subject[0]
    inside = claim.holder is None or claim.holder.content[0] <= piece.subject[0]
    return piece.subject[0] if free and inside else claim.start


def _abstract(mentions: list[Mention], text: str, start: int, end: int) -> str:
    """The clause in lower case with every name replaced by what it is: xstate, xorg, xbloc."""
    out: list[str] = []
    at = start
    for mention in mentions:
        if mention.start < at or mention.end > end:
            continue
        out += [text[at : mention.start], KINDS.get(mention.type, "xstate")]
        at = mention.end
    return ("".join(out) + text[at:end]).lower().replace("’", "'")


KINDS = {"IGO": "xorg", "BLOC": "xbloc", "BLOC_ADJ": "xbloc"}


def _piece_claim(
    clauses: Clauses,
    text: str,
    piece: Piece,
    events: list[Event],
    attributions: list[Attribution],
    resolver: Resolver,
    topics: frozenset[str],
) -> Claim | None:
    start, end = piece.start, piece.end
    holder = next((a for a in attributions if a.content[0] < end and start < a.content[1]), None)
    head = clauses.tokens[clauses.chunks[piece.verb].head].start
    if holder is not None and start <= head < holder.content[0] and not holder.nominal:
        end, holder = _closed(text, start, holder.content[0]), None  # 'it tripled, and this, ...'
    if holder is not None and not holder.nominal:
        start, end = _within_content(holder, start, end)
    asked = clauses.sentence.question and not piece.presupposed
    future = _is_future(clauses, start, end, reported=holder is not None)
    words = text[start:end].lower().replace("’", "'")
    if asked:
        if future or not _asks_what_is(clauses, piece):
            return None
    elif _states_nothing(clauses, piece, words, future=future):
        return None
    inside = [e for e in events if start <= e.start < end]
    if _urged(clauses, piece, inside):
        return None
    here = _mentions(clauses, start, end)
    mentions = _mentions(clauses, *piece.subject) if piece.subject else here
    mentions = mentions + [m for m in here if m not in mentions]
    told = None if piece.presupposed else _by_source(holder, text)
    told = None if future and told and told[0] != "PUBLIC_OPINION" else told
    told = told or (None if future else claim_by_frame(clauses, piece, start, end, topics))
    if told is None and not asked:
        lead = text[slice(*piece.subject)].lower() + " " if piece.subject else ""
        variants = (lead + words, lead + _abstract(here, text, start, end))
        told = _by_words(clauses, piece, variants, mentions, inside, future=future)
    if told is None or (told[0] == "UN_VOTE" and not PARLIAMENTS.isdisjoint(words.split())):
        return None
    return _claim(clauses, start, end, *told, mentions, inside, holder, resolver)


def _asks_what_is(clauses: Clauses, piece: Piece) -> bool:
    """'Is Serbia isolated?', 'why did Astana skip it?': what is asked about could be tested."""
    modal = clauses.chunks[piece.verb].modal
    return clauses.tokens[0].low in ASKING and modal not in ("would", "should", "could", "might")


def _states_nothing(clauses: Clauses, piece: Piece, words: str, *, future: bool) -> bool:
    return bool(
        clauses.chunks[piece.verb].modal in ("should", "ought")
        or ASIDE.match(words)
        or (piece.start == clauses.sentence.start and HEADING.match(words))
        or _only_possible(clauses, piece.start, piece.end)
        or (CONDITION.match(words) and not future)
    )


def _urged(clauses: Clauses, piece: Piece, events: list[Event]) -> bool:
    """What is only threatened or asked for states nothing that could be tested."""
    head = clauses.tokens[clauses.chunks[piece.verb].head].start
    return any(
        event.type in ("THREATEN", "REQUEST")
        and not event.why[0].startswith(("v:apply", "v:turn"))
        and event.start <= head < event.end
        for event in events
    )


def _by_words(
    clauses: Clauses,
    piece: Piece,
    variants: tuple[str, str],
    mentions: list[Mention],
    events: list[Event],
    *,
    future: bool,
) -> tuple[str, str] | None:
    """Type by the patterns the clause fits and the events it tells."""
    chunk = clauses.chunks[piece.verb]
    verb, head = clauses.tokens[chunk.head].low, clauses.tokens[chunk.head].start
    found = types_by_pattern(variants, mentions, verb, future=future)
    if not found and mentions and _supposed(clauses) and "would" in variants[0].split():
        found = [("PREDICTION", "would")]
    reacting = chunk.lemma in REACTING
    if reacting:
        found = [f for f in found if f[0] not in ABOUT_NOUNS or verb in f[1].split()]
    states = {m.code for m in mentions if m.type not in KINDS}
    for event in events:
        told = _from_event(event, states if BODIES & {m.type for m in mentions} else None)
        main = event.start <= head < event.end
        if told and told[0] not in [k for k, _ in found] and (main or not reacting):
            worded = any(verb in why.split() for _, why in found)  # the clause says it in words
            found.insert(0 if main and not worded else len(found), told)
    return _ranked(found, verb, future=future)


def _by_source(holder: Attribution | None, text: str) -> tuple[str, str] | None:
    """What a poll or a treaty says is tested on polls or on the document."""
    if holder is None or holder.source is None:
        return None
    source = text[slice(*holder.source)].lower()
    if PAPER.search(source):
        return "DOCUMENT", "document"
    return ("PUBLIC_OPINION", "poll") if POLL.search(source) else None


PARLIAMENTS = word_set("claims.parliaments")
# Words that open a question about how things are.
ASKING = frozenset("why did does do has have had is are was were how who".split())  # noqa: SIM905
PAPER = re.compile(r"\b(treaty|charter|agreement|constitution|resolution|memorandum|pact)\b")
# 'As it turned out', 'as is known': asides that state nothing of their own.
ASIDE = re.compile(r"(\w+ )?as (it|is|was|we|one|they|he|she) ")
# 'Who stood on the tribune, and who did not': a heading that asks.
HEADING = re.compile(r"(who|why|how|what) ")
POLL = re.compile(r"\b(polls?|survey\w*|gallup|levada|pew|respondents)\b")


def _closed(text: str, start: int, end: int) -> int:
    """End of the words without the marks and the conjunction that close them."""
    return start + len(re.sub(r"[\s,;:–—]+(and|but|or|as)?[\s,;:–—]*$", "", text[start:end]))


def _within_content(holder: Attribution, start: int, end: int) -> tuple[int, int]:
    first, last = holder.content
    return max(start, min(first, end - 1)), min(end, last) if last > start else end


# 'Condemned the drill', 'vetoed the loan': what somebody thinks of it, not that it was.
REACTING = word_set("claims.reacting")
ABOUT_NOUNS = frozenset(
    "INTERVENTION MIL_EXERCISE TRADE AID_INVESTMENT ATTENDANCE MEMBERSHIP PROTEST_TREND".split()  # noqa: SIM905
)
FUTURE = frozenset(["will", "shall", "'ll", "wo"])
WOULD_BE = FUTURE | {"would"}
BODIES = frozenset(["IGO", "BLOC"])
MODE_CLAIMS = {
    "visit": "ATTENDANCE",
    "exercise": "MIL_EXERCISE",
    "join": "MEMBERSHIP",
    "withdraw": "MEMBERSHIP",
    "sanctions": "SANCTIONS_COMPLIANCE",
    "invade": "INTERVENTION",
}


def _from_event(event: Event, states: set[str | None] | None) -> tuple[str, str] | None:
    """What a reported event could be tested on, where its words fit no pattern.

    ``states`` are those named, None where no organisation is.
    """
    if event.happened == "possible" or event.type in ("AGREE", "REQUEST"):
        return None
    if event.type in ("RETREAT", "CONSULT") and event.mode != "visit":
        return None
    if event.mode == "sanctions" and event.happened != "no":
        return None
    joins = event.mode in ("join", "withdraw")
    if joins and (states is None or set(event.recipients or [""]) <= states):
        return None  # an ambassador withdrawn, a state joined in a lawsuit: no membership
    kind = MODE_CLAIMS.get(event.mode) or ("UN_VOTE" if event.type == "VOTE" else None)
    return (kind, f"event {event.type}") if kind else None


def _ranked(found: list[tuple[str, str]], verb: str, *, future: bool) -> tuple[str, str] | None:
    """A prediction comes before all else; broad types only when nothing narrower fits.

    Of broad types the one whose words hold the verb of the clause comes first.
    """
    kinds = [k for k, _ in found]
    if future and "PREDICTION" in kinds:
        return next(f for f in found if f[0] == "PREDICTION")
    narrow = [f for f in found if f[0] not in BROAD and f[0] != "PREDICTION"]
    broad = sorted(
        (f for f in found if f[0] != "PREDICTION"), key=lambda f: verb not in f[1].split()
    )
    return next(iter(narrow or broad), None)


def _is_future(clauses: Clauses, start: int, end: int, *, reported: bool) -> bool:
    modals = WOULD_BE if reported or _supposed(clauses) else FUTURE
    for chunk in _verbs(clauses, start, end):
        if chunk.modal in modals and not chunk.perfect and not _own_intent(clauses, chunk):
            return True
        if chunk.lemma in AHEAD:
            ahead = [t.low for t in clauses.tokens[chunk.last + 1 : chunk.last + 3]]
            to = ahead[:1] == ["to"] and chunk.tense != "was"
            going = to and (chunk.low == "going" or chunk.lemma in FATED)
            if going or ahead in (["about", "to"], ["bound", "to"]):
                return True
    return False


def _verbs(clauses: Clauses, start: int, end: int) -> list[Chunk]:
    """Verb groups whose verb stands between two places of the text."""
    tokens, chunks = clauses.tokens, clauses.chunks
    return [vg for i in clauses.verbs if start <= tokens[(vg := chunks[i]).head].start < end]


FATED = frozenset(["doom", "destine", "fate"])
AHEAD = FATED | {"be", "go"}


def _supposed(clauses: Clauses) -> bool:
    """'Should Ankara reopen the border, Yerevan would gain a road': opened by a condition."""
    return clauses.tokens[0].low in ("if", "should", "were", "unless")


def _own_intent(clauses: Clauses, verb: Chunk) -> bool:
    """'We will not be lectured' announces, it does not predict."""
    subject = clauses.subject(verb.place)
    return subject is not None and clauses.tokens[subject.first].low in ("we", "i")


def _only_possible(clauses: Clauses, start: int, end: int) -> bool:
    """'Should it ..., it may ...': nothing is stated that could be tested."""
    finite = [c for c in _verbs(clauses, start, end) if c.form == "fin"]
    return bool(finite) and all(
        c.inverted or (c.modal in ("may", "might", "would") and c.perfect) for c in finite
    )


def _mentions(clauses: Clauses, start: int, end: int) -> list[Mention]:
    return [m for m in clauses.mentions() if m.type in ACTORS and m.start < end and start < m.end]


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
    verbs = _verbs(clauses, start, end)
    negative = bool(verbs) and (verbs[0].negated or _nobody(clauses, verbs[0]))
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
        f"pattern '{why[:40]}'",
        events,
    )


def _nobody(clauses: Clauses, verb: Chunk) -> bool:
    """'Neither Xi nor Modi attended', 'nobody came'."""
    subject = clauses.subject(verb.place)
    return subject is not None and clauses.tokens[subject.first].low in (
        "neither", "nobody", "none", "no",
    )  # fmt: skip


def _subjects(clauses: Clauses, start: int, end: int, resolver: Resolver) -> list[str]:
    for i in clauses.finite:
        if start <= clauses.tokens[clauses.chunks[i].head].start < end:
            codes = resolver.codes(clauses.subject(i)) or resolver.codes(
                clauses.subject(i), weak=True
            )
            if codes:
                return list(codes)
    return []
