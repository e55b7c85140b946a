"""Formal alliances: Correlates of War. Switched off until its terms of use are confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._alliance_rows import either, pacts_of
from multipolar.sources._read import read_table, require_columns
from multipolar.sources._stream_tables import ALLIANCES

_KINDS = {
    "defense": "defense",
    "neutrality": "neutrality",
    "nonaggression": "nonaggression",
    "entente": "consultation",
}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``alliance_v4.1_by_dyad_yearly.csv``; an entente is read as consultation."""
    frames = []
    for path in paths:
        raw = read_table(path)
        wanted = ("ccode1", "ccode2", "year", *_KINDS)
        require_columns(raw, wanted, path.name, source="alliances_cow")
        frames.append(pacts_of(raw, ("ccode1", "ccode2"), _KINDS, path, rejects))
    return {"alliances": either(frames)}


SOURCE = Source(
    name="alliances_cow",
    title="Formal alliances",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/formal-alliances/",
    licence="not confirmed for this data set",
    terms="Read the publisher's terms of use before you use it.",
    citation="Gibler (2009), International Military Alliances, 1648-2008, CQ Press; Correlates of "
    "War Formal Alliances v4.1.",
    coverage="1945-2012",
    tables=(ALLIANCES,),
    read=read,
    as_of=date(2012, 12, 31),
    enabled=False,
    disabled_reason="its terms of use are not confirmed; alliances_atop fills the same table. If "
    "you have accepted them: store.add(dataclasses.replace(SOURCE, enabled=True), FILE)",
    breaks=("Ends in 2012.",),
    notes="Written from the publisher's codebook (ccode1, ccode2, defense, neutrality, "
    "nonaggression, entente, year); no copy of the file was at hand to check it against.",
)
