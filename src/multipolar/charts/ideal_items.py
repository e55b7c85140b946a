"""Roll calls as the model sees them: who was expected to vote how, who surprised, how well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from multipolar.charts import theme
from multipolar.core.errors import TooFewObservations

_GUTTER = 62
_VOTES = {1: "yes", 2: "abstain", 3: "no"}
_NAMED = 8
_LANES = {1: 1.16, 2: 1.10, 3: 1.04}


def draw_item_curves(
    expected: pl.DataFrame,
    positions: pl.DataFrame,
    *,
    title: str,
    names: Mapping[str, str] | None = None,
    source: str = "",
) -> Any:
    """Draw the probability of each vote along the dimension, and the votes cast above it.

    Parameters
    ----------
    expected : one row per state
        ``IdealPoints.predict(rollcall)``: ``state``, ``p_yes``, ``p_abstain``, ``p_no``, ``vote``,
        ``surprise``.
    positions : one row per state
        ``state`` and ``mean`` in the period of the roll call.
    title : str
        What the roll call was about.

    Returns
    -------
    altair chart
        The eight most surprising votes are named (surprise of at least 2 bits: a chance of 1 in 4
        or less).

    Notes
    -----
    A surprise is a vote off the line of the main dimension, not a reason for it.

    Examples
    --------
    >>> expected = pl.DataFrame({"state": ["USA", "RUS"], "p_yes": [0.1, 0.9],
    ...     "p_abstain": [0.1, 0.05], "p_no": [0.8, 0.05], "vote": [3, 1], "surprise": [0.3, 0.2]})
    >>> positions = pl.DataFrame({"state": ["USA", "RUS"], "mean": [2.0, -1.0]})
    >>> type(draw_item_curves(expected, positions, title="Toy")).__name__
    'VConcatChart'
    """
    table = expected.join(positions.select("state", "mean"), on="state").sort("mean")
    if table.drop_nulls("vote").is_empty():
        raise TooFewObservations("no vote was cast on this roll call", hint="another roll call")
    words = dict(names or {})
    colours = theme.position_colours(list(_VOTES.values()))
    scale = alt.Scale(domain=list(_VOTES.values()), range=[colours[v] for v in _VOTES.values()])
    title_of_x = "position (right: with the United States)"
    x = alt.X("x:Q", axis=alt.Axis(title=title_of_x, tickCount=8))
    curves = [
        {"x": r["mean"], "p": r[f"p_{vote}"], "vote": vote}
        for r in table.to_dicts()
        for vote in _VOTES.values()
    ]
    ticks = [0, 0.25, 0.5, 0.75, 1]
    y = alt.Y(
        "p:Q",
        axis=alt.Axis(title="probability of the vote", format="%", values=ticks, titleAnchor="end"),
        scale=alt.Scale(domain=[0, 1.2]),
    )
    cast = [
        {
            "x": r["mean"],
            "p": _LANES[r["vote"]],
            "vote": _VOTES[r["vote"]],
            "name": words.get(r["state"], r["state"]),
            "surprise": r["surprise"],
        }
        for r in table.drop_nulls("vote").to_dicts()
    ]
    surprised = sorted((c for c in cast if c["surprise"] >= 2), key=lambda c: -c["surprise"])
    named = surprised[:_NAMED]
    layers = [
        alt.Chart(theme.inline(curves))
        .mark_line(strokeWidth=2.2)
        .encode(x=x, y=y, color=alt.Color("vote:N", scale=scale)),
        alt.Chart(theme.inline(cast))
        .mark_circle(size=34, opacity=0.75)
        .encode(x=x, y=y, color=alt.Color("vote:N", scale=scale)),
    ]
    chart = theme.layer(*layers).properties(width=theme.WIDTH - _GUTTER, height=380)
    told = ", ".join(f"{c['name']} ({c['vote']})" for c in named) or "nobody"
    subtitle = (
        "Lines: probability of each vote by position; dots: votes cast. Against expectation "
        f"(chance of a quarter or less): {told}"
    )
    return theme.finish(
        [chart],
        title=title,
        subtitle=subtitle,
        caption=f"Ordinal probit on one dimension, fitted to all votes. {source}".strip(),
        description=f"{title}. {subtitle}.",
        gutter=_GUTTER,
    )


def draw_calibration(predictions: pl.DataFrame, *, bands: int = 10, source: str = "") -> Any:
    """Draw how often votes came as often as predicted.

    Parameters
    ----------
    predictions : one row per vote
        Several ``IdealPoints.predict`` frames together: ``p_yes``, ``p_abstain``, ``p_no`` and
        ``vote``; rows without a vote are left out.
    bands : int
        Bands of predicted probability.

    Returns
    -------
    altair chart
        On the diagonal predictions are right on average; the size of a dot is its number of votes.

    Notes
    -----
    Votes used in the fit look a little better than new ones would.

    Examples
    --------
    >>> predictions = pl.DataFrame({"p_yes": [0.9, 0.2], "p_abstain": [0.05, 0.3],
    ...     "p_no": [0.05, 0.5], "vote": [1, 3]})
    >>> type(draw_calibration(predictions)).__name__
    'VConcatChart'
    """
    cast = predictions.drop_nulls("vote")
    if cast.is_empty():
        raise TooFewObservations("no vote to compare with", hint="roll calls of the estimation")
    rows: list[dict[str, Any]] = []
    for code, word in _VOTES.items():
        p = cast[f"p_{word}"].to_numpy()
        seen = cast["vote"].to_numpy() == code
        band = np.minimum((p * bands).astype(int), bands - 1)
        rows.extend(
            {"vote": word, "p": float(p[band == b].mean()), "seen": float(seen[band == b].mean()),
             "n": int((band == b).sum())}
            for b in range(bands) if (band == b).any()
        )  # fmt: skip
    colours = theme.position_colours(list(_VOTES.values()))
    scale = alt.Scale(domain=list(_VOTES.values()), range=[colours[v] for v in _VOTES.values()])
    line = alt.Chart(theme.inline([{"p": 0, "seen": 0}, {"p": 1, "seen": 1}]))
    x = alt.X("p:Q", axis=alt.Axis(title="predicted probability of the vote", format="%"))
    y = alt.Y("seen:Q", axis=alt.Axis(title="share that voted so", format="%", titleAnchor="end"))
    dots = alt.Chart(theme.inline(rows)).mark_circle(opacity=0.85).encode(
        x=x, y=y, color=alt.Color("vote:N", scale=scale),
        size=alt.Size("n:Q", scale=alt.Scale(range=[20, 500]), legend=None),
    )  # fmt: skip
    chart = theme.layer(line.mark_line(color=theme.RULE, strokeWidth=1).encode(x=x, y=y), dots)
    worst = max(rows, key=lambda r: abs(r["p"] - r["seen"]) if r["n"] >= 30 else 0)
    title = "Predicted and observed votes"
    subtitle = (
        f"{cast.height:,} votes in bands of predicted probability; furthest from the diagonal "
        f"(30 votes or more): {worst['vote']}, predicted {worst['p']:.0%}, seen {worst['seen']:.0%}"
    )
    return theme.finish(
        [chart.properties(width=480, height=420)],
        title=title,
        subtitle=subtitle,
        caption=f"Area of a dot: number of votes. {source}".strip(),
        description=f"{title}. {subtitle}.",
        gutter=_GUTTER,
    )
