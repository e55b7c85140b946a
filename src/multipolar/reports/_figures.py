"""The pictures of one claim, in the order of the report; what cannot be drawn is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from altair.utils.schemapi import debug_mode

from multipolar import charts
from multipolar.reports._inputs import (
    VerdictLike,
    claim_id,
    named_weights,
    state_names,
    subject_name,
    weight_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One picture: its key in file names, its heading on the page, its SVG and its words."""

    key: str
    heading: str
    svg: str
    alt: str


def draw_figures(verdict: VerdictLike, data: Mapping[str, Any]) -> list[Figure]:
    """Draw every picture for which the verdict holds data."""
    drawn = []
    # Our charts are tested against the schema; checking every part anew doubles the time.
    with debug_mode(False):
        for key, heading, draw in _drawings(verdict, {**data, "claim": _named_claim(data)}):
            chart = draw()
            svg = charts.to_svg(chart, name=claim_id(data))
            drawn.append(Figure(key=key, heading=heading, svg=svg, alt=str(chart.description)))
    return drawn


def _named_claim(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data["claim"], "subject_name": subject_name(data)}


def _drawings(
    verdict: VerdictLike, data: Mapping[str, Any]
) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    unit = estimate_words(data)
    if data["panels"] and _has_values(verdict.frame, "estimate"):
        yield (
            "specification-curve",
            "Every specification",
            lambda: charts.draw_specification_curve(
                verdict.frame, data, thresholds=thresholds(data), unit=unit
            ),
        )
    if any(_matters(p) for p in data["panels"]):
        yield (
            "choice-importance",
            "Which choices matter",
            lambda: charts.draw_choice_importance(data),
        )
    if _has_values(verdict.series, "value"):
        yield "timeline", "Over time", lambda: charts.draw_timeline(verdict.series, data)
    if _has_values(verdict.weights, "share"):
        weights = named_weights(verdict.weights)
        yield (
            "weights",
            "Counting states, people and output",
            lambda: charts.draw_weights_comparison(weights, data),
        )
    if verdict.map_frame.height:
        yield (
            "cartogram",
            "Where the states stand",
            lambda: charts.draw_cartogram(
                verdict.map_frame, data, weight_words=weight_words(verdict.map_frame)
            ),
        )
    if _has_values(verdict.placebos, "estimate"):
        names = state_names(verdict.placebos["state"], verdict.map_frame)
        names[str(data["claim"].get("subject"))] = data["claim"]["subject_name"]
        yield (
            "placebo-states",
            "The same question asked of other states",
            lambda: charts.draw_placebo_strip(verdict.placebos, data, names=names, unit=unit),
        )


def _has_values(frame: pl.DataFrame, column: str) -> bool:
    return column in frame.columns and frame[column].drop_nulls().len() > 0


def _matters(panel: Mapping[str, Any]) -> bool:
    return any(total for _, total in (panel.get("importance") or {}).values())


def estimate_words(data: Mapping[str, Any]) -> str:
    """What an estimate is, for the axes."""
    return str(data.get("estimate") or data["claim"].get("unit") or "estimate")


def thresholds(data: Mapping[str, Any]) -> list[tuple[float, str]]:
    """Lines that an estimate is held against: no effect, and the smallest effect of interest."""
    rule = data["claim"].get("rule") or {}
    lines = [(0.0, "zero")]
    delta = rule.get("delta")
    if delta:
        sign = -1 if rule.get("direction") == "negative" else 1
        lines.append((sign * float(delta), "smallest effect of interest"))
    return lines
