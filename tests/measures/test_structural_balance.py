"""Signed graphs of votes: published and hand-counted values, brute force, planted camps."""

import itertools

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar import measure
from multipolar.core.errors import BadOption, TooFewObservations, UnknownName
from multipolar.measures._kernels import communities, signed
from multipolar.store import Store

from .conftest import add_votes, rollcall_frame, vote_frame


def complete(n):
    return np.ones((n, n)) - np.eye(n)


def random_graph(seed, n=6):
    rng = np.random.default_rng(seed)
    graph = np.triu(rng.integers(-2, 3, (n, n)), 1).astype(float)
    return graph + graph.T


def cost(graph, side):
    """Weight of ties against a split into sides -1 and 1."""
    against = np.maximum(-graph * np.outer(side, side), 0)
    return against[np.triu_indices(len(graph), 1)].sum()


def test_check_values_of_frustration():
    assert signed.frustration(-complete(4))[0] == 2
    assert signed.frustration(-complete(5))[0] == 4
    one = complete(4)
    one[0, 1] = one[1, 0] = -1
    assert signed.frustration(one)[0] == 1
    assert signed.frustration(complete(6))[0] == 0


@given(st.integers(0, 10_000))
def test_frustration_is_that_of_the_best_of_all_splits(seed):
    graph = random_graph(seed)
    least = min(cost(graph, np.array(s)) for s in itertools.product((-1, 1), repeat=6))
    weight, side = signed.frustration(graph)
    assert weight == pytest.approx(least)
    assert cost(graph, 1 - 2 * side) == pytest.approx(least)
    assert side[0] == 0


def test_too_many_nodes_to_try_every_split_are_refused():
    with pytest.raises(ValueError, match="every split"):
        signed.frustration(complete(23))


def test_two_hostile_camps_are_balanced_and_split_best():
    camp = np.array([0, 0, 0, 1, 1, 1])
    graph = np.where(camp[:, None] == camp, 1.0, -1.0) - np.eye(6)
    weight, side = signed.frustration(graph)
    assert weight == 0
    np.testing.assert_array_equal(side, camp)
    assert signed.balanced_share(graph) == 1
    together = signed.signed_modularity(graph, np.zeros(6, dtype=np.int64))
    assert signed.signed_modularity(graph, camp) > together
    assert signed.signed_modularity(np.abs(graph), camp) == pytest.approx(
        communities.modularity(np.abs(graph), camp)
    )


@given(st.integers(0, 10_000))
def test_triangles_are_those_one_can_list(seed):
    graph = random_graph(seed, 7)
    listed = [c for c in nx.enumerate_all_cliques(nx.from_numpy_array(graph)) if len(c) == 3]
    balanced = [graph[a, b] * graph[b, c] * graph[a, c] > 0 for a, b, c in listed]
    own, total = signed.triangles(graph)
    for node in range(7):
        mine = [b for t, b in zip(listed, balanced, strict=True) if node in t]
        assert (own[node], total[node]) == (sum(mine), len(mine))
    if listed:
        assert signed.balanced_share(graph) == pytest.approx(np.mean(balanced))
    else:
        assert np.isnan(signed.balanced_share(graph))


@given(st.floats(0, 1))
def test_balance_by_chance_is_the_sum_over_all_signs(p):
    total = 0.0
    for signs in itertools.product((1, -1), repeat=3):
        total += np.prod([p if s > 0 else 1 - p for s in signs]) * (np.prod(signs) > 0)
    assert signed.balanced_by_chance(p) == pytest.approx(total)


@given(st.integers(0, 10_000))
def test_signed_modularity_is_the_published_sum(seed):
    """Gomez, Jensen & Arenas 2009, equation 13, term by term."""
    graph = random_graph(seed)
    labels = np.random.default_rng(seed).integers(0, 3, 6)
    plus, minus = np.maximum(graph, 0), np.maximum(-graph, 0)
    if not (plus.any() and minus.any()):
        return
    value = sum(
        graph[i, j]
        - plus[i].sum() * plus[j].sum() / plus.sum()
        + minus[i].sum() * minus[j].sum() / minus.sum()
        for i, j in itertools.product(range(6), repeat=2)
        if labels[i] == labels[j]
    ) / (plus.sum() + minus.sum())
    assert signed.signed_modularity(graph, labels) == pytest.approx(value)


def test_agreement_beyond_that_of_both_by_hand():
    agreement = np.full((4, 4), 0.5)
    agreement[0, 1] = agreement[1, 0] = agreement[2, 3] = agreement[3, 2] = 0.9
    found = signed.beyond_both(agreement)
    assert found[0, 1] == found[2, 3] == pytest.approx(0.9 - 1.9 / 3)
    assert found[0, 2] == pytest.approx(0.5 - 1.9 / 3)


