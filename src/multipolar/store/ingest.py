"""From a publisher's files to a vintage of the store: copy, read, check, and take effect at once.

Order of a write, each step leaving the last good state in use until the final one:

1. lock; sweep what an interrupted write left;
2. raw files to ``raw/<source>/<sha256>/``, hashed while they are copied;
3. the source's ``read``, each table streamed to Parquet in ``.staging``;
4. schema checks in SQL, broken rows to the rejects with reasons, assertions of the source;
5. Parquet files renamed into ``tables/<table>/vintage=<day>/``; then the manifest, renamed last.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from multipolar.core.declare import File, Rejects, Source, Table
from multipolar.core.errors import (
    BadOption,
    CheckFailed,
    SchemaMismatch,
    TermsForbid,
    nearest,
)
from multipolar.store import frames
from multipolar.store.checks import check_table, count_rejected, rejects_frame
from multipolar.store.disk import copy_block, is_full, saying_when_full, sync_file
from multipolar.store.lock import write_lock
from multipolar.store.manifest import (
    Entry,
    Manifest,
    RawFile,
    read_manifest,
    rejects_file,
    stored_columns,
    sync_folder,
    table_folder,
    write_manifest,
)
from multipolar.store.starter import declared_table

Progress = Callable[[str, int, int | None], None]
STAGING = ".staging"
_CHUNK = 16 * 1024 * 1024
# What a broken file makes parsers raise; anything else is a fault of the source's code.
_UNREADABLE = (
    pl.exceptions.PolarsError,
    duckdb.Error,
    ValueError,
    EOFError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)


def add_files(
    root: Path, source: Source, paths: Sequence[Path], progress: Progress | None
) -> list[Entry]:
    """Copy local files into the store at ``root`` and read them as ``source``."""
    files = _expand(paths)
    with _writing(root, source) as (manifest, staging):
        raw = [_keep_raw(root, staging, source, path, progress) for path in files]
        if progress:
            progress(f"read {source.name}", 0, None)
        return _ingest(root, staging, manifest, source, raw, "added")


def fetch_files(
    root: Path, source: Source, *, offline: bool, progress: Progress | None
) -> list[Entry]:
    """Download the files of ``source`` into the store at ``root`` and read them."""
    _check_terms(source)
    if not source.files:
        raise BadOption(
            f"source {source.name!r} has no address to fetch from",
            hint=f"download it: {source.homepage}; then multipolar source add {source.name} FILE",
        )
    partial = root / "raw" / source.name / ".partial"
    with saying_when_full(root):
        partial.mkdir(parents=True, exist_ok=True)
        # A download may take an hour: it holds a lock of its own, and others may write meanwhile.
        with write_lock(partial):
            targets = [_download(file, partial, offline, progress) for file in source.files]
            with _writing(root, source) as (manifest, staging):
                raw = [_place_raw(root, source, path, _hash_file(path)) for path in targets]
                return _ingest(root, staging, manifest, source, raw, "fetched")


def _download(file: File, folder: Path, offline: bool, progress: Progress | None) -> Path:  # noqa: FBT001
    target = folder / file.name
    from multipolar.download import fetch_file  # noqa: PLC0415 - reading needs no HTTP client

    fetch_file(file.url, target, sha256=file.sha256, offline=offline, progress=progress)
    return target


def _check_terms(source: Source) -> None:
    if not source.enabled:
        raise TermsForbid(
            f"source {source.name!r} is switched off: {source.disabled_reason}",
            hint=f"multipolar source show {source.name}",
        )


@contextmanager
def _writing(root: Path, source: Source) -> Iterator[tuple[Manifest, Path]]:
    """Hold the lock, sweep leftovers, and give the manifest and an empty staging folder."""
    _check_terms(source)
    if not source.name.isidentifier():
        raise SchemaMismatch(f"source name {source.name!r} is not a name", hint="use snake_case")
    with saying_when_full(root):
        root.mkdir(parents=True, exist_ok=True)
        with write_lock(root):
            manifest = read_manifest(root)
            sweep(root, manifest)
            staging = root / STAGING / uuid.uuid4().hex
            staging.mkdir(parents=True)
            try:
                yield manifest, staging
            finally:
                shutil.rmtree(root / STAGING, ignore_errors=True)


def sweep(root: Path, manifest: Manifest) -> None:
    """Remove what an interrupted write left: nothing of it is in the manifest."""
    shutil.rmtree(root / STAGING, ignore_errors=True)
    kept = {table_folder(root, e.table, e.vintage) for e in manifest.entries}
    for folder in root.glob("tables/*/vintage=*"):
        if folder not in kept:
            shutil.rmtree(folder)
    noted = {rejects_file(root, e.source, e.vintage) for e in manifest.entries}
    for file in root.glob("rejects/*/vintage=*.parquet"):
        if file not in noted:
            file.unlink()


def _expand(paths: Sequence[Path]) -> list[Path]:
    """Files named, and the files in folders named, in the order of their names."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
            files.extend(inside)
        elif path.is_file():
            files.append(path)
        else:
            raise BadOption(f"there is no file or folder {str(path)!r}", hint=_beside(path))
    if not files:
        raise BadOption(f"no file in {', '.join(map(str, paths))}", hint="name a file")
    closed = next((f for f in files if not os.access(f, os.R_OK)), None)
    if closed:
        raise BadOption(f"{str(closed)!r} cannot be read: no permission", hint="chmod u+r FILE")
    names = [f.name for f in files]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise BadOption(f"two files are called {twice!r}", hint="give them different names")
    return files


