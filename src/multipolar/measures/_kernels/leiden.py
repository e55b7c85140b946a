"""The compiled loops of bloc finding: Leiden on dense graphs, and many runs of it."""

# ruff: noqa: NPY002 - the legacy generator is the one numba compiles; each run sets its own seed
from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_GAIN = 1e-12
_ROUNDING = 1e-12
"""Share of a node's ties below which a tie is what adding and taking away left over."""
_ROUNDS = 50
_SWEEPS = 100


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
def _insert(ordered: Ints, size: int, value: int) -> None:
    """Put a value in its place among the first ``size`` of an ascending array."""
    k = size
    while k > 0 and ordered[k - 1] > value:
        ordered[k] = ordered[k - 1]
        k -= 1
    ordered[k] = value


@numba.njit(cache=True)
def _delete(ordered: Ints, size: int, value: int) -> None:
    """Take a value out of the first ``size`` of an ascending array."""
    k = 0
    while ordered[k] != value:
        k += 1
    for j in range(k, size - 1):
        ordered[j] = ordered[j + 1]


@numba.njit(cache=True)
def _local_moves(  # noqa: C901, PLR0912 - one compiled loop
    graph: Floats, strength: Floats, labels: Ints, resolution: float, total: float, tie: Floats
) -> None:
    """Move nodes, one by one, to the bloc that gains most, until none gains; in place.

    ``tie`` is room for the ties of every bloc with every node. Nodes are looked at far more often
    than they move, so these are kept up at each move and not added up at each look.
    """
    n = len(graph)
    held, size = np.zeros(n), np.zeros(n, dtype=np.int64)
    tie[:] = 0.0
    for i in range(n):
        held[labels[i]] += strength[i]
        size[labels[i]] += 1
        tie[labels[i]] += graph[i]
    active = np.flatnonzero(size)
    blocs = len(active)
    active = np.append(active, np.zeros(n - blocs, dtype=np.int64))
    for _ in range(_SWEEPS):
        moved = False
        for i in np.random.permutation(n):
            own = labels[i]
            held[own] -= strength[i]
            scale = resolution * strength[i] / total
            nothing = _ROUNDING * strength[i]
            best, gain = own, tie[own, i] - graph[i, i] - scale * held[own]
            for b in range(blocs):
                c = active[b]
                score = tie[c, i] - scale * held[c]
                # The rare case first: a branch that is nearly never taken costs nothing.
                if score > gain + _GAIN and tie[c, i] > nothing and c != own:
                    best, gain = c, score
            # Better alone than in any bloc: move to an empty one.
            if gain < -_GAIN:
                for c in range(n):
                    if held[c] <= 0.0 and c != own:
                        best = c
                        break
            held[best] += strength[i]
            if best == own:
                continue
            moved = True
            labels[i] = best
            if size[best] == 0:
                tie[best] = 0.0
                _insert(active, blocs, best)
                blocs += 1
            for j in range(n):
                tie[best, j] += graph[i, j]
                tie[own, j] -= graph[i, j]
            size[best] += 1
            size[own] -= 1
            if size[own] == 0:
                _delete(active, blocs, own)
                blocs -= 1
        if not moved:
            break


@numba.njit(cache=True)
def _grouped(labels: Ints) -> tuple[Ints, Ints]:
    """Nodes by label, ascending within each, and where each label begins (n_labels + 1,)."""
    start = np.zeros(labels.max() + 2, dtype=np.int64)
    for label in labels:
        start[label + 1] += 1
    start = np.cumsum(start)
    order, filled = np.empty(len(labels), dtype=np.int64), start.copy()
    for i in range(len(labels)):
        order[filled[labels[i]]] = i
        filled[labels[i]] += 1
    return order, start


