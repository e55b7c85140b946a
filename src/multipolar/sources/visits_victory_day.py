"""Victory Day parades in Moscow: who was expected, and who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

ROLES = (
    "head_of_state",
    "head_of_government",
    "head_of_state_or_government",
    "party_leader",
    "de_facto_leader",
    "collective_presidency_member",
    "entity_president",
    "head_of_legislature",
    "deputy_head_of_government",
    "minister",
    "io_head",
    "delegation",
    "observer",
    "lower_level",
    "none",
)

VISITS = Table(
    name="visits_victory_day",
    row="one invited or expected visitor at one parade",
    key=("event", "state", "visitor"),
    absence="unknown",
    columns=(
        Column(name="event", dtype="str", meaning="name of the parade"),
        Column(name="date", dtype="date", meaning="day of the parade"),
        Column(name="host", dtype="str", meaning="state code of the host"),
        Column(name="state", dtype="str", meaning="state code of the visitor; XUN for the UN"),
        Column(name="visitor", dtype="str", meaning="name of the visitor"),
        Column(name="role", dtype="str", meaning="office of the visitor", allowed=ROLES),
        Column(
            name="attended",
            dtype="bool",
            meaning="this person came (1) or stayed away (0), whoever else came for the state",
        ),
        *PROVENANCE,
    ),
)
RENAMED = {"host_iso3": "host", "visitor_iso3": "state", "visitor_name": "visitor"}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`VISITS`."""
    frame = read_curated(paths, rejects, VISITS, source="visits_victory_day", renamed=RENAMED)
    return {"visits_victory_day": frame}


SOURCE = Source(
    name="visits_victory_day",
    title="Foreign guests of the Victory Day parades in Moscow",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, Victory Day guests, compiled 2026-11-22.",
    coverage="parades of 2005, 2010, 2015, 2020, 2021, 2023, 2024 and 2025",
    tables=(VISITS,),
    read=read,
    starter=("visits_victory_day.csv",),
    as_of=date(2025, 5, 9),
    breaks=(
        "2005: 20 of about 54 leaders are named. Compare totals (gathering_totals), not rows.",
        "2010: 20 of more than 20 countries are named, most of them from an advance list.",
        "2015: 24 of about 26 leaders are named.",
        "2022: nobody was invited, hence no rows. 2011-2014 and 2016-2019 were not researched.",
    ),
    notes="Advance lists say who was expected, not who came.",
)
