"""Pairs of states that existed in a year, as rows of arrays that streams are written into.

A row is found by its place in a cube (year, state, state) instead of a join, so that every stream
costs one indexed write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.periods import as_period
from multipolar.core.states import list_states

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(slots=True)
class Pairs:
    """Pairs given by a stream: positions of both states, year, and the value.

    Rows outside the grid (a state or a year it does not hold) are left out on writing.
    """

    first: Array
    second: Array
    year: Array
    value: Array


@dataclass(slots=True)
class Grid:
    """Rows of the panel and the columns written so far.

    Attributes
    ----------
    codes : list of str
        State codes in the order of the alphabet; positions refer to it.
    place : array (years, states, states)
        Row of a pair in a year, -1 where there is none.
    first, second, year : arrays
        Positions and year of every row.
    """

    since: int
    until: int
    directed: bool
    codes: list[str]
    place: Array
    first: Array
    second: Array
    year: Array
    columns: dict[str, pl.Series] = field(default_factory=dict)

    @classmethod
    def build(cls, since: int, until: int, *, directed: bool, states: frozenset[str]) -> Grid:
        """Rows for the pairs of every year; with ``states`` only pairs with one of them."""
        there = {y: [s.code for s in list_states(as_period(y))] for y in range(since, until + 1)}
        codes = sorted({c for year in there.values() for c in year})
        size = len(codes)
        exists = np.zeros((until - since + 1, size), dtype=bool)
        for year, names in there.items():
            exists[year - since, np.searchsorted(codes, names)] = True
        pair = exists[:, :, None] & exists[:, None, :]
        # Pairs in one order only, or in both; a state is no pair with itself.
        pair &= ~np.eye(size, dtype=bool) if directed else np.triu(np.ones((size, size), bool), 1)
        if states:
            chosen = np.isin(codes, sorted(states))
            pair &= chosen[:, None] | chosen[None, :]
        place = np.full(pair.shape, -1, dtype=np.int32)
        when, first, second = np.nonzero(pair)
        place[when, first, second] = np.arange(len(when), dtype=np.int32)
        return cls(since, until, directed, codes, place, first, second, when + since)

    def __len__(self) -> int:
        return len(self.year)

    def positions(self, codes: pl.Series) -> Array:
        """Position of every code; -1 where the grid has no such state."""
        known = codes.cast(pl.Enum(self.codes), strict=False).to_physical()
        return known.cast(pl.Int32).fill_null(-1).to_numpy()

    def rows(self, pairs: Pairs) -> tuple[Array, Array]:
        """Rows of the pairs that are in the grid, and which of the pairs those are."""
        inside = (pairs.first >= 0) & (pairs.second >= 0)
        inside &= (pairs.year >= self.since) & (pairs.year <= self.until)
        kept = np.nonzero(inside)[0]
        found = self.place[pairs.year[kept] - self.since, pairs.first[kept], pairs.second[kept]]
        good = found >= 0
        return found[good], kept[good]

    def write(
        self,
        name: str,
        pairs: Pairs,
        *,
        symmetric: bool,
        known: Array | None,
        words: tuple[str, ...] = (),
    ) -> None:
        """Add a stream.

        Parameters
        ----------
        name : str
            Of the column. A one-sided stream in an undirected grid becomes ``name_ab`` (from
            ``state_a`` to ``state_b``) and ``name_ba``.
        pairs : Pairs
            In the order of the stream; both orders are written where it has none.
        symmetric : bool
            The stream has no direction.
        known : array of bool, or None
            Rows for which no entry means 0 or false; None where no entry means not known. For a
            one-sided stream in an undirected grid the rows from ``first`` to ``second``, then
            those back.
        words : tuple of str
            What the values stand for, where they are positions in a list of words.
        """
        turned = Pairs(pairs.second, pairs.first, pairs.year, pairs.value)
        if symmetric:
            both = [pairs, turned] if self.directed else [_ordered(pairs)]
            self.columns[name] = self._column(both, known, words)
        elif self.directed:
            self.columns[name] = self._column([pairs], known, words)
        else:
            back = None if known is None else known[len(self) :]
            here = None if known is None else known[: len(self)]
            self.columns[f"{name}_ab"] = self._column([pairs], here, words)
            self.columns[f"{name}_ba"] = self._column([turned], back, words)

    def _column(self, parts: list[Pairs], known: Array | None, words: tuple[str, ...]) -> pl.Series:
        filled = np.zeros(len(self), dtype=parts[0].value.dtype)
        there = np.zeros(len(self), dtype=bool) if known is None else known.copy()
        for part in parts:
            rows, kept = self.rows(part)
            filled[rows] = part.value[kept]
            there[rows] = True
        series = pl.Series(filled).set(pl.Series(~there), None)
        return pl.Series(words).gather(series.cast(pl.UInt32)) if words else series

    def frame(self) -> pl.DataFrame:
        """All columns written so far beside the keys."""
        names = ("source_state", "target_state") if self.directed else ("state_a", "state_b")
        codes = pl.Series(self.codes)
        keys = {
            names[0]: codes.gather(self.first),
            names[1]: codes.gather(self.second),
            "year": pl.Series(self.year.astype(np.int16)),
        }
        return pl.DataFrame(keys | self.columns)


def _ordered(pairs: Pairs) -> Pairs:
    swapped = pairs.first > pairs.second
    return Pairs(
        np.where(swapped, pairs.second, pairs.first),
        np.where(swapped, pairs.first, pairs.second),
        pairs.year,
        pairs.value,
    )
