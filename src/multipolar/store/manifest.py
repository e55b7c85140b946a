"""What is in the store: one entry per table and vintage, replaced as a whole, never edited.

``manifest.json`` is the only file that says what counts. Everything a write produces is put in
place first; the write takes effect when the new manifest is renamed over the old one. The
manifest before the last write stays beside it as ``manifest.previous.json``.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from multipolar.core.declare import Table
from multipolar.core.errors import StoreError, TableMissing, UnknownName

Kind = Literal["starter", "added", "fetched"]
MANIFEST = "manifest.json"
PREVIOUS = "manifest.previous.json"
# Names become folders: no manifest may lead out of the store.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Vintage = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d(-\d+)?$")]


class RawFile(BaseModel):
    """One of the publisher's files, kept unchanged at ``raw/<source>/<sha256>/<name>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the rows of a table come from.

    Attributes
    ----------
    table, source : str
    kind : {"starter", "added", "fetched"}
        Carried by the package, added from a local file, or fetched from the publisher.
    vintage : str
        ISO date (with ``-2``, ``-3`` ... for further ones on one day) of the addition; for the
        starter record, the date the source says its data stand at.
    sha256 : str
        Digest of the rows, their columns and types; the same rows in another order give the same.
    rows, rejects : int
        Rows in the table; rows of its source that could not be used, with reasons in
        :meth:`Store.rejects`.
    retrieved : str
        ISO date on which the files were added or fetched; empty for the starter record.
    first, last : str
        First and last date or year in the data; empty for a table without either.
    files : tuple of RawFile
    """

    table: str
    source: str
    kind: Kind
    vintage: str
    sha256: str
    rows: int
    rejects: int
    retrieved: str
    first: str
    last: str
    files: tuple[RawFile, ...] = ()


class StoredColumn(BaseModel):
    """A column as its source declared it when the table was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dtype: str
    meaning: str
    unit: str = ""


class Entry(BaseModel):
    """One table of one vintage; its rows are at :meth:`parquet`, ``size`` bytes long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: Name
    source: Name
    kind: Literal["added", "fetched"]
    vintage: Vintage
    sha256: str
    rows: int
    rejects: int
    retrieved: str
    first: str
    last: str
    files: tuple[RawFile, ...]
    columns: tuple[StoredColumn, ...]
    size: int

    def parquet(self, root: Path) -> Path:
        """Where the rows are, in the store at ``root``."""
        return table_folder(root, self.table, self.vintage) / "part-0.parquet"

    def provenance(self) -> Provenance:
        """Return the part of the entry that answers where the rows come from."""
        return Provenance(
            table=self.table,
            source=self.source,
            kind=self.kind,
            vintage=self.vintage,
            sha256=self.sha256,
            rows=self.rows,
            rejects=self.rejects,
            retrieved=self.retrieved,
            first=self.first,
            last=self.last,
            files=self.files,
        )


class Manifest(BaseModel):
    """All entries, oldest first; the last one of a table is the one in use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    entries: tuple[Entry, ...] = ()

    def tables(self) -> list[str]:
        """Sorted names of the tables that have an entry."""
        return sorted({e.table for e in self.entries})

    def of_table(self, table: str) -> list[Entry]:
        """Entries of one table, oldest first."""
        return [e for e in self.entries if e.table == table]

    def current(self, table: str) -> Entry:
        """Return the entry in use, or raise :class:`TableMissing`."""
        entries = self.of_table(table)
        if not entries:
            raise TableMissing(f"the store has no vintage of {table!r}", table=table)
        return entries[-1]

    def vintage(self, table: str, vintage: str) -> Entry:
        """Return the entry of that vintage, or raise :class:`UnknownName`."""
        known = self.of_table(table)
        for entry in known:
            if entry.vintage == vintage:
                return entry
        raise UnknownName.among(
            f"vintage of {table}", vintage, ["starter", *(e.vintage for e in known)]
        )

    def next_vintage(self, day: str) -> str:
        """Return ``day``, or ``day-2``, ``day-3`` ... where the store has one of that day."""
        taken = {e.vintage for e in self.entries}
        number, vintage = 1, day
        while vintage in taken:
            number += 1
            vintage = f"{day}-{number}"
        return vintage


def table_folder(root: Path, table: str, vintage: str) -> Path:
    """Folder of one table of one vintage."""
    return root / "tables" / table / f"vintage={vintage}"


def rejects_file(root: Path, source: str, vintage: str) -> Path:
    """Rows of a source that could not be used in one vintage, with the reasons."""
    return root / "rejects" / source / f"vintage={vintage}.parquet"


def stored_columns(table: Table) -> tuple[StoredColumn, ...]:
    """Columns of a declared table in the form the manifest keeps."""
    return tuple(
        StoredColumn(name=c.name, dtype=c.dtype, meaning=c.meaning, unit=c.unit)
        for c in table.columns
    )


def read_manifest(root: Path) -> Manifest:
    """Read the manifest; a folder without one is an empty store."""
    path = root / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        if root.exists() and not root.is_dir():
            raise StoreError(
                f"the store {root} is a file, not a folder", hint="--store FOLDER"
            ) from None
        if (root / PREVIOUS).exists():
            # Taking it for an empty store would let the next write sweep every table away.
            raise StoreError(f"{path} is gone", hint=_repair(root)) from None
        return Manifest()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}", hint=_repair(root)) from error
    try:
        return Manifest.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise StoreError(
            f"{path} is not valid JSON at line {error.lineno}: {error.msg}", hint=_repair(root)
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise StoreError(
            f"{path} is not a manifest of this version: {place}: {first['msg']}", hint=_repair(root)
        ) from error


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Put ``manifest`` in place so that a reader sees the old one or the new one, whole."""
    path = root / MANIFEST
    temporary = root / f".{MANIFEST}.new"
    text = json.dumps(manifest.model_dump(), indent=1, ensure_ascii=False) + "\n"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        _keep_previous(path, root / PREVIOUS)
    temporary.replace(path)
    sync_folder(root)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut, where the system allows it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_previous(path: Path, previous: Path) -> None:
    temporary = previous.with_name(f".{previous.name}.new")
    temporary.write_bytes(path.read_bytes())
    temporary.replace(previous)


def _repair(root: Path) -> str:
    if (root / PREVIOUS).exists():
        return f"mv '{root / PREVIOUS}' '{root / MANIFEST}'   (the state before the last write)"
    return f"move '{root / MANIFEST}' away and add the files under '{root / 'raw'}' again"
