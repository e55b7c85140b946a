"""Two states over time: one line per stream of ties, each on its own scale."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import join, number, sentence

_GUTTER = 230
_HEIGHT = 46


def draw_dyad_timeline(
    series: pl.DataFrame, *, title: str, words: dict[str, str] | None = None, caption: str = ""
) -> Any:
    """Draw the ties of two states by stream and year, one strip each.

    Parameters
    ----------
    series : polars.DataFrame, one row per (stream, year)
        Columns ``stream``, ``year``, ``value`` (null where the record is silent).
    title : str
        Who and what.
    words : dict, optional
        Stream -> its name and unit in words.
    caption : str
        Source and date, printed below.

    Returns
    -------
    altair chart

    Notes
    -----
    Every strip runs from 0 to its own largest value, written at its left: heights are not
    comparable between strips. A gap is a year the record does not reach, not a zero.

    Examples
    --------
    >>> import polars as pl
    >>> series = pl.DataFrame({"stream": ["votes"] * 2, "year": [2021, 2022], "value": [0.7, 0.6]})
    >>> type(draw_dyad_timeline(series, title="Russia and Kazakhstan")).__name__
    'VConcatChart'
    """
    streams = series["stream"].unique(maintain_order=True).to_list()
    years = series["year"].to_numpy()
    span = (int(years.min()), int(years.max()))
    strips = [
        _strip(
            series.filter(pl.col("stream") == s), (words or {}).get(s, s), span, s == streams[-1]
        )
        for s in streams
    ]
    return theme.finish(
        strips,
        title=title,
        subtitle=(
            "One strip per stream, from 0 to its largest value (at the left). Gaps are years the "
            "record does not reach."
        ),
        caption=caption or "Computed with multipolar.",
        description=f"{title}: {join([(words or {}).get(s, s) for s in streams])}.",
        gutter=_GUTTER,
        spacing=4,
    )


def _top(value: float) -> str:
    if value >= 1e9:
        return f"{number(value / 1e9)} bn"
    return f"{value:.0f}" if value == round(value) else number(value)


def _strip(part: pl.DataFrame, words: str, span: tuple[int, int], last: bool) -> Any:  # noqa: FBT001
    known = part.drop_nulls("value")
    top = float(known["value"].to_numpy().max(initial=0.0))
    rows = part.sort("year").select("year", "value").to_dicts()
    step = 5 if span[1] - span[0] > 12 else 1 if span[1] - span[0] < 6 else 2
    axis = alt.Axis(
        values=[y for y in range(span[0], span[1] + 1) if y % step == 0],
        format="d",
        grid=True,
        labels=last,
    )
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=list(span), nice=False), axis=axis)
    y = alt.Y("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top * 1.06 or 1.0]))
    base = alt.Chart(theme.inline(rows)).encode(x=x, y=y)
    lines = theme.wrap(sentence(words), _GUTTER - 60, 12)
    up = 7 * (len(lines) - 1)  # the first line is the one placed
    name = (
        alt.Chart(theme.inline([{"text": lines}]))
        .mark_text(align="left", baseline="middle", dx=-_GUTTER, lineHeight=14, fontSize=12)
        .encode(x=alt.value(0), y=alt.value(_HEIGHT / 2 - up), text="text:N")
    )
    largest = (
        alt.Chart(theme.inline([{"text": _top(top)}]))
        .mark_text(align="right", baseline="top", dx=-6, fontSize=10.5, color=theme.MUTED)
        .encode(x=alt.value(0), y=alt.value(0), text="text:N")
    )
    return theme.layer(
        base.mark_area(color=theme.ACCENT, opacity=0.15),
        base.mark_line(
            color=theme.ACCENT, strokeWidth=2, point={"size": 16, "color": theme.ACCENT}
        ),
        name,
        largest,
    ).properties(width=theme.WIDTH - _GUTTER, height=_HEIGHT)
