"""States: codes and names across births and deaths, succession, membership, bad names."""

import csv
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.core.errors import BadOption, UnknownName
from multipolar.core.periods import Period
from multipolar.core.states import (
    crosswalk,
    find_state,
    from_code,
    known_codes,
    list_states,
    plain,
    state_of,
    successor,
    to_code,
)

SYSTEMS = ("iso3", "iso2", "m49", "cow", "gw")
DAYS = st.dates(date(1945, 1, 1), date(2026, 1, 1))
UN_MEMBERS = {
    1945: 51,
    1946: 55,
    1950: 60,
    1955: 76,
    1960: 99,
    1965: 117,
    1970: 127,
    1975: 144,
    1980: 154,
    1985: 159,
    1990: 159,
    1991: 166,
    1992: 179,
    1993: 184,
    1994: 185,
    1999: 188,
    2000: 189,
    2002: 191,
    2006: 192,
    2011: 193,
    2025: 193,
}


@given(day=DAYS, system=st.sampled_from(SYSTEMS))
def test_codes_go_there_and_back_on_every_day(day, system):
    for state in list_states(day, institutions=True):
        value = to_code(state.code, system, day)
        if value is not None:
            assert from_code(value, system, day) == state.code


@given(day=DAYS, system=st.sampled_from(SYSTEMS))
def test_no_two_states_hold_one_code_on_one_day(day, system):
    held = [s.value for s in crosswalk(system) if s.start <= day and (s.end is None or day < s.end)]
    assert len(held) == len(set(held))


@given(day=DAYS, code=st.sampled_from(sorted(known_codes())))
def test_a_state_is_found_by_name_exactly_on_the_days_it_existed(day, code):
    state = state_of(code)
    if state.exists(day):
        assert find_state(state.name, on=day) == state
    else:
        with pytest.raises(UnknownName, match=code):
            find_state(code, on=day)


@given(code=st.sampled_from(sorted(known_codes())))
def test_intervals_are_ordered_and_do_not_overlap(code):
    state = state_of(code)
    for spells in (state.spells, state.un_spells):
        assert all(end is None or start < end for start, end in spells)
        assert all(a[1] is not None and a[1] <= b[0] for a, b in pairwise(spells))


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_members_of_the_un_existed(code):
    state = state_of(code)
    # The seat of the USSR passed two days before its end.
    slack = timedelta(days=2 if code == "RUS" else 0)
    for start, end in state.un_spells:
        assert state.exists(start + slack)
        assert end is None or state.exists(end - timedelta(days=1))


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_succession_is_written_both_ways(code):
    state = state_of(code)
    assert all(code in state_of(heir).predecessors for heir in state.heirs)
    if state.successor:
        assert state.successor in state.heirs
        assert state.end is not None


@pytest.mark.parametrize(("year", "members"), UN_MEMBERS.items())
def test_number_of_un_members_at_the_end_of_the_year(year, members):
    assert len(list_states(date(year, 12, 31), un_members=True)) == members


@pytest.mark.parametrize(
    ("system", "value", "when", "code"),
    [
        ("cow", 365, 1980, "SUN"),
        ("cow", 365, "1991-12-25", "SUN"),
        ("cow", 365, "1991-12-26", "RUS"),
        ("cow", 365, 1991, "SUN"),
        ("cow", 365, 1992, "RUS"),
        ("cow", 260, 1980, "DEU"),
        ("cow", 255, 2000, "DEU"),
        ("gw", 260, 2000, "DEU"),
        ("cow", 265, 1980, "DDR"),
        ("cow", 678, 1980, "YEM"),
        ("cow", 679, 2000, "YEM"),
        ("gw", 678, 2000, "YEM"),
        ("cow", 680, 1980, "YMD"),
        ("cow", 345, 1990, "YUG"),
        ("cow", 345, 2004, "SCG"),
        ("cow", 345, 2010, "SRB"),
        ("gw", 340, 2010, "SRB"),
        ("cow", 347, 2010, "XKX"),
        ("cow", 710, 1950, "CHN"),
        ("cow", 713, 1950, "TWN"),
        ("cow", 651, 1960, "UAR"),
        ("cow", 651, 1980, "EGY"),
        ("cow", 970, 2010, "NRU"),
        ("gw", 970, 2010, "KIR"),
        ("cow", 817, 1970, "RVN"),
        ("iso2", "NA", 2000, "NAM"),
        ("iso2", "CS", 1990, "CSK"),
        ("iso2", "CS", 2004, "SCG"),
        ("iso3", "ZAR", 1990, "COD"),
        ("m49", "231", 2000, "ETH"),
        ("m49", 8, 2000, "ALB"),
        ("cow", 2.0, 2000, "USA"),
    ],
)
def test_codes_stand_for_the_state_of_their_time(system, value, when, code):
    assert from_code(value, system, when) == code


