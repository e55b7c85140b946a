"""The folder of evidence: Parquet tables with a manifest, read through DuckDB."""

from multipolar.store.evidence import Store
from multipolar.store.manifest import Provenance, RawFile

__all__ = ["Provenance", "RawFile", "Store"]
