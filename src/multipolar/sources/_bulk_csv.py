"""The UN bulk file of votes, streamed: about 360 MB of rows into one row per roll call.

Every row repeats title, agenda and subjects of its roll call. One pass of DuckDB's CSV reader
groups them, so that memory holds 5,500 titles and the votes, never the file.
"""

from __future__ import annotations

import csv
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch, nearest

# Known headers: 2024-09 and 2026-02 with vote_note, 2025-03 (corr1) without it.
NEEDED = (
    "undl_id",
    "ms_code",
    "ms_name",
    "ms_vote",
    "date",
    "session",
    "resolution",
    "title",
    "agenda_title",
    "subjects",
    "total_yes",
    "total_no",
    "total_abstentions",
    "total_non_voting",
)
BALLOT = ("ms_code", "ms_name", "ms_vote")
_SEPARATOR = "\x1f"
_FAULTS_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One bulk file as read: ``calls`` one row per roll call with its ``ballots`` in a list."""

    path: Path
    columns: tuple[str, ...]
    calls: pl.DataFrame
    rows: int
    broken_rows: tuple[int, ...]


def read_bulk(path: Path, rejects: Rejects) -> BulkFile:
    """Read one bulk file; rows that are no CSV rows go to ``rejects`` with their number.

    Raises
    ------
    SchemaMismatch
        A needed column is not there; the message names it and the nearest that is.
    """
    columns = read_header(path)
    connection = _connect()
    try:
        connection.execute("SET preserve_insertion_order = false")
        text = ", ".join(f"any_value({c}) AS {c}" for c in NEEDED[5:])
        calls = _frame(
            connection,
            f"SELECT undl_id, date, {text}, "  # noqa: S608
            f"list(concat_ws(chr(31), {', '.join(f'coalesce({c}, chr(0))' for c in BALLOT)})) "
            f"AS ballots FROM {_scan(path, columns)} GROUP BY undl_id, date",
        )
        broken = _record_broken_rows(connection, path, rejects)
    except duckdb.Error as error:
        raise SchemaMismatch(
            f"{path.name} cannot be read as CSV: {str(error).splitlines()[0]}",
            hint="the bulk file is comma-separated UTF-8 with double quotes",
        ) from error
    finally:
        connection.close()
    rows = int(calls["ballots"].list.len().sum()) + len(broken)
    return BulkFile(path, columns, calls, rows, broken)


def read_header(path: Path) -> tuple[str, ...]:
    """Column names of the first line, checked against the needed ones."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        columns = tuple(c.strip().casefold() for c in next(csv.reader(file), []))
    for name in NEEDED:
        if name not in columns:
            close = nearest(name, columns, n=1)
            near = f"; the nearest is {close[0]!r}" if close else ""
            found = ", ".join(columns[:8])
            raise SchemaMismatch(
                f"{path.name} has no column {name!r}{near} (found {found} ...)",
                hint="multipolar source show unga_votes --schema",
            )
    return columns


def split_ballots(bulk: BulkFile) -> pl.DataFrame:
    """One row per ballot: the call's ``undl_id`` and ``date`` as printed, code, name, vote."""
    exploded = bulk.calls.select("undl_id", "date", pl.col("ballots")).explode("ballots")
    fields = pl.col("ballots").str.split_exact(_SEPARATOR, 2).struct.rename_fields(list(BALLOT))
    ballots = exploded.select("undl_id", "date", fields).unnest("ballots")
    return ballots.with_columns(pl.col(BALLOT).replace("\x00", ""))


def locate_rows(bulk: BulkFile, faults: pl.DataFrame) -> pl.DataFrame:
    """Row numbers of ``faults`` in the file: a second pass, made only where something is wrong.

    ``faults`` has ``undl_id, date, ms_code, ms_name, ms_vote``; the result adds ``row``, one row
    per matching row of the file.
    """
    keys = ["undl_id", "date", *BALLOT]
    wanted = faults.select(keys).unique()
    connection = _connect()
    try:
        connection.register("wanted", wanted.to_arrow())
        chosen = ", ".join(f"coalesce({c}, '') AS {c}" for c in keys)
        found = _frame(
            connection,
            f"SELECT n.* FROM (SELECT row_number() OVER () AS row, {chosen} "  # noqa: S608
            f"FROM {_scan(bulk.path, bulk.columns)}) n SEMI JOIN wanted USING ({', '.join(keys)})",
        )
    finally:
        connection.close()
    shifted = [_past_broken(n, bulk.broken_rows) for n in found["row"]]
    return found.with_columns(pl.Series("row", shifted, dtype=pl.Int64))


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def _past_broken(row: int, broken: tuple[int, ...]) -> int:
    for number in broken:
        if number > row:
            break
        row += 1
    return row


def _connect() -> duckdb.DuckDBPyConnection:
    spill = Path(tempfile.gettempdir()) / f"multipolar-{os.getpid()}"
    config = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": "1GB",
        "temp_directory": str(spill),
    }
    return duckdb.connect(":memory:", config=config)


def _scan(path: Path, columns: tuple[str, ...]) -> str:
    types = ", ".join(f"'{_quoted(c)}': 'VARCHAR'" for c in columns)
    return (
        f"read_csv('{_quoted(str(path))}', columns = {{{types}}}, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', strict_mode = true, store_rejects = true, "
        f"rejects_limit = {_FAULTS_KEPT})"
    )


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
