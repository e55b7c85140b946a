"""The multiverse of a function: counts, panels, flips, reasons, redundancy, sampling."""

import itertools
import json
import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multipolar
from multipolar.claims import Estimate, plan, run_multiverse, summarise
from multipolar.claims.rules import interval, rank, sesoi, sign
from multipolar.claims.space import OUTCOMES
from multipolar.core.choices import Choice, Constraint, Specification
from multipolar.core.errors import (
    BadOption,
    NothingComputable,
    TooFewObservations,
    UnknownName,
)


def by_sign(value):
    return "supports" if value > 0 else "contradicts" if value < 0 else "inconclusive"


WEIGHT = Choice(
    name="weight",
    options=("states", "people", "output"),
    kind="N",
    labels={"people": "weighting by population"},
)
METRIC = Choice(name="metric", options=("agree", "kappa"))
WINDOW = Choice(name="window", options=(1, 3, 5), default=3)


def gap(weight, metric, window):
    return {"states": 0.4, "people": -0.2, "output": 0.1}[weight] * window - (
        0.5 if metric == "kappa" and weight == "output" else 0.0
    )


@pytest.fixture(scope="module")
def three_questions():
    return run_multiverse(gap, [WEIGHT, METRIC, WINDOW], rule=by_sign)


def test_one_row_per_specification(three_questions):
    frame = three_questions.frame
    assert frame.height == 18
    assert frame["spec"].n_unique() == 18
    assert frame.columns == [
        *["spec", "panel", "weight", "metric", "window", "estimate", "lower", "upper"],
        *["n_obs", "percentile", "outcome", "reason", "is_default"],
    ]
    assert frame.filter("is_default").select("weight", "metric", "window").row(0) == (
        *("states", "agree", 3),
    )
    for row in frame.iter_rows(named=True):
        assert row["estimate"] == gap(row["weight"], row["metric"], row["window"])


def test_options_of_different_questions_are_never_pooled(three_questions):
    assert list(three_questions.panels) == ["weight=states", "weight=people", "weight=output"]
    states, people, output = three_questions.panels.values()
    assert states.shares == {
        "supports": 1.0, "contradicts": 0.0, "inconclusive": 0.0, "not_computable": 0.0,
    }  # fmt: skip
    assert people.shares["contradicts"] == 1.0
    assert output.shares["supports"] == 0.5
    assert people.words == "weighting by population"
    assert people.question == {"weight": "people"}
    assert set(output.importance) == {"metric", "window"}
    assert three_questions.shares["supports"] == pytest.approx((1 + 0 + 0.5) / 3)


def test_shares_by_option(three_questions):
    by_option = three_questions.panels["weight=output"].shares_by_option
    assert set(by_option) == {"metric", "window"}
    found = [(e["option"], e["n"], e["shares"]["supports"]) for e in by_option["metric"]]
    assert found == [("agree", 3, 1.0), ("kappa", 3, 0.0)]


def test_each_panel_flips_from_its_own_default_and_the_whole_across_questions(three_questions):
    assert three_questions.panels["weight=states"].minimal_flips == []
    assert three_questions.panels["weight=output"].minimal_flips == [frozenset({"metric"})]
    assert three_questions.panels["weight=output"].default["options"] == {
        "weight": "output", "metric": "agree", "window": 3,
    }  # fmt: skip
    assert three_questions.minimal_flips == [frozenset({"weight"})]
    assert three_questions.flip_sentence == (
        "The default specification supports the claim; one change is enough to reverse it: "
        "weighting by population."
    )
    flip = three_questions.nearest_flip.flips[0]
    assert flip.changes == {"weight": ("states", "people")}
    assert (flip.outcome, three_questions.nearest_flip.size) == ("contradicts", 1)


def test_result_is_plain_json(three_questions):
    text = json.dumps(three_questions.to_dict(), allow_nan=False)
    assert "not a probability that the claim is true" in text


def test_public_call_takes_plain_lists():
    result = multipolar.run_multiverse(
        lambda a, b: a - b, {"a": [0, 1], "b": [0, 2]}, rule=by_sign, default={"a": 1}
    )
    assert list(result.panels) == ["all"]
    assert result.panels["all"].default["options"] == {"a": 1, "b": 0}
    assert result.minimal_flips == [frozenset({"b"})]
    assert result.minimal_changes == [frozenset({"a"}), frozenset({"b"})]


