"""Numbers, days and negations in the words of a statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - as in the reader, whose parameter it is
from datetime import timedelta


def small(words: str) -> str:
    """Small letters, with apostrophes as patterns write them."""
    return words.lower().replace("\u2019", "'")


_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = {
    **{w: n for n, w in enumerate(_UNITS)},
    **{w: 10 * n for n, w in enumerate(_TENS, 2)},
    "dozen": 12,
    "hundred": 100,
}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}(?:[.,]\d{{3}})+|\d+|(?:{_WORD})(?:[- ](?:{_WORD}))*)"
BOUND = (
    r"(?P<bound>more than|over|at least|upwards of|fewer than|less than|under|at most|up to|"
    r"about|around|some|nearly|almost|roughly|only|just|no fewer than|no more than)?\s*(?:a |the )?"
)
# Up to two words between a number and what it counts, none of them a number: "five member states".
_GAP = rf"(?: (?:of the )?(?!(?:{_WORD}|\d+|only|than)\b)[a-z-]+){{0,2}}?"
_MONTH = "|".join(MONTHS)
_DAY = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})|"
    rf"({_MONTH}) (\d{{1,2}})(?!\d)(?:st|nd|rd|th)?)"
    rf"(?:,? (\d{{4}}))?|\b({_MONTH}),? (\d{{4}})\b|\b(\d{{4}})-(\d\d)-(\d\d)\b"
)
_YEAR = re.compile(r"(?<![\w/.-])((?:19|20)\d\d)(?![\w/-])")
INVASION = Date(2022, 2, 24)
_SINCE_INVASION = re.compile(
    r"since (the )?(start of (the )?|beginning of (the )?|full-scale |russian? |russia's )*"
    r"(invasion|war|special military operation)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a statement; ``bound`` is exact, about, more, fewer, at_least or at_most."""

    value: int
    bound: str
    words: str

    def fits(self, count: int, margin: int = 0) -> bool:
        """Tell whether a count is what the words say; ``margin`` widens an exact number.

        Examples
        --------
        >>> Amount(30, "more", "more than thirty").fits(36), Amount(30, "exact", "thirty").fits(36)
        (True, False)
        """
        value = self.value
        if self.bound == "about":
            return abs(count - value) <= max(1, round(0.1 * value))
        tests = {
            "more": count > value, "fewer": count < value, "at_least": count >= value,
            "at_most": count <= value,
        }  # fmt: skip
        return tests.get(self.bound, abs(count - value) <= margin)


_BOUNDS = {
    "more than": "more", "over": "more", "upwards of": "at_least", "at least": "at_least",
    "no fewer than": "at_least", "fewer than": "fewer", "less than": "fewer", "under": "fewer",
    "at most": "at_most", "up to": "at_most", "no more than": "at_most", "about": "about",
    "around": "about", "some": "about", "nearly": "about", "almost": "about", "roughly": "about",
}  # fmt: skip


def amounts_before(words: str, nouns: str) -> list[Amount]:
    """Numbers that count the given nouns (a pattern), e.g. "more than thirty leaders".

    Examples
    --------
    >>> amounts_before("Only twenty-seven leaders came", "leaders|states")
    [Amount(value=27, bound='exact', words='Only twenty-seven leaders')]
    """
    pattern = re.compile(
        # Years count nothing, and "one of the five states" is not a count of five.
        rf"(?<!of the )(?<!of )(?<![/.-])\b(?=\w){BOUND}(?!(?:19|20)\d\d\b)(?P<number>{NUMBER})\b"
        rf"{_GAP} (?:{nouns})\b",
        re.IGNORECASE,
    )
    found = []
    for match in pattern.finditer(words):
        value = number_from(match["number"])
        if value is None:
            continue
        bound = _BOUNDS.get((match["bound"] or "").lower(), "exact")
        found.append(Amount(value, bound, match[0].strip()))
    return found


def number_from(text: str) -> int | None:
    """Whole number written in digits or words; None where it is neither.

    Examples
    --------
    >>> number_from("forty-one"), number_from("two dozen"), number_from("1,200")
    (41, 24, 1200)
    """
    plain = text.lower().replace(",", "").replace(".", "")
    if plain.isdigit():
        return int(plain)
    total = 0
    for word in re.split(r"[- ]+", plain):
        if word not in NUMBER_WORDS:
            return None
        value = NUMBER_WORDS[word]
        total = max(total, 1) * value if word in {"dozen", "hundred"} else total + value
    return total


