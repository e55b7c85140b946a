"""TIES, EUSANCT and Diplometrics missions, on rows as their publishers write them."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import BadOption, SchemaMismatch
from multipolar.sources import SOURCES

FILES = Path(__file__).parent / "files"
# The header of version 4, and rows of it in full.
TIES_HEAD = (
    "caseid;startmonth;startday;startyear;endmonth;endday;endyear;ongoingasofmonth;ongoingasofday;"
    "ongoingasofyear;sender1;sender2;sender3;sender4;sender5;primarysender;targetstate;institution;"
    "institutionid;targetinstitution;otherinstitution;issue1;issue2;issue3;otherissue;threat;"
    "threatid1;threatid2;threatid3;sanctiontypethreat;othersanctiontypethreatened;bspecif;scommit;"
    "threatenedtargetinterest;dsanctions;carrots;anticipatedtargetcosts;"
    "anticipatedtargetcostsfigureifav;tcurrency;tyearofestimate;anticipatedsendercosts;scurrency;"
    "syearofestimate;imposition;sancimpositionstartmonth;sancimpositionstartday;"
    "sancimpositionstartyear;sanctionidentity;sanctiontype;othersanctiontype;"
    "implementationofdiplomaticsancti;carrotsduringsanction;carrotvalue;carrotcurrency;carrotyear;"
    "targetcosts;targeteconomiccostsfigure;targeteconomiccostscurrency;targeteconomiccostsyear;"
    "sendercosts;sendereconomiccostsfigure;sendereconomiccostscurrency;sendereconomiccostsyear;"
    "finaloutcome;settlementnaturesender;settlementnaturetarget\n"
)
TIES_ROWS = """\
1946072101;7;21;1946;;;;10;22;1946;160;;;;;160;145;0;;;;3;;;Safety of the officials;0;;;;;;;;;\
;;;;;;;;;1;7;21;1946;5;2;;;0;;;;2;;;;1;;;;;;
1947022401;2;24;1947;3;;1947;;;;230;;;;;230;385;0;;;;7;;;;1;5;;;3;;2;3;3;;;2;;;;;;;0;;;;;;;;;;;;;\
;;;;;;;2;9;6
1948032501;3;25;1948;5;12;1949;;;;365;;;;;365;2;0;;;;1;14;5;;1;5;;;6;;2;3;1;;;3;;;;1;;;1;6;24;\
1948;4;5;;;0;;;;2;;;;1;;;;8;1;10
1949122401;12;24;1949;2;27;1951;;;;770;;;;;770;750;0;;;;13;;;;0;;;;;;;;;;;;;;;;;;1;12;24;\
1949, sometime before this date.;5;2;;;0;;;;2;;;;2;;;;10;5;6
1953070901;7;9;1953;5;8;1954;;;;;;;;;2;630;0;;;;4;;;End dispute with the United Kingdom;0;;;;;;\
;;;;;;;;;;;;1;7;9;1953;4;2 7;;;0;;;;;;;;1;;;;7;10;4
1953110301;11;3;1953;12;3;1953;;;;;;;;;;2;1;3450;0;;7;;;;1;7;;;1;;2;2;1;;;1;;;;2;;;0;;;;;;;;;;;;;\
;;;;;;;3;2;7
2002999901;;;2002;12;22;2006;;;;1000;;;;;1000;438;1;1830;0;;8;;;;0;;;;;;;;;;;;;;;;;;1;;;2002;6;7;\
;;0;;;;2;300 000 000;US Dollars;2002;1;0;;;6;7;3
2004091001;9;10;2004;2;28;2005;;;;2;;;;;2;1000;0;;;;13;;;;1;1;;;4;;2;3;3;;;1;;;;1;;;0;;;;;;;;;;;;\
;;;;;;;;2;8;2
1983999901;1;;1983;1;;1984;;;;2;;;;;2;90;0;;;;8;;;;0;;;;;;;;;;;;;;;;;;1;;;;5;7;;;0;;;;1;;;;1;;;;7;7;3
1950062501;6;25;1950;;;1957;;;;2;200;260;211;740;2;731;1;4400;0;;2;;;;0;;;;;;;;;;;;;;;;;;1;6;29;\
1950;1 2 4 5 6;1 2 4 5 6 8;;;0;;;;2;;;;;;;;;;
"""


def read(name, *paths):
    rejects = Rejects()
    return SOURCES[name].read(list(paths), rejects), rejects.rows


def of(frame, case):
    return frame.filter(pl.col("case").str.starts_with(case))


@pytest.fixture(scope="module")
def ties(tmp_path_factory):
    path = tmp_path_factory.mktemp("ties") / "TIESv4-1.csv"
    path.write_text(TIES_HEAD + TIES_ROWS, encoding="utf-8")
    return read("sanctions_ties", path)


def test_sanctions_last_from_their_day_to_the_day_after(ties):
    found, _ = ties
    (blockade,) = of(found["sanctions"], "1948032501").rows(named=True)
    assert (blockade["source_state"], blockade["target_state"]) == ("SUN", "USA")
    assert (blockade["start"], blockade["end"]) == (date(1948, 6, 24), date(1949, 5, 13))
    assert blockade["kinds_text"] == "blockade"
    assert (blockade["trade"], blockade["financial"], blockade["arms"]) == (True, False, None)
    assert blockade["success"] == "capitulation by the sender after imposition"
    assert (
        blockade["objective"] == "contain political influence, economic reform, territorial dispute"
    )


def test_what_was_last_seen_in_force_is_not_taken_to_last(ties):
    (row,) = of(ties[0]["sanctions"], "1946072101").rows(named=True)
    assert row["end"] == date(1946, 10, 23)
    assert row["success"] == "not over when last seen in 1946"


def test_a_year_with_a_remark_and_an_end_without_a_day_are_read(ties):
    found, _ = ties
    (remark,) = of(found["sanctions"], "1949122401").rows(named=True)
    assert remark["start"] == date(1949, 12, 24)
    korea = of(found["sanctions"], "1950062501")
    assert set(korea["source_state"]) == {"USA", "GBR", "DEU", "BEL", "JPN"}
    assert set(korea["end"]) == {date(1958, 1, 1)}
    assert korea["kinds_text"][0].count(",") == 5


def test_the_primary_sender_stands_where_it_is_the_only_one(ties):
    (row,) = of(ties[0]["sanctions"], "1953070901").rows(named=True)
    assert (row["source_state"], row["target_state"], row["paired"]) == ("USA", "IRN", "single")


def test_the_eu_is_its_members_of_the_day_as_sender_and_target(ties):
    found, _ = ties
    guinea = of(found["sanctions"], "2002999901")
    joined = guinea.filter(source_state="POL")["start"].item()
    assert joined == date(2004, 5, 1)
    assert guinea["via"].unique().to_list() == ["EU"]
    threats = of(found["sanction_threats"], "2004091001")
    assert threats.height == 25
    assert set(threats["source_state"]) == {"USA"}


def test_a_threat_without_sanctions_is_a_threat_only(ties):
    found, _ = ties
    (row,) = of(found["sanction_threats"], "1947022401").rows(named=True)
    assert (row["start"], row["imposed"]) == (date(1947, 2, 24), False)
    assert not of(found["sanctions"], "1947022401").height
    assert of(found["sanction_threats"], "1948032501")["imposed"].to_list() == [True]


def test_a_case_of_nobody_is_named(ties):
    _, rejected = ties
    (row,) = [r for r in rejected if r["row"] == 6]
    assert (row["value"], row["reason"]) == ("3450", "no state is named")
    (row,) = [r for r in rejected if r["row"] == 9]
    assert row["reason"] == "no year is given"


def test_ties_with_commas_and_with_a_missing_column(tmp_path):
    path = tmp_path / "TIESv4.csv"
    rows = TIES_ROWS.replace("1949, sometime before this date.", "1949")
    path.write_text((TIES_HEAD + rows).replace(";", ","), encoding="utf-8")
    assert read("sanctions_ties", path)[0]["sanctions"].height > 10
    path.write_text(TIES_HEAD.replace("primarysender", "primary_sender") + TIES_ROWS)
    with pytest.raises(SchemaMismatch, match="'primarysender' is missing; nearest"):
        read("sanctions_ties", path)


@pytest.fixture(scope="module")
def eusanct():
    return read("sanctions_eusanct", FILES / "EUSANCT_Dataset_Case-level.xls")


def test_a_case_is_one_per_sender(eusanct):
    sanctions = eusanct[0]["sanctions"]
    yugoslavia = of(sanctions, "19920101")
    ends = dict(yugoslavia.select("source_state", "end").rows())
    assert ends["USA"] == date(2002, 1, 1)
    assert ends["XUN"] == date(1997, 1, 1)
    assert ends["FRA"] == date(2001, 1, 1)
    assert set(yugoslavia["target_state"]) == {"YUG"}
    russia = of(sanctions, "20140301")
    assert "XUN" not in set(russia["source_state"])
    # 28 members of the EU and the United States; one member left while the case went on.
    assert russia.height == 29
    (left,) = russia.drop_nulls("end").select("source_state", "end").rows()
    assert left == ("GBR", date(2020, 1, 31))


def test_the_most_intense_measure_occurs_and_the_others_are_not_coded(eusanct):
    (row,) = of(eusanct[0]["sanctions"], "19610101-US").rows(named=True)
    assert (row["trade"], row["travel"], row["kinds_text"]) == (True, None, "economic embargo")
    kosovo = of(eusanct[0]["sanctions"], "19980101")
    # It counts from the day it was a state, and the case ended before.
    assert not kosovo.height
    assert set(of(eusanct[0]["sanctions"], "20060101")["target_state"]) == {"PSE"}


def test_names_of_no_state_and_ends_before_beginnings_are_rejected(eusanct):
    reasons = {(r["row"], r["column"]): r["reason"] for r in eusanct[1]}
    assert reasons[6, "endyearUS"] == "ends before it begins"
    assert "Kosovo" in {r["value"] for r in eusanct[1]}


DYADS = """sender,ccode,cname,ccodecow,year,threat_dyad,sanction_dyad,potential_sanction
US,192,Cuba,40,2013,1,1,1
US,192,Cuba,40,2014,0,1,1
US,192,Cuba,40,2015,0,1,1
UN,710,Liberia,450,2001,0,1,1
UN,710,Liberia,450,2002,0,1,1
UN,710,Liberia,450,2003,0,0,1
UN,710,Liberia,450,2004,0,1,1
XX,710,Liberia,450,2004,0,1,1
US,516,Namibia,565,1999,1,0,1
"""


def test_years_of_pairs_become_spells(tmp_path):
    path = tmp_path / "EUSANCT_Dataset_Dyadic.csv"
    path.write_text(DYADS, encoding="utf-8")
    found, rejected = read("sanctions_eusanct", path)
    spells = found["sanctions"].select("source_state", "target_state", "start", "end")
    assert set(spells.rows()) == {
        ("USA", "CUB", date(2013, 1, 1), None),
        ("XUN", "LBR", date(2001, 1, 1), date(2003, 1, 1)),
        ("XUN", "LBR", date(2004, 1, 1), date(2005, 1, 1)),
    }
    assert [r["reason"] for r in rejected] == ["expected EU, US or UN"]
    with pytest.raises(BadOption, match="twice"):
        read("sanctions_eusanct", path, FILES / "EUSANCT_Dataset_Case-level.xls")


DDR = """Destination,Sending Country,Year,Location,Embassy,Focus,EmbassyFocus,LOR
Germany,Kosovo,2015,Berlin,6,1,61,1
Belize,Taiwan,2015,Belmopan,6,1,61,1
Namibia,Palestine,2015,Windhoek,4,2,42,0.375
USSR,France,1985,Moscow,6,1,61,1
Russia,France,1985,Moscow,6,1,61,1
Cuba,United States,2010,Havana,3,1,31,0.125
Iran,United States,2010,Tehran,2,1,21,0.1
Syria,United States,2013,Damascus,6,3,63,0
France,São Tomé and Principe,2013,Paris,0,0,0,0
France,Italy,2013,Paris,7,1,71,1
France,Italy,2014,Paris,4,1,41,0.75
France,Italy,2014,Paris,6,1,61,1
"""


def missions(found):
    columns = ("source_state", "target_state", "year", "level")
    return set(found["embassies"].select(columns).rows())


def test_missions_of_a_year(tmp_path):
    path = tmp_path / "ddr.csv"
    path.write_bytes(DDR.encode("cp1252"))
    found, rejected = read("embassies_diplometrics", path)
    assert missions(found) == {
        ("XKX", "DEU", 2015, "ambassador"),
        ("TWN", "BLZ", 2015, "ambassador"),
        ("PSE", "NAM", 2015, "charge_d_affaires"),
        ("FRA", "SUN", 1985, "ambassador"),
        ("USA", "CUB", 2010, "other"),
        ("ITA", "FRA", 2014, "ambassador"),
    }
    reasons = {r["row"]: r["reason"] for r in rejected}
    assert "SUN" in reasons[5]
    assert reasons[7].startswith("another state serves the interests")
    assert reasons[8].startswith("withdrawn")
    assert reasons[10] == "expected one of 0, 1, 2, 3, 4, 5, 6"


def test_the_workbook_of_2025_spells_the_sender_in_one_word(tmp_path):
    path = tmp_path / "Diplometrics_Diplomatic-Representation_1960-2024_20250825.xlsx"
    rows = pl.read_csv(DDR.encode(), infer_schema=False).rename(
        {"Sending Country": "SendingCountry"}
    )
    rows.head(4).with_columns(pl.col("Year", "Embassy", "Focus").cast(pl.Int64)).write_excel(path)
    found, rejected = read("embassies_diplometrics", path)
    assert len(missions(found)) == 4
    assert not rejected
