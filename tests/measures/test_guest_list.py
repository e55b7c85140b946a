"""Guest lists: every state has one answer, and nobody is called absent whom the record omits."""

import polars as pl
import pytest

from multipolar import measure
from multipolar.core.errors import UnknownName
from multipolar.measures.guest_list import ANSWERS


def answers_of(frame):
    return dict(frame.filter(pl.col("measure") == "weight").select("state", "answer").iter_rows())


def total(frame, answer, name="states"):
    return frame.filter(
        (pl.col("state") == "") & (pl.col("answer") == answer) & (pl.col("measure") == name)
    )["value"].item()


def test_every_state_but_the_host_has_exactly_one_answer():
    frame = measure("guest_list", gathering="vd_2025", weight="population")
    answers = answers_of(frame)
    assert len(answers) == frame.filter(pl.col("measure") == "weight").height
    assert "RUS" not in answers
    assert answers["CHN"] == "leader"
    assert answers["VNM"] == answers["BIH"] == "lower_level"
    assert answers["IND"] == "stayed_away"
    assert answers["USA"] == "not_named"
    assert sum(total(frame, a) for a in ANSWERS) == len(answers)
    assert sum(total(frame, a, "share") for a in ANSWERS) == pytest.approx(1)


def test_guests_without_a_weight_are_named():
    frame = measure("guest_list", gathering="vd_2025", weight="gdp_mer")
    row = frame.filter(
        (pl.col("state") == "") & (pl.col("answer") == "leader") & (pl.col("measure") == "share")
    )
    assert "XAB" in row["reason"].item()
    weights = dict(frame.filter(pl.col("measure") == "weight").select("state", "value").iter_rows())
    assert weights["XAB"] is None


def test_the_parade_to_which_nobody_was_invited_is_no_boycott():
    answers = answers_of(measure("guest_list", gathering="vd_2022"))
    assert set(answers.values()) == {"not_invited"}


def test_a_minister_in_place_of_the_leader_came_at_a_lower_level_and_institutions_are_no_states():
    frame = measure("guest_list", gathering="brics_2024")
    assert answers_of(frame)["BRA"] == "lower_level"
    told = frame.filter(pl.col("measure") == "institutions")["reason"].item()
    assert "XUN" in told


def test_an_unknown_gathering_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="brics_2024"):
        measure("guest_list", gathering="brics2024")


def test_the_guest_list_is_drawn_from_the_command_line(tmp_path):
    from multipolar.cli import main

    picture = tmp_path / "guests.json"
    words = ["measure", "compute", "guest_list", "--gathering", "vd_2015", "--weight", "population"]
    main([*words, "--chart", str(picture)])
    drawn = picture.read_text(encoding="utf-8")
    assert "named, did not come" in drawn
    assert "Moscow Victory Day parade 2015" in drawn
