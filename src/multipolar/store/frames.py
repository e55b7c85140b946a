"""Frames of every accepted kind into DuckDB and Parquet, and the checks a table's schema asks for.

A source's ``read`` may return a polars frame (eager or lazy) or a DuckDB relation. Each is written
to Parquet as a stream; the checks then run as SQL over the written file, so that a table larger
than memory passes through.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from multipolar.core.declare import Column, Table
from multipolar.core.errors import SchemaMismatch

SQL_TYPES = {
    "str": "VARCHAR",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
}
POLARS_TYPES: dict[str, Any] = {
    "str": pl.String,
    "int8": pl.Int8,
    "int16": pl.Int16,
    "int32": pl.Int32,
    "int64": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
}
# Reading a table never needs an extension; without these DuckDB may try to download one.
_CONFIG = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def connect() -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that never downloads anything and spills to the temporary folder."""
    spill = Path(tempfile.gettempdir()) / f"multipolar-{os.getpid()}"
    return duckdb.connect(":memory:", config={**_CONFIG, "temp_directory": str(spill)})


def identifier(name: str) -> str:
    """Quote a column or table name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Quote a text or path for SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def write_parquet(frame: Any, path: Path) -> None:
    """Write a polars frame or a DuckDB relation to ``path`` without holding all of it."""
    if isinstance(frame, pl.LazyFrame):
        frame.sink_parquet(path, compression="zstd")
    elif isinstance(frame, pl.DataFrame):
        frame.write_parquet(path, compression="zstd")
    elif isinstance(frame, duckdb.DuckDBPyRelation):
        frame.write_parquet(str(path), compression="zstd")
    else:
        raise SchemaMismatch(
            f"read returned a {type(frame).__name__} for {path.parent.name}",
            hint="return a polars DataFrame, a polars LazyFrame or a DuckDB relation",
        )


def as_polars(frame: Any) -> pl.DataFrame:
    """Return a frame of any accepted kind as a polars frame in memory."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    rows: pl.DataFrame = frame.pl()
    return rows


def first_line(error: BaseException) -> str:
    """First line of an error's text: the rest repeats the query."""
    return str(error).strip().split("\n", maxsplit=1)[0]


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """First row of a query's answer, all of which is fetched: a half-read one blocks the next."""
    rows = connection.execute(query).fetchall()
    return tuple(rows[0]) if rows else ()


def column_types(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """DuckDB type of every column of ``relation`` (a table name or a table function call)."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return {row[0]: row[1] for row in rows}


def check_columns(table: Table, found: Collection[str], source: str) -> None:
    """Raise :class:`SchemaMismatch` unless exactly the declared columns are there."""
    declared = [c.name for c in table.columns]
    missing = [name for name in declared if name not in found]
    extra = [name for name in found if name not in declared]
    if missing or extra:
        parts = [f"lacks {', '.join(map(repr, missing))}"] if missing else []
        parts += [f"has undeclared {', '.join(map(repr, extra))}"] if extra else []
        raise SchemaMismatch(
            f"table {table.name!r} as read by source {source!r} {' and '.join(parts)}",
            hint=f"multipolar source show {source} --schema",
        )


def cast_list(table: Table, found: dict[str, str]) -> str:
    """SELECT list that gives every declared column its declared type; bad values become NULL."""
    return ", ".join(
        identifier(c.name)
        if found[c.name] == SQL_TYPES[c.dtype]
        else f"TRY_CAST({identifier(c.name)} AS {SQL_TYPES[c.dtype]}) AS {identifier(c.name)}"
        for c in table.columns
    )


def fault_of(column: Column, found: dict[str, str]) -> tuple[str, str] | None:
    """SQL condition under which a row breaks the column's rules, and SQL text of the reason."""
    name = identifier(column.name)
    typed = found[column.name] == SQL_TYPES[column.dtype]
    value = name if typed else f"TRY_CAST({name} AS {SQL_TYPES[column.dtype]})"
    rules: list[tuple[str, str]] = []
    if not typed:
        rules.append((f"{name} IS NOT NULL AND {value} IS NULL", f"not a {column.dtype}"))
    if not column.nullable:
        rules.append((f"{name} IS NULL", "missing"))
    if column.dtype == "float":
        rules.append((f"isnan({value})", "not a number"))
    if column.allowed:
        options = ", ".join(_sql_value(v) for v in column.allowed)
        expected = ", ".join(map(str, column.allowed))
        rules.append((f"{value} NOT IN ({options})", f"expected one of {expected}"))
    if not rules:
        return None
    broken = " OR ".join(f"COALESCE({condition}, FALSE)" for condition, _ in rules)
    reason = " ".join(f"WHEN {condition} THEN {literal(text)}" for condition, text in rules)
    return f"({broken})", f"CASE {reason} END"


def date_column(table: Table) -> str:
    """Column that dates the rows (``date``, ``year``, else the first date); empty without one."""
    names = [c.name for c in table.columns]
    dates = [c.name for c in table.columns if c.dtype == "date"]
    return next((n for n in ("date", "year", *dates) if n in names), "")


def _sql_value(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int | float) else literal(value)
