"""All similarity metrics for all pairs of states, every year or session, against two pandas ways.

    python benchmarks/similarity.py [--period year|session] [--dyads 60]

Needs the full record of roll calls in ``../shared`` beside the checkout. Every contestant starts
from the same long table of votes in memory, runs in a process of its own on one thread, and must
give the same numbers. Times are processor seconds, which other work on the machine disturbs least.
The pair-by-pair contestant runs on a random sample of pairs and is extrapolated by their number.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from multipolar.measures._kernels.similarity import METRICS, score_periods
from multipolar.measures._rollcalls import session_number

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "unga_undl"
CODES = {"Y": 1, "A": 2, "N": 3, "X": 8}
LEVELS = (1, 2, 3)
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1")


def read_votes(period):
    """One row per member and recorded vote of the Assembly: rollcall, period, state, vote."""
    calls = pl.read_parquet(DATA / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    year = pl.col("date").str.slice(0, 4).cast(pl.Int32)
    autumn = pl.col("date").str.slice(5, 2).cast(pl.Int32) >= 9
    if period == "session":
        number = pl.col("session").map_elements(session_number, return_dtype=pl.Int32)
        by_date = pl.when(autumn).then(year).otherwise(year - 1)
        year = pl.coalesce(number + 1945, by_date).clip(lower_bound=1946)
    calls = calls.select("undl_id", period=year)
    votes = pl.read_parquet(DATA / "votes.parquet").join(calls, on="undl_id")
    return votes.select(
        rollcall="undl_id",
        period="period",
        state=pl.col("ms_code").cast(pl.String),
        vote=pl.col("vote").cast(pl.String).replace_strict(CODES, return_dtype=pl.Int8),
    )


def run_multipolar(votes):
    """Matrix of codes, then one matrix product per period."""
    calls = votes.select("rollcall", "period").unique().sort("rollcall")
    states = votes["state"].unique().sort()
    rows = np.searchsorted(calls["rollcall"], votes["rollcall"])
    columns = votes["state"].cast(pl.Enum(states)).to_physical().to_numpy()
    codes = np.full((len(calls), len(states)), 9, dtype=np.int8)
    codes[rows, columns] = votes["vote"].to_numpy()
    periods, index = np.unique(calls["period"], return_inverse=True)
    names, out = np.asarray(states), {}
    for p, i, j, scores, _ in score_periods(codes, index, METRICS):
        pair = names[i], names[j]
        out |= {(int(periods[p]), metric): (*pair, scores[metric]) for metric in METRICS}
    return out


def metrics_of_tables(table):
    """Score tables (n, 3, 3) with the formulas as published."""
    n = table.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        o = table / n[:, None, None]
        r, c = o.sum(axis=2), o.sum(axis=1)
        m = (r + c) / 2
        gap = np.abs(np.subtract.outer(LEVELS, LEVELS)) / 2
        out = {}
        for kind, d in (("nominal", gap > 0), ("linear", gap), ("quadratic", gap**2)):
            observed = (o * d).sum(axis=(1, 2))
            expected = np.einsum("ia,ab,ib->i", r, d, c)
            common = np.einsum("ia,ab,ib->i", m, d, m)
            out[f"kappa_{kind}"] = np.where(expected > 1e-15, 1 - observed / expected, np.nan)
            out[f"pi_{kind}"] = np.where(common > 1e-15, 1 - observed / common, np.nan)
            if kind == "linear":
                out |= {
                    "agree": 1 - observed,
                    "s": 1 - 2 * observed,
                    "a": 2 * (expected - observed),
                }
            if kind == "quadratic":
                out["s_squared"] = 1 - 2 * observed
        x = np.array([1.0, 0.0, -1.0])
        norm = (r @ x**2) * (c @ x**2)
        out["cosine"] = np.where(norm > 0, np.einsum("iab,a,b->i", o, x, x) / np.sqrt(norm), np.nan)
        net = np.zeros(len(o))
        for a in range(3):
            for b in range(3):
                later = o[:, a + 1 :, b + 1 :].sum(axis=(1, 2)) - o[:, a + 1 :, :b].sum(axis=(1, 2))
                net += o[:, a, b] * later
        untied = (1 - (r**2).sum(axis=1)) * (1 - (c**2).sum(axis=1))
        out["taub"] = np.where(untied > 1e-15, 2 * net / np.sqrt(untied), np.nan)
    return out


def run_grouped(votes):
    """Careful pandas: per period, self-merge on the roll call, group by pair and votes."""
    frame = votes.to_pandas()
    frame["state"] = frame["state"].astype("category").cat.codes.astype("int16")
    names = np.asarray(sorted(votes["state"].unique()))
    out = {}
    for period, part in frame.groupby("period"):
        cast = part.loc[part["vote"] != 8, ["rollcall", "state", "vote"]]
        both = cast.merge(cast, on="rollcall")
        both = both[both["state_x"] < both["state_y"]]
        counts = both.groupby(["state_x", "state_y", "vote_x", "vote_y"]).size()
        counts = counts.unstack(["vote_x", "vote_y"], fill_value=0)  # noqa: PD010
        wanted = pd.MultiIndex.from_product([LEVELS, LEVELS])
        table = counts.reindex(columns=wanted, fill_value=0).to_numpy().reshape(-1, 3, 3)
        i, j = (names[counts.index.get_level_values(k)] for k in (0, 1))
        for metric, values in metrics_of_tables(table.astype(float)).items():
            out[int(period), metric] = (i, j, values)
    return out


def run_per_dyad(votes, n_dyads):
    """Straightforward pandas: one pair at a time, cross-tabulated by period."""
    frame = votes.to_pandas()
    wide = frame.pivot(index="rollcall", columns="state", values="vote")  # noqa: PD010
    period = frame.drop_duplicates("rollcall").set_index("rollcall")["period"]
    names = sorted(wide.columns)
    rng = np.random.default_rng(1945)
    every = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    sample = [every[k] for k in rng.choice(len(every), size=n_dyads, replace=False)]
    out = {}
    started = time.process_time()
    for a, b in sample:
        pair = wide[[a, b]].dropna()
        for year, part in pair.groupby(period.reindex(pair.index)):
            levels = [1, 2, 3]
            table = (
                pd.crosstab(part[a], part[b])
                .reindex(index=levels, columns=levels, fill_value=0)
                .to_numpy()
            )
            for metric, values in metrics_of_tables(table[None].astype(float)).items():
                out[int(year), metric, a, b] = values[0]
    seconds = (time.process_time() - started) * len(every) / n_dyads
    return out, seconds, len(every)


def run_part(part, period, n_dyads, folder):
    """Run one contestant; keep its numbers in ``folder``, print what it took as JSON."""
    votes = read_votes(period)
    extra = {}
    if part == "per_dyad":
        scores, seconds, n_dyads_all = run_per_dyad(votes, n_dyads)
        extra = {"dyads_timed": n_dyads, "dyads": n_dyads_all}
    else:
        run = run_multipolar if part == "multipolar" else run_grouped
        runs = []
        for _ in range(3 if part == "multipolar" else 1):
            started = time.process_time()
            found = run(votes)
            runs.append(time.process_time() - started)
        seconds = min(runs)
        extra = {"dyad_periods": sum(len(v[0]) for (_, m), v in found.items() if m == "agree")}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if part != "per_dyad":
        scores = {
            (t, m, a, b): v
            for (t, m), (i, j, values) in found.items()
            if t % 10 == 2  # enough to compare, little enough to keep
            for a, b, v in zip(i, j, values, strict=True)
        }
    pl.DataFrame(
        [(*key, value) for key, value in scores.items()],
        schema=["period", "metric", "state_a", "state_b", "value"],
        orient="row",
    ).write_parquet(folder / f"{part}.parquet")
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb, **extra}))


def check_equal(folder):
    """Every contestant must give the same scores, missing ones included."""
    keys = ["period", "metric", "state_a", "state_b"]
    ours = pl.read_parquet(folder / "multipolar.parquet")
    for part in ("per_dyad", "grouped"):
        both = ours.join(pl.read_parquet(folder / f"{part}.parquet"), on=keys)
        assert len(both) > 1000, part
        np.testing.assert_allclose(both["value"], both["value_right"], atol=1e-9, err_msg=part)
        print(f"  {part}: {len(both):,} scores compared, equal to 1e-9")


def main():
    """Run the three contestants one after the other and print times side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--period", choices=["year", "session"], default="year")
    parser.add_argument("--dyads", type=int, default=60, help="pairs timed one by one")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        run_part(asked.part, asked.period, asked.dyads, asked.folder)
        return
    if not DATA.is_dir():
        sys.exit(f"the full record is not at {DATA.parent.parent.name}/ beside the checkout")
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in ("multipolar", "grouped", "per_dyad"):
            command = [sys.executable, __file__, "--part", part, "--folder", folder]
            command += ["--period", asked.period, "--dyads", str(asked.dyads)]
            done = subprocess.run(  # noqa: S603 - this file, with its own options
                command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD
            )
            results[part] = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{len(METRICS)} metrics, {results['multipolar']['dyad_periods']:,} pairs x "
            f"{asked.period}s, one thread"
        )
        check_equal(Path(folder))
    ours = results["multipolar"]["seconds"]
    print(f"{'':32}{'cpu s':>10}{'ratio':>8}{'peak MB':>9}")
    names = {
        "multipolar": "multipolar (best of 3)",
        "grouped": "pandas, grouped",
        "per_dyad": f"pandas, pair by pair ({results['per_dyad']['dyads_timed']} timed)",
    }
    for part, name in names.items():
        row = results[part]
        ratio = row["seconds"] / ours
        print(f"{name:32}{row['seconds']:10.2f}{ratio:8.0f}{row['peak_mb']:9.0f}")


if __name__ == "__main__":
    main()