def test_failures_stay_as_rows_with_their_reason():
    def brittle(case):
        if case == "few":
            raise TooFewObservations("only 3 shared votes")
        if case == "bug":
            return 1 / 0
        return {"none": None, "nan": math.nan, "inf": math.inf, "ok": 2}[case]

    result = run_multiverse(
        brittle, {"case": ["ok", "few", "bug", "none", "nan", "inf"]}, rule=by_sign
    )
    reasons = dict(result.frame.select("case", "reason").iter_rows())
    assert reasons == {
        "ok": "",
        "few": "only 3 shared votes",
        "bug": "ZeroDivisionError: division by zero",
        "none": "no estimate",
        "nan": "no estimate",
        "inf": "infinite",
    }
    assert result.panels["all"].shares["not_computable"] == pytest.approx(5 / 6)
    assert result.frame["estimate"].null_count() == 5


def test_nothing_computable_shows_the_first_error():
    def broken(a):
        raise TooFewObservations(f"nothing for {a}")

    with pytest.raises(NothingComputable, match=r"none of 2 .* nothing for 1"):
        run_multiverse(broken, {"a": [1, 2]}, rule=by_sign)


@pytest.mark.parametrize("answer", ["yes", None, 1, "not_computable"])
def test_a_rule_must_give_an_outcome(answer):
    with pytest.raises(BadOption, match="expected supports, contradicts or inconclusive"):
        run_multiverse(lambda a: a, {"a": [1, 2]}, rule=lambda _: answer)


def test_a_function_must_give_a_number():
    with pytest.raises(BadOption, match="returned 'much'"):
        run_multiverse(lambda **_: "much", {"a": [1, 2]}, rule=by_sign)


@pytest.mark.parametrize(
    ("choices", "keywords", "error", "words"),
    [
        ({"a": []}, {}, BadOption, "no options"),
        ({"a": [1, 1]}, {}, BadOption, "twice"),
        ({"estimate": [1]}, {}, BadOption, "cannot be called 'estimate'"),
        ({"a": [1, 2]}, {"default": {"b": 1}}, UnknownName, "unknown choice 'b'"),
        ({"a": [1, 2]}, {"default": {"a": 3}}, BadOption, "does not take 3"),
        ({"a": [1, 2]}, {"prior": {"b": {1: 1}}}, UnknownName, "choice in prior 'b'"),
        ({"a": [1, 2]}, {"prior": {"a": {1: 1}}}, BadOption, "no weight to 2"),
        ({"a": [1, 2]}, {"prior": {"a": {1: -1, 2: 1}}}, BadOption, "weights of 0 or more"),
        ({"a": [1, 2]}, {"equivalent": [("b", 1, 2)]}, UnknownName, "unknown choice 'b'"),
        ({"a": [1, 2]}, {"interval_level": 0.5}, BadOption, "interval level"),
        (
            {"a": [1, 2]},
            {"constraints": [Constraint(allows=lambda _: False, why="never")]},
            BadOption,
            "forbid every specification: never",
        ),
        (
            {"window": [1, 2]},
            {"constraints": [Constraint(allows=lambda o: o["windw"] > 1, why="short")]},
            UnknownName,
            "choice in the constraint 'short' 'windw': did you mean 'window'",
        ),
        (
            {f"c{i}": list(range(10)) for i in range(7)},
            {},
            BadOption,
            "more than 2,000,000 combinations",
        ),
    ],
)
def test_bad_input_is_one_line(choices, keywords, error, words):
    def function(**options):
        return Estimate(float(next(iter(options.values()))), lower=0.0, upper=1.0)

    with pytest.raises(error, match=words) as caught:
        run_multiverse(function, choices, rule=sign(), **keywords)
    assert "\n" not in caught.value.message


