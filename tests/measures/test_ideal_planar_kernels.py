"""Kernels of the plane and of absence against one plain NumPy log-posterior."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import special
from scipy.stats import multivariate_normal

from multipolar.measures._ideal_absence import lay_out_absences
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures._ideal_planar import PlanarChain, principal_start, slice_draw
from multipolar.measures._kernels import irt_planar, irt_planar_paths, irt_planar_runs
from multipolar.measures._kernels.probit import CDF
from multipolar.simulate.votes import invent_shape, simulate_votes

SLOPE_PRECISION, RATE_PRECISION = 5.0, 3.0
LOCATION, SCALE = 4.0, 16.0


@pytest.fixture(scope="module")
def record():
    """An assembly of 12 over four sessions, some items of two, one state not there in one."""
    shape = invent_shape(states=12, sessions=4, rollcalls=7, absence=0.0, seed=2)
    shape = shape.filter((pl.col("state") != "S003") | (pl.col("session") != 2))
    votes = simulate_votes(shape, seed=5, innovation_sd=0.3, centre_sd=0.8).votes
    gone = np.random.default_rng(0).uniform(size=votes.height) < 0.2
    votes = votes.with_columns(
        vote=pl.when(pl.Series(gone)).then(8).otherwise("vote").cast(pl.Int8),
        weight=pl.when(pl.col("rollcall").str.ends_with("3")).then(2.0).otherwise(1.0),
    )
    pairs = pl.DataFrame({"rcid1": ["r1-001", "r2-002"], "rcid2": ["r2-001", "r3-002"]})
    arrays = prepare_votes(votes, bridging=pairs)
    return arrays, lay_out_absences(votes, arrays, "session")


@pytest.fixture
def state(record):
    arrays, _ = record
    rng = np.random.default_rng(3)
    items = rng.normal(size=(arrays.n_items, 4))
    items[:, 1] = rng.normal(-0.5, 0.4, arrays.n_items)
    return SimpleNamespace(
        theta=rng.normal(size=(arrays.n_units, 2)), items=items,
        away=rng.normal(0, 0.5, (arrays.n_items, 3)), rate=rng.normal(0, 0.4, arrays.n_units),
        pace=rng.normal(-2, 1, arrays.path_start.size - 1),
    )  # fmt: skip


def _steps(arrays, pace):
    """Correlation with the position before and precision of the step, unit by unit."""
    kept, link = np.zeros(arrays.n_units + 1), np.ones(arrays.n_units + 1)
    for p, first in enumerate(arrays.path_start[:-1]):
        for u in range(first + 1, arrays.path_start[p + 1]):
            kept[u] = np.exp(-np.exp(pace[p]) * (arrays.period[u] - arrays.period[u - 1]))
            link[u] = 1.0 / (1.0 - kept[u] ** 2)
    return kept, link


def _log_posterior(record, s, *, dims=2):
    """Everything the sampler's target is made of, term by term."""
    arrays, gone = record
    item, unit, vote = arrays.item_of, arrays.unit.astype(int), arrays.vote_of
    mu = s.items[item, 0] - (s.items[item, 2:] * s.theta[unit]).sum(1)
    h = np.exp(s.items[item, 1])
    yes, no = special.ndtr(mu - h), special.ndtr(-mu - h)
    total = arrays.weight @ np.log(np.select([vote == 1, vote == 3], [yes, no], 1 - yes - no))
    total += arrays.weight @ special.log_ndtr(-_away_eta(s, item, unit))
    at = np.repeat(np.arange(arrays.n_items), np.diff(gone.start))
    total += gone.weight @ special.log_ndtr(_away_eta(s, at, gone.unit.astype(int)))
    total -= 0.5 * ((s.items[:, 0] / 3) ** 2 + (s.items[:, 1] + 1.2) ** 2).sum()
    total -= 0.5 * (s.items[:, 2:] ** 2).sum() + 0.5 * ((s.away[:, 0] + 1) ** 2).sum()
    total -= 0.5 * SLOPE_PRECISION * (s.away[:, 1:] ** 2).sum()
    total -= 0.5 * RATE_PRECISION * (s.rate**2).sum()
    for p, log_rate in enumerate(s.pace):
        of_path = slice(*arrays.path_start[p : p + 2])
        years = arrays.period[of_path]
        cov = np.exp(-np.exp(log_rate) * np.abs(years[:, None] - years))
        for k in range(2):
            total += multivariate_normal(cov=cov).logpdf(s.theta[of_path, k])
    for t in np.unique(arrays.period):
        here = s.theta[arrays.period == t][:, :dims]
        if here.shape[0] >= 10:
            log_sd = 0.5 * np.log(np.linalg.eigvalsh(np.cov(here.T, bias=True).reshape(dims, dims)))
            total -= 0.5 * LOCATION * (here.mean(0) ** 2).sum() + 0.5 * SCALE * (log_sd**2).sum()
    return total


