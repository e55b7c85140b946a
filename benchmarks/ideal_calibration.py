"""Calibration of mode "joint": ranks of the truth, and how often intervals hold it.

    python benchmarks/ideal_calibration.py [--records 48] [--years 1957 1959] [--emergency]
        [--few 0] [--figure FILE.png]

Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman 2018): positions, rates,
items and votes are drawn from the priors in the shape of the real record of those years (who voted
on what, with its holes, births and deaths of states; with ``--emergency`` emergency sessions only,
with ``--few N`` three votes alone of every N-th state, told apart in the answer); the posterior is
sampled; the rank of the truth among the draws must be uniform. The period prior is off, as it is
not of the simulation.
Two chains per record; both truth and draws are turned so that they correlate. Needs
``../shared/data/unga_undl``.
"""

import argparse
import time
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl

from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._ideal_joint import JointChain
from multipolar.measures._kernels.convergence import r_hat
from multipolar.simulate.votes import simulate_votes

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "unga_undl"
BINS, KEPT = 20, 99  # draws ranked against; 100 possible ranks
CHAINS, BURN, SWEEPS = 2, 120, 200


def real_shape(first, last, *, emergency=False):
    """Who voted on what in those years: ``rollcall``, ``state``, ``session`` (the year)."""
    calls = pl.read_parquet(DATA / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    if emergency:
        calls = calls.filter(pl.col("session").str.starts_with("ES"))
    calls = calls.select(
        pl.col("undl_id"), session=pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int32)
    ).filter(pl.col("session").is_between(first, last))
    votes = pl.read_parquet(DATA / "votes.parquet").filter(pl.col("vote").cast(pl.String) != "X")
    return votes.join(calls, on="undl_id").select(
        rollcall=pl.col("undl_id").cast(pl.String), state=pl.col("ms_code").cast(pl.String),
        session="session",
    )  # fmt: skip


def thinned(shape, every):
    """The shape with three votes alone, the first by number, of every so many states."""
    states = shape["state"].unique().sort()
    few = pl.col("state").is_in(states.gather_every(every).implode())
    first = shape.filter(few).sort("rollcall").group_by("state").head(3)
    return pl.concat([shape.filter(~few), first.select(shape.columns)])


def sample(arrays, seed):
    """Draws by chain (chains, draws, ...): positions and discriminations."""
    theta, beta = [], []
    for k in range(CHAINS):
        chain = JointChain(
            arrays, np.zeros(arrays.n_units), seed=seed, chain=k, burn=BURN, period_prior=None
        )
        chain.advance(BURN)
        drawn = []
        for _ in range(SWEEPS):
            chain.advance(1)
            drawn.append(chain.record())
        theta.append([draw["theta"] for draw in drawn])
        beta.append([draw["beta"] for draw in drawn])
    return np.array(theta), np.array(beta)


def standardised(theta):
    return (theta - theta.mean(-1, keepdims=True)) / theta.std(-1, keepdims=True)


def quantities(theta, beta, arrays):
    """What is ranked: raw and standardised positions, periods' means and spreads, items."""
    z = standardised(theta)
    members = [arrays.period == t for t in np.unique(arrays.period)]
    total = arrays.units.select(pl.col("n_votes").sum().over("state"))["n_votes"].to_numpy()
    few = {"position, three votes": z[..., total <= 3]} if (total <= 3).any() else {}
    return few | {
        "position": theta,
        "position, standardised": z,
        "mean of a period": np.stack([z[..., m].mean(-1) for m in members], -1),
        "spread of a period": np.stack([z[..., m].std(-1) for m in members], -1),
        "discrimination": beta,
    }


