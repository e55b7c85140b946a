"""Cases of sanctions expanded to dated pairs of states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import UnknownName
from multipolar.core.states import from_code, state_of
from multipolar.sources._bodies import BODIES, spells
from multipolar.sources._names import Vocabulary
from multipolar.sources._read import ROW
from multipolar.sources._stream_tables import SANCTIONS

_FAR = date(9999, 12, 31)
PAIR_SCHEMA: dict[str, Any] = {
    ROW: pl.UInt32,
    "source_state": pl.String,
    "target_state": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "paired": pl.String,
    "via": pl.String,
}


@dataclass(frozen=True, slots=True)
class Party:
    """A state that took part in a case over part of its time, through a body or in its own name."""

    state: str
    start: date
    end: date | None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Row of a case file: the texts of both sides and the time; ``end`` is the first day after."""

    row: int
    file: str
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    start: date
    end: date | None


Refuse = Callable[[str, str], None]
UNITED_NATIONS = "4400"
# Numbers of organisations that the publishers' notes explain; 1653 is the European Community.
BODY_NUMBERS = {"1000": "EU", "1830": "EU", "1653": "EU"}


class StateNumbers(Vocabulary):
    """Correlates of War numbers in place of names."""

    def code(self, text: str, year: int) -> str:
        """State code of a number in a year; 4400 is the United Nations."""
        if text == UNITED_NATIONS:
            return "XUN"
        if len(text) == 4:
            raise UnknownName(f"organisation {text}: its members over time are not recorded here")
        return from_code(text, "cow", year)


def expand(
    cases: list[Case], rejects: Rejects, vocabulary: Vocabulary, columns: tuple[str, str]
) -> pl.DataFrame:
    """Pairs of states of every case, each cut to the time in which both were there.

    A body stands for its members of the day (the EU, the G7); the United Nations for itself, XUN.
    Names that are no state then, and bodies whose members are not recorded, are rejected one by
    one; the rest of the case stays.
    """
    cells: list[tuple[Any, ...]] = []
    for case in cases:
        senders = _parties(case, case.senders, columns[0], rejects, vocabulary)
        targets = _parties(case, case.targets, columns[1], rejects, vocabulary)
        paired = _paired(case)
        pairs = _pairs(senders, targets)
        cells.extend((case.row, *pair[:4], paired, pair[4]) for pair in pairs)
    frame = pl.DataFrame(cells, schema=PAIR_SCHEMA, orient="row")
    # A member that also acts in its own name counts once, in its own name.
    keys = [ROW, "source_state", "target_state"]
    return frame.sort(*keys, "via", "start").unique(keys, keep="first", maintain_order=True)


def _paired(case: Case) -> str:
    longer = (len(case.senders) > 1) + (len(case.targets) > 1)
    return ("single", "list", "both_lists")[longer]


def _pairs(
    senders: list[Party], targets: list[Party]
) -> Iterator[tuple[str, str, date, date | None, str]]:
    for sender in senders:
        for target in targets:
            start = max(sender.start, target.start)
            end = min(sender.end or _FAR, target.end or _FAR)
            if sender.state != target.state and start < end:
                known = None if end == _FAR else end
                yield sender.state, target.state, start, known, sender.via


def _parties(
    case: Case, texts: tuple[str, ...], column: str, rejects: Rejects, vocabulary: Vocabulary
) -> list[Party]:
    def refuse(value: str, reason: str) -> None:
        rejects.add(file=case.file, row=case.row, column=column, value=value, reason=reason)

    found: list[Party] = []
    for text in texts:
        for body in BODIES.get(text, ()):
            found += _members(case, body, refuse)
        if text not in BODIES:
            found += _named(case, text, refuse, vocabulary)
    return found


def _members(case: Case, body: str, refuse: Refuse) -> list[Party]:
    """Members of a body while they belonged to it, within the time of the case."""
    found = []
    for state, start, end in spells(body):
        first, last = max(start, case.start), min(end or _FAR, case.end or _FAR)
        if first < last:
            found.append(Party(state, first, None if last == _FAR else last, body))
    if not found:
        refuse(body, f"no member of it is recorded for {case.start.year}")
    return found


def _named(case: Case, text: str, refuse: Refuse, vocabulary: Vocabulary) -> list[Party]:
    """The state of that name on the first day, or on the first day of the case it was one."""
    last = case.end.year if case.end else case.start.year + 50
    reason = ""
    for year in range(case.start.year, max(last, case.start.year) + 1):
        try:
            state = state_of(vocabulary.code(text, year))
        except UnknownName as error:
            reason = reason or error.message
            continue
        return [_within_life(case, state.code, refuse)]
    refuse(text, reason)
    return []


def _within_life(case: Case, code: str, refuse: Refuse) -> Party:
    """The state's part of the case; what outlives the state is named, not given to a successor."""
    state = state_of(code)
    ends = [end for start, end in state.spells if start <= (case.end or _FAR)]
    start = max(case.start, state.start)
    end = ends[-1] if ends else None
    if end is None or (case.end is not None and case.end <= end):
        return Party(code, start, case.end)
    refuse(code, f"the case goes on after the state ended on {end}; that part is left out")
    return Party(code, start, end)


def finished(rows: pl.DataFrame, pairs: pl.DataFrame, file: str) -> pl.DataFrame:
    """Columns of the table: those of the case beside each of its pairs."""
    joined = pairs.join(rows.with_columns(pl.col(ROW).cast(pl.UInt32)), on=ROW, how="left")
    return joined.with_columns(pl.lit(file).alias("_file")).select(
        ROW, "_file", *(c.name for c in SANCTIONS.columns)
    )
