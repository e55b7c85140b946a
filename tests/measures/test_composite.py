"""Composite alignment and the distance of trade: the published example, laws, honest gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multipolar import measure
from multipolar.core.errors import BadOption
from multipolar.measures.composite_alignment import aggregate, component_weights, normalise
from multipolar.measures.trade_geo_distance import mean_distance

LEANS = arrays(np.float64, (4, 6), elements=st.floats(-1, 1))
HOW = st.sampled_from(["mean", "median", "first_component", "worst"])


def test_the_published_example_of_trade_distance():
    assert mean_distance(np.array([0.5, 0.5]), np.array([0.0, 5.0]), 10.0) == 7.5


def test_a_partner_without_a_position_drops_out_of_the_distance():
    shares, positions = np.array([0.25, 0.25, 0.5]), np.array([0.0, 5.0, np.nan])
    assert mean_distance(shares, positions, 10.0) == 7.5
    assert np.isnan(mean_distance(np.array([0.0]), np.array([1.0]), 0.0))


@given(LEANS, HOW)
def test_a_composite_lies_between_the_leans_it_is_made_of(leans, how):
    value = aggregate(leans, how)
    assert (value >= leans.min(axis=0) - 1e-9).all()
    assert (value <= leans.max(axis=0) + 1e-9).all()


@given(LEANS)
def test_poles_exchanged_turn_the_sign(leans):
    for how in ("mean", "median"):
        np.testing.assert_allclose(aggregate(-leans, how), -aggregate(leans, how), atol=1e-12)
    np.testing.assert_allclose(normalise(-leans, "rank"), -normalise(leans, "rank"), atol=1e-12)


def test_weights_of_the_first_component_are_shares_and_follow_what_varies_together():
    rng = np.random.default_rng(0)
    common = rng.normal(size=200)
    leans = np.array([common, common + rng.normal(0, 0.1, 200), rng.normal(0, 0.1, 200)])
    weights = component_weights(leans)
    assert weights.sum() == pytest.approx(1)
    assert weights[2] < 0.1 < min(weights[:2])


def test_a_state_with_too_few_streams_has_a_reason_and_no_number():
    frame = measure("composite_alignment", state="XKX", since=2022, until=2024, draws=50)
    row = frame.row(0, named=True)
    assert row["value"] is None
    assert "streams known" in row["reason"]
    kept = measure(
        "composite_alignment", state="XKX", since=2022, until=2024, draws=50, minimum=0.0
    )
    assert kept["value"][0] == 1  # it joined the sanctions; that is all the record knows


def test_belarus_is_nearer_to_russia_than_poland_under_every_weighting():
    frame = measure(
        "composite_alignment", state="BLR", above="POL", since=2020, until=2024, draws=200
    )
    assert frame.filter(frame["measure"] == "above")["value"].item() == 0


def test_a_share_beyond_one_is_refused():
    with pytest.raises(BadOption, match="from 0 to 1"):
        measure("composite_alignment", minimum=2)


def test_trade_distance_of_the_record_is_within_its_scale():
    frame = measure("trade_geo_distance", since=2010, until=2014)
    assert frame["value"].drop_nulls().is_between(0, 10).all()
    assert frame.height > 150
