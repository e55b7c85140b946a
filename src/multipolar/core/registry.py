"""Find declarations (sources, measures) by module name, and load one only when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import EntryPoints, entry_points
from typing import Generic, TypeVar

from multipolar.core.errors import UnknownName

T = TypeVar("T")


class Registry(Generic[T]):
    """Declarations under one package, one module each, as attribute ``attribute``.

    Third parties add theirs through the entry point group of the package's name, e.g.
    ``multipolar.sources``. Modules whose name starts with ``_`` are not declarations.
    """

    def __init__(self, package: str, attribute: str, kind: str) -> None:
        self._package = package
        self._attribute = attribute
        self._kind = kind

    @cached_property
    def _plugins(self) -> EntryPoints:
        # Finding them reads the metadata of every installed package.
        return entry_points(group=self._package)

    def names(self) -> list[str]:
        """Sorted names, without importing any of the modules."""
        path = importlib.import_module(self._package).__path__
        built_in = {m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")}
        plugins = {e.name for e in self._plugins}
        return sorted(built_in | plugins)

    def __getitem__(self, name: str) -> T:
        """Load the declaration of that name, or raise :class:`UnknownName`."""
        path = importlib.import_module(self._package).__path__
        if name.isidentifier() and any(m.name == name for m in pkgutil.iter_modules(path)):
            module = importlib.import_module(f"{self._package}.{name}")
            declared: T = getattr(module, self._attribute)
            return declared
        for entry in self._plugins:
            if entry.name == name:
                plugin: T = entry.load()
                return plugin
        raise UnknownName.among(
            self._kind, name, self.names(), hint=f"multipolar {self._kind} list"
        )

    def __iter__(self) -> Iterator[T]:
        return (self[name] for name in self.names())
