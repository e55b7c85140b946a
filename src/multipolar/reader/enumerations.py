"""Explanations listed in one sentence: 'Was it A, B or C?', 'explained by A, by B and by C'."""

from __future__ import annotations

from multipolar.reader.clauses import Clauses
from multipolar.reader.holders import CONSTRUING
from multipolar.reader.oppositions import TO_COME, UNDECIDED, Alternative, between
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

NOUNS = word_set("rivals.explaining_nouns")
DRIVING = word_set("rivals.driving")
PLURALS = frozenset(f"{noun}s" for noun in NOUNS) | {"theories", "stories", "hypotheses", "theses"}
# 'Two possible causes': causes that hold together are no rivals.
CAUSES = frozenset(["causes", "reasons", "motives", "ways"])
POSSIBLE = frozenset(["possible", "conceivable", "competing", "rival", "conflicting"])
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
EXPLAINED = {"explain": "by", "attribute": "to", "ascribe": "to"} | dict.fromkeys(CONSTRUING, "as")
DENYING = frozenset(["hardly", "no", "not", "nonsense", "never", "scarcely", "far", "nothing"])
TWO = 2
SAYS_NO = frozenset(["no", "denies", "deny", "denied", "disagrees", "disagree"])
BE = frozenset(["is", "was", "are", "were"])
JOINING = frozenset(["or", "and", "simply", "just", "merely", "even", "else", "perhaps"])


