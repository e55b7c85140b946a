"""What one telling of an explanation is, and the phrases it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

NOUNS = word_set("rivals.explaining_nouns")
SAYING = word_set("rivals.saying")
EXPLAINING = word_set("rivals.explaining")
TAKING_UP = frozenset(["it", "this", "that", "they", "them", "he", "him", "she", "her", "these"])
# Holders named for what they think of the thing.
OPPOSED = word_set("rivals.opposed")
ASIDE = 16  # tokens an insertion or description behind a label or a holder may have


@dataclass(slots=True)
class Telling:
    """One telling: tokens ``first`` to ``cue`` open it, its sentence goes on to ``last``.

    ``who`` tells it apart from the next; ``form`` is what the next must share; ``taken_up`` says that it
    speaks of something named before.
    """  # noqa: E501

    family: str
    first: int
    cue: int
    who: str
    form: str = ""
    taken_up: bool = False
    content: int = 0


def names(tokens: list[Token], j: int) -> bool:
    """Whether a noun phrase or a clause follows, not a bare adjective: 'is fear of', 'is wrong'."""
    tag = tokens[j].tag
    if tokens[j].low.endswith("est"):
        return False
    if tag == "A":
        return j + 1 < len(tokens) and tokens[j + 1].tag in "NAY"
    noun = j + 1 < len(tokens) and tokens[j + 1].low == "of"  # 'is fear of'
    gerund = tag == "V" and (tokens[j].low.endswith("ing") or noun)
    return tag in "DGYN#RWT" or gerund


def phrase_end(tokens: list[Token], start: int) -> int:
    """Last token of the noun phrase at ``start`` with its places: 'hawks in Washington'."""
    k = start
    if start >= len(tokens):
        return -1
    if tokens[start].low == "those":  # 'those who know the fields'
        stop = min(start + ASIDE, len(tokens))
        taken = (m for m in range(start + 2, stop) if tokens[m].low in TAKING_UP)
        return next(taken, start) - 1
    if tokens[start].tag == "R":
        return start
    while k < len(tokens):
        place = k > start and tokens[k].low in ("in", "of", "at")
        again = k > start and tokens[k].tag in "DG" and tokens[k - 1].tag != "P"
        begun = k > start and tokens[k].tag == "Y" and tokens[k - 1].tag == "N"
        again = again or (begun and tokens[k - 1].low.endswith("s"))  # 'our patriots Tokayev has'
        if (tokens[k].tag not in "DGAYNE#Z" and not place) or again:
            break
        k += 1
    return k - 1


def words(tokens: list[Token], first: int, last: int) -> str:
    """Tokens ``first`` to ``last`` in small letters."""
    return " ".join(t.low for t in tokens[first : last + 1])
