"""Numbers about states, dyads and roll calls, one file each.

``MEASURES`` finds them by file name. A module whose name starts with ``_`` is not a measure.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from multipolar.core.declare import Measure
from multipolar.core.registry import Registry

if TYPE_CHECKING:
    from multipolar.measures._dispatch import measure
    from multipolar.measures._similarity import similarity

__all__ = ["MEASURES", "measure", "similarity"]

MEASURES: Registry[Measure] = Registry("multipolar.measures", "MEASURE", "measure")

_LAZY = {
    "measure": "multipolar.measures._dispatch",
    "similarity": "multipolar.measures._similarity",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'multipolar.measures' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LAZY[name]), name)
    globals()[name] = value
    return value