def enumerated(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """Alternatives one sentence lists, or sets against what the sentence before asks or denies."""
    tokens = clauses.tokens
    words = {t.low for t in tokens}
    if "or" in words:
        found = _asked(clauses) or _whom(clauses) or _announced(clauses) or _caused(clauses)
        if found or words & EXPLAINED_FORMS:
            return found or _explained(clauses)
    if ":" in words and COUNTS.keys() & words:
        found = _announced(clauses)
        if found:
            return found
    if "not" in words:
        found = _not_but(clauses) if "but" in words else []
        return found or _it_was(clauses, clauses)
    if "than" in words and "less" in words:
        return _less(clauses)
    if tokens[0].low == "what" and not clauses.sentence.question:
        return _what_called(clauses)
    if words & EXPLAINED_FORMS:
        return _explained(clauses)
    if before is None:
        return []
    return _answered(clauses, before) or _it_was(before, clauses)


DIRECT = frozenset(["explain", "attribute", "ascribe"])
EXPLAINED_FORMS = frozenset(
    [
        "explain",
        "explains",
        "attribute",
        "ascribe",
        "explained",
        "attributed",
        "ascribed",
        "interpreted",
        "read",
        "seen",
        "regarded",
        "viewed",
    ]
)


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
    count = announces(tokens[:colon], apart=True) if colon > 1 else 0
    if not count:
        return []
    listed = _parts(clauses, colon + 1, len(tokens) - 2) if _bare(tokens[colon + 1 :]) else []
    if len(listed) == count:
        return listed
    cut = next((k for k in range(colon + 2, len(tokens) - 2) if tokens[k].low == "or"), -1)
    if cut < 0:
        return []
    return [between(clauses, colon + 1, cut - 1), between(clauses, cut + 1, len(tokens) - 2)]


def _caused(clauses: Clauses) -> list[Alternative]:
    """'Is it holding up the order out of spite or because its factories cannot deliver?'."""
    tokens = clauses.tokens
    open_ended = clauses.sentence.question or any(t.low in UNDECIDED for t in tokens)
    if not open_ended:
        return []
    for k in range(2, len(tokens) - 3):
        if tokens[k].low == "or" and _cause(tokens, k + 1):
            first = next((m for m in range(k - 1, 0, -1) if _cause(tokens, m)), -1)
            if first > 0:
                return [
                    between(clauses, first, k - 1),
                    between(clauses, k + 1, len(tokens) - 2),
                ]
    return []


def _cause(tokens: list[Token], k: int) -> bool:
    following = tokens[k + 1].low
    low = tokens[k].low
    return low == "because" or (low, following) in (
        ("out", "of"), ("for", "fear"), ("from", "fear"), ("in", "order"), ("for", "lack"),
        ("under", "pressure"), ("by", "accident"), ("on", "purpose"), ("by", "mistake"),
    )  # fmt: skip


def _answered(clauses: Clauses, before: Clauses) -> list[Alternative]:
    """'Was this a reward? Hardly, say the manufacturers: it was paid for.'."""
    tokens, asked = clauses.tokens, before.tokens
    if not before.sentence.question or clauses.sentence.question:
        return []
    told_so = tokens[0].low in DENYING or any(t.low in SAYS_NO for t in tokens[:9])
    if not told_so:
        return []
    be = asked[0].low in BE | {"did", "does", "has", "have"} and not any(
        t.low in ("or", "who", "where") for t in asked
    )
    told = next((k for k in range(1, len(tokens) - 3) if tokens[k].text in ":;—–."), -1)
    if not be or told < 0 or not any(t.tag in "BVH" for t in tokens[told:]):
        return []
    found = [between(before, 0, len(asked) - 2), between(clauses, told + 1, len(tokens) - 2)]
    found[0].denies = True
    return found


def _it_was(denying: Clauses, clauses: Clauses) -> list[Alternative]:
    """'It was not fear that kept him away; it was a hospital appointment.'."""
    tokens = denying.tokens
    first = _cleft(tokens)
    if first < 0:
        return []
    verb = next((k for k in range(first + 1, len(tokens)) if tokens[k].tag == "V"), -1)
    if verb < 0 or tokens[verb].lemma not in DRIVING:
        return []
    same = denying is clauses
    after = clauses.tokens
    marks = [k for k in range(verb, len(after)) if after[k].text in ";:—–"] if same else [-1]
    for mark in marks:
        it = next(
            (k for k in range(mark + 1, len(after) - 3) if _it_is(after, k, mark, same=same)), -1
        )
        if it > 0 or (it == 0 and not same):
            end = next(k for k in range(first + 1, len(tokens)) if tokens[k].tag in "LSKVP") - 1
            found = [between(denying, first, end), between(clauses, it, len(after) - 2)]
            found[0].denies = True
            return found
    return []


def _it_is(tokens: list[Token], k: int, mark: int, *, same: bool) -> bool:
    opens = k == mark + 1 or (same and tokens[k - 1].text == ",")
    stated = tokens[k].low == "it" and tokens[k + 1].low in BE and tokens[k + 2].tag in "DGNAYP"
    return opens and stated


def _cleft(tokens: list[Token]) -> int:
    """The token after 'it was not', over ', as Warsaw supposes,'; or -1."""
    if len(tokens) < 8 or tokens[0].low not in ("it", "this") or tokens[1].low not in BE:
        return -1
    if tokens[2].low not in ("not", "n't"):
        return -1
    if tokens[3].text != ",":
        return 3
    return next((k + 1 for k in range(4, min(14, len(tokens))) if tokens[k].text == ","), -1)


def announces(tokens: list[Token], *, apart: bool = False) -> int:
    """How many explanations the words announce: 'three readings', 'two possible causes'; or 0.

    ``apart``: an 'or' follows, so that causes are alternatives.
    """
    for i, token in enumerate(tokens[:-1]):
        if token.low not in COUNTS:
            continue
        for k in range(i + 1, min(i + 4, len(tokens))):
            causes = tokens[k].low in CAUSES and (apart or tokens[k - 1].low in POSSIBLE)
            if tokens[k].low in PLURALS or causes:
                return COUNTS[token.low]
    return 0


def _not_but(clauses: Clauses) -> list[Alternative]:
    """'Not loyalty but arithmetic explains it'; 'it was not rain that kept them, but fear'."""
    tokens = clauses.tokens
    cut = next((k for k in range(2, len(tokens) - 2) if tokens[k].low == "but"), -1)
    first, last = _cleft(tokens), len(tokens) - 2
    if first < 0 and tokens[0].low == "not" and tokens[1].low not in ("only", "all", "just"):
        first = 1
    if first < 0 or cut < first + 1:
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


def _what_called(clauses: Clauses) -> list[Alternative]:
    """'What the West calls an annexation, Moscow calls a reunion.'."""
    tokens = clauses.tokens
    calls = [k for k, t in enumerate(tokens[:-2]) if t.tag == "V" and t.lemma in ("call", "see")]
    if len(calls) != TWO:  # one for each side
        return []
    cut = next((k for k in range(calls[0] + 1, calls[1]) if tokens[k].text == ","), -1)
    if cut < calls[0] + 2:
        return []
    return [
        between(clauses, calls[0] + 1, cut - 1),
        between(clauses, calls[1] + 1, len(tokens) - 2),
    ]


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
        told = chunk.kind == "vg" and (chunk.passive or chunk.lemma in DIRECT)
        prep = EXPLAINED.get(chunk.lemma) if told else None
        if prep is None:
            continue
        again = [k for k in range(chunk.last + 1, len(tokens)) if tokens[k].low == prep]
        parted = len(again) > 1 and all(
            any(t.text == "," or t.low in ("and", "or") for t in tokens[k - 5 : k])
            for k in again[1:]
        )
        if parted and not any(t.low in TO_COME for t in tokens):
            ends = [*(k - 1 for k in again[1:]), len(tokens) - 2]
            return [between(clauses, a, b) for a, b in zip(again, ends, strict=True)]
    return []