def _away_eta(s, item, unit):
    return s.away[item, 0] + s.rate[unit] + (s.away[item, 1:] * s.theta[unit]).sum(1)


def _copy(s):
    return SimpleNamespace(**{k: v.copy() for k, v in vars(s).items()})


def _derivatives(record, s, name, row, columns, step=2e-4):
    """Slope and negative second derivatives of the plain log-posterior in some entries of a row."""

    def at(*moves):
        moved = _copy(s)
        for column, by in moves:
            getattr(moved, name)[(row, column) if column is not None else row] += by
        return _log_posterior(record, moved)

    slope = np.array([(at((c, step)) - at((c, -step))) / (2 * step) for c in columns])
    bend = np.array([
        [
            -(at((c, step), (d, step)) - at((c, step), (d, -step)) - at((c, -step), (d, step))
              + at((c, -step), (d, -step))) / (4 * step**2)
            for d in columns
        ]
        for c in columns
    ])  # fmt: skip
    return slope, bend


def _layout(record):
    a, gone = record
    return (
        (a.start, a.ends, a.unit, a.weight, a.unit_start, a.unit_ends, a.unit_item, a.unit_weight),
        gone.arrays,
    )


def test_item_terms_match_the_plain_posterior(record, state):
    arrays, _ = record
    slope, curve = np.zeros(4), np.zeros((4, 4))
    v = 5
    irt_planar.item_terms(
        arrays.start[v], *arrays.ends[v], arrays.start[v + 1], arrays.unit, arrays.weight, True,
        state.theta, state.items[v], CDF, slope, curve,
    )  # fmt: skip
    plain, bend = _derivatives(record, state, "items", v, range(4))
    assert slope == pytest.approx(plain, abs=1e-3)
    full = np.tril(curve) + np.tril(curve, -1).T
    widths = np.array([0, 2, 3])  # the curvature in the width is made positive on purpose
    assert full[np.ix_(widths, widths)] == pytest.approx(bend[np.ix_(widths, widths)], abs=2e-2)
    assert full[1, widths] == pytest.approx(bend[1, widths], abs=2e-2)
    low, step = np.zeros((4, 4)), np.zeros(4)
    half_log_det = irt_planar.cholesky(4, curve, low)
    assert half_log_det == pytest.approx(0.5 * np.linalg.slogdet(full)[1])
    irt_planar.newton_step(4, slope, low, step)
    assert step == pytest.approx(np.linalg.solve(full, slope))
    assert irt_planar.half_square(4, low, step) == pytest.approx(0.5 * step @ full @ step)


def test_absence_terms_match_the_plain_posterior(record, state):
    votes, gone = _layout(record)
    slope, curve = np.zeros(4), np.zeros((4, 4))
    irt_planar.away_terms(
        4, votes, gone, True, state.theta, state.rate, state.away[4], SLOPE_PRECISION, CDF, slope,
        curve,
    )  # fmt: skip
    plain, bend = _derivatives(record, state, "away", 4, range(3))
    assert slope[:3] == pytest.approx(plain, abs=1e-3)
    assert np.tril(curve)[:3, :3] == pytest.approx(np.tril(bend), abs=2e-2)
    _, one, two = irt_planar.rate_terms(
        9, votes, gone, True, state.theta, state.rate[9], state.away, RATE_PRECISION, CDF
    )
    plain, bend = _derivatives(record, state, "rate", 9, [None])
    assert one == pytest.approx(plain[0], abs=1e-3)
    assert two == pytest.approx(bend[0, 0], abs=2e-2)


