"""Explanations set against each other inside a sentence or a pair: 'either X or Y', 'is it X?'."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from multipolar.reader.clauses import Clauses
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set


@dataclass(slots=True)
class Alternative:
    """One explanation: the words that open it and the clause that holds it."""

    cue: tuple[int, int]
    span: tuple[int, int]
    hedged: bool = False
    denies: bool = False
    sentence: int = 0


ASKING = frozenset(["is", "was", "are", "were", "did", "does", "do", "has", "have", "had"])
GUESSING = frozenset(["perhaps", "maybe", "possibly"])
PARTING = frozenset(",;:.—–?")
OR_BECAUSE = ["or", "because"]
TO_COME = frozenset(["will", "shall", "must", "wo", "'ll"])
# Words of a sentence that leaves open which of two things is so.
FINITE = frozenset(["HV", "BV", "BD", "BA", "RB", "RH", "RV", "HJ", "JH", "BB", "BJ", "HB", "BG"])
UNDECIDED = word_set("rivals.undecided")


def opposed(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """Alternatives this sentence opposes, or its question opposes to the question before."""
    words = {t.low for t in clauses.tokens}
    found: list[Alternative] = []
    if "or" in words:
        found = _either(clauses) or _asked(clauses) or _whether(clauses)
    if not found and "because" in words:
        found = _because(clauses)
    return found or _guessed(clauses, before) or _asked_again(clauses, before)


def last_token(tokens: list[Token]) -> int:
    """Place of the last token before the full stop."""
    return len(tokens) - (2 if tokens[-1].text in ".!?" else 1)


def between(clauses: Clauses, first: int, last: int, *, hedged: bool = False) -> Alternative:
    """Tokens ``first`` to ``last`` as an alternative that its first word opens."""
    tokens = clauses.tokens
    first = min(first, len(tokens) - 1)
    if first + 1 < len(tokens) and tokens[first].text == ",":  # 'or, as some put it, ...'
        first += 1
    last = max(last, first)
    while last > first and (tokens[last].text in PARTING or tokens[last].low in ("and", "or")):
        last -= 1
    return Alternative(
        (tokens[first].start, tokens[first].end),
        (tokens[first].start, tokens[last].end),
        hedged,
        sentence=clauses.sentence.index,
    )


def to_the_end(clauses: Clauses, first: int, *, hedged: bool = False) -> Alternative:
    """The rest of the sentence from token ``first`` on as an alternative."""
    return between(clauses, first, last_token(clauses.tokens), hedged=hedged)


def _either(clauses: Clauses) -> list[Alternative]:
    """'Either X or Y' with a verb on both sides."""
    tokens = clauses.tokens
    for i, token in enumerate(tokens):
        if token.low != "either":
            continue
        cut = next((k for k in range(i + 1, len(tokens)) if tokens[k].low == "or"), -1)
        if i + 1 < len(tokens) and tokens[i + 1].tag in "KU":
            return []  # 'it is no betrayal either, and ...'
        if cut < 0 or not _clause(tokens[i:cut]) or not _clause(tokens[cut:]):
            return []
        if any(t.low in TO_COME for t in tokens[i:]):
            return []  # 'either Warsaw pays or the pipes will be closed': a threat
        return [between(clauses, i, cut - 1), to_the_end(clauses, cut)]
    return []


def _asked(clauses: Clauses) -> list[Alternative]:
    """'Is Riyadh buying time, or has it changed sides?'."""
    tokens = clauses.tokens
    if not clauses.sentence.question or tokens[0].low not in ASKING:
        return []
    for i in range(3, len(tokens) - 2):
        if tokens[i].low == "or" and tokens[i + 1].low in ASKING:
            return [between(clauses, 0, i - 1), to_the_end(clauses, i)]
    return []


def _asked_again(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """'Was it an accident? Or did somebody cut it?'; 'Was it fear? Was it money? Or habit?'."""
    tokens = clauses.tokens
    asked = before is not None and clauses.sentence.question and before.sentence.question
    if before is None or not asked or len(tokens) < 3:
        return []
    first = before.tokens
    joined = tokens[0].low == "or"
    asks = tokens[joined].low in ASKING and first[first[0].low == "or"].low in ASKING
    again = asks and [t.low for t in tokens[:2]] == [t.low for t in first[:2]]
    told = again and tokens[0].tag == "B" and tokens[1].low in ("it", "this", "that")
    told = told or (again and [t.low for t in tokens[2:3]] == [t.low for t in first[2:3]])
    told = told or (asks and all(any(t.low == "because" for t in s) for s in (tokens, first)))
    piece = tokens[joined].tag in "DNA" and not any(t.tag in "VBHMO" for t in tokens)
    piece = piece and (joined or first[0].tag == "B")
    if not (told or piece or (joined and asks)):
        return []
    return [
        to_the_end(before, 0),
        to_the_end(clauses, 0),
    ]


def _because(clauses: Clauses) -> list[Alternative]:
    """'Not because it loves Moscow but because it needs the gas': the first is denied."""
    tokens = clauses.tokens
    lows = [t.low for t in tokens]
    for i in range(1, len(tokens)):
        if lows[i] == "because":
            again = [k for k in range(i + 2, len(tokens) - 2) if lows[k : k + 2] == OR_BECAUSE]
            if again:
                more = [k for k in range(i + 2, again[0]) if _because_too(tokens, k)]
                cuts = [i, *more, again[0], last_token(tokens) + 1]
                return [between(clauses, a, b - 1) for a, b in itertools.pairwise(cuts)]
            cut = next((k for k in range(i + 2, len(tokens) - 2) if _not_because(tokens, k)), 0)
            if cut and lows[i - 1] != "not":
                rest = to_the_end(clauses, cut + 1)
                rest.denies = True
                return [between(clauses, i, cut - 1), rest]
        if lows[i] != "because" or lows[i - 1] != "not":
            continue
        for k in range(i + 2, len(tokens) - 2):
            if lows[k] == "but" and lows[k + 1] == "because":
                denied, meant = between(clauses, i - 1, k - 1), to_the_end(clauses, k)
                denied.denies = True
                return [denied, meant]
    return []


def _because_too(tokens: list[Token], k: int) -> bool:
    """'Because investors distrust it, because the bank has lost control, or because'."""
    return tokens[k].low == "because" and tokens[k - 1].text == ","


def _not_because(tokens: list[Token], k: int) -> bool:
    """'Gave in because of the rains, not because of the pressure'."""
    after = tokens[k - 1].text == "," or tokens[k - 1].low == "and"
    return tokens[k].low == "not" and tokens[k + 1].low == "because" and after


def _whether(clauses: Clauses) -> list[Alternative]:
    """'Whether it paid to please Moscow or because it was cheap', '... or whether ...'."""
    tokens = clauses.tokens
    first = next((i for i, t in enumerate(tokens) if t.low == "whether"), len(tokens))
    for k in range(first + 3, len(tokens) - 2):
        if tokens[k].low != "or":
            continue
        cleft = tokens[first + 1].low == "it" and tokens[first + 2].tag == "B"
        cleft = cleft and tokens[k + 1].tag in "DGNYA" and any(t.low in UNDECIDED for t in tokens)
        if cleft or tokens[k + 1].low in ("whether", "because") or _left_open(tokens, first, k):
            return [between(clauses, first, k - 1), to_the_end(clauses, k)]
    return []


def _left_open(tokens: list[Token], first: int, k: int) -> bool:
    """'Whether they were bluffing or had changed course is debated'."""
    ours, theirs = tokens[first:k], tokens[k + 1 :]
    told = any(t.tag in "BHV" for t in ours) and theirs[0].tag + theirs[1].tag in FINITE
    to_come = any(t.low in TO_COME or t.tag in "TM" for t in ours + theirs[:2])
    return told and not to_come and any(t.low in UNDECIDED for t in tokens)


def _guessed(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """'Perhaps it wanted a discount. Perhaps it wanted to be asked.'."""
    tokens = clauses.tokens
    likelier = [t.low for t in tokens[:2]] in (["more", "likely"], ["most", "likely"])
    ahead = any(t.low in TO_COME for t in tokens)  # two forecasts, not two explanations
    joined = tokens[0].low == "or" or (likelier and not ahead)
    if joined and before is not None and _guess(before.tokens, 0) and len(tokens) > 3:
        return [
            to_the_end(before, 0, hedged=True),
            to_the_end(clauses, 0, hedged=True),
        ]
    if not _guess(tokens, 0):
        return []
    again = [
        k for k in range(2, len(tokens) - 2) if _guess(tokens, k) and tokens[k - 1].text in ",;:—–"
    ]
    if again:
        later = [k for k in range(again[0] + 2, len(tokens) - 4) if _once_more(tokens, k)]
        cuts = [0, *again[:1], *later, last_token(tokens) + 1]
        return [between(clauses, a, b - 1, hedged=True) for a, b in itertools.pairwise(cuts)]
    if before is None or not _guess(before.tokens, int(before.tokens[0].low == "or")):
        return []
    return [
        to_the_end(before, 0, hedged=True),
        to_the_end(clauses, 0, hedged=True),
    ]


def _once_more(tokens: list[Token], k: int) -> bool:
    return tokens[k].low in GUESSING and tokens[k - 1].text in ",;:—–"


def _guess(tokens: list[Token], i: int) -> bool:
    return tokens[i].low in GUESSING and len(tokens) > i + 2 and tokens[i + 1].text != ","


def _clause(tokens: list[Token]) -> bool:
    return any(t.tag in "VBHMO" for t in tokens) and len(tokens) > 2
