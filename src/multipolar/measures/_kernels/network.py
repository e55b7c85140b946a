"""Place of each state in an undirected network of ties.

Every function takes a symmetric float array (n, n), not negative, with zeros on the diagonal.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components, shortest_path

Floats = npt.NDArray[np.float64]
_STEPS = 1000
_SETTLED = 1e-12


def strength(ties: Floats) -> Floats:
    """Sum of a state's ties."""
    return ties.sum(axis=1)


def eigenvector(ties: Floats) -> Floats:
    """Eigenvector centrality within the largest connected component, length 1; 0 outside it.

    Compare it with a state's own past rank, not with its past value: the scale is the network's.
    """
    inside = _largest(ties)
    values, vectors = np.linalg.eigh(ties[np.ix_(inside, inside)])
    found = np.zeros(len(ties))
    found[inside] = np.abs(vectors[:, np.argmax(values)])
    return found


def closeness(ties: Floats) -> Floats:
    """Closeness over distances ``1 / tie``, corrected for size of the component, as in networkx.

    ``(r - 1) / sum(d) * (r - 1) / (n - 1)`` with r states within reach; 0 for an isolate.
    """
    with np.errstate(divide="ignore"):
        length = np.where(ties > 0, 1 / np.where(ties > 0, ties, 1.0), np.inf)
    distance = shortest_path(np.where(np.isfinite(length), length, 0.0), directed=False)
    reached = np.isfinite(distance)
    others = reached.sum(axis=1) - 1
    total = np.where(reached, distance, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = others / total * others / (len(ties) - 1)
    return np.where(total > 0, near, 0.0)


def core_number(ties: Floats) -> npt.NDArray[np.int64]:
    """Largest k such that the state is in a group all of whose members have k ties within it."""
    tied = ties > 0
    degree = tied.sum(axis=1)
    core = np.zeros(len(ties), dtype=np.int64)
    left = np.ones(len(ties), dtype=bool)
    k = 0
    while left.any():
        k = max(k, int(degree[left].min()))
        peeled = left & (degree <= k)
        core[peeled] = k
        left &= ~peeled
        degree = degree - tied[:, peeled].sum(axis=1)
    return core


def coreness(ties: Floats) -> Floats:
    """Continuous core-periphery fit of Borgatti & Everett (1999): c that maximises cor(A, c c').

    Iterates ``c_i = sum_j A_ij c_j / sum_{j != i} c_j^2`` (the least-squares rank-1 fit without the
    diagonal) and scales the largest to 1: 0 periphery, 1 core.
    """
    c = strength(ties) / max(float(strength(ties).max(initial=0.0)), 1e-300)
    for _ in range(_STEPS):
        square = (c**2).sum() - c**2
        fresh = np.where(square > 0, ties @ c / np.where(square > 0, square, 1.0), 0.0)
        top = fresh.max(initial=0.0)
        fresh = fresh / top if top > 0 else fresh
        if np.abs(fresh - c).max(initial=0.0) < _SETTLED:
            break
        c = fresh
    return c


def constraint(ties: Floats) -> Floats:
    """Burt's constraint: how far a state's partners are tied to each other; NaN for isolates.

    ``sum_j (p_ij + sum_q p_iq p_qj)^2`` over its partners j, with p the share of each tie.
    """
    total = ties.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.where(total > 0, ties / total, 0.0)
    local = np.where(ties > 0, (p + p @ p) ** 2, 0.0).sum(axis=1)
    return np.where(total[:, 0] > 0, local, np.nan)


def effective_size(ties: Floats) -> Floats:
    """Burt's effective size: partners less their mean number of ties to each other (unweighted)."""
    tied = (ties > 0).astype(np.float64)
    n = tied.sum(axis=1)
    among = np.einsum("ij,jk,ki->i", tied, tied, tied) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, n - 2 * among / n, np.nan)


def _largest(ties: Floats) -> npt.NDArray[np.int64]:
    _, label = connected_components(ties > 0, directed=False)
    return np.flatnonzero(label == np.bincount(label).argmax())
