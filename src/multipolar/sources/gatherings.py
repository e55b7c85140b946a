"""Gatherings: summits and parades, who took part, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated
from multipolar.sources._read import read_table
from multipolar.sources.visits_victory_day import ROLES

STANCES = (
    "",
    "supported_communique",
    "did_not_support",
    "withdrew_support",
    "joined_communique_later",
    "declined",
    "not_invited",
    "leader_stayed_away",
)

GATHERINGS = Table(
    name="gatherings",
    row="one participant of one gathering",
    key=("gathering", "state", "participant"),
    absence="unknown",
    columns=(
        Column(name="gathering", dtype="str", meaning="short name, as in gathering_totals"),
        Column(name="event", dtype="str", meaning="name of the gathering"),
        Column(name="date", dtype="date", meaning="first day"),
        Column(name="host", dtype="str", meaning="state code of the host"),
        Column(name="state", dtype="str", meaning="state code of the participant"),
        Column(name="participant", dtype="str", meaning="name of the person, empty if unknown"),
        Column(
            name="level",
            dtype="str",
            meaning="office of the person; delegation: "
            "somebody came, of a level that is not known; none: nobody",
            allowed=ROLES,
        ),
        Column(
            name="attended",
            dtype="bool",
            meaning="the person came, at whatever level (1), or "
            "stayed away (0; by video is away); without a name, somebody or nobody came for the "
            "state",
        ),
        Column(
            name="stance",
            dtype="str",
            meaning="position on the outcome, empty where there was none to take",
            allowed=STANCES,
        ),
        *PROVENANCE,
    ),
)

TOTALS = Table(
    name="gathering_totals",
    row="one gathering",
    key=("gathering",),
    absence="unknown",
    columns=(
        Column(name="gathering", dtype="str", meaning="short name"),
        Column(name="event", dtype="str", meaning="name of the gathering"),
        Column(name="date_start", dtype="date", meaning="first day"),
        Column(name="date_end", dtype="date", meaning="last day"),
        Column(name="place", dtype="str", meaning="place"),
        Column(name="host", dtype="str", meaning="state code of the host"),
        Column(name="invited", dtype="int16", meaning="number invited", nullable=True),
        Column(name="count", dtype="int16", meaning="number that came", nullable=True),
        Column(name="at_least", dtype="bool", meaning="the count is a lower bound (printed 20+)"),
        Column(name="count_unit", dtype="str", meaning="what is counted: leaders, states, ..."),
        *PROVENANCE,
    ),
)
RENAMED = {
    "gathering_id": "gathering",
    "host_iso3": "host",
    "participant_iso3": "state",
    "participant_name": "participant",
}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files of participants, and files of totals (those with a column ``count_unit``)."""
    totals = [p for p in paths if "count_unit" in read_table(p).columns]
    found: dict[str, pl.DataFrame] = {}
    if participants := [p for p in paths if p not in totals]:
        found["gatherings"] = read_curated(
            participants, rejects, GATHERINGS, source="gatherings", renamed=RENAMED
        )
    if totals:
        found["gathering_totals"] = read_curated(
            totals, rejects, TOTALS, source="gatherings", renamed=RENAMED, prepare=_split_bounds
        )
    return found


def _split_bounds(raw: pl.DataFrame) -> pl.DataFrame:
    """Read a printed "20+" as the lower bound 20."""
    if "at_least" in raw.columns or "count" not in raw.columns:
        return raw
    plus = pl.col("count").str.ends_with("+").fill_null(value=False)
    return raw.with_columns(
        at_least=pl.when(plus).then(pl.lit("1")).otherwise(pl.lit("0")),
        count=pl.col("count").str.strip_suffix("+"),
    )


SOURCE = Source(
    name="gatherings",
    title="Summits and parades: participants and totals",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, gatherings, compiled 2026-11-22.",
    coverage="2005-2025, 33 gatherings with totals, 22 of them with participants",
    tables=(GATHERINGS, TOTALS),
    read=read,
    starter=("gatherings.csv", "gathering_totals.csv"),
    as_of=date(2025, 12, 31),
    notes="A state has a row for each person known to have come or stayed away: Brazil at Kazan "
    "has its minister, who came, and its president, who did not. Lists are whole for the leaders "
    "at the Beijing parade of 2025 and for the European Political Community of 2022 and 2023; 76 "
    "of 80 first-day supporters and 3 that withdrew are named for Buergenstock 2024, 16 of 17 "
    "heads of state for Russia-Africa 2023. Members of the G20, BRICS and the SCO are named with "
    "few of their guests, the other lists in part: who is not named may have come.",
)
