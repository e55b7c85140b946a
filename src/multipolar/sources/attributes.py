"""Attributes of states by year, population and output, in the World Bank's formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, File, Rejects, Source, Table
from multipolar.core.errors import UnknownName
from multipolar.core.states import from_code, known_codes
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import ROW
from multipolar.sources._world_bank import INDICATORS, read_figures

WORLD = "WLD"
AGGREGATES = re.compile(
    "AFE|AFW|ARB|CEB|CSS|EAP|EAR|EAS|ECA|ECS|EMU|EUU|FCS|HIC|HPC|IBD|IBT|IDA|IDB|IDX|INX|LAC|"
    "LCN|LDC|LIC|LMC|LMY|LTE|MEA|MIC|MNA|NAC|OED|OSS|PRE|PSS|PST|SAS|SSA|SSF|SST|TEA|TEC|TLA|"
    "TMN|TSA|TSS|UMC"
)
_OWN_CODES = {"WBG": "PSE", "KSV": "XKX", "ADO": "AND", "UNK": "XKX"}
_ATTRIBUTE = Column(
    name="attribute",
    dtype="str",
    meaning="population: residents at mid-year; gdp_mer: gross domestic product at market exchange "
    "rates, current US$; gdp_ppp: the same at purchasing power parity, current international $",
    allowed=tuple(INDICATORS.values()),
)
_VALUE = Column(name="value", dtype="float", unit="persons or $", meaning="the figure")
_SOURCE = Column(name="source", dtype="str", meaning="publisher, indicator and edition if known")

ATTRIBUTES = Table(
    name="attributes",
    row="one attribute of one state in one year",
    key=("state", "year", "attribute"),
    absence="unknown",
    columns=(
        Column(
            name="state",
            dtype="str",
            meaning="state code; years before independence are today's territory",
        ),
        Column(name="year", dtype="int16", meaning="calendar year"),
        _ATTRIBUTE,
        _VALUE,
        _SOURCE,
    ),
)
WORLD_TOTALS = Table(
    name="world_totals",
    row="one attribute of the whole world in one year, as the publisher gives it",
    key=("year", "attribute"),
    absence="unknown",
    columns=(
        Column(name="year", dtype="int16", meaning="calendar year"),
        _ATTRIBUTE,
        _VALUE,
        _SOURCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read any of the World Bank's formats.

    Parameters
    ----------
    paths : sequence of Path
        API answers (``.json``, one file per page), bulk downloads (``.zip`` or the ``API_*.csv`` in
        it), long tables ``Country Name,Country Code,Year,Value`` whose file name says "population"
        or "gdp", or this project's own ``state,year,attribute,value,source``.
    rejects : Rejects
        Receives aggregates (once per code), territories that are no state of this record, and cells
        that are no number or year. Empty cells are not rows.

    Returns
    -------
    mapping
        ``attributes`` and ``world_totals``; the code WLD becomes the second.

    Raises
    ------
    SchemaMismatch
        A file is none of these, or of an indicator this record does not keep.
    """
    frames = [_checked(read_figures(path), path.name, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, ATTRIBUTES.key)
    world = pl.col("state") == WORLD
    return {
        "attributes": found.filter(~world).select(c.name for c in ATTRIBUTES.columns),
        "world_totals": found.filter(world).select(c.name for c in WORLD_TOTALS.columns),
    }


def _checked(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Types, known states and plausible cells of one file."""
    rows = raw.filter(pl.col("value").is_not_null())
    rows = _with_states(rows, file, rejects)
    year = pl.col("year").cast(pl.Int16, strict=False)
    value = pl.col("value").cast(pl.Float64, strict=False)
    known = pl.col("attribute").is_in(list(INDICATORS.values())).fill_null(value=False)
    expected = f"expected one of {', '.join(INDICATORS.values())}"
    rows = reject_where(rows, ~known, "attribute", file, rejects, expected)
    odd_year = year.is_null() | ~year.is_between(1800, 2100)
    rows = reject_where(rows, odd_year, "year", file, rejects, "not a year")
    odd = value.is_null() | ~value.is_finite() | (value < 0)
    rows = reject_where(rows, odd, "value", file, rejects, "not a number of 0 or more")
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        "state",
        year.alias("year"),
        "attribute",
        value.alias("value"),
        pl.col("source").fill_null(""),
    )


def _with_states(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Column ``state`` for the publisher's codes; one reject per code that is no state."""
    codes = rows.group_by("code").agg(pl.col(ROW).min(), pl.len()).sort(ROW)
    states: dict[str, str] = {}
    for code, row, count in codes.iter_rows():
        state, reason = _state_of(code or "")
        if state:
            states[code] = state
        else:
            reason = f"{reason} ({count} figures left out)"
            rejects.add(file=file, row=row, column="Country Code", value=code, reason=reason)
    named = pl.col("code").replace_strict(states, default=None, return_dtype=pl.String)
    return rows.with_columns(named.alias("state")).filter(pl.col("state").is_not_null())


def _state_of(code: str) -> tuple[str, str]:
    """State for a World Bank code, or why there is none."""
    if code == WORLD or code in known_codes(institutions=False):
        return code, ""
    if AGGREGATES.fullmatch(code):
        return "", "an aggregate, not a state"
    if code in _OWN_CODES:
        return _OWN_CODES[code], ""
    try:
        return from_code(code, "iso3"), ""
    except UnknownName:
        return "", "a territory or code that is no state of this record"


_API = "https://api.worldbank.org/v2/country/all/indicator/{}?format=json&per_page=20000"

SOURCE = Source(
    name="attributes",
    title="Population and output of states",
    publisher="World Bank",
    homepage="https://data.worldbank.org",
    licence="CC BY 4.0",
    terms="Free to use with attribution to the World Bank.",
    citation="World Bank, World Development Indicators: SP.POP.TOTL and NY.GDP.MKTP.CD.",
    coverage="population 1960-2024, output 1960-2023",
    tables=(ATTRIBUTES, WORLD_TOTALS),
    read=read,
    files=(
        File(url=_API.format("SP.POP.TOTL"), name="SP.POP.TOTL.json"),
        File(url=_API.format("NY.GDP.MKTP.CD"), name="NY.GDP.MKTP.CD.json"),
    ),
    starter=("attributes.parquet",),
    as_of=date(2025, 7, 1),
    minimum_rows={"attributes": 150},
    breaks=(
        "Output is at market exchange rates: a share moves with the currency (Russia 2022).",
        "Output of ERI, PRK, SSD, VEN and YEM ends years before the table does.",
        "Figures for years before independence are today's territory; former states have none.",
    ),
    notes="Starter figures are states only, carried over from a public redistribution "
    "(github.com/datasets/gdp 822019c, datasets/population 425fc44). Taiwan is in neither: its "
    "population and output are missing, not zero. A file that is added replaces the starter "
    "table, so add population and output together.",
)
