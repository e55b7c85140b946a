"""Choices and specifications: what is accepted, what is refused, and hashes."""

import pytest

from multipolar.core.choices import (
    Choice,
    Constraint,
    Specification,
    as_choices,
    canonical_hash,
    default_specification,
    list_specifications,
)
from multipolar.core.errors import BadOption, UnknownName


def test_first_option_is_the_default_unless_said_otherwise():
    assert Choice(name="a", options=[1, 2]).default == 1
    assert Choice(name="a", options=[1, 2], default=2).default == 2
    assert Choice(name="a", options=[1, None], default=None).default is None


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"options": ()}, BadOption, "'a' has no options"),
        ({"options": (1, 1)}, BadOption, "lists an option twice"),
        ({"options": (1,), "kind": "X"}, BadOption, "expected E, N or U"),
        ({"options": ("agree",), "default": "agre"}, UnknownName, "did you mean 'agree'"),
        ({"options": (1, 2), "default": 3}, BadOption, "expected one of 1, 2"),
    ],
)
def test_choices_that_make_no_sense(fields, error, words):
    with pytest.raises(error, match=words):
        Choice(name="a", **fields)


def test_options_are_told_apart_as_written():
    choice = Choice(name="a", options=(1, 1.0, True, "1"))
    assert len(choice.options) == 4
    with pytest.raises(BadOption):
        Choice(name="a", options=(1, 2)).check(True)


def test_restricting_keeps_the_default_where_it_can():
    choice = Choice(name="a", options=("x", "y", "z"), default="y", kind="N", why="both stand")
    assert choice.restricted(["z", "y"]).default == "y"
    assert choice.restricted(["z"]).default == "z"
    assert choice.restricted(["x", "z"], default="z").default == "z"
    assert choice.restricted(["z"]).kind == "N"
    with pytest.raises(UnknownName):
        choice.restricted(["w"])


def test_words_of_an_option():
    choice = Choice(name="time_window", options=(1, 2), labels={2: "two years"})
    assert choice.words(2) == "two years"
    assert choice.words(1) == "time window = 1"


def test_plain_lists_and_choices_mix():
    typed = Choice(name="b", options=(1, 2), kind="U")
    built = as_choices({"a": ["x", "y"], "b": typed}, {"a": "y", "b": 2})
    assert [(c.name, c.default, c.kind) for c in built] == [("a", "y", "E"), ("b", 2, "U")]
    assert as_choices([typed]) == (typed,)
    with pytest.raises(UnknownName, match="did you mean 'window'"):
        as_choices({"window": [1]}, {"windw": 1})


def test_specifications_are_listed_in_order_without_the_forbidden():
    choices = as_choices({"a": [0, 1], "b": ["x", "y"]})
    never = Constraint(allows=lambda o: (o["a"], o["b"]) != (0, "y"), why="no such data")
    listed = [s.options for s in list_specifications(choices, [never])]
    assert listed == [{"a": 0, "b": "x"}, {"a": 1, "b": "x"}, {"a": 1, "b": "y"}]
    assert default_specification(choices).options == {"a": 0, "b": "x"}


def test_identity_of_a_specification_is_its_options():
    one, other = Specification({"a": 1, "b": 2}), Specification({"b": 2, "a": 1})
    assert one.id == other.id
    assert len(one.id) == 16
    assert one.id != Specification({"a": 1, "b": 3}).id
    assert one.distance(Specification({"a": 1, "b": 3})) == {"b"}
    assert canonical_hash([1, "é"]) == canonical_hash([1, "é"])
