"""Correlates of War state numbers turned into this record's states, by the year they stand for."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import UnknownName
from multipolar.core.states import System, crosswalk, from_code
from multipolar.sources._curated import reject_odd_years
from multipolar.sources._read import ROW

RECORD_START = date(1945, 1, 1)


def with_states(
    rows: pl.DataFrame, columns: dict[str, str], year: str, file: str, rejects: Rejects
) -> pl.DataFrame:
    """Add state columns for COW numbers, read in the year of the row.

    Parameters
    ----------
    rows : DataFrame
        With whole-number columns named in ``columns`` and ``year``, and ``_row``.
    columns : mapping
        ``{number column: state column to add}``.
    year : str
        Column with the year: 365 is SUN until 1991 and RUS from 1992.
    file : str
        Name for the rejects.
    rejects : Rejects
        One entry per number and run of years in which no state held it.

    Returns
    -------
    DataFrame
        Rows whose numbers all stood for a state.
    """
    rows = reject_odd_years(rows, year, file, rejects)
    for number, state in columns.items():
        pairs = rows.group_by(number, year).agg(pl.col(ROW).min(), pl.len()).sort(number, year)
        found: list[tuple[int, int, str]] = []
        lost: list[tuple[int, int, int, int]] = []
        for value, when, row, count in pairs.iter_rows():
            try:
                found.append((value, when, from_code(value, "cow", when)))
            except UnknownName:
                lost.append((value, when, row, count))
        _report(lost, number, file, rejects)
        held = pl.DataFrame(found, schema=[number, year, state], orient="row").with_columns(
            pl.col(number).cast(rows.schema[number]), pl.col(year).cast(rows.schema[year])
        )
        rows = rows.join(held, on=[number, year], how="inner", maintain_order="left")
    return rows


def _report(
    lost: list[tuple[int, int, int, int]], column: str, file: str, rejects: Rejects
) -> None:
    for value, group in groupby(lost, key=lambda entry: entry[0]):
        entries = list(group)
        years = f"{entries[0][1]}-{entries[-1][1]}"
        rows = sum(entry[3] for entry in entries)
        reason = f"no state held this COW number in {years} ({rows} rows left out)"
        rejects.add(file=file, row=entries[0][2], column=column, value=value, reason=reason)


def holders(
    number: int, start: date, end: date | None, system: System = "cow"
) -> list[tuple[str, date, date | None]]:
    """States that held a number in ``[start, end)``, each with its part of the interval.

    Examples
    --------
    >>> [(s, a.year, b and b.year) for s, a, b in holders(365, date(1980, 1, 1), None)]
    [('SUN', 1980, 1991), ('RUS', 1991, None)]
    """
    found = []
    for spell in crosswalk(system):
        if spell.value != number:
            continue
        first = max(spell.start, start)
        last = min((d for d in (spell.end, end) if d is not None), default=None)
        if last is None or first < last:
            found.append((spell.code, first, last))
    return sorted(found, key=lambda part: part[1])
