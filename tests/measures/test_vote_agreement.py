"""Vote measures on a simulated record: selections, windows, weights, intervals, bad requests."""

import numpy as np
import polars as pl
import pytest

from multipolar.core.errors import (
    BadOption,
    NotTestable,
    TooFewObservations,
    UnknownName,
)
from multipolar.measures import MEASURES, measure, similarity
from multipolar.measures._rollcalls import session_number, year_of
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store

from .conftest import STATES, add_votes, rollcall_frame, vote_frame

RUS, USA, KAZ = STATES.index("RUS"), STATES.index("USA"), STATES.index("KAZ")


@pytest.fixture
def agreement(simulated_store):
    """Vote agreement on the simulated record; without intervals unless asked."""

    def call(**choices):
        return measure("vote_agreement", store=simulated_store, **{"draws": 0, **choices})

    return call


@pytest.fixture
def expected(simulated):
    """Agreement of RUS and USA over some roll calls, by the plain function."""
    codes, years, topics = simulated

    def score(chosen, *, weights=None, metric="agree"):
        chosen = np.asarray(chosen)
        x, y = ([int(c) if c < 8 else None for c in codes[chosen, i]] for i in (RUS, USA))
        return similarity(x, y, metric=metric, levels=[1, 2, 3], weights=weights)

    score.codes, score.years, score.topics = codes, np.asarray(years), np.asarray(topics)
    return score


def pair(frame):
    return frame.filter((pl.col("state_a") == "RUS") & (pl.col("state_b") == "USA"))


def test_one_row_per_pair_and_year_in_which_both_were_members(agreement):
    frame = agreement()
    assert frame.columns == [
        "state_a",
        "state_b",
        "year",
        "measure",
        "value",
        "lower",
        "upper",
        "n_obs",
        "reason",
    ]
    with_kaz = frame.filter((pl.col("state_a") == "KAZ") | (pl.col("state_b") == "KAZ"))
    assert with_kaz["year"].min() == 2020
    assert len(frame) == 15 * 6 - 5 * 2
    assert (frame["state_a"] < frame["state_b"]).all()
    assert frame["n_obs"].max() <= 30
    assert frame["value"].is_between(0, 1).all()


@pytest.mark.parametrize("metric", ["agree", "kappa_linear", "pi_nominal", "taub", "cosine", "a"])
def test_yearly_values_equal_the_plain_function(agreement, expected, metric):
    frame = pair(agreement(metric=metric))
    for year, value in frame.select("year", "value").iter_rows():
        assert value == pytest.approx(expected(expected.years == year, metric=metric), abs=1e-10)


def test_state_and_partner_select_and_do_not_change_values(agreement):
    everything = agreement()
    of_rus = agreement(state="Russia")
    both = agreement(state="USA", partner="RUS")
    rus = everything.filter((pl.col("state_a") == "RUS") | (pl.col("state_b") == "RUS"))
    assert of_rus.equals(rus)
    assert both.equals(pair(everything))


def test_contested_votes_are_those_with_two_different_answers(agreement, expected, simulated):
    codes, *_ = simulated
    contested = np.array([len(set(row) & {1, 2, 3}) > 1 for row in codes.tolist()])
    frame = pair(agreement(vote_set="contested"))
    value = expected(contested & (expected.years == 2021))
    assert frame.filter(pl.col("year") == 2021)["value"].item() == pytest.approx(value)


def test_a_subject_or_a_topic_selects_roll_calls(agreement, expected, simulated_store):
    nuclear = np.arange(len(expected.years)) % 3 == 0
    value = expected(nuclear & (expected.years == 2020))
    frame = pair(agreement(subject="nuclear", since=2020, until=2020))
    assert frame["value"].item() == pytest.approx(value)
    counts = VoteRecord.load(simulated_store).counts(subject="text 3").score("agree")[0]
    value = expected((expected.topics == "text 3") & (expected.years == 2020))
    assert counts[2, RUS, USA] == pytest.approx(value)


def test_rolling_window_takes_the_years_together(agreement, expected):
    frame = pair(agreement(window="rolling_3"))
    value = expected((expected.years >= 2019) & (expected.years <= 2021))
    assert frame.filter(pl.col("year") == 2021)["value"].item() == pytest.approx(value)


