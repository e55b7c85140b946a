"""Where things are and how the program behaves, decided once at the edge and passed down.

Flags come first, then the environment (``MULTIPOLAR_STORE``, ``MULTIPOLAR_OFFLINE``), then
``multipolar.toml`` in the working folder, then the defaults.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from multipolar.core.errors import BadOption, UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Folder of the store (None: the user's data folder), network allowed or not, seed."""

    store: Path | None = None
    offline: bool = False
    seed: int = 1945

    @classmethod
    def load(
        cls, *, store: str | None = None, offline: bool | None = None, seed: int | None = None
    ) -> Settings:
        """Merge flags, environment, ``multipolar.toml`` and defaults."""
        file = _read_settings_file(Path("multipolar.toml"))
        folder = store or os.environ.get("MULTIPOLAR_STORE") or file.get("store")
        quiet = os.environ.get("MULTIPOLAR_OFFLINE", "").casefold() in {"1", "true", "yes"}
        return cls(
            store=Path(str(folder)).expanduser() if folder else None,
            offline=offline if offline is not None else bool(quiet or file.get("offline", False)),
            seed=seed if seed is not None else int(str(file.get("seed", 1945))),
        )


def _read_settings_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadOption(f"{path}: not valid TOML: {error}") from error
    for key in values:
        if key not in {"store", "offline", "seed"}:
            raise UnknownName.among(f"setting in {path}", key, ["store", "offline", "seed"])
    return values
