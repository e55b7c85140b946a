"""How every picture looks: colours, shapes, type, titles, captions.

The four outcomes differ in colour and in shape, the colours stay apart for the common forms of
colour blindness (Okabe & Ito 2008) and in grey. Widths are in pixels of a page 900 wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

WIDTH = 880
INK = "#1d1d1b"
MUTED = "#62615c"
GRID = "#e4e3dd"
RULE = "#8d8b84"
PAPER = "#ffffff"
ACCENT = "#7a1f5c"  # the default specification and the subject: never an outcome's colour
FONT = "Arial, Helvetica, sans-serif"

OUTCOMES = ("supports", "contradicts", "inconclusive", "not_computable")
OUTCOME_WORDS = {
    "supports": "supports",
    "contradicts": "contradicts",
    "inconclusive": "inconclusive",
    "not_computable": "not computable",
}
OUTCOME_COLOURS = {
    "supports": "#0a6aa6",
    "contradicts": "#d4552b",
    "inconclusive": "#a9a69c",
    "not_computable": "#d8d6cf",
}
OUTCOME_SHAPES = {
    "supports": "circle",
    "contradicts": "diamond",
    "inconclusive": "square",
    "not_computable": "cross",
}

_FOR = ("for", "yes", "in favour", "joined", "imposed", "attended", "with", "aligned", "supports")
_AGAINST = ("against", "no", "opposed", "contradicts")
_BETWEEN = ("abstain", "abstained", "abstention", "between", "inconclusive", "mixed")
_SILENT = ("absent", "missing", "not voting", "non-voting", "did not vote", "unknown", "no data")
_SPARE = ("#3f8f6b", "#8a6bb1", "#b0822a", "#5aa7c7", "#a34e6f", "#6d7a3a")
_NARROW, _WIDE = set("iljtfrI.,:;'|!()[] "), set("mwMW@%")


def position_colours(positions: Sequence[str]) -> dict[str, str]:
    """Colour per position: the same word has the same colour in every picture.

    Examples
    --------
    >>> position_colours(["no", "yes"])["yes"] == OUTCOME_COLOURS["supports"]
    True
    """
    spare = iter(_SPARE * (1 + len(positions) // len(_SPARE)))
    return {p: _fixed_colour(p) or next(spare) for p in positions}


def position_rank(position: str) -> int:
    """Order of a position in stacks and legends: for, between, against, silent, anything else."""
    groups = (_FOR, _BETWEEN, _AGAINST, _SILENT)
    word = position.casefold()
    return next((i for i, group in enumerate(groups) if word in group), 2)


def _fixed_colour(position: str) -> str | None:
    word = position.casefold()
    for group, colour in (
        (_FOR, OUTCOME_COLOURS["supports"]),
        (_AGAINST, OUTCOME_COLOURS["contradicts"]),
        (_BETWEEN, "#e6c66e"),
        (_SILENT, "#d8d6cf"),
    ):
        if word in group:
            return colour
    if word.startswith(("not ", "did not", "no ")):
        return "#c9c6bd"
    return None


def readable_on(colour: str) -> str:
    """Ink or paper, whichever can be read on ``colour`` (relative luminance of WCAG 2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if luminance > 0.24 else PAPER


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in pixels of a line set in the charts' font, to about five per cent."""
    units = sum(
        0.3 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.55 for c in text
    )
    return units * size * (1.06 if bold else 1.0)


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines of ``text`` that fit ``width`` pixels; a single longer word is left whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def config() -> dict[str, Any]:
    """Vega-Lite configuration shared by every chart."""
    return {
        "aria": False,
        "background": PAPER,
        "font": FONT,
        "padding": {"left": 10, "right": 14, "top": 10, "bottom": 8},
        "view": {"stroke": None},
        "concat": {"spacing": 6},
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": 17,
            "fontWeight": "bold",
            "lineHeight": 21,
            "subtitleColor": MUTED,
            "subtitleFontSize": 12.5,
            "subtitleLineHeight": 17,
            "subtitlePadding": 5,
            "offset": 14,
        },
        "axis": {
            "labelColor": INK,
            "labelFontSize": 12,
            "titleColor": MUTED,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "labelLimit": 400,
            "titleLimit": 700,
        },
        "legend": {
            "orient": "top",
            "title": None,
            "labelColor": INK,
            "labelFontSize": 12,
            "labelLimit": 400,
            "symbolSize": 90,
            "symbolStrokeWidth": 1,
            "offset": 4,
        },
        "rule": {"color": RULE},
        "text": {"color": INK, "fontSize": 12},
    }


def inline(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Data of a chart; a tuple, because Altair copies lists deeply at every layer."""
    return alt.Data(values=tuple(rows))


class _Settled(alt.FacetedEncoding):
    """An encoding in its final form: Altair, which copies deeply at each composition, shares it."""

    def __deepcopy__(self, memo: object) -> _Settled:
        return self


def layer(*parts: Any, **properties: Any) -> Any:
    """Lay charts over one another, as ``altair.layer`` does; their encodings are final then."""
    return alt.LayerChart(layer=[_settled(part) for part in parts], **properties)


def _settled(chart: Any) -> Any:
    if not isinstance(chart, alt.Chart) or not isinstance(chart.encoding, alt.FacetedEncoding):
        return chart
    settled = chart.copy(deep=False)
    settled.encoding = _Settled(**chart.encoding._kwds)  # noqa: SLF001 - no public way to list them
    return settled


def finish(
    parts: Sequence[Any],
    *,
    title: str,
    subtitle: str,
    caption: str,
    description: str,
    gutter: int,
    spacing: int = 6,
) -> Any:
    """Stack the parts, set what is seen above them and source and date below.

    ``gutter`` is the width taken by the axis at the left of every part, so that title, labels and
    caption share one left edge.
    """
    lines = wrap(caption, WIDTH, 11)
    foot = (
        alt.Chart(inline([{"line": i, "text": t} for i, t in enumerate(lines)]))
        .mark_text(align="left", baseline="top", fontSize=11, color=MUTED, dx=-gutter)
        .encode(
            x=alt.value(0),
            y=alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[-0.6, len(lines)], reverse=True)),
            text="text:N",
        )
        .properties(width=WIDTH - gutter, height=15 * len(lines) + 9)
    )
    heading = alt.TitleParams(
        text=wrap(title, WIDTH, 17, bold=True), subtitle=wrap(subtitle, WIDTH, 12.5)
    )
    return alt.vconcat(
        *parts,
        foot,
        spacing=spacing,
        title=heading,
        description=description,
        config=alt.Config(**config()),
    )


def outcome_scales() -> tuple[Any, Any]:
    """Colour scale and shape scale of the four outcomes."""
    colour = alt.Scale(domain=list(OUTCOMES), range=[OUTCOME_COLOURS[o] for o in OUTCOMES])
    shape = alt.Scale(domain=list(OUTCOMES), range=[OUTCOME_SHAPES[o] for o in OUTCOMES])
    return colour, shape


def caption(verdict: Mapping[str, Any]) -> str:
    """Name the sources, the end of their record and the program, in one line."""
    sources = verdict.get("sources") or []
    names = list(dict.fromkeys(str(s.get("publisher") or s.get("source")) for s in sources))
    parts = [f"Source: {'; '.join(names)}." if names else "Source: given by the user."]
    if verdict.get("record_ends"):
        parts.append(f"The record ends on {verdict['record_ends']}.")
    version = (verdict.get("versions") or {}).get("multipolar")
    parts.append(f"Computed with multipolar {version}." if version else "")
    return " ".join(p for p in parts if p)
