"""Put the layers together: text in, a :class:`Reading` out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multipolar.core.errors import BadOption
from multipolar.reader.actors import Resolver
from multipolar.reader.attribution import Attribution, AttributionFinder
from multipolar.reader.chunks import PARTICLES, Chunker
from multipolar.reader.claims import Claim, find_claims
from multipolar.reader.clauses import Clauses
from multipolar.reader.denials import take_back
from multipolar.reader.entities import SHOWN, EntityFinder
from multipolar.reader.events import Event, EventFinder
from multipolar.reader.frames import UPGRADE
from multipolar.reader.language import detect_language
from multipolar.reader.lexicon import Lexicon, load_lexicon
from multipolar.reader.loaded import Loaded, find_loaded
from multipolar.reader.markers import Marker, find_markers
from multipolar.reader.mention import Mention
from multipolar.reader.parser import Parser, agree, load_parser
from multipolar.reader.quotes import Quote, classify, find_spans
from multipolar.reader.recorded import recorded_names
from multipolar.reader.rivals import Rivalry, find_rivals
from multipolar.reader.tagging import Tagger
from multipolar.reader.text import MAX_SENTENCE_TOKENS, split_sentences
from multipolar.reader.topics import Topics

if TYPE_CHECKING:
    from multipolar.store import Store

MAX_CHARACTERS = 1_000_000
# Pieces of one sentence without end that are read before the reader gives up on the text.
MAX_PIECES = 400
# Control characters other than line ends and tabs, and the mark of what could not be decoded.
ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffd]")
CLAIMING_KINDS = frozenset(["direct", "indirect", "document", "rumour", "alleged", "viewpoint"])


@dataclass(slots=True)
class Reading:
    """What a text says, layer by layer; offsets are code points of ``text``.

    ``notes`` says in plain words what was cut off or could not be done.
    """

    text: str
    date: Date | None
    language: str
    mentions: list[Mention] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    loaded: list[Loaded] = field(default_factory=list)
    rivals: list[Rivalry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    n_sentences: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The reading as the scheme's JSON."""
        from multipolar.reader.export import to_dict  # noqa: PLC0415

        return to_dict(self)

    def explain(self, item_id: str) -> str:
        """Say which rule and which entries made an item, e.g. ``explain("ev3")``."""
        from multipolar.reader.export import explain  # noqa: PLC0415

        return explain(self, item_id)


def read(
    text: str,
    *,
    date: Date | str | None = None,
    lexicon: str | Path | None = None,
    store: Store | None = None,
    parser: str | None = None,
) -> Reading:
    """Read a text: who is named, what is said to have happened, who says so and how firmly.

    Parameters
    ----------
    text : str
        English text; HTML and files go through :func:`multipolar.reader.read_article` first.
    date : date or ISO string, optional
        Day of publication. Without it leaders are not resolved in time (``in_office`` is None).
    lexicon : path, optional
        TOML file with names and loaded words of the user's own.
    store : Store, optional
        Leaders and organisations the user has added to it are names too.
    parser : str, optional
        ``spacy:NAME``, an installed spaCy pipeline: its parse decides who does what, the shallow
        search steps in where it is silent, and ``Event.confidence`` says how far the two agree.

    Returns
    -------
    Reading
        Layers as lists; :meth:`Reading.to_dict` gives the annotation scheme's JSON.

    Raises
    ------
    BadOption
        ``text`` is empty or no text, ``date`` is no date, or ``parser`` names no pipeline.
    UsageError
        ``parser`` is asked for and spaCy is not installed.

    Notes
    -----
    Shallow rules over clauses, no model: a sentence the rules do not cover yields what they do
    cover. It tells what a text says, not whether it is true.

    Examples
    --------
    >>> reading = read("On 9 May Tokayev met Putin in Moscow.", date="2023-05-10")
    >>> [(e.type, e.actors, e.happened) for e in reading.events]
    [('CONSULT', ['KAZ', 'RUS'], 'yes')]
    """
    on = _as_date(date)
    _check_text(text)
    reading = Reading(text, on, "en")
    if len(text) > MAX_CHARACTERS:
        reading.notes.append(
            f"text cut off after {MAX_CHARACTERS:,} of {len(text):,} characters: "
            "the rest was not read"
        )
        text = text[:MAX_CHARACTERS]
    _note_limits(reading, text)
    recorded = recorded_names(store)
    lists = load_lexicon(str(lexicon) if lexicon else "", recorded if recorded.any else None)
    _Pass(reading, text, lists, on, load_parser(parser) if parser else None).run()
    return reading


def _check_text(text: str) -> None:
    if not isinstance(text, str):
        raise BadOption(f"text is {type(text).__name__}, expected str", hint="read_article(bytes)")
    if not text.strip():
        raise BadOption("the text is empty: nothing to read")
    sample = text[:20_000]
    if len(ODD.findall(sample)) > 0.05 * len(sample):
        raise BadOption(
            "the text is not readable: it looks like binary data or a wrong encoding",
            hint="pass the file to read_article, which tells encodings apart",
        )


def _as_date(value: Date | str | None) -> Date | None:
    if value is None or isinstance(value, Date):
        return value
    try:
        return Date.fromisoformat(value)
    except ValueError:
        raise BadOption(f"date {value!r} is no date; expected YYYY-MM-DD") from None


def _note_limits(reading: Reading, text: str) -> None:
    if reading.date is None:
        reading.notes.append("no date given: leaders are not resolved in time")
    language = detect_language(text)
    reading.language = language
    if language == "unknown":
        reading.notes.append("language unknown: names are read, sentences are not relied on")
    elif language != "en":
        reading.notes.append(
            f"the text is not in English (looks like {language}): "
            "only names the lists know are read"
        )


