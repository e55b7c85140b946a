"""Votes on landmark resolutions: the selection of recorded votes that the package carries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Column, Frames, Rejects, Source, Table
from multipolar.core.errors import SchemaMismatch
from multipolar.sources._vote_tables import ROLLCALLS, VOTES

LANDMARKS = Table(
    name="landmarks",
    row="one landmark resolution",
    key=("symbol",),
    absence="unknown",
    columns=(
        Column(name="symbol", dtype="str", meaning="UN document symbol"),
        Column(name="topic", dtype="str", meaning="the dispute, as named by this project"),
        Column(
            name="about",
            dtype="str",
            meaning="state whose conduct or standing is voted on; empty where there is none or "
            "more than one",
        ),
        Column(name="label", dtype="str", meaning="the vote in a few plain words"),
        Column(
            name="against_vote",
            dtype="str",
            meaning="the vote that goes against the state in `about`; empty without one",
            allowed=("yes", "no", ""),
        ),
        Column(name="why", dtype="str", meaning="why it is on the list"),
        Column(name="source", dtype="str", meaning="record page in the UN Digital Library"),
    ),
)

LANDMARKS_FILE = "landmarks.tsv"
ROLLCALLS_FILE = "landmark_rollcalls.parquet"
VOTES_FILE = "landmark_votes.parquet"


def read_landmarks(path: Path) -> pl.DataFrame:
    """Read the curated list: one row per landmark resolution; text columns, empty where none.

    Examples
    --------
    >>> starter = Path(__file__).parent / "starter"
    >>> landmarks = read_landmarks(starter / "landmarks.tsv")
    >>> landmarks.filter(pl.col("symbol") == "A/RES/ES-11/1")["about"].item()
    'RUS'
    """
    frame = pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False)
    wanted = [c.name for c in LANDMARKS.columns]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise SchemaMismatch(
            f"{path.name} lacks column {missing[0]!r}", hint=f"columns are {', '.join(wanted)}"
        )
    return frame.select(wanted).with_columns(pl.all().fill_null(""))


def read(paths: Sequence[Path], rejects: Rejects) -> Frames:
    """Return the landmarks with the votes on them; the three files belong together."""
    del rejects  # written and checked by this project, see scripts/make_starter_votes.py
    by_name = {path.name: path for path in paths}
    missing = [n for n in (LANDMARKS_FILE, ROLLCALLS_FILE, VOTES_FILE) if n not in by_name]
    if missing:
        raise SchemaMismatch(
            f"landmark votes lack the file {missing[0]}",
            hint="scripts/make_starter_votes.py writes the three files together",
        )
    return {
        "landmarks": read_landmarks(by_name[LANDMARKS_FILE]),
        "rollcalls": pl.read_parquet(by_name[ROLLCALLS_FILE]),
        "votes": pl.read_parquet(by_name[VOTES_FILE]),
    }


SOURCE = Source(
    name="landmark_votes",
    title="Votes on landmark resolutions of the General Assembly",
    publisher="multipolar, from United Nations records",
    homepage="https://digitallibrary.un.org",
    licence="list: Apache-2.0; votes: (c) United Nations",
    terms="UN Digital Library: attribution, non-commercial use; "
    "https://www.un.org/en/about-us/copyright",
    citation="United Nations, Dag Hammarskjold Library, UN Digital Library: Voting Data; "
    "selection by multipolar",
    coverage="General Assembly, 1947 to 2025: all 23 votes on Ukraine 2014-2025, the embargo on "
    "Cuba every year since 1992, and contested votes spread over some 40 further disputes",
    tables=(LANDMARKS, ROLLCALLS, VOTES),
    read=read,
    starter=(LANDMARKS_FILE, ROLLCALLS_FILE, VOTES_FILE),
    as_of=date(2025, 10, 29),
    breaks=(
        (
            "A selection, chosen because contested: shares of agreement in it are not those of the "
            "whole Assembly. The tables vote_dyads and unga_votes cover all recorded votes."
        ),
        "CHN before 25 October 1971 is the vote of the Republic of China.",
    ),
    notes="Tables rollcalls and votes of this source hold landmarks only; their provenance says "
    "landmark_votes. A full record (unga_votes, unga_voeten) takes their place once added.",
)
