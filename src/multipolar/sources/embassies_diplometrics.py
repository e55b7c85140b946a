"""Diplomatic missions year by year 1960-2024: Diplometrics Diplomatic Representation (DDR)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._names import Vocabulary, with_named_states
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import (
    ROW,
    as_text,
    csv_frame,
    read_table,
    read_text,
    require_columns,
)
from multipolar.sources._stream_tables import EMBASSIES
from multipolar.sources._trade_rows import count_left_out

# Releases spell the sender "Sending Country" (2021) or "SendingCountry" (2025).
_SENDER = "Sending Country"
_COLUMNS = ("Destination", _SENDER, "Year", "Embassy", "Focus")
# Codes of Embassy; 6 stands for ambassadors, nuncios and secretaries of people's bureaus.
_LEVELS = {1: "other", 3: "other", 4: "charge_d_affaires", 5: "minister", 6: "ambassador"}
_NONE, _SERVED, _WITHDRAWN = 0, 2, 3


def _refused(text: str) -> str | None:
    return "no country is named" if text in ("", "-") else None


NAMES = Vocabulary(
    aliases={
        "USSR": "SUN",
        "United KIngdom": "GBR",
        "Congo, Democratic Republic": "COD",
        "Congo, Dem. Rep.": "COD",
        "Congo-Kinshasa": "COD",
        "Congo, Republic": "COG",
        "Congo, Rep.": "COG",
        "Congo-Brazzaville": "COG",
        "Holy See (Vatican)": "VAT",
        "Occupied Palestinian Territory": "PSE",
        "Korea, North": "PRK",
        "Korea, South": "KOR",
        "Germany, East": "DDR",
        "Germany, West": "DEU",
        "West Germany": "DEU",
        "Egypt": ((1958, 1970, "UAR"), (1945, 2100, "EGY")),
        "Yemen, North": "YEM",
        "Yemen, South": "YMD",
        "Yemen, People's Democratic Republic of": "YMD",
        "Viet Nam, Republic of": "RVN",
        "Viet Nam, Democratic Rep": "VNM",
        "Timor Leste": "TLS",
        "Serbia and Montenegro": ((1992, 2002, "YUG"), (2003, 2006, "SCG")),
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the workbook of Diplometrics, or its CSV.

    Parameters
    ----------
    paths : sequence of Path
        ``.xlsx`` or ``.csv`` (UTF-8 or Windows-1252) with ``Destination``, ``Sending Country`` (or
        ``SendingCountry``), ``Year``, ``Embassy`` (0 none, 1 not known which, 2 interests served
        by another state, 3 interests desk, 4 charge d'affaires, 5 minister or envoy, 6
        ambassador) and ``Focus`` (1 for this state alone, 2 for several, 3 withdrawn, recalled or
        expelled).
    rejects : Rejects
        Receives names that were no state in that year and codes not in those lists; counted:
        withdrawn missions, and interests that another state serves.

    Returns
    -------
    mapping
        ``embassies``.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, EMBASSIES.key)
    return {"embassies": found.sort(EMBASSIES.key)}


def _raw(path: Path) -> pl.DataFrame:
    if not path.name.endswith((".csv", ".csv.gz")):
        return read_table(path)
    try:
        text = read_text(path)
    except SchemaMismatch:
        text = read_text(path, "cp1252")
    return as_text(csv_frame(text, path.name))


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw, file = _raw(path), path.name
    if "SendingCountry" in raw.columns:
        raw = raw.rename({"SendingCountry": _SENDER})
    require_columns(raw, _COLUMNS, file, source="embassies_diplometrics")
    types = {"Year": pl.Int16, "Embassy": pl.Int8, "Focus": pl.Int8}
    optional = ("Embassy", "Focus")
    rows = with_numbers(raw.select(ROW, *_COLUMNS), types, file, rejects, optional=optional)
    rows = rows.with_columns(pl.col(*optional).fill_null(_NONE))
    for name, allowed in (("Embassy", (_NONE, _SERVED, *_LEVELS)), ("Focus", (0, 1, 2, 3))):
        codes = ", ".join(map(str, sorted(allowed)))
        odd = ~pl.col(name).is_in(allowed)
        rows = reject_where(rows, odd, name, file, rejects, f"expected one of {codes}")
    rows = rows.filter(pl.col("Embassy") != _NONE)
    for name, code, why in (
        ("Focus", _WITHDRAWN, "withdrawn, recalled or expelled: no mission that year"),
        ("Embassy", _SERVED, "another state serves the interests: no mission of its own"),
    ):
        rows = count_left_out(rows, pl.col(name) == code, name, file, rejects, why)
    sides = {_SENDER: "source_state", "Destination": "target_state"}
    rows = rows.with_columns(pl.col(*sides).fill_null(""))
    rows = with_named_states(rows, sides, "Year", file, rejects, NAMES)
    rows = rows.filter(pl.col("source_state") != pl.col("target_state"))
    # A state may keep several missions with one host; the highest stands.
    return (
        rows.sort("Embassy", descending=True, maintain_order=True)
        .unique(["source_state", "target_state", "Year"], keep="first", maintain_order=True)
        .select(
            ROW,
            pl.lit(file).alias("_file"),
            "source_state",
            "target_state",
            pl.col("Year").alias("year"),
            pl.col("Embassy").replace_strict(_LEVELS, return_dtype=pl.String).alias("level"),
            pl.lit("embassies_diplometrics").alias("source"),
        )
    )


SOURCE = Source(
    name="embassies_diplometrics",
    title="Diplomatic missions, yearly",
    publisher="Diplometrics, Frederick S. Pardee Institute, University of Denver",
    homepage="https://doi.org/10.7910/DVN/YM3UOO",
    licence="terms of Harvard Dataverse; see the page",
    terms="Cite the data set and its article. Download the file from the page and add it; nothing "
    "is shipped.",
    citation="Moyer, Turner and Meisel (2021), What are the drivers of diplomacy? Introducing and "
    "testing new annual dyadic data measuring diplomatic exchange, Journal of Peace Research "
    "58(6):1300-1310.",
    coverage="1960-2024, every year, from the Europa World Yearbook",
    tables=(EMBASSIES,),
    read=read,
    as_of=date(2024, 12, 31),
    breaks=("A year tells what the yearbook of that time listed, which may lag by a year or two.",),
    notes="A mission accredited to several states at once counts like one of its own (Focus 2). "
    "Level 'other' is a mission of unknown rank or an interests desk in another state's embassy. "
    "The publisher's index LOR is not read: it is a function of Embassy and Focus.",
)
