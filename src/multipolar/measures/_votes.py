"""The voting record of the store, whichever it holds: all roll calls, or yearly counts.

The starter record has, for every pair of states and year, how often which vote met which; that
answers every similarity score by year. Topics, sessions, fixed agendas, weights of resolutions and
the bootstrap need the roll calls themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import STARTER
from multipolar.core.errors import BadOption, NotTestable, TooFewObservations, UnknownName
from multipolar.core.states import find_state
from multipolar.measures._joint_counts import Floats, JointCounts, Scores, check_metric
from multipolar.measures._kernels.similarity import (
    CODES,
    joint_counts,
    makes_sense,
    score_metrics,
)
from multipolar.measures._rollcalls import ADD_RECORD, ANY, NOT_A_MEMBER, RollCalls, year_of
from multipolar.measures._vote_choices import METRIC
from multipolar.store import Store

TABLES = ("votes", "rollcalls", "landmarks")
_RECORDS: OrderedDict[str, VoteRecord] = OrderedDict()
_RECORDS_KEPT = 2
_COUNTS_KEPT = 4
# Windows remembered for claims, which come back to them under every metric: 1 MB each.
_POOLS_KEPT = 64
_SCORES_KEPT = 256


@dataclass(slots=True)
class VoteRecord:
    """What the store knows of votes in the General Assembly.

    Attributes
    ----------
    complete : bool
        Whether the roll calls are the full record or only the starter's landmark votes.
    what : str
        Which record it is, for reports.
    ends : str
        ISO date of the last vote.
    note : str
        What the record cannot answer; empty where it answers everything.
    states : tuple of str
        States with a vote in the record, sorted; the axes of the counts.
    years : tuple of int
        Calendar years with votes.
    rollcalls : RollCalls
        All roll calls, or those of the landmarks.
    """

    complete: bool
    what: str
    ends: str
    note: str
    states: tuple[str, ...]
    years: tuple[int, ...]
    rollcalls: RollCalls
    _store: Store
    _counts: OrderedDict[tuple[Any, ...], JointCounts] = field(default_factory=OrderedDict)
    _pools: OrderedDict[tuple[Any, ...], Floats] = field(default_factory=OrderedDict)
    _scores: OrderedDict[tuple[Any, ...], dict[str, Scores]] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, store: Store) -> VoteRecord:
        """Record of a store; the same object as long as the store's votes do not change."""
        key = store.content_hash(*TABLES)
        if store.provenance("votes").kind == STARTER and store.vintages("vote_dyads") != [STARTER]:
            key += store.content_hash("vote_dyads")  # else the package's own, a second to hash
        if key not in _RECORDS:
            _RECORDS[key] = _read(store)
            while len(_RECORDS) > _RECORDS_KEPT:
                _RECORDS.popitem(last=False)
        _RECORDS.move_to_end(key)
        return _RECORDS[key]

    def index(self, state: str) -> int:
        """Place of a state (a name or code) on the axes.

        Raises
        ------
        UnknownName
            Nobody has heard of the state.
        TooFewObservations
            The state has no vote in the record.
        """
        code = find_state(state).code
        if code not in self.states:
            raise TooFewObservations(
                f"{code} has no vote in {self.what}",
                hint="multipolar measure show vote_agreement",
            )
        return self.states.index(code)

    def counts(
        self,
        vote_set: str = "all",
        *,
        period: str = "year",
        subject: str = ANY,
        weighting: str = "equal",
        consensus: str = "left_out",
        recurring_in: tuple[tuple[int, ...], ...] = (),
        rows: Sequence[str] | None = None,
    ) -> JointCounts:
        """Joint counts of every pair of states by period.

        Parameters
        ----------
        vote_set : {"all", "contested"}
            Contested: at least two different votes were cast.
        period : {"year", "session"}
        subject : str
            ``any``, ``final``, ``important``, ``emergency``, ``landmark``, a broad category such
            as ``nuclear``, or one topic.
        weighting : {"equal", "by_subject", "inverse_margin"}
        consensus : {"left_out", "agreement"}
            Whether a resolution adopted without a vote counts as one on which all said yes.
        recurring_in : tuple of tuples of years
            Fixed agenda: only texts that come up in each of these groups; empty for all.
        rows : sequence of codes, optional
            Only these states on the first of the two state axes.

        Raises
        ------
        NotTestable
            The record in the store cannot tell; the fix is named.
        """
        key = (vote_set, period, subject, weighting, consensus, recurring_in)
        full = self._remembered(key)
        if full is None and rows is not None and self._from_rollcalls(*key):
            return self._counted(*key, rows=rows)
        if full is None:
            full = self._counted(*key) if self._from_rollcalls(*key) else self._yearly(vote_set)
            self._counts[key] = full
            while len(self._counts) > _COUNTS_KEPT:
                self._counts.popitem(last=False)
        return full if rows is None else full.restricted(rows)

    def similarity(
        self,
        *,
        metric: str,
        abstention: str = "half",
        vote_set: str = "all",
        first: int,
        last: int,
        **selection: Any,
    ) -> Scores:
        """Similarity of every pair of states over the years ``first`` to ``last`` together.

        ``selection`` are further keywords of :meth:`counts`. Shape (n_states, n_states), NaN where
        two states have no score.
        """
        check_metric(metric, abstention)
        window = (vote_set, first, last, *sorted(selection.items()))
        scores = self._scores.setdefault((abstention, *window), {})
        self._scores.move_to_end((abstention, *window))
        if metric not in scores:
            pairs = self._pairs(vote_set, first, last, selection, window)
            family = [m for m in METRIC.options if makes_sense(m, abstention)]
            asked = family if metric in family else [metric]
            scores |= score_metrics(pairs, asked, abstention)[0]
        while len(self._scores) > _SCORES_KEPT:
            self._scores.popitem(last=False)
        size = len(self.states)
        i, j = np.triu_indices(size)
        matrix = np.empty((size, size))
        matrix[i, j] = matrix[j, i] = scores[metric]
        return matrix

    def _pairs(
        self, vote_set: str, first: int, last: int, selection: dict[str, Any], key: tuple[Any, ...]
    ) -> Floats:
        """Joint counts of a window, every pair once, shape (16, n_pairs)."""
        if key not in self._pools:
            size = len(self.states)
            i, j = np.triu_indices(size)
            pooled = self.counts(vote_set, **selection).pooled(first, last)
            self._pools[key] = pooled.cells.reshape(16, -1)[:, i * size + j]
            while len(self._pools) > _POOLS_KEPT:
                self._pools.popitem(last=False)
        return self._pools[key]

    def _remembered(self, key: tuple[Any, ...]) -> JointCounts | None:
        if key in self._counts:
            self._counts.move_to_end(key)
        return self._counts.get(key)

    def _from_rollcalls(self, *key: Any) -> bool:
        """Whether the roll calls have to answer, or an error where they cannot."""
        vote_set, period, subject, weighting, consensus, recurring_in = key
        if vote_set not in ("all", "contested"):
            raise UnknownName.among("vote set", vote_set, ["all", "contested"])
        if self.complete or subject == "landmark":
            return True
        plain = (period, subject, weighting, consensus, recurring_in)
        if plain == ("year", ANY, "equal", "left_out", ()):
            return False
        asked = {
            f"subject={subject}": subject != ANY,
            "votes by session": period != "year",
            f"weighting={weighting}": weighting != "equal",
            f"consensus={consensus}": consensus != "left_out",
            "a fixed agenda": bool(recurring_in),
        }
        what = next(name for name, needed in asked.items() if needed)
        raise needs_rollcalls(what)

    def _counted(self, *key: Any, rows: Sequence[str] | None = None) -> JointCounts:
        vote_set, period, subject, weighting, consensus, recurring_in = key
        calls = self.rollcalls
        chosen = calls.mask(vote_set, subject)
        if recurring_in:
            chosen &= calls.recurring(recurring_in, period)
        years = calls.years(period)
        kept = tuple(int(y) for y in np.unique(years[chosen]))
        if not kept:
            raise TooFewObservations(f"no roll call is {vote_set} with subject={subject}")
        place = np.where(chosen, np.searchsorted(kept, years), -1)
        targets = None if rows is None else np.asarray([self.states.index(r) for r in rows])
        weights = calls.weights(weighting, chosen, period)
        plain = joint_counts(calls.codes, place, targets=targets, n_periods=len(kept))
        cells = (
            plain
            if weights is None
            else joint_counts(calls.codes, place, weights, targets=targets, n_periods=len(kept))
        )
        names = self.states if rows is None else tuple(rows)
        counts = JointCounts(years=kept, rows=names, states=self.states, cells=cells, plain=plain)
        return counts if consensus == "left_out" else self._with_consensus(counts)

    def _with_consensus(self, counts: JointCounts) -> JointCounts:
        adopted = self.rollcalls.adopted_without_vote
        added = np.asarray([adopted.get(year, 0) for year in counts.years], dtype=np.float64)
        if not added.any():
            raise NotTestable(
                f"{self.what} lists no resolution adopted without a vote",
                hint="leave them out (consensus=left_out)",
            )
        extra = np.zeros_like(counts.cells)
        extra[:, 0, 0] = counts.members() * added[:, None, None]
        plain = counts.plain + extra
        cells = plain if counts.plain is counts.cells else counts.cells + extra
        return JointCounts(
            years=counts.years, rows=counts.rows, states=counts.states, cells=cells, plain=plain
        )

    def _yearly(self, vote_set: str) -> JointCounts:
        dyads = self._store.frame("vote_dyads").filter(pl.col("vote_set") == vote_set)
        years = tuple(int(y) for y in dyads["year"].unique().sort())
        size = len(self.states)
        cells = np.zeros((len(years), 4, 4, size, size), dtype=np.float32)
        order = pl.Enum(self.states)
        i = dyads["state_a"].cast(order).to_physical().to_numpy().astype(np.int64)
        j = dyads["state_b"].cast(order).to_physical().to_numpy().astype(np.int64)
        t = np.searchsorted(years, dyads["year"].to_numpy())
        # One flat place per row: five indices each, 32 times over, cost most of a second.
        pairs, flat = size * size, cells.reshape(-1)
        upper, lower = t * 16 * pairs + i * size + j, t * 16 * pairs + j * size + i
        for a, first in enumerate(CODES):
            for b, second in enumerate(CODES):
                counted = dyads[f"n_{first}{second}"].to_numpy()
                flat[upper + (4 * a + b) * pairs] = counted
                flat[lower + (4 * b + a) * pairs] = counted
        return JointCounts(
            years=years, rows=self.states, states=self.states, cells=cells, plain=cells
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Years asked for, both ends included."""

    since: int
    until: int

    @classmethod
    def of(cls, record: VoteRecord, since: object, until: object) -> Span:
        first, last = year_of(since, "since"), year_of(until, "until")
        span = cls(
            since=record.years[0] if first is None else first,
            until=record.years[-1] if last is None else last,
        )
        if first and last and first > last:
            raise BadOption(f"since ({first}) is later than until ({last})")
        if span.since > record.years[-1] or span.until < record.years[0]:
            raise NotTestable(
                f"no votes in {span.since}-{span.until}: {record.what} runs from "
                f"{record.years[0]} to {record.ends}",
                hint="ask for years within the record, or add a newer one: multipolar source list",
            )
        return span


def needs_rollcalls(what: str) -> NotTestable:
    """Error for a question that the starter record's yearly counts cannot answer."""
    return NotTestable(
        f"the starter record has votes by pair and year only, not by roll call: no {what}",
        hint=f"{ADD_RECORD} (or choose subject=landmark)",
    )


def _read(store: Store) -> VoteRecord:
    provenance = store.provenance("votes")
    calls = _read_rollcalls(store)
    if provenance.kind != STARTER:
        return VoteRecord(
            complete=True,
            what=f"all roll calls ({provenance.source}, vintage {provenance.vintage})",
            ends=str(calls.frame["date"].max()),
            note="",
            states=calls.states,
            years=tuple(int(y) for y in np.unique(calls.years("year"))),
            rollcalls=calls,
            _store=store,
        )
    pairs = store.frame("vote_dyads")
    names = {*pairs["state_a"].unique(), *pairs["state_b"].unique(), *calls.states}
    states = tuple(sorted(names))
    return VoteRecord(
        complete=False,
        what="the starter record: yearly counts by pair of states, and landmark votes",
        ends=str(store.frame("vote_years")["last"].max()),
        note=f"votes by pair and year only; for topics, sessions and intervals: {ADD_RECORD}",
        states=states,
        years=tuple(int(y) for y in pairs["year"].unique().sort()),
        rollcalls=_widened(calls, states),
        _store=store,
    )


def _read_rollcalls(store: Store) -> RollCalls:
    frame = store.frame("rollcalls").filter(pl.col("body") == "GA")
    votes = store.frame("votes").join(frame.select("rollcall"), on="rollcall", how="semi")
    recorded = frame.join(votes, on="rollcall", how="semi").sort("date", "rollcall")
    silent = frame.join(recorded, on="rollcall", how="anti")
    landmarks = store.frame("landmarks")["symbol"].to_list()
    states = tuple(votes["state"].unique().sort())
    rows = votes["rollcall"].cast(pl.Enum(recorded["rollcall"])).to_physical().to_numpy()
    columns = votes["state"].cast(pl.Enum(states)).to_physical().to_numpy()
    codes = np.full((len(recorded), len(states)), NOT_A_MEMBER, dtype=np.int8)
    codes[rows, columns] = votes["vote"].to_numpy()
    per_year = silent.group_by(pl.col("date").dt.year().alias("year")).len().drop_nulls()
    return RollCalls(
        frame=recorded.with_columns(landmark=pl.col("symbol").is_in(landmarks)),
        codes=codes,
        states=states,
        adopted_without_vote={int(y): int(n) for y, n in per_year.iter_rows()},
    )


def _widened(calls: RollCalls, states: tuple[str, ...]) -> RollCalls:
    """Lay the codes out over more states than the roll calls mention."""
    codes = np.full((len(calls.frame), len(states)), NOT_A_MEMBER, dtype=np.int8)
    codes[:, np.searchsorted(states, calls.states)] = calls.codes
    return RollCalls(
        frame=calls.frame,
        codes=codes,
        states=states,
        adopted_without_vote=calls.adopted_without_vote,
    )
