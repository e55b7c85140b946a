"""Two states across streams, who moved most, and who was expected to vote how."""

import json

import numpy as np
import polars as pl
import pytest
from scipy import stats

from multipolar import ideal_points, measure
from multipolar.cli._measure_charts import draw_measure
from multipolar.core.errors import BadOption, NotTestable, TooFewObservations, UnknownName
from multipolar.measures._ideal_measure import estimated_points
from multipolar.measures._line_choices import NEW_CHOICES
from multipolar.store import Store

from .conftest import STATES


@pytest.fixture(scope="module")
def starter():
    return Store.open("/nonexistent/store")


def years(frame, stream):
    return frame.filter(pl.col("stream") == stream, pl.col("value").is_not_null())["year"].to_list()


def test_a_dyad_has_rows_only_for_the_years_each_record_reaches(starter):
    frame = measure("dyad_ties", store=starter, state="KAZ", partner="RUS", since=2012, until=2016)
    assert years(frame, "votes") == [2012, 2013, 2014, 2015, 2016]
    assert years(frame, "trade") == [2012, 2013, 2014]
    absent = frame.filter(pl.col("value").is_null())
    assert (absent["reason"] != "").all()
    assert "sanctions of RUS" in absent.filter(stream="sanctions_in")["reason"].item()


def test_both_sides_of_a_dyad_tell_the_same(starter):
    asked = {"store": starter, "since": 2012, "until": 2018}
    here = measure("dyad_ties", state="RUS", partner="USA", **asked)
    there = measure("dyad_ties", state="USA", partner="RUS", **asked)
    turned = {"visits_in": "visits_out", "arms_in": "arms_out", "sanctions_in": "sanctions_out"}
    turned |= {v: k for k, v in turned.items()}
    columns = ["stream", "year", "value"]
    other = there.with_columns(pl.col("stream").replace(turned)).select(columns)
    both = here.select(columns).drop_nulls().sort("stream", "year")
    assert both.equals(other.drop_nulls().sort("stream", "year"))
    imposed = here.filter(pl.col("year") >= 2014, stream="sanctions_in")
    assert imposed["value"].to_list() == [1.0] * 5
    assert "visits_out" in both["stream"].to_list(), "the record of the USA is complete"


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"partner": "RUS"}, BadOption, "with itself"),
        ({"since": 2020, "until": 2010}, BadOption, "later than until"),
        ({"partner": "Kasakhstan"}, UnknownName, "Kazakhstan"),
        ({"since": "2014-02"}, BadOption, "expected a year"),
    ],
)
def test_bad_dyads_are_refused_in_words(starter, asked, error, told):
    with pytest.raises(error, match=told):
        measure("dyad_ties", store=starter, **{"state": "RUS", "partner": "CHN"} | asked)


def test_moves_of_the_stored_estimates_are_differences_with_both_errors(starter):
    moved = measure("ideal_moves", store=starter, since=2021, until=2024)
    stored = starter.frame("ideal_points")
    first, last = (stored.filter(state="ARG", year=y).to_dicts()[0] for y in (2021, 2024))
    row = moved.filter(state="ARG", measure="change").to_dicts()[0]
    assert row["value"] == pytest.approx(last["mean"] - first["mean"])
    half = stats.norm.ppf(0.95) * np.hypot(first["sd"], last["sd"])
    assert row["upper"] - row["value"] == pytest.approx(half)
    shrunk = moved.filter(state="ARG", measure="shrunk")["value"].item()
    assert 0 < shrunk < row["value"]


def test_moves_of_estimates_made_anew_are_those_of_their_draws(simulated_store):
    asked = {"store": simulated_store, "mode": "fast", "since": 2020, "until": 2023}
    moved = measure("ideal_moves", **asked)
    options = {c.name: c.default for c in NEW_CHOICES} | {"dimensions": 1}
    points = estimated_points(simulated_store, seed=1945, **options)
    expected = points.most_moved(start=2020, end=2023)
    found = moved.filter(measure="q_value")
    assert found["state"].to_list() == expected["state"].to_list()
    np.testing.assert_allclose(found["value"], expected["q_value"])


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"since": 1890}, "positions are of 1946"), ({"since": 2024, "until": 2024}, "not before")],
)
def test_moves_between_no_years_are_refused(starter, asked, told):
    with pytest.raises(BadOption, match=told):
        measure("ideal_moves", store=starter, **asked)


def test_expected_votes_are_the_predictions_of_the_estimation(simulated_store):
    frame = measure("expected_votes", store=simulated_store)
    calls = simulated_store.frame("rollcalls")
    assert set(frame["rollcall"]) <= set(calls.filter(year=2023)["rollcall"])
    one = frame["rollcall"][0]
    alone = measure("expected_votes", store=simulated_store, rollcall=one)
    assert alone.equals(frame.filter(rollcall=one))
    wide = alone.pivot("measure", index="state", values="value")
    assert set(wide["state"]) <= set(STATES)
    total = wide["p_yes"] + wide["p_abstain"] + wide["p_no"]
    np.testing.assert_allclose(total, 1, atol=1e-6)
    cast = wide.drop_nulls("vote")
    column = {1: "p_yes", 2: "p_abstain", 3: "p_no"}
    chance = [row[column[int(row["vote"])]] for row in cast.to_dicts()]
    np.testing.assert_allclose(cast["surprise"], -np.log2(chance), atol=1e-6)
    assert alone["n_obs"][0] == cast.height


def test_expected_votes_say_why_there_are_none(starter, simulated_store):
    with pytest.raises(NotTestable, match="too few roll calls") as refused:
        measure("expected_votes", store=starter, rollcall="A/RES/ES-11/1")
    assert "stored" not in refused.value.hint
    with pytest.raises(UnknownName, match="roll call"):
        measure("expected_votes", store=simulated_store, rollcall="A/RES/2023/1x")
    with pytest.raises(TooFewObservations, match="no roll call of 1990-1991"):
        measure("expected_votes", store=simulated_store, since=1990, until=1991)


def test_roll_calls_of_an_estimation_are_those_it_can_predict():
    votes = pl.DataFrame(
        {
            "rollcall": [r for r in "abcd" for _ in range(4)],
            "session": [1] * 16,
            "state": list("WXYZ") * 4,
            "vote": [1, 1, 3, 3, 1, 1, 1, 1, 1, 3, 3, 1, 1, 1, 3, 1],
        }
    )
    points = ideal_points(votes, mode="fast", anchors=("W", "Y"))
    assert points.rollcalls["rollcall"].to_list() == ["a", "c", "d"]


def draw(name, store, folder, **options):
    """Description of the picture that ``--chart`` writes."""
    frame = measure(name, store=store, **options)
    path = draw_measure(name, frame, store, options, folder / f"{name}.json")
    return json.loads(path.read_text())


def test_the_pictures_say_what_they_show(starter, simulated_store, tmp_path):
    dyad = draw("dyad_ties", starter, tmp_path, state="KAZ", partner="RUS", since=2012)
    assert "Arms bought from RUS" in json.dumps(dyad)
    assert "Not in the record, and not zero" in json.dumps(dyad)
    moves = draw("ideal_moves", starter, tmp_path, since=2021, until=2024)
    assert "between 2021 and 2024" in moves["description"]
    asked = {"rollcall": measure("expected_votes", store=simulated_store)["rollcall"][0]}
    one = draw("expected_votes", simulated_store, tmp_path, **asked)
    assert asked["rollcall"] in one["description"]
    many = draw("expected_votes", simulated_store, tmp_path)
    assert "furthest from the diagonal" in many["description"]
