"""Mode fast: its kernels against plain NumPy, its fixed point, its intervals, its sign."""

import numpy as np
import polars as pl
import pytest
from numba import njit
from scipy import special, stats

from multipolar.measures import _ideal_fast as fast
from multipolar.measures._ideal_bsv import lag_prior
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._kernels import irt_variational as kernels
from multipolar.measures._kernels import probit
from multipolar.simulate.votes import invent_shape, simulate_votes


@njit
def _mills(x):
    return probit.mills(x, probit.MILLS)


@njit
def _both(x):
    return probit.phi_both(x, probit.CDF)


def test_tables_agree_with_scipy():
    for x in np.linspace(-30, 11, 400):
        slope = np.exp(stats.norm.logpdf(x) - special.log_ndtr(x))
        assert _mills(x) == pytest.approx((slope, slope * (x + slope)), rel=2e-3, abs=2e-6)
        assert _mills(x)[0] == pytest.approx(slope, rel=1e-5, abs=2e-6)
        assert _both(x) == pytest.approx((special.ndtr(x), stats.norm.pdf(x)), rel=1e-5, abs=1e-8)


def _votes(**shape):
    world = simulate_votes(
        invent_shape(**{"states": 12, "sessions": 3, "rollcalls": 14, "seed": 2, **shape}),
        seed=5, innovation_sd=0.3,
    )  # fmt: skip
    return prepare_votes(world.votes, bridging="none")


@pytest.fixture(scope="module")
def small():
    return _votes()


@pytest.fixture(scope="module")
def fit(small):
    return fast.approximate(small, orientation=_anchors(small), tolerance=1e-9, steps=3000)


def _anchors(votes):
    path = votes.units["path"].to_numpy()
    total = np.bincount(votes.unit, votes.vote_of - 2.0, votes.n_units)
    by_path = {p: total[path == p].sum() for p in np.unique(path)}
    high, low = max(by_path, key=by_path.get), min(by_path, key=by_path.get)
    return (path == high) * 1.0 - (path == low) * 1.0


def _ends(votes, cut):
    """Bounds of each vote's utility: minus infinity and the low cutpoint for a yes, and so on."""
    vote, item = votes.vote_of, votes.item_of
    low = np.select([vote == 1, vote == 2], [-np.inf, cut[item, 0]], cut[item, 1])
    high = np.select([vote == 1, vote == 2], [cut[item, 0], cut[item, 1]], np.inf)
    return low, high


def _log_likelihood(votes, theta, beta, cut):
    low, high = _ends(votes, cut)
    mu = beta[votes.item_of] * theta[votes.unit.astype(int)]
    return np.log(special.ndtr(high - mu) - special.ndtr(low - mu))


def test_item_slopes_are_those_of_the_plain_likelihood(small):
    rng = np.random.default_rng(1)
    theta, spread = rng.normal(size=small.n_units), rng.uniform(0.01, 0.1, small.n_units)
    v = next(v for v in range(small.n_items) if small.ends[v, 0] < small.ends[v, 1])
    mine = small.item_of == v
    noise = spread[small.unit[mine].astype(int)].sum()

    def plain(x):
        beta, cut = np.zeros(small.n_items), np.tile([-1.0, 1.0], (small.n_items, 1))
        beta[v], cut[v] = x[0], x[1:]
        return _log_likelihood(small, theta, beta, cut)[mine].sum() - 0.5 * x[0] ** 2 * (1 + noise)

    x, out = np.array([0.7, -0.3, 0.4]), np.empty(9)
    variance = kernels.item_slopes(
        small.start[v], *small.ends[v], small.start[v + 1], small.unit, small.weight, False, theta,
        spread, *x, probit.MILLS, probit.CDF, out,
    )  # fmt: skip
    step = 1e-3 * np.eye(3)
    slope = [(plain(x + h) - plain(x - h)) / 2e-3 for h in step]
    assert out[:3] == pytest.approx(slope, abs=1e-4)
    bend = [
        [(plain(x + h - k) + plain(x - h + k) - plain(x + h + k) - plain(x - h - k)) / 4e-6
         for k in step] for h in step
    ]  # fmt: skip
    full = np.array([[out[3], out[4], out[6]], [out[4], out[5], out[7]], [out[6], out[7], out[8]]])
    flat = kernels.CUT_PRECISION * np.diag([0, 1, 1])
    assert full - flat == pytest.approx(np.array(bend), abs=5e-3)
    square = (theta[small.unit[mine].astype(int)] ** 2).sum()
    assert variance == pytest.approx(1 / (1 + square + noise))


