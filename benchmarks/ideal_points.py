"""Ideal points: time per sweep, effective draws per second, agreement with the published points.

    python benchmarks/ideal_points.py [speed] [modes] [peers] [nuts] [cover] [published] [--quick]

Without names everything runs except ``cover`` (intervals of mode fast on simulated records) and
``published`` (the published procedure on the full record, about ten minutes on two free cores).
Slices are sessions 65-70, 46-74 and 1-74 of Voeten's
compilation (to January 2020, ``../shared/data/unga_voeten``) with the authors' pairs of bridged
roll calls. Compilation is excluded. Peers run in the same run where they are installed (NumPyro in
this process, R packages by ``Rscript`` on the same votes; Debian: r-cran-mcmcpack r-cran-pscl);
where one is absent it says so. Anchors measured earlier on two cores are printed and marked as
such.
"""

import argparse
import importlib.util
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from multipolar import ideal_points
from multipolar.core.declare import Rejects
from multipolar.measures._ideal_bsv import BsvChain
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._ideal_fast import approximate, draw_around
from multipolar.measures._ideal_joint import JointChain
from multipolar.measures._kernels.convergence import effective_size, r_hat
from multipolar.measures._kernels.irt_energy import COMMON_RATE, COMMON_SD, RATE_SD
from multipolar.simulate.votes import invent_shape, simulate_votes
from multipolar.sources.ideal_points import SOURCE

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SLICES = ((65, 70), (46, 74), (1, 74))
R_SECONDS = {(65, 70): 0.087, (46, 74): 0.43, (1, 74): 1.03}  # original R/Rcpp sampler, measured
EMIRT_SECONDS = (
    3.4,
    5.6,
)  # emIRT's dynIRT on the full record, binary, not bridged, measured earlier
NAMES = {
    "C\u00f4te d\u0092Ivoire": "C\u00f4te d\u2019Ivoire",
    "German Federal Republic": "Federal Republic of Germany",
    "Macedonia": "North Macedonia",
    "Swaziland": "Eswatini",
}
STARTS = {2: "USA", 20: "CAN", 200: "GBR", 666: "ISR", 365: "RUS", 265: "DDR", 560: "ZAF"}


def published_file():
    """April 2020 release with this script's state codes: ``c`` and the Correlates of War number."""
    import gzip

    text = gzip.decompress(
        (DATA / "ideal_points" / "IdealpointestimatesAll_Apr2020.csv.gz").read_bytes()
    ).decode("utf-8")
    if "\u00c3" in text:  # the copy at hand was encoded twice
        text = text.encode("latin-1").decode("utf-8")
    return pl.read_csv(text.encode()).with_columns(
        state=pl.col("ccode").replace_strict(STARTS, default="c" + pl.col("ccode").cast(pl.String)),
        country=pl.col("Countryname").replace(NAMES),
    )


def read_votes():
    """Votes of the compilation, one row per roll call and state, and the published points."""
    calls = pl.read_parquet(DATA / "unga_voeten" / "unvotes_pkg_un_roll_calls.parquet")
    votes = pl.read_parquet(DATA / "unga_voeten" / "unvotes_pkg_un_votes.parquet")
    published = published_file()
    codes = published.select("country", "state").unique()
    table = votes.with_columns(
        pl.col("rcid").cast(pl.Int32),
        vote=pl.col("vote")
        .cast(pl.String)
        .replace_strict({"yes": 1, "abstain": 2, "no": 3}, return_dtype=pl.Int8),
    ).join(calls.select("rcid", "session", "date", "para", "amend"), on="rcid")
    table = table.join(codes, on="country", how="left").with_columns(
        pl.col("state").fill_null("ZAN"), pl.col("session").cast(pl.Int32)
    )
    kept = ["rcid", "state", "vote", "session", "date", "para", "amend"]
    return table.select(kept).rename({"rcid": "rollcall"}), published


