"""Explanations set against each other inside a sentence or a pair: 'either X or Y', 'is it X?'."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.clauses import Clauses
from multipolar.reader.text import Token


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


def opposed(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """Alternatives this sentence opposes, or its question opposes to the question before."""
    return (
        _either(clauses)
        or _asked(clauses)
        or _because(clauses)
        or _whether(clauses)
        or _guessed(clauses, before)
        or _asked_again(clauses, before)
    )


def _last(tokens: list[Token]) -> int:
    return len(tokens) - (2 if tokens[-1].text in ".!?" else 1)


def _from(clauses: Clauses, first: int, last: int, *, hedged: bool = False) -> Alternative:
    """Tokens ``first`` to ``last`` as an alternative that its first word opens."""
    tokens = clauses.tokens
    while last > first and tokens[last].text in PARTING:
        last -= 1
    return Alternative(
        (tokens[first].start, tokens[first].end),
        (tokens[first].start, tokens[last].end),
        hedged,
        sentence=clauses.sentence.index,
    )


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
        return [_from(clauses, i, cut - 1), _from(clauses, cut, _last(tokens))]
    return []


def _asked(clauses: Clauses) -> list[Alternative]:
    """'Is Riyadh buying time, or has it changed sides?'."""
    tokens = clauses.tokens
    if not clauses.sentence.question or tokens[0].low not in ASKING:
        return []
    for i in range(3, len(tokens) - 2):
        if tokens[i].low == "or" and tokens[i + 1].low in ASKING:
            return [_from(clauses, 0, i - 1), _from(clauses, i, _last(tokens))]
    return []


def _asked_again(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """'Was it an accident? Or did somebody cut the cable?'."""
    tokens = clauses.tokens
    asked = before is not None and clauses.sentence.question and before.sentence.question
    if before is None or not asked or len(tokens) < 4:
        return []
    if tokens[0].low != "or" or tokens[1].low not in ASKING or before.tokens[0].low not in ASKING:
        return []
    return [
        _from(before, 0, _last(before.tokens)),
        _from(clauses, 0, _last(tokens)),
    ]


def _because(clauses: Clauses) -> list[Alternative]:
    """'Not because it loves Moscow but because it needs the gas': the first is denied."""
    tokens = clauses.tokens
    lows = [t.low for t in tokens]
    for i in range(1, len(tokens)):
        if lows[i] != "because" or lows[i - 1] != "not":
            continue
        for k in range(i + 2, len(tokens) - 2):
            if lows[k] == "but" and lows[k + 1] == "because":
                denied, meant = _from(clauses, i - 1, k - 1), _from(clauses, k, _last(tokens))
                denied.denies = True
                return [denied, meant]
    return []


def _whether(clauses: Clauses) -> list[Alternative]:
    """'Whether it paid to please Moscow or because it was cheap', '... or whether ...'."""
    tokens = clauses.tokens
    first = next((i for i, t in enumerate(tokens) if t.low == "whether"), len(tokens))
    for k in range(first + 3, len(tokens) - 2):
        if tokens[k].low == "or" and tokens[k + 1].low in ("whether", "because"):
            return [_from(clauses, first, k - 1), _from(clauses, k, _last(tokens))]
    return []


def _guessed(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """'Perhaps it wanted a discount. Perhaps it wanted to be asked.'."""
    tokens = clauses.tokens
    if not _guess(tokens, 0):
        return []
    again = [
        k for k in range(2, len(tokens) - 2) if _guess(tokens, k) and tokens[k - 1].text in ",;:—–"
    ]
    if again:
        cut = again[0]
        return [
            _from(clauses, 0, cut - 1, hedged=True),
            _from(clauses, cut, _last(tokens), hedged=True),
        ]
    if before is None or not _guess(before.tokens, 0):
        return []
    return [
        _from(before, 0, _last(before.tokens), hedged=True),
        _from(clauses, 0, _last(tokens), hedged=True),
    ]


def _guess(tokens: list[Token], i: int) -> bool:
    return tokens[i].low in GUESSING and len(tokens) > i + 2 and tokens[i + 1].text != ","


def _clause(tokens: list[Token]) -> bool:
    return any(t.tag in "VBHMO" for t in tokens) and len(tokens) > 2
