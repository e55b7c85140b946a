"""Verdicts an audit rests on, and the folder of the store that keeps them between audits."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import multipolar
from multipolar.claims.assess import claim as run_claim
from multipolar.claims.verdict import Verdict, versions
from multipolar.core.choices import canonical_hash
from multipolar.core.study import ClaimStudy
from multipolar.store import Store
from multipolar.store.manifest import read_manifest
from multipolar.store.starter import FOLDER

LAYOUT = 1  # of the kept files; another number leaves older files unread
KEPT_IN = "verdicts"
KEPT = 200  # verdicts used last; up to 0.3 MB each, so some 60 MB at most
OWN_TABLE = "events_read"  # no measure reads it, so that keeping events leaves verdicts valid
CODE = ("claims", "core", "measures", "sources", "store")


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldVerdict:
    """A verdict as an audit shows it: its summary, and the whole of it when that is asked for.

    Attributes
    ----------
    data : mapping
        :meth:`multipolar.claims.verdict.Verdict.to_dict` as JSON holds it.
    kept : bool
        Taken from the store's folder and not computed for this audit.
    """

    data: Mapping[str, Any]
    kept: bool
    compute: Callable[[], Verdict] = field(repr=False)

    @property
    def word(self) -> str:
        """``holds`` to ``fails``, or ``cannot tell``."""
        return str(self.data["verdict"])

    @property
    def is_measured(self) -> bool:
        """Whether any specification was run at all."""
        return bool(self.data["n_specifications"])

    def to_dict(self) -> dict[str, Any]:
        """The summary as plain values for JSON."""
        return dict(self.data)

    def whole(self) -> Verdict:
        """The verdict with every specification; computed where only its summary was kept."""
        return self.compute()


def verdict_on(study: ClaimStudy, store: Store, *, seed: int, keep: bool) -> HeldVerdict:
    """Verdict on a study: the one kept for the same study, data, seed and code, else computed.

    A file that is damaged or cannot be written costs time and nothing else: the verdict is computed
    again.
    """
    made: list[Verdict] = []

    def compute() -> Verdict:
        if not made:
            made.append(run_claim(study, store=store, seed=seed))
        return made[0]

    path = _path(study, store, seed) if keep else None
    held = _read(path) if path else None
    if held is not None:
        return HeldVerdict(data=held, kept=True, compute=compute)
    data: dict[str, Any] = json.loads(json.dumps(compute().to_dict(), default=str))
    if path:
        _write(path, data)
    return HeldVerdict(data=data, kept=False, compute=compute)


def _path(study: ClaimStudy, store: Store, seed: int) -> Path:
    key = canonical_hash(
        {
            "layout": LAYOUT,
            "study": study.model_dump(mode="json"),
            "seed": seed,
            "added": _added(store),
            "pins": dict(store.pins),
            "starter": _starter(),
            "code": _code(),
            "versions": versions(),
        }
    )
    return store.path / KEPT_IN / f"{key[:32]}.json"


def _added(store: Store) -> list[list[str]]:
    """Every vintage the user's store holds, with its hash; the last of a table is in use."""
    entries = read_manifest(store.path).entries
    return [[e.table, e.vintage, e.sha256] for e in entries if e.table != OWN_TABLE]


@cache
def _starter() -> str:
    """Hash of the bytes of the starter record."""
    digest = hashlib.sha256()
    for path in sorted(p for p in FOLDER.iterdir() if p.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def _code() -> str:
    """Hash of the size and time of the files a verdict is computed with."""
    root = Path(multipolar.__file__).parent
    files = sorted(p for name in CODE for p in (root / name).rglob("*.py"))
    return canonical_hash([[p.name, p.stat().st_size, p.stat().st_mtime_ns] for p in files])


def _read(path: Path) -> dict[str, Any] | None:
    """Kept summary; None where there is none or it is damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and {"verdict", "n_specifications", "claim"} <= set(found)
    if not whole:
        return None
    with suppress(OSError):
        os.utime(path)  # used last: it is the last to go
    return found


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Write beside and rename: two audits at once leave one whole file, whoever comes last."""
    part = path.with_name(f".{path.stem}.{os.getpid()}.{secrets.token_hex(4)}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
            os.replace(part, path)  # noqa: PTH105 - atomic on every platform
        finally:
            part.unlink(missing_ok=True)
        _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    """Leave the files used last; of another's audit a file may go at any time, and costs time only.

    Parts left by an audit that was broken off go with the files of their age.
    """
    files = [p for pattern in ("*.json", ".*.part") for p in folder.glob(pattern)]
    for path in sorted(files, key=lambda p: p.stat().st_mtime_ns, reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)
