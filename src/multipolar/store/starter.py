"""The record the package carries, underneath whatever the user adds: read on demand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from multipolar import sources
from multipolar.core.declare import Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch
from multipolar.store import frames
from multipolar.store.manifest import Provenance, RawFile

FOLDER = Path(sources.__file__).parent / "starter"


@dataclass(frozen=True, slots=True)
class StarterReading:
    """What a source's ``read`` made of the starter files: frames by table, and rejects."""

    source: Source
    frames: dict[str, Any]
    rejects: Rejects


def starter_paths(source: Source) -> list[Path]:
    """Files of the starter record; a plugin names its own with absolute paths."""
    return [FOLDER / name for name in source.starter]


def starter_sources() -> list[Source]:
    """Sources that come with starter files."""
    return [s for s in sources.SOURCES if s.starter and s.enabled]


def read_starter(source: Source) -> StarterReading:
    """Read the starter files of one source."""
    rejects = Rejects()
    read = source.read(starter_paths(source), rejects)
    return StarterReading(source, dict(read), rejects)


def load_starter_table(
    connection: duckdb.DuckDBPyConnection, reading: StarterReading, table: Table, name: str
) -> None:
    """Put one starter table into DuckDB under ``name``, with the declared columns and types."""
    arrow = frames.as_arrow(reading.frames[table.name])
    connection.register("_starter_rows", arrow)
    try:
        found = frames.column_types(connection, "_starter_rows")
        frames.check_columns(table, found, reading.source.name)
        columns = frames.cast_list(table, found)
        connection.execute(
            f"CREATE TABLE {frames.identifier(name)} AS SELECT {columns} FROM _starter_rows"
        )
    finally:
        connection.unregister("_starter_rows")


def starter_provenance(
    connection: duckdb.DuckDBPyConnection, reading: StarterReading, table: Table, name: str
) -> Provenance:
    """Provenance of a starter table that is loaded under ``name``."""
    relation = frames.identifier(name)
    first, last = frames.date_range(connection, table, relation)
    source = reading.source
    return Provenance(
        table=table.name,
        source=source.name,
        kind="starter",
        vintage=source.as_of.isoformat() if source.as_of else "starter",
        sha256=frames.row_digest(connection, table, relation),
        rows=int(frames.one_row(connection, f"SELECT count(*) FROM {relation}")[0]),
        rejects=len(reading.rejects.rows),
        retrieved="",
        first=first,
        last=last,
        files=tuple(_raw_file(path) for path in starter_paths(source)),
    )


def declared_table(source: Source, name: str) -> Table:
    """Return the declaration of a table of ``source``."""
    for table in source.tables:
        if table.name == name:
            return table
    raise SchemaMismatch(
        f"source {source.name!r} read a table {name!r} that it does not declare",
        hint="declare it in SOURCE.tables",
    )


def _raw_file(path: Path) -> RawFile:
    import hashlib  # noqa: PLC0415

    data = path.read_bytes()
    return RawFile(name=path.name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
