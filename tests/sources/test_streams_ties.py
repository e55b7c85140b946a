"""Alliances, organisations, arms, distances and missions in the publishers' formats."""

import dataclasses

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.core.declare import Rejects
from multipolar.core.errors import TermsForbid
from multipolar.sources import SOURCES
from multipolar.sources.igos_cow import shared
from multipolar.store import Store


def read(name, tmp_path, text, file="file.csv"):
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    rejects = Rejects()
    return SOURCES[name].read([path], rejects), rejects.rows


ATOP = """ddyad,stateA,stateB,year,atopally,defense,offense,neutral,nonagg,consul
1,365,710,1955,1,1,0,0,0,1
2,710,365,1955,1,1,0,0,0,1
3,365,290,1991,1,1,0,0,1,0
4,365,290,1992,1,0,0,0,1,0
5,2,200,1940,1,1,0,0,0,0
6,2,999,2000,1,1,0,0,0,0
7,2,20,2000,1,0,0,0,0,0
8,2,713,1960,1,1,0,0,0,0
9,2,20,2001,1,3,0,0,0,0
"""


def test_alliances_by_their_numbers_and_years(tmp_path):
    found, rejected = read("alliances_atop", tmp_path, ATOP)
    rows = {r[:3]: r[3:] for r in found["alliances"].rows()}
    assert rows == {
        ("CHN", "SUN", 1955): (True, False, False, False, True),
        ("POL", "SUN", 1991): (True, False, False, True, False),
        ("POL", "RUS", 1992): (False, False, False, True, False),
        ("TWN", "USA", 1960): (True, False, False, False, False),
    }
    assert [(r["row"], r["value"]) for r in rejected] == [(9, "3"), (6, "999")]


def test_undirected_and_copied_formats_say_the_same(tmp_path):
    header = "ddyad,stateA,stateB,year,atopally,defense,offense,neutral,nonagg,consul"
    other = "ddyad,mem1,mem2,year,atopally,defense,offense,neutral,nonagg,consul"
    copied = (
        "ddyad,ccode1,ccode2,year,atopally,atop_defense,atop_offense,atop_neutral,atop_nonagg,"
        "atop_consul"
    )
    frames = [
        read("alliances_atop", tmp_path, ATOP.replace(header, h))[0]["alliances"]
        for h in (header, other, copied)
    ]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


COW_ALLIANCES = """version4id,ccode1,state_name1,ccode2,state_name2,defense,neutrality,nonaggression,entente,year
1,2,USA,20,Canada,1,0,0,1,1980
"""  # noqa: E501


def test_alliances_behind_their_terms_need_a_word(tmp_path):
    path = tmp_path / "alliance_v4.1_by_dyad_yearly.csv"
    path.write_text(COW_ALLIANCES)
    store, source = Store.open(tmp_path / "store"), SOURCES["alliances_cow"]
    with pytest.raises(TermsForbid, match="terms of use"):
        store.add("alliances_cow", path)
    store.add(dataclasses.replace(source, enabled=True), path)
    assert store.frame("alliances").rows() == [
        ("CAN", "USA", 1980, True, False, False, False, True)
    ]


IGO = """ccode,year,state,csto,nato,un,gone
371,2014,armenia,1,3,1,-1
365,2014,russia,1,0,1,-1
365,1990,russia,-1,0,1,1
2,2014,usa,0,1,1,-9
2,1944,usa,0,0,0,1
999,2014,nowhere,0,0,1,-1
2,2013,usa,0,7,1,0
"""


def test_memberships_and_what_is_shared(tmp_path):
    found, rejected = read("igos_cow", tmp_path, IGO)
    rows = found["igo_memberships"].filter(year=2014).rows()
    assert ("ARM", "nato", 2014, "observer") in rows
    assert ("USA", "gone", 2014, "unknown") in rows
    assert ("SUN", "gone", 1990, "member") in found["igo_memberships"].rows()
    assert found["shared_igos"].filter(year=2014).rows() == [
        ("ARM", "RUS", 2014, 2),
        ("ARM", "USA", 2014, 1),
        ("RUS", "USA", 2014, 1),
    ]
    assert {str(r["value"]) for r in rejected} == {"999", "7"}


