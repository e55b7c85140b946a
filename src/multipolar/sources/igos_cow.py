"""Membership of intergovernmental organisations: Correlates of War IGO, version 3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import drop_repeated, reject_unknown_states, reject_where
from multipolar.sources._names import ordered_pair
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import IGO_MEMBERSHIPS, SHARED_IGOS

_STATUS = {1: "member", 2: "associate", 3: "observer", -9: "unknown"}
_RUNS = ("state", "igo", "first_year", "last_year", "status")
_DYADS = ("ccode1", "ccode2", "year", "dyadigos")
_STATES = ("ccode", "year", "state")
_SHAPES = {"runs": _RUNS, "dyads": _DYADS, "states": _STATES}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read the state-year file, counts of shared organisations, or runs of membership.

    Parameters
    ----------
    paths : sequence of Path
        ``state_year_format3`` (``ccode, year, state`` and one column per organisation: 1 member,
        2 associate, 3 observer, 0 none, -9 unknown, -1 one of the two was not there), dyads with
        ``ccode1, ccode2, year, dyadigos``, or this project's runs of years.
    rejects : Rejects
        Receives numbers nobody held and cells with another code.

    Returns
    -------
    mapping
        ``igo_memberships`` and ``shared_igos``, the latter counted from full memberships unless
        the publisher's counts are given.
    """
    memberships, counts = [], []
    for path in paths:
        raw = read_table(path)
        shape = first_matching(raw, _SHAPES, path.name, source="igos_cow")
        if shape == "dyads":
            counts.append(_counts(raw, path.name, rejects))
        else:
            reader = _from_runs if shape == "runs" else _from_states
            memberships.append(reader(raw, path.name, rejects))
    found: dict[str, pl.DataFrame] = {}
    if memberships:
        found["igo_memberships"] = drop_repeated(
            pl.concat(memberships), rejects, IGO_MEMBERSHIPS.key
        ).sort(IGO_MEMBERSHIPS.key)
    if counts:
        found["shared_igos"] = drop_repeated(pl.concat(counts), rejects, SHARED_IGOS.key)
    elif memberships:
        found["shared_igos"] = shared(found["igo_memberships"])
    return found


def shared(memberships: pl.DataFrame) -> pl.DataFrame:
    """Number of organisations of which both states of a pair are full members, every year.

    A pair of which one state has a row that year has a count, 0 included; no row means that the
    data set does not hold one of the two that year.
    """
    full = memberships.filter(pl.col("status") == "member")
    frames = [_shared_in(year[0], group) for year, group in full.group_by("year")]
    return pl.concat(frames).sort(SHARED_IGOS.key)


def _shared_in(year: object, rows: pl.DataFrame) -> pl.DataFrame:
    states = rows["state"].unique().sort()
    igos = rows["igo"].unique().sort()
    belongs = np.zeros((len(states), len(igos)), dtype=np.float32)
    belongs[states.search_sorted(rows["state"]), igos.search_sorted(rows["igo"])] = 1
    both = belongs @ belongs.T
    first, second = np.triu_indices(len(states), 1)
    return pl.DataFrame(
        {
            "state_a": states.gather(first),
            "state_b": states.gather(second),
            "year": pl.Series([year], dtype=pl.Int16).new_from_index(0, len(first)),
            "n": both[first, second].astype(np.int16),
        }
    )


def _from_states(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    igos = [c for c in raw.columns if c not in (ROW, *_STATES)]
    wide = with_numbers(
        raw.drop("state"), {"ccode": pl.Int16, "year": pl.Int16}, file, rejects
    ).filter(pl.col("year") >= RECORD_START.year)
    wide = with_states(wide, {"ccode": "state"}, "year", file, rejects)
    wide = wide.with_columns(pl.col(igos).cast(pl.Float32, strict=False).cast(pl.Int8))
    long = wide.unpivot(igos, index=[ROW, "state", "year"], variable_name="igo", value_name="code")
    long = long.filter(pl.col("code").is_not_null() & ~pl.col("code").is_in([0, -1]))
    known = pl.col("code").is_in(list(_STATUS))
    long = reject_where(long, ~known, "code", file, rejects, "expected -9, -1, 0, 1, 2 or 3")
    status = pl.col("code").replace_strict(_STATUS, default=None, return_dtype=pl.String)
    return long.select(
        ROW, pl.lit(file).alias("_file"), "state", "igo", "year", status.alias("status")
    )


def _from_runs(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    rows = reject_unknown_states(raw.select(ROW, *_RUNS), "state", file, rejects)
    rows = with_numbers(rows, dict.fromkeys(_RUNS[2:4], pl.Int16), file, rejects)
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    return (
        rows.with_columns(years)
        .explode("year")
        .select(ROW, pl.lit(file).alias("_file"), "state", "igo", "year", "status")
    )


def _counts(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    rows = with_numbers(raw.select(ROW, *_DYADS), dict.fromkeys(_DYADS, pl.Int16), file, rejects)
    rows = rows.filter(pl.col("year") >= RECORD_START.year)
    rows = reject_where(rows, pl.col("dyadigos") < 0, "dyadigos", file, rejects, "below 0")
    rows = with_states(rows, {"ccode1": "a", "ccode2": "b"}, "year", file, rejects)
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        *ordered_pair("a", "b"),
        "year",
        pl.col("dyadigos").alias("n"),
    )


SOURCE = Source(
    name="igos_cow",
    title="Membership of intergovernmental organisations",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/igos/",
    licence="free for research with citation (carried over from igoR, c9936ca)",
    terms="Cite the data set and its article.",
    citation="Pevehouse, Nordstrom, McManus and Jamison (2020), Tracking Organizations in the "
    "World: The Correlates of War IGO Version 3.0 datasets, Journal of Peace Research "
    "57(3):492-503, doi:10.1177/0022343319881175.",
    coverage="1945-2014",
    tables=(IGO_MEMBERSHIPS, SHARED_IGOS),
    read=read,
    starter=("igo_memberships.parquet",),
    as_of=date(2014, 12, 31),
    minimum_rows={"shared_igos": 1},
    breaks=(
        "Ends in 2014: no Eurasian Economic Union (2015), no withdrawal or suspension since.",
        "Before 1965 the publisher interpolates between censuses five years apart.",
    ),
    notes="An organisation here has three members or more and a permanent secretariat: the G7 and "
    "BRICS are none. Observers and associates are kept and not counted as shared. The counts are "
    "those of the publisher's dyad file in 95.6 per cent of pairs and years and at most three off "
    "in the others.",
)
