"""What a verb or noun takes after it: objects, prepositional phrases, a complement clause."""

from __future__ import annotations

from multipolar.reader.chunks import TIME, Arguments, Chunk
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.mention import Mention
from multipolar.reader.phrases import Hit, find_phrases
from multipolar.reader.text import Sentence
from multipolar.reader.wordsets import word_set

# Verbs of saying whose clause always has its "that"; a noun phrase after them is an object.
NEEDS_THAT = frozenset(
    ["recognise", "recognize", "recall", "describe", "regret", "express", "quote", "cite"]
)
# 'Massacred villagers together with Russian fighters': who comes after also acts.
JOINTLY = frozenset(["together", "jointly"])
# What may stand between two phrases with one preposition, and the prepositions this is asked of.
THEN = frozenset(
    ["then", "later", "next", "finally", "last", "lastly", "afterwards", "also", "even"]
)
REPEATED = frozenset(["to", "by", "from", "with", "against", "for"])
BORDERS = frozenset(["border", "frontier", "boundary"])
SEATED = word_set("actors.agents_of_place")
SLOT_STOPS = frozenset("SLWU")
# What opens a clause that says when or why, not what is said or recognised.
ADVERBIAL = frozenset(
    ["before", "after", "until", "till", "since", "while", "because", "although", "though", "once"]
)


