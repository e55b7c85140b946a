"""Where states stand between the poles, and how much of a claim about it survives.

The public names below load on first use, so that importing the package stays fast.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Choice": "multipolar.core.choices",
    "Constraint": "multipolar.core.choices",
    "MultipolarError": "multipolar.core.errors",
    "Store": "multipolar.store",
    "audit": "multipolar.auditing",
    "claim": "multipolar.claims",
    "dyad_panel": "multipolar.store.panel",
    "find_state": "multipolar.core.states",
    "ideal_points": "multipolar.measures.ideal_points",
    "measure": "multipolar.measures",
    "panel_streams": "multipolar.store.panel",
    "read": "multipolar.reader",
    "run_multiverse": "multipolar.claims",
    "similarity": "multipolar.measures",
    "verify": "multipolar.reports",
    "write_audit": "multipolar.reports",
    "write_report": "multipolar.reports",
}
__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604 - names load on first use


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'multipolar' has no attribute {name!r}")
    value = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