CELLS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("xyz"), st.integers(2000, 2002)),
    unique=True,
    min_size=1,
    max_size=25,
)


@given(CELLS)
def test_shared_counts_equal_the_plain_intersection(cells):
    table = pl.DataFrame(
        [(*c, "member") for c in cells],
        schema={"state": pl.String, "igo": pl.String, "year": pl.Int16, "status": pl.String},
        orient="row",
    )
    in_year = {}
    for state, igo, year in cells:
        in_year.setdefault((state, year), set()).add(igo)
    counts = {r[:3]: r[3] for r in shared(table).rows()}
    plain = {
        (a, b, y): len(one & two)
        for (a, y), one in in_year.items()
        for (b, z), two in in_year.items()
        if y == z and a < b
    }
    assert counts == plain


REGISTER = """SIPRI Arms Transfers Database
Register of transfers of major weapons

Seller,Buyer,Designation,Delivery year,TIV delivery values
Russia,India,Su-30MK,2015,100
Russia,India,T-90S,2015,25.5
Soviet Union,India,MiG-29,1988,40
Russia,India,MiG-29,1988,40
Serbia,Cyprus,B-52 NORA,1995,2
Unknown supplier(s),Iran,Missile,2015,3
Russia,Hezbollah (Lebanon)*,Kornet,2010,1
United States,NATO**,E-3A,1982,500
United States,Taiwan,F-16V,2020,90
Turkey,Kosovo,Cobra,2019,1
Russia,Palestine,BTR-70,2011,1
France,Namibia,Radar,2011,-1
"""


def test_a_register_of_arms_is_summed_by_pair_and_year(tmp_path):
    found, rejected = read("arms_sipri", tmp_path, REGISTER)
    rows = {r[:3]: r[3] for r in found["arms"].rows()}
    assert rows == {
        ("RUS", "IND", 2015): 125.5,
        ("SUN", "IND", 1988): 40.0,
        ("YUG", "CYP", 1995): 2.0,
        ("USA", "TWN", 2020): 90.0,
        ("TUR", "XKX", 2019): 1.0,
        ("RUS", "PSE", 2011): 1.0,
    }
    reasons = {r["value"]: r["reason"] for r in rejected}
    assert reasons["NATO**"].startswith("an organisation")
    assert reasons["Hezbollah (Lebanon)*"].startswith("an armed group")
    assert reasons["Unknown supplier(s)"].startswith("not named")
    assert "SUN" in reasons["Russia"]
    assert reasons["-1.0"] == "below 0"


DISTANCES = """ccode1,ccode2,year,mindist
2,365,1990,80
2,365,1991,80
2,365,1992,80
2,365,1994,80
2,365,1995,81
2,710,1990,-5
"""


def test_equal_distances_of_successive_years_are_one_run(tmp_path):
    found, rejected = read("distances_cow", tmp_path, DISTANCES)
    assert found["distances"].rows() == [
        ("RUS", "USA", 1992, 1992, 80.0),
        ("RUS", "USA", 1994, 1994, 80.0),
        ("RUS", "USA", 1995, 1995, 81.0),
        ("SUN", "USA", 1990, 1991, 80.0),
    ]
    assert [r["value"] for r in rejected] == ["-5.0"]


EMBASSIES = """ccode1,ccode2,year,DR_at_1,DR_at_2,DE,version
2,365,1985,3,3,1,2006.1
2,710,1975,0,9,1,2006.1
2,713,1980,0,0,0,2006.1
2,20,2000,3,4,1,2006.1
"""


def test_missions_have_a_direction(tmp_path):
    found, rejected = read("embassies_cow", tmp_path, EMBASSIES)
    assert found["embassies"].select(pl.all().exclude("source")).rows() == [
        ("SUN", "USA", 1985, "ambassador"),
        ("USA", "CHN", 1975, "other"),
        ("USA", "SUN", 1985, "ambassador"),
    ]
    assert [r["value"] for r in rejected] == ["4"]


def test_starter_runs_give_back_every_year():
    store = Store.open("/nonexistent/store")
    nato = store.frame("igo_memberships").filter(igo="nato", status="member")
    members = nato.group_by("year").len().sort("year")
    assert dict(members.rows())[2014] == 28
    assert np.all(np.diff(members["year"].to_numpy()) == 1)
