"""Who does what to whom inside one sentence: subjects, objects and prepositional phrases of verbs.

A shallow search over the chunks, bounded by clauses: no parse tree is built, so that a sentence
the rules do not cover still yields the parts they do.
"""

from __future__ import annotations

from multipolar.reader.arguments import ArgumentSearch
from multipolar.reader.chunks import TIME, Chunk
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.text import Sentence
from multipolar.reader.wordsets import word_set

# Verbs of saying that take things as objects too: 'held exercises', 'showed interest'.
TRANSITIVE = word_set("clauses.transitive")
# Verbs of saying whose object is somebody spoken to: '..., asked Putin for the truth'.
ADDRESSING = frozenset(["ask", "tell", "urge", "warn", "assure", "remind", "inform", "promise"])
PARENTHETICAL = frozenset("PLSWJ")
# Nouns whose possessor does what the infinitive after them says: 'Moscow's decision to leave'.
DECIDING = word_set("clauses.deciding")
ISSUING = word_set("clauses.issuing")
DOCUMENTS = word_set("clauses.documents")


class Clauses(ArgumentSearch):
    """The chunks of one sentence with the search for arguments."""

    def __init__(self, sentence: Sentence, chunks: list[Chunk], lexicon: Lexicon) -> None:
        super().__init__(sentence, chunks, lexicon)
        for i, chunk in enumerate(chunks):
            chunk.place = i
            if chunk.parts:
                chunk.parts[-1].place = i
        self._spoken: list[int] | None = None
        self._subjects: dict[int, Chunk | None] = {}

    # -------------------------------------------------------------- subjects
    def subject(self, i: int) -> Chunk | None:
        """Noun phrase that is the grammatical subject of the verb group at ``i``."""
        if i not in self._subjects:
            self._subjects[i] = None  # a loop in a broken sentence ends here
            self._subjects[i] = self._find_subject(i)
        return self._subjects[i]

    def _find_subject(self, i: int) -> Chunk | None:
        form = self.chunks[i].form
        if form == "fin":
            return self._finite_subject(i)
        if form == "pp":
            return self._participle_subject(i)
        return self._infinitive_subject(i) if form == "inf" else self._ing_subject(i)

    def _finite_subject(self, i: int) -> Chunk | None:  # noqa: C901, PLR0912
        chunks = self.chunks
        said_by = self._speaker_after(i)
        if said_by is not None:
            return said_by
        j = i - 1
        fallback: Chunk | None = None
        while j >= 0:
            chunk = chunks[j]
            kind = chunk.kind
            if kind == "np":
                step = self._np_before_verb(j, i)
                if step < 0:
                    return self._resumed_list(j) or self._after_apposition(j, i)
                j = step
                continue
            if kind == "L":
                return self._described(j)
            if (kind == "C" and j == i - 1) or (
                kind == "C" and fallback is None and self._only_adverbs(j, i)
            ):
                shared = self._previous_finite(j)
                if shared is not None:
                    return self.subject(shared)
            if kind == "vg" and chunk.form == "fin" and self._only_adverbs(j, i):
                return self.subject(j)
            if kind == "K" and self._only_adverbs(j, i):
                opened = self._open_comma(j)
                if opened >= 0:
                    j = opened - 1
                    continue
                shared = self._previous_finite(j)
                if shared is not None and not self._is_complement(shared):
                    return self.subject(shared)
            if kind in "SW" or (kind == "U" and chunk.low in ";:"):
                return fallback
            if kind == "U" and chunk.low in ")—–--":
                j = self._skip_dash(j)
                continue
            j -= 1
        return fallback or self._inverted(i)

    def _described(self, j: int) -> Chunk | None:
        """'Armenia, a democracy that negotiates': the name before what describes it."""
        found = self.antecedent(j)
        k = found.place if found is not None else -1
        if found is not None and k > 1 and self.chunks[k - 1].low in ("among", "of"):
            counted = found.low == "those" or self.tokens[found.head].tag == "#"
            be = next((m for m in range(k - 1, -1, -1) if self.chunks[m].kind == "vg"), -1)
            if counted and be >= 0 and self.chunks[be].lemma == "be":
                return self.subject(be)  # 'Hungary was among those that abstained'
        if found is None or k < 2 or self._names(found) or self.chunks[k - 1].kind != "K":
            return found
        before = self.chunks[k - 2]
        plain = self.tokens[found.first].low in ("a", "an", "the") and not found.parts
        opens = k == 2 or self.chunks[k - 3].kind in "SUC"
        return before if plain and opens and before.kind == "np" and self._names(before) else found

    def _speaker_after(self, i: int) -> Chunk | None:
        """'"...," said Putin' and '..., said Putin.': the speaker stands behind the verb."""
        chunks = self.chunks
        if chunks[i].lemma not in self.lexicon.sayings or i == 0 or i + 1 >= len(chunks):
            return None
        before, after = chunks[i - 1], chunks[i + 1]
        if after.kind != "np" or chunks[i].modal or chunks[i].passive:
            return None
        head = self.tokens[after.head]
        titles = self.lexicon.word_class["TITLE"] if chunks[i].lemma == "write" else frozenset()
        named = self._names(after) or head.tag == "Y" or bool({head.low, head.lemma} & titles)
        if chunks[i].lemma in TRANSITIVE and not named:
            return None
        if before.kind == "Q":
            return after if i >= 2 and chunks[i - 2].kind in "KU" else None
        addressed = chunks[i].lemma in ADDRESSING and self.tokens[after.first].low not in (
            "a",
            "an",
        )
        ends = "KU" if addressed else "KUPSL"
        closes = i + 2 >= len(chunks) or chunks[i + 2].kind in ends
        return (
            after if before.kind == "K" and closes and chunks[i].first == chunks[i].last else None
        )

    def _np_before_verb(self, j: int, i: int) -> int:
        """-1 when the phrase at ``j`` is the subject, otherwise where to go on looking."""
        chunks = self.chunks
        chunk = chunks[j]
        before = chunks[j - 1] if j else None
        if chunk.head and self.tokens[chunk.head].low in TIME and chunk.low in TIME:
            return j - 1
        if before is None:
            return -1
        if before.low == "than" or self._gives_reason(j, i):
            return -1  # 'pays a third less than Berlin used to'
        if before.kind in "PT":
            return j - 2
        if before.kind == "vg" and before.form in ("ing", "inf", "pp"):
            return j - 2
        if before.kind == "vg" and before.form == "fin":
            relative = self._relative_start(j - 1)
            if relative >= 0:
                return relative - 1
            if chunks[i].kind == "vg" and self._shares(j, i):
                return j - 1
        if before.kind == "np" and before.low not in TIME and self._left_out(j, i):
            return j - 1
        return -1

    def _gives_reason(self, j: int, i: int) -> bool:
        """', for the Soviet Union armed them': a conjunction, no preposition."""
        chunks = self.chunks
        return i == j + 1 and j > 1 and chunks[j - 1].low == "for" and chunks[j - 2].kind == "K"

    def _left_out(self, j: int, i: int) -> bool:
        """'The pact it concluded contains no clause': a relative clause without its pronoun."""
        after = self.chunks[j + 1]
        relative = after.kind == "vg" and after.form == "fin" and j + 1 < i
        return relative and all(c.kind in ("np", "P", "T", "J") for c in self.chunks[j + 2 : i])

    def _shares(self, j: int, i: int) -> bool:
        """'X visited Moscow and met Putin': a conjunction between object and verb."""
        return any(self.chunks[k].kind == "C" for k in range(j + 1, i))

    def _resumed_list(self, j: int) -> Chunk | None:
        """'Hungary, which blocked the statement, and Slovakia have threatened': both."""
        chunks = self.chunks
        if j < 4 or chunks[j - 1].kind != "C" or chunks[j - 2].kind != "K":
            return None
        opened = self._open_comma(j - 2)
        if opened < 1 or chunks[opened - 1].kind != "np" or chunks[opened + 1].kind != "L":
            return None
        left, right = chunks[opened - 1], chunks[j]
        return Chunk(
            "np", left.first, right.last, right.head, right.low, right.lemma, parts=(left, right)
        )

    def _after_apposition(self, j: int, i: int) -> Chunk:
        """'Tokayev, the president, said': prefer the named phrase in front of the apposition."""
        chunks = self.chunks
        here = chunks[j]
        office = self.tokens[here.head].low in self.lexicon.word_class["TITLE"]
        if office and any(c.kind == "np" and self._titled(c) for c in chunks[j + 1 : i]):
            return here  # 'the minister of foreign affairs of Moldova Mihai Popsoi said'
        if j < 2 or chunks[j - 1].kind != "K" or chunks[j - 2].kind != "np":
            return here
        if self.tokens[here.first].tag == "R" or self._names(here):
            return here
        governed = j >= 3 and chunks[j - 3].kind in "PT"
        return chunks[j - 2] if self._names(chunks[j - 2]) and not governed else here

    def _titled(self, chunk: Chunk) -> bool:
        """'Montenegro Ervin Ibrahimovic': a state and the name of its official."""
        state = self.tokens[chunk.first].mention is not None
        return state and chunk.head > chunk.first and self.tokens[chunk.head].tag == "Y"

    def _previous_finite(self, j: int) -> int | None:
        """Nearest verb before ``j`` to share a subject with: same form, main clause."""
        first: int | None = None
        for k in range(j - 1, -1, -1):
            chunk = self.chunks[k]
            if chunk.kind == "U" and chunk.low == ";":
                break
            if chunk.kind != "vg" or not (chunk.form == "fin" or self._same_form(k, j)):
                continue
            if self._said_between(k):
                continue
            if first is None:
                first = k
            if chunk.form == "fin" and not self._is_complement(k):
                direct = self.chunks[j].kind == "K" or first == k or self._resumes_tense(first, j)
                return k if direct else first
            if self.chunks[j].kind == "C" and not self._resumes_tense(first, j):
                return first
        return first

    def _resumes_tense(self, k: int, j: int) -> bool:
        """'Condemns the raid in which X killed Y, and expresses': the main clause goes on."""
        chunks = self.chunks
        if j < 1 or chunks[j - 1].kind != "K" or not self._is_complement(k):
            return False
        after = next((c for c in chunks[j + 1 :] if c.kind == "vg"), None)
        main = next((c for c in chunks[k - 1 :: -1] if c.kind == "vg" and c.form == "fin"), None)
        if after is None or main is None or after.form != "fin":
            return False
        opened = self._open_comma(j - 1)
        closed = (
            opened >= 0 and chunks[opened + 1].kind == "L"
        )  # ', which had left Malta, and sank'
        if self._past(after) != self._past(main):
            return False
        return closed or self._past(chunks[k]) != self._past(main)

    def _past(self, chunk: Chunk) -> bool:
        first = self.tokens[chunk.first]
        return first.low in ("was", "were", "had", "did") or first.form == "d"

    def _said_between(self, k: int) -> bool:
        """', UN experts concluded, and took': who says so does not go on acting."""
        chunks = self.chunks
        if k < 2 or k + 1 >= len(chunks) or chunks[k].lemma not in self.lexicon.sayings:
            return False
        return chunks[k - 2].kind == chunks[k + 1].kind == "K" and chunks[k - 1].kind == "np"

    def _same_form(self, k: int, j: int) -> bool:
        after = next((c for c in self.chunks[j + 1 :] if c.kind == "vg"), None)
        return after is not None and after.form == self.chunks[k].form

    def _is_complement(self, k: int) -> bool:
        """Whether the finite verb at ``k`` stands in a relative or subordinate clause."""
        m = k - 1
        while m >= 0 and self.chunks[m].kind in ("np", "P", "J"):
            m -= 1
        return m >= 0 and self.chunks[m].kind in "LSW"

    def _only_adverbs(self, j: int, i: int) -> bool:
        return all(self.chunks[k].kind in "JQX" for k in range(j + 1, i))

    def _relative_start(self, k: int) -> int:
        """Index of the relative pronoun that opens the clause of the verb at ``k``, or -1."""
        m = k - 1
        while m >= 0 and self.chunks[m].kind in ("J", "aux"):
            m -= 1
        if m >= 0 and self.chunks[m].kind == "np" and m >= 1 and self.chunks[m - 1].kind == "L":
            m -= 1
        return m if m >= 0 and self.chunks[m].kind == "L" else -1

    def _open_comma(self, j: int) -> int:
        """Comma that opens the insertion closed by the comma at ``j``, or -1."""
        chunks = self.chunks
        k = j - 1
        while k >= 0:
            if chunks[k].kind == "K":
                first = chunks[k + 1]
                if (
                    first.kind in PARENTHETICAL
                    or (first.kind == "vg" and first.form in ("ing", "pp"))
                    or first.kind == "np"
                    or self._aside(k, j)
                ):
                    return k
                return -1
            if chunks[k].kind == "U" and chunks[k].low in ";:":
                return -1
            k -= 1
        return -1

    def _aside(self, k: int, j: int) -> bool:
        """', says the ministry,': who says so stands between the commas at ``k`` and ``j``."""
        said = self.chunks[k + 1]
        return (
            j > k + 2
            and said.kind == "vg"
            and said.lemma in self.lexicon.sayings
            and all(c.kind in ("np", "P") for c in self.chunks[k + 2 : j])
        )

    def _skip_dash(self, j: int) -> int:
        opener = "(" if self.chunks[j].low == ")" else self.chunks[j].low
        k = j - 1
        while k >= 0:
            if self.chunks[k].kind == "U" and self.chunks[k].low == opener:
                return k - 1
            k -= 1
        return j - 1

    def _inverted(self, i: int) -> Chunk | None:
        """'..., said Putin': the subject follows a verb of saying."""
        chunks = self.chunks
        if (
            chunks[i].lemma in self.lexicon.sayings
            and i + 1 < len(chunks)
            and chunks[i + 1].kind == "np"
        ):
            return chunks[i + 1]
        return None

    def _participle_subject(self, i: int) -> Chunk | None:
        chunks = self.chunks
        j = i - 1
        while j >= 0 and chunks[j].kind in "JKQ":
            j -= 1
        if j >= 0 and chunks[j].kind == "C":
            earlier = next((k for k in range(j - 1, -1, -1) if chunks[k].kind == "vg"), None)
            if earlier is not None:
                return self.subject(earlier)
        if j >= 0 and chunks[j].kind == "np":
            return chunks[j]
        if j >= 0 and chunks[j].kind == "vg":
            return self.subject(j)
        return self._main_subject(i)

    def _main_subject(self, i: int) -> Chunk | None:
        for k in range(i + 1, len(self.chunks)):
            if self.chunks[k].kind == "vg" and self.chunks[k].form == "fin":
                return self.subject(k)
        for k in range(i - 1, -1, -1):
            if self.chunks[k].kind == "vg" and self.chunks[k].form == "fin":
                return self.subject(k)
        return None

    def governor(self, i: int) -> tuple[int, Chunk | None]:
        """Verb group that governs the non-finite one at ``i`` and the object between them."""
        chunks = self.chunks
        between: Chunk | None = None
        j = i - 1
        attached = chunks[i].form == "ing" and j > 0 and chunks[j].kind == "K"
        while j >= 0:
            chunk = chunks[j]
            if chunk.kind == "vg" and attached and chunk.form != "fin":
                j -= 1
                continue
            if chunk.kind == "vg":
                if chunk.form == chunks[i].form and self._coordinated(i):
                    return self.governor(j)
                return j, between
            if chunk.kind == "np" and between is None:
                between = chunk
            if chunk.kind == "U" and chunk.low in ";:":
                break
            j -= 1
        return -1, between

    def _coordinated(self, i: int) -> bool:
        return self.chunks[i - 1].kind == "C" or (
            self.chunks[i - 1].kind == "J" and i >= 2 and self.chunks[i - 2].kind == "C"
        )

    def _infinitive_subject(self, i: int) -> Chunk | None:
        before = self.chunks[i - 1] if i else None
        if (
            before is not None
            and before.kind == "np"
            and before.lemma in DECIDING
            and self._names(before)
        ):
            return before
        gov, between = self.governor(i)
        if gov < 0:
            return between or self._main_subject(i)
        lemma = self.chunks[gov].lemma
        particle = self.chunks[gov].particle
        operators = self.lexicon.operators
        key = f"{lemma} {particle}" if particle else lemma
        takes_object = (key, "o") in operators or (lemma, "o") in operators
        if between is not None and takes_object and not self.chunks[gov].passive:
            first = self.first_object(gov)
            return first or between
        if (
            self.chunks[gov].lemma == "be"
            and between is not None
            and self.chunks[gov].form == "fin"
        ):
            return self.subject(gov)
        return self.subject(gov)

    def first_object(self, i: int) -> Chunk | None:
        """Direct object, or the object of 'on', 'upon', 'to', 'for' right after the verb."""
        arguments = self.arguments(i)
        if arguments.objects:
            return arguments.objects[0]
        for prep in ("on", "upon", "to", "for", "with"):
            if prep in arguments.preps:
                return arguments.preps[prep][0]
        return None

    def _ing_subject(self, i: int) -> Chunk | None:
        chunks = self.chunks
        j = i - 1
        while j >= 0 and chunks[j].kind in "JQ":
            j -= 1
        if j < 0:
            return self._main_subject(i)
        if chunks[j].kind == "np":
            return self._writer(i) or chunks[j]
        if chunks[j].kind in "P":
            return self._gerund_subject(i, j)
        if chunks[j].kind == "C":
            earlier = next((k for k in range(j - 1, -1, -1) if chunks[k].kind == "vg"), -1)
            return self.subject(earlier) if earlier >= 0 else None
        if chunks[j].kind == "vg":
            return self.subject(j)
        return self._main_before(i)

    def _writer(self, i: int) -> Chunk | None:
        """'France sent a note to Ankara condemning the raid': whose words the participle tells."""
        k, _ = self.governor(i)
        if k < 0 or self.chunks[k].lemma not in ISSUING or self.chunks[k].passive:
            return None
        things = self.arguments(k).objects[:2]
        written = any({c.low, c.lemma} & DOCUMENTS for c in things)
        return self.subject(k) if written else None

    def _main_before(self, i: int) -> Chunk | None:
        finite = [k for k in self.finite if k < i]
        if not finite:
            return self._main_subject(i)
        return self.subject(self._speaking(i, finite))

    def speaks_on(self, i: int) -> bool:
        """'X said Y had failed, calling it ...': who said the one says the other too."""
        chunk = self.chunks[i]
        saying = chunk.form == "ing" and chunk.lemma in self.lexicon.sayings
        return saying and i > 0 and self.chunks[i - 1].kind in "KQ"

    def spoken_on(self) -> list[int]:
        """Places of the participles with which a speaker goes on."""
        if self._spoken is None:
            self._spoken = [i for i in self.verbs if self.speaks_on(i)]
        return self._spoken

    def _speaking(self, i: int, finite: list[int]) -> int:
        sayings = self.lexicon.sayings
        if self.speaks_on(i):
            return next((k for k in finite if self.chunks[k].lemma in sayings), finite[-1])
        return finite[-1]

    def _gerund_subject(self, i: int, j: int) -> Chunk | None:
        prep = self.chunks[j].low
        gov, _ = self.governor(i)
        if gov >= 0:
            verb = self.chunks[gov]
            if prep in ("of", "for", "from", "into", "over") and not verb.passive:
                first = self.arguments(gov).objects[:1]
                if first and ((verb.lemma, "o") in self.lexicon.operators or prep == "of"):
                    return first[0]
            return self.subject(gov)
        return self._main_subject(i)
