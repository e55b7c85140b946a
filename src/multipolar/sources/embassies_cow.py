"""Diplomatic missions between states: Correlates of War, Diplomatic Exchange."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, read_table, require_columns
from multipolar.sources._stream_tables import EMBASSIES

_LEVELS = {1: "charge_d_affaires", 2: "minister", 3: "ambassador", 9: "other"}
_COLUMNS = ("ccode1", "ccode2", "year", "DR_at_1", "DR_at_2")


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``Diplomatic_Exchange_2006v1.csv``.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``ccode1, ccode2, year`` and the rank of the second state's mission in the first
        (``DR_at_1``) and of the first state's in the second (``DR_at_2``): 0 none, 1 charge
        d'affaires, 2 minister, 3 ambassador, 9 other.
    rejects : Rejects
        Receives numbers nobody held and ranks not in that list.

    Returns
    -------
    mapping
        ``embassies``.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, EMBASSIES.key)
    return {"embassies": found.sort(EMBASSIES.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    require_columns(raw, _COLUMNS, path.name, source="embassies_cow")
    types = dict.fromkeys(_COLUMNS, pl.Int16)
    rows = with_numbers(raw.select(ROW, *_COLUMNS), types, path.name, rejects)
    rows = rows.filter(pl.col("year") >= RECORD_START.year)
    for name in _COLUMNS[3:]:
        odd = ~pl.col(name).is_in([0, *_LEVELS])
        rows = reject_where(rows, odd, name, path.name, rejects, "expected 0, 1, 2, 3 or 9")
    rows = with_states(rows, {"ccode1": "a", "ccode2": "b"}, "year", path.name, rejects)
    sides = [
        rows.select(
            ROW,
            pl.lit(path.name).alias("_file"),
            pl.col(sender).alias("source_state"),
            pl.col(host).alias("target_state"),
            "year",
            pl.col(rank)
            .replace_strict(_LEVELS, default=None, return_dtype=pl.String)
            .alias("level"),
            pl.lit("embassies_cow").alias("source"),
        )
        for sender, host, rank in (("b", "a", "DR_at_1"), ("a", "b", "DR_at_2"))
    ]
    return pl.concat(sides).filter(pl.col("level").is_not_null())


SOURCE = Source(
    name="embassies_cow",
    title="Diplomatic missions",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/diplomatic-exchange/",
    licence="free for research with citation",
    terms="Cite the data set. No copy was at hand, so nothing is shipped.",
    citation="Bayer (2006), Diplomatic Exchange Data set, v2006.1, Correlates of War Project.",
    coverage="1950-2005, every five years",
    tables=(EMBASSIES,),
    read=read,
    as_of=date(2005, 12, 31),
    breaks=("Ends in 2005, and only every fifth year is covered: years between have no rows.",),
    notes="Written from the codebook; no copy of the file was at hand to check it against. A "
    "mission without a row in a covered year does not exist; in other years it is not known.",
)
