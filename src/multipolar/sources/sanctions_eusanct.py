"""Sanctions of the EU, the United Nations and the United States 1989-2015: EUSANCT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.core.errors import BadOption
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._names import Vocabulary
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._sanction_rows import Case, expand, finished
from multipolar.sources._stream_tables import SANCTION_KINDS, SANCTIONS

LAST_YEAR = 2015
_ACTORS = {"EU": "EU", "US": "United States", "UN": "UN"}
_CASE = (
    "caseid",
    "targetstate_name",
    *(f"imposition{a}" for a in _ACTORS),
    *(f"imposition{a}_year" for a in _ACTORS),
    *(f"endyear{a}" for a in _ACTORS),
)
_DYAD = ("sender", "cname", "year", "sanction_dyad")
_SHAPES = {"dyads": _DYAD, "cases": _CASE}
# The most intense measure of a case, by its cost to the target: it occurs; others may too.
_MEASURES = {
    "1": ("visa ban", "travel"),
    "2": ("targeted financial sanctions", "financial"),
    "3": ("arms embargo", "arms"),
    "4": ("aid sanctions", "other"),
    "5": ("trade sanctions", "trade"),
    "6": ("economic embargo", "trade"),
}
_SUCCESS = {"1": "concession or settlement after imposition", "0": "none"}
NAMES = Vocabulary(
    aliases={
        "Burma/Myanmar": "MMR",
        "Congo, DR": "COD",
        "Congo-Kinshasa": "COD",
        "Congo": "COG",
        "Congo-Brazzaville": "COG",
        "USSR": "SUN",
        "FR Yugoslavia": "YUG",
        "Yugoslavia (Serbia and Montenegro)": ((1992, 2002, "YUG"), (2003, 2006, "SCG")),
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
        "Serbia and Montenegro": ((1992, 2002, "YUG"), (2003, 2006, "SCG")),
    }
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``EUSANCT_Dataset_Case-level.xls`` or ``EUSANCT_Dataset_Dyadic.xls``.

    Parameters
    ----------
    paths : sequence of Path
        Cases, with ``caseid, targetstate_name`` and for each of EU, US and UN ``impositionEU`` (0
        or 1), ``impositionEU_year`` and ``endyearEU``, optionally ``impositionEU_target`` (the
        most intense measure, 1 to 6); or yearly pairs, with ``sender`` (EU, US, UN), ``cname``,
        ``year`` and ``sanction_dyad`` (0 or 1). Not both: they tell the same sanctions.
    rejects : Rejects
        Receives names that were no state then, and years that are none.

    Returns
    -------
    mapping
        ``sanctions``; years that follow each other are one spell.

    Raises
    ------
    BadOption
        Files of both shapes are given together.
    """
    raws = {path: read_table(path) for path in paths}
    shapes = {
        path: first_matching(raw, _SHAPES, path.name, source="sanctions_eusanct")
        for path, raw in raws.items()
    }
    if len(set(shapes.values())) > 1:
        raise BadOption(
            "the case-level and the dyadic file tell the same sanctions twice",
            hint="multipolar source add sanctions_eusanct EUSANCT_Dataset_Case-level.xls",
        )
    readers = {"cases": _cases, "dyads": _dyads}
    frames = [readers[shapes[path]](raw, path.name, rejects) for path, raw in raws.items()]
    return {"sanctions": drop_repeated(pl.concat(frames), rejects, SANCTIONS.key)}


def _whole(column: str) -> pl.Expr:
    """Text of a whole number, as a workbook writes it; empty where the publisher has none."""
    text = pl.col(column).str.replace(r"\.0+$", "")
    return pl.when(~text.is_in(["NA", "."])).then(text).alias(column)


