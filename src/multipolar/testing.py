"""Conformance checks for sources, measures and studies, for plugin authors."""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.claims.assess import prepare
from multipolar.core.declare import Measure, Rejects, Source, Table
from multipolar.core.errors import BadOption, CheckFailed
from multipolar.core.study import load_study
from multipolar.store import Store, frames
from multipolar.store.checks import Checked, check_table, count_rejected
from multipolar.store.digest import digest_parquet
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
        checked, unlike, rejected = _read_and_check(source, files)
        faults += [f"table {n!r} differs when the same files are read twice" for n in unlike]
        rows = {c.table.name: c.rows for c in checked}
        missing = {t.name for t in source.tables} - set(rows)
        if missing and not paths:
            faults.append(f"the starter files hold no {', '.join(sorted(missing))}")
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


def _read_and_check(source: Source, files: list[Path]) -> tuple[list[Checked], list[str], int]:
    """Checked tables, the tables that a second reading gives otherwise, and rejected rows."""
    rejects, again = Rejects(), Rejects()
    checked: list[Checked] = []
    unlike: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        first = _write_tables(source, files, Path(folder) / "first", rejects)
        second = _write_tables(source, files, Path(folder) / "second", again)
        for name in {**first, **second}:
            if name not in first or name not in second:
                unlike.append(name)
                continue
            table = declared_table(source, name)
            checked.append(check_table(source, table, first[name]))
            if digest_parquet(first[name], table) != digest_parquet(second[name], table):
                unlike.append(name)
    return checked, unlike, len(rejects.rows) + sum(count_rejected(c.rejects) for c in checked)


def _write_tables(
    source: Source, files: list[Path], folder: Path, rejects: Rejects
) -> dict[str, Path]:
    written = {}
    for name, frame in source.read(files, rejects).items():
        path = folder / name / "read.parquet"
        path.parent.mkdir(parents=True)
        frames.write_parquet(frame, path)
        written[name] = path
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """What a measure that keeps its contract gave: rows, and rows without a value."""

    measure: str
    rows: int
    missing: int


def check_measure(
    measure: Measure, store: Store, *, options: Mapping[str, Any] | None = None
) -> MeasureReport:
    """Check that a measure keeps its contract: declared in full, long, keyed, repeatable.

    Parameters
    ----------
    measure : Measure
    store : Store
        Evidence to compute it from.
    options : mapping, optional
        Selectors and choices it needs, e.g. ``{"state": "RUS"}``.

    Returns
    -------
    MeasureReport
        Rows computed under the defaults, and how many of them have no value.

    Raises
    ------
    CheckFailed
        One sentence that lists every fault found.

    Notes
    -----
    Checks form, not truth: that the numbers are right is for the measure's own tests to show.
    """
    faults = [
        f"{field} is empty"
        for field in ("title", "unit", "low", "high", "meaning", "not_measured", "reference")
        if not getattr(measure, field)
    ]
    faults += [f"choice {c.name} gives no reason" for c in measure.choices if not c.why]
    given = dict(options or {})
    arguments = {**measure.options(given), **given}
    first = measure.compute(store, **arguments)
    faults += _faults_of_result(measure, first)
    if not first.equals(measure.compute(store, **arguments)):
        faults.append("two runs differ")
    if faults:
        raise CheckFailed(f"measure {measure.name}: " + "; ".join(faults))
    return MeasureReport(
        measure=measure.name, rows=first.height, missing=first["value"].null_count()
    )


def _faults_of_result(measure: Measure, frame: pl.DataFrame) -> Iterator[str]:
    needed = [*measure.keys, "measure", "value", "lower", "upper", "n_obs"]
    lacking = [c for c in needed if c not in frame.columns]
    if lacking:
        yield f"columns {lacking} are missing"
        return
    if frame.is_empty():
        yield "it gave no row"
    if frame.select(*measure.keys, "measure").is_duplicated().any():
        yield f"the keys {list(measure.keys)} do not identify a row"
    slack = 1e-9
    outside = (pl.col("value") < pl.col("lower") - slack) | (
        pl.col("value") > pl.col("upper") + slack
    )
    if frame.filter(outside).height:
        yield "a value lies outside its own interval"
    if frame["value"].is_nan().any():
        yield "a value is NaN where it should be missing"


def check_study(path: str | Path, *, store: Store) -> dict[str, int]:
    """Check a study file: its keys, its choices, that each claim can be planned.

    Returns
    -------
    dict of claim id to number of specifications

    Raises
    ------
    BadStudy, UnknownName
        The first thing that is wrong, with the nearest valid one.
    NotTestable
        The record holds nothing that bears on a claim.
    """
    return {c.id: prepare(c, store).listed.n for c in load_study(path).claim}
