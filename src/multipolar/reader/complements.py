"""What the verb above a that-clause does to it: threats and promises, wishes, denials."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.avoidance import of_sign, story_untrue
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses

RANK = {"no": 4, "possible": 3, "planned": 2, "claimed": 1, "yes": 0}
# Verbs whose clause, or whose claim or report that ..., did not happen for the speaker.
DENYING = frozenset(["deny", "refute", "reject", "dismiss", "rebut", "disavow"])
# 'Is expected to', 'is scheduled to' announce what is to come.
WISHING = frozenset(["hope", "fear", "wish", "want", "expect", "doubt", "dream", "worry"])
COPULAS = frozenset(["is", "are", "am", "'s", "'re", "was", "were"])
SCHEDULED = frozenset(["expect", "schedule", "plan", "intend", "set", "slate", "arrange"])


@dataclass(slots=True)
class Verdict:
    """Reasons gathered for one event; the strongest decides."""

    marks: dict[str, str] = field(default_factory=dict)
    modality: str = "asserted"
    drop: bool = False

    def add(self, label: str, why: str) -> None:
        """Note that ``why`` makes the event ``label``."""
        self.marks.setdefault(label, why)

    @property
    def happened(self) -> str:
        """Label by precedence: no, possible, planned, claimed, yes."""
        return max(self.marks, key=lambda m: RANK[m]) if self.marks else "yes"


class Complements:
    """Judges clauses by what governs them."""

    def __init__(self, clauses: Clauses) -> None:
        self._c = clauses
        self._ops = clauses.lexicon.operators
        self._tokens = clauses.tokens

    def operator(self, i: int, *, with_object: bool) -> str:
        """Kind of governing verb at ``i``: what it does to the clause it governs."""
        vg = self._c.chunks[i]
        if vg.lemma == "go" and vg.low.split()[-1] == "going" and vg.tense in COPULAS:
            return "planned"
        key = f"{vg.lemma} {vg.particle}" if vg.particle else vg.lemma
        if vg.passive and vg.lemma in SCHEDULED:
            return "planned"
        order = ("o", "s") if with_object or vg.passive else ("s", "o")
        for control in order:
            for name in (key, vg.lemma):
                kind = self._ops.get((name, control))
                if kind:
                    return kind
        return ""

    def _complement_of(self, i: int, verdict: Verdict) -> None:
        """A that-clause under a threat or promise is no event; under a wish it is possible."""
        that = self._that(i)
        if that > 0:
            self._of_noun_before(that, verdict)
        gov = self._clause_governor(i)
        if gov < 0:
            return
        self._under_verb(gov, i, verdict)

    def _under_verb(self, gov: int, i: int, verdict: Verdict) -> None:
        governor = self._c.chunks[gov]
        kind = self.operator(gov, with_object=False)
        if self._supposed(gov):
            verdict.add("possible", f"'{governor.low}' of nobody or nothing")
            return
        if (
            governor.lemma
            in ("demand", "insist", "request", "propose", "suggest", "urge", "ask", "order")
            and self._c.chunks[i].form == "fin"
        ):
            if governor.lemma in ("insist", "suggest", "propose") and (
                self._c.chunks[i].tense or self._tokens[self._c.chunks[i].head].form != "b"
            ):
                return
            verdict.drop = True
            verdict.add("possible", f"'{governor.low} that'")
        elif governor.lemma in ("threaten", "promise", "pledge", "vow", "swear") or kind in (
            "promise",
            "threat",
        ):
            verdict.drop = True
            verdict.add("planned", f"'{governor.low} that'")
        elif governor.lemma in WISHING:
            if governor.lemma == "doubt" and self._nobody(gov):
                return
            verdict.add("possible", f"'{governor.low}'")
        elif governor.lemma in ("mean", "imply", "follow", "prove") and governor.negated:
            verdict.add("no", f"negated '{governor.low}'")
        elif governor.lemma in DENYING:
            self._denied(governor, verdict)
        elif governor.lemma == "be":
            self._untrue(governor, verdict)

    def _denied(self, governor: Chunk, verdict: Verdict) -> None:
        if self._neither(governor):
            verdict.add("claimed", "neither confirmed nor denied")
        elif not governor.negated:
            verdict.add("no", f"'{governor.low}'")

    def _that(self, i: int) -> int:
        """The 'that' which opens the clause of the verb at ``i``, or -1."""
        chunks = self._c.chunks
        for k in range(i - 1, 0, -1):
            if chunks[k].kind in "SL" and chunks[k].low == "that":
                return k
            if chunks[k].kind in "SLWU" or (chunks[k].kind == "vg" and chunks[k].form == "fin"):
                return -1
        return -1

    def _of_noun_before(self, that: int, verdict: Verdict) -> None:
        """'Little sign that', 'rumours that ... proved false'."""
        before = self._c.chunks[that - 1]
        near = [t.low for t in self._tokens[max(0, before.first - 4) : before.first]]
        if "truth" in near and "no" in near:
            verdict.add("no", "'no truth in'")
        label = of_sign(before, self._tokens) if before.kind == "np" else ""
        if label:
            verdict.add(label, f"'{before.low} that'")
        if story_untrue(self._c, that):
            verdict.add("no", "the story is called untrue")

    def _supposed(self, gov: int) -> bool:
        """'Nothing suggests that', 'nobody claims that'; 'suppose that'."""
        governor, subject = self._c.chunks[gov], self._c.subject(gov)
        if governor.first == 0 and governor.lemma in ("suppose", "imagine", "assume"):
            return True
        if subject is None or self._tokens[subject.first].low not in ("nobody", "nothing"):
            return False
        return governor.lemma not in DENYING | {"doubt", "dispute", "question", "forget"}

    def _neither(self, governor: Chunk) -> bool:
        """'Has neither confirmed nor denied that'."""
        before = self._tokens[max(0, governor.first - 4) : governor.last + 1]
        return any(t.low in ("nor", "neither") for t in before)

    def _nobody(self, gov: int) -> bool:
        subject = self._c.subject(gov)
        few = subject is not None and self._tokens[subject.first].low in ("nobody", "few", "none")
        return few or self._c.chunks[gov].negated

    def _untrue(self, governor: Chunk, verdict: Verdict) -> None:
        """'It is not true that', 'it is false that'."""
        said = {self._tokens[k].low for k in range(governor.first, governor.last + 4)[:8]
                if k < len(self._tokens)}  # fmt: skip
        if (governor.negated and said & {"true", "correct", "case", "so", "fact"}) or (
            said & {"false", "untrue", "lie", "myth", "nonsense"}
        ):
            verdict.add("no", "'it is not true'")

    def _clause_governor(self, i: int) -> int:
        chunks = self._c.chunks
        k = i - 1
        while k >= 0:
            chunk = chunks[k]
            if chunk.kind == "S":
                if chunk.low not in ("that", "whether", "if"):
                    return -1
                j = k - 1
                while j >= 0 and (chunks[j].kind in ("np", "P", "J", "Q") or chunks[j].low == "as"):
                    j -= 1
                return j if j >= 0 and chunks[j].kind == "vg" else -1
            if chunk.kind == "vg":
                return (
                    k
                    if chunk.form in ("fin", "inf", "ing")
                    and chunk.lemma in self._c.lexicon.sayings
                    and self._bare_clause(k, i)
                    else -1
                )
            if chunk.kind in "LWUQ":
                return -1
            k -= 1
        return -1

    def _bare_clause(self, k: int, i: int) -> bool:
        return (
            all(self._c.chunks[m].kind in ("np", "P", "J") for m in range(k + 1, i)) and i > k + 1
        )
