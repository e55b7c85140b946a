"""Blocs over periods: every state's bloc period by period, and how far each period differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import number, plural

_PANELS = 4
_ROW = 11.5
_GUTTER = 34
_STRIP = 86
_UNSTABLE = "#d8d6cf"
# Okabe & Ito 2008; blocs beyond the eighth start again, their number tells them apart.
_COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#5b5b58",
)
_ANCHORS = ("USA", "GBR", "FRA", "RUS", "CHN", "IND", "BRA", "ZAF", "DEU", "JPN", "IRN", "MEX")
"""Large states by which a reader recognises a bloc; they name it in the legend."""


def draw_bloc_periods(frame: pl.DataFrame, *, caption: str = "") -> Any:
    """Draw the bloc of every state in every period, states with the same history side by side.

    Parameters
    ----------
    frame : polars.DataFrame
        What the measure ``blocs`` gives for two periods or more.
    caption : str
        Source and date, printed below.

    Returns
    -------
    altair chart
        Above, one row per state and one column per period, read down the panels from left to
        right. Below, the adjusted Rand index of each period with the one before.

    Notes
    -----
    Colours and numbers are names of blocs, no scale. Pale cells are states in doubt; a period
    without stable blocs is grey throughout.

    Examples
    --------
    >>> import polars as pl
    >>> rows = [(s, y, y, m, v) for y in (2020, 2021) for s, m, v in (
    ...     ("RUS", "bloc", 1.0), ("USA", "bloc", 2.0), ("", "stable_blocs", 1.0))]
    >>> names = ["state", "since", "until", "measure", "value"]
    >>> frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
    ...     lower=None, upper=None, reason=pl.lit(""))
    >>> type(draw_bloc_periods(frame)).__name__
    'VConcatChart'
    """
    windows = frame.select("since", "until").unique().sort("since").rows()
    cells = _cells(frame, windows)
    states = _ordered(cells, len(windows))
    per_panel = -(-len(states) // _PANELS)
    parts = [states[i : i + per_panel] for i in range(0, len(states), per_panel)]
    colour = _colour(cells)
    width = (theme.WIDTH - _GUTTER * _PANELS) / _PANELS - 8
    panels = [_panel(cells, part, windows, colour, width, per_panel) for part in parts]
    shifts = _shifts(frame, windows)
    rows = [alt.hconcat(*panels, spacing=12)]
    return theme.finish(
        [*rows, _strip(shifts, windows)] if shifts else rows,
        title=_title(frame, windows, shifts),
        subtitle=(
            f"Bloc of {plural(len(states), 'state')} by period, states with the same history side "
            "by side. The number is written where a state comes into a bloc; pale: in doubt."
            + (" Grey: no stable blocs in that period." if any(c["grey"] for c in cells) else "")
        ),
        caption=caption or "Computed with multipolar.",
        description=f"Blocs of {len(states)} states over {len(windows)} periods.",
        gutter=_GUTTER,
        spacing=10,
    )


def _cells(frame: pl.DataFrame, windows: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """One row per state and period: bloc, doubt, and whether the period has stable blocs."""
    place = {w: i for i, w in enumerate(windows)}
    stable = {
        (r["since"], r["until"]): r["value"] == 1
        for r in frame.filter(pl.col("measure") == "stable_blocs").iter_rows(named=True)
    }
    doubt = {
        (r["state"], r["since"]): r["value"]
        for r in frame.filter(pl.col("measure") == "doubt").iter_rows(named=True)
    }
    blocs = frame.filter(pl.col("measure") == "bloc").sort("state", "since")
    cells: list[dict[str, Any]] = []
    last: dict[str, int] = {}
    for r in blocs.iter_rows(named=True):
        window, bloc = (r["since"], r["until"]), int(r["value"])
        grey = not stable.get(window, True)
        cells.append(
            {
                "state": r["state"],
                "period": place[window],
                "bloc": bloc,
                "shade": round(1 - 0.7 * (doubt.get((r["state"], r["since"])) or 0.0), 2),
                "grey": grey,
                "text": "" if grey or last.get(r["state"]) == bloc else str(bloc),
            }
        )
        last[r["state"]] = bloc
    return cells


def _ordered(cells: Sequence[dict[str, Any]], n_periods: int) -> list[str]:
    """States by their bloc in the last period, then the one before, and so on."""
    paths: dict[str, list[int]] = {}
    for cell in cells:
        paths.setdefault(cell["state"], [99] * n_periods)[cell["period"]] = cell["bloc"]
    return sorted(paths, key=lambda s: (paths[s][::-1], s))


def _colour(cells: Sequence[dict[str, Any]]) -> Any:
    blocs = sorted({c["bloc"] for c in cells})
    names = {b: _name(cells, b) for b in blocs}
    for cell in cells:
        cell["named"] = names[cell["bloc"]]
    return alt.Color(
        "named:N",
        scale=alt.Scale(
            domain=[names[b] for b in blocs],
            range=[_COLOURS[(b - 1) % len(_COLOURS)] for b in blocs],
        ),
        legend=alt.Legend(symbolType="square", symbolOpacity=1, columns=4, labelLimit=220),
    )


def _name(cells: Sequence[dict[str, Any]], bloc: int) -> str:
    """Number of a bloc and up to three members by which it is recognised, when last seen."""
    last = max(c["period"] for c in cells if c["bloc"] == bloc)
    members = [c for c in cells if c["bloc"] == bloc and c["period"] == last]
    known = {c["state"] for c in members}
    rest = [c["state"] for c in sorted(members, key=lambda c: (-c["shade"], c["state"]))]
    told = [*(s for s in _ANCHORS if s in known), *(s for s in rest if s not in _ANCHORS)][:3]
    return f"{bloc}: {', '.join(told)}{' …' if len(members) > 3 else ''}"


def _panel(
    cells: Sequence[dict[str, Any]],
    states: Sequence[str],
    windows: Sequence[tuple[int, int]],
    colour: Any,
    width: float,
    rows: int,
) -> Any:
    row = {s: i for i, s in enumerate(states)}
    drawn = [
        {**c, "row": row[c["state"]], "end": row[c["state"]] + 0.93, "right": c["period"] + 0.96}
        for c in cells
        if c["state"] in row
    ]
    x = alt.X(
        "period:Q",
        title=None,
        scale=alt.Scale(domain=[0, len(windows)], nice=False),
        axis=alt.Axis(
            orient="top",
            values=[i + 0.5 for i in range(len(windows))],
            labelExpr=_labels([_short(w) for w in windows]),
            labelFontSize=9,
            labelAngle=0 if width / len(windows) > 40 else -50,
            grid=False,
        ),
    )
    scale = alt.Scale(domain=[rows, 0], nice=False)
    y = alt.Y("row:Q", scale=scale, axis=None)
    base = alt.Chart(theme.inline(drawn)).encode(x=x, y=y)
    box = {"x2": "right:Q", "y2": "end:Q"}
    filled = (
        base.transform_filter("!datum.grey")
        .mark_rect()
        .encode(color=colour, opacity=alt.Opacity("shade:Q", scale=None), **box)
    )
    grey = base.transform_filter("datum.grey").mark_rect(color=_UNSTABLE).encode(**box)
    words = (
        base.transform_filter("datum.text != ''")
        .transform_calculate(middle="datum.period + 0.48", centre="datum.row + 0.5")
        .mark_text(fontSize=8.5, color=theme.INK)
        .encode(x="middle:Q", y=alt.Y("centre:Q", scale=scale, axis=None), text="text:N")
    )
    # Text and no axis: an axis would leave out labels where they come close.
    codes = (
        alt.Chart(theme.inline([{"code": s, "row": i + 0.5} for s, i in row.items()]))
        .mark_text(fontSize=8.5, align="right", color=theme.INK)
        .encode(x=alt.value(-4), y=alt.Y("row:Q", scale=scale, axis=None), text="code:N")
    )
    return theme.layer(filled, grey, words, codes).properties(width=width, height=rows * _ROW)


def _short(window: tuple[int, int]) -> str:
    first, last = window
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _labels(words: Sequence[str]) -> str:
    """Vega expression that turns a place on an axis into its word."""
    quoted = ", ".join("'" + w.replace("\\", "\\\\").replace("'", "\\'") + "'" for w in words)
    return f"[{quoted}][floor(datum.value)]"


def _shifts(frame: pl.DataFrame, windows: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Adjusted Rand index with the period before, and that between runs of one period."""
    place = {w[0]: i for i, w in enumerate(windows)}
    names = {"adjusted_rand": "", "adjusted_rand_within": "within_"}
    found: dict[int, dict[str, Any]] = {}
    for r in frame.filter(pl.col("measure").is_in(list(names))).iter_rows(named=True):
        row = found.setdefault(place[r["since"]], {"period": place[r["since"]] + 0.5})
        for key in ("value", "lower", "upper"):
            row[names[r["measure"]] + key] = r[key]
        if r["measure"] == "adjusted_rand":
            row["told"] = r["reason"]
    return [found[k] for k in sorted(found)]


