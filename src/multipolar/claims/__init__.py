"""Claims, their multiverse of specifications, and the verdict.

The public names below load on first use.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Estimate": "multipolar.claims.evaluate",
    "Multiverse": "multipolar.claims.multiverse",
    "claim": "multipolar.claims.assess",
    "plan": "multipolar.claims.space",
    "run_multiverse": "multipolar.claims.multiverse",
    "summarise": "multipolar.claims.multiverse",
}


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'multipolar.claims' has no attribute {name!r}")
    value = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
