"""Travels of US presidents and secretaries of state, and foreign leaders' visits to the US."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._cow import RECORD_START
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._names import Vocabulary, with_named_states
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import VISIT_COVERAGE, VISITS
from multipolar.sources._visit_rows import coverage_of

_TRAVELS = ("id", "role", "name", "start_date", "end_date", "country", "locale", "remarks")
_VISITS = ("id", "start_date", "end_date", "visitor", "from_country", "description")
_SHAPES = {
    "travels": _TRAVELS,
    "tidy": tuple(c.name for c in VISITS.columns),
    "visits": _VISITS,
}
_ROLES = {"president": "head_of_state_and_government", "secretary": "foreign_minister"}
# First word of the visitor's title; anybody else is "other".
_TITLES = {
    "President": "head_of_state",
    "King": "head_of_state",
    "Queen": "head_of_state",
    "Emperor": "head_of_state",
    "Emir": "head_of_state",
    "Amir": "head_of_state",
    "Sultan": "head_of_state",
    "Pope": "head_of_state",
    "Shah": "head_of_state",
    "Grand": "head_of_state",
    "Prime": "head_of_government",
    "Premier": "head_of_government",
    "Chancellor": "head_of_government",
    "Taoiseach": "head_of_government",
}
_MANY = r"(?i)summit|conference|united nations|U\.N\.|general assembly|G-?[78]\b|G-?20|NATO|APEC"
_MET = r"(?i)\bmet with (?:[^.]*?)(?:president|prime minister|king|chancellor|premier|emir|sultan)"

NAMES = Vocabulary(
    aliases={
        "Egypt": ((1958, 1971, "UAR"), (1945, 2100, "EGY")),
        "United Arab Republic": "UAR",
        "U.S.S.R.": "SUN",
        "Korea": ((1945, 2100, "KOR"),),
        "Vietnam": ((1954, 1974, "RVN"), (1975, 2100, "VNM")),
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
        "Democratic Republic of the Congo (Zaire)": "COD",
        "Ceylon (Sri Lanka)": "LKA",
        "Dahomey (Benin)": "BEN",
        "Upper Volta (Burkina Faso)": "BFA",
        "Khmer Republic (Cambodia)": "KHM",
        "Cuba (Provisional Government)": "CUB",
        "Israel (Provisional Government)": "ISR",
        "Afghanistan (Interim Authority)": "AFG",
        "Bosnian Federation": "BIH",
        "Somoa": "WSM",
        "United Kingdom (Northern Ireland)": "GBR",
        "United Kingdom (Wales)": "GBR",
    }
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the two lists of the Office of the Historian.

    Parameters
    ----------
    paths : sequence of Path
        Travels (``id, role, name, start_date, end_date, country, locale, remarks``), visits
        (``id, start_date, end_date, visitor, from_country, description``), or rows of ``visits``.
    rejects : Rejects
        Receives places that were no state in that year and dates that are none.

    Returns
    -------
    mapping
        ``visits`` since 1945 and ``visit_coverage``: trips of the United States as a traveller,
        visits to the United States as a host, and nobody else's.
    """
    frames = [_rows(path, rejects) for path in paths]
    visits = drop_repeated(pl.concat(frames), rejects, VISITS.key).sort("start", "trip")
    # Each list is complete on one side only: the trips one state made, the visits it received.
    covered = [
        coverage_of(visits.filter(pl.col("state") == "USA"), "traveller", since=1945),
        coverage_of(visits.filter(pl.col("host") == "USA"), "host", since=1945),
    ]
    return {"visits": visits, "visit_coverage": pl.concat(covered)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="visits_us")
    rows = raw.rename({"start": "start_date", "end": "end_date"}, strict=False)
    for name in ("start_date", "end_date"):
        day = pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        rows = reject_where(rows, day.is_null(), name, path.name, rejects, "not a date")
        rows = rows.with_columns(day.alias(name))
    rows = rows.filter(pl.col("start_date") >= RECORD_START)
    rows = rows.with_columns(pl.col("start_date").dt.year().cast(pl.Int16).alias("year"))
    if shape == "tidy":
        return _tidy(rows, path.name)
    place = "country" if shape == "travels" else "from_country"
    other = "host" if shape == "travels" else "state"
    rows = with_named_states(rows, {place: other}, "year", path.name, rejects, NAMES)
    return _travels(rows, path.name) if shape == "travels" else _received(rows, path.name)


