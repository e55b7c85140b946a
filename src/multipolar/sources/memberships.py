"""Memberships: who belonged to which organisation, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

MEMBERSHIPS = Table(
    name="memberships",
    row="one spell of one state in one organisation",
    key=("org", "state", "start"),
    absence="structural_zero",
    columns=(
        Column(
            name="org",
            dtype="str",
            meaning="organisation; CSTO_frozen holds frozen participation apart from membership",
        ),
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="start", dtype="date", meaning="first day, empty where unknown", nullable=True),
        Column(name="end", dtype="date", meaning="first day after, empty for open", nullable=True),
        Column(
            name="status",
            dtype="str",
            meaning="kind of tie; only member and member_withdrawing are full membership",
            allowed=(
                "member",
                "member_withdrawing",
                "associate",
                "observer",
                "partner",
                "candidate",
                "invited",
                "invited_declined",
                "participation_frozen",
                "founding_not_charter_member",
            ),
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`MEMBERSHIPS`; ``iso3`` may stand for ``state``."""
    frame = read_curated(
        paths,
        rejects,
        MEMBERSHIPS,
        source="memberships",
        renamed={"iso3": "state"},
        interval=("start", "end"),
    )
    return {"memberships": frame}


SOURCE = Source(
    name="memberships",
    title="Memberships of alliances, unions and groups",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts; the pages cited keep their own terms)",
    terms="Free to use; show source and confidence beside any number made from it, and replace it "
    "with your own file of the same columns.",
    citation="multipolar developers, memberships, compiled 2026-11-22.",
    coverage="1949-2026; NATO, EU, G7, BRICS, SCO, CSTO, CIS, EAEU, QUAD, AUKUS, OTS, GUAM, IPEF",
    tables=(MEMBERSHIPS,),
    read=read,
    starter=("memberships.csv",),
    as_of=date(2026, 3, 1),
    notes="An empty end means that no end is known to this file, not that it was checked today. "
    "The EU, NATO and CSTO before 1991 and most other organisations are not in it.",
)
