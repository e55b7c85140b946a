"""Votes as users bring them: columns, coding, doubles, and the period each vote falls in."""

from __future__ import annotations

from typing import Literal

import polars as pl

from multipolar.core.errors import BadOption, SchemaMismatch, UnknownName

Period = Literal["session", "year"]
Paragraphs = Literal["all", "until_1989", "none"]


def check_votes(votes: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Votes with ``period`` added, or a named error for the first thing that is wrong."""
    if not isinstance(votes, pl.DataFrame):
        raise SchemaMismatch(
            f"votes are a {type(votes).__name__}, not a polars DataFrame",
            hint="pl.from_pandas(votes), pl.DataFrame(votes), or .collect() a lazy frame",
        )
    for name in ("rollcall", "state", "vote"):
        if name not in votes.columns:
            near = UnknownName.among("column", name, votes.columns)
            raise SchemaMismatch(
                f"votes have no column {name!r} (columns: {', '.join(votes.columns)})",
                hint=f"one row per (rollcall, state) with vote 1, 2, 3; {near.message}",
            )
    _check_coding(votes)
    table = votes.with_columns(
        pl.col("rollcall").cast(pl.String),
        pl.col("state").cast(pl.String),
        pl.col("vote").cast(pl.Int8),
        period=_period_expr(votes, period),
    )
    unplaced = table.filter(pl.col("period").is_null())
    if unplaced.height:
        raise SchemaMismatch(
            f"roll call {unplaced['rollcall'][0]!r} has no {period}",
            hint="give 'session' as a number, or 'date'",
        )
    _check_single(table)
    return table


def _check_single(table: pl.DataFrame) -> None:
    """One vote per roll call and state."""
    code = [
        table[c].cast(pl.Categorical).to_physical().cast(pl.Int64) for c in ("rollcall", "state")
    ]
    if (code[0] * 2**32 + code[1]).n_unique() == table.height:
        return
    twice = table.group_by("rollcall", "state").len().filter(pl.col("len") > 1)
    if twice.is_empty():
        return
    row = twice.sort("rollcall", "state").row(0, named=True)
    raise SchemaMismatch(
        f"{twice.height} (rollcall, state) pairs occur more than once, "
        f"e.g. {row['rollcall']!r}, {row['state']!r}",
        hint="votes.unique(['rollcall', 'state']) after checking which row is right",
    )


def _check_coding(votes: pl.DataFrame) -> None:
    for name in ("rollcall", "state", "vote"):
        if votes[name].null_count():
            row = votes.with_row_index("row").filter(pl.col(name).is_null())["row"][0]
            code = " (absent is 8, not a member 9)" if name == "vote" else ""
            raise SchemaMismatch(
                f"column {name!r} is empty in {votes[name].null_count()} rows, first in row {row}",
                hint=f"votes.drop_nulls({name!r}) after checking what they are{code}",
            )
    if not votes.schema["vote"].is_integer():
        raise SchemaMismatch(
            f"column 'vote' is {votes.schema['vote']}, not whole numbers",
            hint="code 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member",
        )
    strange = votes.filter(~pl.col("vote").is_in([1, 2, 3, 8, 9]))
    if strange.height:
        raise SchemaMismatch(
            f"column 'vote' holds {strange['vote'][0]!r} (roll call {strange['rollcall'][0]!r})",
            hint="expected 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member",
        )


def _period_expr(votes: pl.DataFrame, period: Period) -> pl.Expr:
    """Session or calendar year of each vote; sessions without a number are placed by their date.

    The session that opens in September of 1945 + s is session s; an emergency or special session
    is counted with the regular one under way.
    """
    columns = set(votes.columns)
    if period == "year":
        if "year" in columns:
            return pl.col("year").cast(pl.Int32)
        if "date" in columns:
            return _date(votes).dt.year()
        raise SchemaMismatch(
            "calendar years need a column 'year' or 'date'", hint="or period='session'"
        )
    if period != "session":
        raise BadOption(f"period {period!r}; expected session or year")
    if _numbered(votes):
        return pl.col("session").cast(pl.Int32)
    by_date = pl.lit(None, pl.Int32)
    if "date" in columns:
        date = _date(votes)
        by_date = (date.dt.year() - 1945 - (date.dt.month() < 9).cast(pl.Int32)).clip(1)
    if "session" not in columns:
        if "date" not in columns:
            raise SchemaMismatch("votes have neither 'session' nor 'date'", hint="add one of them")
        return by_date
    text = pl.col("session").cast(pl.String)
    numeric = text.cast(pl.Float64, strict=False).cast(pl.Int32)
    roman = text.replace_strict(_ROMAN, default=None, return_dtype=pl.Int32)
    return pl.coalesce(numeric, roman, by_date)


def _numbered(votes: pl.DataFrame) -> bool:
    """Whether every row has its session as a whole number, so that no date need be read."""
    return (
        "session" in votes.columns
        and votes.schema["session"].is_integer()
        and votes["session"].null_count() == 0
    )


def _roman(number: int) -> str:
    out = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            out, number = out + letters, number - value
    return out


_ROMAN = {_roman(n): n for n in range(1, 40)}  # how the United Nations numbered sessions to 1976


def _date(votes: pl.DataFrame) -> pl.Expr:
    date = pl.col("date")
    if votes.schema["date"] != pl.String:
        return date.cast(pl.Date)
    read = date.str.to_date("%Y-%m-%d", strict=False)
    strange = votes.filter(read.is_null() & date.is_not_null())
    if strange.height:
        raise SchemaMismatch(
            f"column 'date' holds {strange['date'][0]!r} (roll call {strange['rollcall'][0]!r})",
            hint="dates as 2022-03-02, or a column of type Date",
        )
    return read


def paragraph_rule(table: pl.DataFrame, paragraphs: Paragraphs) -> pl.Expr:
    """Which votes to keep, by the columns ``para`` and ``amend`` where there are any."""
    if paragraphs not in ("all", "until_1989", "none"):
        raise UnknownName.among("paragraphs", str(paragraphs), ["all", "until_1989", "none"])
    flags = [
        pl.col(c).cast(pl.Int8).fill_null(0) == 1 for c in ("para", "amend") if c in table.columns
    ]
    if paragraphs == "all" or not flags:
        return pl.lit(value=True)
    partial = pl.any_horizontal(flags)
    if paragraphs == "none":
        return ~partial
    late = pl.col("period") > 44
    if "date" in table.columns:
        late = _date(table).dt.year() > 1989
    return ~(partial & late)
