"""How each stream is written into the panel, and when its missing row is a zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from multipolar.core.states import crosswalk
from multipolar.sources import SOURCES
from multipolar.store.grid import Array, Grid, Pairs

if TYPE_CHECKING:
    from multipolar.store.evidence import Store

Fill = Callable[[Grid, pl.DataFrame, "Store"], None]
_OPEN_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the panel: the table it reads, the columns it writes, how it is written.

    ``sides`` are the table's two state columns (for ``memberships`` one); ``time`` its year column,
    or the two ends of its intervals.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    absence: str
    sources: tuple[str, ...]
    sides: tuple[str, ...]
    time: tuple[str, ...]
    fill: Fill
    query: str = ""

    def rows(self, store: Store) -> pl.DataFrame:
        """Rows of the table, or of the query where the stream needs less."""
        return store.sql(self.query) if self.query else store.frame(self.table)

    def years_of(self, rows: pl.DataFrame, state: str) -> list[tuple[int, int]]:
        """First and last year of every row of a state."""
        mine = rows.filter(pl.any_horizontal(pl.col(s) == state for s in self.sides))
        mine = mine.drop_nulls(self.time[0])
        return list(mine.select(_first_year(self.time, mine), _last_year(self.time, mine)).rows())


def span_of(store: Store, stream: Stream) -> tuple[int | None, int | None]:
    """First and last year with data; open intervals last until the date of the source."""
    rows = store.frame(stream.table)
    if rows.is_empty():
        return None, None
    first = rows.select(_first_year(stream.time, rows)).to_series().min()
    last = rows.select(_last_year(stream.time, rows)).to_series().max()
    dated = _dated(store, stream.table)
    return _int(first), min(_int(last), dated) if dated else _int(last)


def _int(value: Any) -> int:
    return int(value)


def _dated(store: Store, table: str) -> int | None:
    """Year up to which the source of a table says it is complete."""
    name = store.provenance(table).source
    if name not in SOURCES.names():
        return None
    as_of = SOURCES[name].as_of
    return as_of.year if as_of else None


def _first_year(time: tuple[str, ...], rows: pl.DataFrame) -> pl.Expr:
    column = pl.col(time[0])
    date = rows.schema[time[0]] == pl.Date
    return (column.dt.year() if date else column).cast(pl.Int32).alias("first")


def _last_year(time: tuple[str, ...], rows: pl.DataFrame) -> pl.Expr:
    column = pl.col(time[-1])
    # The end of an interval is the first day after it.
    date = rows.schema[time[-1]] == pl.Date
    year = column.dt.offset_by("-1d").dt.year() if date else column
    return year.cast(pl.Int32).fill_null(_OPEN_YEAR).alias("last")


def _pairs(grid: Grid, rows: pl.DataFrame, sides: tuple[str, str], value: str) -> Pairs:
    """Pairs of a table with a column ``year``."""
    return Pairs(
        grid.positions(rows[sides[0]]),
        grid.positions(rows[sides[1]]),
        rows["year"].to_numpy().astype(np.int32),
        rows[value].to_numpy(),
    )


def _yearly(grid: Grid, rows: pl.DataFrame, time: tuple[str, str]) -> pl.DataFrame:
    """Intervals as one row per year they touch, cut to the years of the grid.

    An interval whose first day is not known is left out.
    """
    cut = rows.with_columns(_first_year(time, rows), _last_year(time, rows)).with_columns(
        pl.col("first").clip(grid.since), pl.col("last").clip(upper_bound=grid.until)
    )
    years = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32).alias("year")
    return cut.filter(pl.col("first") <= pl.col("last")).with_columns(years).explode("year")


def _within(grid: Grid, span: tuple[int | None, int | None]) -> Array:
    """Rows in the years of a source."""
    first, last = span
    if first is None or last is None:
        return np.zeros(len(grid), dtype=bool)
    inside: Array = (grid.year >= first) & (grid.year <= last)
    return inside


def _numbered(grid: Grid, named: pl.Series | None = None) -> Array:
    """Rows both of whose states Correlates of War lists in that year, or the table names at all.

    A data set says nothing about a state it does not hold: its missing row there is no zero.
    """
    listed = np.zeros((grid.until - grid.since + 1, len(grid.codes)), dtype=bool)
    where = {c: i for i, c in enumerate(grid.codes)}
    for spell in crosswalk("cow"):
        if spell.code not in where:
            continue
        last = spell.end.year if spell.end else grid.until
        first = max(spell.start.year, grid.since)
        listed[first - grid.since : max(last + 1 - grid.since, 0), where[spell.code]] = True
    if named is not None:
        listed[:, [where[c] for c in named.unique() if c in where]] = True
    when = grid.year - grid.since
    both: Array = listed[when, grid.first] & listed[when, grid.second]
    return both


def _sides(rows: pl.DataFrame) -> pl.Series:
    return pl.concat([rows["source_state"], rows["target_state"]])


def _twice(grid: Grid, known: Array) -> Array:
    """The same answer for both directions of an undirected grid."""
    return known if grid.directed else np.concatenate([known, known])


_LEVELS = (1, 2, 3)
_CAST = " + ".join(f"CAST(n_{a}{b} AS INTEGER)" for a in _LEVELS for b in _LEVELS)
_APART = " + ".join(f"n_{a}{b} * {abs(a - b) / 2}" for a in _LEVELS for b in _LEVELS if a != b)
# Of nineteen columns and both sets of votes the panel needs two figures: let DuckDB make them.
_VOTES = (
    f"SELECT state_a, state_b, year, {_CAST} AS n, CAST(1 - ({_APART}) / n AS DOUBLE) AS agree "
    "FROM vote_dyads WHERE vote_set = 'all' AND n > 0"
)


def _votes(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    sides = grid.positions(rows["state_a"]), grid.positions(rows["state_b"])
    year = rows["year"].to_numpy().astype(np.int32)
    for column, name in (("n", "votes_shared"), ("agree", "votes_agreement")):
        pairs = Pairs(*sides, year, rows[column].to_numpy())
        grid.write(name, pairs, symmetric=True, known=None)


def _visits(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    counted = rows.group_by("state", "host", "year").agg(pl.len().cast(pl.Int32).alias("n"))
    pairs = _pairs(grid, counted, ("state", "host"), "n")
    covered = np.zeros((2, grid.until - grid.since + 1, len(grid.codes)), dtype=bool)
    for side, state, first, last, _ in store.frame("visit_coverage").iter_rows():
        if state in grid.codes:
            years = slice(max(first - grid.since, 0), max(last + 1 - grid.since, 0))
            covered[int(side == "host"), years, grid.codes.index(state)] = True
    when = grid.year - grid.since
    there = covered[0, when, grid.first] | covered[1, when, grid.second]
    back = covered[0, when, grid.second] | covered[1, when, grid.first]
    known = there if grid.directed else np.concatenate([there, back])
    grid.write("visits", pairs, symmetric=False, known=known)


def _sanctions(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    stream = _by_name()["sanctions"]
    first, last = span_of(store, stream)
    yearly = _yearly(grid, rows, ("start", "end"))
    # A case without an end is known to go on until the date of its source, not until today.
    yearly = yearly.filter(pl.col("year") <= (last or grid.until))
    keys = ["source_state", "target_state", "year"]
    counted = yearly.group_by(keys).agg(pl.col("case").n_unique().cast(pl.Int32).alias("n"))
    pairs = _pairs(grid, counted, ("source_state", "target_state"), "n")
    known = _twice(grid, _within(grid, (first, last)) & _numbered(grid, _sides(rows)))
    if store.provenance("sanctions").source in SENDERS_ONLY:
        senders = np.isin(grid.codes, rows["source_state"].unique().to_list())
        sides = [grid.first] if grid.directed else [grid.first, grid.second]
        known &= np.concatenate([senders[s] for s in sides])
    grid.write("sanctions", pairs, symmetric=False, known=known)


def _alliances(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    known = _within(grid, span_of(store, _by_name()["alliances"])) & _numbered(grid)
    for pact in _by_name()["alliances"].columns:
        pairs = _pairs(grid, rows, ("state_a", "state_b"), pact.removeprefix("alliance_"))
        grid.write(pact, pairs, symmetric=True, known=known)


def _organisations(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    pairs = _pairs(grid, rows, ("state_a", "state_b"), "n")
    grid.write("shared_igos", pairs, symmetric=True, known=None)


def _groups(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    full = rows.filter(pl.col("status").is_in(["member", "member_withdrawing"]))
    yearly = _yearly(grid, full, ("start", "end")).select("org", "state", "year").unique()
    both = yearly.join(yearly, on=["org", "year"], suffix="_b").filter(
        pl.col("state") < pl.col("state_b")
    )
    keys = ["state", "state_b", "year"]
    counted = both.group_by(keys).agg(pl.len().cast(pl.Int32).alias("n"))
    known = _within(grid, span_of(store, _by_name()["groups"]))
    pairs = _pairs(grid, counted, ("state", "state_b"), "n")
    grid.write("shared_groups", pairs, symmetric=True, known=known)


def _arms(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    pairs = _pairs(grid, rows, ("source_state", "target_state"), "tiv")
    within = _within(grid, span_of(store, _by_name()["arms"]))
    known = _twice(grid, within & _numbered(grid, _sides(rows)))
    grid.write("arms", pairs, symmetric=False, known=known)


def _trade(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    spread = rows.with_columns(
        (pl.col("year") - pl.col("years") + 1).cast(pl.Int32).alias("first_year")
    ).rename({"year": "last_year"})
    yearly = _yearly(grid, spread, ("first_year", "last_year"))
    pairs = _pairs(grid, yearly, ("state_a", "state_b"), "trade_usd")
    grid.write("trade_usd", pairs, symmetric=True, known=None)


def _goods(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    rank = {"importer": 0, "exporter": 1, "reconciled": 2}
    # The last one written stands: reconciled figures, then the exporter's, then the importer's.
    totals = rows.filter(pl.col("product") == "TOTAL").sort(
        pl.col("reported_by").replace_strict(rank, return_dtype=pl.Int8), maintain_order=True
    )
    pairs = _pairs(grid, totals, ("source_state", "target_state"), "value_usd")
    grid.write("goods_usd", pairs, symmetric=False, known=None)


# From far to near: the nearest kind of a year stands, since it is written last.
_KINDS = ("none", "water_400", "water_150", "water_24", "water_12", "land")


def _borders(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    rank = pl.col("kind").replace_strict({k: i for i, k in enumerate(_KINDS)}, return_dtype=pl.Int8)
    yearly = _yearly(grid, rows.with_columns(rank.alias("rank")).sort("rank"), ("start", "end"))
    pairs = _pairs(grid, yearly, ("state_a", "state_b"), "rank")
    dated = _dated(store, "contiguity") or grid.until
    # Borders open at the date of the source are taken to last; a state born since has none known.
    known = _numbered(grid) & (_born(grid) <= dated)
    grid.write("contiguity", pairs, symmetric=True, known=known, words=_KINDS)


def _born(grid: Grid) -> Array:
    """Year in which the younger state of a row got its first number."""
    born = np.full(len(grid.codes), _OPEN_YEAR)
    where = {c: i for i, c in enumerate(grid.codes)}
    for spell in crosswalk("cow"):
        if spell.code in where:
            born[where[spell.code]] = min(born[where[spell.code]], spell.start.year)
    younger: Array = np.maximum(born[grid.first], born[grid.second])
    return younger


def _distances(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    yearly = _yearly(grid, rows, ("first_year", "last_year"))
    pairs = _pairs(grid, yearly, ("state_a", "state_b"), "km")
    grid.write("distance_km", pairs, symmetric=True, known=None)


_RANKS = ("none", "charge_d_affaires", "minister", "ambassador", "other")


def _embassies(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    level = pl.col("level").replace_strict(
        {k: i for i, k in enumerate(_RANKS)}, return_dtype=pl.Int8
    )
    covered = np.isin(grid.year, rows["year"].unique().to_numpy()) & _numbered(grid)
    ranked = rows.with_columns(level)
    pairs = _pairs(grid, ranked, ("source_state", "target_state"), "level")
    grid.write("embassy", pairs, symmetric=False, known=_twice(grid, covered), words=_RANKS)


# Sources that hold some senders only: a pair of another sender without a row is not known.
SENDERS_ONLY = frozenset({"sanctions_ist", "sanctions_eusanct"})
_A_B, _FROM_TO = ("state_a", "state_b"), ("source_state", "target_state")
_PACTS = ("defense", "offense", "neutrality", "nonaggression", "consultation")
_ZERO, _UNKNOWN = "structural_zero", "unknown"
STREAMS: tuple[Stream, ...] = (
    Stream(
        "votes",
        "vote_dyads",
        ("votes_shared", "votes_agreement"),
        "not_applicable",
        ("unga_votes",),
        _A_B,
        ("year",),
        _votes,
        _VOTES,
    ),
    Stream(
        "visits",
        "visits",
        ("visits",),
        _ZERO,
        ("visits_colt", "visits_us"),
        ("state", "host"),
        ("year",),
        _visits,
    ),
    Stream(
        "sanctions",
        "sanctions",
        ("sanctions",),
        _ZERO,
        ("sanctions_gsdb", "sanctions_ties", "sanctions_ist", "sanctions_eusanct"),
        _FROM_TO,
        ("start", "end"),
        _sanctions,
    ),
    Stream(
        "alliances",
        "alliances",
        tuple(f"alliance_{p}" for p in _PACTS),
        _ZERO,
        ("alliances_atop",),
        _A_B,
        ("year",),
        _alliances,
    ),
    Stream(
        "organisations",
        "shared_igos",
        ("shared_igos",),
        _UNKNOWN,
        ("igos_cow",),
        _A_B,
        ("year",),
        _organisations,
    ),
    Stream(
        "groups",
        "memberships",
        ("shared_groups",),
        _ZERO,
        ("memberships",),
        ("state",),
        ("start", "end"),
        _groups,
    ),
    Stream("arms", "arms", ("arms",), _ZERO, ("arms_sipri",), _FROM_TO, ("year",), _arms),
    Stream(
        "trade", "trade_dyads", ("trade_usd",), _UNKNOWN, ("trade_cow",), _A_B, ("year",), _trade
    ),
    Stream(
        "goods",
        "trade",
        ("goods_usd",),
        _UNKNOWN,
        ("trade_imf", "trade_comtrade", "trade_baci"),
        _FROM_TO,
        ("year",),
        _goods,
    ),
    Stream(
        "contiguity",
        "contiguity",
        ("contiguity",),
        _ZERO,
        ("contiguity",),
        _A_B,
        ("start", "end"),
        _borders,
    ),
    Stream(
        "distance",
        "distances",
        ("distance_km",),
        _UNKNOWN,
        ("distances_cow",),
        _A_B,
        ("first_year", "last_year"),
        _distances,
    ),
    Stream(
        "embassies",
        "embassies",
        ("embassy",),
        _ZERO,
        ("embassies_cow", "embassies_diplometrics"),
        _FROM_TO,
        ("year",),
        _embassies,
    ),
)


def _by_name() -> dict[str, Stream]:
    return {s.name: s for s in STREAMS}
