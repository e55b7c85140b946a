"""Turn a noun phrase into codes of actors: heads, possessors, of-phrases, pronouns and 'they'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.mention import Mention, blocked, hyphenated, mentions_in
from multipolar.reader.pronouns import (
    ADJECTIVAL,
    BODIES,
    PERSON_PRONOUNS,
    STATELY,
    Pronouns,
    described_state,
    is_relation,
    is_state,
)
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

ACTING = frozenset(["STATE", "LEADER", "IGO", "BLOC", "GOV_SEAT", "CAPITAL"])
SPOKEN_OF = ACTING | ADJECTIVAL
# 'In Moscow', 'at the UN': where something is, not who acts.
WHEREABOUTS = frozenset(["in", "at", "from", "near"])
AGENTS_OF_PLACE = word_set("actors.agents_of_place")
QUANTIFIERS = word_set("actors.quantifiers")


# Pronouns that a place after them tells apart: 'nobody in Tbilisi'.
INDEFINITE = frozenset(
    ["nobody", "none", "few", "many", "some", "all", "anyone", "someone", "leaders", "everyone"]
)
# 'A spokesman for the Taliban', though an envoy for Sudan may be anybody's.
SPEAKING = frozenset(["spokesman", "spokeswoman", "spokesperson", "spokesmen", "spokespeople"])
DASHES = frozenset(["–", "—", "(", ")"])
# What is called after the town it was signed in.
TREATIES = word_set("actors.treaties")


class Resolver(Pronouns):
    """Resolves noun phrases sentence by sentence."""

    def begin(self, clauses: Clauses) -> None:
        """Start a sentence."""
        self._clauses = clauses

    def end(self) -> None:
        """Remember the sentence's subjects and names for the pronouns of the next ones."""
        clauses = self._clauses
        if clauses is None:
            return
        subjects = [s for i in clauses.finite if (s := clauses.subject(i)) is not None]
        others = [
            c
            for i, c in enumerate(clauses.chunks)
            if c.kind == "np" and not (i and clauses.chunks[i - 1].low in WHEREABOUTS)
        ]
        for token in clauses.tokens:
            mention = token.mention
            if mention is None or not isinstance(mention, Mention) or not mention.code:
                continue
            if mention.type in SPOKEN_OF and is_state(mention.code):
                self.memory.counts[mention.code] += 1
            if mention.type in BODIES:
                self.memory.body = (mention.code,)
        self._remember_pair(clauses, subjects)
        for chunk in [*reversed(others), *reversed(subjects)]:
            self._remember(chunk, clauses)

    def _remember_pair(self, clauses: Clauses, subjects: list[Chunk]) -> None:
        """The two states a sentence is about, for 'the two leaders' of the next ones."""
        named = dict.fromkeys(
            m.code for m in clauses.mentions() if m.type in STATELY and m.code and is_state(m.code)
        )
        named.update(dict.fromkeys(c for s in subjects for c in self.codes(s) if is_state(c)))
        if len(named) > 1:
            self.memory.pair = tuple(named) if len(named) == 2 else ()
            self.memory.pair_at = clauses.sentence.index

    def _remember(self, chunk: Chunk, clauses: Clauses) -> None:
        tokens = clauses.tokens
        if tokens[chunk.first].tag == "G":
            return
        codes = self.codes(chunk)
        if not codes:
            return
        if tokens[chunk.first].tag == "R":
            if tokens[chunk.first].low in PERSON_PRONOUNS and len(codes) == 1:
                self.memory.person = codes  # who 'he' was, 'him' still is
            return
        kind = self._kind(chunk, tokens)
        head = tokens[chunk.head]
        if len(codes) == 1 and not chunk.parts:
            self._learn(head, codes)
        if len(codes) > 1:
            self.memory.plural = self.memory.states = codes
            self.memory.several_at = clauses.sentence.index
        elif kind == "person":
            self.memory.new_person(codes)
        elif kind == "plural":
            self.memory.plural = codes
            if head.mention is not None:
                self.memory.states = codes
        else:
            self.memory.new_thing(codes)

    def _learn(self, head: Token, codes: tuple[str, ...]) -> None:
        """Whose 'the ministry' is, and an official the lists do not know."""
        if head.tag == "Y" and head.mention is None:
            self.memory.people[head.low] = codes
        if head.low in self._agents:
            self.memory.nouns[head.low] = codes

    # ------------------------------------------------------------- resolution
    def codes(self, chunk: Chunk | None, *, weak: bool = False) -> tuple[str, ...]:
        """Codes a noun phrase acts for; ``weak`` also takes modifiers of things ('Russian oil')."""
        if chunk is None:
            return ()
        if weak:
            if chunk.weak_codes is None:
                chunk.weak_codes = ()  # a loop in a broken sentence ends here
                chunk.weak_codes = self._codes(chunk, weak=True)
            return chunk.weak_codes
        if chunk.codes is None:
            chunk.codes = ()
            chunk.codes = self._codes(chunk, weak=False)
        return chunk.codes

    def _codes(self, chunk: Chunk, *, weak: bool) -> tuple[str, ...]:
        if chunk.parts:
            out: list[str] = []
            for part in chunk.parts:
                out += [c for c in self.codes(part, weak=weak) if c not in out]
            return tuple(self._shared_head(chunk, out))
        clauses = self._clauses
        if clauses is None:
            return ()
        tokens = clauses.tokens
        own = self._own(chunk, tokens, weak=weak)
        if own:
            return own + self._others_of(chunk, clauses, own)
        owner = self._whose(chunk, clauses)
        if owner:
            return owner
        followed = self._of_phrase(chunk, clauses, weak=weak) or self._apposed(chunk, clauses)
        if followed:
            return followed
        word = tokens[chunk.head]
        if word.tag == "Y" and word.low in self.memory.people:
            return self.memory.people[word.low]
        return self._anaphor(chunk, tokens, clauses)

    def _shared_head(self, chunk: Chunk, out: list[str]) -> list[str]:
        """'Russian and Chinese diplomats': adjectives before the joint head count too."""
        if self._clauses is None:
            return out
        found = list(out)
        if not self.codes(chunk.parts[-1]):
            bare = self._clauses.tokens[chunk.parts[0].last].mention
            if not isinstance(bare, Mention) or bare.type not in ADJECTIVAL or not out:
                return out
            found += [c for c in self.codes(chunk.parts[-1], weak=True) if c not in out]
            return found  # 'Ethiopian and Eritrean officers'
        for part in chunk.parts[:-1]:
            mention = self._clauses.tokens[part.last].mention
            if not isinstance(mention, Mention) or mention.type not in ADJECTIVAL:
                continue
            if mention.code and mention.code not in found:
                found.insert(0, mention.code)
        return found

    def _own(self, chunk: Chunk, tokens: list[Token], *, weak: bool) -> tuple[str, ...]:
        mentions = mentions_in(chunk, tokens)
        if not mentions:
            return ()
        head = tokens[chunk.head].mention
        if (
            isinstance(head, Mention)
            and head.code
            and (head.type in ACTING or head.type == "PLACE")
        ):
            if head.type == "CAPITAL" and head.place and not weak:
                return ()
            if head.type == "PLACE" and not weak:
                return ()
            return (head.code,)
        if isinstance(head, Mention) and head.type in ADJECTIVAL and head.code:
            return () if head.prefixed else (head.code,)
        word = tokens[chunk.head]
        if described_state(chunk, tokens):
            return ()  # 'the last South American state to recognise it' is one of them
        signed_in = word.low in TREATIES and word.text[0].isupper()
        usable = [
            m
            for m in mentions
            if not m.prefixed and m.code and not blocked(m, tokens)
            if not (signed_in and m.type == "CAPITAL")  # 'the Ottawa Convention'
        ]
        if is_relation(word):  # 'the Kremlin's guests' are not the Kremlin
            usable = [m for m in usable if tokens[m.last + 1].low not in ("'s", "'")]
        named = word.tag == "Y" and word.mention is None
        opposite = word.low == "number" and any(
            t.low == "opposite" for t in tokens[chunk.first : chunk.head]
        )
        acting = word.low in self._agents or word.lemma in self._agents or named or opposite
        if acting or weak:
            return self._modifier_codes(usable, tokens, weak=weak)
        return ()

    def _modifier_codes(
        self, usable: list[Mention], tokens: list[Token], *, weak: bool
    ) -> tuple[str, ...]:
        possessors = [
            m
            for m in usable
            if m.last + 1 < len(tokens) and tokens[m.last + 1].low in ("'s", "'", "’")
        ]
        chosen = possessors[:1] or usable
        out: list[str] = []
        for mention in chosen:
            if mention.type == "MEDIA" or (mention.type == "PLACE" and not weak):
                continue
            if mention.code and mention.code not in out:
                out.append(mention.code)
        if len(out) > 1 and not hyphenated(usable, tokens):
            return tuple(out[:1]) if not possessors else tuple(out)
        return tuple(out)

    def _of_phrase(self, chunk: Chunk, clauses: Clauses, *, weak: bool) -> tuple[str, ...]:
        head = clauses.tokens[chunk.head]
        unit = head.low in self._units or head.lemma in self._units
        leads = weak or unit or head.tag == "Y" or chunk.low in QUANTIFIERS
        if not leads or is_relation(head):
            return ()  # 'both neighbours of Mongolia' are not Mongolia
        place = chunk.place
        preps = clauses.arguments(place).preps if place >= 0 else {}
        if not preps:
            return ()
        joined = place >= 0 and clauses.chunks[place + 1 : place + 2]
        of = preps.get("of", [])[:2] if joined and joined[0].kind != "J" else []
        inner = of or self._whence(chunk, head, preps)[:1]  # not 'pulled its men out of Mali'
        seated = weak or head.low in AGENTS_OF_PLACE
        found = next((c for o in inner if (c := self.codes(o, weak=seated))), ())
        if weak and not found:
            others = (preps.get(p, [None])[0] for p in ("against", "from", "in", "to", "with"))
            found = next((c for o in others if (c := self.codes(o, weak=True))), ())
        return found

    def _whence(self, chunk: Chunk, head: Token, preps: dict[str, list[Chunk]]) -> list[Chunk]:
        """'Officials in Cairo', 'nobody among the Danes', 'warships from India'."""
        if head.low in AGENTS_OF_PLACE or chunk.low in INDEFINITE:
            return preps.get("in") or preps.get("from") or preps.get("among") or []
        if head.lemma in SPEAKING or head.low in SPEAKING:
            return preps.get("for", [])
        if head.tag in "NY" and head.mention is None and head.low in self._agents:
            return preps.get("from", [])
        return preps.get("in", []) if head.tag == "#" else []  # 'two in three Hungarians'

    def _whose(self, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'Qatar, whose mediators shuttled': whose officials act."""
        place = chunk.place
        head = clauses.tokens[chunk.head]
        if place < 1 or clauses.chunks[place - 1].low != "whose":
            return ()
        if not {head.low, head.lemma} & (self._units | self._agents):
            return ()
        return self.codes(clauses.antecedent(place - 1))

    def _apposed(self, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'Radmanish, an Afghan spokesman, welcomed': the apposition says whose he is."""
        i = chunk.place
        chunks = clauses.chunks
        if i < 0 or i + 3 >= len(chunks):
            return ()
        if clauses.tokens[chunk.head].tag in "#DR":
            return self._listed_after(i, clauses)
        if clauses.tokens[chunk.head].tag != "Y":
            return self._named_after(i, clauses)
        if chunks[i + 1].kind != "K" or chunks[i + 2].kind != "np" or chunks[i + 2].parts:
            return ()
        head = clauses.tokens[chunks[i + 2].head]
        return self.codes(chunks[i + 2]) if head.low in self._lexicon.word_class["TITLE"] else ()

    def _listed_after(self, i: int, clauses: Clauses) -> tuple[str, ...]:
        """'Only two of them, Fico and Vucic, had come': the list says who."""
        chunks = clauses.chunks
        if chunks[i + 1].kind == "P" and chunks[i + 2].kind == "np":
            i += 2
        if i + 2 < len(chunks) and chunks[i + 1].low in DASHES:
            return self._between_dashes(i + 1, clauses)
        if i + 3 >= len(chunks) or [c.kind for c in chunks[i + 1 : i + 4]] != ["K", "np", "K"]:
            return ()
        return self.codes(chunks[i + 2]) if chunks[i + 2].parts else ()

    def _others_of(self, chunk: Chunk, clauses: Clauses, own: tuple[str, ...]) -> tuple[str, ...]:
        """'Robert Fico of Slovakia and Serbia's Vucic': the list after 'of' goes on with people."""
        after = clauses.chunks[chunk.place + 1 : chunk.place + 3] if chunk.place >= 0 else []
        if len(after) < 2 or after[0].low != "of" or len(after[1].parts) < 2:
            return ()
        first, *rest = after[1].parts
        if self.codes(first) != own:
            return ()
        return tuple(c for part in rest for c in self.codes(part) if c not in own)

    def _between_dashes(self, i: int, clauses: Clauses) -> tuple[str, ...]:
        """'Not one of the signatories - Bahrain, Morocco, Sudan - has withdrawn'."""
        out: list[str] = []
        for chunk in clauses.chunks[i + 1 :]:
            if chunk.low in DASHES:
                return tuple(dict.fromkeys(out))
            if chunk.kind == "np":
                out += self.codes(chunk)
            elif chunk.kind not in "KC":
                return ()
        return ()

    def _named_after(self, i: int, clauses: Clauses) -> tuple[str, ...]:
        """'The alliance's secretary general, Mark Rutte, warned': the name says it."""
        chunks = clauses.chunks
        office = clauses.tokens[chunks[i].head].low in self._lexicon.word_class["TITLE"]
        if (
            not office
            or chunks[i + 1].kind != "K"
            or chunks[i + 2].kind != "np"
            or chunks[i + 3].kind != "K"
        ):
            return ()
        if chunks[i + 2].parts:
            return self.codes(chunks[i + 2])
        mention = clauses.tokens[chunks[i + 2].head].mention
        leader = isinstance(mention, Mention) and mention.type == "LEADER" and mention.code
        return (str(mention.code),) if leader and isinstance(mention, Mention) else ()
