"""The plain function: published values, independent implementations, edge rules, bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau
from sklearn.metrics import cohen_kappa_score

import multipolar
from multipolar.core.errors import BadOption, UnknownName
from multipolar.measures import similarity
from multipolar.measures._kernels.similarity import METRICS

VOTES = (1, 2, 3)
codes = st.sampled_from([1, 2, 3])
pairs = st.lists(st.tuples(codes, codes), min_size=1, max_size=30)


def plain_twin(x, y, metric, levels, weights):
    """Textbook formulas in loops over pairs of observations, nothing shared with the kernel."""
    total = sum(weights)
    w = [v / total for v in weights]
    span = max(levels) - min(levels)

    def distance(a, b):
        kind = metric.rpartition("_")[2]
        if kind == "nominal":
            return float(a != b)
        gap = abs(a - b) / span
        return gap**2 if kind in ("quadratic", "squared") else gap

    observed = sum(v * distance(a, b) for v, a, b in zip(w, x, y, strict=True))
    if metric == "agree":
        return 1 - observed
    if metric in ("s", "s_squared"):
        return 1 - 2 * observed
    if metric == "cosine":
        return twin_cosine(x, y, w, levels)
    if metric == "taub":
        return twin_taub(x, y, w)
    if metric.startswith("pi"):
        both = [(v / 2, a) for v, a in zip(w * 2, x + y, strict=True)]
        expected = sum(v * u * distance(a, b) for v, a in both for u, b in both)
    else:
        expected = sum(
            v * u * distance(a, b)
            for v, a in zip(w, x, strict=True)
            for u, b in zip(w, y, strict=True)
        )
    if metric == "a":
        return 2 * (expected - observed)
    return 1 - observed / expected if expected else None


def twin_cosine(x, y, w, levels):
    def coded(a):
        return 1 - 2 * (a - min(levels)) / (max(levels) - min(levels))

    xx = sum(v * coded(a) ** 2 for v, a in zip(w, x, strict=True))
    yy = sum(v * coded(b) ** 2 for v, b in zip(w, y, strict=True))
    xy = sum(v * coded(a) * coded(b) for v, a, b in zip(w, x, y, strict=True))
    return xy / math.sqrt(xx * yy) if xx * yy else None


def twin_taub(x, y, w):
    net = untied_x = untied_y = 0.0
    for v, a, b in zip(w, x, y, strict=True):
        for u, c, d in zip(w, x, y, strict=True):
            net += v * u * np.sign(a - c) * np.sign(b - d)
            untied_x += v * u * (a != c)
            untied_y += v * u * (b != d)
    return net / math.sqrt(untied_x * untied_y) if untied_x * untied_y else None


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("s", 0.4),
        ("taub", 0.0303169531),
        ("kappa_quadratic", -0.0775862069),
        ("pi_nominal", -0.0447761194),
        ("a", -0.04),
    ],
)
def test_germany_and_russia_1914(metric, expected, alliances_1914):
    # Signorino and Ritter (1999), table 6, as the R package fpsim prints it.
    germany, russia, _ = alliances_1914
    value = similarity(germany, russia, metric=metric, levels=[0, 1, 2, 3])
    assert value == pytest.approx(expected, abs=1e-10)


def test_weighted_s_of_1914(alliances_1914):
    germany, russia, capability = alliances_1914
    value = similarity(germany, russia, metric="s_w", levels=[0, 1, 2, 3], weights=capability)
    assert value == pytest.approx(-0.46, abs=1e-10)


@pytest.fixture
def alliances_1914():
    germany = [3, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0]
    russia = [0, 3, 1, 3, 0, 1, *[0] * 14]
    capability = [0.25, 0.21, 0.20, 0.08, 0.08, 0.05, 0.03, 0.03, 0.02, *[0.01] * 5, *[0] * 6]
    return germany, russia, capability


@pytest.mark.parametrize("metric", METRICS)
@given(pairs=pairs, data=st.data())
@settings(max_examples=60, deadline=None)
def test_equals_its_plain_twin(metric, pairs, data):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    weights = data.draw(
        st.lists(st.integers(1, 9), min_size=len(x), max_size=len(x)), label="weights"
    )
    expected = plain_twin(x, y, metric, VOTES, weights)
    value = similarity(x, y, metric=metric, levels=VOTES, weights=weights)
    assert (value is None) == (expected is None)
    if expected is not None:
        assert value == pytest.approx(expected, abs=1e-10)


@given(pairs=pairs)
@settings(max_examples=60, deadline=None)
def test_kappa_equals_scikit_learn(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    if len({*x, *y}) == 1:
        return  # 0/0 there, missing here
    for weights in ("linear", "quadratic", None):
        expected = cohen_kappa_score(x, y, labels=[1, 2, 3], weights=weights)
        value = similarity(x, y, metric=f"kappa_{weights or 'nominal'}", levels=VOTES)
        assert value == pytest.approx(expected, abs=1e-10)


@given(pairs=pairs)
@settings(max_examples=60, deadline=None)
def test_taub_equals_scipy(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    value = similarity(x, y, metric="taub", levels=VOTES)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert value is None
    else:
        assert value == pytest.approx(kendalltau(x, y).statistic, abs=1e-10)


@given(pairs=pairs, metric=st.sampled_from(METRICS))
def test_symmetric(pairs, metric):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    forth = similarity(x, y, metric=metric, levels=VOTES)
    back = similarity(y, x, metric=metric, levels=VOTES)
    assert (forth is None) == (back is None)
    assert forth is None or forth == pytest.approx(back, abs=1e-12)


@given(pairs=pairs)
def test_s_is_agreement_on_another_scale(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    agree = similarity(x, y, metric="agree", levels=VOTES)
    assert similarity(x, y, metric="s", levels=VOTES) == pytest.approx(2 * agree - 1, abs=1e-12)


@given(pairs=pairs, kind=st.sampled_from(["nominal", "linear", "quadratic"]))
def test_kappa_is_one_only_for_identical_votes_that_vary(pairs, kind):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    value = similarity(x, y, metric=f"kappa_{kind}", levels=VOTES)
    identical = x == y
    if value is None:
        assert identical
        assert len(set(x)) == 1
    else:
        assert value <= 1 + 1e-12
        assert (value > 1 - 1e-12) == identical


@given(pairs=pairs, metric=st.sampled_from(METRICS), factor=st.sampled_from([0.01, 3, 1e6]))
def test_weights_have_no_scale(pairs, metric, factor):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    weights = [1 + i % 3 for i in range(len(x))]
    one = similarity(x, y, metric=metric, levels=VOTES, weights=weights)
    other = similarity(x, y, metric=metric, levels=VOTES, weights=[factor * w for w in weights])
    assert (one is None) == (other is None)
    assert one is None or one == pytest.approx(other, abs=1e-9)


@given(pairs=pairs)
def test_a_repeated_vote_moves_agreement_towards_its_own_score(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    before = similarity(x, y, metric="agree", levels=VOTES)
    after = similarity([*x, x[0]], [*y, y[0]], metric="agree", levels=VOTES)
    own = similarity(x[:1], y[:1], metric="agree", levels=VOTES)
    assert abs(after - own) <= abs(before - own) + 1e-12


def test_the_public_name_is_the_same_function():
    assert multipolar.similarity is similarity


def test_lijphart_counts_one_step_apart_as_half():
    assert similarity([1, 1, 2, 3], [1, 2, 2, 1], metric="agree", levels=VOTES) == 0.625


def test_no_pair_left_is_missing_and_not_zero():
    assert similarity([], [], metric="agree", levels=VOTES) is None
    assert similarity([1, None], [float("nan"), 2], metric="s", levels=VOTES) is None
    assert similarity([1, 2], [1, 3], metric="s", levels=VOTES, weights=[0, 0]) is None


def test_constant_and_equal_votes():
    both = [1, 1, 1]
    assert similarity(both, both, metric="s", levels=VOTES) == 1
    assert similarity(both, both, metric="a", levels=VOTES) == 0
    for metric in ("kappa_nominal", "kappa_linear", "pi_quadratic", "taub"):
        assert similarity(both, both, metric=metric, levels=VOTES) is None
    assert similarity([2, 2], [2, 2], metric="cosine", levels=VOTES) is None


def test_constant_and_different_votes_have_kappa_zero():
    assert similarity([1, 1], [3, 3], metric="kappa_linear", levels=VOTES) == 0


def test_levels_are_given_and_never_inferred():
    x, y = [0, 3, 0, 1], [0, 0, 1, 1]
    given_levels = similarity(x, y, metric="agree", levels=[0, 1, 2, 3])
    assert given_levels == pytest.approx(1 - (3 + 1) / 3 / 4)  # level 2 unused, 3 stays at 3
    assert similarity([0, 1], [1, 1], metric="agree", levels=[0, 1, 3]) == pytest.approx(1 - 1 / 6)


def test_levels_that_are_words_are_evenly_spaced_in_their_order():
    x, y = ["yes", "no"], ["abstain", "no"]
    assert similarity(x, y, metric="agree", levels=["yes", "abstain", "no"]) == 0.75
    assert similarity(x, y, metric="agree", levels=["yes", "no", "abstain"]) == 0.5


def test_weights_are_renormalised_when_a_pair_is_missing():
    value = similarity([1, 1, None], [1, 3, 1], metric="agree", levels=VOTES, weights=[1, 1, 1_000])
    assert value == 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metric": "kapa_linear"}, "did you mean 'kappa_linear'"),
        ({"x": [1, 8]}, r"x\[1\] is 8; expected one of the levels 1, 2, 3"),
        ({"y": [1]}, "x has 2 codes and y has 1"),
        ({"levels": [1]}, "at least two"),
        ({"levels": [1, 1, 2, 3]}, "lists one twice"),
        ({"levels": [1, 2, 3, math.inf]}, "not finite"),
        ({"weights": [1, -1]}, r"weights\[1\] is -1.0"),
        ({"weights": [1]}, "1 values for 2 pairs"),
    ],
)
def test_bad_input_is_named(change, words):
    call = {"x": [1, 2], "y": [1, 3], "metric": "agree", "levels": [1, 2, 3], **change}
    with pytest.raises((BadOption, UnknownName), match=words):
        similarity(call.pop("x"), call.pop("y"), **call)