def _beside(path: Path) -> str:
    """Name the nearest file in the same folder, if there is one."""
    folder = path.parent if path.parent.is_dir() else Path()
    close = nearest(path.name, [p.name for p in folder.iterdir()])
    return f"did you mean {str(folder / close[0])!r}?" if close else "check the path"


def _keep_raw(
    root: Path, staging: Path, source: Source, path: Path, progress: Progress | None
) -> tuple[Path, RawFile]:
    """Copy a file into the store and hash the copy."""
    copy = staging / path.name
    with path.open("rb") as given, copy.open("wb") as kept:
        total, done = os.fstat(given.fileno()).st_size, 0
        while moved := copy_block(given, kept, _CHUNK):
            done += moved
            if progress:
                progress(f"copy {path.name}", done, total)
    return _place_raw(root, source, copy, _hash_file(copy))


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place_raw(root: Path, source: Source, path: Path, sha256: str) -> tuple[Path, RawFile]:
    """Move a complete file to where raw files stay for good."""
    target = root / "raw" / source.name / sha256 / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    size = path.stat().st_size
    path.replace(target)
    return target, RawFile(name=path.name, sha256=sha256, size=size)


def _ingest(
    root: Path,
    staging: Path,
    manifest: Manifest,
    source: Source,
    raw: list[tuple[Path, RawFile]],
    kind: Literal["added", "fetched"],
) -> list[Entry]:
    rejects = Rejects()
    tables = _read(source, [path for path, _ in raw], rejects, staging)
    checked = [check_table(source, table, path) for table, path in tables]
    found = pl.concat([rejects_frame(rejects.rows), *(c.rejects for c in checked)])
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    vintage = manifest.next_vintage(day)
    entries = [
        Entry(
            table=c.table.name,
            source=source.name,
            kind=kind,
            vintage=vintage,
            sha256=c.sha256,
            rows=c.rows,
            rejects=count_rejected(found),
            retrieved=day,
            first=c.first,
            last=c.last,
            files=tuple(file for _, file in raw),
            columns=stored_columns(c.table),
            size=c.path.stat().st_size,
        )
        for c in checked
    ]
    if (same := _already_there(root, manifest, entries)) is not None:
        return same
    _place_tables(root, [(c.path, e) for c, e in zip(checked, entries, strict=True)])
    _place_rejects(root, staging, found, source.name, vintage)
    for path, _ in raw:
        sync_file(path)
    write_manifest(root, Manifest(entries=(*manifest.entries, *entries)))
    return entries


def _read(
    source: Source, paths: list[Path], rejects: Rejects, staging: Path
) -> list[tuple[Table, Path]]:
    """Let the source read its files; one Parquet file per table it found, in staging."""
    written = []
    try:
        for name, frame in source.read(paths, rejects).items():
            table = declared_table(source, name)
            path = staging / name / "read.parquet"
            path.parent.mkdir()
            frames.write_parquet(frame, path)
            written.append((table, path))
    except _UNREADABLE as error:
        if is_full(error):
            raise
        names = ", ".join(p.name for p in paths)
        reason = str(error).strip().split("\n", maxsplit=1)[0]
        raise SchemaMismatch(
            f"source {source.name!r} cannot read {names}: {reason}",
            hint=f"multipolar source show {source.name} --schema   (raw file kept: {paths[0]})",
        ) from error
    if not written:
        raise CheckFailed(
            f"source {source.name!r} found no table in {', '.join(p.name for p in paths)}",
            hint=f"multipolar source show {source.name} --schema",
        )
    return written


def _already_there(root: Path, manifest: Manifest, entries: list[Entry]) -> list[Entry] | None:
    """Entries in use, where they hold the same rows from the same files and are undamaged."""
    current = []
    for entry in entries:
        known = manifest.of_table(entry.table)
        if not known:
            return None
        last = known[-1]
        if (last.source, last.sha256, last.files, last.columns) != (
            entry.source,
            entry.sha256,
            entry.files,
            entry.columns,
        ) or not _is_whole(root, last):
            return None
        current.append(last)
    return current


def _is_whole(root: Path, entry: Entry) -> bool:
    path = entry.parquet(root)
    return path.is_file() and path.stat().st_size == entry.size


def _place_tables(root: Path, placed: list[tuple[Path, Entry]]) -> None:
    for path, entry in placed:
        target = entry.parquet(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        sync_file(path)
        path.replace(target)
        sync_folder(target.parent)


def _place_rejects(
    root: Path, staging: Path, rejects: pl.DataFrame, source: str, vintage: str
) -> None:
    if rejects.is_empty():
        return
    temporary = staging / "rejects.parquet"
    rejects.write_parquet(temporary)
    sync_file(temporary)
    target = rejects_file(root, source, vintage)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(target)
