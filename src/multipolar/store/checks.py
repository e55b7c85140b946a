"""The rules a declared table makes, checked in SQL over the Parquet that ``read`` produced."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from multipolar.core.declare import Source, Table
from multipolar.core.errors import CheckFailed, StoreError
from multipolar.store import frames

REJECTS_SCHEMA = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}
AS_READ = "(rows as read)"


@dataclass(frozen=True, slots=True)
class Checked:
    """A table after its checks: good rows in ``path``, what was wrong in ``rejects``."""

    table: Table
    path: Path
    rows: int
    sha256: str
    first: str
    last: str
    rejects: pl.DataFrame


def rejects_frame(rows: list[dict[str, Any]], table: str = "") -> pl.DataFrame:
    """Rejects a source's ``read`` noted, one row each; ``table`` where they belong to one."""
    return pl.DataFrame([{"table": table} | row for row in rows], schema=REJECTS_SCHEMA)


def count_rejected(rejects: pl.DataFrame) -> int:
    """Rows that were rejected; a row with two faults counts once."""
    return rejects.select("table", "file", "row").n_unique() if rejects.height else 0


def check_table(source: Source, table: Table, path: Path) -> Checked:
    """Check what ``read`` wrote to ``path``; broken rows go to the rejects, types are made right.

    Raises
    ------
    SchemaMismatch
        The columns are not the declared ones.
    CheckFailed
        No row, or fewer than the source's ``minimum_rows``, can be used.
    """
    connection = frames.connect()
    # Parquet statistics leave NaN out, so a filter pushed down to them would not find it.
    connection.execute("SET disabled_optimizers = 'filter_pushdown'")
    try:
        relation = f"read_parquet({frames.literal(path)}, file_row_number = true)"
        found = frames.column_types(connection, f"read_parquet({frames.literal(path)})")
        frames.check_columns(table, found, source.name)
        faults = _faults(table, found)
        broken = _count_broken(connection, relation, [condition for condition, _, _ in faults])
        repeated = _has_repeated_key(connection, table, found, relation)
        typed = all(found[c.name] == frames.SQL_TYPES[c.dtype] for c in table.columns)
        rejects = rejects_frame([])
        good = path
        if broken or repeated or not typed:
            rejects = _broken_rows(connection, table, relation, faults)
            good = path.with_name("good.parquet")
            rejects.extend(_split(connection, table, found, relation, faults, good))
        _account_for_all(connection, table, path, good, rejects)
        return _summary(connection, source, table, good, rejects)
    finally:
        connection.close()


def _account_for_all(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    path: Path,
    good: Path,
    rejects: pl.DataFrame,
) -> None:
    """Raise :class:`StoreError` unless every row that was read is either good or rejected."""
    counts = [
        int(
            frames.one_row(connection, f"SELECT count(*) FROM read_parquet({frames.literal(p)})")[0]
        )
        for p in (path, good)
    ]
    if counts[0] != counts[1] + count_rejected(rejects):
        raise StoreError(
            f"of {counts[0]:,} rows of {table.name!r} {counts[1]:,} are good and "
            f"{count_rejected(rejects):,} rejected: the checks lost some",
            hint="report this with the file; nothing was changed",
        )


def _faults(table: Table, found: dict[str, str]) -> list[tuple[str, str, str]]:
    """(condition, reason, column) for every column that has a rule to break."""
    rules = [(frames.fault_of(column, found), column.name) for column in table.columns]
    return [(rule[0], rule[1], name) for rule, name in rules if rule is not None]


def _count_broken(
    connection: duckdb.DuckDBPyConnection, relation: str, conditions: list[str]
) -> int:
    if not conditions:
        return 0
    query = f"SELECT count(*) FROM {relation} WHERE {' OR '.join(conditions)}"
    return int(frames.one_row(connection, query)[0])