def _cases(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    optional = [f"imposition{a}_target" for a in _ACTORS] + ["success", "sanctions_success"]
    rows = raw.select(
        ROW,
        "targetstate_name",
        *(_whole(c) for c in _CASE if c != "targetstate_name"),
        *(_whole(c) if c in raw.columns else pl.lit(None, pl.String).alias(c) for c in optional),
    )
    for actor in _ACTORS:
        name = f"imposition{actor}"
        odd = ~pl.col(name).is_in(["0", "1"]) & pl.col(name).is_not_null()
        rows = reject_where(rows, odd, name, file, rejects, "expected 0 or 1")
    parts = [
        _by_actor(actor, rows.filter(pl.col(f"imposition{actor}") == "1"), file, rejects)
        for actor in _ACTORS
    ]
    return pl.concat(parts)


def _by_actor(actor: str, rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    cases = [c for row in rows.iter_rows(named=True) for c in _case(actor, row, file, rejects)]
    columns = (f"imposition{actor}", "targetstate_name")
    pairs = expand(cases, rejects, NAMES, columns)
    measure = pl.col(f"imposition{actor}_target")
    told = rows.select(
        ROW,
        (pl.col("caseid") + f"-{actor}").alias("case"),
        *(_kind(measure, kind) for kind in SANCTION_KINDS),
        measure.replace_strict({k: v[0] for k, v in _MEASURES.items()}, default="").alias(
            "kinds_text"
        ),
        pl.lit("").alias("objective"),
        pl.coalesce("sanctions_success", "success")
        .replace_strict(_SUCCESS, default="")
        .alias("success"),
        pl.lit(actor).alias("sender_text"),
        pl.col("targetstate_name").alias("target_text"),
        pl.lit("sanctions_eusanct").alias("source"),
    )
    return finished(told, pairs, file)


def _kind(measure: pl.Expr, kind: str) -> pl.Expr:
    """True for the most intense measure; the others are not coded."""
    codes = [code for code, (_, k) in _MEASURES.items() if k == kind]
    return pl.when(measure.is_in(codes)).then(statement=True).alias(kind)


def _case(actor: str, row: dict[str, Any], file: str, rejects: Rejects) -> Iterator[Case]:
    begun, over = row[f"imposition{actor}_year"], row[f"endyear{actor}"]
    for name, text in ((f"imposition{actor}_year", begun), (f"endyear{actor}", over or "0")):
        if text is None or not text.isdigit():
            reason = "not a year" if text else "imposed, but no year is given"
            rejects.add(file=file, row=row[ROW], column=name, value=text or "", reason=reason)
            return
    if over and int(over) < int(begun):
        reason = "ends before it begins"
        rejects.add(file=file, row=row[ROW], column=f"endyear{actor}", value=over, reason=reason)
        return
    yield Case(
        row=int(row[ROW]),
        file=file,
        senders=(_ACTORS[actor],),
        targets=(row["targetstate_name"] or "",),
        start=date(int(begun), 1, 1),
        end=date(int(over) + 1, 1, 1) if over else None,
    )


def _dyads(raw: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Years of one sender and target that follow each other become one spell."""
    rows = raw.select(ROW, "sender", "cname", _whole("year"), _whole("sanction_dyad"))
    known = pl.col("sender").is_in(list(_ACTORS))
    expected = "expected EU, US or UN"
    rows = reject_where(rows, ~known.fill_null(value=False), "sender", file, rejects, expected)
    years = pl.col("year").cast(pl.Int16, strict=False)
    rows = reject_where(rows, years.is_null(), "year", file, rejects, "not a year")
    odd = ~pl.col("sanction_dyad").is_in(["0", "1"]).fill_null(value=False)
    rows = reject_where(rows, odd, "sanction_dyad", file, rejects, "expected 0 or 1")
    keys = ["sender", "cname"]
    # A pair may be listed once for each of its cases.
    inside = rows.filter(pl.col("sanction_dyad") == "1").with_columns(years)
    inside = inside.sort(*keys, "year").unique([*keys, "year"], keep="first", maintain_order=True)
    gap = (pl.col("year").diff().over(keys) != 1).fill_null(value=True)
    spells = (
        inside.with_columns(gap.cum_sum().alias("spell"))
        .group_by("spell", *keys, maintain_order=True)
        .agg(pl.col(ROW).first(), pl.col("year").min().alias("first"), pl.col("year").max())
    )
    cases = [
        Case(
            row=int(row[ROW]),
            file=file,
            senders=(_ACTORS[row["sender"]],),
            targets=(row["cname"] or "",),
            start=date(row["first"], 1, 1),
            end=None if row["year"] >= LAST_YEAR else date(row["year"] + 1, 1, 1),
        )
        for row in spells.iter_rows(named=True)
    ]
    pairs = expand(cases, rejects, NAMES, ("sender", "cname"))
    return finished(_told(spells), pairs, file)


def _told(spells: pl.DataFrame) -> pl.DataFrame:
    case = pl.format("{}-{}-{}", "sender", pl.col("cname").fill_null(""), "first")
    return spells.select(
        ROW,
        case.alias("case"),
        *(pl.lit(None, pl.Boolean).alias(kind) for kind in SANCTION_KINDS),
        *(pl.lit("").alias(c) for c in ("kinds_text", "objective", "success")),
        pl.col("sender").alias("sender_text"),
        pl.col("cname").fill_null("").alias("target_text"),
        pl.lit("sanctions_eusanct").alias("source"),
    )


SOURCE = Source(
    name="sanctions_eusanct",
    title="Sanctions of the EU, the United Nations and the United States",
    publisher="Weber and Schneider, University of Konstanz",
    homepage="https://www.polver.uni-konstanz.de/gschneider/research/archive/eusanct/",
    licence="none stated; the publisher asks to be cited",
    terms="Cite the data set. The page gives links that expire, so it cannot be fetched: download "
    "the file there and add it. Nothing of it is shipped: no licence to pass it on was found.",
    citation="Weber and Schneider (2022), Post-Cold War sanctioning by the EU, the UN, and the US: "
    "Introducing the EUSANCT Dataset, Conflict Management and Peace Science 39(1):97-114.",
    coverage="sanctions in force 1989-2015, by year; senders are the EU, the United Nations and "
    "the United States only",
    tables=(SANCTIONS,),
    read=read,
    as_of=date(LAST_YEAR, 12, 31),
    breaks=("Ends in 2015: nothing about the sanctions on Russia from 2022.",),
    notes="Years only: a case starts on 1 January and ends with a year; one without an end was in "
    "force at the end of 2015. The EU stands for its members of the time, the United Nations for "
    "itself (XUN). Only the most intense measure of a case is coded, so one kind is known to occur "
    "and the others are not coded; the dyadic file has no kinds. Threats are not read.",
)
