"""The joint sampler: its density, its coordinates, and what it draws, against plain NumPy."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import special, stats

from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._ideal_joint import JointChain, Point
from multipolar.measures._kernels import irt, irt_energy, probit
from multipolar.simulate.votes import invent_shape, simulate_votes


@pytest.fixture(scope="module")
def record():
    """Thirteen states in three sessions, eight in the fourth, one item in two sessions."""
    shape = invent_shape(states=13, sessions=4, rollcalls=9, absence=0.15, seed=2)
    few = (pl.col("session") == 4) & pl.col("state").is_in([f"S{i:03d}" for i in range(5)])
    world = simulate_votes(shape.filter(~few), seed=5, innovation_sd=0.3)
    pairs = pl.DataFrame({"rcid1": ["r1-003"], "rcid2": ["r2-003"]})
    votes = world.votes.with_columns(weight=pl.when(pl.col("session") == 2).then(0.5).otherwise(1))
    return prepare_votes(votes, bridging=pairs)


@pytest.fixture(scope="module")
def chain(record):
    return JointChain(record, np.zeros(record.n_units), seed=3, chain=0, period_prior=(0.4, 0.2))


def _shifted(point, step, size):
    return Point(*(a + size * d for a, d in zip(point, step, strict=True)))


def _plain_energy(record, chain, point):
    """Negative log posterior, term by term, from the definitions of the model."""
    theta, item, rate = point
    homes, mean, sd = chain._home, np.zeros(record.n_items), np.ones(record.n_items)
    energy = 0.0
    for place, period in enumerate(np.unique(record.period)):
        here = theta[record.period == period]
        if here.size >= 10:
            mean[homes == place], sd[homes == place] = here.mean(), here.std()
            energy += 0.5 * (here.mean() / 0.4) ** 2 + 0.5 * (np.log(here.std()) / 0.2) ** 2
    beta, half = item[:, 0] / sd, np.exp(item[:, 2])
    low = item[:, 1] + beta * mean
    own, unit, vote = record.item_of, record.unit.astype(int), record.vote_of
    below = special.ndtr(low[own] - beta[own] * theta[unit])
    above = special.ndtr(-(low + 2 * half)[own] + beta[own] * theta[unit])
    chance = np.select([vote == 1, vote == 3], [below, above], 1 - below - above)
    energy -= (record.weight * np.log(chance)).sum()
    energy += 0.5 * (beta**2 + ((low + half) / 3) ** 2 + (item[:, 2] + 1.2) ** 2).sum()
    energy += np.log(sd).sum()
    energy += 0.5 * ((rate[-1] - np.log(0.03)) / 0.7) ** 2
    energy += 0.5 * (((rate[:-1] - rate[-1]) / 0.5) ** 2).sum()
    for p, (first, last) in enumerate(
        zip(record.path_start[:-1], record.path_start[1:], strict=True)
    ):
        when = record.period[first:last].astype(float)
        covariance = np.exp(-np.exp(rate[p]) * np.abs(when[:, None] - when))
        energy -= stats.multivariate_normal(cov=covariance).logpdf(theta[first:last])
        energy -= 0.5 * np.log(2 * np.pi) * (last - first)
    return energy


def test_energy_is_the_posterior_of_the_model(record, chain):
    rng = np.random.default_rng(0)
    assert set(chain._home.tolist()) == {-1, 0, 1, 2}
    step = [rng.normal(size=part.shape) for part in chain._point]
    there = _shifted(chain._point, step, 0.1)
    mine = chain._energy(there)[0] - chain._energy(chain._point)[0]
    plain = _plain_energy(record, chain, there) - _plain_energy(record, chain, chain._point)
    assert mine == pytest.approx(plain, abs=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_slope_is_the_derivative_of_the_energy(record, weighted):
    votes = record if weighted else replace(record, weight=np.ones(record.n_obs))
    chain = JointChain(votes, np.zeros(votes.n_units), seed=3, chain=0)
    metric = chain._metric
    slope = chain._energy(chain._point)[1]
    for seed in range(4):
        rng = np.random.default_rng(seed)
        step = Point(*(rng.normal(size=part.shape) for part in chain._point))
        up, down = (_shifted(chain._point, step, h) for h in (1e-5, -1e-5))
        along = (chain._energy(up)[0] - chain._energy(down)[0]) / 2e-5
        white = metric.white(metric.theta + step.theta, metric.item + step.item)
        mine = (slope.theta * white[0]).sum() + (slope.item * white[1]).sum()
        mine += (slope.rate * chain._white_rates(chain._rate_centre + step.rate)).sum()
        assert mine == pytest.approx(along, rel=1e-4, abs=1e-3)


def _dense(metric, n_units, n_items):
    """K' as a matrix, one column per direction."""
    columns = []
    for direction in np.eye(n_units + 3 * n_items):
        theta, item = direction[:n_units], direction[n_units:].reshape(-1, 3)
        white = metric.white(metric.theta + theta, metric.item + item)
        columns.append(np.concatenate([white[0], white[1].ravel()]))
    return np.array(columns).T


