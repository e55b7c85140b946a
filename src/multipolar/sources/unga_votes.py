"""Recorded votes of the General Assembly: the bulk file of the UN Digital Library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import File, Frames, Rejects, Source
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._bulk_csv import BALLOT, BulkFile, locate_rows, read_bulk, split_ballots
from multipolar.sources._rollcalls import (
    check_rejected_share,
    member_days,
    resolve_states,
    with_derived_columns,
)
from multipolar.sources._vote_tables import ABSTAIN, NO, NONVOTING, ROLLCALLS, VOTES, YES

# X and NV are printed for members that did not vote; older pages leave the cell blank.
VOTE_CODES = {"Y": YES, "N": NO, "A": ABSTAIN, "X": NONVOTING, "NV": NONVOTING, "": NONVOTING}
_TALLIES = {
    "yes": ("total_yes", YES),
    "no": ("total_no", NO),
    "abstain": ("total_abstentions", ABSTAIN),
    "nonvoting": ("total_non_voting", NONVOTING),
}
_REPEATED = "repeated row: the same vote of the same state is used once"


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return ``rollcalls`` and ``votes`` of one or more bulk files.

    Where a roll call is in more than one file, the later file is used.

    Raises
    ------
    SchemaMismatch
        A needed column is missing, or the file holds votes of the Security Council.
    CheckFailed
        More than 5 % of a file's rows cannot be used.
    """
    calls, votes = pl.DataFrame(), pl.DataFrame()
    for path in paths:
        new_calls, new_votes = _read_one(path, rejects)
        if calls.height:
            replaced = calls.join(new_calls, on="undl_id", how="semi")
            calls = calls.join(replaced, on="undl_id", how="anti")
            votes = votes.join(replaced, on="undl_id", how="anti")
            if replaced.height:
                rejects.add(
                    file=path.name,
                    row=None,
                    column="undl_id",
                    value=replaced.height,
                    reason="roll calls that an earlier file also holds; this file is used",
                )
        calls, votes = pl.concat([calls, new_calls]), pl.concat([votes, new_votes])
    rollcalls = with_derived_columns(calls).sort("date", "rollcall")
    names = rollcalls.select("undl_id", "rollcall", "date")
    by_name = votes.join(names, on="undl_id").sort("date", "rollcall", "state")
    return {"rollcalls": rollcalls, "votes": by_name.select("rollcall", "state", "vote")}


def _read_one(path: Path, rejects: Rejects) -> tuple[pl.DataFrame, pl.DataFrame]:
    bulk = read_bulk(path, rejects)
    calls = _read_calls(bulk)
    ballots = split_ballots(bulk).join(
        calls.select("undl_id", "date", "record", "day", "fault"), on=["undl_id", "date"]
    )
    judged = _mark_repeats(_judge(ballots))
    faults = judged.filter(pl.col("reason").is_not_null())
    if faults.height or bulk.broken_rows:
        first = faults["reason"][0] if faults.height else rejects.rows[-1]["reason"]
        check_rejected_share(path.name, faults.height + len(bulk.broken_rows), bulk.rows, first)
        _reject_rows(bulk, faults, rejects)
    votes = judged.filter(pl.col("reason").is_null()).select(
        pl.col("record").alias("undl_id"), "state", "vote"
    )
    used = calls.filter(pl.col("fault").is_null())
    complete = _with_tallies(used, votes)
    whole = complete.join(faults, left_on="undl_id", right_on="record", how="anti")
    _report_tallies(path.name, whole, rejects)
    return _select_columns(complete), votes


