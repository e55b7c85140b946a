"""Balance, lean and split: published check values, laws, and the store's own numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multipolar import claim, measure
from multipolar.claims.library import find_claim
from multipolar.core.errors import BadOption, BadStudy
from multipolar.core.study import ChoiceTable
from multipolar.measures import _multivector_claim as vectors
from multipolar.measures._kernels import balance
from multipolar.measures._pole_ties import PoleTies
from multipolar.measures._pole_view import flat_bands, overall, score_of
from multipolar.store import Store

TIES = arrays(
    np.float64, st.tuples(st.integers(2, 4), st.just(3)), elements=st.floats(0, 100, width=32)
)


def column(*p):
    return np.array(p, dtype=float)[:, None]


def test_check_values_of_the_methods_catalogue():
    p = column(0.8, 0.2)
    assert balance.evenness(p)[0] == pytest.approx(0.7219, abs=1e-4)
    assert balance.smaller_side(p)[0] == pytest.approx(0.4)


@given(TIES)
def test_balance_does_not_depend_on_the_order_of_poles(ties):
    p, turned = balance.shares(ties), balance.shares(ties[::-1])
    for kernel in (balance.evenness, balance.smaller_side):
        np.testing.assert_allclose(kernel(p), kernel(turned), atol=1e-12)


@given(TIES)
def test_balance_is_one_only_where_ties_are_equal(ties):
    even = balance.evenness(balance.shares(ties))
    spread = ties.max(axis=0) - ties.min(axis=0)
    # Entropy is flat at its top: shares within 1e-3 of each other are even to 1e-6.
    for value, gap, total in zip(even, spread, ties.sum(axis=0), strict=True):
        if np.isfinite(value):
            assert 0 <= value <= 1
            if gap == 0:
                assert value == pytest.approx(1)
            elif gap / total > 1e-3:
                assert value < 1


def test_a_pole_without_ties_lowers_evenness_but_not_the_smaller_side():
    two, three = column(0.6, 0.4), column(0.6, 0.4, 0.0)
    assert balance.evenness(three)[0] < balance.evenness(two)[0]
    assert balance.smaller_side(three)[0] == balance.smaller_side(two)[0]


def test_no_engagement_is_no_score_and_no_ties_have_no_lean():
    even = PoleTies(
        ties=np.array([[0.5, 0.0], [0.5, 0.0]]),
        engagement=np.array([0.0, np.nan]),
        lean=balance.lean(np.array([0.5, 0.0]), np.array([0.5, 0.0])),
        n_obs=1,
    )
    assert score_of(even, "entropy")[0] == 0
    assert np.isnan(score_of(even, "entropy")[1])
    assert even.lean[0] == 0
    assert np.isnan(even.lean[1])


def stream(lean):
    lean = np.atleast_1d(np.asarray(lean, dtype=float))
    ties = np.array([(1 + lean) / 2, (1 - lean) / 2])
    return PoleTies(ties=ties, engagement=np.ones_like(lean), lean=lean, n_obs=1)


def test_split_is_zero_where_streams_agree_and_one_where_they_are_torn():
    agree = overall({"a": stream(0.3), "b": stream(0.3)}, "entropy")
    torn = overall({"a": stream(1.0), "b": stream(-1.0)}, "entropy")
    assert agree.split[0] == pytest.approx(0)
    assert torn.split[0] == pytest.approx(1)
    assert torn.lean[0] == pytest.approx(0)
    # Security with one pole and trade with the other: unbalanced in each, split over both.
    assert torn.score[0] == 0


def test_one_stream_alone_has_no_split():
    assert np.isnan(overall({"a": stream(0.3)}, "entropy").split[0])


def test_a_stream_that_is_silent_on_a_state_is_left_out_not_zero():
    silent = stream([0.2, np.nan])
    together = overall({"a": silent, "b": stream([0.4, 0.4])}, "entropy")
    np.testing.assert_allclose(together.lean, [0.3, 0.4])


def test_weight_band_holds_the_plain_mean_and_repeats_with_its_seed():
    found = {"a": stream(-0.5), "b": stream(0.1), "c": stream(0.9)}
    low, high = flat_bands(found, "entropy", 500, 7)["lean"]
    assert low[0] < overall(found, "entropy").lean[0] < high[0]
    assert -0.5 <= low[0] <= high[0] <= 0.9
    again = flat_bands(found, "entropy", 500, 7)["lean"]
    assert (low[0], high[0]) == (again[0][0], again[1][0])


def test_switching_counts_changes_of_sign():
    leans = np.array([[0.5], [-0.5], [0.0], [0.25], [np.nan], [0.25]])
    change, crossings = balance.switching(leans)
    assert change[0] == pytest.approx((1 + 0.5 + 0.25 + 0) / 4)
    assert crossings[0] == 2


ONE_METRIC = {
    name: ChoiceTable(options=(option,), drop_reason="one is enough to see the panels")
    for name, option in {"metric": "agree", "abstention": "half", "vote_set": "contested"}.items()
}


@pytest.fixture(scope="module")
def kazakhstan():
    return measure("multivector", state="KAZ", since=2014, until=2025, draws=200)


def test_kazakhstan_differs_by_stream(kazakhstan):
    value = {(r["stream"], r["measure"]): r["value"] for r in kazakhstan.to_dicts()}
    assert value["memberships", "lean"] < -0.9  # CSTO, EAEU, CIS and SCO; no western organisation
    assert value["trade", "lean"] > 0.3  # forty western states against one
    assert abs(value["votes", "lean"]) < 0.2
    assert value["polar_votes", "fence_sitting"] > 0.5
    assert value["all", "split"] > 0.3


def test_poles_exchanged_turn_the_lean_and_keep_the_balance(kazakhstan):
    turned = measure(
        "multivector", state="KAZ", since=2014, until=2025, poles="russia,west", draws=200
    )
    key = ["state", "since", "until", "stream", "measure"]
    both = kazakhstan.join(turned, on=key, suffix="_turned", validate="1:1")
    leans = both.filter((both["measure"] == "lean") & both["value"].is_not_null())
    np.testing.assert_allclose(leans["value"], -leans["value_turned"], atol=1e-12)
    even = both.filter(
        both["measure"].is_in(["balance_entropy", "score", "split"]) & both["value"].is_not_null()
    )
    np.testing.assert_allclose(even["value"], even["value_turned"], atol=1e-9)


def test_a_stream_without_data_is_named_with_its_reason_and_never_zero():
    late = measure("multivector", state="KAZ", since=2022, until=2025, draws=50)
    rows = late.filter(late["stream"] == "trade")
    if "trade" in Store.open().tables():
        pytest.skip("the store has a newer record of trade")
    assert rows["value"].to_list() == [None]
    assert "1950-2014" in rows["reason"].item()


def test_kosovo_and_taiwan_have_rows():
    for code in ("XKX", "TWN"):
        frame = measure("multivector", state=code, since=2022, until=2025, draws=50)
        joined = frame.filter((frame["stream"] == "sanctions") & (frame["measure"] == "lean"))
        assert joined["value"].item() == 1


def test_a_pole_against_itself_is_refused():
    with pytest.raises(BadOption, match="two different poles"):
        measure("multivector", state="KAZ", poles="west,west")


def test_the_claim_keeps_streams_and_readings_apart():
    shipped = find_claim("kazakhstan-multivector")
    verdict = claim(shipped.model_copy(update={"choices": ONE_METRIC}))
    panels = set(verdict.multiverse.panels)
    assert "stream=trade, reading=score" in panels
    assert "stream=polar_votes, reading=fence" in panels
    assert "stream=all, reading=split" in panels
    assert "stream=votes, reading=fence" not in panels
    assert {c.stream for c in verdict.coverage} >= {"votes", "trade", "memberships", "arms"}


def test_the_claim_takes_no_trend():
    text = (
        'text = "x"\nsubject = "KAZ"\npredicate = "multivector"\nform = "trend"\n'
        "since = 2014-03-18\n"
    )
    with pytest.raises(BadStudy, match="level or change"):
        claim(text)


def test_declared_choices_have_reasons():
    assert all(c.why for c in vectors.CHOICES)