@numba.njit(cache=True)
def _refine(graph: Floats, strength: Floats, labels: Ints, resolution: float, total: float) -> Ints:  # noqa: C901, PLR0912 - one compiled loop
    """Split each bloc into well-connected parts, merging single nodes by chance."""
    n = len(graph)
    fine = np.arange(n)
    held = strength.copy()
    alone = np.ones(n, dtype=np.bool_)
    order, start = _grouped(labels)
    bloc_held = np.zeros(n)
    out = np.zeros(n)  # ties of each fine bloc with the rest of its bloc
    for i in range(n):
        bloc_held[labels[i]] += strength[i]
        for j in order[start[labels[i]] : start[labels[i] + 1]]:
            if j != i:
                out[i] += graph[i, j]
    inside = out.copy()
    tie, chance = np.zeros(n), np.zeros(n)
    for i in np.random.permutation(n):
        whole = bloc_held[labels[i]]
        rest = whole - strength[i]
        if not alone[i] or inside[i] < resolution * strength[i] * rest / total - _GAIN:
            continue
        near = order[start[labels[i]] : start[labels[i] + 1]]  # a fine bloc is named after one
        for j in near:
            tie[j] = 0.0
            chance[j] = 0.0
        for j in near:
            if j != i:
                tie[fine[j]] += graph[i, j]
        scale = max(1e-300, 0.05 * inside[i])
        top = 0.0
        pull = resolution * strength[i] / total
        for c in near:
            score = tie[c] - pull * held[c]
            tied = out[c] >= resolution / total * held[c] * (whole - held[c]) - _GAIN
            if score > 0.0 and tie[c] > 0.0 and tied:
                chance[c] = score
                top = max(top, score)
        if top <= 0.0:
            continue
        sum_ = 0.0
        for c in near:
            if chance[c] > 0.0:
                chance[c] = np.exp((chance[c] - top) / scale)
                sum_ += chance[c]
        draw = np.random.random() * sum_
        chosen = -1
        for c in near:
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
    return _run(graph, resolution, seed, np.empty((3, len(graph), len(graph))))


@numba.njit(cache=True)
def _run(graph: Floats, resolution: float, seed: int, room: Floats) -> Ints:
    """One run in ``room`` (3, n, n): thousands of runs would spend their time asking for memory."""
    np.random.seed(seed)
    n = len(graph)
    place = np.arange(n)
    level, strength = graph, graph.sum(axis=1)
    total = strength.sum()
    labels = np.arange(n)
    if total <= 0.0:
        return labels
    for turn in range(_ROUNDS):
        size = len(level)
        tie = room[2].ravel()[: size * size].reshape(size, size)
        _local_moves(level, strength, labels, resolution, total, tie)
        blocs = _relabel(labels)
        if blocs == size:
            break
        fine = _refine(level, strength, labels, resolution, total)
        size = _relabel(fine)
        if size == len(level):
            fine = labels.copy()
            size = blocs
        merged = room[turn % 2].ravel()[: size * size].reshape(size, size)
        merged[:] = 0.0
        held = np.zeros(size)
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


@numba.njit(cache=True, nogil=True)
def compiled_ensemble(
    graphs: Floats, resolutions: Floats, n_seeds: int, seed: int
) -> tuple[Floats, Floats]:
    """Co-assignment counts (n, n) and number of blocs over graphs, resolutions and seeds.

    Runs take the seeds from ``seed`` on, one after the other.
    """
    n_graphs, n = graphs.shape[0], graphs.shape[1]
    n_resolutions = len(resolutions)
    together = np.zeros((n, n))
    blocs = np.zeros((n_graphs, n_resolutions, n_seeds))
    room = np.empty((3, n, n))
    for g in range(n_graphs):
        for r in range(n_resolutions):
            for s in range(n_seeds):
                labels = _run(graphs[g], resolutions[r], seed, room)
                seed += 1
                blocs[g, r, s] = labels.max() + 1
                for i in range(n):
                    for j in range(n):
                        together[i, j] += labels[i] == labels[j]
    return together, blocs
