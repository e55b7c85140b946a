"""A readable answer to "under which choices does it hold": a small decision tree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from multipolar.claims.importance import entropy, outcome_table
from multipolar.claims.listing import Codes
from multipolar.claims.space import OUTCOMES, Ints
from multipolar.core.choices import Choice

MAX_DEPTH = 3
# Up to here every way of dividing the options in two is tried; beyond, one option against the rest.
ALL_DIVISIONS = 8
MIN_GAIN = 1e-9


def build_tree(
    choices: Sequence[Choice], codes: Codes, outcome: Ints, *, depth: int = MAX_DEPTH
) -> dict[str, Any]:
    """Decision tree that predicts the outcome from the choices, with counts.

    At each node the division of one choice's options in two that tells most about the outcome
    (information gain) is taken; ties go to the fewer options named, then to the alphabet.

    Returns
    -------
    dict
        ``n``, ``counts`` and ``shares`` of the four outcomes, ``outcome`` (the most frequent) and,
        unless it is a leaf, ``split`` with ``choice``, ``options`` (those of the first child) and
        ``others``, and the two ``children``. It describes these specifications and is no forecast.

    Examples
    --------
    >>> choices = (Choice(name="a", options=(0, 1)), Choice(name="b", options=(0, 1)))
    >>> codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int32)
    >>> tree = build_tree(choices, codes, np.array([0, 0, 1, 1]))
    >>> tree["split"], [child["outcome"] for child in tree["children"]]
    ({'choice': 'a', 'options': [0], 'others': [1]}, ['supports', 'contradicts'])
    """
    counts = np.bincount(outcome, minlength=len(OUTCOMES))
    node: dict[str, Any] = {
        "n": len(outcome),
        "counts": {name: int(n) for name, n in zip(OUTCOMES, counts, strict=True)},
        "shares": {
            name: float(n) / max(1, len(outcome)) for name, n in zip(OUTCOMES, counts, strict=True)
        },
        "outcome": OUTCOMES[int(counts.argmax())],
    }
    split = _best_split(choices, codes, outcome) if depth else None
    if split is None:
        return node
    j, chosen = split
    inside = np.isin(codes[:, j], chosen)
    present = np.unique(codes[:, j])
    node["split"] = {
        "choice": choices[j].name,
        "options": [choices[j].options[i] for i in chosen],
        "others": [choices[j].options[i] for i in present if i not in chosen],
    }
    node["children"] = [
        build_tree(choices, codes[part], outcome[part], depth=depth - 1)
        for part in (inside, ~inside)
    ]
    return node


def _best_split(
    choices: Sequence[Choice], codes: Codes, outcome: Ints
) -> tuple[int, tuple[int, ...]] | None:
    if len(np.unique(outcome)) < 2:
        return None
    best: tuple[float, int, str, list[str]] | None = None
    found = None
    for j, choice in enumerate(choices):
        table = outcome_table(codes[:, j], outcome)
        for gain, chosen in _divisions(table, choice):
            texts = [str(choice.options[i]) for i in chosen]
            key = (-round(gain, 12), len(chosen), choice.name, texts)
            if gain > MIN_GAIN and (best is None or key < best):
                best, found = key, (j, chosen)
    return found


def _divisions(table: Ints, choice: Choice) -> list[tuple[float, tuple[int, ...]]]:
    """Information gain, in bits, of each division of the options that occur."""
    present = sorted(
        np.flatnonzero(table.sum(axis=1)).tolist(), key=lambda i: str(choice.options[i])
    )
    if len(present) < 2:
        return []
    largest = len(present) // 2 if len(present) <= ALL_DIVISIONS else 1
    sets = [s for size in range(1, largest + 1) for s in combinations(present, size)]
    inside = np.zeros((len(sets), len(table)), dtype=np.int64)
    for row, chosen in enumerate(sets):
        inside[row, list(chosen)] = 1
    left = inside @ table
    whole = table.sum(axis=0)
    right = whole - left
    n = whole.sum()
    after = (left.sum(axis=1) * entropy(left) + right.sum(axis=1) * entropy(right)) / n
    gains = entropy(whole[None, :])[0] - after
    return [(float(g), s) for g, s in zip(gains, sets, strict=True)]
