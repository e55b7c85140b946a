"""Concentration and network kernels against published values and networkx; the profile's laws."""

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multipolar import measure
from multipolar.core.errors import BadOption, NotIdentified
from multipolar.measures._kernels import concentration, network
from multipolar.measures._kernels.expectation import leave_one_out_line
from multipolar.measures._profile_silence import UNRECORDED
from multipolar.measures._profile_spheres import SPHERES, Reach

COUNTS = arrays(np.float64, (2, 5), elements=st.integers(0, 40).map(float))


def test_check_values_of_the_methods_catalogue():
    p = np.array([[0.5, 0.3, 0.2]])
    assert concentration.herfindahl(p)[0] == pytest.approx(0.38)
    assert concentration.effective_number(p, 2)[0] == pytest.approx(2.6316, abs=1e-4)
    assert concentration.effective_number(p)[0] == pytest.approx(2.8001, abs=1e-4)


@given(COUNTS)
def test_effective_numbers_lie_between_one_and_the_number_of_partners(counts):
    first, second = (concentration.effective_number(counts, order) for order in (1, 2))
    for row, a, b in zip(counts, first, second, strict=True):
        if not row.any():
            assert np.isnan(a)
            assert np.isnan(b)
        else:
            # Hill numbers fall with their order.
            assert 1 - 1e-9 <= b <= a + 1e-9 <= (row > 0).sum() + 2e-9


@given(COUNTS, st.floats(0.01, 100))
def test_concentration_has_no_unit(counts, scale):
    plain, scaled = concentration.herfindahl(counts), concentration.herfindahl(counts * scale)
    np.testing.assert_allclose(plain, scaled, rtol=1e-9)


def test_unbiased_concentration_is_the_chance_that_two_events_share_a_partner():
    counts = np.array([[3.0, 2.0, 1.0], [1.0, 0.0, 0.0]])
    pairs = [a == b for i, a in enumerate("xxxyyz") for b in "xxxyyz"[i + 1 :]]
    assert concentration.herfindahl_unbiased(counts)[0] == pytest.approx(np.mean(pairs))
    assert np.isnan(concentration.herfindahl_unbiased(counts)[1])


def test_breadth_leaves_unknown_partners_out():
    ties = np.array([[1.0, 0.0, np.nan]])
    assert concentration.breadth(ties, np.array([0.5, 0.25, 0.25]))[0] == pytest.approx(2 / 3)


def test_asymmetry_is_the_difference_of_dependences():
    ties = np.array([[0.0, 8.0, 2.0], [8.0, 0.0, 32.0], [2.0, 32.0, 0.0]])
    found = concentration.asymmetry(ties)
    assert found[0, 1] == pytest.approx(0.8 - 0.2)
    np.testing.assert_allclose(found, -found.T)


@pytest.fixture(scope="module")
def graph():
    rng = np.random.default_rng(3)
    ties = np.triu(rng.random((14, 14)) * (rng.random((14, 14)) < 0.35), 1)
    ties = ties + ties.T
    ties[-1] = ties[:, -1] = 0  # an isolate
    return ties, nx.from_numpy_array(ties)


def values(found, n):
    return np.array([found[i] for i in range(n)])


def test_network_measures_agree_with_networkx(graph):
    ties, g = graph
    n = len(ties)
    far = {(u, v): 1 / w for u, v, w in g.edges(data="weight")}
    nx.set_edge_attributes(g, far, "far")
    near = values(nx.closeness_centrality(g, distance="far"), n)
    np.testing.assert_allclose(network.closeness(ties), near, atol=1e-9)
    np.testing.assert_array_equal(network.core_number(ties), values(nx.core_number(g), n))
    held = values(nx.constraint(g, weight="weight"), n)
    np.testing.assert_allclose(network.constraint(ties), held, atol=1e-9)
    size = values(nx.effective_size(g), n)
    np.testing.assert_allclose(network.effective_size(ties), size, atol=1e-9)
    inside = sorted(max(nx.connected_components(g), key=len))
    part = nx.eigenvector_centrality_numpy(g.subgraph(inside), weight="weight")
    own = network.eigenvector(ties)
    np.testing.assert_allclose(own[inside], [abs(part[i]) for i in inside], atol=1e-6)
    assert own[-1] == 0


def test_coreness_finds_the_core_of_a_star_of_cliques_and_beats_small_changes():
    core = np.outer(np.r_[np.ones(4), np.full(8, 0.3)], np.r_[np.ones(4), np.full(8, 0.3)])
    np.fill_diagonal(core, 0)
    found = network.coreness(core)
    np.testing.assert_allclose(found[:4], 1, atol=1e-6)
    np.testing.assert_allclose(found[4:], 0.3, atol=1e-6)
    rng = np.random.default_rng(0)
    upper = np.triu_indices(12, 1)

    def misfit(c):
        return ((core - np.outer(c, c))[upper] ** 2).sum()

    assert all(misfit(found) <= misfit(found + rng.normal(0, 0.02, 12)) for _ in range(50))


