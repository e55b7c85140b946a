"""The World Bank's formats: API answers, bulk downloads, and the long tables made from them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.errors import SchemaMismatch
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
_LONG = ("Country Name", "Country Code", "Year", "Value")
_SHAPES = {
    "tidy": ("state", "year", "attribute", "value", "source"),
    "wide": ("Country Code", "Indicator Code"),
    "long": _LONG,
}


def read_figures(path: Path) -> pl.DataFrame:
    """Read one file of any format as text.

    Returns
    -------
    DataFrame, one row per cell of the publisher's table
        ``code`` (the publisher's), ``year``, ``attribute`` (this record's word), ``value``,
        ``source``, and the row number ``_row``; empty cells are null.

    Raises
    ------
    SchemaMismatch
        None of the formats, a page of several, or an indicator this record does not keep.
    """
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
