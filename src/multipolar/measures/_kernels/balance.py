"""Balance of ties between poles, lean to one side, and how far streams disagree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shares(ties: Floats) -> Floats:
    """Ties with each pole as shares of the ties with all poles.

    Parameters
    ----------
    ties : float array (n_poles, n_states)
        Not negative; NaN where unknown.

    Returns
    -------
    float array of the same shape
        Sums to 1 over poles; NaN where a tie is unknown or all are 0.
    """
    total = ties.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, ties / total, np.nan)


def evenness(p: Floats) -> Floats:
    """Entropy of shares over its maximum ln K, in [0, 1]: 0 one pole only, 1 all alike.

    ``p`` is a float array (n_poles, n_states); K is the number of rows.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(p > 0, p * np.log(p), np.where(p == 0, 0.0, np.nan))
    even: Floats = np.clip(0.0 - terms.sum(axis=0) / np.log(len(p)), 0.0, 1.0)
    return even


def smaller_side(p: Floats) -> Floats:
    """Twice the smaller of the two largest shares, in [0, 1]: 0 one pole only, 1 two alike.

    With two poles this is ``2 min(p_A, p_B)``; a third pole without ties does not change it.
    """
    second: Floats = np.clip(2 * np.sort(p, axis=0)[-2], 0.0, 1.0)
    return second


def lean(first: Floats, second: Floats) -> Floats:
    """``(x_A - x_B) / (x_A + x_B)`` in [-1, 1]; NaN where both are 0 or one is unknown."""
    total = first + second
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (first - second) / total, np.nan)


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Mean over the first axis with weights renormalised over what is known.

    ``values`` (n_streams, n_states), ``weights`` (n_streams,) or (n_draws, n_streams); the result
    is (n_states,) or (n_draws, n_states), NaN where nothing is known.
    """
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = (weights @ np.where(known, values, 0.0)) / (
            weights @ known.astype(np.float64)
        )
    return mean


def weighted_sd(values: Floats, weights: Floats) -> Floats:
    """Weighted standard deviation over the first axis; NaN with fewer than two known values.

    The population form (divided by the sum of the weights): streams are all there is, no sample.
    """
    known = np.isfinite(values)
    mean = weighted_mean(values, weights)
    square = weighted_mean(np.where(known, values, np.nan) ** 2, weights)
    spread: Floats = np.sqrt(np.maximum(square - mean**2, 0.0))
    return np.where(known.sum(axis=0) > 1, spread, np.nan)


def flat_weights(n_streams: int, n_draws: int, seed: int) -> Floats:
    """Weights of streams drawn evenly from all that sum to 1 (Dirichlet with ones).

    Shape (n_draws, n_streams).
    """
    return np.random.default_rng(seed).dirichlet(np.ones(n_streams), size=n_draws)


def switching(leans: Floats) -> tuple[Floats, Floats]:
    """How much and how often the lean moves from one period to the next.

    Parameters
    ----------
    leans : float array (n_periods, n_states)

    Returns
    -------
    change, crossings : float arrays (n_states,)
        Mean absolute change between neighbouring known periods (NaN with fewer than two), and
        number of changes of sign (a lean of exactly 0 has none).
    """
    n_states = leans.shape[1]
    change, crossings = np.full(n_states, np.nan), np.full(n_states, np.nan)
    for state in range(n_states):
        known = leans[np.isfinite(leans[:, state]), state]
        if len(known) > 1:
            change[state] = np.abs(np.diff(known)).mean()
            signs = np.sign(known[known != 0])
            crossings[state] = (np.diff(signs) != 0).sum()
    return change, crossings
