"""How each stream is written into the panel, and when its missing row is a zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from multipolar.core.errors import StoreError
from multipolar.core.states import crosswalk
from multipolar.sources import SOURCES
from multipolar.store.grid import Array, Grid, Known, Places

if TYPE_CHECKING:
    from multipolar.store.evidence import Store

Fill = Callable[[Grid, pl.DataFrame, "Store"], None]
Query = Callable[[pl.LazyFrame], pl.LazyFrame]
_OPEN_YEAR = 9999


def _all_of_it(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the panel: the table it reads, the columns it writes, how it is written.

    ``sides`` are the table's two state columns (for ``memberships`` one); ``time`` its year column,
    or the two ends of its intervals; ``query`` what it needs of the table, all of it without.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    absence: str
    sources: tuple[str, ...]
    sides: tuple[str, ...]
    time: tuple[str, ...]
    fill: Fill
    query: Query = _all_of_it

    def rows(self, store: Store) -> pl.DataFrame:
        """Rows of the table that the stream needs.

        Raises
        ------
        StoreError
            The file of the table is damaged.
        """
        return _collected(self.query(store.scan(self.table)), self.table)

    def years_of(self, rows: pl.DataFrame, state: str) -> list[tuple[int, int]]:
        """First and last year of every row of a state."""
        mine = rows.filter(pl.any_horizontal(pl.col(s) == state for s in self.sides))
        mine = mine.drop_nulls(self.time[0])
        return list(mine.select(_first_year(self.time, mine), _last_year(self.time, mine)).rows())


def _collected(rows: pl.LazyFrame, table: str) -> pl.DataFrame:
    try:
        return rows.collect()
    except pl.exceptions.PolarsError as error:
        raise StoreError(
            f"table {table!r} cannot be read: {str(error).splitlines()[0]}",
            hint="add the source again if its file is damaged",
        ) from error


def span_of(store: Store, stream: Stream) -> tuple[int | None, int | None]:
    """First and last year with data; open intervals last until the date of the source."""
    rows = _collected(stream.query(store.scan(stream.table)).select(stream.time), stream.table)
    return _span(rows, stream.time, _dated(store, stream.table))


def _span(
    rows: pl.DataFrame, time: tuple[str, ...], dated: int | None
) -> tuple[int | None, int | None]:
    if rows.is_empty():
        return None, None
    first = rows.select(_first_year(time, rows)).to_series().min()
    last = rows.select(_last_year(time, rows)).to_series().max()
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


def _places(grid: Grid, rows: pl.DataFrame, sides: tuple[str, str], *, symmetric: bool) -> Places:
    """Places of a table with a column ``year``."""
    year = rows["year"].cast(pl.Int32).to_numpy()
    a, b = grid.positions(rows[sides[0]]), grid.positions(rows[sides[1]])
    return grid.find(a, b, year, symmetric=symmetric)


def _yearly(grid: Grid, rows: pl.DataFrame, time: tuple[str, str]) -> tuple[Array, Array]:
    """Rows repeated for each year their interval touches within the grid, and that year.

    An interval whose first day is not known is left out.
    """
    ends = rows.select(
        _first_year(time, rows).clip(grid.since).fill_null(_OPEN_YEAR + 1),
        _last_year(time, rows).clip(upper_bound=grid.until),
    )
    first, last = ends["first"].to_numpy(), ends["last"].to_numpy()
    count = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(count)), count)
    begins = np.cumsum(count) - count
    return which, first[which] + (np.arange(len(which)) - begins[which]).astype(np.int32)


def _interval_places(
    grid: Grid, rows: pl.DataFrame, sides: tuple[str, str], time: tuple[str, str]
) -> tuple[Places, Array]:
    """Places of an undirected table of intervals, and the row each of them is from."""
    which, year = _yearly(grid, rows, time)
    a, b = (grid.positions(rows[s])[which] for s in sides)
    return grid.find(a, b, year, symmetric=True), which


def _within(grid: Grid, span: tuple[int | None, int | None]) -> Array:
    """Rows in the years of a source."""
    first, last = span
    if first is None or last is None:
        return np.zeros(len(grid), dtype=bool)
    inside: Array = (grid.year >= first) & (grid.year <= last)
    return inside


def _both(grid: Grid, listed: Array) -> Array:
    """Rows both of whose states are in a table (years, states)."""
    flat = listed.ravel()
    both: Array = flat.take(grid.first_year) & flat.take(grid.second_year)
    return both


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
    return _both(grid, listed)


def _sides(rows: pl.DataFrame) -> pl.Series:
    return pl.concat([rows["source_state"].unique(), rows["target_state"].unique()])


_LEVELS = (1, 2, 3)
# Whole numbers of 16 bits hold twice the roll calls of a year a hundred times over.
_CAST = [(a, b, pl.col(f"n_{a}{b}")) for a in _LEVELS for b in _LEVELS]


def _vote_rows(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of nineteen columns and both sets of votes the panel needs two figures."""
    shared = pl.sum_horizontal(n for _, _, n in _CAST).cast(pl.Int32)
    # Steps apart of two: yes and no; of one: either and an abstention.
    apart = pl.sum_horizontal(n * abs(a - b) for a, b, n in _CAST if a != b)
    counted = rows.filter(pl.col("vote_set") == "all").select(
        "state_a", "state_b", "year", shared.alias("n"), apart.alias("apart")
    )
    return counted.filter(pl.col("n") > 0).with_columns(
        (1 - pl.col("apart") / 2 / pl.col("n")).alias("agree")
    )


