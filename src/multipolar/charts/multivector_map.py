"""Where states stand between two poles, and whether their ties agree: mean lean against split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import join, number, plural, sentence
from multipolar.core.states import state_of

_GUTTER = 62
_HEIGHT = 420
_COLOURS = (theme.ACCENT, "#0a6aa6", "#b0622a", "#3f8f6b", "#6d5a9a")
_POSITIONS = ("lean", "split")
_POLE_WORDS = {
    "west": "the West",
    "russia": "Russia",
    "china": "China",
    "usa": "the United States",
    "eu": "the European Union",
    "brics": "BRICS",
    "nato": "NATO",
    "g7": "the G7",
    "csto": "the CSTO",
    "eaeu": "the EAEU",
    "sco": "the SCO",
}


def draw_multivector_map(
    frame: pl.DataFrame,
    states: Sequence[str],
    *,
    poles: tuple[str, str] = ("west", "russia"),
    caption: str = "",
) -> Any:
    """Draw states by mean lean and split of their streams, with trails over time.

    Parameters
    ----------
    frame : polars.DataFrame
        What the measure ``multivector`` gives, for all states and one or more periods.
    states : sequence of str
        One to five codes to name and to follow; the others are grey dots of the last period.
    poles : (str, str)
        First and second pole, as the measure was asked.
    caption : str
        Source and date, printed below.

    Returns
    -------
    altair chart

    Notes
    -----
    Right is the first pole, left the second; up is disagreement between streams. Bars are the
    5-95 % band over all weights of streams. Streams differ between periods as the record does, so
    a trail shows the record as well as the state; each point says how many streams it rests on.

    Examples
    --------
    >>> import polars as pl
    >>> rows = [("KAZ", 2014, 2025, "all", m, 0.2, 0.1, 0.3, 4, "") for m in ("lean", "split")]
    >>> names = ["state", "since", "until", "stream", "measure", "value", "lower", "upper",
    ...     "n_obs", "reason"]
    >>> frame = pl.DataFrame(rows, schema=names, orient="row")
    >>> type(draw_multivector_map(frame, ["KAZ"])).__name__
    'VConcatChart'
    """
    points = _points(frame)
    followed = [s for s in states if points.filter(pl.col("state") == s).height]
    others = points.filter(~pl.col("state").is_in(followed) & (pl.col("until") == _last(points)))
    named = points.filter(pl.col("state").is_in(followed))
    top = max(0.6, _highest(named, "split_upper"), _highest(points, "split")) + 0.08
    layers = [*_axes(poles, top), *_dots(others, top)]
    for i, state in enumerate(followed):
        layers += _trail(points.filter(pl.col("state") == state).sort("until"), _COLOURS[i], top)
    chart = theme.layer(*layers).properties(width=theme.WIDTH - _GUTTER, height=_HEIGHT)
    return theme.finish(
        [chart],
        title=_title(points, followed, poles),
        subtitle=_subtitle(points, followed, poles),
        caption=caption or "Computed with multipolar.",
        description=_describe(points, followed),
        gutter=_GUTTER,
    )


def _points(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per state and period: lean, split, their bands, number of streams."""
    kept = frame.filter((pl.col("stream") == "all") & pl.col("measure").is_in(_POSITIONS))
    wide = {
        name: kept.filter(pl.col("measure") == name).select(
            "state",
            "since",
            "until",
            pl.col("value").alias(name),
            pl.col("lower").alias(f"{name}_lower"),
            pl.col("upper").alias(f"{name}_upper"),
            pl.col("n_obs").alias(f"{name}_streams"),
        )
        for name in _POSITIONS
    }
    both = wide["lean"].join(wide["split"], on=["state", "since", "until"])
    return both.filter(pl.col("lean").is_not_null() & pl.col("split").is_not_null()).sort(
        "state", "until"
    )


def _last(points: pl.DataFrame) -> int:
    return int(points["until"].max() or 0)  # type: ignore[arg-type]


def _highest(points: pl.DataFrame, column: str) -> float:
    return float(points[column].fill_null(0.0).to_numpy().max(initial=0.0))


def _scales(top: float) -> tuple[Any, Any]:
    return (
        alt.Scale(domain=[-1.02, 1.02], nice=False),
        alt.Scale(domain=[-0.02, top], nice=False),
    )


def _xy(top: float, x: str = "lean", y: str = "split") -> Any:
    xs, ys = _scales(top)
    return {
        "x": alt.X(
            f"{x}:Q",
            scale=xs,
            title="mean lean of the streams",
            axis=alt.Axis(tickCount=9, format=".1f"),
        ),
        "y": alt.Y(
            f"{y}:Q",
            scale=ys,
            title="split: how far the streams disagree",
            axis=alt.Axis(tickCount=6, minExtent=_GUTTER - 22, maxExtent=_GUTTER - 22),
        ),
    }


