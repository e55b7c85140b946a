"""Inverted clauses: 'did Russia attack', 'had Georgia not attacked', 'never has it voted'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

if TYPE_CHECKING:
    from multipolar.reader.chunks import Chunk

INVERTING = word_set("inversion.inverting")


def uninvert(chunks: list[Chunk], tokens: list[Token]) -> list[Chunk]:
    """'Did Russia attack', 'had Georgia not attacked': give the auxiliary to its verb."""
    for i, chunk in enumerate(chunks):
        if chunk.kind == "aux" or (
            chunk.kind == "vg"
            and chunk.lemma in ("have", "be", "do")
            and chunk.first == chunk.last
            and chunk.form == "fin"
        ):
            k = i + 2
            if not (k < len(chunks) and chunks[i + 1].kind == "np"):
                continue
            while (k < len(chunks) and chunks[k].kind in "PJ") or (
                k < len(chunks) and chunks[k].kind == "np" and chunks[k - 1].kind == "P"
            ):
                k += 1
            if (
                k < len(chunks)
                and chunks[k].kind == "vg"
                and _can_invert(chunk, chunks, i, tokens[chunks[k].head])
            ):
                verb = chunks[k]
                verb.inverted = True
                verb.form = "fin"
                verb.negated = verb.negated != chunk.negated
                verb.modal = verb.modal or chunk.modal
                verb.tense = chunk.low
                verb.perfect = chunk.low in ("had", "have", "has")
                verb.passive = (
                    verb.passive
                    if chunk.low not in ("had", "have", "has", "did", "do", "does")
                    or any(t.low == "been" for t in tokens[verb.first : verb.head])
                    else False
                )
                chunk.kind = "aux"
    return chunks


def _can_invert(chunk: Chunk, chunks: list[Chunk], i: int, verb: Token) -> bool:
    before = chunks[i - 1] if i else None
    if chunk.low == "were" and verb.form == "b" and (before is None or before.kind in "KUQWSCJ"):
        return True
    opens = (
        before is None
        or before.kind in "KUQWSCJX"
        or before.low in INVERTING
        or (before.first == before.last - 1 and before.low == "circumstances")
    )
    opens = opens or (chunks[0].low == "only" and bool(chunk.modal))
    if not opens:
        return False
    if chunk.low in ("had", "have", "has"):
        return "n" in verb.form or verb.form == "d" or verb.low == "been"
    if chunk.modal:
        return True
    if chunk.low in ("did", "do", "does"):
        return verb.form in ("b", "s", "d", "")
    return verb.form in ("n", "g", "d")
