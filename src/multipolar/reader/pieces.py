"""The clauses of a sentence that could each state something: their spans, verbs and subjects."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.attribution import Attribution
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses

OPENS = frozenset(["P", "J", "np", "S", "aux", "T", "Q"])
ACCUSING = frozenset(["accuse", "suspect"])
SUBJECTS = frozenset(["he", "she", "they", "we", "i"])


@dataclass(slots=True)
class Piece:
    """A clause: its span, its verb and whether it shares the subject of the one before.

    ``presupposed`` marks relative and subordinate clauses, which state something in a question too.
    """

    start: int
    end: int
    verb: int
    shared: bool
    subject: tuple[int, int] | None
    presupposed: bool = False


def clause_pieces(clauses: Clauses, attributions: list[Attribution]) -> list[Piece]:
    """Clauses with a finite verb, those left out that only say who says so."""
    tokens, chunks = clauses.tokens, clauses.chunks
    cues = [a for a in attributions if a.kind != "alleged" and not a.nominal]
    breaks = [k for k, token in enumerate(tokens) if token.text == ";"]
    found: list[tuple[int, int, bool]] = []
    aside = [a for a in attributions if a.kind == "alleged" and a.content[0] < a.cue[0]]
    for i in clauses.finite:
        if _demanded(clauses, i) or _said_aside(clauses, i, aside):
            continue
        first, shared = _opening(clauses, i)
        if found and first <= found[-1][0]:
            continue
        found.append((first, i, shared))
    out = []
    for n, (first, i, shared) in enumerate(found):
        stop = found[n + 1][0] - 1 if n + 1 < len(found) else len(tokens) - 1
        at = tokens[chunks[i].head].start
        follows = [a.cue[0] for a in cues if at < a.cue[0] and a.content[0] >= a.cue[1]]
        stop = next((k for k in breaks if chunks[i].last <= k < stop), stop)
        while stop > first and (
            tokens[stop].text in ".,;:—–!"
            or tokens[stop].tag in "CSL"
            or any(c <= tokens[stop].start for c in follows)  # '...; according to NATO, ...'
        ):
            stop -= 1
        said = next((a for a in cues if a.cue[0] <= at < a.cue[1]), None)
        if said is not None:
            inside = (said.content[0], max(said.content[1], at + 1))
            if said.content[0] > at and not _finite_within(clauses, said.content):
                verb = _verb_within(clauses, said.content, i)
                out.append(Piece(*said.content, verb, shared=False, subject=None))
            elif inside[0] < at and _told_to_have(clauses, i):
                out.append(Piece(*said.content, i + 1, shared=False, subject=None))
            continue
        if _names_source(tokens[first].start, at, attributions):
            continue
        relative = tokens[first].tag == "L"
        subject = clauses.subject(i) if shared else _antecedent(clauses, i) if relative else None
        span = (tokens[subject.first].start, tokens[subject.last].end) if subject else None
        opens = n == 0 and not relative
        start = _sentence_start(clauses, first, cues) if opens else tokens[first].start
        out.append(
            Piece(
                start, tokens[stop].end, i, shared, span,
                presupposed=relative or _subordinate(clauses, first),
            )
        )  # fmt: skip
    return out + _accused(clauses)


def _accused(clauses: Clauses) -> list[Piece]:
    """'Accuses the Emirates of arming the rebels': what they are said to do."""
    out = []
    tokens, chunks = clauses.tokens, clauses.chunks
    for i in range(2, len(chunks)):
        if chunks[i].form != "ing" or chunks[i - 1].low != "of":
            continue
        by, whom = clauses.governor(i)
        if by < 0 or chunks[by].lemma not in ACCUSING:
            continue
        end = next((k for k in range(i + 1, len(chunks)) if chunks[k].kind in "KUSLW"), len(chunks))
        first = whom if whom is not None and not chunks[by].passive else chunks[i]
        out.append(
            Piece(
                tokens[first.first].start, tokens[chunks[end - 1].last].end, i,
                shared=False, subject=None, presupposed=True,
            )
        )  # fmt: skip
    return out


def _demanded(clauses: Clauses, i: int) -> bool:
    """'Demanding that Russia withdraw': a bare form after one name states nothing."""
    chunk = clauses.chunks[i]
    subject = clauses.subject(i)
    if chunk.first != chunk.head or clauses.tokens[chunk.head].form != "b" or subject is None:
        return False
    one = clauses.tokens[subject.head].tag == "Y" and not subject.parts
    named = one and not clauses.tokens[subject.head].low.endswith("s")
    return named and clauses.chunks[i - 1] is subject and clauses.chunks[i - 2].low == "that"


def _said_aside(clauses: Clauses, i: int, aside: list[Attribution]) -> bool:
    """'The EU, it must be admitted, cut': the aside is no clause of its own."""
    at = clauses.tokens[clauses.chunks[i].head].start
    return any(
        a.cue[0] <= at < a.cue[1] < a.content[1] and not _told_to_have(clauses, i) for a in aside
    )


def _told_to_have(clauses: Clauses, i: int) -> bool:
    """'Is said to have supplied': what is alleged stands in the infinitive."""
    chunks = clauses.chunks
    ahead = [c for c in chunks[i + 1 : i + 5] if c.kind == "vg"]
    return bool(ahead) and ahead[0].form == "inf"


def _names_source(start: int, verb: int, attributions: list[Attribution]) -> bool:
    """'According to two diplomats who attended the dinner': it only says who they are."""
    return any(a.cue[1] <= start and verb < a.content[0] for a in attributions)


def _antecedent(clauses: Clauses, i: int) -> Chunk | None:
    """'A memorandum that Beijing never signed': what the relative clause is about."""
    k = i
    while k and clauses.chunks[k].kind != "L":
        k -= 1
    return clauses.antecedent(k) if clauses.chunks[k].kind == "L" else None


def _subordinate(clauses: Clauses, first: int) -> bool:
    """'When Nicaragua leaves', 'noticed that the gas still comes': opened by a subordinator."""
    tokens = clauses.tokens
    opener = tokens[first] if tokens[first].tag == "S" else tokens[first - 1] if first else None
    return opener is not None and opener.tag == "S" and opener.low not in ("if", "whether")


def _finite_within(clauses: Clauses, span: tuple[int, int]) -> bool:
    heads = (clauses.tokens[clauses.chunks[i].head] for i in clauses.finite)
    return any(span[0] <= head.start < span[1] for head in heads)


def _verb_within(clauses: Clauses, span: tuple[int, int], i: int) -> int:
    """'Denies arming the rebels': the verb of what is said, else that of saying it."""
    for k in range(i + 1, len(clauses.chunks)):
        chunk = clauses.chunks[k]
        at = clauses.tokens[chunk.first].start
        if chunk.kind == "vg" and chunk.form in ("ing", "inf") and span[0] <= at < span[1]:
            return k
    return i


def _sentence_start(clauses: Clauses, first: int, cues: list[Attribution]) -> int:
    """The first clause takes what opens the sentence, a phrase of attribution aside."""
    start = clauses.sentence.start
    at = clauses.tokens[first].start
    return at if any(a.cue[0] < at and a.content[0] > start for a in cues) else start


def _listed(clauses: Clauses, k: int) -> bool:
    """'Shipments of chips | and machine tools fell': the conjunction joins what is governed."""
    chunks = clauses.chunks
    return k > 1 and chunks[k].kind == "C" and [c.kind for c in chunks[k - 2 : k]] == ["P", "np"]


def _object_before(clauses: Clauses, place: int) -> bool:
    """'That Eritrea left the bloc | is disputed': what the verb before governs, no new subject."""
    before = clauses.chunks[place - 1] if place else None
    if before is None or before.kind != "vg" or before.form != "fin" or before.lemma == "be":
        return False
    pronoun = clauses.tokens[clauses.chunks[place].first].low in SUBJECTS
    return not pronoun and before.lemma not in clauses.lexicon.sayings


def _opening(clauses: Clauses, i: int) -> tuple[int, bool]:
    """First token of the clause of the verb at ``i``, and whether its subject stands before."""
    chunks = clauses.chunks
    k = i
    while k and chunks[k - 1].kind in ("J", "aux", "Q"):
        k -= 1
    if k and chunks[k - 1].kind == "L":
        return chunks[k - 1].first, False
    subject = clauses.subject(i)
    place = subject.place if subject is not None else -1
    if subject is None or place < 0 or place > i:
        return chunks[i].first, True
    if any(place <= k < i for k in clauses.finite):
        return chunks[i].first, True
    if _object_before(clauses, place):
        return chunks[i].first, False
    wide = place
    while wide and (chunks[wide - 1].kind in OPENS or _listed(clauses, wide - 1)):
        wide -= 1
    if wide and chunks[wide - 1].kind == "vg":
        wide = place
    if wide and chunks[wide - 1].low == "whose":
        wide -= 1
    return chunks[wide].first, False