def test_a_state_without_a_common_vote_has_no_tie():
    agreement = np.full((5, 5), 0.5)
    agreement[0, 1] = agreement[1, 0] = 0.9
    agreement[4] = agreement[:, 4] = np.nan
    found = signed.beyond_both(agreement)
    assert (found[4] == 0).all()
    assert found[0, 1] > 0


@given(st.integers(0, 10_000))
def test_agreement_beyond_that_of_both_is_a_regression_on_both(seed):
    rng = np.random.default_rng(seed)
    agreement = rng.random((6, 6))
    agreement = (agreement + agreement.T) / 2
    pairs = list(itertools.combinations(range(6), 2))
    design = np.array([[float(k in pair) for k in range(6)] for pair in pairs])
    seen = np.array([agreement[p] for p in pairs])
    fitted = design @ np.linalg.lstsq(design, seen, rcond=None)[0]
    found = signed.beyond_both(agreement)
    np.testing.assert_allclose([found[p] for p in pairs], seen - fitted, atol=1e-12)


CAMPS = {"BLR": 0, "CHN": 0, "RUS": 0, "FRA": 1, "GBR": 1, "USA": 1}


@pytest.fixture(scope="module")
def camps(tmp_path_factory):
    """Two camps that vote against each other in nine roll calls of ten."""
    rng = np.random.default_rng(3)
    line = rng.choice([1, 3], size=(120, 1))
    codes = np.where(np.array(list(CAMPS.values())) == 0, line, 4 - line)
    stray = rng.random(codes.shape) < 0.1
    codes = np.where(stray, rng.choice([1, 2, 3], size=codes.shape), codes).astype(np.int8)
    topics = [f"text {i // 4}" for i in range(120)]
    calls = rollcall_frame([2021 + i % 2 for i in range(120)], topics, codes)
    folder = tmp_path_factory.mktemp("camps")
    votes = vote_frame(calls, list(CAMPS), codes)
    return add_votes(Store.open(folder / "store"), calls, votes, folder / "files")


@pytest.mark.parametrize("expected", ["of_both", "by_chance"])
def test_planted_camps_are_found(camps, expected):
    frame = measure(
        "structural_balance", store=camps, expected=expected, since=2021, until=2022, draws=10
    )
    whole = {r["measure"]: r for r in frame.filter(state="").to_dicts()}
    assert whole["balanced_triangles"]["value"] == 1
    assert whole["frustration"]["value"] == 0
    assert whole["balanced_triangles_by_chance"]["value"] < 0.6
    by_chance = whole["signed_modularity_by_chance"]
    assert whole["signed_modularity"]["lower"] > by_chance["upper"]
    assert "topics" in whole["frustration"]["reason"]
    side = dict(frame.filter(measure="faction").select("state", "value").iter_rows())
    assert {s for s, f in side.items() if f == side["RUS"]} == {"BLR", "CHN", "RUS"}


@pytest.fixture(scope="module")
def starter():
    return Store.open("/nonexistent/store")


def test_signs_alone_are_counted_and_weak_ties_left_out(starter):
    asked = {"organisation": "brics", "since": 2023, "until": 2024, "draws": 2, "store": starter}
    signs = measure("structural_balance", ties="signs", **asked)
    frustration = signs.filter(state="", measure="frustration")["value"].item()
    assert frustration == int(frustration)
    strong = measure("structural_balance", weak=0.05, **asked)

    def ties(frame):
        return frame.filter(measure="friendly").filter(pl.col("state") != "")["n_obs"].sum()

    assert ties(strong) < ties(signs)
    assert "IND" in strong["state"].to_list()


def test_frustration_of_all_members_is_refused_by_name(starter):
    frame = measure("structural_balance", store=starter, since=2024, until=2024, draws=1, seeds=1)
    row = frame.filter(state="", measure="frustration").to_dicts()[0]
    assert row["value"] is None
    assert "at most 22" in row["reason"]
    assert "faction" not in frame["measure"].to_list()
    assert frame.filter(state="", measure="balanced_triangles")["value"].item() > 0.5


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"organisation": "NATOO"}, UnknownName, "NATO"),
        ({"organisation": "NATO", "states": "USA"}, BadOption, "two ways"),
        ({"states": "USA,CHN,RUS"}, TooFewObservations, "needs 4"),
        ({"states": "USA,CHN,RUS,Frence"}, UnknownName, "France"),
        ({"since": 2024, "until": 2020}, BadOption, "later than until"),
    ],
)
def test_bad_requests_say_what_to_ask_for(starter, asked, error, told):
    with pytest.raises(error, match=told):
        measure("structural_balance", store=starter, **asked)
