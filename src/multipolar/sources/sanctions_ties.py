"""Threats and sanctions 1945-2005: Threat and Imposition of Economic Sanctions, version 4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.declare import File, Rejects, Source
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._read import (
    ROW,
    as_text,
    csv_frame,
    read_table,
    read_text,
    require_columns,
)
from multipolar.sources._sanction_rows import (
    BODY_NUMBERS,
    UNITED_NATIONS,
    Case,
    StateNumbers,
    expand,
    finished,
)
from multipolar.sources._stream_tables import SANCTION_KINDS, SANCTION_THREATS, SANCTIONS

_SENDERS = ("sender1", "sender2", "sender3", "sender4", "sender5", "primarysender")
# Dates are three columns each; these are the words they begin with.
_DATES = {
    "start": "start",
    "imposed": "sancimpositionstart",
    "end": "end",
    "seen": "ongoingasof",
}
_COLUMNS = (
    "caseid",
    *(f"{word}{part}" for word in _DATES.values() for part in ("year", "month", "day")),
    *_SENDERS,
    "targetstate",
    "institutionid",
    "issue1",
    "issue2",
    "issue3",
    "threat",
    "sanctiontypethreat",
    "imposition",
    "sanctiontype",
    "finaloutcome",
)
# The publisher's corrections of September 2018 to version 4, by case and column.
_CORRECTIONS: dict[str, dict[str, str]] = {
    "1990999901": {"threat": "1"},
    "1983011301": {"imposition": "1"},
    "1973070501": {
        "startmonth": "1",
        "startday": "9",
        "sancimpositionstartmonth": "1",
        "sancimpositionstartday": "9",
        "finaloutcome": "8",
    },
    "2002041106": {"endyear": "2004"},
    "2002041103": {"targetstate": "490"},
}
TYPES = {
    "1": "total economic embargo",
    "2": "partial economic embargo",
    "3": "import restriction",
    "4": "export restriction",
    "5": "blockade",
    "6": "asset freeze",
    "7": "termination of foreign aid",
    "8": "travel ban",
    "9": "suspension of an economic agreement",
    "10": "other",
    "11": "not specified",
}
_KINDS = {
    "trade": ("1", "2", "3", "4", "5"),
    "financial": ("6",),
    "travel": ("8",),
    "other": ("7", "9", "10"),
}
_OUTCOMES = {
    "1": "partial acquiescence by the target to the threat",
    "2": "total acquiescence by the target to the threat",
    "3": "capitulation by the sender in the threat stage",
    "4": "stalemate in the threat stage",
    "5": "negotiated settlement in the threat stage",
    "6": "partial acquiescence by the target after imposition",
    "7": "total acquiescence by the target after imposition",
    "8": "capitulation by the sender after imposition",
    "9": "stalemate after imposition",
    "10": "negotiated settlement after imposition",
}
_ISSUES = {
    "1": "contain political influence",
    "2": "contain military behaviour",
    "3": "destabilise the regime",
    "4": "release citizens, property or material",
    "5": "territorial dispute",
    "6": "deny strategic material",
    "7": "alliance or alignment choice",
    "8": "human rights",
    "9": "weapons proliferation",
    "10": "support of non-state actors",
    "11": "drug trafficking",
    "12": "environmental policies",
    "13": "trade practices",
    "14": "economic reform",
    "15": "other",
}


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``TIESv4-1.xls``, or the same table as CSV (commas or semicolons).

    Parameters
    ----------
    paths : sequence of Path
        Files with the publisher's columns: ``caseid``, dates in three columns each, ``sender1`` to
        ``sender5``, ``primarysender`` and ``targetstate`` (Correlates of War numbers, 1000 the
        EU), ``institutionid``, ``threat`` and ``imposition`` (0 or 1), lists of types, ``issue1``
        to ``issue3`` and ``finaloutcome``. The publisher's own corrections are applied.
    rejects : Rejects
        Receives cases without a sender that is a state or a body with recorded members, numbers
        nobody held, dates that are none, and sanctions without an end or a day they were last seen.

    Returns
    -------
    mapping
        ``sanctions`` (what was imposed) and ``sanction_threats``.
    """
    imposed, threatened = [], []
    for path in paths:
        rows = _rows(path, rejects)
        imposed.append(_imposed(rows, path.name, rejects))
        threatened.append(_threatened(rows, path.name, rejects))
    return {
        "sanctions": drop_repeated(pl.concat(imposed), rejects, SANCTIONS.key),
        "sanction_threats": drop_repeated(pl.concat(threatened), rejects, SANCTION_THREATS.key),
    }


