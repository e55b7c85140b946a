"""Poles: the project's own named sets of states, as states and organisations with dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch

POLES = Table(
    name="poles",
    row="one state or organisation that belongs to a pole for a time",
    columns=(
        Column(name="pole", dtype="str", meaning="name of the pole"),
        Column(name="org", dtype="str", meaning="organisation whose members count", nullable=True),
        Column(name="state", dtype="str", meaning="state that counts by itself", nullable=True),
        Column(name="start", dtype="date", meaning="first day, empty for always", nullable=True),
        Column(name="end", dtype="date", meaning="first day after, empty for still", nullable=True),
        Column(name="why", dtype="str", meaning="why it belongs there"),
    ),
    key=("pole", "org", "state"),
    absence="structural_zero",
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read tab-separated files with the columns of :data:`POLES`."""
    frames = []
    for path in paths:
        raw = pl.read_csv(path, separator="\t", infer_schema=False)
        for column in POLES.columns:
            if column.name not in raw.columns:
                raise SchemaMismatch(
                    f"{path.name}: column {column.name!r} is missing; found {raw.columns}",
                    hint="multipolar source show poles --schema",
                )
        raw = raw.with_row_index("row", offset=1)
        both = raw["org"].is_null() == raw["state"].is_null()
        for row in raw.filter(both).iter_rows(named=True):
            rejects.add(
                file=path.name,
                row=row["row"],
                column="state",
                value=f"{row['org']}/{row['state']}",
                reason="a row names either an organisation or a state",
            )
        frames.append(raw.filter(~both))
    dated = pl.concat(frames).with_columns(
        pl.col("start").str.to_date("%Y-%m-%d", strict=False),
        pl.col("end").str.to_date("%Y-%m-%d", strict=False),
    )
    return {"poles": dated.select(c.name for c in POLES.columns)}


SOURCE = Source(
    name="poles",
    title="Poles as sets of states",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0",
    terms="Free to use; replace it with your own file of the same columns.",
    citation="multipolar developers, poles (definitions of this project).",
    coverage="1946-2025",
    tables=(POLES,),
    read=read,
    starter=("poles.tsv",),
    as_of=date(2026, 11, 22),
    notes="Definitions, not findings: a study can name its own set of states instead.",
)
