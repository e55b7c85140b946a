"""Explanations listed in one sentence: 'Was it A, B or C?', 'explained by A, by B and by C'."""

from __future__ import annotations

from multipolar.reader.clauses import Clauses
from multipolar.reader.oppositions import TO_COME, Alternative, between
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

NOUNS = word_set("rivals.explaining_nouns")
DRIVING = word_set("rivals.driving")
PLURALS = frozenset(f"{noun}s" for noun in NOUNS) | {"theories", "stories", "hypotheses", "theses"}
# 'Two possible causes': causes that hold together are no rivals.
CAUSES = frozenset(["causes", "reasons", "motives"])
POSSIBLE = frozenset(["possible", "conceivable", "competing", "rival", "conflicting"])
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
EXPLAINED = {"explain": "by", "attribute": "to", "ascribe": "to", "interpret": "as", "read": "as"}
BE = frozenset(["is", "was", "are", "were"])
JOINING = frozenset(["or", "and", "simply", "just", "merely", "even", "else", "perhaps"])


def enumerated(clauses: Clauses) -> list[Alternative]:
    """Alternatives one sentence lists."""
    tokens = clauses.tokens
    words = {t.low for t in tokens}
    if "or" in words:
        found = _asked(clauses) or _whom(clauses) or _announced(clauses)
        if found:
            return found
    if "but" in words and "not" in words:
        return _not_but(clauses)
    if "than" in words and "less" in words:
        return _less(clauses)
    return _explained(clauses) if words & EXPLAINED_FORMS else []


EXPLAINED_FORMS = frozenset(["explained", "attributed", "ascribed", "interpreted", "read"])


def _parts(clauses: Clauses, first: int, last: int) -> list[Alternative]:
    """What commas and the last 'or' or 'and' part."""
    tokens = clauses.tokens
    cuts = [first]
    cuts += [
        k + 1 for k in range(first, last) if tokens[k].text == "," or tokens[k].low in ("or", "and")
    ]
    out = []
    for k, cut in enumerate(cuts):
        start, end = cut, (cuts[k + 1] if k + 1 < len(cuts) else last + 1) - 1
        while start <= end and tokens[start].low in JOINING | {","}:
            start += 1
        while end > start and (tokens[end].text in ",;:" or tokens[end].low in JOINING):
            end -= 1
        if end >= start:
            out.append(between(clauses, start, end))
    return out


def _bare(tokens: list[Token]) -> bool:
    return not any(t.tag in "BHMO" or t.text in ";:" for t in tokens)


def _asked(clauses: Clauses) -> list[Alternative]:
    """'Was it incompetence, malice or simply the heat?'."""
    tokens = clauses.tokens
    if not clauses.sentence.question or tokens[0].low not in BE or len(tokens) < 6:
        return []
    named = tokens[1].low in ("it", "this", "that") and tokens[2].tag in "DGNAYJ"
    if not named or not _bare(tokens[2:]):
        return []
    return _parts(clauses, 2, len(tokens) - 2)


def _whom(clauses: Clauses) -> list[Alternative]:
    """'It was, depending on whom one asks, a provocation or a coup that failed.'."""
    tokens = clauses.tokens
    for i in range(len(tokens) - 6):
        if tokens[i].low == "depending" and tokens[i + 2].low in ("who", "whom", "which"):
            close = next((k for k in range(i + 3, len(tokens) - 3) if tokens[k].text == ","), -1)
            return _parts(clauses, close + 1, len(tokens) - 2) if close > 0 else []
    return []


def _announced(clauses: Clauses) -> list[Alternative]:
    """'Two accounts of the walk-out: that they had been insulted, or that they had planned it'."""
    tokens = clauses.tokens
    colon = next((k for k, t in enumerate(tokens) if t.text in ":—–"), -1)
    if colon < 2 or not announces(tokens[:colon]):
        return []
    cut = next((k for k in range(colon + 2, len(tokens) - 2) if tokens[k].low == "or"), -1)
    if cut < 0:
        return []
    return [between(clauses, colon + 1, cut - 1), between(clauses, cut + 1, len(tokens) - 2)]


def announces(tokens: list[Token]) -> int:
    """How many explanations the words announce: 'three readings', 'two possible causes'; or 0."""
    for i, token in enumerate(tokens[:-1]):
        if token.low not in COUNTS:
            continue
        for k in range(i + 1, min(i + 4, len(tokens))):
            causes = tokens[k].low in CAUSES and tokens[k - 1].low in POSSIBLE
            if tokens[k].low in PLURALS or causes:
                return COUNTS[token.low]
    return 0


def _not_but(clauses: Clauses) -> list[Alternative]:
    """'Not loyalty but arithmetic explains it'; 'it was not rain that kept them, but fear'."""
    tokens = clauses.tokens
    nots = [k for k in range(min(3, len(tokens))) if tokens[k].low == "not"]
    cut = next((k for k in range(2, len(tokens) - 2) if tokens[k].low == "but"), -1)
    if not nots or cut < nots[0] + 2:
        return []
    first, last = nots[0] + 1, len(tokens) - 2
    cleft = first == 3 and tokens[0].low in ("it", "this") and tokens[1].low in BE
    if not cleft and (first != 1 or tokens[first].low in ("only", "all", "just", "even")):
        return []
    verbs = [
        k for k in range(first, last + 1) if tokens[k].lemma in DRIVING and tokens[k].tag == "V"
    ]
    if not verbs or tokens[first].tag not in "DGANYP":
        return []
    if verbs[0] > cut:  # 'not A but B explains it'
        end = verbs[0] - 1
        while end > cut + 1 and tokens[end].low in ("that", "which", "who", "has", "have", ","):
            end -= 1
        found = [between(clauses, first, cut - 1), between(clauses, cut + 1, end)]
    else:
        end = next(k for k in range(first + 1, cut) if tokens[k].tag in "LSKV") - 1
        found = [between(clauses, first, end), between(clauses, cut + 1, last)]
    found[0].denies = True
    return found


def _less(clauses: Clauses) -> list[Alternative]:
    """'Less out of love for Moscow than out of spite', 'less because ... than because'."""
    tokens = clauses.tokens
    for i in range(len(tokens) - 5):
        if tokens[i].low != "less" or tokens[i + 1].low not in ("out", "because", "from", "by"):
            continue
        for k in range(i + 3, len(tokens) - 2):
            if tokens[k].low == "than" and tokens[k + 1].low == tokens[i + 1].low:
                return [between(clauses, i + 1, k - 1), between(clauses, k + 1, len(tokens) - 2)]
    return []


def _explained(clauses: Clauses) -> list[Alternative]:
    """'Has been explained by oil prices, by a feud and by American pressure'."""
    chunks, tokens = clauses.chunks, clauses.tokens
    for chunk in chunks:
        prep = EXPLAINED.get(chunk.lemma) if chunk.kind == "vg" and chunk.passive else None
        if prep is None:
            continue
        again = [k for k in range(chunk.last + 1, len(tokens)) if tokens[k].low == prep]
        parted = len(again) > 1 and all(
            tokens[k - 1].text == "," or tokens[k - 1].low in ("and", "or") for k in again[1:]
        )
        if parted and not any(t.low in TO_COME for t in tokens):
            ends = [*(k - 1 for k in again[1:]), len(tokens) - 2]
            return [between(clauses, a, b) for a, b in zip(again, ends, strict=True)]
    return []
