"""Trade between states before 2015: Correlates of War, dyadic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import drop_repeated, reject_unknown_states, reject_where
from multipolar.sources._read import ROW, first_matching, read_table

TRADE = Table(
    name="trade_dyads",
    row="one pair of states in one year or run of years",
    key=("state_a", "state_b", "year"),
    absence="unknown",
    columns=(
        Column(name="state_a", dtype="str", meaning="state code, the earlier in the alphabet"),
        Column(name="state_b", dtype="str", meaning="state code, the later in the alphabet"),
        Column(name="year", dtype="int16", meaning="the year, or the last of the run"),
        Column(name="years", dtype="int8", meaning="length of the run: 1 a year, 5 five years"),
        Column(
            name="trade_usd",
            dtype="float",
            unit="current US$ per year",
            meaning="imports of both from each other, mean of the years in which both are "
            "reported; 0 is no trade, a missing row is trade that nobody reported",
        ),
    ),
)
_MISSING = -9
_MILLION = 1e6
_SHAPES = {
    "tidy": ("state_a", "state_b", "year", "years", "trade_musd"),
    "cow": ("ccode1", "ccode2", "year", "flow1", "flow2"),
}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the publisher's ``Dyadic_COW_4.0.csv`` or this project's compact means.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``ccode1, ccode2, year, flow1, flow2`` (imports in millions of current US$, -9
        for missing), or with ``state_a, state_b, year, years, trade_musd``.
    rejects : Rejects
        Receives rows that are no numbers, COW numbers nobody held, and one entry that counts the
        rows without reported trade.

    Returns
    -------
    mapping
        ``trade_dyads`` since 1945.
    """
    frames = []
    for path in paths:
        raw = read_table(path)
        shape = first_matching(raw, _SHAPES, path.name, source="trade_cow")
        reader = _from_cow if shape == "cow" else _from_means
        frames.append(reader(raw, path.name, rejects))
    found = drop_repeated(pl.concat(frames), rejects, TRADE.key)
    return {"trade_dyads": found.select(c.name for c in TRADE.columns)}


def _from_cow(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    rows = raw.select(ROW, *_SHAPES["cow"])
    for name, dtype in zip(_SHAPES["cow"], [pl.Int16] * 3 + [pl.Float64] * 2, strict=True):
        number = pl.col(name).cast(dtype, strict=False)
        odd = number.is_null() & pl.col(name).is_not_null()
        rows = reject_where(rows, odd, name, file, rejects, "not a number").with_columns(number)
    rows = rows.filter(
        (pl.col("year") >= RECORD_START.year) & (pl.col("ccode1") < pl.col("ccode2"))
    )
    reported = (pl.col("flow1") > _MISSING) & (pl.col("flow2") > _MISSING)
    reported = reported.fill_null(value=False)
    unknown = rows.filter(~reported).height
    if unknown:
        reason = f"trade not reported by one of the two ({unknown} rows left out)"
        rejects.add(file=file, row=None, column="flow1, flow2", value="", reason=reason)
    rows = with_states(rows.filter(reported), {"ccode1": "a", "ccode2": "b"}, "year", file, rejects)
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        pl.min_horizontal("a", "b").alias("state_a"),
        pl.max_horizontal("a", "b").alias("state_b"),
        "year",
        pl.lit(1, pl.Int8).alias("years"),
        ((pl.col("flow1") + pl.col("flow2")) * _MILLION).alias("trade_usd"),
    )


def _from_means(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    rows = raw.select(ROW, *_SHAPES["tidy"])
    for name in ("state_a", "state_b"):
        rows = reject_unknown_states(rows, name, file, rejects)
    types = {"year": pl.Int16, "years": pl.Int8, "trade_musd": pl.Float64}
    for name, dtype in types.items():
        number = pl.col(name).cast(dtype, strict=False)
        odd = number.is_null() | (number < 0)
        reason = "not a number of 0 or more"
        rows = reject_where(rows, odd, name, file, rejects, reason).with_columns(number)
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        "state_a",
        "state_b",
        "year",
        "years",
        (pl.col("trade_musd") * _MILLION).alias("trade_usd"),
    )


SOURCE = Source(
    name="trade_cow",
    title="Dyadic trade 1870-2014",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/bilateral-trade/",
    licence="free for research with citation",
    terms="Cite the data set and its article.",
    citation="Barbieri, Keshk and Pollins (2009), Trading Data: Evaluating our Assumptions and "
    "Coding Rules, Conflict Management and Peace Science 26(5):471-491, "
    "doi:10.1177/0738894209343887; Correlates of War Trade v4.0.",
    coverage="1950-2014; the starter table holds means of five years",
    tables=(TRADE,),
    read=read,
    starter=("trade_five_years.parquet",),
    as_of=date(2014, 12, 31),
    breaks=(
        "Ends in 2014: a baseline for weights, nothing about trade under later sanctions.",
        "No trade of Yugoslavia and what followed under its number (Serbia) from 2000 on.",
    ),
    notes="Starter means are computed by this project from v4.0 (see scripts/), rounded to three "
    "significant digits.",
)