def test_expectation_leaves_the_state_itself_out():
    rng = np.random.default_rng(1)
    before = rng.random(12)
    after = 0.2 + 0.7 * before + rng.normal(0, 0.05, 12)
    world = np.ones(12, dtype=bool)
    world[7] = False
    found = leave_one_out_line(before, after, world)
    for i in range(12):
        others = world.copy()
        others[i] = False
        slope, cut = np.polyfit(before[others], after[others], 1)
        assert found[i] == pytest.approx(cut + slope * before[i])


def test_a_flow_is_a_share_of_the_world_so_that_a_pandemic_is_no_isolation():
    ties = np.array([[np.nan, 4.0, 0.0], [4.0, np.nan, 2.0], [0.0, 2.0, np.nan]])
    everybody = np.ones(3) / 3
    full = Reach(matrix=ties, flow=True, years=1).level(everybody)
    tenth = Reach(matrix=ties / 10, flow=True, years=1).level(everybody)
    np.testing.assert_allclose(full, tenth)
    assert full.sum() == pytest.approx(1)


def test_a_flow_of_few_states_is_not_a_share_of_the_world():
    ties = np.array([[np.nan, 4.0], [np.nan, np.nan]])
    level = Reach(matrix=ties, flow=True, years=1, whole=False).level(np.ones(2) / 2)
    assert level[0] == 4
    assert np.isnan(level[1])


@pytest.fixture(scope="module")
def russia():
    return measure("isolation_profile", state="RUS", since=2022, draws=60, composite=1)


def found(frame, **where):
    return frame.filter(*[pl.col(k) == v for k, v in where.items()])["value"].item()


def test_every_sphere_has_a_row_or_a_reason(russia):
    assert set(russia["sphere"]) == {*SPHERES, *UNRECORDED, "all"}
    empty = russia.filter(pl.col("value").is_null())
    assert (empty["reason"] != "").all()
    streams = {s for own in SPHERES.values() for s in own}
    unrecorded = {s for own in UNRECORDED.values() for s in own}
    assert set(russia["stream"]) == {*streams, *unrecorded, "guests", "all"}


def test_the_world_and_the_west_are_never_pooled(russia):
    assert set(russia["partners"]) == {"world", "west"}
    key = ["sphere", "stream", "partners", "measure"]
    assert russia.select(key).is_unique().all()


def test_russia_votes_further_from_all_since_2022_and_its_organisations_do_not_shrink(russia):
    votes = {"stream": "votes", "partners": "world"}
    assert found(russia, measure="change", **votes) < found(russia, measure="world_trend", **votes)
    assert found(russia, measure="percentile", **votes) < 0.15
    assert found(russia, stream="memberships", partners="world", measure="change") >= 0


def test_intervals_hold_their_value(russia):
    known = russia.drop_nulls(["value", "lower", "upper"])
    assert known.height > 4
    assert ((known["lower"] <= known["value"]) & (known["value"] <= known["upper"])).all()


def test_suspensions_count_bodies_and_say_nothing_of_partners(russia):
    shut_out = {"stream": "not_suspended", "partners": "world"}
    # Human Rights Council, Council of Europe and G8, and in 2022 the Baltic Sea States.
    level = (3 * 4 - (4 + 3 + 2 + 2) / 4) / (3 * 4)
    assert found(russia, measure="level", **shut_out) == pytest.approx(level)
    assert found(russia, measure="change", **shut_out) < 0
    assert found(russia, measure="world_trend", **shut_out) == 0
    west = russia.filter(stream="not_suspended", partners="west")
    assert west["value"].null_count() == west.height == 1
    assert "not by partner" in west["reason"].item()


def test_a_window_without_an_end_is_told_by_its_start(russia):
    arms = russia.filter(stream="arms", partners="world")
    assert arms["reason"].to_list() == ["the record covers 2017-2021, none of 2022 on"]


def test_who_may_sanction_unseen_is_not_counted_as_a_partner_without_sanctions():
    profile = measure("isolation_profile", state="RUS", since=2014, until=2018, draws=2)
    free = {"stream": "free_of_sanctions", "partners": "world"}
    # Members of the EU and the United States: the senders that record holds.
    assert profile.filter(**free)["n_obs"].max() == 29
    assert found(profile, measure="level", **free) == 0
    assert found(profile, measure="partners_lost", **free) > 0.9


COUNTS = """TripYear,CountryVisited,count
2019,Russia,30
2019,France,60
2019,Kosovo,10
2020,Russia,5
2020,France,10
2020,Kosovo,5
2022,Russia,6
2022,France,90
2022,Taiwan,4
"""


