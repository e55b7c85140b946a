"""Parts of the spheres of a profile that no table holds, told by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from multipolar.measures._pole_ties import Window
from multipolar.store import Store

NONE_READ = "no open record by pair of states is read"
UNRECORDED: Mapping[str, Mapping[str, str]] = {
    "institutional": {"elections_lost": "no open record of elections to UN bodies is read"},
    "economic": {"finance": NONE_READ, "transport_links": NONE_READ},
    "security": {"exercises": "recorded for a few states and years only"},
    "people": {"flights": NONE_READ, "students": NONE_READ},
}
"""Parts of the spheres that no table of this store can fill; named, so that nobody takes their
silence for a zero."""


def unrecorded(store: Store, subject: str, window: Window) -> list[tuple[Any, ...]]:
    """Rows of the profile for what no table holds, and for gatherings nobody was invited to."""
    rows: list[tuple[Any, ...]] = [
        (subject, sphere, stream, "world", "level", None, None, None, 0, why)
        for sphere, streams in UNRECORDED.items()
        for stream, why in streams.items()
    ]
    why = "gatherings differ too much for a level; one at a time: guest_list, guest_comparison"
    if "gathering_totals" in store.tables():
        start = pl.col("date_start").dt.year()
        closed = store.frame("gathering_totals").filter(
            pl.col("host") == subject, pl.col("invited") == 0, start.is_between(*window)
        )
        for event in closed.sort("date_start")["event"]:
            why += f"; nobody was invited to the {event}, which is no boycott"
    rows.append((subject, "diplomatic", "guests", "world", "level", None, None, None, 0, why))
    return rows
