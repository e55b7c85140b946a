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


class SourceDescriber:
    """Describes the sources of attributions."""

    def __init__(self, lexicon: Lexicon, resolver: Resolver) -> None:
        self._lexicon = lexicon
        self._resolver = resolver

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
