"""What the verb above a that-clause does to it: threats and promises, wishes, denials."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses

RANK = {"no": 4, "possible": 3, "planned": 2, "claimed": 1, "yes": 0}
# Verbs whose clause, or whose claim or report that ..., did not happen for the speaker.
DENYING = frozenset(["deny", "refute", "reject", "dismiss", "rebut", "disavow"])
# 'Is expected to', 'is scheduled to' announce what is to come.
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
        gov = self._clause_governor(i)
        if gov < 0:
            return
        governor = self._c.chunks[gov]
        kind = self.operator(gov, with_object=False)
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
        elif governor.lemma in (
            "hope",
            "fear",
            "wish",
            "want",
            "expect",
            "doubt",
            "dream",
            "worry",
        ):
            verdict.add("possible", f"'{governor.low}'")
        elif governor.lemma in ("mean", "imply", "follow", "prove") and governor.negated:
            verdict.add("no", f"negated '{governor.low}'")
        elif governor.lemma in DENYING and not governor.negated:
            verdict.add("no", f"'{governor.low}'")
        elif governor.lemma == "be":
            self._untrue(governor, verdict)

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
                while j >= 0 and chunks[j].kind in ("np", "P", "J", "Q"):
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
