"""Frames to files other programs read: csv, Parquet, Stata with labels, Excel."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from multipolar.core.errors import BadOption, UnknownName
from multipolar.store.disk import saying_when_full

FORMATS = ("csv", "parquet", "dta", "xlsx")
_EXCEL_ROWS = 1_048_575
_STATA_NAME = 32
_STATA_LABEL = 80


def export_frame(
    frame: pl.DataFrame,
    path: Path,
    format: str | None = None,  # noqa: A002 - the name of the command's option
    *,
    labels: Mapping[str, str] | None = None,
    force: bool = False,
) -> Path:
    """Write ``frame`` to ``path``; see :meth:`multipolar.Store.export`."""
    kind = target_format(path, format, force=force)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.{kind}")
    try:
        with saying_when_full(path.parent):
            _write(frame, temporary, kind, labels or {})
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def target_format(
    path: Path,
    format: str | None = None,  # noqa: A002 - the name of the command's option
    *,
    force: bool = False,
) -> str:
    """Format a file will be written in.

    Raises
    ------
    UnknownName, BadOption
        No such format, the file exists, or its folder does not.
    """
    kind = (format or path.suffix.lstrip(".")).casefold()
    if kind not in FORMATS:
        raise UnknownName.among("format", kind, FORMATS, hint="--format csv|parquet|dta|xlsx")
    if path.exists() and not force:
        raise BadOption(f"{path} exists", hint="--force overwrites it")
    if not path.parent.is_dir():
        raise BadOption(f"there is no folder {str(path.parent)!r}", hint="create it first")
    return kind


def _write(frame: pl.DataFrame, path: Path, kind: str, labels: Mapping[str, str]) -> None:
    if kind == "csv":
        frame.write_csv(path)
    elif kind == "parquet":
        frame.write_parquet(path, compression="zstd")
    elif kind == "dta":
        _write_stata(frame, path, labels)
    else:
        _write_excel(frame, path)


def _write_stata(frame: pl.DataFrame, path: Path, labels: Mapping[str, str]) -> None:
    import pyreadstat  # noqa: PLC0415 - only this format needs it

    long = [name for name in frame.columns if len(name) > _STATA_NAME]
    if long:
        raise BadOption(
            f"Stata takes names of at most {_STATA_NAME} characters, not {long[0]!r}",
            hint="rename the column in the query",
        )
    texts = [labels.get(name, "")[:_STATA_LABEL] for name in frame.columns]
    pyreadstat.write_dta(_stata_types(frame), str(path), column_labels=texts, version=15)


def _stata_types(frame: pl.DataFrame) -> pl.DataFrame:
    """Stata has no 64-bit integer: such columns, if too large for 32 bits, become text."""
    changes = []
    for name, dtype in frame.schema.items():
        if dtype in (pl.Int64, pl.UInt64, pl.UInt32):
            largest = frame[name].abs().max()
            exact = largest is None or int(str(largest)) <= 2**53
            changes.append(pl.col(name).cast(pl.Float64 if exact else pl.String))
        elif dtype in (pl.Categorical, pl.Enum) or dtype.is_nested():
            changes.append(pl.col(name).cast(pl.String))
    return frame.with_columns(changes)


def _write_excel(frame: pl.DataFrame, path: Path) -> None:
    import xlsxwriter  # noqa: PLC0415 - only this format needs it

    if frame.height > _EXCEL_ROWS:
        raise BadOption(
            f"Excel takes {_EXCEL_ROWS:,} rows and this has {frame.height:,}",
            hint="export csv or parquet, or select fewer rows with SQL",
        )
    # A title that starts with "=" or "http" stays the text it is.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        frame.write_excel(workbook, worksheet="data", autofit=frame.height < 10_000)
