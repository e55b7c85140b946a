"""All streams of a state's ties with rival poles, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.core.choices import Choice
from multipolar.core.errors import BadOption, NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import balance
from multipolar.measures._pole_ties import (
    PANELS,
    POLE_WEIGHT,
    STREAM_CHOICES,
    Poles,
    PoleTies,
    Window,
    open_streams,
)
from multipolar.measures._ties import axis
from multipolar.store import Store

EVENNESS = Choice(
    name="evenness",
    options=("entropy", "smaller_side"),
    why="ties are balanced as their entropy is near its maximum, or as the smaller side is near "
    "one half; the second is stricter",
    labels={"entropy": "balance by entropy", "smaller_side": "balance by the smaller side"},
)
AGGREGATE = Choice(
    name="aggregate",
    options=("mean", "median", "least"),
    why="streams are averaged, the middle one is taken, or the one that says it least",
    labels={
        "mean": "mean of the streams",
        "median": "median of the streams",
        "least": "the stream that says it least",
    },
)
VIEW_CHOICES: tuple[Choice, ...] = (
    POLE_WEIGHT,
    EVENNESS,
    *{c.name: c for own in STREAM_CHOICES.values() for c in own}.values(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """Streams together, for every state: values (n_states,), one entry per state of the axis."""

    score: Floats
    lean: Floats
    split: Floats
    streams: Floats


class PoleView:
    """Streams of a store, seen from two or more poles."""

    def __init__(
        self, store: Store, poles: Sequence[str], streams: Sequence[str] = tuple(PANELS)
    ) -> None:
        if len(poles) < 2 or len(set(poles)) < len(poles):
            raise BadOption(
                f"balance needs two different poles, not {', '.join(poles) or 'none'}",
                hint="poles=west,russia",
            )
        self.states = axis()
        self.poles = Poles(store=store, names=tuple(poles), states=self.states)
        self.streams, self.missing = open_streams(store, streams)
        self._known: dict[tuple[Any, ...], PoleTies | str] = {}

    def stream(self, name: str, options: Mapping[str, Any], window: Window) -> PoleTies:
        """Ties of one stream over a window.

        Raises
        ------
        NotIdentified
            The store has no such stream, or not for these years.
        """
        if name not in self.streams:
            raise NotIdentified(f"{name}: {self.missing[name]}", hint="multipolar source list")
        used = [c.name for c in (*STREAM_CHOICES.get(name, ()), POLE_WEIGHT)]
        key = (name, window, *(options[o] for o in used))
        if key not in self._known:
            try:
                self._known[key] = self.streams[name].at(options, window, self.poles)
            except NotIdentified as error:
                self._known[key] = error.message
        found = self._known[key]
        if isinstance(found, str):
            raise NotIdentified(found, hint="multipolar store status")
        return found

    def all(
        self, options: Mapping[str, Any], window: Window
    ) -> tuple[dict[str, PoleTies], dict[str, str]]:
        """Every stream that reaches the window, and why the others do not."""
        found: dict[str, PoleTies] = {}
        silent = dict(self.missing)
        for name in self.streams:
            try:
                found[name] = self.stream(name, options, window)
            except NotIdentified as error:
                silent[name] = error.message.removeprefix(f"{name}: ")
        return found, silent


def balance_of(ties: PoleTies, evenness: str) -> Floats:
    """Balance between the poles in [0, 1]; polar votes know two poles only."""
    known = ties.ties[np.isfinite(ties.ties).any(axis=1)]
    if len(known) < 2:
        return np.full(ties.ties.shape[1], np.nan)
    p = balance.shares(known)
    return balance.evenness(p) if evenness == "entropy" else balance.smaller_side(p)


def score_of(ties: PoleTies, evenness: str) -> Floats:
    """Balance times engagement, in [0, 1]: 0 one pole only or no ties with the poles."""
    even = balance_of(ties, evenness)
    return np.where(ties.engagement == 0, 0.0, even * ties.engagement)


def overall(found: Mapping[str, PoleTies], evenness: str, aggregate: str = "mean") -> Overall:
    """Put the streams together, each counting once."""
    scores = np.array([score_of(t, evenness) for t in found.values()])
    leans = np.array([t.lean for t in found.values()])
    once = np.ones(len(scores))
    put = {"mean": _mean, "median": _quiet(np.nanmedian), "least": _quiet(np.nanmin)}[aggregate]
    return Overall(
        score=put(scores),
        lean=_quiet(np.nanmedian)(leans) if aggregate == "median" else _mean(leans),
        split=balance.weighted_sd(leans, once),
        streams=np.isfinite(leans).sum(axis=0).astype(np.float64),
    )


def _mean(values: Floats) -> Floats:
    return balance.weighted_mean(values, np.ones(len(values)))


def _quiet(reduce: Any) -> Any:
    """Reduction over streams that gives NaN, without a warning, where none is known."""

    def reduced(values: Floats) -> Floats:
        known = np.isfinite(values).any(axis=0)
        out = np.full(values.shape[1], np.nan)
        if known.any():
            out[known] = reduce(values[:, known], axis=0)
        return out

    return reduced


def flat_bands(
    found: Mapping[str, PoleTies], evenness: str, draws: int, seed: int
) -> dict[str, tuple[Floats, Floats]]:
    """5-95 % band of score, lean and split when streams are weighted in every possible way."""
    weights = balance.flat_weights(len(found), draws, seed)
    scores = np.array([score_of(t, evenness) for t in found.values()])
    leans = np.array([t.lean for t in found.values()])
    spread = balance.weighted_sd(leans, weights)
    drawn = {
        "score": balance.weighted_mean(scores, weights),
        "lean": balance.weighted_mean(leans, weights),
        "split": spread,
    }
    return {name: _band(values) for name, values in drawn.items()}


def left_out_band(found: Mapping[str, PoleTies], evenness: str) -> tuple[Floats, Floats]:
    """Smallest and largest overall score when any one stream is left out."""
    names = [n for n in found if np.isfinite(score_of(found[n], evenness)).any()]
    size = len(next(iter(found.values())).lean)
    if len(names) < 2:
        return np.full(size, np.nan), np.full(size, np.nan)
    each = np.array(
        [
            overall({n: found[n] for n in names if n != left_out}, evenness).score
            for left_out in names
        ]
    )
    return _quiet(np.nanmin)(each), _quiet(np.nanmax)(each)


def _band(drawn: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(drawn).all(axis=0)
    low, high = np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    if known.any():
        low[known], high[known] = np.quantile(drawn[:, known], [0.05, 0.95], axis=0)
    return low, high