def _plain_information(record, chain, point):
    """Expected information of the votes by differences of every vote's three probabilities."""
    n = record.n_units

    def probabilities(x):
        theta, item = x[:n], x[n:].reshape(-1, 3)
        mean, sd = np.zeros(record.n_items), np.ones(record.n_items)
        for place, period in enumerate(np.unique(record.period)):
            here = theta[record.period == period]
            mean[chain._home == place], sd[chain._home == place] = here.mean(), here.std()
        own, unit = record.item_of, record.unit.astype(int)
        at = item[own, 1] - item[own, 0] * (theta[unit] - mean[own]) / sd[own]
        yes, no = special.ndtr(at), special.ndtr(-at - 2 * np.exp(item[own, 2]))
        return np.array([yes, 1 - yes - no, no])

    x = np.concatenate([point.theta, point.item.ravel()])
    p = probabilities(x)
    slopes = np.array([
        (probabilities(x + 1e-5 * e) - probabilities(x - 1e-5 * e)) / 2e-5 for e in np.eye(x.size)
    ])  # fmt: skip
    scaled = slopes * np.sqrt(record.weight / p)
    return np.einsum("ako,bko->ab", scaled, scaled)


def test_coordinates_carry_the_expected_information_of_the_votes(record, chain):
    mute = replace(record, weight=np.full(record.n_obs, 1e-12))
    silent = JointChain(mute, np.zeros(record.n_units), seed=3, chain=0, period_prior=(0.4, 0.2))
    point = Point(chain._point.theta, chain._point.item, chain._point.rate)
    for one in (chain, silent):
        one._set_reference(Point(*(part[None] for part in point)))
    size = (record.n_units, record.n_items)
    with_votes, without = (_dense(one._metric, *size) for one in (chain, silent))
    mine = with_votes.T @ with_votes - without.T @ without
    plain = _plain_information(record, chain, point)
    crossing = np.repeat(record.items["first"] != record.items["last"], 3)
    crossing = np.concatenate([np.zeros(record.n_units, bool), crossing])
    few = np.concatenate([record.period == 4, np.zeros(3 * record.n_items, bool)])
    kept = ~(crossing | few)  # couplings of these are left out of M on purpose
    kept[record.n_units :] &= np.repeat(chain._home >= 0, 3)
    # The bridged item's own votes are not in z: their share of the diagonal is checked apart.
    bridged = np.unique(record.unit[np.isin(record.item_of, np.flatnonzero(chain._home < 0))])
    kept[bridged] = False
    assert kept.sum() > 60
    assert mine[np.ix_(kept, kept)] == pytest.approx(plain[np.ix_(kept, kept)], abs=2e-4)
    assert np.linalg.eigvalsh(with_votes.T @ with_votes).min() > 0


def test_white_coordinates_lead_there_and_back(record, chain):
    rng = np.random.default_rng(1)
    metric = chain._metric
    q, q_item = rng.normal(size=record.n_units), rng.normal(size=(record.n_items, 3))
    back = metric.white(*metric.point(q, q_item))
    assert back[0] == pytest.approx(q, abs=1e-8)
    assert back[1] == pytest.approx(q_item, abs=1e-8)
    slope, item_slope = rng.normal(size=q.shape), rng.normal(size=q_item.shape)
    theta, item = metric.point(q, q_item)
    white = metric.slope(slope, item_slope)
    across = (white[0] * q).sum() + (white[1] * q_item).sum()
    direct = (slope * (theta - metric.theta)).sum() + (item_slope * (item - metric.item)).sum()
    assert across == pytest.approx(direct, abs=1e-8)


def test_log_probabilities_by_table_agree_with_scipy():
    x = np.concatenate([np.linspace(-60, 12, 4001), [-40.0, 10.0]])
    mine = np.array([irt_energy.log_cdf.py_func(t, irt_energy.LOG_CDF) for t in x])
    assert mine[:, 0] == pytest.approx(special.log_ndtr(x), abs=1e-8, rel=1e-6)
    slope = np.exp(stats.norm.logpdf(x) - special.log_ndtr(x))
    assert mine[:, 1] == pytest.approx(slope, abs=2e-6, rel=2e-6)


