"""Material capabilities of states: Correlates of War, National Material Capabilities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import ROW, read_table, require_columns

_PARTS = {
    "milex": ("thousand US$", "military expenditure"),
    "milper": ("thousand persons", "military personnel"),
    "irst": ("thousand tons", "iron and steel production"),
    "pec": ("thousand tons of coal equivalent", "primary energy consumption"),
    "tpop": ("thousand persons", "total population"),
    "upop": ("thousand persons", "urban population"),
}

CAPABILITIES = Table(
    name="capabilities",
    row="one state in one year",
    key=("state", "year"),
    absence="unknown",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="year", dtype="int16", meaning="calendar year"),
        Column(
            name="cinc",
            dtype="float",
            unit="share of the world",
            meaning="composite index: mean of the state's six world shares",
        ),
        *(
            Column(name=name, dtype="float", unit=unit, meaning=meaning, nullable=True)
            for name, (unit, meaning) in _PARTS.items()
        ),
    ),
)
_MISSING = -9


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the publisher's ``NMC-*.csv`` (also with ``stateabb`` and ``version``); -9 is missing.

    Rows before 1945 are left out: this record starts there.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, CAPABILITIES.key)
    return {"capabilities": found.select(c.name for c in CAPABILITIES.columns)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    wanted = ("ccode", "year", "cinc", *_PARTS)
    require_columns(raw, wanted, path.name, source="capabilities_cow")
    rows = raw.select(ROW, *wanted)
    for name in wanted:
        number = pl.col(name).cast(pl.Float64, strict=False)
        required = name in ("ccode", "year", "cinc")
        odd = number.is_null() & (pl.lit(required) | pl.col(name).is_not_null())
        rows = reject_where(rows, odd, name, path.name, rejects, "not a number")
        rows = rows.with_columns(pl.when(number != _MISSING).then(number).alias(name))
    whole = rows.with_columns(pl.col("ccode", "year").cast(pl.Int16)).filter(
        pl.col("cinc").is_not_null() & (pl.col("year") >= RECORD_START.year)
    )
    found = with_states(whole, {"ccode": "state"}, "year", path.name, rejects)
    return found.with_columns(pl.lit(path.name).alias("_file"))


SOURCE = Source(
    name="capabilities_cow",
    title="National material capabilities",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/national-material-capabilities/",
    licence="free for research with citation",
    terms="Cite the data set and its article.",
    citation="Singer (1987), Reconstructing the Correlates of War Dataset on Material Capabilities "
    "of States, International Interactions 14:115-132, doi:10.1080/03050628808434695.",
    coverage="1945-2022",
    tables=(CAPABILITIES,),
    read=read,
    starter=("capabilities_cow.parquet",),
    as_of=date(2022, 12, 31),
    minimum_rows={"capabilities": 150},
    notes="The index weighs population, steel and energy heavily; it is material, not influence.",
)