def pairs():
    frames = SOURCE.read([DATA / "ideal_points" / "Matches.csv"], Rejects())
    return frames["bridged_rollcalls"]


def arrays(votes, first, last, bridging):
    part = votes.filter(pl.col("session").is_between(first, last))
    return prepare_votes(part, bridging=bridging, paragraphs="until_1989", reference_sample=True)


def per_sweep(chain, sweeps):
    """Best of five runs: other work on the machine can only add to the time."""
    chain.advance(2)
    runs = []
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        chain.advance(max(1, sweeps // 5))
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    return (min(run[k] for run in runs) / max(1, sweeps // 5) for k in (0, 1))


def orientation(a):
    path = a.units["path"].to_numpy()
    return np.where(path == "USA", 1.0, np.where(path == "RUS", -1.0, 0.0))


def speed(votes, quick):
    print("\nbsv2017: seconds per sweep (wall, and CPU), against the original R/Rcpp sampler")
    for first, last in SLICES:
        a = arrays(votes, first, last, pairs())
        for threads in (1, 2):
            wall, cpu = per_sweep(
                BsvChain(a, seed=1, chain=0, threads=threads), 10 if quick else 60
            )
            anchor = R_SECONDS[first, last]
            print(
                f"  sessions {first}-{last}, {a.n_obs:,} votes, {threads} thread(s): "
                f"{wall * 1e3:6.1f} ms wall, {cpu * 1e3:6.1f} ms CPU; R (measured earlier) "
                f"{anchor * 1e3:.0f} ms: {anchor / cpu if threads == 1 else anchor / wall:.0f}x"
            )


def best(work):
    """Wall and CPU seconds, best of five."""
    work()
    runs = []
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    return tuple(min(run[k] for run in runs) for k in (0, 1))


def fast_times(a, name):
    fit = approximate(a, orientation=orientation(a))
    one = best(lambda: approximate(a, orientation=orientation(a)))
    two = best(lambda: approximate(a, orientation=orientation(a), threads=2))
    drawn = best(lambda: draw_around(a, fit, draws=400, seed=1))
    print(
        f"  fast {name}: {one[1]:.2f} s CPU on one thread, {two[0]:.2f} s wall on two "
        f"({fit.steps} passes); 400 draws of positions {drawn[1]:.2f} s CPU"
    )
    if a.n_obs > 500_000:
        low, high = (x / two[0] for x in EMIRT_SECONDS)
        print(f"    emIRT's dynIRT (measured earlier, binary, not bridged): {low:.0f}-{high:.0f}x")
    return fit


def modes(votes, quick):
    print("\nfast and joint, by slice (no bridging for joint; published pairs for fast)")
    for first, last in SLICES[: 2 if quick else 3]:
        a = arrays(votes, first, last, pairs())
        fit = approximate(a, orientation=orientation(a), threads=2)
        draw_around(a, fit, draws=400, seed=1)
        begin, cpu = time.perf_counter(), time.process_time()
        fit = approximate(a, orientation=orientation(a), threads=2)
        middle, used = time.perf_counter(), time.process_time() - cpu
        draw_around(a, fit, draws=400, seed=1)
        drawn = time.process_time() - cpu - used
        print(
            f"  fast {first}-{last}: {middle - begin:.2f} s wall, {used:.2f} s CPU "
            f"({fit.steps} passes); 400 draws {drawn:.2f} s CPU"
        )
        if (first, last) == (1, 74):
            low, high = (x / (middle - begin) for x in EMIRT_SECONDS)
            print(
                f"    emIRT's dynIRT (measured earlier, binary, not bridged): {low:.0f}-{high:.0f}x"
            )
        b = arrays(votes, first, last, "none")
        chain = JointChain(b, fit.theta[: b.n_units], seed=1, chain=0, burn=20)
        chain.advance(20)
        wall, cpu = per_sweep(chain, 5 if quick else 20)
        print(f"  joint {first}-{last}: {wall * 1e3:.0f} ms wall, {cpu * 1e3:.0f} ms CPU per move")


def peers(votes, quick):
    print("\nOther packages, sessions 65-70, no bridging: CPU seconds per iteration")
    a = arrays(votes, 65, 70, "none")
    _, ours = per_sweep(BsvChain(a, seed=1, chain=0, threads=1), 20 if quick else 100)
    print(f"  multipolar bsv2017 (three categories, dynamic): {ours:.4f}")
    print("  emIRT: not in Debian, not run")
    if shutil.which("Rscript") is None:
        print("  Rscript is not installed: MCMCpack and pscl are not run")
        return
    table = pl.DataFrame(
        {"state": a.units["path"].to_numpy()[a.unit], "item": a.item_of,
         "session": a.period[a.unit], "yes": (a.vote_of == 1).astype(np.int8)}
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        table.write_csv(Path(folder) / "votes.csv")
        script = Path(__file__).with_suffix(".R")
        done = subprocess.run(  # noqa: S603
            [shutil.which("Rscript"), "--vanilla", str(script), str(Path(folder) / "votes.csv")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        print(f"  R stopped: {done.stderr.strip().splitlines()[-1]}")
    for line in done.stdout.splitlines():
        name, *told = line.rstrip(",").split(",")
        if len(told) == 2:
            theirs = float(told[1])
            print(f"  {name} (yes against the rest): {theirs:.4f}, {theirs / ours:.1f}x ours")
        else:
            print(f"  {name}: {told[0]}")


def standardised(theta):
    return (theta - theta.mean(-1, keepdims=True)) / theta.std(-1, ddof=1, keepdims=True)


def report(name, theta, seconds, cpu):
    draws = standardised(theta)
    size = effective_size(draws)
    print(
        f"  {name}: 5 % quantile of ESS {np.quantile(size, 0.05):.0f} in {cpu:.1f} CPU s "
        f"({seconds:.1f} s wall): {np.quantile(size, 0.05) / cpu:.2f} per CPU second; "
        f"largest R-hat {r_hat(draws).max():.3f}"
    )
    return np.quantile(size, 0.05) / cpu, draws


def nuts(votes, quick):
    print(
        "\nEffective draws per CPU second, sessions 68-70, no bridging, one chain after the other"
    )
    a = arrays(votes, 68, 70, "none")  # short, so that NumPyro ends within five minutes
    burn, moves = (100, 150) if quick else (200, 500)
    start = approximate(a, orientation=orientation(a)).theta
    JointChain(a, start, seed=9, chain=0, burn=8, period_prior=None).advance(10)
    wall, cpu = time.perf_counter(), time.process_time()
    kept = []
    for k in range(2):
        chain = JointChain(a, start, seed=1, chain=k, burn=burn, period_prior=None)
        chain.advance(burn)
        one = []
        for _ in range(moves):
            chain.advance(1)
            one.append(chain.record()["theta"].copy())
        kept.append(one)
    ours, mine = report(
        "multipolar joint", np.array(kept), time.perf_counter() - wall, time.process_time() - cpu
    )
    if importlib.util.find_spec("numpyro") is None:
        print("  NumPyro NUTS: numpyro is not installed; skipped (earlier: 0.9 per CPU second)")
        return
    theirs, other = run_numpyro(a, quick)
    alike = np.corrcoef(mine.mean((0, 1)), other.mean((0, 1)))[0, 1]
    print(f"  ratio {ours / theirs:.1f}x; means correlate {alike:.4f}")


def run_numpyro(a, quick):
    import jax
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from jax.scipy.special import log_ndtr
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_enable_x64", True)
    path = np.repeat(np.arange(a.path_start.size - 1), np.diff(a.path_start))
    later = np.setdiff1d(np.arange(a.n_units), a.path_start[:-1])
    gap = (a.period[later] - a.period[later - 1]).astype(float)
    unit, item, vote = a.unit.astype(int), a.item_of, a.vote_of

    def model():
        common = numpyro.sample("common", dist.Normal(COMMON_RATE, COMMON_SD))
        with numpyro.plate("paths", a.path_start.size - 1):
            own = numpyro.sample("own", dist.Normal(0.0, RATE_SD))
        theta = numpyro.sample(
            "theta", dist.ImproperUniform(dist.constraints.real, (), (a.n_units,))
        )
        numpyro.factor("first", dist.Normal(0, 1).log_prob(theta[a.path_start[:-1]]).sum())
        lag = jnp.exp(common + own[path[later]]) * gap
        sd = jnp.sqrt(-jnp.expm1(-2.0 * lag))
        walk = dist.Normal(jnp.exp(-lag) * theta[later - 1], sd)
        numpyro.factor("walk", walk.log_prob(theta[later]).sum())
        beta = numpyro.sample("beta", dist.Normal(0, 1).expand([a.n_items]))
        centre = numpyro.sample("centre", dist.Normal(0, 3).expand([a.n_items]))
        half = jnp.exp(numpyro.sample("width", dist.Normal(-1.2, 1).expand([a.n_items])))
        mu = centre[item] - beta[item] * theta[unit]
        low, high = log_ndtr(mu - half[item]), log_ndtr(-mu - half[item])
        middle = jnp.log1p(-jnp.clip(jnp.exp(low) + jnp.exp(high), 0, 1 - 1e-12))
        numpyro.factor("votes", jnp.where(vote == 1, low, jnp.where(vote == 3, high, middle)).sum())

    start = approximate(a, orientation=orientation(a))
    half = np.diff(start.cut)[:, 0] / 2
    init = numpyro.infer.init_to_value(
        values={"theta": start.theta, "beta": start.beta, "centre": start.cut.mean(1),
                "width": np.log(np.clip(half, 0.05, 2.7))}
    )  # fmt: skip
    kernel = NUTS(model, init_strategy=init, max_tree_depth=7)
    draws = 30 if quick else 50
    sampler = MCMC(kernel, num_warmup=draws, num_samples=draws, num_chains=2,
                   chain_method="sequential", progress_bar=False)  # fmt: skip
    wall, cpu = time.perf_counter(), time.process_time()
    sampler.run(jax.random.PRNGKey(0))
    theta = np.asarray(sampler.get_samples(group_by_chain=True)["theta"])
    return report("NumPyro NUTS (same model, compilation included)", theta,
                  time.perf_counter() - wall, time.process_time() - cpu)  # fmt: skip


def published(votes, quick):
    print("\nAgainst the published April 2020 estimates")
    _, release = read_votes()
    plan = {"burn": 300, "iterations": 600, "thin": 5} if quick else {
        "burn": 4000, "iterations": 20_000, "thin": 50}  # fmt: skip
    begin = time.perf_counter()
    points = ideal_points(
        votes, mode="bsv2017", bridging=pairs(), chains=1, unconverged="show", **plan
    )
    seconds = time.perf_counter() - begin
    compare("bsv2017", points.frame, release)
    print(f"  {plan['burn'] + plan['iterations']:,} sweeps in {seconds / 60:.1f} minutes wall")
    fast = ideal_points(votes, mode="fast", bridging=pairs(), paragraphs="until_1989")
    compare("fast", fast.frame, release)


def simulated_shapes(votes):
    real = votes.filter(pl.col("session").is_between(60, 69)).select(
        pl.col("rollcall").cast(pl.String), "state", "session"
    )
    early = votes.filter(pl.col("session") <= 20).select(
        pl.col("rollcall").cast(pl.String), "state", "session"
    )

    def made(states, sessions, rollcalls):
        return lambda seed: invent_shape(
            states=states, sessions=sessions, rollcalls=rollcalls, seed=seed
        )

    return {
        "24 states, 4 sessions of 30": (made(24, 4, 30), 12),
        "40 states, 5 sessions of 25": (made(40, 5, 25), 12),
        "40 states, 5 sessions of 80": (made(40, 5, 80), 6),
        "60 states, 20 sessions of 40": (made(60, 20, 40), 4),
        "130 states, 8 sessions of 60": (made(130, 8, 60), 4),
        "190 states, 6 sessions of 10": (made(190, 6, 10), 6),
        "shape of sessions 1-20": (lambda _: early, 4),
        "shape of sessions 60-69": (lambda _: real, 4),
    }


def cover(votes, quick):
    print("\nfast on simulated records: share of true values inside the 90 % interval")
    for name, (shape, times) in simulated_shapes(votes).items():
        rows = []
        for seed in range(2 if quick else times):
            world = simulate_votes(shape(seed), seed=1000 + seed)
            a = prepare_votes(world.votes, bridging="none")
            truth = a.units.select("state", session=pl.col("period").cast(pl.Int32)).join(
                world.positions, on=["state", "session"], how="left", maintain_order="left"
            )["standard"].to_numpy()  # fmt: skip
            fit = approximate(a, orientation=truth)
            draws = standardised(draw_around(a, fit, draws=400, seed=1))
            draws += fit.theta - draws.mean(0)
            later = np.setdiff1d(np.arange(a.n_units), a.path_start)
            one, other = pairs_within(a, np.random.default_rng(seed))
            rows.append((
                held(draws, truth),
                held(draws[:, one] - draws[:, other], truth[one] - truth[other]),
                held(draws[:, later] - draws[:, later - 1], truth[later] - truth[later - 1]),
                np.corrcoef(fit.theta, truth)[0, 1],
            ))  # fmt: skip
        position, difference, change, r = np.array(rows).mean(0)
        print(
            f"  {name}: positions {position:.1%}, differences within a session {difference:.1%}, "
            f"changes from session to session {change:.1%} ({len(rows)} records), r {r:.3f}"
        )


def held(draws, truth):
    """Share of true values between the 5 and 95 % quantiles of their draws."""
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    return np.mean((truth >= low) & (truth <= high))


def pairs_within(a, rng):
    """Pairs of units of one period, as many as there are units."""
    order = np.argsort(a.period + rng.uniform(0, 0.5, a.n_units))
    same = np.diff(a.period[order]) == 0
    return order[:-1][same], order[1:][same]


def compare(name, frame, release):
    both = frame.join(
        release.select(
            "state", pl.col("session").cast(pl.Int32), "NVotes", theirs="IdealPoint",
            width=pl.col("Q95%") - pl.col("Q5%"),
        ),
        on=["state", "session"],
    )  # fmt: skip
    within = both.group_by("session").agg(r=pl.corr("mean", "theirs"))["r"]
    same = (both["n_votes"] == both["NVotes"]).mean()
    width = (both["q95"] - both["q05"]).mean() / both["width"].mean()
    print(
        f"  {name}: {both.height:,} of {release.height:,} state-sessions, {same:.1%} with the same "
        f"number of votes; r pooled {both.select(pl.corr('mean', 'theirs')).item():.5f}, within "
        f"sessions mean {within.mean():.5f}, least {within.min():.5f}; 90 % width {width:.3f} of "
        "theirs"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["speed", "modes", "peers", "nuts"])
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    if not (DATA / "unga_voeten").is_dir():
        print(f"the full record ({DATA}) is not here: nothing to measure on")
        return
    votes, _ = read_votes()
    parts = {"speed": speed, "modes": modes, "peers": peers, "nuts": nuts, "cover": cover}
    parts["published"] = published
    for name in given.parts:
        parts[name](votes, given.quick)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process {peak:.0f} MB")


if __name__ == "__main__":
    main()
