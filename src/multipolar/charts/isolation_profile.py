"""Isolation profile: one small picture per stream, from the world and from the West, over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import join, number, sentence
from multipolar.core.states import state_of

_COLUMNS = 3
_GUTTER = 62
_BAND = "#dcdad2"
_WEST = "#0a6aa6"
_WORDS: Mapping[str, str] = {
    "visits_in": "visits received, share of the world's",
    "visits_out": "visits paid, share of the world's",
    "embassies": "missions received, share of partners",
    "trips_received": "trips received, share of the world's",
    "trips_sent": "trips abroad, share of the world's",
    "not_suspended": "listed bodies that do not shut it out, share",
    "memberships": "organisations shared with a partner (dated list)",
    "shared_igos": "organisations shared with a partner (all)",
    "votes": "similarity of UN votes",
    "trade": "trade, share of the world's (five-year means)",
    "trade_reported": "trade as reported by year, US$",
    "alliances": "defence pacts, share of partners",
    "arms": "arms bought, share of the world's",
    "free_of_sanctions": "known senders without sanctions on it, share",
}
_PLAIN = "format(datum.value, '.4~f')"
_BILLIONS = "format(datum.value / 1e9, ',.0f') + ' bn'"
_COLUMN = ("value", "world_median", "world_low", "world_high")


def draw_isolation_profile(
    series: pl.DataFrame,
    profile: pl.DataFrame,
    *,
    since: int,
    caption: str = "",
) -> Any:
    """Draw a state's level by stream and year, with the world's trend.

    Parameters
    ----------
    series : polars.DataFrame, one row per (sphere, stream, partners, year)
        What :func:`multipolar.measures.isolation_profile.yearly` gives.
    profile : polars.DataFrame
        What the measure ``isolation_profile`` gives for the same state and years: its percentiles
        stand above the pictures, and what the record lacks is named below them.
    since : int
        Year of the break.
    caption : str
        Source and date, printed below.

    Returns
    -------
    altair chart
        One picture per stream in the order of the spheres.

    Notes
    -----
    From the world and from the West are two lines, never one. The vertical scale starts at 0 for
    shares and is each picture's own: heights are not comparable between pictures.

    Examples
    --------
    >>> import polars as pl
    >>> series = pl.DataFrame({"sphere": ["voting"] * 2, "stream": ["votes"] * 2,
    ...     "partners": ["world"] * 2, "year": [2021, 2022], "value": [0.7, 0.6],
    ...     "world_median": [0.8, 0.8], "world_low": [0.7, 0.7], "world_high": [0.9, 0.9]})
    >>> profile = pl.DataFrame({"state": ["RUS"], "stream": ["votes"], "partners": ["world"],
    ...     "measure": ["percentile"], "value": [0.1], "reason": [""]})
    >>> type(draw_isolation_profile(series, profile, since=2022)).__name__
    'VConcatChart'
    """
    name = state_of(profile["state"][0]).name
    streams = series["stream"].unique(maintain_order=True).to_list()
    width = (theme.WIDTH - _COLUMNS * _GUTTER - 8) / _COLUMNS
    panels = [_panel(series, profile, stream, since, width) for stream in streams]
    rows = [
        alt.hconcat(*panels[i : i + _COLUMNS], spacing=0) for i in range(0, len(panels), _COLUMNS)
    ]
    return theme.finish(
        rows,
        title=_title(name, profile),
        subtitle=(
            f"Purple: {name} and all partners. Blue: {name} and the West. Grey band: 80% of UN "
            f"members with all partners, dashed: their median. Vertical line: {since}. Each "
            "picture has its own scale."
        ),
        caption=" ".join(p for p in (_silent(profile), caption) if p),
        description=_describe(name, series),
        gutter=_GUTTER,
        spacing=14,
    )


def _panel(
    series: pl.DataFrame, profile: pl.DataFrame, stream: str, since: int, width: float
) -> Any:
    part = series.filter(pl.col("stream") == stream).sort("year")
    world = part.filter(pl.col("partners") == "world").to_dicts()
    west = part.filter(pl.col("partners") == "west").to_dicts()
    years = [int(part["year"].to_numpy().min()), int(part["year"].to_numpy().max())]
    drawn = [r[c] for r in world for c in _COLUMN] + [r["value"] for r in west]
    known = [v for v in drawn if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    pad = 0.06 * (high - low) or 0.05
    floor = 0.0 if stream != "votes" else low - pad
    x_scale = alt.Scale(domain=years, nice=False, zero=False)
    y_scale = alt.Scale(domain=[floor, high + pad], nice=False, zero=False)
    x = alt.X("year:Q", title=None, scale=x_scale, axis=_years(*years))

    def y(column: str) -> Any:
        axis = alt.Axis(
            grid=True,
            tickCount=4,
            labelExpr=_BILLIONS if high > 1e8 else _PLAIN,
            minExtent=_GUTTER - 14,
            maxExtent=_GUTTER - 14,
        )
        return alt.Y(f"{column}:Q", title=None, scale=y_scale, axis=axis)

    base, from_west = alt.Chart(theme.inline(world)), alt.Chart(theme.inline(west))
    layers = [
        base.mark_area(color=_BAND, opacity=0.75).encode(x=x, y=y("world_low"), y2="world_high:Q"),
        base.mark_line(color=theme.RULE, strokeDash=[4, 3], strokeWidth=1.3).encode(
            x=x, y=y("world_median")
        ),
        from_west.mark_line(color=_WEST, strokeWidth=1.8).encode(x=x, y=y("value")),
        base.mark_line(color=theme.ACCENT, strokeWidth=2.4).encode(x=x, y=y("value")),
    ]
    if years[0] <= since <= years[1]:
        rule = alt.Chart(theme.inline([{"year": since}])).mark_rule(color=theme.INK)
        layers.append(rule.encode(x=x))
    return theme.layer(*layers).properties(
        width=width,
        height=120,
        title=alt.TitleParams(
            text=theme.wrap(sentence(_WORDS.get(stream, stream)), width, 12.5, bold=True),
            subtitle=_ranks(profile, stream),
            fontSize=12.5,
            lineHeight=16,
            subtitleFontSize=11.5,
            offset=6,
            frame="group",
        ),
    )


def _years(first: int, last: int) -> Any:
    step = 1 if last - first <= 4 else 2 if last - first <= 9 else 5
    return alt.Axis(
        values=[y for y in range(first, last + 1) if y % step == 0],
        format="d",
        grid=False,
        ticks=True,
        tickColor=theme.RULE,
        labelFlush=False,
    )


def _percentile(profile: pl.DataFrame, stream: str, partners: str) -> float | None:
    found = profile.filter(
        (pl.col("stream") == stream)
        & (pl.col("partners") == partners)
        & (pl.col("measure") == "percentile")
    )["value"]
    return float(found[0]) if len(found) and found[0] is not None else None


def _ranks(profile: pl.DataFrame, stream: str) -> str:
    parts = [
        f"{value * 100:.0f}% {words}"
        for partners, words in (("world", "(all partners)"), ("west", "(the West)"))
        if (value := _percentile(profile, stream, partners)) is not None
    ]
    if parts:
        return "states below: " + ", ".join(parts)
    level = profile.filter((pl.col("stream") == stream) & (pl.col("measure") == "level"))
    after = level["value"].drop_nulls().len()
    return "no rank: a record of few states" if after else "no rank: the record ends before"


def _title(name: str, profile: pl.DataFrame) -> str:
    ranked = profile.filter((pl.col("measure") == "percentile") & pl.col("value").is_not_null())
    low = {
        partners: ranked.filter((pl.col("partners") == partners) & (pl.col("value") < 0.1))
        for partners in ("world", "west")
    }
    counts = {p: ranked.filter(pl.col("partners") == p).height for p in ("world", "west")}
    if not counts["world"]:
        return f"{name}: no stream in which it can be ranked"
    return (
        f"{name} is among the lowest tenth in {low['world'].height} of {counts['world']} streams "
        f"with the world, and in {low['west'].height} of {counts['west']} with the West"
    )


def _silent(profile: pl.DataFrame) -> str:
    rows = profile.filter(
        (pl.col("measure") == "level") & pl.col("value").is_null() & (pl.col("partners") == "world")
    )
    streams: dict[str, list[str]] = {}
    for stream, why in rows.select("stream", "reason").rows():
        streams.setdefault(why, []).append(stream.replace("_", " "))
    parts = [f"{join(named)} ({why})" for why, named in streams.items()]
    return f"Not in the record, and not zero: {'; '.join(parts)}." if parts else ""


def _describe(name: str, series: pl.DataFrame) -> str:
    parts = []
    for stream in series["stream"].unique(maintain_order=True):
        own = series.filter((pl.col("stream") == stream) & (pl.col("partners") == "world"))
        if own.height:
            first, last = own.sort("year").row(0, named=True), own.sort("year").row(-1, named=True)
            parts.append(
                f"{_WORDS.get(stream, stream)}: {number(first['value'])} in {first['year']}, "
                f"{number(last['value'])} in {last['year']}"
            )
    return f"Isolation profile of {name}. " + "; ".join(parts) + "."
