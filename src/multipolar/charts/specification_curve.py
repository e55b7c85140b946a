"""Specification curve: every estimate in order, and below it the options that gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import (
    choice_label,
    drawn_words,
    join,
    nearest_questions,
    option_label,
    panel_words,
    percent,
    plural,
    same_option,
    sentence,
)

_GUTTER = 236
_GAP = 0.09
_PER_ROW = 4
_MOST = 4  # questions drawn; beyond that the picture is longer than it is telling
_DRAWN = 420  # marks across one row; a page 900 pixels wide cannot show more apart
_HEADER_SIZE = 12.5


@dataclass(slots=True)
class _Panel:
    """One question: its words, its specifications in order, and what is not drawn."""

    key: str
    words: str
    shares: Mapping[str, float]
    total: int
    rows: list[dict[str, Any]]
    step: int
    offset: float = 0.0
    header: list[str] = field(default_factory=list)
    tally: list[str] = field(default_factory=list)


def draw_specification_curve(
    frame: pl.DataFrame,
    verdict: Mapping[str, Any],
    *,
    thresholds: Sequence[tuple[float, str]] = ((0.0, "no difference"),),
    unit: str = "estimate",
) -> Any:
    """Draw the sorted estimates of every panel with the choices behind each.

    Parameters
    ----------
    frame : polars.DataFrame, one row per specification
        Columns ``panel``, one per choice, ``estimate``, ``lower``, ``upper`` (in the unit of the
        claim), ``outcome``, ``is_default``.
    verdict : mapping
        ``Verdict.to_dict()``: ``claim``, ``choices``, ``panels``.
    thresholds : sequence of (value, words)
        Dashed lines: no effect, smallest effect of interest.
    unit : str
        What the vertical axis shows.

    Returns
    -------
    altair chart
        Points sorted within each panel; panels are never mixed. Above 420 specifications in a row
        only every k-th is drawn (the first, the last and the default always); the chart says so.

    Notes
    -----
    Shows how far choices move the estimate. The height of a stretch of the curve is no probability.

    References
    ----------
    Simonsohn, Simmons & Nelson 2020, https://doi.org/10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"panel": ["all"], "metric": ["kappa"], "estimate": [0.2],
    ...     "lower": [0.1], "upper": [0.3], "outcome": ["supports"], "is_default": [True]})
    >>> verdict = {"claim": {"title": "Toy"}, "choices": [{"name": "metric", "options": ["kappa"]}],
    ...     "panels": [{"key": "all", "words": "all", "shares": {"supports": 1.0}, "n": 1}]}
    >>> type(draw_specification_curve(frame, verdict)).__name__
    'VConcatChart'
    """
    panels = _panels(frame, verdict)
    nearest = nearest_questions(verdict, [p.key for p in panels], _MOST)
    shown = [next(p for p in panels if p.key == k) for k in nearest]
    rows = _rows(shown)
    shared = _similar_scale(shown)
    parts: list[Any] = [_key_chart()] if rows else []
    for row in rows if shared else [[p] for p in shown]:
        _place(row)
        domain, cut = _domain(shown if shared else row, thresholds)
        parts += [
            _header_chart(row),
            _curve_chart(row, domain, thresholds, cut=cut),
            _matrix_chart(row, _varying_choices(frame, verdict, row)),
        ]
    return theme.finish(
        parts,
        title=_title(panels),
        subtitle=_subtitle(panels, shown, verdict, unit),
        caption=theme.caption(verdict),
        description=_describe(panels, verdict),
        gutter=_GUTTER,
    )


def _panels(frame: pl.DataFrame, verdict: Mapping[str, Any]) -> list[_Panel]:
    built: list[_Panel] = []
    if not frame.height:
        return built
    per_panel = max(24, _DRAWN // max(1, min(_PER_ROW, len(verdict["panels"]))))
    words = panel_words(verdict)
    for panel in verdict["panels"]:
        part = frame.filter(pl.col("panel") == panel["key"])
        known = part.filter(pl.col("estimate").is_not_null() & pl.col("estimate").is_finite())
        known = _with_default(known.sort("estimate", maintain_order=True), panel)
        rows, step = _thin(known.to_dicts(), per_panel)
        built.append(
            _Panel(
                panel["key"],
                words[panel["key"]],
                panel.get("shares") or {},
                part.height,
                rows,
                step,
            )
        )
    return built


def _with_default(rows: pl.DataFrame, panel: Mapping[str, Any]) -> pl.DataFrame:
    """Mark the default specification of the panel, not of the first question alone."""
    spec = (panel.get("default") or {}).get("spec")
    if spec is None or "spec" not in rows.columns:
        return rows
    return rows.with_columns(is_default=pl.col("spec") == spec)


def _thin(rows: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], int]:
    """Every k-th row in order, and always the first, the last and the default."""
    step = -(-len(rows) // limit) if rows else 1
    last = len(rows) - 1
    kept = [r for i, r in enumerate(rows) if i % step == 0 or i == last or r.get("is_default")]
    return kept, step


def _varying_choices(
    frame: pl.DataFrame, verdict: Mapping[str, Any], row: list[_Panel]
) -> list[dict[str, Any]]:
    """Choices that differ inside a panel of the row; the others are the panels themselves."""
    frame = frame.filter(pl.col("panel").is_in([p.key for p in row])) if frame.height else frame
    kept = []
    for choice in verdict["choices"]:
        if choice["name"] not in frame.columns or not frame.height:
            continue
        within = frame.group_by("panel").agg(pl.col(choice["name"]).n_unique().alias("n"))
        if within["n"].max() != 1:
            kept.append(dict(choice))
    return kept


def _rows(panels: list[_Panel]) -> list[list[_Panel]]:
    """Panels in as few rows as hold them, filled evenly."""
    n_rows = max(1, -(-len(panels) // _PER_ROW))
    size = -(-len(panels) // n_rows)
    return [panels[i : i + size] for i in range(0, len(panels), size)] if panels else []


def _place(row: list[_Panel]) -> list[_Panel]:
    """Set panels side by side on one axis, each one unit wide."""
    width = (theme.WIDTH - _GUTTER) / (len(row) + _GAP * (len(row) - 1))
    for position, panel in enumerate(row):
        panel.offset = position * (1 + _GAP)
        panel.header = theme.wrap(sentence(panel.words), width, _HEADER_SIZE, bold=True)
        panel.tally = theme.wrap(_tally(panel), width, _HEADER_SIZE)
        for i, spec in enumerate(panel.rows):
            spec["x0"] = panel.offset + i / len(panel.rows)
            spec["x1"] = panel.offset + (i + 1) / len(panel.rows)
            spec["x"] = (spec["x0"] + spec["x1"]) / 2
    return row


def _similar_scale(panels: list[_Panel]) -> bool:
    """Whether one vertical axis serves all panels: spreads within a factor of eight."""
    spreads = [
        max(abs(r["estimate"]) for r in p.rows)
        for p in panels
        if p.rows and any(r["estimate"] for r in p.rows)
    ]
    return not spreads or max(spreads) <= 8 * min(spreads)


def _domain(
    row: list[_Panel], thresholds: Sequence[tuple[float, str]]
) -> tuple[tuple[float, float], bool]:
    """Range of the vertical axis, and whether it cuts intervals far longer than the curve."""
    estimates = [r["estimate"] for p in row for r in p.rows] or [0.0]
    ends = [r[k] for p in row for r in p.rows for k in ("lower", "upper") if r.get(k) is not None]
    marks = [*estimates, *(value for value, _ in thresholds)]
    low, high = min(marks), max(marks)
    room = 1.5 * (high - low) or 1.0
    bottom = max(low - room, min([*ends, low]))
    top = min(high + room, max([*ends, high]))
    pad = 0.06 * (top - bottom) or 0.5
    cut = bool(ends) and (min(ends) < bottom or max(ends) > top)
    return (bottom - pad, top + pad), cut


def _scale_x(row: list[_Panel]) -> Any:
    return alt.Scale(domain=[0, len(row) + _GAP * (len(row) - 1)], nice=False, zero=False)


def _key_chart() -> Any:
    """Shapes and colours of the outcomes, once, above the first row."""
    left, values = 5.0, []
    words = {o: theme.OUTCOME_WORDS[o] for o in theme.OUTCOMES if o != "not_computable"}
    for name, text in {**words, "default": "default specification"}.items():
        values.append({"x": left, "text": text, "name": name})
        left += theme.text_width(text, 12) + 40
    scale = alt.Scale(domain=[0, theme.WIDTH - _GUTTER], nice=False)
    base = alt.Chart(theme.inline(values)).encode(x=alt.X("x:Q", axis=None, scale=scale))
    colour, shape = theme.outcome_scales()
    mark = base.transform_filter("datum.name != 'default'").mark_point(
        filled=True, opacity=1, size=70
    )
    mark = mark.encode(
        color=alt.Color("name:N", scale=colour, legend=None),
        shape=alt.Shape("name:N", scale=shape, legend=None),
    )
    ring = base.transform_filter("datum.name == 'default'").mark_point(
        size=130, filled=False, stroke=theme.ACCENT, strokeWidth=2, opacity=1
    )
    label = base.mark_text(align="left", dx=10, fontSize=12).encode(text="text:N")
    return theme.layer(mark, ring, label).properties(width=theme.WIDTH - _GUTTER, height=22)


def _header_chart(row: list[_Panel]) -> Any:
    deepest = max(len(p.header) + len(p.tally) for p in row) - 1
    lines = []
    for panel in row:
        both = [*((t, "bold") for t in panel.header), *((t, "") for t in panel.tally)]
        for i, (text, weight) in enumerate(both):
            lines.append({"x": panel.offset, "line": i, "text": text, "weight": weight})
    base = alt.Chart(theme.inline(lines)).encode(
        x=alt.X("x:Q", axis=None, scale=_scale_x(row)),
        y=alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[-1, deepest + 1], reverse=True)),
        text="text:N",
    )
    style = {"align": "left", "baseline": "top", "fontSize": _HEADER_SIZE}
    heads = base.transform_filter("datum.weight == 'bold'").mark_text(fontWeight="bold", **style)
    tallies = base.transform_filter("datum.weight == ''").mark_text(color=theme.MUTED, **style)
    return (heads + tallies).properties(width=theme.WIDTH - _GUTTER, height=17 * (deepest + 2))


def _tally(panel: _Panel) -> str:
    missing = panel.shares.get("not_computable", 0.0)
    text = f"{percent(panel.shares.get('supports', 0.0))} of {panel.total:,} support"
    return text + (f", {percent(missing)} not computable" if missing else "")


def _curve_chart(
    row: list[_Panel],
    domain: tuple[float, float],
    thresholds: Sequence[tuple[float, str]],
    *,
    cut: bool,
) -> Any:
    keys = ("x", "estimate", "lower", "upper", "outcome", "is_default")
    values = [{k: _short(r.get(k)) for k in keys} for p in row for r in p.rows]
    if cut:
        for v in values:
            v["lower"] = None if v["lower"] is None else max(v["lower"], domain[0])
            v["upper"] = None if v["upper"] is None else min(v["upper"], domain[1])
    colour, shape = theme.outcome_scales()
    base = alt.Chart(theme.inline(values))
    x = alt.X("x:Q", axis=None, scale=_scale_x(row))
    y = alt.Y(
        "estimate:Q",
        title=None,
        scale=alt.Scale(domain=list(domain), nice=False, zero=False),
        axis=_gutter_axis(grid=True, tickCount=5),
    )
    dense = max(len(p.rows) for p in row) > 60
    size = 16 if dense else 42
    intervals = base.mark_rule(opacity=0.42, strokeWidth=1 if dense else 1.6, clip=True).encode(
        x=x,
        y=alt.Y("lower:Q", scale=alt.Scale(domain=list(domain), nice=False, zero=False)),
        y2="upper:Q",
        color=alt.Color("outcome:N", scale=colour, legend=None),
    )
    points = base.mark_point(filled=True, opacity=1, size=size).encode(
        x=x,
        y=y,
        color=alt.Color("outcome:N", scale=colour, legend=None),
        shape=alt.Shape("outcome:N", scale=shape, legend=None),
    )
    layers = [*_threshold_layers(domain, thresholds), intervals, points]
    layers += _default_layers(base, x, y)
    return theme.layer(*layers).properties(width=theme.WIDTH - _GUTTER, height=230)


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _gutter_axis(**options: Any) -> Any:
    return alt.Axis(minExtent=_GUTTER - 12, maxExtent=_GUTTER - 12, **options)


def _threshold_layers(
    domain: tuple[float, float], thresholds: Sequence[tuple[float, str]]
) -> list[Any]:
    seen = [
        {"value": v, "words": theme.wrap(w, _GUTTER - 84, 11)}
        for v, w in thresholds
        if domain[0] <= v <= domain[1]
    ]
    if not seen:
        return []
    base = alt.Chart(theme.inline(seen)).encode(
        y=alt.Y("value:Q", scale=alt.Scale(domain=list(domain), nice=False, zero=False))
    )
    line = base.mark_rule(strokeDash=[5, 4], color=theme.INK, strokeWidth=1)
    label = base.mark_text(
        align="left", baseline="middle", dx=-_GUTTER, fontSize=11, lineHeight=13, color=theme.MUTED
    ).encode(x=alt.value(0), text="words:N")
    return [line, label]


def _default_layers(base: Any, x: Any, y: Any) -> list[Any]:
    chosen = base.transform_filter("datum.is_default")
    ring = chosen.mark_point(
        size=190, filled=False, stroke=theme.ACCENT, strokeWidth=2, opacity=1, shape="circle"
    )
    return [ring.encode(x=x, y=y)]


def _matrix_chart(row: list[_Panel], choices: list[dict[str, Any]]) -> Any:
    lines, cells = _matrix_rows(row, choices)
    order = [line["row"] for line in lines]
    bold = " || ".join(f"datum.value == {_quoted(c['row'])}" for c in lines if c["head"]) or "false"
    words = {line["row"]: line["words"] for line in lines}
    expr = " : ".join(f"datum.value == {_quoted(k)} ? {_quoted(w)}" for k, w in words.items())
    colour, _ = theme.outcome_scales()
    y = alt.Y(
        "row:N",
        title=None,
        scale=alt.Scale(domain=order, paddingInner=0.1, paddingOuter=0),
        axis=alt.Axis(
            labelExpr=f"{expr} : ''" if expr else "",
            labelAlign="left",
            labelPadding=_GUTTER,
            labelLimit=_GUTTER - 10,
            labelFontSize=11,
            labelFontWeight={"condition": {"test": bold, "value": "bold"}, "value": "normal"},
            minExtent=_GUTTER,
            maxExtent=_GUTTER,
        ),
    )
    grid_rows = [line for line in lines if not line["head"]]
    tracks = [
        {"row": line["row"], "x0": p.offset, "x1": p.offset + 1} for line in grid_rows for p in row
    ]
    x = {"x": alt.X("x0:Q", axis=None, scale=_scale_x(row)), "x2": "x1:Q"}
    track = alt.Chart(theme.inline(tracks)).mark_bar(color="#f5f4ef", height={"band": 0.86})
    cell = alt.Chart(theme.inline(cells)).mark_bar(height={"band": 0.62}, strokeWidth=0)
    filled = cell.encode(y=y, color=alt.Color("outcome:N", scale=colour, legend=None), **x)
    return theme.layer(track.encode(y=y, **x), filled).properties(
        width=theme.WIDTH - _GUTTER, height=max(1, 15 * len(lines))
    )


def _matrix_rows(
    row: list[_Panel], choices: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines of the matrix (a heading per choice, a line per option), and their filled parts."""
    lines: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for choice in choices:
        name = choice["name"]
        lines.append({"row": f"{name}|", "words": choice_label(name), "head": True})
        for option in choice["options"]:
            key = f"{name}|{option}"
            lines.append({"row": key, "words": "   " + option_label(choice, option), "head": False})
            for panel in row:
                # A choice that does not vary in a question says nothing there.
                if len({str(spec.get(name)) for spec in panel.rows}) > 1:
                    cells += _stretches(panel, name, option, key)
    return lines, cells


