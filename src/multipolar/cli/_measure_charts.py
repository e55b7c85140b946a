"""Pictures of measures, for ``multipolar measure compute NAME --chart FILE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.errors import BadOption
from multipolar.store import Store

Draw = Callable[[pl.DataFrame, Store, Mapping[str, Any]], Any]


def draw_measure(
    name: str,
    frame: pl.DataFrame,
    store: Store,
    options: Mapping[str, Any],
    path: Path,
    *,
    force: bool,
) -> Path:
    """Draw what a measure gave and write it to ``path``.

    Raises
    ------
    BadOption
        The measure has no picture, or the file is there.
    """
    from multipolar.charts import write_chart

    if name not in CHARTS:
        raise BadOption(
            f"the measure {name!r} has no picture", hint=f"--chart goes with {', '.join(CHARTS)}"
        )
    if path.exists() and not force:
        raise BadOption(f"{path} is there already", hint="--force replaces it")
    return write_chart(CHARTS[name](frame, store, options), path)


def _isolation_profile(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_isolation_profile
    from multipolar.measures.isolation_profile import yearly

    kept = {k: v for k, v in options.items() if k not in ("draws", "seed", "composite")}
    series = yearly(store, **kept)
    since = int(options.get("since", 2022))
    return draw_isolation_profile(series, frame, since=since, caption=_caption(store))


def _multivector(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar import measure
    from multipolar.charts import draw_multivector_map

    poles = str(options.get("poles", "west,russia")).split(",")
    rest = {k: v for k, v in options.items() if k not in ("state", "step")}
    followed = frame["state"].unique().to_list() if "state" in options else []
    since, until = int(frame["since"].to_numpy().min()), int(frame["until"].to_numpy().max())
    step = int(options.get("step", 0)) or max(1, (until - since + 1) // 3)
    every = measure(
        "multivector",
        store=store,
        **{**rest, "since": since, "until": until, "step": step, "draws": 200},
    )
    return draw_multivector_map(
        every, followed, poles=(poles[0], poles[1]), caption=_caption(store)
    )


def _caption(store: Store) -> str:
    tables = set(store.tables())
    names = ("vote_dyads", "memberships", "trade_dyads", "trade", "arms", "alliances", "sanctions")
    ends = [
        f"{t.replace('_', ' ')} to {str(store.provenance(t).last)[:4]}"
        for t in names
        if t in tables and store.provenance(t).last
    ]
    return f"The record: {', '.join(ends)}. Sources: multipolar store status."


CHARTS: Mapping[str, Draw] = {
    "isolation_profile": _isolation_profile,
    "multivector": _multivector,
}
