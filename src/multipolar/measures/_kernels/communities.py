"""Blocs in dense weighted graphs: Leiden, modularity, and how often pairs fall together.

Graphs are symmetric float arrays (n, n) with zeros on the diagonal. The Leiden algorithm (Traag,
Waltman & van Eck 2019) is written for dense graphs of a few hundred nodes, where ten thousand runs
have to be affordable.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import numpy.typing as npt

from multipolar.measures._kernels.leiden import compiled_ensemble, compiled_leiden

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def modularity(graph: Floats, labels: Ints, resolution: float = 1.0) -> float:
    """Modularity of a partition; weights must not be negative.

    ``sum over blocs of (inside / 2m) - resolution (strength / 2m)^2``, at most 1.
    """
    total = graph.sum()
    member = labels[:, None] == np.unique(labels)
    inside = np.einsum("ic,ij,jc->c", member, graph, member)
    held = graph.sum(axis=1) @ member
    return float((inside / total - resolution * (held / total) ** 2).sum())


def leiden(graph: Floats, resolution: float = 1.0, seed: int = 0) -> Ints:
    """Blocs found by one run of the Leiden algorithm, counted from 0."""
    dense = np.ascontiguousarray(graph, dtype=np.float64)
    found: Ints = compiled_leiden(dense, float(resolution), int(seed))
    return found


def coassignment(
    graphs: Floats, resolutions: Floats, n_seeds: int, seed: int
) -> tuple[Floats, Floats]:
    """How often each pair falls into one bloc over graphs, resolutions and seeds.

    Parameters
    ----------
    graphs : float array (n_graphs, n, n)
    resolutions : float array (n_resolutions,)
    n_seeds : int
        Runs per graph and resolution.
    seed : int

    Returns
    -------
    together : float array (n, n)
        Share of runs in [0, 1]; 1 on the diagonal.
    blocs : float array (n_graphs, n_resolutions, n_seeds)
        Number of blocs of every run.
    """
    dense = np.ascontiguousarray(graphs, dtype=np.float64)
    grid = np.asarray(resolutions, np.float64)
    workers = min(len(dense), numba.config.NUMBA_NUM_THREADS)
    parts = np.array_split(np.arange(len(dense)), workers)

    def runs(part: Ints) -> tuple[Floats, Floats]:
        first = seed + int(part[0]) * len(grid) * n_seeds
        found: tuple[Floats, Floats] = compiled_ensemble(dense[part], grid, n_seeds, first)
        return found

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(runs, parts))
    total = len(dense) * len(grid) * n_seeds
    together: Floats = np.sum([counted for counted, _ in found], axis=0) / total
    return together, np.concatenate([blocs for _, blocs in found])


_FAR = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0))) / 2
"""Steps between yes, abstain and no, as shares of the whole way."""


def agreement(cells: Floats) -> Floats:
    """Agreement score of every pair from joint counts (3, 3, n, n); NaN without a common vote."""
    n = cells.sum(axis=(0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, 1 - np.einsum("ab,abij->ij", _FAR, cells) / n, np.nan)


def agreement_beyond_chance(cells: Floats) -> Floats:
    """Linear kappa of every pair from joint counts (3, 3, n, n) of yes, abstain, no."""
    n = cells.sum(axis=(0, 1))
    observed = np.einsum("ab,abij->ij", _FAR, cells)
    expected = np.einsum("ab,aij,bij->ij", _FAR, cells.sum(axis=1), cells.sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed * n / expected, np.nan)


def match_labels(labels: Ints, reference: Ints, fresh: int | None = None) -> Ints:
    """Rename blocs so that as many members as possible keep their reference bloc (Hungarian).

    Parameters
    ----------
    labels, reference : int arrays (n,)
        Blocs counted from 0; a reference below 0 is a member that had no bloc.
    fresh : int, optional
        Name of the first bloc that shares no member with any reference bloc; the next free one
        without it.

    Returns
    -------
    int array (n,)
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - scipy takes long to import

    known = reference >= 0
    overlap = np.zeros((int(labels.max()) + 1, int(reference.max(initial=-1)) + 1))
    np.add.at(overlap, (labels[known], reference[known]), 1)
    rows, columns = linear_sum_assignment(-overlap)
    name = np.full(len(overlap), -1, dtype=np.int64)
    shared = overlap[rows, columns] > 0
    name[rows[shared]] = columns[shared]
    unnamed = name < 0
    first = overlap.shape[1] if fresh is None else fresh
    name[unnamed] = first + np.arange(unnamed.sum())
    return name[labels]


def _shared_members(first: Ints, second: Ints) -> Floats:
    """How many members each pair of blocs shares."""
    counts = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(counts, (first, second), 1)
    return counts


def adjusted_rand(first: Ints, second: Ints) -> float:
    """Agreement of two partitions beyond chance (Hubert & Arabie 1985).

    1 the same partition, 0 as alike as two drawn at random with the same sizes of blocs; it can
    be negative.
    """
    counts = _shared_members(first, second)

    def pairs(n: Floats) -> float:
        return float((n * (n - 1) / 2).sum())

    both, one, other = pairs(counts), pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    chance = one * other / max(pairs(np.array([float(len(first))])), 1.0)
    most = (one + other) / 2
    # One bloc each, or all alone in each: the same partition.
    return 1.0 if most == chance else (both - chance) / (most - chance)


def variation_of_information(first: Ints, second: Ints) -> float:
    """Distance of two partitions in bits (Meila 2007): 0 the same, at most log2 of n."""
    joint = _shared_members(first, second) / len(first)
    with np.errstate(divide="ignore", invalid="ignore"):
        given = joint * (
            np.log2(joint / joint.sum(axis=1, keepdims=True)) + np.log2(joint / joint.sum(axis=0))
        )
    return float(-np.nansum(given)) + 0.0


def consensus(together: Floats) -> Ints:
    """Blocs of pairs that are mostly together: average linkage cut at one half, largest first."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    if len(together) < 2:
        return np.zeros(len(together), dtype=np.int64)
    apart = np.clip(1 - together, 0, None)
    np.fill_diagonal(apart, 0)
    found = fcluster(linkage(squareform(apart, checks=False), "average"), 0.5, "distance")
    return largest_first(found)


def largest_first(labels: Ints) -> Ints:
    """Labels of blocs numbered from 0 by size; of two as large, the lower label first."""
    _, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return rank[index]


def stability(together: Floats) -> float:
    """Share of pairs that are nearly always together or nearly always apart (beyond 90 %)."""
    pairs = together[np.triu_indices(len(together), 1)]
    return float(((pairs > 0.9) | (pairs < 0.1)).mean()) if len(pairs) else float("nan")


def membership_entropy(together: Floats, labels: Ints) -> Floats:
    """Doubt about each state's bloc in [0, 1]: entropy of its mean co-assignment with each bloc."""
    member = (labels[:, None] == np.unique(labels)).astype(np.float64)
    near = (together - np.eye(len(together))) @ member
    size = np.maximum(member.sum(axis=0) - member, 1.0)
    p = near / size
    p = p / np.maximum(p.sum(axis=1, keepdims=True), 1e-300)
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(p > 0, -p * np.log(p), 0.0).sum(axis=1)
    return np.where(member.shape[1] > 1, terms / np.log(max(member.shape[1], 2)), 0.0)
