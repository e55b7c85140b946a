"""Joint vote counts of all dyads at once, and every similarity score that follows from them.

Codes are 1 yes, 2 abstain, 3 no, 8 absent; any other code (9, 0) means the state was not a member.
All counts come from products of indicator matrices; a score is a function of one small table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]

CODES = (1, 2, 3, 8)
METRICS = (
    "agree",
    "s",
    "s_squared",
    "kappa_nominal",
    "kappa_linear",
    "kappa_quadratic",
    "pi_nominal",
    "pi_linear",
    "pi_quadratic",
    "a",
    "taub",
    "cosine",
)
TREATMENTS = ("half", "drop", "no", "category", "absent", "coincidence")


def indicators(codes: Ints, dtype: type[np.floating] = np.float32) -> Floats:
    """Stack one 0/1 matrix per code side by side.

    Parameters
    ----------
    codes : array (n_rollcalls, n_states)

    Returns
    -------
    array (n_rollcalls, 4 * n_states)
        Column ``c * n_states + i`` is 1 where state ``i`` cast code ``CODES[c]``.
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
    rows = np.arange(n_states) if targets is None else np.asarray(targets)
    size = n_periods if n_periods is not None else int(period.max(initial=-1)) + 1
    dtype: type[np.floating] = np.float32 if weights is None else np.float64
    out = np.zeros((size, 4, 4, len(rows), n_states), dtype=dtype)
    for p in range(size):
        chosen = np.flatnonzero(period == p)
        if not len(chosen):
            continue
        right = indicators(codes[chosen], dtype)
        left = right.reshape(len(chosen), 4, n_states)[:, :, rows].reshape(len(chosen), -1)
        if weights is not None:
            left = left * weights[chosen, None]
        product = (left.T @ right).reshape(4, len(rows), 4, n_states)
        out[p] = product.transpose(0, 2, 1, 3)
    return out


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
) -> tuple[Floats, Floats]:
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


def score_cells(cells: Floats, metric: str, treatment: str = "half") -> tuple[Floats, Floats]:
    """Score tables laid out as ``(16, n_dyads)``, the layout that needs no copy."""
    scale = _SCALES[treatment]
    table = _level_map(scale).astype(cells.dtype) @ cells
    if treatment == "coincidence":
        return _coincidence(table)
    nominal = treatment == "category" and not metric.endswith(("_linear", "_quadratic"))
    return score_table(table, np.asarray(scale.positions), metric, nominal=nominal)


def score_table(
    table: Floats, positions: Floats, metric: str, *, nominal: bool = False
) -> tuple[Floats, Floats]:
    """Score tables of joint weights over any given levels.

    Parameters
    ----------
    table : array (k * k, n)
        Row ``a * k + b`` holds the weight of pairs with level a and level b.
    positions : array (k,)
        Where the levels lie; only their relative distances matter.
    metric : one of ``METRICS``
    nominal : bool
        Count any two different levels as fully apart, whatever the metric's distance.

    Returns
    -------
    values, n : float64 arrays (n,)
    """
    table = np.asarray(table, dtype=np.float64)
    n = table.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = table / n
        values = _SCORES[metric](share, _Distances(positions, nominal))
    return np.where(n > 0, values, np.nan), n


@dataclass(frozen=True, slots=True)
class _Distances:
    """Disagreement functions over k levels, each (k, k) with a zero diagonal and maximum 1."""

    positions: Floats
    nominal: bool

    def of(self, kind: str) -> Floats:
        gap = np.abs(self.positions[:, None] - self.positions[None, :])
        if self.nominal or kind == "nominal":
            return (gap > 0).astype(np.float64)
        gap = gap / gap.max()
        return gap if kind == "linear" else gap**2

    @property
    def k(self) -> int:
        return len(self.positions)


def _observed(share: Floats, d: Floats) -> Floats:
    return d.ravel() @ share


def _margins(share: Floats, k: int) -> tuple[Floats, Floats]:
    cells = share.reshape(k, k, -1)
    return cells.sum(axis=1), cells.sum(axis=0)