def test_unit_terms_are_the_likelihood_part_of_the_plain_posterior(record, state):
    votes, gone = _layout(record)
    u = 6
    arguments = (u, votes, gone, True, True, state.items, np.exp(state.items[:, 1]), state.rate[u],
                 state.away)  # fmt: skip
    value, s0, s1, k00, k01, k11 = irt_planar_paths.unit_terms(*arguments, *state.theta[u], CDF)
    moved = _copy(state)
    moved.theta[u] = [0.3, -0.2]
    there = irt_planar_paths.unit_terms(*arguments, 0.3, -0.2, CDF)[0]
    flat = (0.0, 0.0)

    def prior(s):
        return _prior_of_positions(record, s)

    plain = _log_posterior(record, moved) - prior(moved) - _log_posterior(record, state)
    assert there - value == pytest.approx(plain + prior(state), abs=1e-5)
    slope, bend = _derivatives(record, state, "theta", u, range(2))
    steps = np.array([flat, flat])
    for i in range(2):
        for sign in (1, -1):
            moved = _copy(state)
            moved.theta[u, i] += sign * 1e-4
            steps[0, i] += sign * prior(moved) / 2e-4
    assert np.array([s0, s1]) + steps[0] == pytest.approx(slope, abs=1e-3)
    assert k01 == pytest.approx(bend[0, 1] - _bend_of_prior(record, state, u), abs=5e-2)
    assert min(k00, k11, k00 * k11 - k01**2) > 0


def _prior_of_positions(record, s):
    """Log-posterior with the votes and absences weighing nothing, items and rates left out."""
    arrays, gone = record
    silent = replace(arrays, weight=arrays.weight * 0.0)
    nobody = replace(gone, weight=gone.weight * 0.0)
    still = SimpleNamespace(
        theta=s.theta, pace=s.pace, items=np.zeros_like(s.items),
        away=np.zeros_like(s.away), rate=np.zeros_like(s.rate),
    )  # fmt: skip
    return _log_posterior((silent, nobody), still)


def _bend_of_prior(record, s, u, step=2e-4):
    total = 0.0
    for i, j in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        moved = _copy(s)
        moved.theta[u] += [i * step, j * step]
        total -= i * j * _prior_of_positions(record, moved) / (4 * step**2)
    return total