def one_record(shape, seed):
    """Ranks of the truth among thinned draws, and whether 90 % intervals hold it, by quantity."""
    world = simulate_votes(shape, seed=seed)
    arrays = prepare_votes(world.votes, bridging="none", unanimous="keep")
    truth = arrays.units.select("state", session="period").join(
        world.positions.with_columns(pl.col("session").cast(pl.Int64)),
        on=["state", "session"], maintain_order="left",
    )["theta"].to_numpy()  # fmt: skip
    items = arrays.items.join(
        world.rollcalls, left_on="item", right_on="rollcall", maintain_order="left"
    )
    theta, beta = sample(arrays, seed)
    turn = np.sign((theta * truth).mean(-1, keepdims=True))
    spread = float(r_hat(standardised(theta * turn)).max())
    told = quantities(theta * turn, beta * turn, arrays)
    true = quantities(truth, items["beta"].to_numpy(), arrays)
    pick = np.linspace(0, CHAINS * SWEEPS - 1, KEPT).astype(int)
    out = {}
    for name, values in told.items():
        flat = values.reshape(CHAINS * SWEEPS, -1)
        low, high = np.quantile(flat, [0.05, 0.95], axis=0)
        inside = (true[name] >= low) & (true[name] <= high)
        out[name] = ((flat[pick] < true[name]).sum(0), inside)
    return out, spread


def draw_ranks(ranks, records):
    """Histogram of ranks by quantity; the band holds 99 % of bars if records were alone."""
    rows = []
    for name, values in ranks.items():
        count = np.bincount(np.concatenate(values) * BINS // (KEPT + 1), minlength=BINS)
        share = count / count.sum() * BINS
        # Positions of one record lean together: the spread of a bar is taken between records.
        by_record = np.array([
            np.bincount(v * BINS // (KEPT + 1), minlength=BINS) / v.size * BINS for v in values
        ])  # fmt: skip
        error = 2.58 * by_record.std(0, ddof=1).mean() / np.sqrt(records)
        rows += [(name, k, s, max(1 - error, 0.0), 1 + error) for k, s in enumerate(share)]
    frame = pl.DataFrame(rows, schema=["quantity", "bin", "share", "low", "high"], orient="row")
    base = alt.Chart().encode(x=alt.X("bin:O", title="rank of the truth, in twentieths", axis=None))
    band = base.mark_area(opacity=0.25, color="#888").encode(y="low:Q", y2="high:Q")
    bars = base.mark_bar(color="#3b6ea5").encode(
        y=alt.Y("share:Q", title="share, 1 if uniform", scale=alt.Scale(zero=True))
    )
    return (
        alt.layer(bars, band, data=alt.InlineData(values=frame.to_dicts()))
        .properties(width=210, height=120)
        .facet(alt.Facet("quantity:N", title=None), columns=3)
        .properties(title=f"Ranks of the truth in {records} simulated records")
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=48)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--years", type=int, nargs=2, default=(1957, 1959))
    parser.add_argument("--emergency", action="store_true")
    parser.add_argument("--few", type=int, default=0, metavar="N")
    parser.add_argument("--figure", type=Path)
    given = parser.parse_args()
    if not DATA.is_dir():
        print(f"the full record ({DATA}) is not here: nothing to take a shape from")
        return
    shape = real_shape(*given.years, emergency=given.emergency)
    if given.few:
        shape = thinned(shape, given.few)
    begin = time.process_time()
    ranks, inside, worst = {}, {}, []
    for seed in range(given.first_seed, given.first_seed + given.records):
        told, spread = one_record(shape, seed)
        worst.append(spread)
        for name, (rank, hit) in told.items():
            ranks.setdefault(name, []).append(rank)
            inside.setdefault(name, []).append(hit.mean())
    print(
        f"{given.records} records in the shape of {given.years[0]}-{given.years[1]}"
        f"{', emergency sessions' * given.emergency}: {shape.height:,} votes, "
        f"{shape['rollcall'].n_unique()} roll calls, {shape['state'].n_unique()} states; "
        f"{time.process_time() - begin:.0f} CPU s; largest R-hat, median over records "
        f"{np.median(worst):.3f}"
    )
    for name, hits in inside.items():
        error = np.std(hits, ddof=1) / np.sqrt(len(hits))
        middle = [(rank.mean() + 0.5) / (KEPT + 1) for rank in ranks[name]]
        lean = np.std(middle, ddof=1) / np.sqrt(len(middle))
        print(
            f"  {name}: 90 % intervals hold {np.mean(hits):.1%} (standard error {error:.1%}); mean "
            f"rank {np.mean(middle):.3f} ({lean:.3f})"
        )
    if given.figure:
        draw_ranks(ranks, given.records).save(given.figure, scale_factor=2)
        print(f"  {given.figure}")


if __name__ == "__main__":
    main()
