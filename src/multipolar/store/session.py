"""One DuckDB connection and the tables it knows by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from multipolar.core.errors import BadOption, StoreError
from multipolar.store import frames


class Session:
    """Names bound to rows in memory or to Parquet files; nothing is copied."""

    def __init__(self) -> None:
        self.connection = frames.connect()
        self._bound: set[str] = set()

    def knows(self, name: str) -> bool:
        """Tell whether ``name`` is bound."""
        return name in self._bound

    def bind_rows(self, name: str, rows: pl.DataFrame) -> None:
        """Make a frame in memory answer to ``name``."""
        self.connection.register(name, rows.to_arrow())
        self._bound.add(name)

    def bind_parquet(self, name: str, path: Path, hint: str) -> None:
        """Make a Parquet file answer to ``name``, or raise :class:`StoreError` with ``hint``."""
        try:
            self.connection.execute(
                f"CREATE VIEW {frames.identifier(name)} AS "
                f"SELECT * FROM read_parquet({frames.literal(path)}, hive_partitioning = false)"
            )
        except duckdb.Error as error:
            raise StoreError(f"{path} is damaged: {frames.first_line(error)}", hint=hint) from error
        self._bound.add(name)

    def query(self, query: str, tables: Sequence[str] = ()) -> pl.DataFrame:
        """Answer to one query as a polars frame; ``tables`` are named when it does not fit."""
        try:
            answer: Any = self.connection.sql(query).pl()
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
            raise BadOption(
                f"the query does not fit the tables: {frames.first_line(error)}",
                hint=f"tables: {', '.join(tables)}; columns: DESCRIBE table",
            ) from error
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise BadOption(f"the query cannot be answered: {frames.first_line(error)}") from error
        except duckdb.Error as error:
            raise StoreError(
                f"the store cannot answer: {frames.first_line(error)}",
                hint="add the source again if one of its files is damaged",
            ) from error
        frame: pl.DataFrame = answer
        return frame.with_columns(_plain_number(frame[name]) for name in frame.columns)


def _plain_number(column: pl.Series) -> pl.Series:
    """Sums come as 128-bit or decimal numbers, which few programs read: give ordinary ones."""
    if column.dtype != pl.Int128 and not isinstance(column.dtype, pl.Decimal):
        return column
    if isinstance(column.dtype, pl.Decimal) and column.dtype.scale:
        return column.cast(pl.Float64)
    try:
        return column.cast(pl.Int64)
    except pl.exceptions.PolarsError:
        return column.cast(pl.Float64)


def check_query(query: str) -> None:
    """Raise :class:`BadOption` unless ``query`` is one statement that only reads."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise BadOption(f"not SQL: {frames.first_line(error)}") from error
    allowed = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
    if len(statements) != 1 or statements[0].type not in allowed:
        raise BadOption(
            "the store takes one query at a time and is not changed by it",
            hint="start with SELECT, FROM, WITH, DESCRIBE or SUMMARIZE",
        )
