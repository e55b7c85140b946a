"""Alliance obligations between states: Alliance Treaty Obligations and Provisions (ATOP)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._alliance_rows import either, pacts_of
from multipolar.sources._curated import reject_unknown_states
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import ALLIANCES, PACTS

_PUBLISHED = {
    "defense": "defense",
    "offense": "offense",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}
_PREFIXED = {f"atop_{name}": pact for name, pact in _PUBLISHED.items()}
_RUNS = ("state_a", "state_b", "first_year", "last_year", *PACTS)
_SHAPES = {
    "runs": _RUNS,
    "directed": ("stateA", "stateB", "year", *_PUBLISHED),
    "peacesciencer": ("ccode1", "ccode2", "year", *_PREFIXED),
    "undirected": ("mem1", "mem2", "year", *_PUBLISHED),
}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ATOP's dyad-year files.

    Parameters
    ----------
    paths : sequence of Path
        The publisher's undirected (``mem1, mem2, year, defense, offense, neutral, nonagg,
        consul``) or directed (``stateA, stateB, ...``) dyad-years, peacesciencer's copy
        (``ccode1, ccode2, year, atop_defense, ...``), or this project's runs of years.
    rejects : Rejects
        Receives rows that are no numbers and numbers nobody held.

    Returns
    -------
    mapping
        ``alliances``; a directed obligation counts for the pair.
    """
    frames = [_pacts(path, rejects) for path in paths]
    return {"alliances": either(frames)}


def _pacts(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="alliances_atop")
    if shape == "runs":
        return _from_runs(raw, path.name, rejects)
    obligations = _PREFIXED if shape == "peacesciencer" else _PUBLISHED
    first, second, *_ = _SHAPES[shape]
    return pacts_of(raw, (first, second), obligations, path, rejects)


def _from_runs(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    rows = raw.select(ROW, *_RUNS)
    for name in ("state_a", "state_b"):
        rows = reject_unknown_states(rows, name, file, rejects)
    rows = with_numbers(rows, dict.fromkeys(_RUNS[2:4], pl.Int16), file, rejects)
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    return (
        rows.with_columns(years, *(pl.col(p) == "true" for p in PACTS))
        .explode("year")
        .select(c.name for c in ALLIANCES.columns)
    )


SOURCE = Source(
    name="alliances_atop",
    title="Alliance obligations",
    publisher="ATOP project, Rice University",
    homepage="http://www.atopdata.org",
    licence="free to use with citation (carried over from peacesciencer, fe150a2)",
    terms="Cite the data set and its article.",
    citation="Leeds, Ritter, Mitchell and Long (2002), Alliance Treaty Obligations and "
    "Provisions, 1815-1944, International Interactions 28(3):237-260, "
    "doi:10.1080/03050620213653; version 5.",
    coverage="1945-2018",
    tables=(ALLIANCES,),
    read=read,
    starter=("alliances_atop.parquet",),
    as_of=date(2018, 12, 31),
    minimum_rows={"alliances": 1},
    breaks=("Ends in 2018: later members of NATO are in the curated memberships only.",),
    notes="A pact with conditions counts as a pact. Members of the CSTO are bound to mutual "
    "defence. The kinds are not ordered: a non-aggression pact often marks rivalry.",
)
