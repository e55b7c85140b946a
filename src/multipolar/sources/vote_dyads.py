"""How often every pair of states voted which way: yearly joint counts from the full record.

The file holds what cannot be derived. For a pair (a, b) and a year, over contested votes: the nine
counts without a yes, both states' totals of abstain, no and non-voting, and the number of votes.
The seven counts with a yes follow by subtraction. An uncontested vote is one where nobody voted
against or abstained, so it adds to four counts only, which four numbers give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Frames, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch

CODES = (1, 2, 3, 8)
NOT_YES = (2, 3, 8)
DYADS_FILE = "vote_dyads.parquet"
YEARS_FILE = "vote_years.tsv"
_WORDS = {1: "yes", 2: "abstain", 3: "no", 8: "no vote cast"}
_SET = Column(
    name="vote_set",
    dtype="str",
    meaning="all recorded votes, or the contested ones: at least two of yes, no, abstain were cast",
    allowed=("all", "contested"),
)


def _count_columns() -> Iterator[Column]:
    for a in CODES:
        for b in CODES:
            meaning = f"votes with state_a: {_WORDS[a]}, state_b: {_WORDS[b]}"
            yield Column(name=f"n_{a}{b}", dtype="int16", unit="votes", meaning=meaning)


VOTE_DYADS = Table(
    name="vote_dyads",
    row="one pair of states, calendar year and set of votes at which both were members",
    key=("year", "vote_set", "state_a", "state_b"),
    absence="not_applicable",
    columns=(
        Column(name="year", dtype="int16", meaning="calendar year of the vote, not the session"),
        Column(name="state_a", dtype="str", meaning="state code, the earlier in the alphabet"),
        Column(name="state_b", dtype="str", meaning="state code, the later in the alphabet"),
        _SET,
        *_count_columns(),
    ),
)

VOTE_YEARS = Table(
    name="vote_years",
    row="one calendar year and set of votes",
    key=("year", "vote_set"),
    absence="structural_zero",
    columns=(
        Column(name="year", dtype="int16", meaning="calendar year of the vote, not the session"),
        _SET,
        Column(name="n_rollcalls", dtype="int16", unit="votes", meaning="recorded votes"),
        Column(name="n_topics", dtype="int16", unit="topics", meaning="different topics of them"),
        Column(name="first", dtype="date", meaning="day of the first of them"),
        Column(name="last", dtype="date", meaning="day of the last of them"),
    ),
)


def pack_counts(counts: pl.DataFrame) -> pl.DataFrame:
    """Keep of the joint counts what the others do not follow from.

    Parameters
    ----------
    counts : one row per year and pair
        ``year, state_a, state_b``, the contested counts ``c_11 .. c_88`` and those of uncontested
        votes ``u_11 .. u_88``.

    Returns
    -------
    one row per year and pair
        As :func:`unpack_counts` takes it; all counts are numbers of votes.
    """
    odd = [f"u_{a}{b}" for a in CODES for b in CODES if a in (2, 3) or b in (2, 3)]
    if counts.select(pl.sum_horizontal(odd).sum()).item():
        raise SchemaMismatch("an uncontested vote without a yes: the packing does not hold it")
    return counts.select(
        "year",
        "state_a",
        "state_b",
        pl.sum_horizontal(f"c_{a}{b}" for a in CODES for b in CODES).alias("n"),
        *(pl.sum_horizontal(f"c_{a}{b}" for b in CODES).alias(f"a_{a}") for a in NOT_YES),
        *(pl.sum_horizontal(f"c_{a}{b}" for a in CODES).alias(f"b_{b}") for b in NOT_YES),
        *(pl.col(f"c_{a}{b}") for a in NOT_YES for b in NOT_YES),
        pl.sum_horizontal("u_11", "u_18", "u_81", "u_88").alias("u"),
        (pl.col("u_81") + pl.col("u_88")).alias("u_a"),
        (pl.col("u_18") + pl.col("u_88")).alias("u_b"),
        pl.col("u_88").alias("u_ab"),
    ).with_columns(pl.selectors.numeric().cast(pl.Int16))


def unpack_counts(packed: pl.LazyFrame) -> pl.LazyFrame:
    """All sixteen joint counts per year, pair and set of votes, from the packed ones.

    Parameters
    ----------
    packed : one row per year and pair
        As :func:`pack_counts` returns it.

    Returns
    -------
    one row per year, pair and set of votes
        ``n_ab`` in votes, from 0 (never) up: state_a voted a, state_b voted b. Pairs without a
        contested vote have no row in that set. Counts do not tell which votes they were.

    Examples
    --------
    >>> counts = unpack_counts(pl.scan_parquet(Path(__file__).parent / "starter" / DYADS_FILE))
    >>> pair = counts.filter(
    ...     year=2022, vote_set="all", state_a="KAZ", state_b="RUS"
    ... ).collect()
    >>> pair["n_11"].item(), pair["n_13"].item()
    (43, 8)
    """
    missing_a = [
        (pl.col(f"a_{a}") - pl.sum_horizontal(f"c_{a}{b}" for b in NOT_YES)).alias(f"c_{a}1")
        for a in NOT_YES
    ]
    missing_b = [
        (pl.col(f"b_{b}") - pl.sum_horizontal(f"c_{a}{b}" for a in NOT_YES)).alias(f"c_1{b}")
        for b in NOT_YES
    ]
    full = packed.with_columns(*missing_a, *missing_b).with_columns(
        c_11=pl.col("n")
        - pl.sum_horizontal(f"a_{a}" for a in NOT_YES)
        - pl.sum_horizontal(f"c_1{b}" for b in NOT_YES)
    )
    uncontested = {
        "11": pl.col("u") - pl.col("u_a") - pl.col("u_b") + pl.col("u_ab"),
        "18": pl.col("u_b") - pl.col("u_ab"),
        "81": pl.col("u_a") - pl.col("u_ab"),
        "88": pl.col("u_ab"),
    }
    return pl.concat([_one_set(full, "contested", {}), _one_set(full, "all", uncontested)])


def _one_set(full: pl.LazyFrame, name: str, added: dict[str, pl.Expr]) -> pl.LazyFrame:
    cells = [f"{a}{b}" for a in CODES for b in CODES]
    counts = [
        (pl.col(f"c_{c}") + added.get(c, pl.lit(0, pl.Int16))).cast(pl.Int16).alias(f"n_{c}")
        for c in cells
    ]
    voted = pl.col("n") + pl.col("u") if added else pl.col("n")
    keys = ("year", "state_a", "state_b", pl.lit(name).alias("vote_set"))
    return full.filter(voted > 0).select(*keys, *counts)


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return the joint counts, unpacked, and the number of votes and topics of every year."""
    del rejects  # written and checked by this project, see scripts/make_starter_votes.py
    by_name = {path.name: path for path in paths}
    missing = [n for n in (DYADS_FILE, YEARS_FILE) if n not in by_name]
    if missing:
        raise SchemaMismatch(
            f"vote dyads lack the file {missing[0]}",
            hint="scripts/make_starter_votes.py writes the two files together",
        )
    years = pl.read_csv(by_name[YEARS_FILE], separator="\t", try_parse_dates=True)
    counted = pl.col("year", "n_rollcalls", "n_topics").cast(pl.Int16)
    return {
        "vote_dyads": unpack_counts(pl.scan_parquet(by_name[DYADS_FILE])),
        "vote_years": years.with_columns(counted),
    }


