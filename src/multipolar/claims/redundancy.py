"""Options that say the same twice: found in the results by an exact increasing affine map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from multipolar.claims.importance import option_pairs, same_up_to_affine
from multipolar.claims.listing import Redundant, position_of
from multipolar.claims.space import Floats, Mask, Plan, Results, flat_index
from multipolar.core.choices import Choice


def find_redundant(listed: Plan, results: Results, invariant: str) -> list[Redundant]:
    """Pairs of options whose estimates and outcomes are the same throughout, up to a map.

    Two options of one choice are alike when, over all pairs of specifications that differ in
    nothing else, ``y = a * x + b`` holds exactly with one ``a > 0`` and one ``b``, and all outcomes
    agree. ``invariant`` is the rule's: under ``scale`` alike options with ``b = 0`` are marked
    ``dropped``, under ``affine`` all of them, otherwise they are reported and nothing is dropped.
    A choice whose options are all *equal* (``a = 1``, ``b = 0``) makes no difference here; it is
    reported and kept, since no share depends on it.
    """
    found: list[Redundant] = []
    for j, choice in enumerate(listed.choices):
        if choice.kind != "N" and len(choice.options) > 1:
            found += _alike(listed, results, j, invariant)
    return found


def kept_rows(listed: Plan, redundant: Sequence[Redundant]) -> Mask:
    """Rows of the plan that use no dropped option."""
    kept = np.ones(listed.n, dtype=np.bool_)
    for item in redundant:
        if item.dropped:
            j = [c.name for c in listed.choices].index(item.choice)
            kept &= listed.codes[:, j] != position_of(listed.choices[j], item.option)
    return kept


def without_options(listed: Plan, gone: Mapping[str, Sequence[Any]]) -> Plan:
    """Return the plan without some options of its choices and the rows that use them."""
    kept = np.ones(listed.n, dtype=np.bool_)
    codes = listed.codes.copy()
    choices = []
    for j, choice in enumerate(listed.choices):
        out = [position_of(choice, o) for o in gone.get(choice.name, ())]
        stays = [i for i in range(len(choice.options)) if i not in out]
        kept &= ~np.isin(listed.codes[:, j], out)
        moved = np.full(len(choice.options), -1, dtype=np.int32)
        moved[stays] = np.arange(len(stays))
        codes[:, j] = moved[codes[:, j]]
        choices.append(choice.restricted([choice.options[i] for i in stays]) if out else choice)
    rows = np.flatnonzero(kept)
    return replace(
        listed,
        choices=tuple(choices),
        codes=codes[rows],
        default_row=int(np.searchsorted(rows, listed.default_row)),
        in_sample=None if listed.in_sample is None else listed.in_sample[rows],
    )


def _alike(listed: Plan, results: Results, j: int, invariant: str) -> list[Redundant]:
    choice = listed.choices[j]
    estimate, outcome = _side_by_side(listed, results, j)
    order = _default_first(choice)
    taken: set[int] = set()
    maps: list[tuple[int, int, float, float]] = []
    for a, b in option_pairs(len(order)):
        kept, option = order[a], order[b]
        if kept in taken or option in taken:
            continue
        if not np.array_equal(outcome[:, kept], outcome[:, option], equal_nan=True):
            continue
        affine = same_up_to_affine(estimate[:, kept], estimate[:, option])
        if affine is not None and not _mere_shift(*affine):
            taken.add(option)
            maps.append((kept, option, *affine))
    idle = len(maps) == len(order) - 1 and all(abs(m[2] - 1) < 1e-9 and m[3] == 0 for m in maps)
    return [_entry(choice, m, invariant, idle=idle) for m in maps]


def _mere_shift(slope: float, shift: float) -> bool:
    """One option adding a constant to the other is an effect, not a second way to say it."""
    return shift != 0 and abs(slope - 1) < 1e-9


def _entry(
    choice: Choice, found: tuple[int, int, float, float], invariant: str, *, idle: bool
) -> Redundant:
    kept, option, slope, shift = found
    drop = not idle and (invariant == "affine" or (invariant == "scale" and shift == 0))
    if idle:
        why = "no option of this choice changes any estimate"
    elif abs(slope - 1) < 1e-9:
        why = "every estimate is the same"
    else:
        why = f"every estimate is {slope:.6g} times the other's" + (
            f" {shift:+.6g}" if shift else ""
        )
    return Redundant(
        choice.name, choice.options[option], choice.options[kept], why, "detected", drop
    )


def _side_by_side(listed: Plan, results: Results, j: int) -> tuple[Floats, Floats]:
    """Estimates and outcomes by option: one row per assignment of all other choices."""
    others = [i for i in range(len(listed.choices)) if i != j]
    flat = flat_index(listed.codes[:, others], [len(listed.choices[i].options) for i in others])
    _, group = np.unique(flat, return_inverse=True)
    group = group.reshape(-1)
    shape = (int(group.max()) + 1, len(listed.choices[j].options))
    estimate, outcome = np.full(shape, np.nan), np.full(shape, np.nan)
    estimate[group, listed.codes[:, j]] = results.estimate
    outcome[group, listed.codes[:, j]] = results.outcome
    return estimate, outcome


def _default_first(choice: Choice) -> list[int]:
    first = position_of(choice, choice.default)
    return [first, *(i for i in range(len(choice.options)) if i != first)]
