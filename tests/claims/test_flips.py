"""Sentences about the nearest flip."""

import pytest

from multipolar.claims import run_multiverse
from multipolar.core.choices import Choice


def verdicts(table, default=None, choices=None):
    """Multiverse of a table {(option, ...): outcome} over choices a, b, c..."""
    names = "abcdef"[: len(next(iter(table)))]
    options = {n: sorted({key[i] for key in table}) for i, n in enumerate(names)}
    value = {"supports": 1, "contradicts": -1, "inconclusive": 0, "not_computable": None}
    back = {1: "supports", -1: "contradicts", 0: "inconclusive"}

    def function(**chosen):
        return value[table[tuple(chosen[n] for n in names)]]

    return run_multiverse(function, choices or options, rule=back.__getitem__, default=default)


def test_two_changes_needed_together():
    result = verdicts(
        {(a, b): "contradicts" if a == b == 1 else "supports" for a in (0, 1) for b in (0, 1)}
    )
    assert result.minimal_flips == [frozenset("ab")]
    assert result.flip_sentence == (
        "The default specification supports the claim; two changes together are enough to "
        "reverse it: a = 1 and b = 1."
    )


def test_inconclusive_and_failed_starts_flip_to_any_conclusion():
    result = verdicts({(0,): "inconclusive", (1,): "supports", (2,): "contradicts"})
    assert result.nearest_flip.outcome_to == "supports or contradicts"
    assert [f.changes for f in result.nearest_flip.flips] == [{"a": (0, 2)}, {"a": (0, 1)}]
    assert result.flip_sentence.startswith("The default specification is inconclusive; one change")
    failed = verdicts({(0,): "not_computable", (1,): "inconclusive", (2,): "supports"})
    assert failed.nearest_flip.outcome_to == "supports"
    assert failed.minimal_changes == [frozenset("a")]


def test_supporting_start_is_not_reversed_by_doubt():
    result = verdicts({(0,): "supports", (1,): "inconclusive", (2,): "not_computable"})
    assert result.minimal_flips == []
    assert result.minimal_changes == [frozenset("a")]
    assert result.nearest_flip is None
    assert result.flip_sentence == (
        "The default specification supports the claim; none of the 3 specifications reverses it."
    )
    assert result.to_dict()["nearest_flip"] is None


def test_doubt_all_over_is_said():
    result = verdicts({(0,): "inconclusive", (1,): "inconclusive"})
    assert result.flip_sentence == (
        "The default specification is inconclusive; none of the 2 specifications is conclusive."
    )


def test_all_specifications_at_the_smallest_distance_are_listed_and_few_are_named():
    table = {(a,): "supports" if a == 0 else "contradicts" for a in range(8)}
    result = verdicts(table)
    assert len(result.nearest_flip.flips) == 7
    assert result.flip_sentence.endswith("a = 5; or 2 other ways.")


@pytest.mark.parametrize("default", [0, 1])
def test_changing_back_is_as_near(default):
    table = {(0, 0): "supports", (1, 0): "contradicts", (0, 1): "supports", (1, 1): "contradicts"}
    result = verdicts(table, default={"a": default})
    assert result.minimal_flips == [frozenset("a")]


def test_labels_make_the_words():
    weight = Choice(
        name="a", options=(0, 1), labels={1: "weighting by population"}, why="both are counted"
    )
    result = verdicts({(0,): "supports", (1,): "contradicts"}, choices=[weight])
    assert result.nearest_flip.flips[0].words == "weighting by population"