def _strip(shifts: Sequence[dict[str, Any]], windows: Sequence[tuple[int, int]]) -> Any:
    x = alt.X(
        "period:Q",
        title=None,
        scale=alt.Scale(domain=[0, len(windows)], nice=False),
        axis=alt.Axis(
            values=[i + 0.5 for i in range(len(windows))],
            labelExpr=_labels([_short(w) for w in windows]),
            grid=False,
        ),
    )
    low = min(0.0, *(s["lower"] for s in shifts if s["lower"] is not None), 0.0)
    scale = alt.Scale(domain=[low, 1], nice=False)
    axis = alt.Axis(tickCount=3, minExtent=_GUTTER, maxExtent=_GUTTER)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", title=None, scale=scale, axis=axis)

    base = alt.Chart(theme.inline(shifts)).encode(x=x)
    band = base.mark_bar(color=_UNSTABLE, size=34).encode(y=y("within_lower"), y2="within_upper:Q")
    rule = base.mark_rule(color=theme.ACCENT, strokeWidth=2).encode(y=y("lower"), y2="upper:Q")
    point = base.mark_point(color=theme.ACCENT, filled=True, size=60, opacity=1).encode(
        y=y("value")
    )
    return theme.layer(band, rule, point).properties(
        width=theme.WIDTH - _GUTTER - 8,
        height=_STRIP,
        title=alt.TitleParams(
            "Likeness to the period before (adjusted Rand index, 1 the same blocs); grey: between "
            "runs of one period",
            fontSize=11.5,
            fontWeight="normal",
            color=theme.MUTED,
            anchor="start",
            offset=4,
        ),
    )


def _title(
    frame: pl.DataFrame, windows: Sequence[tuple[int, int]], shifts: Sequence[dict[str, Any]]
) -> str:
    last = frame.filter((pl.col("since") == windows[-1][0]) & (pl.col("state") != ""))
    changed = last.filter(pl.col("measure") == "changed")
    if changed.is_empty() or not shifts:
        return "Blocs period by period"
    moved = int(changed["value"].sum())
    told = str(shifts[-1].get("told") or "")
    return (
        f"{plural(moved, 'state')} of {changed.height} changed bloc between "
        f"{_long(windows[-2])} and {_long(windows[-1])} "
        f"(adjusted Rand {number(shifts[-1]['value'], 2)})" + (f": {told}" if told else "")
    )


def _long(window: tuple[int, int]) -> str:
    return str(window[0]) if window[0] == window[1] else f"{window[0]}-{window[1]}"
