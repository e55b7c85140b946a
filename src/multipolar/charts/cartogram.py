"""The world with one circle per state, sized by weight and coloured by position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from multipolar.charts import theme
from multipolar.charts._dorling import equal_earth, push_apart
from multipolar.charts._words import join, percent, plural, sentence

_HEIGHT = 440
_FILL = (
    0.27  # share of the frame covered by circles: beyond that, places no longer resemble a world
)
_SMALLEST = 2.2
_LABEL_FROM = 10


def draw_cartogram(
    map_frame: pl.DataFrame,
    verdict: Mapping[str, Any],
    *,
    weight_words: str = "the chosen weight",
    position_words: str = "",
    colours: Mapping[str, str] | None = None,
    title: str = "",
    caption: str = "",
) -> Any:
    """Draw every state as a circle near its place on the globe (a Dorling cartogram).

    Parameters
    ----------
    map_frame : polars.DataFrame, one row per state
        Columns ``state``, ``name``, ``lat``, ``lon`` (degrees), ``weight`` (any unit, null where
        unknown), ``position`` (text category or number).
    verdict : mapping
        ``Verdict.to_dict()``.
    weight_words, position_words : str
        What size and colour stand for.
    colours : mapping, optional
        Colour of each position, in the order of the legend.
    title, caption : str
        Instead of the counts of positions, and of the sources of the verdict.

    Returns
    -------
    altair chart
        Area is proportional to weight; states without a weight, or too small to be seen, are drawn
        at the smallest size, and the subtitle says how many.

    Notes
    -----
    Places are approximate: circles that would overlap are pushed apart. Borders, distances and
    neighbours are not shown.

    References
    ----------
    Dorling 1996, Area Cartograms: Their Use and Creation.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"state": ["FRA"], "name": ["France"], "lat": [46.0], "lon": [2.0],
    ...     "weight": [67.0], "position": ["yes"]})
    >>> type(draw_cartogram(frame, {"claim": {}})).__name__
    'VConcatChart'
    """
    placed = map_frame.filter(pl.col("lat").is_not_null() & pl.col("lon").is_not_null())
    rows = _circles(placed) if placed.height else []
    numeric = placed["position"].dtype.is_numeric() if placed.height else False
    parts = [_map_chart(rows, numeric=numeric, colours=colours)] if rows else []
    return theme.finish(
        parts,
        title=title or _title(map_frame, numeric=numeric, position_words=position_words),
        subtitle=_subtitle(rows, weight_words),
        caption=caption or theme.caption(verdict),
        description=_describe(map_frame, numeric=numeric, weight_words=weight_words),
        gutter=0,
    )


def _circles(frame: pl.DataFrame) -> list[dict[str, Any]]:
    ordered = frame.sort("state")
    weight = ordered["weight"].cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
    known = np.maximum(weight, 0.0)
    total = known.sum() or 1.0
    area = _FILL * theme.WIDTH * _HEIGHT * known / total
    radius = np.maximum(np.sqrt(area / np.pi), _SMALLEST)
    x, y = equal_earth(ordered["lat"].to_numpy(), ordered["lon"].to_numpy())
    px = theme.WIDTH / 2 + x * theme.WIDTH / 5.7
    py = _HEIGHT / 2 + 14 - y * _HEIGHT / 2.45
    px, py = push_apart(px, py, radius)
    px, py = _fit(px, radius, theme.WIDTH), _fit(py, radius, _HEIGHT)
    return [
        {
            "state": s["state"],
            "position": s["position"],
            "weighted": s["weight"] is not None and s["weight"] > 0,
            "x": round(float(cx), 1),
            "y": round(float(cy), 1),
            "radius": round(float(r), 2),
        }
        for s, cx, cy, r in zip(ordered.to_dicts(), px, py, radius, strict=True)
    ]


def _fit(centre: np.ndarray, radius: np.ndarray, extent: float) -> np.ndarray:
    """Bring circles that were pushed over an edge back by squeezing the axis, order kept."""
    low, high = (centre - radius).min(), (centre + radius).max()
    if low >= 0 and high <= extent:
        return centre
    shift = -low if high - low <= extent and low < 0 else min(0.0, extent - high)
    return centre + shift


def _map_chart(
    rows: list[dict[str, Any]], *, numeric: bool, colours: Mapping[str, str] | None = None
) -> Any:
    colour, ink = _colours(rows, numeric=numeric, given=colours)
    bottom = max(r["y"] + r["radius"] for r in rows)
    top = min(0.0, *(r["y"] - r["radius"] for r in rows))
    left = min(0.0, *(r["x"] - r["radius"] for r in rows))
    right = max(theme.WIDTH, *(r["x"] + r["radius"] for r in rows))
    span = [max(right - left, 1), max(bottom - top, 1)]
    values = [
        {**r, "size": round(np.pi * r["radius"] ** 2, 2), "ink": ink(r), "text": r["state"]}
        for r in sorted(rows, key=lambda r: (-r["radius"], r["state"]))
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[left, left + span[0]], nice=False))
    y = alt.Y(
        "y:Q", axis=None, scale=alt.Scale(domain=[top, top + span[1]], reverse=True, nice=False)
    )
    base = alt.Chart(theme.inline(values)).encode(x=x, y=y)
    marks = base.mark_circle(opacity=1, stroke=theme.PAPER, strokeWidth=0.6).encode(
        size=alt.Size("size:Q", scale=None, legend=None), color=colour
    )
    hollow = base.transform_filter("!datum.weighted").mark_point(
        filled=False, stroke=theme.MUTED, strokeWidth=0.8, strokeDash=[1.5, 1.5], opacity=1
    )
    labels = [
        base.transform_filter(f"datum.radius >= {low} && datum.radius < {high}")
        .mark_text(fontSize=font, fontWeight="bold" if font > 12 else "normal")
        .encode(text="text:N", color=alt.Color("ink:N", scale=None))
        for low, high, font in ((_LABEL_FROM, 12, 8), (12, 17, 9.5), (17, 30, 11.5), (30, 1e4, 15))
    ]
    return (
        theme.layer(marks, hollow.encode(size=alt.Size("size:Q", scale=None)), *labels)
        .properties(width=theme.WIDTH, height=round(span[1] * theme.WIDTH / span[0]))
        .resolve_scale(color="independent")
    )


def _colours(
    rows: list[dict[str, Any]], *, numeric: bool, given: Mapping[str, str] | None
) -> tuple[Any, Any]:
    if numeric:
        known = [r["position"] for r in rows if r["position"] is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        scale = alt.Scale(domain=[low, high], scheme="cividis")
        legend = alt.Legend(title=None, gradientLength=260, orient="top", format=".2~f")
        middle = (low + high) / 2
        return (
            alt.Color("position:Q", scale=scale, legend=legend),
            lambda r: theme.INK if (r["position"] or low) > middle else theme.PAPER,
        )
    positions = sorted(
        {_text(r["position"]) for r in rows}, key=lambda p: (theme.position_rank(p), p)
    )
    colours = theme.position_colours(positions)
    if given:
        colours |= given
        positions = [
            *(p for p in given if p in positions),
            *(p for p in positions if p not in given),
        ]
    for row in rows:
        row["position"] = _text(row["position"])
    scale = alt.Scale(domain=positions, range=[colours[p] for p in positions])
    legend = alt.Legend(symbolType="circle", symbolOpacity=1, orient="top")
    return (
        alt.Color("position:N", scale=scale, legend=legend),
        lambda r: theme.readable_on(colours[r["position"]]),
    )


def _text(position: Any) -> str:
    return "no data" if position is None else str(position)


def _shares(frame: pl.DataFrame) -> list[tuple[str, int, float]]:
    """Count and share of the known weight per position, in the order of the legend."""
    named = frame.with_columns(
        pl.col("position").cast(pl.String).fill_null("no data"),
        pl.col("weight").cast(pl.Float64).fill_null(0.0).fill_nan(0.0),
    )
    total = named["weight"].sum() or 1.0
    groups = named.group_by("position").agg(pl.len().alias("n"), pl.col("weight").sum())
    rows = sorted(
        groups.to_dicts(), key=lambda r: (theme.position_rank(r["position"]), r["position"])
    )
    return [(r["position"], r["n"], r["weight"] / total) for r in rows]


def _title(frame: pl.DataFrame, *, numeric: bool, position_words: str) -> str:
    if not frame.height:
        return "No state to place"
    if numeric:
        return sentence(position_words or "where the states stand")
    counts = [f"{position} {n}" for position, n, _ in _shares(frame)]
    head = f"{sentence(position_words)}: " if position_words else "States: "
    return head + join(counts)


def _subtitle(rows: list[dict[str, Any]], weight_words: str) -> str:
    sizes = {r["radius"] for r in rows if r["weighted"]}
    size = f"its area by {weight_words}" if len(sizes) != 1 else "all of one size"
    text = f"One circle per state, {size}; places are approximate."
    missing = sum(not r["weighted"] for r in rows)
    if missing:
        text += f" {plural(missing, 'state')} without a weight drawn as dashed rings."
    small = sum(r["weighted"] and r["radius"] <= _SMALLEST for r in rows)
    if small:
        text += f" {plural(small, 'small state')} drawn larger than true to size."
    return text


def _describe(frame: pl.DataFrame, *, numeric: bool, weight_words: str) -> str:
    if not frame.height or numeric:
        return f"Cartogram of {plural(frame.height, 'state')}, sized by {weight_words}."
    parts = [f"{p}: {plural(n, 'state')}, {percent(s)} of the weight" for p, n, s in _shares(frame)]
    return f"Cartogram, sized by {weight_words}. " + "; ".join(parts) + "."
