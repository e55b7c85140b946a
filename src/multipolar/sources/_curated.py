"""Row checks of hand-compiled tables: codes, dates, intervals, allowed words, repeated rows.

A row that breaks a rule goes to the rejects with its number and the reason; the others load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Table
from multipolar.core.errors import nearest
from multipolar.core.states import known_codes
from multipolar.sources._read import ROW, read_table, require_columns

CONFIDENCE = ("high", "medium")
SOURCE_COLUMN = Column(
    name="source", dtype="str", meaning='address the fact was read at, or "well-established..."'
)
CONFIDENCE_COLUMN = Column(
    name="confidence",
    dtype="str",
    meaning="high: read in a page naming this case, or in every reference work; medium: advance "
    "list, or general knowledge whose exact day or role was not checked",
    allowed=CONFIDENCE,
)
NOTE_COLUMN = Column(name="note", dtype="str", meaning="remark, empty where none")
PROVENANCE = (SOURCE_COLUMN, CONFIDENCE_COLUMN, NOTE_COLUMN)
_TRUE, _FALSE = ("1", "true", "yes"), ("0", "false", "no")
_DAY = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_POLARS = {
    "int8": pl.Int8,
    "int16": pl.Int16,
    "int32": pl.Int32,
    "int64": pl.Int64,
    "float": pl.Float64,
}
STATE_COLUMNS = frozenset({"state", "host"})


def read_curated(
    paths: Sequence[Path],
    rejects: Rejects,
    table: Table,
    *,
    source: str,
    renamed: Mapping[str, str] | None = None,
    interval: tuple[str, str] | None = None,
    prepare: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Read hand-compiled files into the declared columns, rejecting broken rows.

    Parameters
    ----------
    paths : sequence of Path
        Files of any kind :func:`multipolar.sources._read.read_table` reads.
    rejects : Rejects
        Receives every row that cannot be used.
    table : Table
        Column types, allowed words and the key come from its declaration.
    source : str
        Name of the source, for messages.
    renamed : mapping, optional
        Other headings in use for a column: ``{"host_iso3": "host"}``.
    interval : (str, str), optional
        Two date columns of which the first must come before the second.
    prepare : callable, optional
        Applied to the text of each file before its columns are looked for.

    Returns
    -------
    DataFrame, one row per usable row
        The declared columns with the declared types, in the order of the files.
    """
    frames = []
    for path in paths:
        raw = read_table(path)
        raw = prepare(raw) if prepare else raw
        known = {a: b for a, b in (renamed or {}).items() if a in raw.columns}
        raw = raw.rename({a: b for a, b in known.items() if b not in raw.columns})
        require_columns(raw, [c.name for c in table.columns], path.name, source=source)
        frames.append(_checked(raw, path.name, rejects, table, interval))
    return drop_repeated(pl.concat(frames), rejects, table.key).select(
        c.name for c in table.columns
    )


def _checked(
    raw: pl.DataFrame,
    file: str,
    rejects: Rejects,
    table: Table,
    interval: tuple[str, str] | None,
) -> pl.DataFrame:
    """Types and rules of one file; adds the columns ``_file`` and ``_row``."""
    good = raw
    for column in table.columns:
        good = _typed(good, file, rejects, column)
        if column.name in STATE_COLUMNS:
            good = reject_unknown_states(good, column.name, file, rejects)
    if interval:
        start, end = interval
        ordered = (pl.col(start) < pl.col(end)).fill_null(value=True)
        reason = f"{end} is not after {start}"
        good = reject_where(good, ~ordered, end, file, rejects, reason)
    return good.select(ROW, pl.lit(file).alias("_file"), *(c.name for c in table.columns))


def _typed(raw: pl.DataFrame, file: str, rejects: Rejects, column: Column) -> pl.DataFrame:
    """One column brought to its declared type; cells that are not of it are rejected."""
    name, text = column.name, pl.col(column.name)
    value, expected = _converted(column)
    if column.dtype == "str" and not column.nullable:
        raw, value = raw.with_columns(text.fill_null("")), text
    bad = value.is_null() & text.is_not_null() if column.dtype != "str" else pl.lit(value=False)
    raw = reject_where(raw, bad, name, file, rejects, expected)
    if not column.nullable and column.dtype != "str":
        raw = reject_where(raw, text.is_null(), name, file, rejects, "missing")
    if column.allowed:
        words = ", ".join(repr(w) for w in column.allowed if w != "")
        wrong = ~text.is_in(column.allowed)
        raw = reject_where(raw, wrong, name, file, rejects, f"expected one of {words}")
    return raw.with_columns(value.alias(name))


def _converted(column: Column) -> tuple[pl.Expr, str]:
    """Expression that gives null where the text is not of the type, and what was expected."""
    text = pl.col(column.name)
    if column.dtype == "bool":
        folded = text.str.to_lowercase()
        yes = pl.when(folded.is_in(_TRUE)).then(statement=True)
        return yes.when(folded.is_in(_FALSE)).then(statement=False), "expected 1 or 0"
    if column.dtype == "date":
        whole = pl.when(text.str.contains(_DAY)).then(text + "-01-01")
        day = whole.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        return day, "not a date such as 2022-02-24"
    if column.dtype == "str":
        return text, ""
    return text.cast(_POLARS[column.dtype], strict=False), f"not a number ({column.dtype})"


def reject_where(
    frame: pl.DataFrame, bad: pl.Expr, column: str, file: str, rejects: Rejects, reason: str
) -> pl.DataFrame:
    """Move rows for which ``bad`` is true to the rejects; return the others."""
    marked = frame.with_columns(bad.fill_null(value=False).alias("_bad"))
    for row, value in marked.filter("_bad").select(ROW, column).iter_rows():
        rejects.add(file=file, row=row, column=column, value=value, reason=reason)
    return marked.filter(~pl.col("_bad")).drop("_bad")


def reject_odd_years(frame: pl.DataFrame, year: str, file: str, rejects: Rejects) -> pl.DataFrame:
    """Move rows whose year has not four digits to the rejects: no name can be looked up in 19."""
    odd = ~pl.col(year).is_between(1000, 9999)
    return reject_where(frame, odd, year, file, rejects, "not a year of four digits")


def reject_unknown_states(
    frame: pl.DataFrame, column: str, file: str, rejects: Rejects
) -> pl.DataFrame:
    """Move rows whose state code nobody holds to the rejects, naming the nearest code."""
    known = known_codes()
    for text in frame[column].unique().sort().to_list():
        if text in known:
            continue
        close = nearest(text or "", known, n=1)
        reason = "not a state of this record" + (f"; nearest: {close[0]!r}" if close else "")
        unknown = pl.col(column).is_null() if text is None else pl.col(column) == text
        frame = reject_where(frame, unknown, column, file, rejects, reason)
    return frame


def drop_repeated(frame: pl.DataFrame, rejects: Rejects, key: Iterable[str]) -> pl.DataFrame:
    """Keep the first row of every key; later ones go to the rejects."""
    keys = list(key)
    marked = frame.with_columns(pl.struct(keys).is_first_distinct().alias("_first"))
    for row in marked.filter(~pl.col("_first")).iter_rows(named=True):
        rejects.add(
            file=row["_file"],
            row=row[ROW],
            column=", ".join(keys),
            value=", ".join(str(row[k]) for k in keys),
            reason="an earlier row has the same key",
        )
    return marked.filter("_first").drop("_first", ROW, "_file")
