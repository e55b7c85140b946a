"""The value over time under the default specification, beside the rest of the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import (
    drawn_words,
    join,
    nearest_questions,
    number,
    panel_words,
    sentence,
)

_GUTTER = 62
_LABELS = 96  # room at the right for the name of each line
_MOST = 4
_BAND = "#dcdad2"
_COLUMNS = ("value", "lower", "upper", "world_median", "world_low", "world_high")


def draw_timeline(
    series: pl.DataFrame, verdict: Mapping[str, Any], *, unit: str = "value", names: bool = True
) -> Any:
    """Draw the subject's value per period with its interval, the band of other states, the break.

    Parameters
    ----------
    series : polars.DataFrame, one row per (panel, period)
        Columns ``panel``, ``period`` (date, or year), ``value``, ``lower``, ``upper`` and
        ``world_median``, ``world_low``, ``world_high`` (median, 10th and 90th
        percentile of all states), all in the unit of the claim.
    verdict : mapping
        ``Verdict.to_dict()``; ``claim.since`` marks the break, ``claim.baseline`` ("2014-2021")
        the years compared with.
    unit : str
        What the vertical axis counts.
    names : bool
        Whether lines carry their names at their right end.

    Returns
    -------
    altair chart
        One panel per question, at most six.

    Notes
    -----
    Shows one specification only, the default; the specification curve shows the others. A gap in a
    line is a period without enough observations.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> series = pl.DataFrame({"panel": ["all"], "period": [date(2022, 1, 1)], "value": [0.5],
    ...     "lower": [0.4], "upper": [0.6], "world_median": [0.5], "world_low": [0.2],
    ...     "world_high": [0.8]})
    >>> verdict = {"claim": {"subject_name": "Toy"}, "panels": [{"key": "all", "words": "all"}]}
    >>> type(draw_timeline(series, verdict)).__name__
    'VConcatChart'
    """
    series = _dated(series)
    words = panel_words(verdict)
    found = _distinct(series, list(words))
    keys = nearest_questions(verdict, found, _MOST)
    columns = {1: 1, 2: 2, 4: 2}.get(len(keys), 3)
    width = (theme.WIDTH - columns * _GUTTER - _LABELS) / columns
    domains = _domains(series, keys)
    charts = []
    for i, key in enumerate(keys):
        part = series.filter(pl.col("panel") == key).sort("period")
        last = i % columns == columns - 1 or i == len(keys) - 1
        charts.append(
            _panel_chart(part, verdict, words[key], domains[key], width, names=names and last)
        )
    grid = [
        alt.hconcat(*charts[i : i + columns], spacing=0) for i in range(0, len(charts), columns)
    ]
    return theme.finish(
        grid,
        title=_title(series, verdict, keys, words),
        subtitle=_subtitle(unit) + drawn_words(len(keys), len(found)),
        caption=theme.caption(verdict),
        description=_describe(series, keys, words),
        gutter=_GUTTER,
        spacing=16,
    )


def _panel_chart(
    part: pl.DataFrame,
    verdict: Mapping[str, Any],
    words: str,
    domain: tuple[float, float],
    width: float,
    *,
    names: bool,
) -> Any:
    shift = 0.5 if _yearly(part) else 0.0
    values = [
        {
            "period": r["period"].isoformat(),
            "at": _at(r["period"]) + shift,
            **{k: _finite(r.get(k)) for k in _COLUMNS},
        }
        for r in part.to_dicts()
    ]
    y_scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    x_scale = alt.Scale(nice=False, zero=False, domain=_time_domain(part))
    x = alt.X("at:Q", title=None, axis=_time_axis(part, width, shift), scale=x_scale)

    def y(column: str) -> Any:
        axis = alt.Axis(grid=True, tickCount=5, minExtent=_GUTTER, maxExtent=_GUTTER)
        return alt.Y(f"{column}:Q", title=None, scale=y_scale, axis=axis)

    base = alt.Chart(theme.inline(values)).encode(x=x)
    subject = str((verdict.get("claim") or {}).get("subject_name") or "value")
    layers = [
        *_baseline_layers(part, verdict, x_scale),
        base.mark_area(color=_BAND, opacity=0.75).encode(y=y("world_low"), y2="world_high:Q"),
        base.mark_line(color=theme.RULE, strokeDash=[4, 3], strokeWidth=1.4).encode(
            y=y("world_median")
        ),
        base.mark_area(color=theme.ACCENT, opacity=0.17).encode(y=y("lower"), y2="upper:Q"),
        base.mark_line(color=theme.ACCENT, strokeWidth=2.4).encode(y=y("value")),
        base.mark_point(color=theme.ACCENT, filled=True, size=26, opacity=1).encode(y=y("value")),
        *_break_layers(part, verdict, x_scale),
    ]
    if names:
        layers += _end_labels(values, subject, x_scale, y_scale, (domain[1] - domain[0]) / 200)
    head = theme.wrap(sentence(words), width, 12.5, bold=True)
    return theme.layer(*layers).properties(
        width=width,
        height=200,
        title=alt.TitleParams(text=head, fontSize=12.5, lineHeight=16, offset=18, frame="group"),
    )


def _distinct(series: pl.DataFrame, keys: list[str]) -> list[str]:
    """Panels with data; of several with the same values over time only the first."""
    seen: dict[tuple[Any, ...], str] = {}
    for key in keys:
        part = series.filter(pl.col("panel") == key).sort("period")
        if part.height:
            seen.setdefault(tuple(part.select("period", *_COLUMNS).iter_rows()), key)
    return list(seen.values())


def _dated(series: pl.DataFrame) -> pl.DataFrame:
    """Take a bare year for its first day."""
    if series["period"].dtype.is_integer():
        return series.with_columns(period=pl.date(pl.col("period"), 1, 1))
    return series


def _domains(series: pl.DataFrame, keys: list[str]) -> dict[str, tuple[float, float]]:
    """Vertical range by panel: one for all, unless one panel's range dwarfs another's."""
    ranges = {}
    for key in keys:
        rows = series.filter(pl.col("panel") == key).select(_COLUMNS).rows()
        known = [v for row in rows for v in map(_finite, row) if v is not None] or [0.0, 1.0]
        pad = 0.08 * (max(known) - min(known)) or 0.5
        ranges[key] = (min(known) - pad, max(known) + pad)
    sizes = [high - low for low, high in ranges.values()]
    low = min((r[0] for r in ranges.values()), default=0.0)
    high = max((r[1] for r in ranges.values()), default=1.0)
    return ranges if sizes and high - low > 4 * min(sizes) else dict.fromkeys(keys, (low, high))


def _finite(value: Any) -> float | None:
    return None if value is None or value != value else float(f"{value:.6g}")  # noqa: PLR0124 - NaN


def _yearly(part: pl.DataFrame) -> bool:
    """Whether every period is a whole year; its value is then drawn in the middle of the year."""
    return all((d.month, d.day) == (1, 1) for d in part["period"])


def _at(day: date) -> float:
    """Date as a year and a fraction: a position on the axis that no time zone moves."""
    start = date(day.year, 1, 1)
    return round(day.year + (day - start).days / (date(day.year + 1, 1, 1) - start).days, 4)


def _time_domain(part: pl.DataFrame) -> list[float]:
    first, last = part["period"][0], part["period"][-1]
    return [_at(first), last.year + 1.0 if _yearly(part) else max(_at(last), _at(first) + 0.01)]


def _time_axis(part: pl.DataFrame, width: float, shift: float) -> Any:
    """Tick at round years, no more than fit."""
    years = sorted({d.year for d in part["period"]})
    span = max(1, years[-1] - years[0])
    step = next(s for s in (1, 2, 5, 10, 20, 50) if span / s * 44 <= width)
    return alt.Axis(
        values=[y + shift for y in range(years[0], years[-1] + 1) if y % step == 0],
        labelExpr="format(floor(datum.value), 'd')",
        grid=False,
        ticks=True,
        tickColor=theme.RULE,
        labelFlush=False,
    )


def _baseline_layers(part: pl.DataFrame, verdict: Mapping[str, Any], x_scale: Any) -> list[Any]:
    text = str((verdict.get("claim") or {}).get("baseline") or "")
    years = [int(t) for t in text.split("-")[:2] if t.strip().isdigit()]
    periods = part["period"]
    if len(years) != 2:
        return []
    start = max(date(years[0], 1, 1), periods[0])
    end = min(date(years[1], 12, 31), date(periods[-1].year, 12, 31))
    if start >= end:
        return []
    values = [{"start": _at(start), "end": _at(end), "text": f"baseline {text}"}]
    base = alt.Chart(theme.inline(values))
    line = base.mark_rule(color=theme.MUTED, strokeWidth=3).encode(
        x=alt.X("start:Q", scale=x_scale), x2="end:Q", y=alt.value(-4)
    )
    label = base.mark_text(
        align="right", baseline="bottom", fontSize=11, color=theme.MUTED, dx=-5, dy=-3
    ).encode(x=alt.X("end:Q", scale=x_scale), y=alt.value(-4), text="text:N")
    return [line, label]


def _break_layers(part: pl.DataFrame, verdict: Mapping[str, Any], x_scale: Any) -> list[Any]:
    since = _as_date((verdict.get("claim") or {}).get("since"))
    if since is None or not part["period"][0] < since <= date(part["period"][-1].year, 12, 31):
        return []
    base = alt.Chart(theme.inline([{"since": _at(since), "text": f"{since:%b %Y}"}]))
    line = base.mark_rule(color=theme.INK, strokeWidth=1.2).encode(
        x=alt.X("since:Q", scale=x_scale)
    )
    label = base.mark_text(
        align="left", baseline="bottom", dx=-1, dy=-3, fontSize=11, fontWeight="bold"
    ).encode(x=alt.X("since:Q", scale=x_scale), y=alt.value(-4), text="text:N")
    return [line, label]


def _as_date(value: Any) -> date | None:
    """Date of a claim; a bare year or month counts from its first day."""
    if isinstance(value, date):
        return value
    pieces = str(value or "").split("-")
    if not all(p.isdigit() for p in pieces):
        return None
    year, month, day = (*map(int, pieces), 1, 1)[:3]
    return date(year, month, day)


def _end_labels(
    values: list[dict[str, Any]], subject: str, x_scale: Any, y_scale: Any, pixel: float
) -> list[Any]:
    """Name at the right end of each line, pushed apart where they would touch."""
    ends = []
    for column, text, colour, weight in (
        ("value", subject, theme.ACCENT, "bold"),
        ("world_median", "median state", theme.MUTED, "normal"),
    ):
        last = next((v for v in reversed(values) if v[column] is not None), None)
        if last:
            ends.append(
                {"x": last["at"], "y": last[column], "text": text, "c": colour, "w": weight}
            )
    if len(ends) == 2:
        lines = len(theme.wrap(subject, _LABELS - 8, 11.5, bold=True))
        need = 15 * pixel * max(1, lines)
        gap = ends[0]["y"] - ends[1]["y"]
        if abs(gap) < need:
            ends[0]["y"] += (need - abs(gap)) * (1 if gap >= 0 else -1)
    layers = []
    for end in ends:
        end["text"] = theme.wrap(end["text"], _LABELS - 8, 11.5, bold=end["w"] == "bold")
        layers.append(
            alt.Chart(theme.inline([{"x": end["x"], "y": end["y"]}]))
            .mark_text(
                align="left",
                dx=7,
                fontSize=11.5,
                lineHeight=13,
                color=end["c"],
                fontWeight=end["w"],
                text=end["text"],
            )
            .encode(x=alt.X("x:Q", scale=x_scale), y=alt.Y("y:Q", scale=y_scale))
        )
    return layers


def _ends(series: pl.DataFrame, key: str) -> tuple[Any, Any] | None:
    part = series.filter((pl.col("panel") == key) & pl.col("value").is_not_null()).sort("period")
    return (part.row(0, named=True), part.row(-1, named=True)) if part.height else None


def _title(
    series: pl.DataFrame, verdict: Mapping[str, Any], keys: list[str], words: Mapping[str, str]
) -> str:
    subject = str((verdict.get("claim") or {}).get("subject_name") or "The value")
    ends = _ends(series, keys[0]) if keys else None
    if ends is None:
        return f"{subject}: no period with enough observations"
    first, last = ends
    tail = f", {words[keys[0]]}" if len(keys) > 1 and len(words[keys[0]]) <= 40 else ""
    return (
        f"{subject}: from {number(first['value'])} in {first['period'].year} "
        f"to {number(last['value'])} in {last['period'].year}{tail}"
    )


def _subtitle(unit: str) -> str:
    return (
        f"{sentence(unit)}, under the default specification only. "
        "Shaded around the line: its interval. "
        "Grey band: 80% of all states, dashed: the median state."
    )


def _describe(series: pl.DataFrame, keys: list[str], words: Mapping[str, str]) -> str:
    parts = []
    for key in keys:
        ends = _ends(series, key)
        if ends:
            first, last = ends
            parts.append(
                f"{words[key]}: {number(first['value'])} in {first['period'].year}, "
                f"{number(last['value'])} in {last['period'].year}, where the median state is at "
                f"{number(last['world_median'])}"
            )
    return "Timeline under the default specification. " + join(parts, last="and") + "."
