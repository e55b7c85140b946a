"""Ties of every state in each sphere, and what a window says about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multipolar.core.errors import NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._pole_ties import Window
from multipolar.measures._profile_own import TABLES, TWINS, own_records
from multipolar.measures._ties import Ties, axis, load_ties
from multipolar.measures._visit_weights import VISIT_CHOICES, VisitWeights
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store
from multipolar.store.panel_streams import SENDERS_ONLY

SPHERES: Mapping[str, tuple[str, ...]] = {
    "diplomatic": ("visits_in", "visits_out", "trips_received", "trips_sent", "embassies"),
    "institutional": ("memberships", "shared_igos", "not_suspended"),
    "voting": ("votes",),
    "economic": ("trade", "trade_reported"),
    "security": ("alliances", "arms", "free_of_sanctions"),
}
WORDS: Mapping[str, str] = {
    "visits_in": "visits received",
    "visits_out": "visits paid",
    "trips_received": "trips received, all partners",
    "trips_sent": "trips abroad, all partners",
    "embassies": "missions received",
    "memberships": "organisations shared (dated list)",
    "shared_igos": "organisations shared (all)",
    "not_suspended": "bodies that do not shut it out",
    "votes": "similarity of UN votes",
    "trade": "trade (five-year means)",
    "trade_reported": "trade (yearly reports)",
    "alliances": "defence pacts",
    "arms": "arms bought",
    "free_of_sanctions": "known senders of sanctions without any on it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Ties of all states in one stream over a window, ready to be weighted.

    ``matrix`` (n_states, n_states), NaN where unknown; ``flow`` says whether ties add up, so that
    the level is a share of the world's total, or are averaged over partners. Where the record is
    not of the ``whole`` world, flows are levels in their own unit and cannot be ranked. ``own``
    (n_states,) holds what is recorded of a state as a whole: no partner is known then.
    """

    matrix: Floats
    flow: bool
    years: int
    whole: bool = True
    own: Floats | None = None

    def level(self, weights: Floats) -> Floats:
        """Level of every state with the partners in ``weights``.

        Bonds and votes: weighted mean tie. Flows: the state's ties with these partners over all
        ties of the world, so that a year in which nobody travels is no isolation; the weights only
        say who is a partner.
        """
        if self.own is not None:
            return self.own / self._total(np.nan_to_num(self.own)) if self.flow else self.own
        filled, known = np.nan_to_num(self.matrix), np.isfinite(self.matrix).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.flow:
                partners = (weights > 0).astype(np.float64)
                level = filled @ partners / self._total(filled)
                return np.where(known @ partners > 0, level, np.nan)
            mean: Floats = (filled @ weights) / (known @ weights)
        return mean

    def observed(self, state: int, weights: Floats) -> int:
        """Partners with a known tie; for what is recorded as a whole the years with a figure."""
        if self.own is not None:
            return self.years if np.isfinite(self.own[state]) else 0
        return int((np.isfinite(self.matrix[state]) & (weights > 0)).sum())

    def _total(self, filled: Floats) -> float:
        total = float(filled.sum()) if self.whole else 1.0
        return total if total > 0 else float("nan")

    def resampled(self, state: int, weights: Floats, draws: Floats) -> Floats:
        """Level of one state in every draw of partners, shape (n_draws,)."""
        row = self.matrix[state]
        known = np.isfinite(row) & (weights > 0)
        if known.sum() < 2:
            return np.full(len(draws), np.nan)
        if self.flow:
            total = self._total(np.nan_to_num(self.matrix))
            scale = known.sum() / np.maximum(draws[:, known].sum(axis=1), 1)
            found: Floats = draws[:, known] @ row[known] * scale / total
            return found
        drawn = draws[:, known] * weights[known]
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Floats = (drawn @ row[known]) / drawn.sum(axis=1)
        return means


