"""Search for blocs in one window: graphs of resampled votes, cut many times over."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.core.errors import TooFewObservations
from multipolar.core.states import list_states
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import communities
from multipolar.measures._kernels.bootstrap import cluster_multiplicities
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import axis, load_ties
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store

GRID = {"around_one": (0.8, 0.9, 1.0, 1.1, 1.2), "one": (1.0,)}
LAYERS = ("memberships", "alliances", "trade")
NULLS = 5
TOO_ALIKE = 0.05
"""How far the stability of a record must pass that of shuffled votes before blocs are named."""
_KEPT = 8
"""Windows of graphs remembered: 0.3 MB each per draw."""


@dataclass(frozen=True, slots=True)
class Blocs:
    """Blocs of one window.

    Attributes
    ----------
    states : tuple of str
    together : float array (n, n)
        Share of runs in which two states fall into one bloc.
    labels : int array (n,)
        Consensus blocs, 0 the largest.
    modularity, stability, null_stability : float
        Of the consensus; share of pairs nearly always together or apart; the same for votes
        shuffled within each roll call, NaN where the record has none to shuffle.
    n_blocs : tuple of float
        Blocs found: 5 % quantile, median, 95 % quantile over runs.
    resampled : str
        What the runs were resampled over.
    """

    states: tuple[str, ...]
    together: Floats
    labels: Any
    modularity: float
    stability: float
    null_stability: float
    n_blocs: tuple[float, float, float]
    resampled: str

    @property
    def stable(self) -> bool:
        """Whether more pairs are settled than in a record without blocs."""
        if not np.isfinite(self.null_stability):
            return self.stability > 1 / 2
        return self.stability > self.null_stability + TOO_ALIKE


@dataclass(frozen=True, slots=True)
class VoteGraphs:
    """Agreement beyond chance of a window: ``drawn`` (n_draws, n, n) and ``plain`` (n, n)."""

    states: tuple[str, ...]
    drawn: Floats
    plain: Floats
    resampled: str


class BlocSearch:
    """Blocs of any window of a store; what several questions share is computed once.

    ``draws`` are bootstrap draws (of topics with all roll calls, of years with yearly counts),
    ``seeds`` runs per graph and resolution, ``seed`` that of both.
    """

    def __init__(
        self, store: Store, *, draws: int = 100, seeds: int = 10, seed: int = 1945
    ) -> None:
        self._store = store
        self._record = VoteRecord.load(store)
        self._draws, self._seeds, self._seed = draws, seeds, seed
        self._graphs: OrderedDict[Window, VoteGraphs] = OrderedDict()
        self._nulls: dict[tuple[Window, str], float] = {}

    def blocs(self, window: Window, graph: str = "votes", resolutions: str = "around_one") -> Blocs:
        """Co-assignment over draws, resolutions and seeds, and the blocs it agrees on.

        Raises
        ------
        TooFewObservations
            No votes in the window.
        """
        states, drawn, plain = self.graphs(window, graph)
        grid = np.array(GRID[resolutions])
        together, counts = communities.coassignment(drawn, grid, self._seeds, self._seed)
        labels = communities.consensus(together)
        low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95])
        return Blocs(
            states=states,
            together=together,
            labels=labels,
            modularity=communities.modularity(plain, labels),
            stability=communities.stability(together),
            null_stability=self._null(window, resolutions),
            n_blocs=(float(low), float(middle), float(high)),
            resampled=self._votes(window).resampled,
        )

    def single_runs(self, window: Window, graph: str = "votes") -> tuple[tuple[str, ...], Any]:
        """States, and their blocs in single runs at resolution 1, int array (n_runs, n).

        One run per draw; where nothing can be resampled, one per seed.
        """
        states, drawn, _ = self.graphs(window, graph)
        runs = max(len(drawn), self._seeds)
        labels = [
            communities.leiden(drawn[i % len(drawn)], 1.0, self._seed + i) for i in range(runs)
        ]
        return states, np.array(labels)

    def graphs(self, window: Window, graph: str) -> tuple[tuple[str, ...], Floats, Floats]:
        """States, graphs of the draws, and the graph of the record as it is."""
        votes = self._votes(window)
        if graph != "multiplex":
            return votes.states, votes.drawn, votes.plain
        added = _layers(self._store, window, votes.states)
        drawn = votes.drawn / _mean(votes.drawn) + added
        return votes.states, drawn, votes.plain / _mean(votes.plain[None])[0] + added

    def _votes(self, window: Window) -> VoteGraphs:
        if window not in self._graphs:
            self._graphs[window] = self._read(window)
            while len(self._graphs) > _KEPT:
                self._graphs.popitem(last=False)
        return self._graphs[window]

    def _read(self, window: Window) -> VoteGraphs:
        chosen = self._members(window)
        cells, resampled = self._drawn_cells(window, chosen)
        drawn = np.array([_positive(communities.agreement_beyond_chance(c)) for c in cells])
        plain = _positive(communities.agreement_beyond_chance(self._cells(window, chosen)))
        kept = plain.sum(axis=1) > 0
        states = tuple(np.array(self._record.states)[chosen][kept].tolist())
        if len(states) < 3:
            raise TooFewObservations(f"fewer than three states voted in {window[0]}-{window[1]}")
        return VoteGraphs(
            states=states,
            drawn=drawn[:, kept][:, :, kept],
            plain=plain[np.ix_(kept, kept)],
            resampled=resampled,
        )

    def _members(self, window: Window) -> Any:
        members = {s.code for s in list_states(on=window[1], un_members=True)}
        return np.array([s in members for s in self._record.states])

    def _cells(self, window: Window, chosen: Any) -> Floats:
        """Joint counts of yes, abstain, no over the window, (3, 3, n, n)."""
        pooled = self._record.counts("contested").pooled(*window).cells[0, :3, :3]
        return pooled[:, :, chosen][:, :, :, chosen].astype(np.float64)

    def _drawn_cells(self, window: Window, chosen: Any) -> tuple[list[Floats], str]:
        if self._record.complete:
            codes, cluster = self._codes(window, chosen)
            times = cluster_multiplicities(cluster, self._draws, self._seed)
            return [joint_cells(codes, t) for t in times], "topics of roll calls"
        counts = self._record.counts("contested")
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

    def _codes(self, window: Window, chosen: Any) -> tuple[Any, Any]:
        """Codes of the contested roll calls of a window, and their topics."""
        calls = self._record.rollcalls
        years = calls.years("year")
        used = calls.mask("contested", "any") & (years >= window[0]) & (years <= window[1])
        if not used.any():
            raise TooFewObservations(f"no contested roll call in {window[0]}-{window[1]}")
        return calls.codes[used][:, chosen], calls.clusters("topic")[0][used]

    def _null(self, window: Window, resolutions: str) -> float:
        """Stability when every roll call keeps its tally and the votes are dealt out at random."""
        if not self._record.complete:
            return float("nan")
        if (window, resolutions) not in self._nulls:
            self._nulls[window, resolutions] = self._dealt_out(window, np.array(GRID[resolutions]))
        return self._nulls[window, resolutions]

    def _dealt_out(self, window: Window, grid: Floats) -> float:
        codes, cluster = self._codes(window, self._members(window))
        rng = np.random.default_rng(self._seed)
        times = cluster_multiplicities(cluster, min(self._draws, 20), self._seed)
        found = []
        for _ in range(NULLS):
            dealt = codes.copy()
            for row in dealt:
                voted = np.flatnonzero((row >= 1) & (row <= 3))
                row[voted] = row[rng.permutation(voted)]
            graphs = np.array(
                [
                    _positive(communities.agreement_beyond_chance(joint_cells(dealt, t)))
                    for t in times
                ]
            )
            together, _ = communities.coassignment(graphs, grid, self._seeds, self._seed)
            found.append(communities.stability(together))
        return float(np.mean(found))


def joint_cells(codes: Any, times: Floats) -> Floats:
    """Joint counts (3, 3, n, n) of roll calls taken ``times`` over; codes 1, 2, 3."""
    kinds = [(codes == k).astype(np.float64) for k in (1, 2, 3)]
    return np.array([[(a * times[:, None]).T @ b for b in kinds] for a in kinds])


def _mean(graphs: Floats) -> Floats:
    """Mean tie of each graph, so that no layer outweighs another by its unit."""
    mean: Floats = graphs.mean(axis=(1, 2), keepdims=True)
    return mean


def _positive(kappa: Floats) -> Floats:
    """Agreement beyond chance; agreement below chance is no tie for modularity."""
    graph = np.clip(np.nan_to_num(kappa), 0.0, None)
    np.fill_diagonal(graph, 0.0)
    return graph


def _layers(store: Store, window: Window, states: tuple[str, ...]) -> Floats:
    """Organisations, pacts and trade in one graph, each with mean tie 1; silent layers add 0."""
    places = [axis().index(s) for s in states]
    ties, _ = load_ties(store, LAYERS)
    total = np.zeros((len(states), len(states)))
    for layer in LAYERS:
        if layer not in ties or not ties[layer].overlap(*window):
            continue
        matrix = np.nan_to_num(ties[layer].matrix(*window))[np.ix_(places, places)]
        if layer == "trade":
            matrix = np.sqrt(matrix * matrix.T)
            matrix = np.log1p(matrix / 1e6)  # a few giants would be the whole network otherwise
        if matrix.mean() > 0:
            total += matrix / matrix.mean()
    return total
