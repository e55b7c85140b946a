"""Make the starter tables of attributes, borders, capabilities and trade from the full record.

Usage: ``python scripts/make_starter_tables.py`` with the public record in ``../shared`` beside the
checkout. Writes into ``src/multipolar/sources/starter``. States only, 1945 on; rows that no state
of this record was there for are left out here, so that the starter tables read without rejects.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.states import known_codes
from multipolar.sources import capabilities_cow, contiguity, trade_cow

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT.parent / "shared" / "data"
STARTER = ROOT / "src" / "multipolar" / "sources" / "starter"
FIRST_TRADE_YEAR = 1950
RUN = 5


def write(frame: pl.DataFrame, name: str) -> None:
    """Write one file, small rather than fast, and say its size."""
    path = STARTER / name
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path, compression="zstd", compression_level=22)
    print(f"{name}: {frame.height:,} rows, {path.stat().st_size:,} bytes")


def attributes() -> pl.DataFrame:
    """Population and output of states and of the world, whole persons and dollars."""
    frames = []
    for file, attribute, indicator in (
        ("population", "population", "SP.POP.TOTL"),
        ("gdp", "gdp_mer", "NY.GDP.MKTP.CD"),
    ):
        raw = pl.read_parquet(RECORD / "worldbank" / f"{file}.parquet").drop_nulls("Value")
        frames.append(
            raw.filter(pl.col("Country Code").is_in([*known_codes(), "WLD"])).select(
                pl.col("Country Code").alias("state"),
                pl.col("Year").cast(pl.Int16).alias("year"),
                pl.lit(attribute).alias("attribute"),
                pl.col("Value").cast(pl.Float64).round(0).alias("value"),
                pl.lit(f"World Bank, World Development Indicators, {indicator}").alias("source"),
            )
        )
    return pl.concat(frames).sort("attribute", "state", "year")


def borders() -> pl.DataFrame:
    """Spells of direct contiguity that reach into 1945 or later, in the publisher's columns."""
    path = RECORD / "cow_contiguity" / "contdir.csv"
    raw = pl.read_csv(path).with_row_index("_row", offset=1)
    rejects = Rejects()
    contiguity.read([path], rejects)
    lost = [r["row"] for r in rejects.rows]
    kept = raw.filter((pl.col("end") >= 194501) & ~pl.col("_row").is_in(lost))
    return kept.select("statelno", "statehno", "conttype", "begin", "end")


def capabilities() -> pl.DataFrame:
    """National material capabilities since 1945 in the publisher's columns."""
    path = RECORD / "peacesciencer" / "cow_nmc.parquet"
    rejects = Rejects()
    capabilities_cow.read([path], rejects)
    lost = [r["row"] for r in rejects.rows]
    raw = pl.read_parquet(path).with_row_index("_row", offset=1)
    kept = raw.filter((pl.col("year") >= 1945) & ~pl.col("_row").is_in(lost)).drop("_row")
    parts = ("milex", "milper", "irst", "pec", "tpop", "upop")
    return kept.with_columns(
        pl.col("ccode", "year").cast(pl.Int16),
        pl.col("cinc").cast(pl.Float32),
        pl.col(parts).round(0).cast(pl.Int64),
    )


def trade() -> pl.DataFrame:
    """Mean total trade per pair and run of five years, millions of current US$."""
    path = RECORD / "cow_trade" / "cow_trade_directed_dyad_year_1870_2014.parquet"
    yearly = trade_cow.read([path], Rejects())["trade_dyads"]
    first = pl.col("year") - FIRST_TRADE_YEAR
    return (
        yearly.filter(first >= 0)
        .with_columns((first // RUN * RUN + FIRST_TRADE_YEAR + RUN - 1).alias("year"))
        .group_by("year", "state_a", "state_b")
        .agg((pl.col("trade_usd").mean() / 1e6).round_sig_figs(3).cast(pl.Float32))
        .sort("year", "state_a", "state_b")
        .select(
            pl.col("state_a", "state_b").cast(pl.Categorical),
            pl.col("year").cast(pl.Int16),
            pl.lit(RUN, pl.Int8).alias("years"),
            pl.col("trade_usd").alias("trade_musd"),
        )
    )


if __name__ == "__main__":
    write(attributes(), "attributes.parquet")
    write(borders(), "contiguity_cow.csv")
    write(capabilities(), "capabilities_cow.parquet")
    write(trade(), "trade_five_years.parquet")
