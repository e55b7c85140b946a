"""Who says so by noun: 'Moscow's claim that ...'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.mention import Mention
from multipolar.reader.said import ContentFinder
from multipolar.reader.saying_phrases import PhraseFinder
from multipolar.reader.sources import Attribution
from multipolar.reader.wordsets import word_set

SAYING_NOUNS = word_set("attribution.saying_nouns")


class NounFinder(PhraseFinder, ContentFinder):
    """Finds attributions by noun."""

    def _noun(self, clauses: Clauses, i: int, chunk: Chunk) -> Attribution | None:
        """'Moscow's claim that ...': a noun of saying with its clause."""
        if chunk.low not in SAYING_NOUNS:
            return None
        chunks = clauses.chunks
        that = i + 1
        by = None
        if i + 3 < len(chunks) and chunks[that].low in ("by", "from", "of"):
            that, by = i + 3, chunks[i + 2]
        if that >= len(chunks) or chunks[that].low != "that" or chunks[that].kind not in "SL":
            return None
        if (
            i
            and chunks[i - 1].kind == "vg"
            and chunks[i - 1].lemma in self._lexicon.sayings
            and chunks[i - 1].lemma != "repeat"
        ):
            return None
        holder = by or chunk
        mention = next(
            (
                clauses.tokens[k].mention
                for k in range(holder.first, holder.last + 1)
                if clauses.tokens[k].mention is not None
            ),
            None,
        )
        token = clauses.tokens[chunk.head]
        end = self._end(clauses, token.start, [])
        content = (clauses.tokens[chunks[that].last].end + 1, end)
        if content[1] <= content[0]:
            return None
        code, source, source_class = None, None, "UNSPECIFIED"
        if isinstance(mention, Mention):
            code, source, source_class = mention.code, (mention.start, mention.end), "NAMED"
        return Attribution(
            "indirect",
            source,
            (token.start, token.end),
            content,
            source_class,
            code,
            "neutral",
            clauses.sentence.index,
            f"noun '{chunk.low}'",
        )