def test_constraints_are_counted_with_their_reasons():
    no_people = Constraint(allows=lambda o: o["a"] != 0 or o["b"] != 0, why="a needs b")
    never = Constraint(allows=lambda o: o["a"] < 2, why="too large")
    result = run_multiverse(
        lambda a, b: a + b + 1, {"a": [0, 1, 2], "b": [0, 1]}, rule=by_sign,
        constraints=[no_people, never],
    )  # fmt: skip
    assert result.frame.height == 3
    assert [(e.n, e.why) for e in result.excluded] == [(1, "a needs b"), (2, "too large")]
    assert result.panels["all"].importance_method == "shapley"
    assert "nearest one: b = 1 instead of 0" in result.notes[0]
    assert result.frame.filter("is_default").select("a", "b").row(0) == (0, 1)


def test_panel_default_forbidden_by_a_constraint_moves_to_the_nearest():
    clash = Constraint(
        allows=lambda o: not (o["stream"] == "visits" and o["metric"] == "agree"), why="no votes"
    )
    choices = [
        Choice(name="stream", options=("votes", "visits"), kind="N"),
        Choice(name="metric", options=("agree", "kappa", "count")),
        Choice(name="window", options=(1, 2)),
    ]
    found = plan(choices, [clash])
    assert found.n == 10
    result = run_multiverse(lambda **_: 1.0, choices, rule=by_sign, constraints=[clash])
    assert result.panels["stream=visits"].default["options"] == {
        "stream": "visits", "metric": "count", "window": 1,
    }  # fmt: skip
    assert result.notes == ()


STREAM = Choice(name="stream", options=("votes", "visits"), kind="N")
ABSTAIN = Choice(name="abstain", options=("half", "drop"), default="drop")


def test_a_choice_varies_only_where_it_arises():
    arising = ABSTAIN.only_under(stream=["votes"])
    result = run_multiverse(
        lambda stream, window, **_: (1 if stream == "votes" else -1) * window,
        [STREAM, arising, Choice(name="window", options=(1, 2))],
        rule=by_sign,
    )
    rows = list(result.frame.select("stream", "abstain", "window").iter_rows())
    assert rows == [
        *[("votes", a, w) for a in ("half", "drop") for w in (1, 2)],
        *[("visits", "drop", 1), ("visits", "drop", 2)],
    ]
    visits = result.panels["stream=visits"]
    assert visits.importance == {"abstain": (0.0, 0.0), "window": (1.0, 1.0)}
    assert visits.importance_method == "anova"
    assert math.isnan(visits.flip_rate["abstain"])
    assert result.minimal_flips == [frozenset({"stream"})]
    again = summarise(results_table(result), result.choices)
    assert again.to_dict() == result.to_dict()


def test_a_choice_arises_under_earlier_ones_only():
    with pytest.raises(UnknownName, match="choice before abstain 'stream'"):
        plan([ABSTAIN.only_under(stream=["votes"]), STREAM])


def test_prior_weights_multiply_over_options():
    result = run_multiverse(
        lambda a, b: 1 if a == b else -1,
        {"a": [0, 1], "b": [0, 1]},
        rule=by_sign,
        prior={"a": {0: 3, 1: 1}, "b": {0: 1, 1: 0}},
    )
    panel = result.panels["all"]
    assert panel.shares["supports"] == 0.5
    assert panel.weighted_shares["supports"] == pytest.approx(0.75)


def test_rule_objects_get_intervals_and_percentiles():
    def estimate(low):
        return Estimate(0.2, lower=low, upper=0.5, n_obs=12)

    result = run_multiverse(estimate, {"low": [0.1, -0.1]}, rule=interval("positive"))
    assert result.frame["outcome"].to_list() == ["supports", "inconclusive"]
    assert result.frame["n_obs"].to_list() == [12, 12]
    bare = run_multiverse(
        lambda a: Estimate(1.0, percentile=0.95 if a else None), {"a": [1, 0]}, rule=rank(0.9)
    )
    assert bare.frame["outcome"].to_list() == ["supports", "not_computable"]
    assert bare.frame["reason"].to_list() == ["", "the rank rule needs a place among placebos"]


