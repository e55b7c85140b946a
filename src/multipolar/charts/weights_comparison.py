"""The same positions counted three ways: states, people, output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import join, percent, sentence

_GUTTER = 150


def draw_weights_comparison(weights: pl.DataFrame, verdict: Mapping[str, Any]) -> Any:
    """Draw one bar per weighting, split by position.

    Parameters
    ----------
    weights : polars.DataFrame, one row per (weighting, position)
        Columns ``weighting``, ``position``, ``share`` in [0, 1]: 0 nobody, 1 everybody, by weight.
    verdict : mapping
        ``Verdict.to_dict()``.

    Returns
    -------
    altair chart
        Stacked bars in the order given, with a line at one half.

    Notes
    -----
    Weighting a state by its people or output does not say what those people think.

    Examples
    --------
    >>> import polars as pl
    >>> weights = pl.DataFrame({"weighting": ["states", "states"], "position": ["yes", "no"],
    ...     "share": [0.7, 0.3]})
    >>> type(draw_weights_comparison(weights, {"claim": {}})).__name__
    'VConcatChart'
    """
    order = list(dict.fromkeys(weights["weighting"]))
    positions = sorted(dict.fromkeys(weights["position"]), key=theme.position_rank)
    rows = _stack(weights, order, positions)
    return theme.finish(
        [_bars(rows, order, positions)] if rows else [],
        title=_title(weights, order, positions),
        subtitle=(
            "Share of each position when every state counts the same, by its people and by its "
            "economic output. The line marks one half."
        ),
        caption=theme.caption(verdict),
        description=_describe(weights, order, positions),
        gutter=_GUTTER,
    )


def _stack(weights: pl.DataFrame, order: list[str], positions: list[str]) -> list[dict[str, Any]]:
    """Start and end of each segment; shares are drawn as given, never rescaled to one."""
    share = {(r["weighting"], r["position"]): r["share"] for r in weights.to_dicts()}
    rows = []
    for weighting in order:
        start = 0.0
        for position in positions:
            width = share.get((weighting, position)) or 0.0
            text = percent(width)
            fits = theme.text_width(text, 12.5) + 8 < width * (theme.WIDTH - _GUTTER)
            rows.append(
                {
                    "weighting": weighting,
                    "position": position,
                    "share": width,
                    "start": round(start, 6),
                    "end": round(start + width, 6),
                    "middle": round(start + width / 2, 6),
                    "label": text if fits else "",
                }
            )
            start += width
    return rows


def _bars(rows: list[dict[str, Any]], order: list[str], positions: list[str]) -> Any:
    colours = theme.position_colours(positions)
    inks = [{"position": p, "ink": theme.readable_on(c)} for p, c in colours.items()]
    ink = {i["position"]: i["ink"] for i in inks}
    base = alt.Chart(theme.inline([{**r, "ink": ink[r["position"]]} for r in rows]))
    y = alt.Y(
        "weighting:N",
        title=None,
        scale=alt.Scale(domain=order, paddingInner=0.34, paddingOuter=0.1),
        axis=alt.Axis(
            labelAlign="left",
            labelPadding=_GUTTER,
            labelFontSize=13,
            labelFontWeight="bold",
            labelLimit=_GUTTER - 8,
            minExtent=_GUTTER,
            maxExtent=_GUTTER,
        ),
    )
    x = alt.X(
        "start:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=False),
    )
    colour = alt.Color(
        "position:N",
        scale=alt.Scale(domain=positions, range=[colours[p] for p in positions]),
        legend=alt.Legend(symbolType="square", symbolOpacity=1),
    )
    bars = base.mark_bar(stroke=theme.PAPER, strokeWidth=1).encode(
        x=x, x2="end:Q", y=y, color=colour
    )
    half = (
        alt.Chart(theme.inline([{"half": 0.5}]))
        .mark_rule(color=theme.INK, strokeWidth=1.2, strokeDash=[3, 3])
        .encode(x=alt.X("half:Q", scale=alt.Scale(domain=[0, 1], nice=False)))
    )
    text = base.mark_text(fontSize=12.5).encode(
        x=alt.X("middle:Q", scale=alt.Scale(domain=[0, 1], nice=False)),
        y=y,
        text="label:N",
        color=alt.Color("ink:N", scale=None),
    )
    return (
        theme.layer(bars, half, text)
        .properties(width=theme.WIDTH - _GUTTER, height=46 * len(order))
        .resolve_scale(color="independent")
    )


def _shares(weights: pl.DataFrame, order: list[str], position: str) -> list[tuple[str, float]]:
    part = weights.filter(pl.col("position") == position)
    share = dict(zip(part["weighting"], part["share"], strict=True))
    return [(w, share[w]) for w in order if share.get(w) is not None]


def _title(weights: pl.DataFrame, order: list[str], positions: list[str]) -> str:
    if not positions:
        return "No positions to compare"
    shares = _shares(weights, order, positions[0])
    return sentence(f"{positions[0]}: ") + join([f"{percent(s)} of {w}" for w, s in shares])


def _describe(weights: pl.DataFrame, order: list[str], positions: list[str]) -> str:
    parts = []
    for position in positions:
        shares = _shares(weights, order, position)
        parts.append(f"{position}: " + join([f"{percent(s)} of {w}" for w, s in shares]))
    return "Shares of each position by weighting. " + "; ".join(parts) + "."