def _raw(path: Path) -> pl.DataFrame:
    if not path.name.endswith((".csv", ".csv.gz")):
        return read_table(path)
    text = read_text(path)
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    return as_text(csv_frame(text, path.name, separator))


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = _raw(path)
    require_columns(raw, _COLUMNS, path.name, source="sanctions_ties")
    # A workbook gives whole numbers as 1945 or as 1945.0.
    rows = raw.select(ROW, *(pl.col(c).str.replace(r"\.0+$", "") for c in _COLUMNS))
    for case, cells in _CORRECTIONS.items():
        mine = pl.col("caseid") == case
        rows = rows.with_columns(
            pl.when(mine).then(pl.lit(v)).otherwise(c).alias(c) for c, v in cells.items()
        )
    for name in ("threat", "imposition"):
        odd = ~pl.col(name).is_in(["0", "1"]).fill_null(value=False)
        rows = reject_where(rows, odd, name, path.name, rejects, "expected 0 or 1")
    return rows


def _imposed(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """What was imposed, from the day it was until it ended or was last seen in force."""
    mine = rows.filter(pl.col("imposition") == "1")
    cases: list[Case] = []
    for row in mine.iter_rows(named=True):
        start = _first_day(row, "imposed", file, rejects)
        end = _day_after(row, file, rejects)
        if start is None or end is None:
            continue
        if end <= start:
            _refuse(row, "endyear", row["endyear"], "ends before it begins", file, rejects)
            continue
        cases += _case(row, start, end, file, rejects)
    pairs = expand(cases, rejects, StateNumbers(), ("sender1", "targetstate"))
    return finished(_described(mine), pairs, file)


def _threatened(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    mine = rows.filter(pl.col("threat") == "1")
    cases: list[Case] = []
    for row in mine.iter_rows(named=True):
        start = _first_day(row, "start", file, rejects)
        if start is not None:
            cases += _case(row, start, start + timedelta(days=1), file, rejects)
    pairs = expand(cases, rejects, StateNumbers(), ("sender1", "targetstate"))
    told = _described(mine, types="sanctiontypethreat").with_columns(
        pl.Series("imposed", mine["imposition"] == "1")
    )
    joined = pairs.join(told.with_columns(pl.col(ROW).cast(pl.UInt32)), on=ROW, how="left")
    return joined.with_columns(pl.lit(file).alias("_file")).select(
        ROW, "_file", *(c.name for c in SANCTION_THREATS.columns)
    )


def _case(
    row: dict[str, Any], start: date, end: date, file: str, rejects: Rejects
) -> tuple[Case, ...]:
    """The case; none where nobody is named as its sender or target."""
    named = [row[s] for s in _SENDERS if row[s]]
    # Where no state leads, the body through which it is done acts for its members.
    bodies = [
        b for b in (row["institutionid"] or "").split() if b in (*BODY_NUMBERS, UNITED_NATIONS)
    ]
    senders = dict.fromkeys(BODY_NUMBERS.get(s, s) for s in named or bodies)
    target = row["targetstate"]
    for name, found in (("sender1", senders), ("targetstate", target)):
        if not found:
            _refuse(row, name, row["institutionid"] or "", "no state is named", file, rejects)
            return ()
    return (
        Case(
            row=int(row[ROW]),
            file=file,
            senders=tuple(senders),
            targets=(BODY_NUMBERS.get(target, target),),
            start=start,
            end=end,
        ),
    )


def _parts(row: dict[str, Any], kind: str) -> tuple[str, str, str]:
    word = _DATES[kind]
    return tuple(row[f"{word}{part}"] or "" for part in ("year", "month", "day"))  # type: ignore[return-value]


def _first_day(row: dict[str, Any], kind: str, file: str, rejects: Rejects) -> date | None:
    """Day of a date; the first of the month or year where the rest is not given."""
    year, month, day = _parts(row, kind)
    try:
        # A few years carry a remark: "1949, sometime before this date."
        return date(int(year[:4]), int(month or 0) or 1, int(day or 0) or 1)
    except ValueError:
        value, reason = (
            (f"{year}-{month}-{day}", "not a date") if year else ("", "no year is given")
        )
        _refuse(row, f"{_DATES[kind]}year", value, reason, file, rejects)
        return None


def _day_after(row: dict[str, Any], file: str, rejects: Rejects) -> date | None:
    """First day on which the sanctions are not known to be in force."""
    kind = "end" if row["endyear"] else "seen"
    year, month, day = _parts(row, kind)
    if not year:
        reason = "neither an end nor a day on which it was last seen in force"
        _refuse(row, "endyear", "", reason, file, rejects)
        return None
    try:
        if not month:
            return date(int(year) + 1, 1, 1)
        if not day:
            first = date(int(year), int(month), 1)
            return (first + timedelta(days=31)).replace(day=1)
        return date(int(year), int(month), int(day)) + timedelta(days=1)
    except ValueError:
        value = f"{year}-{month}-{day}"
        _refuse(row, f"{_DATES[kind]}year", value, "not a date", file, rejects)
        return None


def _refuse(
    row: dict[str, Any], column: str, value: str, reason: str, file: str, rejects: Rejects
) -> None:
    rejects.add(file=file, row=int(row[ROW]), column=column, value=value, reason=reason)


def _described(rows: pl.DataFrame, types: str = "sanctiontype") -> pl.DataFrame:
    codes = pl.col(types).fill_null("").str.extract_all(r"\d+")
    last_seen = pl.concat_str(
        pl.lit("not over when last seen in "), pl.col("ongoingasofyear"), ignore_nulls=False
    )
    outcome = pl.col("finaloutcome").replace_strict(_OUTCOMES, default=None)
    issues = [pl.col(f"issue{i}").replace_strict(_ISSUES, default=None) for i in (1, 2, 3)]
    named = [pl.col(s) for s in _SENDERS[:5]]
    return rows.select(
        ROW,
        pl.col("caseid").alias("case"),
        *(_kind(codes, kind) for kind in SANCTION_KINDS),
        codes.list.eval(pl.element().replace_strict(TYPES, default=pl.element()))
        .list.join(", ")
        .alias("kinds_text"),
        pl.concat_str(issues, separator=", ", ignore_nulls=True).alias("objective"),
        pl.coalesce(outcome, last_seen, pl.lit("")).alias("success"),
        pl.concat_str(named, separator=", ", ignore_nulls=True).alias("sender_text"),
        pl.col("targetstate").fill_null("").alias("target_text"),
        pl.lit("sanctions_ties").alias("source"),
    )


def _kind(codes: pl.Expr, kind: str) -> pl.Expr:
    """Whether a kind is among the types; unknown where none is given, or it is never coded."""
    if kind not in _KINDS:
        return pl.lit(None, pl.Boolean).alias(kind)
    there = pl.any_horizontal(codes.list.contains(code) for code in _KINDS[kind])
    return pl.when(codes.list.len() > 0).then(there).alias(kind)


SOURCE = Source(
    name="sanctions_ties",
    title="Threats and sanctions between states",
    publisher="Morgan, Bapat and Kobayashi, University of North Carolina",
    homepage="https://sanctions.web.unc.edu",
    licence="none stated; the publisher asks to be cited",
    terms="Cite the data set. Nothing of it is shipped: no licence to pass it on was found.",
    citation="Morgan, Bapat and Kobayashi (2014), Threat and imposition of economic sanctions "
    "1945-2005: Updating the TIES dataset, Conflict Management and Peace Science 31(5):541-558.",
    coverage="cases begun 1945-2005, to the day, followed to about 2013",
    tables=(SANCTIONS, SANCTION_THREATS),
    read=read,
    files=(
        File(
            url="https://sanctions.web.unc.edu/wp-content/uploads/sites/18834/2021/04/TIESv4-1.xls",
            name="TIESv4-1.xls",
        ),
    ),
    as_of=date(2005, 12, 31),
    breaks=("No case begun after 2005: nothing about the sanctions on Russia from 2014 and 2022.",),
    notes="Economic sanctions and trade disputes between friends alike; half of the cases are "
    "threats that were never carried out (table sanction_threats). Senders are at most five "
    "leading states; the EU stands for its members of the time. A case not over when the coders "
    "last saw it ends here with that day: what came after is not known. A day or month that is "
    "not given is the first of its month or year, for an end the last. Kinds are those of the "
    "users' manual: types 1-5 are trade, 6 financial, 8 travel, 7, 9 and 10 other; arms and "
    "military measures are not coded.",
)
