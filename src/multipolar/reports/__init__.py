"""Reports that show a verdict and can be recomputed.

The public names below load on first use.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Verification": "multipolar.reports._verifying",
    "draw_figures": "multipolar.reports._figures",
    "verify": "multipolar.reports._verifying",
    "write_audit": "multipolar.reports._audit_page",
    "write_report": "multipolar.reports._writing",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names load on first use


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'multipolar.reports' has no attribute {name!r}")
    value = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
