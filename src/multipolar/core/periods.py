"""Periods with a start, an end and a frequency, and the sessions of the General Assembly.

Every interval is half-open: ``start`` belongs to it, ``end`` does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from multipolar.core.errors import BadOption

Frequency = Literal["A", "Q", "M", "D"]
_MONTHS = {"A": 12, "Q": 3, "M": 1}
_FORMS = "expected 2022, 2022Q1, 2022-03, 2022-02-24 or a range such as 2014-2021"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of days ``[start, end)`` made of whole years, quarters, months or days.

    Attributes
    ----------
    start : date
        First day.
    end : date
        First day after the period.
    freq : {"A", "Q", "M", "D"}
        The unit it was written in: year, quarter, month or day. A range keeps the unit of its
        ends, so ``2014-2021`` is eight years.
    """

    start: date
    end: date
    freq: Frequency = "D"

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise BadOption(
                f"period from {self.start} to {self.end} is empty: it must end after it starts"
            )

    @classmethod
    def parse(cls, text: str | int) -> Period:
        """Read a year, quarter, month, day, or a range of them.

        Parameters
        ----------
        text : str or int
            ``"2022"``, ``"2022Q1"``, ``"2022-03"``, ``"2022-02-24"``; a range of years is
            ``"2014-2021"``, any other range is written with two dots, ``"2022Q1..2023Q2"``. Both
            ends of a range belong to it.

        Raises
        ------
        BadOption
            The text is none of these, or the range runs backwards.

        Examples
        --------
        >>> Period.parse("2022Q1")
        Period(start=datetime.date(2022, 1, 1), end=datetime.date(2022, 4, 1), freq='Q')
        >>> str(Period.parse("2014-2021"))
        '2014-2021'
        """
        written = str(text).strip()
        years = re.fullmatch("(\\d{4})\\s*[-\N{EN DASH}]\\s*(\\d{4})", written)
        ends = list(years.groups()) if years else re.split(r"\s*(?:\.\.|/)\s*", written)
        if len(ends) == 1:
            return cls(*_read_one(ends[0], written))
        if len(ends) != 2:
            raise BadOption(f"{written!r} is not a period; {_FORMS}")
        first, last = _read_one(ends[0], written), _read_one(ends[1], written)
        freq = first[2] if first[2] == last[2] else "D"
        return cls(first[0], last[1], freq)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        last = self.end - timedelta(days=1)
        first_label, last_label = _label(self.start, self.freq), _label(last, self.freq)
        if first_label == last_label:
            return first_label
        return f"{first_label}{'-' if self.freq == 'A' else '..'}{last_label}"

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def shared_days(self, other: Period) -> int:
        """Number of days both have; 0 where they do not meet.

        Examples
        --------
        >>> Period.parse("2022").shared_days(Period.parse("2022-12-31..2023-01-05"))
        1
        """
        return max(0, (min(self.end, other.end) - max(self.start, other.start)).days)

    def split(self, freq: Frequency) -> Iterator[Period]:
        """Calendar units of ``freq`` that the period touches, cut at its own ends.

        Examples
        --------
        >>> [str(p) for p in Period.parse("2022").split("Q")]
        ['2022Q1', '2022Q2', '2022Q3', '2022Q4']
        """
        day = self.start
        while day < self.end:
            unit = unit_of(day, freq)
            yield Period(max(unit.start, self.start), min(unit.end, self.end), freq)
            day = unit.end


def unit_of(day: date, freq: Frequency) -> Period:
    """Return the calendar year, quarter, month or day that ``day`` lies in.

    Examples
    --------
    >>> str(unit_of(date(2022, 2, 24), "Q"))
    '2022Q1'
    """
    if freq == "D":
        return Period(day, day + timedelta(days=1), "D")
    months = _MONTHS[freq]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, _add_months(start, months), freq)


def as_period(when: date | datetime | str | int | Period) -> Period:
    """Read anything that names a time as a :class:`Period`.

    Examples
    --------
    >>> as_period(2022) == as_period("2022")
    True
    """
    if isinstance(when, Period):
        return when
    if isinstance(when, datetime):
        return unit_of(when.date(), "D")
    if isinstance(when, date):
        return unit_of(when, "D")
    return Period.parse(when)


