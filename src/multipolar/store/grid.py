"""Pairs of states that existed in a year, as rows of arrays that streams are written into.

A row is found by its place in a cube (year, state, state) instead of a join, so that every stream
costs one look-up for its rows and one write for each of its columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.states import known_codes, state_of

Array = np.ndarray[Any, np.dtype[Any]]
Known = Array | tuple[Array, Array] | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a table go, found once for all of its columns.

    Attributes
    ----------
    columns : mapping
        By ending of the column's name (``""``, or ``"_ab"`` and ``"_ba"``): for every row of the
        table its row of the grid, or the one past the end; twice where both orders are meant.
    """

    columns: dict[str, list[Array]]


@dataclass(slots=True)
class Grid:
    """Rows of the panel and the columns written so far.

    Attributes
    ----------
    codes : list of str
        State codes in the order of the alphabet; positions refer to it.
    place : array (years * states * states)
        Row of a pair in a year, in either order where rows have none. A pair that has no row has
        the one past the end: what goes there is dropped, which is cheaper than to leave it out.
    first, second, year : arrays
        Positions and year of every row.
    first_year, second_year : arrays
        Place of either state in a table (years * states).
    """

    since: int
    until: int
    directed: bool
    codes: list[str]
    place: Array
    first: Array
    second: Array
    year: Array
    first_year: Array
    second_year: Array
    columns: dict[str, pl.Series] = field(default_factory=dict)

    @classmethod
    def build(cls, since: int, until: int, *, directed: bool, states: frozenset[str]) -> Grid:
        """Rows for the pairs of every year; with ``states`` only pairs with one of them."""
        codes, exists = _existing(since, until)
        size = len(codes)
        # Pairs in one order only, or in both; a state is no pair with itself.
        square = np.ones((size, size), bool)
        wanted = square & ~np.eye(size, dtype=bool) if directed else np.triu(square, 1)
        if states:
            chosen = np.isin(codes, sorted(states))
            wanted &= chosen[:, None] | chosen[None, :]
        # Year by year: arrays of one year stay in the cache, those of all years do not.
        yearly = [np.flatnonzero(wanted & there[:, None] & there) for there in exists]
        n = sum(map(len, yearly))
        first, second, year = (np.empty(n, dtype=np.int32) for _ in range(3))
        first_year, second_year = (np.empty(n, dtype=np.intp) for _ in range(2))
        place = np.full((len(exists), size * size), n, dtype=np.int32)
        end = 0
        for when, flat in enumerate(yearly):
            begin, end = end, end + len(flat)
            a, b = np.divmod(flat, size)
            first[begin:end], second[begin:end], year[begin:end] = a, b, since + when
            first_year[begin:end], second_year[begin:end] = when * size + a, when * size + b
            rows = np.arange(begin, end, dtype=np.int32)
            place[when, flat] = rows
            if not directed:
                place[when, b * size + a] = rows
        return cls(
            since, until, directed, codes, place.ravel(), first, second, year,
            first_year, second_year,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.year)

    def positions(self, codes: pl.Series) -> Array:
        """Position of every code; -1 where the grid has no such state."""
        known = codes.cast(pl.Enum(self.codes), strict=False).to_physical()
        return known.cast(pl.Int32).fill_null(-1).to_numpy()

    def find(self, first: Array, second: Array, year: Array, *, symmetric: bool) -> Places:
        """Find the rows of pairs given by the positions of both states and the year.

        Pairs outside the grid (a state or a year it does not hold) are left out.

        Parameters
        ----------
        first, second, year : arrays
            In the order of the stream.
        symmetric : bool
            The stream has no direction: both orders are meant. A one-sided stream in an undirected
            grid gets two columns: ``_ab`` from ``state_a`` to ``state_b``, and ``_ba``.
        """
        inside = (first >= 0) & (second >= 0) & (year >= self.since) & (year <= self.until)
        size = np.int32(len(self.codes))
        begin = (year - self.since).astype(np.int32) * size
        rows = self._place_of(begin, first, second, inside)
        if symmetric and self.directed:
            turned = self._place_of(begin, second, first, inside)
            return Places({"": [rows, turned]})
        if symmetric or self.directed:
            return Places({"": [rows]})
        ahead, nowhere = first < second, len(self)
        there, back = np.where(ahead, rows, nowhere), np.where(ahead, nowhere, rows)
        return Places({"_ab": [there], "_ba": [back]})

    def _place_of(self, begin: Array, first: Array, second: Array, inside: Array) -> Array:
        size = np.int32(len(self.codes))
        # Whatever is outside the grid reads some cell of it, and is struck out after.
        found: Array = self.place.take((begin + first) * size + second, mode="clip")
        # As numpy indexes, so that no column has to turn it into that again.
        return np.where(inside, found, len(self))

    def write(
        self,
        places: Places,
        values: Mapping[str, Array],
        *,
        known: Known,
        words: tuple[str, ...] = (),
    ) -> None:
        """Add columns, or two of each for a direction each.

        Parameters
        ----------
        places : Places
            Where the rows of the table go.
        values : mapping
            Value of every row of the table by name of the column, without ``_ab`` and ``_ba``;
            where two go to one place, the later stands.
        known : array of bool, two of them, or None
            Rows for which no entry means 0 or false; None where no entry means not known. Two
            arrays are for ``_ab`` and ``_ba``.
        words : tuple of str
            What the values stand for, where they are positions in a list of words.
        """
        n = len(self)
        for i, (ending, parts) in enumerate(places.columns.items()):
            there = np.zeros(n + 1, dtype=bool)
            if known is not None:
                there[:n] = known[i] if isinstance(known, tuple) else known
            for rows in parts:
                there[rows] = True
            mask = pl.Series(there[:n])
            for name, value in values.items():
                filled = np.zeros(n + 1, dtype=value.dtype)
                for rows in parts:
                    filled[rows] = value
                found = pl.Series(filled[:n])
                if words:
                    found = pl.Series(words).gather(found.cast(pl.UInt32))
                self.columns[name + ending] = pl.select(pl.when(mask).then(found)).to_series()

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


def _existing(since: int, until: int) -> tuple[list[str], Array]:
    """Codes of the states of the years, and whether each existed on a day of each year."""
    found: dict[str, list[slice]] = {}
    for code in known_codes(institutions=False):
        for start, end in state_of(code).spells:
            # The end of a spell is the first day after it.
            last = (end - timedelta(days=1)).year if end else until
            if start.year <= until and last >= since:
                years = slice(max(start.year - since, 0), min(last, until) - since + 1)
                found.setdefault(code, []).append(years)
    codes = sorted(found)
    exists = np.zeros((until - since + 1, len(codes)), dtype=bool)
    for i, code in enumerate(codes):
        for years in found[code]:
            exists[years, i] = True
    return codes, exists
