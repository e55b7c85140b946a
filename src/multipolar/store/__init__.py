"""The folder of evidence: Parquet tables with a manifest, read through DuckDB.

The names below load on first use: reading the manifest alone needs neither DuckDB nor polars.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multipolar.store.evidence import Store
    from multipolar.store.manifest import Provenance, RawFile

_HOMES = {
    "Provenance": "multipolar.store.manifest",
    "RawFile": "multipolar.store.manifest",
    "Store": "multipolar.store.evidence",
}
__all__ = ["Provenance", "RawFile", "Store"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'multipolar.store' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
