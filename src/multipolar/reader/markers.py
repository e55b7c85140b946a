"""Words that negate, hedge, report by inference, condition, look ahead, ask or insist."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.clauses import Clauses
from multipolar.reader.sources import Attribution
from multipolar.reader.text import Token

TO_FROM = frozenset(["to", "from", "of"])
OPENING = frozenset([",", ";", "or"])
NOT_MARKER_BEFORE = {"may": "in", "might": "the"}


@dataclass(slots=True)
class Marker:
    """One marker with its words."""

    start: int
    end: int
    kind: str


def find_markers(clauses: Clauses, attributions: list[Attribution] | None = None) -> list[Marker]:
    """Markers of one sentence in text order; ``attributions`` are those of the sentence."""
    tokens = clauses.tokens
    out = []
    for first, last, kind in clauses.phrases("marker"):
        if kind == "SKIP":
            if tokens[first].low in ("no", "without") and tokens[last].low == "doubt":
                out.append(Marker(tokens[first].start, tokens[last].end, "BOOSTER"))
            elif first and (tokens[first].low, tokens[last].low) == ("not", "that"):
                out.append(Marker(tokens[first].start, tokens[first].end, "NEGATION"))
            continue
        if _counts(tokens, first, last, kind):
            out.append(Marker(tokens[first].start, tokens[last].end, kind))
    out += _inversions(clauses)
    if not any(m.kind == "CONDITIONAL" for m in out):
        out += _shifted_futures(clauses, attributions or [])
    if clauses.sentence.question:
        out.append(Marker(*_question_span(clauses), "QUESTION"))
    return sorted(out, key=lambda m: m.start)


def _question_span(clauses: Clauses) -> tuple[int, int]:
    return clauses.sentence.start, clauses.sentence.end


def _counts(tokens: list[Token], first: int, last: int, kind: str) -> bool:
    """Whether the words mark anything here."""
    token = tokens[first]
    low = token.low
    if first != last:
        return _phrase_counts(tokens, first, last)
    if low in ("may", "might", "will", "could") and token.tag != "M":
        return False
    if kind == "HEDGE" and low in ("likely", "unlikely"):
        return True
    if low == "no" and token.tag not in "DX":
        return False
    if low == "no" and last + 1 < len(tokens) and tokens[last + 1].text == ".":
        return False
    before = tokens[first - 1].low if first else ";"
    if (low == "nowhere" and before in TO_FROM) or (low == "otherwise" and before not in OPENING):
        return False  # 'came to nowhere', 'sees it otherwise'
    if low in {"always", "certain"}:
        return False
    if low in {"nothing", "indeed"}:
        return True
    if (
        low == "if"
        and first
        and tokens[first - 1].low in ("as", "ask", "asked", "wonder", "know", "see", "wondered")
    ):
        return False
    return not (low == "provided" and token.tag != "S")


def _phrase_counts(tokens: list[Token], first: int, last: int) -> bool:
    low = tokens[first].low
    if low in ("plan", "plans", "intend", "intends") and tokens[first].tag != "V":
        return False
    bare = low in ("is", "are") and tokens[last].low == "to" and last - first == 1
    return not bare or _verb_after(tokens, last)


def _verb_after(tokens: list[Token], last: int) -> bool:
    return last + 1 < len(tokens) and tokens[last + 1].tag in "VBHO"


def _shifted_futures(clauses: Clauses, attributions: list[Attribution]) -> list[Marker]:
    """'Announced that the King would leave': will, told in the past."""
    tokens = clauses.tokens
    groups = [clauses.chunks[i] for i in clauses.verbs]
    ahead = [
        token
        for chunk in groups
        if chunk.modal == "would" and not chunk.perfect
        for token in tokens[chunk.first : chunk.last + 1]
        if token.low == "would"
    ]
    if not ahead:
        return []
    told = [
        a.content
        for a in attributions
        if a.kind != "direct"
        and any(t.form == "d" and a.cue[0] <= t.start < a.cue[1] for t in tokens)
    ]
    return [
        Marker(token.start, token.end, "FUTURE")
        for token in ahead
        if any(first <= token.start < end for first, end in told)
    ]


def _inversions(clauses: Clauses) -> list[Marker]:
    """'Had Russia not invaded', 'Should the West insist': the auxiliary is the condition."""
    first = clauses.tokens[0]
    asked_if = first.low == "were" and any(t.text == "," for t in clauses.tokens[:12])
    if clauses.sentence.question and not asked_if:
        return []  # 'Were Maputo to ask them to leave, who would stay?' has a condition too
    out = []
    were = first.low == "were" and first.tag == "B" and clauses.chunks[0].kind == "vg"
    if were and any(t.low in ("would", "could", "might") for t in clauses.tokens):
        out.append(Marker(first.start, first.end, "CONDITIONAL"))
    for chunk in clauses.chunks:
        if chunk.kind == "aux" and chunk.low in ("had", "should", "were"):
            k = chunk.place + 1
            before = clauses.tokens[chunk.first - 1].low if chunk.first else ""
            negative = before in ("nor", "neither", "only", "never")
            if not negative and any(
                c.kind == "vg" and c.inverted for c in clauses.chunks[k : k + 6]
            ):
                token = clauses.tokens[chunk.first]
                out.append(Marker(token.start, token.end, "CONDITIONAL"))
    return out