def test_codes_without_a_date_are_of_today_or_of_their_only_holder():
    assert from_code(365, "cow") == "RUS"
    assert from_code(260, "cow") == "DEU"
    with pytest.raises(UnknownName, match="several former states"):
        from_code("CS", "iso2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rusia ", None),
        ("Russian Federation", "RUS"),
        ("TÜRKİYE", "TUR"),
        ("TÜRKÝYE", "TUR"),
        ("Turkiye", "TUR"),
        ("swaziland", "SWZ"),
        ("CÔTE D'IVOIRE", "CIV"),
        ("Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire", "CIV"),
        ("Korea, Rep.", "KOR"),
        ("Korea, Dem. People's Rep.", "PRK"),
        ("U.S.A.", "USA"),
        ("The Gambia", "GMB"),
        ("St. Kitts & Nevis", "KNA"),
        ("NA", "NAM"),
        ("USSR", "SUN"),
        ("rus", "RUS"),
        ("Kosovo", "XKX"),
        ("EU", "XEU"),
    ],
)
def test_names_and_spellings(text, code):
    if code is None:
        with pytest.raises(UnknownName):
            find_state(text)
    else:
        assert find_state(text).code == code


def test_a_misspelt_name_gets_the_nearest_state():
    with pytest.raises(UnknownName) as caught:
        find_state("Rusia")
    assert str(caught.value) == "unknown state 'Rusia': did you mean 'RUS' (Russia)?"


@pytest.mark.parametrize(
    ("text", "when", "named"),
    [
        ("USSR", 2000, "RUS (Russia)"),
        ("Russia", 1980, "SUN (Soviet Union)"),
        ("Czechoslovakia", 2000, "CZE (Czechia) and SVK (Slovakia)"),
        ("Serbia", 2004, "SCG (Serbia and Montenegro)"),
        ("Egypt", 1960, "UAR (United Arab Republic)"),
        ("Yugoslavia", 2010, "SRB (Serbia)"),
    ],
)
def test_a_state_of_another_time_names_who_was_there_then(text, when, named):
    with pytest.raises(UnknownName) as caught:
        find_state(text, on=when)
    assert f"then {'are' if ' and ' in named and text[0] == 'C' else 'is'} {named}" in str(
        caught.value
    )
    assert "from " in caught.value.message


@given(text=st.text(max_size=30))
@settings(max_examples=50)
def test_any_text_finds_a_state_or_says_it_is_unknown(text):
    try:
        code = find_state(text).code
    except UnknownName as error:
        code = (error.context["nearest"] or ["RUS"])[0]
    assert code in known_codes()


def test_ambiguous_code_without_a_date_lists_both():
    with pytest.raises(UnknownName, match=r"CSK.*SCG"):
        find_state("CS")


def test_codes_nobody_held_and_bad_codes():
    with pytest.raises(UnknownName, match="it stood for DEU from 1955-05-05 until 1990-10-03"):
        from_code(260, "cow", 2000)
    with pytest.raises(BadOption, match="not a whole number"):
        from_code("x", "cow", 2000)
    with pytest.raises(UnknownName, match="coding system"):
        to_code("RUS", "isoo")
    assert to_code("PSE", "cow") is None


