"""What ties two states in a period, beside distance: organisations shared, leaders acquainted.

The curated record knows the leaders of some states only. A pair of which one leader is unknown has
0 years of acquaintance and says so in a term of its own, so that not knowing is not being new.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from multipolar.core.errors import NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import load_ties
from multipolar.store import Store


def read_bonds(store: Store, states: tuple[str, ...], window: Window) -> Floats:
    """Terms of every pair in a window, (n, n, 3), none missing.

    Organisations shared (log of 1 + number, yearly mean), years both leaders have been in office
    (log of 1 + years, yearly mean), and 1 where the leaders of both are known.
    """
    years, known = _acquaintance(store, states, window)
    return np.stack([_organisations(store, len(states), window), np.log1p(years), known], axis=2)


def _organisations(store: Store, size: int, window: Window) -> Floats:
    ties, _ = load_ties(store, ["memberships"])
    if "memberships" not in ties:
        return np.zeros((size, size))
    try:
        shared = ties["memberships"].matrix(*window)
    except NotIdentified:
        return np.zeros((size, size))
    return np.log1p(np.nan_to_num(shared))


def _acquaintance(store: Store, states: tuple[str, ...], window: Window) -> tuple[Floats, Floats]:
    """Mean years that the leaders of both have been in office, and whether both are known."""
    size = len(states)
    total, known = np.zeros((size, size)), np.zeros((size, size))
    if "leaders" not in store.tables():
        return total, known
    spells = store.frame("leaders").filter(pl.col("state").is_in(states))
    place = {s: i for i, s in enumerate(states)}
    for year in range(window[0], window[1] + 1):
        tenure = np.full(size, np.nan)
        for state, start, end in spells.select("state", "start", "end").iter_rows():
            if start is None or start.year > year or (end is not None and end.year < year):
                continue
            # Of several leaders in a year the one longest in office knows the other best.
            served = float(year - start.year)
            tenure[place[state]] = np.fmax(tenure[place[state]], served)
        both = np.minimum(tenure[:, None], tenure)
        total += np.nan_to_num(both)
        known += np.isfinite(both)
    years = np.where(known > 0, total / np.maximum(known, 1), 0.0)
    np.fill_diagonal(years, 0.0)
    return years, (known > 0).astype(np.float64)
