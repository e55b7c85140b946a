"""The claim that two states are one bloc: how often they fall together, whatever the cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import NotIdentified, NotTestable, TooFewObservations
from multipolar.core.states import list_states
from multipolar.measures._bloc_search import Blocs, BlocSearch
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    SHARES_SCHEMA,
    Cells,
    Coverage,
    Floats,
    Question,
)
from multipolar.measures._ties import axis
from multipolar.measures._vote_choices import AFTER
from multipolar.measures._votes import VoteRecord
from multipolar.measures.blocs import GRAPH, RESOLUTIONS
from multipolar.store import Store

ASKED = Choice(
    name="together",
    options=(0.9, 0.5),
    kind="U",
    why="one bloc can mean nearly always together, or more often together than not",
    labels={0.9: "together in nine runs of ten", 0.5: "together in more than half the runs"},
)
BLOC_CHOICES = (GRAPH, RESOLUTIONS, ASKED, AFTER)
DRAWS, SEEDS = 20, 3


class TogetherInBloc:
    """Share of runs in which every state falls into the bloc of ``other``, less the share asked.

    The other states are placebos: a bloc of nearly all states says little of any two of them.
    """

    unit = "share of runs together, minus the share asked for"

    def __init__(
        self,
        store: Store,
        question: Question,
        choices: Sequence[Choice],
        *,
        other: str,
        seed: int = 1945,
    ) -> None:
        self._question = question
        self._other = other
        self._record = VoteRecord.load(store)
        self.states = axis()
        self.subject = self.states.index(question.subject)
        if other == question.subject:
            raise NotTestable(f"{other} is one bloc with itself", hint="name another state")
        self._last = min(self._record.years[-1], question.until or self._record.years[-1])
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = ()
        self._search = BlocSearch(store, draws=DRAWS, seeds=SEEDS, seed=seed)
        self._found: dict[tuple[Any, ...], Blocs] = {}

    def _blocs(self, options: Mapping[str, Any], window: tuple[int, int]) -> Blocs:
        key = (window, options["graph"], options["resolutions"])
        if key not in self._found:
            try:
                self._found[key] = self._search.blocs(*key)
            except TooFewObservations as error:
                raise NotIdentified(error.message) from None
        return self._found[key]

    def _window(self, options: Mapping[str, Any], break_year: int) -> tuple[int, int]:
        end = break_year + self._last - self._question.since
        return (max(break_year, end - 1) if options["after"] == "last_two" else break_year), end

    def _together(self, options: Mapping[str, Any], window: tuple[int, int]) -> Floats:
        found = self._blocs(options, window)
        share = np.full(len(self.states), np.nan)
        if self._other in found.states:
            places = [self.states.index(s) for s in found.states]
            share[places] = found.together[found.states.index(self._other)]
            share[self.states.index(self._other)] = np.nan
        return share

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Share of runs together with the other state, less the share asked for."""
        return self._together(options, self._window(options, break_year)) - options["together"]

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Every state's share; no interval, as the share is over resampled runs already."""
        values = self.values(options, break_year)
        known = np.isfinite(values[self.subject])
        why = "" if known else f"{self._question.subject} or {self._other} cast no contested vote"
        first, last = self._window(options, break_year)
        return Cells(values=values, n_obs=last - first + 1, reason=why)

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """UN members but the other state."""
        del options
        members = {s.code for s in list_states(on=self._question.since, un_members=True)}
        return np.array([s in members and s != self._other for s in self.states])

    def break_years(self) -> Sequence[int]:
        """No earlier dates: each would be a search for blocs of its own."""
        return ()

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Share of runs together over three years up to each, beside the other states'."""
        rows = []
        world = self.comparable(options)
        for year in range(self._question.since, self._last + 1):
            try:
                share = self._together(options, (year - 2, year))
            except NotIdentified:
                continue
            others = share[world & np.isfinite(share)]
            if np.isfinite(share[self.subject]) and len(others):
                band = map(float, np.quantile(others, [0.5, 0.1, 0.9]))
                rows.append((year, float(share[self.subject]), None, None, *band))
        return pl.DataFrame(rows, schema=SERIES_SCHEMA, orient="row")

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Whether each state is in the other's bloc, out of it, or now and then."""
        share = self._together(options, self._window(options, self._question.since))
        words = np.select([share > 0.9, share < 0.1], ["in one bloc", "not in one bloc"], "unsure")
        frame = pl.DataFrame({"state": self.states, "weight": 1.0, "position": words})
        return frame.filter(np.isfinite(share)).with_columns(weighted_by=pl.lit("equal"))

    def remarks(self) -> tuple[str, ...]:
        """How many other states are in that bloc: being one of most sets nobody apart."""
        options = {c.name: c.default for c in self.choices}
        share = self._together(options, self._window(options, self._question.since))
        share[self.subject] = np.nan
        others = share[self.comparable(options) & np.isfinite(share)]
        inside = int((others >= ASKED.default).sum())
        told = (
            f"By the default specification {inside} of {len(others)} other states are in the bloc "
            f"of {self._other} in nine runs of ten, too: the two are no pair apart."
        )
        return (told,) if inside else ()

    def shares(self) -> pl.DataFrame:
        """No shares by weighting."""
        return pl.DataFrame(schema=SHARES_SCHEMA)

    def coverage(self) -> list[Coverage]:
        """Years with votes among those the claim spans."""
        needed = range(self._question.since, self._last + 1)
        missing = tuple(str(y) for y in needed if y not in self._record.years)
        return [
            Coverage(
                stream="votes",
                what=self._record.what,
                first=str(needed[0]),
                last=self._record.ends,
                share=1 - len(missing) / len(needed),
                missing=missing,
                note=self._record.note,
            )
        ]
