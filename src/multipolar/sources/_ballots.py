"""From printed ballots to votes of states: who sat that day, which votes repeat, what is left out.

A ballot is packed as text (code, name, vote), and a file of a million has only a thousand different
ones. They are resolved once; membership on the day and repetitions are then checked for every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import CheckFailed
from multipolar.core.states import known_codes, state_of
from multipolar.sources._csv_pass import CsvPass, locate_rows

# More broken rows than this share, and than this few, and the file is not the one it is taken for.
MOST_REJECTED, FEW_REJECTED = 0.05, 20
# Of a row joined with seats(): the state sat on the day.
_SAT = (pl.col("seated") <= pl.col("day")) & (
    pl.col("left").is_null() | (pl.col("day") < pl.col("left"))
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Usable votes (``line, record, state, vote``), and ``faults`` with the reason of each."""

    votes: pl.DataFrame
    faults: pl.DataFrame


def judge_ballots(ballots: pl.DataFrame, kinds: pl.DataFrame, ways: Sequence[str]) -> Judged:
    """Find the state behind every ballot and keep those of members, each state once per vote.

    Parameters
    ----------
    ballots : one row per ballot
        ``line`` (any order), ``record`` (roll call), ``day``, ``ballot`` (packed text) and
        ``fault``, why its whole roll call cannot be used, or null.
    kinds : one row per different ``ballot`` and candidate state
        ``vote`` (null where the code is unknown) and the columns ``ways``, each a state code.
    ways : sequence of str
        Columns of candidates; an earlier one wins where both sat that day.

    Returns
    -------
    Judged
        Votes, and faults with ``line, record, ballot, reason``.
    """
    states = pl.Enum(sorted(known_codes(institutions=False)))
    good, rest = [], ballots
    for way in ways:
        seated = kinds.select("ballot", "vote", state=way).join(seats(), on="state")
        counted = seated.filter(pl.col("vote").is_not_null()).cast({"state": states})
        usable = rest.filter(pl.col("fault").is_null()).join(counted, on="ballot")
        good.append(usable.filter(_SAT).select("line", "record", "ballot", "state", "vote"))
        rest = rest.join(good[-1], on="line", how="anti")
    votes = pl.concat(good)
    repeats = _find_repeats(votes)
    faults = pl.concat([_say_why(rest, kinds, ways), repeats])
    if repeats.height:
        votes = votes.join(repeats, on="line", how="anti")
    return Judged(votes, faults)


def seats() -> pl.DataFrame:
    """When which state sat in the United Nations: ``state, seated`` and ``left`` (null: today)."""
    spells = [
        (code, start, end)
        for code in sorted(known_codes(institutions=False))
        for start, end in state_of(code).un_spells
    ]
    schema = {"state": pl.String, "seated": pl.Date, "left": pl.Date}
    return pl.DataFrame(spells, schema=schema, orient="row")


def _say_why(rest: pl.DataFrame, kinds: pl.DataFrame, ways: Sequence[str]) -> pl.DataFrame:
    known = kinds.group_by("ballot").agg(
        pl.col("vote").first(),
        pl.any_horizontal(pl.col(way).is_not_null() for way in ways).any().alias("somebody"),
    )
    reason = (
        pl.when(pl.col("fault").is_not_null())
        .then("fault")
        .when(pl.col("vote").is_null())
        .then(pl.lit("no vote has this code"))
        .when(pl.col("somebody"))
        .then(pl.lit("not a member of the United Nations on that day"))
        .otherwise(pl.lit("no state has this code or name"))
    )
    explained = rest.join(known, on="ballot").with_columns(reason=reason)
    return explained.select("line", "record", "ballot", "reason")


def _find_repeats(votes: pl.DataFrame) -> pl.DataFrame:
    """Ballots of a state that has voted before: the same vote counts once, different ones never."""
    key = pl.col("record") * 1000 + pl.col("state").to_physical().cast(pl.Int64)
    pair = ["record", "state"]
    differing = pl.col("vote").n_unique().over(pair) > 1
    later = pl.col("line") > pl.col("line").min().over(pair)
    reason = (
        pl.when(differing)
        .then(pl.lit("different votes of one state; none is used"))
        .when(later)
        .then(pl.lit("repeated row: the same vote of the same state is used once"))
    )
    again = votes.filter(key.is_duplicated()).with_columns(reason=reason)
    return again.filter(pl.col("reason").is_not_null()).select("line", "record", "ballot", "reason")


def reject_ballots(
    done: CsvPass, faults: pl.DataFrame, keys: Sequence[str], rows: int, rejects: Rejects
) -> None:
    """Put ballots that cannot be used on record with their row number and reason.

    ``faults`` has ``reason`` and the columns ``keys`` as printed. Raises :class:`CheckFailed` where
    more than 5 % of the file's ``rows``, and more than 20, are broken: then it is not the file it
    is taken for.
    """
    check_faults(done, faults, rows, rejects)
    record_faults(done, number_faults(done, faults, keys), keys, rejects)


def check_faults(done: CsvPass, faults: pl.DataFrame, rows: int, rejects: Rejects) -> None:
    """Raise :class:`CheckFailed` where too many of the file's ``rows`` are broken."""
    broken = faults.height + len(done.broken_rows)
    if broken > max(FEW_REJECTED, MOST_REJECTED * rows):
        first = faults["reason"][0] if faults.height else rejects.rows[-1]["reason"]
        raise CheckFailed(
            f"{done.file.path.name}: {broken:,} of {rows:,} rows cannot be used, one because: "
            f"{first}",
            hint="check that the file is complete, in its own encoding, and the one meant",
        )


def number_faults(done: CsvPass, faults: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return rows of the file that are ``faults``: ``row, reason`` and ``keys``, in file order."""
    if not faults.height:
        return faults.select(*keys, "reason").with_columns(row=pl.lit(None, pl.Int64))
    reasons = faults.group_by(keys).agg(pl.col("reason").first(), pl.len().alias("rejected"))
    found = locate_rows(done, faults, keys).join(reasons, on=list(keys)).sort("row")
    # Of identical rows the first one in the file is used, so the last ones are the rejected.
    place, same = pl.int_range(pl.len()).over(list(keys)), pl.len().over(list(keys))
    return found.filter(place >= same.cast(pl.Int64) - pl.col("rejected").cast(pl.Int64))


def record_faults(
    done: CsvPass, numbered: pl.DataFrame, keys: Sequence[str], rejects: Rejects
) -> None:
    """Keep the rows that :func:`number_faults` found, with the column each reason speaks of."""
    for row in numbered.iter_rows(named=True):
        printed = ", ".join(f"{k} {row[k]}" for k in keys)
        rejects.add(
            file=done.file.path.name,
            row=row["row"],
            column=_column_of(row["reason"], keys),
            value=printed,
            reason=row["reason"],
        )


def _column_of(reason: str, keys: Sequence[str]) -> str:
    """Column a reason speaks of: named before a colon, or the one that holds vote or state."""
    named = reason.split(":", maxsplit=1)[0]
    if named.isidentifier():
        return named
    wanted = "vote" if "vote" in reason else "code"
    return next((k for k in keys if k.endswith(wanted)), "")