def _stretches(panel: _Panel, name: str, option: Any, key: str) -> list[dict[str, Any]]:
    """Neighbours on the curve with the same option and outcome, as one bar."""
    found: list[dict[str, Any]] = []
    previous = -2
    for i, spec in enumerate(panel.rows):
        if not same_option(spec.get(name), option):
            continue
        if found and previous == i - 1 and found[-1]["outcome"] == spec["outcome"]:
            found[-1]["x1"] = _short(spec["x1"])
        else:
            found.append(
                {
                    "row": key,
                    "x0": _short(spec["x0"]),
                    "x1": _short(spec["x1"]),
                    "outcome": spec["outcome"],
                }
            )
        previous = i
    return found


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _title(panels: list[_Panel]) -> str:
    shares = [(p.words, p.shares.get("supports", 0.0)) for p in panels]
    if not shares:
        return "No specification could be computed"
    if len(shares) == 1:
        return f"{percent(shares[0][1])} of specifications support the claim"
    low, high = min(s for _, s in shares), max(s for _, s in shares)
    if high - low < 0.005:
        return f"{percent(low)} of specifications support the claim, whatever the question"

    def named(share: float) -> str:
        words = [w for w, s in shares if abs(s - share) < 0.005]
        text = f" ({join(words)})"
        return text if len(words) <= 2 and len(text) <= 80 else ""

    return (
        f"Support runs from {percent(low)} of specifications{named(low)} "
        f"to {percent(high)}{named(high)}"
    )