def _tidy(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    flags = [pl.col(c) == "true" for c in ("multilateral", "met_host_leader")]
    text = [pl.col(c).fill_null("") for c in ("leader", "role_text", "note")]
    return _select(rows.with_columns(*flags, *text), file)


def _travels(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    note = pl.concat_str(["locale", "remarks"], separator=": ", ignore_nulls=True)
    return _select(
        rows.with_columns(
            ("travels-" + pl.col("id")).alias("trip"),
            pl.lit("USA").alias("state"),
            pl.col("role").alias("role_text"),
            pl.col("role").replace_strict(_ROLES, default="other").alias("role"),
            pl.col("remarks").str.contains(_MANY).fill_null(value=False).alias("multilateral"),
            _met_leader(pl.col("remarks")),
            pl.col("name").alias("leader"),
            note.alias("note"),
        ),
        file,
    )


def _received(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    title = pl.col("visitor").fill_null("").str.extract(r"^(\w+)", 1).fill_null("")
    return _select(
        rows.with_columns(
            ("visits-" + pl.col("id")).alias("trip"),
            pl.lit("USA").alias("host"),
            title.alias("role_text"),
            title.replace_strict(_TITLES, default="other").alias("role"),
            pl.col("description").str.contains(_MANY).fill_null(value=False).alias("multilateral"),
            # The list holds visits to the President; it does not say who was met.
            pl.lit(None, pl.Boolean).alias("met_host_leader"),
            pl.col("visitor").fill_null("").alias("leader"),
            pl.col("description").fill_null("").alias("note"),
        ),
        file,
    )


def _met_leader(text: pl.Expr) -> pl.Expr:
    """True where a meeting with a leader is written down; otherwise unknown, not false."""
    met = pl.when(text.str.contains(_MET)).then(statement=True)
    return met.otherwise(pl.lit(None, pl.Boolean)).alias("met_host_leader")


def _select(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("start_date").alias("start"),
        pl.col("end_date").alias("end"),
        pl.lit("visits_us").alias("source"),
        pl.lit(file).alias("_file"),
    ).select(ROW, "_file", *(c.name for c in VISITS.columns))


SOURCE = Source(
    name="visits_us",
    title="Travels of US leaders and visits to the United States",
    publisher="Office of the Historian, US Department of State",
    homepage="https://history.state.gov/departmenthistory/visits",
    licence="US government work, public domain (CC0 where needed)",
    terms="Free to use; cite the Office of the Historian.",
    citation="Office of the Historian, Foreign Service Institute, US Department of State: Travels "
    "of the Presidents and Secretaries of State; Visits by Foreign Leaders "
    "(HistoryAtState/travels 3170c77, HistoryAtState/visits 869ca4f).",
    coverage="1945-2025; trips of the US president and secretary of state, visits to the US only",
    tables=(VISITS, VISIT_COVERAGE),
    read=read,
    starter=("visits_us.parquet",),
    as_of=date(2024, 12, 31),
    breaks=(
        "2020 and 2021: the pandemic; meetings by video since.",
        "Kinds of visit (state, official, working, private, UN) are mixed; the note says which.",
    ),
    notes="One row per stop, not per trip. A pair without the United States has no row and is not "
    "covered: table visit_coverage. A president counts as head of state here although many are "
    "heads of government too. `multilateral` and `met_host_leader` are read off the wording of "
    "the remarks; no such wording leaves the meeting unknown, not denied.",
)
