"""Alignment with poles by UN votes: with one, closer to one than another, or between both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.core.declare import Measure
from multipolar.core.errors import NotTestable
from multipolar.core.states import find_state
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    SHARES_SCHEMA,
    Cells,
    Coverage,
    Floats,
    Question,
    estimates_frame,
)
from multipolar.measures._poles import pole_members
from multipolar.measures._vote_choices import VOTE_CHOICES, WINDOW_CHOICES
from multipolar.measures._vote_panel import SENSIBLE, VotePanel
from multipolar.measures._vote_standing import HIGH
from multipolar.measures._weights import status_weights
from multipolar.store import Store

Form = Literal["level", "change", "compare", "trend"]

POLE_WEIGHT = Choice(
    name="pole_weight",
    options=("equal", "gdp_mer"),
    why="a pole is the mean of its members or mostly its largest economy",
    labels={"equal": "pole members count alike", "gdp_mer": "pole members count by output"},
)
CHOICES = (*VOTE_CHOICES, *WINDOW_CHOICES, POLE_WEIGHT)


class VoteAlignment:
    """Lean of every state towards poles, from the similarity of votes.

    ``poles`` maps a pole to its sign: {A: 1} is alignment with A, {A: .5, B: -.5} the lean towards
    A rather than B. ``between`` turns a lean into minus its distance from the middle. ``form``:

    level    the value after the break (relative to the median state for a single pole)
    change   value after minus value before, relative to the median state's change
    compare  value after minus the value of the state ``other``
    trend    slope per year of the value from the break on
    """

    def __init__(
        self,
        panel: VotePanel,
        choices: Sequence[Choice],
        poles: Mapping[str, float],
        form: Form,
        *,
        between: bool,
        other: str,
        store: Store,
    ) -> None:
        self._panel = panel
        self._poles = dict(poles)
        self._form = form
        self._between = between
        self._other = panel.states.index(other) if form == "compare" else -1
        self._store = store
        self._weights: dict[tuple[str, str, int], Floats] = {}
        self.states = panel.states
        self.subject = panel.subject
        self.unit = "similarity of votes" + (" per year" if form == "trend" else "")
        fixed = [c for c in choices if c.name == "baseline_years"]
        self.choices = tuple(c for c in choices if form == "change" or c not in fixed)
        self.constraints: tuple[Constraint, ...] = (SENSIBLE,)

    def _pole(self, pole: str, scheme: str, year: int) -> Floats:
        """Weights of a pole's members in that year, shape (n_states,)."""
        key = (pole, scheme, year)
        if key not in self._weights:
            members = sorted(
                set(pole_members(self._store, pole, date(year, 1, 1))) & set(self.states)
            )
            if not members:
                raise NotTestable(f"no member of the pole {pole!r} voted in {year}")
            found = status_weights(self._store, scheme, states=members, year=year - 1)
            by_state = dict(found.frame.select("state", "weight").iter_rows())
            self._weights[key] = np.array([by_state.get(s) or 0.0 for s in self.states])
        return self._weights[key]

    def _value(self, options: Mapping[str, Any], window: tuple[int, int]) -> Floats:
        tie = self._panel.standings.tie(options, window)
        total = np.zeros(len(self.states))
        for pole, sign in self._poles.items():
            weights = self._pole(pole, options["pole_weight"], window[0])
            total = total + sign * tie.standing(weights)
        return -np.abs(total) if self._between else total

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for every state, and the subject's interval over years."""
        values = self.values(options, break_year)
        _, (first, last) = self._windows(options, break_year)
        low, high = float("nan"), float("nan")
        if self._form != "trend":
            yearly = np.array([self._own(options, y) for y in self._years(first, last)])
            low, high = _year_interval(yearly, float(values[self.subject]))
        known = np.isfinite(values[self.subject])
        reason = "" if known else f"no votes shared with the pole in {first}-{last}"
        return Cells(values=values, lower=low, upper=high, n_obs=last - first + 1, reason=reason)

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Estimates without the subject's interval."""
        before, after = self._windows(options, break_year)
        if self._form == "trend":
            years = self._years(*after)
            each = np.array([self._value(options, (y, y)) for y in years])
            return _slopes(np.array(years, dtype=float), each)
        value = self._value(options, after)
        if self._form == "compare":
            return value - value[self._other]
        if self._form == "change":
            value = value - self._value(options, before)
        world = self._panel.world(break_year)
        relative = self._form == "change" or len(self._poles) == 1 or self._between
        if relative and np.isfinite(value[world]).any():
            value = value - np.nanmedian(value[world])
        return value

    def _windows(
        self, options: Mapping[str, Any], break_year: int
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        return self._panel.windows({"baseline_years": 1, **options}, break_year)

    def _years(self, first: int, last: int) -> list[int]:
        return [y for y in self._panel.record.years if first <= y <= last]

    def _own(self, options: Mapping[str, Any], year: int) -> float:
        """Value of the subject in one year (less the other state's, in a comparison)."""
        value = self._value(options, (year, year))
        own = value[self.subject]
        return float(own - value[self._other] if self._form == "compare" else own)

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """UN members (or those the question names) outside the poles."""
        since = self._panel.question.since
        inside = np.zeros(len(self.states), dtype=bool)
        for pole in self._poles:
            inside |= self._pole(pole, options["pole_weight"], since) > 0
        return self._panel.comparable(since) & ~inside

    def break_years(self) -> Sequence[int]:
        """Placebo dates."""
        return self._panel.break_years()

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Value of the subject year by year beside the world's median and 10-90 % band."""
        rows = []
        world = self.comparable(options)
        for year in self._panel.years:
            values = self._value(options, (year, year))
            others = values[world & np.isfinite(values)]
            if np.isfinite(values[self.subject]) and len(others):
                band = map(float, np.quantile(others, [0.5, 0.1, 0.9]))
                rows.append((year, float(values[self.subject]), None, None, *band))
        return pl.DataFrame(rows, schema=SERIES_SCHEMA, orient="row")

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Which pole each state votes closer to after the break."""
        _, after = self._windows(options, self._panel.question.since)
        values = self._value(options, after)
        world = self._panel.world(self._panel.question.since)
        middle = 0.0 if len(self._poles) > 1 else np.nanmedian(values[world])
        names = list(self._poles)
        low = f"closer to {names[1]}" if len(names) > 1 else f"further from {names[0]} than most"
        high = f"closer to {names[0]}" + ("" if len(names) > 1 else " than most")
        words = np.where(values > middle, high, low)
        frame = pl.DataFrame({"state": self.states, "weight": 1.0, "position": words})
        return frame.filter(np.isfinite(values) & world).with_columns(weighted_by=pl.lit("equal"))

    def shares(self) -> pl.DataFrame:
        """No shares by weighting."""
        return pl.DataFrame(schema=SHARES_SCHEMA)

    def coverage(self) -> list[Coverage]:
        """Years with votes among those the claim spans."""
        return [self._panel.coverage(0.0)]


def _slopes(years: Floats, each: Floats) -> Floats:
    """Least-squares slope per year of every state; NaN with fewer than three years."""
    if len(years) < 3:
        return np.full(each.shape[1], np.nan)
    centred = years - years.mean()
    slopes: Floats = centred @ each / (centred @ centred)
    return slopes


def _year_interval(yearly: Floats, centre: float) -> tuple[float, float]:
    """90 % interval from how much single years differ (t quantile: the years are few)."""
    known = yearly[np.isfinite(yearly)]
    if len(known) < 2 or not np.isfinite(centre):
        return float("nan"), float("nan")
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy takes long to import

    error = stdtrit(len(known) - 1, HIGH) * known.std(ddof=1) / np.sqrt(len(known))
    return centre - float(error), centre + float(error)


def estimand(
    store: Store, question: Question, choices: Sequence[Choice] = CHOICES, *, seed: int = 1945
) -> VoteAlignment:
    """Put the alignment measure to one question.

    ``question.target`` holds ``poles`` {name: sign}, ``form``, ``between`` and ``other``.
    """
    target = question.target
    panel = VotePanel(store, question, choices, seed)
    return VoteAlignment(
        panel,
        choices,
        target["poles"],
        target.get("form", "level"),
        between=target.get("between", False),
        other=target.get("other", ""),
        store=store,
    )


def compute(
    store: Store,
    *,
    state: str = "",
    pole: str = "west",
    than: str = "",
    since: int = 2022,
    until: int | None = None,
    **options: Any,
) -> pl.DataFrame:
    """One row per state: similarity of votes with a pole, or the lean towards one of two."""
    poles = {pole: 0.5, than: -0.5} if than else {pole: 1.0}
    subject = find_state(state, on=since).code if state else "USA"
    question = Question(subject=subject, since=since, until=until, target={"poles": poles})
    put = estimand(store, question)
    return estimates_frame("alignment", put, options, since, only_subject=bool(state))


MEASURE = Measure(
    name="alignment",
    title="Alignment with a pole, or lean between two, by UN votes",
    unit="similarity of votes relative to the median state; half the difference for two poles",
    low="negative: further from the pole than the median state, or closer to the second pole",
    high="positive: closer to the pole than the median state, or closer to the first pole",
    keys=("state",),
    tables=("vote_dyads", "votes", "poles", "memberships"),
    choices=CHOICES,
    compute=compute,
    meaning="Mean similarity of votes with a pole's members after a date.",
    not_measured="It does not measure alliances, trade or what a government wants.",
    reference="Project definition; the lean l = (k_A - k_B) / 2.",
)
