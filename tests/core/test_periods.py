"""Periods and sessions: half-open intervals, parsing, splitting."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.core.errors import BadOption
from multipolar.core.periods import (
    Period,
    as_period,
    is_emergency_session,
    session_on,
    session_opening,
    session_period,
    unit_of,
)

DAYS = st.dates(date(1945, 1, 1), date(2100, 1, 1))
FREQS = st.sampled_from(["A", "Q", "M", "D"])


@pytest.mark.parametrize(
    ("text", "start", "end", "freq"),
    [
        ("2022", date(2022, 1, 1), date(2023, 1, 1), "A"),
        (2022, date(2022, 1, 1), date(2023, 1, 1), "A"),
        ("2022Q1", date(2022, 1, 1), date(2022, 4, 1), "Q"),
        ("2022-Q4", date(2022, 10, 1), date(2023, 1, 1), "Q"),
        ("2022-03", date(2022, 3, 1), date(2022, 4, 1), "M"),
        ("2022-02-24", date(2022, 2, 24), date(2022, 2, 25), "D"),
        ("2014-2021", date(2014, 1, 1), date(2022, 1, 1), "A"),
        ("2022Q1..2023Q2", date(2022, 1, 1), date(2023, 7, 1), "Q"),
        ("2022-02-24/2022-03-01", date(2022, 2, 24), date(2022, 3, 2), "D"),
    ],
)
def test_forms(text, start, end, freq):
    assert Period.parse(text) == Period(start, end, freq)


@pytest.mark.parametrize(
    "text", ["", "22", "2022Q5", "2022-13", "2022-02-30", "2021-2014", "x", "1..2..3"]
)
def test_other_texts_are_refused_with_the_text(text):
    with pytest.raises(BadOption, match="period"):
        Period.parse(text)


@given(day=DAYS, freq=FREQS)
def test_a_unit_holds_its_day_and_reads_back(day, freq):
    unit = unit_of(day, freq)
    assert day in unit
    assert unit.start in unit
    assert unit.end not in unit
    assert Period.parse(str(unit)) == unit


@given(day=DAYS, length=st.integers(1, 900), freq=FREQS)
def test_the_parts_of_a_period_cover_it_once(day, length, freq):
    whole = Period(day, day + timedelta(days=length))
    parts = list(whole.split(freq))
    assert sum(p.days for p in parts) == whole.days
    assert all(a.end == b.start for a, b in pairwise(parts))


@given(a=DAYS, b=DAYS, n=st.integers(1, 500), m=st.integers(1, 500))
def test_shared_days_are_symmetric_and_at_most_the_shorter(a, b, n, m):
    one, two = Period(a, a + timedelta(days=n)), Period(b, b + timedelta(days=m))
    assert one.shared_days(two) == two.shared_days(one) <= min(n, m)


def test_anything_that_names_a_time():
    moment = datetime(2022, 2, 24, 5, tzinfo=UTC)
    assert as_period(moment) == as_period("2022-02-24") == as_period(date(2022, 2, 24))


@pytest.mark.parametrize(
    ("session", "opening"),
    [
        (48, date(1993, 9, 21)),
        (56, date(2001, 9, 12)),
        (70, date(2015, 9, 15)),
        (75, date(2020, 9, 15)),
        (76, date(2021, 9, 14)),
        (77, date(2022, 9, 13)),
        (78, date(2023, 9, 5)),
        (79, date(2024, 9, 10)),
        (80, date(2025, 9, 9)),
    ],
)
def test_openings(session, opening):
    assert session_opening(session) == opening


@given(session=st.integers(1, 120))
def test_sessions_follow_each_other_without_gap(session):
    assert session_period(session).end == session_period(session + 1).start
    assert session_on(session_period(session).start) == session
    assert session_on(session_period(session).end - timedelta(days=1)) == session


def test_no_session_before_the_first():
    with pytest.raises(BadOption, match="no session"):
        session_on(date(1945, 12, 1))


def test_emergency_sessions():
    assert is_emergency_session("ES-11")
    assert is_emergency_session("ES-II")
    assert not is_emergency_session("S-30")
    assert not is_emergency_session("77")


@pytest.mark.shared
def test_votes_of_regular_sessions_fall_into_them(shared):
    frame = pl.read_parquet(shared / "data" / "unga_undl" / "resolutions.parquet")
    regular = frame.filter((pl.col("body") == "GA") & pl.col("session").str.contains(r"^\d+$"))
    days = regular.select("session", pl.col("date").str.to_date()).rows()
    inside = sum(day in session_period(int(session)) for session, day in days)
    assert inside / len(days) > 0.995
