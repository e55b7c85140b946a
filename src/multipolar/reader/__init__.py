"""Read an article: who is named, what happened, who says so, and what could be tested."""

from __future__ import annotations

import importlib
from typing import Any

from multipolar.reader.reading import Reading, read

_LATER = {
    "Article": "article",
    "read_article": "article",
    "find_duplicates": "similar",
    "events_frame": "evidence",
    "deduplicate": "evidence",
    "provenance_chains": "evidence",
    "plover_rows": "export",
    "cameo_rows": "export",
    "load_lexicon": "lexicon",
}
__all__ = ["Reading", "read", *sorted(_LATER)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'multipolar.reader' has no attribute {name!r}")
    return getattr(importlib.import_module(f"multipolar.reader.{_LATER[name]}"), name)
