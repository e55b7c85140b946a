"""Multi-vector policy: ties with rival poles, their balance, and whether the streams agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, NotIdentified
from multipolar.core.states import find_state
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import balance
from multipolar.measures._pole_ties import PANELS, PoleTies, Window
from multipolar.measures._pole_view import (
    VIEW_CHOICES,
    PoleView,
    balance_of,
    flat_bands,
    left_out_band,
    overall,
    score_of,
)
from multipolar.store import Store

DRAWS = 1000
DEFAULT_YEARS = 10
ALL = "all"
SCHEMA = {
    "state": pl.String,
    "since": pl.Int32,
    "until": pl.Int32,
    "stream": pl.String,
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
    poles: str = "west,russia",
    state: str | None = None,
    since: int | None = None,
    until: int | None = None,
    step: int = 0,
    draws: int = DRAWS,
    seed: int = 1945,
    **options: Any,
) -> pl.DataFrame:
    """Balance, engagement, lean and cross-stream split of every state between poles.

    Parameters
    ----------
    store : Store
    poles : str
        Poles separated by commas; the lean is between the first two. A pole is a name of the
        record (``west``, ``russia``, ``china``), a state, or states as ``USA+GBR``.
    state : str, optional
        Name or code; every state without it.
    since, until : int, optional
        First and last year; the last ten years of the record of votes without them.
    step : int
        Years of one period, for change over time; 0 for the whole window at once.
    draws, seed : int
        Of the band over weights of streams.
    **options
        Options of the measure's choices.

    Returns
    -------
    frame, one row per (state, since, until, stream, measure)
        ``stream`` is one of ``votes, polar_votes, memberships, trade, sanctions, alliances, arms,
        visits_out, visits_in`` or ``all``. ``measure``: ``balance_entropy``,
        ``balance_smaller_side``, ``engagement``, ``score`` in [0, 1] (0 one pole only, or no ties
        with the poles; 1 even and exclusive ties with them); ``lean`` in [-1, 1] (1 only the
        first pole, -1 only the second); for ``all`` also ``split`` in [0, 1] (0 all streams lean
        alike, 1 half of them wholly one way and half the other). ``switching`` is the mean change
        of lean from one year to the next, ``crossings`` counts its changes of sign;
        ``fence_sitting`` in [0, 1] is the share of opposed votes on which the state joined
        neither pole; ``coverage`` in [0, 1] the share of the years that the record reaches.
        ``lower`` and ``upper``: for a stream the 90 % interval from how single years
        differ, for ``all`` the 5-95 % band over all weights of streams; ``score_without_one`` is
        the range when one stream is left out. ``reason`` says what is missing and why.

    Raises
    ------
    BadOption, UnknownName
        The poles or years cannot be read.

    Notes
    -----
    It measures ties, not intent: balance can be policy, geography or indifference. A stream whose
    table is not in the store, or does not reach the years, is listed with its reason and left out
    of ``all``.

    References
    ----------
    Kuik 2008, doi:10.1355/cs30-2b; Lim & Cooper 2015, doi:10.1080/09636412.2015.1103130. The
    formulas are this project's.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("multivector", state="KAZ", since=2014, until=2025)
    >>> row = frame.filter((frame["stream"] == "memberships") & (frame["measure"] == "lean"))
    >>> row["value"].round(1).item()
    -1.0
    """
    view = PoleView(store, [p.strip() for p in poles.split(",") if p.strip()])
    columns = _columns(view, state, until)
    full = {**{c.name: c.default for c in VIEW_CHOICES}, **options}
    rows: list[tuple[Any, ...]] = []
    for window in _windows(view, since, until, step):
        rows += _Period(view, full, window, columns, (draws, seed)).rows()
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col("value", "lower", "upper").fill_nan(None))


def _columns(view: PoleView, state: str | None, until: int | None) -> list[int]:
    if state is None:
        return list(range(len(view.states)))
    code = find_state(state, on=until).code if until else find_state(state).code
    return [view.states.index(code)]


def _windows(view: PoleView, since: int | None, until: int | None, step: int) -> list[Window]:
    """Whole window, or periods of ``step`` years that end with it."""
    for name, year in (("since", since), ("until", until)):
        if year is not None and not isinstance(year, int):
            raise BadOption(f"{name} is {year!r}; expected a year", hint=f"{name}=2014")
    spans = [s.span for s in view.streams.values()]
    last = max(s[1] for s in spans) if until is None else until
    first = last - DEFAULT_YEARS + 1 if since is None else since
    if first > last:
        raise BadOption(f"since ({first}) is later than until ({last})")
    if step <= 0:
        return [(first, last)]
    ends = range(last, first - 1, -step)
    return sorted((max(first, end - step + 1), end) for end in ends)


class _Period:
    """Rows of one window."""

    def __init__(
        self,
        view: PoleView,
        options: Mapping[str, Any],
        window: Window,
        columns: Sequence[int],
        draws: tuple[int, int],
    ) -> None:
        self._view = view
        self._options = options
        self._window = window
        self._columns = columns
        self._draws = draws
        self._found, self._silent = view.all(options, window)

    def rows(self) -> list[tuple[Any, ...]]:
        """Rows of every stream, of all of them together, and of what is missing."""
        rows = [row for name, ties in self._found.items() for row in self._stream(name, ties)]
        if self._found:
            rows += self._all()
        for name in PANELS:
            if name in self._silent:
                nothing = np.full(len(self._view.states), np.nan)
                rows += self._emit(name, "score", nothing, n_obs=0, reason=self._silent[name])
        return rows

    def _stream(self, name: str, ties: PoleTies) -> Iterator[tuple[Any, ...]]:
        evenness = self._options["evenness"]
        balances = {e: balance_of(ties, e) for e in ("entropy", "smaller_side")}
        yearly = self._yearly(name)
        leans = np.array([t.lean for t in yearly])
        scores = np.array([score_of(t, evenness) for t in yearly])
        change, crossings = balance.switching(leans) if len(leans) else (None, None)
        if np.isfinite(ties.ties).any():
            for kind, values in balances.items():
                yield from self._emit(name, f"balance_{kind}", values, n_obs=ties.n_obs)
            yield from self._emit(name, "engagement", ties.engagement, n_obs=ties.n_obs)
            score = score_of(ties, evenness)
            yield from self._emit(
                name, "score", score, years_interval(score, scores, (0.0, 1.0)), ties.n_obs
            )
        else:
            nothing = np.full(len(ties.lean), np.nan)
            why = "acts against a pole have a lean and no ties to balance"
            yield from self._emit(name, "score", nothing, n_obs=ties.n_obs, reason=why)
        band = years_interval(ties.lean, leans, (-1.0, 1.0))
        yield from self._emit(name, "lean", ties.lean, band, ties.n_obs)
        yield from self._emit(name, "coverage", self._coverage(name), n_obs=ties.n_obs)
        if name == "polar_votes":
            yield from self._emit(name, "fence_sitting", 1 - ties.engagement, n_obs=ties.n_obs)
        if change is not None and crossings is not None and len(leans) > 1:
            yield from self._emit(name, "switching", change, n_obs=len(leans))
            yield from self._emit(name, "crossings", crossings, n_obs=len(leans))

    def _coverage(self, name: str) -> Floats:
        """Share of the window's years that the record of a stream reaches."""
        first, last = self._view.streams[name].span
        since, until = self._window
        years = max(0, min(last, until) - max(first, since) + 1)
        return np.full(len(self._view.states), years / (until - since + 1))

    def _yearly(self, name: str) -> list[PoleTies]:
        found = []
        for year in range(self._window[0], self._window[1] + 1):
            try:
                found.append(self._view.stream(name, self._options, (year, year)))
            except NotIdentified:
                continue
        return found

    def _all(self) -> Iterator[tuple[Any, ...]]:
        evenness = self._options["evenness"]
        together = overall(self._found, evenness)
        bands = flat_bands(self._found, evenness, *self._draws)
        for name, values in (
            ("score", together.score),
            ("lean", together.lean),
            ("split", together.split),
        ):
            yield from self._emit(ALL, name, values, bands[name], together.streams)
        without = left_out_band(self._found, evenness)
        yield from self._emit(ALL, "score_without_one", together.score, without, together.streams)

    def _emit(
        self,
        stream: str,
        measure: str,
        values: Floats,
        band: tuple[Floats, Floats] | None = None,
        n_obs: int | Floats = 0,
        reason: str = "",
    ) -> list[tuple[Any, ...]]:
        low, high = band if band is not None else (np.full(len(values), np.nan),) * 2
        states = self._view.states
        counts = np.broadcast_to(n_obs, len(states))
        return [
            (
                states[i],
                *self._window,
                stream,
                measure,
                float(values[i]),
                float(low[i]),
                float(high[i]),
                int(counts[i]),
                reason or ("" if np.isfinite(values[i]) else f"no tie of {states[i]} recorded"),
            )
            for i in self._columns
        ]


