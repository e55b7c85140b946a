"""Read an article: who is named, what happened, who says so, and what could be tested."""

from __future__ import annotations

from multipolar.reader.reading import Reading, read

__all__ = ["Reading", "read"]
