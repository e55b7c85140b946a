"""Frames of claims: which verb with which words about it makes a clause a statement of a type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import read_table
from multipolar.reader.mention import Mention
from multipolar.reader.pieces import Piece
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

Words = frozenset[str]
# The pairs of words the frames ask for, by their first and second words.
Pairs = dict[str, dict[str, str]]
CELLS = ("subject", "rest", "any")
# What a name stands for in a frame.
NAMES = {
    "STATE": "<state>", "CAPITAL": "<state>", "GOV_SEAT": "<state>", "LEADER": "<leader>",
    "DEMONYM": "<people>", "IGO": "<org>", "BLOC": "<bloc>", "BLOC_ADJ": "<people>",
}  # fmt: skip
# 'Refused to join', 'keeps buying': what follows is stated as well.
GOVERNING = word_set("claims.governing")
# 'Is said to buy', 'is forced to sell'.
TOLD = word_set("claims.told")
NEGATIVE = frozenset("not n't never no nobody none neither nor without nothing no_one".split())  # noqa: SIM905
# Words that make of an event a statement about many: 'the first', 'more than', 'still'.
GENERAL = word_set("claims.general")
# Letters below which a word is a small one.
SMALL = 4
# Chunks between a verb and the one it governs, at most.
REACH = 3


@dataclass(frozen=True, slots=True)
class _Frame:
    """One row: every set of a cell must share a word with what the cell is about."""

    kind: str
    cells: tuple[tuple[Words, ...], ...]
    unless: Words


@dataclass(frozen=True, slots=True)
class _Frames:
    """All rows, and their places by verb ("" for any) and by the words of their rarest cell."""

    rows: tuple[_Frame, ...]
    places: dict[str, dict[str, tuple[int, ...]]]
    pairs: Pairs


@dataclass(slots=True)
class _Clause:
    """Words of a clause: its verbs, its subject, everything else."""

    verbs: set[str]
    subject: set[str]
    rest: set[str]


def _expanded(cell: str, cells: dict[str, str]) -> Words:
    """The words of a cell, those of the classes it names included."""
    out: set[str] = set()
    for word in cell.split("|"):
        named = word.startswith("@")
        out |= _expanded(cells[word[1:]], cells) if named else {word}
    return frozenset(out)


def _conditions(cell: str, cells: dict[str, str]) -> tuple[Words, ...]:
    """'a|b & @c': sets one word of each of which must occur."""
    return tuple(_expanded(part.strip(), cells) for part in cell.split(" & ")) if cell else ()


@lru_cache(maxsize=1)
def _frames() -> _Frames:
    rows: list[_Frame] = []
    places: dict[str, dict[str, tuple[int, ...]]] = {}
    classes = {r["class"]: r["words"] for r in read_table("claim_words.tsv")}
    for n, row in enumerate(read_table("claim_frames.tsv")):
        cells = tuple(_conditions(row[name], classes) for name in CELLS)
        unless = _conditions(row["unless"], classes)
        rows.append(_Frame(row["type"], cells, unless[0] if unless else frozenset()))
        rarest = min((words for cell in cells for words in cell), key=_frequency, default=None)
        for verb in _expanded(row["verb"], classes):
            known = places.setdefault(verb, {})
            for word in rarest or {verb}:
                known[word] = (*known.get(word, ()), n)
    pairs: Pairs = {}
    for word in {w for f in rows for sets in (*f.cells, (f.unless,)) for s in sets for w in s}:
        first, joined, second = word.partition("_")
        if joined:
            pairs.setdefault(first, {})[second] = word
    return _Frames(tuple(rows), places, pairs)


def _frequency(words: Words) -> tuple[int, int]:
    """How often one of the words is to be met: marks and small words first of all."""
    return sum(len(w) < SMALL or w[0] == "<" for w in words), len(words)


def claim_by_frame(
    clauses: Clauses, piece: Piece, start: int, end: int, topics: frozenset[str]
) -> tuple[str, str] | None:
    """Type of the first frame the clause fits, and the words that say so.

    ``topics`` are what the text is about here, as words of the clause: ``<sanctions>``.
    """
    frames = _frames()
    words = _clause_words(clauses, piece, start, end, frames.pairs)
    words.rest |= topics
    everything = words.subject | words.rest | words.verbs
    places: set[int] = set()
    for verb in (*words.verbs, ""):
        known = frames.places.get(verb, {})
        for word in known.keys() & everything:
            places.update(known[word])
    about = (words.subject, words.rest, everything)
    for n in sorted(places):
        frame = frames.rows[n]
        if _fits(frame, about):
            verb = clauses.chunks[piece.verb].lemma
            return frame.kind, f"{verb} (row {n + 1})"
    return None


def _fits(frame: _Frame, about: tuple[set[str], set[str], set[str]]) -> bool:
    for asked, said in zip(frame.cells, about, strict=True):
        for words in asked:
            if words.isdisjoint(said):
                return False
    return frame.unless.isdisjoint(about[2])


def _clause_words(clauses: Clauses, piece: Piece, start: int, end: int, pairs: Pairs) -> _Clause:
    tokens, vg = clauses.tokens, clauses.chunks[piece.verb]
    inside = [k for k, t in enumerate(tokens) if start <= t.start < end]
    subject = clauses.subject(piece.verb)
    about: set[int] = set()
    if subject is not None:
        before = subject.first < vg.first and tokens[subject.first].start >= start
        last = vg.first if before else subject.last + 1
        about = set(range(subject.first if before else _head(clauses, subject), last))
    rest = [k for k in inside if k not in about and k != vg.head]
    out = _Clause(
        _verbs(clauses, piece.verb, end),
        _words(clauses, sorted(about), pairs),
        _words(clauses, rest, pairs),
    )
    if vg.passive:
        out.rest.add("<pass>")
    if vg.modal in ("may", "might", "could"):
        out.rest.add("<may>")
    if not clauses.arguments(piece.verb).objects:
        out.rest.add("<bare>")
    if vg.negated or not NEGATIVE.isdisjoint(out.rest) or not NEGATIVE.isdisjoint(out.subject):
        out.rest.add("<neg>")
    if _lasting(clauses, vg) or not GENERAL.isdisjoint(out.rest | out.subject):
        out.rest.add("<general>")
    return out


def _head(clauses: Clauses, subject: Chunk) -> int:
    """First token of 'trade with Russia' where a clause is about its last phrase."""
    chunks, k = clauses.chunks, subject.place
    while k > 1 and chunks[k - 1].kind in "PT" and chunks[k - 2].kind == "np":
        k -= 2
    return chunks[k].first if k >= 0 else subject.first


def _lasting(clauses: Clauses, vg: Chunk) -> bool:
    """'Has expelled', 'trains', 'never trained': how things are, not one event."""
    plain = clauses.tokens[vg.head].form in ("s", "b") and not vg.modal
    return plain or vg.perfect or vg.negated


def _verbs(clauses: Clauses, i: int, end: int) -> set[str]:
    """Lemma of the verb and, where it governs another, of that too."""
    chunks, tokens = clauses.chunks, clauses.tokens
    vg = chunks[i]
    out = {vg.lemma}
    if vg.lemma in GOVERNING or (vg.passive and vg.lemma in TOLD):
        for chunk in chunks[i + 1 : i + 1 + REACH]:
            if chunk.kind == "vg":
                if chunk.form in ("inf", "ing") and tokens[chunk.head].start < end:
                    out.add(chunk.lemma)
                break
    return out


def _words(clauses: Clauses, places: list[int], pairs: Pairs) -> set[str]:
    """Words and lemmas at the places, what names stand for, and known pairs of words."""
    tokens = clauses.tokens
    out: set[str] = set()
    before: list[str] = []
    for k in places:
        token = tokens[k]
        here = _meanings(tokens, k)
        out.update(here)
        for left in before:
            out.update([pair for word in here if (pair := pairs[left].get(word))])
        if before and token.tag not in "DG":
            before = []
        if token.low in pairs or token.lemma in pairs:
            before += [word for word in (token.low, token.lemma) if word in pairs]
    return out


def _meanings(tokens: list[Token], k: int) -> list[str]:
    """The word, its lemma and what it stands for as a name or number."""
    token = tokens[k]
    out = [token.low, token.lemma or token.low]
    if token.tag == "#":
        out.append("<number>")
    if isinstance(token.mention, Mention):
        out.append(NAMES.get(token.mention.type, "<name>"))
        if token.mention.type == "DEMONYM" and _a_people(tokens, k):
            out.append("<folk>")
    return out


def _a_people(tokens: list[Token], k: int) -> bool:
    """'Russians', 'the French': a people, not an adjective."""
    if tokens[k].low.endswith("s") and tokens[k].text[0].isupper():
        return True
    following = tokens[k + 1].tag if k + 1 < len(tokens) else "U"
    return following not in "NAYZE?" and bool(k) and tokens[k - 1].tag in "DA#"