# Regular sessions that opened off the rule: months late in the early years, some days off between
# the old rule and the new one.
_OPENINGS = {
    1: date(1946, 1, 10),
    6: date(1951, 11, 6),
    7: date(1952, 10, 14),
    11: date(1956, 11, 12),
    19: date(1964, 12, 1),
    53: date(1998, 9, 9),
    54: date(1999, 9, 14),
    55: date(2000, 9, 5),
    56: date(2001, 9, 12),
    57: date(2002, 9, 10),
}


def session_opening(session: int) -> date:
    """First day of a regular session of the General Assembly.

    Session ``s`` opens in the autumn of 1945 + s: on the third Tuesday of September up to the 52nd,
    on the Tuesday of the third week with a working day up to the 77th, of the second such week
    since the 78th (rule 1 of the rules of procedure). Ten sessions that opened off the rule are
    listed; other early sessions may differ by some days.

    Examples
    --------
    >>> session_opening(77)
    datetime.date(2022, 9, 13)
    """
    if session < 1:
        raise BadOption(f"regular session {session} does not exist; the first is 1 (1946)")
    if session in _OPENINGS:
        return _OPENINGS[session]
    first = date(1945 + session, 9, 1)
    if session <= 57:
        return first + timedelta(days=(1 - first.weekday()) % 7 + 14)
    saturday = 5
    monday = first - timedelta(days=first.weekday())
    if first.weekday() >= saturday:
        monday += timedelta(days=7)
    return monday + timedelta(days=(7 if session >= 78 else 14) + 1)


def session_period(session: int) -> Period:
    """Days of a regular session: from its opening until the next one opens.

    A session sits mostly from September to December and resumes into the next year, so it is not a
    calendar year: most of its votes fall in 1945 + s, some in 1946 + s. Emergency special sessions
    run beside the regular ones and are not described by this function; use the day of the vote.

    Examples
    --------
    >>> str(session_period(76).start), date(2022, 3, 2) in session_period(76)
    ('2021-09-14', True)
    """
    return Period(session_opening(session), session_opening(session + 1), "D")


def session_on(day: date) -> int:
    """Regular session that is open on ``day``.

    Examples
    --------
    >>> session_on(date(2022, 3, 2))
    76
    """
    session = day.year - 1945
    if session >= 1 and day >= session_opening(session):
        return session
    if session <= 1:
        raise BadOption(
            f"no session of the General Assembly was open on {day}; the first: 1946-01-10"
        )
    return session - 1


_EMERGENCY = re.compile(r"(?:ES[- ]?|EMERGENCY SPECIAL[- ]?)(\d+|[IVXL]+)", re.IGNORECASE)


def is_emergency_session(session: str) -> bool:
    """Whether a session is written as an emergency special session, such as ``ES-11``.

    Examples
    --------
    >>> is_emergency_session("ES-11"), is_emergency_session("76"), is_emergency_session("S-30")
    (True, False, False)
    """
    return _EMERGENCY.fullmatch(session.strip()) is not None


def _read_one(text: str, written: str) -> tuple[date, date, Frequency]:
    found = re.fullmatch(r"(\d{4})(?:-?Q([1-4])|-(\d{1,2})(?:-(\d{1,2}))?)?", text, re.IGNORECASE)
    if not found:
        raise BadOption(f"{written!r} is not a period; {_FORMS}")
    year, quarter, month, day = (int(g) if g else None for g in found.groups())
    freq: Frequency = "Q" if quarter else "D" if day else "M" if month else "A"
    try:
        first = date(year or 0, month or (quarter or 1) * 3 - 2, day or 1)
    except ValueError as error:
        raise BadOption(f"{written!r} is not a period: {error}; {_FORMS}") from error
    unit = unit_of(first, freq)
    return unit.start, unit.end, freq


def _label(day: date, freq: Frequency) -> str:
    if freq == "A":
        return f"{day.year:04d}"
    if freq == "Q":
        return f"{day.year:04d}Q{(day.month + 2) // 3}"
    return day.isoformat()[:7] if freq == "M" else day.isoformat()


def _add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