SOURCE = Source(
    name="vote_dyads",
    title="Joint votes of every pair of states, by year",
    publisher="multipolar, computed from United Nations records",
    homepage="https://digitallibrary.un.org",
    licence="Apache-2.0 (counts computed by this project)",
    terms="attribution to the UN Digital Library as the origin of the votes",
    citation="multipolar: joint counts of recorded General Assembly votes 1946-2025, computed by "
    "scripts/make_starter_votes.py from UN Digital Library voting data",
    coverage="5,539 recorded votes of the General Assembly on adopted resolutions, 1946 to "
    "29 October 2025",
    tables=(VOTE_DYADS, VOTE_YEARS),
    read=read,
    starter=(DYADS_FILE, YEARS_FILE),
    as_of=date(2025, 10, 29),
    breaks=(
        (
            "Ends 29 October 2025: most votes of the 80th session (November, December) are "
            "missing, so 2025 holds fewer votes than other years."
        ),
        "No recorded vote on an adopted resolution in 1964, when the Assembly avoided voting.",
        "CHN before 25 October 1971 is the vote of the Republic of China.",
        "SUN and RUS, YUG, SCG and SRB, CSK, DDR, YMD, UAR are separate states here.",
    ),
    notes="Adopted resolutions only: no paragraph votes, amendments or rejected drafts. Code 8 "
    "mixes absent, present but not voting, and barred for arrears.",
)
