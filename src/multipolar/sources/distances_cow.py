"""Shortest distance between the territories of two states, by Correlates of War numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import drop_repeated, reject_unknown_states, reject_where
from multipolar.sources._names import ordered_pair
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import DISTANCES

_YEARLY = ("ccode1", "ccode2", "year", "mindist")
_RUNS = tuple(c.name for c in DISTANCES.columns)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read yearly distances (``ccode1, ccode2, year, mindist`` in km) or runs of years.

    Parameters
    ----------
    paths : sequence of Path
        Yearly files, or files with the columns of :data:`DISTANCES`.
    rejects : Rejects
        Receives rows that are no numbers, distances below 0, and numbers nobody held.

    Returns
    -------
    mapping
        ``distances`` since 1945; equal distances of successive years are one run.
    """
    frames = [_runs(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, DISTANCES.key)
    return {"distances": found.sort(DISTANCES.key)}


def _runs(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shapes = {"runs": _RUNS, "yearly": _YEARLY}
    shape = first_matching(raw, shapes, path.name, source="distances_cow")
    if shape == "runs":
        rows = raw.select(ROW, *_RUNS)
        for name in ("state_a", "state_b"):
            rows = reject_unknown_states(rows, name, path.name, rejects)
        types = {"first_year": pl.Int16, "last_year": pl.Int16, "km": pl.Float64}
        return with_numbers(rows, types, path.name, rejects).select(
            ROW, pl.lit(path.name).alias("_file"), *_RUNS
        )
    types = dict.fromkeys(_YEARLY[:3], pl.Int16) | {"mindist": pl.Float64}
    rows = with_numbers(raw.select(ROW, *_YEARLY), types, path.name, rejects)
    rows = rows.filter(pl.col("year") >= RECORD_START.year)
    rows = reject_where(rows, pl.col("mindist") < 0, "mindist", path.name, rejects, "below 0")
    rows = with_states(rows, {"ccode1": "a", "ccode2": "b"}, "year", path.name, rejects)
    return _joined(rows.with_columns(*ordered_pair("a", "b")), path.name)


def _joined(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Successive years of a pair with one distance as one row."""
    ordered = rows.sort("state_a", "state_b", "year")
    pair = ["state_a", "state_b"]
    breaks = (pl.col("year").diff().over(pair) != 1) | (pl.col("mindist").diff().over(pair) != 0)
    ordered = ordered.with_columns(breaks.fill_null(value=True).cum_sum().alias("_run"))
    return (
        ordered.group_by("_run", *pair, maintain_order=True)
        .agg(
            pl.col(ROW).first(),
            pl.col("year").min().alias("first_year"),
            pl.col("year").max().alias("last_year"),
            pl.col("mindist").first().alias("km"),
        )
        .select(ROW, pl.lit(file).alias("_file"), *_RUNS)
    )


SOURCE = Source(
    name="distances_cow",
    title="Minimum distance between states",
    publisher="Miller (peacesciencer), from CShapes 2.0",
    homepage="https://svmiller.com/peacesciencer/",
    licence="free to use with citation (carried over from peacesciencer, fe150a2)",
    terms="Cite CShapes and peacesciencer.",
    citation="Schvitz et al. (2022), Mapping the International System, 1886-2019: The CShapes 2.0 "
    "Dataset, Journal of Conflict Resolution 66(1):144-161, doi:10.1177/00220027211013563; Miller "
    "(2022), peacesciencer, Conflict Management and Peace Science 39(6):755-779.",
    coverage="1945-2019",
    tables=(DISTANCES,),
    read=read,
    starter=("distances.parquet",),
    as_of=date(2019, 12, 31),
    minimum_rows={"distances": 1},
    notes="Starter distances are rounded to whole kilometres, and a run is cut only where the "
    "distance changes by more than that. A territory overseas brings two states close: France "
    "and Brazil are neighbours.",
)
