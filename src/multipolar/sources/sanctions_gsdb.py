"""Sanctions between states 1949-2023: Global Sanctions Data Base, release 4, case level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import drop_repeated, reject_where
from multipolar.sources._names import Vocabulary
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, read_table, require_columns
from multipolar.sources._sanction_rows import Case, expand, finished
from multipolar.sources._stream_tables import SANCTION_KINDS, SANCTIONS

LAST_YEAR = 2023  # of release 4; an end in it with an outcome still "ongoing" is open
_COLUMNS = (
    "case_id",
    "sanctioned_state",
    "sanctioning_state",
    "begin",
    "end",
    *SANCTION_KINDS,
    "objective",
    "success",
)
# The lists are separated by commas, and so are the parts of some names: "Korea, North".
_SECOND_PARTS = frozenset(
    {"North", "South", "Arab Rep.", "Democratic Republic of the", "The", "Republic of the"}
)


def _refused(text: str) -> str | None:
    return _GROUPS.get(text) or ("a group of people" if text.startswith("Terrorist") else None)


_NO_MEMBERS = "a body or region whose members over time this record does not hold"
_GROUPS = dict.fromkeys(
    (
        "African Union",
        "League of Arab States",
        "ECOWAS",
        "Commonwealth",
        "Organization of American States",
        "Organisation of African Unity",
        "CoCom",
        "ChinCom",
        "CSCE",
        "OSCE",
        "OAPEC",
        "Organization of Eastern Carribean States",
        "Paris Agreement Signatories",
        "NAFTA",
        "Pacific Islands Forum",
        "SADC",
        "MERCOSUR",
        "UNASUR",
        "OIC",
        "Kimberly Process Participants",
        "Comecon",
        "Western countries",
        "Balkans",
        "Cyprus (Northern)",
        "ICC Rome Statute Signatories",
    ),
    _NO_MEMBERS,
)
NAMES = Vocabulary(
    aliases={
        "Korea, North": "PRK",
        "Korea, South": "KOR",
        "Egypt, Arab Rep.": ((1958, 1970, "UAR"), (1945, 2100, "EGY")),
        "Egypt": ((1958, 1970, "UAR"), (1945, 2100, "EGY")),
        "Congo, Democratic Republic of the": "COD",
        "Congo, Republic of the": "COG",
        "Gambia, The": "GMB",
        "Bahamas, The": "BHS",
        "Ethiopia (excludes Eritrea)": "ETH",
        "Serbia": ((1992, 2002, "YUG"), (2003, 2005, "SCG"), (2006, 2100, "SRB")),
        "South Vietnam": "RVN",
        "Kosovo": "XKX",
        "Palestine": "PSE",
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read ``GSDB_V4.csv`` and expand its cases to dated pairs of states.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``case_id, sanctioned_state, sanctioning_state, begin, end``, the six kinds as 0
        or 1, ``objective`` and ``success``.
    rejects : Rejects
        Receives every name in a list that is no state then, one by one; the other pairs of the
        case stay.

    Returns
    -------
    mapping
        ``sanctions``, both texts kept beside every pair.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = drop_repeated(pl.concat(frames), rejects, SANCTIONS.key)
    return {"sanctions": found}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    require_columns(raw, _COLUMNS, path.name, source="sanctions_gsdb")
    types = {"begin": pl.Int16, "end": pl.Int16} | dict.fromkeys(SANCTION_KINDS, pl.Int8)
    optional = [c for c in ("descr_trade",) if c in raw.columns]
    rows = with_numbers(raw.select(ROW, *_COLUMNS, *optional), types, path.name, rejects)
    backwards = pl.col("end") < pl.col("begin")
    rows = reject_where(rows, backwards, "end", path.name, rejects, "ends before it begins")
    for kind in SANCTION_KINDS:
        odd = ~pl.col(kind).is_in([0, 1])
        rows = reject_where(rows, odd, kind, path.name, rejects, "expected 0 or 1")
    pairs = expand(
        [_case(row, path.name) for row in rows.iter_rows(named=True)],
        rejects,
        NAMES,
        ("sanctioning_state", "sanctioned_state"),
    )
    return finished(_described(rows, optional), pairs, path.name)


def _case(row: dict[str, object], file: str) -> Case:
    begin, end = int(str(row["begin"])), int(str(row["end"]))
    is_open = end >= LAST_YEAR and "ongoing" in str(row["success"])
    return Case(
        row=int(str(row[ROW])),
        file=file,
        senders=split_names(str(row["sanctioning_state"] or "")),
        targets=split_names(str(row["sanctioned_state"] or "")),
        start=date(begin, 1, 1),
        end=None if is_open else date(end + 1, 1, 1),
    )


def split_names(text: str) -> tuple[str, ...]:
    """Names of a list, in its order, each once.

    Examples
    --------
    >>> split_names("Korea, North, Iran, Congo, Democratic Republic of the")
    ('Korea, North', 'Iran', 'Congo, Democratic Republic of the')
    """
    found: list[str] = []
    for part in (p.strip() for p in text.split(",")):
        if part in _SECOND_PARTS and found:
            found[-1] = f"{found[-1]}, {part}"
        elif part:
            found.append(part)
    return tuple(dict.fromkeys(found))


def _described(rows: pl.DataFrame, optional: list[str]) -> pl.DataFrame:
    trade = pl.col(*optional).fill_null("") if optional else pl.lit("")
    return rows.select(
        ROW,
        pl.col("case_id").alias("case"),
        *(pl.col(kind).cast(pl.Boolean) for kind in SANCTION_KINDS),
        trade.alias("kinds_text"),
        pl.col("objective").fill_null(""),
        pl.col("success").fill_null(""),
        pl.col("sanctioning_state").alias("sender_text"),
        pl.col("sanctioned_state").alias("target_text"),
        pl.lit("sanctions_gsdb").alias("source"),
    )


SOURCE = Source(
    name="sanctions_gsdb",
    title="Sanctions between states",
    publisher="Global Sanctions Data Base, Drexel University and others",
    homepage="https://www.globalsanctionsdatabase.com",
    licence="none stated with the public copy; the publisher asks to be cited",
    terms="Ask the publisher for the data and cite it. Nothing of it is shipped with this package, "
    "because no licence to pass it on was found.",
    citation="Felbermayr, Kirilakha, Syropoulos, Yalcin and Yotov (2020), The Global Sanctions "
    "Data Base, European Economic Review 129:103561; Yalcin, Felbermayr, Kariem, Kirilakha, Kwon, "
    "Syropoulos and Yotov (2024), release 4.",
    coverage="1949-2023, by year",
    tables=(SANCTIONS,),
    read=read,
    as_of=date(2023, 12, 31),
    breaks=(
        "Ends in 2023: cases without an outcome then are open, not known to last.",
        "2022: the number of senders of one case jumps with lists of allies of the EU.",
    ),
    notes="Years only: a case starts on 1 January and ends with a year. 'EU', 'G7' and 'NATO' "
    "stand for their members of the time, the United Nations for itself (XUN). A row that lists "
    "several senders and several targets gives pairs that need not have been meant: paired is "
    "both_lists. A 1 says that a kind occurs, nothing about its weight.",
)
