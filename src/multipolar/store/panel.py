"""One row per pair of states and year, with a column per stream of evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from multipolar.core.errors import BadOption, TableMissing, UnknownName
from multipolar.core.states import find_state
from multipolar.store.grid import Grid
from multipolar.store.panel_streams import STREAMS, Stream, span_of

if TYPE_CHECKING:
    from multipolar.store.evidence import Store

FIRST_YEAR = 1945
_ABREAST = 2  # streams filled at a time: more only wait for memory
Progress = Callable[[str, int, int | None], None]


def dyad_panel(
    store: Store | None = None,
    *,
    since: int = 1946,
    until: int = 2025,
    streams: Collection[str] | None = None,
    states: Collection[str] | None = None,
    directed: bool = False,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """All streams of evidence side by side, by pair of states and year.

    Parameters
    ----------
    store : Store, optional
        Default: the store of the settings.
    since, until : int
        First and last year, both included, 1945 on.
    streams : collection of str, optional
        Names from :func:`panel_streams`; default all whose table is in the store.
    states : collection of str, optional
        Only pairs with one of these states (codes or names).
    directed : bool
        Rows in both orders (``source_state, target_state``) instead of one (``state_a`` before
        ``state_b`` in the alphabet).

    progress : callable, optional
        Called with ("streams", number written, number in all) after each stream.

    Returns
    -------
    DataFrame, one row per pair of states that both existed on a day of the year
        ``year`` and the columns of the streams. Where a stream covers the pair and has no row, the
        cell is 0 (or false, or "none"); where it does not cover the pair or the year, or where its
        table declares a missing row as unknown, the cell is null. In the undirected panel a stream
        with a direction has two columns: ``_ab`` from ``state_a`` to ``state_b``, and ``_ba``.

    Raises
    ------
    BadOption
        A span that is empty or before 1945; a state without any row of a stream that was asked for
        (the message names the years there are).
    UnknownName
        A stream or a state nobody has heard of, or a state that did not exist in these years.
    TableMissing
        The table of a stream that was asked for is not in the store.

    Notes
    -----
    It puts sources beside each other; it does not say which of them is right, and it does not
    measure alignment.

    Examples
    --------
    >>> from multipolar import Store
    >>> panel = dyad_panel(Store.open("/nonexistent"), since=2017, until=2017, streams=["arms"])
    >>> panel.filter(pl.col("state_a") == "IND", pl.col("state_b") == "RUS")["arms_ba"].item() > 0
    True
    """
    store = _opened(store)
    _check_span(since, until)
    chosen = _chosen(store, streams)
    only = frozenset(find_state(s).code for s in states or ())
    grid = Grid.build(since, until, directed=directed, states=only)
    for code in only.difference(grid.codes):
        # Says when it existed, and what came after.
        find_state(code, on=since)

    def filled(stream: Stream) -> Grid:
        rows = stream.rows(store)
        if streams is not None:
            _check_states(stream, rows, only, since, until)
        part = replace(grid, columns={})
        stream.fill(part, rows, store)
        return part

    with ThreadPoolExecutor(_ABREAST) as pool:
        for done, part in enumerate(pool.map(filled, chosen), 1):
            grid.columns |= part.columns
            if progress:
                progress("streams", done, len(chosen))
    return grid.frame()


def panel_streams(store: Store | None = None) -> pl.DataFrame:
    """Streams a panel can hold, and what is in the store for each.

    Returns
    -------
    DataFrame, one row per stream
        ``stream, table, columns`` (names in the directed panel), ``available``, ``source``,
        ``first_year`` and ``last_year`` with data, ``absence`` (what a missing row means).

    Examples
    --------
    >>> from multipolar import Store
    >>> panel_streams(Store.open("/nonexistent")).filter(stream="arms")["last_year"].item()
    2021
    """
    store = _opened(store)
    here = set(store.tables())
    rows = []
    for stream in STREAMS:
        available = stream.table in here
        span = span_of(store, stream) if available else (None, None)
        source = store.provenance(stream.table).source if available else ""
        cells = (stream.name, stream.table, list(stream.columns), available, source)
        rows.append((*cells, *span, stream.absence))
    schema: dict[str, Any] = {
        "stream": pl.String,
        "table": pl.String,
        "columns": pl.List(pl.String),
        "available": pl.Boolean,
        "source": pl.String,
        "first_year": pl.Int32,
        "last_year": pl.Int32,
        "absence": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _opened(store: Store | None) -> Store:
    if store is not None:
        return store
    from multipolar.store.evidence import Store as EvidenceStore  # noqa: PLC0415 - heavy imports

    return EvidenceStore.open()


def _check_span(since: int, until: int) -> None:
    if since > until:
        raise BadOption(
            f"the panel from {since} to {until} is empty: it must end after it starts",
            hint=f"since={until}, until={since}",
        )
    if since < FIRST_YEAR:
        raise BadOption(
            f"the panel cannot start in {since}: this record starts in {FIRST_YEAR}",
            hint=f"since={FIRST_YEAR}",
        )


def _chosen(store: Store, names: Collection[str] | None) -> list[Stream]:
    known = {s.name: s for s in STREAMS}
    here = set(store.tables())
    if names is None:
        return [s for s in STREAMS if s.table in here]
    for name in names:
        if name not in known:
            raise UnknownName.among("stream", name, known, hint="multipolar.panel_streams()")
        if known[name].table not in here:
            raise TableMissing(
                f"stream {name!r} needs table {known[name].table!r}, which is not in the store",
                hint=f"multipolar source add {known[name].sources[0]} FILE",
            )
    return [s for s in STREAMS if s.name in names]


def _check_states(
    stream: Stream, rows: pl.DataFrame, states: frozenset[str], since: int, until: int
) -> None:
    """Raise where a state has no row in the span, and say which years there are."""
    for state in sorted(states):
        years = stream.years_of(rows, state)
        if any(first <= until and last >= since for first, last in years):
            continue
        if not years:
            raise BadOption(f"stream {stream.name!r} has no row of {state} in any year")
        first, last = min(y for y, _ in years), max(y for _, y in years)
        raise BadOption(
            f"stream {stream.name!r} has no row of {state} in {since}-{until}: it has rows of "
            f"{first}-{last}",
            hint=f"since={first}, until={last}",
        )
