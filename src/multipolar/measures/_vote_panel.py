"""What every claim on UN votes shares: the record, the windows around a break, the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import NotTestable
from multipolar.core.states import list_states
from multipolar.measures._estimand import Coverage, Floats, Question
from multipolar.measures._kernels.similarity import makes_sense
from multipolar.measures._vote_standing import Standings
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store

# With some 190 states, three dates give more than the 500 draws a joint test wants.
PLACEBO_DATES = 3
SENSIBLE = Constraint(
    allows=lambda o: makes_sense(o["metric"], o["abstention"]),
    why="the metric has no meaning of its own under that treatment of abstentions",
)


class VotePanel:
    """The vote record seen from one question: states, windows, comparable states, coverage."""

    def __init__(
        self, store: Store, question: Question, choices: Sequence[Choice], seed: int
    ) -> None:
        record = VoteRecord.load(store)
        self.record = record
        self.question = question
        self.states: tuple[str, ...] = tuple(record.states)
        if question.subject not in self.states:
            raise NotTestable(
                f"{question.subject or 'no subject'} cast no vote in the record",
                hint="give the state that held the seat then (SUN before 1992, not RUS)",
            )
        self.subject = self.states.index(question.subject)
        self.longest_baseline = max(
            (max(c.options) for c in choices if c.name == "baseline_years"), default=5
        )
        self.standings = Standings(
            self.states, self._similarity, ("metric", "abstention", "vote_set"), seed
        )
        self._worlds: dict[int, NDArray[np.bool_]] = {}

    def _similarity(self, options: Mapping[str, Any], first: int, last: int) -> Floats:
        return self.record.similarity(
            metric=options["metric"],
            abstention=options["abstention"],
            vote_set=options["vote_set"],
            first=first,
            last=last,
        )

    @property
    def last(self) -> int:
        """Last year the claim and the record both reach."""
        return min(self.record.years[-1], self.question.until or self.record.years[-1])

    @property
    def years(self) -> list[int]:
        """Years of the record from the longest baseline to the end of the claim."""
        first = self.question.since - self.longest_baseline
        return [y for y in self.record.years if first <= y <= self.last]

    def windows(
        self, options: Mapping[str, Any], break_year: int
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        """(first, last) year before and after a break; placebo breaks keep the lengths."""
        end = break_year + self.last - self.question.since
        start = break_year if options["after"] == "all" else max(break_year, end - 1)
        return (break_year - options["baseline_years"], break_year - 1), (start, end)

    def world(self, year: int) -> NDArray[np.bool_]:
        """UN members on the first day of that year."""
        if year not in self._worlds:
            members = {s.code for s in list_states(on=year, un_members=True)}
            self._worlds[year] = np.array([s in members for s in self.states])
        return self._worlds[year]

    def comparable(self, year: int) -> NDArray[np.bool_]:
        """UN members of that year, or those of them the question names."""
        world = self.world(year)
        named = self.question.comparable
        return world & np.isin(self.states, named) if named else world

    def break_years(self) -> list[int]:
        """Earlier years whose windows end before the claim's own begins, latest first."""
        length = max(1, self.last - self.question.since)
        latest = self.question.since - length - 1
        first = self.record.years[0] + self.longest_baseline
        return list(range(latest, first - 1, -length))[:PLACEBO_DATES]

    def coverage(self, weight_missing: float) -> Coverage:
        """Years with votes among those the claim spans."""
        needed = range(self.question.since - self.longest_baseline, self.last + 1)
        missing = tuple(str(y) for y in needed if y not in self.record.years)
        return Coverage(
            stream="votes",
            what=self.record.what,
            first=str(needed[0]),
            last=self.record.ends,
            share=1 - len(missing) / len(needed),
            weight_missing=weight_missing,
            missing=missing,
            note=self.record.note,
        )