def test_banded_system_is_solved_as_the_dense_one():
    rng = np.random.default_rng(1)
    n, dims = 5, 2
    at, before, after = rng.normal(size=(n, 2)), rng.normal(size=2), rng.normal(size=2)
    slope, link = rng.normal(size=(n, 2)), rng.uniform(1, 9, n + 1)
    kept = rng.uniform(0, 1, n + 1)
    root = rng.normal(size=(n, 2, 2))
    curve = root @ np.swapaxes(root, 1, 2)
    terms = np.column_stack([slope, curve[:, 0, 0], curve[:, 0, 1], curve[:, 1, 1]])
    band, low, right = np.zeros((10, 3)), np.zeros((10, 3)), np.zeros(10)
    irt_planar_paths._fill(n, dims, at, terms, kept, link, before, after, band, right)
    dense, wanted = np.zeros((10, 10)), np.zeros(10)
    for k in range(n):
        here = slice(2 * k, 2 * k + 2)
        dense[here, here] += curve[k] + (link[k] + kept[k + 1] ** 2 * link[k + 1]) * np.eye(2)
        wanted[here] = curve[k] @ at[k] + slope[k]
        if k:
            there = slice(2 * k - 2, 2 * k)
            dense[here, there] = dense[there, here] = -kept[k] * link[k] * np.eye(2)
    wanted[:2] += kept[0] * link[0] * before
    wanted[-2:] += kept[n] * link[n] * after
    assert right == pytest.approx(wanted)
    log_det = irt_planar_paths._factor(10, dims, band, low)
    assert log_det == pytest.approx(0.5 * np.linalg.slogdet(dense)[1])
    x = rng.normal(size=10)
    assert irt_planar_paths._half_square(10, dims, low, x) == pytest.approx(0.5 * x @ dense @ x)
    irt_planar_paths._solve(10, dims, low, right, True)
    assert right == pytest.approx(np.linalg.solve(dense, wanted))


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("run", [(1, 5), (2, 4), (2, 5)])
def test_density_of_a_moved_run_is_that_of_the_moved_state(record, state, kind, run):
    arrays, _ = record
    votes, away = _layout(record)
    spans = [arrays.items[c].to_numpy().astype(np.int64) for c in ("first", "last")]
    place = np.unique(arrays.period, return_inverse=True)[1].astype(np.int64)
    matrices, vectors, sums, map_ = (np.zeros(s) for s in ((4, 2, 2), (3, 2), (4, 6), 10))
    weight, n_units = irt_planar_runs.path_sums(
        *run, arrays.period, state.theta, *_steps(arrays, state.pace), matrices, vectors
    )
    n_items = irt_planar_runs.item_sums(
        *run, *spans, state.items, state.away, True, SLOPE_PRECISION, matrices, vectors
    )
    irt_planar_paths.sum_periods(state.theta, place, sums)
    inside = np.isin(np.unique(arrays.period), range(*run)).astype(float)
    value = []
    moved = _copy(state)
    for move in (0.0, 0.37):
        irt_planar_runs.transform(kind, 2, 0.8, move, map_)
        value.append(irt_planar_runs.moved_density(
            kind, 2, move, map_, matrices, vectors, weight, float(n_units - n_items), inside, sums,
            LOCATION, SCALE,
        ))  # fmt: skip
        crossing = np.flatnonzero(
            ~((spans[0] >= run[0]) & (spans[1] < run[1]))
            & (spans[0] < run[1]) & (spans[1] >= run[0])
        )  # fmt: skip
        value[-1] += irt_planar_runs.crossing_likelihood(
            *run, map_, arrays.period, crossing, crossing.size, votes, away, True, True,
            state.items, np.exp(state.items[:, 1]), state.rate, state.away, state.theta,
            *irt_planar_runs.single_records(), CDF,
        )  # fmt: skip
    assert (crossing.size > 0) == (run != (1, 5))
    irt_planar_runs.apply_move(
        kind, *run, map_, arrays.period, *spans, True, moved.theta, moved.items, moved.away
    )
    volume = 0.37 * (n_units - n_items) if kind == irt_planar_runs.STRETCH else 0.0
    plain = _log_posterior(record, moved) - _log_posterior(record, state) + volume
    assert value[1] - value[0] == pytest.approx(plain, abs=2e-5)
    back = map_[:4].reshape(2, 2) @ map_[6:].reshape(2, 2)
    assert back == pytest.approx(np.eye(2))


def test_without_likelihood_the_chain_draws_from_its_prior():
    """Votes of weight next to nothing: moments of the prior by importance sampling."""
    shape = invent_shape(states=10, sessions=1, rollcalls=6, absence=0.0, seed=4)
    votes = simulate_votes(shape, seed=4).votes.with_columns(weight=1e-9)
    arrays = prepare_votes(votes, bridging="none", unanimous="keep")
    chain = PlanarChain(
        arrays, dims=2, away=None, seed=2, chain=0, period_prior=(0.3, 0.15), scatter=0.1
    )
    chain.advance(100)
    kept = []
    for _ in range(4000):
        chain.advance(1)
        kept.append({k: v.copy() for k, v in chain.record().items()})
    theta = np.array([k["theta"] for k in kept])
    free = np.random.default_rng(0).normal(size=(200_000, 2, 10))
    log_sd, mean = _spreads(free), free.mean(2)
    weight = np.exp(-0.5 * ((mean / 0.3) ** 2).sum(1) - 0.5 * ((log_sd / 0.15) ** 2).sum(1))
    expected = [np.average(x, weights=weight, axis=0) for x in (mean**2, log_sd, log_sd**2)]
    mine, mine_log = theta.mean(2), _spreads(theta)
    assert (mine**2).mean(0) == pytest.approx(expected[0], rel=0.15)
    assert mine_log.mean(0) == pytest.approx(expected[1], abs=0.02)
    assert (mine_log**2).mean(0) == pytest.approx(expected[2], rel=0.15)
    beta = np.array([k["beta"] for k in kept])
    assert beta.std() == pytest.approx(1.0, rel=0.05)
    turned = np.arctan2(theta[:, 1, 0], theta[:, 0, 0])  # no direction is preferred
    assert abs(np.exp(2j * turned).mean()) < 0.1


