"""Ties of every state with rival poles, stream by stream: what balance and lean are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice
from multipolar.core.errors import NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import balance
from multipolar.measures._poles import pole_members
from multipolar.measures._ties import VISITS, Ties, axis, load_ties
from multipolar.measures._visit_weights import VISIT_CHOICES, VisitWeights
from multipolar.measures._vote_choices import ABSTENTION, METRIC, VOTE_SET
from multipolar.measures._vote_standing import Tie
from multipolar.measures._votes import VoteRecord
from multipolar.measures.polar_votes import ABSENCE, opposed_sides
from multipolar.store import Store

Window = tuple[int, int]

PANELS: Mapping[str, str] = {
    "votes": "UN votes",
    "polar_votes": "votes on which the poles opposed each other",
    "memberships": "organisations",
    "trade": "trade (five-year means)",
    "trade_reported": "trade (yearly reports)",
    "sanctions": "sanctions joined",
    "alliances": "defence pacts",
    "arms": "arms bought",
    "visits_out": "visits paid",
    "visits_in": "visits received",
}
SIGNED = ("sanctions",)
"""Streams of hostile acts: they have a lean, and no ties to balance."""
POLE_WEIGHT = Choice(
    name="pole_weight",
    options=("equal", "largest"),
    why="a pole is the mean of its members, or what its largest economy does",
    labels={"equal": "pole members count alike", "largest": "the pole's largest economy"},
)
STREAM_CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "votes": (METRIC, ABSTENTION, VOTE_SET),
    "polar_votes": (ABSENCE,),
    "visits_out": VISIT_CHOICES,
    "visits_in": VISIT_CHOICES,
}
KEPT = 160
"""Similarity matrices kept: enough for every metric over a few windows (0.3 MB each)."""
BARE_SCALE = ("agree", "cosine")
"""Vote metrics in [0, 1]; the others are in [-1, 1] with chance at 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoleTies:
    """Ties of every state with each pole in one window.

    Attributes
    ----------
    ties : float array (n_poles, n_states)
        Not negative; NaN where unknown or where the stream has no ties to balance.
    engagement : float array (n_states,)
        Ties with all poles over ties with the world, in [0, 1]. For votes, which have no total to
        share out, the mean similarity with the poles.
    lean : float array (n_states,)
        In [-1, 1]: 1 only the first pole, -1 only the second.
    n_obs : int
        Years of the record used.
    """

    ties: Floats
    engagement: Floats
    lean: Floats
    n_obs: int


@dataclass(slots=True)
class Poles:
    """Named poles of a question and who belongs to them in a year."""

    store: Store
    names: tuple[str, ...]
    states: tuple[str, ...]
    _members: dict[tuple[int, str], Floats] = field(default_factory=dict)

    def weights(self, year: int, scheme: str) -> Floats:
        """Weight of every state in every pole, shape (n_poles, n_states), rows summing to 1."""
        key = (year, scheme)
        if key not in self._members:
            self._members[key] = np.array([self._row(p, year, scheme) for p in self.names])
        return self._members[key]

    def _row(self, pole: str, year: int, scheme: str) -> Floats:
        members = set(pole_members(self.store, pole, date(year, 1, 1)))
        row = np.array([float(s in members) for s in self.states])
        if not row.any():
            raise NotIdentified(
                f"the pole {pole!r} has no member in {year}", hint="ask for another pole or year"
            )
        if scheme == "largest" and row.sum() > 1:
            row = row * self._largest(members, year)
        return row / row.sum()

    def _largest(self, members: set[str], year: int) -> Floats:
        output = self.store.frame("attributes").filter(
            (pl.col("attribute") == "gdp_mer")
            & pl.col("state").is_in(sorted(members))
            & (pl.col("year") <= year)
        )
        if output.is_empty():
            raise NotIdentified(
                f"no output of the pole's members before {year}", hint="pole_weight=equal"
            )
        latest = output.filter(pl.col("year") == output["year"].max())
        top = latest.sort("value", descending=True)["state"][0]
        return np.array([float(s == top) for s in self.states])