class ArgumentSearch:
    """The chunks of one sentence and what stands after each.

    ``verbs`` and ``finite`` are the places of its verb groups and of the finite ones among them.
    """

    def __init__(self, sentence: Sentence, chunks: list[Chunk], lexicon: Lexicon) -> None:
        self.sentence = sentence
        self.tokens = sentence.tokens
        self.chunks = chunks
        self.verbs = [i for i, c in enumerate(chunks) if c.kind == "vg"]
        self.finite = [i for i in self.verbs if chunks[i].form == "fin"]
        self.lexicon = lexicon
        self._arguments: dict[int, Arguments] = {}
        self._mentions: list[Mention] | None = None
        self._found_phrases: dict[str, list[Hit]] | None = None

    def mentions(self) -> list[Mention]:
        """Names of the sentence in order."""
        if self._mentions is None:
            found = [t.mention for t in self.tokens if t.mention is not None]
            self._mentions = [m for m in dict.fromkeys(found) if isinstance(m, Mention)]
        return self._mentions

    def forget(self) -> None:
        """Drop what stands after each chunk; it is found again where it is asked for."""
        self._arguments.clear()

    def phrases(self, layer: str) -> list[Hit]:
        """Set phrases of a layer in the sentence, in order."""
        if self._found_phrases is None:
            self._found_phrases = find_phrases(self.tokens, self.lexicon)
        return self._found_phrases.get(layer, [])

    def arguments(self, i: int) -> Arguments:
        """Objects and prepositional phrases after the chunk at ``i``."""
        found = self._arguments.get(i)
        if found is None:
            found = self._arguments[i] = self._find_arguments(i)
        return found

    def _quoted_phrase(self, k: int) -> int:
        """Noun phrase in quotation marks after the preposition at ``k``, or 0."""
        chunks = self.chunks
        if k + 1 >= len(chunks) or chunks[k + 1].kind != "Q":
            return 0
        m = k + 2
        while m < len(chunks) and chunks[m].kind == "J":
            m += 1
        return m if m < len(chunks) and chunks[m].kind == "np" else 0

    def _find_arguments(self, i: int) -> Arguments:  # noqa: C901
        out = Arguments(end=i)
        chunks = self.chunks
        is_noun = chunks[i].kind == "np"
        k = self._past_bracket(i + 1)
        n = len(chunks)
        while k < n:
            kind = chunks[k].kind
            if kind == "np":
                if self._object(out, k, is_noun=is_noun):
                    break
            elif kind == "P":
                k = self._prepositional(out, k)
                if out.complement >= 0:
                    break
            elif kind == "K" and not self._same_again(out, k):
                clause = self._clause_after_insertion(i, k)
                if clause:
                    out.complement, out.complement_kind = clause, "that"
                    break
                if not self._comma_goes_on(k):
                    break
                # 'his counterpart, X, on ...': the name explains, it is no object
                k += 2 * (chunks[k - 1].kind == chunks[k + 1].kind == "np")
            elif kind == "T" and k + 1 < n and chunks[k + 1].kind == "np":
                out.preps.setdefault("to", []).append(chunks[k + 1])
                k += 1
            elif kind == "vg" or kind in SLOT_STOPS or self._closes(out, k):
                self._stop(out, k, i)
                break
            k = self._past_bracket(k + 1)
        out.end = min(k, n - 1)
        if not is_noun:
            self._relative_parts(out, i)
        return out

    def _past_bracket(self, k: int) -> int:
        """Place after a few words in brackets where they begin at ``k``, else ``k`` itself."""
        if k >= len(self.chunks) or self.chunks[k].low != "(":
            return k
        short = range(k + 1, min(k + 7, len(self.chunks)))
        return next((m + 1 for m in short if self.chunks[m].low == ")"), k)

    def _relative_parts(self, out: Arguments, i: int) -> None:
        """What stands before the clause: 'the arms that they are said to have sent'."""
        verb = self.chunks[i]
        if verb.form == "fin":
            self._relative_phrase(out, i)
        if out.objects or verb.passive:
            return
        if verb.form == "fin":
            self._relative_object(out, i)
        elif verb.form == "inf" and i > 2 and self.chunks[i - 1].kind == "vg":
            self._relative_object(out, i - 1)

    def _relative_phrase(self, out: Arguments, i: int) -> None:
        """'Eritrea, with which Ethiopia had made peace': the antecedent belongs to the verb."""
        k = i - 1
        while k > 0 and self.chunks[k].kind in ("J", "np", "P") and i - k < 6:
            k -= 1
        if k > 0 and self.chunks[k].kind == "L" and self.chunks[k - 1].kind in "PT":
            found = self.antecedent(k - 1)
            if found is not None:
                out.preps.setdefault(self.chunks[k - 1].low, []).append(found)

    def _prepositional(self, out: Arguments, k: int) -> int:
        """Take the phrase the preposition at ``k`` governs; the place of its end."""
        chunks = self.chunks
        if chunks[k].low == "than":
            return self._compared(k)
        quoted = self._quoted_phrase(k)
        if quoted:
            out.preps.setdefault(chunks[k].low, []).append(chunks[quoted])
            return quoted
        following = chunks[k + 1].kind if k + 1 < len(chunks) else ""
        if following == "np" and self.chunks[k - 1].low in JOINTLY and chunks[k].low == "with":
            out.preps.setdefault("together", []).append(chunks[k + 1])
            return k + 1
        if following == "np":
            if not self._of_border(out, k) and not self._absolute(k):
                out.preps.setdefault(chunks[k].low, []).append(chunks[k + 1])
            return k + 1
        if following in ("W", "S", "vg"):
            out.complement, out.complement_kind = k + 1, chunks[k].low
        return k

    def _of_border(self, out: Arguments, k: int) -> bool:
        """'Held a drill near its border with Iran': with whom the border is shared, no more."""
        before = self.chunks[k - 1]
        far = before.kind == "np" and before not in out.objects and self.chunks[k - 2].kind == "P"
        return far and self.chunks[k].low == "with" and before.lemma in BORDERS

    def _absolute(self, k: int) -> bool:
        """', with Doha calling it a violation': a clause of its own."""
        chunks = self.chunks
        opens = chunks[k].low == "with" and chunks[k - 1].kind == "K" and k + 2 < len(chunks)
        return opens and chunks[k + 2].kind == "vg" and chunks[k + 2].form == "ing"

    def _compared(self, k: int) -> int:
        """End of what the 'than' at ``k`` compares with: 'than any other member of NATO'."""
        chunks = self.chunks
        while k + 1 < len(chunks) and chunks[k + 1].kind == "np":
            k += 1
            if k + 1 < len(chunks) and chunks[k + 1].low == "of":
                k += 1
        return k

    def _relative_object(self, out: Arguments, i: int) -> None:
        """'Abkhazia, which Russia recognised': the antecedent is the object."""
        k = i - 1
        while k >= 0 and self.chunks[k].kind in ("J", "np", "P") and i - k < 6:
            if self.chunks[k].kind == "np" and k and self.chunks[k - 1].kind == "L":
                owned = self.chunks[k - 1].low == "whose"
                found = self.antecedent(k - 1) if not owned else None
                if owned and self.chunks[k + 1].kind == "np":
                    found = self.chunks[k]  # 'whose army it arms'
                if found is not None:
                    out.objects.append(found)
                return
            k -= 1
        self._contact_object(out, i)

    def _contact_object(self, out: Arguments, i: int) -> None:
        """'The jets Turkey had shot down': the phrase before the subject is the object."""
        k = i - 1
        while k > 0 and self.chunks[k].kind == "J":
            k -= 1
        if k > 2 and self.chunks[k].kind == "np" and self._relative_that(k - 1):
            k -= 1  # 'the sanctions that Vilnius imposed'
        elif k < 1 or self.chunks[k].kind != "np":
            return
        if self.chunks[k - 1].kind != "np":
            return
        before = self.chunks[k - 1]
        if self.tokens[before.first].tag in "DG#" and before.low not in TIME:
            out.objects.append(before)

    def _relative_that(self, k: int) -> bool:
        """Whether the 'that' at ``k`` takes up the noun before it rather than opens a clause."""
        chunks = self.chunks
        if chunks[k].low != "that" or chunks[k].kind != "S" or chunks[k - 1].kind != "np":
            return False
        before = chunks[k - 2]
        said = before.kind == "vg" and before.lemma in self.lexicon.sayings
        return not said and self.tokens[chunks[k - 1].first].tag in "DG#"

    def _object(self, out: Arguments, k: int, *, is_noun: bool) -> bool:
        """Take the phrase at ``k`` as an object; True ends the search."""
        chunk = self.chunks[k]
        month = chunk.low == "may" and chunk.first == chunk.last  # 'his vote last May against'
        if month or (chunk.low in TIME and self.tokens[chunk.head].low in TIME):
            return False
        if is_noun:
            return True
        nxt = self.chunks[k + 1] if k + 1 < len(self.chunks) else None
        if (
            nxt is not None
            and nxt.kind in ("vg", "aux")
            and (nxt.form == "fin" or nxt.kind == "aux")
        ):
            verb = self.chunks[out.end]
            bare = verb.lemma in self.lexicon.sayings and verb.lemma not in NEEDS_THAT
            if bare or out.objects:
                out.complement, out.complement_kind = k + 1, "that"
            else:
                out.objects.append(chunk)
            return True
        if len(out.objects) < 2:
            out.objects.append(chunk)
        return False

    def _clause_after_insertion(self, i: int, k: int) -> int:
        """'Note, however, that': place of the 'that' after the insertion opened at ``k``, or 0."""
        chunks = self.chunks
        if chunks[i].lemma not in self.lexicon.sayings or k > i + 4:
            return 0
        for m in range(k + 1, min(k + 7, len(chunks) - 1)):
            if chunks[m].kind == "K":
                return m + 1 if chunks[m + 1].kind == "S" and chunks[m + 1].low == "that" else 0
        return 0

    def _same_again(self, out: Arguments, k: int) -> bool:
        """'Flew first to Cairo, then to Asmara': after a comma or 'and' the same preposition."""
        chunks = self.chunks
        at = k + 1
        while at < len(chunks) and (chunks[at].kind in ("K", "C") or chunks[at].low in THEN):
            at += 1
        if at + 1 >= len(chunks) or chunks[at].kind not in "PT" or chunks[at + 1].kind != "np":
            return False
        opens = at + 2 < len(chunks) and chunks[at + 2].kind in ("np", "vg", "aux")
        return chunks[at].low in out.preps and chunks[at].low in REPEATED and not opens

    def _closes(self, out: Arguments, k: int) -> bool:
        """Whether the 'and' at ``k`` ends what belongs to the verb."""
        return self.chunks[k].kind == "C" and not self._same_again(out, k)

    def _comma_goes_on(self, k: int) -> bool:
        chunks = self.chunks
        nxt = chunks[k + 1] if k + 1 < len(chunks) else None
        if nxt is None:
            return False
        if nxt.kind == "np" and k + 2 < len(chunks) and chunks[k + 2].kind == "K":
            return True
        return nxt.kind == "P" and nxt.low in (
            "with",
            "along",
            "alongside",
            "together",
            "in",
            "to",
            "on",
            "against",
        )

    def _stop(self, out: Arguments, k: int, i: int) -> None:
        chunk = self.chunks[k]
        if chunk.kind == "vg" and chunk.form == "inf":
            out.complement, out.complement_kind = k, "inf"
        elif chunk.kind == "vg" and chunk.form in ("ing", "pp"):
            out.complement, out.complement_kind = k, chunk.form
        elif self._opens_complement(i, k):
            out.complement, out.complement_kind = k, "that" if chunk.low == "that" else "clause"

    def _reach(self, i: int, k: int) -> int:
        """How far its clause may stand from a verb: 'told reporters in Ankara on Friday that'."""
        said = self.chunks[k].low == "that" and self.chunks[i].lemma in self.lexicon.sayings
        return 8 if said else 4

    def _opens_complement(self, i: int, k: int) -> bool:
        """Whether the word at ``k`` opens the clause of what the verb or noun at ``i`` says."""
        chunk = self.chunks[k]
        near = chunk.kind in "SW" and chunk.low not in ADVERBIAL and k <= i + self._reach(i, k)
        return near and not self._asked_for(k)

    def _asked_for(self, k: int) -> bool:
        """'Asked for the sanctions that X imposed': no clause of what is asked."""
        return k > 2 and self.chunks[k - 2].low == "for" and self._relative_that(k)

    def _names(self, chunk: Chunk) -> bool:
        return any(self.tokens[k].mention is not None for k in range(chunk.first, chunk.last + 1))

    def _cleft(self, j: int) -> Chunk | None:
        """'It was Kiev, acting on London's orders, that': the name before what is inserted."""
        chunks = self.chunks
        if self.chunks[j].low != "that" or j < 4 or chunks[j - 1].kind != "K":
            return None
        for k in range(j - 3, max(0, j - 9), -1):
            be = chunks[k - 1]
            if chunks[k].kind == "np" and be.kind == "vg" and be.lemma == "be" and k > 1:
                opens = chunks[k - 2].low == "it" and chunks[k + 1].kind == "K"
                return chunks[k] if opens and chunks[k + 2].kind != "X" else None
        return None

    def antecedent(self, j: int) -> Chunk | None:
        """Noun phrase that the relative pronoun at ``j`` refers to."""
        k = j - 1
        while k >= 0 and self.chunks[k].kind in "KPJQ":
            k -= 1
        if k < 0 or self.chunks[k].kind != "np":
            same = [m for m in range(j) if self.chunks[m].kind == "L" and k > 0]
            return self.antecedent(same[-1]) if same else None  # 'whose army ..., whose ports'
        while (
            k >= 2
            and self.chunks[k - 1].kind == "P"
            and self.chunks[k - 1].low == "of"
            and self.chunks[k - 2].kind == "np"
            and not self._names(self.chunks[k])
        ):
            k -= 2
        if k >= 2 and self.chunks[k - 1].low == "in" and self.chunks[k - 2].low in SEATED:
            k -= 2  # 'the junta in Bamako, which threw out'
        it_was = self._cleft(j)
        if it_was is not None:
            return it_was
        if k >= 3 and [c.kind for c in self.chunks[k - 3 : k]] == ["np", "K", "X"]:
            k -= 3  # 'it was Baku, not Moscow, that'
        if k >= 3 and self.chunks[k - 1].low == "than" and self.chunks[k - 2].low == "rather":
            k -= 3  # 'it is Warsaw rather than Berlin that'
        return self.chunks[k]
