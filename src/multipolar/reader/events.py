"""Events of a sentence: verbs first, then the nouns no verb has used up."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.actors import Resolver
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.complements import Verdict
from multipolar.reader.frames import UPGRADE, Matcher
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.neighbours import Neighbours, Told
from multipolar.reader.nominal import Judge, is_historical
from multipolar.reader.noun_frames import Match


@dataclass(slots=True)
class Event:
    """One event with its trigger, roles and factuality; ``why`` lists the rules that made it."""

    start: int
    end: int
    type: str
    mode: str
    actors: list[str]
    recipients: list[str]
    happened: str
    modality: str
    polarity: str
    historical: bool
    cameo: str
    verdict: Verdict
    sentence: int
    why: list[str] = field(default_factory=list)
    reported_by: str | None = None
    confidence: float | None = None


WILLING = ("'ready'", "'willing'", "'readiness'", "'willingness'", "'prepared'")


class EventFinder:
    """Extracts events sentence by sentence."""

    def __init__(self, lexicon: Lexicon, resolver: Resolver, year: int | None) -> None:
        self._matcher = Matcher(lexicon, resolver)
        self._lexicon = lexicon
        self._resolver = resolver
        self._last: Match | None = None  # of the sentence before
        self._year = year

    def find(self, clauses: Clauses) -> list[Event]:
        """Events in text order."""
        self._matcher.begin(clauses)
        judge = Judge(clauses)
        used: set[int] = set()
        out: list[Event] = []
        told = []
        for i in clauses.verbs:
            match = self._matcher.verb(i)
            if match is not None:
                used.update(match.nouns)
                told.append(Told(i, match))
        neighbours = Neighbours(clauses, self._resolver)
        told += neighbours.same_again(told, self._last)
        neighbours.complete(told)
        self._last = told[-1].match if told else None
        for one in told:
            event = self._event(one.match, clauses, judge.of_verb(one.place, Verdict()))
            if event is not None:
                out.append(event)
        for i, chunk in enumerate(clauses.chunks):
            if chunk.kind == "np" and i not in used:
                out += self._nouns(i, chunk, clauses, judge)
        out.sort(key=lambda e: e.start)
        return _without_echoes(out)

    def _nouns(self, i: int, chunk: Chunk, clauses: Clauses, judge: Judge) -> list[Event]:
        out = []
        for part in chunk.parts or [chunk]:
            match = self._matcher.noun(i, part)
            if match is None:
                continue
            event = self._event(match, clauses, judge.of_noun(i, Verdict()))
            if event is not None:
                out.append(event)
        return out

    def _event(self, match: Match, clauses: Clauses, verdict: Verdict) -> Event | None:
        if verdict.drop:
            return None
        if match.negative:
            if "no" in verdict.marks:
                del verdict.marks["no"]
            else:
                verdict.add("no", f"'{match.frame.word}' says it did not happen")
        if "future" in match.frame.needs:
            verdict.add("planned", f"'{match.frame.word}' looks ahead")
        kind = match.type
        happened = verdict.happened
        if kind in UPGRADE and (
            happened == "planned" or any(w in r for r in verdict.marks.values() for w in WILLING)
        ):
            kind = "AGREE"
        tokens = clauses.tokens
        polarity = "neg" if "no" in verdict.marks else "pos"
        historical = is_historical(clauses, match.at, self._year)
        why = [f"{match.frame.pos}:{match.frame.word} {match.frame.particle}".strip()]
        why += [f"{label}: {reason}" for label, reason in verdict.marks.items()]
        return Event(
            tokens[match.first].start, tokens[match.last].end, kind, match.mode, list(match.actors),
            list(match.recipients), happened, verdict.modality, polarity, historical,
            match.frame.cameo, verdict, clauses.sentence.index, why,
        )  # fmt: skip


def _without_echoes(events: list[Event]) -> list[Event]:
    """Drop a second event on overlapping words."""
    out: list[Event] = []
    for event in events:
        if out and event.start < out[-1].end and out[-1].sentence == event.sentence:
            continue
        out.append(event)
    return out