def years_interval(
    centre: Floats, yearly: Floats, limits: tuple[float, float]
) -> tuple[Floats, Floats] | None:
    """90 % t interval around a window's value from how single years differ, within limits."""
    if len(yearly) < 2:
        return None
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy takes long to import

    known = np.isfinite(yearly)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, yearly, 0.0).sum(axis=0) / n
        square = (np.where(known, yearly - mean, 0.0) ** 2).sum(axis=0) / (n - 1)
        half = stdtrit(np.maximum(n - 1, 1), 0.95) * np.sqrt(square / n)
    half = np.where(n > 1, half, np.nan)
    return np.clip(centre - half, *limits), np.clip(centre + half, *limits)


MEASURE = Measure(
    name="multivector",
    title="Balance and split of a state's ties between rival poles, stream by stream",
    unit="balance, engagement, score and split in [0, 1]; lean in [-1, 1]",
    low="score 0: ties with one pole only, or none with the poles; lean -1: the second pole only",
    high="score 1: even ties with the poles and none outside; lean 1: the first pole only",
    keys=("state", "since", "until", "stream"),
    tables=(
        "vote_dyads",
        "votes",
        "rollcalls",
        "memberships",
        "poles",
        "trade",
        "trade_dyads",
        "sanctions",
        "sanctions_on_russia",
        "alliances",
        "arms",
        "visits",
        "attributes",
    ),
    choices=VIEW_CHOICES,
    compute=compute,
    meaning="Multi-vector: near the middle with many ties to the poles. Split: some ties with one "
    "pole, others with its rival. Disengaged: few ties with either.",
    not_measured="Whether balance is wanted: it can be policy, geography or indifference.",
    reference="Project definition after Kuik (2008) and Lim & Cooper (2015).",
)
