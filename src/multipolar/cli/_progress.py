"""Progress of long work, on stderr and only when somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multipolar.cli._options import Run

Progress = Callable[[str, int, "int | None"], None]


@contextmanager
def show_progress(run: Run, *, unit: str = "bytes") -> Iterator[Progress | None]:
    """Give a function to report (label, done, total or None) to; None where nobody watches.

    ``unit`` is "bytes", or the plural of what is counted ("specifications"). One bar at a time; a
    total of None shows that work goes on without saying how far it is.
    """
    if run.verbosity < 0 or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(*_columns(unit), console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(label: str, done: int, total: int | None) -> None:
            if label not in tasks:
                for task in bars.task_ids:
                    bars.remove_task(task)
                tasks.clear()
                tasks[label] = bars.add_task(label, total=total)
            bars.update(tasks[label], completed=done, total=total)

        yield report


def _columns(unit: str) -> list[Any]:
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    count = [DownloadColumn()] if unit == "bytes" else [MofNCompleteColumn(), TextColumn(unit)]
    return [TextColumn("{task.description}"), BarColumn(), *count, TimeRemainingColumn()]
