"""Conditions, questions and clauses of time: what leaves open whether something happened."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.complements import Complements, Verdict
from multipolar.reader.wordsets import word_set

CONDITIONALS = word_set("factuality.conditionals")
# 'It looks as if': the author takes it for likely, not for untrue.
SEEMING = frozenset(["look", "seem", "appear", "sound", "feel"])
AHEAD = frozenset(["before", "after", "when", "once", "until"])
# What opens a clause that a question takes for granted.
DATING = frozenset(["when", "after", "since", "because", "although", "while"])
FUTURES = frozenset(["will", "shall", "'ll", "wo", "sha"])


class Conditions(Complements):
    """Judges a verb by the conjunction or question it stands under."""

    def _condition(self, i: int, verdict: Verdict) -> None:
        """If-clauses make possible; a had-condition did not happen."""
        chunks = self._c.chunks
        k = i - 1
        while k >= 0:
            chunk = chunks[k]
            if chunk.kind == "S":
                self._under(k, i, verdict)
                return
            if (chunk.kind == "vg" and chunk.form == "fin") or chunk.kind in "LW":
                return
            if chunk.kind == "P" and k == i - 2 and chunk.low in AHEAD:
                self._under(k, i, verdict)
                return
            if chunk.kind == "U" and chunk.low in ";:":
                return
            k -= 1

    def _under(self, k: int, i: int, verdict: Verdict) -> None:
        """What the subordinator at chunk ``k`` makes of the verb at ``i``."""
        chunks = self._c.chunks
        low = chunks[k].low
        if low in ("if", "though") and k and chunks[k - 1].low == "as":
            seeming = any(c.lemma in SEEMING for c in chunks[max(0, k - 3) : k])
            if not seeming:
                verdict.add("no", "'as if'")
        elif low in CONDITIONALS:
            perfect = chunks[i].perfect and chunks[i].tense == "had"
            verdict.modality = "conditional"
            if not (perfect and low == "if" and chunks[i].negated):
                verdict.add("no" if perfect and low == "if" else "possible", f"'{low}'")
        elif low == "whether":
            verdict.add("possible", "'whether'")
        elif low in AHEAD and self._main_ahead() and self._present(chunks[i]):
            verdict.add("planned", f"'{low}' of what is to come")

    def _present(self, vg: Chunk) -> bool:
        now = self._tokens[vg.head].form in ("s", "b") and not vg.tense
        return now or (vg.perfect and vg.tense in ("has", "have"))

    def _main_ahead(self) -> bool:
        """Whether a verb of the sentence is in the future."""
        return any(c.kind == "vg" and c.modal in FUTURES for c in self._c.chunks)

    def _as_if(self, k: int) -> bool:
        return k > 0 and self._c.chunks[k - 1].low == "as"

    def _inverted(self, vg: Chunk, verdict: Verdict) -> None:
        """'Had it vetoed', 'were it to veto', 'should it veto'; 'had it not vetoed': it did."""
        if self._c.sentence.question:
            return
        if vg.negated and self._unreal(vg):
            verdict.modality = "conditional"
        elif vg.inverted and vg.tense in ("had", "were"):
            verdict.add("no" if vg.tense == "had" else "possible", "inverted condition")
            verdict.modality = "conditional"
        elif vg.inverted and vg.modal == "should":
            verdict.add("possible", "inverted condition")
            verdict.modality = "conditional"

    def _unreal(self, vg: Chunk) -> bool:
        """'Had it not vetoed', 'if it had not vetoed'."""
        if not vg.perfect or vg.tense != "had":
            return False
        if vg.inverted:
            return not self._c.sentence.question
        chunks = self._c.chunks
        k = vg.place - 1
        while k >= 0 and chunks[k].kind in ("np", "P", "J"):
            k -= 1
        return k >= 0 and chunks[k].low == "if" and not self._as_if(k)

    def _auxiliary(self, vg: Chunk) -> str:
        """'Would by now have recalled': the modal before an adverbial."""
        chunks = self._c.chunks
        k = vg.place - 1
        near = (c for c in reversed(chunks[max(0, k - 2) : k + 1]) if c.kind in ("aux", "np"))
        before = next(near, None)
        return before.low if before is not None and before.kind == "aux" else ""

    def _question(self, i: int, verdict: Verdict) -> None:
        """A question leaves open what it asks, not what it takes for granted."""
        if self._granted(i):
            return
        verdict.add("possible", "question")
        verdict.modality = "question"

    def _known(self, that: int) -> bool:
        """'Who remembers that': the verb takes its clause for granted."""
        words = (c for c in reversed(self._c.chunks[:that]) if c.kind != "J")
        before = next(words, None)
        return (
            before is not None
            and before.kind == "vg"
            and self._c.lexicon.sayings.get(before.lemma) == "factive"
        )

    def _granted(self, i: int) -> bool:
        """'Why did it turn the offer down?'; what a relative or a 'when' inside a question says."""
        chunks = self._c.chunks
        asks_why = any(t.low == "why" for t in self._tokens[: chunks[i].first])
        if asks_why and not chunks[i].modal:
            return True
        for k in range(i - 1, -1, -1):
            if chunks[k].kind == "L" or (chunks[k].kind in "SW" and chunks[k].low in DATING):
                return k > 0
            if chunks[k].kind in "SL" and chunks[k].low == "that" and self._known(k):
                return True
            if chunks[k].kind in ("aux", "S", "W") or (
                chunks[k].kind == "vg" and chunks[k].form == "fin"
            ):
                return False
        return False
