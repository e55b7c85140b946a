"""Deliveries of major arms between states: SIPRI, in trend-indicator values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._names import Vocabulary, with_named_states
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, as_text, csv_frame, first_matching, read_table, read_text
from multipolar.sources._stream_tables import ARMS

_REGISTER = ("Seller", "Buyer", "Delivery year", "TIV delivery values")
_LONG = ("supplier", "recipient", "year", "value")


def _refused(text: str) -> str | None:
    if text.endswith("**"):
        return "an organisation, not a state"
    if text.endswith("*"):
        return "an armed group or rival government, not a state"
    return "not named by the publisher" if text.startswith("Unknown") else None


# SIPRI writes today's name over a predecessor's years, and marks groups with stars.
NAMES = Vocabulary(
    aliases={
        "East Germany (GDR)": "DDR",
        "Egypt": ((1958, 1970, "UAR"), (1945, 2100, "EGY")),
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
        "Soviet Union": "SUN",
        "Viet Nam": "VNM",
        "Kosovo": "XKX",
        "Palestine": "PSE",
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read SIPRI's trade register, or one row per supplier, recipient and year.

    Parameters
    ----------
    paths : sequence of Path
        The register as downloaded (lines of explanation above the heading; ``Seller`` or
        ``Supplier``, ``Buyer`` or ``Recipient``, ``Delivery year``, ``TIV delivery values``), or
        files with ``supplier, recipient, year, value`` in millions of
        trend-indicator values.
    rejects : Rejects
        Receives armed groups, organisations, unknown parties and names without a state that year.

    Returns
    -------
    mapping
        ``arms``.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, ARMS.key)
    return {"arms": found.sort(ARMS.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = _raw(path)
    shape = first_matching(
        raw,
        {"register": _REGISTER, "tidy": ARMS.key, "long": _LONG},
        path.name,
        source="arms_sipri",
    )
    if shape == "register":
        raw = raw.rename(dict(zip(_REGISTER, _LONG, strict=True)))
    elif shape == "tidy":
        raw = raw.rename({"source_state": "supplier", "target_state": "recipient", "tiv": "value"})
    types = {"year": pl.Int16, "value": pl.Float64}
    rows = with_numbers(raw.select(ROW, *_LONG), types, path.name, rejects)
    rows = reject_where(rows, pl.col("value") < 0, "value", path.name, rejects, "below 0")
    rows = with_named_states(
        rows,
        {"supplier": "source_state", "recipient": "target_state"},
        "year",
        path.name,
        rejects,
        NAMES,
    )
    # A register has one row per weapon; the year's delivery is their sum.
    return rows.group_by("source_state", "target_state", "year", maintain_order=True).agg(
        pl.col("value").sum().alias("tiv"),
        pl.col(ROW).first(),
        pl.lit(path.name).first().alias("_file"),
    )


def _raw(path: Path) -> pl.DataFrame:
    """Cells of the file; a register's heading stands below lines of explanation."""
    if not path.name.endswith((".csv", ".csv.gz")):
        return read_table(path)
    lines = read_text(path).splitlines()
    start = next((i for i, line in enumerate(lines[:30]) if "TIV delivery values" in line), 0)
    raw = as_text(csv_frame("\n".join(lines[start:]), path.name))
    return raw.rename({"Supplier": "Seller", "Recipient": "Buyer"}, strict=False)


SOURCE = Source(
    name="arms_sipri",
    title="Deliveries of major arms",
    publisher="Stockholm International Peace Research Institute",
    homepage="https://www.sipri.org/databases/armstransfers",
    licence="SIPRI terms: non-commercial use with attribution; the starter copy CC BY 4.0 "
    "(360info, report-arms-trade)",
    terms="Name SIPRI Arms Transfers Database as the source; more than a tenth of it is passed on "
    "only with SIPRI's permission, so the starter table holds less.",
    citation="Stockholm International Peace Research Institute, SIPRI Arms Transfers Database, as "
    "processed by 360info (CC BY 4.0), deliveries 1950-2021.",
    coverage="1950-2021; the starter table is an excerpt, 2017-2021",
    tables=(ARMS,),
    read=read,
    starter=("arms_sipri.parquet",),
    as_of=date(2021, 12, 31),
    minimum_rows={"arms": 1},
    breaks=(
        "Ends in 2021: nothing about deliveries during the war in Ukraine.",
        "Deliveries are lumpy: use windows of several years.",
        "Russia begins in 1992; earlier deliveries are the Soviet Union's.",
    ),
    notes="The unit measures military capability handed over, not money. Rounded by the publisher: "
    "a delivery below half a unit is 0. Armed groups, organisations and unknown parties are left "
    "out, so a state's total here is not SIPRI's total for it.",
)
