"""Who says so by phrase: 'according to', rumours, "in Moscow's view", 'as the West sees it'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.markers import find_phrases
from multipolar.reader.mention import Mention
from multipolar.reader.sources import ANONYMOUS, DOCUMENTS, Attribution, SourceDescriber
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# 'In Moscow's view': nouns after a possessor that carry a content.
VIEW_NOUNS = word_set("attribution.view_nouns")
SEEING = frozenset(["see", "put", "tell", "think", "say", "claim", "believe", "hope", "argue"])
PHRASE_KIND = {"according": "indirect"}
PHRASE_CLASS: dict[str, tuple[str, str | None]] = {
    "author": ("AUTHOR", None),
    "rumour": ("RUMOUR", None),
    "alleged": ("UNSPECIFIED", None),
}


class PhraseFinder(SourceDescriber):
    """Finds attributions by phrase."""

    def _phrases(self, clauses: Clauses) -> list[Attribution]:
        out = []
        for first, last, kind in find_phrases(clauses.tokens, self._lexicon.phrases["attribution"]):
            found = self._phrase(clauses, first, last, kind)
            if found is not None:
                out.append(found)
        return out

    def _phrase(self, clauses: Clauses, first: int, last: int, kind: str) -> Attribution | None:
        tokens = clauses.tokens
        cue = (tokens[first].start, tokens[last].end)
        source: Chunk | None = None
        if kind in ("according", "viewpoint"):
            source = next((c for c in clauses.chunks if c.kind == "np" and c.first > last), None)
            if source is None or source.first > last + 2:
                return None
            if tokens[first].low in ("citing", "quoting") and not self._speaks(tokens, source):
                return None
        described = self._describe(clauses, source) if source else PHRASE_CLASS[kind]
        span = (tokens[source.first].start, tokens[source.last].end) if source else None
        after = source.last + 1 if source else last + 1
        content = self._phrase_content(clauses, first, after)
        if kind == "alleged":
            content = self._own_clause(clauses, first, content)
        if content[1] - content[0] < 4:
            return None
        label = PHRASE_KIND.get(kind, kind)
        if label == "indirect" and described[0] == "DOCUMENT":
            label = "document"
        stance = "endorses" if kind == "author" else "neutral"
        return Attribution(
            label,
            span,
            cue,
            content,
            described[0],
            described[1],
            stance,
            clauses.sentence.index,
            f"phrase '{' '.join(t.low for t in tokens[first : last + 1])}'",
        )

    def _speaks(self, tokens: list[Token], source: Chunk) -> bool:
        """'Citing the ministry' names a source, 'citing the jailing of priests' a reason."""
        head = tokens[source.head]
        classes = self._lexicon.word_class
        known = ANONYMOUS | DOCUMENTS | classes["TITLE"] | classes["AGENT"]
        return head.mention is not None or head.tag == "Y" or bool({head.low, head.lemma} & known)

    def _possessed(self, clauses: Clauses) -> list[Attribution]:
        """'In Lavrov's words, ...', 'in Moscow's view': the holder stands inside the phrase."""
        tokens = clauses.tokens
        out = []
        for chunk in clauses.chunks:
            if chunk.kind != "np" or chunk.low not in VIEW_NOUNS or not chunk.first:
                continue
            marks = [k for k in range(chunk.first, chunk.last) if tokens[k].low in ("'s", "'", "’")]
            if not marks or not _set_apart(clauses, chunk):
                continue
            content = self._phrase_content(clauses, chunk.first - 1, chunk.last + 1)
            holder = Chunk(
                "np", chunk.first, marks[-1] - 1, marks[-1] - 1,
                tokens[marks[-1] - 1].low, tokens[marks[-1] - 1].lemma,
            )  # fmt: skip
            described = self._described_span(clauses, holder)
            kind = "indirect" if chunk.low in ("words", "telling", "account") else "viewpoint"
            out.append(
                Attribution(
                    kind,
                    (tokens[holder.first].start, tokens[holder.last].end),
                    (tokens[chunk.first - 1].start, tokens[chunk.last].end),
                    content, described[0], described[1], "neutral",
                    clauses.sentence.index, f"phrase 'in X's {chunk.low}'",
                )
            )  # fmt: skip
        return out

    def _described_span(self, clauses: Clauses, holder: Chunk) -> tuple[str, str | None]:
        mention = clauses.tokens[holder.head].mention
        if isinstance(mention, Mention) and mention.code:
            return "NAMED", mention.code
        return self._describe(clauses, holder)

    def _as_seen(self, clauses: Clauses) -> list[Attribution]:
        """', as Western governments see it,', 'or so the optimists in Brussels think'."""
        chunks, tokens = clauses.chunks, clauses.tokens
        out = []
        for i, vg in enumerate(chunks):
            if vg.kind != "vg" or vg.form != "fin" or vg.lemma not in SEEING:
                continue
            near = chunks[i - 1] if i and chunks[i - 1].kind == "np" else None
            source = near or clauses.subject(i)
            if source is None or source.first < 1 or source.last > vg.first:
                continue
            first = source.first - 1
            so = first >= 1 and (tokens[first - 1].low, tokens[first].low) == ("or", "so")
            after = tokens[vg.last + 1].low if vg.last + 1 < len(tokens) else ""
            if not so and (tokens[first].low != "as" or after not in ("it", "things", "this")):
                continue
            last = vg.last if so else vg.last + 1
            content = self._phrase_content(clauses, first - 1 if so else first, last + 1)
            if so:
                cut = (
                    tokens[first - 2].start
                    if first >= 2 and tokens[first - 2].text == ","
                    else tokens[first - 1].start
                )
                content = (clauses.sentence.start, cut)
            described = self._describe(clauses, source)
            out.append(
                Attribution(
                    "indirect" if so or vg.lemma in ("put", "tell") else "viewpoint",
                    (tokens[source.first].start, tokens[vg.first - 1].end),
                    (tokens[vg.first if so else first].start, tokens[last].end),
                    content, described[0], described[1], "neutral",
                    clauses.sentence.index, f"phrase 'as X {vg.lemma} it'",
                )
            )  # fmt: skip
        return out

    def _own_clause(
        self, clauses: Clauses, first: int, content: tuple[int, int]
    ) -> tuple[int, int]:
        """'..., and London is said to prepare': only the clause of the cue is alleged."""
        tokens = clauses.tokens
        for k in range(first - 1, 0, -1):
            joined = (
                tokens[k].low in ("and", "but", "while", "whereas") and tokens[k - 1].text == ","
            )
            relative = tokens[k].tag == "L" and tokens[k - 1].text == ","
            if joined or relative or tokens[k].text == ";":
                return max(content[0], tokens[k].end + 1), content[1]
        return content

    def _phrase_content(self, clauses: Clauses, first: int, after: int) -> tuple[int, int]:
        """The rest of the sentence, whichever side is the clause."""
        tokens = clauses.tokens
        end = tokens[-1].start if tokens[-1].text in ".!?" else tokens[-1].end
        inserted = first > 1 and tokens[first - 1].text == "," and tokens[after : after + 1]
        if inserted and tokens[after].text == "," and after + 2 < len(tokens):
            return tokens[0].start, end  # 'X was, in the eyes of most Serbs, an act of Y'
        while after < len(tokens) and tokens[after].text in (",", "that"):
            after += 1
        before_has_verb = any(t.tag in "VBHM" for t in tokens[:first])
        after_has_verb = any(t.tag in "VBHM" for t in tokens[after:])
        if before_has_verb and not after_has_verb:
            stop = tokens[first - 1].start if tokens[first - 1].text == "," else tokens[first].start
            return tokens[0].start, stop
        if before_has_verb and after_has_verb:
            return tokens[0].start, end
        if after < len(tokens):
            return tokens[after].start if first == 0 or not before_has_verb else tokens[
                0
            ].start, end
        return tokens[0].start, tokens[first].start


def _set_apart(clauses: Clauses, chunk: Chunk) -> bool:
    """'In Moscow's view, ...': after a fitting preposition, at a border of its clause."""
    tokens = clauses.tokens
    prep = tokens[chunk.first - 1].low
    fits = prep == "in" or (prep, chunk.low) in (("by", "account"), ("to", "mind"))
    opens = chunk.first == 1 or tokens[chunk.first - 2].text in (",", "and", "but", "that")
    closes = chunk.last + 1 < len(tokens) and tokens[chunk.last + 1].text in (",", ".")
    return fits and (opens or closes)