class PoleStream(Protocol):
    """One stream seen from rival poles."""

    span: Window

    def at(self, options: Mapping[str, Any], window: Window, poles: Poles) -> PoleTies:
        """Ties over a window; ``NotIdentified`` where the record does not reach it."""


class VoteStream:
    """Similarity of votes with the members of each pole."""

    def __init__(self, store: Store) -> None:
        self._record = VoteRecord.load(store)
        states = axis()
        self._place = np.array([states.index(s) for s in self._record.states])
        self._size = len(states)
        self.span: Window = (self._record.years[0], self._record.years[-1])
        self._ties: dict[tuple[Any, ...], Tie] = {}

    def _tie(self, options: Mapping[str, Any], window: Window) -> Tie:
        key = (*window, options["metric"], options["abstention"], options["vote_set"])
        if key not in self._ties:
            matrix = self._record.similarity(
                metric=options["metric"],
                abstention=options["abstention"],
                vote_set=options["vote_set"],
                first=window[0],
                last=window[1],
            )
            while len(self._ties) >= KEPT:
                self._ties.pop(next(iter(self._ties)))
            self._ties[key] = Tie(matrix.astype(np.float64, copy=True))
        return self._ties[key]

    def at(self, options: Mapping[str, Any], window: Window, poles: Poles) -> PoleTies:
        """Mean similarity with each pole; below chance is no tie, so ties are cut at 0."""
        years = _overlap("votes", self.span, window)
        tie = self._tie(options, window)
        weights = poles.weights(window[0], options["pole_weight"])[:, self._place]
        similar = np.array([tie.standing(np.ascontiguousarray(w)) for w in weights])
        scaled = 2 * similar - 1 if options["metric"] in BARE_SCALE else similar
        spread = np.full((len(weights), self._size), np.nan)
        spread[:, self._place] = np.clip(similar, 0.0, 1.0)
        lean = np.full(self._size, np.nan)
        lean[self._place] = (np.clip(scaled[0], -1, 1) - np.clip(scaled[1], -1, 1)) / 2
        return PoleTies(ties=spread, engagement=spread.mean(axis=0), lean=lean, n_obs=years)


