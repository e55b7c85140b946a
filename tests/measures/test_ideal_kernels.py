"""Kernels of ideal points against plain NumPy and SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import special, stats

from multipolar.measures._ideal_bsv import BsvChain, lag_prior
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._kernels import irt, irt_bsv, probit
from multipolar.measures._kernels.convergence import effective_size, r_hat
from multipolar.simulate.votes import invent_shape, simulate_votes


@njit
def _cdf(x, table):
    return probit.phi_cdf(x, table)


@njit
def _density(x, table):
    return probit.phi_density(x, table)


@njit
def _inverse(p, table):
    return probit.inverse_cdf(p, table)


@njit
def _uniforms(seed, sweep, number, n):
    out = np.empty(n)
    state = probit.stream(seed, sweep, number)
    for i in range(n):
        state = probit.advance(state)
        out[i] = probit.to_unit(state)
    return out


@given(st.floats(-9.9, 12))
@settings(max_examples=300, deadline=None)
def test_normal_tables_agree_with_scipy(x):
    assert _cdf(x, probit.CDF) == pytest.approx(special.ndtr(x), rel=5e-6, abs=1e-8)
    assert _density(x, probit.CDF) == pytest.approx(stats.norm.pdf(x), rel=5e-6, abs=1e-8)


@given(st.floats(-200, -1e-4))
@settings(max_examples=300, deadline=None)
def test_inverse_undoes_the_distribution(log10_p):
    p = 10.0**log10_p
    assert _inverse(p, probit.INVERSE) == pytest.approx(special.ndtri(p), abs=3e-6)
    if p > 1e-15:
        assert _inverse(1 - p, probit.INVERSE) == pytest.approx(special.ndtri(1 - p), abs=3e-6)


def test_streams_are_uniform_and_independent_of_each_other():
    draws = np.array([_uniforms(np.uint64(7), 3, number, 400) for number in range(-60, 60)])
    assert stats.kstest(draws.ravel(), "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(draws[:-1].ravel(), draws[1:].ravel())[0, 1]) < 0.02
    again = _uniforms(np.uint64(7), 3, -5, 400)
    assert np.array_equal(again, draws[55])


@pytest.fixture(scope="module")
def small():
    world = simulate_votes(
        invent_shape(states=9, sessions=4, rollcalls=10, seed=2), seed=5, innovation_sd=0.3
    )
    return prepare_votes(world.votes, bridging="none")


@pytest.fixture(scope="module")
def point(small):
    rng = np.random.default_rng(3)
    return {
        "theta": rng.normal(size=small.n_units),
        "beta": rng.normal(size=small.n_items),
        "centre": rng.normal(size=small.n_items),
        "width": rng.normal(-0.5, 0.4, small.n_items),
    }


def _log_probability(small, theta, beta, centre, width):
    """Plain log-probability of every vote."""
    item, unit, vote = small.item_of, small.unit.astype(int), small.vote_of
    mu = centre[item] - beta[item] * theta[unit]
    h = np.exp(width[item])
    yes, no = special.ndtr(mu - h), special.ndtr(-mu - h)
    return np.log(np.select([vote == 1, vote == 3], [yes, no], 1 - yes - no))


def _log_prior(beta, centre, width):
    return -0.5 * (beta**2 + (centre / 3) ** 2 + (width + 1.2) ** 2)


def _slope(function, x, step=1e-4):
    return (function(x + step) - function(x - step)) / (2 * step)


def _bend(function, x, step=1e-3):
    return -(function(x + step) - 2 * function(x) + function(x - step)) / step**2


def test_item_terms_match_the_plain_likelihood_and_its_differences(small, point):
    v = 4
    mine = small.item_of == v
    theta = point["theta"]

    def plain(b, c, w):
        changed = {k: point[k].copy() for k in ("beta", "centre", "width")}
        changed["beta"][v], changed["centre"][v], changed["width"][v] = b, c, w
        return _log_probability(small, theta, **changed)[mine].sum() + _log_prior(b, c, w)

    b, c, w = point["beta"][v], point["centre"][v], point["width"][v]
    out = np.empty(9)
    begin, end = small.start[v], small.start[v + 1]
    value = irt.item_terms(
        begin, *small.ends[v], end, small.unit, small.weight, False, theta, b, c, w,
        probit.CDF, out,
    )  # fmt: skip
    assert value == pytest.approx(plain(b, c, w), abs=1e-6)
    assert out[0] == pytest.approx(_slope(lambda x: plain(x, c, w), b), abs=1e-4)
    assert out[1] == pytest.approx(_slope(lambda x: plain(b, x, w), c), abs=1e-4)
    assert out[2] == pytest.approx(_slope(lambda x: plain(b, c, x), w), abs=1e-4)
    assert out[3] == pytest.approx(_bend(lambda x: plain(x, c, w), b), abs=1e-2)
    assert out[5] == pytest.approx(_bend(lambda x: plain(b, x, w), c), abs=1e-2)
    full = np.array([[out[3], out[4], out[6]], [out[4], out[5], out[7]], [out[6], out[7], out[8]]])
    assert np.linalg.eigvalsh(full).min() > 0
    low = np.empty(6)
    assert irt.factor(out, low) == pytest.approx(np.linalg.slogdet(full)[1])
    assert irt.newton_step(out, low) == pytest.approx(np.linalg.solve(full, out[:3]))


def test_published_item_sweep_has_the_moments_of_its_plain_twin(small, point):
    """z and beta given theta and cutpoints: sums per unit against direct simulation."""
    theta, beta = point["theta"], point["beta"]
    half = np.exp(point["width"])
    cut = np.column_stack([point["centre"] - half, point["centre"] + half])
    longest = int(np.diff(small.start).max())
    sums, work = np.zeros((small.n_units, 2)), np.empty((2, longest))
    kept = np.empty((1500, small.n_units))
    for r in range(kept.shape[0]):
        irt_bsv.sweep_items(
            0, small.n_items, np.uint64(9), r, small.start, small.ends, small.unit, theta,
            beta.copy(), cut.copy(), sums, work[0], work[1], probit.CDF, probit.INVERSE, False,
        )  # fmt: skip
        kept[r] = sums[:, 0]
    twin = _plain_sums(small, theta, beta, cut, kept.shape[0])
    error = np.sqrt((kept.var(0) + twin.var(0)) / kept.shape[0])
    assert np.abs((kept.mean(0) - twin.mean(0)) / error).max() < 4.5
    assert kept.std(0) == pytest.approx(twin.std(0), rel=0.15)


def _plain_sums(small, theta, beta, cut, times):
    rng = np.random.default_rng(1)
    item, unit, vote = small.item_of, small.unit.astype(int), small.vote_of
    mu = beta[item] * theta[unit]
    low = special.ndtr(
        np.select([vote == 1, vote == 2], [-np.inf, cut[item, 0]], cut[item, 1]) - mu
    )
    high = special.ndtr(
        np.select([vote == 1, vote == 2], [cut[item, 0], cut[item, 1]], np.inf) - mu
    )
    out = np.empty((times, small.n_units))
    precision = np.bincount(item, theta[unit] ** 2) + 1
    for r in range(times):
        p = low + rng.uniform(size=mu.size) * (high - low)
        z = np.clip(mu + special.ndtri(np.clip(p, 1e-300, 1 - 1e-16)), -9, 9)
        mean = np.bincount(item, theta[unit] * z) / precision
        b = mean + rng.normal(size=mean.size) / np.sqrt(precision)
        out[r] = np.bincount(unit, b[item] * z, small.n_units)
    return out


def test_published_positions_spread_as_their_conditional_variance_says(small):
    prior = lag_prior(small)
    sums = np.zeros((2, small.n_units, 2))
    sums[:, :, 1] = 20.0
    draws = np.empty((800, small.n_units))
    for r in range(draws.shape[0]):
        theta, mean = np.empty(small.n_units), np.linspace(-2, 2, small.n_units)
        irt_bsv.sweep_positions(
            np.uint64(5), r, sums, prior.unit, prior.variance, mean, theta, probit.INVERSE
        )
        draws[r] = theta
    raw = 1 / (40 + 1 / prior.variance)
    centre = (mean - mean.mean()) / np.sqrt(mean.var(ddof=1) + raw.mean())
    assert draws.mean(0) == pytest.approx(centre, abs=0.15)
    scale = np.sqrt(raw / (mean.var(ddof=1) + raw.mean()))
    assert draws.std(0).mean() == pytest.approx(scale.mean(), rel=0.15)


def test_lag_prior_leans_back_and_the_first_period_forward(small):
    prior = lag_prior(small)
    n = small.units["n_votes"].to_numpy()
    first = small.path_start[0]
    assert prior.unit[first] == first + 1
    assert prior.unit[first + 1] == first
    assert prior.variance[first + 1] == pytest.approx(
        0.5 * n[first + 1] / (n[first + 1] + n[first])
    )


def test_published_chain_does_not_depend_on_threads(small, monkeypatch):
    monkeypatch.setattr("multipolar.measures._ideal_bsv._THREADS_FROM", 0)
    one = BsvChain(small, seed=1, chain=0, threads=1)
    two = BsvChain(small, seed=1, chain=0, threads=2)
    for chain in (one, two):
        chain.advance(5)
    assert np.array_equal(one.record()["theta"], two.record()["theta"])
    assert np.array_equal(one.record()["cut"], two.record()["cut"])


def test_rank_r_hat_and_effective_size_tell_good_chains_from_bad():
    rng = np.random.default_rng(4)
    good = rng.normal(size=(4, 500, 3))
    assert r_hat(good) == pytest.approx(np.ones(3), abs=0.01)
    assert effective_size(good) == pytest.approx(np.full(3, 2000.0), rel=0.2)
    apart = good.copy()
    apart[0] += 1.0
    assert (r_hat(apart) > 1.08).all()
    wide = good.copy()
    wide[0] *= 3.0
    assert (r_hat(wide) > 1.05).all()
    slow = np.empty((4, 4000, 1))
    slow[:, 0] = rng.normal(size=(4, 1))
    for k in range(1, 4000):
        slow[:, k] = 0.9 * slow[:, k - 1] + np.sqrt(1 - 0.81) * rng.normal(size=(4, 1))
    assert effective_size(slow)[0] == pytest.approx(16000 / 19, rel=0.25)