def _subtitle(
    panels: list[_Panel], shown: list[_Panel], verdict: Mapping[str, Any], unit: str
) -> str:
    total = sum(p.total for p in panels)
    kept = [c for c in verdict["choices"] if len(c["options"]) > 1]
    names = join([choice_label(c["name"]) for c in kept])
    text = f"{sentence(unit)}. Every estimate in order, {plural(total, 'specification')}"
    text += f" over {names}." if names else "."
    ranged = any(_has_width(r) for p in shown for r in p.rows)
    text += " Each point is one specification" + (" with its interval" if ranged else "")
    text += "; the bars below it show its options."
    text += drawn_words(min(_MOST, len(panels)), len(panels))
    step = max((p.step for p in shown), default=1)
    if step > 1:
        drawn, held = sum(len(p.rows) for p in shown), sum(p.total for p in shown)
        text += f" Drawn: {drawn:,} of {held:,} points; shares count all."
    return text


def _has_width(row: Mapping[str, Any]) -> bool:
    return row.get("lower") is not None and row["lower"] < row["upper"]


def _describe(panels: list[_Panel], verdict: Mapping[str, Any]) -> str:
    title = (verdict.get("claim") or {}).get("title", "")
    parts = [
        f"{p.words}: {p.total} specifications, "
        + join([f"{percent(v)} {theme.OUTCOME_WORDS.get(k, k)}" for k, v in p.shares.items()])
        for p in panels
    ]
    return f"Specification curve of {title!r}. " + "; ".join(parts) + "."
