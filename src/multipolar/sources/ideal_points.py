"""Published ideal points of Bailey, Strezhnev & Voeten, every release kept apart.

A release moves past values, so rows carry their vintage (the name of the file) and the sample of
votes; a vintage replaces nothing but itself. The files are Latin-1: read as UTF-8 they fail or
garble four names. The authors' table of bridged roll calls, ``Matches.csv``, is read too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, File, Frames, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._cow import with_states
from multipolar.sources._read import ROW, as_text, csv_frame, read_table, read_text

_SCALE = "standard deviations over all state-sessions of the release; high: the side of the USA"
_QUANTILES = (5, 10, 50, 90, 95)
_FIRST_SESSION_YEAR = 1945
# The seat of China before 25 October 1971 is 713 there and CHN in this project, as in UN records.
_REPUBLIC_OF_CHINA, _CHINA = 713, 710
# Ukraine and Belarus voted as members long before they held their Correlates of War numbers.
_SEATED_BEFORE_NUMBERED = (369, 370)
_NUMBERED = 1992


def _position(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(
        name=name, dtype="float", unit="sd", meaning=f"{meaning}, in {_SCALE}", nullable=nullable
    )


PUBLISHED = Table(
    name="ideal_points_published",
    row="one release, sample of votes, state and session (or calendar year)",
    key=("vintage", "sample", "state", "period"),
    absence="not_applicable",
    columns=(
        Column(name="vintage", dtype="str", meaning="file the row comes from; never mix two"),
        Column(name="sample", dtype="str", meaning="votes used: all, fp (final passage), legacy, "
               "important, humanrights and others, as the publisher names them"),
        Column(name="state", dtype="str", meaning="state code at the time"),
        Column(name="period_kind", dtype="str", meaning="what period counts",
               allowed=("session", "year")),
        Column(name="period", dtype="int16", meaning="session of the Assembly or calendar year"),
        _position("mean", "posterior mean"),
        *(_position(f"q{q:02d}", f"{q} % quantile", nullable=True) for q in _QUANTILES),
        Column(name="n_votes", dtype="int16", unit="votes", meaning="votes used", nullable=True),
    ),
)  # fmt: skip

MATCHES = Table(
    name="bridged_rollcalls",
    row="one pair of roll calls with the same content in different sessions",
    key=("rcid1", "rcid2"),
    absence="unknown",
    columns=(
        Column(name="rcid1", dtype="int32", meaning="roll call of the compilation, the earlier"),
        Column(name="rcid2", dtype="int32", meaning="roll call treated as the same item"),
    ),
)


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return the releases, one block per file and sample, and the pairs of bridged roll calls.

    Raises
    ------
    SchemaMismatch
        A file is neither a release (``ccode`` and a column ``IdealPoint...``) nor a table of pairs
        (``rcid1``, ``rcid2``).
    """
    blocks, pairs = [], []
    for path in paths:
        table = _open(path)
        if {"rcid1", "rcid2"} <= set(table.columns):
            pairs.append(table.select(pl.col("rcid1", "rcid2").cast(pl.Int32)).unique())
        else:
            blocks.extend(_release(table, path, rejects))
    return {
        "ideal_points_published": pl.concat(blocks) if blocks else _empty(PUBLISHED),
        "bridged_rollcalls": pl.concat(pairs).sort("rcid2", "rcid1") if pairs else _empty(MATCHES),
    }


