"""Make the compact starter tables of visits, sanctions, alliances, organisations, arms and trade.

Run from the repository root with the full public record in ``../shared``::

    python scripts/make_starter_streams.py

Only data whose stated licence lets them be passed on with attribution go in; each source's
declaration says what was left out. Tables are read with the sources' own readers, so the starter
holds what a user who adds the full file would get, cut to the years or columns named here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.sources import SOURCES

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
STARTER = ROOT / "src" / "multipolar" / "sources" / "starter"


def read(source: str, table: str, *files: str) -> pl.DataFrame:
    """One table of a source, read from files of the full record."""
    rejects = Rejects()
    frames = SOURCES[source].read([DATA / f for f in files], rejects)
    return frames[table].lazy().collect()


def write(frame: pl.DataFrame, name: str) -> None:
    """Write a starter file and print its size."""
    path = STARTER / name
    frame.write_parquet(path, compression="zstd", compression_level=19, statistics=False)
    print(f"{name:32s} {frame.height:8,d} rows {path.stat().st_size / 1e6:6.3f} MB")


def visits() -> None:
    """US lists, with the remarks left out: they are most of the bytes."""
    frame = read(
        "visits_us",
        "visits",
        "us_travel/us_president_secretary_travels.csv.gz",
        "us_travel/foreign_leader_visits_to_us.csv.gz",
    )
    write(frame.with_columns(pl.lit("").alias("note")), "visits_us.parquet")


def sanctions() -> None:
    """The publisher's file with the columns that are read."""
    raw = pl.read_csv(DATA / "gsdb_sanctions" / "IST-dataset.csv", infer_schema=False)
    unread = ["defactoter", "gradual", "comment", "sourceimp", "sourceter", "costtarget"]
    write(raw.drop(unread), "sanctions_ist.parquet")


def arms() -> None:
    """An excerpt below a tenth of the data, which SIPRI asks for: the last five years."""
    frame = read("arms_sipri", "arms", "sipri_arms/sipri_tiv_supplier_recipient_year.parquet")
    excerpt = frame.filter(pl.col("year") >= 2017)
    if excerpt.height > frame.height / 10:
        raise ValueError(f"{excerpt.height:,} of {frame.height:,} rows are more than a tenth")
    write(excerpt, "arms_sipri.parquet")


def runs(frame: pl.DataFrame, keys: list[str], values: list[str]) -> pl.DataFrame:
    """Successive years with the same values as one row with ``first_year`` and ``last_year``."""
    rows = frame.sort(*keys, "year")
    same = pl.all_horizontal(pl.col(v).eq_missing(pl.col(v).shift().over(keys)) for v in values)
    breaks = (pl.col("year").diff().over(keys) != 1) | ~same
    rows = rows.with_columns(breaks.fill_null(value=True).cum_sum().alias("run"))
    return (
        rows.group_by("run", *keys, maintain_order=True)
        .agg(
            pl.col("year").min().alias("first_year"),
            pl.col("year").max().alias("last_year"),
            *(pl.col(v).first() for v in values),
        )
        .drop("run")
    )


def alliances() -> None:
    """Runs of years with the same obligations."""
    frame = read("alliances_atop", "alliances", "peacesciencer/atop_alliance.parquet")
    pacts = frame.columns[3:]
    found = runs(frame, ["state_a", "state_b"], pacts)
    write(found.with_columns(pl.col(pacts).cast(pl.Boolean)), "alliances_atop.parquet")


def organisations() -> None:
    """Runs of years with the same status."""
    frame = read("igos_cow", "igo_memberships", "cow_igo/state_year_format3.parquet")
    write(runs(frame, ["state", "igo"], ["status"]), "igo_memberships.parquet")


def distances() -> None:
    """Whole kilometres."""
    frame = read("distances_cow", "distances", "peacesciencer/cow_mindist.parquet")
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    yearly = frame.with_columns(years, pl.col("km").round(0).cast(pl.Int32)).explode("year")
    write(runs(yearly, ["state_a", "state_b"], ["km"]), "distances.parquet")


def trade() -> None:
    """What Russia reported, millions of US$ to four significant digits, 2010-2021."""
    file = "russia_imf_dots/russia_world_trade_by_partner_2010_2023.csv.gz"
    frame = read("trade_imf", "trade", file)
    millions = (pl.col("value_usd") / 1e6).round_sig_figs(4).alias("value_musd")
    columns = ["source_state", "target_state", "year", "reported_by"]
    write(frame.select(*columns, millions), "trade_imf.parquet")


MAKERS: tuple[Callable[[], None], ...] = (
    visits,
    sanctions,
    arms,
    alliances,
    organisations,
    distances,
    trade,
)

if __name__ == "__main__":
    for make in MAKERS:
        make()