def test_decay_halves_the_weight_every_three_years(agreement, expected):
    weights = 0.5 ** ((2023 - expected.years) / 3)
    value = expected(np.ones(len(weights), bool), weights=weights)
    frame = pair(agreement(window="decay_3")).filter(pl.col("year") == 2023)
    assert frame["value"].item() == pytest.approx(value, abs=1e-10)
    assert frame["n_obs"].item() == pair(agreement())["n_obs"].sum()


def test_pooled_years_equal_one_long_window(simulated_store, expected):
    record = VoteRecord.load(simulated_store)
    matrix = record.similarity(metric="kappa_linear", first=2019, last=2022)
    value = expected((expected.years >= 2019) & (expected.years <= 2022), metric="kappa_linear")
    assert matrix[RUS, USA] == pytest.approx(value, abs=1e-10)
    assert np.isnan(record.similarity(metric="agree", first=1990, last=1991)).all()


def test_session_runs_into_the_next_calendar_year(tmp_path):
    codes = np.array([[1, 1], [1, 3], [1, 2]], dtype=np.int8)
    rollcalls = rollcall_frame(
        [2020, 2021, 2021], ["a", "b", "c"], codes, sessions=["75", "75", "76"]
    )
    store = Store.open(tmp_path / "store")
    add_votes(store, rollcalls, vote_frame(rollcalls, ["RUS", "USA"], codes), tmp_path / "files")
    by_session = measure("vote_agreement", store=store, window="session")
    by_year = measure("vote_agreement", store=store)
    assert by_session.select("year", "value").rows() == [(2020, 0.5), (2021, 0.5)]
    assert by_year.select("year", "value").rows() == [(2020, 1.0), (2021, 0.25)]


def test_weight_by_subject_gives_each_subject_the_same_say(agreement, expected):
    chosen = expected.years == 2022
    subject = np.arange(len(chosen)) % 3
    weights = [1 / (chosen & (subject == s)).sum() for s in subject[chosen]]
    frame = pair(agreement(weighting="by_subject", since=2022, until=2022))
    assert frame["value"].item() == pytest.approx(expected(chosen, weights=weights), abs=1e-10)


def test_inverse_margin_weighs_close_votes_more(agreement, expected):
    chosen = expected.years == 2022
    codes = expected.codes[chosen]
    margin = np.abs((codes == 1).sum(axis=1) - (codes == 3).sum(axis=1))
    frame = pair(agreement(weighting="inverse_margin", since=2022, until=2022))
    value = expected(chosen, weights=1 / (1 + margin))
    assert frame["value"].item() == pytest.approx(value, abs=1e-10)
    assert frame["n_obs"].item() == pair(agreement(since=2022, until=2022))["n_obs"].item()


def test_fixed_agenda_keeps_texts_that_come_up_every_year(tmp_path):
    codes = np.array([[1, 1], [1, 3], [1, 2], [1, 1]], dtype=np.int8)
    rollcalls = rollcall_frame([2020, 2020, 2021, 2021], ["cuba", "once", "cuba", "new"], codes)
    store = Store.open(tmp_path / "store")
    add_votes(store, rollcalls, vote_frame(rollcalls, ["RUS", "USA"], codes), tmp_path / "files")
    fixed = measure("vote_agreement", store=store, agenda="fixed", since=2020, until=2021)
    assert fixed.select("year", "value", "n_obs").rows() == [(2020, 1.0, 1), (2021, 0.5, 1)]
    with pytest.raises(BadOption, match="compares years"):
        measure("vote_agreement", store=store, agenda="fixed")


def test_adoption_without_a_vote_counts_as_agreement_when_asked(tmp_path):
    codes = np.array([[1, 3], [9, 9]], dtype=np.int8)
    rollcalls = rollcall_frame([2020, 2020], ["voted", "adopted"], codes)
    store = Store.open(tmp_path / "store")
    add_votes(store, rollcalls, vote_frame(rollcalls, ["RUS", "USA"], codes), tmp_path / "files")
    assert measure("vote_agreement", store=store)["value"].item() == 0
    with_consensus = measure("vote_agreement", store=store, consensus="agreement")
    assert with_consensus.select("value", "n_obs").row(0) == (0.5, 2)


