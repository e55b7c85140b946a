"""Checks that every trade file passes: units, aggregates, statistical codes, repeated rows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import CheckFailed, UnknownName
from multipolar.core.states import from_code
from multipolar.sources._curated import reject_odd_years
from multipolar.sources._read import ROW
from multipolar.sources._stream_tables import TRADE

# The largest flow of goods between two states in one year is about 0.6e12 US$ (Chinese exports to
# the United States); a flow above this is in another unit, thousands or millions taken for ones.
LARGEST_FLOW = 2e12
# A file of many partners whose largest flow is below this (US$) has been divided by a million.
SMALLEST_MAXIMUM = 2e6
_MANY_ROWS = 100

# Comtrade and BACI number some states differently from M49, and a few numbers are no state.
OWN_NUMBERS = {
    "251": "FRA",
    "280": "DEU",
    "380": "ITA",
    "381": "ITA",
    "490": "TWN",
    "579": "NOR",
    "699": "IND",
    "736": "SDN",
    "757": "CHE",
    "810": "SUN",
    "842": "USA",
    "890": "YUG",
    "891": "SCG",
}
_NO_STATE = {
    "0": "the world, an aggregate of states",
    "58": "Belgium and Luxembourg together",
    "97": "the European Union, an aggregate of states",
    "344": "Hong Kong, a territory, not a state of this record",
    "446": "Macao, a territory, not a state of this record",
    "711": "the Southern African Customs Union, an aggregate of states",
    "899": "areas not elsewhere specified",
}


def numbered_state(number: str, year: int) -> str:
    """State for which a statistical number of Comtrade or BACI stands in a year.

    Examples
    --------
    >>> numbered_state("842", 2020), numbered_state("490", 2020), numbered_state("643", 2020)
    ('USA', 'TWN', 'RUS')
    """
    plain = str(number).lstrip("0") or "0"
    if plain in _NO_STATE:
        raise UnknownName(_NO_STATE[plain])
    if plain in OWN_NUMBERS:
        return OWN_NUMBERS[plain]
    return from_code(plain.zfill(3), "m49", year)


def with_numbered_states(
    rows: pl.DataFrame, columns: dict[str, str], year: str, file: str, rejects: Rejects
) -> pl.DataFrame:
    """Add state columns for statistical numbers; see :func:`numbered_state`.

    One entry per number and reason goes to the rejects, with the number of rows left out.
    """
    rows = reject_odd_years(rows, year, file, rejects)
    for name, state in columns.items():
        pairs = rows.group_by(name, year).agg(pl.len()).sort(name, year)
        found: list[tuple[str, int, str]] = []
        lost: dict[tuple[str, str], int] = {}
        for number, when, count in pairs.iter_rows():
            try:
                found.append((number, when, numbered_state(number, when)))
            except UnknownName as error:
                key = (number, error.message)
                lost[key] = lost.get(key, 0) + count
        for (number, reason), count in lost.items():
            said = f"{reason} ({count} rows left out)"
            rejects.add(file=file, row=None, column=name, value=number, reason=said)
        held = pl.DataFrame(found, schema=[name, year, state], orient="row").with_columns(
            pl.col(year).cast(rows.schema[year]), pl.col(name).cast(pl.String)
        )
        rows = rows.join(held, on=[name, year], how="inner", maintain_order="left")
    return rows


def refuse_wrong_unit(rows: pl.DataFrame, value: str, file: str) -> None:
    """Raise :class:`CheckFailed` where the values cannot be current US$ or euros.

    Raises
    ------
    CheckFailed
        A flow between two states is larger than any on record, or all of many flows are tiny.
    """
    if rows.is_empty():
        return
    top = rows.sort(value, descending=True, nulls_last=True).row(0, named=True)
    largest = float(top[value] or 0)
    if largest > LARGEST_FLOW:
        raise CheckFailed(
            f"{file} row {top[ROW]}: a flow of {largest:.3g} is larger than any between two "
            f"states (about {LARGEST_FLOW:.0e}): the column is in another unit",
            hint="give values in the unit of the publisher's column; thousands are not ones",
        )
    if rows.height >= _MANY_ROWS and largest < SMALLEST_MAXIMUM:
        raise CheckFailed(
            f"{file}: the largest of {rows.height:,} flows is {largest:.3g}: the values are in "
            "millions or thousands, not in ones",
            hint="give values in the unit of the publisher's column",
        )


def count_left_out(
    rows: pl.DataFrame, bad: pl.Expr, column: str, file: str, rejects: Rejects, reason: str
) -> pl.DataFrame:
    """Leave rows out with one entry that counts them: for parts of totals, not for broken rows."""
    marked = rows.with_columns(bad.fill_null(value=False).alias("_bad"))
    out = marked.filter("_bad")
    if out.height:
        said = f"{reason} ({out.height:,} rows left out)"
        value = out[column][0]
        rejects.add(file=file, row=int(out[ROW][0]), column=column, value=value, reason=said)
    return marked.filter(~pl.col("_bad")).drop("_bad")


def once(
    frames: Sequence[pl.DataFrame], rejects: Rejects, key: Sequence[str] = TRADE.key
) -> pl.DataFrame:
    """First row of every key over all files; how many were left out is one entry."""
    rows = pl.concat(frames)
    rows = rows.with_columns((~pl.struct(list(key)).is_first_distinct()).alias("_again"))
    for file, group in rows.filter("_again").group_by("_file", maintain_order=True):
        reason = f"the key of an earlier row ({group.height:,} rows left out)"
        row = int(group[ROW][0])
        value = ", ".join(str(group[k][0]) for k in key)
        rejects.add(file=str(file[0]), row=row, column=", ".join(key), value=value, reason=reason)
    return rows.filter(~pl.col("_again")).drop("_again", ROW, "_file")