def _open(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return read_table(path)
    text = read_text(path, "latin-1")
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    return as_text(csv_frame(text, path.name, separator))


def _empty(table: Table) -> pl.DataFrame:
    types = {"str": pl.String, "int16": pl.Int16, "int32": pl.Int32, "float": pl.Float64}
    return pl.DataFrame(schema={c.name: types[c.dtype] for c in table.columns})


def _release(table: pl.DataFrame, path: Path, rejects: Rejects) -> list[pl.DataFrame]:
    columns = {c.casefold(): c for c in table.columns}
    samples = [m[1] for c in columns if (m := re.fullmatch(r"idealpoint([a-z]*)", c))]
    kind = "session" if "session" in columns else "year"
    if "ccode" not in columns or kind not in columns or not samples:
        raise SchemaMismatch(
            f"{path.name} has no ccode, session (or year) and IdealPoint columns",
            hint="a release of the ideal points, or Matches.csv with rcid1 and rcid2",
        )
    keyed = table.with_columns(
        ccode=pl.col(columns["ccode"]).cast(pl.Float64, strict=False).cast(pl.Int32),
        period=pl.col(columns[kind]).cast(pl.Float64, strict=False).cast(pl.Int16),
    )
    for row in keyed.filter(pl.col("ccode").is_null() | pl.col("period").is_null())[ROW]:
        rejects.add(file=path.name, row=row, column="ccode", value="", reason="no state or period")
    keyed = keyed.drop_nulls(["ccode", "period"]).with_columns(
        ccode=pl.col("ccode").replace(_REPUBLIC_OF_CHINA, _CHINA),
        at=pl.col("period").cast(pl.Int32) + (_FIRST_SESSION_YEAR if kind == "session" else 0),
    )
    early = pl.col("ccode").is_in(_SEATED_BEFORE_NUMBERED)
    keyed = keyed.with_columns(at=pl.when(early).then(pl.col("at").clip(_NUMBERED)).otherwise("at"))
    placed = _one_row_each(
        with_states(keyed, {"ccode": "state"}, "at", path.name, rejects), path.name, rejects
    )
    vintage = path.name.split(".")[0]
    return [_sample(placed, columns, s, vintage, kind) for s in samples]


def _one_row_each(placed: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """First row of a state and period, the others rejected: two numbers can mean one seat."""
    first = pl.struct("state", "period").is_first_distinct()
    for row in placed.filter(~first).iter_rows(named=True):
        reason = f"{row['state']} has another row for {row['period']} (1 rows left out)"
        rejects.add(file=file, row=row[ROW], column="ccode", value=row["ccode"], reason=reason)
    return placed.filter(first)


def _sample(
    placed: pl.DataFrame, columns: dict[str, str], sample: str, vintage: str, kind: str
) -> pl.DataFrame:
    def number(*names: str) -> pl.Expr:
        found = next((columns[n] for n in names if n in columns), None)
        if found is None:
            return pl.lit(None, pl.Float64)
        return pl.col(found).cast(pl.Float64, strict=False)

    quantiles = {
        f"q{q:02d}": number(f"q{q}%{sample}", f"q{q}{sample}", f"q{q}%", f"q{q}_{sample}")
        for q in _QUANTILES
    }
    known = sample or next(
        (
            s
            for s in ("important", "humanrights", "middleeast", "nuclear")
            if s in vintage.casefold()
        ),
        "all",
    )
    return (
        placed.select(
            vintage=pl.lit(vintage),
            sample=pl.lit(known),
            state="state",
            period_kind=pl.lit(kind),
            period="period",
            mean=number(f"idealpoint{sample}"),
            **quantiles,
            n_votes=number(f"nvotes{sample}", "nvotes", "nvotesall").cast(pl.Int16),
        )
        .drop_nulls("mean")
        .sort("state", "period")
    )


_DATAVERSE = "https://dataverse.harvard.edu/api/access/datafile"

SOURCE = Source(
    name="ideal_points",
    title="United Nations General Assembly ideal points (Bailey, Strezhnev & Voeten)",
    publisher="Erik Voeten, Georgetown University; Harvard Dataverse",
    homepage="https://doi.org/10.7910/DVN/LEJUQZ",
    licence="April 2020 files: MIT (the authors' repository); later releases: see Dataverse",
    terms="cite the article and the data set with its version",
    citation="Bailey, M. A., Strezhnev, A. & Voeten, E. (2017). Estimating Dynamic State "
    "Preferences from United Nations Voting Data. Journal of Conflict Resolution 61(2), 430-456; "
    "data: doi:10.7910/DVN/LEJUQZ",
    coverage="States with a vote, sessions 1-74 (April 2020) or 1946-2025 (later), by release",
    tables=(PUBLISHED, MATCHES),
    files=(
        File(url=f"{_DATAVERSE}/14098429", name="IdealpointestimatesFP_2026FP.csv"),
        File(url=f"{_DATAVERSE}/10295878", name="IdealpointestimatesAll_Jun2024.csv"),
    ),
    read=read,
    breaks=(
        "Every release re-estimates all years: values of two vintages are not comparable.",
        "Releases to 2024 count sessions (session 74 is autumn 2019), later ones calendar years.",
        "The Soviet Union and Russia are one state (365) there; here the code is that of the time.",
    ),
    notes="Files are Latin-1. Download addresses are those other projects' scripts use.",
)
