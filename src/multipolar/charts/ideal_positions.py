"""Positions of states on the main dimension of votes: over time, and who moved most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.core.errors import TooFewObservations, UnknownName

_GUTTER = 62
_LABELS = 110
_COLOURS = ("#0a6aa6", "#d4552b", "#3f8f6b", "#8a6bb1", "#b0822a", "#5aa7c7", "#a34e6f", "#6d7a3a")
_CAPTION = (
    "Standard deviations of all states and periods; bands and bars are 90 % posterior intervals. "
    "One dimension: two states that share a position can disagree on what is not on it."
)
_MOST_NAMED = 8


def draw_positions(
    frame: pl.DataFrame,
    states: Sequence[str],
    *,
    title: str = "",
    names: Mapping[str, str] | None = None,
    source: str = "",
) -> Any:
    """Draw positions over time, each state a line with the band of its 90 % interval.

    Parameters
    ----------
    frame : one row per state and period
        ``IdealPoints.frame`` or the store's table ``ideal_points``: ``state``, ``session`` or
        ``year``, ``mean``, ``q05``, ``q95``. Without quantiles (refused) lines have no band.
    states : sequence of str
        Codes to draw, at most eight.
    title, source : str
    names : mapping, optional
        Name by code.

    Returns
    -------
    altair chart
        All other states are the grey band between their 10th and 90th percentile.

    Notes
    -----
    A line across a gap joins periods in which the state did vote.

    Examples
    --------
    >>> frame = pl.DataFrame({"state": ["USA", "USA"], "year": [2020, 2021], "mean": [2.0, 2.1],
    ...     "q05": [1.8, 1.9], "q95": [2.2, 2.3]})
    >>> type(draw_positions(frame, ["USA"])).__name__
    'VConcatChart'
    """
    period = "session" if "session" in frame.columns else "year"
    known = set(frame["state"])
    for state in states:
        if state not in known:
            raise UnknownName.among("state", state, known)
    shown = list(states)[:_MOST_NAMED]
    words = dict(names or {})
    lines = _lines(frame, shown, period, words)
    scale = alt.Scale(domain=[words.get(s, s) for s in shown], range=list(_COLOURS))
    x = alt.X(
        "t:Q",
        axis=alt.Axis(format="d", title=None, grid=False, labelFlush=False),
        scale=alt.Scale(nice=False),
    )
    y_title = "position (high: with the United States)"
    y = alt.Y("mean:Q", axis=alt.Axis(title=y_title, titleAnchor="end"))
    base = alt.Chart(theme.inline(lines))
    layers = [
        _world(frame, period, x),
        base.mark_area(opacity=0.22).encode(
            x=x, y="low:Q", y2="high:Q", color=alt.Color("name:N", scale=scale, legend=None)
        ),
        base.mark_line(strokeWidth=1.8).encode(
            x=x, y=y, color=alt.Color("name:N", scale=scale, legend=None)
        ),
        _ends(lines, scale, x),
    ]
    width = theme.WIDTH - _GUTTER - _LABELS
    chart = theme.layer(*layers).properties(width=width, height=380)
    heading = title or "Where states stand on the main dimension of General Assembly votes"
    span = f"{frame[period].min()!s} to {frame[period].max()!s}"
    subtitle = f"Posterior means by {period}, {span}; grey: the middle 80 % of states"
    return theme.finish(
        [chart],
        title=heading,
        subtitle=subtitle,
        caption=f"{_CAPTION} {source}".strip(),
        description=f"{heading}. {subtitle}. {_last_words(lines)}",
        gutter=_GUTTER,
    )


def _lines(
    frame: pl.DataFrame, shown: list[str], period: str, words: Mapping[str, str]
) -> list[dict[str, Any]]:
    rows = frame.filter(pl.col("state").is_in(shown)).sort("state", period)
    return [
        {
            "name": words.get(r["state"], r["state"]),
            "t": r[period],
            "mean": r["mean"],
            "low": r["q05"],
            "high": r["q95"],
        }
        for r in rows.to_dicts()
    ]


def _world(frame: pl.DataFrame, period: str, x: Any) -> Any:
    band = (
        frame.group_by(period)
        .agg(low=pl.col("mean").quantile(0.1), high=pl.col("mean").quantile(0.9))
        .sort(period)
        .rename({period: "t"})
    )
    return (
        alt.Chart(theme.inline(band.to_dicts()))
        .mark_area(color=theme.GRID)
        .encode(x=x, y="low:Q", y2="high:Q")
    )


def _ends(lines: list[dict[str, Any]], scale: Any, x: Any) -> Any:
    """Name at the right end of each line, moved apart where two would touch."""
    last: dict[str, dict[str, Any]] = {}
    for row in lines:
        last[row["name"]] = row
    values = [r["mean"] for r in lines]
    apart = (max(values) - min(values) + 0.5) / 24
    placed: list[dict[str, Any]] = []
    for row in sorted(last.values(), key=lambda r: -r["mean"]):
        at = min(row["mean"], placed[-1]["at"] - apart) if placed else row["mean"]
        placed.append({**row, "at": at})
    return (
        alt.Chart(theme.inline(placed))
        .mark_text(align="left", dx=6, fontWeight="bold")
        .encode(x=x, y="at:Q", text="name:N", color=alt.Color("name:N", scale=scale, legend=None))
    )


def _last_words(lines: list[dict[str, Any]]) -> str:
    last = {r["name"]: r for r in lines}
    return "; ".join(f"{name} ends at {row['mean']:.2f}" for name, row in last.items()) + "."


def draw_most_moved(
    moved: pl.DataFrame,
    *,
    start: int,
    end: int,
    n: int = 20,
    names: Mapping[str, str] | None = None,
    source: str = "",
) -> Any:
    """Draw the states that moved most between two periods, shrunk, with 90 % intervals.

    Parameters
    ----------
    moved : one row per state
        ``IdealPoints.most_moved``: ``state``, ``change``, ``shrunk``, ``shrunk_sd``, ``q_value``.
    start, end : int
        The two periods, for the title.
    n : int
        States to show.

    Returns
    -------
    altair chart
        Filled: the change survives a false discovery rate of 5 %; hollow: it does not. The small
        tick is the change before shrinking.

    Notes
    -----
    Shows moves relative to all states: when the agenda turns, positions move without any state
    changing its mind.

    Examples
    --------
    >>> moved = pl.DataFrame({"state": ["ARG"], "change": [0.9], "shrunk": [0.8],
    ...     "shrunk_sd": [0.1], "q_value": [0.001]})
    >>> type(draw_most_moved(moved, start=2022, end=2024)).__name__
    'VConcatChart'
    """
    if moved.is_empty():
        raise TooFewObservations("no state voted in both periods", hint="choose other periods")
    words = dict(names or {})
    rows = [
        {
            "name": words.get(r["state"], r["state"]),
            "shrunk": r["shrunk"],
            "raw": r["change"],
            "low": r["shrunk"] - 1.645 * r["shrunk_sd"],
            "high": r["shrunk"] + 1.645 * r["shrunk_sd"],
            "sure": "yes" if r["q_value"] < 0.05 else "no",
        }
        for r in moved.head(n).sort("shrunk", descending=True).to_dicts()
    ]
    order = [r["name"] for r in rows]
    base = alt.Chart(theme.inline(rows)).encode(
        y=alt.Y("name:N", sort=order, axis=alt.Axis(title=None))
    )
    x_title = "change of position (right: towards the United States)"
    x = alt.X("shrunk:Q", axis=alt.Axis(title=x_title, tickCount=8))
    fill = alt.Fill(
        "sure:N",
        scale=alt.Scale(domain=["yes", "no"], range=[theme.ACCENT, theme.PAPER]),
        legend=None,
    )
    zero = alt.Chart(theme.inline([{"x": 0}])).mark_rule(color=theme.RULE).encode(x="x:Q")
    layers = [
        zero,
        base.mark_rule(color=theme.ACCENT, strokeWidth=1.4).encode(x="low:Q", x2="high:Q"),
        base.mark_tick(color=theme.RULE, thickness=1.5, size=10).encode(x="raw:Q"),
        base.mark_circle(stroke=theme.ACCENT, strokeWidth=1.4, size=60, opacity=1).encode(
            x=x, fill=fill
        ),
    ]
    gutter = 40 + max(round(theme.text_width(r["name"], 12)) for r in rows)
    chart = theme.layer(*layers).properties(width=theme.WIDTH - gutter, height=19 * len(rows))
    sure = sum(r["sure"] == "yes" for r in rows)
    title = f"Who moved most between {start} and {end}"
    subtitle = (
        f"Change shrunk towards the mean of all states, with its 90 % interval; {sure} of "
        f"{len(rows)} shown (filled) survive a false discovery rate of 5 %; tick: before shrinking"
    )
    return theme.finish(
        [chart],
        title=title,
        subtitle=subtitle,
        caption=f"{_CAPTION} {source}".strip(),
        description=f"{title}. {subtitle}. First: {order[0]}, last: {order[-1]}.",
        gutter=gutter,
    )
