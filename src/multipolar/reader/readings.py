"""Readings of one thing side by side: 'far from being X, it was Y', 'ranges from X to Y', '(a) X, (b) Y'."""  # noqa: E501

from __future__ import annotations

import itertools

from multipolar.reader.clauses import Clauses
from multipolar.reader.contests import ANNOUNCING
from multipolar.reader.oppositions import Alternative, between, last_token, to_the_end
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

READ_AS = word_set("rivals.read_as")
STATED = frozenset(["ostensible", "official", "stated", "declared", "public", "given", "alleged"])
REAL = frozenset(["real", "true", "actual"])
GROUNDS = frozenset(["reason", "cause", "motive", "ground", "grounds", "explanation", "one"])
THINKING = frozenset(["think", "believe", "suspect", "suppose"])
SHORT = 10  # tokens of an answer without a verb
OUTCOMES = frozenset(["result", "consequence", "product", "fault", "work", "outcome", "fruit"])
BETTER = frozenset(["better", "rather", "more", "best", "actually", "really"])
EXPLAINED = ANNOUNCING | {"explanations", "reasons", "theories", "hypotheses", "guesses", "motives"}


def readings(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """Readings this sentence sets side by side, or sets against the sentence before."""
    words = {t.low for t in clauses.tokens}
    found: list[Alternative] = []
    if "far" in words:
        found = _far_from(clauses)
    if not found and words & EXPLAINED:
        found = _from_to(clauses) or _lettered(clauses)
    if not found and "not" in words and "if" in words:
        found = _must_have_been(clauses)
    if not found and "denied" in words:
        found = _denied_and_spoke(clauses)
    if not found and before is not None:
        found = _i_think(before, clauses) or _both_say(before, clauses)
        found = found or _result_of(before, clauses) or _seen_but(before, clauses)
    if not found and before is not None:
        found = _better_read(before, clauses) or _real_reason(before, clauses)
        if not found and "according" in words and before.sentence.question:
            found = _according(clauses)
    return found


def _far_from(clauses: Clauses) -> list[Alternative]:
    """'Far from being a sign of strength, the parade was a plea for attention'."""
    tokens = clauses.tokens
    if [t.low for t in tokens[:3]] != ["far", "from", "being"]:
        return []
    comma = next((k for k, t in enumerate(tokens) if t.text == ","), 0)
    be = next((k for k in range(comma, len(tokens) - 1) if tokens[k].tag == "B"), 0)
    if comma < 4 or not be:
        return []
    denied = between(clauses, 3, comma - 1)
    denied.denies = True
    return [denied, to_the_end(clauses, be + 1)]


def _must_have_been(clauses: Clauses) -> list[Alternative]:
    """'If it was not sabotage that cut the cable, it must have been an anchor'."""
    tokens = clauses.tokens
    if [t.low for t in tokens[:4]] not in (["if", "it", "was", "not"], ["if", "it", "is", "not"]):
        return []
    comma = next((k for k in range(5, len(tokens)) if tokens[k].text == ","), 0)
    be = [k for k in range(comma, min(comma + 7, len(tokens) - 1)) if tokens[k].tag == "B"]
    it = any(t.low == "it" for t in tokens[comma : comma + 3])
    if not comma or not be or not it:
        return []
    ends = (k for k in range(5, comma) if tokens[k].low in ("that", "which", "who"))
    denied = between(clauses, 4, next(ends, comma) - 1)
    denied.denies = True
    return [denied, to_the_end(clauses, be[-1] + 1)]


def _denied_and_spoke(clauses: Clauses) -> list[Alternative]:
    """'Denied that he had been recalled in anger and spoke of a routine rotation'."""
    tokens = clauses.tokens
    that = next((k for k in range(1, len(tokens) - 3) if _follow(tokens, k, "denied", "that")), 0)
    spoke = next(
        (k for k in range(that + 3, len(tokens) - 2) if _follow(tokens, k, "spoke", "of")), 0
    )
    if not that or not spoke or tokens[spoke - 1].low not in ("and", "but", "instead"):
        return []
    denied = between(clauses, that + 2, spoke - 2)
    denied.denies = True
    return [denied, to_the_end(clauses, spoke + 2)]


def _follow(tokens: list[Token], k: int, first: str, second: str) -> bool:
    return tokens[k].low == first and tokens[k + 1].low == second


def _i_think(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'Was it a reaction to the raid? I rather think that the post had become too dear.'."""
    tokens, asked = clauses.tokens, before.tokens
    if not before.sentence.question or [t.low for t in asked[:2]] not in (
        ["was", "it"], ["is", "it"],
    ):  # fmt: skip
        return []
    mine = tokens[0].low in ("i", "we") and any(t.low in THINKING for t in tokens[1:4])
    that = next((k for k in range(1, min(6, len(tokens) - 2)) if tokens[k].low == "that"), 0)
    if not mine or not that or len(asked) < 4 or asked[2].tag not in "DGNYA#":
        return []
    comma = next((k for k in range(3, len(asked)) if asked[k].text == ","), len(asked) - 1)
    return [between(before, 2, comma - 1), to_the_end(clauses, that + 1)]


def _result_of(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'It was not the result of propaganda. It was the result of failed policy.'."""
    first, denied = _outcome(before.tokens)
    again, still = _outcome(clauses.tokens)
    if not first or not again or not denied or still:
        return []
    comma = next((k for k in range(first, len(before.tokens)) if before.tokens[k].text == ","), 0)
    rejected = between(before, first, comma - 1 if comma else last_token(before.tokens))
    rejected.denies = True
    return [rejected, to_the_end(clauses, again)]


def _outcome(tokens: list[Token]) -> tuple[int, bool]:
    """First token of what something is said to be the result of, and whether it is denied."""
    for k in range(2, len(tokens) - 2):
        if tokens[k].low in OUTCOMES and tokens[k + 1].low == "of":
            near = tokens[max(0, k - 4) : k]
            if any(t.tag == "B" for t in near):
                return k + 2, any(t.low in ("not", "n't") for t in near)
    return 0, False


def _seen_but(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'It was seen as a rebuke. In fact it had more to do with the border.'."""
    tokens = clauses.tokens
    first = _read_as(before.tokens)
    lows = [t.low for t in tokens]
    if not first or lows[:2] not in (["in", "fact"], ["in", "truth"], ["in", "reality"]):
        return []
    do = next((k for k in range(3, len(tokens) - 2) if lows[k : k + 2] == ["do", "with"]), 0)
    if not do:
        return []
    return [
        to_the_end(before, first),
        to_the_end(clauses, do + 2),
    ]


def _both_say(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'The government says: Russia. The opposition says: the premier.'."""
    first, again = _says_shortly(before.tokens), _says_shortly(clauses.tokens)
    if not first or not again:
        return []
    return [
        to_the_end(before, first),
        to_the_end(clauses, again),
    ]


def _says_shortly(tokens: list[Token]) -> int:
    """First token of the few words somebody answers with, or 0."""
    for k in range(2, min(8, len(tokens) - 2)):
        if tokens[k].text == ":" and tokens[k - 1].lemma in ("say", "answer", "reply", "whisper"):
            short = len(tokens) - k < SHORT and not any(t.tag in "VBHM" for t in tokens[k:])
            return k + 1 if short else 0
    return 0


def _from_to(clauses: Clauses) -> list[Alternative]:
    """'Explanations for his absence range from a cold to a quarrel with the king'."""
    tokens = clauses.tokens
    for k in range(2, len(tokens) - 4):
        if tokens[k].lemma in ("range", "vary", "run") and tokens[k + 1].low == "from":
            to = next((m for m in range(k + 3, len(tokens) - 1) if tokens[m].low == "to"), 0)
            if to and any(t.low in EXPLAINED for t in tokens[:k]):
                return [
                    between(clauses, k + 2, to - 1),
                    to_the_end(clauses, to + 1),
                ]
    return []


def _lettered(clauses: Clauses) -> list[Alternative]:
    """'Two hypotheses: (a) that the Chinese ignore it, and (b) that Washington lets them'."""
    tokens = clauses.tokens
    marks = [
        k
        for k in range(1, len(tokens) - 1)
        if tokens[k - 1].text == "(" and tokens[k + 1].text == ")" and tokens[k].low in "abc123"
    ]
    if len(marks) < 2:
        return []
    cuts = [*marks, last_token(tokens) + 2]
    return [between(clauses, a + 2, b - 2) for a, b in itertools.pairwise(cuts)]


def _better_read(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'It has been read as X. It is better understood as Y.'."""
    tokens = clauses.tokens
    if tokens[0].low not in ("it", "this", "they") or not any(t.low in BETTER for t in tokens[1:5]):
        return []
    first, again = _read_as(before.tokens), _read_as(tokens)
    if not first or not again:
        return []
    return [
        to_the_end(before, first),
        to_the_end(clauses, again),
    ]


def _read_as(tokens: list[Token]) -> int:
    """First token of what a thing is read as, or 0."""
    for k in range(2, len(tokens) - 2):
        near = tokens[max(0, k - 3) : k]
        if tokens[k].low == "as" and any(t.lemma in READ_AS and t.tag == "V" for t in near):
            return k + 1
    return 0


def _real_reason(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'The ostensible reason was swine fever. The real one, as all knew, was an arrest.'."""
    first = _ground(before.tokens, STATED)
    again = _ground(clauses.tokens, REAL)
    if not first or not again:
        return []
    return [
        to_the_end(before, first),
        to_the_end(clauses, again),
    ]


def _ground(tokens: list[Token], kinds: frozenset[str]) -> int:
    """First token of what is given as the reason of one kind, or 0."""
    opening = tokens[:6]
    named = any(a.low in kinds and b.low in GROUNDS for a, b in itertools.pairwise(opening))
    be = [k for k in range(2, len(tokens) - 1) if tokens[k].tag == "B"]
    return be[-1] + 1 if named and be else 0


def _according(clauses: Clauses) -> list[Alternative]:
    """'According to Baghdad, for lack of a law; according to its critics, because of Iran'."""
    tokens = clauses.tokens
    starts = [k for k, t in enumerate(tokens) if t.low == "according"]
    if len(starts) < 2 or starts[0] or tokens[starts[1] - 1].text not in ";,":
        return []
    cuts = [*starts, last_token(tokens) + 2]
    out = []
    for a, b in itertools.pairwise(cuts):
        comma = next((k for k in range(a, b - 1) if tokens[k].text == ","), 0)
        if not comma:
            return []
        out.append(between(clauses, comma + 1, b - 2))
    return out