def test_trips_are_shares_of_the_world_so_that_a_pandemic_is_no_fall(tmp_path):
    from multipolar.measures._profile_own import own_records
    from multipolar.measures._ties import axis
    from multipolar.store import Store

    file = tmp_path / "trips_received_by_country_year.csv"
    file.write_text(COUNTS, encoding="utf-8")
    store = Store.open(tmp_path / "store")
    store.add("visits_colt", file)
    record = own_records(store, axis())["trips_received"]
    place = {s: i for i, s in enumerate(axis())}

    def share(state, *window):
        reach = Reach(
            matrix=np.full((len(place),) * 2, np.nan), flow=True, years=1, own=record.mean(window)
        )
        return reach.level(np.ones(len(place)))[place[state]]

    assert share("RUS", 2019, 2019) == pytest.approx(0.30)
    assert share("RUS", 2020, 2020) == pytest.approx(0.25)
    assert share("RUS", 2022, 2030) == pytest.approx(0.06)
    assert share("XKX", 2019, 2020) == pytest.approx(15 / 120)
    assert share("TWN", 2022, 2022) == pytest.approx(0.04)
    assert np.isnan(share("SUN", 2019, 2022))
    assert share("PSE", 2019, 2019) == 0
    with pytest.raises(NotIdentified, match="2019-2022, none of 2025 on"):
        record.mean((2025, 9999))


def test_trips_that_are_there_one_by_one_are_not_counted_again_as_totals(tmp_path):
    from multipolar.core.states import list_states
    from multipolar.measures._profile_spheres import Spheres
    from multipolar.measures.isolation_profile import CHOICES
    from multipolar.store import Store

    head = (
        "TripID,LeaderCountryOrIGO,LeaderRole,LeaderFullName,CountryVisited,TripYear,"
        "TripStartDate,TripEndDate,MetHostHoGS,AttendedMultilatEvent\n"
    )
    states = [s for s in list_states(2019, un_members=True) if s.code != "KAZ"]
    rows = [
        f'{s.code},"{s.name}",GS,A Leader,Kazakhstan,2019,2019-12-01,2019-12-02,Yes,No\n'
        for s in states
    ]
    (tmp_path / "colt.csv").write_text(head + "".join(rows), encoding="latin-1", errors="replace")
    store = Store.open(tmp_path / "store")
    store.add("visits_colt", tmp_path / "colt.csv")
    assert "trips_by_state_year" in store.tables()
    spheres = Spheres(store, {c.name: c.default for c in CHOICES})
    with pytest.raises(NotIdentified, match="the same trips are in visits_out"):
        spheres.reach("trips_sent", (2019, 2019))
    with pytest.raises(NotIdentified, match="the same trips are in visits_in"):
        spheres.reach("trips_received", (2019, 2019))
    received = spheres.reach("visits_in", (2019, 2019))
    assert received.whole
    assert np.nansum(received.matrix[spheres.states.index("KAZ")]) > 100


def test_a_composite_is_given_only_on_request_and_with_its_band(russia):
    row = russia.filter(pl.col("measure") == "composite_isolation", pl.col("partners") == "world")
    assert row["lower"].item() < row["value"].item() < row["upper"].item()
    plain = measure("isolation_profile", state="RUS", since=2022, draws=2)
    assert "composite_isolation" not in set(plain["measure"])


def test_years_that_end_before_they_begin_are_refused():
    with pytest.raises(BadOption, match="later than until"):
        measure("isolation_profile", state="RUS", since=2022, until=2020)


def test_what_no_table_holds_is_named_and_2022_is_no_boycott(russia):
    silent = russia.filter(pl.col("value").is_null(), measure="level", partners="world")
    why = dict(silent.select("stream", "reason").iter_rows())
    assert {"flights", "students", "elections_lost", "exercises", "finance"} <= set(why)
    assert "nobody was invited" in why["guests"]
    assert "no boycott" in why["guests"]
    later = measure("isolation_profile", state="RUS", since=2023, draws=2)
    assert "boycott" not in later.filter(stream="guests")["reason"].item()


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"since": 2030}, NotIdentified, "no stream has a tie of RUS 2030 on"),
        ({"since": "twenty"}, BadOption, "since is 'twenty'; expected a year"),
    ],
)
def test_a_span_without_any_record_is_refused_in_words(asked, error, told):
    with pytest.raises(error, match=told):
        measure("isolation_profile", state="RUS", **asked)


def test_a_state_without_a_tie_is_told_which_years_there_are():
    frame = measure("network_position", state="NRU", stream="arms", since=2017)
    assert frame["reason"].item() == "no tie of NRU is recorded; the record covers 2017-2021"


def test_dependence_on_a_partner_and_its_asymmetry_turn_round():
    asked = {"stream": "trade", "since": 2010, "until": 2014}
    here = measure("concentration", state="BLR", partner="RUS", **asked)
    there = measure("concentration", state="RUS", partner="BLR", **asked)
    depends, in_turn = (found(f, measure="dependence") for f in (here, there))
    assert depends > 0.3 > in_turn
    assert found(here, measure="asymmetry") == pytest.approx(depends - in_turn)
    assert found(there, measure="asymmetry") == pytest.approx(in_turn - depends)
    itself = measure("concentration", state="RUS", partner="RUS", **asked)
    assert itself.filter(measure="dependence")["value"].item() is None
