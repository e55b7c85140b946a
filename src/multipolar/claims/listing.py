"""From choices to the table of combinations: names, equivalents, conditions and constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import BadOption, UnknownName

RESERVED = ("spec", "panel", "estimate", "lower", "upper", "n_obs", "percentile", "outcome")
RESERVED_TAIL = ("reason", "is_default", "in_sample")
LARGEST_SPACE = 2_000_000

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Excluded:
    """``n`` specifications a constraint left out, and its reason."""

    n: int
    why: str


@dataclass(frozen=True, slots=True)
class Redundant:
    """An option that says the same as another one.

    ``dropped`` is False where both were kept and the likeness is only reported; ``found`` is
    ``declared`` (known beforehand) or ``detected`` (in the results).
    """

    choice: str
    option: Any
    kept: Any
    why: str
    found: str = "declared"
    dropped: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ``dropped`` naming the option that was left out or None."""
        return {
            "choice": self.choice,
            "dropped": self.option if self.dropped else None,
            "option": self.option,
            "kept": self.kept,
            "why": self.why,
            "found": self.found,
        }


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Declares that ``option`` of ``choice`` gives the same verdicts as ``equivalent_to``."""

    choice: str
    option: Any
    equivalent_to: Any
    why: str = "an increasing affine map of the other"


def position_of(choice: Choice, option: Any) -> int:
    """Position of an option, told apart by type as well as value."""
    kinds = [(type(o), o) for o in choice.options]
    return kinds.index((type(option), option))


def check_names(choices: Sequence[Choice]) -> None:
    """Refuse names the result needs, and choices that arise under a later one."""
    for choice in choices:
        if choice.name in RESERVED + RESERVED_TAIL:
            raise BadOption(
                f"a choice cannot be called {choice.name!r}: a column of the result has that name",
                hint="rename the choice",
            )
        names = [c.name for c in choices[: choices.index(choice)]]
        for earlier in choice.under:
            if earlier not in names:
                raise UnknownName.among(f"choice before {choice.name}", earlier, names)


def without_equivalent(
    choices: tuple[Choice, ...], equivalent: Sequence[Equivalence | tuple[Any, ...]]
) -> tuple[tuple[Choice, ...], tuple[Redundant, ...]]:
    """Take out options declared equivalent to another; of such a pair the default stays."""
    by_name = {c.name: c for c in choices}
    found = []
    for item in equivalent:
        same = item if isinstance(item, Equivalence) else Equivalence(*item)
        if same.choice not in by_name:
            raise UnknownName.among("choice", same.choice, by_name)
        choice = by_name[same.choice]
        dropped, kept = same.option, same.equivalent_to
        if dropped not in choice.options or kept not in choice.options:
            continue
        if dropped == choice.default:
            dropped, kept = kept, dropped
        by_name[choice.name] = choice.restricted([o for o in choice.options if o != dropped])
        found.append(Redundant(choice.name, dropped, kept, same.why))
    return tuple(by_name[c.name] for c in choices), tuple(found)


def _crossed(choices: tuple[Choice, ...]) -> Codes:
    """All combinations, a choice varying only where it arises; rows in the order of the options."""
    rows = np.zeros((1, 0), dtype=np.int32)
    names = [c.name for c in choices]
    for choice in choices:
        arises = np.ones(len(rows), dtype=np.bool_)
        for earlier, allowed in choice.under.items():
            j = names.index(earlier)
            places = [i for i, o in enumerate(choices[j].options) if o in allowed]
            arises &= np.isin(rows[:, j], places)
        counts = np.where(arises, len(choice.options), 1)
        total = int(counts.sum())
        if total > LARGEST_SPACE:
            raise BadOption(
                f"more than {LARGEST_SPACE:,} combinations of options",
                hint="drop options or split the claim",
            )
        first = np.repeat(np.cumsum(counts) - counts, counts)
        default = position_of(choice, choice.default)
        column = np.where(np.repeat(arises, counts), np.arange(total) - first, default)
        rows = np.column_stack([np.repeat(rows, counts, axis=0), column]).astype(np.int32)
    return rows


def allowed_codes(
    choices: tuple[Choice, ...], constraints: Sequence[Constraint]
) -> tuple[Codes, tuple[Excluded, ...]]:
    """Combinations no constraint forbids, and how many each one left out."""
    grid = _crossed(choices)
    if not constraints:
        return grid, ()
    names = [c.name for c in choices]
    every = (
        {n: c.options[i] for n, c, i in zip(names, choices, row, strict=True)}
        for row in grid.tolist()
    )
    stopped_by = np.array([_forbidden_by(options, constraints) for options in every])
    kept = grid[stopped_by < 0]
    if not len(kept):
        reasons = "; ".join(dict.fromkeys(c.why for c in constraints))
        raise BadOption(f"the constraints forbid every specification: {reasons}")
    counts = [int((stopped_by == i).sum()) for i in range(len(constraints))]
    excluded = (Excluded(n, c.why) for n, c in zip(counts, constraints, strict=True) if n)
    return np.ascontiguousarray(kept), tuple(excluded)


def _forbidden_by(options: dict[str, Any], constraints: Sequence[Constraint]) -> int:
    """Position of the first constraint that forbids the options, -1 where none does."""
    for number, constraint in enumerate(constraints):
        try:
            allowed = constraint.allows(options)
        except KeyError as error:
            name = str(error.args[0])
            if name in options:
                raise
            raise UnknownName.among(
                f"choice in the constraint {constraint.why!r}", name, options
            ) from None
        if not allowed:
            return number
    return -1
