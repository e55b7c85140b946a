"""What is recorded of a state as a whole, not of it with each partner: trips, suspensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from multipolar.core.errors import NotIdentified
from multipolar.core.states import list_states
from multipolar.measures._estimand import Floats
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import window_words
from multipolar.store import Store

NOT_BY_PARTNER = "recorded of the state as a whole, not by partner"
TABLES: Mapping[str, str] = {
    "trips_received": "trips_by_state_year",
    "trips_sent": "trips_by_state_year",
    "not_suspended": "suspensions",
}

# A record of every trip of the world holds these counts too: they would be counted twice.
TWINS: Mapping[str, str] = {"trips_received": "visits_in", "trips_sent": "visits_out"}


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Yearly figures of every state by itself.

    ``values`` (n_years, n_states) from ``first`` on; ``flow`` says whether they are counts, whose
    level is a share of the world's.
    """

    first: int
    values: Floats
    flow: bool
    states: tuple[str, ...]

    @property
    def last(self) -> int:
        """Last year of the record."""
        return self.first + len(self.values) - 1

    def years(self, window: Window) -> range:
        """Years of the window that the record covers.

        Raises
        ------
        NotIdentified
            There is none.
        """
        found = range(max(window[0], self.first), min(window[1], self.last) + 1)
        if not found:
            raise NotIdentified(
                f"the record covers {self.first}-{self.last}, none of {window_words(*window)}"
            )
        return found

    def mean(self, window: Window) -> Floats:
        """Mean over the years of a window in which a state existed; NaN for one that did not."""
        years = self.years(window)
        there = np.array([_existing(self.states, year) for year in years])
        part = self.values[years.start - self.first : years.stop - self.first]
        with np.errstate(invalid="ignore"):
            mean: Floats = np.where(there, part, 0.0).sum(axis=0) / there.sum(axis=0)
        return mean


def _existing(states: tuple[str, ...], year: int) -> np.ndarray:
    there = {s.code for s in list_states(on=year)}
    return np.array([s in there for s in states])


def own_records(store: Store, states: tuple[str, ...]) -> dict[str, OwnRecord]:
    """Records of the tables that the store holds, by stream."""
    here = set(store.tables())
    found: dict[str, OwnRecord] = {}
    if "trips_by_state_year" in here:
        rows = store.frame("trips_by_state_year")
        for stream, column in (("trips_received", "received"), ("trips_sent", "sent")):
            found[stream] = _trips(rows.select("state", "year", n=column), states)
    if "suspensions" in here:
        found["not_suspended"] = _unsuspended(store.frame("suspensions"), states)
    return found


def _trips(rows: pl.DataFrame, states: tuple[str, ...]) -> OwnRecord:
    years = rows["year"].to_numpy().astype(np.int64)
    first = int(years.min())
    values = np.zeros((int(years.max()) - first + 1, len(states)))
    place = {s: i for i, s in enumerate(states)}
    for state, year, count in rows.iter_rows():
        if state in place:
            values[year - first, place[state]] = count
    return OwnRecord(first, values, flow=True, states=states)


def _unsuspended(rows: pl.DataFrame, states: tuple[str, ...]) -> OwnRecord:
    """Share of the bodies of the list that do not shut a state out on a day of the year."""
    first = int(rows["start"].dt.year().min() or 0)  # type: ignore[arg-type]
    ends = pl.concat([rows["start"], rows["end"].drop_nulls()]).dt.year()
    last = int(ends.max() or first)  # type: ignore[arg-type]
    values = np.ones((last - first + 1, len(states)))
    place = {s: i for i, s in enumerate(states)}
    share = 1 / rows["org"].n_unique()
    shut: set[tuple[str, str, int]] = set()
    for org, state, start, end in rows.select("org", "state", "start", "end").iter_rows():
        until = (end - timedelta(days=1)).year if end else last
        shut |= {(org, state, year) for year in range(start.year, until + 1)}
    for _, state, year in shut:
        if state in place:
            values[year - first, place[state]] -= share
    return OwnRecord(first, values, flow=False, states=states)
