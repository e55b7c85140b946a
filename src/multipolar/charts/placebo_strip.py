"""Where the subject stands when the same question is asked of every other state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    plural,
    sentence,
)

_RADIUS = 3.4
_LABEL_SIZE = 11.5
_LABEL_LINE = 14
_SIDE = 12
_NAMED = 3
_MOST = 4


def draw_placebo_strip(
    placebos: pl.DataFrame,
    verdict: Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    unit: str = "estimate",
) -> Any:
    """Draw one mark per state under the default specification, the subject among them.

    Parameters
    ----------
    placebos : polars.DataFrame, one row per (panel, state)
        Columns ``panel``, ``state``, ``estimate`` (unit of the claim), ``is_subject``.
    verdict : mapping
        ``Verdict.to_dict()``; ``panels[].placebo_states`` gives rank and number.
    names : mapping, optional
        Name by state code; the code stands where there is none.
    unit : str
        Title of the horizontal axis.

    Returns
    -------
    altair chart
        One strip per panel; marks that would touch are stacked, the position on the axis is exact.

    Notes
    -----
    Being extreme among other states is not the same as being caused by the event in the claim.

    Examples
    --------
    >>> import polars as pl
    >>> placebos = pl.DataFrame({"panel": ["all", "all"], "state": ["RUS", "CHN"],
    ...     "estimate": [-0.2, 0.1], "is_subject": [True, False]})
    >>> verdict = {"claim": {}, "panels": [{"key": "all", "words": "all"}]}
    >>> type(draw_placebo_strip(placebos, verdict)).__name__
    'VConcatChart'
    """
    known = placebos.filter(pl.col("estimate").is_not_null() & pl.col("estimate").is_finite())
    words = panel_words(verdict)
    found = [k for k in words if known.filter(pl.col("panel") == k).height]
    keys = nearest_questions(verdict, found, _MOST)
    named = dict(names or {})
    panels = {p["key"]: p for p in verdict["panels"]}
    domains = _domains(known, keys)
    parts = [
        _strip(
            known.filter(pl.col("panel") == k),
            panels[k],
            words[k],
            named,
            domains[k],
            unit if k == keys[-1] else "",
        )
        for k in keys
    ]
    return theme.finish(
        parts,
        title=_title(known, keys, words, named, verdict),
        subtitle=(
            "The default specification asked of every state on which the record allows it. "
            "One dot is one state." + drawn_words(len(keys), len(found))
        ),
        caption=theme.caption(verdict),
        description=_describe(known, keys, words, named),
        gutter=_SIDE,
        spacing=16,
    )


def rank_words(placebos: pl.DataFrame, key: str, names: Mapping[str, str], extreme: str) -> str:
    """Say how many states lie beyond the subject, and name them where they are few.

    ``extreme`` is the end of the axis, "low" or "high", on which the subject stands.
    """
    part = placebos.filter((pl.col("panel") == key) & pl.col("estimate").is_not_null())
    own = part.filter(pl.col("is_subject"))
    if not own.height:
        return ""
    value = own["estimate"][0]
    beyond = pl.col("estimate") < value if extreme == "low" else pl.col("estimate") > value
    others = part.filter(~pl.col("is_subject"))
    further = others.filter(beyond).sort("estimate", "state", descending=extreme == "high")
    side = "lower" if extreme == "low" else "higher"
    listed = [names.get(s, s) for s in further["state"]]
    if not listed:
        return f"none of {others.height} other states stands {side}"
    if len(listed) <= 4:
        return f"of {others.height} other states only {join(listed)} {_stand(listed)} {side}"
    return f"{plural(len(listed), 'state')} of {others.height} others stand {side}"


def nearer_end(placebos: pl.DataFrame, key: str) -> str:
    """End of the axis ("low" or "high") to which the subject is closer by rank."""
    part = placebos.filter((pl.col("panel") == key) & pl.col("estimate").is_not_null())
    own = part.filter(pl.col("is_subject"))
    if not own.height:
        return "low"
    value = own["estimate"][0]
    below = part.filter(pl.col("estimate") < value).height
    above = part.filter(pl.col("estimate") > value).height
    return "low" if below <= above else "high"


def _stand(listed: Sequence[str]) -> str:
    return "stands" if len(listed) == 1 else "stand"


def _domains(known: pl.DataFrame, keys: list[str]) -> dict[str, tuple[float, float]]:
    """Range of the axis by panel: one for all, unless one panel's range dwarfs another's."""
    ranges = {}
    for key in keys:
        values = known.filter(pl.col("panel") == key)["estimate"].to_list()
        pad = 0.03 * (max(values) - min(values)) or 0.5
        ranges[key] = (min(values) - pad, max(values) + pad)
    low = min((r[0] for r in ranges.values()), default=0.0)
    high = max((r[1] for r in ranges.values()), default=1.0)
    dwarfed = any(high - low > 4 * (b - a) for a, b in ranges.values())
    return ranges if dwarfed else dict.fromkeys(keys, (low, high))


def _strip(
    part: pl.DataFrame,
    panel: Any,
    words: str,
    names: Mapping[str, str],
    domain: tuple[float, float],
    unit: str,
) -> Any:
    rows = part.sort("estimate", "state").to_dicts()
    width = theme.WIDTH - 2 * _SIDE
    _swarm(rows, domain, width)
    labels = _labels(rows, names, width)
    lift = max((r["dy"] for r in rows), default=0.0) + _RADIUS + 2
    label_room = _LABEL_LINE * (1 + max((lab["level"] for lab in labels), default=0)) + 8
    floor = lift + label_room + max((r["dy"] for r in rows), default=0.0) + 2 * _RADIUS + 2
    middle = lift + label_room
    x_options = {
        "title": unit or None,
        "scale": alt.Scale(domain=list(domain), nice=False, zero=False),
        "axis": alt.Axis(grid=True, tickCount=7),
    }
    x = alt.X("estimate:Q", **x_options)

    def at(pixel: float) -> float:
        return domain[0] + pixel / width * (domain[1] - domain[0])

    height = round(floor)
    values = [
        {
            "state": r["state"],
            "estimate": float(f"{r['estimate']:.6g}"),
            "is_subject": bool(r["is_subject"]),
            "y": round(middle + r["side"] * r["dy"], 1),
        }
        for r in rows
    ]
    y_scale = alt.Scale(domain=[0, height], reverse=True, nice=False)
    blank = alt.Axis(labels=False, grid=False, title=None, minExtent=_SIDE, maxExtent=_SIDE)
    y = alt.Y("y:Q", axis=blank, scale=y_scale)
    dots = alt.Chart(theme.inline(values)).encode(x=x, y=y)
    others = dots.transform_filter("!datum.is_subject").mark_circle(
        size=3.14 * _RADIUS**2, color="#8f8d85", opacity=0.85
    )
    subject = dots.transform_filter("datum.is_subject").mark_point(
        size=120, shape="diamond", filled=True, color=theme.ACCENT, opacity=1
    )
    layers = [*_label_layers(labels, x_options, y_scale, middle, lift, at), others, subject]
    head = theme.wrap(sentence(words), theme.WIDTH, 12.5, bold=True)
    note = _note(panel)
    title = alt.TitleParams(
        text=head,
        subtitle=[note] if note else [],
        fontSize=12.5,
        offset=4,
        dx=-_SIDE,
        frame="group",
    )
    return theme.layer(*layers).properties(width=width, height=height, title=title)


def _swarm(rows: list[dict[str, Any]], domain: tuple[float, float], width: float) -> None:
    """Stack marks that would touch, alternately up and down; ``dy`` and ``side`` in pixels."""
    placed: list[tuple[float, float]] = []
    step = 2 * _RADIUS + 0.6
    for row in sorted(rows, key=lambda r: (not r["is_subject"], r["estimate"], r["state"])):
        x = (row["estimate"] - domain[0]) / (domain[1] - domain[0]) * width
        near = [(px, py) for px, py in placed if abs(px - x) < step]
        level, offset = 0, 0.0
        while any((px - x) ** 2 + (py - offset) ** 2 < step**2 - 0.01 for px, py in near):
            level += 1
            offset = (level + 1) // 2 * (step / 2) * (1 if level % 2 else -1)
        placed.append((x, offset))
        row["dy"], row["side"], row["px"] = abs(offset), 1 if offset > 0 else -1, x


def _labels(
    rows: list[dict[str, Any]], names: Mapping[str, str], width: float
) -> list[dict[str, Any]]:
    """Names of the subject and of the extremes, outermost first, each where it fits.

    A name goes on the first or second line; where neither is free it is left out, never set over
    another name or another name's stem.
    """
    ends = [r for pair in zip(rows[:_NAMED], rows[::-1][:_NAMED], strict=True) for r in pair]
    own = [r for r in rows if r["is_subject"]]
    picked = {r["state"]: r for r in [*own, *ends]}
    labels: list[dict[str, Any]] = []
    for row in picked.values():
        text = names.get(row["state"], row["state"])
        half = theme.text_width(text, _LABEL_SIZE, bold=row["is_subject"]) / 2 + 4
        centre = min(max(row["px"], half - _SIDE), width + _SIDE - half)
        box = {"centre": centre, "half": half, "px": row["px"]}
        level = next((lv for lv in (0, 1) if _is_free(box, lv, labels)), None)
        if level is not None:
            labels.append({**row, **box, "text": text, "level": level, "bold": row["is_subject"]})
    return labels


def _is_free(box: Mapping[str, float], level: int, labels: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a name at ``level`` touches no other name, and no stem runs through a name."""
    for other in labels:
        apart = abs(box["centre"] - other["centre"]) >= box["half"] + other["half"]
        if other["level"] == level and not apart:
            return False
        if other["level"] < level and abs(box["px"] - other["centre"]) < other["half"]:
            return False
        if other["level"] > level and abs(other["px"] - box["centre"]) < box["half"]:
            return False
    return True


