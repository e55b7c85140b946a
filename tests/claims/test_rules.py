"""Decision rules: each outcome by hand, and one estimate at a time equals arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.claims import Estimate
from multipolar.claims.rules import interval, rank, rule_from_dict, sesoi, sign
from multipolar.claims.space import OUTCOMES
from multipolar.core.errors import BadOption, UnknownName

S, C, I, N = OUTCOMES  # noqa: E741


@pytest.mark.parametrize(
    ("rule", "estimate", "outcome"),
    [
        (sign("positive"), 0.1, S),
        (sign("positive"), -0.1, C),
        (sign("negative"), -0.1, S),
        (sign(-1), 0.1, C),
        (sign(), 0.0, I),
        (sign(), math.nan, N),
        (interval("negative"), Estimate(-0.2, -0.3, -0.1), S),
        (interval("negative"), Estimate(-0.2, -0.3, 0.1), I),
        (interval("negative"), Estimate(0.2, 0.1, 0.3), C),
        (interval("negative"), Estimate(-0.2), N),
        (interval("negative"), Estimate(-0.2, -0.3, 0.0), I),
        (sesoi(0.1), Estimate(0.2, 0.05, 0.3), S),
        (sesoi(0.1), Estimate(0.05, -0.05, 0.09), C),  # no change: inside +-delta
        (sesoi(0.1), Estimate(0.05, 0.02, 0.09), C),  # a change, but not worth the name
        (sesoi(0.1), Estimate(0.05, -0.2, 0.3), I),  # holds zero and is wider
        (sesoi(0.1), Estimate(0.2, -0.1, 0.5), I),
        (sesoi(0.1), Estimate(-0.3, -0.5, -0.2), C),
        (sesoi(0.1), Estimate(0.08, 0.02, 0.14), I),
        (sesoi(0.1, "negative"), Estimate(-0.2, -0.3, -0.05), S),
        (sesoi(0.1), 0.2, S),
        (sesoi(0.1), 0.05, I),
        (sesoi(0.1), -0.2, C),
        (rank(0.9), Estimate(1.0, percentile=0.9), S),
        (rank(0.9), Estimate(1.0, percentile=18 / 20), S),
        (rank(0.9), Estimate(1.0, percentile=0.89), I),
        (rank(0.9), Estimate(1.0, percentile=0.49), C),
        (rank(0.9), Estimate(-1.0, percentile=0.99), C),
        (rank(0.9, "negative"), Estimate(-1.0, percentile=0.95), S),
        (rank(0.9), Estimate(0.0, percentile=0.95), I),
        (rank(0.9), Estimate(1.0), N),
        (rank(0.9, "negative", signed=False), Estimate(5.0, percentile=0.95), S),
        (rank(0.9, signed=False), Estimate(-5.0, percentile=0.7), I),
    ],
)
def test_each_outcome_by_hand(rule, estimate, outcome):
    assert rule(estimate) == outcome


RULES = [
    *[make(d) for make in (sign, interval) for d in ("positive", "negative")],
    *[sesoi(0.5, d) for d in ("positive", "negative")],
    *[rank(0.8, d, signed=s) for d in ("positive", "negative") for s in (True, False)],
]
numbers = st.sampled_from([math.nan, -2.0, -0.4, 0.0, 0.3, 1.0])


@given(
    st.lists(
        st.tuples(numbers, numbers, numbers, st.sampled_from([math.nan, 0.0, 0.5, 0.79, 0.8])),
        min_size=1,
    )
)
def test_arrays_equal_one_at_a_time(rows):
    value, lower, upper, percentile = (np.array(column) for column in zip(*rows, strict=True))
    for rule in RULES:
        together = [OUTCOMES[i] for i in rule.apply(value, lower, upper, percentile)]
        singly = [rule(Estimate(v, low, up, percentile=p)) for v, low, up, p in rows]
        assert together == singly


@given(numbers, numbers, numbers)
def test_turning_the_direction_and_the_numbers_changes_nothing(value, lower, upper):
    for make in (sign, interval, lambda d: sesoi(0.5, d)):
        one = make("positive").apply([value], [lower], [upper])
        other = make("negative").apply([-value], [-upper], [-lower])
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize("rule", RULES)
def test_rules_survive_writing(rule):
    assert rule_from_dict(rule.to_dict()) == rule


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"kind": "rnk"}, UnknownName, "did you mean 'rank'"),
        ({"kind": "sign", "level": 0.9}, UnknownName, "setting of the sign rule 'level'"),
        ({"kind": "sesoi"}, BadOption, "needs delta"),
        ({"kind": "sesoi", "delta": 0}, BadOption, "expected more than 0"),
        ({"kind": "rank", "level": 1.5}, BadOption, "rank level is 1.5"),
        ({"kind": "sign", "direction": "down"}, BadOption, "expected positive or negative"),
    ],
)
def test_wrong_rules_are_named(values, error, words):
    with pytest.raises(error, match=words):
        rule_from_dict(values)
