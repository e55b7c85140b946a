"""The optional parse of a spaCy pipeline: taken first, the shallow search where it is silent.

Nothing here is needed by the core: without ``parser=`` no parse is made and spaCy is not imported.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

from multipolar.core.errors import BadOption, UsageError
from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.events import Event

PREFIX = "spacy:"
# Labels of both schemes spaCy pipelines are trained on: ClearNLP and Universal Dependencies.
SUBJECTS = frozenset(["nsubj", "nsubjpass", "nsubj:pass"])
OBJECTS = frozenset(["dobj", "obj", "dative", "iobj"])
PHRASES = frozenset(["prep", "agent", "dative"])
OBLIQUE = frozenset(["obl", "obl:agent", "nmod"])
RELATIVE = frozenset(["who", "which", "that", "whom"])


class ParsedClauses(Clauses):
    """The clauses of a sentence with the subjects and objects a dependency parse gives them."""

    def __init__(self, clauses: Clauses, doc: Any) -> None:
        super().__init__(clauses.sentence, clauses.chunks, clauses.lexicon)
        start = clauses.sentence.start
        self._parsed = {start + token.idx: token for token in doc}
        self._phrase_at: dict[int, Chunk] = {}
        for chunk in clauses.chunks:
            if chunk.kind == "np":
                for k in range(chunk.first, chunk.last + 1):
                    self._phrase_at[self.tokens[k].start] = chunk
        self._offset = start
        # Whether the parse says anything about the verb that begins at this character.
        self.spoken: dict[int, bool] = {
            self.tokens[chunk.head].start: self._speaks(i)
            for i, chunk in enumerate(self.chunks)
            if chunk.kind == "vg"
        }

    def _speaks(self, i: int) -> bool:
        token = self._token(i)
        if token is None:
            return False
        labels = {child.dep_ for child in token.children}
        return bool(labels & (SUBJECTS | OBJECTS | PHRASES | OBLIQUE))

    def _token(self, i: int) -> Any:
        return self._parsed.get(self.tokens[self.chunks[i].head].start)

    def _phrase(self, token: Any) -> Chunk | None:
        return self._phrase_at.get(self._offset + token.idx)

    def _find_subject(self, i: int) -> Chunk | None:
        token = self._token(i)
        found = self._parsed_subject(token) if token is not None else None
        return found or super()._find_subject(i)

    def _parsed_subject(self, token: Any) -> Chunk | None:
        for _ in range(4):  # a verb of a list has the subject of the first
            for child in token.children:
                if child.dep_ in SUBJECTS:
                    relative = child.lower_ in RELATIVE and token.dep_ in ("relcl", "acl:relcl")
                    return self._phrase(token.head if relative else child)
            if token.dep_ != "conj" or token.head is token:
                return None
            token = token.head
        return None

    def _find_arguments(self, i: int) -> Arguments:
        shallow = super()._find_arguments(i)
        token = self._token(i) if self.chunks[i].kind == "vg" else None
        if token is None:
            return shallow
        objects = self._phrases(c for c in token.children if c.dep_ in OBJECTS)
        preps: dict[str, list[Chunk]] = {}
        for name, inner in _governed(token):
            found = self._phrase(inner)
            if found is not None:
                preps.setdefault(name, []).append(found)
        if not objects and not preps:
            return shallow
        return Arguments(
            objects,
            preps or shallow.preps,
            shallow.complement,
            shallow.complement_kind,
            shallow.end,
        )

    def _phrases(self, tokens: Any) -> list[Chunk]:
        found = [self._phrase(token) for token in tokens]
        return list(dict.fromkeys(chunk for chunk in found if chunk is not None))


def _governed(token: Any) -> list[tuple[str, Any]]:
    """Prepositional phrases of a token: (preposition, noun)."""
    out = []
    for child in token.children:
        if child.dep_ in PHRASES:
            out += [(child.lower_, c) for c in child.children if c.dep_ in ("pobj", "pcomp")]
        elif child.dep_ in OBLIQUE:
            out += [(c.lower_, child) for c in child.children if c.dep_ == "case"]
    return out


class Parser:
    """A spaCy pipeline, loaded once."""

    def __init__(self, name: str, pipeline: Any) -> None:
        self.name = name
        self._pipeline = pipeline

    def parse(self, clauses: Clauses, text: str) -> ParsedClauses:
        """The same clauses with the parse of their sentence.

        Raises
        ------
        BadOption
            The pipeline makes no dependency parse.
        """
        sentence = clauses.sentence
        doc = self._pipeline(text[sentence.start : sentence.end])
        if not doc.has_annotation("DEP"):
            raise BadOption(
                f"the pipeline {self.name!r} makes no dependency parse",
                hint="name one with a parser, such as spacy:en_core_web_sm",
            )
        return ParsedClauses(clauses, doc)


@lru_cache(maxsize=2)
def load_parser(name: str) -> Parser:
    """Load ``spacy:NAME``, an installed pipeline or a folder of one.

    Raises
    ------
    BadOption
        The name does not begin with ``spacy:``, or there is no such pipeline.
    UsageError
        spaCy is not installed.
    """
    if not name.startswith(PREFIX) or not name.removeprefix(PREFIX):
        raise BadOption(
            f"parser {name!r} is unknown; expected spacy:NAME", hint="spacy:en_core_web_sm"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import spacy  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        raise UsageError(
            f"parser {name!r} needs spaCy, which is not installed",
            hint="pip install 'multipolar[parser]'",
        ) from None
    pipeline = name.removeprefix(PREFIX)
    try:
        return Parser(pipeline, spacy.load(pipeline))
    except (OSError, ValueError) as error:
        raise BadOption(
            f"spaCy cannot load the pipeline {pipeline!r}: {str(error).splitlines()[0]}",
            hint=f"python -m spacy download {pipeline}",
        ) from None


def agree(clauses: ParsedClauses, parsed: list[Event], shallow: list[Event]) -> list[Event]:
    """Events of both paths, those of the parse first, each with how far the two agree.

    ``confidence`` is the share of type, actors and recipients that both paths say alike, in
    [0, 1]: 1 the two agree, 0 only one of them found the event or the parse is silent about its
    verb. Events told by nouns have none: the parse is not asked about them.
    """
    free = list(shallow)
    out = []
    for event in parsed:
        twin = next((s for s in free if s.start < event.end and event.start < s.end), None)
        if twin is not None:
            free.remove(twin)
        kept = event if twin is None or event.actors or event.recipients else twin
        kept.confidence = _confidence(clauses, event, twin)
        out.append(kept)
    for event in free:
        event.confidence = 0.0
        event.why.append("the parse does not have it")
    return sorted(out + free, key=_place)


def _confidence(clauses: ParsedClauses, event: Event, twin: Event | None) -> float | None:
    verbs = [said for at, said in clauses.spoken.items() if event.start <= at < event.end]
    if not verbs:
        return None
    if twin is None or not any(verbs):
        return 0.0
    same = (
        event.type == twin.type,
        set(event.actors) == set(twin.actors),
        set(event.recipients) == set(twin.recipients),
    )
    return sum(same) / len(same)


def _place(event: Event) -> int:
    return event.start
