"""Spells of leaders under numbers of a coding system, cut where the number changed hands."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.states import System
from multipolar.sources._cow import RECORD_START, holders
from multipolar.sources._read import ROW
from multipolar.sources._stream_tables import LEADER_SPELLS

_WEEK = 7  # days: a shorter part beside a longer one is the width of a date, not a term


def spells(
    rows: pl.DataFrame, system: System, file: str, rejects: Rejects, source: str
) -> pl.DataFrame:
    """Rows of ``leader_spells`` from ``number, leader_id, leader, start, end, entry, exit``."""
    cells = []
    for row in rows.iter_rows(named=True):
        start, end = row["start"], row["end"]
        if end is not None and end < RECORD_START:
            continue
        after = None if end is None else end + timedelta(days=1)
        found = _lasting(holders(row["number"], max(start, RECORD_START), after, system))
        if not found:
            reason = f"no state held this number from {start} on"
            rejects.add(file=file, row=row[ROW], column=system, value=row["number"], reason=reason)
        for state, first, last in found:
            begin = start if start < RECORD_START and first == RECORD_START else first
            until = end if last == after else last
            who = (state, row["leader"], row["leader_id"])
            cells.append((row[ROW], file, *who, begin, until, row["entry"], row["exit"], source))
    types = {c.name: pl.Date if c.dtype == "date" else pl.String for c in LEADER_SPELLS.columns}
    schema = {ROW: pl.UInt32, "_file": pl.String} | types
    return pl.DataFrame(cells, schema=schema, orient="row")


def _lasting(
    parts: list[tuple[str, date, date | None]],
) -> list[tuple[str, date, date | None]]:
    """Parts of a week or more; the only part whatever its length."""
    if len(parts) < 2:
        return parts
    return [p for p in parts if p[2] is None or (p[2] - p[1]).days >= _WEEK]