def test_consensus_that_the_record_does_not_list_is_refused(agreement):
    with pytest.raises(NotTestable, match="no resolution adopted without a vote"):
        agreement(consensus="agreement")


def test_important_votes_that_nobody_flagged_are_refused(agreement):
    with pytest.raises(NotTestable, match="does not say which roll calls are 'important'"):
        agreement(subject="important")


def test_interval_surrounds_the_value_and_repeats_with_its_seed(agreement):
    one = agreement(state="RUS", draws=200, seed=5)
    assert (one["lower"] <= one["value"]).all()
    assert (one["value"] <= one["upper"]).all()
    assert one.equals(agreement(state="RUS", draws=200, seed=5))
    assert not one.equals(agreement(state="RUS", draws=200, seed=6))


def test_interval_of_a_pair_is_the_same_alone_and_among_all(agreement):
    alone = agreement(state="RUS", partner="USA", draws=50)
    among = agreement(draws=50)
    assert pair(among).equals(alone)


def test_a_missing_interval_says_why(agreement, tmp_path):
    assert set(agreement()["reason"]) == {"interval_not_asked"}
    codes = np.array([[1, 3], [1, 1]], dtype=np.int8)
    rollcalls = rollcall_frame([2020, 2020], ["same", "same"], codes)
    store = Store.open(tmp_path / "store")
    add_votes(store, rollcalls, vote_frame(rollcalls, ["RUS", "USA"], codes), tmp_path / "files")
    frame = measure("vote_agreement", store=store, state="RUS")
    assert frame.select("value", "lower", "reason").row(0) == (
        0.5,
        None,
        "interval_needs_two_topics",
    )


def test_a_missing_value_says_why(tmp_path):
    codes = np.array([[1, 1, 8], [1, 1, 8]], dtype=np.int8)
    rollcalls = rollcall_frame([2020, 2020], ["a", "b"], codes)
    store = Store.open(tmp_path / "store")
    states = ["FRA", "RUS", "USA"]
    add_votes(store, rollcalls, vote_frame(rollcalls, states, codes), tmp_path / "files")
    frame = measure("vote_agreement", store=store, metric="kappa_linear")
    assert frame.select("state_a", "state_b", "value", "n_obs", "reason").rows() == [
        ("FRA", "RUS", None, 2, "constant_margins"),
        ("FRA", "USA", None, 0, "no_shared_votes"),
        ("RUS", "USA", None, 0, "no_shared_votes"),
    ]


@pytest.mark.parametrize(
    ("choices", "error", "words"),
    [
        ({"metrik": "agree"}, UnknownName, "did you mean 'metric'"),
        ({"metric": "kapa_linear"}, UnknownName, "kappa_linear"),
        ({"metric": "taub", "abstention": "category"}, BadOption, "no meaning of its own"),
        ({"state": "Rusia"}, UnknownName, "RUS"),
        ({"state": "Brazil"}, TooFewObservations, "BRA has no vote"),
        ({"since": 2030}, NotTestable, "2018 to 2023"),
        ({"since": 2022, "until": 2020}, BadOption, "later than until"),
        ({"since": "spring"}, BadOption, "expected a year or a date"),
        ({"window": "rolling_4"}, UnknownName, "rolling_3"),
    ],
)
def test_bad_requests_are_named(agreement, choices, error, words):
    with pytest.raises(error, match=words):
        agreement(**choices)


def test_unknown_measure_names_the_nearest():
    with pytest.raises(UnknownName, match="vote_agreement"):
        measure("vote_agrement")


@pytest.mark.parametrize("name", ["vote_agreement", "vote_drivers", "polar_votes"])
def test_defaults_of_the_function_are_those_of_the_choices(name):
    declared = MEASURES[name]
    assert declared.name == name
    for choice in declared.choices:
        assert declared.compute.__kwdefaults__[choice.name] == choice.default
        assert choice.why


def test_every_listed_specification_of_agreement_is_sensible():
    declared = MEASURES["vote_agreement"]
    rule = declared.constraints[0].allows
    assert rule({"metric": "agree", "abstention": "coincidence"})
    assert not rule({"metric": "kappa_quadratic", "abstention": "drop"})


