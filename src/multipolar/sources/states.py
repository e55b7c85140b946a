"""States as tables: the list, codes and names that ``multipolar.core.states`` answers from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch
from multipolar.core.states import State, crosswalk, known_codes, state_of

_STATE = Column(name="state", dtype="str", meaning="state code")
_START = Column(name="start", dtype="date", meaning="first day")
_END = Column(name="end", dtype="date", meaning="first day after, empty for today", nullable=True)

STATES = Table(
    name="states",
    row="one state, or institution that acts like one, since 1945",
    key=("state",),
    absence="not_applicable",
    columns=(
        _STATE,
        Column(name="name", dtype="str", meaning="common English name"),
        Column(name="official", dtype="str", meaning="official English name"),
        Column(
            name="kind",
            dtype="str",
            meaning="contested: no UN member and recognised by some states only",
            allowed=("state", "contested", "institution"),
        ),
        Column(name="start", dtype="date", meaning="first day; 1945-01-01 if older"),
        _END,
        Column(name="un_start", dtype="date", meaning="first admission to the UN", nullable=True),
        Column(name="un_end", dtype="date", meaning="end of UN membership", nullable=True),
        Column(name="successor", dtype="str", meaning="state that continues it", nullable=True),
        Column(name="region", dtype="str", meaning="M49 region"),
        Column(name="subregion", dtype="str", meaning="M49 sub-region"),
        Column(name="capital", dtype="str", meaning="capital"),
        Column(name="lat", dtype="float", unit="degrees", meaning="latitude of the capital"),
        Column(name="lon", dtype="float", unit="degrees", meaning="longitude of the capital"),
        Column(name="note", dtype="str", meaning="remark, empty where none"),
    ),
)
STATE_CODES = Table(
    name="state_codes",
    row="one code of another system that stood for a state in an interval",
    key=("system", "value", "state", "start"),
    absence="not_applicable",
    columns=(
        _STATE,
        Column(
            name="system",
            dtype="str",
            meaning="coding system",
            allowed=("iso3", "iso2", "m49", "cow", "gw"),
        ),
        Column(name="value", dtype="str", meaning="the code as text"),
        _START,
        _END,
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Tables of the package's own list; there is no other file to read.

    Raises
    ------
    SchemaMismatch
        A file other than the package's own was given: a second list of states beside the one that
        every name is looked up in would contradict it.
    """
    del rejects
    for path in paths:
        if path.name not in ("states.tsv", "codes.tsv"):
            raise SchemaMismatch(
                f"{path.name} cannot replace the list of states, which is part of the program",
                hint="multipolar source show states",
            )
    codes = sorted(known_codes())
    return {"states": _states([state_of(c) for c in codes]), "state_codes": _state_codes()}


def _states(states: Sequence[State]) -> pl.DataFrame:
    names = [c.name for c in STATES.columns if c.name != "state"]
    cells = {"state": [s.code for s in states]}
    cells |= {name: [getattr(s, name) for s in states] for name in names}
    schema = {"start": pl.Date, "end": pl.Date, "un_start": pl.Date, "un_end": pl.Date}
    return pl.DataFrame(cells, schema_overrides=schema, strict=False)


def _state_codes() -> pl.DataFrame:
    rows = [
        (s.code, system, str(s.value), s.start, s.end)
        for system in ("iso3", "iso2", "m49", "cow", "gw")
        for s in crosswalk(system)
    ]
    schema = {"state": pl.String, "system": pl.String, "value": pl.String}
    return pl.DataFrame(rows, schema={**schema, "start": pl.Date, "end": pl.Date}, orient="row")


SOURCE = Source(
    name="states",
    title="States, codes and succession since 1945",
    publisher="multipolar",
    homepage="",
    licence="Apache-2.0 (compilation of facts)",
    terms="Free to use.",
    citation="multipolar developers, states since 1945; codes after Correlates of War State System "
    "Membership v2016, Gleditsch and Ward (1999), ISO 3166 and UN M49.",
    coverage="1945 to today; 204 states, 5 of them former UN members, and 2 institutions",
    tables=(STATES, STATE_CODES),
    read=read,
    starter=("../../core/data/states.tsv", "../../core/data/codes.tsv"),
    as_of=date(2026, 11, 22),
    notes="Part of the program: it cannot be replaced by a file. EGY and SYR have a gap between "
    "start and end, the United Arab Republic.",
)
