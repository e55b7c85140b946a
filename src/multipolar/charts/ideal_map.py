"""States in the plane of their votes: where they stand, and the way they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from multipolar.charts import theme
from multipolar.charts._words import join, number, sentence
from multipolar.core.errors import SchemaMismatch, TooFewObservations, UnknownName

_GUTTER = 62
_LOWEST, _HIGHEST = 340, 560
_COLOURS = ("#0a6aa6", "#d4552b", "#3f8f6b", "#8a6bb1", "#b0822a", "#a34e6f", "#5aa7c7", "#6d7a3a")
_MOST_NAMED = 8
_LABEL = 12.5
_CAPTION = (
    "Each axis in standard deviations of all states and periods, the two uncorrelated; a unit is "
    "as long on either. {} Positions describe votes cast, not interests."
)
_BARS = "Bars are 90 % posterior intervals."
_NO_BARS = "Intervals are withheld: the chains have not settled."


def draw_ideal_map(
    frame: pl.DataFrame,
    states: Sequence[str],
    *,
    anchors: tuple[str, str, str] | None = None,
    title: str = "",
    names: Mapping[str, str] | None = None,
    source: str = "",
) -> Any:
    """Draw states in the plane of their votes, the named ones with their trails over time.

    Parameters
    ----------
    frame : one row per state, period and dimension
        ``IdealPlane.frame``: ``state``, ``session`` or ``year``, ``dimension`` (1 or 2), ``mean``,
        ``q05``, ``q95``. Where intervals are refused there are no bars.
    states : sequence of str
        Codes to follow, at most eight; all others are grey dots of the last period.
    anchors : (high, low, side), optional
        ``IdealPlane.anchors``, to say in words where the axes point.
    title, source : str
    names : mapping, optional
        Name by code.

    Returns
    -------
    altair chart

    Notes
    -----
    Shows places relative to all states: when the agenda turns, trails bend without any state
    changing its mind.

    Examples
    --------
    >>> frame = pl.DataFrame({"state": ["USA"] * 2, "year": [2020] * 2, "dimension": [1, 2],
    ...     "mean": [2.0, 0.5], "q05": [1.8, 0.2], "q95": [2.2, 0.8]})
    >>> type(draw_ideal_map(frame, ["USA"])).__name__
    'VConcatChart'
    """
    period = "session" if "session" in frame.columns else "year"
    points = _points(frame, period)
    known = set(points["state"])
    for state in states:
        if state not in known:
            raise UnknownName.among("state", state, known)
    shown = list(states)[:_MOST_NAMED]
    words = dict(names or {})
    last = points["t"].max()
    xs, ys, height = _scales(points, shown)
    others = points.filter(~pl.col("state").is_in(shown) & (pl.col("t") == last))
    layers = [*_zero(xs, ys), *_dots(others, xs, ys, anchors, words)]
    trails = [points.filter(pl.col("state") == s).to_dicts() for s in shown]
    for rows, colour in zip(trails, _COLOURS, strict=False):
        layers += _trail(rows, colour, xs, ys, anchors, words)
    place = _Placer(xs, ys, height, [r for rows in trails for r in rows], others.to_dicts())
    layers += _labels(trails, place, xs, ys, anchors, words)
    chart = theme.layer(*layers).properties(width=theme.WIDTH - _GUTTER, height=height)
    told = _NO_BARS if points["x_low"].null_count() == points.height else _BARS
    heading = title or "Where states stand in the plane of General Assembly votes"
    span = f"{points['t'].min()!s} to {last!s}"
    subtitle = (
        f"Posterior means by {period}, {span}. Large dots: {last!s}; lines: the way there, from "
        f"the year marked. Grey: all other states in {last!s}"
    ).replace("the year marked", f"the {period} marked")
    return theme.finish(
        [chart],
        title=heading,
        subtitle=subtitle,
        caption=f"{_CAPTION.format(told)} {source}".strip(),
        description=f"{heading}. {subtitle}. {_last_words(trails, words)}",
        gutter=_GUTTER,
    )


def _points(frame: pl.DataFrame, period: str) -> pl.DataFrame:
    """One row per state and period: x, y and their intervals."""
    for name in ("state", period, "dimension", "mean", "q05", "q95"):
        if name not in frame.columns:
            raise SchemaMismatch(
                f"the frame has no column {name!r}",
                hint="the frame of ideal_points(votes, dimensions=2)",
            )
    axis = {
        k: frame.filter(pl.col("dimension") == k).select(
            "state", pl.col(period).alias("t"), pl.col("mean").alias(n),
            pl.col("q05").alias(f"{n}_low"), pl.col("q95").alias(f"{n}_high"),
        )
        for k, n in ((1, "x"), (2, "y"))
    }  # fmt: skip
    both = axis[1].join(axis[2], on=["state", "t"]).sort("state", "t")
    if both.is_empty():
        raise TooFewObservations("the frame holds no state with both dimensions")
    return both


def _scales(points: pl.DataFrame, shown: Sequence[str]) -> tuple[Any, Any, int]:
    """Scales on which a unit is as long across as up, and the height in pixels they need."""
    last = points["t"].max()
    named = points.filter(pl.col("state").is_in(list(shown)))
    ends = named.filter(pl.col("t") == pl.col("t").max().over("state"))
    drawn = pl.concat([points.filter(pl.col("t") == last), named])
    centres, spans = [], []
    for n in ("x", "y"):
        values = pl.concat([drawn[n], ends[f"{n}_low"], ends[f"{n}_high"]]).drop_nulls()
        low, high = float(values.to_numpy().min()), float(values.to_numpy().max())
        centres.append(0.5 * (low + high))
        spans.append(1.1 * max(high - low, 0.5))
    width = theme.WIDTH - _GUTTER
    unit = min(width / spans[0], _HIGHEST / spans[1])
    height = max(_LOWEST, round(spans[1] * unit))
    domains = [
        [centre - 0.5 * size / unit, centre + 0.5 * size / unit]
        for centre, size in zip(centres, (width, height), strict=True)
    ]
    scales = [alt.Scale(domain=d, nice=False, zero=False) for d in domains]
    return scales[0], scales[1], height


def _xy(xs: Any, ys: Any, titles: tuple[str, str], x: str = "x", y: str = "y") -> Any:
    # Layers share one axis only where each declares it alike.
    return {
        "x": alt.X(f"{x}:Q", scale=xs, title=titles[0], axis=alt.Axis(tickCount=7, format=".1~f")),
        "y": alt.Y(
            f"{y}:Q", scale=ys, title=titles[1],
            axis=alt.Axis(tickCount=7, format=".1~f", minExtent=_GUTTER - 22,
                          maxExtent=_GUTTER - 22),
        ),
    }  # fmt: skip


def _titles(anchors: tuple[str, str, str] | None, words: Mapping[str, str]) -> tuple[str, str]:
    if anchors is None:
        return "first dimension", "second dimension"
    high, low, side = (words.get(a, a) for a in anchors)
    return (
        f"{low} \u2190 first dimension \u2192 {high}",
        f"second dimension (up: {side}\u2019s side of that line)",
    )


def _zero(xs: Any, ys: Any) -> list[Any]:
    """Hairlines through the mean of all states and periods."""
    base = alt.Chart(theme.inline([{"at": 0.0}]))
    rule = {"color": theme.RULE, "strokeDash": [3, 3], "opacity": 0.6}
    return [
        base.mark_rule(**rule).encode(x=alt.X("at:Q", scale=xs)),
        base.mark_rule(**rule).encode(y=alt.Y("at:Q", scale=ys)),
    ]


def _dots(
    others: pl.DataFrame, xs: Any, ys: Any, anchors: Any, words: Mapping[str, str]
) -> list[Any]:
    rows = others.select("state", "x", "y").to_dicts()
    if not rows:
        return []
    mark = alt.Chart(theme.inline(rows)).mark_point(
        filled=True, size=22, color="#b9b6ac", opacity=0.8
    )
    return [mark.encode(**_xy(xs, ys, _titles(anchors, words)))]


def _trail(
    rows: Sequence[Mapping[str, Any]],
    colour: str,
    xs: Any,
    ys: Any,
    anchors: Any,
    words: Mapping[str, str],
) -> list[Any]:
    titles = _titles(anchors, words)
    end = alt.Chart(theme.inline(rows[-1:]))
    base = alt.Chart(theme.inline(rows))
    at = _xy(xs, ys, titles)
    layers = [
        base.mark_line(color=colour, strokeWidth=1.6, opacity=0.7).encode(order="t:Q", **at),
        base.mark_point(color=colour, filled=True, size=16, opacity=0.8).encode(**at),
        end.mark_point(color=colour, filled=True, size=110, opacity=1).encode(**at),
    ]
    if rows[-1]["x_low"] is not None:
        bar = {"color": colour, "opacity": 0.5, "strokeWidth": 1.5}
        across, up = _xy(xs, ys, titles, x="x_low"), _xy(xs, ys, titles, y="y_low")
        layers += [
            end.mark_rule(**bar).encode(**across, x2="x_high:Q"),
            end.mark_rule(**bar).encode(**up, y2="y_high:Q"),
        ]
    return layers


def _labels(
    trails: Sequence[Sequence[Mapping[str, Any]]],
    place: _Placer,
    xs: Any,
    ys: Any,
    anchors: Any,
    words: Mapping[str, str],
) -> list[Any]:
    """Names at the last dots and periods at the first, each where it hides least."""
    layers = []
    for rows, colour in zip(trails, _COLOURS, strict=False):
        name = words.get(rows[-1]["state"], rows[-1]["state"])
        wanted = [(rows[-1], name, _LABEL, "bold")]
        if len(rows) > 1:
            wanted.append((rows[0], str(rows[0]["t"]), 10.5, "normal"))
        for row, text, size, weight in wanted:
            dx, dy, align = place.find(row["x"], row["y"], theme.text_width(text, size), size)
            mark = alt.Chart(theme.inline([{"x": row["x"], "y": row["y"], "text": text}]))
            layers.append(
                mark.mark_text(
                    color=colour, fontWeight=weight, fontSize=size, align=align, dx=dx, dy=dy,
                    baseline="middle",
                ).encode(text="text:N", **_xy(xs, ys, _titles(anchors, words)))
            )  # fmt: skip
    return layers


class _Placer:
    """Finds for every label the side of its dot where it covers fewest dots and labels."""

    _SIDES = ((11, 0, "left"), (-11, 0, "right"), (0, -15, "center"), (0, 16, "center"),
              (9, -12, "left"), (9, 13, "left"), (-9, -12, "right"), (-9, 13, "right"))  # fmt: skip

    def __init__(
        self,
        xs: Any,
        ys: Any,
        height: int,
        followed: Sequence[Mapping[str, Any]],
        others: Sequence[Mapping[str, Any]],
    ) -> None:
        self._x0, self._y0, self._height = xs.domain[0], ys.domain[0], height
        self._unit = height / (ys.domain[1] - ys.domain[0])
        self._taken: list[tuple[float, ...]] = [self._box(r, 2.5) for r in others]
        last = {row["state"]: row for row in followed}
        for before, row in zip((None, *followed), followed, strict=False):
            self._taken.append(self._box(row, 6 if row is last[row["state"]] else 4))
            if before is not None and before["state"] == row["state"]:
                self._taken += [self._between(before, row, k / 4) for k in (1, 2, 3)]
        for row in last.values():
            if row["x_low"] is not None:
                x, y = self._pixels(row["x"], row["y"])
                left, top = self._pixels(row["x_low"], row["y_high"])
                right, bottom = self._pixels(row["x_high"], row["y_low"])
                self._taken += [(left, y - 2, right, y + 2), (x - 2, top, x + 2, bottom)]

    def _box(self, row: Mapping[str, Any], reach: float) -> tuple[float, ...]:
        x, y = self._pixels(row["x"], row["y"])
        return x - reach, y - reach, x + reach, y + reach

    def _between(
        self, a: Mapping[str, Any], b: Mapping[str, Any], share: float
    ) -> tuple[float, ...]:
        """A place on the line from one dot to the next."""
        return self._box({n: a[n] + share * (b[n] - a[n]) for n in ("x", "y")}, 3)

    def _pixels(self, x: float, y: float) -> tuple[float, float]:
        return (x - self._x0) * self._unit, self._height - (y - self._y0) * self._unit

    def find(self, x: float, y: float, width: float, height: float) -> tuple[int, int, str]:
        """Offset and alignment of the least covered side; the box is taken from then on."""
        px, py = self._pixels(x, y)
        costs = []
        for dx, dy, align in self._SIDES:
            left = px + dx - {"left": 0.0, "right": width, "center": width / 2}[align]
            box = (left, py + dy - height / 2, left + width, py + dy + height / 2)
            cost = sum(_overlap(box, other) for other in self._taken)
            cost += 1e3 * (box[0] < 0 or box[2] > theme.WIDTH - _GUTTER)
            costs.append((cost, box))
        best = min(range(len(costs)), key=lambda i: costs[i][0])
        self._taken.append(costs[best][1])
        return self._SIDES[best]


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Area that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _last_words(trails: Sequence[Sequence[Mapping[str, Any]]], words: Mapping[str, str]) -> str:
    parts = [
        f"{words.get(rows[-1]['state'], rows[-1]['state'])} at {number(rows[-1]['x'])}, "
        f"{number(rows[-1]['y'])} in {rows[-1]['t']}"
        for rows in trails
    ]
    return sentence(join(parts, last="and") + ".") if parts else "No state is named."
