"""One named thing in a text."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.lexicon import Entry


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
