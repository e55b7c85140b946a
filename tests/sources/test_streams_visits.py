"""Visits, trips and leaders: names in the year they held, roles, meetings, coverage."""

import dataclasses
from datetime import date

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.sources import SOURCES
from multipolar.sources._names import aggregate

COLT = (
    "TripID,LeaderCountryOrIGO,LeaderRole,LeaderFullName,CountryVisited,TripYear,TripStartDate,"
    "TripEndDate,TripDuration,MetHostHoGS,AttendedMultilatEvent,NameMultilatEvent\n"
)
TRIPS = [
    "a,Kazakhstan,GS,Nursultan Nazarbayev,Russia,2019,2019-04-03T00:00:00,2019-04-04,2,Yes,No,",
    "b,Soviet Union,GS,Mikhail Gorbachev,United States,1990,1990-05-30,1990-06-03,5,Yes,No,",
    "c,Kosovo,G,Albin Kurti,Germany,2021,2021-05-05,TBD,TBD,No,No,",
    "d,Taiwan,GS,Tsai Ing-wen,Belize,2023,2023-04-02,2023-04-05,4,TBD,,",
    "e,Palestine,S,Mahmoud Abbas,Namibia,2014,TBD,TBD,TBD,Yes,Yes,Summit of São Tomé",
    "f,Russia,GS,Mikhail Gorbachev,Germany,1990,1990-11-09,1990-11-10,2,Yes,No,",
    "g,United Nations (UN),I,António Guterres,Ukraine,2022,2022-04-28,2022-04-28,1,Yes,No,",
    "h,African Union (AU),I,Moussa Faki,Russia,2023,2023-07-27,2023-07-28,2,Yes,Yes,Summit",
    "i,France,GS,Emmanuel Macron,Crimea,2020,2020-01-01,2020-01-01,1,Yes,No,",
    "j,France,GS,Emmanuel Macron,Italy,2020,2019-12-31,2019-12-31,1,Yes,No,",
    "k,France,F,Jean-Yves Le Drian,Italy,2020,2020-02-30,,1,Yes,No,",
]


def read(name, *files):
    rejects = Rejects()
    return SOURCES[name].read(list(files), rejects), rejects.rows