def days_in(words: str, on: Date | None) -> list[tuple[Date, str]]:
    """Days and months that a text names, with their precision: "day" or "month".

    A day without a year is the latest one not after ``on``; without ``on`` it is left out.

    Examples
    --------
    >>> days_in("on 2 March and in May 2023", Date(2022, 3, 4))
    [(datetime.date(2022, 3, 2), 'day'), (datetime.date(2023, 5, 1), 'month')]
    """
    found = []
    for match in _DAY.finditer(words.lower()):
        d1, m1, m2, d2, year, m3, y3, iso_y, iso_m, iso_d = match.groups()
        try:
            if iso_y:
                found.append((Date(int(iso_y), int(iso_m), int(iso_d)), "day"))
            elif m3:
                found.append((Date(int(y3), MONTHS.index(m3) + 1, 1), "month"))
            elif day := _day_of(int(d1 or d2), MONTHS.index(m1 or m2) + 1, year, on):
                found.append((day, "day"))
        except ValueError:
            continue
    return found


_BARE_MONTH = re.compile(rf"\b(?:in|last|of) (?P<month>{_MONTH})\b(?!,? (?:\d{{4}}|\d{{1,2}})\b)")


def months_in(words: str, on: Date | None) -> list[Date]:
    """First days of months named without a year: the latest that began before ``on``.

    Examples
    --------
    >>> months_in("In October 121 members called for a truce.", Date(2023, 12, 13))
    [datetime.date(2023, 10, 1)]
    """
    if on is None:
        return []
    numbers = [MONTHS.index(m["month"]) + 1 for m in _BARE_MONTH.finditer(words.lower())]
    return [Date(on.year - (n > on.month), n, 1) for n in numbers]


def _day_of(day: int, month: int, year: str | None, on: Date | None) -> Date | None:
    if year:
        return Date(int(year), month, day)
    if on is None:
        return None
    this = Date(on.year, month, day)
    # A week of grace: articles announce what stands at the door.
    return this if this <= on + timedelta(days=7) else Date(on.year - 1, month, day)


def years_in(words: str, on: Date | None) -> list[int]:
    """Years a text names, "last year" and "this year" among them where the day is known.

    Examples
    --------
    >>> years_in("more than in 2023 or last year", Date(2025, 5, 9))
    [2023, 2024]
    """
    found = [int(y) for y in _YEAR.findall(words)]
    if on is not None:
        low = words.lower()
        if re.search(r"\blast year|a year (ago|earlier|before)\b", low):
            found.append(on.year - 1)
        if re.search(r"\bthis year\b", low):
            found.append(on.year)
        if again := re.search(rf"\b({_WORD}|\d+) years (ago|earlier|before)\b", low):
            found.append(on.year - (number_from(again[1]) or 0))
    return found


def since_in(words: str, on: Date | None) -> Date | None:
    """First day of the window that a statement names ("since 2014", "since the invasion").

    Examples
    --------
    >>> since_in("isolated since the invasion", None), since_in("adrift since March 2014", None)
    (datetime.date(2022, 2, 24), datetime.date(2014, 3, 1))
    """
    low = words.lower()
    if _SINCE_INVASION.search(low):
        return INVASION
    after = re.search(r"\b(?:since|after|from) (.{0,30})", low)
    if after is None:
        return None
    days = days_in(after[1], on)
    if days:
        return days[0][0]
    years = years_in(after[1], None)
    return Date(years[0], 1, 1) if years else None


_PARTS = {"half": 50, "a half": 50, "a third": 33, "one third": 33, "two thirds": 67,
          "two-thirds": 67, "a quarter": 25, "one quarter": 25, "three quarters": 75,
          "three-quarters": 75, "a fifth": 20, "a tenth": 10, "four fifths": 80}  # fmt: skip
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_PERCENT = re.compile(
    rf"{BOUND}(?:(?P<n>\d{{1,3}})(?:\.\d+)? ?(?:per ?cent|percent|%)|(?P<part>\b(?:{_PART})\b))"
)
_MOST = re.compile(r"\b(?P<all>(?:nearly|almost|virtually) all|the bulk|most|the majority)\b")


def share_in(words: str) -> Amount | None:
    """Share that a statement names, in percent: "94 percent", "two thirds", "most".

    Examples
    --------
    >>> share_in("Russia supplied 94 percent")
    Amount(value=94, bound='exact', words='94 percent')
    >>> share_in("buys most of its arms")
    Amount(value=50, bound='more', words='most')
    """
    if match := _PERCENT.search(words):
        value = int(match["n"]) if match["n"] else _PARTS[match["part"]]
        return Amount(value, _BOUNDS.get(match["bound"] or "", "exact"), match[0].strip())
    if most := _MOST.search(words):
        return Amount(85 if most[0].endswith(" all") else 50, "more", most[0])
    return None


def share_change_in(words: str) -> Amount | None:
    """Share by which something is said to have changed: "fell by half", "by 80 per cent".

    Examples
    --------
    >>> share_change_in("imports fell by more than 80 per cent").value
    80
    """
    after = re.search(r"\bby (.{2,40})", words)
    return share_in(after[1]) if after else None
