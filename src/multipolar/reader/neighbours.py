"""Parties that one clause of a sentence leaves to another: 'gave Kyiv tents and promised more'."""

from __future__ import annotations

from dataclasses import dataclass

from multipolar.reader.actors import Resolver
from multipolar.reader.clauses import Clauses
from multipolar.reader.noun_frames import Match


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

    def complete(self, told: list[Told]) -> None:
        """Fill in who a promise, threat or demand is meant for, where the sentence says so."""
        for n, one in enumerate(told):
            match = one.match
            if match.recipients or not match.actors or match.type not in ADDRESSED:
                continue
            found = self._unless(one) if match.type == "THREATEN" else ()
            if not found and match.type == "AGREE":
                found = self._spoken_of(match, told[:n])
            match.recipients = tuple(c for c in found if c not in match.actors)

    def _unless(self, one: Told) -> tuple[str, ...]:
        """'Threatened to cut off the gas unless Moldova paid': who is to do what is asked."""
        chunks = self._c.chunks
        for k in range(one.place + 1, len(chunks)):
            if chunks[k].kind == "S" and chunks[k].low in ("unless", "if"):
                verb = next((m for m in range(k, len(chunks)) if chunks[m].kind == "vg"), -1)
                return self._resolver.codes(self._c.subject(verb)) if verb >= 0 else ()
            if chunks[k].kind == "U" or chunks[k].kind == "L":
                return ()
        return ()

    def _spoken_of(self, match: Match, before: list[Told]) -> tuple[str, ...]:
        """'Flew to Kyiv, where he promised help': whom the same party dealt with just before."""
        for other in reversed(before):
            same = other.match.actors == match.actors
            if same and other.match.recipients and other.match.type in FRIENDLY:
                return other.match.recipients
        return ()


ADDRESSED = frozenset(["AGREE", "THREATEN"])
FRIENDLY = frozenset(["CONSULT", "SUPPORT", "AID", "AGREE", "COOPERATE"])
