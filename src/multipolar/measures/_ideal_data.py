"""From a frame of votes to the arrays of the samplers; everything left out is counted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from multipolar.core.errors import BadOption, NotIdentified, TooFewObservations
from multipolar.measures._ideal_bridging import bridge_by_table, bridge_by_title
from multipolar.measures._ideal_input import Paragraphs, Period, check_votes, paragraph_rule

# A successor's path continues its predecessor's: one random walk, two codes.
CONTINUES = {"SUN": "RUS", "YUG": "SRB", "SCG": "SRB", "UAR": "EGY"}
MIN_ITEMS = 3
MIN_PERIOD_ITEMS = 3
BLOCKS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteArrays:
    """Votes in two orders: by item (and by vote within it), and by unit.

    A unit is a state in a period. Units are sorted by path (a state and its successor) and period,
    so that a path is a slice.

    Attributes
    ----------
    start, ends : (n_items + 1,), (n_items, 2)
        Observations of item v are ``start[v]:start[v + 1]``, yes before ``ends[v, 0]``, abstentions
        before ``ends[v, 1]``.
    unit, weight : (n_obs,)
    item_of, vote_of : (n_obs,)
        Item and vote (1, 2, 3) by item order.
    unit_start, unit_ends, unit_item, unit_weight : (n_units + 1,), (n_units, 2), (n_obs,), (n_obs,)
        The same votes by unit and, within a unit, by vote.
    path_start : (n_paths + 1,)
    units, items, rollcalls : frames
        One row per unit, item and roll call used.
    dropped : frame
        ``reason``, ``n_votes``, ``n_rollcalls``.
    """

    start: np.ndarray
    ends: np.ndarray
    unit: np.ndarray
    weight: np.ndarray
    unit_start: np.ndarray
    unit_ends: np.ndarray
    unit_item: np.ndarray
    unit_weight: np.ndarray
    item_of: np.ndarray
    vote_of: np.ndarray
    path_start: np.ndarray
    period: np.ndarray
    units: pl.DataFrame
    items: pl.DataFrame
    rollcalls: pl.DataFrame
    dropped: pl.DataFrame
    period_kind: Period
    notes: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def n_units(self) -> int:
        """Number of state-periods."""
        return self.units.height

    @property
    def n_items(self) -> int:
        """Number of items after bridging."""
        return self.items.height

    @property
    def weighted(self) -> bool:
        """Whether any roll call counts differently from the others."""
        return bool((self.weight != 1.0).any())

    @property
    def n_obs(self) -> int:
        """Number of votes used."""
        return int(self.unit.size)

    def blocks(self, n: int = BLOCKS) -> list[tuple[int, int]]:
        """Split the items in blocks of about equal numbers of votes, whatever the machine."""
        n = max(1, min(n, self.n_items))
        bounds = np.searchsorted(self.start, np.linspace(0, self.n_obs, n + 1)[1:-1])
        edges = [0, *sorted({int(b) for b in bounds} - {0, self.n_items}), self.n_items]
        return list(pairwise(edges))


@dataclass(slots=True)
class _Drops:
    rows: list[tuple[str, int, int]] = field(default_factory=list)

    def apply(self, votes: pl.DataFrame, keep: pl.Expr, reason: str) -> pl.DataFrame:
        kept = votes.filter(keep)
        if kept.height < votes.height:
            gone = votes.height - kept.height
            lost = votes["rollcall"].n_unique() - kept["rollcall"].n_unique()
            self.rows.append((reason, gone, lost))
        return kept

    def frame(self) -> pl.DataFrame:
        schema = {"reason": pl.String, "n_votes": pl.Int64, "n_rollcalls": pl.Int64}
        return pl.DataFrame(self.rows, schema=schema, orient="row")


def prepare_votes(
    votes: pl.DataFrame,
    *,
    period: Period = "session",
    bridging: Literal["title", "none"] | pl.DataFrame = "title",
    paragraphs: Paragraphs = "all",
    reference_sample: bool = False,
    unanimous: Literal["drop", "keep"] = "drop",
) -> VoteArrays:
    """Check a frame of votes, leave out what cannot inform, and lay the rest out for the samplers.

    ``reference_sample`` applies the published exclusions: session 19, South Africa in session 48,
    Zanzibar. Raises a named error for every kind of input that cannot be scaled.
    """
    drops = _Drops()
    table = check_votes(votes, period)
    table = drops.apply(table, pl.col("vote").is_in([1, 2, 3]), "absent or not a member")
    table = drops.apply(table, paragraph_rule(table, paragraphs), "paragraph or amendment vote")
    if reference_sample:
        outside = (
            (pl.col("period") == 19)
            | ((pl.col("state") == "ZAF") & (pl.col("period") == 48))
            | pl.col("state").is_in(["EAZ", "ZAN", "XZA"])
        )
        table = drops.apply(table, ~outside, "left out by the published procedure")
    if table.is_empty():
        raise TooFewObservations(
            "no vote is left after absences and exclusions",
            hint="check the coding: 1 yes, 2 abstain, 3 no",
        )
    rollcalls = _rollcalls(table)
    notes = _repeated(table)
    linked = _link(rollcalls, bridging)
    table = table.join(linked, on="rollcall", how="left")
    split = pl.col("vote").n_unique().over("item") > 1
    _check_enough(table, table.filter(split))
    if unanimous == "drop":
        table = drops.apply(table, split, "unanimous after linking")
    arrays = _lay_out(table, rollcalls.join(linked, on="rollcall"), drops.frame(), period)
    _check_connected(arrays)
    return replace(arrays, notes=(*notes, *_thin_periods(arrays)))


def _rollcalls(table: pl.DataFrame) -> pl.DataFrame:
    extra = [c for c in ("title", "subject") if c in table.columns]
    frame = table.group_by("rollcall").agg(
        pl.col("period").min(), *(pl.col(c).first() for c in extra)
    )
    return frame.sort("period", "rollcall")


def _repeated(table: pl.DataFrame) -> list[str]:
    """Roll calls that repeat another of the same title and period vote for vote."""
    if "title" not in table.columns:
        return []
    signature = table.group_by("rollcall").agg(
        pl.col("period").first(),
        pl.col("title").first(),
        (pl.col("state") + pl.col("vote").cast(pl.String)).sort().str.join(" ").hash(),
    )
    same = (
        signature.drop_nulls("title")
        .group_by("period", "title", "state")
        .agg(pl.col("rollcall").sort())
        .filter(pl.col("rollcall").list.len() > 1)
        .sort("period", pl.col("rollcall").list.first())
    )
    if same.is_empty():
        return []
    one = same["rollcall"][0].to_list()
    note = (
        f"{same.height} roll calls repeat another vote for vote under the same title, "
        f"e.g. {one[0]} and {one[1]}: remove the copies if they are one decision"
    )
    return [note]


def _link(rollcalls: pl.DataFrame, bridging: str | pl.DataFrame) -> pl.DataFrame:
    if isinstance(bridging, pl.DataFrame):
        return bridge_by_table(rollcalls, bridging)
    if bridging == "title":
        if "title" in rollcalls.columns:
            return bridge_by_title(rollcalls)
        return rollcalls.select("rollcall", item="rollcall")
    if bridging == "none":
        return rollcalls.select("rollcall", item="rollcall")
    raise BadOption(
        f"bridging {bridging!r}", hint="title, none, or a frame of pairs (rcid1, rcid2)"
    )


def _check_enough(table: pl.DataFrame, divided: pl.DataFrame) -> None:
    states = (divided if divided.height else table)["state"].unique().sort()
    if states.len() < 3:
        raise NotIdentified(
            f"votes of {states.len()} state(s) only ({', '.join(states)})",
            hint="positions are relative: give the votes of all states",
        )
    items = divided["item"].n_unique()
    if items < MIN_ITEMS:
        raise TooFewObservations(
            f"{items} roll calls divide the voters; at least {MIN_ITEMS} are needed",
            hint="unanimous votes carry no information: widen the vote set",
        )


def _lay_out(
    table: pl.DataFrame, rollcalls: pl.DataFrame, dropped: pl.DataFrame, period: Period
) -> VoteArrays:
    table = table.with_columns(path=pl.col("state").replace(CONTINUES))
    units = _units(table)
    items = _items(table, rollcalls)
    number = _codes(table, items, "item")
    unit = _codes(table, units, "state", "period")
    vote = table["vote"].to_numpy().astype(np.int64)
    # One key sorts by item, vote, unit and roll call: whole numbers sort ten times faster.
    place = (number * 3 + vote) * units.height + unit
    order = np.argsort(place * rollcalls.height + _codes(table, rollcalls, "rollcall"))
    number, vote, unit = number[order], vote[order], unit[order].astype(np.uint32)
    counts = np.zeros((items.height, 3), np.int64)
    np.add.at(counts, (number, vote - 1), 1)
    start = np.concatenate([[0], np.cumsum(counts.sum(1))])
    weights = np.ones(order.size)
    if "weight" in table.columns:
        weights = _check_weight(table["weight"].cast(pl.Float64).to_numpy()[order])
    order = np.argsort((unit * np.int64(3) + vote) * items.height + number, kind="stable")
    by_unit = np.zeros((units.height, 3), np.int64)
    np.add.at(by_unit, (unit, vote - 1), 1)
    unit_start = np.concatenate([[0], np.cumsum(by_unit.sum(1))])
    paths = units["path"].to_numpy()
    return VoteArrays(
        start=start,
        ends=np.column_stack([start[:-1] + counts[:, 0], start[:-1] + counts[:, :2].sum(1)]),
        unit=unit,
        weight=weights,
        unit_start=unit_start,
        unit_ends=unit_start[:-1, None] + np.cumsum(by_unit, axis=1)[:, :2],
        unit_item=number[order].astype(np.uint32),
        unit_weight=weights[order],
        item_of=number.astype(np.int32),
        vote_of=vote.astype(np.int8),
        path_start=np.concatenate(
            [[0], np.flatnonzero(paths[1:] != paths[:-1]) + 1, [units.height]]
        ),
        period=units["period"].to_numpy().astype(np.int64),
        units=units,
        items=items,
        rollcalls=rollcalls,
        dropped=dropped,
        period_kind=period,
        fingerprint=_fingerprint(start, unit, vote.astype(np.int8), units),
    )


def _codes(table: pl.DataFrame, rows: pl.DataFrame, *keys: str) -> np.ndarray:
    """Row number in ``rows`` of every row of ``table``, by the keys."""
    numbered = rows.select(*keys).with_row_index("number")
    joined = table.select(*keys).join(numbered, on=keys, how="left", maintain_order="left")
    return joined["number"].to_numpy().astype(np.int64)


def _units(table: pl.DataFrame) -> pl.DataFrame:
    units = (
        table.group_by("path", "period", "state")
        .agg(n_votes=pl.len())
        .sort("path", "period", "state")
    )
    twice = units.filter(pl.len().over("path", "period") > 1)
    if twice.height:  # both codes vote in one period: two paths, not one
        apart = twice["path"].unique().to_list()
        units = units.with_columns(
            path=pl.when(pl.col("path").is_in(apart)).then(pl.col("state")).otherwise("path")
        ).sort("path", "period", "state")
    return units.with_row_index("unit").with_columns(pl.col("unit").cast(pl.Int32))


def _items(table: pl.DataFrame, rollcalls: pl.DataFrame) -> pl.DataFrame:
    counts = [(pl.col("vote") == k).sum().alias(n) for k, n in _COUNTS]
    items = table.group_by("item").agg(
        pl.col("period").min().alias("first"),
        pl.col("period").max().alias("last"),
        pl.col("rollcall").n_unique().alias("n_rollcalls"),
        *counts,
    )
    if "title" in rollcalls.columns:
        first = rollcalls.select(item="rollcall", title="title")
        items = items.join(first, on="item", how="left")
    return (
        items.sort("first", "last", "item")
        .with_row_index("index")
        .with_columns(pl.col("index").cast(pl.Int32))
    )


_COUNTS = ((1, "n_yes"), (2, "n_abstain"), (3, "n_no"))


def _check_weight(weight: np.ndarray) -> np.ndarray:
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise BadOption("column 'weight' holds a negative or missing weight", hint="weights >= 0")
    if weight.sum() == 0:
        raise TooFewObservations("every roll call has weight 0", hint="give some weight to some")
    return weight


def _fingerprint(start: np.ndarray, unit: np.ndarray, vote: np.ndarray, units: pl.DataFrame) -> str:
    digest = hashlib.sha256()
    for array in (start, unit, vote):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("|".join(units["state"]).encode())
    digest.update(units["period"].to_numpy().tobytes())
    return digest.hexdigest()[:16]


def _check_connected(arrays: VoteArrays) -> None:
    """Two groups that share no roll call and no state in time cannot be put on one scale."""
    n_paths = arrays.path_start.size - 1
    path = np.repeat(np.arange(n_paths), np.diff(arrays.path_start))
    nodes = n_paths + arrays.n_items
    graph = coo_array(
        (np.ones(arrays.n_obs, np.int8), (path[arrays.unit], n_paths + arrays.item_of)),
        shape=(nodes, nodes),
    )
    count, label = connected_components(graph, directed=False)
    if count == 1:
        return
    names = arrays.units["path"].to_numpy()[arrays.path_start[:-1]]
    groups = [sorted(names[label[:n_paths] == k]) for k in range(count)]
    small = min((g for g in groups if len(g)), key=len)
    raise NotIdentified(
        f"{len(groups)} groups of states share no roll call ({', '.join(small[:5])} and others "
        "against the rest): their positions are not comparable",
        hint="scale the groups apart, or add roll calls on which both voted",
    )


def _thin_periods(arrays: VoteArrays) -> list[str]:
    periods, place = np.unique(arrays.period, return_inverse=True)
    voted = np.zeros((periods.size, arrays.n_items), np.bool_)
    voted[place[arrays.unit], arrays.item_of] = True
    n = voted.sum(1)
    thin = periods[n < MIN_PERIOD_ITEMS]
    if not thin.size:
        return []
    shown = ", ".join(map(str, thin[:10])) + (", ..." if thin.size > 10 else "")
    note = (
        f"{arrays.period_kind}s with fewer than {MIN_PERIOD_ITEMS} dividing roll calls lean on "
        f"their neighbours: {shown}; widen the vote set or leave them out"
    )
    return [note]
