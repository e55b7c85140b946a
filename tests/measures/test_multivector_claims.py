"""Claims over every stream: what is asked by itself, what is missing, what is not a boycott."""

import polars as pl
import pytest

from multipolar import charts, claim
from multipolar.claims.library import find_claim
from multipolar.core.study import ChoiceTable
from multipolar.measures.isolation_profile import YEARLY_SCHEMA


def narrowed(name, **kept):
    study = find_claim(name)
    tables = {
        n: ChoiceTable(options=tuple(o), drop_reason="a few are enough to see the panels")
        for n, o in kept.items()
    }
    return study.model_copy(update={"choices": {**study.choices, **tables}})


VOTES = {"metric": ["agree"], "abstention": ["half"], "vote_set": ["contested"]}


@pytest.fixture(scope="module")
def armenia():
    return claim(narrowed("armenia-moved-west-2020", **VOTES, after=["all"]))


def test_a_move_is_asked_of_each_stream_and_of_all_that_reach_both_windows(armenia):
    assert {"stream=all", "stream=votes", "stream=memberships"} <= set(armenia.multiverse.panels)
    silent = {c.stream: c.what for c in armenia.coverage if c.share == 0}
    assert "trade" in silent
    assert "1950-2014" in silent["trade"]


def test_armenia_moved_in_votes_on_which_the_poles_part_and_in_no_organisation(armenia):
    panels = armenia.multiverse.panels
    assert panels["stream=polar_votes"].shares["supports"] > 0.9
    assert panels["stream=memberships"].shares["supports"] == 0


def test_a_stream_that_cannot_move_and_those_without_an_answer_are_remarked(armenia):
    silent, bounded = (
        next(w for w in armenia.warnings if w.startswith(start))
        for start in ("Streams without an answer", "Organisations")
    )
    assert "1950-2014" in silent
    assert "is with the pole russia before and after" in bounded


def test_two_states_in_one_bloc_are_ranked_beside_the_others():
    kept = {"graph": ["votes"], "resolutions": ["one"], "after": ["last_two"]}
    verdict = claim(narrowed("china-russia-one-bloc", **kept))
    assert verdict.word == "holds"
    shares = dict(verdict.placebos.select("state", "estimate").iter_rows())
    assert shares["BLR"] > shares["USA"]
    assert "no pair apart" in verdict.warnings[-1]


def test_the_year_without_invitations_is_no_boycott():
    verdict = claim("russia-guests-back-2025")
    assert verdict.word == "contested"
    note = next(c.note for c in verdict.coverage if c.stream == "attendance")
    assert "2022 had no invitations" in note


def test_pictures_say_what_the_record_lacks():
    series = pl.DataFrame(
        [("voting", "votes", "world", 2021, 0.7, 0.8, 0.7, 0.9)], schema=YEARLY_SCHEMA, orient="row"
    )
    profile = pl.DataFrame(
        {
            "state": ["RUS", "RUS"],
            "stream": ["votes", "visits_in"],
            "partners": ["world", "world"],
            "measure": ["percentile", "level"],
            "value": [0.05, None],
            "reason": ["", "no table visits in the store"],
        }
    )
    drawn = charts.to_json(charts.draw_isolation_profile(series, profile, since=2022))
    assert "not zero: visits in (no table visits in the store)" in drawn
    assert "lowest tenth in 1 of 1 streams with the world" in drawn


def test_a_picture_of_blocs_that_are_none_says_so():
    from numpy import full

    drawn = charts.draw_coassignment(full((4, 4), 0.5), list("ABCD"), stable=False)
    assert "No stable blocs" in " ".join(drawn.title.text)
