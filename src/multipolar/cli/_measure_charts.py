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


def _ideal_points(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    """Positions over time, or in the plane the map with trails; of the states asked for."""
    from multipolar import measure
    from multipolar.charts import draw_ideal_map
    from multipolar.charts.ideal_positions import draw_positions
    from multipolar.core.states import state_of

    given = "state" in options
    every = measure("ideal_points", store=store, **{**options, "state": None}) if given else frame
    known = set(every["state"])
    followed = [s for s in _SHOWN if s in known]
    if given:
        followed = frame["state"].unique(maintain_order=True).to_list()
    columns = {"value": "mean", "lower": "q05", "upper": "q95"}
    names = {s: state_of(s).name for s in followed}
    source = _ends(store, ("votes" if "mode" in options else "ideal_points",))
    if int(options.get("dimensions", 1)) == 1:
        return draw_positions(every.rename(columns), followed, names=names, source=source)
    from multipolar.measures.ideal_points import IdealPlane, estimates

    shown = ("state", "since", "until")
    plane = estimates(store, **{k: v for k, v in options.items() if k not in shown})
    anchors = plane.anchors if isinstance(plane, IdealPlane) else None
    dimension = pl.col("measure").str.tail(1).cast(pl.Int64)
    return draw_ideal_map(
        every.rename(columns).with_columns(dimension=dimension),
        followed,
        anchors=anchors,
        names=names | {a: state_of(a).name for a in anchors or ()},
        source=source,
    )


def _blocs(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_bloc_periods, draw_coassignment
    from multipolar.measures.blocs import find_periods

    if frame["since"].n_unique() > 1:
        return draw_bloc_periods(frame, caption=_caption(store))
    kept = {k: v for k, v in options.items() if k != "state"}
    (period,) = find_periods(store, **kept)
    found = period.blocs
    return draw_coassignment(
        found.together, found.states, stable=found.stable, caption=_caption(store)
    )


def _caption(store: Store) -> str:
    return _ends(
        store,
        ("vote_dyads", "memberships", "trade_dyads", "trade", "arms", "alliances", "sanctions"),
    )


def _ends(store: Store, names: tuple[str, ...]) -> str:
    """Where the record of each table ends, in a line for the foot of a picture."""
    tables = set(store.tables())
    ends = [
        f"{t.replace('_', ' ')} to {str(store.provenance(t).last)[:4]}"
        for t in names
        if t in tables and store.provenance(t).last
    ]
    return f"The record: {', '.join(ends)}. Sources: multipolar store status."


_SHOWN = ("USA", "RUS", "CHN", "IND", "BRA", "FRA", "TUR", "UKR")  # followed when none is named

CHARTS: Mapping[str, Draw] = {
    "ideal_points": _ideal_points,
    "blocs": _blocs,
    "isolation_profile": _isolation_profile,
    "multivector": _multivector,
}
