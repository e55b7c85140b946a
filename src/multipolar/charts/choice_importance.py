"""Which choices move the estimate: first-order and total shares of its variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from multipolar.charts import theme
from multipolar.charts._words import (
    choice_label,
    drawn_words,
    nearest_questions,
    percent,
    sentence,
)

_GUTTER = 178
_PER_ROW = 4
_MOST = 4
_ALONE = "#4b4a63"
_TOTAL = "#c4c3d4"
_HEADER_SIZE = 12.5


def draw_choice_importance(verdict: Mapping[str, Any]) -> Any:
    """Draw how much of the spread of estimates each choice accounts for, panel by panel.

    Parameters
    ----------
    verdict : mapping
        ``Verdict.to_dict()``; each panel's ``importance`` is ``{choice: [first, total]}``, shares
        of the variance in [0, 1]: 0 the choice moves nothing, 1 it moves everything.

    Returns
    -------
    altair chart
        One row per choice, dark bar: on its own; light bar: with its interactions.

    Notes
    -----
    Says what moves the estimate, not which option is right.

    References
    ----------
    Sobol 2001, https://doi.org/10.1016/S0378-4754(00)00270-6.

    Examples
    --------
    >>> verdict = {"claim": {}, "choices": [],
    ...     "panels": [{"key": "all", "words": "all", "importance": {"metric": [0.5, 0.6]}}]}
    >>> type(draw_choice_importance(verdict)).__name__
    'VConcatChart'
    """
    found = [p for p in verdict["panels"] if p.get("importance")]
    kept = nearest_questions(verdict, [p["key"] for p in found], _MOST)
    panels = [next(p for p in found if p["key"] == k) for k in kept]
    order = _order(panels)
    size = max(1, -(-len(panels) // max(1, -(-len(panels) // _PER_ROW))))
    rows = [panels[i : i + size] for i in range(0, len(panels), size)]
    parts = []
    for row in rows:
        width = (theme.WIDTH - _GUTTER - 40 * (size - 1)) / size
        heads = [theme.wrap(sentence(p.get("words") or p["key"]), width, _HEADER_SIZE) for p in row]
        depth = max(len(h) for h in heads)
        charts = [
            _panel_chart(p, order, width, [*h, *[" "] * (depth - len(h))], labels=i == 0)
            for i, (p, h) in enumerate(zip(row, heads, strict=True))
        ]
        parts.append(alt.hconcat(*charts, spacing=40, bounds="flush"))
    return theme.finish(
        parts,
        title=_title(panels, order),
        subtitle=(
            "Share of the variance of the estimates. Dark: the choice on its own; "
            "light: together with its interactions with other choices."
            + drawn_words(len(panels), len(found))
        ),
        caption=theme.caption(verdict),
        description=_describe(panels),
        gutter=_GUTTER,
    )


def _order(panels: list[Any]) -> list[str]:
    """Choices by their mean total share, largest first; those that never vary left out."""
    totals: dict[str, list[float]] = {}
    for panel in panels:
        for name, (_, total) in panel["importance"].items():
            totals.setdefault(name, []).append(total or 0.0)
    ranked = sorted(totals, key=lambda n: (-sum(totals[n]) / len(totals[n]), n))
    return [n for n in ranked if any(totals[n])] or ranked


def _panel_chart(
    panel: Any, order: list[str], width: float, head: list[str], *, labels: bool
) -> Any:
    values = [
        {
            "choice": choice_label(name),
            "first": panel["importance"][name][0] or 0.0,
            "total": panel["importance"][name][1] or 0.0,
            "label": percent(panel["importance"][name][1]),
        }
        for name in order
        if name in panel["importance"]
    ]
    axis = (
        alt.Axis(
            labelAlign="left",
            labelPadding=_GUTTER,
            labelLimit=_GUTTER - 10,
            minExtent=_GUTTER,
            maxExtent=_GUTTER,
        )
        if labels
        else None
    )
    y = alt.Y(
        "choice:N",
        title=None,
        axis=axis,
        scale=alt.Scale(domain=[choice_label(n) for n in order], paddingInner=0.25),
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    ticks = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], title=None, labelFontSize=11)
    if width < 200:
        ticks = alt.Axis(format=".0%", values=[0, 0.5, 1], title=None, labelFontSize=11)
    base = alt.Chart(theme.inline(values))
    total = base.mark_bar(color=_TOTAL, height={"band": 0.86})
    first = base.mark_bar(color=_ALONE, height={"band": 0.42})
    text = base.mark_text(align="left", dx=5, fontSize=11.5)
    return theme.layer(
        total.encode(x=alt.X("total:Q", scale=scale, axis=ticks), y=y),
        first.encode(x=alt.X("first:Q", scale=scale, axis=ticks), y=y),
        text.encode(x=alt.X("total:Q", scale=scale, axis=ticks), y=y, text="label:N"),
    ).properties(
        width=width,
        height=24 * len(order),
        title=alt.TitleParams(
            text=head, fontSize=_HEADER_SIZE, lineHeight=16, offset=8, frame="group"
        ),
    )


def _title(panels: list[Any], order: list[str]) -> str:
    if not order:
        return "No choice was left open, so none can matter"
    leaders = {
        max(p["importance"], key=lambda n: (p["importance"][n][1] or 0.0, n))
        for p in panels
        if any(t for _, t in p["importance"].values())
    }
    if not leaders:
        return "No choice moves the estimate"
    if len(leaders) == 1:
        return f"What moves the estimate most: {choice_label(leaders.pop())}"
    return f"What moves the estimate most depends on the question: {_listed(leaders)}"


def _listed(names: set[str]) -> str:
    return ", ".join(choice_label(n) for n in sorted(names))


def _describe(panels: list[Any]) -> str:
    parts = []
    for panel in panels:
        shares = ", ".join(
            f"{choice_label(n)} {percent(first)} alone and {percent(total)} in total"
            for n, (first, total) in panel["importance"].items()
        )
        parts.append(f"{panel.get('words') or panel['key']}: {shares}")
    return "Share of the variance of estimates by choice. " + "; ".join(parts) + "."