def _expected(row: Floats, column: Floats, d: Floats) -> Floats:
    return (row * (d @ column)).sum(axis=0)


def _agree(share: Floats, dist: _Distances) -> Floats:
    return 1 - _observed(share, dist.of("linear"))


def _s(kind: str) -> Callable[[Floats, _Distances], Floats]:
    return lambda share, dist: 1 - 2 * _observed(share, dist.of(kind))


def _kappa(kind: str) -> Callable[[Floats, _Distances], Floats]:
    def score(share: Floats, dist: _Distances) -> Floats:
        d = dist.of(kind)
        row, column = _margins(share, dist.k)
        expected = _expected(row, column, d)
        return np.where(expected > 0, 1 - _observed(share, d) / expected, np.nan)

    return score


def _pi(kind: str) -> Callable[[Floats, _Distances], Floats]:
    def score(share: Floats, dist: _Distances) -> Floats:
        d = dist.of(kind)
        row, column = _margins(share, dist.k)
        common = (row + column) / 2
        expected = _expected(common, common, d)
        return np.where(expected > 0, 1 - _observed(share, d) / expected, np.nan)

    return score


def _a_index(share: Floats, dist: _Distances) -> Floats:
    d = dist.of("linear")
    row, column = _margins(share, dist.k)
    return 2 * (_expected(row, column, d) - _observed(share, d))


def _taub(share: Floats, dist: _Distances) -> Floats:
    order = np.argsort(dist.positions)
    cells = share.reshape(dist.k, dist.k, -1)[order][:, order]
    net = np.zeros(cells.shape[2])
    for a in range(dist.k - 1):
        above = cells[a + 1 :].sum(axis=0)
        for b in range(dist.k):
            net += cells[a, b] * (above[b + 1 :].sum(axis=0) - above[:b].sum(axis=0))
    row, column = cells.sum(axis=1), cells.sum(axis=0)
    untied = _untied(row) * _untied(column)
    return np.where(untied > 0, 2 * net / np.sqrt(untied), np.nan)


def _untied(margin: Floats) -> Floats:
    """Share of ordered pairs not tied, 1 - sum m^2, as products so that a constant gives 0."""
    total = margin.sum(axis=0)
    return (margin * (total - margin)).sum(axis=0)


def _cosine(share: Floats, dist: _Distances) -> Floats:
    low, high = dist.positions.min(), dist.positions.max()
    coded = 1 - 2 * (dist.positions - low) / (high - low)
    row, column = _margins(share, dist.k)
    norm = (coded**2 @ row) * (coded**2 @ column)
    return np.where(norm > 0, np.outer(coded, coded).ravel() @ share / np.sqrt(norm), np.nan)


_SCORES: dict[str, Callable[[Floats, _Distances], Floats]] = {
    "agree": _agree,
    "s": _s("linear"),
    "s_squared": _s("quadratic"),
    "kappa_nominal": _kappa("nominal"),
    "kappa_linear": _kappa("linear"),
    "kappa_quadratic": _kappa("quadratic"),
    "pi_nominal": _pi("nominal"),
    "pi_linear": _pi("linear"),
    "pi_quadratic": _pi("quadratic"),
    "a": _a_index,
    "taub": _taub,
    "cosine": _cosine,
}


def _level_map(scale: _Scale) -> Floats:
    """Linear map (k * k, 16) from cells by code to cells by level."""
    k = len(scale.positions)
    out = np.zeros((k * k, 16))
    for i, a in enumerate(scale.level_of_code):
        for j, b in enumerate(scale.level_of_code):
            if a >= 0 and b >= 0:
                out[a * k + b, 4 * i + j] = 1
    return out


_COINCIDENCE = np.array([[1, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 1]]).ravel()


def _coincidence(table: Floats) -> tuple[Floats, Floats]:
    """Score as some dashboards do: two abstentions score 0 yet stay in the denominator."""
    n = table.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, (_COINCIDENCE @ table) / n, np.nan), n
