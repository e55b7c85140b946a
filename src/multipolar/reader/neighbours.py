"""Parties that one clause of a sentence leaves to another: 'gave Kyiv tents and promised more'."""

from __future__ import annotations

from dataclasses import dataclass, replace

from multipolar.reader.actors import Resolver
from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.noun_frames import Match
from multipolar.reader.roles import union


@dataclass(slots=True)
class Told:
    """What one chunk of the sentence tells of: its place, and the frame with its parties."""

    place: int
    match: Match


class Neighbours:
    """Looks for missing parties in what the same sentence tells besides."""

    def __init__(self, clauses: Clauses, resolver: Resolver) -> None:
        self._c = clauses
        self._resolver = resolver

    def same_again(self, told: list[Told], last: Match | None) -> list[Told]:
        """'Moscow did the same', 'Niger followed suit', 'So did Iran': the act told before."""
        out = []
        taken = {one.place for one in told}
        for i, chunk in enumerate(self._c.chunks):
            if chunk.kind != "vg" or i in taken or not self._stands_for_act(i):
                continue
            before = next((t.match for t in reversed(told) if t.place < i), last)
            subject = self._after(i) or self._c.subject(i)
            actors = self._resolver.codes(subject)
            if before is None or not actors or set(actors) <= set(before.actors):
                continue
            to = self._c.arguments(i).preps.get("to", [])
            found = union(self._resolver.codes(c) for c in to) or before.recipients
            if found and set(found) <= set(actors):
                found = before.actors  # who was treated so repays it
            again = replace(
                before, actors=actors, recipients=tuple(c for c in found if c not in actors)
            )
            last_token = min(chunk.last + 1, len(self._c.tokens) - 2)
            again.first, again.last, again.at, again.nouns = chunk.head, last_token, chunk.head, []
            out.append(Told(i, again))
        return out

    def _after(self, i: int) -> Chunk | None:
        """'So did Iran': who stands behind the verb."""
        chunks = self._c.chunks
        opener = self._c.tokens[chunks[i].first].low
        inverted = opener in TOO or (i > 0 and chunks[i - 1].low in TOO)
        follows = i + 1 < len(chunks) and chunks[i + 1].kind == "np"
        return chunks[i + 1] if inverted and follows else None

    def _stands_for_act(self, i: int) -> bool:
        vg = self._c.chunks[i]
        objects = self._c.arguments(i).objects
        if vg.lemma == "follow":
            return bool(objects) and objects[0].low == "suit"
        if vg.lemma != "do" or vg.form not in ("fin", "inf") or vg.low == "doing":
            return False
        after = [t.low for t in self._c.tokens[vg.last + 1 : vg.last + 3]]
        so = after[:1] in (["so"], ["likewise"]) or after == ["the", "same"]
        return so or self._after(i) is not None

    def complete(self, told: list[Told]) -> None:
        """Fill in who a promise, threat or demand is meant for, where the sentence says so."""
        for n, one in enumerate(told):
            match = one.match
            if match.recipients or not match.actors or match.type not in ADDRESSED:
                continue
            found = self._unless(one) if match.type == "THREATEN" else ()
            if not found and match.type != "THREATEN":
                found = self._asked_by(match, told[:n])
            if not found and match.type == "AGREE":
                found = self._spoken_of(match, told[:n])
            match.recipients = tuple(c for c in found if c not in match.actors)

    def _unless(self, one: Told) -> tuple[str, ...]:
        """'Threatened to cut off the gas unless Moldova paid': who is to do what is asked."""
        chunks = self._c.chunks
        opened = chunks[0].kind == "S"  # 'Unless Serbia joins, Brussels warned, its'
        for k in range(0 if opened else one.place + 1, len(chunks)):
            if chunks[k].kind == "S" and chunks[k].low in ("unless", "if"):
                verb = next((m for m in range(k, len(chunks)) if chunks[m].kind == "vg"), -1)
                return self._resolver.codes(self._c.subject(verb)) if verb >= 0 else ()
            if chunks[k].kind == "U" or chunks[k].kind == "L":
                return ()
        return ()

    def _asked_by(self, match: Match, before: list[Told]) -> tuple[str, ...]:
        """'Male asked Delhi to leave, and Delhi complied': who asked for it."""
        for other in reversed(before):
            if other.match.type == "REQUEST" and set(match.actors) & set(other.match.recipients):
                return other.match.actors
        return ()

    def _spoken_of(self, match: Match, before: list[Told]) -> tuple[str, ...]:
        """'Flew to Kyiv, where he promised help': whom the same party dealt with just before."""
        for other in reversed(before):
            same = other.match.actors == match.actors
            if same and other.match.recipients and other.match.type in FRIENDLY:
                return other.match.recipients
        return ()


TOO = frozenset(["so", "neither", "nor"])
ADDRESSED = frozenset(["AGREE", "THREATEN", "REJECT", "CONCEDE"])
FRIENDLY = frozenset(["CONSULT", "SUPPORT", "AID", "AGREE", "COOPERATE"])
