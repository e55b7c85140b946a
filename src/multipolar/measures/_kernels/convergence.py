"""Rank-normalised split R-hat and effective sample size (Vehtari et al. 2021)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

_BLOCK = 500


def split_chains(draws: np.ndarray) -> np.ndarray:
    """Halve each chain: (chains, draws, n) to (2 chains, draws // 2, n)."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def rank_normal(draws: np.ndarray) -> np.ndarray:
    """Normal scores of the ranks over all chains, quantity by quantity."""
    chains, length, n = draws.shape
    ranks = stats.rankdata(draws.reshape(-1, n), axis=0)
    scores = special.ndtri((ranks - 0.375) / (chains * length + 0.25))
    return np.asarray(scores.reshape(chains, length, n))


def _r_hat(draws: np.ndarray) -> np.ndarray:
    length = draws.shape[1]
    within = draws.var(axis=1, ddof=1).mean(axis=0)
    between = draws.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt((length - 1) / length + between / within)
    return np.where(within > 0, ratio, 1.0)


def _in_blocks(figure: Callable[[np.ndarray], np.ndarray], draws: np.ndarray) -> np.ndarray:
    """Work out a figure for some quantities at a time: ranks and spectra need room."""
    blocks = range(0, draws.shape[2], _BLOCK)
    return np.concatenate([figure(draws[..., k : k + _BLOCK]) for k in blocks])


def r_hat(draws: np.ndarray) -> np.ndarray:
    """Rank-normalised split R-hat, the larger of bulk and folded, shape (n,).

    ``draws`` (chains, draws, n). 1 when the chains agree; above 1.01 they do not yet.
    """
    return _in_blocks(_rank_r_hat, draws)


def _rank_r_hat(draws: np.ndarray) -> np.ndarray:
    halves = split_chains(draws)
    folded = np.abs(halves - np.median(halves, axis=(0, 1)))
    return np.maximum(_r_hat(rank_normal(halves)), _r_hat(rank_normal(folded)))


def effective_size(draws: np.ndarray) -> np.ndarray:
    """Bulk effective sample size of rank-normalised split chains, shape (n,).

    Geyer's initial monotone sequence, as in Stan; never above n log10 n.
    """
    return _in_blocks(_bulk_size, draws)


def _bulk_size(draws: np.ndarray) -> np.ndarray:
    scores = rank_normal(split_chains(draws))
    chains, length, n = scores.shape
    centred = scores - scores.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * length, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length] / length
    within = covariance[:, 0].mean(axis=0) * length / (length - 1)
    between = scores.mean(axis=1).var(axis=0, ddof=1) if chains > 1 else np.zeros(n)
    total = within * (length - 1) / length + between
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = 1.0 - (within - covariance.mean(axis=0) * length / (length - 1)) / total
    rho[0] = 1.0
    even = length // 2 * 2
    pairs = rho[0:even:2] + rho[1:even:2]
    positive = np.cumprod(pairs > 0, axis=0)
    monotone = np.minimum.accumulate(np.where(positive > 0, pairs, 0.0), axis=0)
    tau = np.maximum(-1.0 + 2.0 * monotone.sum(axis=0), 1.0 / np.log10(chains * length))
    return np.where(total > 0, chains * length / tau, float(chains * length))
