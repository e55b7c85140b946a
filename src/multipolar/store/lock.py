"""One writer at a time: a lock on a file, which the system drops when its holder dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from multipolar.core.errors import StoreBusy

WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.05

if os.name == "nt":  # pragma: no cover - not run where this is developed
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def write_lock(root: Path, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the right to write in ``root``; wait up to ``wait`` seconds for another writer.

    Raises
    ------
    StoreBusy
        Another process, or another thread of this one, is still writing.
    """
    path = root / ".lock"
    until = time.monotonic() + wait
    with path.open("ab") as file:
        while True:
            try:
                _take(file)
                break
            except OSError:
                if time.monotonic() >= until:
                    raise StoreBusy(
                        f"another process has been writing to {root} for {wait:.0f} s",
                        hint="wait for it to finish, or write to another folder with --store",
                    ) from None
                time.sleep(_POLL_SECONDS)
        yield  # closing the file gives the lock back
