"""The hand-compiled tables: what their README promises of them, and what bad rows get."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from multipolar import sources
from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.core.states import list_states, state_of
from multipolar.sources import SOURCES
from multipolar.store.starter import starter_paths

CURATED = (
    "memberships",
    "sanctions_on_russia",
    "visits_victory_day",
    "gatherings",
    "leaders",
    "exercises",
)
NOT_MEMBERS = {"PSE", "TWN", "VAT", "XKX", "XAB", "XSO", "XEU", "XUN"}


def starter(name):
    rejects = Rejects()
    source = SOURCES[name]
    found = source.read(starter_paths(source), rejects)
    assert rejects.rows == []
    return found


@pytest.mark.parametrize("name", [*CURATED, "un_scale"])
def test_starter_tables_read_without_rejects_into_their_declared_types(name):
    types = {"str": pl.String, "bool": pl.Boolean, "date": pl.Date, "int16": pl.Int16}
    source = SOURCES[name]
    found = starter(name)
    assert set(found) == {t.name for t in source.tables}
    for table in source.tables:
        frame = found[table.name]
        assert frame.columns == [c.name for c in table.columns]
        for column in table.columns:
            assert frame[column.name].dtype == types.get(column.dtype, pl.Float64)
            assert column.nullable or frame[column.name].null_count() == 0
        assert frame.select(table.key).is_duplicated().sum() == 0


@pytest.mark.parametrize("name", CURATED)
def test_every_row_has_a_source_and_a_confidence(name):
    for frame in starter(name).values():
        assert set(frame["confidence"]) <= {"high", "medium"}
        assert (frame["source"] != "").all()


@pytest.mark.parametrize("name", CURATED)
def test_all_codes_are_members_of_the_un_or_named_exceptions(name):
    today = {s.code for s in list_states("2025-01-01", un_members=True)}
    for frame in starter(name).values():
        for column in {"state", "host"} & set(frame.columns):
            assert set(frame[column]) <= today | NOT_MEMBERS


@pytest.mark.parametrize(
    ("org", "day", "count"),
    [
        ("NATO", date(2022, 2, 24), 30),
        ("NATO", date(2026, 1, 1), 32),
        ("EU", date(2019, 6, 1), 28),
        ("EU", date(2026, 1, 1), 27),
        ("G7", date(2026, 1, 1), 7),
        ("BRICS", date(2026, 1, 1), 10),
        ("SCO", date(2026, 1, 1), 10),
        ("CSTO", date(1998, 1, 1), 9),
        ("CSTO", date(2026, 1, 1), 6),
        ("EAEU", date(2026, 1, 1), 5),
        ("IPEF", date(2026, 1, 1), 14),
    ],
)
def test_number_of_members_on_a_day(org, day, count):
    rows = starter("memberships")["memberships"].filter(
        (pl.col("org") == org)
        & pl.col("status").is_in(["member", "member_withdrawing"])
        & (pl.col("start") <= day)
        & (pl.col("end").is_null() | (pl.col("end") > day))
    )
    assert rows["state"].n_unique() == rows.height == count


def test_es_11_1_has_its_printed_tally():
    source = SOURCES["landmark_votes"]
    votes = source.read(starter_paths(source), Rejects())["votes"]
    tally = votes.filter(pl.col("rollcall") == "A/RES/ES-11/1")["vote"].value_counts()
    assert dict(tally.iter_rows()) == {1: 141, 3: 5, 2: 35, 8: 12}


def test_sanction_lists_have_their_lengths():
    frame = starter("sanctions_on_russia")["sanctions_on_russia"]
    assert frame.height == 195
    assert frame["joined"].sum() == 49
    listed = set(frame.filter("unfriendly_list")["state"])
    members = starter("memberships")["memberships"]
    union = set(members.filter((pl.col("org") == "EU") & pl.col("end").is_null())["state"])
    assert len(listed) == 49
    assert len(listed & union) == 27
    joined = set(frame.filter("joined")["state"])
    assert joined ^ listed == {"FSM", "XKX"}


@pytest.mark.parametrize(
    ("name", "table"), [("memberships", "memberships"), ("leaders", "leaders")]
)
def test_starts_come_before_ends(name, table):
    frame = starter(name)[table].drop_nulls(["start", "end"])
    assert (frame["start"] < frame["end"]).all()


def test_a_printed_lower_bound_is_kept_as_one():
    totals = starter("gatherings")["gathering_totals"]
    row = totals.filter(pl.col("gathering") == "vd_2010").row(0, named=True)
    assert (row["count"], row["at_least"]) == (20, True)
    assert set(totals.filter("at_least")["gathering"]) == {"vd_2010", "sco_2025"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("memberships", ["memberships.csv"]),
        ("sanctions_on_russia", ["russia_sanctions_2022.csv"]),
        ("visits_victory_day", ["visits_victory_day.csv"]),
        ("leaders", ["leaders.csv"]),
    ],
)
def test_the_compilers_own_headings_read_to_the_same_tables(shared, name, files):
    rejects = Rejects()
    found = SOURCES[name].read([shared / "facts" / f for f in files], rejects)
    assert rejects.rows == []
    for table, frame in starter(name).items():
        assert found[table].equals(frame)


@pytest.mark.shared
def test_gatherings_hold_every_participant_the_compilers_named(shared):
    rejects = Rejects()
    files = [shared / "facts" / f for f in ("gatherings.csv", "gatherings_summary.csv")]
    found = SOURCES["gatherings"].read(files, rejects)
    assert rejects.rows == []
    own = starter("gatherings")
    for table, keys in {
        "gatherings": ["gathering", "state", "participant", "level"],
        "gathering_totals": ["gathering", "date_start", "place", "host"],
    }.items():
        assert found[table].join(own[table], on=keys, how="anti").is_empty()


def came(rows, *, leaders):
    top = ("head_of_state", "head_of_government", "head_of_state_or_government", "de_facto_leader")
    kept = rows.filter("attended")
    return kept.filter(pl.col("level").is_in(top)) if leaders else kept


@pytest.mark.parametrize(
    ("gathering", "leaders"),
    [("beijing_parade_2025", True), ("epc_1", False), ("epc_2", False), ("alaska_2025", True)],
)
def test_lists_said_to_be_whole_name_as_many_as_are_counted(gathering, leaders):
    found = starter("gatherings")
    count = found["gathering_totals"].filter(pl.col("gathering") == gathering)["count"].item()
    rows = found["gatherings"].filter(pl.col("gathering") == gathering)
    assert came(rows, leaders=leaders)["state"].n_unique() == count


@pytest.mark.parametrize("gathering", ["rus_africa_2019", "rus_africa_2023", "sco_2025"])
def test_no_list_names_more_leaders_than_can_be_meant(gathering):
    found = starter("gatherings")
    total = found["gathering_totals"].filter(pl.col("gathering") == gathering).row(0, named=True)
    rows = found["gatherings"].filter(pl.col("gathering") == gathering)
    named = came(rows, leaders=True).height
    assert named >= total["count"] if total["at_least"] else named <= total["count"]


def test_a_person_who_came_has_a_level_and_nobody_stands_for_nobody():
    rows = starter("gatherings")["gatherings"]
    assert (rows.filter("attended")["level"] != "none").all()
    assert (
        rows.filter(~pl.col("attended") & (pl.col("participant") == ""))["level"] == "none"
    ).all()
    totals = starter("gatherings")["gathering_totals"]
    dates = rows.join(totals, on="gathering", how="left")
    assert (dates["date"] == dates["date_start"]).all()
    assert (dates["host"] == dates["host_right"]).all()


@pytest.mark.parametrize(
    ("exercise", "count"),
    [("Vostok-2022", 14), ("RIMPAC 2014", 22), ("RIMPAC 2016", 26), ("RIMPAC 2018", 25),
     ("RIMPAC 2020", 10), ("RIMPAC 2022", 26), ("RIMPAC 2024", 29), ("Talisman Sabre 2023", 13),
     ("Talisman Sabre 2025", 19), ("Trident Juncture 2018", 31), ("Steadfast Defender 2024", 32)],
)  # fmt: skip
def test_exercises_said_to_be_whole_name_as_many_as_were_reported(exercise, count):
    rows = starter("exercises")["exercises"].filter(pl.col("exercise") == exercise)
    assert rows["whole"].all()
    assert rows.filter(pl.col("role") == "participant").height == count


def test_an_exercise_has_one_time_and_place_and_its_series_in_its_name():
    frame = starter("exercises")["exercises"]
    told = frame.select("exercise", "series", "start", "end", "area", "whole", "note").unique()
    assert told["exercise"].is_unique().all()
    for name, series in told.select("exercise", "series").iter_rows():
        assert set(series.lower().split()) <= set(
            name.lower().replace("/", " ").replace("-", " ").split()
        )


BAD_ROWS = """org,state,start,end,status,source,confidence,note
EU,FRA,1958-01-01,,member,x,high,good
EU,FRB,1958-01-01,,member,x,high,unknown state
EU,DEU,1958-13-01,,member,x,high,bad month
EU,ITA,1958-01-01,1957-01-01,member,x,high,ends before it starts
EU,BEL,1958-01-01,,membre,x,high,unknown status
EU,LUX,1958-01-01,,member,x,sure,unknown confidence
EU,FRA,1958-01-01,,member,y,high,repeated
EU,NLD,1958,,member,x,high,only the year
"""


def test_bad_rows_are_rejected_with_number_column_and_reason_and_the_others_load(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(BAD_ROWS, encoding="utf-8")
    rejects = Rejects()
    frame = SOURCES["memberships"].read([path], rejects)["memberships"]
    assert frame["state"].to_list() == ["FRA", "NLD"]
    assert frame["start"][1] == date(1958, 1, 1)
    found = {r["row"]: (r["column"], r["value"], r["reason"]) for r in rejects.rows}
    assert set(found) == {2, 3, 4, 5, 6, 7}
    assert found[2][:2] == ("state", "FRB")
    assert "nearest: " in found[2][2]
    assert found[3] == ("start", "1958-13-01", "not a date such as 2022-02-24")
    assert found[4] == ("end", "1957-01-01", "end is not after start")
    assert found[5][2].startswith("expected one of 'member'")
    assert found[6][:2] == ("confidence", "sure")
    assert found[7][2] == "an earlier row has the same key"
    assert {r["file"] for r in rejects.rows} == {"mine.csv"}


def test_a_missing_column_stops_the_file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(BAD_ROWS.replace("confidence", "confidense"), encoding="utf-8")
    with pytest.raises(SchemaMismatch, match=r"'confidence' is missing; nearest: 'confidense'"):
        SOURCES["memberships"].read([path], Rejects())


def test_two_scales_of_assessments_share_out_the_whole_budget():
    frame = starter("un_scale")["un_scale"]
    totals = frame.group_by("first_year").agg(pl.col("rate").sum().round(6), pl.len())
    assert sorted(totals.rows()) == [(2019, 100.0, 193), (2022, 100.0, 193)]
    members = {s.code for s in list_states(2022, un_members=True)}
    assert set(frame["state"]) == members


def test_states_as_tables_agree_with_the_lookup():
    found = starter("states")
    assert found["states"].height == 211
    gone = found["states"].drop_nulls("end")
    assert {"SUN", "CSK", "DDR", "YUG", "SCG", "YMD", "UAR", "EAZ"} <= set(gone["state"])
    row = found["states"].filter(pl.col("state") == "RUS").row(0, named=True)
    assert row["start"] == state_of("RUS").start
    with pytest.raises(SchemaMismatch, match="part of the program"):
        SOURCES["states"].read([Path("mine.csv")], Rejects())


def test_starter_record_stays_small():
    folder = Path(sources.__file__).parent / "starter"
    assert sum(p.stat().st_size for p in folder.iterdir()) < 8_000_000
