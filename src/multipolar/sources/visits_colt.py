"""Trips of leaders: Country and Organizational Leader Travel (COLT), Diplometrics."""

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
    first_matching,
    read_excel_sheet,
    read_table,
    read_text,
)
from multipolar.sources._stream_tables import TRIPS, VISIT_COVERAGE, VISITS
from multipolar.sources._visit_rows import coverage_of, trips_of

SHEET = "Master"
TO_BE_DETERMINED = "TBD"
# Codes of LeaderRole. The four heads are explicit in the data (their titles are president, king,
# prime minister); the other codes are kept as text and read as "other", since the codebook that
# explains them is not in the public copies.
_ROLES = {
    "GS": "head_of_state_and_government",
    "G": "head_of_government",
    "S": "head_of_state",
    "De Facto": "de_facto_leader",
    "I": "organisation_head",
}
_TRIP = (
    "TripID",
    "LeaderCountryOrIGO",
    "LeaderRole",
    "LeaderFullName",
    "CountryVisited",
    "TripYear",
    "TripStartDate",
    "TripEndDate",
    "MetHostHoGS",
    "AttendedMultilatEvent",
)
_RECEIVED = ("TripYear", "CountryVisited", "count")
_SENT = ("TripYear", "LeaderCountryOrIGO", "count")
_SHAPES = {"sent": _SENT, "received": _RECEIVED, "trips": _TRIP}
_FIRST = 1990  # the publisher collects all trips from this year on; earlier rows are a few
_WORLD = 100  # travellers' states below which a file of trips is a region's, and totals mislead


def _refused(text: str) -> str | None:
    if text in ("", "Unknown"):
        return "country not known to the publisher"
    return "an organisation, not a state" if text.endswith(")") and "(" in text else None


