"""Readings of isolation against plain loops, and the laws they must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.measures._vote_standing import Standings, Tie, estimate, interval

N = 9


def symmetric(rng, missing=0.0):
    matrix = rng.uniform(0, 1, (N, N))
    matrix = (matrix + matrix.T) / 2
    lost = np.triu(rng.uniform(0, 1, (N, N)) < missing, 1)
    matrix[lost | lost.T] = np.nan
    return matrix


def plain_standing(matrix, weights):
    out = []
    for i in range(N):
        pairs = [
            (weights[j], matrix[i, j]) for j in range(N) if j != i and np.isfinite(matrix[i, j])
        ]
        total = sum(w for w, _ in pairs)
        out.append(sum(w * v for w, v in pairs) / total if total else np.nan)
    return np.array(out)


def plain_estimate(reading, post, pre, weights, world):
    members = [i for i in range(N) if world[i]]
    after = plain_standing(post, weights)
    if reading == "level":
        return after - np.nanmedian(after[members])
    before = plain_standing(pre, weights)
    if reading == "change":
        change = after - before
        return change - np.nanmedian(change[members])
    if reading == "expectation":
        out = np.full(N, np.nan)
        for i in range(N):
            others = [j for j in members if j != i]
            slope, intercept = np.polyfit(before[others], after[others], 1)
            out[i] = after[i] - (intercept + slope * before[i])
        return out
    pairs = [pre[i, j] for i in members for j in members if i != j and np.isfinite(pre[i, j])]
    threshold = np.median(pairs)
    out = []
    for i in range(N):
        net = total = 0.0
        for j in range(N):
            if i != j and np.isfinite(post[i, j]) and np.isfinite(pre[i, j]):
                net += weights[j] * ((post[i, j] > threshold) - float(pre[i, j] > threshold))
                total += weights[j]
        out.append(net / total)
    return np.array(out)


@pytest.mark.parametrize("reading", ["level", "change", "expectation", "breadth"])
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_every_reading_equals_its_plain_twin(reading, missing):
    rng = np.random.default_rng(11)
    post, pre = symmetric(rng, missing), symmetric(rng, missing)
    weights = rng.uniform(0.1, 1, N)
    world = np.array([True] * 7 + [False] * 2)
    found = estimate(reading, Tie(post.copy()), Tie(pre.copy()), weights, world)
    expected = plain_estimate(reading, post, pre, weights, world)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["level", "change", "expectation", "breadth"]))
def test_relabelling_states_permutes_the_estimates(seed, reading):
    rng = np.random.default_rng(seed)
    post, pre, weights = symmetric(rng), symmetric(rng), rng.uniform(0.1, 1, N)
    world = np.ones(N, dtype=bool)
    order = rng.permutation(N)
    shuffled = np.ix_(order, order)
    found = estimate(reading, Tie(post.copy()), Tie(pre.copy()), weights, world)
    moved = estimate(
        reading, Tie(post[shuffled].copy()), Tie(pre[shuffled].copy()), weights[order], world
    )
    np.testing.assert_allclose(moved, found[order], atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_weights_are_free_of_scale(seed, factor):
    rng = np.random.default_rng(seed)
    post, pre, weights = symmetric(rng), symmetric(rng), rng.uniform(0.1, 1, N)
    world = np.ones(N, dtype=bool)
    one = estimate("change", Tie(post.copy()), Tie(pre.copy()), weights, world)
    other = estimate("change", Tie(post.copy()), Tie(pre.copy()), weights * factor, world)
    np.testing.assert_allclose(one, other, atol=1e-10)


def test_a_state_far_from_everybody_after_the_break_stands_out_in_every_reading():
    rng = np.random.default_rng(3)
    pre = 0.8 + 0.05 * symmetric(rng)
    post = pre.copy()
    post[0, :] = post[:, 0] = 0.1
    weights, world = np.ones(N), np.ones(N, dtype=bool)
    for reading in ("level", "change", "expectation"):
        found = estimate(reading, Tie(post.copy()), Tie(pre.copy()), weights, world)
        assert found[0] == found.min() < -0.5
    breadth = estimate("breadth", Tie(post.copy()), Tie(pre.copy()), weights, world)
    assert breadth[0] == breadth.min() < 0


def test_the_interval_holds_the_estimate_and_is_reproducible():
    rng = np.random.default_rng(5)
    post, pre = Tie(symmetric(rng)), Tie(symmetric(rng))
    weights, world = rng.uniform(0.1, 1, N), np.ones(N, dtype=bool)
    standings = Standings(tuple("ABCDEFGHI"), None, (), 7)
    draws = standings.partner_draws(weights)
    again = Standings(tuple("ABCDEFGHI"), None, (), 7).partner_draws(weights)
    np.testing.assert_array_equal(draws, again)
    value = estimate("change", post, pre, weights, world)[2]
    low, high = interval("change", post, pre, weights, world, 2, draws)
    assert low < value < high


def test_no_shared_vote_is_missing_and_never_zero():
    matrix = np.full((N, N), np.nan)
    weights, world = np.ones(N), np.ones(N, dtype=bool)
    found = estimate("level", Tie(matrix.copy()), Tie(matrix.copy()), weights, world)
    assert np.isnan(found).all()
