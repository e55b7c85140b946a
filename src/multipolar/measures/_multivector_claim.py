"""The claim that a state is multi-vector, put to every stream and to all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import NotIdentified, NotTestable
from multipolar.core.states import list_states
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    SHARES_SCHEMA,
    Cells,
    Coverage,
    Floats,
    Question,
)
from multipolar.measures._kernels.similarity import makes_sense
from multipolar.measures._pole_ties import (
    PANELS,
    SIGNED,
    STREAM_CHOICES,
    DyadStream,
    PoleTies,
    Window,
)
from multipolar.measures._pole_view import (
    AGGREGATE,
    VIEW_CHOICES,
    PoleView,
    balance_of,
    flat_bands,
    overall,
    score_of,
)
from multipolar.measures._vote_choices import AFTER, BASELINE
from multipolar.measures.multivector import DRAWS, years_interval
from multipolar.store import Store

ALL = "all"
PLACEBO_DATES = 4
VECTOR_STREAMS = tuple(s for s in PANELS if s not in SIGNED)
STREAM = Choice(
    name="stream",
    options=(ALL, *VECTOR_STREAMS),
    kind="N",
    why="votes, organisations, trade, arms and visits are different kinds of ties; a state can be "
    "balanced in one and one-sided in another",
    labels={ALL: "all streams together", **{s: PANELS[s] for s in VECTOR_STREAMS}},
)
READING = Choice(
    name="reading",
    options=("score", "balance", "split", "fence"),
    kind="N",
    why="multi-vector can mean many and even ties with both poles, even ties however few, "
    "different ties with different poles, or joining neither when they part",
    labels={
        "score": "even and many ties with the poles",
        "balance": "even ties with the poles, however few",
        "split": "some ties with one pole and others with its rival",
        "fence": "joining neither pole when they oppose each other",
    },
)
LEAN_STREAM = Choice(
    name="stream",
    options=(ALL, *PANELS),
    kind="N",
    why="votes, organisations, trade, arms, visits and sanctions can lean different ways",
    labels={ALL: "all streams together", **PANELS},
)
LEAN_READING = Choice(
    name="reading",
    options=("lean",),
    why="the claim is about the direction of ties",
    labels={"lean": "ties with one pole less those with the other"},
)
READINGS: Mapping[str, tuple[str, ...]] = {ALL: ("score", "split"), "polar_votes": ("fence",)}
"""Readings of a stream; the others take score and balance."""
OWN: Mapping[str, tuple[str, ...]] = {
    c.name: tuple(s for s, own in STREAM_CHOICES.items() if c in own) for c in VIEW_CHOICES
}


def readings_of(stream: str) -> tuple[str, ...]:
    """Readings that mean something in a stream."""
    return READINGS.get(stream, ("score", "balance"))


def _where(choice: Choice) -> Choice:
    if choice.name == "evenness":
        return choice.only_under(reading=("score", "balance"))
    streams = OWN.get(choice.name, ())
    # Together, streams are crossed with the vote metrics only: the rest moves one stream of many.
    together = (ALL,) if "votes" in streams else ()
    return choice.only_under(stream=(*streams, *together)) if streams else choice


CHOICES: tuple[Choice, ...] = (
    STREAM,
    READING,
    *(_where(c) for c in VIEW_CHOICES),
    AGGREGATE.only_under(stream=(ALL,), reading=("score",)),
    BASELINE,
    AFTER,
)
LEAN_CHOICES: tuple[Choice, ...] = (
    LEAN_STREAM,
    LEAN_READING,
    *(_where(c) for c in VIEW_CHOICES if c.name != "evenness"),
    AGGREGATE.restricted(("mean", "median")).only_under(stream=(ALL,)),
    BASELINE,
    AFTER,
)
CONSTRAINTS = (
    Constraint(
        allows=lambda o: o["reading"] in (*readings_of(o["stream"]), "lean"),
        why="a split needs several streams, a fence needs votes that part the poles, and neither "
        "is the evenness of one stream's ties",
    ),
    Constraint(
        allows=lambda o: (
            o["stream"] not in ("votes", ALL) or makes_sense(o["metric"], o["abstention"])
        ),
        why="the metric has no meaning of its own under that treatment of abstentions",
    ),
)


class Vectors:
    """Multi-vector readings of every state, relative to the median state.

    ``form`` level compares states after the break; change compares each with its own past first.
    """

    unit = "balance, score or split in [0, 1], less the median state's"

    def __init__(
        self,
        store: Store,
        question: Question,
        choices: Sequence[Choice],
        *,
        poles: Sequence[str],
        form: str = "level",
        seed: int = 1945,
    ) -> None:
        self._view = PoleView(store, poles)
        self._question = question
        self._form = form
        self._seed = seed
        self.states = self._view.states
        self.subject = self.states.index(question.subject)
        by_name = {c.name: c for c in choices}
        self._longest = max(by_name["baseline_years"].options)
        self._last = question.until or max(s.span[1] for s in self._view.streams.values())
        self._defaults = {c.name: c.default for c in VIEW_CHOICES}
        self._leans = "lean" in by_name["reading"].options
        asked = by_name["stream"].options
        self._silent = self._probe([s for s in asked if s != ALL])
        kept = [s for s in asked if s != ALL and s not in self._silent]
        if not kept:
            reasons = "; ".join(f"{k}: {v}" for k, v in self._silent.items())
            raise NotTestable(reasons or "no stream was asked for")
        if ALL in asked and len(kept) > 1:
            kept.insert(0, ALL)
        self.choices: tuple[Choice, ...] = tuple(self._narrowed(by_name, tuple(kept)))
        self.constraints: tuple[Constraint, ...] = CONSTRAINTS
        self._values: dict[tuple[Any, ...], Floats] = {}
        self._worlds: dict[int, NDArray[np.bool_]] = {}

    def _narrowed(self, by_name: Mapping[str, Choice], kept: tuple[str, ...]) -> list[Choice]:
        readings = {r for s in kept for r in readings_of(s)} | {"lean"}
        found = []
        for choice in by_name.values():
            if choice.name == "stream":
                found.append(choice.restricted(kept))
            elif choice.name == "reading":
                found.append(choice.restricted([r for r in choice.options if r in readings]))
            elif choice.name == "baseline_years":
                found += [choice] if self._form == "change" else []
            elif set(choice.under.get("stream", kept)) & set(kept):
                found.append(choice)
        return found

    def _probe(self, streams: Sequence[str]) -> dict[str, str]:
        """Streams that say nothing about the subject after the break, and why."""
        silent = {}
        for stream in streams:
            try:
                ties = self._view.stream(stream, self._defaults, self._window())
                if self._form == "change":
                    since = self._question.since
                    self._view.stream(stream, self._defaults, (since - self._longest, since - 1))
            except NotIdentified as error:
                silent[stream] = error.message.removeprefix(f"{stream}: ")
                continue
            known = ties.lean if self._leans else score_of(ties, "entropy")
            if not np.isfinite(known[self.subject]):
                silent[stream] = self._why_silent(stream)
        return silent

    def _why_silent(self, stream: str) -> str:
        source = self._view.streams[stream]
        unknown = source.unknown(self.subject) if isinstance(source, DyadStream) else ""
        return unknown or f"no tie of {self._question.subject} with both poles is recorded"

    def _window(self, options: Mapping[str, Any] | None = None, year: int | None = None) -> Window:
        since = self._question.since if year is None else year
        end = since + self._last - self._question.since
        latest = options is not None and options["after"] == "last_two"
        return (max(since, end - 1) if latest else since), end

    def _raw(
        self, options: Mapping[str, Any], window: Window, kept: frozenset[str] = frozenset()
    ) -> Floats:
        """Reading of every state in a window; ``kept`` limits all streams to those named."""
        key = (window, kept, *(options[c.name] for c in (STREAM, READING, *VIEW_CHOICES)))
        key += (options.get("aggregate", "mean"),)
        if key not in self._values:
            self._values[key] = self._compute(options, window, kept)
        return self._values[key]

    def _compute(self, options: Mapping[str, Any], window: Window, kept: frozenset[str]) -> Floats:
        reading = options["reading"]
        if options["stream"] == ALL:
            together = overall(
                self._all(options, window, kept),
                options["evenness"],
                options.get("aggregate", "mean"),
            )
            if reading == "lean":
                return together.lean
            return together.split if reading == "split" else together.score
        return _one(
            self._view.stream(options["stream"], options, window), reading, options["evenness"]
        )

    def _all(
        self, options: Mapping[str, Any], window: Window, kept: frozenset[str] = frozenset()
    ) -> dict[str, PoleTies]:
        """Return streams of the window, hostile acts included: they count for the split."""
        found, _ = self._view.all(options, window)
        found = {n: t for n, t in found.items() if not kept or n in kept}
        if len(found) < 2:
            raise NotIdentified(f"fewer than two streams reach {window[0]}-{window[1]}")
        return found

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Reading of every state less the median state's."""
        full = {**self._defaults, **options}
        after = self._window(options, break_year)
        if self._form == "change":
            before = (break_year - options["baseline_years"], break_year - 1)
            # A stream that reaches one window only would move the sum without anybody moving.
            both = frozenset(self._view.all(full, before)[0]) & set(self._view.all(full, after)[0])
            value = self._raw(full, after, both) - self._raw(full, before, both)
        else:
            value = self._raw(full, after)
        others = value[self._world(break_year) & np.isfinite(value)]
        return value - np.median(others) if len(others) else value

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Reading of every state, and the subject's interval."""
        values = self.values(options, break_year)
        window = self._window(options, break_year)
        value = float(values[self.subject])
        low, high = self._interval(options, window, value)
        reason = (
            ""
            if np.isfinite(value)
            else f"{options['stream']}: nothing on {self._question.subject} in "
            f"{window[0]}-{window[1]}"
        )
        n_obs = window[1] - window[0] + 1
        return Cells(values=values, lower=low, upper=high, n_obs=n_obs, reason=reason)

    def _interval(
        self, options: Mapping[str, Any], window: Window, value: float
    ) -> tuple[float, float]:
        """Band over weights of streams for all of them, else 90 % from how years differ."""
        full = {**self._defaults, **options}
        if options["stream"] == ALL:
            found = self._all(full, window)
            own = {n: _only(t, self.subject) for n, t in found.items()}
            name = options["reading"]
            low, high = flat_bands(own, full["evenness"], DRAWS, self._seed)[name]
            centre = float(self._raw(full, window)[self.subject])
            return float(low[0]) - centre + value, float(high[0]) - centre + value
        yearly = [
            v for y in range(window[0], window[1] + 1) if (v := self._year(full, y)) is not None
        ]
        each = np.array(yearly)[:, [self.subject]] if yearly else np.empty((0, 1))
        band = years_interval(np.array([value]), each, (-np.inf, np.inf))
        return (float("nan"),) * 2 if band is None else (float(band[0][0]), float(band[1][0]))

    def _year(self, options: Mapping[str, Any], year: int) -> Floats | None:
        try:
            return self._raw(options, (year, year))
        except NotIdentified:
            return None

    def _world(self, year: int) -> NDArray[np.bool_]:
        """UN members outside the poles."""
        if year not in self._worlds:
            members = {s.code for s in list_states(on=year, un_members=True)}
            inside = (self._view.poles.weights(year, "equal") > 0).any(axis=0)
            self._worlds[year] = np.array([s in members for s in self.states]) & ~inside
        return self._worlds[year]

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """UN members outside the poles, or those of them the question names."""
        del options
        world, named = self._world(self._question.since), self._question.comparable
        return world & np.isin(self.states, named) if named else world

    def break_years(self) -> Sequence[int]:
        """Earlier years whose windows end before the claim's own begins, latest first."""
        length = max(1, self._last - self._question.since)
        first = min(s.span[0] for s in self._view.streams.values()) + self._longest
        latest = self._question.since - length - 1
        return list(range(latest, first - 1, -length))[:PLACEBO_DATES]

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Reading of the subject year by year beside the world's median and 10-90 % band."""
        rows = []
        full = {**self._defaults, **options}
        world = self.comparable(options)
        for year in range(self._question.since - self._longest, self._last + 1):
            values = self._year(full, year)
            if values is None or not np.isfinite(values[self.subject]):
                continue
            others = values[world & np.isfinite(values)]
            if len(others):
                band = map(float, np.quantile(others, [0.5, 0.1, 0.9]))
                rows.append((year, float(values[self.subject]), None, None, *band))
        return pl.DataFrame(rows, schema=SERIES_SCHEMA, orient="row")

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Which pole each state is nearer to after the break, by the mean lean of its streams."""
        full = {**self._defaults, **options}
        found, _ = self._view.all(full, self._window(options))
        lean = overall(found, "entropy").lean
        first, second = self._view.poles.names[:2]
        words = np.select(
            [lean > MIDDLE, lean < -MIDDLE], [f"leans to {first}", f"leans to {second}"], "between"
        )
        frame = pl.DataFrame({"state": self.states, "weight": 1.0, "position": words}).with_columns(
            weighted_by=pl.lit("equal")
        )
        return frame.filter(np.isfinite(lean) & self._world(self._question.since))

    def remarks(self) -> tuple[str, ...]:
        """Streams without an answer, and those whose lean has no room to move."""
        silent = {**self._view.missing, **self._silent}
        told = "; ".join(f"{PANELS[n]} ({why})" for n, why in silent.items())
        found = [f"Streams without an answer: {told}."] if told else []
        return (*found, *(self._one_sided(s) for s in self._bounded()))

    def _bounded(self) -> list[str]:
        """Streams in which all ties of the subject are with one pole before and after."""
        if not self._leans or self._form != "change":
            return []
        since = self._question.since
        windows = ((since - self._longest, since - 1), self._window())
        kept = next(c for c in self.choices if c.name == "stream").options
        return [
            s
            for s in kept
            if s not in (ALL, *SIGNED)
            and len({self._lean_of(s, w) for w in windows} & {1.0, -1.0}) == 1
            and all(abs(self._lean_of(s, w)) == 1 for w in windows)
        ]

    def _lean_of(self, stream: str, window: Window) -> float:
        return float(self._view.stream(stream, self._defaults, window).lean[self.subject])

    def _one_sided(self, stream: str) -> str:
        first, second = self._view.poles.names[:2]
        near, far = (
            (first, second) if self._lean_of(stream, self._window()) > 0 else (second, first)
        )
        return (
            f"{PANELS[stream].capitalize()}: every tie of {self._question.subject} with the two "
            f"poles is with the pole {near} before and after; ties that loosen do not show "
            f"without one to the pole {far}."
        )

    def shares(self) -> pl.DataFrame:
        """No shares by weighting."""
        return pl.DataFrame(schema=SHARES_SCHEMA)

    def coverage(self) -> list[Coverage]:
        """One row per stream: the years it has of those the claim spans, or why it is silent."""
        since, until = self._window()
        rows = []
        for name, stream in self._view.streams.items():
            if name in self._silent:
                continue
            first, last = stream.span
            years = max(0, min(last, until) - max(first, since) + 1)
            rows.append(
                Coverage(
                    stream=name,
                    what=PANELS[name],
                    first=str(max(first, since)),
                    last=str(min(last, until)),
                    share=years / (until - since + 1),
                    missing=tuple(
                        str(y) for y in range(since, until + 1) if not first <= y <= last
                    ),
                )
            )
        silent = {**self._view.missing, **self._silent}
        return rows + [
            Coverage(
                stream=n,
                what=f"{PANELS[n]}: {why}",
                first="",
                last="",
                share=0.0,
                note="not part of the answer",
            )
            for n, why in silent.items()
        ]


MIDDLE = 1 / 3
"""A mean lean beyond a third is ties at least twice as strong with one pole as with the other."""


def _one(ties: PoleTies, reading: str, evenness: str) -> Floats:
    if reading == "lean":
        return ties.lean
    if reading == "fence":
        return 1 - ties.engagement
    return score_of(ties, evenness) if reading == "score" else balance_of(ties, evenness)


def _only(ties: PoleTies, state: int) -> PoleTies:
    """Ties of one state."""
    return PoleTies(
        ties=ties.ties[:, [state]],
        engagement=ties.engagement[[state]],
        lean=ties.lean[[state]],
        n_obs=ties.n_obs,
    )
