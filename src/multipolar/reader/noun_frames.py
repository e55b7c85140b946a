"""Match a noun in its clause against the frames of the lexicon."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.chunks import Chunk
from multipolar.reader.lexicon import Frame
from multipolar.reader.mention import Mention, mentions_in
from multipolar.reader.pronouns import is_state
from multipolar.reader.roles import HARMFUL, Roles, union
from multipolar.reader.wordsets import word_set


@dataclass(slots=True)
class Match:
    """A frame with its roles filled from one clause."""

    frame: Frame
    type: str
    mode: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    first: int
    last: int
    at: int
    nouns: list[int] = field(default_factory=list)
    negative: bool = False


class NounMatcher(Roles):
    """Fills the roles of the frames that nouns open."""

    def _noun_frames(self, noun: Chunk) -> list[Frame] | None:
        if noun.lemma == "game" and "war" in self._words(noun):
            return self._lexicon.noun_frames.get("wargame")
        found = self._lexicon.noun_frames
        if noun.low in STAND_INS:
            return self._stand_in(noun)
        return found.get(noun.low) or found.get(noun.lemma)

    def _stand_in(self, noun: Chunk) -> list[Frame] | None:
        """'Held a drill, and China conducted one of its own': the noun it stands for."""
        found = self._lexicon.noun_frames
        for chunk in reversed(self._c.chunks):
            if chunk.kind == "np" and chunk.last < noun.first:
                many = chunk.low.endswith("s")
                frames = found.get(chunk.low) or found.get(chunk.lemma)
                if frames and many == (noun.low == "them"):
                    return frames
        return None

    def _drill(self, frame: Frame, noun: Chunk, actors: tuple[str, ...]) -> tuple[str, str]:
        if noun.lemma == "strike" and self._words(noun) & LABOUR:
            return "PROTEST", "strike"
        if "drill" not in frame.needs:
            return frame.type, frame.mode
        words = {self._c.tokens[k].low for k in range(noun.first, noun.last + 1)}
        joint = len(actors) > 1 or any(not is_state(code) for code in actors)
        if joint or words & {"joint", "bilateral", "trilateral", "multinational"}:
            return "COOPERATE", "exercise"
        return "MOBILIZE", "exercise"

    def noun(self, i: int, chunk: Chunk) -> Match | None:
        """Event named by the noun phrase ``chunk`` (at chunk index ``i``), or None."""
        frames = self._noun_frames(chunk)
        if not frames or chunk.low in STAND_INS:
            return None
        for frame in frames:
            if "onlysup" in frame.needs or "nevermatch" in frame.needs:
                continue
            actors, recipients = self._noun_roles(frame, chunk)
            if not actors or "+" in frame.actors:
                actors = union([actors, (c for c in self._owner(frame, i) if c not in recipients)])
            if not recipients:
                recipients = self._implied(frame, i, chunk, actors)
            if "rec2" in frame.needs and frame.type == "CONSULT" and not actors:
                actors = self._hosts(i, chunk)
            if not self._noun_needs(frame, chunk, actors, recipients):
                continue
            kind, mode = self._drill(frame, chunk, actors)
            if kind == "VOTE":
                actors, recipients = actors or self._among(i), ()
            return Match(
                frame, kind, mode, actors, recipients, chunk.head, chunk.head, chunk.head, [i],
                negative="no" in frame.needs,
            )  # fmt: skip
        return None

    def _implied(
        self, frame: Frame, i: int, chunk: Chunk, actors: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Whom it is meant for, where the clause around the noun says so."""
        found: tuple[str, ...] = ()
        if frame.type == "ACCUSE" and actors:
            found = self._charged(i)
        if frame.type == "REQUEST" and actors:
            found = self._answering(i)
        if "comp" in frame.needs or frame.type in COMMITTING:
            found = found or self._refused(chunk, actors)
        if frame.type in HARMFUL:
            found = found or self._struck(i)
        return tuple(c for c in found if c not in actors)

    def _hosts(self, i: int, chunk: Chunk) -> tuple[str, ...]:
        """'After talks in Beijing, Lavrov thanked': the guest of the clause and the host."""
        chunks = self._c.chunks
        places = self._preps(chunk).get("in", [])
        if i == 0 or chunks[i - 1].low not in ("after", "following", "during") or not places:
            return ()
        place = self._c.tokens[places[0].head].mention
        verb = next((k for k in range(i, len(chunks)) if chunks[k].kind == "vg"), -1)
        guest = self._c.subject(verb) if verb >= 0 and chunks[verb].form == "fin" else None
        name = self._c.tokens[guest.head].mention if guest is not None else None
        leader = isinstance(name, Mention) and name.type == "LEADER"
        if not leader or not isinstance(place, Mention) or place.type != "CAPITAL":
            return ()
        both = union((self._resolver.codes(guest), (place.code,) if place.code else ()))
        return both if len(both) > 1 else ()

    def _refused(self, chunk: Chunk, actors: tuple[str, ...]) -> tuple[str, ...]:
        """'Germany's refusal to deliver missiles to Kyiv': whom the act would have reached."""
        place = chunk.place
        arguments = self._c.arguments(place) if place >= 0 else None
        if arguments is None or arguments.complement_kind != "inf":
            return ()
        return tuple(c for c in self._promised(arguments, strict=False) if c not in actors)

    def _struck(self, i: int) -> tuple[str, ...]:
        """'Western sanctions have cut Russia's revenue': whom what the noun tells of has hurt."""
        chunks = self._c.chunks
        for k in range(i + 1, min(i + 6, len(chunks))):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                if chunks[k].passive or chunks[k].lemma not in HITTING:
                    return ()
                struck = self._c.subject(k) is chunks[i]
                return (
                    self._target(next(iter(self._c.arguments(k).objects), None)) if struck else ()
                )
        return ()

    def _answering(self, i: int) -> tuple[str, ...]:
        """'Hanoi has turned down a Russian request': who answers it was asked."""
        vg = self._c.chunks[i - 1] if i else None
        if vg is None or vg.kind != "vg" or vg.passive or vg.lemma not in ANSWERING:
            return ()
        return self._resolver.codes(self._c.subject(i - 1))

    def _charged(self, i: int) -> tuple[str, ...]:
        """'The accusation by X that Y did it': Y, the subject of the clause."""
        chunks = self._c.chunks
        for k in range(i + 1, min(i + 5, len(chunks))):
            if chunks[k].kind in "SL" and chunks[k].low == "that":
                verb = next((m for m in range(k + 1, len(chunks)) if chunks[m].kind == "vg"), -1)
                subject = self._c.subject(verb) if verb >= 0 else None
                return self._resolver.codes(subject) or self._maker(subject)
            if chunks[k].kind == "vg":
                return ()
        return ()

    def _owner(self, frame: Frame, i: int) -> tuple[str, ...]:
        """'Putin cancelled a planned visit': the subject of such a verb is whose visit it is."""
        k = i - 1
        if k < 0 or self._c.chunks[k].kind != "vg":
            return ()
        vg = self._c.chunks[k]
        unable = vg.negated and vg.modal in ("could", "can")  # 'could not stop the shelling'
        wished = frame.type == "AID" and vg.lemma in ("want", "seek", "propose", "consider")
        if vg.lemma not in OWNING or vg.passive or unable or wished:
            return ()
        return self._resolver.codes(self._c.subject(k))

    def _noun_needs(
        self,
        frame: Frame,
        chunk: Chunk,
        actors: tuple[str, ...],
        recipients: tuple[str, ...],
    ) -> bool:
        needs = frame.needs
        preps = self._preps(chunk)
        parties = len(set(actors) | set(recipients))
        if "rec2" in needs and parties < 2:
            return False
        if "plural" in needs and not chunk.low.endswith("s"):
            return False
        if "eventin" in needs and not self._event_place(preps):
            return False
        if not self._of_class(needs, preps):
            return False
        if "milop" in needs and "military" not in self._words(chunk):
            return False
        if "wtest" in needs and not self._words(chunk) & self._classes["weapon"]:
            return False
        leaves = self._exit_noun(preps)
        if ("exitn" in needs and leaves) or ("exitreq" in needs and not leaves):
            return False
        if frame.word == "vote" and actors:
            return bool(preps.keys() & {"against", "for", "in"})
        return self._grounded(frame, chunk, actors, recipients)

    def _of_class(self, needs: frozenset[str], preps: dict[str, list[Chunk]]) -> bool:
        """'Deliveries of tanks', 'the lifting of sanctions': of what is asked for."""
        wanted = {"ofaid": "aid", "ofsanc": "sanc", "oftroop": "troop"}
        classes = [self._classes[wanted[n]] for n in needs if n in wanted]
        if not classes:
            return True
        return any({c.low, c.lemma} & k for c in preps.get("of", []) for k in classes)

    def _grounded(
        self, frame: Frame, chunk: Chunk, actors: tuple[str, ...], recipients: tuple[str, ...]
    ) -> bool:
        if (actors and recipients) or frame.word in ALONE:
            return True
        if "drill" in frame.needs and self._words(chunk) & {"joint", "bilateral", "trilateral"}:
            return True
        if frame.type == "PROTEST" and self._placed(chunk):
            return True
        if "+" in frame.actors:
            return len(actors) > 1 or ("drill" in frame.needs and bool(actors))
        if frame.word in RECIPIENT_ENOUGH:
            return bool(recipients) or bool(actors)
        if (
            frame.mode == "visit" and actors and frame.word != "absence"
        ):  # 'Pelosi's visit' was made, wherever to
            return any(m.type == "LEADER" for m in mentions_in(chunk, self._c.tokens))
        return frame.word not in BOTH_NEEDED and bool(actors)

    def _placed(self, chunk: Chunk) -> bool:
        """'The protests in Luanda': in a place named right after them."""
        after = self._c.chunks[chunk.place + 1 : chunk.place + 3] if chunk.place >= 0 else []
        definite = self._c.tokens[chunk.first].tag in "DG"
        if len(after) < 2 or not definite or after[0].low not in ("in", "across", "outside"):
            return False
        return isinstance(self._c.tokens[after[1].head].mention, Mention)

    def _exit_noun(self, preps: dict[str, list[Chunk]]) -> bool:
        """Whether one withdraws from a treaty or body rather than from a place."""
        for chunk in preps.get("from", []):
            mention = self._c.tokens[chunk.head].mention
            if isinstance(mention, Mention) and mention.type == "IGO":
                return True
            if chunk.lemma in self._classes["exit"]:
                return True
        return False

    def _event_place(self, preps: dict[str, list[Chunk]]) -> bool:
        chunks = preps.get("in", []) + preps.get("at", [])
        known = self._classes["event"] | {"moscow", "beijing", "kremlin", "square"}
        return any(({c.low, c.lemma} & known) or self._resolver.codes(c, weak=True) for c in chunks)

    def _words(self, chunk: Chunk) -> set[str]:
        return {self._c.tokens[k].low for k in range(chunk.first, chunk.last + 1)}


# Nouns whose infinitive says whom the act is meant for: 'a promise to invest in America'.
COMMITTING = frozenset(["AGREE", "THREATEN"])
STAND_INS = frozenset(["one", "another", "it", "them"])
LABOUR = frozenset(["general", "hunger", "rail", "railway", "transport", "nationwide", "warning"])
ANSWERING = frozenset(
    ["turn", "reject", "refuse", "grant", "accept", "ignore", "decline", "deny", "rebuff", "meet"]
)
HITTING = word_set("noun_frames.hitting")
OWNING = word_set("frames.owning")
RECIPIENT_ENOUGH = word_set("frames.recipient_enough")
ALONE = word_set("frames.alone")
BOTH_NEEDED = word_set("frames.both_needed")
