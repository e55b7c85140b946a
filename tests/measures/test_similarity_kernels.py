"""Counts and scores of all pairs at once, against loops over pairs and the plain function."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multipolar.measures import similarity
from multipolar.measures._kernels.bootstrap import (
    cluster_multiplicities,
    leave_one_out,
    percentile_interval,
)
from multipolar.measures._kernels.similarity import (
    CODES,
    METRICS,
    TREATMENTS,
    joint_counts,
    makes_sense,
    score_periods,
    similarity_from_counts,
    weighted_draws,
)

records = arrays(
    np.int8,
    st.tuples(st.integers(1, 12), st.integers(2, 5)),
    elements=st.sampled_from([1, 2, 3, 8, 9]),
)
SENSIBLE = [(m, t) for t in TREATMENTS for m in METRICS if makes_sense(m, t)]


def plain_counts(codes, period, weights):
    """Joint counts by looking at every roll call and pair."""
    n_periods, n_states = max(period) + 1, codes.shape[1]
    out = np.zeros((n_periods, 4, 4, n_states, n_states))
    for v, i, j in itertools.product(range(len(codes)), range(n_states), range(n_states)):
        a, b = int(codes[v, i]), int(codes[v, j])
        if a in CODES and b in CODES and period[v] >= 0:
            out[period[v], CODES.index(a), CODES.index(b), i, j] += weights[v]
    return out


def plain_score(first, second, metric, treatment):
    """Score of two states by recoding their votes and calling the plain function."""
    recode = {
        "half": {1: 1, 2: 2, 3: 3},
        "drop": {1: 1, 3: 3},
        "no": {1: 1, 2: 3, 3: 3},
        "category": {1: 1, 2: 2, 3: 3},
        "absent": {1: 1, 2: 2, 3: 3, 8: 2},
    }
    if treatment == "coincidence":
        return plain_coincidence(first, second)
    x = [recode[treatment].get(int(a)) for a in first]
    y = [recode[treatment].get(int(b)) for b in second]
    if treatment != "category" or metric.endswith("_nominal"):
        levels = [1, 3] if treatment in ("drop", "no") else [1, 2, 3]
        return similarity(x, y, metric=metric, levels=levels)
    both = [(a, b) for a, b in zip(x, y, strict=True) if a and b]
    if not both:
        return None
    alike = np.mean([a == b for a, b in both])
    by_chance = np.mean([a == b for (a, _), (_, b) in itertools.product(both, both)])
    return {"agree": alike, "s": 2 * alike - 1, "a": 2 * (alike - by_chance)}[metric]


def plain_coincidence(first, second):
    points = []
    for a, b in zip(first, second, strict=True):
        if a in (1, 2, 3) and b in (1, 2, 3):
            points.append(0.5 if (a == 2) != (b == 2) else float(a == b != 2))
    return float(np.mean(points)) if points else None


@given(codes=records, data=st.data())
@settings(max_examples=40, deadline=None)
def test_joint_counts_equal_their_plain_twin(codes, data):
    n = len(codes)
    period = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    period[0] = 0
    weights = np.arange(1, n + 1) / 4
    np.testing.assert_array_equal(
        joint_counts(codes, period), plain_counts(codes, period, np.ones(n))
    )
    np.testing.assert_allclose(
        joint_counts(codes, period, weights), plain_counts(codes, period, weights), rtol=1e-12
    )
    targets = np.array([codes.shape[1] - 1, 0])
    np.testing.assert_array_equal(
        joint_counts(codes, period, targets=targets), joint_counts(codes, period)[:, :, :, targets]
    )


@given(codes=records)
@settings(max_examples=40, deadline=None)
def test_draws_count_a_roll_call_as_often_as_it_is_drawn(codes):
    n = len(codes)
    times = np.random.default_rng(1).integers(0, 3, size=(3, n)).astype(float)
    drawn = weighted_draws(codes, 1, times)
    for d in range(3):
        repeated = np.repeat(codes, times[d].astype(int), axis=0)
        if len(repeated):
            expected = plain_counts(repeated, np.zeros(len(repeated), int), np.ones(len(repeated)))
            np.testing.assert_allclose(drawn[d], expected[0, :, :, 1])
        else:
            assert not drawn[d].any()


@pytest.mark.parametrize(("metric", "treatment"), SENSIBLE)
def test_every_sensible_score_equals_the_plain_function(metric, treatment):
    rng = np.random.default_rng(3)
    codes = rng.choice([1, 2, 3, 8, 9], p=[0.45, 0.2, 0.2, 0.1, 0.05], size=(12, 7)).astype(np.int8)
    codes[:, 5], codes[:, 6] = 1, 8  # always yes; never voted
    counts = np.moveaxis(joint_counts(codes, np.zeros(12, int))[0], (0, 1), (2, 3))
    values, n = similarity_from_counts(counts, metric, treatment)
    for i, j in itertools.product(range(7), range(7)):
        expected = plain_score(codes[:, i], codes[:, j], metric, treatment)
        if expected is None:
            assert np.isnan(values[i, j])
        else:
            assert values[i, j] == pytest.approx(expected, abs=1e-10)
    assert n[5, 6] == ((codes[:, 5] != 9).sum() if treatment == "absent" else 0)


@given(codes=records)
@settings(max_examples=40, deadline=None)
def test_scoring_by_period_equals_scoring_all_counts(codes):
    period = np.arange(len(codes)) % 3
    counts = np.moveaxis(joint_counts(codes, period), (1, 2), (3, 4))
    for metric in ("agree", "pi_linear"):
        values, n = similarity_from_counts(counts, metric)
        together = counts.sum(axis=(3, 4)) > 0
        seen = np.zeros_like(together)
        for p, i, j, scores, shared in score_periods(codes, period, (metric,)):
            np.testing.assert_array_equal(scores[metric], values[p, i, j])
            np.testing.assert_array_equal(shared, n[p, i, j])
            seen[p, i, j] = seen[p, j, i] = True
        off_diagonal = ~np.eye(codes.shape[1], dtype=bool)
        np.testing.assert_array_equal(seen, together & off_diagonal)


def test_what_makes_no_sense_is_left_out():
    assert makes_sense("agree", "coincidence")
    assert not makes_sense("s", "coincidence")
    assert not makes_sense("taub", "category")
    assert not makes_sense("kappa_linear", "drop")
    assert len(SENSIBLE) == 12 + 12 + 5 + 2 * 7 + 1


@given(codes=records, data=st.data())
@settings(max_examples=40, deadline=None)
def test_relabelling_states_permutes_scores_and_nothing_else(codes, data):
    order = np.array(data.draw(st.permutations(range(codes.shape[1]))))
    period = np.zeros(len(codes), int)
    counts, permuted = joint_counts(codes, period)[0], joint_counts(codes[:, order], period)[0]
    np.testing.assert_array_equal(permuted, counts[:, :, order][:, :, :, order])


def test_an_unrelated_state_changes_no_other_pair():
    rng = np.random.default_rng(5)
    codes = rng.choice(CODES, size=(20, 5)).astype(np.int8)
    other = codes.copy()
    other[:, 4] = rng.permutation(other[:, 4])
    period = np.zeros(20, int)
    np.testing.assert_array_equal(
        joint_counts(codes, period)[..., :4, :4], joint_counts(other, period)[..., :4, :4]
    )


def test_clusters_are_drawn_whole_and_as_many_as_there_are():
    cluster = np.array([7, 7, 3, 3, 3, 9])
    times = cluster_multiplicities(cluster, 200, seed=1)
    assert times.shape == (200, 6)
    np.testing.assert_array_equal(times[:, 0], times[:, 1])
    np.testing.assert_array_equal(times[:, 0] + times[:, 2] + times[:, 5], 3)
    np.testing.assert_array_equal(times, cluster_multiplicities(cluster, 200, seed=1))


def test_leaving_out_a_cluster_leaves_out_all_of_it():
    labels, weights = leave_one_out(np.array([2, 5, 2]))
    np.testing.assert_array_equal(labels, [2, 5])
    np.testing.assert_array_equal(weights, [[0, 1, 0], [1, 0, 1]])


def test_percentile_interval_ignores_draws_without_a_value():
    rng = np.random.default_rng(2)
    draws = rng.normal(size=(400, 3))
    draws[::3, 1] = np.nan
    draws[:300, 2] = np.nan
    lower, upper = percentile_interval(draws, 0.9)
    for column in (0, 1):
        expected = np.nanquantile(draws[:, column], [0.05, 0.95])
        np.testing.assert_allclose([lower[column], upper[column]], expected)
    assert np.isnan(lower[2])
    assert np.isnan(upper[2])


def test_bootstrap_interval_covers_the_truth_on_simulated_votes():
    # Two states that agree with probability 0.7, topics of two texts voted alike: the interval of
    # the agreement must cover 0.7 about as often as it says, and not if topics are ignored.
    rng = np.random.default_rng(11)
    covered = narrow = 0
    worlds, topics = 300, 40
    for world in range(worlds):
        alike = np.repeat(rng.random(topics) < 0.7, 2)
        codes = np.stack([np.ones(2 * topics), np.where(alike, 1, 3)], axis=1).astype(np.int8)
        for by_topic in (True, False):
            cluster = np.arange(2 * topics) // (2 if by_topic else 1)
            times = cluster_multiplicities(cluster, 300, seed=world)
            cells = np.moveaxis(weighted_draws(codes, 0, times), 3, 1)
            values = similarity_from_counts(cells, "agree")[0]
            lower, upper = percentile_interval(values, 0.95)
            hit = lower[1] <= 0.7 <= upper[1]
            covered += hit and by_topic
            narrow += hit and not by_topic
    assert 0.90 <= covered / worlds <= 0.98
    assert narrow / worlds < 0.90