def test_institutions_are_no_states():
    assert not {"XEU", "XUN"} & {s.code for s in list_states(2022)}
    assert state_of("XEU").kind == "institution"
    assert {"TWN", "PSE", "XKX", "XAB", "XSO"} == {
        s.code for s in list_states(2022) if s.kind == "contested"
    }
    assert "VAT" in {s.code for s in list_states(2022, contested=False)}


def test_successors():
    assert successor("SUN") == "RUS"
    assert successor("CSK") is None
    assert state_of("CSK").heirs == ("CZE", "SVK")
    assert successor("FRA") is None


def test_a_name_means_one_state():
    with_two = {
        name
        for s in known_codes()
        for name in (plain(state_of(s).name), plain(state_of(s).official))
        if find_state(name).code != s
    }
    assert not with_two


@pytest.mark.shared
def test_every_name_in_the_un_record_resolves_on_the_days_it_was_printed(shared):
    path = shared / "data" / "unga_undl" / "member_names.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 245
    for row in rows:
        assert find_state(row["ms_name"]).code == row["ms_code"]


@pytest.mark.shared
def test_members_are_listed_in_the_un_record_only_while_members(shared):
    folder = shared / "data" / "unga_undl"
    meetings = pl.read_parquet(folder / "resolutions.parquet").filter(pl.col("body") == "GA")
    votes = pl.read_parquet(folder / "votes.parquet").join(
        meetings.select("undl_id", "date"), on="undl_id"
    )
    days = votes.select(pl.col("ms_code").cast(pl.String), "date").unique()
    outside = {
        (code, day) for code, day in days.iter_rows() if not state_of(code).is_un_member(day)
    }
    # The record lists five states some weeks early, in the session in which they were admitted.
    assert {code for code, _ in outside} == {"ARE", "DMA", "JPN", "MNG", "WSM"}
    assert all(state_of(code).is_un_member(day[:4]) for code, day in outside)


@pytest.mark.shared
@pytest.mark.parametrize("file", ["gdp", "population"])
def test_world_bank_names_resolve_to_their_codes(shared, file):
    frame = pl.read_parquet(shared / "data" / "worldbank" / f"{file}.parquet")
    pairs = frame.select("Country Name", "Country Code").unique()
    for name, code in pairs.iter_rows():
        if code in known_codes():
            assert find_state(name).code == code


@pytest.mark.shared
def test_voeten_names_resolve(shared):
    frame = pl.read_parquet(shared / "data" / "unga_voeten" / "unvotes_pkg_un_votes.parquet")
    for name in frame["country"].unique():
        find_state(name)


@pytest.mark.shared
def test_crosswalk_agrees_with_cow_system_membership(shared):
    frame = pl.read_parquet(shared / "data" / "peacesciencer" / "cow_states.parquet")
    for number, start, end in frame.select("ccode", "styear", "endyear").iter_rows():
        for year in range(max(1946, int(start) + 1), int(end)):
            from_code(number, "cow", year)


def test_existence_over_a_period_is_any_day_of_it():
    assert state_of("SUN").exists(Period.parse("1991-2000"))
    assert not state_of("SUN").exists(Period.parse("1992-2000"))


@pytest.mark.shared
def test_iso_codes_agree_with_an_independent_list(shared):
    frame = pl.read_csv(
        shared / "data" / "countries" / "mledoze_countries.csv", infer_schema=False, null_values=[]
    )
    compared = 0
    for row in frame.iter_rows(named=True):
        if row["cca3"] in known_codes():
            state = state_of(row["cca3"])
            assert (state.iso2, state.m49) == (row["cca2"], row["ccn3"].zfill(3))
            assert find_state(row["name.common"]) == find_state(row["name.official"]) == state
            compared += 1
    assert compared == 196
