"""Effective leaders of states and how they came and went: Archigos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._leader_rows import spells
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import LEADER_SPELLS

_FIELDS = ("leader", "startdate", "enddate", "entry", "exit")
_SHAPES = {"peacesciencer": ("gwcode", "obsid", *_FIELDS), "archigos": ("ccode", "obsid", *_FIELDS)}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read Archigos 4.1: its tab-separated file, or peacesciencer's copy.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``obsid, leader, startdate, enddate, entry, exit`` and ``ccode`` (the
        publisher's) or ``gwcode``; both are Gleditsch-Ward numbers.
    rejects : Rejects
        Receives bad dates and numbers nobody held.

    Returns
    -------
    mapping
        ``leader_spells`` that reach into 1945 or later.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, LEADER_SPELLS.key)
    return {"leader_spells": found.sort(LEADER_SPELLS.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="leaders_archigos")
    code = _SHAPES[shape][0]
    rows = with_numbers(
        raw.select(ROW, code, "obsid", *_FIELDS), {code: pl.Int32}, path.name, rejects
    )
    for name in ("startdate", "enddate"):
        day = pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        rows = reject_where(rows, day.is_null(), name, path.name, rejects, "not a date")
        rows = rows.with_columns(day.alias(name))
    still = pl.col("exit") == "Still in Office"
    rows = rows.select(
        ROW,
        pl.col(code).alias("number"),
        pl.col("obsid").alias("leader_id"),
        "leader",
        pl.col("startdate").alias("start"),
        pl.when(~still).then(pl.col("enddate")).alias("end"),
        pl.col("entry").fill_null(""),
        pl.col("exit").fill_null(""),
    )
    return spells(rows, "gw", path.name, rejects, "leaders_archigos")


SOURCE = Source(
    name="leaders_archigos",
    title="Leaders and how they came and went",
    publisher="Goemans, Gleditsch and Chiozza",
    homepage="https://www.rochester.edu/college/faculty/hgoemans/data.htm",
    licence="free to use with citation (carried over from peacesciencer, fe150a2)",
    terms="Cite the data set and its article.",
    citation="Goemans, Gleditsch and Chiozza (2009), Introducing Archigos: A Dataset of Political "
    "Leaders, Journal of Peace Research 46(2):269-283, doi:10.1177/0022343308100719; version 4.1.",
    coverage="1945-2015",
    tables=(LEADER_SPELLS,),
    read=read,
    as_of=date(2015, 12, 31),
    breaks=("Ends on 2015-12-31; leaders then in office have no end.",),
    notes="A spell that crosses the end of a state is cut there: the Soviet Union's leader is not "
    "Russia's. A part of less than a week beside a longer one is left out. Starter leaders are the "
    "curated table `leaders`.",
)
