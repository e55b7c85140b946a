"""Who is quoted: the class, the code and the whole noun phrase of a source."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.actors import Resolver
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.mention import Mention
from multipolar.reader.wordsets import word_set

ANONYMOUS = word_set("attribution.anonymous")
DOCUMENTS = word_set("attribution.documents")
FINDING = word_set("attribution.finding")
ENDORSING_ADVERBS = word_set("attribution.endorsing_adverbs")
REJECTING_ADVERBS = word_set("attribution.rejecting_adverbs")


# How the reason of an attribution ends whose content is a noun phrase.
NOMINAL = "with a noun phrase"


@dataclass(slots=True)
class Attribution:
    """One attribution; spans are (start, end) code points."""

    kind: str
    source: tuple[int, int] | None
    cue: tuple[int, int]
    content: tuple[int, int]
    source_class: str
    source_code: str | None
    author_stance: str
    sentence: int
    why: str = ""

    @property
    def nominal(self) -> bool:
        """Whether what is said is a noun phrase: 'calls it a breach'."""
        return self.why.endswith(NOMINAL)


class SourceDescriber:
    """Describes the sources of attributions."""

    def __init__(self, lexicon: Lexicon, resolver: Resolver) -> None:
        self._lexicon = lexicon
        self._resolver = resolver

    def _says(self, vg: Chunk) -> str:
        """Kind of verb of saying, with its particle where that makes it one; empty if none."""
        sayings = self._lexicon.sayings
        joined = sayings.get(f"{vg.lemma} {vg.particle}", "") if vg.particle else ""
        return joined or sayings.get(vg.lemma, "")

    def _span_of(self, clauses: Clauses, source: Chunk) -> tuple[int, int]:
        """The source with what describes it: 'people close to the Kremlin'."""
        tokens, chunks = clauses.tokens, clauses.chunks
        place = source.place
        k, last = place + 1, source.last
        while place >= 0 and k + 1 < len(chunks) and chunks[k].kind in "PTJ":
            if chunks[k + 1].kind == "np" and chunks[k].kind in "PT":
                last = chunks[k + 1].last
                k += 1
            k += 1
        reaches = place >= 0 and k < len(chunks) and chunks[k].kind in ("vg", "aux")
        return tokens[source.first].start, tokens[last if reaches else source.last].end

    def _shown(self, clauses: Clauses, i: int, vg: Chunk) -> bool:
        """'Polls show that': documents report by showing."""
        subject = clauses.subject(i)
        if subject is None:
            return False
        head = clauses.tokens[subject.head]
        if vg.lemma == "find" and head.low in FINDING:
            return True  # 'a UN panel found that'
        media = isinstance(head.mention, Mention) and head.mention.type == "MEDIA"
        named = head.low in DOCUMENTS or media
        return named and vg.lemma in (
            "show",
            "prove",
            "demonstrate",
            "see",
            "expect",
            "find",
            "describe",
        )

    def _described_span(self, clauses: Clauses, holder: Chunk) -> tuple[str, str | None]:
        mention = clauses.tokens[holder.head].mention
        if isinstance(mention, Mention) and mention.code:
            return "NAMED", mention.code
        return self._describe(clauses, holder)

    def _describe(self, clauses: Clauses, chunk: Chunk | None) -> tuple[str, str | None]:  # noqa: C901
        """Class and code of a source."""
        if chunk is None:
            return "UNSPECIFIED", None
        tokens = clauses.tokens
        first, head = tokens[chunk.first], tokens[chunk.head]
        if first.low in ("i", "we", "us", "me") and chunk.first == chunk.last:
            return "AUTHOR", None
        mention = head.mention
        code = self._code(chunk)
        if isinstance(mention, Mention) and mention.type == "MEDIA":
            return "NAMED", mention.code
        if head.low in DOCUMENTS:
            return "DOCUMENT", code
        if first.low in ("rumours", "rumors", "rumour", "rumor"):
            return "RUMOUR", None
        if first.low in (
            "some",
            "others",
            "many",
            "several",
            "few",
            "critics",
            "certain",
            "unnamed",
        ):
            return "ANONYMOUS", None
        if head.low in ANONYMOUS or head.lemma in ANONYMOUS:
            return ("GROUP" if code else "ANONYMOUS"), code
        if (
            code
            and isinstance(mention, Mention)
            and mention.type in ("BLOC", "DEMONYM", "BLOC_ADJ")
        ):
            return "GROUP", code
        if code and head.mention is None and head.low.endswith("s") and head.tag == "N":
            return "GROUP", code
        if code or head.tag == "Y" or mention is not None:
            return "NAMED", code
        if first.tag == "R":
            return ("NAMED", code) if first.low in ("he", "she") else ("GROUP", code)
        return ("GROUP" if head.low.endswith("s") else "NAMED"), code

    def _code(self, chunk: Chunk) -> str | None:
        codes = self._resolver.codes(chunk) or self._resolver.codes(chunk, weak=True)
        return codes[0] if codes else None

    def _stance(self, clauses: Clauses, i: int, kind: str, *, direct: bool) -> str:
        vg = clauses.chunks[i]
        lo, hi = max(0, vg.first - 2), min(len(clauses.tokens), vg.last + 2)
        lows = {clauses.tokens[k].low for k in range(lo, hi)}
        if lows & ENDORSING_ADVERBS:
            return "endorses"
        if lows & REJECTING_ADVERBS or vg.lemma in ("pretend",):
            return "rejects"
        return "endorses" if kind == "factive" and not direct and not vg.negated else "neutral"
