"""Recorded votes of the General Assembly: the bulk file of the UN Digital Library.

The publisher offers one CSV of about 360 MB, one row per member and vote, with title, agenda and
subjects of the vote repeated on every row. One pass groups the rows by vote, so that memory holds
5,500 titles and the votes, never the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import File, Frames, Rejects, Source
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._ballots import (
    check_faults,
    judge_ballots,
    number_faults,
    record_faults,
)
from multipolar.sources._csv_pass import SEPARATOR, CsvPass, open_csv, run_pass
from multipolar.sources._rollcalls import codes_and_names, votes_in_order, with_derived_columns
from multipolar.sources._vote_tables import ABSTAIN, NO, NONVOTING, ROLLCALLS, VOTES, YES

# Headers of 2024-09 and 2026-02 have vote_note besides, that of 2025-03 (corr1) has not.
_PRINTED = (
    "session",
    "resolution",
    "title",
    "agenda_title",
    "subjects",
    "total_yes",
    "total_no",
    "total_abstentions",
    "total_non_voting",
)
_BALLOT = ("ms_code", "ms_name", "ms_vote")
_KEYS = ("undl_id", "date", *_BALLOT)
_BLANK = "\x00"
# X and NV are printed for members that did not vote; older pages leave the cell blank.
VOTE_CODES = {"Y": YES, "N": NO, "A": ABSTAIN, "X": NONVOTING, "NV": NONVOTING, "": NONVOTING}
_TALLIES = {
    "yes": ("total_yes", YES),
    "no": ("total_no", NO),
    "abstain": ("total_abstentions", ABSTAIN),
    "nonvoting": ("total_non_voting", NONVOTING),
}


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return ``rollcalls`` and ``votes`` of one or more bulk files.

    Where a roll call is in more than one file, the later file is used.

    Returns
    -------
    mapping of two frames
        ``rollcalls``, one row per recorded vote, sorted by date; ``votes``, one row per member and
        recorded vote, coded 1 yes, 2 abstain, 3 no, 8 not voting. Every row of the files is in
        ``votes`` or in ``rejects``.

    Raises
    ------
    SchemaMismatch
        A needed column is missing, or the file holds votes of the Security Council.
    CheckFailed
        More than 5 % of a file's rows, and more than 20, cannot be used.
    """
    with ThreadPoolExecutor(1) as beside:
        parts = [_read_one(path, rejects, beside) for path in paths]
        calls, votes = parts[0].calls, parts[0].votes
        for part in parts[1:]:
            calls, votes = _replace(calls, votes, part, rejects)
        rollcalls = with_derived_columns(calls)
        ordered = votes_in_order(rollcalls, votes)
    for part in parts:
        record_faults(part.done, part.numbered.result(), _KEYS, rejects)
    return {"rollcalls": rollcalls.drop("record"), "votes": ordered}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Roll calls and votes of one file; its rejected rows are being numbered meanwhile."""

    done: CsvPass
    calls: pl.DataFrame
    votes: pl.DataFrame
    numbered: Future[pl.DataFrame]


def _replace(
    calls: pl.DataFrame, votes: pl.DataFrame, part: _Part, rejects: Rejects
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put the roll calls of a later file in the place of the same ones of earlier files."""
    replaced = calls.join(part.calls, on="record", how="semi")
    if replaced.height:
        rejects.add(
            file=part.done.file.path.name,
            row=None,
            column="undl_id",
            value=replaced.height,
            reason="roll calls that an earlier file also holds; this file is used",
        )
    return (
        pl.concat([calls.join(replaced, on="record", how="anti"), part.calls]),
        pl.concat([votes.join(replaced, on="record", how="anti"), part.votes]),
    )


def _read_one(path: Path, rejects: Rejects, beside: Executor) -> _Part:
    done = _group_by_call(path, rejects)
    calls = _with_faults(done)
    packed = calls.select("undl_id", "date", "record", "day", "fault", ballot="ballots")
    ballots = packed.explode("ballot").with_row_index("line")
    judged = judge_ballots(ballots, _kinds(ballots["ballot"].unique()), ("by_code", "by_name"))
    printed = judged.faults.join(ballots.select("line", "undl_id", "date"), on="line")
    faults = printed.hstack(_split(printed["ballot"]).select(_BALLOT))
    check_faults(done, faults, ballots.height + len(done.broken_rows), rejects)
    # A second pass over the file, half as long as the first: what follows does not wait for it.
    numbered = beside.submit(number_faults, done, faults, _KEYS)
    votes = judged.votes.select("record", "state", "vote")
    complete = _with_tallies(calls.filter(pl.col("fault").is_null()), votes)
    _report_tallies(path.name, complete.join(faults, on="record", how="anti"), rejects)
    return _Part(done=done, calls=_select_columns(complete), votes=votes, numbered=numbered)


