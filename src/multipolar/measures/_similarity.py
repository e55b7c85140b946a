"""Similarity of two portfolios of discrete ties: votes, alliances, memberships."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from multipolar.core.errors import BadOption, UnknownName
from multipolar.measures._kernels.scores import METRICS, Tables

ALIASES = {"s_w": "s", "affinity": "s", "a_idx": "a", "lijphart": "agree"}


def similarity(
    x: Iterable[Any],
    y: Iterable[Any],
    *,
    metric: str,
    levels: Sequence[Hashable],
    weights: Iterable[float] | None = None,
) -> float | None:
    """Similarity of two series of discrete codes.

    Parameters
    ----------
    x, y : sequences of equal length
        Codes of the two states, one per tie or roll call. ``None`` and NaN are missing: the pair
        is dropped and the weights of the others are renormalised.
    metric : str
        ``agree`` (Lijphart 1963), ``s`` and ``s_squared`` (Signorino and Ritter 1999),
        ``kappa_nominal|_linear|_quadratic`` (Cohen 1960, 1968), ``pi_nominal|_linear|_quadratic``
        (Scott 1955), ``a`` (Benati and Capurri 2026), ``taub`` (Kendall 1938), ``cosine``.
        ``s_w`` and ``affinity`` are read as ``s``, ``a_idx`` as ``a``, ``lijphart`` as ``agree``.
    levels : sequence
        Every level the codes may take, whether it occurs or not. Numbers lie where their values
        put them; other codes are spaced evenly in the order given.
    weights : sequence of float, optional
        Weight of each pair, none negative; only their ratios matter.

    Returns
    -------
    float or None
        ``agree`` in [0, 1]: 0 always at opposite ends, 1 always alike. ``s``, ``s_squared``,
        ``a``, ``taub`` and ``cosine`` in [-1, 1] (``a`` in [-2, 2] in theory), ``kappa_*`` and
        ``pi_*`` in (-inf, 1], with 0 what chance would give (for ``s``: the middle of the scale).
        None where no pair is left, where ``kappa``, ``pi`` or ``taub`` meet constant margins, and
        where ``cosine`` meets a series wholly in the middle.

    Raises
    ------
    UnknownName
        No such metric.
    BadOption
        Unequal lengths, a code outside ``levels``, fewer than two levels, a bad weight.

    Notes
    -----
    It measures likeness of what was shown, not of interests, and ``taub`` not even likeness but
    association. ``s = 2 * agree - 1``: the two are never independent evidence.

    Examples
    --------
    >>> similarity([1, 1, 2, 3], [1, 2, 2, 1], metric="agree", levels=[1, 2, 3])
    0.625
    >>> similarity([1, 1], [1, 1], metric="kappa_linear", levels=[1, 2, 3]) is None
    True
    """
    name = ALIASES.get(metric, metric)
    if name not in METRICS:
        raise UnknownName.among("metric", metric, [*METRICS, *ALIASES])
    positions, index = _positions(levels)
    first, second = _level_indices(x, index, "x"), _level_indices(y, index, "y")
    if len(first) != len(second):
        raise BadOption(f"x has {len(first)} codes and y has {len(second)}; expected as many")
    weight = _weights(weights, len(first))
    k = len(positions)
    both = (first >= 0) & (second >= 0)
    cell = first[both] * k + second[both]
    table = np.asarray(np.bincount(cell, weights=weight[both], minlength=k * k), dtype=np.float64)
    value = float(Tables(table[:, None], positions).score(name)[0])
    return None if math.isnan(value) else value


def _positions(levels: Sequence[Hashable]) -> tuple[np.ndarray, dict[Hashable, int]]:
    listed = list(levels)
    if len(set(listed)) != len(listed):
        raise BadOption(f"levels lists one twice: {listed}")
    if len(listed) < 2:
        raise BadOption(f"levels is {listed}; expected at least two, used or not")
    if all(isinstance(level, Real) for level in listed):
        listed = sorted(listed, key=float)  # type: ignore[arg-type]
        positions = np.asarray([float(level) for level in listed])  # type: ignore[arg-type]
        if not np.isfinite(positions).all():
            raise BadOption(f"levels holds a number that is not finite: {listed}")
    else:
        positions = np.arange(len(listed), dtype=np.float64)
    return positions, {level: i for i, level in enumerate(listed)}


def _level_indices(codes: Iterable[Any], index: dict[Hashable, int], name: str) -> np.ndarray:
    out = []
    for row, code in enumerate(codes):
        if code is None or code != code:  # noqa: PLR0124 - NaN is the value unequal to itself
            out.append(-1)
        elif code in index:
            out.append(index[code])
        else:
            allowed = ", ".join(map(str, index))
            raise BadOption(
                f"{name}[{row}] is {code!r}; expected one of the levels {allowed}",
                hint="give every level in `levels`; write missing codes as None",
            )
    return np.asarray(out, dtype=np.int64)


def _weights(weights: Iterable[float] | None, size: int) -> np.ndarray:
    if weights is None:
        return np.ones(size)
    given = np.asarray(list(weights), dtype=np.float64)
    if len(given) != size:
        raise BadOption(f"weights has {len(given)} values for {size} pairs")
    bad = np.flatnonzero(~np.isfinite(given) | (given < 0))
    if len(bad):
        raise BadOption(
            f"weights[{bad[0]}] is {given[bad[0]]}; expected a number that is not negative"
        )
    return given