class Spheres:
    """Streams of the store by window, remembered; a stream the store lacks says so."""

    def __init__(self, store: Store, options: Mapping[str, Any]) -> None:
        self.states = axis()
        weights = VisitWeights(**{c.name: options[c.name] for c in VISIT_CHOICES})
        self._options = options
        self._ties, self._missing = load_ties(store, visit_weights=weights)
        self._votes = VoteRecord.load(store)
        self._sanctions = _sanction_ties(store, self.states)
        self._senders = _recorded_senders(store, self.states)
        self._own = own_records(store, self.states)
        self._known: dict[tuple[str, Window], Reach] = {}

    def reach(self, stream: str, window: Window) -> Reach:
        """Ties of a stream over a window.

        Raises
        ------
        NotIdentified
            The store has no such stream, or not for these years.
        """
        key = (stream, window)
        if key not in self._known:
            self._known[key] = self._read(stream, window)
        return self._known[key]

    def _read(self, stream: str, window: Window) -> Reach:
        if stream == "votes":
            return self._vote_reach(window)
        if stream == "free_of_sanctions":
            return self._sanction_reach(window)
        if stream in TABLES:
            return self._own_reach(stream, window)
        if stream not in self._ties:
            raise NotIdentified(self._missing[stream], hint="multipolar source list")
        ties = self._ties[stream]
        matrix = ties.matrix(*window)
        return Reach(
            matrix=matrix,
            flow=ties.pooling == "sum",
            years=ties.overlap(*window),
            whole=ties.whole,
        )

    def silence(self, stream: str, state: int) -> str:
        """Why a state has no tie in a stream."""
        if stream in self._ties:
            return self._ties[stream].reason(state)
        return f"no tie of {self.states[state]} is recorded"

    def _own_reach(self, stream: str, window: Window) -> Reach:
        if stream not in self._own:
            raise NotIdentified(
                f"needs table {TABLES[stream]!r}, which is not in the store",
                hint="multipolar source list",
            )
        twin = self._ties.get(TWINS.get(stream, ""))
        if twin is not None and twin.whole:
            raise NotIdentified(f"the same trips are in {twin.stream}, with their partners")
        record, n = self._own[stream], len(self.states)
        return Reach(
            matrix=np.full((n, n), np.nan),
            flow=record.flow,
            years=len(record.years(window)),
            own=record.mean(window),
        )

    def _vote_reach(self, window: Window) -> Reach:
        first, last = self._votes.years[0], self._votes.years[-1]
        years = min(last, window[1]) - max(first, window[0]) + 1
        if years <= 0:
            raise NotIdentified(f"the record of votes covers {first}-{last}")
        similar = self._votes.similarity(
            metric=self._options["metric"],
            abstention=self._options["abstention"],
            vote_set=self._options["vote_set"],
            first=window[0],
            last=window[1],
        )
        place = np.array([self.states.index(s) for s in self._votes.states])
        matrix = np.full((len(self.states), len(self.states)), np.nan)
        matrix[np.ix_(place, place)] = similar
        np.fill_diagonal(matrix, np.nan)
        return Reach(matrix=matrix, flow=False, years=years)

    def _sanction_reach(self, window: Window) -> Reach:
        """1 for a partner that has no sanctions on the state in any year of the window, else 0."""
        if self._sanctions is None:
            raise NotIdentified("no table of sanctions of all states in the store")
        ties = self._sanctions
        matrix = ties.matrix(*window)
        known = np.isfinite(matrix) & self._senders
        free = np.where(known, (matrix == 0).astype(np.float64), np.nan)
        return Reach(matrix=free, flow=False, years=ties.overlap(*window))


def _sanction_ties(store: Store, states: tuple[str, ...]) -> Ties | None:
    """Sanctions by target and sender; None without a record of all states' sanctions.

    The curated list of 2022 knows one target only: ranking others by it would make everybody else
    free of sanctions, so it is not used here.
    """
    if "sanctions" not in store.tables():
        return None
    frame = store.frame("sanctions")
    place = {s: i for i, s in enumerate(states)}
    # After the last case that begins, new cases would be missing: the record ends there.
    last_year = max((d.year for d in frame["start"].drop_nulls()), default=0)
    rows = [
        (place[target], place[source], start.year, end.year if end else last_year)
        for source, target, start, end in frame.select(
            "source_state", "target_state", "start", "end"
        ).iter_rows()
        if source in place and target in place and source != target
    ]
    if not rows:
        return None
    table = np.array(rows, dtype=np.int64)
    return Ties(
        stream="sanctions",
        states=states,
        source=table[:, 0],
        target=table[:, 1],
        first=table[:, 2],
        last=table[:, 3],
        value=np.ones(len(table)),
        span=(int(table[:, 2].min()), last_year),
        pooling="mean",
        unit="sanctions",
    )


def _recorded_senders(store: Store, states: tuple[str, ...]) -> NDArray[np.bool_]:
    """States whose sanctions the record would hold; of the others nothing is known."""
    if "sanctions" not in store.tables():
        return np.zeros(len(states), dtype=bool)
    if store.provenance("sanctions").source not in SENDERS_ONLY:
        return np.ones(len(states), dtype=bool)
    return np.isin(states, store.frame("sanctions")["source_state"].unique().to_list())