def test_items_start_at_their_modes(record):
    theta = np.random.default_rng(2).normal(size=record.n_units)
    beta, centre, width = (np.full(record.n_items, x) for x in (0.0, 0.0, -1.0))
    irt_energy.newton_items(
        record.start, record.ends, record.unit, record.weight, record.weighted, theta, 60, beta,
        centre, width, probit.CDF,
    )  # fmt: skip
    out = np.empty(9)
    for v in range(record.n_items):
        irt.item_terms(
            record.start[v], *record.ends[v], record.start[v + 1], record.unit, record.weight,
            record.weighted, theta, beta[v], centre[v], width[v], probit.CDF, out,
        )  # fmt: skip
        assert np.abs(out[:3]).max() < 0.01


def _run(chain, draws, burn):
    chain.advance(burn)
    kept = []
    for _ in range(draws):
        chain.advance(1)
        kept.append({name: a.copy() for name, a in chain.record().items()})
    return {name: np.array([draw[name] for draw in kept]) for name in kept[0]}


def test_without_votes_the_chain_draws_from_its_prior():
    """Votes of weight next to nothing: stationary walks, rates and items as their priors say."""
    shape = invent_shape(states=12, sessions=2, rollcalls=3, absence=0.0, seed=4)
    votes = simulate_votes(shape, seed=4).votes.with_columns(weight=1e-9)
    arrays = prepare_votes(votes, bridging="none", unanimous="keep")
    chain = JointChain(
        arrays, np.zeros(arrays.n_units), seed=2, chain=0, burn=150, period_prior=None
    )
    draws = _run(chain, 2500, 150)
    theta = draws["theta"].reshape(2500, 12, 2)
    assert theta.std() == pytest.approx(1.0, rel=0.05)
    assert theta.mean() == pytest.approx(0.0, abs=0.05)
    step, sd = np.diff(theta, axis=2)[..., 0], draws["innovation"][:, :-1]
    assert np.mean(step**2 / (2 - 2 * np.sqrt(1 - sd**2))) == pytest.approx(1.0, rel=0.05)
    log_rate = np.log(-0.5 * np.log1p(-(draws["innovation"][:, -1] ** 2)))
    assert log_rate.mean() == pytest.approx(np.log(0.03), abs=0.12)
    assert log_rate.std() == pytest.approx(0.7, rel=0.12)
    assert draws["beta"].std() == pytest.approx(1.0, rel=0.06)
    assert draws["centre"].std() == pytest.approx(3.0, rel=0.06)
    assert np.log(draws["half"]).mean() == pytest.approx(-1.2, abs=0.06)


def test_without_votes_the_period_prior_holds():
    shape = invent_shape(states=12, sessions=1, rollcalls=6, absence=0.0, seed=4)
    votes = simulate_votes(shape, seed=4).votes.with_columns(weight=1e-9)
    arrays = prepare_votes(votes, bridging="none", unanimous="keep")
    chain = JointChain(
        arrays, np.zeros(arrays.n_units), seed=2, chain=0, burn=150, period_prior=(0.2, 0.1)
    )
    mine = _run(chain, 4000, 150)["theta"]
    free = np.random.default_rng(0).normal(size=(400_000, 12))
    mean, log_sd = free.mean(1), np.log(free.std(1))
    weight = np.exp(-0.5 * (mean / 0.2) ** 2 - 0.5 * (log_sd / 0.1) ** 2)
    expected = [np.average(x, weights=weight) for x in (mean**2, log_sd, log_sd**2)]
    mean, log_sd = mine.mean(1), np.log(mine.std(1))
    assert np.mean(mean**2) == pytest.approx(expected[0], rel=0.12)
    assert np.mean(log_sd) == pytest.approx(expected[1], abs=0.01)
    assert np.mean(log_sd**2) == pytest.approx(expected[2], rel=0.15)


@pytest.mark.parametrize("after", [7, 40])
def test_a_restored_chain_goes_on_as_if_never_stopped(record, after):
    """Stopped within the burn-in and after it."""
    start = np.zeros(record.n_units)
    whole = JointChain(record, start, seed=1, chain=2, burn=30)
    whole.advance(after)
    saved = {name: np.copy(a) for name, a in whole.state().items()}
    whole.advance(12)
    other = JointChain(record, start, seed=1, chain=2, burn=30)
    other.restore(saved)
    other.advance(12)
    for name, values in whole.record().items():
        assert np.array_equal(values, other.record()[name]), name
