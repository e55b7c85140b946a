"""Compute the votes of the starter record from the full public record.

Reads the full record through the package's own loader of the UN bulk file and writes, into
``src/multipolar/sources/starter``:

- ``landmark_rollcalls.parquet`` and ``landmark_votes.parquet``: the resolutions of
  ``landmarks.tsv`` and every vote on them;
- ``vote_dyads.parquet``: joint counts of every pair of states and year, packed (see
  ``sources/vote_dyads.py``);
- ``vote_years.tsv``: recorded votes and topics of every year.

Every landmark must exist in the record and its tally must equal the printed one::

    python scripts/make_starter_votes.py
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from make_bulk_csv import RECORD, write_bulk_csv

from multipolar.core.declare import Rejects
from multipolar.sources import unga_votes
from multipolar.sources.landmark_votes import (
    LANDMARKS_FILE,
    ROLLCALLS_FILE,
    VOTES_FILE,
    read_landmarks,
)
from multipolar.sources.vote_dyads import CODES, DYADS_FILE, YEARS_FILE, pack_counts

STARTER = Path(__file__).resolve().parents[1] / "src" / "multipolar" / "sources" / "starter"


def count_year(votes: pl.DataFrame) -> pl.DataFrame:
    """Joint counts of every pair of states in one year: ``c_`` contested, ``u_`` uncontested."""
    states, column = np.unique(votes["state"].to_numpy(), return_inverse=True)
    calls, row = np.unique(votes["rollcall"].to_numpy(), return_inverse=True)
    code, contested = votes["vote"].to_numpy(), votes["contested"].to_numpy()
    first, second = np.triu_indices(len(states), 1)
    counts = {"state_a": states[first], "state_b": states[second]}
    for prefix, chosen in (("c", contested), ("u", ~contested)):
        # float32 counts are exact far beyond the votes of a year, and multiply fastest
        voted = np.zeros((len(CODES), len(states), len(calls)), np.float32)
        level = np.searchsorted(CODES, code[chosen])
        voted[level, column[chosen], row[chosen]] = 1
        for i, a in enumerate(CODES):
            for j, b in enumerate(CODES):
                joint = voted[i] @ voted[j].T
                counts[f"{prefix}_{a}{b}"] = joint[first, second].astype(np.int16)
    return pl.DataFrame(counts)


def count_dyads(rollcalls: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Joint counts of every year and pair that sat together at least once, packed."""
    dated = votes.join(rollcalls.select("rollcall", "year", "contested"), on="rollcall")
    years = [
        count_year(part).with_columns(pl.lit(year, pl.Int16).alias("year"))
        for (year,), part in sorted(dated.partition_by("year", as_dict=True).items())
    ]
    packed = pack_counts(pl.concat(years)).filter(pl.col("n") + pl.col("u") > 0)
    return packed.sort("year", "state_a", "state_b")


def count_years(rollcalls: pl.DataFrame) -> pl.DataFrame:
    """Recorded votes and topics of every year, for all votes and for contested ones."""
    sets = {"all": rollcalls, "contested": rollcalls.filter("contested")}
    return pl.concat(
        frame.group_by("year")
        .agg(
            pl.len().alias("n_rollcalls"),
            pl.col("topic").n_unique().alias("n_topics"),
            pl.col("date").min().alias("first"),
            pl.col("date").max().alias("last"),
        )
        .select("year", pl.lit(name).alias("vote_set"), "n_rollcalls", "n_topics", "first", "last")
        for name, frame in sets.items()
    ).sort("year", "vote_set")


def select_landmarks(
    rollcalls: pl.DataFrame, votes: pl.DataFrame, wanted: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Roll calls and votes of the landmarks; stops where one is absent or its tally is off."""
    absent = wanted.join(rollcalls, on="symbol", how="anti")["symbol"].to_list()
    if absent:
        raise SystemExit(f"not among the recorded votes: {', '.join(absent)}")
    calls = rollcalls.join(wanted, on="symbol", how="semi").sort("date", "rollcall")
    chosen = votes.join(calls, on="rollcall", how="semi")
    counted = chosen.group_by("rollcall").agg(
        (pl.col("vote") == 1).sum().alias("y"),
        (pl.col("vote") == 3).sum().alias("n"),
        (pl.col("vote") == 2).sum().alias("a"),
    )
    off = calls.join(counted, on="rollcall").filter(
        (pl.col("y") != pl.col("yes"))
        | (pl.col("n") != pl.col("no"))
        | (pl.col("a") != pl.col("abstain"))
    )
    if off.height:
        raise SystemExit(f"tally differs from the printed one: {off['symbol'].to_list()}")
    return calls, chosen.join(calls.select("rollcall", "date"), on="rollcall").sort(
        "date", "rollcall", "state"
    ).drop("date")


def write_packed(frame: pl.DataFrame, path: Path, origin: dict[str, str]) -> None:
    """Write Parquet as small as it gets: one row group, bytes of a number split, zstd 19."""
    text = [n for n, t in frame.schema.items() if t == pl.String]
    numbers = [n for n, t in frame.schema.items() if t.is_integer()]
    arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    arrow = arrow.cast(
        pa.schema([(f.name, pa.string() if f.name in text else f.type) for f in arrow.schema])
    )
    arrow = arrow.replace_schema_metadata({"multipolar": json.dumps(origin, sort_keys=True)})
    pq.write_table(
        arrow,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=text,
        column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
        row_group_size=len(frame),
        data_page_size=8 << 20,
    )


def main() -> None:
    """Write the four files and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", type=Path, default=RECORD, help="folder of the Parquet copy")
    parser.add_argument("--target", type=Path, default=STARTER)
    given = parser.parse_args()
    rejects = Rejects()
    with tempfile.TemporaryDirectory() as folder:
        bulk = Path(folder) / "ga_voting.csv"
        write_bulk_csv(bulk, record=given.record)
        frames = unga_votes.read([bulk], rejects)
    cast = sum((pl.col(c) > 0).cast(pl.Int8) for c in ("yes", "no", "abstain"))
    rollcalls = frames["rollcalls"].with_columns(contested=cast >= 2)
    votes = frames["votes"]
    origin = {
        "computed_by": "multipolar, scripts/make_starter_votes.py",
        "from": "UN Digital Library voting data, full record of the General Assembly",
        "cut_off": str(rollcalls["date"].max()),
        "rollcalls": str(rollcalls.height),
        "votes": str(votes.height),
        "rows_left_out": str(len(rejects.rows)),
        **{
            f"sha256_{name}": hashlib.sha256((given.record / name).read_bytes()).hexdigest()
            for name in ("votes.parquet", "resolutions.parquet")
        },
    }
    wanted = read_landmarks(given.target / LANDMARKS_FILE)
    calls, chosen = select_landmarks(rollcalls, votes, wanted)
    write_packed(calls.drop("contested"), given.target / ROLLCALLS_FILE, origin)
    write_packed(chosen, given.target / VOTES_FILE, origin)
    write_packed(count_dyads(rollcalls, votes), given.target / DYADS_FILE, origin)
    count_years(rollcalls).write_csv(given.target / YEARS_FILE, separator="\t")
    for row in rejects.rows:
        print(f"left out: row {row['row']}: {row['reason']}")
    for name in (ROLLCALLS_FILE, VOTES_FILE, DYADS_FILE, YEARS_FILE):
        print(f"{name}: {(given.target / name).stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
