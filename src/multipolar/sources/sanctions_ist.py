"""Sanctions with their day of beginning and end: International Sanctions Termination (IST)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import ROW, read_table, require_columns
from multipolar.sources._sanction_rows import (
    BODY_NUMBERS,
    Case,
    StateNumbers,
    expand,
    finished,
)
from multipolar.sources._stream_tables import SANCTION_KINDS, SANCTIONS

_COLUMNS = (
    "caseid",
    "sender",
    "target",
    "startdate",
    "terdate",
    "ongoing",
    "measures",
    "goals",
    "outcome",
)
# The measures whose meaning the names leave no doubt about; the others stay text.
_KINDS = {"arms": ("AE",), "financial": ("FS", "AF"), "travel": ("TB",)}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``IST-dataset.csv`` and expand it to pairs of states.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``caseid, sender, target`` (Correlates of War numbers; 1830 and 1653 the EU, 4400
        the United Nations), ``startdate, terdate`` (DD.MM.YYYY), ``ongoing`` and the texts
        ``measures, goals, outcome``.
    rejects : Rejects
        Receives organisations whose members are not recorded, numbers nobody held and bad dates.

    Returns
    -------
    mapping
        ``sanctions``.
    """
    frames = [_rows(path, rejects) for path in paths]
    return {"sanctions": drop_repeated(pl.concat(frames), rejects, SANCTIONS.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    require_columns(raw, _COLUMNS, path.name, source="sanctions_ist")
    rows = raw.select(ROW, *_COLUMNS)
    for name in ("startdate", "terdate"):
        day = pl.col(name).str.to_date("%d.%m.%Y", strict=False)
        odd = day.is_null() & (pl.col(name).is_not_null() | pl.lit(name == "startdate"))
        rows = reject_where(rows, odd, name, path.name, rejects, "not a date written DD.MM.YYYY")
        rows = rows.with_columns(day.alias(name))
    unended = pl.col("terdate").is_null() & (pl.col("ongoing") == "0")
    rows = reject_where(rows, unended, "terdate", path.name, rejects, "ended, but no day is given")
    backwards = pl.col("terdate") <= pl.col("startdate")
    rows = reject_where(rows, backwards, "terdate", path.name, rejects, "ends before it begins")
    cases = [_case(row, path.name) for row in rows.iter_rows(named=True)]
    pairs = expand(cases, rejects, StateNumbers(), ("sender", "target"))
    return finished(_described(rows), pairs, path.name)


def _case(row: dict[str, object], file: str) -> Case:
    start, end = row["startdate"], row["terdate"]
    if not isinstance(start, date) or not isinstance(end, date | None):
        raise TypeError(row)
    senders = tuple(p.strip() for p in str(row["sender"]).split(","))
    return Case(
        row=int(str(row[ROW])),
        file=file,
        senders=tuple(dict.fromkeys(BODY_NUMBERS.get(s, s) for s in senders)),
        targets=tuple(p.strip() for p in str(row["target"]).split(",")),
        start=start,
        end=end,
    )


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    codes = (
        pl.col("measures").fill_null("").str.split(",").list.eval(pl.element().str.strip_chars())
    )
    return rows.select(
        ROW,
        pl.col("caseid").alias("case"),
        *(_kind(codes, kind) for kind in SANCTION_KINDS),
        pl.col("measures").fill_null("").alias("kinds_text"),
        pl.col("goals").fill_null("").alias("objective"),
        pl.col("outcome").fill_null("").alias("success"),
        pl.col("sender").alias("sender_text"),
        pl.col("target").alias("target_text"),
        pl.lit("sanctions_ist").alias("source"),
    )


def _kind(codes: pl.Expr, kind: str) -> pl.Expr:
    if kind not in _KINDS:
        return pl.lit(None, pl.Boolean).alias(kind)
    return pl.any_horizontal(codes.list.contains(code) for code in _KINDS[kind]).alias(kind)


SOURCE = Source(
    name="sanctions_ist",
    title="Sanctions of the EU, the United Nations and the United States, to the day",
    publisher="Attia and Grauvogel, German Institute for Global and Area Studies",
    homepage="https://github.com/jellyrosp/sanctions-termination-dataset",
    licence="MIT (the public copy)",
    terms="Free to use with the licence notice; cite the data set.",
    citation="Attia and Grauvogel (2023), International Sanctions Termination, 1990-2018: "
    "Introducing the IST dataset, Journal of Peace Research 60(4).",
    coverage="1948-2018, to the day; senders are the EU, the United Nations, the United States and "
    "regional organisations only",
    tables=(SANCTIONS,),
    read=read,
    starter=("sanctions_ist.parquet",),
    as_of=date(2018, 12, 31),
    breaks=("Ends in 2018: nothing about the sanctions on Russia from 2022.",),
    notes="Built by its authors on EUSANCT, TIES and HSE. Sanctions of other senders are not in "
    "it, so a pair without a row is a zero only where the sender is the United States, a member "
    "of the EU or the United Nations. The EU stands for its members of the time. Organisations "
    "other than the EU and the United Nations are refused by number. The codes AE, FS, AF and TB "
    "are read as arms, financial and travel; the rest of the measures is kept as text.",
)
