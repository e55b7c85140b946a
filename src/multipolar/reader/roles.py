"""Who fills the roles of a frame: targets, makers, addressees, and the phrases around nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain

from multipolar.reader.actors import Resolver
from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import Frame, Lexicon
from multipolar.reader.mention import Mention, mentions_in
from multipolar.reader.pronouns import PAIR_REACH, is_relation, states_named
from multipolar.reader.wordsets import word_set

# Types in which what is done to a hostile act is done to its author: "condemned the invasion".
HARMFUL = frozenset(
    ["ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "THREATEN", "ACCUSE", "REJECT", "PROTEST"]
)
# Acts that take two: somebody's ambassador is recalled from somewhere.
BILATERAL = frozenset(["downgrade", "cut-ties", "expel"])
EASING = word_set("frames.easing")
SPONSORED = word_set("frames.sponsored")


class Roles:
    """Fills single roles from the clause at hand."""

    def __init__(self, lexicon: Lexicon, resolver: Resolver) -> None:
        self._lexicon = lexicon
        self._resolver = resolver
        self._classes = lexicon.classes
        self._titles = lexicon.word_class["TITLE"]
        self._c: Clauses

    def begin(self, clauses: Clauses) -> None:
        """Start a sentence."""
        self._c = clauses

    def _promised(self, arguments: Arguments, *, strict: bool) -> tuple[str, ...]:
        """Whom the promised or threatened act is meant for: 'offered to host them'."""
        inner = self._c.arguments(arguments.complement)
        verb = self._c.chunks[arguments.complement]
        for chunk in inner.objects[:2]:
            frames = self._lexicon.noun_frames.get(chunk.lemma)
            if frames and frames[0].type in HARMFUL:
                return self._noun_roles(frames[0], chunk)[1] if verb.lemma in EASING else ()
            found = self._resolver.codes(chunk) if strict else self._target(chunk)
            if found:
                return found
        for prep in ("to", "with", "for", "against", "on", "in"):
            found = union(self._target(c) for c in inner.preps.get(prep, []))
            if found:
                return found
        return ()

    def _demanded(self, arguments: Arguments) -> tuple[str, ...]:
        """'Demanded that Russia withdraw': who is to act."""
        chunks = self._c.chunks
        for k in range(arguments.complement, min(arguments.complement + 6, len(chunks))):
            if chunks[k].kind == "vg":
                return self._resolver.codes(self._c.subject(k))
        return ()

    def _among(self, i: int) -> tuple[str, ...]:
        """'32 abstained, among them China and India'."""
        chunks = self._c.chunks
        for k in range(max(0, i - 5), min(i + 7, len(chunks) - 1)):
            if chunks[k].low == "including" and chunks[k + 1].kind == "np":
                return self._resolver.codes(chunks[k + 1])
            if chunks[k].low == "among" and k + 1 < len(chunks):
                rest = [c for c in chunks[k + 1 : k + 3] if c.kind == "np" and c.low != "them"]
                return self._resolver.codes(rest[0]) if rest else ()
        return ()

    def _eased(
        self,
        i: int,
        vg: Chunk,
        arguments: Arguments,
        actors: tuple[str, ...],
        recipients: tuple[str, ...],
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """'France's ban on Russian athletes was lifted': the noun knows by whom and on whom."""
        chunk = self._c.subject(i) if vg.passive else next(iter(arguments.objects), None)
        if chunk is not None and self._c.tokens[chunk.head].tag in "#DR":
            chunk = next(iter(arguments.preps.get("of", [])), chunk)  # 'most of the sanctions'
        frames = self._lexicon.noun_frames.get(chunk.lemma) if chunk is not None else None
        if chunk is None or not frames:
            return actors, recipients
        by, on = self._noun_roles(frames[0], chunk)
        on = on or self._placed_on(chunk)
        return actors or by, on or tuple(r for r in recipients if r not in (actors or by))

    def _placed_on(self, chunk: Chunk) -> tuple[str, ...]:
        """'The curbs it had imposed on Syria': whom, the clause about them says."""
        chunks = self._c.chunks
        i = chunk.place
        for k in range(i + 1, min(i + 6, len(chunks))) if i >= 0 else ():
            if chunks[k].kind == "vg":
                arguments = self._c.arguments(k)
                if chunk not in arguments.objects:
                    return ()
                placed = [c for p in ("on", "against") for c in arguments.preps.get(p, [])]
                return union(self._resolver.codes(c, weak=True) for c in placed)
        return ()

    def _hidden_agent(self, frame: Frame, i: int, arguments: Arguments) -> tuple[str, ...]:
        """A passive without 'by': own troops, or 'was welcomed in Moscow'."""
        if frame.type in ("MOBILIZE", "RETREAT") and frame.mode != "ease-sanctions":
            return self._resolver.codes(self._c.subject(i), weak=True)
        if frame.type in ("SUPPORT", "REJECT", "ACCUSE") and frame.mode != "sign":
            for chunk in arguments.preps.get("in", []):
                mention = self._c.tokens[chunk.head].mention
                if (
                    isinstance(mention, Mention)
                    and mention.type in ("CAPITAL", "GOV_SEAT", "BLOC")
                    and mention.code
                ):
                    return ("EU" if mention.code == "BEL" else mention.code,)
        return ()

    def _counterpart(self, mode: str, actors: tuple[str, ...]) -> tuple[str, ...]:
        """'Taipei accused Honduras and recalled its ambassador': from the one other state named."""
        if mode not in BILATERAL or len(actors) != 1:
            return ()
        named = dict.fromkeys(c for c in states_named(self._c.tokens) if c not in actors)
        if named:
            return tuple(named) if len(named) == 1 else ()
        memory = self._resolver.memory
        near = self._c.sentence.index - memory.pair_at <= PAIR_REACH and actors[0] in memory.pair
        return tuple(c for c in memory.pair if near and c not in actors)

    def _target(self, chunk: Chunk | None) -> tuple[str, ...]:
        """Codes of a phrase something is done to: of a hostile act, its author."""
        if chunk is None:
            return ()
        if (
            self._c.tokens[chunk.first].low in ("this", "that", "what")
            and chunk.first == chunk.last
        ):
            return ()
        frames = self._lexicon.noun_frames.get(chunk.lemma) or self._lexicon.noun_frames.get(
            chunk.low
        )
        hostile = frames and frames[0].type in HARMFUL and not chunk.parts
        if frames and hostile and self._c.tokens[chunk.head].mention is None:
            return self._noun_roles(frames[0], chunk)[0] or self._doer_after(chunk)
        strict = self._resolver.codes(chunk)
        if strict:
            return strict
        own = self._owner_of(chunk) or self._doer_after(chunk)
        if own:
            return own
        whole = next(iter(self._preps(chunk).get("of", [])), None)
        inner = self._resolver.possessor(whole) if whole is not None else ()
        return self._resolver.codes(chunk, weak=True) or inner

    def _doer_after(self, chunk: Chunk) -> tuple[str, ...]:
        """'Condemned the drill which Russian soldiers had held': who does what is condemned."""
        i = chunk.place
        following = self._c.chunks[i + 1 : i + 4] if i >= 0 else []
        reduced = self._c.arguments(i) if i >= 0 else None
        if reduced is not None and reduced.complement_kind == "pp":  # 'the law passed by the Duma'
            by = self._c.arguments(reduced.complement).preps.get("by", [])
            return union(self._resolver.codes(c) for c in by)
        kinds = [c.kind for c in following]
        named = bool(following) and self._c.tokens[following[0].first].tag != "R"
        named = named and not self._premodifiers(chunk)[0]  # 'the Indian fishermen it seized'
        if kinds[:2] == ["np", "vg"] and named and self._c.tokens[chunk.first].tag in "D#":
            return self._resolver.codes(following[0])  # 'the credit Beijing had offered'
        if kinds == ["L", "np", "vg"] and following[0].low in ("which", "that"):
            return self._resolver.codes(following[1])
        return ()

    def _maker(self, chunk: Chunk | None) -> tuple[str, ...]:
        """Whose thing a subject is: 'a French naval group', 'Iranian missiles'."""
        if chunk is None or is_relation(self._c.tokens[chunk.head]):
            return ()
        if any(t.low in SPONSORED for t in self._c.tokens[chunk.first : chunk.head]):
            return ()  # 'Rwandan-backed rebels': who backs them, not who acts
        return self._premodifiers(chunk)[0][:1]

    def _preps(self, chunk: Chunk) -> dict[str, list[Chunk]]:
        i = chunk.place
        if i < 0:
            return {}
        found = self._c.arguments(i)
        if found.complement_kind != "pp":
            return found.preps
        inner = self._c.arguments(found.complement).preps  # 'a ban imposed on Chadian citizens'
        return {**inner, **found.preps}

    def _noun_roles(
        self, frame: Frame, chunk: Chunk, arguments: Arguments | None = None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        preps = dict(self._preps(chunk))
        if arguments is not None:
            for name, chunks in arguments.preps.items():
                preps.setdefault(name, [c for c in chunks if c is not chunk])
        before, against = self._premodifiers(chunk)

        def slot(name: str) -> tuple[str, ...]:
            if name == "P":
                return before or self._owner_of(chunk) or self._owned_after(chunk)
            weak = name not in ("by", "with", "from")
            governed = preps.get(name, [])
            if name == "with":
                governed = [*governed, *preps.get("together", [])]
            elif name in ("in", "at"):
                governed = [c for c in governed if not self._assembly(c)]
            return union(self._resolver.codes(c, weak=weak) for c in governed)

        actors = fill_pattern(frame.actors, slot)
        recipients = fill_pattern(frame.recipients, slot) or against
        done_by = slot("by") if "by" in frame.actors.split("|") else ()
        if done_by and not recipients:  # 'Palestine's recognition by New Zealand'
            actors, recipients = done_by, slot("P")
        if actors == recipients and self._c.tokens[chunk.first].tag == "G":
            actors = self._resolver.other_than(chunk, actors)  # 'his arrival in New Delhi'
        return actors, tuple(r for r in recipients if r not in actors)

    def _assembly(self, chunk: Chunk) -> bool:
        """'Condemned the invasion in the General Assembly': the body invades nobody."""
        mention = self._c.tokens[chunk.head].mention
        return isinstance(mention, Mention) and mention.type == "IGO"

    def _owner_of(self, chunk: Chunk) -> tuple[str, ...]:
        """'Its visit', 'Spain, whose recognition of Palestine'."""
        own = self._resolver.possessor(chunk)
        i = chunk.place
        if not own and i > 0 and self._c.chunks[i - 1].low == "whose":
            own = self._resolver.codes(self._c.antecedent(i - 1))
        return own

    def _owned_after(self, chunk: Chunk) -> tuple[str, ...]:
        """'The manoeuvres, NATO's largest in years, involved': the apposition says whose."""
        i = chunk.place
        after = self._c.chunks[i + 1 : i + 6] if i >= 0 else []
        if [c.kind for c in after[:2]] != ["K", "np"] or not any(c.kind == "K" for c in after[2:]):
            return ()
        owners = [m for m in mentions_in(after[1], self._c.tokens) if m.first == after[1].first]
        owns = owners and self._c.tokens[owners[0].last + 1].low in ("'s", "'", "’")
        return (owners[0].code,) if owns and owners[0].code else ()

    def _premodifiers(self, chunk: Chunk) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes before a noun: who does it, and in 'anti-Russian' whom it is against."""
        out: list[str] = []
        against: list[str] = []
        for mention in mentions_in(chunk, self._c.tokens):
            if mention.first > chunk.head or not mention.code or mention.type in ("MEDIA", "PLACE"):
                continue
            owns = self._c.tokens[mention.last + 1].low in ("'s", "'", "’")
            if mention.type == "CAPITAL" and mention.place and not owns:
                continue  # but 'at Doha's request'
            target = against if mention.prefixed else out
            if mention.code not in target:
                target.append(mention.code)
        return tuple(out), tuple(against)


def union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Codes of several groups, each once, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


def fill_pattern(
    pattern: str, slot: Callable[[str], tuple[str, ...]], but: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Codes of 'S+O+with' or 'for|to|O', those in ``but`` left out."""
    for names in _options(pattern):
        found = slot(names[0]) if len(names) == 1 else union([slot(name) for name in names])
        if but:
            found = tuple([c for c in found if c not in but])
        if found:
            return found
    return ()


@cache
def _options(pattern: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(filter(None, option.split("+"))) for option in pattern.split("|"))
