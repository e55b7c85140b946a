"""Who explains, names or judges a thing without a clause: 'puts it down to', 'calls it a lie', 'sees in it a threat'."""  # noqa: E501

from __future__ import annotations

from multipolar.reader.chunks import TIME, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.saying_nouns import NounFinder
from multipolar.reader.sources import ANONYMOUS, NOMINAL, Attribution
from multipolar.reader.wordsets import word_set

# Verbs and the words before what they say: 'blames it on', 'explains this by', 'regards it as'.
GIVING_REASONS = {
    verb: frozenset(words.split("+"))
    for verb, words in (pair.split("=") for pair in word_set("attribution.giving_reasons"))
}
NAMING = frozenset(["call", "term", "dub", "label", "brand", "style"])
# With 'see' and 'point' only somebody who holds views speaks: 'the arrow points to the north'.
HOLDING_VIEWS = frozenset(["see", "point", "read"])
SPEAKERS = frozenset(["he", "she", "they", "who"])
OCCASIONS = frozenset(["after", "before", "since", "until", "because", "when", "unless", "if"])
UNNAMED = frozenset("some others many most critics optimists pessimists sceptics realists".split())  # noqa: SIM905
STOPS = frozenset("KUSLW")


class Explainer(NounFinder):
    """Finds attributions by verbs of explaining and naming, and by points of view."""

    def _explained(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'Some put it down to fear', 'Baku calls the drill a provocation'."""
        naming = vg.lemma in NAMING
        if not naming and vg.lemma not in GIVING_REASONS:
            return None
        if vg.passive or vg.negated or vg.modal or vg.form not in ("fin", "ing"):
            return None
        source = clauses.subject(i)
        if source is None or not self._holds_views(clauses, source, vg):
            return None
        if clauses.tokens[max(source.first - 1, 0)].low in OCCASIONS:
            return None  # 'recalled its envoy after Paris called the vote a coup'
        end = _reach(clauses, i)
        first = _complement(clauses, i, end) if naming else _reason(clauses, i, end)
        if first < 0:
            return None
        described = self._describe(clauses, source)
        last = clauses.chunks[end - 1].last
        token = clauses.tokens[vg.head]
        return Attribution(
            "indirect", self._span_of(clauses, source), (token.start, token.end),
            (clauses.tokens[first].start, clauses.tokens[last].end),
            described[0], described[1], self._stance(clauses, i, self._says(vg), direct=False),
            clauses.sentence.index, f"'{vg.lemma}' {NOMINAL}",
        )  # fmt: skip

    def _for_some(self, clauses: Clauses) -> list[Attribution]:
        """'For some the parade was a threat, for others theatre': as some see it."""
        tokens = clauses.tokens
        out: list[Attribution] = []
        for k in [k for k, token in enumerate(tokens[:-3]) if token.low == "for"]:
            opens = k == 0 or tokens[k - 1].text in (";", ",") or tokens[k - 1].low == "while"
            unnamed = opens and tokens[k + 1].low in UNNAMED
            first = k + 3 if tokens[k + 2].text == "," else k + 2
            if not unnamed or tokens[first].tag not in "DGY":
                continue
            end = self._end(clauses, tokens[first].start, [])
            stop = next((t.start for t in tokens[first:] if t.low == "for"), end)
            verb = any(t.tag in "VB" for t in tokens[first:] if t.start < min(stop, end))
            if verb or out:
                out.append(_seen_by(clauses, k, (tokens[first].start, end)))
        return out

    def _holds_views(self, clauses: Clauses, source: Chunk, vg: Chunk) -> bool:
        head = clauses.tokens[source.head]
        if clauses.tokens[source.first].low in ("one", "it", "this", "that"):
            return head.low == "it" and vg.lemma in NAMING
        if vg.lemma in HOLDING_VIEWS:
            return bool({head.low, head.lemma, clauses.tokens[source.first].low} & ANONYMOUS)
        return head.low in SPEAKERS or self._speaks(clauses.tokens, source)


def _seen_by(clauses: Clauses, k: int, content: tuple[int, int]) -> Attribution:
    token, source = clauses.tokens[k], clauses.tokens[k + 1]
    return Attribution(
        "viewpoint", (source.start, source.end), (token.start, token.end), content,
        "ANONYMOUS", None, "neutral", clauses.sentence.index, "phrase 'for some'",
    )  # fmt: skip


def _reach(clauses: Clauses, i: int) -> int:
    """Place of the chunk that ends what the verb at ``i`` governs."""
    chunks = clauses.chunks
    for k in range(i + 1, len(chunks)):
        chunk = chunks[k]
        joined = chunk.kind == "C" and any(c.form == "fin" for c in chunks[k + 1 : k + 4])
        if chunk.kind in STOPS or chunk.form == "fin" or joined:
            return k
    return len(chunks)


def _complement(clauses: Clauses, i: int, end: int) -> int:
    """First token of the name given: the second of two noun phrases side by side, or -1."""
    chunks = clauses.chunks
    for k in range(i + 1, end - 1):
        beside = chunks[k].kind == chunks[k + 1].kind == "np"
        if beside and chunks[k + 1].low not in TIME:
            return chunks[k + 1].first
    relative = i >= 2 and chunks[i - 2].kind == "L" and chunks[i - 1].kind == "np"
    only = i + 1 < end and chunks[i + 1].kind == "np"
    return chunks[i + 1].first if relative and only else -1


def _reason(clauses: Clauses, i: int, end: int) -> int:
    """First token of the reason or the judgement, or -1."""
    chunks, vg = clauses.chunks, clauses.chunks[i]
    words = GIVING_REASONS[vg.lemma]
    for k in range(i + 1, end - 1):
        if chunks[k].low not in words or chunks[k].kind not in "PTJS" or k > i + 1 + _far(vg):
            continue
        if vg.lemma in ("put", "estimate") and not _estimated(clauses, k):
            continue
        if chunks[k].low == "in":
            return _seen_in(clauses, k, end)
        return chunks[k].first
    return -1


def _estimated(clauses: Clauses, k: int) -> bool:
    """'Puts it down | to', 'puts the increase | at 54 per cent'."""
    chunks, tokens = clauses.chunks, clauses.tokens
    if chunks[k].low == "at":
        return any(t.tag == "#" for t in tokens[chunks[k].last + 1 : chunks[k].last + 4])
    return chunks[k - 1].low == "down"


def _far(vg: Chunk) -> int:
    """'Points to' has its word next to it, 'blames the shortage in Egypt on' does not."""
    return 0 if vg.lemma == "point" else 8


def _seen_in(clauses: Clauses, k: int, end: int) -> int:
    """'Sees in the drill | a threat': what is seen, where it is said."""
    chunks = clauses.chunks
    seen = k + 2 < end and chunks[k + 1].kind == chunks[k + 2].kind == "np"
    return chunks[k + 2].first if seen else -1
