"""Placebo tests: percentiles and p-values by definition, and their calibration on null worlds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.claims.placebo import (
    compute_percentiles,
    joint_test,
    more_extreme,
    placebo_percentiles,
    rank_words,
)
from multipolar.claims.rules import interval, rank, sign
from multipolar.claims.space import SUPPORTS
from multipolar.core.errors import BadOption, TooFewObservations

values = st.sampled_from([math.nan, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])


def percentile_by_hand(seen, drawn, orient):
    known = [d for d in drawn if not math.isnan(d)]
    if math.isnan(seen) or not known:
        return math.nan
    return sum(d * orient < seen * orient for d in known) / (len(known) + 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(values, values, values), min_size=1, max_size=8), st.sampled_from([1, -1])
)
def test_percentiles_by_definition(draws, orient):
    placebo = np.array(draws)
    observed = np.array([0.5, math.nan, -0.5])
    expected = [percentile_by_hand(observed[j], placebo[:, j], orient) for j in range(3)]
    np.testing.assert_allclose(compute_percentiles(observed, placebo, orient), expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=2, max_size=8))
def test_each_draw_is_ranked_among_the_others(draws):
    placebo = np.array(draws)
    found = placebo_percentiles(placebo)
    for i in range(len(placebo)):
        expected = compute_percentiles(placebo[i], np.delete(placebo, i, axis=0))
        np.testing.assert_allclose(found[i], expected)


def p_by_hand(claim, placebos):
    return (1 + sum(t >= claim for t in placebos)) / (1 + len(placebos))


@pytest.mark.parametrize("direction", ["positive", "negative"])
def test_joint_p_values_by_definition(direction):
    rng = np.random.default_rng(3)
    placebo = rng.normal(size=(30, 7))
    placebo[rng.random(placebo.shape) < 0.1] = np.nan
    observed = rng.normal(size=7) + 0.5
    orient = 1 if direction == "positive" else -1
    found = joint_test(observed, placebo, direction=direction, rule=sign(direction))
    medians = [orient * np.nanmedian(row) for row in [observed, *placebo]]
    assert found.p_median == pytest.approx(p_by_hand(medians[0], medians[1:]))
    assert found.rank == 1 + sum(m >= medians[0] for m in medians[1:])
    shares = [np.mean(row[~np.isnan(row)] * orient > 0) for row in [observed, *placebo]]
    assert found.p_share == pytest.approx(p_by_hand(shares[0], shares[1:]))
    pool = np.vstack([observed, placebo])
    sizes = np.nanmean(np.abs((pool - np.nanmean(pool, axis=0)) / np.nanstd(pool, axis=0)), axis=1)
    assert found.stouffer == pytest.approx(sizes[0])
    assert found.p_stouffer == pytest.approx(p_by_hand(sizes[0], sizes[1:]))
    assert found.median == pytest.approx(np.median(observed))


def test_rank_rule_ranks_claim_and_placebos_alike():
    rng = np.random.default_rng(4)
    observed, placebo = rng.normal(size=5) + 1, rng.normal(size=(40, 5))
    found = joint_test(observed, placebo, rule=rank(0.9))
    claim = rank(0.9).apply(observed, percentile=compute_percentiles(observed, placebo))
    assert found.share == pytest.approx(np.mean(claim == SUPPORTS))


def test_support_decided_elsewhere_is_taken():
    observed, placebo = np.ones(2), np.zeros((3, 2))
    supports = np.array([[True, True], [True, False], [False, False]])
    found = joint_test(
        observed, placebo, observed_supports=[True, False], placebo_supports=supports
    )
    assert found.share == 0.5
    assert found.p_share == (1 + 2) / 4


def test_draws_without_estimates_do_not_count():
    placebo = np.array([[1.0, 2.0], [math.nan, math.nan], [0.0, 0.0]])
    assert joint_test([3.0, 3.0], placebo).n_draws == 2


def test_what_cannot_be_tested_says_so():
    with pytest.raises(TooFewObservations):
        joint_test([math.nan], [[1.0]])
    with pytest.raises(TooFewObservations):
        joint_test([1.0], [[math.nan]])
    with pytest.raises(BadOption, match="expected \\(n_specs,\\)"):
        joint_test([1.0, 2.0], [[1.0]])
    without_intervals = joint_test([1.0], [[0.5]], rule=interval())
    assert math.isnan(without_intervals.share)
    assert math.isnan(without_intervals.p_share)
    assert without_intervals.p_median == 0.5
    with pytest.raises(BadOption, match="both"):
        joint_test([1.0], [[1.0]], observed_supports=[True])


def test_rank_in_words():
    falls = {"Israel": -0.5, "Cuba": -0.3, "Chile": -0.1, "Peru": math.nan}

    def words(value):
        return rank_words(value, falls, direction="negative", what="a larger fall")

    assert words(-0.2) == "Of 3 comparable states, only Israel and Cuba show a larger fall."
    assert words(-0.4) == "Of 3 comparable states, only Israel shows a larger fall."
    assert words(-0.9) == "Of 3 comparable states, none shows a larger fall."
    assert words(0.9) == "Of 3 comparable states, all show a larger fall."
    assert words(math.nan) == "No comparable states to compare with."
    many = {f"s{i}": float(i) for i in range(20)}
    assert rank_words(9.5, many, what="more") == "Of 20 comparable states, 10 show more."
    assert more_extreme(17.5, many) == ["s19", "s18"]


def null_worlds(n_worlds, n_draws, n_specs, seed):
    """Claim and placebos drawn alike; specifications share most of what they measure."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_worlds, n_draws + 1, 1))
    own = rng.normal(size=(n_worlds, n_draws + 1, n_specs))
    return common + 0.7 * own


@pytest.mark.parametrize("n_draws", [19, 24, 99])
def test_rank_rule_supports_at_its_nominal_rate_where_nothing_changed(n_draws):
    worlds = null_worlds(3000, n_draws, 1, seed=n_draws)
    claim = worlds[:, 0, 0]
    percentiles = compute_percentiles(claim, worlds[:, 1:, 0].T)
    rate = np.mean(rank(0.9, signed=False).apply(claim, percentile=percentiles) == SUPPORTS)
    exact = math.floor(0.1 * (n_draws + 1)) / (n_draws + 1)
    assert exact <= 0.1
    assert abs(rate - exact) < 4 * math.sqrt(0.1 * 0.9 / 3000)


@pytest.mark.parametrize("rule", [None, rank(0.9)])
def test_joint_p_values_are_uniform_where_nothing_changed(rule):
    worlds = null_worlds(600, 39, 12, seed=8)
    found = [joint_test(w[0], w[1:], rule=rule) for w in worlds]
    grid = np.arange(1, 41) / 40
    for name in ("p_median", "p_stouffer"):
        p = np.array([getattr(f, name) for f in found])
        empirical = (p[:, None] <= grid + 1e-12).mean(axis=0)
        # Dvoretzky-Kiefer-Wolfowitz bound at a level of 1e-4.
        assert np.abs(empirical - grid).max() < math.sqrt(math.log(2 / 1e-4) / (2 * 600))
    share = np.array([f.p_share for f in found])
    for level in (0.05, 0.1, 0.25, 0.5):
        assert (share <= level).mean() <= level + 4 * math.sqrt(level / 600)


def test_a_real_effect_is_found():
    worlds = null_worlds(100, 39, 12, seed=9)
    worlds[:, 0] += 5
    found = [joint_test(w[0], w[1:], rule=rank(0.9)) for w in worlds]
    assert np.mean([f.p_median <= 0.05 for f in found]) > 0.9
    assert np.mean([f.share for f in found]) > 0.9
