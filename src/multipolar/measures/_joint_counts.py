"""Joint vote counts of pairs of states by period, summed over windows and turned into scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.core.errors import BadOption, UnknownName
from multipolar.measures._kernels.similarity import METRICS, TREATMENTS, makes_sense, score_cells

Floats = NDArray[np.floating]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCounts:
    """How often which vote of one state met which vote of another, by period.

    Attributes
    ----------
    years : tuple of int
        Calendar years, or years in which the sessions opened.
    rows, states : tuple of str
        States of the two last axes of ``cells``.
    cells : array (n_years, 4, 4, n_rows, n_states)
        By code of the row state and code of the column state, in the order 1, 2, 3, 8.
    plain : array of the same shape
        Unweighted counts; ``cells`` itself where resolutions have equal weight.
    """

    years: tuple[int, ...]
    rows: tuple[str, ...]
    states: tuple[str, ...]
    cells: Floats
    plain: Floats

    def pooled(self, first: int, last: int) -> JointCounts:
        """Sum over the periods from ``first`` to ``last``, both included, as one period."""
        start, stop = np.searchsorted(self.years, [first, last + 1])
        cells = self.cells[start:stop].sum(axis=0, keepdims=True)
        same = self.plain is self.cells
        plain = cells if same else self.plain[start:stop].sum(axis=0, keepdims=True)
        return JointCounts(
            years=(last,), rows=self.rows, states=self.states, cells=cells, plain=plain
        )

    def windowed(self, window: str) -> JointCounts:
        """Counts of each period together with earlier ones.

        ``rolling_K`` adds the K - 1 years before; ``decay_H`` adds all earlier years, halving
        their weight every H years.
        """
        if window in ("year", "session"):
            return self
        age = np.subtract.outer(np.asarray(self.years), np.asarray(self.years))
        return self._combined(self.years, window_weights(window, age))

    def restricted(self, rows: Sequence[str]) -> JointCounts:
        """Only some states on the first of the two state axes."""
        place = [self.rows.index(row) for row in rows]
        cells = self.cells[:, :, :, place]
        plain = cells if self.plain is self.cells else self.plain[:, :, :, place]
        return JointCounts(
            years=self.years, rows=tuple(rows), states=self.states, cells=cells, plain=plain
        )

    def _combined(self, years: tuple[int, ...], factors: NDArray[Any]) -> JointCounts:
        used = (factors > 0).astype(self.plain.dtype)
        whole = bool((used == factors).all())
        # Sums of counts stay exact in 32 bits; halved weights do not.
        factors = factors.astype(self.cells.dtype if whole else np.float64)
        cells = np.tensordot(factors, self.cells, axes=1)
        same = whole and self.plain is self.cells
        plain = cells if same else np.tensordot(used, self.plain, axes=1)
        return JointCounts(
            years=years, rows=self.rows, states=self.states, cells=cells, plain=plain
        )

    def score(self, metric: str, abstention: str = "half") -> tuple[Scores, Scores]:
        """Similarity of every row state with every state, by period.

        Returns
        -------
        values, n : float64 arrays (n_years, n_rows, n_states)
            NaN where there is no score; ``n`` counts the roll calls used, whatever their weight.
        """
        check_metric(metric, abstention)
        shape = (len(self.years), len(self.rows), len(self.states))
        values, n = np.empty(shape), np.empty(shape)
        for p in range(len(self.years)):
            values[p], weight = self._score(self.cells[p], metric, abstention)
            same = self.plain is self.cells
            n[p] = weight if same else self._score(self.plain[p], "agree", abstention)[1]
        return values, n

    def _score(self, cells: Floats, metric: str, abstention: str) -> tuple[Floats, Floats]:
        """Score one period, every pair once and the earlier state first.

        A pair then has the same score to the last digit whichever of the two is asked for.
        """
        if self.rows == self.states:
            return _score_square(cells, metric, abstention)
        place = np.searchsorted(self.states, self.rows)
        later = place[:, None] > np.arange(len(self.states))[None, :]
        turned = np.where(later, cells.transpose(1, 0, 2, 3), cells)
        value, weight = score_cells(turned.reshape(16, -1), metric, abstention)
        return value.reshape(later.shape), weight.reshape(later.shape)

    def members(self) -> NDArray[np.bool_]:
        """Whether both were members in some roll call, shape (n_years, n_rows, n_states)."""
        together: NDArray[np.bool_] = self.plain.sum(axis=(1, 2)) > 0
        return together


def _score_square(cells: Floats, metric: str, abstention: str) -> tuple[Floats, Floats]:
    size = cells.shape[-1]
    i, j = np.triu_indices(size)
    scored = score_cells(cells.reshape(16, -1)[:, i * size + j], metric, abstention)
    square = np.empty((2, size, size))
    square[:, i, j] = square[:, j, i] = scored
    return square[0], square[1]


def window_weights(window: str, age: NDArray[np.integer]) -> Floats:
    """Weight of a roll call cast ``age`` years before the year a window is named after."""
    if window in ("year", "session"):
        return (age == 0).astype(np.float64)
    kind, _, number = window.partition("_")
    if not number.isdigit() or int(number) < 1 or kind not in ("rolling", "decay"):
        raise UnknownName.among(
            "window", window, ["year", "session", "rolling_3", "rolling_5", "decay_3"]
        )
    if kind == "rolling":
        return ((age >= 0) & (age < int(number))).astype(np.float64)
    return np.where(age >= 0, 0.5 ** (np.maximum(age, 0) / int(number)), 0.0)


def check_metric(metric: str, abstention: str) -> None:
    """Raise where a metric, a treatment of abstentions, or the two together mean nothing."""
    if metric not in METRICS:
        raise UnknownName.among("metric", metric, METRICS)
    if abstention not in TREATMENTS:
        raise UnknownName.among("treatment of abstentions", abstention, TREATMENTS)
    if not makes_sense(metric, abstention):
        sensible = ", ".join(m for m in METRICS if makes_sense(m, abstention))
        raise BadOption(
            f"metric {metric!r} has no meaning of its own with abstention={abstention!r}",
            hint=f"with abstention={abstention} use one of {sensible}",
        )
