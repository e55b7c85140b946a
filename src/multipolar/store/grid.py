"""Pairs of states that existed in a year, as rows of arrays that streams are written into.

A row is found by its place in a cube (year, state, state) instead of a join, so that every stream
costs one look-up for its rows and one write for each of its columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.states import known_codes, state_of

Array = np.ndarray[Any, np.dtype[Any]]
Known = Array | tuple[Array, Array] | None
Part = tuple[Array, Array | None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a table go, found once for all of its columns.

    Attributes
    ----------
    columns : mapping
        By ending of the column's name (``""``, or ``"_ab"`` and ``"_ba"``): rows of the grid, and
        the rows of the table that go there (None: all of them).
    """

    columns: dict[str, list[Part]]


@dataclass(slots=True)
class Grid:
    """Rows of the panel and the columns written so far.

    Attributes
    ----------
    codes : list of str
        State codes in the order of the alphabet; positions refer to it.
    place : array (years * states * states)
        Row of a pair in a year, in either order where rows have none, -1 where there is none.
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
        pair = exists[:, :, None] & exists[:, None, :]
        # Pairs in one order only, or in both; a state is no pair with itself.
        pair &= ~np.eye(size, dtype=bool) if directed else np.triu(np.ones((size, size), bool), 1)
        if states:
            chosen = np.isin(codes, sorted(states))
            pair &= chosen[:, None] | chosen[None, :]
        when, first, second = (a.astype(np.int32) for a in np.nonzero(pair))
        place = np.full(pair.size, -1, dtype=np.int32)
        rows = np.arange(len(when), dtype=np.int32)
        place[(when * size + first) * size + second] = rows
        if not directed:
            place[(when * size + second) * size + first] = rows
        begin = when * size
        return cls(
            since,
            until,
            directed,
            codes,
            place,
            first,
            second,
            when + np.int32(since),
            begin + first,
            begin + second,
        )

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
            return Places({"": [_there(rows), _there(turned)]})
        if symmetric or self.directed:
            return Places({"": [_there(rows)]})
        ahead = first < second
        there, back = np.where(ahead, rows, np.int32(-1)), np.where(ahead, np.int32(-1), rows)
        return Places({"_ab": [_there(there)], "_ba": [_there(back)]})

    def _place_of(self, begin: Array, first: Array, second: Array, inside: Array) -> Array:
        size = np.int32(len(self.codes))
        # Whatever is outside the grid reads some cell of it, and is struck out after.
        found: Array = self.place.take((begin + first) * size + second, mode="clip")
        if not inside.all():
            found[~inside] = -1
        return found

    def write(
        self, name: str, places: Places, value: Array, *, known: Known, words: tuple[str, ...] = ()
    ) -> None:
        """Add a column, or one for each direction.

        Parameters
        ----------
        name : str
            Of the column, without ``_ab`` and ``_ba``.
        places : Places
            Where the rows of the table go.
        value : array
            Value of every row of the table; where two go to one place, the later stands.
        known : array of bool, two of them, or None
            Rows for which no entry means 0 or false; None where no entry means not known. Two
            arrays are for ``_ab`` and ``_ba``.
        words : tuple of str
            What the values stand for, where they are positions in a list of words.
        """
        for i, (ending, parts) in enumerate(places.columns.items()):
            mine = known[i] if isinstance(known, tuple) else known
            self.columns[name + ending] = self._column(parts, value, mine, words)

    def _column(
        self,
        parts: list[Part],
        value: Array,
        known: Array | None,
        words: tuple[str, ...],
    ) -> pl.Series:
        filled = np.zeros(len(self), dtype=value.dtype)
        there = np.zeros(len(self), dtype=bool) if known is None else known.copy()
        for rows, kept in parts:
            filled[rows] = value if kept is None else value[kept]
            there[rows] = True
        found = pl.Series(filled)
        if words:
            found = pl.Series(words).gather(found.cast(pl.UInt32))
        return pl.select(pl.when(pl.Series(there)).then(found)).to_series()

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


def _there(rows: Array) -> Part:
    """Rows that are in the grid, with the rows of the table that go there."""
    good = rows >= 0
    return (rows, None) if good.all() else (rows[good], np.nonzero(good)[0])


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
