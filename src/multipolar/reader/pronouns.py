"""Whom pronouns and 'the country', 'the two sides', 'the general' stand for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from multipolar.core._state_tables import states_by_code
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import DECIDING, Clauses
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.mention import Mention, mentions_in
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

ADJECTIVAL = frozenset(["DEMONYM", "BLOC_ADJ"])
PERSON_PRONOUNS = word_set("actors.person_pronouns")
FIRST_PERSON = frozenset(["we", "us", "our", "ourselves", "i", "me", "my"])
PLURAL_PRONOUNS = word_set("actors.plural_pronouns")
THING_PRONOUNS = word_set("actors.thing_pronouns")
KINDS = {"person": PERSON_PRONOUNS, "plural": PLURAL_PRONOUNS, "thing": THING_PRONOUNS}
THING_NOUNS = word_set("actors.thing_nouns")
PAIR_NOUNS = word_set("actors.pair_nouns")
COUNTED = {"two": 2, "three": 3, "four": 4, "five": 5}
NUMERALS = word_set("actors.numerals")


COUNTRY_NOUNS = frozenset(
    [
        "ministry",
        "cabinet",
        "parliament",
        "government",
        "country",
        "nation",
        "kingdom",
        "republic",
        "state",
    ]
)
PLURAL_NAMES = frozenset(["emirates", "maldives", "netherlands", "philippines", "seychelles"])
ISLANDS = word_set("pronouns.islands")
BODIES = frozenset(["IGO", "BLOC"])
# 'The neighbouring country' is not the one spoken of.
ANOTHER = word_set("actors.another")
ISLANDS = word_set("actors.islands")
STATELY = frozenset(["STATE", "DEMONYM", "LEADER", "CAPITAL", "GOV_SEAT"])
BODY_NOUNS = frozenset(["bloc", "alliance", "union", "organisation", "organization"])
# 'Compared with Poland, Hungary': with whom somebody is compared is not who 'it' is.
COMPARING = frozenset(["unlike", "like", "than", "with", "except", "besides", "despite"])
# Sentences after which 'the two governments' no longer means those named together.
PAIR_REACH = 2
STATES_NOUNS = frozenset(["countries", "states", "nations", "republics", "capitals"])
# Whose ally, partner or counterpart somebody is does not say who it is.
RELATIONS = word_set("actors.relations")


@dataclass(slots=True)
class Memory:
    """Who was last spoken of, for pronouns."""

    person: tuple[str, ...] = ()
    thing: tuple[str, ...] = ()
    plural: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    several_at: int = 0
    pair: tuple[str, ...] = ()
    pair_at: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    nouns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    other_person: tuple[str, ...] = ()
    other_thing: tuple[str, ...] = ()

    def new_person(self, codes: tuple[str, ...]) -> None:
        """Who 'he' is from now on; who it was may still be 'him'."""
        if codes != self.person:
            self.person, self.other_person = codes, self.person

    def new_thing(self, codes: tuple[str, ...]) -> None:
        """What 'it' is from now on."""
        if codes != self.thing:
            self.thing, self.other_thing = codes, self.thing


class Pronouns:
    """Finds whom a pronoun means: in the sentence at hand, else in what is remembered."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        classes = lexicon.word_class
        self._agents = (
            classes["AGENT"]
            | classes["TITLE"]
            | DECIDING
            | {"policy", "actions", "strategy", "pressure"}
        )
        self._units = classes["UNIT"] | classes["AGENT"] | classes["TITLE"]
        self.memory = Memory()
        self._clauses: Clauses | None = None

    def _kind(self, chunk: Chunk, tokens: list[Token]) -> str:
        head = tokens[chunk.head]
        last: Mention | None = None
        bloc = False
        for token in tokens[chunk.first : chunk.last + 1]:
            if isinstance(token.mention, Mention):
                last = token.mention
                bloc = bloc or last.type == "BLOC"
                if last.type == "LEADER":
                    return "person"
        if head.low in self._lexicon.word_class["TITLE"] and not head.low.endswith("s"):
            return "person"
        if bloc or (head.low.endswith("s") and head.mention is None):
            return "plural"
        adjective = last is not None and last.type in ADJECTIVAL and head.mention is last
        if adjective and (head.low.endswith("s") or tokens[chunk.first].low == "the"):
            return "plural"
        return "thing"

    def codes(self, chunk: Chunk | None, *, weak: bool = False) -> tuple[str, ...]:
        """Codes a noun phrase acts for."""
        raise NotImplementedError

    def _anaphor(self, chunk: Chunk, tokens: list[Token], clauses: Clauses) -> tuple[str, ...]:
        first = tokens[chunk.first]
        head = tokens[chunk.head]
        low = head.low if first.low == "the" or first.tag in "D" else first.low
        single = chunk.first == chunk.last
        if (single and first.tag == "R") or first.tag == "G":
            if first.tag == "G" and is_relation(head):
                return ()
            if first.tag == "G" and not (head.low in self._units or head.lemma in self._units):
                return ()
            own = self._own_doing(first.low, chunk, clauses) if first.tag == "G" else ()
            return own or self._pronoun(first.low, chunk, clauses)
        return self._described(chunk, tokens, clauses, low)

    def _described(
        self, chunk: Chunk, tokens: list[Token], clauses: Clauses, low: str
    ) -> tuple[str, ...]:
        """'The general', 'the two sides', 'the island': who is spoken of by a noun alone."""
        first, head = tokens[chunk.first], tokens[chunk.head]
        place = chunk.place
        if 0 <= place < len(clauses.chunks) - 1 and clauses.chunks[place + 1].kind == "L":
            return ()  # 'the states that did not vote' are nobody mentioned before
        if first.low == "the" and head.low in self.memory.nouns and chunk.last - chunk.first <= 2:
            return self.memory.nouns[head.low]
        if first.low in ("the", "all") and chunk.last == chunk.first + 1 and head.low in COUNTED:
            several = self._before(chunk, clauses, "plural")  # 'none of the three'
            return several if len(several) == COUNTED[head.low] else ()
        if first.low in ("the", "both", "these") and head.low in PAIR_NOUNS:
            return self._several(chunk, tokens, clauses)
        if first.low == "the" and head.low == "island" and chunk.last == chunk.first + 1:
            return self._island(tokens[: chunk.first])
        if (
            first.low in ("the", "this", "that")
            and head.low in THING_NOUNS
            and (chunk.last - chunk.first == 1 or _same_described(chunk, tokens))
        ):
            return self._of_kind(self._before(chunk, clauses, "thing"), chunk, clauses)
        of_something = (
            0 <= place < len(clauses.chunks) - 1 and clauses.chunks[place + 1].low == "of"
        )
        if (
            first.low == "the"
            and not of_something  # 'the winner of the elections' is nobody mentioned before
            and low in self._lexicon.word_class["TITLE"]
            and chunk.last - chunk.first <= 3
        ):
            return self._before(chunk, clauses, "person")
        return ()

    def other_than(self, chunk: Chunk, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Whom a pronoun means when it cannot be ``codes``: 'X congratulated Y and invited him'."""
        clauses = self._clauses
        if clauses is None:
            return ()
        low = clauses.tokens[chunk.first].low
        kind = next((k for k, words in KINDS.items() if low in words), "")
        return self._before(chunk, clauses, kind, but=codes) if kind else ()

    def _several(self, chunk: Chunk, tokens: list[Token], clauses: Clauses) -> tuple[str, ...]:
        """'The two governments', 'these countries': those named together shortly before."""
        head = tokens[chunk.head]
        inner = {tokens[k].low for k in range(chunk.first + 1, chunk.head)}
        found = self._before(chunk, clauses, "plural") if inner <= NUMERALS else ()
        if found == self.memory.plural and head.low in STATES_NOUNS:
            found = self.memory.states
        if "two" in inner and found and found in (self.memory.plural, self.memory.states):
            age = clauses.sentence.index - self.memory.several_at
            found = found if age <= PAIR_REACH else ()
        if "two" in inner and len(found) > 2:
            return ()
        if not found and ("two" in inner or tokens[chunk.first].low == "both"):
            found = self._two_named(chunk, clauses)
        return found if len(found) > 1 or (found and len(found[0]) > 3) else ()

    def _two_named(self, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'Putin received Xi. The two leaders ...': named apart, here or shortly before."""
        here = tuple(dict.fromkeys(states_named(clauses.tokens[: chunk.first])))
        if len(here) == 2:
            return here
        near = clauses.sentence.index - self.memory.pair_at <= PAIR_REACH
        return self.memory.pair if near and set(here) <= set(self.memory.pair) else ()

    def _pronoun(self, low: str, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        if low in FIRST_PERSON:
            return self._speaker(clauses)
        if low in PERSON_PRONOUNS:
            return self._before(chunk, clauses, "person", self._doing(low, chunk, clauses))
        if low in PLURAL_PRONOUNS:
            return self._before(chunk, clauses, "plural", self._doing(low, chunk, clauses))
        if low in THING_PRONOUNS:
            return self._before(chunk, clauses, "thing", self._doing(low, chunk, clauses))
        if low in ("both", "neither"):
            pair = self._before(chunk, clauses, "plural")
            return pair if len(pair) == 2 else self._two_others(chunk, clauses)
        return ()

    def _two_others(self, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'Cambodia accused Thailand, and Malaysia urged both': the two states named so far."""
        k = chunk.place - 1
        verb = k >= 0 and clauses.chunks[k].kind == "vg"
        doing = self.codes(clauses.subject(k)) if verb else ()
        named = dict.fromkeys(states_named(clauses.tokens[: chunk.first]))
        two = tuple(c for c in named if c not in doing)
        return two if len(two) == 2 else ()

    def _doing(self, low: str, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """Whom an object pronoun cannot mean: 'Lula avoids him' is not about Lula twice."""
        if low not in ("him", "her", "them", "it"):
            return ()
        place = chunk.place
        following = clauses.chunks[place + 1].kind if place + 1 < len(clauses.chunks) else ""
        if low == "it" and following in ("vg", "aux"):
            return ()  # 'Moscow said it would'
        k = place - 1
        while k > 0 and clauses.chunks[k].kind in ("P", "T", "J"):
            k -= 1
        if k < 0 or clauses.chunks[k].kind != "vg":
            return ()
        return self.codes(clauses.subject(k))

    def _island(self, before: list[Token]) -> tuple[str, ...]:
        """'Sells the island arms': the island state named last, or the one the text is about."""
        here = [c for c in states_named(before) if c in ISLANDS]
        spoken = [c for c, _ in self.memory.counts.most_common() if c in ISLANDS]
        return tuple(here[-1:] or spoken[:1])

    def _of_kind(self, found: tuple[str, ...], chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'The country' is a state, 'the alliance' none: another candidate where that fails."""
        low = clauses.tokens[chunk.head].low
        if low == "island":
            islands = [c for c, _ in self.memory.counts.most_common() if c in ISLANDS]
            return (islands[0],) if islands else ()
        if low in COUNTRY_NOUNS:
            if found == self.memory.thing and self.memory.counts:
                return (self.memory.counts.most_common(1)[0][0],)  # the state the text is about
            if len(found) == 1 and not is_state(found[0]):
                other = self._before(chunk, clauses, "thing", but=found)
                return other if other and is_state(other[0]) else ()
        if low in BODY_NOUNS and found and is_state(found[0]):
            named = [
                m.code
                for t in clauses.tokens[: chunk.first]
                if isinstance(m := t.mention, Mention) and m.type in BODIES and m.code
            ]
            if not named and low == "alliance" and self.memory.body not in (("NATO",), ("CSTO",)):
                return ()
            return (named[-1],) if named else self.memory.body
        return found

    def _acts(self, chunk: Chunk, clauses: Clauses) -> bool:
        """'The men agree on little: Modi and Xi have not': who the verb next to it is about."""
        place = chunk.place + 1
        return 0 < place < len(clauses.chunks) and clauses.chunks[place].kind in ("vg", "aux")

    def _unknown_group(self, chunk: Chunk, tokens: list[Token]) -> bool:
        """'seven leaders': a group that could be meant although nobody knows who is in it."""
        head = tokens[chunk.head]
        return head.mention is None and head.low in PAIR_NOUNS and head.low.endswith("s")

    def possessor(self, chunk: Chunk) -> tuple[str, ...]:
        """Codes of 'its', 'his', 'their' before a noun."""
        clauses = self._clauses
        if clauses is None:
            return ()
        first = clauses.tokens[chunk.first]
        if first.tag != "G":
            return ()
        return self._own_doing(first.low, chunk, clauses) or self._pronoun(
            first.low, chunk, clauses
        )

    def _own_doing(self, low: str, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'X skipped the summit, and Y cancelled his trip': the trip is that of its own clause."""
        k = chunk.place - 1
        if k < 1 or clauses.chunks[k].kind != "vg":
            return ()
        subject = clauses.subject(k)
        if subject is None or clauses.tokens[subject.first].tag in "RG":
            return ()
        codes = self.codes(subject)
        kind = "plural" if len(codes) > 1 else self._kind(subject, clauses.tokens)
        return codes if low in KINDS[kind] else ()

    def _before(
        self, chunk: Chunk, clauses: Clauses, kind: str, but: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Nearest fitting phrase before ``chunk``: here, then in what came before."""
        owner = self._whose_words(chunk, clauses) if kind == "thing" else ()
        owner = owner or self._told_by(chunk, clauses, kind)
        if owner and owner != but:
            return owner
        here = self._named_here(chunk, clauses, kind, but)
        if here is None:
            return ()
        if here:
            return here
        memory = self.memory
        if kind == "plural":
            return memory.plural
        person = kind == "person"
        last = memory.person if person else memory.thing
        other = memory.other_person if person else memory.other_thing
        known = last if last != but else other
        return known or self._named_later(chunk, clauses, kind, but)

    def _told_by(self, chunk: Chunk, clauses: Clauses, kind: str) -> tuple[str, ...]:
        """'The Emirati ministry retorted that it did not': who says so speaks of himself."""
        i = chunk.place
        chunks = clauses.chunks
        if i < 2 or clauses.tokens[chunk.first].tag != "R" or kind != "thing":
            return ()
        k = i - 2 if chunks[i - 1].kind == "S" and chunks[i - 1].low == "that" else i - 1
        told = chunks[k].kind == "vg" and chunks[k].lemma in self._lexicon.sayings
        subject = clauses.subject(k) if told and not chunks[k].passive else None
        acts = i + 1 < len(chunks) and chunks[i + 1].kind in ("vg", "aux")
        if subject is None or not acts or self._kind(subject, clauses.tokens) != kind:
            return ()
        return self.codes(subject)

    def _named_here(
        self, chunk: Chunk, clauses: Clauses, kind: str, but: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        """Fitting phrase of the same sentence; None where a group nobody knows could be meant."""
        tokens = clauses.tokens
        best: tuple[str, ...] = ()
        compared: tuple[str, ...] = ()
        chained: tuple[str, ...] = ()
        blurred = False
        for other in clauses.chunks:
            if other.kind != "np" or other.first >= chunk.first:
                continue
            if tokens[other.first].tag == "R":
                chained = chained or self._chained(other, tokens, kind, but)
                continue
            codes = self.codes(other)
            if not codes and kind == "plural" and self._unknown_group(other, tokens):
                blurred, best = True, ()
                continue
            found = "plural" if len(codes) > 1 else self._kind(other, tokens)
            several = kind == "plural" and tokens[other.head].low in PLURAL_NAMES
            several = several and tokens[chunk.first].tag in "RG"
            found = "plural" if several else found
            if not codes or found != kind or codes == but:
                continue
            if blurred and not self._acts(other, clauses):
                continue
            before = tokens[other.first - 1].low if other.first else ""
            pronoun = tokens[chunk.first].tag in "RG" and kind == "thing"
            if before in ("in", "at") and pronoun and self.memory.thing:
                continue  # 'In the General Assembly it voted': what the text is about
            if before in COMPARING:
                compared = compared or codes
            else:
                best = best or codes
        if blurred and not (chained or best):
            return None
        return chained or best or compared

    def _chained(
        self, other: Chunk, tokens: list[Token], kind: str, but: tuple[str, ...]
    ) -> tuple[str, ...]:
        """'He left for Hanoi, where To Lam embraced him': who 'he' was, 'him' still is."""
        if kind != "person" or tokens[other.first].low not in PERSON_PRONOUNS:
            return ()
        codes = self.codes(other)
        return codes if codes != but else ()

    def _whose_words(self, chunk: Chunk, clauses: Clauses) -> tuple[str, ...]:
        """'Canada's announcement that it would': whose announcement it is."""
        i = chunk.place
        if i < 2 or clauses.chunks[i - 1].low != "that" or clauses.chunks[i - 2].kind != "np":
            return ()
        owners = [
            m
            for m in mentions_in(clauses.chunks[i - 2], clauses.tokens)
            if clauses.tokens[m.last + 1].low in ("'s", "'", "’")
        ]
        return (owners[0].code,) if len(owners) == 1 and owners[0].code else ()

    def _named_later(
        self, chunk: Chunk, clauses: Clauses, kind: str, but: tuple[str, ...]
    ) -> tuple[str, ...]:
        """'Although it signed the accord, Chad has not applied it': the main clause says who."""
        chunks = clauses.chunks
        if not chunks or chunks[0].kind not in "SPJ" or chunk.place > 4:
            return ()
        comma = next((k for k, c in enumerate(chunks) if c.kind == "K"), len(chunks))
        if chunk.place > comma:
            return ()
        for k in range(comma + 1, len(chunks)):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                subject = clauses.subject(k)
                if subject is None or self._kind(subject, clauses.tokens) != kind:
                    return ()
                found = self.codes(subject)
                return found if found != but else ()
        return ()

    def _speaker(self, clauses: Clauses) -> tuple[str, ...]:
        """Who 'we' is in a quotation: the one it is quoted from."""
        if not any(c.kind == "Q" for c in clauses.chunks):
            return ()
        for k, chunk in enumerate(clauses.chunks):
            if chunk.kind != "vg" or chunk.lemma not in self._lexicon.sayings:
                continue
            subject = clauses.subject(k)
            if subject is not None and clauses.tokens[subject.first].low not in FIRST_PERSON:
                return self.codes(subject)
        return ()


def is_relation(word: Token) -> bool:
    """'Ukraine's allies', 'his counterpart': somebody by whom he stands to, not the one named."""
    return word.lemma in RELATIONS or _names_relation(word.low)


@lru_cache(maxsize=20_000)
def _names_relation(low: str) -> bool:
    singular = low[:-3] + "y" if low.endswith("ies") else low.rstrip("s")
    return low in RELATIONS or singular in RELATIONS


def described_state(chunk: Chunk, tokens: list[Token]) -> bool:
    """'The Andean country', 'the Baltic state': one state by its region, not the region."""
    named = mentions_in(chunk, tokens)
    region = bool(named) and all(m.type in ("BLOC", "BLOC_ADJ") for m in named)
    return region and tokens[chunk.head].low in COUNTRY_NOUNS - {"government"}


def _same_described(chunk: Chunk, tokens: list[Token]) -> bool:
    """'The Andean country', 'the oil-rich kingdom': the one spoken of, by what it is like."""
    inner = tokens[chunk.first + 1 : chunk.head]
    like = len(inner) in (1, 3) and inner[-1].tag in "AYN" and inner[0].low not in ANOTHER
    return described_state(chunk, tokens) or (like and all(t.mention is None for t in inner))


def states_named(tokens: list[Token]) -> list[str]:
    """Codes of the states that names, peoples, leaders and capitals stand for, in order."""
    return [
        m.code
        for t in tokens
        if isinstance(m := t.mention, Mention) and m.code and m.type in STATELY and is_state(m.code)
    ]


def is_state(code: str) -> bool:
    """Whether a code is a state's, not an organisation's or a bloc's."""
    return code in states_by_code()
