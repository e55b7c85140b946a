"""Conformance checks for sources, measures and studies, for plugin authors."""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from multipolar.core.declare import Rejects, Source, Table
from multipolar.core.errors import BadOption, CheckFailed
from multipolar.store import frames
from multipolar.store.checks import Checked, check_table, count_rejected
from multipolar.store.starter import declared_table, starter_paths

_STATED = ("title", "publisher", "licence", "terms", "citation", "coverage")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What a source that keeps its contract read: usable rows by table, and rejected rows."""

    source: str
    rows: dict[str, int]
    rejects: int


def load_source(path: str | Path) -> Source:
    """Load the declaration ``SOURCE`` of a loose Python file; the file is executed.

    Raises
    ------
    BadOption
        There is no such file, or it declares no ``SOURCE``.
    """
    file = Path(path)
    spec = importlib.util.spec_from_file_location(f"multipolar_loose_{file.stem}", file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise BadOption(f"there is no Python file {str(path)!r}", hint="./my_source.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        raise BadOption(
            f"{path} has no SOURCE", hint="SOURCE = Source(name=..., tables=(...), read=read, ...)"
        )
    return source


def check_source(source: Source, paths: Sequence[str | Path] = ()) -> SourceReport:
    """Check that a source keeps its contract: declared honestly, read fully and repeatably.

    Parameters
    ----------
    source : Source
    paths : sequence of paths, optional
        Files in the publisher's format to read; the source's starter files without them.

    Returns
    -------
    SourceReport
        Usable and rejected rows of what was read; empty where there was nothing to read.

    Raises
    ------
    CheckFailed
        One sentence that lists every fault found.

    Notes
    -----
    Checks form, not truth: that the figures are right is for the source's own tests to show.
    """
    faults = list(_faults_of_declaration(source))
    files = [Path(p) for p in paths] or starter_paths(source)
    faults += [f"file {str(f)!r} does not exist" for f in files if not f.exists()]
    rows: dict[str, int] = {}
    rejected = 0
    if not faults and files:
        first, rejected = _read_once(source, files)
        again, _ = _read_once(source, list(files))
        faults += _faults_of_reading(source, first, again, starter=not paths)
        rows = {c.table.name: c.rows for c in first}
    if faults:
        raise CheckFailed(f"source {source.name!r}: {'; '.join(faults)}", faults=faults)
    return SourceReport(source=source.name, rows=rows, rejects=rejected)


def _faults_of_declaration(source: Source) -> Iterator[str]:
    if not source.name.isidentifier() or source.name != source.name.casefold():
        yield f"name {source.name!r} is not in snake_case"
    yield from (f"{f} is empty" for f in _STATED if not str(getattr(source, f)).strip())
    if not source.enabled and not source.disabled_reason:
        yield "switched off without a disabled_reason"
    if not source.tables:
        yield "declares no table"
    names = [t.name for t in source.tables]
    yield from (
        f"minimum_rows names no table: {n!r}" for n in source.minimum_rows if n not in names
    )
    for table in source.tables:
        yield from _faults_of_table(table)
    for file in source.files:
        if not file.url.startswith(("https://", "http://")):
            yield f"address {file.url!r} is not http(s)"
        if file.sha256 and not _SHA256.fullmatch(file.sha256):
            yield f"sha256 of {file.name!r} is not 64 lower-case hex digits"


def _faults_of_table(table: Table) -> Iterator[str]:
    names = [c.name for c in table.columns]
    place = f"table {table.name!r}"
    if not table.row:
        yield f"{place} does not say what a row is"
    if len(set(names)) != len(names):
        yield f"{place} declares a column twice"
    yield from (f"{place}: key {k!r} is no column" for k in table.key if k not in names)
    for column in table.columns:
        if not column.meaning:
            yield f"{place}: column {column.name!r} has no meaning"
        if column.dtype not in frames.SQL_TYPES:
            yield f"{place}: column {column.name!r} has unknown dtype {column.dtype!r}"


def _read_once(source: Source, files: list[Path]) -> tuple[list[Checked], int]:
    rejects = Rejects()
    checked: list[Checked] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in source.read(files, rejects).items():
            path = Path(folder) / name / "read.parquet"
            path.parent.mkdir()
            frames.write_parquet(frame, path)
            checked.append(check_table(source, declared_table(source, name), path))
    return checked, len(rejects.rows) + sum(count_rejected(c.rejects) for c in checked)


def _faults_of_reading(
    source: Source, first: list[Checked], again: list[Checked], *, starter: bool
) -> Iterator[str]:
    for one, other in zip(first, again, strict=True):
        if one.sha256 != other.sha256:
            yield f"table {one.table.name!r} differs when the same files are read twice"
    missing = {t.name for t in source.tables} - {c.table.name for c in first}
    if starter and missing:
        yield f"the starter files hold no {', '.join(sorted(missing))}"
