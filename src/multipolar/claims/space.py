"""The space of specifications: listed, counted and hashed before anything is computed.

Inside the engine a specification is a row of integers, one per choice: the position of its option
in the choice's list. Everything that counts pairs or searches neighbours works on that table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from multipolar.claims.listing import (
    Codes,
    Equivalence,
    Excluded,
    Redundant,
    allowed_codes,
    check_names,
    position_of,
    without_equivalent,
)
from multipolar.claims.sampling import EXACT_DISTANCE, draw_rows, near_rows
from multipolar.core.choices import Choice, Constraint, as_choices, canonical_hash

OUTCOMES = ("supports", "contradicts", "inconclusive", "not_computable")
SUPPORTS, CONTRADICTS, INCONCLUSIVE, NOT_COMPUTABLE = range(4)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
ChoicesGiven = Mapping[str, Sequence[Any] | Choice] | Sequence[Choice]


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """The specifications that will be computed, before any of them is.

    Attributes
    ----------
    choices : tuple of Choice
        Without the options that were declared equivalent to another.
    codes : int array of shape (n, n_choices)
        One row per specification, in the order of the choices' options.
    default_row : int
        Row of the default specification.
    in_sample : bool array of shape (n,) or None
        None when every specification is listed. Otherwise True for rows drawn with equal
        probability; the other rows are near the default and serve the flips alone.
    n_allowed : int
        Number of specifications no constraint forbids, listed or not.
    excluded, redundant, notes
        What was left out, and what a reader has to be told.

    Examples
    --------
    >>> listed = plan({"metric": ["agree", "kappa"], "window": [1, 3, 5]})
    >>> listed.n, listed.panel_keys
    (6, ('all',))
    """

    choices: tuple[Choice, ...]
    codes: Codes
    default_row: int
    n_allowed: int
    in_sample: Mask | None = None
    excluded: tuple[Excluded, ...] = ()
    redundant: tuple[Redundant, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of specifications to compute."""
        return len(self.codes)

    def options(self, row: int) -> dict[str, Any]:
        """Options of one specification."""
        return {c.name: c.options[i] for c, i in zip(self.choices, self.codes[row], strict=True)}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Identifier of each specification, as :attr:`Specification.id` gives it.

        Each option is turned into JSON once, not once per specification.
        """
        order = sorted(range(len(self.choices)), key=lambda j: self.choices[j].name)
        parts = [[_json_entry(c.name, o) for o in c.options] for c in self.choices]
        texts = (",".join(parts[j][row[j]] for j in order) for row in self.codes.tolist())
        return tuple(hashlib.sha256(f"{{{t}}}".encode()).hexdigest()[:16] for t in texts)

    @cached_property
    def hash(self) -> str:
        """sha256 over the specifications, their default and the kinds of the choices.

        The order in which choices or options are written does not change it.
        """
        return canonical_hash(
            {
                "default": self.ids[self.default_row],
                "kinds": {c.name: c.kind for c in self.choices},
                "specifications": sorted(self.ids),
            }
        )

    @cached_property
    def panel_of(self) -> Ints:
        """Index of each row's panel in :attr:`panel_keys`, shape (n,)."""
        return self._panels[0]

    @property
    def panel_keys(self) -> tuple[str, ...]:
        """Keys of the panels: one for each combination of options of the N choices."""
        return self._panels[1]

    @cached_property
    def _panels(self) -> tuple[Ints, tuple[str, ...]]:
        asked = [j for j, c in enumerate(self.choices) if c.kind == "N"]
        if not asked:
            return np.zeros(self.n, dtype=np.int64), ("all",)
        flat = flat_index(self.codes[:, asked], [len(self.choices[j].options) for j in asked])
        _, first, inverse = np.unique(flat, return_index=True, return_inverse=True)
        keys = tuple(
            ", ".join(
                f"{self.choices[j].name}={self.choices[j].options[self.codes[row, j]]}"
                for j in asked
            )
            for row in first
        )
        return inverse.reshape(-1).astype(np.int64), keys

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row per specification: ``spec``, ``panel``, its options, ``is_default``."""
        panels = pl.Series("panel", self.panel_keys).gather(self.panel_of)
        columns = [pl.Series("spec", self.ids), panels, *option_columns(self.choices, self.codes)]
        default = np.arange(self.n) == self.default_row
        return pl.DataFrame([*columns, pl.Series("is_default", default)])

    def to_dict(self) -> dict[str, Any]:
        """Counts, hash and what was left out, as plain values."""
        counts = np.bincount(self.panel_of, minlength=len(self.panel_keys))
        return {
            "hash": self.hash,
            "n_specifications": self.n,
            "n_allowed": self.n_allowed,
            "default": self.options(self.default_row),
            "choices": [choice_dict(c) for c in self.choices],
            "panels": [
                {"key": k, "n": int(n)} for k, n in zip(self.panel_keys, counts, strict=True)
            ],
            "excluded": [{"n": e.n, "why": e.why} for e in self.excluded],
            "redundant": [r.to_dict() for r in self.redundant],
            "notes": list(self.notes),
        }


def plan(
    choices: ChoicesGiven,
    constraints: Sequence[Constraint] = (),
    *,
    default: Mapping[str, Any] | None = None,
    equivalent: Sequence[Equivalence | tuple[Any, ...]] = (),
    sample: int | None = None,
    seed: int = 1945,
) -> Plan:
    """List every specification no constraint forbids.

    Parameters
    ----------
    choices : mapping or sequence of Choice
        ``{name: [options]}``; the first option is the default unless ``default`` says otherwise.
    constraints : sequence of Constraint
        Each leaves out the combinations it does not allow; a combination is counted under the
        first constraint that forbids it.
    default : mapping, optional
        Default option of any of the choices. If a constraint forbids the default specification,
        the nearest allowed one takes its place and ``notes`` says so.
    equivalent : sequence of Equivalence or (choice, option, equivalent_to[, why])
        Options to leave out because another says the same.
    sample : int, optional
        With more specifications than this, list those within three changes of the default (of
        each panel's default too) and about this many more, drawn with equal probability.
    seed : int
        Seed of that draw.

    Returns
    -------
    Plan
        One row per specification. It says nothing about results.

    Raises
    ------
    BadOption, UnknownName
        An option or choice that does not exist, a reserved name, more than two million
        combinations, or constraints that forbid everything.

    Examples
    --------
    >>> both = Constraint(allows=lambda o: o["a"] + o["b"] < 2, why="never together")
    >>> listed = plan({"a": [0, 1], "b": [0, 1]}, [both])
    >>> listed.n, listed.excluded
    (3, (Excluded(n=1, why='never together'),))
    """
    typed, redundant = without_equivalent(as_choices(choices, default), equivalent)
    check_names(typed)
    codes, excluded = allowed_codes(typed, constraints)
    row, notes = _default_row(typed, codes)
    whole = Plan(
        choices=typed,
        codes=codes,
        default_row=row,
        n_allowed=len(codes),
        excluded=excluded,
        redundant=redundant,
        notes=notes,
    )
    return whole if sample is None or whole.n <= sample else _sampled(whole, sample, seed)


def _json_entry(name: str, option: Any) -> str:
    """One entry of the canonical JSON that :func:`canonical_hash` reads."""
    text = json.dumps({name: option}, separators=(",", ":"), ensure_ascii=False, default=str)
    return text[1:-1]


def flat_index(codes: Codes, sizes: Sequence[int]) -> Ints:
    """Mixed-radix number of each row of ``codes``, shape (n,); equal rows, equal numbers."""
    flat = np.zeros(len(codes), dtype=np.int64)
    for j, size in enumerate(sizes):
        flat = flat * size + codes[:, j]
    return flat


def option_columns(choices: Sequence[Choice], codes: Codes) -> list[pl.Series]:
    """One polars column per choice, in the options' own type or, where mixed, as text."""
    return [
        pl.Series(c.name, written(c), strict=True).gather(codes[:, j])
        for j, c in enumerate(choices)
    ]


def written(choice: Choice) -> list[Any]:
    """Options as they stand in a column: unchanged where they share a type, else as text."""
    kinds = {type(o) for o in choice.options if o is not None}
    if len(kinds) <= 1 and kinds <= {str, int, float, bool}:
        return list(choice.options)
    texts = [str(o) for o in choice.options]
    return texts if len(set(texts)) == len(texts) else [repr(o) for o in choice.options]


def choice_dict(choice: Choice) -> dict[str, Any]:
    """Plain values of a choice."""
    return {
        "name": choice.name,
        "kind": choice.kind,
        "options": list(choice.options),
        "default": choice.default,
        "why": choice.why,
        "labels": {str(k): v for k, v in choice.labels.items()},
        "under": {k: list(v) for k, v in choice.under.items()},
    }


def nearest_row(
    choices: Sequence[Choice], codes: Codes, wanted: Codes, rows: npt.NDArray[np.intp]
) -> int:
    """Row among ``rows`` that differs from ``wanted`` in the fewest choices.

    Of several, the one whose options come first in the alphabet, so that the order in which
    choices and options are written has no say.
    """
    distance = (codes[rows] != wanted).sum(axis=1)
    tied = rows[distance == distance.min()]
    if len(tied) == 1:
        return int(tied[0])
    order = sorted(range(len(choices)), key=lambda j: choices[j].name)
    return int(min(tied, key=lambda r: [str(choices[j].options[codes[r, j]]) for j in order]))


def default_codes(choices: Sequence[Choice]) -> Codes:
    """Position of each choice's default option, shape (n_choices,)."""
    return np.array([position_of(c, c.default) for c in choices], dtype=np.int32)


def _default_row(choices: tuple[Choice, ...], codes: Codes) -> tuple[int, tuple[str, ...]]:
    wanted = default_codes(choices)
    row = nearest_row(choices, codes, wanted, np.arange(len(codes)))
    moved = [
        f"{c.name} = {c.options[codes[row, j]]} instead of {c.default}"
        for j, c in enumerate(choices)
        if codes[row, j] != wanted[j]
    ]
    if not moved:
        return row, ()
    note = f"A constraint forbids the default specification; nearest one: {', '.join(moved)}."
    return row, (note,)


def panel_default_rows(listed: Plan) -> list[int]:
    """Row of each panel's default: the choices' defaults under the panel's own question.

    Where a constraint forbids that one, the nearest specification of the panel.
    """
    wanted = default_codes(listed.choices)
    asked = [j for j, c in enumerate(listed.choices) if c.kind == "N"]
    rows = []
    for panel in range(len(listed.panel_keys)):
        members = np.flatnonzero(listed.panel_of == panel)
        if listed.panel_of[listed.default_row] == panel:
            rows.append(listed.default_row)
            continue
        target = wanted.copy()
        target[asked] = listed.codes[members[0], asked]
        rows.append(nearest_row(listed.choices, listed.codes, target, members))
    return rows


def _sampled(whole: Plan, sample: int, seed: int) -> Plan:
    """Equal-probability draw within each panel, plus the neighbourhood of the defaults."""
    starts = panel_default_rows(whole)
    drawn = draw_rows(whole.codes, whole.panel_of, sample, seed)
    kept = np.flatnonzero(drawn | near_rows(whole.codes, [*starts, whole.default_row]))
    note = (
        f"{int(drawn.sum()):,} of {whole.n:,} specifications were drawn at random, the same share "
        f"in each panel (seed {seed}); shares describe those. All specifications within "
        f"{EXACT_DISTANCE} changes of a default were computed, so flips up to there are exact."
    )
    return replace(
        whole,
        codes=whole.codes[kept],
        default_row=int(np.searchsorted(kept, whole.default_row)),
        in_sample=drawn[kept],
        notes=(*whole.notes, note),
    )


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Results:
    """What was found for each row of a plan; arrays of shape (n,).

    ``outcome`` holds positions in :data:`OUTCOMES`; missing numbers are NaN.
    """

    estimate: Floats
    outcome: Ints
    lower: Floats
    upper: Floats
    n_obs: Floats
    percentile: Floats
    reason: Sequence[str] = field(default_factory=tuple)

    def rows(self, kept: npt.NDArray[np.intp]) -> Results:
        """Return the same for some rows only."""
        return Results(
            estimate=self.estimate[kept],
            outcome=self.outcome[kept],
            lower=self.lower[kept],
            upper=self.upper[kept],
            n_obs=self.n_obs[kept],
            percentile=self.percentile[kept],
            reason=[self.reason[i] for i in kept],
        )
