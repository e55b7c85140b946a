"""What the operating system refuses, said as an error of the store."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from multipolar.core.errors import StoreError, StoreFull

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
# DuckDB and polars hand the system's message on as text.
_FULL_TEXTS = tuple(os.strerror(code).casefold() for code in _FULL)


@contextmanager
def saying_when_full(root: Path) -> Iterator[None]:
    """Turn a refused write below ``root`` into :class:`StoreFull` or :class:`StoreError`."""
    try:
        yield
    except (OSError, duckdb.Error, pl.exceptions.PolarsError) as error:
        if is_full(error):
            raise StoreFull(
                f"the disk refused the write to {root}: {_reason(error)}; the store is unchanged",
                hint="free some space, or use a folder on another disk with --store",
            ) from error
        if isinstance(error, OSError) and error.errno in _FORBIDDEN:
            raise StoreError(
                f"{root} cannot be written: {_reason(error)}", hint="--store FOLDER"
            ) from error
        raise


def is_full(error: BaseException) -> bool:
    """Tell whether an error means that there is no room (or a limit on file sizes was met)."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    text = str(error).casefold()
    return any(full in text for full in _FULL_TEXTS)


def sync_file(path: Path) -> None:
    """Make the bytes of a finished file survive a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().split("\n", maxsplit=1)[0]
