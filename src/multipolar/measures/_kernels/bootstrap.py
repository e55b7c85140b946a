"""Resampling of clusters: how often each draw takes each observation, and what to make of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]


def cluster_multiplicities(cluster: Ints, n_draws: int, seed: int) -> Floats:
    """Draw whole clusters with replacement.

    Parameters
    ----------
    cluster : int array (n_observations,)
        Index of the cluster of each observation; any integers.
    n_draws : int
    seed : int

    Returns
    -------
    float64 array (n_draws, n_observations)
        How often each draw takes each observation; equal within a cluster.
    """
    labels, index = np.unique(cluster, return_inverse=True)
    rng = np.random.default_rng(seed)
    size = len(labels)
    times = rng.multinomial(size, np.full(size, 1 / size), size=n_draws) if size else 0
    return np.asarray(times, dtype=np.float64).reshape(n_draws, size)[:, index]


def leave_one_out(cluster: Ints) -> tuple[Ints, Floats]:
    """Weights of the jackknife over clusters.

    Returns
    -------
    labels : array (n_clusters,)
    weights : float64 array (n_clusters, n_observations)
        0 for the observations of the cluster left out, 1 for the others.
    """
    labels, index = np.unique(cluster, return_inverse=True)
    return labels, (index[None, :] != np.arange(len(labels))[:, None]).astype(np.float64)


def percentile_interval(
    draws: Floats, level: float = 0.95, *, minimum_share: float = 0.5
) -> tuple[Floats, Floats]:
    """Percentile interval over the first axis, ignoring draws without a value.

    Parameters
    ----------
    draws : array (n_draws, ...)
        NaN where a draw gives no value.
    level : float
        Coverage aimed at, in (0, 1).
    minimum_share : float
        Share of draws that must have a value; the interval is NaN below it.

    Returns
    -------
    lower, upper : arrays (...)
    """
    flat = draws.reshape(draws.shape[0], -1)
    ordered = np.sort(flat, axis=0)  # NaN sorts last
    valid = np.isfinite(flat).sum(axis=0)
    tail = (1 - level) / 2
    ends = [_at(ordered, valid, q) for q in (tail, 1 - tail)]
    enough = valid >= max(2, minimum_share * flat.shape[0])
    lower, upper = (np.where(enough, end, np.nan).reshape(draws.shape[1:]) for end in ends)
    return lower, upper


def _at(ordered: Floats, valid: Ints, quantile: float) -> Floats:
    """Quantile by linear interpolation within the first ``valid`` rows of each column."""
    place = quantile * np.maximum(valid - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(valid - 1, 0))
    columns = np.arange(ordered.shape[1])
    low, high = ordered[below, columns], ordered[above, columns]
    return low + (high - low) * (place - below)
