"""Guests compared under every weight, and visits against what was expected of them."""

import numpy as np
import pytest

from multipolar import measure
from multipolar.core.errors import UnknownName
from multipolar.measures._visit_model import Travel, expect_visits


def ahead(frame):
    rows = frame.filter(frame["measure"] == "ahead")
    return dict(rows.select("scheme", "value").rows())


def test_the_commission_in_kyiv_against_seven_leaders_in_moscow_turns_on_what_it_stands_for():
    as_members = ahead(measure("guest_comparison", institution="as_members"))
    assert as_members["gdp_mer"] == as_members["equal"] == 1
    alone = ahead(measure("guest_comparison", institution="left_out"))
    assert alone["equal"] == -1  # a president of the Commission is no head of state


def test_a_winner_is_named_only_where_every_weight_agrees():
    for first, second in (("kyiv_vdl_2023", "vd_2023"), ("buergenstock_2024", "vd_2025")):
        frame = measure("guest_comparison", first=first, second=second)
        found = ahead(frame)
        each = {v for s, v in found.items() if s != "all"}
        assert (found["all"] is not None) == (len(each) == 1 and None not in each)


def test_gatherings_exchanged_turn_the_comparison():
    one = ahead(measure("guest_comparison", first="brics_2024", second="epc_1"))
    other = ahead(measure("guest_comparison", first="epc_1", second="brics_2024"))
    assert all(a is None or a == -other[s] for s, a in one.items())


def test_an_unknown_gathering_offers_the_nearest():
    with pytest.raises(UnknownName, match="brics_2024"):
        measure("guest_comparison", first="brics_2042")


def world(rng, n=14):
    """Travel before and after, with everybody travelling half as much after."""
    distance = rng.random((n, n)) * 3
    distance = distance + distance.T
    pull = np.exp(rng.normal(0, 0.5, n))
    mean = 40 * pull[:, None] * pull * np.exp(-distance)
    np.fill_diagonal(mean, 0)
    before, after = rng.poisson(mean).astype(float), rng.poisson(mean / 2).astype(float)
    for counts in (before, after):
        np.fill_diagonal(counts, np.nan)
    states = tuple(f"S{i:02d}" for i in range(n))
    return Travel(states, before, after, distance, np.zeros((n, n)))


def test_a_quiet_year_for_everybody_is_nobodys_isolation():
    travel = world(np.random.default_rng(1))
    ratio, low, high = expect_visits(travel, 4).ratio
    assert low < 1 < high
    assert ratio == pytest.approx(1, abs=0.3)


def test_a_host_that_loses_its_guests_falls_below_what_was_expected():
    travel = world(np.random.default_rng(1))
    fewer = travel.after.copy()
    fewer[:, 4] = np.floor(fewer[:, 4] * 0.3)
    ratio, low, high = expect_visits(
        Travel(travel.states, travel.before, fewer, travel.distance, travel.neighbours), 4
    ).ratio
    assert low < ratio < high < 0.7


def test_the_hosts_own_visits_do_not_move_its_expectation():
    travel = world(np.random.default_rng(3))
    other = travel.after.copy()
    other[:, 2] = 0
    changed = Travel(travel.states, travel.before, other, travel.distance, travel.neighbours)
    np.testing.assert_allclose(
        expect_visits(travel, 2).expected, expect_visits(changed, 2).expected
    )


def test_a_state_the_record_does_not_cover_is_a_lower_bound_and_says_so():
    frame = measure("visits", state="RUS", since=2015, until=2019)
    row = frame.filter(frame["measure"] == "visits_in").row(0, named=True)
    assert "lower bound" in row["reason"]
    assert "breadth" not in set(frame["measure"])
