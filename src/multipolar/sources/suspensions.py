"""Suspensions: who was shut out of which organisation's work, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

SUSPENSIONS = Table(
    name="suspensions",
    row="one spell of one state without its rights in one organisation",
    key=("org", "state", "start"),
    absence="structural_zero",
    columns=(
        Column(name="org", dtype="str", meaning="organisation or body"),
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="start", dtype="date", meaning="first day"),
        Column(name="end", dtype="date", meaning="first day after, empty for open", nullable=True),
        Column(
            name="kind",
            dtype="str",
            meaning="suspended or expelled by the others, or participation frozen by itself",
            allowed=("suspended", "expelled", "frozen"),
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`SUSPENSIONS`; ``iso3`` may stand for ``state``."""
    frame = read_curated(
        paths,
        rejects,
        SUSPENSIONS,
        source="suspensions",
        renamed={"iso3": "state"},
        interval=("start", "end"),
    )
    return {"suspensions": frame}


SOURCE = Source(
    name="suspensions",
    title="Suspensions from organisations",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, suspensions, compiled 2026-11-22.",
    coverage="1962-2025; General Assembly and Human Rights Council of the UN, Council of Europe, "
    "G8, Council of the Baltic Sea States, CSTO, Organization of American States, Arab League, "
    "Organisation of Islamic Cooperation, Mercosur, Commonwealth (from 1995), African Union "
    "(from 2008)",
    tables=(SUSPENSIONS,),
    read=read,
    starter=("suspensions.csv",),
    as_of=date(2025, 6, 30),
    notes="A state without a row was suspended by none of these bodies; others are not looked at. "
    "Days of medium confidence may be off by a few. Who left by itself is not in it.",
)
