"""How ties are spread over partners: concentration, effective numbers, breadth, dependence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def herfindahl(ties: Floats) -> Floats:
    """Herfindahl-Hirschman index of each row, ``sum p^2`` in (0, 1]; NaN without ties.

    ``ties`` is a float array (n_states, n_partners), not negative; NaN counts as no tie.
    """
    p = _shares(ties)
    squares: Floats = (p**2).sum(axis=1)
    return squares


def herfindahl_unbiased(counts: Floats) -> Floats:
    """HHI estimated from counts of events, ``sum n_j (n_j - 1) / (n (n - 1))``.

    The plain index of a sample is too high, as two events of few are often of one partner by
    chance. NaN with fewer than two events.
    """
    filled = np.nan_to_num(counts)
    n = filled.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 1, (filled * (filled - 1)).sum(axis=1) / (n * (n - 1)), np.nan)


def effective_number(ties: Floats, order: int = 1) -> Floats:
    """Number of equal partners with the same spread: order 1 ``exp(H)``, order 2 ``1 / HHI``."""
    if order == 2:
        return 1 / herfindahl(ties)
    p = _shares(ties)
    with np.errstate(invalid="ignore", divide="ignore"):
        entropy = -np.where(p > 0, p * np.log(p), np.where(np.isnan(p), np.nan, 0.0)).sum(axis=1)
    effective: Floats = np.exp(entropy)
    return effective


def breadth(ties: Floats, weights: Floats, threshold: float = 0.0) -> Floats:
    """Weighted share of partners with a tie above a threshold, in [0, 1].

    ``weights`` (n_partners,); a partner whose tie is unknown (NaN) drops out.
    """
    known = np.isfinite(ties).astype(np.float64)
    tied = (np.nan_to_num(ties) > threshold).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = (tied * known @ weights) / (known @ weights)
    return share


def dependence(ties: Floats) -> Floats:
    """Share of each partner in a state's ties, ``e_ij = x_ij / x_i``; rows sum to 1."""
    return _shares(ties)


def asymmetry(ties: Floats) -> Floats:
    """``e_ij - e_ji``: above 0 where the row's state depends more on the column's than back."""
    e = dependence(ties)
    difference: Floats = e - e.T
    return difference


def _shares(ties: Floats) -> Floats:
    filled = np.nan_to_num(ties)
    total = filled.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, filled / total, np.nan)