def _label_layers(
    labels: list[dict[str, Any]],
    x_options: dict[str, Any],
    y_scale: Any,
    middle: float,
    lift: float,
    at: Callable[[float], float],
) -> list[Any]:
    values = [
        {
            "estimate": float(f"{lab['estimate']:.6g}"),
            "at": float(f"{at(lab['centre']):.6g}"),
            "text": lab["text"],
            "bold": bool(lab["bold"]),
            "top": round(middle - lift - _LABEL_LINE * lab["level"] - 4, 1),
            "dot": round(middle + lab["side"] * lab["dy"] - _RADIUS - 1, 1),
        }
        for lab in labels
    ]
    base = alt.Chart(theme.inline(values))
    stem = base.mark_rule(color="#c9c6bd", strokeWidth=1).encode(
        x=alt.X("estimate:Q", **x_options), y=alt.Y("top:Q", axis=None, scale=y_scale), y2="dot:Q"
    )
    place = {
        "x": alt.X("at:Q", **x_options),
        "y": alt.Y("top:Q", axis=None, scale=y_scale),
        "text": "text:N",
    }
    style = {"baseline": "bottom", "fontSize": _LABEL_SIZE}
    plain = base.transform_filter("!datum.bold").mark_text(color=theme.MUTED, **style)
    bold = base.transform_filter("datum.bold").mark_text(
        color=theme.ACCENT, fontWeight="bold", **style
    )
    return [stem, plain.encode(**place), bold.encode(**place)]


