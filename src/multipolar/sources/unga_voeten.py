"""Roll calls of the General Assembly as compiled by Voeten, Strezhnev and Bailey.

Unlike the UN bulk file it has votes on paragraphs, amendments and rejected drafts. States are
Correlates of War numbers, which stand for the Soviet Union and Russia alike (365): here each vote
goes to the state that sat on its day. Codes 1 yes, 2 abstain, 3 no, 8 absent are kept; 9, not a
member, is no vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Frames, Rejects, Source
from multipolar.core.errors import SchemaMismatch
from multipolar.core.states import crosswalk
from multipolar.sources._ballots import judge_ballots, reject_ballots
from multipolar.sources._csv_pass import SEPARATOR, CsvFile, CsvPass, open_csv, run_pass
from multipolar.sources._rollcalls import votes_in_order, with_derived_columns
from multipolar.sources._vote_tables import (
    ABSTAIN,
    NO,
    NONVOTING,
    NOT_MEMBER,
    ROLLCALLS,
    VOTES,
    YES,
)

_DESCRIBED = ("session", "unres", "descr", "short", "importantvote", "para", "amend")
# The seat of China before 25 October 1971 is 713 here and CHN in this project, as in UN records.
_REPUBLIC_OF_CHINA, _SEAT_OF_CHINA = 713, "CHN"
_BLOCK = 1 << 20


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return ``rollcalls`` and ``votes`` of a file of votes, and of one of descriptions if given.

    A file with columns ``ccode`` and ``vote`` is the one of votes; descriptions (``descr``,
    ``unres``, ``importantvote`` ...) may stand in it or in a second file with the same ``rcid`` or
    ``resid``.

    Returns
    -------
    mapping of two frames
        ``rollcalls``, one row per recorded vote, sorted by date; ``votes``, one row per member and
        recorded vote, coded 1 yes, 2 abstain, 3 no, 8 not voting. Every row of the files is in
        ``votes`` or in ``rejects``, or coded 9, not a member.

    Raises
    ------
    SchemaMismatch
        No file has the columns of votes, or two have.
    CheckFailed
        More than 5 % of the rows, and more than 20, cannot be used.
    """
    files = [open_csv(path, _encoding(path)) for path in paths]
    voting = [f for f in files if {"ccode", "vote"} <= set(f.columns)]
    if len(voting) != 1:
        files[0].need(("ccode", "vote", "date"), "unga_voeten")
        raise SchemaMismatch(
            f"{len(voting)} files have votes: {', '.join(f.path.name for f in voting)}",
            hint="give one file of votes, and beside it the file of descriptions",
        )
    calls, votes = _read_votes(voting[0], rejects)
    for file in files:
        if file is not voting[0]:
            calls = _described_by(calls, file, rejects)
    rollcalls = with_derived_columns(_select_columns(calls, votes), "voeten-")
    return {"rollcalls": rollcalls.drop("record"), "votes": votes_in_order(rollcalls, votes)}


def _encoding(path: Path) -> str:
    """Tell UTF-8 from Latin-1, which the compilation has long been published in."""
    import codecs  # noqa: PLC0415

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return "latin-1"
    return "utf-8"


def _key_of(file: CsvFile) -> str:
    if "rcid" not in file.columns and "resid" not in file.columns:
        file.need(("rcid",), "unga_voeten")
    return "rcid" if "rcid" in file.columns else "resid"


def _read_votes(file: CsvFile, rejects: Rejects) -> tuple[pl.DataFrame, pl.DataFrame]:
    key = _key_of(file)
    file.need((key, "ccode", "date", "vote"), "unga_voeten")
    text = "".join(f"min({c}) AS {c}, " for c in _DESCRIBED if c in file.columns)
    query = (
        f"SELECT {key} AS key, date, {text}"  # noqa: S608
        "list(coalesce(ccode, '') || chr(31) || coalesce(vote, '')) AS ballots "
        f"FROM {{}} WHERE vote IS DISTINCT FROM '{NOT_MEMBER}' GROUP BY {key}, date"
    )
    done = run_pass(file, query, rejects)
    dated = _with_modal_date(done.frame, key)
    ballots = dated.explode("ballots").rename({"ballots": "ballot"}).with_row_index("line")
    judged = judge_ballots(ballots, _kinds(ballots["ballot"].unique()), ("sat", "seat_of_china"))
    _reject(done, key, ballots, judged.faults, rejects)
    calls = dated.unique("record", keep="first", maintain_order=True)
    votes = judged.votes.select("record", "state", "vote")
    return calls.join(votes, on="record", how="semi"), votes


