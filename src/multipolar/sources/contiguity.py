"""Which states border each other, by land or across water: Correlates of War."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._cow import RECORD_START, holders
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import ROW, read_table, require_columns

KINDS = {1: "land", 2: "water_12", 3: "water_24", 4: "water_150", 5: "water_400"}

CONTIGUITY = Table(
    name="contiguity",
    row="one spell in which two states were neighbours in one way",
    key=("state_a", "state_b", "start"),
    absence="structural_zero",
    columns=(
        Column(name="state_a", dtype="str", meaning="state code, the earlier in the alphabet"),
        Column(name="state_b", dtype="str", meaning="state code, the later in the alphabet"),
        Column(name="start", dtype="date", meaning="first day of the spell, 1945-01-01 or later"),
        Column(name="end", dtype="date", meaning="first day after, empty for open", nullable=True),
        Column(
            name="kind",
            dtype="str",
            meaning="land: land or river border; water_N: up to N miles of water between them",
            allowed=tuple(KINDS.values()),
        ),
    ),
)
_COLUMNS = ("statelno", "statehno", "conttype", "begin", "end")


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the publisher's ``contdir.csv``.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``statelno, statehno, conttype, begin, end``; the last two are YYYYMM.
    rejects : Rejects
        Receives rows with a bad number, month or type, and spells no state was there for.

    Returns
    -------
    mapping
        ``contiguity``: spells since 1945, cut where a COW number passed from one state to another
        (365 in 1991). Spells that reach the file's last month are left open.
    """
    frames = [_spells(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, CONTIGUITY.key)
    return {"contiguity": found.sort("state_a", "state_b", "start")}


def _spells(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    require_columns(raw, _COLUMNS, path.name, source="contiguity")
    rows = raw.select(ROW, *_COLUMNS)
    for name in _COLUMNS:
        number = pl.col(name).cast(pl.Int32, strict=False)
        rows = reject_where(rows, number.is_null(), name, path.name, rejects, "not a whole number")
        rows = rows.with_columns(number)
    odd = ~pl.col("conttype").is_in(list(KINDS))
    rows = reject_where(rows, odd, "conttype", path.name, rejects, "expected 1, 2, 3, 4 or 5")
    for name in ("begin", "end"):
        month = pl.col(name) % 100
        odd = ~month.is_between(1, 12)
        rows = reject_where(rows, odd, name, path.name, rejects, "not a month written YYYYMM")
    last = int(rows["end"].to_numpy().max(initial=0))
    cells = [
        (row[ROW], path.name, *part)
        for row in rows.filter(pl.col("end") >= RECORD_START.year * 100).iter_rows(named=True)
        for part in _parts(row, last, path.name, rejects)
    ]
    schema = {
        ROW: pl.UInt32,
        "_file": pl.String,
        "state_a": pl.String,
        "state_b": pl.String,
        "start": pl.Date,
        "end": pl.Date,
        "kind": pl.String,
    }
    return pl.DataFrame(cells, schema=schema, orient="row")


def _parts(
    row: dict[str, int], last: int, file: str, rejects: Rejects
) -> Iterator[tuple[str, str, date, date | None, str]]:
    """Pieces of one spell between the states that held the two numbers."""
    start = max(RECORD_START, date(row["begin"] // 100, row["begin"] % 100, 1))
    after = row["end"] // 100 * 12 + row["end"] % 100
    end = None if row["end"] == last else date(after // 12, after % 12 + 1, 1)
    found = False
    for a, a_start, a_end in holders(row["statelno"], start, end):
        for b, b_start, b_end in holders(row["statehno"], a_start, a_end):
            found = True
            first, second = sorted((a, b))
            yield first, second, b_start, b_end, KINDS[row["conttype"]]
    if not found:
        pair = f"{row['statelno']}-{row['statehno']}"
        reason = f"no two states held these COW numbers from {start} on"
        rejects.add(file=file, row=row[ROW], column="statelno", value=pair, reason=reason)


SOURCE = Source(
    name="contiguity",
    title="Direct contiguity of states",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/direct-contiguity/",
    licence="free for research with citation; the copy carried over is CC BY 4.0 (manystates)",
    terms="Cite the data set and its article.",
    citation="Correlates of War Project. Direct Contiguity Data, 1816-2016, v3.2; Stinnett, Tir, "
    "Schafer, Diehl and Gochman (2002), Conflict Management and Peace Science 19(2):58-66, "
    "doi:10.1177/073889420201900203.",
    coverage="1945-2016 as carried over (from 1816 at the publisher)",
    tables=(CONTIGUITY,),
    read=read,
    starter=("contiguity_cow.csv",),
    as_of=date(2016, 12, 31),
    minimum_rows={"contiguity": 300},
    notes="Borders open at the end of 2016 are taken to last. Kaliningrad makes Poland and "
    "Lithuania land neighbours of Russia; Crimea is Ukraine.",
)
