"""Ideal points in the plane, absence as a choice: coverage, recent record, what absence tells.

    python benchmarks/ideal_plane.py [coverage] [recent] [absence] [bias] [--records N]

``coverage``: 90 % intervals on records simulated from the priors, for the plane and for absence as
a choice. ``recent``: calendar years from 2014 in the plane, with the map. ``absence``: 2022 to 2024
with and without a model of absence. ``bias``: states that leave rather than vote no, under both
treatments. The record is read from ``../shared/data/unga_undl``; CPU seconds are printed.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from scipy.linalg import orthogonal_procrustes

from multipolar import ideal_points
from multipolar.charts import draw_ideal_map, write_chart
from multipolar.core.states import find_state
from multipolar.measures._ideal_absence import lay_out_absences
from multipolar.measures._ideal_chains import Plan
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._ideal_planar_estimate import estimate_planar
from multipolar.measures._kernels.convergence import r_hat

RECORD = Path(__file__).resolve().parents[2] / "shared" / "data" / "unga_undl"
CODES = {"Y": 1, "A": 2, "N": 3, "X": 8}
SCHEMA = {"rollcall": pl.String, "state": pl.String, "vote": pl.Int8, "session": pl.Int32}
FOLLOWED = ["USA", "RUS", "CHN", "IND", "TUR", "UKR", "FRA", "ARG"]


def read_votes(first, last):
    """Recorded votes and absences of members, by calendar year."""
    listed = pl.read_parquet(RECORD / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    coded = pl.col("vote").cast(pl.String).replace_strict(CODES, return_dtype=pl.Int8)
    votes = pl.read_parquet(RECORD / "votes.parquet").join(
        listed.select("undl_id", "date", rollcall="symbol"), on="undl_id"
    )
    year = pl.col("date").str.slice(0, 4).cast(pl.Int32)
    table = votes.select("rollcall", state=pl.col("ms_code").cast(pl.String), vote=coded, year=year)
    return table.filter(pl.col("year").is_between(first, last))


def simulate(seed, *, dims, away, states=40, sessions=5, rollcalls=25):
    """A record drawn from the priors; ``away`` none, choice (from its model) or rather_than_no."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(np.log(0.03) + rng.normal(0, 0.7), 0.5, states))
    kept = np.exp(-rate)[:, None]
    theta = rng.normal(size=(states, sessions, dims))
    for t in range(1, sessions):
        theta[:, t] = kept * theta[:, t - 1] + np.sqrt(1 - kept**2) * theta[:, t]
    rows = []
    for t in range(sessions):
        spread = 1.0 if away == "rather_than_no" else 3.0
        beta, centre = rng.normal(size=(rollcalls, dims)), rng.normal(0, spread, rollcalls)
        half = np.exp(rng.normal(-1.2, 1, rollcalls))
        z = beta @ theta[:, t].T + rng.normal(size=(rollcalls, states)) - centre[:, None]
        vote = np.where(z < -half[:, None], 1, np.where(z > half[:, None], 3, 2))
        chance = np.full(vote.shape, 0.1)
        if away == "rather_than_no":
            shy = np.arange(states) % 2 == 0
            chance = np.where(shy, np.choose(vote - 1, [0.05, 0.4, 0.85]), 0.05)
        gone = rng.uniform(size=vote.shape) < chance
        if away == "choice":
            eta = rng.normal(-1, 1, rollcalls)[:, None] + rng.normal(0, 0.5, states)
            eta = eta + rng.normal(0, 0.3, (rollcalls, dims)) @ theta[:, t].T
            gone = rng.normal(size=vote.shape) < eta
        vote = np.where(gone, 8, vote)
        rows += [
            (f"r{t}-{r:02d}", f"S{s:02d}", int(vote[r, s]), t + 1)
            for r in range(rollcalls)
            for s in range(states)
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row"), theta


def extremes(theta):
    """States at both ends of the first coordinate, and one far out on the last."""
    mean = theta.mean(1)
    high, low = int(mean[:, 0].argmax()), int(mean[:, 0].argmin())
    side = next(int(s) for s in np.argsort(-np.abs(mean[:, -1])) if s not in (high, low))
    return tuple(f"S{s:02d}" for s in (high, low, side))


def coverage(records):
    """Share of true positions and true distances inside their 90 % intervals."""
    for kind, dims in (("plane", 2), ("choice", 1)):
        began = time.process_time()
        inside, apart, r = [], [], []
        for seed in range(records):
            away = "choice" if kind == "choice" else "none"
            votes, theta = simulate(100 + seed, dims=dims, away=away)
            points = ideal_points(
                votes, dimensions=dims, absence="choice" if kind == "choice" else "missing",
                anchors=extremes(theta)[: dims + 1], bridging="none", unanimous="keep",
                period_prior=None, burn=150, iterations=600, thin=3, threads=1, unconverged="show",
            )  # fmt: skip
            told = one_record(points.draws, theta, dims)
            for kept, value in zip((inside, apart, r), told, strict=True):
                kept.append(value)
        error = np.std(inside) / np.sqrt(records)
        print(
            f"{kind}: positions covered {np.mean(inside):.3f} (se {error:.3f}), distances "
            f"{np.mean(apart):.3f}, correlation {np.mean(r):.3f}, {records} records, "
            f"{time.process_time() - began:.0f} CPU s"
        )


def one_record(draws, theta, dims):
    """Coverage of positions, of distances within sessions, and correlation with the truth."""
    if dims == 1:
        draws = draws.with_columns(dimension=pl.lit(1))
    draws = draws.sort("dimension", "state", "session")
    keys = draws.filter(dimension=1).select("state", "session").rows()
    truth = np.array([theta[int(s[1:]), t - 1] for s, t in keys])
    kept = np.stack(draws["draws"].to_numpy()).reshape(dims, len(keys), -1)
    truth = truth - truth.mean(0)
    root = np.linalg.cholesky(np.atleast_2d(np.cov(truth.T)))
    truth = np.linalg.solve(root, truth.T).T
    truth = truth @ orthogonal_procrustes(truth, kept.mean(2).T)[0]
    low, high = np.quantile(kept, [0.05, 0.95], axis=2)
    session = np.array([t for _, t in keys])
    a, b = np.triu_indices(len(keys), 1)
    a, b = a[session[a] == session[b]], b[session[a] == session[b]]
    gap = np.sqrt(((kept[:, a] - kept[:, b]) ** 2).sum(0))
    near, far = np.quantile(gap, [0.05, 0.95], axis=1)
    true_gap = np.sqrt(((truth[a] - truth[b]) ** 2).sum(1))
    r = [np.corrcoef(kept.mean(2)[k], truth[:, k])[0, 1] for k in range(dims)]
    return (
        float(((low < truth.T) & (high > truth.T)).mean()),
        float(((near < true_gap) & (far > true_gap)).mean()),
        float(np.mean(r)),
    )


def recent(_records):
    """Calendar years from 2014 in the plane, and the map."""
    began = time.process_time()
    plane = ideal_points(
        read_votes(2014, 2025), dimensions=2, period="year", bridging="none", burn=300,
        iterations=2700, thin=5, threads=1, unconverged="show", progress=True,
    )  # fmt: skip
    print(plane, plane.diagnostics.frame, plane.axes, f"{time.process_time() - began:.0f} CPU s")
    for axis in (1, 2):
        draws = np.stack(plane.draws.filter(dimension=axis)["draws"].to_numpy())
        spread = r_hat(draws.T.reshape(4, -1, draws.shape[0]))
        print(f"axis {axis}: R-hat below 1.01 for {(spread < 1.01).mean():.1%} of positions")
    print(plane.distance("RUS", periods=[2024]).sort("mean").head(8))
    chart = draw_ideal_map(
        plane.frame, FOLLOWED, anchors=plane.anchors,
        names={s: find_state(s).name for s in FOLLOWED},
        source="Votes: UN Digital Library, to October 2025.",
    )  # fmt: skip
    print(write_chart(chart, Path("ideal-plane.svg")))


def absence(_records):
    """What absence tells from 2022 to 2024, and how far positions move when it is modelled."""
    votes = read_votes(2022, 2024)
    arrays = prepare_votes(votes, bridging="none", period="year")
    away = lay_out_absences(votes, arrays, "year")
    plan = Plan(chains=4, burn=200, iterations=500, thin=2, seed=1945, threads=1)
    found = {}
    for name, given in (("choice", away), ("missing", None)):
        began = time.process_time()
        found[name] = estimate_planar(
            arrays, given, plan, dims=1, anchors=("USA", "RUS"), unconverged="show",
            period_prior=(0.5, 0.25), progress=None, resume=None,
        )  # fmt: skip
        print(name, f"{time.process_time() - began:.0f} CPU s", found[name].diagnostics.frame)
    print(found["choice"].absence)
    both = found["choice"].frame.join(
        found["missing"].frame, on=["state", "year"], suffix="_missing"
    )
    moved = both.with_columns(move=pl.col("mean") - pl.col("mean_missing"))
    print(both.select(pl.corr("mean", "mean_missing")))
    print(moved.sort(pl.col("move").abs(), descending=True).head(8))


def bias(_records):
    """How far out states are placed that leave rather than vote no, over the others."""
    stretch, error = {}, {}
    for seed in range(8):
        votes, theta = simulate(seed, dims=1, away="rather_than_no", sessions=3, rollcalls=40)
        truth = ((theta - theta.mean()) / theta.std(ddof=1))[:, :, 0].ravel()
        shy = np.repeat(np.arange(40) % 2 == 0, 3)
        for treatment in ("missing", "choice"):
            points = ideal_points(
                votes, absence=treatment, anchors=extremes(theta)[:2], bridging="none", burn=100,
                iterations=240, thin=4, threads=1, unconverged="show",
            )  # fmt: skip
            mean = points.frame.sort("state", "session")["mean"].to_numpy()
            slope = [np.polyfit(truth[m], mean[m], 1)[0] for m in (shy, ~shy)]
            stretch.setdefault(treatment, []).append(slope[0] / slope[1])
            wrong = [np.sqrt(((mean - truth)[m] ** 2).mean()) for m in (shy, ~shy)]
            error.setdefault(treatment, []).append(wrong)
    for treatment, ratio in stretch.items():
        shy_error, other = np.mean(error[treatment], 0)
        print(f"{treatment}: {np.mean(ratio):.3f}, errors {shy_error:.3f} and {other:.3f}")


PARTS = {"coverage": coverage, "recent": recent, "absence": absence, "bias": bias}


def main():
    """Run the parts asked for, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--records", type=int, default=20)
    given = parser.parse_args()
    for name in given.parts or PARTS:
        if name not in PARTS:
            parser.error(f"no part {name!r}; there are {', '.join(PARTS)}")
        if name in ("recent", "absence") and not RECORD.is_dir():
            print(f"{name}: the full record is not here ({RECORD})")
            continue
        PARTS[name](given.records)


if __name__ == "__main__":
    main()
