"""The options every command takes, in one decorator, and what they decide."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from multipolar.core.settings import Settings
    from multipolar.store import Store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command: its settings and how much it says on stderr."""

    settings: Settings
    verbosity: int

    def open_store(self) -> Store:
        """Open the store the settings name."""
        from multipolar.store import Store

        return Store.open(self.settings.store)

    def say(self, message: str) -> None:
        """Write a message to stderr, unless ``-q`` is on."""
        if self.verbosity >= 0:
            click.echo(message, err=True)


def common_options(command: F) -> F:
    """Add the common options; the command gets them as its first argument, a :class:`Run`."""

    @click.option("--store", metavar="FOLDER", help="Folder of the store.")
    @click.option("--offline", is_flag=True, default=None, help="Never connect to anything.")
    @click.option("--seed", type=int, help="Seed of everything random (default 1945).")
    @click.option("-v", "--verbose", count=True, help="Say more.")
    @click.option("-q", "--quiet", count=True, help="Say only errors.")
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @functools.wraps(command)
    def with_run(
        *args: Any,
        store: str | None,
        offline: bool | None,
        seed: int | None,
        verbose: int,
        quiet: int,
        debug: bool,
        **options: Any,
    ) -> Any:
        from multipolar.core.settings import Settings

        verbosity = verbose - quiet
        _set_up_logging(debug=debug, verbosity=verbosity)
        settings = Settings.load(store=store, offline=offline, seed=seed)
        return command(Run(settings=settings, verbosity=verbosity), *args, **options)

    return with_run  # type: ignore[return-value]


def _set_up_logging(*, debug: bool, verbosity: int) -> None:
    levels = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}
    level = logging.DEBUG if debug else levels.get(max(verbosity, -1), logging.DEBUG)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
