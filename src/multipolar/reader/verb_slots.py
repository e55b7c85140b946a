"""Fill the roles of a verb's frame from its subject, objects and prepositional phrases."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.lexicon import Frame
from multipolar.reader.mention import Mention
from multipolar.reader.noun_frames import NounMatcher
from multipolar.reader.roles import union

TOO = frozenset(["as", "so", "neither", "nor"])
GIVING = frozenset(
    ["lend", "sell", "give", "send", "promise", "grant", "supply", "offer", "pay", "ship", "owe"]
)
# 'A UN report accuses', 'the Russian draft condemns'.
WRITTEN = frozenset(["report", "draft", "statement", "declaration", "memorandum", "letter", "note"])
VEHICLES = frozenset(["plane", "jet", "aircraft", "motorcade", "train", "helicopter"])
DEMANDING = frozenset(["REQUEST", "ACCUSE", "SUPPORT"])  # of somebody, for what he did
SPEECH = frozenset(["REQUEST", "REJECT", "AGREE", "SUPPORT", "ACCUSE"])
MATERIAL = frozenset(["ASSAULT", "MOBILIZE", "THREATEN", "COERCE", "PROTEST", "RETREAT"])
MADE = MATERIAL | {"AID"}  # 'a Turkish firm delivered drones'


class VerbSlots(NounMatcher):
    """Finds who fills the slots of a verb."""

    def _fixed_phrase(self, frame: Frame, arguments: Arguments) -> Chunk | None:
        """The noun an idiom has after a preposition: 'came to Kyiv's aid', 'put on ice'."""
        governed = itertools.chain.from_iterable(arguments.preps.values())
        return next((c for c in governed if {c.low, c.lemma} & frame.phrases), None)

    def _shared_objects(self, i: int) -> list[Chunk]:
        """'Neither praised nor censured Nicaragua': both verbs have the object of the second."""
        chunks = self._c.chunks
        if i + 2 >= len(chunks) or chunks[i + 1].kind != "C" or chunks[i + 2].kind != "vg":
            return []
        return self._c.arguments(i + 2).objects

    def _likewise(self, i: int) -> list[Chunk]:
        """'Chile condemned the raid, as did Peru', 'and so has Peru': who did it too."""
        chunks = self._c.chunks
        for k in range(i + 1, min(i + 9, len(chunks) - 1)):
            if chunks[k].low == ";":
                return []
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                too = chunks[k - 1].low in TOO or self._c.tokens[chunks[k].first].low in TOO
                stands = chunks[k].lemma in ("do", "have", "be") and chunks[k + 1].kind == "np"
                return [chunks[k + 1]] if too and stands else []
        return []

    def _given_before(self, i: int) -> tuple[str, ...]:
        """'X lends Y money, and Z has lent it grain': whom the verb before gave something."""
        chunks = self._c.chunks
        if chunks[i].lemma not in GIVING:
            return ()
        for k in range(i - 1, -1, -1):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                before = self._c.arguments(k)
                if chunks[k].lemma not in GIVING or not before.objects:
                    return ()
                mention = self._c.tokens[before.objects[0].first].mention
                if isinstance(mention, Mention) and mention.type == "STATE" and mention.code:
                    return (mention.code,)
                return union(self._resolver.codes(c) for c in before.preps.get("to", []))
        return ()

    def _object_slot(self, frame: Frame, i: int, arguments: Arguments) -> tuple[str, ...]:
        tokens = self._c.tokens
        for chunk in (arguments.objects or self._shared_objects(i))[:2]:
            empty = chunk.first == chunk.last and tokens[chunk.first].low == "it"
            bare = arguments.complement_kind not in ("inf", "of", "for")
            bare = bare and arguments.preps.keys().isdisjoint(("against", "of"))
            bare = bare and len(arguments.objects) < 2  # 'granted it the status' is no 'made it'
            if (frame.type in SPEECH and empty and bare) or chunk.low == "own":
                continue  # 'made it clear', 'urged it', 'sent its own'
            found = self._target(chunk)
            if found and tokens[chunk.first].tag == "R":
                found = self._given_before(i) or found
            if found and tokens[chunk.first].tag in "RG":
                doing = self._resolver.codes(self._c.subject(i))
                if found == doing:
                    found = self._resolver.other_than(chunk, doing)
            own = chunk.last < self._c.chunks[i].first and found == self._resolver.codes(
                self._c.subject(i)
            )
            if found and not own:  # 'a step Seoul had demanded' was not Seoul's
                return found
        return self._deed_before(frame, i, arguments)

    def _deed_before(self, frame: Frame, i: int, arguments: Arguments) -> tuple[str, ...]:
        """'Japan lifted the curbs, a step Seoul had demanded': of whom, the clause before says."""
        chunks = self._c.chunks
        first = arguments.objects[0] if arguments.objects else None
        if first is None or frame.type not in DEMANDING or first.last > chunks[i].first:
            return ()
        before = [k for k in range(max(0, first.place)) if chunks[k].kind == "vg"]
        finite = [k for k in before if chunks[k].form == "fin"]
        doing = self._resolver.codes(self._c.subject(i))
        found = self._resolver.codes(self._c.subject(finite[-1])) if finite else ()
        return tuple(c for c in found if c not in doing)

    def _whose_noun(self, name: str, i: int, frame: Frame, arguments: Arguments) -> tuple[str, ...]:
        """'Shook the Emir's hand', 'came to Kyiv's aid', 'Putin's guests included Lula'."""
        codes, own = self._resolver.codes, self._resolver.possessor
        if name == "OP":
            things = [part for c in arguments.objects[:1] for part in c.parts or [c]]
            return union(self._premodifiers(c)[0] or codes(c) for c in things)
        if name == "SP":
            host = self._c.subject(i)
            return self._premodifiers(host)[0] if host is not None else ()
        chunk = self._fixed_phrase(frame, arguments)
        return self._premodifiers(chunk)[0] or own(chunk) if chunk is not None else ()

    def _subject_slot(
        self, frame: Frame, i: int, vg: Chunk, arguments: Arguments
    ) -> tuple[str, ...]:
        """Who acts: the subject, the phrase after 'by', and who is said to have done likewise."""
        codes = self._resolver.codes
        if vg.passive:
            return union(codes(c) or self._maker(c) for c in arguments.preps.get("by", []))
        subject = self._c.subject(i)
        if frame.mode == "visit" and subject is not None and subject.lemma in VEHICLES:
            return codes(subject) or self._maker(subject)  # 'Putin's plane landed in'
        wrote = subject is not None and frame.type in SPEECH and subject.lemma in WRITTEN
        made = frame.type in MADE or vg.form in ("ing", "inf") or wrote
        found = codes(subject) or (self._maker(subject) if made else ())
        joined = arguments.preps.get("together", []) + self._likewise(i)
        return union([found, *(codes(c) for c in joined)])

    def _verb_slots(
        self, frame: Frame, i: int, vg: Chunk, arguments: Arguments
    ) -> Callable[[str], tuple[str, ...]]:
        codes = self._resolver.codes

        def slot(name: str) -> tuple[str, ...]:
            if name == "S":
                return self._subject_slot(frame, i, vg, arguments)
            if name == "O":
                if vg.passive:
                    return self._target(self._c.subject(i))
                return self._object_slot(frame, i, arguments)
            if name in ("OP", "PP", "SP"):
                return self._whose_noun(name, i, frame, arguments)
            if name == "with" and "together" in arguments.preps:
                return union(codes(c) for c in arguments.preps["together"])
            if name in ("with", "between"):
                return union(codes(c, weak=name != "with") for c in arguments.preps.get(name, []))
            return self._after_preposition(name, i, arguments)

        return slot

    def _after_preposition(self, name: str, i: int, arguments: Arguments) -> tuple[str, ...]:
        vg = self._c.chunks[i]
        if vg.passive and name == vg.particle and name not in arguments.preps:
            return self._target(self._c.subject(i))  # 'Serbia was called on to join'
        reach = (
            self._reached_by if name in ("to", "with", "on", "for", "against") else self._target_of
        )
        return union(reach(c, i) for c in arguments.preps.get(name, []))

    def _target_of(self, chunk: Chunk, _verb: int) -> tuple[str, ...]:
        return self._target(chunk)

    def _reached_by(self, chunk: Chunk, i: int) -> tuple[str, ...]:
        """'Broke with Israel and suspended exports to it': a pronoun is not who acts."""
        found = self._target(chunk)
        if found and self._c.tokens[chunk.first].tag == "R":
            doing = self._resolver.codes(self._c.subject(i))
            return self._resolver.other_than(chunk, doing) if found == doing else found
        return found
