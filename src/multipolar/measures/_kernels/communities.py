"""Blocs in dense weighted graphs: Leiden, modularity, frustration, and how often pairs agree.

Graphs are symmetric float arrays (n, n) with zeros on the diagonal. The Leiden algorithm (Traag,
Waltman & van Eck 2019) is written for dense graphs of a few hundred nodes, where ten thousand runs
have to be affordable.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from multipolar.measures._kernels.leiden import (
    compiled_ensemble,
    compiled_frustration,
    compiled_leiden,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_LARGEST_FRUSTRATION = 22


def modularity(graph: Floats, labels: Ints, resolution: float = 1.0) -> float:
    """Modularity of a partition; weights must not be negative.

    ``sum over blocs of (inside / 2m) - resolution (strength / 2m)^2``, at most 1.
    """
    total = graph.sum()
    member = labels[:, None] == np.unique(labels)
    inside = np.einsum("ic,ij,jc->c", member, graph, member)
    held = graph.sum(axis=1) @ member
    return float((inside / total - resolution * (held / total) ** 2).sum())


def signed_modularity(graph: Floats, labels: Ints, resolution: float = 1.0) -> float:
    """Modularity where ties can be hostile (Gomez, Jensen & Arenas 2009).

    Friendly ties are wanted inside blocs and hostile ones between them; each sign is compared with
    its own chance model and weighs by its share of all ties.
    """
    friendly, hostile = np.maximum(graph, 0.0), np.maximum(-graph, 0.0)
    weight = friendly.sum() + hostile.sum()
    value = 0.0
    for part, sign in ((friendly, 1.0), (hostile, -1.0)):
        if part.sum() > 0:
            value += sign * part.sum() / weight * modularity(part, labels, resolution)
    return value


def frustration(graph: Floats) -> float:
    """Least weight of ties that any split into two factions leaves against it; exact.

    A friendly tie across or a hostile tie within counts. 0 is perfect balance.

    Raises
    ------
    ValueError
        More than 22 nodes: every split is tried.
    """
    n = len(graph)
    if n > _LARGEST_FRUSTRATION:
        raise ValueError(f"{n} nodes; every split of at most {_LARGEST_FRUSTRATION} can be tried")
    return float(compiled_frustration(np.ascontiguousarray(graph, dtype=np.float64)))


def balanced_triangles(graph: Floats) -> float:
    """Share of triangles with an even number of hostile ties; NaN without triangles."""
    sign, tied = np.sign(graph), (graph != 0).astype(np.float64)
    total = np.einsum("ij,jk,ki->", tied, tied, tied)
    product = np.einsum("ij,jk,ki->", sign, sign, sign)
    return float((total + product) / (2 * total)) if total else float("nan")


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
    counted, blocs = compiled_ensemble(dense, np.asarray(resolutions, np.float64), n_seeds, seed)
    runs = len(graphs) * len(resolutions) * n_seeds
    return counted.sum(axis=0) / runs, blocs


def agreement_beyond_chance(cells: Floats) -> Floats:
    """Linear kappa of every pair from joint counts (3, 3, n, n) of yes, abstain, no."""
    far = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0))) / 2
    n = cells.sum(axis=(0, 1))
    observed = np.einsum("ab,abij->ij", far, cells)
    expected = np.einsum("ab,aij,bij->ij", far, cells.sum(axis=1), cells.sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed * n / expected, np.nan)


def match_labels(labels: Ints, reference: Ints) -> Ints:
    """Rename blocs so that as many members as possible keep their reference bloc (Hungarian)."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - scipy takes long to import

    size = int(max(labels.max(), reference.max())) + 1
    overlap = np.zeros((size, size))
    np.add.at(overlap, (labels, reference), 1)
    rows, columns = linear_sum_assignment(-overlap)
    name = np.empty(size, dtype=np.int64)
    name[rows] = columns
    return name[labels]


def consensus(together: Floats) -> Ints:
    """Blocs of pairs that are mostly together: average linkage cut at one half, largest first."""
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    if len(together) < 2:
        return np.zeros(len(together), dtype=np.int64)
    apart = np.clip(1 - together, 0, None)
    np.fill_diagonal(apart, 0)
    found = fcluster(linkage(squareform(apart, checks=False), "average"), 0.5, "distance")
    _, index, counts = np.unique(found, return_inverse=True, return_counts=True)
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