def _has_repeated_key(
    connection: duckdb.DuckDBPyConnection, table: Table, found: dict[str, str], relation: str
) -> bool:
    if not table.key:
        return False
    keys = ", ".join(frames.identifier(k) for k in table.key)
    columns = frames.cast_list(table, found)
    query = (
        f"SELECT 1 FROM (SELECT {columns} FROM {relation}) "
        f"GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    )
    return bool(frames.one_row(connection, query))


def _broken_rows(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    relation: str,
    faults: list[tuple[str, str, str]],
) -> pl.DataFrame:
    """One reject per broken cell."""
    found = rejects_frame([])
    for condition, reason, column in faults:
        rows = connection.sql(
            f'SELECT {frames.literal(table.name)} AS "table", '
            f"{frames.literal(AS_READ)} AS file, file_row_number + 1 AS row, "
            f'{frames.literal(column)} AS "column", '
            f"CAST({frames.identifier(column)} AS VARCHAR) AS value, {reason} AS reason "
            f"FROM {relation} WHERE {condition} ORDER BY file_row_number"
        ).pl()
        found.extend(rows.cast(REJECTS_SCHEMA))
    return found


def _split(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    found: dict[str, str],
    relation: str,
    faults: list[tuple[str, str, str]],
    good: Path,
) -> pl.DataFrame:
    """Write the rows without fault to ``good``, the first of each key; return the repeated ones."""
    sound = " AND ".join(f"NOT {condition}" for condition, _, _ in faults) or "TRUE"
    keys = ", ".join(frames.identifier(k) for k in table.key)
    window = f"(PARTITION BY {keys} ORDER BY file_row_number)"
    copy = f"row_number() OVER {window}" if table.key else "1"
    cells = ", ".join(
        f"COALESCE(CAST({frames.identifier(c.name)} AS VARCHAR), chr(0))" for c in table.columns
    )
    first = f"first_value(md5(concat_ws(chr(31), {cells}))) OVER {window}" if table.key else "''"
    connection.execute(
        "CREATE TEMP TABLE sound_rows AS "
        f"SELECT *, {copy} AS copy_, {first} AS first_, md5(concat_ws(chr(31), {cells})) AS this_ "
        f"FROM (SELECT {frames.cast_list(table, found)}, file_row_number FROM {relation} "
        f"WHERE {sound})"
    )
    names = ", ".join(frames.identifier(c.name) for c in table.columns)
    connection.execute(
        f"COPY (SELECT {names} FROM sound_rows WHERE copy_ = 1 ORDER BY file_row_number) "
        f"TO {frames.literal(good)} (FORMAT parquet, COMPRESSION zstd)"
    )
    key_text = ", ".join(f"CAST({frames.identifier(k)} AS VARCHAR)" for k in table.key) or "''"
    rows = connection.sql(
        f'SELECT {frames.literal(table.name)} AS "table", '
        f"{frames.literal(AS_READ)} AS file, file_row_number + 1 AS row, "
        f'{frames.literal(", ".join(table.key))} AS "column", '
        f"concat_ws(', ', {key_text}) AS value, "
        "CASE WHEN first_ = this_ THEN 'the same row as an earlier one' "
        "ELSE 'the key of an earlier row with other values' END AS reason "
        "FROM sound_rows WHERE copy_ > 1 ORDER BY file_row_number"
    ).pl()
    return rows.cast(REJECTS_SCHEMA)


def _summary(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    good: Path,
    rejects: pl.DataFrame,
) -> Checked:
    relation = f"read_parquet({frames.literal(good)})"
    rows = int(frames.one_row(connection, f"SELECT count(*) FROM {relation}")[0])
    needed = source.minimum_rows.get(table.name, 1)
    if rows < needed:
        raise CheckFailed(
            f"{source.name}: table {table.name!r} has {rows:,} usable rows, at least {needed:,} "
            f"expected{_example(rejects)}",
            hint=f"multipolar source show {source.name} --schema",
        )
    first, last = _date_range(connection, table, relation)
    from multipolar.store.digest import digest_parquet  # noqa: PLC0415 - loads pyarrow

    return Checked(table, good, rows, digest_parquet(good, table), first, last, rejects)


def _date_range(
    connection: duckdb.DuckDBPyConnection, table: Table, relation: str
) -> tuple[str, str]:
    """First and last date or year of a table, as text; empty where it has neither."""
    chosen = frames.date_column(table)
    if not chosen:
        return "", ""
    name = frames.identifier(chosen)
    first, last = frames.one_row(connection, f"SELECT min({name}), max({name}) FROM {relation}")
    return ("" if first is None else str(first), "" if last is None else str(last))


def _example(rejects: pl.DataFrame) -> str:
    if rejects.is_empty():
        return ""
    one = rejects.row(0, named=True)
    return (
        f"; {count_rejected(rejects):,} were rejected, the first: row {one['row']}, "
        f"column {one['column']!r}, value {one['value']!r}: {one['reason']}"
    )
