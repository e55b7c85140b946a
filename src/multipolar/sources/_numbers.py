"""Text columns turned into numbers and dates, rows that are none to the rejects."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.sources._curated import reject_where


def with_numbers(
    rows: pl.DataFrame,
    types: Mapping[str, type[pl.DataType]],
    file: str,
    rejects: Rejects,
    *,
    missing: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Cast text columns to numbers.

    Parameters
    ----------
    rows : DataFrame
        Text columns and ``_row``.
    types : mapping
        ``{column: polars type}``; ``365.0`` is read as the whole number 365.
    file, rejects
        Where rows go whose text is no number.
    missing : tuple of str
        Texts that mean no value (``"-9"``, ``":"``).
    optional : tuple of str
        Columns that may be empty; in the others an empty cell rejects the row.
    """
    for name, dtype in types.items():
        text = pl.when(~pl.col(name).is_in(list(missing))).then(pl.col(name))
        number = text.cast(pl.Float64, strict=False)
        whole = number if dtype.is_float() else number.cast(dtype, strict=False)
        odd = whole.is_null() & (text.is_not_null() | pl.lit(name not in optional))
        if not dtype.is_float():
            odd = odd | (number != number.round())
        rows = reject_where(rows, odd, name, file, rejects, "not a number")
        rows = rows.with_columns(whole.alias(name))
    return rows
