"""The decision tree: splits by information gain, counts, depth, ties."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.claims.tree import build_tree
from multipolar.core.choices import Choice

CHOICES = [
    Choice(name="weight", options=("states", "people", "output")),
    Choice(name="metric", options=("agree", "kappa")),
    Choice(name="window", options=(1, 3)),
]
CODES = np.array(list(itertools.product(range(3), range(2), range(2))), dtype=np.int32)


def leaves(node):
    return (
        [leaf for child in node["children"] for leaf in leaves(child)]
        if "children" in node
        else [node]
    )


def test_one_choice_that_decides_is_the_only_split():
    outcome = np.where(CODES[:, 0] == 1, 1, 0)
    tree = build_tree(CHOICES, CODES, outcome)
    assert tree["split"] == {
        "choice": "weight", "options": ["people"], "others": ["states", "output"],
    }  # fmt: skip
    left, right = tree["children"]
    assert (left["n"], left["outcome"]) == (4, "contradicts")
    assert (right["n"], right["outcome"]) == (8, "supports")
    assert "split" not in left
    assert "split" not in right
    assert tree["counts"] == {
        "supports": 8, "contradicts": 4, "inconclusive": 0, "not_computable": 0,
    }  # fmt: skip


def test_no_split_where_nothing_differs():
    tree = build_tree(CHOICES, CODES, np.zeros(12, dtype=np.int64))
    assert "split" not in tree
    assert tree["shares"]["supports"] == 1.0


def test_ties_go_to_the_alphabet():
    codes, outcome = CODES[:, [2, 1]], np.array([0, 1, 1, 1] * 3)
    tree = build_tree([CHOICES[2], CHOICES[1]], codes, outcome)
    assert tree["split"]["choice"] == "metric"
    assert tree["split"]["options"] == ["agree"]


def entropy(values):
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(shares * np.log2(shares)).sum())


def best_gain(outcome):
    gains = [0.0]
    for j, choice in enumerate(CHOICES):
        for size in range(1, len(choice.options)):
            for chosen in itertools.combinations(range(len(choice.options)), size):
                inside = np.isin(CODES[:, j], chosen)
                left, right = outcome[inside], outcome[~inside]
                after = (len(left) * entropy(left) + len(right) * entropy(right)) / len(outcome)
                gains.append(entropy(outcome) - after)
    return max(gains)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_first_split_has_the_largest_gain_and_leaves_hold_every_row(outcome):
    outcome = np.array(outcome)
    tree = build_tree(CHOICES, CODES, outcome)
    ends = leaves(tree)
    assert sum(leaf["n"] for leaf in ends) == 12
    assert len(ends) <= 8
    for name, n in tree["counts"].items():
        assert sum(leaf["counts"][name] for leaf in ends) == n
    if "split" in tree:
        names = [c.name for c in CHOICES]
        j = names.index(tree["split"]["choice"])
        chosen = [CHOICES[j].options.index(o) for o in tree["split"]["options"]]
        inside = np.isin(CODES[:, j], chosen)
        left, right = outcome[inside], outcome[~inside]
        after = (len(left) * entropy(left) + len(right) * entropy(right)) / 12
        assert abs(entropy(outcome) - after - best_gain(outcome)) < 1e-9
        assert tree["children"][0]["n"] == inside.sum()
    else:
        assert best_gain(outcome) < 1e-6


def test_many_options_are_split_one_against_the_rest():
    choice = Choice(name="topic", options=tuple(f"t{i:02}" for i in range(12)))
    codes = np.arange(12, dtype=np.int32)[:, None]
    tree = build_tree([choice], codes, np.where(codes[:, 0] == 7, 1, 0))
    assert tree["split"]["options"] == ["t07"]
