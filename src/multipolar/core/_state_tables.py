"""The tables of states, codes and names, read once from the files beside this module."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast, get_args

from multipolar.core.errors import BadOption, UnknownName
from multipolar.core.periods import Period, as_period

System = Literal["iso3", "iso2", "m49", "cow", "gw"]
Kind = Literal["state", "contested", "institution"]
When = date | datetime | str | int | Period
Spell = tuple[date, date | None]
_FAR = date(9999, 12, 31)
_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state, with the intervals in which it existed and sat in the United Nations.

    Attributes
    ----------
    code : str
        ISO 3166-1 alpha-3 where there is one, otherwise the code this record uses (SUN, UAR, XKX).
    kind : {"state", "contested", "institution"}
        ``contested``: not a UN member and recognised by some states only. ``institution``: XEU and
        XUN, which act but are not states.
    spells : tuple of (start, end)
        Half-open intervals of existence; end None where it is open. A state older than this record
        starts on 1945-01-01. EGY and SYR have a gap, the United Arab Republic.
    un_spells : tuple of (start, end)
        UN membership, from the day of admission. Belarus, India, the Philippines and Ukraine were
        members before they were independent.
    successor : str or None
        The one state that continues it (SUN: RUS). None where there are several equal ones.
    heirs : tuple of str
        All states that came out of it. ``predecessors`` is the same relation read backwards.
    iso3, iso2, m49, cow, gw
        The latest code of each system, None where the system does not list it. Codes change with
        time: use :func:`to_code` with a date.
    lat, lon : float
        Degrees of the capital.
    """

    code: str
    name: str
    official: str
    kind: Kind
    spells: tuple[Spell, ...]
    un_spells: tuple[Spell, ...]
    demonym: str
    capital: str
    lat: float
    lon: float
    region: str
    subregion: str
    successor: str | None
    heirs: tuple[str, ...]
    predecessors: tuple[str, ...]
    note: str
    iso3: str | None
    iso2: str | None
    m49: str | None
    cow: int | None
    gw: int | None

    @property
    def start(self) -> date:
        """First day of the first interval."""
        return self.spells[0][0]

    @property
    def end(self) -> date | None:
        """Day after the last one; None for a state of today."""
        return self.spells[-1][1]

    @property
    def un_start(self) -> date | None:
        """Day of the first admission to the United Nations."""
        return self.un_spells[0][0] if self.un_spells else None

    @property
    def un_end(self) -> date | None:
        """Day the last membership ended; None for a member of today and for one that never was."""
        return self.un_spells[-1][1] if self.un_spells else None

    def exists(self, on: When) -> bool:
        """Whether it existed on at least one day of ``on``."""
        return days_within(self.spells, as_period(on)) > 0

    def is_un_member(self, on: When) -> bool:
        """Whether it was a member of the United Nations on at least one day of ``on``."""
        return days_within(self.un_spells, as_period(on)) > 0


@dataclass(frozen=True, slots=True)
class CodeSpell:
    """One interval in which ``value`` of a coding system stood for the state ``code``."""

    code: str
    value: str | int
    start: date
    end: date | None


@functools.cache
def crosswalk(system: System) -> tuple[CodeSpell, ...]:
    """All intervals of one coding system, by state and start.

    Examples
    --------
    >>> [(s.code, s.end) for s in crosswalk("cow") if s.value == 365]
    [('RUS', None), ('SUN', datetime.date(1991, 12, 26))]
    """
    if system not in get_args(System):
        raise UnknownName.among("coding system", system, get_args(System))
    rows = [r for r in _rows("codes.tsv") if r["system"] == system]
    spells = (
        CodeSpell(r["code"], as_code(r["value"], system), _day(r["start"]), _end(r["end"]))
        for r in rows
    )
    return tuple(sorted(spells, key=lambda s: (s.code, s.start)))


def plain(name: str) -> str:
    """Name without case, accents, punctuation, "the" and the difference of St. and Saint.

    Examples
    --------
    >>> plain("St. Kitts & Nevis") == plain("SAINT KITTS AND NEVIS")
    True
    """
    folded = unicodedata.normalize(
        "NFKD", name.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i").replace(".", "")
    )
    folded = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[^\w]+|_", " ", folded.replace("&", " and ")).split()
    return " ".join("saint" if w == "st" else w for w in words if w != "the")


def days_within(spells: tuple[Spell, ...], period: Period) -> int:
    """Days of the period that lie in the intervals."""
    return sum(
        max(0, (min(end or _FAR, period.end) - max(start, period.start)).days)
        for start, end in spells
    )


def as_code(value: str | float, system: System) -> str | int:
    """Code as this record writes it: a whole number for cow and gw, three digits for m49."""
    if system in ("cow", "gw"):
        try:
            number = float(value)
        except ValueError:
            number = -0.5
        if not number.is_integer():
            raise BadOption(f"{system} code {value!r} is not a whole number")
        return int(number)
    if system == "m49":
        text = str(value).strip().removesuffix(".0")
        return text.zfill(3)
    return str(value).strip().upper()


@functools.cache
def states_by_code() -> dict[str, State]:
    """Every state by its code."""
    rows = _rows("states.tsv")
    before: dict[str, list[str]] = {}
    for row in rows:
        for heir in row["heirs"].split():
            before.setdefault(heir, []).append(row["code"])
    latest: dict[str, dict[str, str | int]] = {r["code"]: {} for r in rows}
    for system in get_args(System):
        for spell in crosswalk(system):
            latest[spell.code][system] = spell.value
    return {r["code"]: _state(r, before.get(r["code"], []), latest[r["code"]]) for r in rows}


def _state(row: dict[str, str], before: list[str], latest: dict[str, str | int]) -> State:
    return State(
        code=row["code"],
        name=row["name"],
        official=row["official"],
        kind=cast("Kind", row["kind"]),
        spells=_spells(row["spells"]),
        un_spells=_spells(row["un"]),
        demonym=row["demonym"],
        capital=row["capital"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        region=row["region"],
        subregion=row["subregion"],
        successor=row["successor"] or None,
        heirs=tuple(row["heirs"].split()),
        predecessors=tuple(before),
        note=row["note"],
        iso3=cast("str | None", latest.get("iso3")),
        iso2=cast("str | None", latest.get("iso2")),
        m49=cast("str | None", latest.get("m49")),
        cow=cast("int | None", latest.get("cow")),
        gw=cast("int | None", latest.get("gw")),
    )


@functools.cache
def codes_by_name() -> dict[str, tuple[str, ...]]:
    """Codes that each plain name stands for."""
    found: dict[str, list[str]] = {}
    for row in _rows("names.tsv"):
        codes = found.setdefault(plain(row["name"]), [])
        if row["code"] not in codes:
            codes.append(row["code"])
    return {name: tuple(codes) for name, codes in found.items()}


@functools.cache
def spellings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Names of each state as they are printed, with their kind, by code."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _rows("names.tsv"):
        found.setdefault(row["code"], []).append((row["name"], row["kind"]))
    return {code: tuple(names) for code, names in found.items()}


def _rows(file: str) -> list[dict[str, str]]:
    text = (_FOLDER / file).read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    header = lines[0]
    return [dict(zip(header, line, strict=True)) for line in lines[1:]]


def _spells(text: str) -> tuple[Spell, ...]:
    pairs = (part.split("..") for part in text.split(";") if part)
    return tuple((_day(a), _end(b)) for a, b in pairs)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _end(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
