"""The fewest changes from a default specification that reverse its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from multipolar.claims.listing import Codes
from multipolar.claims.space import CONTRADICTS, OUTCOMES, SUPPORTS, Ints, Mask
from multipolar.core.choices import Choice

NAMED = 5
_DEFAULT_WORDS = {
    "supports": "supports the claim",
    "contradicts": "contradicts the claim",
    "inconclusive": "is inconclusive",
    "not_computable": "cannot be computed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One specification of the nearest that reverse the verdict: what is changed, to what."""

    changes: dict[str, tuple[Any, Any]]
    outcome: str
    spec: str
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        changes = {name: list(pair) for name, pair in self.changes.items()}
        return {
            "changes": changes,
            "outcome": self.outcome,
            "spec": self.spec,
            "words": self.words,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestFlip:
    """All specifications at the smallest distance that reverse the default's verdict.

    ``exact`` is False only where specifications were sampled and the distance is beyond three
    changes: a shorter way may then exist among those not computed.
    """

    size: int
    outcome_from: str
    outcome_to: str
    flips: tuple[Flip, ...]
    sentence: str
    exact: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "size": self.size,
            "outcome_from": self.outcome_from,
            "outcome_to": self.outcome_to,
            "flips": [f.to_dict() for f in self.flips],
            "sentence": self.sentence,
            "exact": self.exact,
        }


def reversing(outcome: Ints, start: int) -> Mask:
    """Rows whose outcome reverses that of row ``start``.

    Supports and contradicts reverse each other; an inconclusive or not computable start is
    reversed by any conclusive outcome.
    """
    if outcome[start] == SUPPORTS:
        return outcome == CONTRADICTS
    if outcome[start] == CONTRADICTS:
        return outcome == SUPPORTS
    return (outcome == SUPPORTS) | (outcome == CONTRADICTS)


def find_nearest(codes: Codes, start: int, wanted: Mask) -> npt.NDArray[np.intp]:
    """Rows of ``wanted`` that differ from row ``start`` in the fewest choices; may be empty.

    Every computed specification is looked at, which is exact at any distance when all are there.
    """
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return rows
    distance = (codes[rows] != codes[start]).sum(axis=1)
    nearest: npt.NDArray[np.intp] = rows[distance == distance.min()]
    return nearest


def changed_sets(
    choices: Sequence[Choice], codes: Codes, start: int, rows: npt.NDArray[np.intp]
) -> list[frozenset[str]]:
    """Distinct sets of choices in which the rows differ from row ``start``, in name order."""
    if not len(rows):
        return []
    patterns = np.unique(codes[rows] != codes[start], axis=0)
    sets = [frozenset(choices[j].name for j in np.flatnonzero(p).tolist()) for p in patterns]
    return sorted(sets, key=sorted)


def describe_nearest(
    choices: Sequence[Choice],
    codes: Codes,
    outcome: Ints,
    ids: Sequence[str],
    start: int,
    rows: npt.NDArray[np.intp],
    *,
    exact: bool = True,
) -> NearestFlip | None:
    """Put the nearest reversing rows into words; None where there are none."""
    if not len(rows):
        return None
    flips = [_flip(choices, codes, outcome, ids, start, int(row)) for row in rows]
    flips.sort(key=lambda f: (f.outcome, sorted(f.changes), f.words, f.spec))
    size = len(flips[0].changes)
    before = OUTCOMES[outcome[start]]
    after = sorted({f.outcome for f in flips}, key=OUTCOMES.index)
    return NearestFlip(
        size=size,
        outcome_from=before,
        outcome_to=" or ".join(after),
        flips=tuple(flips),
        sentence=_sentence(before, after, size, [f.words for f in flips]),
        exact=exact,
    )


def no_flip_sentence(outcome: str, n: int, *, whole: bool) -> str:
    """What to say where no specification reverses the default's verdict."""
    seen = f"the {n:,} specifications" if whole else f"the {n:,} specifications computed"
    verb = "reverses it" if outcome in ("supports", "contradicts") else "is conclusive"
    return f"The default specification {_DEFAULT_WORDS[outcome]}; none of {seen} {verb}."


def _flip(
    choices: Sequence[Choice], codes: Codes, outcome: Ints, ids: Sequence[str], start: int, row: int
) -> Flip:
    changed = np.flatnonzero(codes[row] != codes[start]).tolist()
    pairs = {
        choices[j].name: (choices[j].options[codes[start, j]], choices[j].options[codes[row, j]])
        for j in changed
    }
    words = [choices[j].words(choices[j].options[codes[row, j]]) for j in changed]
    return Flip(
        changes=pairs, outcome=OUTCOMES[outcome[row]], spec=ids[row], words=" and ".join(words)
    )


def _sentence(before: str, after: Sequence[str], size: int, words: Sequence[str]) -> str:
    number = {1: "one change is", 2: "two changes together are", 3: "three changes together are"}
    count = number.get(size, f"{size} changes together are")
    if before in ("supports", "contradicts"):
        effect = "reverse it"
    else:
        effect = f"make it conclusive ({' or '.join(after)})"
    named = "; or ".join(words[:NAMED])
    rest = len(words) - NAMED
    more = f"; or {rest} other {'way' if rest == 1 else 'ways'}" if rest > 0 else ""
    start = f"The default specification {_DEFAULT_WORDS[before]}"
    return f"{start}; {count} enough to {effect}: {named}{more}."
