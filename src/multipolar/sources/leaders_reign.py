"""Leaders of states, month by month to August 2021: REIGN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._leader_rows import spells
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, as_text, csv_frame, read_text, require_columns
from multipolar.sources._stream_tables import LEADER_SPELLS

_NUMBERS = ("ccode", "sdate", "smonth", "syear", "emonth", "eyear")
_COLUMNS = (*_NUMBERS, "leadid", "leader")


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``leaderlist_*.csv``.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``ccode`` (Correlates of War), ``leadid, leader``, the day, month and year of
        the start (``sdate, smonth, syear``) and the month and year of the end (``emonth, eyear``,
        empty if in office). UTF-8 or Latin-1.
    rejects : Rejects
        Receives bad dates and numbers nobody held.

    Returns
    -------
    mapping
        ``leader_spells``; an end is the last day of its month, since the day is not given.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, LEADER_SPELLS.key)
    return {"leader_spells": found.sort(LEADER_SPELLS.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    try:
        text = read_text(path)
    except SchemaMismatch:
        text = read_text(path, encoding="latin-1")
    raw = as_text(csv_frame(text, path.name))
    require_columns(raw, _COLUMNS, path.name, source="leaders_reign")
    ends = ("emonth", "eyear")
    types = dict.fromkeys(_NUMBERS, pl.Int32)
    rows = with_numbers(raw.select(ROW, *_COLUMNS), types, path.name, rejects, optional=ends)
    rows = rows.filter(pl.col("leadid").is_not_null())
    start = _day("syear", "smonth", pl.col("sdate"))
    rows = reject_where(rows, start.is_null(), "sdate", path.name, rejects, "not a date")
    rows = rows.with_columns(
        start.alias("start"), _day("eyear", "emonth", pl.lit(1)).dt.month_end().alias("end")
    )
    backwards = pl.col("end") < pl.col("start")
    rows = reject_where(rows, backwards, "eyear", path.name, rejects, "ends before it begins")
    rows = rows.select(
        ROW,
        pl.col("ccode").alias("number"),
        pl.col("leadid").alias("leader_id"),
        pl.col("leader").fill_null(""),
        "start",
        "end",
        pl.lit("").alias("entry"),
        pl.lit("").alias("exit"),
    )
    return spells(rows, "cow", path.name, rejects, "leaders_reign")


def _day(year: str, month: str, day: pl.Expr) -> pl.Expr:
    parts = [pl.col(year), pl.col(month), day]
    digits = [p.cast(pl.String).str.zfill(2) for p in parts]
    return pl.concat_str(digits, separator="-").str.to_date("%Y-%m-%d", strict=False)


SOURCE = Source(
    name="leaders_reign",
    title="Leaders of states",
    publisher="One Earth Future Foundation",
    homepage="https://oefdatascience.github.io/REIGN.github.io/",
    licence="MIT",
    terms="Free to use with the licence notice; cite the data set.",
    citation="Bell, Besaw and Frank (2021), The Rulers, Elections, and Irregular Governance "
    "(REIGN) Dataset, One Earth Future; leader list of March 2021.",
    coverage="1945 to March 2021",
    tables=(LEADER_SPELLS,),
    read=read,
    as_of=date(2021, 3, 31),
    breaks=("Ends in March 2021; the project closed in August 2021.",),
    notes="The day of leaving is not given: an end is the last day of its month, so that spells of "
    "one state overlap. A spell that crosses the end of a state is cut there.",
)