class _Pass:
    """One run over one text, the layers in the order they need each other."""

    def __init__(
        self, reading: Reading, text: str, lexicon: Lexicon, on: Date | None, parser: Parser | None
    ) -> None:
        self._parser = parser
        self._reading = reading
        self._text = text
        self._lexicon = lexicon
        self._entities = EntityFinder(lexicon, on)
        self._tagger = Tagger(lexicon)
        self._chunker = Chunker(_particles(lexicon))
        self._resolver = Resolver(lexicon)
        self._topics = Topics()
        self._events = EventFinder(lexicon, self._resolver, on.year if on else None)

    def run(self) -> None:
        """Read every sentence, then the layers that look across sentences."""
        reading = self._reading
        parsed = self._parse()
        reading.n_sentences = len(parsed)
        if reading.language not in ("en", "unknown"):
            return
        spans = find_spans(self._text)
        reading.quotes = classify(spans, self._text, parsed)
        finder = AttributionFinder(self._lexicon, self._resolver)
        at = 0
        for clauses in parsed:
            sentence = clauses.sentence
            while at < len(reading.quotes) and reading.quotes[at].end <= sentence.start:
                at += 1
            near = [q for q in reading.quotes[at : at + 12] if q.start < sentence.end + 2]
            self._sentence(clauses, finder, near)
        reading.rivals = find_rivals(parsed, self._lexicon)

    def _parse(self) -> list[Clauses]:
        parsed = []
        running = 0
        for sentence in split_sentences(self._text):
            mentions = self._entities.find(sentence)
            self._reading.mentions += [m for m in mentions if m.type in SHOWN]
            self._tagger.tag(sentence.tokens)
            chunks = self._chunker.chunk(sentence.tokens)
            parsed.append(Clauses(sentence, chunks, self._lexicon))
            if len(sentence.tokens) >= MAX_SENTENCE_TOKENS:
                self._cut_note(sentence.start)
            running = running + 1 if len(sentence.tokens) >= MAX_SENTENCE_TOKENS else 0
            if running == MAX_PIECES:
                self._stop_note(sentence.end)
                break
        return parsed

    def _stop_note(self, at: int) -> None:
        words = MAX_PIECES * MAX_SENTENCE_TOKENS
        if at < len(self._reading.text):
            self._reading.notes.append(
                f"more than {words:,} words without the end of a sentence: "
                f"not read from character {at:,} on"
            )

    def _cut_note(self, start: int) -> None:
        note = (
            f"a sentence of more than {MAX_SENTENCE_TOKENS} words was cut "
            f"(first at character {start})"
        )
        if not any(n.startswith("a sentence of more") for n in self._reading.notes):
            self._reading.notes.append(note)

    def _sentence(self, clauses: Clauses, finder: AttributionFinder, near: list[Quote]) -> None:
        reading = self._reading
        self._resolver.begin(clauses)
        events = self._events.find(clauses)
        if self._parser is not None:
            parsed = self._parser.parse(clauses, self._text)
            events = agree(parsed, self._events.find(parsed), events)
        attributions = finder.find(clauses, near)
        for quote in near:
            _name_speaker(quote, attributions)
        for event in events:
            _report(event, attributions, near)
        reading.events += events
        reading.attributions += attributions
        reading.markers += find_markers(clauses, attributions)
        reading.claims += find_claims(
            clauses, self._text, events, attributions, self._resolver, self._topics
        )
        reading.loaded += find_loaded(clauses, near)
        span = clauses.sentence
        take_back(self._text[span.start : span.end], span.index, reading.claims, reading.events)
        self._resolver.end()
        clauses.forget()


@lru_cache(maxsize=8)
def _particles(lexicon: Lexicon) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for frames in lexicon.verb_frames.values():
        for frame in frames:
            if frame.particle and frame.particle not in ("fire", "support", "from"):
                out.setdefault(frame.word, set()).add(frame.particle.split("_")[0])
    for frames in lexicon.noun_frames.values():
        for support in {s for frame in frames for s in frame.supports if "_" in s}:
            verb, _, particle = support.partition("_")
            if particle != "no":
                out.setdefault(verb, set()).add(particle)
    spoken = [name for name in lexicon.sayings if name.partition(" ")[2] in PARTICLES]
    for name in [*(name for name, _control in lexicon.operators), *spoken]:
        verb, _, particle = name.partition(" ")
        if particle and verb != "be":
            out.setdefault(verb, set()).add(particle)
    return out


def _name_speaker(quote: Quote, attributions: list[Attribution]) -> None:
    for attribution in attributions:
        if attribution.content[0] < quote.end and quote.start < attribution.content[1]:
            if quote.kind != "SCARE":
                quote.speaker_code = attribution.source_code
            return


def _report(event: Event, attributions: list[Attribution], near: list[Quote]) -> None:
    """Somebody else says so: claimed, unless the author vouches for it or it is denied."""
    for attribution in attributions:
        inside = attribution.content[0] <= event.start < attribution.content[1]
        covers = event.start <= attribution.cue[0] < event.end
        if not inside or covers:
            continue
        event.reported_by = f"{attribution.cue[0]}"
        if attribution.kind == "denial":
            event.verdict.add("no", "denied")
        elif attribution.author_stance == "rejects":
            event.verdict.add("no", "wrongly said")
        elif attribution.kind in CLAIMING_KINDS and attribution.author_stance != "endorses":
            event.verdict.add(
                "claimed", f"said by {attribution.source_code or attribution.source_class}"
            )
        break
    if any(q.kind == "DIRECT" and q.start < event.start < q.end for q in near):
        event.verdict.add("claimed", "inside a quotation")
    event.happened = event.verdict.happened
    if event.type in UPGRADE and event.happened == "planned":
        event.type = "AGREE"
