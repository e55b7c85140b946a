"""The procedure of Bailey, Strezhnev & Voeten (2017), as their April 2020 code carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import special

from multipolar.measures._ideal_data import BLOCKS, VoteArrays
from multipolar.measures._kernels.irt_bsv import sweep_items, sweep_positions
from multipolar.measures._kernels.probit import CDF, INVERSE

SMOOTH = 0.5
START_HIGH = ("USA", "CAN", "GBR", "ISR")
START_LOW = ("RUS", "DDR")
_THREADS_FROM = 40_000  # votes below which handing work out costs more than it saves
_MANY_BLOCKS_FROM = 200_000


@dataclass(frozen=True, slots=True)
class LagPrior:
    """Unit whose last conditional mean is the prior mean (-1: none), and the prior variance."""

    unit: np.ndarray
    variance: np.ndarray


def lag_prior(votes: VoteArrays) -> LagPrior:
    """One-sided prior: the state's previous period, a first period leans on the second.

    The variance is 0.5 n_t / (n_t + n_lag), n the numbers of votes; a state seen in one period
    only has mean 0 and variance 0.5.
    """
    n = votes.units["n_votes"].to_numpy().astype(float)
    lag = np.full(votes.n_units, -1, np.int64)
    for first, last in zip(votes.path_start[:-1], votes.path_start[1:], strict=True):
        if last - first > 1:
            lag[first] = first + 1
            lag[first + 1 : last] = np.arange(first, last - 1)
    before = np.where(lag >= 0, n[lag], 0.0)
    return LagPrior(lag, SMOOTH * n / (n + before))


class BsvChain:
    """One chain of the published procedure."""

    def __init__(self, votes: VoteArrays, *, seed: int, chain: int, threads: int = 1) -> None:
        self._votes = votes
        self._prior = lag_prior(votes)
        self._seed = np.uint64(
            np.random.SeedSequence([seed, chain]).generate_state(1, np.uint64)[0]
        )
        few = 4 if votes.n_obs >= _THREADS_FROM else 1
        self._blocks = votes.blocks(BLOCKS if votes.n_obs >= _MANY_BLOCKS_FROM else few)
        longest = int(np.diff(votes.start).max())
        self._work = np.empty((len(self._blocks), 2, longest))
        self._pool = ThreadPoolExecutor(threads) if threads > 1 and len(self._blocks) > 1 else None
        self._sweep = 0
        self.accepted = 0
        self._start(np.random.default_rng([seed, chain]), jitter=0.0 if chain == 0 else 1.0)

    def _start(self, rng: np.random.Generator, jitter: float) -> None:
        """Published starts; chains after the first start from positions scattered by ``jitter``."""
        votes = self._votes
        paths = votes.units["path"].to_numpy()
        self._theta = np.zeros(votes.n_units)
        self._mean = np.select(
            [np.isin(paths, START_HIGH), np.isin(paths, START_LOW)], [3.0, -2.0], 0.0
        )
        self._mean += jitter * rng.normal(size=votes.n_units)
        count = np.diff(votes.start)
        share = np.column_stack([votes.ends[:, 0], votes.ends[:, 1]]) - votes.start[:-1, None]
        self._cut = -1.0 + 2.0 * share / count[:, None]
        self._beta = _start_beta(votes)
        z = _start_z(votes, self._cut, rng)
        b = self._beta[votes.item_of]
        self._sums = np.zeros((len(self._blocks), votes.n_units, 2))
        self._sums[0, :, 0] = np.bincount(votes.unit, b * z, votes.n_units)
        self._sums[0, :, 1] = np.bincount(votes.unit, b * b, votes.n_units)

    def advance(self, sweeps: int) -> None:
        """Move by that many sweeps: positions, then cutpoints, utilities and discriminations."""
        for _ in range(sweeps):
            self._sweep += 1
            sweep_positions(
                self._seed,
                self._sweep,
                self._sums,
                self._prior.unit,
                self._prior.variance,
                self._mean,
                self._theta,
                INVERSE,
            )
            numbers = range(len(self._blocks))
            done = (
                map(self._items, numbers)
                if self._pool is None
                else self._pool.map(self._items, numbers)
            )
            self.accepted += sum(done)

    def _items(self, block: int) -> int:
        votes = self._votes
        first, last = self._blocks[block]
        return int(
            sweep_items(
                first,
                last,
                self._seed,
                self._sweep,
                votes.start,
                votes.ends,
                votes.unit,
                self._theta,
                self._beta,
                self._cut,
                self._sums[block],
                self._work[block, 0],
                self._work[block, 1],
                CDF,
                INVERSE,
                True,
            )
        )

    def record(self) -> dict[str, np.ndarray]:
        """Positions, discriminations and cutpoints."""
        return {"theta": self._theta, "beta": self._beta, "cut": self._cut}

    def state(self) -> dict[str, np.ndarray]:
        """Everything the next sweep depends on."""
        return {
            "theta": self._theta,
            "mean": self._mean,
            "beta": self._beta,
            "cut": self._cut,
            "sums": self._sums,
            "sweep": np.array(self._sweep),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a saved state."""
        self._theta = state["theta"].copy()
        self._mean = state["mean"].copy()
        self._beta = state["beta"].copy()
        self._cut = state["cut"].copy()
        self._sums = state["sums"].copy()
        self._sweep = int(state["sweep"])


def _start_beta(votes: VoteArrays) -> np.ndarray:
    """+1 where the United States votes further towards no than Russia, -1 the other way round."""
    paths = votes.units["path"].to_numpy()[votes.unit]
    seen = {}
    for code in ("USA", "RUS"):
        vote = np.zeros(votes.n_items)
        mine = paths == code
        # A bridged item has several votes; the published code takes the first.
        index = np.flatnonzero(mine)[::-1]
        vote[votes.item_of[index]] = votes.vote_of[index]
        seen[code] = vote
    both = (seen["USA"] > 0) & (seen["RUS"] > 0)
    return np.where(both, np.sign(seen["USA"] - seen["RUS"]), 0.0)


def _start_z(votes: VoteArrays, cut: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    vote, item = votes.vote_of, votes.item_of
    low = np.where(vote == 1, -np.inf, np.where(vote == 2, cut[item, 0], cut[item, 1]))
    high = np.where(vote == 1, cut[item, 0], np.where(vote == 2, cut[item, 1], np.inf))
    p, q = special.ndtr(low), special.ndtr(high)
    u = rng.uniform(size=vote.size)
    return np.clip(special.ndtri(p + u * (q - p)), -9.0, 9.0)