def _read_calls(bulk: BulkFile) -> pl.DataFrame:
    """Roll calls with parsed record number and day, and in ``fault`` why one cannot be used."""
    council = pl.col("resolution").str.starts_with("S/").fill_null(value=False)
    if bulk.calls.height and bulk.calls.select(council.all()).item():
        raise SchemaMismatch(
            f"{bulk.path.name} holds votes of the Security Council; unga_votes takes those of the "
            "General Assembly",
            hint="add the file named ..._ga_voting.csv",
        )
    parsed = bulk.calls.drop("ballots").with_columns(
        pl.col("undl_id", "date").fill_null(""),
        record=pl.col("undl_id").cast(pl.Int64, strict=False),
        day=pl.col("date").str.to_date("%Y-%m-%d", strict=False),
    )
    several_days = pl.col("record").count().over("record") > 1
    fault = (
        pl.when(council)
        .then(pl.lit("resolution: a vote of the Security Council"))
        .when(pl.col("record").is_null())
        .then(pl.lit("undl_id: not a record number"))
        .when(pl.col("day").is_null())
        .then(pl.lit("date: not a date like 2022-03-02"))
        .when(several_days)
        .then(pl.lit("date: the record number has more than one date"))
    )
    return parsed.with_columns(fault=fault)


def _judge(ballots: pl.DataFrame) -> pl.DataFrame:
    """Add ``state`` and ``vote`` to every ballot, and in ``reason`` why it cannot be used."""
    members = member_days(ballots["day"].drop_nulls())
    known = ballots.join(resolve_states(ballots), on=["ms_code", "ms_name"], nulls_equal=True)
    sitting = members.with_columns(sits=pl.lit(value=True))
    for way in ("by_code", "by_name"):
        known = known.join(
            sitting.rename({"date": "day", "state": way, "sits": f"sits_{way}"}),
            on=["day", way],
            how="left",
        )
    letter = pl.col("ms_vote").str.strip_chars().str.to_uppercase()
    known = known.with_columns(
        state=pl.when("sits_by_code").then("by_code").when("sits_by_name").then("by_name"),
        vote=letter.replace_strict(VOTE_CODES, default=None, return_dtype=pl.Int8),
    )
    nobody = pl.col("by_code").is_null() & pl.col("by_name").is_null()
    expected = "ms_vote: expected one of Y, N, A, X, NV or blank"
    reason = (
        pl.when(pl.col("fault").is_not_null())
        .then("fault")
        .when(nobody)
        .then(pl.lit("ms_code: no state has this code or name"))
        .when(pl.col("state").is_null())
        .then(pl.lit("ms_code: not a member of the United Nations on that day"))
        .when(pl.col("vote").is_null())
        .then(pl.lit(expected))
    )
    return known.with_columns(reason=reason)


def _mark_repeats(judged: pl.DataFrame) -> pl.DataFrame:
    """Say of every ballot whether its state has voted before: same vote once, different none."""
    key = ["record", "state"]
    usable = pl.col("reason").is_null()
    again = judged.filter(usable & pl.struct(key).is_duplicated())
    if not again.height:
        return judged
    place = pl.int_range(pl.len()).over(*key, "reason")
    differing = pl.col("vote").n_unique().over(*key, "reason") > 1
    repeated = pl.len().over(*key, "reason") > 1
    reason = (
        pl.when(~usable)
        .then("reason")
        .when(repeated & differing)
        .then(pl.lit("ms_vote: the file has different votes of this state; none is used"))
        .when(repeated & (place > 0))
        .then(pl.lit(_REPEATED))
    )
    return judged.with_columns(reason=reason)


def _reject_rows(bulk: BulkFile, faults: pl.DataFrame, rejects: Rejects) -> None:
    if not faults.height:
        return
    keys = ["undl_id", "date", *BALLOT]
    reasons = faults.select(*keys, "reason").unique(keys, keep="first")
    rows = locate_rows(bulk, faults).join(reasons, on=keys).sort("row")
    # Of identical rows the first is used; the others are the rejected ones.
    first = pl.int_range(pl.len()).over(keys) == 0
    used_once = rows.with_columns(first=first).filter(
        ~((pl.col("reason") == _REPEATED) & pl.col("first"))
    )
    for row in used_once.iter_rows(named=True):
        column = row["reason"].split(":")[0]
        rejects.add(
            file=bulk.path.name,
            row=row["row"],
            column=column if column in row else "",
            value=row.get(column, ""),
            reason=f"{row['reason']} (record {row['undl_id']}, {row['ms_name']})",
        )