def test_without_likelihood_paths_and_paces_are_those_of_the_stationary_walk():
    """Seen at sessions 1, 2 and 5, so that what was drawn at once depends on the gaps too."""
    shape = invent_shape(states=6, sessions=5, rollcalls=3, absence=0.0, seed=4)
    shape = shape.filter(~pl.col("session").is_in([3, 4]))
    votes = simulate_votes(shape, seed=4).votes.with_columns(weight=1e-9)
    arrays = prepare_votes(votes, bridging="none", unanimous="keep")
    chain = PlanarChain(arrays, dims=2, away=None, seed=6, chain=0, period_prior=None, scatter=0.1)
    chain.advance(100)
    theta, pace = [], []
    for _ in range(5000):  # about 130 effective draws of the common pace
        chain.advance(1)
        state = chain.state()
        theta.append(state["theta"].reshape(6, 3, 2).copy())
        pace.append(np.append(state["pace"], state["common"]))
    theta, pace = np.array(theta), np.array(pace)
    assert pace.mean() == pytest.approx(np.log(0.03), abs=0.18)
    assert pace[:, -1].std() == pytest.approx(0.7, rel=0.15)
    assert (pace[:, :-1] - pace[:, -1:]).std() == pytest.approx(0.5, rel=0.05)
    assert (theta**2).mean((0, 1, 3)) == pytest.approx(np.ones(3), rel=0.1)
    free = np.random.default_rng(0).normal(np.log(0.03), np.hypot(0.7, 0.5), 200_000)
    for first, last, gap in ((0, 1, 1), (1, 2, 3), (0, 2, 4)):
        apart = (theta[:, :, first] - theta[:, :, last]) ** 2
        expected = 2 - 2 * np.exp(-gap * np.exp(free)).mean()
        assert apart.mean() == pytest.approx(expected, rel=0.2)


def test_slice_draws_follow_their_densities_side_by_side():
    rng = np.random.default_rng(5)
    mean, sd, at = np.array([0.0, 3.0]), np.array([1.0, 0.2]), np.array([2.0, 2.0])
    kept = []
    for _ in range(6000):
        at = slice_draw(lambda x: -0.5 * ((x - mean) / sd) ** 2, at, 1.5, rng)
        kept.append(at)
    assert np.mean(kept, 0) == pytest.approx(mean, abs=0.1)
    assert np.std(kept, 0) == pytest.approx(sd, rel=0.08)


def _spreads(theta):
    """Log standard deviations along the main axes, (n, 2)."""
    centred = theta - theta.mean(2, keepdims=True)
    cov = centred @ np.swapaxes(centred, 1, 2) / theta.shape[2]
    return 0.5 * np.log(np.linalg.eigvalsh(cov))


def test_principal_start_finds_the_two_coordinates():
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(40, 2))
    beta = rng.normal(size=(60, 2)) * [2.0, 1.0]
    z = beta @ theta.T + rng.normal(size=(60, 40))
    rows = [
        (f"r{r}", f"S{s:02d}", 3 if z[r, s] > 0 else 1, 1) for r in range(60) for s in range(40)
    ]
    votes = pl.DataFrame(rows, schema=["rollcall", "state", "vote", "session"], orient="row")
    start = principal_start(prepare_votes(votes, bridging="none"))
    fitted = start @ np.linalg.lstsq(start, theta - theta.mean(0), rcond=None)[0]
    for k in range(2):
        assert np.corrcoef(fitted[:, k], theta[:, k])[0, 1] > 0.85
