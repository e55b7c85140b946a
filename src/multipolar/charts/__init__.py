"""Pictures of results, drawn offline.

Each ``draw_*`` function takes plain frames and the dictionary of a verdict and returns an Altair
chart; :func:`write_chart` writes it to SVG, PNG or Vega-Lite JSON. Altair loads on first use.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "draw_bloc_periods": "multipolar.charts.bloc_periods",
    "draw_calibration": "multipolar.charts.ideal_items",
    "draw_cartogram": "multipolar.charts.cartogram",
    "draw_coassignment": "multipolar.charts.coassignment",
    "draw_choice_importance": "multipolar.charts.choice_importance",
    "draw_dyad_timeline": "multipolar.charts.dyad_timeline",
    "draw_ideal_map": "multipolar.charts.ideal_map",
    "draw_isolation_profile": "multipolar.charts.isolation_profile",
    "draw_item_curves": "multipolar.charts.ideal_items",
    "draw_most_moved": "multipolar.charts.ideal_positions",
    "draw_multivector_map": "multipolar.charts.multivector_map",
    "draw_placebo_strip": "multipolar.charts.placebo_strip",
    "draw_specification_curve": "multipolar.charts.specification_curve",
    "draw_timeline": "multipolar.charts.timeline",
    "draw_weights_comparison": "multipolar.charts.weights_comparison",
    "to_json": "multipolar.charts._render",
    "to_png": "multipolar.charts._render",
    "to_svg": "multipolar.charts._render",
    "write_chart": "multipolar.charts._render",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names load on first use


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'multipolar.charts' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