def test_counts_are_shared_until_the_store_changes(simulated_store):
    record = VoteRecord.load(simulated_store)
    assert VoteRecord.load(simulated_store) is record
    assert record.counts("contested") is record.counts("contested")
    assert record.complete
    assert "simulated_votes" in record.what
    assert record.ends == "2023-12-20"


def test_rows_of_some_states_equal_the_full_counts(simulated_store):
    record = VoteRecord.load(simulated_store)
    some = record.counts("all", rows=["USA", "KAZ"], weighting="inverse_margin")
    full = record.counts("all", weighting="inverse_margin")
    assert some.rows == ("USA", "KAZ")
    np.testing.assert_allclose(some.cells, full.cells[:, :, :, [USA, KAZ]])
    np.testing.assert_array_equal(some.plain, full.plain[:, :, :, [USA, KAZ]])


def test_drivers_are_what_the_score_loses_without_a_topic(simulated_store, expected):
    frame = measure("vote_drivers", store=simulated_store, state="USA", partner="RUS")
    assert frame["value"].abs().is_sorted(descending=True)
    everything = expected(np.ones(len(expected.years), bool))
    for topic, value, n in frame.select("topic", "value", "n_obs").iter_rows():
        without = expected(expected.topics != topic)
        assert value == pytest.approx(everything - without, abs=1e-10)
        assert n == 12
    with pytest.raises(BadOption, match="two states"):
        measure("vote_drivers", store=simulated_store, state="USA")


def test_polar_votes_equal_a_count_by_hand(simulated_store, expected):
    frame = measure("polar_votes", store=simulated_store, draws=50)
    codes = expected.codes
    for year in (2018, 2022):
        polar = (expected.years == year) & (np.abs(codes[:, RUS] - codes[:, USA]) == 2)
        polar &= (codes[:, RUS] < 8) & (codes[:, USA] < 8)
        blr = codes[polar, STATES.index("BLR")]
        row = frame.filter((pl.col("state") == "BLR") & (pl.col("year") == year))
        counted = dict(row.select("measure", "value").iter_rows())
        assert row["n_obs"].unique().item() == len(blr)
        assert counted["fence_sitting"] == pytest.approx(np.isin(blr, (2, 8)).mean())
        assert counted["with_pole_a"] == pytest.approx((blr == codes[polar, USA]).mean())
        assert counted["with_pole_b"] == pytest.approx((blr == codes[polar, RUS]).mean())


def test_polar_votes_can_leave_absences_out(simulated_store):
    kept = measure("polar_votes", store=simulated_store, draws=0)
    left = measure("polar_votes", store=simulated_store, draws=0, absence="left_out")
    assert left["n_obs"].sum() < kept["n_obs"].sum()
    sums = left.group_by("state", "year").agg(pl.col("value").sum())
    assert sums["value"].to_list() == pytest.approx([1] * len(sums))


def test_a_pole_of_several_states_votes_as_most_of_its_members(tmp_path):
    # USA and FRA both yes, RUS no: polar. USA yes, FRA abstains: no majority, not polar.
    codes = np.array([[1, 2, 3, 1], [2, 2, 3, 1]], dtype=np.int8)
    rollcalls = rollcall_frame([2020, 2020], ["a", "b"], codes)
    store = Store.open(tmp_path / "store")
    states = ["FRA", "KAZ", "RUS", "USA"]
    add_votes(store, rollcalls, vote_frame(rollcalls, states, codes), tmp_path / "files")
    frame = measure("polar_votes", store=store, pole_a="USA+FRA", draws=0)
    assert frame["n_obs"].unique().to_list() == [1]
    with pytest.raises(TooFewObservations, match="no vote in 2020-2020 set USA against FRA"):
        measure("polar_votes", store=store, pole_a="USA", pole_b="FRA")


def test_session_numbers_and_years_are_read():
    assert [session_number(s) for s in ("XIX", "IV", "77", "ES-11", "")] == [19, 4, 77, None, None]
    assert year_of("2022-02-24", "since") == 2022
    with pytest.raises(BadOption, match=r"since is '24\.2\.2022'"):
        year_of("24.2.2022", "since")