def _votes(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    places = _places(grid, rows, _A_B, symmetric=True)
    columns = {"votes_shared": rows["n"].to_numpy(), "votes_agreement": rows["agree"].to_numpy()}
    grid.write(places, columns, known=None)


def _visits(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    counted = rows.group_by("state", "host", "year").agg(pl.len().cast(pl.Int32).alias("n"))
    covered = np.zeros((2, grid.until - grid.since + 1, len(grid.codes)), dtype=bool)
    runs = store.scan("visit_coverage").select("side", "state", "first_year", "last_year")
    for side, state, first, last in _collected(runs, "visit_coverage").iter_rows():
        if state in grid.codes:
            years = slice(max(first - grid.since, 0), max(last + 1 - grid.since, 0))
            covered[int(side == "host"), years, grid.codes.index(state)] = True
    traveller, host = covered[0].ravel(), covered[1].ravel()
    there = traveller.take(grid.first_year) | host.take(grid.second_year)
    back = traveller.take(grid.second_year) | host.take(grid.first_year)
    places = _places(grid, counted, ("state", "host"), symmetric=False)
    known = there if grid.directed else (there, back)
    grid.write(places, {"visits": counted["n"].to_numpy()}, known=known)


def _sanctions(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    time = ("start", "end")
    first, last = _span(rows, time, _dated(store, "sanctions"))
    which, year = _yearly(grid, rows, time)
    keys = ["source_state", "target_state", "year"]
    yearly = rows.select(*keys[:2], "case")[which].with_columns(pl.Series("year", year))
    # A case without an end is known to go on until the date of its source, not until today.
    yearly = yearly.filter(pl.col("year") <= (last or grid.until))
    counted = yearly.group_by(keys).agg(pl.col("case").n_unique().cast(pl.Int32).alias("n"))
    listed = _within(grid, (first, last)) & _numbered(grid, _sides(rows))
    known: Known = listed
    if store.provenance("sanctions").source in SENDERS_ONLY:
        senders = np.isin(grid.codes, rows["source_state"].unique().to_list())
        there, back = listed & senders[grid.first], listed & senders[grid.second]
        known = there if grid.directed else (there, back)
    places = _places(grid, counted, _FROM_TO, symmetric=False)
    grid.write(places, {"sanctions": counted["n"].to_numpy()}, known=known)


def _alliances(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    known = _within(grid, _span(rows, ("year",), _dated(store, "alliances"))) & _numbered(grid)
    places = _places(grid, rows, _A_B, symmetric=True)
    columns = {f"alliance_{pact}": rows[pact].to_numpy() for pact in _PACTS}
    grid.write(places, columns, known=known)


def _organisations(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    places = _places(grid, rows, _A_B, symmetric=True)
    grid.write(places, {"shared_igos": rows["n"].to_numpy()}, known=None)


def _groups(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    full = rows.filter(pl.col("status").is_in(["member", "member_withdrawing"]))
    which, year = _yearly(grid, full, ("start", "end"))
    yearly = full.select("org", "state")[which].with_columns(pl.Series("year", year)).unique()
    both = yearly.join(yearly, on=["org", "year"], suffix="_b").filter(
        pl.col("state") < pl.col("state_b")
    )
    keys = ["state", "state_b", "year"]
    counted = both.group_by(keys).agg(pl.len().cast(pl.Int32).alias("n"))
    known = _within(grid, _span(rows, ("start", "end"), _dated(store, "memberships")))
    places = _places(grid, counted, ("state", "state_b"), symmetric=True)
    grid.write(places, {"shared_groups": counted["n"].to_numpy()}, known=known)


def _arms(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    places = _places(grid, rows, _FROM_TO, symmetric=False)
    within = _within(grid, _span(rows, ("year",), _dated(store, "arms")))
    known = within & _numbered(grid, _sides(rows))
    grid.write(places, {"arms": rows["tiv"].to_numpy()}, known=known)


def _trade_runs(rows: pl.LazyFrame) -> pl.LazyFrame:
    """A mean of five years stands for each of them."""
    return rows.with_columns((pl.col("year") - pl.col("years") + 1).alias("first_year"))


def _trade(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    places, which = _interval_places(grid, rows, _A_B, ("first_year", "year"))
    grid.write(places, {"trade_usd": rows["trade_usd"].to_numpy()[which]}, known=None)


def _goods(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    rank = {"importer": 0, "exporter": 1, "reconciled": 2}
    # The last one written stands: reconciled figures, then the exporter's, then the importer's.
    totals = rows.sort(
        pl.col("reported_by").replace_strict(rank, return_dtype=pl.Int8), maintain_order=True
    )
    places = _places(grid, totals, _FROM_TO, symmetric=False)
    grid.write(places, {"goods_usd": totals["value_usd"].to_numpy()}, known=None)


# From far to near: the nearest kind of a year stands, since it is written last.
_KINDS = ("none", "water_400", "water_150", "water_24", "water_12", "land")


def _borders(grid: Grid, rows: pl.DataFrame, store: Store) -> None:
    rank = pl.col("kind").replace_strict({k: i for i, k in enumerate(_KINDS)}, return_dtype=pl.Int8)
    ranked = rows.with_columns(rank.alias("rank")).sort("rank")
    places, which = _interval_places(grid, ranked, _A_B, ("start", "end"))
    dated = _dated(store, "contiguity") or grid.until
    # Borders open at the date of the source are taken to last; a state born since has none known.
    old = _born(grid) <= dated
    known = _numbered(grid) & old[grid.first] & old[grid.second]
    value = ranked["rank"].to_numpy()[which]
    grid.write(places, {"contiguity": value}, known=known, words=_KINDS)


def _born(grid: Grid) -> Array:
    """Year in which every state got its first number."""
    born = np.full(len(grid.codes), _OPEN_YEAR)
    where = {c: i for i, c in enumerate(grid.codes)}
    for spell in crosswalk("cow"):
        if spell.code in where:
            born[where[spell.code]] = min(born[where[spell.code]], spell.start.year)
    return born


def _distances(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    places, which = _interval_places(grid, rows, _A_B, ("first_year", "last_year"))
    grid.write(places, {"distance_km": rows["km"].to_numpy()[which]}, known=None)


_RANKS = ("none", "charge_d_affaires", "minister", "ambassador", "other")


def _embassies(grid: Grid, rows: pl.DataFrame, _: Store) -> None:
    level = pl.col("level").replace_strict(
        {k: i for i, k in enumerate(_RANKS)}, return_dtype=pl.Int8
    )
    covered = np.isin(grid.year, rows["year"].unique().to_numpy()) & _numbered(grid)
    places = _places(grid, rows, _FROM_TO, symmetric=False)
    value = rows.select(level).to_series().to_numpy()
    grid.write(places, {"embassy": value}, known=covered, words=_RANKS)


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
        _vote_rows,
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
        "trade",
        "trade_dyads",
        ("trade_usd",),
        _UNKNOWN,
        ("trade_cow",),
        _A_B,
        ("first_year", "year"),
        _trade,
        _trade_runs,
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
        lambda rows: rows.filter(pl.col("product") == "TOTAL"),
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
