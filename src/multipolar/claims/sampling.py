"""A part of a large space of specifications: a fair draw, and all that is near the defaults."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

EXACT_DISTANCE = 3


def near_rows(codes: npt.NDArray[np.int32], starts: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Rows that differ from one of the starts in at most three choices, shape (n,)."""
    near = np.zeros(len(codes), dtype=np.bool_)
    for start in starts:
        near |= (codes != codes[start]).sum(axis=1) <= EXACT_DISTANCE
    return near


def draw_rows(
    codes: npt.NDArray[np.int32], stratum: npt.NDArray[np.int64], sample: int, seed: int
) -> npt.NDArray[np.bool_]:
    """Draw about ``sample`` rows, every one with the same probability within its stratum.

    Each stratum gives its share of the sample and one row at least. Within it, every k-th row is
    taken after sorting by shuffled options, so that options of the leading choices come up almost
    equally often.

    Returns
    -------
    bool array of shape (n,)
    """
    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(codes), dtype=np.bool_)
    for number in range(int(stratum.max()) + 1):
        members = np.flatnonzero(stratum == number)
        wanted = max(1, round(sample * len(members) / len(codes)))
        drawn[members[_systematic(codes[members], wanted, rng)]] = True
    return drawn


def _systematic(
    codes: npt.NDArray[np.int32], wanted: int, rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    sizes = codes.max(axis=0) + 1
    columns = [rng.permutation(int(size))[codes[:, j]] for j, size in enumerate(sizes)]
    order = np.lexsort([columns[j] for j in rng.permutation(len(columns))])
    step = len(codes) / wanted
    picks = np.floor(rng.uniform(0, step) + step * np.arange(wanted)).astype(np.intp)
    return order[np.minimum(picks, len(codes) - 1)]
