"""Estimate yearly ideal points 1946-2025 from the full record and write the starter file.

Reads ``../shared/data/unga_undl`` (General Assembly, recorded votes) and samples the posterior
(mode "joint": calendar years, no bridging, anchors USA and RUS, seed 1945). Takes about 50
minutes of CPU time, half of it on each of two cores; interrupted, it goes on from ``--resume``.

    python scripts/make_starter_ideal_points.py
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl

from multipolar import ideal_points
from multipolar.measures._kernels.convergence import r_hat
from multipolar.measures.ideal_points import IdealPoints

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT.parent / "shared" / "data" / "unga_undl"
TARGET = ROOT / "src" / "multipolar" / "sources" / "starter" / "ideal_points.parquet"
CHAINS = 4
QUANTILES = (5, 10, 50, 90, 95)
RHAT_WITHHELD = 1.05  # a position on which chains differ by more has no interval
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


def estimate(resume: Path | None, threads: int) -> IdealPoints:
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
        chains=CHAINS,
        burn=300,
        iterations=1600,
        thin=2,
        unconverged="show",
        progress=tell,
        resume=resume,
        threads=threads,
    )


def starter_frame(draws: pl.DataFrame, n_votes: pl.DataFrame, chains: int) -> pl.DataFrame:
    """Columns of the starter table from the draws, rounded to four decimals.

    ``draws`` as :attr:`IdealPoints.draws`; ``n_votes`` has ``state``, ``year``, ``n_votes``. Sd and
    quantiles are withheld where the chains do not agree on the position.
    """
    theta = draws["draws"].to_numpy().T.astype(np.float64)
    apart = r_hat(theta.reshape(chains, -1, theta.shape[1]))
    quantiles = np.quantile(theta, [q / 100 for q in QUANTILES], axis=0)
    columns = {"mean": theta.mean(0), "sd": theta.std(0, ddof=1)}
    columns |= {f"q{q:02d}": x for q, x in zip(QUANTILES, quantiles, strict=True)}
    agreed = pl.when(pl.col("rhat") < RHAT_WITHHELD)
    withheld = [agreed.then(pl.col(c)).alias(c) for c in columns if c != "mean"]
    table = draws.select("state", "year").with_columns(rhat=apart, **columns)
    numbers = ["mean", "sd", *list(columns)[2:], "rhat"]
    return (
        table.with_columns(withheld)
        .join(n_votes.select("state", "year", "n_votes"), on=["state", "year"])
        .select(
            "state",
            pl.col("year").cast(pl.Int16),
            *(pl.col(n).round(4).cast(pl.Float32) for n in numbers),
            pl.col("n_votes").cast(pl.Int16),
        )
        .sort("state", "year")
    )


def write(table: pl.DataFrame, target: Path) -> None:
    """Write the starter file whole, or not at all."""
    partial = target.with_suffix(".part")
    table.write_parquet(partial, compression="zstd", compression_level=19)
    partial.replace(target)
    print(f"{target}: {table.height} rows, {target.stat().st_size / 1024:.0f} KB")


def main() -> None:
    """Estimate, report convergence, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--draws", type=Path, help="also write the posterior draws here (Parquet)")
    parser.add_argument("--threads", type=int, default=0, help="0: all processors")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    points = estimate(given.resume, given.threads)
    print(points, points.diagnostics.settings, points.diagnostics.frame)
    if given.draws:
        points.write_draws(given.draws)
    write(starter_frame(points.draws, points.frame, CHAINS), given.out)


if __name__ == "__main__":
    main()