def _walk(votes, variance):
    """Prior precision of positions: N(0, 1) where a path starts, then steps."""
    out = np.zeros((votes.n_units, votes.n_units))
    out[votes.path_start[:-1], votes.path_start[:-1]] = 1.0
    for u in set(range(votes.n_units)) - set(votes.path_start):
        out[u - 1 : u + 1, u - 1 : u + 1] += np.array([[1, -1], [-1, 1]]) / variance[u]
    return out


def test_paths_solve_and_apply_the_same_system(small):
    rng = np.random.default_rng(0)
    precision, right = rng.uniform(1, 9, small.n_units), rng.normal(size=small.n_units)
    variance = rng.uniform(0.1, 0.5, small.n_units)
    full = np.diag(precision) + _walk(small, variance)
    out, spread, back = (np.empty(small.n_units) for _ in range(3))
    ratio = kernels.solve_paths(small.path_start, precision, variance, right, out, spread)
    inverse = np.linalg.inv(full)
    assert out == pytest.approx(inverse @ right)
    assert spread == pytest.approx(np.diag(inverse))
    kernels.apply_paths(small.path_start, precision, variance, out, back)
    assert back == pytest.approx(right)
    later = np.array(sorted(set(range(small.n_units)) - set(small.path_start)))
    squares = (out[later] - out[later - 1]) ** 2 + spread[later] + spread[later - 1]
    squares -= 2 * inverse[later, later - 1]
    assert ratio == pytest.approx((squares / variance[later]).mean())


def test_one_more_plain_pass_of_the_published_kind_changes_nothing(small, fit):
    """Utilities by their means, then positions, standardised; items at their own optimum."""
    passes = fast._Passes(
        votes=small, theta=fit.theta.copy(), beta=fit.beta.copy(), cut=fit.cut.copy(),
        step_variance=fit.step_variance, blocks=small.blocks(2),
    )  # fmt: skip
    for _ in range(400):
        passes.items(map, rounds=2)
        passes.positions()
    passes.items(map, rounds=2)
    beta, theta = passes.beta, passes.theta
    item, unit = small.item_of, small.unit.astype(int)
    low, high = _ends(small, passes.cut)
    mu = beta[item] * theta[unit]
    z = mu + (stats.norm.pdf(low - mu) - stats.norm.pdf(high - mu)) / (
        special.ndtr(high - mu) - special.ndtr(low - mu)
    )
    precision = np.bincount(unit, beta[item] ** 2, small.n_units) + passes.sums[:, 3]
    inverse = np.linalg.inv(np.diag(precision) + _walk(small, lag_prior(small).variance))
    fresh = inverse @ np.bincount(unit, beta[item] * z, small.n_units)
    scale = np.sqrt(fresh.var(ddof=1) + np.diag(inverse).mean())
    assert (fresh - fresh.mean()) / scale == pytest.approx(theta, abs=1e-4)
    square = np.bincount(item, theta[unit] ** 2 + passes.spread[unit]) + 1
    assert np.bincount(item, theta[unit] * z) / square == pytest.approx(beta, abs=1e-3)


def test_information_is_the_curvature_left_when_items_are_optimised_too(small, fit):
    place, members = fast._members(small)
    quiet = fast.Approximation(
        theta=fit.theta, beta=fit.beta, cut=fit.cut, noise=np.zeros(small.n_units),
        step_variance=fit.step_variance, mobility=1.0, steps=0, last_change=0.0,
    )  # fmt: skip
    block = fast._information(small, quiet, place, members)[1]
    assert np.linalg.eigvalsh(block).min() > -1e-6
    # Shifting a period and its cutpoints alike changes no vote: nothing is known of its level.
    level = block.sum() / block.shape[0]
    assert level < 0.2 * np.diag(block).mean()


