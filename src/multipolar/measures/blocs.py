"""Blocs: groups of states that stay together however the network is cut, or the finding of none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, TooFewObservations
from multipolar.core.states import find_state, list_states
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import communities
from multipolar.measures._kernels.bootstrap import cluster_multiplicities
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import axis, load_ties
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store

GRAPH = Choice(
    name="graph",
    options=("votes", "multiplex"),
    kind="N",
    why="blocs of votes and blocs of all ties are different groups",
    labels={"votes": "by UN votes", "multiplex": "by votes, organisations, pacts and trade"},
)
RESOLUTIONS = Choice(
    name="resolutions",
    options=("around_one", "one"),
    why="one is the usual grain of modularity and no more right than its neighbours",
    labels={"around_one": "over resolutions 0.8 to 1.2", "one": "at resolution 1"},
)
GRID = {"around_one": (0.8, 0.9, 1.0, 1.1, 1.2), "one": (1.0,)}
LAYERS = ("memberships", "alliances", "trade")
NULLS = 5
TOO_ALIKE = 0.05
"""How far the stability of a record must pass that of shuffled votes before blocs are named."""
SCHEMA = {
    "state": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


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


def find_blocs(
    store: Store,
    window: Window,
    *,
    graph: str = "votes",
    resolutions: str = "around_one",
    draws: int = 100,
    seeds: int = 10,
    seed: int = 1945,
) -> Blocs:
    """Co-assignment over bootstrap draws, resolutions and seeds, and the blocs it agrees on.

    Parameters
    ----------
    store : Store
    window : (int, int)
        First and last year.
    graph, resolutions : str
        Choices of the measure.
    draws, seeds, seed : int
        Bootstrap draws (of topics with all roll calls, of years with yearly counts), runs per
        graph and resolution, and the seed of both.

    Returns
    -------
    Blocs

    Raises
    ------
    TooFewObservations
        No votes in the window.
    """
    record = VoteRecord.load(store)
    members = {s.code for s in list_states(on=window[1], un_members=True)}
    chosen = np.array([s in members for s in record.states])
    cells, resampled = _drawn_cells(record, window, chosen, draws, seed)
    graphs = np.array([_positive(communities.agreement_beyond_chance(c)) for c in cells])
    plain = _positive(communities.agreement_beyond_chance(_cells(record, window, chosen)))
    kept = plain.sum(axis=1) > 0
    states = tuple(s for s, c in zip(record.states, chosen, strict=True) if c)
    states = tuple(s for s, k in zip(states, kept, strict=True) if k)
    if len(states) < 3:
        raise TooFewObservations(f"fewer than three states voted in {window[0]}-{window[1]}")
    graphs, plain = graphs[:, kept][:, :, kept], plain[np.ix_(kept, kept)]
    if graph == "multiplex":
        added = _layers(store, window, states)
        graphs, plain = graphs / _mean(graphs) + added, plain / _mean(plain[None])[0] + added
    grid = np.array(GRID[resolutions])
    together, counts = communities.coassignment(graphs, grid, seeds, seed)
    labels = communities.consensus(together)
    low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95])
    return Blocs(
        states=states,
        together=together,
        labels=labels,
        modularity=communities.modularity(plain, labels),
        stability=communities.stability(together),
        null_stability=_null(record, window, chosen, grid, (draws, seeds, seed)),
        n_blocs=(float(low), float(middle), float(high)),
        resampled=resampled,
    )


def _mean(graphs: Floats) -> Floats:
    """Mean tie of each graph, so that no layer outweighs another by its unit."""
    mean: Floats = graphs.mean(axis=(1, 2), keepdims=True)
    return mean


def _positive(kappa: Floats) -> Floats:
    """Agreement beyond chance; agreement below chance is no tie for modularity."""
    graph = np.clip(np.nan_to_num(kappa), 0.0, None)
    np.fill_diagonal(graph, 0.0)
    return graph


def _cells(record: VoteRecord, window: Window, chosen: Any) -> Floats:
    """Joint counts of yes, abstain, no over the window, (3, 3, n, n)."""
    pooled = record.counts("contested").pooled(*window).cells[0, :3, :3]
    return pooled[:, :, chosen][:, :, :, chosen].astype(np.float64)


def _drawn_cells(
    record: VoteRecord, window: Window, chosen: Any, draws: int, seed: int
) -> tuple[list[Floats], str]:
    if record.complete:
        calls = record.rollcalls
        years = calls.years("year")
        used = np.flatnonzero(
            calls.mask("contested", "any") & (years >= window[0]) & (years <= window[1])
        )
        if not len(used):
            raise TooFewObservations(f"no contested roll call in {window[0]}-{window[1]}")
        times = cluster_multiplicities(calls.clusters("topic")[0][used], draws, seed)
        codes = calls.codes[used][:, chosen]
        return [joint_cells(codes, t) for t in times], "topics of roll calls"
    counts = record.counts("contested")
    years = np.array(counts.years)
    used = np.flatnonzero((years >= window[0]) & (years <= window[1]))
    if not len(used):
        raise TooFewObservations(f"no votes in {window[0]}-{window[1]}")
    yearly = counts.cells[used][:, :3, :3][:, :, :, chosen][:, :, :, :, chosen].astype(np.float64)
    if len(used) == 1:
        return [yearly[0]], "nothing: one year of yearly counts; add the roll calls to resample"
    times = cluster_multiplicities(used, draws, seed)
    return [np.tensordot(t, yearly, axes=1) for t in times], "years"


def joint_cells(codes: Any, times: Floats) -> Floats:
    """Joint counts (3, 3, n, n) of roll calls taken ``times`` over; codes 1, 2, 3."""
    kinds = [(codes == k).astype(np.float64) for k in (1, 2, 3)]
    return np.array([[(a * times[:, None]).T @ b for b in kinds] for a in kinds])


def _null(
    record: VoteRecord, window: Window, chosen: Any, grid: Floats, draws: tuple[int, int, int]
) -> float:
    """Stability when every roll call keeps its tally and the votes are dealt out at random."""
    if not record.complete:
        return float("nan")
    calls = record.rollcalls
    years = calls.years("year")
    used = calls.mask("contested", "any") & (years >= window[0]) & (years <= window[1])
    codes = calls.codes[used][:, chosen]
    cluster = calls.clusters("topic")[0][used]
    rng = np.random.default_rng(draws[2])
    found = []
    for _ in range(NULLS):
        dealt = codes.copy()
        for row in dealt:
            voted = np.flatnonzero((row >= 1) & (row <= 3))
            row[voted] = row[rng.permutation(voted)]
        times = cluster_multiplicities(cluster, min(draws[0], 20), draws[2])
        graphs = np.array(
            [_positive(communities.agreement_beyond_chance(joint_cells(dealt, t))) for t in times]
        )
        together, _ = communities.coassignment(graphs, grid, draws[1], draws[2])
        found.append(communities.stability(together))
    return float(np.mean(found))


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


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    graph: str = "votes",
    resolutions: str = "around_one",
    state: str | None = None,
    since: int | None = None,
    until: int | None = None,
    draws: int = 50,
    seeds: int = 5,
    seed: int = 1945,
) -> pl.DataFrame:
    """Bloc of every state, how sure it is, and whether there are stable blocs at all.

    Parameters
    ----------
    store : Store
    graph, resolutions : str
        Choices of the measure.
    state : str, optional
        Name or code; adds how often each other state is in its bloc.
    since, until : int, optional
        First and last year; the last three years of the record of votes without them.
    draws, seeds, seed : int
        Bootstrap draws, runs per draw and resolution, and the seed of both.

    Returns
    -------
    frame, one row per (state, measure)
        ``bloc``: 1 the largest; ``doubt`` in [0, 1]: 0 always in that bloc, 1 in any; with
        ``state``, ``together`` in [0, 1]: share of runs in one bloc with it. With an empty state:
        ``modularity``, ``n_blocs`` with its 5-95 % range over runs, ``stability`` and
        ``stability_without_blocs`` in [0, 1]: share of pairs nearly always together or apart, in
        the record and in votes dealt out at random, and ``stable_blocs`` 1 or 0.

    Raises
    ------
    TooFewObservations, BadOption

    Notes
    -----
    A partition always exists; blocs do only where pairs are nearly always together or nearly
    always apart. Numbers of blocs are not names, and a bloc of votes is not an alliance.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("blocs", state="USA", since=2023, until=2024, draws=5, seeds=1)
    >>> where = (frame["state"] == "ISR") & (frame["measure"] == "together")
    >>> frame.filter(where)["value"].item() > 0.5
    True
    """
    record = VoteRecord.load(store)
    last = record.years[-1] if until is None else until
    window = (last - 2 if since is None else since, last)
    if window[0] > window[1]:
        raise BadOption(f"since ({window[0]}) is later than until ({window[1]})")
    found = find_blocs(
        store,
        window,
        graph=graph,
        resolutions=resolutions,
        draws=draws,
        seeds=seeds,
        seed=seed,
    )
    rows = _whole(found)
    doubt = communities.membership_entropy(found.together, found.labels)
    why = "" if found.stable else "no stable blocs: do not read the number"
    n = len(found.states)
    for i, code in enumerate(found.states):
        rows.append((code, "bloc", float(found.labels[i] + 1), None, None, n, why))
        rows.append((code, "doubt", float(doubt[i]), None, None, n, ""))
    if state is not None:
        code = find_state(state, on=last).code
        if code not in found.states:
            raise TooFewObservations(f"{code} cast no contested vote in {window[0]}-{window[1]}")
        own = found.together[found.states.index(code)]
        rows += [
            (s, "together", float(own[j]), None, None, n, "")
            for j, s in enumerate(found.states)
            if s != code
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _whole(found: Blocs) -> list[tuple[Any, ...]]:
    n = len(found.states)
    low, middle, high = found.n_blocs
    null = found.null_stability if np.isfinite(found.null_stability) else None
    why = "" if null is not None else "needs the roll calls: yearly counts cannot be dealt out"
    stable = "" if found.stable else "no stable blocs"
    how = f"resampled over {found.resampled}"
    return [
        ("", "modularity", found.modularity, None, None, n, ""),
        ("", "n_blocs", middle, low, high, n, how),
        ("", "stability", found.stability, None, None, n, how),
        ("", "stability_without_blocs", null, None, None, n, why),
        ("", "stable_blocs", float(found.stable), None, None, n, stable),
    ]


MEASURE = Measure(
    name="blocs",
    title="Blocs of states that stay together under resampling, or none",
    unit="number of a bloc; shares of runs or pairs in [0, 1]; modularity up to 1",
    low="doubt 0: always in its bloc; stability near that of random votes: no blocs",
    high="doubt 1: in any bloc; stability 1: every pair always together or always apart",
    keys=("state",),
    tables=("vote_dyads", "votes", "rollcalls", "memberships", "alliances", "trade_dyads"),
    choices=(GRAPH, RESOLUTIONS),
    compute=compute,
    meaning="Leiden communities over bootstrap draws, resolutions and seeds; the result is how "
    "often pairs fall together, not one partition.",
    not_measured="Alliances, obligations or sympathy; the reasons why states vote alike.",
    reference="Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z; Gomez, Jensen & "
    "Arenas 2009, doi:10.1103/PhysRevE.80.016114; methods section 7.",
)
