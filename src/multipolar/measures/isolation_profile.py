"""Isolation profile: each sphere by itself, from the world and from the West, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, MeasureError, NotIdentified
from multipolar.core.states import find_state, list_states
from multipolar.measures._estimand import Floats, Question
from multipolar.measures._kernels.balance import flat_weights
from multipolar.measures._kernels.expectation import MINIMUM, leave_one_out_line
from multipolar.measures._partners import WEIGHT, PartnerWeights
from multipolar.measures._pole_ties import Window
from multipolar.measures._profile_own import NOT_BY_PARTNER
from multipolar.measures._profile_silence import unrecorded
from multipolar.measures._profile_spheres import SPHERES, Reach, Spheres
from multipolar.measures._ties import window_words
from multipolar.measures._visit_weights import VISIT_CHOICES
from multipolar.measures._vote_choices import BASELINE, VOTE_CHOICES
from multipolar.store import Store

DRAWS = 1000
PARTNER_SETS = ("world", "west")
COMPARED_WITH = Choice(
    name="compared_with",
    options=("un_members", "largest_20", "permanent_five"),
    kind="U",
    why="a great power is compared with all states, with the largest economies, or with its peers",
    labels={
        "un_members": "among all UN members",
        "largest_20": "among the twenty largest economies before the break",
        "permanent_five": "among the permanent members of the Security Council",
    },
)
PERMANENT_FIVE = ("CHN", "FRA", "GBR", "RUS", "USA")
CHOICES = (WEIGHT, COMPARED_WITH, BASELINE, *VOTE_CHOICES, *VISIT_CHOICES)
SCHEMA = {
    "state": pl.String,
    "sphere": pl.String,
    "stream": pl.String,
    "partners": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


def compute(
    store: Store,
    *,
    state: str = "RUS",
    since: int = 2022,
    until: int | None = None,
    composite: int = 0,
    draws: int = DRAWS,
    seed: int = 1945,
    **options: Any,
) -> pl.DataFrame:
    """Isolation of one state by sphere, in five readings, from the world and from the West.

    Parameters
    ----------
    store : Store
    state : str
        Name or code.
    since : int
        Year of the break; the baseline ends the year before.
    until : int, optional
        Last year; the end of each stream's record without it.
    composite : int
        1 adds one number over the spheres, with the band over all their weights.
    draws, seed : int
        Bootstrap draws of partners.
    **options
        Options of the measure's choices.

    Returns
    -------
    frame, one row per (sphere, stream, partners, measure)
        ``partners`` is ``world`` or ``west``, never pooled. ``measure``:

        ``level``, ``before``: mean tie with partners, in the stream's unit (votes: similarity;
        organisations: number shared; pacts, missions, freedom from sanctions: share of partners;
        suspensions: share of the listed bodies that do not shut it out), or for flows (visits,
        trips, trade, arms) the share of the world's total of those years (in their own unit where
        the record is of a few states);
        ``change``: after minus before, for flows the logarithm of their ratio (-0.69 is half);
        ``world_trend``: the median state's change; ``expectation``: the level that states with the
        same level before came to; ``gap``: level minus expectation; ``percentile`` in [0, 1]: 0
        the lowest of the comparable states, 1 the highest; ``partners_lost``,
        ``partners_gained`` in [0, 1]: share of partner weight with a tie before and not after,
        and the reverse. ``n_obs`` counts partners with a known tie, or years for what is recorded
        of a state as a whole (trips, suspensions; from the world only). A stream without data has
        one row with the reason, and so have parts of the spheres that no table holds (flights,
        students, finance, exercises, elections lost, guests of gatherings).

    Raises
    ------
    UnknownName, BadOption
    NotIdentified
        No stream has a tie of the state in these years.

    Notes
    -----
    A fall can be chosen, imposed or shared by all: outbound travel falls with an arrest warrant or
    a pandemic, and a year without invitations is no boycott. Streams end in different years; see
    ``years_after``.

    References
    ----------
    After Geldenhuys 1990, Isolated States. No accepted index exists.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("isolation_profile", state="RUS", since=2022, draws=50)
    >>> sorted(frame["sphere"].unique())
    ['diplomatic', 'economic', 'institutional', 'people', 'security', 'voting']
    """
    for name, year in (("since", since), ("until", until)):
        if year is not None and not isinstance(year, int):
            raise BadOption(f"{name} is {year!r}; expected a year", hint=f"{name}=2014")
    if until is not None and until < since:
        raise BadOption(f"since ({since}) is later than until ({until})")
    full = {**{c.name: c.default for c in CHOICES}, **options}
    subject = find_state(state, on=since).code
    profile = _Profile(store, subject, full, (since, until or _END), (draws, seed))
    rows = [row for stream in profile.streams for row in profile.rows(stream)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    if not (frame["n_obs"] > 0).any():
        raise NotIdentified(
            f"no stream has a tie of {subject} {window_words(*profile.window)}",
            hint=f"multipolar measure compute isolation_profile --state {subject} --since 2022",
        )
    silent = unrecorded(store, subject, profile.window)
    frame = pl.concat([frame, pl.DataFrame(silent, schema=SCHEMA, orient="row")])
    if composite:
        frame = pl.concat([frame, _composite(frame, subject, draws, seed)])
    return frame.with_columns(pl.col("value", "lower", "upper").fill_nan(None))


def yearly(
    store: Store, *, state: str = "RUS", since: int = 2022, until: int | None = None, **options: Any
) -> pl.DataFrame:
    """Level of one state year by year in every stream, beside the world's.

    Parameters
    ----------
    store : Store
    state, since, until, **options
        As of :func:`compute`; years run from the start of the baseline.

    Returns
    -------
    frame, one row per (sphere, stream, partners, year)
        ``value`` the state's level, ``world_median``, ``world_low``, ``world_high`` the median
        and the 10th and 90th percentile of the UN members' (null where the record is of few
        states).
    """
    full = {**{c.name: c.default for c in CHOICES}, **options}
    subject = find_state(state, on=since).code
    profile = _Profile(store, subject, full, (since, until or _END), (1, 0))
    rows = [row for stream in profile.streams for row in profile.years(stream)]
    return pl.DataFrame(rows, schema=YEARLY_SCHEMA, orient="row")


YEARLY_SCHEMA = {
    "sphere": pl.String,
    "stream": pl.String,
    "partners": pl.String,
    "year": pl.Int32,
    "value": pl.Float64,
    "world_median": pl.Float64,
    "world_low": pl.Float64,
    "world_high": pl.Float64,
}
_END = 9999
_LATEST = 2100
"""A year no record reaches, so that a window without an end ends with each record."""


@dataclass(frozen=True, slots=True)
class _Windows:
    before: Reach
    after: Reach


class _Profile:
    """Rows of one state."""

    def __init__(
        self,
        store: Store,
        subject: str,
        options: Mapping[str, Any],
        window: Window,
        draws: tuple[int, int],
    ) -> None:
        self._spheres = Spheres(store, options)
        self.states = self._spheres.states
        self._code = subject
        self._subject = self.states.index(subject)
        self._options = options
        self.window = window
        since = window[0]
        members = {s.code for s in list_states(on=since, un_members=True)}
        self._world = np.array([s in members for s in self.states])
        self._compared = self._comparable(store, since)
        partners = PartnerWeights(store, Question(subject=subject, since=since))
        existing = [s.code for s in list_states(on=since)]
        self._weights = {p: self._partner_weights(partners, p, existing) for p in PARTNER_SETS}
        n, (count, seed) = len(self.states), draws
        rng = np.random.default_rng(seed)
        self._draws = rng.multinomial(n, np.full(n, 1 / n), size=count).astype(np.float64)

    @property
    def streams(self) -> list[str]:
        """Streams in the order of their spheres."""
        return [s for streams in SPHERES.values() for s in streams]

    def _partner_weights(
        self, partners: PartnerWeights, among: str, existing: Sequence[str]
    ) -> Floats:
        options = {"weight": self._options["weight"], "partners": among}
        weights, _ = partners(options, tuple(existing), self.window[0])
        by_state = dict(zip(existing, weights, strict=True))
        return np.array([by_state.get(s, 0.0) for s in self.states])

    def _comparable(self, store: Store, since: int) -> NDArray[np.bool_]:
        kind = self._options["compared_with"]
        if kind == "un_members":
            return self._world.copy()
        named: Sequence[str] = PERMANENT_FIVE
        if kind == "largest_20":
            output = store.frame("attributes").filter(
                (pl.col("attribute") == "gdp_mer") & (pl.col("year") < since)
            )
            latest = output.filter(pl.col("year") == output["year"].max())
            named = latest.sort("value", descending=True)["state"].head(20).to_list()
        return self._world & np.isin(self.states, list(named))

    def rows(self, stream: str) -> Iterator[tuple[Any, ...]]:
        """Rows of one stream, or one row that says why there are none."""
        sphere = next(s for s, streams in SPHERES.items() if stream in streams)
        try:
            after = self._spheres.reach(stream, self.window)
        except MeasureError as error:
            why = error.message.removeprefix(f"{stream}: ")
            for partners in PARTNER_SETS:
                yield (self._code, sphere, stream, partners, "level", *_NONE, 0, why)
            return
        before, why = self._before(stream)
        for partners, weights in self._weights.items():
            key = (self._code, sphere, stream, partners)
            if after.own is not None and partners != "world":
                yield (*key, "level", *_NONE, 0, NOT_BY_PARTNER)
                continue
            n = after.observed(self._subject, weights)
            silent = self._spheres.silence(stream, self._subject)
            if not n:
                yield (*key, "level", *_NONE, 0, silent)
                continue
            for name, *numbers in self._measures(after, before, weights):
                known = np.isfinite(numbers[0])
                reason = "" if known else (why or _unranked(after) or silent)
                yield (*key, name, *numbers, n, reason)

    def years(self, stream: str) -> Iterator[tuple[Any, ...]]:
        """Level by year, from the start of the baseline to the end of the record."""
        sphere = next(s for s, streams in SPHERES.items() if stream in streams)
        first = self.window[0] - self._options["baseline_years"]
        for year in range(first, min(self.window[1], _LATEST) + 1):
            try:
                reach = self._spheres.reach(stream, (year, year))
            except MeasureError:
                continue
            for partners, weights in self._weights.items():
                if reach.own is not None and partners != "world":
                    continue
                level = reach.level(weights)
                value = float(level[self._subject])
                others = level[self._world & np.isfinite(level)]
                if np.isfinite(value):
                    wide = reach.whole and len(others) >= MINIMUM
                    band = np.quantile(others, [0.5, 0.1, 0.9]).tolist() if wide else [None] * 3
                    yield (sphere, stream, partners, year, value, *band)

    def _before(self, stream: str) -> tuple[Reach | None, str]:
        since, years = self.window[0], self._options["baseline_years"]
        try:
            return self._spheres.reach(stream, (since - years, since - 1)), ""
        except MeasureError as error:
            return None, error.message.removeprefix(f"{stream}: ")

    def _measures(
        self, after: Reach, before: Reach | None, weights: Floats
    ) -> Iterator[tuple[str, float, float, float]]:
        level = after.level(weights)
        i = self._subject
        drawn = after.resampled(i, weights, self._draws)
        yield "level", float(level[i]), *_limits(drawn, level[i])
        yield "percentile", _percentile(level, i, self._compared), np.nan, np.nan
        yield "years_after", float(after.years), np.nan, np.nan
        if before is None:
            yield "before", *_NONE
            return
        past = before.level(weights)
        yield "before", float(past[i]), *_limits(before.resampled(i, weights, self._draws), past[i])
        yield "years_before", float(before.years), np.nan, np.nan
        yield from self._changes(_Windows(before, after), level, past, weights)

    def _changes(
        self, windows: _Windows, level: Floats, past: Floats, weights: Floats
    ) -> Iterator[tuple[str, float, float, float]]:
        i, flow = self._subject, windows.after.flow
        change = _change(level, past, flow=flow)
        drawn = _change(
            windows.after.resampled(i, weights, self._draws),
            windows.before.resampled(i, weights, self._draws),
            flow=flow,
        )
        trend = change[self._world & np.isfinite(change)]
        yield "change", float(change[i]), *_limits(drawn, change[i])
        middle = float(np.median(trend)) if len(trend) >= MINIMUM else np.nan
        yield "world_trend", middle, np.nan, np.nan
        expected = leave_one_out_line(past, level, self._world)
        yield "expectation", float(expected[i]), np.nan, np.nan
        yield "gap", float(level[i] - expected[i]), np.nan, np.nan
        if windows.after.own is not None:
            return
        for name, share in _turnover(windows, i, weights).items():
            yield name, share, np.nan, np.nan


_NONE = (float("nan"),) * 3


def _unranked(after: Reach) -> str:
    return "" if after.whole else "the record covers few states: no rank, no trend of the world"


def _change(after: Floats, before: Floats, *, flow: bool) -> Floats:
    if not flow:
        return after - before
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(after / before)
    return np.where(np.isfinite(ratio), ratio, np.nan)


def _limits(drawn: Floats, centre: float) -> tuple[float, float]:
    """90 % bootstrap interval; NaN where too few draws have a value."""
    known = drawn[np.isfinite(drawn)]
    if not np.isfinite(centre) or len(known) < len(drawn) / 2:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.05, 0.95])
    return min(float(low), float(centre)), max(float(high), float(centre))


def _percentile(level: Floats, state: int, compared: NDArray[np.bool_]) -> float:
    """Share of the other comparable states that are lower, ties counting half."""
    others = level[compared & np.isfinite(level) & (np.arange(len(level)) != state)]
    if not np.isfinite(level[state]) or not len(others):
        return float("nan")
    below, even = (others < level[state]).sum(), (others == level[state]).sum()
    return float((below + even / 2) / len(others))


def _turnover(windows: _Windows, state: int, weights: Floats) -> dict[str, float]:
    """Weight of partners lost and gained; a tie is one above the median pair's before.

    Where most pairs have all there can be (freedom from sanctions), half of the way to it.
    """
    before, after = windows.before.matrix, windows.after.matrix
    finite = before[np.isfinite(before)]
    threshold = 0.0
    if not windows.after.flow and len(finite):
        middle, most = float(np.median(finite)), float(finite.max())
        threshold = middle if middle < most else (float(finite.min()) + most) / 2
    known = np.isfinite(before[state]) & np.isfinite(after[state])
    total = weights[known].sum()
    if not total > 0:
        return {"partners_lost": float("nan"), "partners_gained": float("nan")}
    had, has = before[state] > threshold, after[state] > threshold
    return {
        "partners_lost": float(weights[known & had & ~has].sum() / total),
        "partners_gained": float(weights[known & ~had & has].sum() / total),
    }


def _composite(frame: pl.DataFrame, subject: str, draws: int, seed: int) -> pl.DataFrame:
    """1 minus the mean percentile over spheres, with the 5-95 % band over all weights of them."""
    rows = []
    for partners in PARTNER_SETS:
        found = frame.filter(
            (pl.col("partners") == partners)
            & (pl.col("measure") == "percentile")
            & pl.col("value").is_not_nan()
        )
        spheres = found.group_by("sphere").agg(pl.col("value").mean()).sort("sphere")
        if spheres.height < 2:
            raise NotIdentified("a composite needs two spheres", hint="composite=0")
        values = 1 - spheres["value"].to_numpy()
        drawn = flat_weights(len(values), draws, seed) @ values
        low, high = np.quantile(drawn, [0.05, 0.95])
        rows.append(
            (
                subject,
                "all",
                "all",
                partners,
                "composite_isolation",
                float(values.mean()),
                float(low),
                float(high),
                len(values),
                "",
            )
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


MEASURE = Measure(
    name="isolation_profile",
    title="Isolation of a state by sphere: level, change, trend, expectation, rank",
    unit="per row: ties with partners, share of the world's ties, change, or percentile in [0, 1]",
    low="level 0: no ties; percentile 0: the lowest of the comparable states",
    high="percentile 1: the highest of the comparable states; change above 0: ties grew",
    keys=("state", "sphere", "stream", "partners"),
    tables=(
        "visits",
        "trips_by_state_year",
        "embassies",
        "memberships",
        "shared_igos",
        "suspensions",
        "vote_dyads",
        "votes",
        "rollcalls",
        "trade",
        "trade_dyads",
        "alliances",
        "arms",
        "sanctions",
        "attributes",
        "poles",
        "gathering_totals",
    ),
    choices=CHOICES,
    compute=compute,
    meaning=(
        "Five readings side by side: low among comparable states (percentile), fallen relative to "
        "the world (change against world_trend), from the West or from the world (partners), below "
        "expectation (gap), partners lost beyond partners gained."
    ),
    not_measured="Whether isolation is wanted, imposed or harmful; people, media and culture.",
    reference="Project definition after Geldenhuys (1990).",
)
