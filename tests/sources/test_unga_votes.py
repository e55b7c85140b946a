"""The UN bulk file: both headers, every vote code, and what happens to each kind of broken row."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from multipolar.core.declare import Rejects
from multipolar.core.errors import CheckFailed, SchemaMismatch
from multipolar.sources import unga_votes

HEADER_2026 = [
    *("undl_id", "ms_code", "ms_name", "ms_vote", "date", "session", "resolution", "draft"),
    *("committee_report", "meeting", "title", "agenda_title", "subjects", "vote_note"),
    *("total_yes", "total_no", "total_abstentions", "total_non_voting", "total_ms", "undl_link"),
]
HEADER_2025 = [c for c in HEADER_2026 if c != "vote_note"]
TITLE = 'Aggression against Ukraine, "final" : resolution / adopted by the General Assembly'
BALLOTS = {
    ("FRA", "FRANCE"): "Y",
    ("TUR", "TÜRKİYE"): "y",
    ("CIV", "CÔTE D'IVOIRE"): "Y",
    ("RUS", "RUSSIAN FEDERATION"): "N",
    ("CHN", "CHINA"): "A",
    ("VEN", "VENEZUELA (BOLIVARIAN REPUBLIC OF)"): "X",
    ("MAR", "MOROCCO"): "NV",
    ("TGO", "TOGO"): "",
}
CALL = {
    "undl_id": "3959039",
    "date": "2022-03-02",
    "session": "ES-11",
    "resolution": "A/RES/ES-11/1",
    "meeting": "A/ES-11/PV.5",
    "title": TITLE,
    "agenda_title": "A/ES-11/251 5 Letter dated 28 February 2014",
    "subjects": "UKRAINE, POLITICAL CONDITIONS",
    "total_yes": "3",
    "total_no": "1",
    "total_abstentions": "1",
    "total_non_voting": "3",
    "total_ms": "8",
}


def rows_of(call, ballots=BALLOTS):
    return [
        {**CALL, **call, "ms_code": code, "ms_name": name, "ms_vote": vote}
        for (code, name), vote in ballots.items()
    ]


@pytest.fixture
def write(tmp_path):
    def write_file(rows, header=HEADER_2026, name="ga_voting.csv", encoding="utf-8"):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, header, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write_file


def read(*paths):
    rejects = Rejects()
    frames = unga_votes.read(paths, rejects)
    return frames["rollcalls"], frames["votes"], rejects.rows


@pytest.mark.parametrize("header", [HEADER_2025, HEADER_2026], ids=["2025", "2026"])
def test_every_vote_code_of_both_headers(write, header):
    rollcalls, votes, rejects = read(write(rows_of({}), header))
    assert rejects == []
    assert dict(votes.select("state", "vote").iter_rows()) == {
        "FRA": 1,
        "TUR": 1,
        "CIV": 1,
        "RUS": 3,
        "CHN": 2,
        "VEN": 8,
        "MAR": 8,
        "TGO": 8,
    }
    call = rollcalls.row(0, named=True)
    assert call["rollcall"] == call["symbol"] == "A/RES/ES-11/1"
    assert call["title"] == TITLE
    assert call["topic"] == "aggression against ukraine final"
    assert (call["session"], call["emergency"], call["year"]) == ("ES-11", True, 2022)
    assert (call["yes"], call["no"], call["abstain"], call["nonvoting"]) == (3, 1, 1, 3)
    assert call["date"] == date(2022, 3, 2)
    assert call["subject"] == "ukraine"


def test_columns_and_types_are_the_declared_ones(write):
    rollcalls, votes, _ = read(write(rows_of({})))
    assert rollcalls.columns == [c.name for c in unga_votes.ROLLCALLS.columns]
    assert votes.schema == {"rollcall": pl.String, "state": pl.String, "vote": pl.Int8}
    assert rollcalls.schema["yes"] == pl.Int16
    assert rollcalls.schema["undl_id"] == pl.Int64


def test_byte_order_mark_and_other_order_of_columns(write):
    path = write(rows_of({}), header=HEADER_2026[::-1], encoding="utf-8-sig")
    assert read(path)[1].height == len(BALLOTS)


def test_file_without_a_needed_column_names_it_and_the_nearest(write):
    header = ["ms_voted" if c == "ms_vote" else c for c in HEADER_2026]
    with pytest.raises(SchemaMismatch, match=r"no column 'ms_vote'; the nearest is 'ms_voted'"):
        read(write(rows_of({}), header))


def test_security_council_file_is_refused(write):
    path = write(rows_of({"resolution": "S/RES/2761(2024)"}), name="sc_voting.csv")
    with pytest.raises(SchemaMismatch, match=r"sc_voting.csv holds votes of the Security Council"):
        read(path)


def test_security_council_rows_among_others_are_left_out_by_number(write):
    council = {"undl_id": "7", "resolution": "S/RES/1(1946)"}
    mixed = rows_of({}) + rows_of(council, {("FRA", "FRANCE"): "Y"})
    rollcalls, votes, rejects = read(write(mixed))
    assert (rollcalls.height, votes.height) == (1, len(BALLOTS))
    assert [(r["row"], r["column"]) for r in rejects] == [(9, "resolution")]
    assert "Security Council" in rejects[0]["reason"]


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"ms_vote": "P"}, "ms_vote", "no vote has this code"),
        ({"ms_code": "ZZZ", "ms_name": "RURITANIA"}, "ms_code", "no state has this code"),
        ({"ms_code": "SSD", "ms_name": "SOUTH SUDAN", "date": "2010-12-01"}, "ms_code", "member"),
        ({"date": "2.3.2022", "undl_id": "8"}, "date", "not a date"),
        ({"undl_id": "eight"}, "undl_id", "not a record number"),
    ],
)
def test_broken_row_is_left_out_with_number_and_reason(write, change, column, reason):
    bad = {**rows_of({"undl_id": "9", "resolution": "A/RES/65/1"})[0], **change}
    _, votes, rejects = read(write([*rows_of({}), bad, *rows_of({"undl_id": "5"})]))
    assert votes.height == 2 * len(BALLOTS)
    assert [(r["row"], r["column"]) for r in rejects] == [(9, column)]
    assert reason in rejects[0]["reason"]


def test_row_with_too_few_cells_is_left_out_and_later_numbers_stay_right(write):
    path = write([*rows_of({}), {**rows_of({"undl_id": "9"})[0], "ms_vote": "P"}])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(3, "3959039,FRA,FRANCE")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, votes, rejects = read(path)
    assert votes.height == len(BALLOTS)
    assert [r["row"] for r in rejects] == [3, 10]
    assert "not a row of the file" in rejects[0]["reason"]


def test_record_with_two_symbols_or_two_dates_is_left_out_whole(write):
    rows = rows_of({}) + rows_of({"undl_id": "5"}) + rows_of({"undl_id": "6"})
    rows[8]["resolution"] = "A/RES/1/1"
    rows[16]["date"] = "2022-03-03"
    rollcalls, votes, rejects = read(write(rows))
    assert (rollcalls.height, votes.height) == (1, len(BALLOTS))
    assert [r["row"] for r in rejects] == list(range(9, 25))
    assert {r["reason"] for r in rejects} == {
        "resolution: the record has more than one symbol",
        "date: the record has more than one date",
    }


def test_identical_rows_count_once_and_the_later_one_is_on_record(write):
    rows = rows_of({})
    _, votes, rejects = read(write([*rows, rows[3], rows[3]]))
    assert votes.height == len(BALLOTS)
    assert [r["row"] for r in rejects] == [9, 10]
    assert all("repeated row" in r["reason"] for r in rejects)


def test_contradicting_rows_of_a_state_are_both_left_out(write):
    rows = rows_of({})
    _, votes, rejects = read(write([*rows, {**rows[3], "ms_vote": "Y"}]))
    assert "RUS" not in votes["state"].to_list()
    assert [r["row"] for r in rejects] == [4, 9]


def test_state_of_the_day_by_name_where_the_code_is_of_the_successor(write):
    soviet = {("RUS", "USSR"): "N", ("DDR", "GERMAN DEMOCRATIC REPUBLIC"): "N"}
    call = {"date": "1980-01-14", "resolution": "A/RES/ES-6/2", "session": "ES-6", "undl_id": "6"}
    _, votes, rejects = read(write(rows_of({}) + rows_of(call, soviet)))
    assert votes.filter(pl.col("rollcall") == "A/RES/ES-6/2")["state"].to_list() == ["DDR", "SUN"]
    assert [r["column"] for r in rejects] == ["total_yes"]


def test_printed_tally_that_differs_from_the_rows_is_put_on_record(write):
    rollcalls, _, rejects = read(write(rows_of({"total_yes": "141"})))
    assert rollcalls["yes"].to_list() == [141]
    assert "141/1/1/3 differs from its rows 3/1/1/3" in rejects[0]["reason"]


def test_tallies_are_counted_where_none_is_printed(write):
    blank = dict.fromkeys(["total_yes", "total_no", "total_abstentions", "total_non_voting"], "")
    rollcalls, _, rejects = read(write(rows_of(blank)))
    assert rollcalls.select("yes", "no", "abstain", "nonvoting").row(0) == (3, 1, 1, 3)
    assert rejects == []


def test_votes_on_one_symbol_have_names_of_their_own(write):
    again = rows_of({"undl_id": "12"})
    paragraph = rows_of({"undl_id": "13", "resolution": "A/RES/63(I)[PARA.4]"})
    nameless = rows_of({"undl_id": "14", "resolution": ""})
    rollcalls, votes, _ = read(write(rows_of({}) + again + paragraph + nameless))
    assert set(rollcalls["rollcall"]) == {
        "A/RES/ES-11/1#3959039",
        "A/RES/ES-11/1#12",
        "A/RES/63(I)[PARA.4]",
        "14",
    }
    assert rollcalls.filter(~pl.col("final"))["rollcall"].to_list() == ["A/RES/63(I)[PARA.4]"]
    assert votes.height == 4 * len(BALLOTS)


def test_later_file_replaces_roll_calls_of_an_earlier_one(write):
    first = write(rows_of({}) + rows_of({"undl_id": "5", "resolution": "A/RES/77/1"}))
    changed = {key: ("A" if key[0] == "RUS" else vote) for key, vote in BALLOTS.items()}
    second = write(rows_of({"total_no": "0", "total_abstentions": "2"}, changed), name="2026.csv")
    rollcalls, votes, rejects = read(first, second)
    russia = dict(votes.filter(pl.col("state") == "RUS").select("rollcall", "vote").iter_rows())
    assert russia == {"A/RES/77/1": 3, "A/RES/ES-11/1": 2}
    assert rollcalls.height == 2
    assert [r["file"] for r in rejects] == ["2026.csv"]


def test_file_in_another_encoding_is_refused_and_not_half_read(write):
    calls = [rows_of({"undl_id": str(n)}, {("CIV", "CÔTE D'IVOIRE"): "Y"}) for n in range(1, 40)]
    path = write([row for call in calls for row in call], encoding="latin-1")
    with pytest.raises((CheckFailed, SchemaMismatch), match=r"ga_voting.csv"):
        read(path)


CELLS = {
    "ms_vote": ["Y", "N", "A", "X", "", "P", "yes"],
    "ms_code": ["FRA", "RUS", "SUN", "CHN", "ZZZ", ""],
    "undl_id": ["1", "2", "x"],
    "date": ["1990-12-01", "2022-03-02", "soon"],
    "resolution": ["A/RES/1", "A/RES/2", "S/RES/1", ""],
}


MIXED = {"ms_vote": "Y", "ms_code": "FRA", "undl_id": "1", "date": "1990-12-01"}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.fixed_dictionaries({k: st.sampled_from(v) for k, v in CELLS.items()})))
@example([{**MIXED, "resolution": "A/RES/1"}, {**MIXED, "resolution": "S/RES/1"}])
@example([{**MIXED, "resolution": ""}, {**MIXED, "resolution": "S/RES/1"}])
def test_every_row_is_used_or_on_record_once(tmp_path_factory, changes):
    rows = [{**CALL, **change, "ms_name": ""} for change in changes]
    path = tmp_path_factory.mktemp("bulk") / "ga_voting.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER_2026, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    try:
        _, votes, rejects = read(path)
    except SchemaMismatch:  # a file of the Security Council: no other symbol is printed in it
        assert {c["resolution"] for c in changes} - {""} == {"S/RES/1"}
        return
    except CheckFailed:
        assert len(changes) > 20
        return
    numbers = [r["row"] for r in rejects if r["row"] is not None]
    assert len(numbers) == len(set(numbers))
    assert votes.height + len(numbers) == len(changes)


@pytest.mark.parametrize("between", ["", "\n"], ids=["whole", "empty line"])
def test_a_rejected_row_has_its_number_after_lines_that_are_no_rows(write, between):
    """A title over two lines is one row, an empty line none; row numbers count rows."""
    rows = rows_of({"title": "First line\nsecond line"}, {("FRA", "FRANCE"): "Y"})
    rows += rows_of({"undl_id": "7"}, {("SUN", "USSR"): "Y"})
    path = write(rows)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:-1], between, lines[-1]]), encoding="utf-8")
    _, votes, rejects = read(path)
    assert votes["state"].to_list() == ["FRA"]
    assert [(r["row"], r["reason"]) for r in rejects if r["row"]] == [
        (2, "not a member of the United Nations on that day")
    ]


def test_header_alone_gives_empty_tables_and_no_bytes_an_error(write, tmp_path):
    rollcalls, votes, rejects = read(write([]))
    assert (rollcalls.height, votes.height, rejects) == (0, 0, [])
    empty = tmp_path / "nothing.csv"
    empty.touch()
    with pytest.raises(SchemaMismatch, match=r"nothing.csv is empty"):
        read(empty)


@pytest.mark.shared
def test_full_record_comes_through_whole(shared, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "scripts")
    from make_bulk_csv import write_bulk_csv

    path = tmp_path / "ga_voting.csv"
    write_bulk_csv(path, record=shared / "data" / "unga_undl")
    rollcalls, votes, rejects = read(path)
    original = pl.read_parquet(shared / "data" / "unga_undl" / "votes.parquet").join(
        rollcalls.select("undl_id"), on="undl_id", how="semi"
    )
    assert rollcalls.height == 5539
    # The record lists 16 states as not voting days before they were admitted.
    assert votes.height == original.height - 16 == 917_364
    assert {r["reason"] for r in rejects} == {"not a member of the United Nations on that day"}
    printed = original["vote"].cast(pl.String).replace_strict({"Y": 1, "A": 2, "N": 3, "X": 8})
    found = dict(votes["vote"].value_counts().iter_rows())
    expected = dict(printed.value_counts().iter_rows())
    assert found == {**expected, 8: expected[8] - 16}
