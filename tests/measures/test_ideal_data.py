"""Votes as they come: what is left out and counted, what is refused and how it is said."""

import polars as pl
import pytest

from multipolar.core.errors import (
    BadOption,
    NotIdentified,
    SchemaMismatch,
    TooFewObservations,
    UnknownName,
    UsageError,
)
from multipolar.measures._ideal_bridging import bridge_by_table, bridge_by_title
from multipolar.measures._ideal_data import prepare_votes
from multipolar.measures.ideal_points import ideal_points

STATES = ("RUS", "CHN", "IND", "BRA", "FRA", "USA")


def _votes(**changes):
    rows = [
        (f"r{r:02d}", s, 1 + 2 * ((i > r % 5) ^ (r % 2)), 1 + r // 6)
        for r in range(18)
        for i, s in enumerate(STATES)
    ]
    frame = pl.DataFrame(rows, schema=["rollcall", "state", "vote", "session"], orient="row")
    return frame.with_columns(**changes)


def test_everything_left_out_is_counted():
    votes = pl.concat(
        [
            _votes().with_columns(pl.col("vote").cast(pl.Int64)),
            pl.DataFrame(
                [("r00", "DEU", 8, 1), ("r00", "JPN", 9, 1), *(("u", s, 1, 2) for s in STATES)],
                schema=["rollcall", "state", "vote", "session"],
                orient="row",
            ),
        ]
    )
    arrays = prepare_votes(votes, bridging="none")
    told = {r["reason"]: (r["n_votes"], r["n_rollcalls"]) for r in arrays.dropped.to_dicts()}
    assert told == {"absent or not a member": (2, 0), "unanimous after linking": (6, 1)}
    assert arrays.n_obs == 108
    assert arrays.units["n_votes"].to_list() == [6] * 18


def test_both_orders_hold_the_same_votes():
    arrays = prepare_votes(_votes(), bridging="none")
    by_item = sorted(
        zip(arrays.item_of.tolist(), arrays.unit.tolist(), arrays.vote_of.tolist(), strict=True)
    )
    by_unit = []
    for u in range(arrays.n_units):
        for j in range(arrays.unit_start[u], arrays.unit_start[u + 1]):
            vote = 1 if j < arrays.unit_ends[u, 0] else 2 if j < arrays.unit_ends[u, 1] else 3
            by_unit.append((int(arrays.unit_item[j]), u, vote))
    assert sorted(by_unit) == by_item


def test_sessions_by_number_roman_number_and_date():
    sessions = pl.Series(["77"] * 36 + ["XXIX"] * 36 + ["ES-11"] * 36)
    dates = pl.Series(["2022-11-01"] * 36 + ["1974-11-01"] * 36 + ["2022-03-02"] * 36)
    arrays = prepare_votes(_votes(session=sessions, date=dates), bridging="none")
    assert arrays.units["period"].unique().sort().to_list() == [29, 76, 77]
    years = prepare_votes(_votes(session=sessions, date=dates), bridging="none", period="year")
    assert years.units["period"].unique().sort().to_list() == [1974, 2022]


def test_a_successor_continues_its_predecessors_path_under_its_own_code():
    early = (pl.col("state") == "RUS") & (pl.col("session") < 3)
    votes = _votes().with_columns(state=pl.when(early).then(pl.lit("SUN")).otherwise("state"))
    arrays = prepare_votes(votes, bridging="none")
    russia = arrays.units.filter(pl.col("path") == "RUS")
    assert russia["state"].to_list() == ["SUN", "SUN", "RUS"]
    assert arrays.path_start.size - 1 == len(STATES)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"vote": pl.lit("yes")}, SchemaMismatch, "not whole numbers"),
        ({"vote": pl.lit(4)}, SchemaMismatch, "holds 4"),
        ({"session": pl.lit("ES-11")}, SchemaMismatch, "has no session"),
        ({"state": pl.lit("USA")}, SchemaMismatch, "more than once"),
        ({"state": pl.col("state").replace("BRA", None)}, SchemaMismatch, "'state' is empty in 18"),
        ({"vote": pl.lit(1)}, TooFewObservations, "0 roll calls divide"),
        ({"vote": pl.lit(8)}, TooFewObservations, "no vote is left"),
        ({"weight": pl.lit(-1.0)}, BadOption, "negative or missing"),
        ({"weight": pl.lit(0.0)}, TooFewObservations, "weight 0"),
    ],
)
def test_unusable_votes_are_named_with_the_fix(change, error, words):
    with pytest.raises(error, match=words) as caught:
        prepare_votes(_votes(**change))
    assert caught.value.hint


def test_missing_column_votes_of_two_states_and_unknown_period():
    with pytest.raises(SchemaMismatch, match="no column 'vote'"):
        prepare_votes(_votes().rename({"vote": "votes"}))
    two = _votes().filter(pl.col("state").is_in(["RUS", "USA"]))
    with pytest.raises(NotIdentified, match=r"2 state\(s\) only"):
        prepare_votes(two)
    with pytest.raises(NotIdentified, match=r"1 state\(s\) only \(USA\)"):
        prepare_votes(two.filter(pl.col("state") == "USA"))
    with pytest.raises(SchemaMismatch, match="votes are a dict"):
        prepare_votes({"vote": [1]})
    with pytest.raises(BadOption, match="expected session or year"):
        prepare_votes(_votes(), period="month")
    with pytest.raises(SchemaMismatch, match="calendar years need"):
        prepare_votes(_votes(), period="year")
    with pytest.raises(BadOption, match="bridging 'topic'"):
        prepare_votes(_votes(), bridging="topic")


