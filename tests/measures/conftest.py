"""Voting records to test with: a simulated one, and the full public one where it is here."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from multipolar.core.declare import Source
from multipolar.sources._vote_tables import ROLLCALLS, VOTES
from multipolar.sources._vote_topics import topic_of
from multipolar.sources.landmark_votes import LANDMARKS
from multipolar.store import Store


def add_votes(store, rollcalls, votes, folder):
    """Put a record into a store as if a user had added it."""
    folder.mkdir(exist_ok=True)
    rollcalls.write_parquet(folder / "rollcalls.parquet")
    votes.write_parquet(folder / "votes.parquet")
    first = rollcalls.head(5)
    landmarks = {c.name: "" for c in LANDMARKS.columns} | {"topic": "first votes"}
    first.select("symbol", **{k: pl.lit(v) for k, v in landmarks.items() if k != "symbol"}).select(
        c.name for c in LANDMARKS.columns
    ).write_parquet(folder / "landmarks.parquet")

    def read(paths, rejects):
        del rejects
        return {path.stem: pl.read_parquet(path) for path in paths}

    source = Source(
        name="simulated_votes",
        title="Simulated votes",
        publisher="tests",
        homepage="",
        licence="none",
        terms="none",
        citation="tests",
        coverage="none",
        tables=(ROLLCALLS, VOTES, LANDMARKS),
        read=read,
    )
    store.add(source, folder)
    return store


def rollcall_frame(years, topics, codes, *, sessions=None, subjects=None):
    """Roll calls with tallies that fit the codes (n_rollcalls, n_states)."""
    n = len(years)
    counted = {c: (codes == c).sum(axis=1) for c in (1, 2, 3, 8)}
    return pl.DataFrame(
        {
            "rollcall": [f"A/RES/{y}/{i}" for i, y in enumerate(years)],
            "undl_id": range(n),
            "symbol": [f"A/RES/{y}/{i}" for i, y in enumerate(years)],
            "body": ["GA"] * n,
            "session": sessions or [str(y - 1945) for y in years],
            "date": [date(y, 12, 1 + i % 20) for i, y in enumerate(years)],
            "year": years,
            "title": topics,
            "agenda": [None] * n,
            "topic": topics,
            "subject": subjects or ["other"] * n,
            "yes": counted[1],
            "no": counted[3],
            "abstain": counted[2],
            "nonvoting": counted[8],
            "emergency": [False] * n,
            "final": [True] * n,
            "important": [None] * n,
        },
        schema_overrides={
            "year": pl.Int16,
            "yes": pl.Int16,
            "no": pl.Int16,
            "abstain": pl.Int16,
            "nonvoting": pl.Int16,
            "important": pl.Boolean,
            "agenda": pl.String,
        },
    )


def vote_frame(rollcalls, states, codes):
    """One row per member and roll call; code 9 gives none."""
    rows, columns = np.nonzero(codes != 9)
    return pl.DataFrame(
        {
            "rollcall": np.asarray(rollcalls["rollcall"])[rows],
            "state": np.asarray(states)[columns],
            "vote": codes[rows, columns].astype(np.int8),
        }
    )


STATES = ("BLR", "CHN", "FRA", "KAZ", "RUS", "USA")


@pytest.fixture(scope="session")
def simulated():
    """Codes (n_rollcalls, n_states), years and topics of a small simulated record."""
    rng = np.random.default_rng(7)
    years = [y for y in range(2018, 2024) for _ in range(30)]
    codes = rng.choice([1, 2, 3, 8], p=[0.6, 0.2, 0.12, 0.08], size=(len(years), len(STATES)))
    codes[: 30 * 2, 3] = 9  # KAZ joins in 2020
    topics = [f"text {i % 30 // 2}" for i in range(len(years))]
    return codes.astype(np.int8), years, topics


@pytest.fixture(scope="session")
def simulated_store(simulated, tmp_path_factory):
    """Store with the simulated record added."""
    codes, years, topics = simulated
    subjects = [("nuclear", "economic", "other")[i % 3] for i in range(len(years))]
    rollcalls = rollcall_frame(years, topics, codes, subjects=subjects)
    folder = tmp_path_factory.mktemp("simulated")
    votes = vote_frame(rollcalls, STATES, codes)
    return add_votes(Store.open(folder / "store"), rollcalls, votes, folder / "files")


@pytest.fixture(scope="session")
def full_store(shared, tmp_path_factory):
    """Store with the full public record added."""
    folder = shared / "data" / "unga_undl"
    coded = {"Y": 1, "A": 2, "N": 3, "X": 8}
    listed = pl.read_parquet(folder / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    emergency = pl.col("session").str.starts_with("ES")
    rollcalls = listed.select(
        rollcall="symbol",
        undl_id="undl_id",
        symbol="symbol",
        body="body",
        session=pl.col("session").replace("", "0"),
        date=pl.col("date").str.to_date(),
        year=pl.col("date").str.slice(0, 4).cast(pl.Int16),
        title="title",
        agenda="agenda",
        topic=pl.col("title").map_elements(topic_of, return_dtype=pl.String),
        subject=pl.lit("other"),
        yes=pl.col("yes").cast(pl.Int16),
        no=pl.col("no").cast(pl.Int16),
        abstain=pl.col("abstain").cast(pl.Int16),
        nonvoting=pl.col("nonvoting").cast(pl.Int16),
        emergency=emergency,
        final=pl.lit(value=True),
        important=pl.lit(None, dtype=pl.Boolean),
    )
    votes = (
        pl.read_parquet(folder / "votes.parquet")
        .join(listed.select("undl_id", "date", rollcall="symbol"), on="undl_id")
        # The record lists Japan as not voting two weeks before it was admitted.
        .filter((pl.col("ms_code") != "JPN") | (pl.col("date") >= "1956-12-18"))
        .select(
            "rollcall",
            state=pl.col("ms_code").cast(pl.String),
            vote=pl.col("vote").cast(pl.String).replace_strict(coded, return_dtype=pl.Int8),
        )
    )
    root = tmp_path_factory.mktemp("full")
    return add_votes(Store.open(root / "store"), rollcalls, votes, root / "files")
