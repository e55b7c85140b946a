"""Military exercises that several states held together, and who took part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

EXERCISES = Table(
    name="exercises",
    row="one state in one exercise",
    key=("exercise", "state"),
    absence="unknown",
    columns=(
        Column(name="exercise", dtype="str", meaning="name with its year or number"),
        Column(name="series", dtype="str", meaning="name that the exercises of a series share"),
        Column(name="start", dtype="date", meaning="first day, of the month where it is not known"),
        Column(name="end", dtype="date", meaning="last day, empty if unknown", nullable=True),
        Column(name="area", dtype="str", meaning="where it was held"),
        Column(name="state", dtype="str", meaning="state code"),
        Column(
            name="role",
            dtype="str",
            meaning="took part with forces, or sent observers",
            allowed=("participant", "observer"),
        ),
        Column(
            name="whole",
            dtype="bool",
            meaning="the participants reported are all named (1) or only some of them (0); "
            "observers are never all named",
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`EXERCISES`; ``iso3`` may stand for ``state``."""
    frame = read_curated(
        paths, rejects, EXERCISES, source="exercises", renamed={"iso3": "state"},
        interval=("start", "end"),
    )  # fmt: skip
    return {"exercises": frame}


SOURCE = Source(
    name="exercises",
    title="Military exercises of several states",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, military exercises, compiled 2026-11-23.",
    coverage="2007-2025, 76 exercises of 33 series, from Zapad and Joint Sea to RIMPAC and Malabar",
    tables=(EXERCISES,),
    read=read,
    starter=("exercises.csv",),
    as_of=date(2025, 9, 30),
    notes="A choice of exercises that are often written about, not a count of all: an exercise "
    "that is not in it may have been held, and numbers of exercises by state or year mean "
    "nothing. No row was read in a stored page; days may be off by a few. Exercises of one state, "
    "patrols and flights together are not in it.",
)
