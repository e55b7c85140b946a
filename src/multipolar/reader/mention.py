"""One named thing in a text, and the named things of a phrase."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multipolar.reader.lexicon import Entry
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

if TYPE_CHECKING:
    from multipolar.reader.chunks import Chunk

BLOCKING_SUFFIX = word_set("actors.blocking_suffix")


@dataclass(slots=True, eq=False)
class Mention:
    """One named thing: where, what and for whom it stands."""

    start: int
    end: int
    first: int
    last: int
    type: str
    code: str | None
    entry: Entry | None
    metonym: bool | None = None
    in_office: bool | None = None
    role: str | None = None
    rule: str = "trie"
    place: bool = False
    prefixed: bool = False


def mentions_in(chunk: Chunk, tokens: list[Token]) -> list[Mention]:
    """Mentions inside a chunk, in order."""
    out: list[Mention] = []
    for k in range(chunk.first, chunk.last + 1):
        mention = tokens[k].mention
        if (
            isinstance(mention, Mention)
            and mention.type != "NONE"
            and (not out or out[-1] is not mention)
        ):
            out.append(mention)
    return out


def blocked(mention: Mention, tokens: list[Token]) -> bool:
    """'Rwandan-backed rebels': the premodifier says who backs a thing, not who acts."""
    after = mention.last + 1
    if after + 1 < len(tokens) and tokens[after].text == "-":
        return tokens[after + 1].low in BLOCKING_SUFFIX
    return False


def hyphenated(mentions: list[Mention], tokens: list[Token]) -> bool:
    """'Russia-US talks', 'Kazakh and Uzbek leaders': all of them count."""
    for left, right in itertools.pairwise(mentions):
        between = [t.low for t in tokens[left.last + 1 : right.first]]
        if between in (["-"], ["and"], [","], ["–"], [",", "and"]):
            return True
    return False
