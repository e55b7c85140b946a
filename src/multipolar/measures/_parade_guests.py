"""Isolation by attendance: who came to the subject's own gatherings before and after the break.

The record is the Moscow Victory Day parade. Nobody was invited in 2022, so that year is left out:
an uninvited year is not a boycott.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice, Constraint
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    Cells,
    Coverage,
    Floats,
    Question,
    SingleCase,
)

GUEST_LIST = Choice(
    name="guest_list",
    options=("all_entities", "un_members"),
    why=(
        "guests from Abkhazia, South Ossetia and Palestine, and the president of an entity of "
        "Bosnia, are counted by the host and left out by others"
    ),
    labels={
        "all_entities": "counting every guest the host counts",
        "un_members": "counting guests of UN members only",
    },
)
PARADE_BEFORE = Choice(
    name="parade_before",
    options=("2015", "2005", "2020"),
    why=(
        "2005 was the widest gathering, 2015 the last round anniversary before the break and "
        "already after Crimea, 2020 the last before the break, in the pandemic"
    ),
    labels={
        "2005": "compared with the parade of 2005",
        "2015": "compared with the parade of 2015",
        "2020": "compared with the parade of 2020",
    },
)
PARADE_AFTER = Choice(
    name="parade_after",
    options=("latest", "mean", "first"),
    why="the guests since the break are few in 2023 and many in 2025, a round anniversary",
    labels={
        "latest": "taking the latest parade",
        "mean": "taking the mean of the parades since the break",
        "first": "taking the first parade with guests after the break",
    },
)
COMPLETE = frozenset({2015, 2020, 2021, 2023, 2024, 2025})
"""Years whose named guest list is (mostly) complete; 2005 and 2010 name 20 guests each."""
NO_INVITATIONS = 2022
Z90 = 1.6449


class ParadeGuests(SingleCase):
    """Guests at the Victory Day parade in Moscow, from named lists and printed totals.

    ``change`` is guests after / guests before - 1, by weight; ``breadth`` the weight of guests
    gained minus lost. Intervals treat guests as a Poisson count.
    """

    unit = "relative change of guests"

    def __init__(
        self,
        guests: pl.DataFrame,
        totals: Mapping[int, int],
        question: Question,
        choices: Sequence[Choice],
        partner_weights: Callable[[Mapping[str, Any], Sequence[str], int], tuple[Floats, float]],
        un_members: frozenset[str],
    ) -> None:
        came = guests.filter(pl.col("attended") & (pl.col("state") != question.subject))
        self._guests = came.select("state", year=pl.col("date").dt.year()).unique().sort("state")
        self._totals = dict(totals)
        self._un_members = un_members
        self._partner_weights = partner_weights
        self._until = question.until or 9999
        self.states: tuple[str, ...] = (question.subject,)
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = ()

    def _years_after(self, option: str, break_year: int) -> list[int]:
        held = sorted(
            y for y in self._totals if break_year <= y <= self._until and y != NO_INVITATIONS
        )
        return {"latest": held[-1:], "first": held[:1], "mean": held}[option]

    def _attended(self, options: Mapping[str, Any], year: int, states: Sequence[str]) -> Floats:
        present = set(self._guests.filter(pl.col("year") == year)["state"])
        if options["guest_list"] == "un_members":
            present &= self._un_members
        return np.array([float(s in present) for s in states])

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for the one host."""
        before = int(options["parade_before"])
        after = self._years_after(options["parade_after"], break_year)
        if not after:
            return _missing(f"no gathering with invitations since {break_year} is in the record")
        plain = options["partners"] == "world" and options["weight"] == "equal"
        if before not in COMPLETE:
            if not plain or options["reading"] == "breadth":
                return _missing(f"the guest list of {before} names 20 of {self._totals[before]}")
            return self._from_totals(options, before, after)
        return self._from_names(options, before, after, break_year)

    def _from_totals(self, options: Mapping[str, Any], before: int, after: list[int]) -> Cells:
        del options
        mean = float(np.mean([self._totals[y] for y in after]))
        return _ratio(mean, float(self._totals[before]), mean, self._totals[before], len(after))

    def _from_names(
        self, options: Mapping[str, Any], before: int, after: list[int], break_year: int
    ) -> Cells:
        states = sorted(set(self._guests["state"]))
        weights, _ = self._partner_weights(options, states, break_year)
        first = self._attended(options, before, states)
        last = np.mean([self._attended(options, y, states) for y in after], axis=0)
        if not weights.sum():
            return _missing("no guest among these partners in any year")
        if options["reading"] == "breadth":
            net = float(weights @ (last - first))
            return Cells(values=np.array([net]), n_obs=int((first + last > 0).sum()))
        if not first.sum() or not weights @ first:
            return _missing(f"no guest among these partners in {before}")
        counted = weights > 0
        return _ratio(
            float(weights @ last),
            float(weights @ first),
            last[counted].sum(),
            first[counted].sum(),
            len(after),
        )

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Printed totals by year with Poisson intervals; 2022 is 0 because nobody was invited."""
        del options
        rows = []
        for year, count in sorted(self._totals.items()):
            half = Z90 * np.sqrt(count)
            rows.append(
                (year, float(count), max(count - half, 0.0), count + half, None, None, None)
            )
        return pl.DataFrame(rows, schema=SERIES_SCHEMA, orient="row")

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Guests of the latest parade against those of 2015."""
        years = self._years_after("latest", NO_INVITATIONS)
        states = sorted(set(self._guests["state"]))
        weights, _ = self._partner_weights(options, states, NO_INVITATIONS)
        first = self._attended(options, 2015, states)
        last = self._attended(options, years[0], states) if years else np.zeros(len(states))
        words = {(1, 1): "came both times", (0, 1): "came now", (1, 0): "came before"}
        position = [words.get((int(a), int(b)), "") for a, b in zip(first, last, strict=True)]
        frame = pl.DataFrame({"state": states, "weight": weights, "position": position})
        return frame.filter((pl.col("position") != "") & (pl.col("weight") > 0)).with_columns(
            weighted_by=pl.lit(options["weight"])
        )

    def coverage(self) -> list[Coverage]:
        """One row: years of the series whose guests are named."""
        years = sorted(self._totals)
        named = [y for y in years if y in COMPLETE or y == NO_INVITATIONS]
        return [
            Coverage(
                stream="attendance",
                what="Victory Day parades in Moscow whose guests are (mostly) all named",
                first=str(years[0]),
                last=str(years[-1]),
                share=len(named) / len(years),
                missing=tuple(str(y) for y in years if y not in named),
                note=(
                    "2022 had no invitations and is left out; 2011-2014 and 2016-2019 were not "
                    "researched"
                ),
            )
        ]


def _missing(reason: str) -> Cells:
    return Cells(values=np.array([np.nan]), reason=reason)


def _ratio(after: float, before: float, n_after: float, n_before: float, years: int) -> Cells:
    """Relative change with the Poisson interval of a ratio of counts (half a guest added)."""
    change = after / before
    error = np.sqrt(1 / (n_after * years + 0.5) + 1 / (n_before + 0.5))
    return Cells(
        values=np.array([change - 1]),
        lower=float(change * np.exp(-Z90 * error) - 1),
        upper=float(change * np.exp(Z90 * error) - 1),
        n_obs=round(n_after * years + n_before),
    )
