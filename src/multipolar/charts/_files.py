"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from multipolar.core.errors import StoreError


def write_bytes(target: Path, data: bytes) -> Path:
    """Write a file by way of a temporary one beside it, so that a crash leaves the old one."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(
            f"{target}: could not be written: {error.strerror or error}",
            hint="choose a folder you may write to",
        ) from error
    return target