def _with_tallies(calls: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Printed tallies, or counted ones where none is printed."""
    counted = votes.group_by("undl_id").agg(
        *((pl.col("vote") == code).sum().alias(f"counted_{n}") for n, (_, code) in _TALLIES.items())
    )
    joined = calls.drop("undl_id").rename({"record": "undl_id"}).join(counted, on="undl_id")
    return joined.with_columns(
        pl.col(printed)
        .cast(pl.Int16, strict=False)
        .fill_null(pl.col(f"counted_{n}").cast(pl.Int16))
        .alias(n)
        for n, (printed, _) in _TALLIES.items()
    )


def _report_tallies(file: str, calls: pl.DataFrame, rejects: Rejects) -> None:
    different = pl.any_horizontal(pl.col(n) != pl.col(f"counted_{n}") for n in _TALLIES)
    for row in calls.filter(different).iter_rows(named=True):
        printed = "/".join(str(row[n]) for n in _TALLIES)
        found = "/".join(str(row[f"counted_{n}"]) for n in _TALLIES)
        rejects.add(
            file=file,
            row=None,
            column="total_yes",
            value=row["resolution"],
            reason=f"printed tally {printed} differs from its rows {found}; the rows are used",
        )


def _select_columns(calls: pl.DataFrame) -> pl.DataFrame:
    symbol = pl.col("resolution")
    agenda = pl.concat_str("agenda_title", "subjects", separator=". ", ignore_nulls=True)
    return calls.select(
        "undl_id",
        symbol.alias("symbol"),
        pl.lit("GA").alias("body"),
        pl.col("session").fill_null(""),
        pl.col("day").alias("date"),
        pl.col("title").fill_null(""),
        agenda.str.strip_chars(". ").replace("", None).alias("agenda"),
        *_TALLIES,
        (~symbol.str.contains(r"\[PARA").fill_null(value=False)).alias("final"),
        pl.lit(None, pl.Boolean).alias("important"),
    )


SOURCE = Source(
    name="unga_votes",
    title="Recorded votes of the United Nations General Assembly",
    publisher="United Nations, Dag Hammarskjold Library",
    homepage="https://digitallibrary.un.org/record/4060887",
    licence="(c) United Nations",
    terms="attribution, non-commercial use; https://www.un.org/en/about-us/copyright",
    citation="United Nations, Dag Hammarskjold Library: UN General Assembly Voting Data, "
    "https://digitallibrary.un.org/record/4060887",
    coverage="every recorded plenary vote on an adopted resolution, 1946 to the date of the file",
    tables=(ROLLCALLS, VOTES),
    read=read,
    files=(
        File(
            url="https://digitallibrary.un.org/record/4060887/files/2026_02_06_ga_voting.csv",
            name="2026_02_06_ga_voting.csv",
        ),
    ),
    as_of=date(2026, 2, 6),
    minimum_rows={"rollcalls": 1, "votes": 20},
    breaks=(
        (
            "Resolutions adopted without a vote, votes on paragraphs and amendments, and rejected "
            "drafts are not in the file: two states that agree by consensus leave no trace."
        ),
        "Code 8 mixes absent, present but not voting, and barred for arrears (Article 19).",
        (
            "CHN before 25 October 1971 is the vote of the Republic of China; YEM before 22 May 1990 "
            "is the Yemen Arab Republic."
        ),
    ),
    notes="Read in one pass (about 360 MB). Votes are kept under the state of the day: SUN is not "
    "RUS. Headers of 2024, 2025 (without vote_note) and 2026 are known.",
)
