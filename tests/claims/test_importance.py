"""Importance, information and flip rates against their definitions, written out the slow way."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.claims.importance import (
    compute_flip_rates,
    compute_importance,
    compute_information,
    same_up_to_affine,
)


def grid(sizes):
    return np.array(list(itertools.product(*(range(s) for s in sizes))), dtype=np.int32)


def sobol_by_definition(codes, y):
    """Var(E[y | c]) / Var(y) and 1 - Var(E[y | all but c]) / Var(y), by loops over rows."""
    shares = []
    for j in range(codes.shape[1]):
        rest = [tuple(np.delete(row, j)) for row in codes]
        own = [
            np.mean([v for v, r in zip(y, codes, strict=True) if r[j] == row[j]]) for row in codes
        ]
        others = [np.mean([v for v, r in zip(y, rest, strict=True) if r == key]) for key in rest]
        shares.append((np.var(own) / np.var(y), 1 - np.var(others) / np.var(y)))
    return shares


def r_squared(codes, y, chosen):
    columns = [np.ones(len(y))]
    for j in chosen:
        columns += [(codes[:, j] == o).astype(float) for o in np.unique(codes[:, j])]
    design = np.column_stack(columns)
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - np.var(y - fitted) / np.var(y)


def shapley_by_all_orders(codes, y):
    k = codes.shape[1]
    gains = np.zeros(k)
    orders = list(itertools.permutations(range(k)))
    for order in orders:
        for position, j in enumerate(order):
            with_j = r_squared(codes, y, order[: position + 1])
            gains[j] += with_j - r_squared(codes, y, order[:position])
    return gains / len(orders)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2, 2), (2, 3, 4)])
def test_full_factorial_gives_sobol_shares_by_definition(sizes):
    codes = grid(sizes)
    y = np.random.default_rng(5).normal(size=len(codes))
    found, method = compute_importance(codes, y)
    assert method == "anova"
    np.testing.assert_allclose(found, sobol_by_definition(codes, y), atol=1e-12)


def test_interaction_alone_has_no_first_order_share():
    codes = grid((2, 2))
    found, _ = compute_importance(codes, np.array([1.0, -1.0, -1.0, 1.0]))
    assert found == [(0.0, 1.0), (0.0, 1.0)]


def test_additive_effects_share_the_variance():
    codes = grid((2, 2))
    found, _ = compute_importance(codes, codes[:, 0] * 1.0 + codes[:, 1] * 2.0)
    np.testing.assert_allclose(found, [(0.2, 0.2), (0.8, 0.8)])


@pytest.mark.parametrize("seed", range(4))
def test_unbalanced_gives_shapley_shares_over_all_orders(seed):
    rng = np.random.default_rng(seed)
    codes = grid((2, 3, 2, 2))
    codes = codes[rng.permutation(len(codes))[:17]]
    y = rng.normal(size=len(codes))
    found, method = compute_importance(codes, y)
    assert method == "shapley"
    first = [share for share, _ in found]
    np.testing.assert_allclose(first, shapley_by_all_orders(codes, y), atol=1e-10)
    assert sum(first) == pytest.approx(r_squared(codes, y, range(4)))
    totals = [total for _, total in found]
    np.testing.assert_allclose(totals, [t for _, t in sobol_by_definition(codes, y)], atol=1e-12)


def test_a_missing_estimate_makes_it_unbalanced():
    codes = grid((2, 2))
    found, method = compute_importance(codes, np.array([0.0, 1.0, np.nan, 3.0]))
    assert method == "shapley"
    assert found[0][0] + found[1][0] == pytest.approx(1.0)


def test_choices_tied_by_a_constraint_split_their_share():
    codes = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]], dtype=np.int32)
    found, method = compute_importance(codes, np.array([0.0, 0.0, 1.0, 1.0]))
    assert method == "shapley"
    np.testing.assert_allclose([f for f, _ in found], [0.5, 0.5, 0.0], atol=1e-12)


def test_shapley_over_more_than_twelve_choices_is_sampled_and_seeded():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, size=(200, 13)).astype(np.int32)
    codes = np.unique(codes, axis=0)
    y = 3.0 * codes[:, 4] + codes[:, 7] + rng.normal(size=len(codes)) * 0.01
    found, method = compute_importance(codes, y, seed=7)
    assert method == "shapley_sampled"
    assert found == compute_importance(codes, y, seed=7)[0]
    assert sum(f for f, _ in found) == pytest.approx(r_squared(codes, y, range(13)), abs=1e-9)
    assert found[4][0] > 0.8


def test_estimates_that_do_not_vary_have_nothing_to_share():
    codes = grid((2, 3))
    assert compute_importance(codes, np.full(6, 0.1))[0] == [(0.0, 0.0)] * 2
    assert compute_importance(codes, np.full(6, np.nan))[0] == [(0.0, 0.0)] * 2


def flip_rates_by_double_loop(codes, outcome):
    rates = []
    for j in range(codes.shape[1]):
        pairs = flips = reversals = 0
        for a, b in itertools.combinations(range(len(codes)), 2):
            if list(np.flatnonzero(codes[a] != codes[b])) == [j]:
                pairs += 1
                flips += outcome[a] != outcome[b]
                reversals += {outcome[a], outcome[b]} == {0, 1}
        rates.append((flips / pairs, reversals / pairs) if pairs else (math.nan, math.nan))
    return rates


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_flip_rates_equal_a_double_loop(data):
    codes = grid((2, 3, 3))
    keep = data.draw(st.lists(st.booleans(), min_size=18, max_size=18).filter(any))
    codes = codes[np.array(keep)]
    outcome = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=len(codes), max_size=len(codes)))
    )
    flips, reversals = compute_flip_rates(codes, outcome)
    expected = flip_rates_by_double_loop(codes, outcome)
    np.testing.assert_allclose(flips, [f for f, _ in expected])
    np.testing.assert_allclose(reversals, [r for _, r in expected])


def information_by_definition(column, outcome):
    n = len(outcome)
    mutual = 0.0
    for option, verdict in set(zip(column, outcome, strict=True)):
        both = np.mean((column == option) & (outcome == verdict))
        mutual += both * math.log(both / (np.mean(column == option) * np.mean(outcome == verdict)))
    whole = -sum(
        (c / n) * math.log(c / n) for c in np.unique(outcome, return_counts=True)[1].tolist()
    )
    return mutual / whole if whole else 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_information_is_mutual_information_over_entropy(outcome):
    codes, outcome = grid((2, 3, 2)), np.array(outcome)
    expected = [information_by_definition(codes[:, j], outcome) for j in range(3)]
    np.testing.assert_allclose(compute_information(codes, outcome), expected, atol=1e-12)


def test_a_choice_that_settles_the_verdict_has_all_the_information():
    codes = grid((2, 2))
    assert compute_information(codes, codes[:, 0].astype(np.int64)) == [1.0, 0.0]


def test_affine_likeness_needs_more_than_two_points_and_a_rising_map():
    agree = np.array([0.2, 0.5, 0.9, 0.4])
    assert same_up_to_affine(agree, 2 * agree - 1) == pytest.approx((2.0, -1.0))
    assert same_up_to_affine(agree, agree) == (1.0, 0.0)
    assert same_up_to_affine(agree, 1 - agree) is None
    assert same_up_to_affine(agree, agree**2) is None
    assert same_up_to_affine(agree[:3], 2 * agree[:3]) is None
    assert same_up_to_affine(np.array([0.0, 0, 1, 1]), np.array([0.0, 0, 2, 2])) is None
    assert same_up_to_affine(agree, np.array([0.2, 0.5, 0.9, np.nan])) is None
