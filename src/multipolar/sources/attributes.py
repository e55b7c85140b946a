"""Attributes of states by year, population and output, in the World Bank's formats."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.declare import Column, File, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch, UnknownName
from multipolar.core.states import from_code, known_codes
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import (
    ROW,
    as_text,
    csv_frame,
    decode,
    first_matching,
    parse_json,
    read_table,
    read_text,
)

INDICATORS = {
    "SP.POP.TOTL": "population",
    "NY.GDP.MKTP.CD": "gdp_mer",
    "NY.GDP.MKTP.PP.CD": "gdp_ppp",
}
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
_LONG = ("Country Name", "Country Code", "Year", "Value")
_SHAPES = {
    "tidy": ("state", "year", "attribute", "value", "source"),
    "wide": ("Country Code", "Indicator Code"),
    "long": _LONG,
}


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
    frames = [_checked(_long_frame(path), path.name, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, ATTRIBUTES.key)
    world = pl.col("state") == WORLD
    return {
        "attributes": found.filter(~world).select(c.name for c in ATTRIBUTES.columns),
        "world_totals": found.filter(world).select(c.name for c in WORLD_TOTALS.columns),
    }


def _long_frame(path: Path) -> pl.DataFrame:
    """Text columns code, year, attribute, value, source and the row number, of any format."""
    if path.suffix == ".json":
        return _from_api(parse_json(read_text(path), path.name), path.name)
    raw = _table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="attributes")
    if shape == "tidy":
        return raw.select(ROW, pl.col("state").alias("code"), *_SHAPES["tidy"][1:])
    if shape == "wide":
        return _from_wide(raw, path.name)
    indicator = _indicator_named(path.name)
    return raw.select(
        ROW,
        pl.col("Country Code").alias("code"),
        pl.col("Year").alias("year"),
        pl.lit(INDICATORS[indicator]).alias("attribute"),
        pl.col("Value").alias("value"),
        pl.lit(_cite(indicator)).alias("source"),
    )


def _table(path: Path) -> pl.DataFrame:
    """Table of a csv with or without the four lines the bulk download puts before its header."""
    if path.suffix == ".zip":
        text = _text_in_zip(path)
    elif path.name.endswith((".csv", ".csv.gz")):
        text = read_text(path)
    else:
        return read_table(path)
    if text.lstrip().startswith(('"Data Source"', "Data Source")):
        start = text.find("Country Name")
        if start < 0:
            raise SchemaMismatch(f"{path.name}: column 'Country Name' is missing")
        text = text[text.rfind("\n", 0, start) + 1 :]
        # The publisher ends every line with a comma, so a nameless last column appears.
        text = "\n".join(line.rstrip("\r").removesuffix(",") for line in text.splitlines())
    return as_text(csv_frame(text, path.name))


def _text_in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            data = [n for n in archive.namelist() if not n.startswith("Metadata_")]
            tables = [n for n in data if n.endswith(".csv")]
            if len(tables) != 1:
                raise SchemaMismatch(f"{path.name} holds {len(tables)} data tables, expected one")
            return decode(archive.read(tables[0]), tables[0])
    except zipfile.BadZipFile as error:
        raise SchemaMismatch(f"{path.name} is a damaged zip file: {error}") from error


def _from_wide(raw: pl.DataFrame, name: str) -> pl.DataFrame:
    years = [c for c in raw.columns if c.isdigit()]
    if not years:
        raise SchemaMismatch(f"{name}: no year columns such as '2021'")
    long = raw.unpivot(
        on=years,
        index=[ROW, "Country Code", "Indicator Code"],
        variable_name="year",
        value_name="value",
    )
    for indicator in long["Indicator Code"].drop_nulls().unique():
        _known_indicator(indicator, name)
    return long.select(
        ROW,
        pl.col("Country Code").alias("code"),
        "year",
        pl.col("Indicator Code").replace_strict(INDICATORS, default=None).alias("attribute"),
        "value",
        pl.format("World Bank, World Development Indicators, {}", "Indicator Code").alias("source"),
    )


def _from_api(answer: Any, name: str) -> pl.DataFrame:
    """One page of ``api.worldbank.org/v2/.../indicator/...?format=json``."""
    if not isinstance(answer, list) or len(answer) != 2 or not isinstance(answer[1], list):
        message = _api_message(answer)
        raise SchemaMismatch(f"{name} is not a page of World Bank data{message}")
    head, rows = answer
    if head.get("pages", 1) > 1 and head.get("page") == 1 and len(rows) < head.get("total", 0):
        total = head["total"]
        raise SchemaMismatch(
            f"{name} is page 1 of {head['pages']} with {len(rows):,} of {total:,} rows",
            hint=f"ask for all of them with per_page={total}",
        )
    edition = head.get("lastupdated", "")
    cells = [_api_cells(row, name, edition) for row in rows]
    columns = ("code", "year", "attribute", "value", "source")
    schema = dict.fromkeys(columns, pl.String)
    return pl.DataFrame(cells, schema=schema, orient="row").with_row_index(ROW, offset=1)


def _api_cells(row: dict[str, Any], name: str, edition: str) -> tuple[str | None, ...]:
    try:
        indicator = str(row["indicator"]["id"])
        code = row["countryiso3code"] or row["country"]["id"]
        year, value = row["date"], row["value"]
    except (KeyError, TypeError) as error:
        raise SchemaMismatch(f"{name}: a record has no {error}") from None
    _known_indicator(indicator, name)
    text = None if value is None else str(value)
    return str(code), str(year), INDICATORS[indicator], text, _cite(indicator, edition)


def _api_message(answer: Any) -> str:
    try:
        return f": {answer[0]['message'][0]['value']}"
    except (KeyError, IndexError, TypeError):
        return ""


def _known_indicator(indicator: str, name: str) -> None:
    if indicator not in INDICATORS:
        raise SchemaMismatch(
            f"{name}: indicator {indicator!r} is not kept",
            hint=f"expected one of {', '.join(INDICATORS)}",
        )


def _indicator_named(name: str) -> str:
    """Indicator of a long table, which has no column for it, from its file name."""
    folded = name.casefold()
    for indicator in INDICATORS:
        if indicator.casefold() in folded:
            return indicator
    if "gdp" in folded:
        return "NY.GDP.MKTP.PP.CD" if "ppp" in folded else "NY.GDP.MKTP.CD"
    if "pop" in folded:
        return "SP.POP.TOTL"
    raise SchemaMismatch(
        f"{name}: the file does not say which indicator it holds",
        hint="put population, gdp or the indicator's code into the file's name",
    )


def _cite(indicator: str, edition: str = "") -> str:
    text = f"World Bank, World Development Indicators, {indicator}"
    return f"{text}, updated {edition}" if edition else text


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
