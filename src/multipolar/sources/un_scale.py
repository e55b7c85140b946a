"""The scale of assessments: how the regular budget of the United Nations is shared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.sources._curated import PROVENANCE, read_curated

UN_SCALE = Table(
    name="un_scale",
    row="one member state in one scale of assessments",
    key=("state", "first_year"),
    absence="not_applicable",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="first_year", dtype="int16", meaning="first year of the scale"),
        Column(name="last_year", dtype="int16", meaning="last year of the scale"),
        Column(
            name="rate", dtype="float", unit="per cent of the regular budget", meaning="the rate"
        ),
        *PROVENANCE,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read files with the columns of :data:`UN_SCALE`."""
    return {"un_scale": read_curated(paths, rejects, UN_SCALE, source="un_scale")}


SOURCE = Source(
    name="un_scale",
    title="United Nations scale of assessments",
    publisher="United Nations, Committee on Contributions",
    homepage="https://www.un.org/en/ga/contributions/",
    licence="facts of General Assembly resolutions; Apache-2.0 for this compilation",
    terms="Free to use; cite the resolution.",
    citation="United Nations General Assembly resolutions 73/271 (scale for 2019-2021) and 76/238 "
    "(scale for 2022-2024).",
    coverage="2019-2024, 193 members",
    tables=(UN_SCALE,),
    read=read,
    starter=("un_scale.csv",),
    as_of=date(2024, 12, 31),
    notes="Compiled from general knowledge, not from the resolutions' own pages, hence confidence "
    "medium; the 193 rates of each scale add up to exactly 100.000. The scale for 2025-2027 "
    "(79/249) and those before 2019 are not in it.",
)
