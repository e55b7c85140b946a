"""How far a vote score would move had other topics come to the vote: bootstrap and jackknife."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.measures._joint_counts import Floats, window_weights
from multipolar.measures._kernels.bootstrap import (
    cluster_multiplicities,
    leave_one_out,
    percentile_interval,
)
from multipolar.measures._kernels.similarity import score_cells, weighted_draws
from multipolar.measures._rollcalls import Bools, RollCalls

DRAWS = 1000
LEVEL = 0.95
NEEDS_ROLLCALLS = "interval_needs_roll_calls"
NEEDS_TOPICS = "interval_needs_two_topics"
NOT_ASKED = "interval_not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Roll calls that enter a score, their weights, and what is resampled.

    ``weight`` and ``cluster`` have one entry per roll call of the record; a weight of 0 leaves one
    out. ``names`` are the names of the clusters.
    """

    calls: RollCalls
    years: NDArray[np.int64]
    weight: Floats
    cluster: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls, calls: RollCalls, chosen: Bools, *, period: str, weighting: str, cluster: str
    ) -> Sampled:
        """Roll calls in ``chosen`` with the weights of ``weighting``, resampled by ``cluster``."""
        weights = calls.weights(weighting, chosen, period)
        index, names = calls.clusters(cluster)
        return cls(
            calls=calls,
            years=calls.years(period),
            weight=chosen.astype(np.float64) if weights is None else weights,
            cluster=index,
            names=names,
        )

    def weights_in(self, year: int, window: str) -> Floats:
        """Weight of every roll call in the window named after a year."""
        return self.weight * window_weights(window, year - self.years)

    def interval(
        self,
        row: int,
        columns: NDArray[np.integer],
        weights: Floats,
        scoring: tuple[str, str],
        draws: tuple[int, int],
    ) -> tuple[Floats, Floats]:
        """95 % percentile interval of one state's scores with others.

        Parameters
        ----------
        row, columns : int, int array (n,)
            States on the axes of the record.
        weights : float array (n_rollcalls,)
        scoring : (metric, abstention)
        draws : (number, seed)

        Returns
        -------
        lower, upper : float arrays (n,)
            NaN with fewer than two clusters, or where most draws give no score.
        """
        used = np.flatnonzero(weights > 0)
        if len(np.unique(self.cluster[used])) < 2:
            return np.full(len(columns), np.nan), np.full(len(columns), np.nan)
        times = cluster_multiplicities(self.cluster[used], *draws) * weights[used]
        return percentile_interval(self._scores(row, columns, used, times, scoring), LEVEL)

    def without_each(
        self, row: int, column: int, weights: Floats, scoring: tuple[str, str]
    ) -> pl.DataFrame:
        """Score of one pair with each cluster left out: ``label``, ``n``, ``value``."""
        used = np.flatnonzero(weights > 0)
        labels, kept = leave_one_out(self.cluster[used])
        scores = self._scores(row, np.asarray([column]), used, kept * weights[used], scoring)
        sizes = (kept == 0).sum(axis=1)
        names = [self.names[int(label)] for label in labels]
        return pl.DataFrame({"label": names, "n": sizes, "value": scores[:, 0]})

    def score(self, row: int, column: int, weights: Floats, scoring: tuple[str, str]) -> float:
        """Score of one pair; NaN where there is none."""
        used = np.flatnonzero(weights > 0)
        times = weights[used][None, :]
        return float(self._scores(row, np.asarray([column]), used, times, scoring)[0, 0])

    def _scores(
        self,
        row: int,
        columns: NDArray[np.integer],
        used: NDArray[np.integer],
        times: Floats,
        scoring: tuple[str, str],
    ) -> Floats:
        codes = np.concatenate(
            [self.calls.codes[used, row][:, None], self.calls.codes[np.ix_(used, columns)]], axis=1
        )
        cells = weighted_draws(codes, 0, times)[..., 1:]
        # The earlier state first, as the score itself is computed.
        cells = np.where(columns < row, cells.transpose(0, 2, 1, 3), cells)
        flat = np.moveaxis(cells, 0, 2).reshape(16, -1)
        return score_cells(flat, *scoring)[0].reshape(len(times), len(columns))