def _axes(poles: tuple[str, str], top: float) -> list[Any]:
    base = alt.Chart(theme.inline([{"lean": 0.0, "split": -0.02, "end": top}]))
    rule = base.mark_rule(color=theme.RULE, strokeDash=[3, 3]).encode(**_xy(top), y2="end:Q")
    sides = []
    for pole, at, align in ((poles[1], -1.0, "left"), (poles[0], 1.0, "right")):
        word = f"\u2190 {pole_words(pole)}" if at < 0 else f"{pole_words(pole)} \u2192"
        row = alt.Chart(theme.inline([{"lean": at, "split": top, "text": word}]))
        sides.append(
            row.mark_text(align=align, baseline="top", dy=4, fontSize=12, color=theme.MUTED).encode(
                text="text:N", **_xy(top)
            )
        )
    return [rule, *sides]


def pole_words(pole: str) -> str:
    """Name of a pole as it stands in a sentence.

    Examples
    --------
    >>> pole_words("west"), pole_words("RUS"), pole_words("USA+GBR")
    ('the West', 'Russia', 'USA+GBR')
    """
    if pole in _POLE_WORDS:
        return _POLE_WORDS[pole]
    return state_of(pole).name if len(pole) == 3 and pole.isupper() else pole


def _dots(others: pl.DataFrame, top: float) -> list[Any]:
    rows = others.select("state", "lean", "split").to_dicts()
    if not rows:
        return []
    mark = alt.Chart(theme.inline(rows)).mark_point(
        filled=True, size=22, color="#b9b6ac", opacity=0.8
    )
    return [mark.encode(**_xy(top))]


def _trail(part: pl.DataFrame, colour: str, top: float) -> list[Any]:
    rows = part.to_dicts()
    name = state_of(rows[-1]["state"]).name
    base = alt.Chart(theme.inline(rows))
    end = alt.Chart(theme.inline([{**rows[-1], "text": name}]))
    years = _labelled(rows)
    layers = [
        end.mark_rule(color=colour, opacity=0.45, strokeWidth=1.5).encode(
            **_xy(top, x="lean_lower"), x2="lean_upper:Q"
        ),
        end.mark_rule(color=colour, opacity=0.45, strokeWidth=1.5).encode(
            **_xy(top, y="split_lower"), y2="split_upper:Q"
        ),
        base.mark_line(color=colour, strokeWidth=1.6, opacity=0.75).encode(
            order="until:O", **_xy(top)
        ),
        base.mark_point(color=colour, filled=True, size=30, opacity=0.9).encode(**_xy(top)),
        end.mark_point(color=colour, filled=True, size=110, opacity=1).encode(**_xy(top)),
        end.mark_text(
            color=colour, fontWeight="bold", fontSize=13, align="left", dx=9, dy=-9
        ).encode(text="text:N", **_xy(top)),
    ]
    if years:
        label = alt.Chart(theme.inline(years)).mark_text(
            color=colour, fontSize=10.5, align="center", baseline="bottom", dy=-6
        )
        layers.append(label.encode(text="text:N", **_xy(top)))
    return layers


def _labelled(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Earlier periods whose year can be written without covering another label."""
    kept: list[dict[str, Any]] = []
    for row in rows[:-1]:
        if all(_apart(row, other) for other in (rows[-1], *kept)):
            kept.append({**row, "text": str(row["until"])})
    return kept


def _apart(row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether two labels are far enough from each other to be read."""
    return bool(abs(row["lean"] - before["lean"]) + abs(row["split"] - before["split"]) > 0.08)


def _title(points: pl.DataFrame, followed: Sequence[str], poles: tuple[str, str]) -> str:
    if not followed:
        return "No state with ties to both poles in the record"
    row = points.filter(pl.col("state") == followed[0]).sort("until").row(-1, named=True)
    side = pole_words(poles[0] if row["lean"] > 0 else poles[1])
    name = state_of(followed[0]).name
    lean = abs(row["lean"])
    where = "near the middle" if lean < 1 / 6 else f"{number(lean, 2)} towards {side}"
    return f"{name} stands {where}, and its streams are split by {number(row['split'], 2)}"


def _subtitle(points: pl.DataFrame, followed: Sequence[str], poles: tuple[str, str]) -> str:
    counts = points.filter(pl.col("state").is_in(list(followed)))["lean_streams"].unique().to_list()
    spans = points.select("since", "until").unique().sort("until").rows()
    period = _period(*spans[-1]) if spans else ""
    text = (
        f"Large dots: {period}; bars: 5\u201395% over all weights of streams. "
        f"Lean 1 is ties with {pole_words(poles[0])} only, "
        f"\u22121 with {pole_words(poles[1])} only. "
        "Split 0: all streams lean alike. Grey: other states."
    )
    if len(spans) > 1:
        low, high = min(counts, default=0), max(counts, default=0)
        text += (
            f" Small dots: earlier periods, from {_period(*spans[0])}; they rest on "
            f"{low} to {high} streams, as the record has them."
            if low != high
            else f" Small dots: earlier periods, each on {plural(high, 'stream')}."
        )
    return text


def _period(since: int, until: int) -> str:
    return str(since) if since == until else f"{since}\u2013{until}"


def _describe(points: pl.DataFrame, followed: Sequence[str]) -> str:
    parts = []
    for state in followed:
        row = points.filter(pl.col("state") == state).sort("until").row(-1, named=True)
        parts.append(
            f"{state_of(state).name}: mean lean {number(row['lean'])}, split "
            f"{number(row['split'])} in {row['since']}-{row['until']}"
        )
    return sentence("map of mean lean and split. " + join(parts, last="and") + ".")