class PolarStream:
    """Votes on which the first two poles opposed each other; the rest of them is the fence."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._record = VoteRecord.load(store)
        states = axis()
        self._place = np.array([states.index(s) for s in self._record.states])
        self._size = len(states)
        self.complete = self._record.complete
        years = self._record.rollcalls.years("year")
        self.span: Window = (int(years.min()), int(years.max()))
        self._sides: dict[tuple[str, ...], Any] = {}

    def at(self, options: Mapping[str, Any], window: Window, poles: Poles) -> PoleTies:
        """Share of polar votes with each of the first two poles (other poles: unknown)."""
        _overlap("polar_votes", self.span, window)
        with_a, with_b, n = self.counts(window, poles, options["absence"])
        if not n.any():
            raise NotIdentified(
                f"no recorded vote of {window[0]}-{window[1]} set {poles.names[0]} against "
                f"{poles.names[1]}",
                hint="ask for more years, or add the full record of roll calls",
            )
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.array([with_a / n, with_b / n])
        ties = np.full((len(poles.names), self._size), np.nan)
        ties[:2, self._place] = shares
        engagement = ties[0] + ties[1]
        return PoleTies(
            ties=ties, engagement=engagement, lean=ties[0] - ties[1], n_obs=int(n.max())
        )

    def counts(self, window: Window, poles: Poles, absence: str) -> tuple[Floats, Floats, Floats]:
        """Polar votes with the first pole, with the second, and all, by state of the record."""
        if poles.names[:2] not in self._sides:
            self._sides[poles.names[:2]] = opposed_sides(
                self._store, self._record, (poles.names[0], poles.names[1])
            )
        sides = self._sides[poles.names[:2]]
        years = self._record.rollcalls.years("year")
        used = (sides != 0) & (years >= window[0]) & (years <= window[1])
        codes, first_yes = self._record.rollcalls.codes[used], sides[used][:, None] > 0
        with_a = np.where(first_yes, codes == 1, codes == 3).sum(axis=0).astype(np.float64)
        with_b = np.where(first_yes, codes == 3, codes == 1).sum(axis=0).astype(np.float64)
        counted = codes != 9 if absence == "fence" else (codes != 9) & (codes != 8)
        return with_a, with_b, counted.sum(axis=0).astype(np.float64)


class DyadStream:
    """Flows and bonds between pairs of states."""

    def __init__(self, store: Store, name: str) -> None:
        ties, missing = load_ties(store, [name])
        if name not in ties:
            raise NotIdentified(f"{name}: {missing[name]}", hint="multipolar source list")
        self._store = store
        self._name = name
        self._ties: dict[VisitWeights | None, Ties] = {None: ties[name]}
        self.span: Window = ties[name].span

    def unknown(self, state: int) -> str:
        """Why nothing is known of a state; empty where its record is complete."""
        ties = self._ties[None]
        complete = ties.known is None or bool(ties.known[state])
        return "" if complete else ties.reason(state)

    def _loaded(self, options: Mapping[str, Any]) -> Ties:
        weights = None
        if self._name in VISITS:
            weights = VisitWeights(**{c.name: options[c.name] for c in VISIT_CHOICES})
        if weights not in self._ties:
            found, _ = load_ties(self._store, [self._name], visit_weights=weights)
            self._ties[weights] = found[self._name]
        return self._ties[weights]

    def at(self, options: Mapping[str, Any], window: Window, poles: Poles) -> PoleTies:
        """Sum (flows) or mean (bonds) of ties with the members of each pole."""
        ties = self._loaded(options)
        matrix = ties.matrix(*window)
        filled, known = np.nan_to_num(matrix), np.isfinite(matrix).astype(np.float64)
        weights = poles.weights(window[0], options["pole_weight"])
        members = (weights > 0).astype(np.float64)
        per_pole = weights if ties.pooling == "mean" else members
        with np.errstate(invalid="ignore", divide="ignore"):
            with_poles = (filled @ per_pole.T).T
            if ties.pooling == "mean":
                with_poles = with_poles / (known @ per_pole.T).T
            in_any = members.any(axis=0).astype(np.float64)
            engagement = np.where(
                filled.sum(axis=1) > 0, (filled @ in_any) / filled.sum(axis=1), np.nan
            )
        with_poles = np.where((known @ members.T).T > 0, with_poles, np.nan)
        return PoleTies(
            ties=with_poles,
            engagement=engagement,
            lean=balance.lean(with_poles[0], with_poles[1]),
            n_obs=ties.overlap(*window),
        )


class SanctionStream:
    """Joining one pole's sanctions on the other, and being a target of either.

    The lean is +1 for a state that sanctions the second pole or is sanctioned by it, -1 for the
    first, 0 for neither; there are no ties to balance. The curated list of 2022 is about Russia
    alone, so it speaks only where Russia is the second pole.
    """

    def __init__(self, store: Store) -> None:
        held = set(store.tables())
        self._cases = _cases(store) if "sanctions" in held else None
        self._joined = _joined(store) if "sanctions_on_russia" in held else None
        listed = JOINED_SPAN if self._joined is not None else None
        spans = [span for span in (self._case_span(), listed) if span]
        if not spans:
            raise NotIdentified("sanctions: no table of sanctions in the store")
        self.span: Window = (min(s[0] for s in spans), max(s[1] for s in spans))

    def _case_span(self) -> Window | None:
        if self._cases is None or self._cases.is_empty():
            return None
        started = self._cases["first"].to_numpy()
        return int(started.min()), int(started.max())

    def at(self, options: Mapping[str, Any], window: Window, poles: Poles) -> PoleTies:
        """Lean by sanctions in force in the window."""
        states = poles.states
        members = poles.weights(window[0], options["pole_weight"])[:2] > 0
        second = {s for s, m in zip(states, members[1], strict=True) if m}
        covered, rows = self._covering(window, second)
        sent = _sent(rows, states)
        on_b, on_a = sent[:, members[1]].any(axis=1), sent[:, members[0]].any(axis=1)
        by_b, by_a = sent[members[1]].any(axis=0), sent[members[0]].any(axis=0)
        lean = np.clip(on_b.astype(float) - on_a + by_b - by_a, -1, 1)
        lean[members.any(axis=0)] = np.nan
        nothing = np.full((len(poles.names), len(states)), np.nan)
        return PoleTies(ties=nothing, engagement=nothing[0], lean=lean, n_obs=covered)

    def _covering(self, window: Window, second: set[str]) -> tuple[int, pl.DataFrame]:
        """Years of the window the record covers, and the sanctions in force in it."""
        years: set[int] = set()
        rows = [pl.DataFrame(schema=SPELLS)]
        spans: list[tuple[pl.DataFrame | None, Window | None]] = [
            (self._cases, self._case_span()),
            (self._joined if second == {"RUS"} else None, JOINED_SPAN),
        ]
        for spells, span in spans:
            if spells is None or span is None:
                continue
            years |= set(range(max(span[0], window[0]), min(span[1], window[1]) + 1))
            rows.append(
                spells.filter((pl.col("first") <= window[1]) & (pl.col("last") >= window[0]))
            )
        if not years:
            raise NotIdentified(
                f"sanctions: no record of sanctions on {', '.join(sorted(second))} in "
                f"{window[0]}-{window[1]}",
                hint="add a record of sanctions: multipolar source list",
            )
        return len(years), pl.concat(rows)


SPELLS = {"source": pl.String, "target": pl.String, "first": pl.Int64, "last": pl.Int64}
JOINED_SPAN: Window = (2022, 2025)
"""The curated list of 2022 knows no end of these measures; checked to the end of 2025."""


def _cases(store: Store) -> pl.DataFrame:
    """Sanctions of a record of cases, in years; the record ends with the last case that begins."""
    frame = store.frame("sanctions")
    record_ends = int(frame["start"].dt.year().drop_nulls().to_numpy().max(initial=0))
    return frame.select(
        source="source_state",
        target="target_state",
        first=pl.col("start").dt.year().cast(pl.Int64),
        last=pl.col("end").dt.year().fill_null(record_ends).cast(pl.Int64),
    )


def _joined(store: Store) -> pl.DataFrame:
    joined = store.frame("sanctions_on_russia").filter(pl.col("joined"))
    return joined.select(
        source="state",
        target=pl.lit("RUS"),
        first=pl.col("since").dt.year().fill_null(JOINED_SPAN[0]).cast(pl.Int64),
        last=pl.lit(JOINED_SPAN[1], dtype=pl.Int64),
    )


def _sent(rows: pl.DataFrame, states: Sequence[str]) -> NDArray[np.bool_]:
    """Whether the row's state sanctions the column's."""
    place = {s: i for i, s in enumerate(states)}
    sent = np.zeros((len(states), len(states)), dtype=bool)
    for source, target in rows.select("source", "target").iter_rows():
        if source in place and target in place:
            sent[place[source], place[target]] = True
    return sent


def _overlap(stream: str, span: Window, window: Window) -> int:
    years = min(span[1], window[1]) - max(span[0], window[0]) + 1
    if years <= 0:
        raise NotIdentified(
            f"{stream}: the record covers {span[0]}-{span[1]}, none of {window[0]}-{window[1]}",
            hint="ask for other years, or add a newer record: multipolar source list",
        )
    return years


def open_streams(
    store: Store, names: Sequence[str] = tuple(PANELS)
) -> tuple[dict[str, PoleStream], dict[str, str]]:
    """Streams the store has, and why it has not the others."""
    found: dict[str, PoleStream] = {}
    missing: dict[str, str] = {}
    for name in names:
        try:
            found[name] = _open(store, name)
        except NotIdentified as error:
            missing[name] = error.message.removeprefix(f"{name}: ")
    return found, missing


def _open(store: Store, name: str) -> PoleStream:
    if name == "votes":
        return VoteStream(store)
    if name == "polar_votes":
        return PolarStream(store)
    return SanctionStream(store) if name == "sanctions" else DyadStream(store, name)
