"""The one module that opens outgoing connections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from multipolar.core.errors import DownloadFailed

Progress = Callable[[str, int, int | None], None]


def fetch_file(
    url: str,
    target: Path,
    *,
    sha256: str = "",
    offline: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Download ``url`` to ``target``."""
    raise DownloadFailed(f"{url} was not downloaded", hint="")
