"""Reconciled trade by product: BACI, CEPII."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import reject_where
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, read_table, require_columns
from multipolar.sources._stream_tables import TRADE
from multipolar.sources._trade_rows import once, refuse_wrong_unit, with_numbered_states

_COLUMNS = ("t", "i", "j", "k", "v")
_DIGITS = 6  # of a code; files saved from a spreadsheet have lost leading zeros


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``BACI_HS*_Y*_V*.csv``.

    Parameters
    ----------
    paths : sequence of Path
        Files with the year ``t``, exporter ``i``, importer ``j``, product ``k`` (six digits) and
        value ``v`` in thousands of current US$.
    rejects : Rejects
        Receives codes that are not six digits, and numbers that are no state.

    Returns
    -------
    mapping
        ``trade`` by product, with one row TOTAL per pair and year.

    Raises
    ------
    CheckFailed
        The values are in another unit.
    """
    products = once([_rows(path, rejects) for path in paths], rejects)
    keys = ["source_state", "target_state", "year"]
    totals = products.group_by(keys).agg(pl.col("value_usd").sum())
    parts = [products, totals.with_columns(pl.lit("TOTAL").alias("product"))]
    found = pl.concat(parts, how="diagonal").with_columns(
        pl.lit("reconciled").alias("reported_by"), pl.lit("trade_baci").alias("source")
    )
    return {"trade": found.select(c.name for c in TRADE.columns).sort(TRADE.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    require_columns(raw, _COLUMNS, path.name, source="trade_baci")
    types = {"t": pl.Int16, "v": pl.Float64}
    rows = with_numbers(raw.select(ROW, *_COLUMNS), types, path.name, rejects)
    odd = ~pl.col("k").str.contains(r"^\d{5,6}$")
    rows = reject_where(rows, odd, "k", path.name, rejects, "not a code of six digits")
    rows = rows.with_columns(pl.col("k").str.zfill(_DIGITS))
    sides = {"i": "source_state", "j": "target_state"}
    rows = with_numbered_states(rows, sides, "t", path.name, rejects)
    rows = rows.with_columns(pl.col("v") * 1e3)
    refuse_wrong_unit(rows, "v", path.name)
    return rows.select(
        ROW,
        pl.lit(path.name).alias("_file"),
        "source_state",
        "target_state",
        pl.col("t").alias("year"),
        pl.col("k").alias("product"),
        pl.lit("reconciled").alias("reported_by"),
        pl.col("v").alias("value_usd"),
    )


SOURCE = Source(
    name="trade_baci",
    title="Reconciled trade by product",
    publisher="CEPII",
    homepage="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    licence="Etalab open licence 2.0",
    terms="Free to use with attribution.",
    citation="Gaulier and Zignago (2010), BACI: International Trade Database at the Product-Level, "
    "CEPII Working Paper 2010-23.",
    coverage="1995 on",
    tables=(TRADE,),
    read=read,
    breaks=("2022: Russia reports nothing; its flows are what partners report, reconciled.",),
    notes="Both reports of a flow are reconciled to one, FOB. Written from the publisher's "
    "documentation (columns t, i, j, k, v, q; v in thousand US$); no copy of the file was at hand. "
    "Flows below 1,000 US$ are not in it, so a missing row is not a zero.",
)
