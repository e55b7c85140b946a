"""What a source and a measure declare about themselves.

The declarations are data: the command line, the documentation, the checks and the claims read
them, so a new source or measure is one new file and no edit elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import UnknownName

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import polars as pl

STARTER: Final = "starter"  # kind and vintage of the record the package carries

Absence = Literal["structural_zero", "unknown", "not_applicable"]
Dtype = Literal["str", "int8", "int16", "int32", "int64", "float", "bool", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``unit`` is empty for text, ``nullable`` says whether a value may be missing."""

    name: str
    dtype: Dtype
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the store: one row is ``row``; ``key`` columns identify it.

    ``absence`` says what a row that is not there means: ``structural_zero`` (it did not happen),
    ``unknown`` (not reported) or ``not_applicable`` (the state was not there to do it).
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    absence: Absence

    def column(self, name: str) -> Column:
        """Column by name, or :class:`UnknownName` with the nearest one."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName.among(f"column of {self.name}", name, [c.name for c in self.columns])


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file the publisher offers; ``sha256`` empty where the publisher re-issues it in place."""

    url: str
    name: str
    sha256: str = ""


@dataclass(slots=True)
class Rejects:
    """Rows that could not be used, with the reason for each; never dropped without a word."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, *, file: str, row: int | None, column: str, value: Any, reason: str) -> None:
        """Keep one row; ``row`` counts from 1 after the header, None where it is the whole file."""
        self.rows.append(
            {"file": file, "row": row, "column": column, "value": str(value), "reason": reason}
        )


Frames = Mapping[str, "pl.DataFrame | pl.LazyFrame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher's data set: where it is, what it may be used for, how it is read.

    ``read(paths, rejects)`` turns local files into one frame per declared table; it opens no
    connection and no database. ``starter`` names the files the package carries, in the format
    ``read`` takes. ``minimum_rows`` guards against half a file being taken for a whole one.
    """

    name: str
    title: str
    publisher: str
    homepage: str
    licence: str
    terms: str
    citation: str
    coverage: str
    tables: tuple[Table, ...]
    read: Callable[[Sequence[Path], Rejects], Frames]
    files: tuple[File, ...] = ()
    starter: tuple[str, ...] = ()
    as_of: date | None = None
    minimum_rows: Mapping[str, int] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()
    notes: str = ""
    enabled: bool = True
    disabled_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number about states, dyads or roll calls, and everything needed to read it honestly.

    ``compute(store, **options)`` returns a long frame: the ``keys`` columns, then ``measure``,
    ``value``, ``lower``, ``upper``, ``n_obs``, and ``reason`` where a value is missing.
    """

    name: str
    title: str
    unit: str
    low: str
    high: str
    keys: tuple[str, ...]
    tables: tuple[str, ...]
    choices: tuple[Choice, ...]
    compute: Callable[..., pl.DataFrame]
    meaning: str
    not_measured: str
    reference: str
    constraints: tuple[Constraint, ...] = ()
    version: int = 1

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Fill in defaults and check every option that names a choice."""
        known = {c.name: c for c in self.choices}
        return {c.name: c.check(given.get(c.name, c.default)) for c in known.values()}
