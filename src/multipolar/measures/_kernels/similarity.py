"""Joint vote counts of all dyads at once, and every similarity score that follows from them.

Codes are 1 yes, 2 abstain, 3 no, 8 absent; any other code (9, 0) means the state was not a member.
All counts come from products of indicator matrices; a score is a function of one small table.

An abstention can count as (``treatment``)

half         the middle of the scale: yes and abstain are half apart, two abstentions alike
drop         nothing: pairs in which one abstains are left out
no           a no: the state did not support the text
category     an answer of its own, as far from yes as from no
absent       half, and an absence counts as an abstention
coincidence  half where one abstains, nothing where both do, though the pair stays in the
             denominator; only to reproduce figures that others publish
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from multipolar.measures._kernels.scores import METRICS, Floats, Scores, Tables

__all__ = [
    "CODES",
    "METRICS",
    "TREATMENTS",
    "indicators",
    "joint_counts",
    "makes_sense",
    "score_cells",
    "score_metrics",
    "score_periods",
    "similarity_from_counts",
    "weighted_draws",
]

Ints = npt.NDArray[np.integer]

CODES = (1, 2, 3, 8)
TREATMENTS = ("half", "drop", "no", "category", "absent", "coincidence")


def indicators(codes: Ints, dtype: type[np.floating] = np.float32) -> Floats:
    """One 0/1 matrix per code, side by side.

    Parameters
    ----------
    codes : array (n_rollcalls, n_states)

    Returns
    -------
    array (n_rollcalls, 4 * n_states)
        Column ``c * n_states + i`` is 1 where state i cast code ``CODES[c]``.
    """
    return np.concatenate([codes == code for code in CODES], axis=1).astype(dtype)


def joint_counts(
    codes: Ints,
    period: Ints,
    weights: Floats | None = None,
    *,
    targets: Ints | None = None,
    n_periods: int | None = None,
) -> Floats:
    """Count, per period, how often state i cast code a while state j cast code b.

    Parameters
    ----------
    codes : int8 array (n_rollcalls, n_states)
    period : int array (n_rollcalls,)
        Index of the period, from 0; a negative one leaves the roll call out.
    weights : float array (n_rollcalls,), optional
        Weight of each roll call; equal (1) without it.
    targets : int array (n_targets,), optional
        Columns of the states whose rows are wanted; all without it.
    n_periods : int, optional
        Length of the first axis; ``period.max() + 1`` without it.

    Returns
    -------
    array (n_periods, 4, 4, n_targets or n_states, n_states)
        float32 without weights (exact below 2**24 roll calls a period), float64 with them.
    """
    n_states = codes.shape[1]
    rows = np.arange(n_states) if targets is None else np.asarray(targets, dtype=np.int64)
    size = n_periods if n_periods is not None else int(period.max(initial=-1)) + 1
    dtype: type[np.floating] = np.float32 if weights is None else np.float64
    out = np.zeros((size, 4, 4, len(rows), n_states), dtype=dtype)
    for p in range(size):
        chosen = np.flatnonzero(period == p)
        if not len(chosen):
            continue
        _count_into(out[p], codes[chosen], rows, None if weights is None else weights[chosen])
    return out


def _count_into(out: Floats, codes: Ints, rows: Ints, weights: Floats | None = None) -> None:
    """Write the joint counts of one period to ``out``, shape (4, 4, n_rows, n_states)."""
    n_rollcalls, n_states = codes.shape
    right = indicators(codes, out.dtype.type)
    left = right.reshape(n_rollcalls, 4, n_states)[:, :, rows].reshape(n_rollcalls, 4 * len(rows))
    if weights is not None:
        left = left * weights[:, None]
    # One product for all sixteen cells: sixteen small ones wait for threads longer than they work.
    product = left.T @ right
    out[...] = product.reshape(4, len(rows), 4, n_states).transpose(0, 2, 1, 3)


def weighted_draws(codes: Ints, target: int, multiplicities: Floats) -> Floats:
    """Joint counts of one state with every other under many weightings of the roll calls.

    Parameters
    ----------
    codes : int8 array (n_rollcalls, n_states)
    target : int
        Column of the state.
    multiplicities : array (n_draws, n_rollcalls)
        How often (or with which weight) each draw takes each roll call.

    Returns
    -------
    array (n_draws, 4, 4, n_states)
        float64; the first 4 is the target's code, the second the other's.
    """
    n_draws, n_states = multiplicities.shape[0], codes.shape[1]
    out = np.zeros((n_draws, 4, 4, n_states))
    for index, code in enumerate(CODES):
        chosen = np.flatnonzero(codes[:, target] == code)
        if len(chosen):
            product = multiplicities[:, chosen] @ indicators(codes[chosen], np.float64)
            out[:, index] = product.reshape(n_draws, 4, n_states)
    return out


@dataclass(frozen=True, slots=True)
class _Scale:
    """Positions of the levels in [0, 1] and which code falls on which level (-1: dropped)."""

    positions: tuple[float, ...]
    level_of_code: tuple[int, int, int, int]


_THREE = (0.0, 0.5, 1.0)
_SCALES = {
    "half": _Scale(_THREE, (0, 1, 2, -1)),
    "drop": _Scale((0.0, 1.0), (0, -1, 1, -1)),
    "no": _Scale((0.0, 1.0), (0, 1, 1, -1)),
    "category": _Scale(_THREE, (0, 1, 2, -1)),
    "absent": _Scale(_THREE, (0, 1, 2, 1)),
    "coincidence": _Scale(_THREE, (0, 1, 2, -1)),
}


def makes_sense(metric: str, treatment: str) -> bool:
    """Tell whether a metric has a meaning of its own under a treatment of abstentions.

    With two levels (``drop``, ``no``) linear and quadratic distances are the nominal one, so only
    one of each is kept. Own categories have no order. Coincidence is a share and nothing else.
    """
    if treatment == "coincidence":
        return metric == "agree"
    if treatment == "category":
        return metric in {"agree", "s", "kappa_nominal", "pi_nominal", "a"}
    if treatment in {"drop", "no"}:
        return metric != "s_squared" and not metric.endswith(("_linear", "_quadratic"))
    return True


def similarity_from_counts(
    counts: Floats, metric: str, treatment: str = "half"
) -> tuple[Scores, Scores]:
    """Score every table of joint counts.

    Parameters
    ----------
    counts : array (..., 4, 4)
        Counts or weights by code of i and code of j, in the order of ``CODES``.
    metric : one of ``METRICS``
    treatment : one of ``TREATMENTS``
        What an abstention (and an absence) counts as.

    Returns
    -------
    values, n : float64 arrays (...)
        NaN where there is no score: ``n`` is then 0 or the margins are constant.
    """
    shape = counts.shape[:-2]
    cells = np.moveaxis(counts, (-2, -1), (0, 1)).reshape(16, -1)
    values, n = score_cells(cells, metric, treatment)
    return values.reshape(shape), n.reshape(shape)


def score_cells(cells: Floats, metric: str, treatment: str = "half") -> tuple[Scores, Scores]:
    """Score tables laid out as ``(16, n_dyads)``, the layout that needs no copy."""
    scores, n = score_metrics(cells, (metric,), treatment)
    return scores[metric], n


def score_metrics(
    cells: Floats, metrics: Sequence[str], treatment: str = "half"
) -> tuple[dict[str, Scores], Scores]:
    """Several scores of the same tables, sharing what they have in common.

    Parameters
    ----------
    cells : array (16, n_dyads)
    metrics : names of ``METRICS``, each of which must make sense under the treatment
    treatment : one of ``TREATMENTS``

    Returns
    -------
    scores : dict of float64 arrays (n_dyads,)
    n : float64 array (n_dyads,)
    """
    scale = _SCALES[treatment]
    tables = Tables(_by_level(cells, scale), scale.positions, nominal=treatment == "category")
    if treatment == "coincidence":
        # Two abstentions score 0 yet stay in the denominator, as some dashboards have it.
        return {"agree": tables.weighted_share(_COINCIDENCE)}, tables.n
    return {metric: tables.score(metric) for metric in metrics}, tables.n


def score_periods(
    codes: Ints, period: Ints, metrics: Sequence[str], treatment: str = "half"
) -> Iterator[tuple[int, Ints, Ints, dict[str, Scores], Scores]]:
    """Score every pair of states that were members together, one period after the other.

    It never holds the counts of more than one period, so many metrics of a long record fit into
    little memory.

    Yields
    ------
    period, i, j, scores, n
        Index of the period; states i < j as columns of ``codes``; one array per metric; the roll
        calls that both took part in.
    """
    # One buffer for all periods: fresh memory for each would cost more than the counting.
    buffer = np.empty(16 * codes.shape[1] ** 2, dtype=np.float32)
    for p in range(int(period.max(initial=-1)) + 1):
        called = codes[period == p]
        members = np.flatnonzero(np.isin(called, CODES).any(axis=0))
        size = len(members)
        counts = buffer[: 16 * size**2].reshape(4, 4, size, size)
        _count_into(counts, called[:, members], np.arange(size))
        i, j = np.triu_indices(size, 1)
        cells = np.take(counts.reshape(16, -1), i * size + j, axis=1)
        together = cells.sum(axis=0) > 0
        if not together.all():
            i, j, cells = i[together], j[together], cells[:, together]
        scores, n = score_metrics(cells, metrics, treatment)
        yield p, members[i], members[j], scores, n


def _by_level(cells: Floats, scale: _Scale) -> Floats:
    """Cells by code (16, n) added up to cells by level (k * k, n)."""
    k = len(scale.positions)
    table = np.zeros((k * k, cells.shape[1]))
    for i, a in enumerate(scale.level_of_code):
        for j, b in enumerate(scale.level_of_code):
            if a >= 0 and b >= 0:
                table[a * k + b] += cells[4 * i + j]
    return table


_COINCIDENCE = np.array([[1, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 1]])