def test_groups_that_share_no_roll_call_are_not_comparable():
    apart = _votes().with_columns(pl.col("rollcall") + "b", pl.col("state") + "2")
    with pytest.raises(NotIdentified, match="2 groups of states share no roll call"):
        prepare_votes(pl.concat([_votes(), apart]), bridging="none")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"anchors": "USA"}, "anchors='USA'"),
        ({"anchors": None}, "two different states"),
        ({"anchors": "USA", "dimensions": 2, "mode": "joint"}, "two or three different states"),
        ({"resume": "run"}, "mode 'fast' runs no chains and takes no resume"),
        ({"burn": 5}, "takes no burn"),
        ({"period_prior": 0.5}, "two standard deviations"),
        ({"iterations": "many"}, "iterations='many'"),
        ({"paragraphs": "some"}, "unknown paragraphs 'some'"),
        ({"unanimous": "no"}, "drop or keep"),
    ],
)
def test_options_that_say_nothing_are_named(given, told):
    with pytest.raises(UsageError, match=told):
        ideal_points(_votes(), **({"mode": "fast"} | given))


def test_empty_votes_and_unreadable_dates_are_named():
    empty = _votes().with_columns(
        vote=pl.when(pl.col("state") == "USA").then(None).otherwise("vote")
    )
    with pytest.raises(SchemaMismatch, match=r"column 'vote' is empty in \d+ rows"):
        ideal_points(empty, mode="fast")
    someday = _votes().drop("session").with_columns(date=pl.lit("2 March"))
    with pytest.raises(SchemaMismatch, match="column 'date' holds '2 March'"):
        ideal_points(someday, mode="fast")


def test_a_resume_file_that_is_none_is_named(tmp_path):
    short = {"burn": 1, "iterations": 8, "threads": 1}
    with pytest.raises(BadOption, match="there is no folder"):
        ideal_points(_votes(), resume=tmp_path / "missing" / "run", **short)
    (tmp_path / "run.0.npz").write_text("notes")
    with pytest.raises(BadOption, match=r"run\.0\.npz is not a resume file"):
        ideal_points(_votes(), resume=tmp_path / "run", **short)


def test_anchors_that_never_vote_and_options_nobody_knows():
    with pytest.raises(NotIdentified, match="anchor 'GBR' casts no vote") as caught:
        ideal_points(_votes(), mode="fast", anchors=("GBR", "RUS"))
    assert "BRA" in caught.value.hint
    with pytest.raises(BadOption, match="anchors"):
        ideal_points(_votes(), mode="fast", anchors=("USA", "USA"))
    with pytest.raises(BadOption, match="anchors"):
        ideal_points(_votes(), mode="fast", anchors=("RUS", "SUN"))
    with pytest.raises(UnknownName, match="did you mean 'joint'"):
        ideal_points(_votes(), mode="jiont")
    with pytest.raises(BadOption, match="unconverged"):
        ideal_points(_votes(), unconverged="maybe")
    with pytest.raises(BadOption, match="keep at least 4"):
        ideal_points(_votes(), iterations=10, thin=5)
    for name in ("seed", "threads", "burn"):
        with pytest.raises(BadOption, match=f"{name}=-1"):
            ideal_points(_votes(), **{name: -1})
    with pytest.raises(BadOption, match="has no weights"):
        ideal_points(_votes(weight=pl.col("session").cast(float)), mode="bsv2017")


def test_thin_periods_and_repeated_roll_calls_are_noted():
    votes = _votes(title=pl.lit("Question of Palestine")).filter(
        (pl.col("session") != 2) | (pl.col("rollcall") == "r06")
    )
    copy = votes.filter(pl.col("rollcall") == "r00").with_columns(rollcall=pl.lit("r00copy"))
    notes = prepare_votes(pl.concat([votes, copy]), bridging="none").notes
    assert any("r00 and r00copy" in note for note in notes)
    assert any("fewer than 3" in note and note.count(" 2;") == 1 for note in notes)


def test_titles_link_recurring_texts_and_nothing_else():
    calls = pl.DataFrame(
        [
            ("a", 1, "Nuclear tests in space : resolution / adopted by the General Assembly"),
            ("b", 2, "NUCLEAR TESTS IN SPACE, 1978"),
            ("c", 9, "Nuclear tests in space"),  # after a pause of seven sessions: a new item
            ("d", 1, "Jerusalem"),
            ("e", 2, "Jerusalem"),  # one word does not make a text
            ("f", 1, "Situation in the Middle East"),
            ("g", 1, "Situation in the Middle East"),  # twice in a session: not told apart
            ("h", 2, "Situation in the Middle East"),
            ("i", 2, None),
        ],
        schema=["rollcall", "period", "title"],
        orient="row",
    )
    linked = dict(bridge_by_title(calls).iter_rows())
    assert linked["a"] == linked["b"] == "a"
    assert linked["c"] == "c"
    assert {k: linked[k] for k in "defghi"} == {k: k for k in "defghi"}


def test_pairs_collapse_to_the_smallest_member_of_their_chain():
    pairs = pl.DataFrame(
        {"rcid1": [470, 512, 545, 5310, 5312], "rcid2": [512, 545, 577, 5389, 5389]}
    )
    calls = pl.DataFrame({"rollcall": ["470", "512", "545", "577", "5310", "5312", "5389", "9"]})
    linked = dict(bridge_by_table(calls, pairs).iter_rows())
    assert linked["577"] == linked["545"] == linked["512"] == linked["470"] == "470"
    assert linked["5389"] == "5310"
    assert linked["5312"] == "5312"
    assert linked["9"] == "9"
    with pytest.raises(BadOption, match="one column"):
        bridge_by_table(calls, pl.DataFrame({"rcid": [1]}))