def _with_modal_date(calls: pl.DataFrame, key: str) -> pl.DataFrame:
    """Give all rows of a roll call the date most of them have, the earlier of two such dates."""
    parsed = calls.with_columns(
        pl.col("key", "date").fill_null(""),
        record=pl.col("key").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
        day=pl.col("date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        rows=pl.col("ballots").list.len(),
    )
    by_rows = parsed.sort("record", "rows", "day", descending=[False, True, False])
    fault = (
        pl.when(pl.col("record").is_null())
        .then(pl.lit(f"{key}: not a roll call number"))
        .when(pl.col("day").is_null())
        .then(pl.lit("date: not a date like 2022-03-02"))
    )
    return by_rows.with_columns(pl.col("day").first().over("record")).with_columns(fault=fault)


def _kinds(packed: pl.Series) -> pl.DataFrame:
    """Vote and candidate states of every different ballot."""
    holders = pl.DataFrame(
        sorted({(str(s.value), s.code) for s in crosswalk("cow")}),
        schema={"ccode": pl.String, "sat": pl.String},
        orient="row",
    )
    codes = {str(code): code for code in (YES, ABSTAIN, NO, NONVOTING)}
    split = _split(packed)
    vote = pl.col("vote").replace_strict(codes, default=None, return_dtype=pl.Int8)
    china = pl.when(pl.col("ccode") == str(_REPUBLIC_OF_CHINA)).then(pl.lit(_SEAT_OF_CHINA))
    return split.with_columns(vote, seat_of_china=china).join(holders, on="ccode", how="left")


def _split(packed: pl.Series) -> pl.DataFrame:
    fields = pl.col("ballot").str.split_exact(SEPARATOR, 1).struct.rename_fields(["ccode", "vote"])
    return pl.DataFrame({"ballot": packed}).with_columns(fields=fields).unnest("fields")


def _reject(
    done: CsvPass, key: str, ballots: pl.DataFrame, faults: pl.DataFrame, rejects: Rejects
) -> None:
    printed = faults.join(ballots.select("line", pl.col("key").alias(key), "date"), on="line")
    columns = (key, "date", "ccode", "vote")
    complete = printed.hstack(_split(printed["ballot"]).select("ccode", "vote"))
    reject_ballots(done, complete, columns, ballots.height + len(done.broken_rows), rejects)


def _described_by(calls: pl.DataFrame, file: CsvFile, rejects: Rejects) -> pl.DataFrame:
    """Add the columns of a file of descriptions; what the file of votes says itself stays."""
    key = _key_of(file)
    columns = [c for c in _DESCRIBED if c in file.columns and c not in calls.columns]
    text = "".join(f", min({c}) AS {c}" for c in columns)
    done = run_pass(file, f"SELECT {key} AS key{text} FROM {{}} GROUP BY {key}", rejects)  # noqa: S608
    return calls.join(done.frame, on="key", how="left")


def _select_columns(calls: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias(c) for c in _DESCRIBED if c not in calls.columns]
    full = calls.with_columns(absent).with_columns(pl.col(_DESCRIBED).replace("NA", None))
    counted = votes.group_by("record").agg(
        (pl.col("vote") == code).sum().cast(pl.Int16).alias(name)
        for name, code in (("yes", YES), ("no", NO), ("abstain", ABSTAIN), ("nonvoting", NONVOTING))
    )
    part = pl.any_horizontal(
        pl.col("para", "amend").cast(pl.Float64, strict=False).fill_null(0) > 0
    )
    session = pl.col("session").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    return full.join(counted, on="record").select(
        "record",
        pl.lit(None, pl.Int64).alias("undl_id"),
        _symbol().alias("symbol"),
        pl.lit("GA").alias("body"),
        session.cast(pl.String).fill_null("").alias("session"),
        pl.col("day").alias("date"),
        pl.coalesce("descr", "short", pl.lit("")).alias("title"),
        pl.col("short").alias("agenda"),
        "yes",
        "no",
        "abstain",
        "nonvoting",
        (~part).alias("final"),
        (pl.col("importantvote").cast(pl.Float64, strict=False) > 0).alias("important"),
    )


def _symbol() -> pl.Expr:
    """UN symbol from ``R/68/262``; before 1976 that column counts meetings, not resolutions."""
    numbered = pl.col("unres").str.extract(r"^(?:A/RES/|A/|R/|RES/)?(\d{2}/\d+[A-Z]?)$")
    modern = numbered.str.extract(r"^(\d+)").cast(pl.Int64) > 30
    return pl.when(modern).then(pl.lit("A/RES/") + numbered)


SOURCE = Source(
    name="unga_voeten",
    title="United Nations General Assembly Voting Data (Voeten, Strezhnev, Bailey)",
    publisher="Harvard Dataverse",
    homepage="https://doi.org/10.7910/DVN/LEJUQZ",
    licence="see its page on Harvard Dataverse",
    terms="cite the compilation; the terms stand on its page",
    citation="Voeten, Erik; Strezhnev, Anton; Bailey, Michael (2009): United Nations General "
    "Assembly Voting Data, Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
    coverage="roll calls of the General Assembly since 1946, with votes on paragraphs, amendments "
    "and rejected drafts",
    tables=(ROLLCALLS, VOTES),
    read=read,
    as_of=date(2024, 6, 4),
    minimum_rows={"rollcalls": 1, "votes": 20},
    breaks=(
        (
            "No roll call between 2021-12-24 and 2022-11-03 in version 33: the first five "
            "emergency resolutions on Ukraine are absent."
        ),
        "Copies without code 8 cannot tell absence from not being a member.",
        "rcid and resid differ between versions: never join on them across versions.",
    ),
    notes="No address: the publisher's file is R data. Save its table as CSV (UTF-8 or "
    "Latin-1) and add that; a CSV of descriptions may be added with it. 365 becomes SUN or "
    "RUS, 345 YUG, SCG or SRB, by the day; 713 before 25 October 1971 is CHN, the seat of China.",
)
