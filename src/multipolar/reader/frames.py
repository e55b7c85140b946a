"""Match a verb in its clause against the frames of the lexicon."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.lexicon import Frame, Lexicon
from multipolar.reader.light_verbs import LightVerbs
from multipolar.reader.mention import Mention
from multipolar.reader.needs import NEEDS, Case
from multipolar.reader.noun_frames import Match
from multipolar.reader.roles import HARMFUL, fill_pattern, union
from multipolar.reader.wordsets import word_set

# Types whose object is what is ended or undone, not another event.
ABSORBING = frozenset(["SANCTION", "RETREAT"])
UPGRADE = {"CONSULT", "SUPPORT", "COOPERATE", "AID"}


@cache
def _tests(needs: frozenset[str]) -> tuple[Callable[[Case], bool], ...]:
    return tuple(NEEDS[name] for name in needs if name in NEEDS)


@lru_cache(maxsize=4096)
def _by_word(lexicon: Lexicon, verb: str) -> tuple[list[int], dict[str, list[int]]]:
    """Places of the verb's frames that ask for no certain word, and of the others by it."""
    free: list[int] = []
    bound: dict[str, list[int]] = {}
    for n, frame in enumerate(lexicon.verb_frames[verb]):
        if "nevermatch" in frame.needs:
            continue
        words = _asked_for(frame)
        for word in words:
            bound.setdefault(word, []).append(n)
        if not words:
            free.append(n)
    return free, bound


def _asked_for(frame: Frame) -> frozenset[str]:
    """Objects, nouns of a phrase or particle one of which must stand with the verb."""
    if frame.objects and frame.type != "AID" and "with" not in frame.needs:
        return frame.objects
    first = frame.particle.partition("_")[0]
    by_particle = first and first not in ("fire", "support")
    return frame.phrases or (frozenset([first]) if by_particle else frozenset())


def _frames_among(lexicon: Lexicon, verb: str, words: set[str]) -> list[Frame]:
    """Frames of a verb that could fit among these words, in the order of the list."""
    free, bound = _by_word(lexicon, verb)
    found = {n for word in bound.keys() & words for n in bound[word]}
    places = sorted(found.union(free)) if found else free
    frames = lexicon.verb_frames[verb]
    return [frames[n] for n in places]


