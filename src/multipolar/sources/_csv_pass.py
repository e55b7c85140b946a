"""One streamed pass over a large CSV of votes, and a second one only to number broken rows."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch, nearest

SEPARATOR = "\x1f"
_FAULTS_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file, the columns of its header, and its encoding (``utf-8`` or ``latin-1``)."""

    path: Path
    columns: tuple[str, ...]
    encoding: str = "utf-8"

    def need(self, names: Sequence[str], source: str) -> None:
        """Raise :class:`SchemaMismatch` for the first of ``names`` that is not a column."""
        if not self.columns:
            raise SchemaMismatch(
                f"{self.path.name} is empty", hint=f"multipolar source show {source}"
            )
        for name in names:
            if name not in self.columns:
                close = nearest(name, self.columns, n=1)
                near = f"; the nearest is {close[0]!r}" if close else ""
                raise SchemaMismatch(
                    f"{self.path.name} has no column {name!r}{near} "
                    f"(found {', '.join(self.columns[:8])} ...)",
                    hint=f"multipolar source show {source} --schema",
                )

    def scan(self) -> str:
        """Return the ``read_csv`` call: all columns as text, rows that are none kept apart."""
        types = ", ".join(f"'{_quoted(c)}': 'VARCHAR'" for c in self.columns)
        return (
            f"read_csv('{_quoted(str(self.path))}', columns = {{{types}}}, header = true, "
            "delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
            f"encoding = '{self.encoding}', store_rejects = true, rejects_limit = {_FAULTS_KEPT})"
        )


@dataclass(frozen=True, slots=True)
class CsvPass:
    """What one pass found: the query's rows, and the numbers of rows that are no CSV rows."""

    file: CsvFile
    frame: pl.DataFrame
    broken_rows: tuple[int, ...]


def open_csv(path: Path, encoding: str = "utf-8") -> CsvFile:
    """Read the header line of a file; names are lower-cased."""
    with path.open(
        encoding=f"{encoding}{'-sig' if encoding == 'utf-8' else ''}", errors="replace", newline=""
    ) as file:
        columns = [c.strip().casefold() for c in next(csv.reader(file), [])]
    named = (c or f"column{i}" for i, c in enumerate(columns))
    return CsvFile(path, tuple(named), encoding)


def run_pass(file: CsvFile, query: str, rejects: Rejects) -> CsvPass:
    """Run ``query`` (with ``{}`` for the file) once; broken rows go to ``rejects``.

    Raises
    ------
    SchemaMismatch
        The file cannot be read as CSV at all.
    """
    connection = _connect()
    try:
        connection.execute("SET preserve_insertion_order = false")
        frame = _frame(connection, query.format(file.scan()))
        broken = _record_broken_rows(connection, file.path, rejects)
    except duckdb.Error as error:
        raise SchemaMismatch(
            f"{file.path.name} cannot be read as CSV: {str(error).splitlines()[0]}",
            hint="the file is comma-separated text with double quotes",
        ) from error
    finally:
        connection.close()
    return CsvPass(file, frame, broken)


def locate_rows(done: CsvPass, faults: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Row numbers of ``faults``: a second pass over the file, made where something is wrong.

    ``faults`` has the text columns ``keys`` as printed, empty for a blank cell; the result has them
    and ``row``, one row per matching row of the file, numbered from 1 after the header.
    """
    wanted = faults.select(keys).unique()
    found = _locate_whole(done, wanted, keys)
    if found is None:
        found = _locate_among_broken(done, wanted, keys)
    return found.sort("row")


def _locate_whole(done: CsvPass, wanted: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame | None:
    """Row numbers in a file whose every line is a row; None where this cannot be told."""
    if done.broken_rows or done.file.encoding != "utf-8":
        return None
    scan = pl.scan_csv(done.file.path, infer_schema=False, row_index_name="row", row_index_offset=1)
    first = pl.col(keys[0])
    try:
        printed = scan.collect_schema().names()[1:]
        candidates = (
            scan.rename(dict(zip(printed, done.file.columns, strict=True)))
            .select(pl.col("row").cast(pl.Int64), *keys)
            .filter(first.is_null() | first.is_in(wanted[keys[0]].to_list()))
            .collect(engine="streaming")
        )
    except pl.exceptions.PolarsError:  # it reads as CSV for one reader and not for the other
        return None
    # An empty line is counted here, and is no row of the file.
    if candidates.select(pl.all_horizontal(pl.col(keys).is_null()).any()).item():
        return None
    return candidates.with_columns(pl.col(keys).fill_null("")).join(wanted, on=keys, how="semi")


def _locate_among_broken(done: CsvPass, wanted: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    connection = _connect()
    try:
        connection.register("wanted", wanted.to_arrow())
        chosen = ", ".join(f"coalesce({c}, '') AS {c}" for c in keys)
        found = _frame(
            connection,
            f"SELECT n.* FROM (SELECT row_number() OVER () AS row, {chosen} "  # noqa: S608
            f"FROM {done.file.scan()}) n SEMI JOIN wanted USING ({', '.join(keys)})",
        )
    finally:
        connection.close()
    shifted = [_past_broken(n, done.broken_rows) for n in found["row"]]
    return found.with_columns(pl.Series("row", shifted, dtype=pl.Int64))


def _past_broken(row: int, broken: tuple[int, ...]) -> int:
    for number in broken:
        if number > row:
            break
        row += 1
    return row


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def _connect() -> duckdb.DuckDBPyConnection:
    spill = Path(tempfile.gettempdir()) / f"multipolar-{os.getpid()}"
    config = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": "1GB",
        "temp_directory": str(spill),
    }
    return duckdb.connect(":memory:", config=config)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _record_broken_rows(
    connection: duckdb.DuckDBPyConnection, path: Path, rejects: Rejects
) -> tuple[int, ...]:
    faults = connection.execute(
        "SELECT line, any_value(error_type::VARCHAR), any_value(csv_line) FROM reject_errors "
        "GROUP BY line ORDER BY line"
    ).fetchall()
    for line, kind, text in faults:
        rejects.add(
            file=path.name,
            row=int(line) - 1,
            column="",
            value=(text or "")[:200],
            reason=f"not a row of the file: {kind.casefold().replace('_', ' ')}",
        )
    return tuple(int(line) - 1 for line, _, _ in faults)
