"""Ties between states by stream, whichever tables the store has.

A stream is a relation that can be counted for every pair of states: trade, arms, alliances,
organisations, embassies, visits. A stream whose table is not in the store is missing, never zero.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core._state_tables import states_by_code
from multipolar.core.errors import NotIdentified
from multipolar.measures._estimand import Floats
from multipolar.measures._visit_weights import VisitWeights, visit_weight
from multipolar.store import Store

Pooling = Literal["sum", "mean"]
Spans = tuple[int, int]

SINCE = 1945
WORLD = 100
_NO_END = 9999  # a window without a last year
"""States a record must be complete for to be compared with the world."""
STATUS_WEIGHTS: Mapping[str, float] = {
    "member": 1.0,
    "founding_not_charter_member": 1.0,
    "member_withdrawing": 0.5,
    "participation_frozen": 0.5,
    "associate": 0.5,
    "observer": 0.5,
    "partner": 0.5,
    "candidate": 0.5,
}
"""Half for any tie short of full membership; invitations are none."""
RELATED = {"EU_candidate": "EU", "CSTO_frozen": "CSTO"}
"""Rows of ``memberships`` that qualify the relation to another organisation."""


def window_words(first: int, last: int) -> str:
    """Years of a window as text; a window without an end is told by its start.

    Examples
    --------
    >>> window_words(2014, 2018), window_words(2022, 9999)
    ('2014-2018', '2022 on')
    """
    return f"{first} on" if last >= _NO_END else f"{first}-{last}"


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties of one stream over years.

    Attributes
    ----------
    stream : str
    states : tuple of str
        Axes of the matrices.
    source, target : int arrays (n_rows,)
        Places of the two states: the tie belongs to ``source``, its partner is ``target``.
    first, last : int arrays (n_rows,)
        Years over which the row holds.
    value : float array (n_rows,)
        Tie per year.
    span : (int, int)
        First and last year of the record.
    pooling : {"sum", "mean"}
        Whether ties with a group add up (flows) or are averaged over its members (bonds).
    known : bool array (n_states,) or None
        States whose row is complete, so that a missing partner is a zero; all where None.
    zero : bool
        Whether a missing pair is a zero (it did not happen) or unknown (nobody reported it).
    unit : str
    """

    stream: str
    states: tuple[str, ...]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    value: Floats
    span: Spans
    pooling: Pooling
    unit: str
    zero: bool = True
    known: NDArray[np.bool_] | None = None
    _matrices: dict[Spans, Floats] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the record is of the world, and not of a few states alone."""
        return self.known is None or bool(self.known.sum() >= WORLD)

    def reason(self, state: int) -> str:
        """Why a state has no tie here."""
        if self.known is None or self.known[state]:
            years = window_words(*self.span)
            return f"no tie of {self.states[state]} is recorded; the record covers {years}"
        named = [s for s, k in zip(self.states, self.known, strict=True) if k]
        some = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
        return f"the record is complete for {some or 'no state'} only"

    def overlap(self, first: int, last: int) -> int:
        """Years of the window that the record covers."""
        return max(0, min(last, self.span[1]) - max(first, self.span[0]) + 1)

    def matrix(self, first: int, last: int) -> Floats:
        """Mean yearly tie of every state (row) with every other (column) over a window.

        Only years the record covers are averaged. NaN where unknown, and on the diagonal.

        Raises
        ------
        NotIdentified
            The record covers no year of the window.
        """
        years = self.overlap(first, last)
        if not years:
            raise NotIdentified(
                f"{self.stream}: the record covers {self.span[0]}-{self.span[1]}, "
                f"none of {window_words(first, last)}",
                hint="ask for earlier years, or add a newer record: multipolar source list",
            )
        if (first, last) not in self._matrices:
            self._matrices[first, last] = self._sum(first, last) / years
        return self._matrices[first, last]

    def _sum(self, first: int, last: int) -> Floats:
        size = len(self.states)
        held = np.minimum(self.last, last) - np.maximum(self.first, first) + 1
        used = held > 0
        total, seen = np.zeros((size, size)), np.zeros((size, size), dtype=bool)
        place = (self.source[used], self.target[used])
        np.add.at(total, place, self.value[used] * held[used])
        seen[place] = True
        if not self.zero:
            total[~seen] = np.nan
        if self.known is not None:
            total[~self.known] = np.nan
        existing = self._existing(first, last)
        total[~existing] = np.nan
        total[:, ~existing] = np.nan
        np.fill_diagonal(total, np.nan)
        return total

    def _existing(self, first: int, last: int) -> NDArray[np.bool_]:
        by_code = states_by_code()
        return np.array(
            [
                (s.start is None or s.start.year <= last) and (s.end is None or s.end.year >= first)
                for s in (by_code[c] for c in self.states)
            ]
        )


def axis() -> tuple[str, ...]:
    """Codes of all states since 1945, contested ones included: the axis of every stream."""
    found = [s.code for s in states_by_code().values() if s.kind != "institution"]
    return tuple(sorted(found))


def load_ties(
    store: Store,
    streams: Sequence[str] | None = None,
    *,
    visit_weights: VisitWeights | None = None,
) -> tuple[dict[str, Ties], dict[str, str]]:
    """Streams the store has, and for each that it has not, why.

    Parameters
    ----------
    store : Store
    streams : sequence of str, optional
        Names from ``READERS``; all of them by default. Only their tables are read.
    visit_weights : VisitWeights, optional
        How visits are weighted.

    Returns
    -------
    ties : dict of str to Ties
    missing : dict of str to str
    """
    ties: dict[str, Ties] = {}
    missing: dict[str, str] = {}
    for stream in READERS if streams is None else streams:
        found = _stream(store, stream, visit_weights or VisitWeights())
        if isinstance(found, Ties):
            ties[stream] = found
        else:
            missing[stream] = found
    return ties, missing


_LOADED: OrderedDict[tuple[str, str, VisitWeights | None], Ties | str] = OrderedDict()
_LOADED_KEPT = 24
"""All streams of two stores, and visits under a few weightings more."""


def _stream(store: Store, stream: str, weights: VisitWeights) -> Ties | str:
    """Ties of one stream, remembered, or why the store has none."""
    held = set(store.tables())
    tables, reader = READERS[stream]
    table = next((t for t in tables if t in held), None)
    if table is None:
        return f"no table {' or '.join(tables)} in the store"
    if stream == "trade" and _replaced(store, weights):
        return "left to the table trade, which is newer and covers the world"
    visits = stream in VISITS
    read = (table, "visit_coverage") if visits and "visit_coverage" in held else (table,)
    key = (stream, store.content_hash(*read), weights if visits else None)
    if key not in _LOADED:
        found = reader(store, table, stream, weights)
        _LOADED[key] = found if len(found.value) else f"the table {table} has no usable row"
        while len(_LOADED) > _LOADED_KEPT:
            _LOADED.popitem(last=False)
    _LOADED.move_to_end(key)
    return _LOADED[key]


def _replaced(store: Store, weights: VisitWeights) -> bool:
    """Whether yearly reports of the world take the place of five-year means."""
    reported = _stream(store, "trade_reported", weights)
    return isinstance(reported, Ties) and reported.whole


def _ties(
    rows: pl.DataFrame,
    stream: str,
    *,
    pooling: Pooling,
    unit: str,
    zero: bool = True,
    both: bool = False,
    known: NDArray[np.bool_] | None = None,
) -> Ties:
    """Ties from rows ``a, b, first, last, value``; ``both`` adds the same tie the other way."""
    states = axis()
    rows = rows.drop_nulls(["a", "b", "value"]).filter(
        pl.col("a").is_in(states) & pl.col("b").is_in(states) & (pl.col("a") != pl.col("b"))
    )
    place = {s: i for i, s in enumerate(states)}
    a = np.array([place[s] for s in rows["a"]], dtype=np.int64)
    b = np.array([place[s] for s in rows["b"]], dtype=np.int64)
    first = rows["first"].cast(pl.Int64).to_numpy()
    last = rows["last"].cast(pl.Int64).to_numpy()
    value = rows["value"].cast(pl.Float64).to_numpy()
    span = (int(first.min()), int(last.max())) if len(rows) else (0, -1)
    turns = 2 if both else 1
    return Ties(
        stream=stream,
        states=states,
        source=np.concatenate([a, b]) if both else a,
        target=np.concatenate([b, a]) if both else b,
        first=np.tile(first, turns),
        last=np.tile(last, turns),
        value=np.tile(value, turns),
        span=span,
        pooling=pooling,
        unit=unit,
        zero=zero,
        known=known,
    )


def _trade(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    """Trade of both directions: the long record of five-year means, or yearly reports."""
    del weights
    frame = store.frame(table)
    known = None
    if table == "trade_dyads":
        last = pl.col("year").cast(pl.Int64)
        rows = frame.select(
            a="state_a",
            b="state_b",
            first=last - pl.col("years").cast(pl.Int64) + 1,
            last=last,
            value="trade_usd",
        )
    else:
        rows = _trade_flows(frame)
        known = _reporters(rows)
    return _ties(rows, stream, pooling="sum", unit="US$ a year", zero=False, both=True, known=known)


def _reporters(rows: pl.DataFrame) -> NDArray[np.bool_]:
    """States with at least 30 partners: one that occurs only as a partner has no record."""
    ends = pl.concat([rows.select(s="a", p="b"), rows.select(s="b", p="a")]).unique()
    counted = dict(ends.group_by("s").len().iter_rows())
    return np.array([counted.get(s, 0) >= 30 for s in axis()])


def _trade_flows(frame: pl.DataFrame) -> pl.DataFrame:
    """Both flows of a pair added, two reports of one flow averaged.

    A pair of which one flow alone is reported is unknown: half of a trade is not the trade.
    """
    low = pl.min_horizontal("source_state", "target_state")
    high = pl.max_horizontal("source_state", "target_state")
    flows = (
        frame.filter(pl.col("product") == "TOTAL")
        .group_by("source_state", "target_state", "year")
        .agg(pl.col("value_usd").mean())
    )
    pairs = flows.group_by(a=low, b=high, first="year", last="year").agg(
        value=pl.sum("value_usd"), reported=pl.len()
    )
    return pairs.filter(pl.col("reported") == 2)


def _arms(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    del weights
    rows = store.frame(table).select(
        a="target_state", b="source_state", first="year", last="year", value="tiv"
    )
    return _ties(rows, stream, pooling="sum", unit="million TIV a year")


def _alliances(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    del weights
    rows = (
        store.frame(table)
        .filter(pl.col("defense"))
        .select(a="state_a", b="state_b", first="year", last="year", value=pl.lit(1.0))
    )
    return _ties(rows, stream, pooling="mean", unit="defence pact", both=True)


def _embassies(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    """The tie belongs to the host: who is represented in its capital."""
    del weights
    rows = (
        store.frame(table)
        .unique(["source_state", "target_state", "year"])
        .select(a="target_state", b="source_state", first="year", last="year", value=pl.lit(1.0))
    )
    return _ties(rows, stream, pooling="mean", unit="mission")


def _igos(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    del weights
    rows = store.frame(table).select(a="state_a", b="state_b", first="year", last="year", value="n")
    return _ties(rows, stream, pooling="mean", unit="shared organisations", zero=False, both=True)


def _visits(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    out = stream == "visits_out"
    a, b = ("state", "host") if out else ("host", "state")
    rows = store.frame(table).select(
        a=a,
        b=b,
        first="year",
        last="year",
        value=pl.struct("role", "multilateral", "met_host_leader").map_elements(
            lambda v: visit_weight(
                v["role"],
                multilateral=v["multilateral"],
                met_host_leader=v["met_host_leader"],
                weights=weights,
            ),
            return_dtype=pl.Float64,
        ),
    )
    known = _complete(store, "traveller" if out else "host")
    return _ties(rows, stream, pooling="sum", unit="weighted visits a year", known=known)


def _complete(store: Store, side: str) -> NDArray[np.bool_] | None:
    """States all of whose visits on that side are in the record; None where it does not say.

    Where all trips of nearly every traveller are there, so are the visits every host received.
    """
    if "visit_coverage" not in store.tables():
        return None
    sides = dict(store.frame("visit_coverage").group_by("side").agg("state").rows())
    other = "host" if side == "traveller" else "traveller"
    if len(set(sides.get(other, ()))) >= WORLD:
        return None
    covered = set(sides.get(side, ()))
    return np.array([s in covered for s in axis()])


def _organisations(store: Store, table: str, stream: str, weights: VisitWeights) -> Ties:
    """Organisations two states share, each counting as the looser of the two memberships."""
    del weights
    spells = store.frame(table).filter(pl.col("status").is_in(list(STATUS_WEIGHTS)))
    last_year = date.fromisoformat(str(store.provenance(table).last or "2025-12-31")[:10]).year
    rows: dict[tuple[str, str, int], float] = {}
    starts = spells["start"].drop_nulls().dt.year().to_numpy()
    first_year = max(SINCE, int(starts.min(initial=last_year)))
    for year in range(first_year, last_year + 1):
        for held in _yearly_memberships(spells, year).values():
            for a, wa in held.items():
                for b, wb in held.items():
                    if a < b:
                        rows[a, b, year] = rows.get((a, b, year), 0.0) + min(wa, wb)
    frame = pl.DataFrame(
        [(a, b, y, y, v) for (a, b, y), v in rows.items()],
        schema={
            "a": pl.String,
            "b": pl.String,
            "first": pl.Int64,
            "last": pl.Int64,
            "value": pl.Float64,
        },
        orient="row",
    )
    return _ties(frame, stream, pooling="mean", unit="shared organisations", both=True)


def _yearly_memberships(spells: pl.DataFrame, year: int) -> dict[str, dict[str, float]]:
    """Weight of every membership at the end of a year, by organisation and state."""
    day = date(year, 12, 31)
    held = spells.filter(
        (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day))
    )
    found: dict[str, dict[str, float]] = {}
    frozen = []
    for org, state, status in held.select("org", "state", "status").iter_rows():
        name, weight = RELATED.get(org, org), STATUS_WEIGHTS[status]
        members = found.setdefault(name, {})
        members[state] = max(members.get(state, weight), weight)
        if status == "participation_frozen":
            frozen.append((name, state, weight))
    # A frozen participation qualifies the membership that is listed beside it.
    for name, state, weight in frozen:
        found[name][state] = weight
    return found


VISITS = ("visits_out", "visits_in")
Reader = Callable[[Store, str, str, VisitWeights], Ties]
READERS: Mapping[str, tuple[tuple[str, ...], Reader]] = {
    "memberships": (("memberships",), _organisations),
    "trade": (("trade_dyads",), _trade),
    "trade_reported": (("trade",), _trade),
    "alliances": (("alliances",), _alliances),
    "arms": (("arms",), _arms),
    "embassies": (("embassies",), _embassies),
    "visits_out": (("visits",), _visits),
    "visits_in": (("visits",), _visits),
    "shared_igos": (("shared_igos",), _igos),
}
