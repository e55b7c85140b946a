"""Loaded words: a lexicon and scare quotes. A weak signal, and said to be one."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.clauses import Clauses
from multipolar.reader.quotes import Quote

# Words with a plain sense before these.
PLAIN_AFTER = {
    "satellite": "images launch data imagery communications",
    "toxic": "waste",
    "nazi": "germany occupation era party",
    "foreign agents": "law bill act register registry legislation",
    "lies": "in ahead behind on between with at beyond",
    "corrupt": "officials",
    "colonial": "era period times",
    "hollow": "point",
    "imperial": "college palace family war museum",
}


@dataclass(slots=True)
class Loaded:
    """One loaded phrase."""

    start: int
    end: int
    kind: str
    why: str


def find_loaded(clauses: Clauses, quotes: list[Quote]) -> list[Loaded]:
    """Loaded phrases of one sentence; what a direct quotation says is the speaker's, but counts."""
    tokens = clauses.tokens
    out = []
    for first, last, kind in clauses.phrases("loaded"):
        word = " ".join(t.low for t in tokens[first : last + 1])
        if first and tokens[first - 1].low == "as" and word.endswith(" knows"):
            continue  # 'as everybody knows' is the author's way to say so
        if _plain(tokens[last + 1].low if last + 1 < len(tokens) else "", word):
            continue
        out.append(Loaded(tokens[first].start, tokens[last].end, kind, f"lexicon '{word}'"))
    for quote in quotes:
        if quote.kind == "SCARE" and clauses.sentence.start <= quote.start < clauses.sentence.end:
            out = [x for x in out if not (quote.start <= x.start and x.end <= quote.end)]
            out = [x for x in out if not 0 <= quote.start - x.end <= 1]  # so-called "order"
            out.append(Loaded(quote.inner[0], quote.inner[1], "IRONY", "scare quotes"))
    return _joined(sorted(out, key=lambda x: x.start))


def _joined(found: list[Loaded]) -> list[Loaded]:
    """'Bloodthirsty junta' is one phrase; the name called decides its kind."""
    out: list[Loaded] = []
    for item in found:
        if out and item.start - out[-1].end == 1 and "IRONY" not in (item.kind, out[-1].kind):
            last = out.pop()
            kind = "NAME_CALLING" if "NAME_CALLING" in (item.kind, last.kind) else last.kind
            out.append(Loaded(last.start, item.end, kind, f"{last.why}; {item.why}"))
        else:
            out.append(item)
    return out


def _plain(following: str, word: str) -> bool:
    return following in PLAIN_AFTER.get(word, "").split() and bool(following)
