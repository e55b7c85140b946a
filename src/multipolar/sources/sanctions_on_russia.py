"""Sanctions on Russia in 2022: who imposed them, and whom Russia called unfriendly for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

SANCTIONS = Table(
    name="sanctions_on_russia",
    row="one state: the 193 UN members, Taiwan and Kosovo",
    key=("state",),
    absence="unknown",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="joined", dtype="bool", meaning="imposed own or EU-aligned measures in 2022"),
        Column(
            name="since",
            dtype="date",
            meaning="first measure; first day of the month where only the month is known",
            nullable=True,
        ),
        Column(
            name="unfriendly_list",
            dtype="bool",
            meaning="named unfriendly by the Russian government on 7 March or 24 July 2022",
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`SANCTIONS`."""
    frame = read_curated(
        paths,
        rejects,
        SANCTIONS,
        source="sanctions_on_russia",
        renamed={"iso3": "state", "russian_unfriendly_list": "unfriendly_list"},
    )
    return {"sanctions_on_russia": frame}


SOURCE = Source(
    name="sanctions_on_russia",
    title="Sanctions on Russia, 2022",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, sanctions on Russia in 2022, compiled 2026-11-22.",
    coverage="2022, 195 states",
    tables=(SANCTIONS,),
    read=read,
    starter=("sanctions_on_russia.csv",),
    as_of=date(2022, 12, 31),
    minimum_rows={"sanctions_on_russia": 150},
    notes="Not joining with confidence medium rests on absence from the Russian list. The two "
    "lists differ for Micronesia and Kosovo.",
)
