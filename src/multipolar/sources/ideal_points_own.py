"""Yearly ideal points 1946-2025 that the project estimates from the full record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Frames, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch

_SCALE = "standard deviations over all state-years of the record; high: the side of the USA"


def _position(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(
        name=name, dtype="float", unit="sd", meaning=f"{meaning}, in {_SCALE}", nullable=nullable
    )


IDEAL_POINTS = Table(
    name="ideal_points",
    row="one state and calendar year with a vote",
    key=("state", "year"),
    absence="not_applicable",
    columns=(
        Column(name="state", dtype="str", meaning="state code at the time (SUN, not RUS, to 1991)"),
        Column(name="year", dtype="int16", meaning="calendar year of the votes, not the session"),
        _position("mean", "posterior mean of the position"),
        Column(name="sd", dtype="float", unit="sd", meaning="posterior standard deviation",
               nullable=True),
        *(_position(f"q{q:02d}", f"{q} % quantile of the posterior") for q in (5, 10, 50, 90, 95)),
        Column(name="rhat", dtype="float", meaning="rank-normalised split R-hat of four chains; "
               "from 1.05 on, sd and quantiles are withheld"),
        Column(name="n_votes", dtype="int16", unit="votes", meaning="votes the position rests on"),
    ),
)  # fmt: skip


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return the estimates as the script of the project wrote them."""
    del rejects  # written and checked by this project, see scripts/make_starter_ideal_points.py
    frame = pl.concat([pl.read_parquet(path) for path in paths])
    wanted = [c.name for c in IDEAL_POINTS.columns]
    missing = [c for c in wanted if c not in frame.columns]
    if missing:
        raise SchemaMismatch(
            f"{paths[0].name} has no column {missing[0]!r}",
            hint="write it with scripts/make_starter_ideal_points.py",
        )
    floats = pl.selectors.float().cast(pl.Float64).round(4)
    return {"ideal_points": frame.select(wanted).with_columns(floats)}


SOURCE = Source(
    name="ideal_points_own",
    title="Ideal points in the General Assembly, by year, with intervals",
    publisher="multipolar, computed from United Nations records",
    homepage="https://digitallibrary.un.org",
    licence="Apache-2.0 (estimates computed by this project)",
    terms="attribution to the UN Digital Library as the origin of the votes",
    citation="multipolar: ideal points 1946-2025, mode joint, computed by "
    "scripts/make_starter_ideal_points.py from UN Digital Library voting data; method: "
    "docs/ideal_points.md",
    coverage="States with a recorded vote in the General Assembly, 1946 to 29 October 2025",
    tables=(IDEAL_POINTS,),
    read=read,
    starter=("ideal_points.parquet",),
    as_of=date(2025, 10, 29),
    breaks=(
        (
            "Ends 29 October 2025: most votes of the 80th session are missing, so 2025 rests on "
            "few votes and leans on 2024."
        ),
        "No recorded vote in 1964; a state's path crosses the year without an estimate.",
        "SUN and RUS are one path with two codes; so are YUG, SCG and SRB, and UAR and EGY.",
    ),
    notes="Adopted resolutions only. Four chains of 2,000 trajectories; R-hat is at most 1.005 and "
    "is given for each position. Estimated at once: a new estimation moves past values, so "
    "vintages must not be mixed.",
)
