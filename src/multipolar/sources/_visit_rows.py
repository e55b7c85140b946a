"""What follows from rows of visits: who is covered, and yearly totals."""

from __future__ import annotations

import polars as pl

from multipolar.sources._stream_tables import TRIPS, VISIT_COVERAGE


def coverage_of(visits: pl.DataFrame, side: str, *, since: int) -> pl.DataFrame:
    """Rows of ``visit_coverage``: every state seen on that side, over the complete years.

    The last year is complete where a visit in December is known; ``since`` is the first year from
    which the publisher claims to have all.
    """
    column = "state" if side == "traveller" else "host"
    december = pl.col("start").dt.month().max() == 12
    newest = visits.group_by("source", "year").agg(december.fill_null(value=False).alias("whole"))
    last = newest.sort("year").group_by("source", maintain_order=True).last()
    spans = last.select(
        "source", (pl.col("year") - (~pl.col("whole")).cast(pl.Int16)).alias("last_year")
    )
    first = visits.group_by("source").agg(pl.col("year").min().clip(since).alias("first_year"))
    seen = visits.select(pl.col(column).alias("state"), "source").unique()
    return (
        seen.join(spans, on="source")
        .join(first, on="source")
        .filter(pl.col("first_year") <= pl.col("last_year"))
        .with_columns(pl.lit(side).alias("side"))
        .select(c.name for c in VISIT_COVERAGE.columns)
        .sort("state", "source")
    )


def trips_of(visits: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``trips_by_state_year``: trips received and sent by state and year."""
    sides = [
        visits.group_by(pl.col(column).alias("state"), "year").agg(pl.len().alias(name))
        for column, name in (("host", "received"), ("state", "sent"))
    ]
    both = sides[0].join(sides[1], on=["state", "year"], how="full", coalesce=True)
    return both.select(
        "state", "year", *(pl.col(c).fill_null(0).cast(pl.Int32) for c in ("received", "sent"))
    ).sort(TRIPS.key)