def test_intervals_cover_as_they_say_in_small_assemblies():
    inside, total = 0, 0
    for seed in range(6):
        shape = invent_shape(states=40, sessions=5, rollcalls=25, seed=seed)
        world = simulate_votes(shape, seed=100 + seed)
        votes = prepare_votes(world.votes, bridging="none")
        truth = votes.units.join(
            world.positions, left_on=["state", "period"], right_on=["state", "session"],
            how="left", maintain_order="left",
        )["standard"].to_numpy()  # fmt: skip
        fit = fast.approximate(votes, orientation=truth)
        draws = fast.draw_around(votes, fit, draws=300, seed=1)
        draws = (draws - draws.mean(1, keepdims=True)) / draws.std(1, ddof=1, keepdims=True)
        inside += (np.abs(fit.theta - truth) < 1.645 * draws.std(0)).sum()
        total += truth.size
    assert 0.85 < inside / total < 0.95


def test_a_period_that_stands_on_its_head_is_turned(small, fit):
    place, _ = fast._members(small)
    turned = fast._Passes(
        votes=small, theta=np.where(place == 1, -fit.theta, fit.theta), beta=fit.beta.copy(),
        cut=fit.cut.copy(), step_variance=fit.step_variance, blocks=small.blocks(2),
    )  # fmt: skip
    assert turned.turn_periods(place)
    assert turned.theta == pytest.approx(fit.theta)
    assert not turned.turn_periods(place)


def test_passes_that_ran_out_are_told(small, fit):
    cut_short = fast.approximate(small, orientation=_anchors(small), steps=2)
    assert "stopped after 2 passes" in fast.unsettled(cut_short)[0]
    assert fast.unsettled(fit) == []


def test_fast_does_not_depend_on_threads(monkeypatch):
    monkeypatch.setattr(fast, "_THREADS_FROM", 0)
    votes = _votes(states=20)
    one, two = (fast.approximate(votes, orientation=_anchors(votes), threads=k) for k in (1, 2))
    assert np.array_equal(one.theta, two.theta)


@pytest.mark.shared
def test_sessions_65_to_70_agree_with_the_published_points(shared):
    calls = pl.read_parquet(shared / "data/unga_voeten/unvotes_pkg_un_roll_calls.parquet")
    votes = pl.read_parquet(shared / "data/unga_voeten/unvotes_pkg_un_votes.parquet")
    published = pl.read_csv(
        shared / "data/ideal_points/IdealpointestimatesAll_Apr2020.csv.gz", encoding="utf8-lossy"
    )
    code = {"yes": 1, "abstain": 2, "no": 3}
    calls = calls.select(pl.col("rcid").cast(pl.Float64), "session", "para", "amend")
    table = votes.join(calls, on="rcid").select(
        pl.col("session").cast(pl.Int32), "para", "amend", state="country",
        rollcall=pl.col("rcid").cast(pl.Int32),
        vote=pl.col("vote").cast(pl.String).replace_strict(code, return_dtype=pl.Int8),
    ).filter(pl.col("session").is_between(65, 70))  # fmt: skip
    arrays = prepare_votes(table, bridging="none", paragraphs="none")
    path = arrays.units["path"].to_numpy()
    fit = fast.approximate(arrays, orientation=(path == "United States") * 1.0 - (path == "Russia"))
    both = arrays.units.with_columns(mean=fit.theta).join(
        published.select("Countryname", "IdealPoint", period=pl.col("session").cast(pl.Int32)),
        left_on=["state", "period"], right_on=["Countryname", "period"],
    )  # fmt: skip
    assert both.height > 1000
    within = both.group_by("period").agg(r=pl.corr("mean", "IdealPoint"))["r"]
    assert within.min() > 0.99