def test_plain_rule_sees_what_the_function_returned():
    seen = []

    def rule(found):
        seen.append(type(found).__name__)
        return "inconclusive"

    run_multiverse(lambda a: Estimate(1.0) if a else 2, {"a": [0, 1]}, rule=rule)
    assert seen == ["float", "Estimate"]


def test_spread_within_and_between():
    result = run_multiverse(
        lambda a: Estimate(float(a), lower=a - 1.0, upper=a + 1.0),
        {"a": [1, 2, 3, 4, 5]},
        rule=interval(),
    )
    panel = result.panels["all"]
    assert (panel.median, panel.iqr) == (3.0, (2.0, 4.0))
    assert panel.range90 == pytest.approx((1.2, 4.8))
    assert panel.within_width == 2.0
    assert panel.between_within == pytest.approx(2.0 / (1 / 1.959963984540054) ** 2)
    assert panel.vibration_ratio() == pytest.approx(4.96 / 1.04)


def test_vibration_ratio_only_for_ratio_scales():
    result = run_multiverse(lambda a: a, {"a": [-1, 2]}, rule=by_sign)
    with pytest.raises(BadOption, match="positive estimates"):
        result.panels["all"].vibration_ratio()


def test_jobs_and_progress_change_nothing():
    seen = []
    choices = {"a": list(range(6)), "b": [0, 1]}
    one = run_multiverse(lambda a, b: a - 3 * b, choices, rule=by_sign)
    many = run_multiverse(
        lambda a, b: a - 3 * b, choices, rule=by_sign, jobs=4,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert many.to_dict() == one.to_dict()
    assert seen == [(i, 12) for i in range(1, 13)]


# --- redundancy -------------------------------------------------------------------------------


def similarity_change(metric, window):
    agree = {1: 0.1, 2: -0.3, 3: 0.25, 4: 0.05, 5: -0.2}[window]
    return {"agree": agree, "s": 2 * agree, "kappa": agree + 0.1 * window}[metric]


def test_declared_equivalents_are_left_out_before_running():
    called = []

    def function(metric, window):
        called.append(metric)
        return similarity_change(metric, window)

    result = run_multiverse(
        function, {"metric": ["agree", "s", "kappa"], "window": [1, 2, 3, 4, 5]}, rule=by_sign,
        equivalent=[("metric", "s", "agree", "s = 2 agree - 1")],
    )  # fmt: skip
    assert set(called) == {"agree", "kappa"}
    assert result.redundant[0].to_dict() == {
        "choice": "metric", "dropped": "s", "option": "s", "kept": "agree",
        "why": "s = 2 agree - 1", "found": "declared",
    }  # fmt: skip


def test_the_default_is_kept_when_it_is_the_one_declared_redundant():
    listed = plan(
        {"metric": ["s", "agree"]}, default={"metric": "s"}, equivalent=[("metric", "s", "agree")]
    )
    assert [c.options for c in listed.choices] == [("s",)]


def test_detected_scale_is_counted_once_under_a_sign_rule():
    choices = {"metric": ["agree", "s", "kappa"], "window": [1, 2, 3, 4, 5]}
    result = run_multiverse(similarity_change, choices, rule=sign())
    assert result.frame["metric"].unique(maintain_order=True).to_list() == ["agree", "kappa"]
    [found] = result.redundant
    assert (found.option, found.kept, found.dropped) == ("s", "agree", True)
    assert found.why == "every estimate is 2 times the other's"
    assert "5 specifications with metric = s repeat others" in result.notes[0]
    assert result.hash == plan(choices).hash
    assert [c.options for c in result.choices if c.name == "metric"] == [("agree", "kappa")]


@pytest.mark.parametrize("equivalent", [(), [("metric", "s", "agree")]])
def test_a_prior_may_name_an_option_that_is_left_out(equivalent):
    result = run_multiverse(
        similarity_change,
        {"metric": ["s", "agree", "kappa"], "window": [1, 2, 3, 4, 5]},
        rule=sign(),
        default={"metric": "agree", "window": 2},
        equivalent=equivalent,
        prior={"metric": {"agree": 1, "s": 1, "kappa": 3}},
    )
    panel = result.panels["all"]
    assert panel.n == 10
    assert panel.default["options"] == {"metric": "agree", "window": 2}
    assert panel.shares["supports"] == pytest.approx((3 + 4) / 10)
    assert panel.weighted_shares["supports"] == pytest.approx((3 + 3 * 4) / (5 + 3 * 5))


def test_an_unknown_or_scaled_rule_only_reports_likeness():
    choices = {"metric": ["agree", "s", "kappa"], "window": [1, 2, 3, 4, 5]}
    plain = run_multiverse(similarity_change, choices, rule=by_sign)
    assert plain.frame.height == 15
    assert [(r.option, r.dropped) for r in plain.redundant] == [("s", False)]
    scaled = run_multiverse(similarity_change, choices, rule=sesoi(1e-9))
    assert scaled.frame.height == 15


def test_idle_choices_are_reported_and_kept():
    result = run_multiverse(lambda a, **_: a, {"a": [-2, 1, 3, 5], "idle": ["x", "y"]}, rule=sign())
    assert result.frame.height == 8
    assert result.panels["all"].importance["idle"] == (0.0, 0.0)
    assert [r.why for r in result.redundant] == ["no option of this choice changes any estimate"]


def test_an_additive_effect_is_not_a_second_way_to_say_it():
    result = run_multiverse(
        lambda a, b: 10 + a + 0.1 * b, {"a": [1, 2, 4, 7], "b": [0, 1, 2]}, rule=sign()
    )
    assert result.redundant == ()
    assert result.frame.height == 12


# --- a table computed elsewhere ---------------------------------------------------------------


def results_table(result):
    return result.frame.drop("spec", "panel", "is_default")


def test_summary_of_a_table_equals_the_run(three_questions):
    table = results_table(three_questions).sample(fraction=1, shuffle=True, seed=1)
    again = summarise(table, [WEIGHT, METRIC, WINDOW])
    assert again.to_dict() == three_questions.to_dict()
    assert again.frame.equals(three_questions.frame)


def test_summary_can_apply_a_rule():
    table = pl.DataFrame({"a": ["x", "y", "z"], "estimate": [1.0, -1.0, None]})
    result = summarise(table, {"a": ["x", "y", "z"]}, rule=sign())
    assert result.frame["outcome"].to_list() == ["supports", "contradicts", "not_computable"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop("metric"), "no column for the choice 'metric'"),
        (lambda t: t.head(17), "no row for"),
        (lambda t: pl.concat([t, t.head(1)]), "row 19 of the table repeats"),
        (lambda t: t.with_columns(metric=pl.lit("kapa")), "did you mean 'kappa'"),
        (lambda t: t.with_columns(outcome=pl.lit("maybe")), "outcome 'maybe'"),
        (lambda t: t.drop("outcome"), "no column 'outcome' and no rule"),
    ],
)
def test_a_table_that_does_not_fit(three_questions, change, words):
    table = change(results_table(three_questions))
    with pytest.raises((BadOption, UnknownName), match=words):
        summarise(table, [WEIGHT, METRIC, WINDOW])