class Matcher(LightVerbs):
    """Fills the roles of frames."""

    # ------------------------------------------------------------------ verbs
    def verb(self, i: int) -> Match | None:
        """Event told by the verb group at chunk ``i``, or None."""
        vg = self._c.chunks[i]
        arguments = self._c.arguments(i)
        light = self._light_verb(i, vg, arguments)
        if light is not None:
            return light
        known = vg.lemma in self._lexicon.verb_frames
        if not known or (vg.form == "pp" and vg.passive and not self._reduced_ok(i)):
            return None
        heads = self._object_heads(i, vg, arguments)
        person = self._is_person(i, vg, arguments)
        governed = {
            w for group in arguments.preps.values() for c in group for w in (c.low, c.lemma)
        }
        around = {vg.particle, *heads, *governed, *arguments.preps}
        case = Case(
            self._c, i, vg, arguments, heads, governed, self._classes, self._titles, person,
            self._resolver.codes,
        )  # fmt: skip
        for frame in _frames_among(self._lexicon, vg.lemma, around):
            if not self._could_be(frame, vg, case):
                continue
            match = self._fill_verb(frame, i, vg, arguments, heads)
            if match is not None:
                return match
        return None

    def _could_be(self, frame: Frame, vg: Chunk, case: Case) -> bool:
        """Whether the words around the verb are those the frame asks for; roles come later."""
        if frame.phrases and case.governed.isdisjoint(frame.phrases):
            return False
        if frame.particle:
            if not self._particle(frame, vg, case.arguments):
                return False
        elif vg.particle in PHRASAL and frame.mode != "visit":
            return False  # 'took in refugees' is not 'took'
        if frame.objects and not self._object_class(frame, case.heads, case.arguments):
            return False
        for test in _tests(frame.needs):  # noqa: SIM110 - the innermost loop
            if not test(case):
                return False
        return True

    def _reduced_ok(self, i: int) -> bool:
        arguments = self._c.arguments(i)
        return "by" in arguments.preps or self._c.subject(i) is not None

    def _particle(self, frame: Frame, vg: Chunk, arguments: Arguments) -> bool:
        first = frame.particle.partition("_")[0]
        if vg.lemma == "call" and first in ("on", "upon"):
            return vg.particle == first
        if first == "fire":
            return any(o.low == "fire" for o in arguments.objects)
        if first == "support":
            return bool(frame.objects)
        return vg.particle == first or (
            first in arguments.preps
            and not (first in ("with",) and "with" in frame.needs and not arguments.objects)
        )

    def _fill_verb(  # noqa: C901
        self, frame: Frame, i: int, vg: Chunk, arguments: Arguments, heads: set[str]
    ) -> Match | None:
        if self._no_act(frame, i, vg):
            return None
        slot = self._verb_slots(frame, i, vg, arguments)
        actors = fill_pattern(frame.actors, slot)
        recipients = fill_pattern(frame.recipients, slot, frozenset(actors))
        if not recipients:
            recipients = self._reached(frame, i, arguments, actors)
        if not actors and frame.actors == "from" and arguments.complement_kind == "that":
            actors = self._demanded(arguments)  # 'obtained a promise that Yerevan would not'
        if not actors and not vg.passive:
            actors = self._among(i)
        if not vg.passive and self._one_sided(frame, i, slot):
            actors, recipients = (), union((actors, recipients))
        if frame.mode == "ease-sanctions":
            actors, recipients = self._eased(i, vg, arguments, actors, recipients)
        if vg.passive and not actors and frame.type == "AID" and "to" in arguments.preps:
            sent = self._c.subject(i)  # 'Cuban doctors were sent to Italy'
            actors = self._resolver.codes(sent) or self._resolver.codes(sent, weak=True)
            recipients = tuple(c for c in slot("to") if c not in actors)
        if vg.passive and not actors:
            actors = self._hidden_agent(frame, i, arguments)
        recipients = tuple(
            r
            for r in recipients
            if r not in actors or (frame.type in HARMFUL and len(recipients) > 1)
        )
        if not self._needs(frame, i, vg, arguments, actors, recipients):
            return None
        if frame.mode == "visit" and not vg.passive and not self._goes(frame, i, vg, actors):
            return None
        kind, mode = self._refine(frame, heads, arguments, recipients)
        recipients = () if kind == "VOTE" else recipients or self._counterpart(mode, actors)
        unnamed = not actors and not recipients
        vague = frame.word in VAGUE or self._c.subject(i) is None or self._heads(i, PRIVATE)
        if unnamed and vague and not self._public(kind, i, vg):
            return None
        last = vg.last
        if frame.objects and arguments.objects and not vg.passive:
            last = max(last, arguments.objects[0].head)
        return Match(
            frame, kind, mode, actors, recipients, vg.head, last, vg.head,
            self._absorbed(frame, arguments),
            negative="no" in frame.needs or (frame.particle == "away" and frame.word == "stay"),
        )  # fmt: skip

    def _absorbed(self, frame: Frame, arguments: Arguments) -> list[int]:
        """Places of nouns that tell no event besides: 'lifted the ban', 'took part in a drill'."""
        inside = [*arguments.objects] if frame.type in ABSORBING else []
        if frame.mode == "exercise" and frame.phrases:
            inside += [c for c in [self._fixed_phrase(frame, arguments)] if c is not None]
        return [c.place for c in inside]

    def _one_sided(self, frame: Frame, i: int, slot: Callable[[str], tuple[str, ...]]) -> bool:
        """'The emir phoned them': of the parties only those that were phoned are known."""
        mutual = frame.actors.startswith("S+")
        return mutual and not slot("S") and self._c.subject(i) is not None

    def _there(self, frame: Frame, i: int, actors: tuple[str, ...]) -> tuple[str, ...]:
        """'Promised Mogadishu frigates, and Fidan will fly there': the last place named."""
        tokens = self._c.tokens
        at = self._c.chunks[i].last + 1
        if "rec" not in frame.needs or at >= len(tokens) or tokens[at].low != "there":
            return ()
        named = [
            m.code
            for t in tokens[:at]
            if isinstance(m := t.mention, Mention) and m.code and m.code not in actors
            if m.type in ("CAPITAL", "STATE", "PLACE")
        ]
        return (named[-1],) if named else ()

    def _reached(
        self, frame: Frame, i: int, arguments: Arguments, actors: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Whom the act in the complement is meant for: 'donated ventilators to assist Ethiopia'."""
        found: tuple[str, ...] = ()
        if frame.mode == "visit" and frame.word in MOTION:
            return self._there(frame, i, actors)
        promising = frame.type in PROMISING or frame.word == "propose"
        if arguments.complement_kind == "inf" and promising:
            found = self._promised(arguments, strict=frame.type == "REJECT")
        elif arguments.complement_kind == "inf" and frame.word in APPLYING:
            found = self._promised(arguments, strict=True)  # 'applied to join NATO'
        elif arguments.complement_kind == "that" and frame.type == "REQUEST":
            found = self._demanded(arguments)
        return tuple(c for c in found if c not in actors)

    def _goes(self, frame: Frame, i: int, vg: Chunk, actors: tuple[str, ...]) -> bool:
        """Somebody goes somewhere: money that goes to Putin's account pays no visit."""
        nxt = self._c.tokens[vg.last + 1].low if vg.last + 1 < len(self._c.tokens) else ""
        if frame.particle != vg.particle and (vg.particle in LEAVING or nxt in LEAVING):
            return False  # 'came out of fear', 'flew home'
        if frame.actors.startswith("S") and not actors:
            subject = self._c.subject(i)
            pronoun = subject is not None and self._c.tokens[subject.first].low in GOING_PRONOUNS
            official = self._heads(i, self._titles) and frame.mode == "visit"
            if not pronoun and not official and not self._public("CONSULT", i, vg):
                return False
        if frame.word not in MOTION:
            return True
        found = [c for p in ("to", "into") for c in self._c.arguments(i).preps.get(p, [])]
        return not found or any(self._is_destination(c) for c in found)

    def _is_destination(self, chunk: Chunk) -> bool:
        mention = self._c.tokens[chunk.head].mention
        if isinstance(mention, Mention):
            return mention.type != "MEDIA"
        if self._c.tokens[chunk.head].tag == "Y":
            return True  # a town the lists do not have
        places = self._classes["event"] | self._classes["place"] | DESTINATIONS
        return bool({chunk.low, chunk.lemma} & places) or bool(chunk.parts)

    def _object_heads(self, i: int, vg: Chunk, arguments: Arguments) -> set[str]:
        chunks = list(arguments.objects)
        if vg.passive:
            subject = self._c.subject(i)
            chunks += [subject] if subject is not None else []
        out: set[str] = set()
        for chunk in chunks:
            for part in chunk.parts or [chunk]:
                out |= {part.low, part.lemma} | self._stands_for(vg, part)
                if self._designated(part):
                    out.add("weapon")
                if part.low in PARTITIVES or self._c.tokens[part.head].tag == "#":
                    out |= {x for c in self._preps(part).get("of", []) for x in (c.low, c.lemma)}
        return out

    def _stands_for(self, vg: Chunk, part: Chunk) -> set[str]:
        """'Recalled its own', 'three Russian ones': the noun meant is one named before."""
        plain = part.low in ("it", "them") and part.first == part.last and vg.lemma not in CALLING
        if part.low not in ("own", "one", "ones") and not plain:
            return set()
        tokens = self._c.tokens
        named = [c for c in self._c.chunks if c.kind == "np" and c.last < part.first]
        if plain:
            many = part.low == "them"
            named = [c for c in named if tokens[c.head].tag == "N" and c.low.endswith("s") == many]
        return {c.lemma for c in named[-4:]}

    def _object_class(self, frame: Frame, heads: set[str], arguments: Arguments) -> bool:
        if "with" in frame.needs:
            return bool(arguments.preps.get("with")) and bool(arguments.objects)
        if frame.type == "AID" and not heads & frame.objects:
            inner = [c for p in ("in", "of") for c in arguments.preps.get(p, [])]
            return any({c.low, c.lemma} & frame.objects for c in inner) or self._money(arguments)
        return bool(heads & frame.objects)

    def _designated(self, chunk: Chunk) -> bool:
        """'F-16s', 'two S-400': weapons go by a letter and a number."""
        if chunk.last - chunk.first < 2:
            return False
        tokens = self._c.tokens[chunk.first : chunk.last + 1]
        return any(
            a.text.isupper() and dash.text == "-" and b.text[0].isdigit()
            for a, dash, b in zip(tokens, tokens[1:], tokens[2:], strict=False)
        )

    def _money(self, arguments: Arguments) -> bool:
        """'$340 million', '6.3 million euros'."""
        return any(
            self._c.tokens[k].text in "$€£"
            for o in arguments.objects
            for k in range(o.first, o.last + 1)
        )

    def _needs(
        self, frame: Frame, i: int, vg: Chunk, arguments: Arguments,
        actors: tuple[str, ...], recipients: tuple[str, ...],
    ) -> bool:  # fmt: skip
        needs = frame.needs
        if "rec2" in needs and len(set(actors) | set(recipients)) < 2:
            return False
        known = recipients or frame.actors == "O" or self._struck_place(frame, i, arguments, actors)
        if needs & {"rec", "code", "person", "hostable"} and not known:
            return False
        if frame.actors == "O" and not actors:
            return False
        by_guest = frame.actors == "O" and "passive" not in needs
        if by_guest and not self._is_person(i, vg, arguments):
            return False
        return "who" not in needs or bool(recipients) or self._somebody(i, vg, arguments)

    def _struck_place(
        self, frame: Frame, i: int, arguments: Arguments, actors: tuple[str, ...]
    ) -> bool:
        """'Russia flattened Volchansk': a town the lists do not have, or 'the refinery'."""
        passive = self._c.chunks[i].passive
        struck = self._c.subject(i) if passive else next(iter(arguments.objects), None)
        acting = bool(actors) or self._heads(i, self._classes["weapon"] | self._classes["troop"])
        if frame.type != "ASSAULT" or "code" not in frame.needs or not acting or struck is None:
            return False
        head = self._c.tokens[struck.head]
        place = head.tag == "Y" and struck.first == struck.last
        return place or bool({struck.low, struck.lemma} & TARGETS)

    def _somebody(self, i: int, vg: Chunk, arguments: Arguments) -> bool:
        """An official, a neighbour, a country: somebody, though the text does not say whose."""
        chunk = (
            self._c.subject(i)
            if vg.passive
            else next(iter(arguments.objects or arguments.preps.get("with", [])), None)
        )
        if chunk is None:
            return False
        classes = self._lexicon.word_class
        words = {chunk.low, chunk.lemma}
        pronoun = self._c.tokens[chunk.first].low in ("them", "him", "her", "us", "everyone")
        return pronoun or bool(words & (classes["AGENT"] | classes["TITLE"]))

    def _is_person(self, i: int, vg: Chunk, arguments: Arguments) -> bool:
        chunk = (
            self._c.subject(i)
            if vg.passive
            else (arguments.objects[0] if arguments.objects else None)
        )
        if chunk is None:
            return False
        for part in chunk.parts or [chunk]:
            head = self._c.tokens[part.head]
            mention = head.mention
            if isinstance(mention, Mention) and mention.type in ("LEADER", "STATE", "DEMONYM"):
                return True
            if head.tag == "R" or (head.tag == "Y" and head.mention is None):
                return True
            if head.low in self._titles or head.low in (
                "delegation",
                "delegations",
                "guests",
                "refugees",
            ):
                return True
        return False

    def _refine(
        self, frame: Frame, heads: set[str], arguments: Arguments, recipients: tuple[str, ...]
    ) -> tuple[str, str]:
        motion = bool(heads & self._classes["motion"] - {"proposal", "document", "text"})
        if frame.word in ("support", "back", "endorse", "approve") and motion:
            return "VOTE", "for"
        put = bool(heads & {"resolution", "draft", "text"})
        own = frame.word == "reject" and recipients  # another's text is rejected outside a vote
        if frame.word in ("oppose", "veto", "reject") and put and not own:
            return "VOTE", "against"
        if frame.type == "VOTE" and frame.word == "vote":
            return "VOTE", self._vote_mode(arguments)
        return frame.type, frame.mode

    def _vote_mode(self, arguments: Arguments) -> str:
        if "against" in arguments.preps:
            return "against"
        if "for" in arguments.preps or any(
            c.lemma in ("favour", "favor") for c in arguments.preps.get("in", [])
        ):
            return "for"
        return "vote"


MOTION = frozenset(["go", "come", "travel", "fly", "head", "arrive", "journey", "flock"])
GOING_PRONOUNS = frozenset(["he", "she", "they", "we", "who", "i", "others", "some", "both"])
# Verbs that tell of an event between states only where the text says whose it is.
VAGUE = word_set("frames.vague")
DESTINATIONS = word_set("frames.destinations")
# 'Put it this way', 'call it a betrayal': it is nothing named before.
CALLING = frozenset(
    ["put", "call", "make", "take", "give", "have", "keep", "find", "see", "do", "brand", "label"]
)
APPLYING = frozenset(["apply", "petition", "bid"])
PHRASAL = frozenset(["in", "out", "off", "up", "down", "over", "away", "aside", "apart"])
LEAVING = frozenset(["out", "off", "down", "home", "away", "back"])
PRIVATE = word_set("frames.private")  # who acts for no state
PARTITIVES = word_set("frames.partitives")
TARGETS = word_set("frames.targets")
PROMISING = frozenset(["AGREE", "THREATEN", "REJECT", "AID"])