NAMES = Vocabulary(
    aliases={
        "Timor Leste": "TLS",
        "European Commission (EC)": "XEU",
        "European Union (EU)": "XEU",
        "United Nations (UN)": "XUN",
        "Serbia and Montenegro": ((1992, 2002, "YUG"), (2003, 2006, "SCG")),
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read COLT's workbook (sheet ``Master``), its Latin-1 CSV, or yearly counts made from it.

    Parameters
    ----------
    paths : sequence of Path
        ``.xlsx`` or ``.csv`` with one row per trip; or files of counts with ``TripYear``, ``count``
        and ``CountryVisited`` (received) or ``LeaderCountryOrIGO`` (sent).
    rejects : Rejects
        Receives trips to or from what was no state in that year, and dates that are none.

    Returns
    -------
    mapping
        ``visits`` and ``visit_coverage`` where trips are given; ``trips_by_state_year`` from
        counts, or from trips of the whole world (a file of one region gives no totals).
    """
    trips, counts = [], []
    for path in paths:
        raw = _raw(path)
        shape = first_matching(raw, _SHAPES, path.name, source="visits_colt")
        if shape == "trips":
            trips.append(_trips(raw, path.name, rejects))
        else:
            counts.append(_counts(raw, shape, path.name, rejects))
    found: dict[str, pl.DataFrame] = {}
    if trips:
        visits = drop_repeated(pl.concat(trips), rejects, VISITS.key).sort("start", "trip")
        found["visits"] = visits
        found["visit_coverage"] = coverage_of(visits, "traveller", since=_FIRST)
    if trips and not counts and found["visits"]["state"].n_unique() >= _WORLD:
        found["trips_by_state_year"] = trips_of(found["visits"])
    elif counts:
        summed = pl.concat(counts).group_by("state", "year").agg(pl.col("received", "sent").sum())
        found["trips_by_state_year"] = summed.sort("state", "year")
    return found


def _raw(path: Path) -> pl.DataFrame:
    if path.suffix == ".xlsx":
        return read_excel_sheet(path, SHEET)
    if path.name.endswith((".csv", ".csv.gz")):
        return as_text(csv_frame(_text(path), path.name))
    return read_table(path)


def _text(path: Path) -> str:
    """The publisher's CSV is Latin-1; copies made of it since are mostly UTF-8."""
    try:
        return read_text(path)
    except SchemaMismatch:
        return read_text(path, encoding="latin-1")


def _trips(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    optional = [c for c in ("NameMultilatEvent",) if c in raw.columns]
    rows = with_numbers(raw.select(ROW, *_TRIP, *optional), {"TripYear": pl.Int16}, file, rejects)
    for name in ("TripStartDate", "TripEndDate"):
        text = pl.when(pl.col(name) != TO_BE_DETERMINED).then(pl.col(name).str.slice(0, 10))
        day = text.str.to_date("%Y-%m-%d", strict=False)
        rows = reject_where(
            rows, day.is_null() & text.is_not_null(), name, file, rejects, "no date"
        )
        rows = rows.with_columns(day.alias(name))
    late = pl.col("TripStartDate").dt.year() != pl.col("TripYear")
    rows = reject_where(rows, late, "TripStartDate", file, rejects, "not in the trip's year")
    rows = with_named_states(
        rows,
        {"LeaderCountryOrIGO": "state", "CountryVisited": "host"},
        "TripYear",
        file,
        rejects,
        NAMES,
    )
    role = pl.col("LeaderRole").replace_strict(_ROLES, default="other", return_dtype=pl.String)
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        pl.col("TripID").alias("trip"),
        "state",
        "host",
        pl.col("TripYear").alias("year"),
        pl.col("TripStartDate").alias("start"),
        pl.col("TripEndDate").alias("end"),
        role.fill_null("other").alias("role"),
        pl.col("LeaderRole").fill_null("").alias("role_text"),
        _yes_no("AttendedMultilatEvent").alias("multilateral"),
        _yes_no("MetHostHoGS").alias("met_host_leader"),
        pl.col("LeaderFullName").fill_null("").alias("leader"),
        pl.lit("visits_colt").alias("source"),
        (pl.col(*optional) if optional else pl.lit(None, pl.String)).fill_null("").alias("note"),
    )


def _yes_no(column: str) -> pl.Expr:
    """True, false, or null where the cell is neither (``TBD``, empty)."""
    text = pl.col(column).str.to_lowercase()
    yes = pl.when(text.is_in(["yes", "1"])).then(statement=True)
    return yes.when(text.is_in(["no", "0"])).then(statement=False)


def _counts(raw: pl.DataFrame, shape: str, file: str, rejects: Rejects) -> pl.DataFrame:
    name = "LeaderCountryOrIGO" if shape == "sent" else "CountryVisited"
    types = {"TripYear": pl.Int16, "count": pl.Int32}
    rows = with_numbers(raw.select(ROW, name, *types), types, file, rejects)
    rows = with_named_states(rows, {name: "state"}, "TripYear", file, rejects, NAMES)
    side, other = ("sent", "received") if shape == "sent" else ("received", "sent")
    return rows.select(
        "state",
        pl.col("TripYear").alias("year"),
        pl.col("count").alias(side),
        pl.lit(0, pl.Int32).alias(other),
    ).select("state", "year", "received", "sent")


SOURCE = Source(
    name="visits_colt",
    title="Trips of leaders abroad",
    publisher="Diplometrics, Frederick S. Pardee Institute, University of Denver",
    homepage="https://doi.org/10.7910/DVN/87YG4K",
    licence="none stated with the public copies; the publisher's terms on Dataverse apply",
    terms="Download it from the publisher and cite it. Nothing of it is shipped with this package, "
    "because no licence to pass it on was found.",
    citation="Moyer et al. (2025), Country and Organizational Leader Travel, International Studies "
    "Quarterly, doi:10.1093/isq/sqaf013; data doi:10.7910/DVN/87YG4K.",
    coverage="1990-2024; trips of heads of state and government and of heads of organisations",
    tables=(VISITS, VISIT_COVERAGE, TRIPS),
    read=read,
    as_of=date(2024, 12, 31),
    breaks=(
        "2020 and 2021: the pandemic cut all travel to a third; divide by the world of the year.",
        "From 2022 meetings by video stand in for some trips.",
        "From March 2023 an arrest warrant limits where one leader can travel.",
    ),
    notes="A trip to a summit counts as a trip to its host (`multilateral`). A year without a row "
    "is a year without a trip for a state that is covered (table visit_coverage); organisations "
    "other than the EU and the UN, disputed territories and places that were not yet states are "
    "refused by name. The codes F, E and CP of LeaderRole are kept in role_text and read as "
    "other.",
)
