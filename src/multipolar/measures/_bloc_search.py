"""Search for blocs in one window: graphs of resampled votes, cut many times over."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.core.errors import TooFewObservations
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import communities
from multipolar.measures._kernels.bootstrap import cluster_multiplicities
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import axis, load_ties
from multipolar.measures._vote_draws import VoteDraws, joint_cells
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
        self._draws, self._seeds, self._seed = draws, seeds, seed
        self._counted = VoteDraws(VoteRecord.load(store), draws=draws, seed=seed)
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
        chosen = self._counted.members(window)
        cells, resampled = self._counted.drawn(window, chosen)
        drawn = np.array([_positive(communities.agreement_beyond_chance(c)) for c in cells])
        plain = _positive(communities.agreement_beyond_chance(self._counted.cells(window, chosen)))
        kept = plain.sum(axis=1) > 0
        states = tuple(np.array(self._counted.record.states)[chosen][kept].tolist())
        if len(states) < 3:
            raise TooFewObservations(f"fewer than three states voted in {window[0]}-{window[1]}")
        return VoteGraphs(
            states=states,
            drawn=drawn[:, kept][:, :, kept],
            plain=plain[np.ix_(kept, kept)],
            resampled=resampled,
        )

    def _null(self, window: Window, resolutions: str) -> float:
        """Stability when every roll call keeps its tally and the votes are dealt out at random."""
        if not self._counted.record.complete:
            return float("nan")
        if (window, resolutions) not in self._nulls:
            self._nulls[window, resolutions] = self._dealt_out(window, np.array(GRID[resolutions]))
        return self._nulls[window, resolutions]

    def _dealt_out(self, window: Window, grid: Floats) -> float:
        codes, cluster = self._counted.codes(window, self._counted.members(window))
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
