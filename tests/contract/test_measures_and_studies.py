"""Every measure and study that ships keeps the public contract; the checks find what breaks it."""

from dataclasses import replace

import polars as pl
import pytest

from multipolar.claims.library import FOLDER
from multipolar.core.errors import BadStudy, CheckFailed
from multipolar.measures import MEASURES
from multipolar.store import Store
from multipolar.testing import check_measure, check_study

NEEDED = {
    "isolation": {"state": "RUS", "since": 2022},
    "alignment": {"pole": "west", "since": 2022},
    "vote_agreement": {"state": "RUS", "since": 2020},
    "polar_votes": {"state": "KAZ", "subject": "landmark", "since": 2014, "draws": 20},
    "resolution_support": {"resolution": "A/RES/ES-11/1"},
    "multivector": {"state": "KAZ", "since": 2014, "draws": 50},
    "isolation_profile": {"state": "RUS", "since": 2022, "draws": 50},
    "visits": {"state": "USA", "since": 2015, "until": 2019},
    "guest_comparison": {"first": "brics_2024", "second": "epc_1"},
    "concentration": {"since": 2010, "until": 2014},
    "network_position": {"state": "RUS"},
    "blocs": {"since": 2022, "until": 2024, "draws": 3, "seeds": 1},
    "structural_balance": {"organisation": "G7", "since": 2023, "draws": 3, "seeds": 1},
    "composite_alignment": {"since": 2020, "until": 2024, "draws": 50},
    "dyad_ties": {"state": "KAZ", "partner": "RUS", "since": 2012},
    "ideal_moves": {"since": 2021},
    "trade_geo_distance": {"state": "DEU"},
}


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return Store.open(tmp_path_factory.mktemp("empty") / "store")


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_measure_that_ships_keeps_its_contract(name, starter):
    report = check_measure(MEASURES[name], starter, options=NEEDED[name])
    assert report.measure == name
    assert report.rows > 0


@pytest.mark.parametrize("name", MEASURES.names())
def test_every_measure_says_what_it_means_and_what_it_does_not_measure(name):
    measure = MEASURES[name]
    assert measure.name == name
    for field in ("title", "unit", "low", "high", "meaning", "not_measured", "reference"):
        assert getattr(measure, field), field
    for choice in measure.choices:
        assert choice.why, choice.name


def broken(frame):
    return replace(MEASURES["isolation"], choices=(), compute=lambda _: frame)


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"state": ["RUS"]}, "columns"),
        ({"state": ["RUS"], "lower": [2.0]}, "outside its own interval"),
        ({"state": ["RUS"], "value": [float("nan")]}, "NaN"),
        ({"state": ["RUS", "RUS"]}, "identify"),
    ],
)
def test_the_check_finds_what_breaks_the_contract(columns, fault, starter):
    n = len(columns["state"])
    whole = {
        "measure": ["isolation"] * n,
        "value": [1.0] * n,
        "lower": [0.5] * n,
        "upper": [1.5] * n,
        "n_obs": [3] * n,
    }
    frame = pl.DataFrame({**whole, **columns})
    if fault == "columns":
        frame = frame.drop("lower", "n_obs")
    with pytest.raises(CheckFailed, match=fault):
        check_measure(broken(frame), starter)


def test_a_study_is_checked_without_being_run(starter, tmp_path):
    assert check_study(FOLDER / "world-condemned-invasion.toml", store=starter) == {
        "world-condemned-invasion": 48
    }
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('text = "x"\npredicat = "isolated"\n', encoding="utf-8")
    with pytest.raises(BadStudy, match="did you mean 'predicate'"):
        check_study(wrong, store=starter)