def _group_by_call(path: Path, rejects: Rejects) -> CsvPass:
    file = open_csv(path)
    file.need(("undl_id", "date", *_BALLOT, *_PRINTED), "unga_votes")
    # min, not any_value: the same file gives the same answer however it is split among threads
    text = ", ".join(f"min({c}) AS {c}" for c in _PRINTED)
    ballot = ", ".join(f"coalesce({c}, chr(0))" for c in _BALLOT)
    query = (
        f"SELECT undl_id, date, {text}, max(resolution) AS other, "  # noqa: S608
        f"list(concat_ws(chr(31), {ballot})) AS ballots "
        "FROM {} GROUP BY undl_id, date"
    )
    return run_pass(file, query, rejects)


def _with_faults(done: CsvPass) -> pl.DataFrame:
    """Roll calls with parsed record number and day, and in ``fault`` why one cannot be used."""
    council = pl.col("other").str.starts_with("S/").fill_null(value=False)
    # ``resolution`` is the least symbol of a record: it too is of the Council in a Council file.
    whole = pl.col("resolution").str.starts_with("S/").fill_null(value=False)
    if done.frame.height and done.frame.select(whole.all()).item():
        raise SchemaMismatch(
            f"{done.file.path.name} holds votes of the Security Council; unga_votes takes those "
            "of the General Assembly",
            hint="add the file named ..._ga_voting.csv",
        )
    parsed = done.frame.with_columns(
        pl.col("undl_id", "date").fill_null(""),
        record=pl.col("undl_id").cast(pl.Int64, strict=False),
        day=pl.col("date").str.to_date("%Y-%m-%d", strict=False),
    )
    fault = (
        pl.when(council)
        .then(pl.lit("resolution: a vote of the Security Council"))
        .when(pl.col("record").is_null())
        .then(pl.lit("undl_id: not a record number"))
        .when(pl.col("day").is_null())
        .then(pl.lit("date: not a date like 2022-03-02"))
        .when(pl.len().over("record") > 1)
        .then(pl.lit("date: the record has more than one date"))
        .when(pl.col("resolution") != pl.col("other"))
        .then(pl.lit("resolution: the record has more than one symbol"))
    )
    return parsed.with_columns(fault=fault)


def _split(packed: pl.Series) -> pl.DataFrame:
    fields = pl.col("ballot").str.split_exact(SEPARATOR, 2).struct.rename_fields(list(_BALLOT))
    split = pl.DataFrame({"ballot": packed}).with_columns(fields=fields).unnest("fields")
    return split.with_columns(pl.col(_BALLOT).replace(_BLANK, ""))


def _kinds(packed: pl.Series) -> pl.DataFrame:
    """Vote and candidate states of every different ballot."""
    split = _split(packed)
    by_code, by_name = codes_and_names(split["ms_code"], split["ms_name"])
    letter = pl.col("ms_vote").str.strip_chars().str.to_uppercase()
    vote = letter.replace_strict(VOTE_CODES, default=None, return_dtype=pl.Int8)
    return split.select("ballot", vote=vote, by_code=by_code, by_name=by_name)


def _with_tallies(calls: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Printed tallies, or counted ones where none is printed."""
    counted = votes.group_by("record").agg(
        *((pl.col("vote") == code).sum().alias(f"counted_{n}") for n, (_, code) in _TALLIES.items())
    )
    return calls.join(counted, on="record").with_columns(
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
            value=row["resolution"] or row["undl_id"],
            reason=f"printed tally {printed} differs from its rows {found}; the rows are used",
        )


def _select_columns(calls: pl.DataFrame) -> pl.DataFrame:
    symbol = pl.col("resolution")
    agenda = pl.concat_str("agenda_title", "subjects", separator=". ", ignore_nulls=True)
    return calls.select(
        "record",
        pl.col("record").alias("undl_id"),
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
            "CHN before 25 October 1971 is the vote of the Republic of China; YEM before 22 May "
            "1990 is the Yemen Arab Republic."
        ),
    ),
    notes="Read in one pass (about 360 MB). Votes are kept under the state of the day: SUN is not "
    "RUS. The address is that of the file of February 2026; later ones stand on the same page. "
    "Headers of 2024, 2025 (without vote_note) and 2026 are known.",
)
