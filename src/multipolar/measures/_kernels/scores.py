"""Similarity scores of two series of codes, from the table of how often which met which.

Everything is added up element by element, never as a matrix product: a product rounds differently
with the number of columns and the machine, and a score must not depend on which other pairs are
computed beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Scores = npt.NDArray[np.float64]


class Tables:
    """Tables of joint weights of many pairs over the same levels.

    Parameters
    ----------
    table : array (k * k, n_pairs)
        Row ``a * k + b`` holds the weight of level a met by level b.
    positions : k numbers
        Where the levels lie; only their relative distances matter.
    nominal : bool
        Count any two different levels as fully apart, whatever the metric's distance.
    """

    def __init__(
        self, table: Floats, positions: Sequence[float] | Floats, *, nominal: bool = False
    ) -> None:
        self.k = len(positions)
        self.n = table.sum(axis=0)
        self._nominal = nominal
        self._positions = np.asarray(positions, dtype=np.float64)
        with np.errstate(invalid="ignore"):
            self._share = table / self.n
        cells = self._share.reshape(self.k, self.k, -1)
        self._row, self._column = cells.sum(axis=1), cells.sum(axis=0)
        self._remembered: dict[tuple[str, str], Floats] = {}

    def score(self, metric: str) -> Scores:
        """Score of every pair, NaN where there is none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 0, _SCORES[metric](self), np.nan)

    def weighted_share(self, points: Floats) -> Scores:
        """Mean of the points (k, k) that each combination of levels scores."""
        return np.where(self.n > 0, _sum(points, self._share), np.nan)

    def distances(self, kind: str) -> Floats:
        """Disagreement function (k, k): zero diagonal, maximum 1."""
        gap = np.abs(self._positions[:, None] - self._positions[None, :])
        if self._nominal or kind == "nominal":
            return (gap > 0).astype(np.float64)
        gap = gap / gap.max()
        return gap if kind == "linear" else gap**2

    def observed(self, kind: str) -> Floats:
        """Mean disagreement."""
        return self._once("observed", kind, lambda: _sum(self.distances(kind), self._share))

    def expected(self, kind: str) -> Floats:
        """Mean disagreement if both chose as they do, each without the other."""
        return self._once("expected", kind, lambda: self._by_chance(kind, self._row, self._column))

    def expected_in_common(self, kind: str) -> Floats:
        """Mean disagreement if both chose independently with their mean habits."""
        common = (self._row + self._column) / 2
        return self._once("common", kind, lambda: self._by_chance(kind, common, common))

    def _by_chance(self, kind: str, row: Floats, column: Floats) -> Floats:
        total = np.zeros(row.shape[1])
        for share, factors in zip(row, self.distances(kind), strict=True):
            total += share * _sum(factors, column)
        return total

    def _once(self, name: str, kind: str, compute: Callable[[], Floats]) -> Floats:
        key = (name, kind)
        if key not in self._remembered:
            self._remembered[key] = compute()
        return self._remembered[key]

    def tau_b(self) -> Floats:
        """Kendall's tau-b: concordant minus discordant pairs of roll calls, over those untied."""
        order = np.argsort(self._positions)
        cells = self._share.reshape(self.k, self.k, -1)[order][:, order]
        net = np.zeros(cells.shape[2])
        later = np.zeros(cells.shape[1:])
        for a in range(self.k - 1, 0, -1):
            later += cells[a]
            below, above = np.zeros_like(net), later.sum(axis=0)
            for b in range(self.k):
                above -= later[b]
                net += cells[a - 1, b] * (above - below)
                below += later[b]
        untied = _untied(self._row) * _untied(self._column)
        return np.where(untied > 0, 2 * net / np.sqrt(untied), np.nan)

    def cosine(self) -> Floats:
        """Cosine of the series coded from +1 at one end of the scale to -1 at the other."""
        low, high = self._positions.min(), self._positions.max()
        coded = 1 - 2 * (self._positions - low) / (high - low)
        norm = _sum(coded**2, self._row) * _sum(coded**2, self._column)
        met = _sum(np.outer(coded, coded), self._share)
        return np.where(norm > 0, met / np.sqrt(norm), np.nan)


def _sum(factors: Floats, rows: Floats) -> Floats:
    """Sum of rows times factors, element by element."""
    total = np.zeros(rows.shape[1:])
    for factor, row in zip(factors.ravel(), rows, strict=True):
        if factor == 1:
            total += row
        elif factor:
            total += factor * row
    return total


def _untied(margin: Floats) -> Floats:
    """Share of ordered pairs not tied, 1 - sum m^2, as products so that a constant gives 0."""
    total = margin.sum(axis=0)
    return (margin * (total - margin)).sum(axis=0)


def _corrected(observed: Floats, expected: Floats) -> Floats:
    return np.where(expected > 0, 1 - observed / expected, np.nan)


_SCORES: dict[str, Callable[[Tables], Floats]] = {
    "agree": lambda t: 1 - t.observed("linear"),
    "s": lambda t: 1 - 2 * t.observed("linear"),
    "s_squared": lambda t: 1 - 2 * t.observed("quadratic"),
    "kappa_nominal": lambda t: _corrected(t.observed("nominal"), t.expected("nominal")),
    "kappa_linear": lambda t: _corrected(t.observed("linear"), t.expected("linear")),
    "kappa_quadratic": lambda t: _corrected(t.observed("quadratic"), t.expected("quadratic")),
    "pi_nominal": lambda t: _corrected(t.observed("nominal"), t.expected_in_common("nominal")),
    "pi_linear": lambda t: _corrected(t.observed("linear"), t.expected_in_common("linear")),
    "pi_quadratic": lambda t: _corrected(
        t.observed("quadratic"), t.expected_in_common("quadratic")
    ),
    "a": lambda t: 2 * (t.expected("linear") - t.observed("linear")),
    "taub": Tables.tau_b,
    "cosine": Tables.cosine,
}
METRICS = tuple(_SCORES)
