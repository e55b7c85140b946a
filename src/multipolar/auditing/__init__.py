"""An article, its claims, and what the record says of each.

The public names below load on first use.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Audit": "multipolar.auditing.result",
    "Auditor": "multipolar.auditing.auditor",
    "Check": "multipolar.auditing.check",
    "audit": "multipolar.auditing.auditor",
    "audit_article": "multipolar.auditing.auditor",
    "store_events": "multipolar.auditing.events_read",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605 - names load on first use


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'multipolar.auditing' has no attribute {name!r}")
    value = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
