"""Files as publishers ship them, read as frames of text with the number of every row.

Text is UTF-8 unless the publisher says otherwise; anything else is refused by name instead of
being read as garbled letters.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from multipolar.core.errors import SchemaMismatch, nearest

ROW = "_row"


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Text of a file, also of a ``.gz`` one.

    Raises
    ------
    SchemaMismatch
        The bytes are not in that encoding; the message names the line.
    """
    return decode(_bytes_of(path), path.name, encoding)


def decode(data: bytes, name: str, encoding: str = "utf-8") -> str:
    """Bytes as text without a byte order mark, or :class:`SchemaMismatch` naming the line."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SchemaMismatch(
            f"{name} line {line:,}: byte 0x{data[error.start]:02x} is not {encoding.upper()}",
            hint=f"save the file as {encoding.upper()} (it may be Latin-1 or Windows-1252)",
        ) from None


def read_table(path: Path, *, encoding: str = "utf-8") -> pl.DataFrame:
    """Any table file as text columns with the row number in ``_row``.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, ``.tab`` or ``.txt`` (also ``.gz``), ``.json`` (a list of records),
        ``.xlsx`` or ``.xls`` (first sheet) or ``.parquet``.
    encoding : str
        Of text files.

    Returns
    -------
    DataFrame, one row per row of the file
        Every column as text with outer blanks removed, missing cells null; ``_row`` counts from 1
        after the header.

    Raises
    ------
    SchemaMismatch
        Unreadable, empty, or of a kind that is not read.
    """
    kind = path.name.removesuffix(".gz").rpartition(".")[2].casefold()
    readers: dict[str, Callable[[], pl.DataFrame]] = {
        "csv": lambda: csv_frame(read_text(path, encoding), path.name),
        "tsv": lambda: csv_frame(read_text(path, encoding), path.name, separator="\t"),
        "tab": lambda: csv_frame(read_text(path, encoding), path.name, separator="\t"),
        "txt": lambda: csv_frame(read_text(path, encoding), path.name, separator="\t"),
        "json": lambda: _json_frame(read_text(path), path.name),
        "xlsx": lambda: pl.read_excel(path, engine="calamine", infer_schema_length=0),
        "xls": lambda: pl.read_excel(path, engine="calamine", infer_schema_length=0),
        "parquet": lambda: pl.read_parquet(path),
    }
    if kind not in readers:
        raise SchemaMismatch(
            f"{path.name} is of a kind that is not read", hint=f"give one of {', '.join(readers)}"
        )
    try:
        frame = readers[kind]()
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SchemaMismatch(f"{path.name} cannot be read as {kind}: {reason}") from error
    return as_text(frame)


def read_excel_sheet(path: Path, sheet: str) -> pl.DataFrame:
    """One named sheet of a workbook, in the form :func:`read_table` gives."""
    try:
        found = pl.read_excel(
            path, sheet_name=sheet, engine="calamine", infer_schema_length=0, raise_if_empty=False
        )
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SchemaMismatch(
            f"{path.name} has no sheet {sheet!r} that can be read: {reason}",
            hint=f"keep the publisher's workbook with its sheet {sheet!r}",
        ) from error
    return as_text(found)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """All columns as text, blank cells null, rows numbered from 1 in ``_row``."""
    text = frame.select(pl.all().cast(pl.String, strict=False).str.strip_chars())
    text = text.rename({c: c.strip().removeprefix("\ufeff") for c in text.columns})
    blank_to_null = pl.when(pl.all() != "").then(pl.all())
    return text.select(blank_to_null).with_row_index(ROW, offset=1)


def csv_frame(text: str, name: str, separator: str = ",") -> pl.DataFrame:
    """Comma- or tab-separated text as a frame of text; rows of a wrong length are an error."""
    if not text.strip():
        raise SchemaMismatch(f"{name} is empty")
    try:
        return pl.read_csv(io.BytesIO(text.encode()), separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise SchemaMismatch(
            f"{name} cannot be read as separated text: {reason}",
            hint="check quotes and the number of cells of every line",
        ) from error


def require_columns(frame: pl.DataFrame, wanted: Iterable[str], file: str, *, source: str) -> None:
    """Raise :class:`SchemaMismatch` for the first wanted column that is not there.

    Examples
    --------
    >>> require_columns(pl.DataFrame({"sate": ["RUS"]}), ["state"], "a.csv", source="leaders")
    Traceback (most recent call last):
    ...
    multipolar.core.errors.SchemaMismatch: a.csv: column 'state' is missing; nearest: 'sate'
      fix: multipolar source show leaders --schema
    """
    present = [c for c in frame.columns if c != ROW]
    for name in wanted:
        if name not in present:
            close = nearest(name, present, n=1)
            tail = f"nearest: {close[0]!r}" if close else f"found {', '.join(present[:12])}"
            raise SchemaMismatch(
                f"{file}: column {name!r} is missing; {tail}",
                hint=f"multipolar source show {source} --schema",
            )


def first_matching(
    frame: pl.DataFrame, shapes: Mapping[str, Sequence[str]], file: str, *, source: str
) -> str:
    """Name of the first shape whose columns are all there; the last one is required."""
    *early, last = shapes
    for shape in early:
        if all(c in frame.columns for c in shapes[shape]):
            return shape
    require_columns(frame, shapes[last], file, source=source)
    return last


def _bytes_of(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            return gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise SchemaMismatch(f"{path.name} is a damaged gzip file: {error}") from error
    return data


def _json_frame(text: str, name: str) -> pl.DataFrame:
    records: Any = parse_json(text, name)
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise SchemaMismatch(f"{name} is not a list of records")
    if not records:
        raise SchemaMismatch(f"{name} holds no record")
    names = dict.fromkeys(k for r in records for k in r)
    cells = {k: [_cell(r.get(k)) for r in records] for k in names}
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))


def parse_json(text: str, name: str) -> Any:
    """JSON value, or :class:`SchemaMismatch` naming the line at which it breaks."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SchemaMismatch(f"{name} line {error.lineno:,}: not valid JSON: {error.msg}") from None


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)
