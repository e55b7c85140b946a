"""Correlates of War tables: numbers that passed from state to state, missing codes, bad rows."""

from datetime import date

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.sources import SOURCES
from multipolar.store.starter import starter_paths

CONTDIR = """dyad,statelno,statelab,statehno,statehab,conttype,begin,end,notes,version
365375,365,"RUS",375,"FIN",1,192001,201612,"Begins with FIN entry",3.2
255260,345,"YUG",355,"BUL",1,194410,201612,"",3.2
2020,2,"USA",20,"CAN",1,192001,201612,"",3.2
2031,2,"USA",31,"BHM",9,197307,201612,"",3.2
2040,2,"USA",40,"CUB",4,197313,201612,"",3.2
2999,2,"USA",999,"XXX",1,197301,201612,"",3.2
200255,200,"UKG",210,"NTH",5,181601,194401,"",3.2
816817,816,"DRV",817,"RVN",1,195407,197504,"",3.2
"""
DYADIC = """ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,version
2,20,1920,USA,Canada,611.86,735.48,611.86,735.48,4
2,365,1990,USA,Russia,1000,3000,1000,3000,4
2,365,1992,USA,Russia,500,2000,500,2000,4
2,700,1992,USA,Afghanistan,-9,3,-9,-9,4
2,999,1992,USA,Nowhere,1,3,1,3,4
2,710,1992,USA,China,x,3,1,3,4
"""
NMC = """stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version
USA,2,1944,1,1,1,1,1,1,0.3,6
USA,2,1990,300000,2100,89000,3000000,250000,100000,0.14,6
RUS,365,1990,200000,4000,150000,2000000,290000,110000,0.13,6
AFG,700,1990,-9,45,0,4000,12000,1000,0.001,6
AFG,700,1991,-9,45,0,4000,12000,1000,-9,6
"""


def read(name, tmp_path, text, file="file.csv"):
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    rejects = Rejects()
    found = SOURCES[name].read([path], rejects)
    return next(iter(found.values())), rejects.rows


def test_borders_are_cut_where_a_number_passed_on(tmp_path):
    frame, rejected = read("contiguity", tmp_path, CONTDIR, "contdir.csv")
    spells = {r[:2]: r[2:] for r in frame.rows()}
    assert spells["FIN", "SUN"] == (date(1945, 1, 1), date(1991, 12, 26), "land")
    assert spells["FIN", "RUS"] == (date(1991, 12, 26), None, "land")
    assert [p for p in spells if "BGR" in p] == [("BGR", "SCG"), ("BGR", "SRB"), ("BGR", "YUG")]
    assert spells["CAN", "USA"] == (date(1945, 1, 1), None, "land")
    assert spells["RVN", "VNM"] == (date(1954, 7, 21), date(1975, 5, 1), "land")
    assert [(r["row"], r["column"]) for r in rejected] == [
        (4, "conttype"),
        (5, "begin"),
        (6, "statelno"),
    ]


def test_trade_is_total_in_dollars_and_unreported_is_unknown(tmp_path):
    frame, rejected = read("trade_cow", tmp_path, DYADIC)
    assert frame.sort("year").rows() == [
        ("SUN", "USA", 1990, 1, 4e9),
        ("RUS", "USA", 1992, 1, 2.5e9),
    ]
    assert [(r["row"], r["column"]) for r in rejected] == [
        (6, "flow1"),
        (None, "flow1, flow2"),
        (5, "ccode2"),
    ]
    assert "1 rows left out" in rejected[1]["reason"]


def test_capabilities_with_missing_parts(tmp_path):
    frame, rejected = read("capabilities_cow", tmp_path, NMC)
    assert frame.select("state", "year").rows() == [("USA", 1990), ("SUN", 1990), ("AFG", 1990)]
    assert frame["milex"].to_list()[2] is None
    assert rejected == []


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(SchemaMismatch, match=r"'conttype' is missing; nearest: 'contype'"):
        read("contiguity", tmp_path, CONTDIR.replace("conttype", "contype"))
    with pytest.raises(SchemaMismatch, match="'ccode2' is missing"):
        read("trade_cow", tmp_path, DYADIC.replace("ccode2", "code_b"))


@pytest.mark.parametrize("name", ["contiguity", "trade_cow", "capabilities_cow", "states"])
def test_starter_tables_have_no_rejects_and_unique_keys(name):
    source = SOURCES[name]
    rejects = Rejects()
    found = source.read(starter_paths(source), rejects)
    assert rejects.rows == []
    for table in source.tables:
        frame = found[table.name]
        assert frame.columns == [c.name for c in table.columns]
        assert frame.select(table.key).is_duplicated().sum() == 0
        if "state_b" in frame.columns:
            assert (frame["state_a"] < frame["state_b"]).all()


def test_russias_fourteen_land_neighbours():
    source = SOURCES["contiguity"]
    frame = source.read(starter_paths(source), Rejects())["contiguity"]
    land = frame.filter((pl.col("kind") == "land") & pl.col("end").is_null())
    pairs = land.filter((pl.col("state_a") == "RUS") | (pl.col("state_b") == "RUS"))
    found = (set(pairs["state_a"]) | set(pairs["state_b"])) - {"RUS"}
    expected = "AZE BLR CHN EST FIN GEO KAZ PRK LVA LTU MNG NOR POL UKR"
    assert found == set(expected.split())


@pytest.mark.shared
def test_starter_trade_is_the_mean_of_the_full_record(shared):
    full = pl.scan_parquet(
        shared / "data" / "cow_trade" / "cow_trade_directed_dyad_year_1870_2014.parquet"
    )
    mine = (
        full.filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 365), pl.col("year") >= 2010)
        .select((pl.col("flow1") + pl.col("flow2")).mean() * 1e6)
        .collect()
        .item()
    )
    source = SOURCES["trade_cow"]
    frame = source.read(starter_paths(source), Rejects())["trade_dyads"]
    row = frame.filter(
        (pl.col("state_a") == "RUS") & (pl.col("state_b") == "USA") & (pl.col("year") == 2014)
    )
    assert row["trade_usd"].item() == pytest.approx(mine, rel=0.005)