def test_rows_that_constraints_forbid_are_not_taken(three_questions):
    rule_out = Constraint(allows=lambda o: o["window"] != 5, why="too long")
    with pytest.raises(BadOption, match="6 rows that the constraints forbid"):
        summarise(results_table(three_questions), [WEIGHT, METRIC, WINDOW], constraints=[rule_out])


def test_options_of_every_type_come_back_as_written():
    choices = {
        "mixed": [1, "1", None],
        "flag": [True, False],
        "level": [None, "x"],
        "q": [0.5, 1.5],
    }
    result = run_multiverse(lambda **o: 1.0 if o["flag"] is True else -1.0, choices, rule=by_sign)
    again = summarise(results_table(result), choices)
    assert again.to_dict() == result.to_dict()
    assert result.frame.schema["flag"] == pl.Boolean


def test_options_that_are_no_json_scalars_are_written_as_text():
    choices = {"span": [(1, 2), (3, 4)], "day": [date(2022, 2, 24), date(2014, 3, 1)]}
    result = run_multiverse(lambda span, day: span[0] + day.year, choices, rule=by_sign)
    assert result.frame["span"].to_list()[0] == "(1, 2)"
    assert '"2022-02-24"' in json.dumps(result.to_dict(), allow_nan=False)


# --- laws -------------------------------------------------------------------------------------

