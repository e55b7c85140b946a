"""Alliance data sets by Correlates of War numbers turned into the table ``alliances``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.sources._cow import RECORD_START, with_states
from multipolar.sources._curated import reject_where
from multipolar.sources._names import ordered_pair
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW
from multipolar.sources._stream_tables import ALLIANCES, PACTS

Types = dict[str, type[pl.DataType]]


def pacts_of(
    raw: pl.DataFrame,
    sides: tuple[str, str],
    obligations: Mapping[str, str],
    path: Path,
    rejects: Rejects,
) -> pl.DataFrame:
    """Undirected allied pairs since 1945 of one file, one row per pair and year.

    Parameters
    ----------
    raw : DataFrame
        Text columns of the file and ``_row``.
    sides : (str, str)
        The two columns of state numbers.
    obligations : mapping
        ``{column of the file: column of the table}``; a kind of pact that the file does not code
        is false throughout.
    path, rejects
        Where the rows come from, and where broken ones go.

    Returns
    -------
    DataFrame
        A pair has a pact if a row in either order has it; pairs without any pact are left out.
    """
    numbers: Types = dict.fromkeys((*sides, "year"), pl.Int16)
    codes: Types = dict.fromkeys(obligations, pl.Int8)
    wanted = raw.select(ROW, *numbers, *codes)
    rows = with_numbers(wanted, numbers | codes, path.name, rejects)
    rows = rows.filter(pl.col("year") >= RECORD_START.year)
    for name in obligations:
        odd = ~pl.col(name).is_in([0, 1])
        rows = reject_where(rows, odd, name, path.name, rejects, "expected 0 or 1")
    rows = rows.rename(dict(obligations)).filter(
        pl.any_horizontal(pl.col(*obligations.values()) == 1)
    )
    rows = with_states(rows, {sides[0]: "a", sides[1]: "b"}, "year", path.name, rejects)
    known = [p for p in PACTS if p in obligations.values()]
    absent = [pl.lit(value=False).alias(p) for p in PACTS if p not in known]
    return (
        rows.with_columns(*ordered_pair("a", "b"))
        .filter(pl.col("state_a") != pl.col("state_b"))
        .group_by(ALLIANCES.key)
        .agg((pl.col(p) == 1).any() for p in known)
        .with_columns(*absent)
        .select(c.name for c in ALLIANCES.columns)
        .sort(ALLIANCES.key)
    )


def either(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Pairs of several files, bound where any of them says so."""
    together = pl.concat(frames).group_by(ALLIANCES.key).agg(pl.col(*PACTS).any())
    return together.sort(ALLIANCES.key)
