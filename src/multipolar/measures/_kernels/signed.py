"""Graphs whose ties are friendly or hostile: balance of triangles, frustration, modularity.

Graphs are symmetric float arrays (n, n) with zeros on the diagonal: above 0 friendly, below 0
hostile, 0 no tie.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from multipolar.measures._kernels import communities

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LARGEST_FRUSTRATION = 22
"""Nodes up to which every split is tried: 2 million splits, a tenth of a second."""


def beyond_both(agreement: Floats) -> Floats:
    """Agreement of two states less what the agreement of each with all others leads to expect.

    Parameters
    ----------
    agreement : float array (n, n)
        NaN where a pair has none in common; at least three states, and one pair that has.

    Returns
    -------
    float array (n, n)
        Residual of the additive model ``mean + effect of one + effect of the other``; every row
        sums to 0 where no pair is missing. Missing pairs get 0.
    """
    n = len(agreement)
    pairs = agreement.copy()
    np.fill_diagonal(pairs, np.nan)
    mean = np.nanmean(pairs)
    # A state that has nothing in common with any other has no effect.
    known = np.isfinite(pairs).sum(axis=1)
    effect = np.nansum(pairs - mean, axis=1) / np.maximum(known, 1) * (n - 1) / (n - 2)
    residual: Floats = np.nan_to_num(pairs - mean - effect[:, None] - effect)
    return residual


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
            value += sign * part.sum() / weight * communities.modularity(part, labels, resolution)
    return value


def frustration(graph: Floats) -> tuple[float, Ints]:
    """Least weight of ties that any split into two factions leaves against it; exact.

    A friendly tie across or a hostile tie within counts. 0 is perfect balance.

    Returns
    -------
    weight : float
    side : int array (n,)
        One of the splits that reach it, 0 the side of the first node.

    Raises
    ------
    ValueError
        More than 22 nodes: every split is tried.
    """
    n = len(graph)
    if n > LARGEST_FRUSTRATION:
        raise ValueError(f"{n} nodes; every split of at most {LARGEST_FRUSTRATION} can be tried")
    side: Ints = _best_split(np.ascontiguousarray(graph, dtype=np.float64))
    same = np.where(side[:, None] == side, 1.0, -1.0)
    return float(np.maximum(-graph * same, 0.0).sum() / 2), side


@numba.njit(cache=True)
def _best_split(graph: Floats) -> Ints:
    """Split of least cost, in the order of a Gray code: each step moves one node, never the last.

    Costs are relative to all nodes on one side.
    """
    n = len(graph)
    side = np.ones(n)
    cost, best, best_step = 0.0, 0.0, 0
    for step in range(1, 1 << (n - 1)):
        bit, rest = 0, step
        while rest % 2 == 0:
            rest //= 2
            bit += 1
        for j in range(n):
            if j != bit:
                cost += graph[bit, j] * side[bit] * side[j]
        side[bit] = -side[bit]
        if cost < best - 1e-9:
            best, best_step = cost, step
    code = best_step ^ (best_step >> 1)
    found = np.zeros(n, dtype=np.int64)
    for i in range(n):
        found[i] = (code >> i) & 1
    return found if found[0] == 0 else 1 - found


def triangles(graph: Floats) -> tuple[Floats, Floats]:
    """Triangles of each node, as how many have an even number of hostile ties, and all of them.

    Each triangle is counted at all three of its nodes.
    """
    sign, tied = np.sign(graph), (graph != 0).astype(np.float64)
    total: Floats = (tied @ tied * tied).sum(axis=1) / 2
    product = (sign @ sign * sign).sum(axis=1) / 2
    return (total + product) / 2, total


def balanced_share(graph: Floats) -> float:
    """Share of triangles with an even number of hostile ties; NaN without triangles."""
    balanced, total = triangles(graph)
    return float(balanced.sum() / total.sum()) if total.any() else float("nan")


def balanced_by_chance(friendly: float) -> float:
    """Share of balanced triangles where signs are dealt out at random.

    ``friendly`` is the share of friendly ties: all three, or one of three.
    """
    return friendly**3 + 3 * friendly * (1 - friendly) ** 2