def write(tmp_path, name, text, encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def colt(tmp_path):
    return write(tmp_path, "colt.csv", COLT + "\n".join(TRIPS) + "\n", "latin-1")


def test_trips_in_latin_1_keep_their_letters(colt):
    found, _ = read("visits_colt", colt)
    visits = {r["trip"]: r for r in found["visits"].iter_rows(named=True)}
    assert visits["e"]["note"] == "Summit of São Tomé"
    assert visits["g"]["leader"] == "António Guterres"


def test_the_workbook_is_read_from_its_sheet_master(tmp_path, colt):
    table = pl.read_csv(colt, encoding="latin-1", infer_schema=False)
    path = tmp_path / "COLT.xlsx"
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        pl.DataFrame({"note": ["read me"]}).write_excel(book, worksheet="ReadMe")
        table.write_excel(book, worksheet="Master")
    assert read("visits_colt", path)[0]["visits"].equals(read("visits_colt", colt)[0]["visits"])
    other = tmp_path / "other.xlsx"
    table.write_excel(other, worksheet="Sheet1")
    with pytest.raises(SchemaMismatch, match="no sheet 'Master'"):
        read("visits_colt", other)


def test_the_soviet_union_is_never_russia(colt):
    found, rejected = read("visits_colt", colt)
    visits = {r["trip"]: r for r in found["visits"].iter_rows(named=True)}
    assert visits["b"]["state"] == "SUN"
    assert "f" not in visits
    (said,) = [r["reason"] for r in rejected if r["value"] == "Russia"]
    assert "SUN" in said


def test_contested_states_travel_and_namibia_is_no_missing_value(colt):
    found, _ = read("visits_colt", colt)
    pairs = set(found["visits"].select("state", "host").rows())
    assert {("XKX", "DEU"), ("TWN", "BLZ"), ("PSE", "NAM"), ("XUN", "UKR")} <= pairs


def test_to_be_determined_is_missing_not_false(colt):
    found, _ = read("visits_colt", colt)
    visits = {r["trip"]: r for r in found["visits"].iter_rows(named=True)}
    assert visits["d"]["met_host_leader"] is None
    assert visits["d"]["multilateral"] is None
    assert visits["c"]["met_host_leader"] is False
    assert visits["c"]["end"] is None
    assert visits["e"]["start"] is None


def test_what_cannot_be_used_is_named(colt):
    found, rejected = read("visits_colt", colt)
    assert found["visits"].height == 6
    reasons = {str(r["value"]): r["reason"] for r in rejected}
    assert reasons["African Union (AU)"].startswith("an organisation")
    assert reasons["Crimea"].startswith("a territory")
    assert "not in the trip's year" in reasons["2019-12-31"]
    assert reasons["2020-02-30"] == "no date"


def test_a_file_of_few_travellers_gives_no_world_totals(colt):
    assert "trips_by_state_year" not in read("visits_colt", colt)[0]


def test_counts_by_year_are_read_on_both_sides(tmp_path):
    received = write(
        tmp_path,
        "received.csv",
        "TripYear,CountryVisited,count\n2019,Russia,95\n1990,Soviet Union,60\n1990,Russia,1\n"
        "2019,Unknown,3\n",
    )
    sent = write(
        tmp_path,
        "sent.csv",
        "TripYear,LeaderCountryOrIGO,count\n2019,Russia,24\n2019,World Bank (IBRD),9\n",
    )
    found, rejected = read("visits_colt", received, sent)
    assert found["trips_by_state_year"].rows() == [("RUS", 2019, 95, 24), ("SUN", 1990, 60, 0)]
    assert [r["value"] for r in rejected] == ["Russia", "Unknown", "World Bank (IBRD)"]


TRAVELS = """id,role,who,name,start_date,end_date,country_id,country,locale,remarks
1,president,n,Richard M. Nixon,1972-05-22,1972-05-30,ussr,Soviet Union,Moscow,Met with Premier Kosygin.
2,secretary,k,Henry Kissinger,1973-02-15,1973-02-19,china,China,Beijing,Attended a conference.
3,secretary,b,Antony J. Blinken,2022-09-08,2022-09-08,x,U.S.S.R.,Nowhere,
"""  # noqa: E501
VISITS = """id,start_date,end_date,visitor,from_id,from_country,description
7,1959-09-15,1959-09-27,Premier Khrushchev,ussr,Soviet Union,Official visit.
8,1960-12-20,1960-12-21,President Nasser,uar,Egypt,Attended the UN General Assembly.
9,1874-12-12,1874-12-23,King Kalakaua,hawaii,Hawaii,First visit.
"""


def test_us_lists_cover_one_side_each(tmp_path):
    files = [write(tmp_path, "t.csv", TRAVELS), write(tmp_path, "v.csv", VISITS)]
    found, rejected = read("visits_us", *files)
    rows = {r["trip"]: r for r in found["visits"].iter_rows(named=True)}
    assert (rows["travels-1"]["state"], rows["travels-1"]["host"]) == ("USA", "SUN")
    assert rows["travels-1"]["met_host_leader"] is True
    assert rows["travels-2"]["role"] == "foreign_minister"
    assert rows["travels-2"]["multilateral"] is True
    assert rows["travels-2"]["met_host_leader"] is None
    assert rows["visits-8"]["state"] == "UAR"
    assert [r["value"] for r in rejected] == ["U.S.S.R."]
    assert set(found["visit_coverage"].select("side", "state").rows()) == {
        ("traveller", "USA"),
        ("host", "USA"),
    }


def test_a_year_is_complete_once_december_is_in(tmp_path):
    text = VISITS + "10,2023-12-01,2023-12-01,President X,fra,France,Working visit.\n"
    more = text + "11,2024-11-12,2024-11-12,President Y,isr,Israel,Working visit.\n"
    for number, (content, last) in enumerate(((text, 2023), (more, 2023))):
        path = write(tmp_path, f"v{number}.csv", content)
        coverage = read("visits_us", path)[0]["visit_coverage"]
        assert coverage["last_year"].to_list() == [last]


def test_starter_visits_can_be_added_again():
    from multipolar.store.starter import starter_paths

    found, rejected = read("visits_us", *starter_paths(SOURCES["visits_us"]))
    assert not rejected
    assert found["visits"]["state"].eq("USA").sum() > 3000


ARCHIGOS = """obsid,gwcode,leadid,leader,yrborn,gender,startdate,enddate,entry,exit,exitcode
USR-1985,365,x,Gorbachev,1931,M,1985-03-11,1991-12-25,Regular,Irregular,Other
RUS-1991,365,y,Yeltsin,1931,M,1991-12-25,1999-12-31,Regular,Regular,Regular
GER-2005,260,z,Merkel,1954,F,2005-11-22,2015-12-31,Regular,Still in Office,Still in Office
POL-2010,290,k,Komorowski,1952,M,2010-07-08,2010-07-08,Regular,Regular,Regular
USA-1869,2,g,Grant,1822,M,1869-03-04,1877-03-04,Regular,Regular,Regular
"""


def test_leaders_are_cut_where_a_state_ended(tmp_path):
    found, rejected = read("leaders_archigos", write(tmp_path, "a.csv", ARCHIGOS))
    spells = found["leader_spells"].select("state", "leader", "start", "end").rows()
    assert spells == [
        ("DEU", "Merkel", date(2005, 11, 22), None),
        ("POL", "Komorowski", date(2010, 7, 8), date(2010, 7, 8)),
        ("RUS", "Yeltsin", date(1991, 12, 26), date(1999, 12, 31)),
        ("SUN", "Gorbachev", date(1985, 3, 11), date(1991, 12, 25)),
    ]
    assert not rejected


REIGN = """stateabb,ccode,leadid,leader,sdate,smonth,syear,emonth,eyear
GMY,255,A,Merkel,22,11,2005,,
USA,2,B,Reagan,20,1,1981,1,1989
XXX,999,C,Nobody,1,1,2000,1,2001
USA,2,D,Backward,1,1,2001,1,2000
"""


def test_an_end_without_a_day_is_the_last_of_its_month(tmp_path):
    found, rejected = read("leaders_reign", write(tmp_path, "r.csv", REIGN))
    rows = found["leader_spells"].select("state", "leader", "end").rows()
    assert rows == [("DEU", "Merkel", None), ("USA", "Reagan", date(1989, 1, 31))]
    assert [r["value"] for r in rejected] == ["2000", "999"]


@pytest.mark.parametrize(
    ("text", "is_total"),
    [
        ("World", True),
        ("Euro area - 20 countries (AT, BE)", True),
        ("Emerging and Developing Asia", True),
        ("South Africa", False),
        ("Central African Republic", False),
        ("United Arab Emirates", False),
    ],
)
def test_totals_are_told_from_states(text, is_total):
    assert aggregate(text) is is_total


def test_sources_without_a_licence_ship_nothing():
    for name in ("visits_colt", "sanctions_gsdb", "trade_comtrade", "embassies_cow"):
        source = SOURCES[name]
        assert not source.starter
        assert "shipped" in source.terms
        assert dataclasses.asdict(source)["breaks"]