outcomes = st.sampled_from(["supports", "contradicts", "inconclusive", "fails"])


@st.composite
def small_worlds(draw):
    """Up to 64 specifications with any outcomes, some forbidden, with and without questions."""
    sizes = draw(
        st.lists(st.integers(1, 4), min_size=1, max_size=4).filter(lambda s: math.prod(s) <= 64)
    )
    kinds = [draw(st.sampled_from(["E", "E", "N", "U"])) for _ in sizes]
    choices = [
        Choice(
            name=f"c{j}", kind=kind, options=tuple(f"o{i}" for i in range(size)),
            default=f"o{draw(st.integers(0, size - 1))}",
        )
        for j, (size, kind) in enumerate(zip(sizes, kinds, strict=True))
    ]  # fmt: skip
    every = list(itertools.product(*(c.options for c in choices)))
    verdicts = draw(
        st.lists(outcomes, min_size=len(every), max_size=len(every)).filter(
            lambda v: set(v) != {"fails"}
        )
    )
    forbidden = draw(st.sets(st.sampled_from(every), max_size=len(every) // 4))
    world = dict(zip(every, verdicts, strict=True))
    open_verdicts = {world[e] for e in every if e not in forbidden}
    if open_verdicts <= {"fails"}:
        forbidden = set()
    return choices, world, forbidden


def run_world(world_of, choices=None):
    given_choices, world, forbidden = world_of
    names = [c.name for c in given_choices]
    value = {"supports": 1.0, "contradicts": -1.0, "inconclusive": 0.0, "fails": None}

    def function(**options):
        return value[world[tuple(options[n] for n in names)]]

    allowed = Constraint(
        allows=lambda o: tuple(o[n] for n in names) not in forbidden, why="forbidden"
    )
    return run_multiverse(function, choices or given_choices, rule=by_sign, constraints=[allowed])


def flips_by_brute_force(rows, names, start, targets):
    """All smallest sets of choices in which a target differs from the start, by subsets."""
    for size in range(1, len(names) + 1):
        found = [
            frozenset(subset)
            for subset in itertools.combinations(sorted(names), size)
            if any(
                r["outcome"] in targets and all((r[n] != start[n]) == (n in subset) for n in names)
                for r in rows
            )
        ]
        if found:
            return found
    return []


@settings(max_examples=80, deadline=None)
@given(small_worlds())
def test_counts_and_flips_on_small_worlds_equal_brute_force(world):
    result = run_world(world)
    names = [c.name for c in world[0]]
    rows = result.frame.to_dicts()
    assert len(rows) + sum(e.n for e in result.excluded) == math.prod(
        len(c.options) for c in world[0]
    )
    starts = {"": (next(r for r in rows if r["is_default"]), rows, result)}
    for key, panel in result.panels.items():
        inside = [r for r in rows if r["panel"] == key]
        start = next(r for r in inside if r["spec"] == panel.default["spec"])
        starts[key] = (start, inside, panel)
        counts = {o: sum(r["outcome"] == o for r in inside) for o in OUTCOMES}
        assert {o: round(s * panel.n) for o, s in panel.shares.items()} == counts
        assert sum(counts.values()) == panel.n == len(inside)
    for start, inside, summary in starts.values():
        reverse = {"supports": {"contradicts"}, "contradicts": {"supports"}}
        targets = reverse.get(start["outcome"], {"supports", "contradicts"})
        assert summary.minimal_flips == flips_by_brute_force(inside, names, start, targets)
        others = set(OUTCOMES) - {start["outcome"]}
        assert summary.minimal_changes == flips_by_brute_force(inside, names, start, others)


@settings(max_examples=40, deadline=None)
@given(small_worlds(), st.randoms(use_true_random=False))
def test_order_of_choices_and_options_has_no_say(world, random):
    shuffled = []
    for choice in world[0]:
        options = list(choice.options)
        random.shuffle(options)
        shuffled.append(
            Choice(
                name=choice.name, kind=choice.kind, options=tuple(options), default=choice.default
            )
        )
    random.shuffle(shuffled)
    one, other = run_world(world), run_world(world, shuffled)
    assert one.hash == other.hash
    assert one.minimal_flips == other.minimal_flips
    by_question = {frozenset(p.question.items()): p for p in other.panels.values()}
    for panel in one.panels.values():
        twin = by_question[frozenset(panel.question.items())]
        assert panel.shares == twin.shares
        assert panel.minimal_flips == twin.minimal_flips
        assert panel.minimal_changes == twin.minimal_changes
        assert panel.default["spec"] == twin.default["spec"]
        assert panel.importance_method == twin.importance_method
        for name, pair in panel.importance.items():
            assert pair == pytest.approx(twin.importance[name], abs=1e-9)
            assert panel.flip_rate[name] == pytest.approx(twin.flip_rate[name], nan_ok=True)
            assert panel.information[name] == pytest.approx(twin.information[name], abs=1e-12)


# --- sampling ---------------------------------------------------------------------------------

MANY = {f"c{j}": [0, 1, 2] for j in range(8)}


def mostly_positive(**options):
    values = list(options.values())
    return -1.0 if values[0] and values[1] == 2 else 1.0


def test_large_spaces_are_sampled_and_say_so():
    result = run_multiverse(mostly_positive, MANY, rule=by_sign, sample=1500, seed=3)
    panel = result.panels["all"]
    assert panel.n == 1500
    assert result.frame["in_sample"].sum() == 1500
    assert "1,500 of 6,561 specifications were drawn at random" in result.notes[0]
    assert panel.shares["supports"] == pytest.approx(1 - 2 / 9, abs=0.02)
    assert result.minimal_flips == [frozenset({"c0", "c1"})]
    assert panel.flips_exact
    assert result.nearest_flip.exact


def test_the_neighbourhood_of_the_default_is_complete_in_a_sample():
    listed = plan(MANY, sample=500)
    near = (listed.codes != listed.codes[listed.default_row]).sum(axis=1) <= 3
    assert near.sum() == sum(math.comb(8, d) * 2**d for d in range(4))
    assert listed.in_sample.sum() == 500
    assert listed.n_allowed == 6561


def test_flips_beyond_three_changes_are_not_called_exact_in_a_sample():
    def stubborn(**options):
        return -1.0 if sum(options.values()) >= 8 else 1.0

    sampled = run_multiverse(stubborn, MANY, rule=by_sign, sample=1500)
    assert not sampled.panels["all"].flips_exact
    whole = run_multiverse(stubborn, MANY, rule=by_sign)
    assert whole.panels["all"].flips_exact
    assert {len(s) for s in whole.minimal_flips} == {4}
    assert len(whole.minimal_flips) == math.comb(8, 4)


def test_seeds_reproduce_bytes():
    def text(seed):
        result = run_multiverse(mostly_positive, MANY, rule=by_sign, sample=900, seed=seed)
        return json.dumps(result.to_dict()), result.frame.write_csv()

    assert text(3) == text(3)
    assert text(3) != text(4)


def test_a_sample_is_balanced_over_every_option():
    listed = plan(MANY, sample=1500)
    codes = listed.codes[listed.in_sample]
    for j in range(codes.shape[1]):
        counts = np.bincount(codes[:, j])
        assert counts.min() > 0.9 * 500


def test_identifiers_are_those_of_the_specifications():
    choices = {"b é": [1, 1.5, None, True], "a": ["x", 'quo"te', "ä"], "c": [date(2022, 2, 24)]}
    listed = plan(choices)
    expected = tuple(Specification(listed.options(row)).id for row in range(listed.n))
    assert listed.ids == expected


def test_plan_counts_without_computing():
    listed = plan([WEIGHT, METRIC, WINDOW])
    summary = listed.to_dict()
    assert summary["n_specifications"] == 18
    assert summary["panels"][0] == {"key": "weight=states", "n": 6}
    assert summary["default"] == {"weight": "states", "metric": "agree", "window": 3}
    assert listed.frame.height == 18
    moved = plan([WEIGHT, METRIC, WINDOW], default={"metric": "kappa"})
    assert moved.hash != listed.hash
