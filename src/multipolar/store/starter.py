"""The record the package carries, underneath whatever the user adds: read on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from multipolar import sources
from multipolar.core.declare import STARTER, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch, StoreError, TableMissing
from multipolar.store import frames
from multipolar.store.manifest import Provenance, RawFile

FOLDER = Path(sources.__file__).parent / "starter"
# What the starter tables hold, by scripts/make_starter_contents.py; a test computes it anew.
CONTENTS = FOLDER / "contents.json"
_BATCH = 131_072  # rows hashed at a time


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
    """Sources whose starter files are all here; ``check_source`` tells when one is not."""
    carrying = [s for s in sources.SOURCES if s.starter and s.enabled]
    return [s for s in carrying if all(path.exists() for path in starter_paths(s))]


def read_starter(source: Source) -> StarterReading:
    """Read the starter files of one source."""
    rejects = Rejects()
    with _as_damage(source):
        read = source.read(starter_paths(source), rejects)
    return StarterReading(source, dict(read), rejects)


@contextmanager
def _as_damage(source: Source) -> Iterator[None]:
    """Say that a starter file that cannot be read is a fault of the installation."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StoreError(
            f"the starter files of {source.name!r} are damaged: {frames.first_line(error)}",
            hint="install the package again",
        ) from error


def starter_rows(reading: StarterReading, table: Table) -> pl.DataFrame:
    """Rows of one starter table, with the declared columns and types."""
    if table.name not in reading.frames:
        raise TableMissing(
            f"the starter record has no table {table.name!r}",
            hint=f"multipolar source add {reading.source.name} FILE",
        )
    with _as_damage(reading.source):
        rows = frames.as_polars(reading.frames[table.name])
    frames.check_columns(table, rows.columns, reading.source.name)
    return rows.select(
        pl.col(c.name).cast(frames.POLARS_TYPES[c.dtype], strict=False) for c in table.columns
    )


def starter_provenance(reading: StarterReading, table: Table, rows: pl.DataFrame) -> Provenance:
    """Provenance of a starter table with these rows."""
    dates = rows.get_column(frames.date_column(table), default=pl.Series([None])).drop_nulls()
    from multipolar.store.digest import digest_rows  # noqa: PLC0415 - loads pyarrow

    held = {
        "sha256": digest_rows(rows.to_arrow().to_batches(max_chunksize=_BATCH), table),
        "rows": rows.height,
        "first": str(dates.min()) if dates.len() else "",
        "last": str(dates.max()) if dates.len() else "",
    }
    source = reading.source
    return _provenance(source, table.name, held, len(reading.rejects.rows), _raw_files(source))


def recorded_provenance(source: Source, table: str) -> Provenance | None:
    """Provenance of a starter table as it was recorded when its files were made.

    Reading and hashing every row takes seconds; hashing the files, which tells that they are still
    the same, does not. None where the files are others, or nothing was recorded of them.
    """
    held = _recorded().get(source.name, {})
    files = _raw_files(source)
    if table not in held.get("tables", {}) or held["files"] != {f.name: f.sha256 for f in files}:
        return None
    return _provenance(source, table, held["tables"][table], held["rejects"], files)


def _provenance(
    source: Source, table: str, held: Mapping[str, Any], rejects: int, files: tuple[RawFile, ...]
) -> Provenance:
    return Provenance(
        table=table,
        source=source.name,
        kind=STARTER,
        vintage=source.as_of.isoformat() if source.as_of else STARTER,
        retrieved="",
        rejects=rejects,
        files=files,
        **held,
    )


@cache
def _recorded() -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(CONTENTS.read_text(encoding="utf-8"))
    return recorded


def declared_table(source: Source, name: str) -> Table:
    """Return the declaration of a table of ``source``."""
    for table in source.tables:
        if table.name == name:
            return table
    raise SchemaMismatch(
        f"source {source.name!r} read a table {name!r} that it does not declare",
        hint="declare it in SOURCE.tables",
    )


def _raw_files(source: Source) -> tuple[RawFile, ...]:
    named = [(path.name, path.read_bytes()) for path in starter_paths(source)]
    return tuple(RawFile(name=n, sha256=sha256(d).hexdigest(), size=len(d)) for n, d in named)
