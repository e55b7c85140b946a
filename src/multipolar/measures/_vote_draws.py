"""Joint counts of votes over a window, as recorded and resampled: what graphs of votes rest on."""

from __future__ import annotations

from typing import Any

import numpy as np

from multipolar.core.errors import TooFewObservations
from multipolar.core.states import list_states
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels.bootstrap import cluster_multiplicities
from multipolar.measures._pole_ties import Window
from multipolar.measures._votes import VoteRecord


class VoteDraws:
    """Counts of yes, abstain and no of every pair of chosen states, over a window.

    ``draws`` are bootstrap draws: of topics with all roll calls, of years with yearly counts.
    """

    def __init__(
        self, record: VoteRecord, *, draws: int, seed: int, vote_set: str = "contested"
    ) -> None:
        self.record = record
        self._draws, self._seed, self._vote_set = draws, seed, vote_set

    def members(self, window: Window) -> Any:
        """Which states of the record were UN members at the end of the window."""
        members = {s.code for s in list_states(on=window[1], un_members=True)}
        return np.array([s in members for s in self.record.states])

    def cells(self, window: Window, chosen: Any) -> Floats:
        """Joint counts of yes, abstain, no over the window, (3, 3, n, n)."""
        pooled = self.record.counts(self._vote_set).pooled(*window).cells[0, :3, :3]
        return pooled[:, :, chosen][:, :, :, chosen].astype(np.float64)

    def drawn(self, window: Window, chosen: Any) -> tuple[list[Floats], str]:
        """Joint counts of every draw, and what was resampled.

        Raises
        ------
        TooFewObservations
            No votes in the window; the years there are are named.
        """
        if self.record.complete:
            codes, cluster = self.codes(window, chosen)
            times = cluster_multiplicities(cluster, self._draws, self._seed)
            return [joint_cells(codes, t) for t in times], "topics of roll calls"
        counts = self.record.counts(self._vote_set)
        years = np.array(counts.years)
        used = np.flatnonzero((years >= window[0]) & (years <= window[1]))
        if not len(used):
            raise TooFewObservations(
                f"no votes in {window[0]}-{window[1]}; the record has {years[0]}-{years[-1]}"
            )
        yearly = counts.cells[used][:, :3, :3][:, :, :, chosen][:, :, :, :, chosen]
        yearly = yearly.astype(np.float64)
        if len(used) == 1:
            return [yearly[0]], "nothing: one year of yearly counts; add the roll calls to resample"
        times = cluster_multiplicities(used, self._draws, self._seed)
        drawn = times @ yearly.reshape(len(used), -1)
        return list(drawn.reshape(len(times), *yearly.shape[1:])), "years"

    def codes(self, window: Window, chosen: Any) -> tuple[Any, Any]:
        """Codes of the roll calls of a window, and their topics."""
        calls = self.record.rollcalls
        years = calls.years("year")
        used = calls.mask(self._vote_set, "any") & (years >= window[0]) & (years <= window[1])
        if not used.any():
            raise TooFewObservations(f"no {self._vote_set} roll call in {window[0]}-{window[1]}")
        return calls.codes[used][:, chosen], calls.clusters("topic")[0][used]


def joint_cells(codes: Any, times: Floats) -> Floats:
    """Joint counts (3, 3, n, n) of roll calls taken ``times`` over; codes 1, 2, 3."""
    kinds = [(codes == k).astype(np.float64) for k in (1, 2, 3)]
    return np.array([[(a * times[:, None]).T @ b for b in kinds] for a in kinds])
