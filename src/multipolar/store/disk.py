"""What the operating system refuses, said as an error of the store."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl

from multipolar.core.errors import StoreError, StoreFull

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
_NO_KERNEL_COPY = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}
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


def copy_block(given: BinaryIO, kept: BinaryIO, size: int) -> int:
    """Copy up to ``size`` bytes on from where both files stand; return how many, 0 at the end.

    The system copies without passing the bytes through this process where it can, which takes a
    fifth of the time for a file of hundreds of megabytes.
    """
    if hasattr(os, "copy_file_range"):
        try:
            moved = os.copy_file_range(given.fileno(), kept.fileno(), size)
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
        else:
            if moved:  # some file systems say 0 where there is more to read
                return moved
    block = os.read(given.fileno(), size)
    view = memoryview(block)
    while view:
        view = view[os.write(kept.fileno(), view) :]
    return len(block)


def sync_file(path: Path) -> None:
    """Make the bytes of a finished file survive a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().split("\n", maxsplit=1)[0]