def _note(panel: Any) -> str:
    placebo = panel.get("placebo_states")
    if not placebo:
        return ""
    text = ""
    if placebo.get("rank") and placebo.get("n"):
        text = f"Median over all choices: rank {placebo['rank']} of {placebo['n']}"
    if placebo.get("p_median") is not None:
        text += ", " if text else "Median over all choices: "
        text += f"p = {number(placebo['p_median'], 2)}"
    return text


def _title(
    known: pl.DataFrame,
    keys: list[str],
    words: Mapping[str, str],
    names: Mapping[str, str],
    verdict: Mapping[str, Any],
) -> str:
    if not keys:
        return "No other state could be asked the same question"
    subject = str((verdict.get("claim") or {}).get("subject_name") or "the subject")
    rank = rank_words(known, keys[0], names, nearer_end(known, keys[0]))
    if not rank:
        return f"{sentence(subject)} among the other states"
    tail = f", {words[keys[0]]}" if len(keys) > 1 and len(words[keys[0]]) <= 40 else ""
    return f"{sentence(subject)}: {rank}{tail}"


def _describe(
    known: pl.DataFrame, keys: list[str], words: Mapping[str, str], names: Mapping[str, str]
) -> str:
    ranks = {k: rank_words(known, k, names, nearer_end(known, k)) for k in keys}
    parts = [f"{words[k]}: {rank or 'subject not computable'}" for k, rank in ranks.items()]
    return "One mark per state under the default specification. " + "; ".join(parts) + "."
