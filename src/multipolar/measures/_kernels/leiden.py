"""The compiled loops of bloc finding: Leiden on dense graphs, many runs, exact frustration."""

# ruff: noqa: NPY002 - the legacy generator is the one numba compiles; each run sets its own seed
from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_GAIN = 1e-12
_ROUNDS = 50
_SWEEPS = 100


@numba.njit(cache=True)
def compiled_frustration(graph: Floats) -> float:
    """Least cost over all splits, in the order of a Gray code: each step moves one node."""
    n = len(graph)
    side = np.ones(n)
    cost = 0.0
    for i in range(n):
        for j in range(i):
            cost += max(0.0, -graph[i, j])
    best = cost
    for step in range(1, 1 << (n - 1)):
        bit, rest = 0, step
        while rest % 2 == 0:
            rest //= 2
            bit += 1
        for j in range(n):
            if j != bit:
                cost += graph[bit, j] * side[bit] * side[j]
        side[bit] = -side[bit]
        best = min(best, cost)
    return best


@numba.njit(cache=True)
def _relabel(labels: Ints) -> int:
    """Number the labels from 0 in order of appearance, in place; how many there are."""
    name = np.full(labels.max() + 1, -1, dtype=np.int64)
    count = 0
    for i in range(len(labels)):
        if name[labels[i]] < 0:
            name[labels[i]] = count
            count += 1
        labels[i] = name[labels[i]]
    return count


@numba.njit(cache=True)
def _local_moves(  # noqa: C901, PLR0912 - one compiled loop
    graph: Floats, strength: Floats, labels: Ints, resolution: float, total: float
) -> None:
    """Move nodes, one by one, to the bloc that gains most, until none gains; in place."""
    n = len(graph)
    held = np.zeros(n)
    for i in range(n):
        held[labels[i]] += strength[i]
    tie = np.zeros(n)
    for _ in range(_SWEEPS):
        moved = False
        for i in np.random.permutation(n):
            tie[:] = 0.0
            for j in range(n):
                if j != i:
                    tie[labels[j]] += graph[i, j]
            own = labels[i]
            held[own] -= strength[i]
            best = own
            gain = tie[own] - resolution * strength[i] * held[own] / total
            for c in range(n):
                if tie[c] > 0.0:
                    score = tie[c] - resolution * strength[i] * held[c] / total
                    if score > gain + _GAIN:
                        best, gain = c, score
            # Better alone than in any bloc: move to an empty one.
            if gain < -_GAIN:
                for c in range(n):
                    if held[c] <= 0.0 and c != own:
                        best = c
                        break
            held[best] += strength[i]
            if best != own:
                labels[i] = best
                moved = True
        if not moved:
            break


@numba.njit(cache=True)
def _refine(graph: Floats, strength: Floats, labels: Ints, resolution: float, total: float) -> Ints:  # noqa: C901, PLR0912 - one compiled loop
    """Split each bloc into well-connected parts, merging single nodes by chance."""
    n = len(graph)
    fine = np.arange(n)
    held = strength.copy()
    alone = np.ones(n, dtype=np.bool_)
    bloc_held = np.zeros(n)
    out = np.zeros(n)  # ties of each fine bloc with the rest of its bloc
    for i in range(n):
        bloc_held[labels[i]] += strength[i]
        for j in range(n):
            if j != i and labels[j] == labels[i]:
                out[i] += graph[i, j]
    inside = out.copy()
    tie = np.zeros(n)
    for i in np.random.permutation(n):
        rest = bloc_held[labels[i]] - strength[i]
        if not alone[i] or inside[i] < resolution * strength[i] * rest / total - _GAIN:
            continue
        tie[:] = 0.0
        for j in range(n):
            if j != i and labels[j] == labels[i]:
                tie[fine[j]] += graph[i, j]
        chance = np.zeros(n)
        scale = max(1e-300, 0.05 * inside[i])
        top = 0.0
        for c in range(n):
            score = tie[c] - resolution * strength[i] * held[c] / total
            other = bloc_held[labels[i]] - held[c]
            tied = out[c] >= resolution * held[c] * other / total - _GAIN
            if tie[c] > 0.0 and score > 0.0 and tied:
                chance[c] = score
                top = max(top, score)
        if top <= 0.0:
            continue
        sum_ = 0.0
        for c in range(n):
            if chance[c] > 0.0:
                chance[c] = np.exp((chance[c] - top) / scale)
                sum_ += chance[c]
        draw = np.random.random() * sum_
        chosen = -1
        for c in range(n):
            if chance[c] > 0.0:
                chosen = c
                draw -= chance[c]
                if draw <= 0.0:
                    break
        out[chosen] += inside[i] - 2 * tie[chosen]
        out[fine[i]] = 0.0
        held[fine[i]] -= strength[i]
        held[chosen] += strength[i]
        alone[chosen] = False
        alone[i] = False
        fine[i] = chosen
    return fine


@numba.njit(cache=True)
def compiled_leiden(graph: Floats, resolution: float, seed: int) -> Ints:
    """One run: local moves, refinement, aggregation, until nothing moves."""
    np.random.seed(seed)
    n = len(graph)
    place = np.arange(n)
    level, strength = graph.copy(), graph.sum(axis=1)
    total = strength.sum()
    labels = np.arange(n)
    if total <= 0.0:
        return labels
    for _ in range(_ROUNDS):
        _local_moves(level, strength, labels, resolution, total)
        blocs = _relabel(labels)
        if blocs == len(level):
            break
        fine = _refine(level, strength, labels, resolution, total)
        size = _relabel(fine)
        if size == len(level):
            fine = labels.copy()
            size = blocs
        merged, held = np.zeros((size, size)), np.zeros(size)
        fresh = np.zeros(size, dtype=np.int64)
        for i in range(len(level)):
            held[fine[i]] += strength[i]
            fresh[fine[i]] = labels[i]
            for j in range(len(level)):
                merged[fine[i], fine[j]] += level[i, j]
        for i in range(n):
            place[i] = fine[place[i]]
        level, strength, labels = merged, held, fresh
    found = np.empty(n, dtype=np.int64)
    for i in range(n):
        found[i] = labels[place[i]]
    _relabel(found)
    return found


@numba.njit(cache=True, parallel=True)
def compiled_ensemble(
    graphs: Floats, resolutions: Floats, n_seeds: int, seed: int
) -> tuple[Floats, Floats]:
    """Co-assignment counts and number of blocs over graphs, resolutions and seeds."""
    n_graphs, n = graphs.shape[0], graphs.shape[1]
    n_resolutions = len(resolutions)
    together = np.zeros((n_graphs, n, n))
    blocs = np.zeros((n_graphs, n_resolutions, n_seeds))
    for g in numba.prange(n_graphs):
        for r in range(n_resolutions):
            for s in range(n_seeds):
                run = seed + (g * n_resolutions + r) * n_seeds + s
                labels = compiled_leiden(graphs[g], resolutions[r], run)
                blocs[g, r, s] = labels.max() + 1
                for i in range(n):
                    for j in range(n):
                        if labels[i] == labels[j]:
                            together[g, i, j] += 1.0
    return together, blocs
