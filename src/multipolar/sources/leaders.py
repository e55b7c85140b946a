"""Leaders: terms of heads of state and government of the states this record follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

LEADERS = Table(
    name="leaders",
    row="one term of one office holder",
    key=("state", "name", "office", "start"),
    absence="unknown",
    columns=(
        Column(name="state", dtype="str", meaning="state code; XEU for the EU institutions"),
        Column(name="name", dtype="str", meaning="name of the person"),
        Column(name="office", dtype="str", meaning="office held"),
        Column(name="start", dtype="date", meaning="first day in office"),
        Column(
            name="end",
            dtype="date",
            meaning="last day or hand-over day (the successor mostly starts on it); empty if open",
            nullable=True,
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`LEADERS`; ``iso3`` may stand for ``state``."""
    frame = read_curated(
        paths,
        rejects,
        LEADERS,
        source="leaders",
        renamed={"iso3": "state"},
        interval=("start", "end"),
    )
    return {"leaders": frame}


SOURCE = Source(
    name="leaders",
    title="Leaders and their terms",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, leaders, compiled 2026-11-22; 80 starts agree within three "
    "days with REIGN (Bell, Besaw and Frank 2021).",
    coverage="1985-2025; 15 post-Soviet states, China, France, Germany, United Kingdom, United "
    "States, EU institutions",
    tables=(LEADERS,),
    read=read,
    starter=("leaders.csv",),
    as_of=date(2025, 12, 31),
    notes="Changes after 2025 were not checked. Overlaps in AZE 1993 and KGZ 2005 and 2010 are "
    "real: two people claimed the office.",
)
