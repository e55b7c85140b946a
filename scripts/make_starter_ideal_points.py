"""Estimate yearly ideal points 1946-2025 from the full record and write the starter file.

Reads ``../shared/data/unga_undl`` (General Assembly, recorded votes) and samples the posterior
(mode "joint": calendar years, no bridging, anchors USA and RUS, seed 1945). Takes about a quarter
of an hour on two free cores; interrupted, it goes on from ``--resume``.

    python scripts/make_starter_ideal_points.py
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import polars as pl

from multipolar import ideal_points
from multipolar.measures.ideal_points import IdealPoints

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT.parent / "shared" / "data" / "unga_undl"
TARGET = ROOT / "src" / "multipolar" / "sources" / "starter" / "ideal_points.parquet"
CODES = {"Y": 1, "A": 2, "N": 3, "X": 8}


def read_record() -> pl.DataFrame:
    """One row per (roll call, member): the recorded votes of the General Assembly."""
    resolutions = pl.read_parquet(RECORD / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    votes = pl.read_parquet(RECORD / "votes.parquet").select(
        "undl_id",
        state=pl.col("ms_code").cast(pl.String),
        vote=pl.col("vote").cast(pl.String).replace_strict(CODES, return_dtype=pl.Int8),
    )
    kept = resolutions.select("undl_id", "session", "date", "title")
    return votes.join(kept, on="undl_id").rename({"undl_id": "rollcall"})


def estimate(resume: Path | None) -> IdealPoints:
    """Return the posterior of the starter record."""
    last = [0.0]

    def tell(done: int, total: int, left: float) -> None:
        if time.monotonic() - last[0] > 30 or done == total:
            last[0] = time.monotonic()
            print(f"{done}/{total} sweeps, {left / 60:.0f} minutes left", flush=True)

    return ideal_points(
        read_record(),
        mode="joint",
        period="year",
        bridging="none",
        burn=300,
        iterations=2000,
        thin=4,
        unconverged="show",
        progress=tell,
        resume=resume,
    )


def starter_frame(points: IdealPoints) -> pl.DataFrame:
    """Columns of the starter table, rounded to four decimals."""
    numbers = ["mean", "sd", "q05", "q10", "q50", "q90", "q95"]
    return points.frame.select(
        "state",
        pl.col("year").cast(pl.Int16),
        *(pl.col(n).round(4).cast(pl.Float32) for n in numbers),
        pl.col("n_votes").cast(pl.Int16),
    ).sort("state", "year")


def main() -> None:
    """Estimate, report convergence, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--draws", type=Path, help="also write the posterior draws here (Parquet)")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    points = estimate(given.resume)
    print(points, points.diagnostics.settings, points.diagnostics.frame)
    if given.draws:
        points.write_draws(given.draws)
    partial = given.out.with_suffix(".part")
    starter_frame(points).write_parquet(partial, compression="zstd", compression_level=19)
    partial.replace(given.out)
    print(f"{given.out}: {given.out.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
