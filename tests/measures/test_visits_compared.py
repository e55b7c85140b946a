"""Guests compared under every weight, and visits against what was expected of them."""

import numpy as np
import pytest

from multipolar import measure
from multipolar.core.errors import UnknownName
from multipolar.measures._ties import axis
from multipolar.measures._visit_bonds import read_bonds
from multipolar.measures._visit_calibration import calibrated_chances
from multipolar.measures._visit_model import Travel, expect_visits, fit_without
from multipolar.store import Store


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


def clustered(rng, n=40):
    """Travel that comes in bursts: a third of the pairs travel thrice as much, the rest not at all.

    A Poisson model is right on average and takes a first visit for far likelier than it is.
    """
    distance = rng.random((n, n)) * 2
    distance = distance + distance.T
    pull = np.exp(rng.normal(0, 0.4, n))
    mean = 2.4 * pull[:, None] * pull * np.exp(-distance)
    before, after = (
        rng.poisson(3 * mean * (rng.random((n, n)) < 1 / 3)).astype(float) for _ in range(2)
    )
    for counts in (before, after):
        np.fill_diagonal(counts, np.nan)
    return Travel(tuple(f"S{i:02d}" for i in range(n)), before, after, distance, np.zeros((n, n)))


def test_chances_of_visits_never_seen_come_true_as_often_as_they_say():
    travel = clustered(np.random.default_rng(8))
    said, raw, came = [], [], []
    for host in range(0, 40, 4):
        expected = expect_visits(travel, host).expected
        found = calibrated_chances(travel, host, expected)
        assert found.pairs > 1000
        seen = np.isfinite(travel.after[:, host]) & np.isfinite(found.chance)
        said.append(found.chance[seen])
        raw.append(1 - np.exp(-expected[seen]))
        came.append(travel.after[seen, host] > 0)
    said, raw, came = map(np.concatenate, (said, raw, came))
    assert ((said > 0) & (said < 1)).all()
    for low, high in ((0.0, 0.2), (0.2, 0.3), (0.3, 1.0)):
        inside = (said >= low) & (said < high)
        rate = came[inside].mean()
        error = 3 * np.sqrt(rate * (1 - rate) / inside.sum()) + 0.03
        assert abs(rate - said[inside].mean()) < error
    assert ((said - came) ** 2).mean() < ((raw - came) ** 2).mean() - 0.01
    assert abs(raw.mean() - came.mean()) > 0.1  # what the model says by itself is not to be used


def test_what_came_to_the_host_does_not_move_its_own_chances():
    travel = clustered(np.random.default_rng(9))
    expected = expect_visits(travel, 3).expected
    emptied = travel.after.copy()
    emptied[:, 3] = 0
    changed = Travel(travel.states, travel.before, emptied, travel.distance, travel.neighbours)
    np.testing.assert_array_equal(
        calibrated_chances(travel, 3, expected).chance,
        calibrated_chances(changed, 3, expected).chance,
    )


def test_too_few_forecasts_leave_the_models_own_chance_and_say_so():
    travel = world(np.random.default_rng(2), n=10)
    expected = expect_visits(travel, 4).expected
    found = calibrated_chances(travel, 4, expected)
    assert found.pairs == 0
    assert "too few" in found.note
    np.testing.assert_allclose(found.chance, 1 - np.exp(-expected))


def test_bonds_pull_visits_and_are_counted_from_the_record():
    rng = np.random.default_rng(6)
    n = 25
    pull = np.exp(rng.normal(0, 0.4, n))
    bond = (rng.random((n, n)) < 0.3).astype(float)
    mean = 3 * pull[:, None] * pull * np.exp(1.1 * bond)
    before, after = rng.poisson(mean).astype(float), rng.poisson(mean).astype(float)
    for counts in (before, after):
        np.fill_diagonal(counts, np.nan)
    terms = bond[:, :, None]
    travel = Travel(
        tuple(f"S{i:02d}" for i in range(n)),
        before,
        after,
        np.zeros((n, n)),
        np.zeros((n, n)),
        (terms, terms),
    )
    fit, expected = fit_without(travel, np.array([5]))
    assert fit.slopes[2] == pytest.approx(1.1, abs=0.1)
    without = Travel(travel.states, before, after, travel.distance, travel.neighbours)
    _, plain = fit_without(without, np.array([5]))
    seen = np.isfinite(after[:, 5])
    errors = [((e[seen, 0] - mean[seen, 5]) ** 2).mean() for e in (expected, plain)]
    assert errors[0] < errors[1] / 2


def test_leaders_long_in_office_together_and_shared_organisations_are_read_from_the_record():
    states = axis()
    rus, blr, kaz, usa = (states.index(s) for s in ("RUS", "BLR", "KAZ", "USA"))
    bonds = read_bonds(Store.open(), states, (2019, 2023))
    assert not np.isnan(bonds).any()
    np.testing.assert_allclose(bonds, bonds.transpose(1, 0, 2))
    assert bonds[rus, blr, 0] > bonds[rus, usa, 0]
    assert bonds[rus, blr, 1] > bonds[rus, kaz, 1] > bonds[rus, usa, 1]
    assert bonds[rus, states.index("TUV"), 2] == 0
