"""Sanctions: cases to dated pairs; lists, bodies, states that end while a case goes on."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.core.declare import Rejects
from multipolar.sources import SOURCES
from multipolar.sources.sanctions_gsdb import split_names

HEAD = (
    "case_id,sanctioned_state,sanctioning_state,begin,end,trade,descr_trade,arms,military,"
    "financial,travel,other,target_mult,sender_mult,objective,success\n"
)
CASES = """1,Russia,"EU, United Kingdom",2022,2023,1,exp_part,1,0,1,1,0,0,1,end_war,ongoing
2,"Korea, North","United States, Korea, South",2016,2018,0,,1,0,0,0,0,0,1,policy_change,failed
3,"Russia, Iran","Canada, Japan",2018,2018,0,,0,0,1,0,0,1,1,other,failed
4,Soviet Union,United States,1980,1994,1,exp_part,0,0,0,0,0,0,0,other,failed
5,Zimbabwe,African Union,2001,2005,0,,0,0,0,1,0,0,1,democracy,failed
6,Serbia,United States,1999,2000,0,,1,0,0,0,0,0,0,end_war,success_total
7,Taiwan,China,1995,2023,0,,0,0,1,0,0,0,0,other,ongoing
8,Palestine,Israel,2006,2011,0,,0,0,1,0,0,0,0,other,failed
9,Kosovo,Serbia,2008,2023,1,imp_compl,0,0,0,0,0,0,0,territorial_conflict,ongoing
10,Namibia,UN,1985,1990,0,,1,0,0,0,0,0,0,other,failed
11,Iran,United States,2010,2009,0,,1,0,0,0,0,0,0,other,failed
12,Iran,Atlantis,2010,2012,0,,2,0,0,0,0,0,0,other,failed
"""


def read(name, path):
    rejects = Rejects()
    return SOURCES[name].read([path], rejects)["sanctions"], rejects.rows


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "GSDB_V4.csv"
    path.write_text(HEAD + CASES, encoding="utf-8")
    frame, rejected = read("sanctions_gsdb", path)
    return frame, rejected


def of(frame, case):
    return frame.filter(pl.col("case") == case)


def test_the_eu_stands_for_its_members_of_the_time(cases):
    pairs = of(cases[0], "1")
    assert pairs.height == 28
    assert pairs.filter(via="EU").height == 27
    assert pairs.filter(source_state="GBR")["via"].item() == ""
    assert pairs["end"].null_count() == 28
    assert pairs["sender_text"].unique().to_list() == ["EU, United Kingdom"]


def test_names_with_a_comma_are_one_name(cases):
    pairs = of(cases[0], "2").select("source_state", "target_state", "start", "end", "paired")
    assert sorted(pairs.rows()) == [
        ("KOR", "PRK", date(2016, 1, 1), date(2019, 1, 1), "list"),
        ("USA", "PRK", date(2016, 1, 1), date(2019, 1, 1), "list"),
    ]


def test_two_lists_are_marked_as_pairs_that_need_not_be_meant(cases):
    pairs = of(cases[0], "3")
    assert pairs.height == 4
    assert pairs["paired"].unique().to_list() == ["both_lists"]


def test_a_case_that_outlives_its_target_is_not_handed_on(cases):
    frame, rejected = cases
    (row,) = of(frame, "4").select("target_state", "start", "end").rows()
    assert row == ("SUN", date(1980, 1, 1), date(1991, 12, 26))
    assert not frame.filter(target_state="RUS", case="4").height
    assert "the case goes on after the state ended" in next(
        r["reason"] for r in rejected if r["value"] == "SUN"
    )


def test_bodies_without_recorded_members_are_quarantined(cases):
    frame, rejected = cases
    assert not of(frame, "5").height
    assert "African Union" in [r["value"] for r in rejected]


def test_a_name_means_the_state_of_its_time(cases):
    assert of(cases[0], "6")["target_state"].to_list() == ["YUG"]


def test_contested_states_are_targets(cases):
    targets = {c: of(cases[0], c)["target_state"].to_list() for c in ("7", "8", "9")}
    assert targets == {"7": ["TWN"], "8": ["PSE"], "9": ["XKX"]}


def test_a_target_not_yet_a_state_counts_from_its_first_day(cases):
    (row,) = of(cases[0], "10").select("source_state", "target_state", "start", "end").rows()
    assert row == ("XUN", "NAM", date(1990, 3, 21), date(1991, 1, 1))


def test_bad_rows_are_named(cases):
    reasons = {(r["row"], r["column"]): r["reason"] for r in cases[1]}
    assert reasons[11, "end"] == "ends before it begins"
    assert reasons[12, "arms"] == "expected 0 or 1"


NAME = st.sampled_from(["Iran", "Korea, North", "United States", "Gambia, The", "EU", "Egypt"])


@given(st.lists(NAME, min_size=1, unique=True))
def test_a_list_splits_into_the_names_it_was_made_of(names):
    assert split_names(", ".join(names)) == tuple(names)


IST = """caseid,sender,target,startdate,terdate,ongoing,measures,goals,outcome
A,2,365,05.06.2014,,1,"AE, FS",HR,Blank
B,1830,370,01.02.2004,31.01.2006,0,TB,DM,Stalemate
C,3760,40,01.02.1964,31.01.1975,0,DS,DM,Stalemate
D,4400,345,01.06.1992,01.10.1996,0,AE,AC,Blank
E,2,40,31.02.1960,,1,IM,AC,Blank
F,2,20,01.01.1960,01.01.1959,0,IM,AC,Blank
G,2,20,01.01.1960,,0,IM,AC,Blank
"""


def test_days_and_numbers_of_organisations(tmp_path):
    path = tmp_path / "IST-dataset.csv"
    path.write_text(IST, encoding="utf-8")
    frame, rejected = read("sanctions_ist", path)
    (a,) = of(frame, "A").rows(named=True)
    assert (a["source_state"], a["target_state"], a["end"]) == ("USA", "RUS", None)
    assert (a["arms"], a["financial"], a["travel"], a["trade"]) == (True, True, False, None)
    # Members who joined on 1 May 2004 count from that day.
    joined = of(frame, "B").filter(source_state="POL")["start"].item()
    assert joined == date(2004, 5, 1)
    assert of(frame, "B").height == 25
    assert of(frame, "D")["source_state"].to_list() == ["XUN"]
    assert {r["row"] for r in rejected} == {3, 5, 6, 7}
