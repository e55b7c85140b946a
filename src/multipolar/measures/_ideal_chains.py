"""Running several chains: order of work, thinning, progress, and a file to resume from."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np

from multipolar.core.errors import BadOption

Progress = Callable[[int, int, float], None]
_SAVE_EVERY_SECONDS = 60.0


class Chain(Protocol):
    """One Markov chain: it can move, say where it is, and be put back there."""

    def advance(self, sweeps: int) -> None:
        """Move by that many sweeps."""

    def record(self) -> dict[str, np.ndarray]:
        """Current values to keep."""

    def state(self) -> dict[str, np.ndarray]:
        """Everything needed to go on from here."""

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a saved state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sweeps to throw away, sweeps to keep from (per chain), how many to skip between draws."""

    chains: int
    burn: int
    iterations: int
    thin: int
    seed: int
    threads: int = 0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, int):
                raise BadOption(f"{name}={value!r}", hint="a whole number")
        for name in ("chains", "iterations", "thin"):
            if getattr(self, name) < 1:
                raise BadOption(f"{name}={getattr(self, name)}", hint=f"{name} >= 1")
        for name in ("burn", "seed", "threads"):
            if getattr(self, name) < 0:
                raise BadOption(f"{name}={getattr(self, name)}", hint=f"{name} >= 0")
        if self.draws < 4:
            raise BadOption(
                f"{self.iterations} iterations thinned by {self.thin} leave {self.draws} draws "
                "per chain",
                hint="keep at least 4",
            )

    @property
    def draws(self) -> int:
        """Kept draws per chain."""
        return self.iterations // self.thin

    @property
    def workers(self) -> int:
        """Threads to use: those asked for, or all the machine has."""
        return self.threads or os.cpu_count() or 1


@dataclass(slots=True)
class _Ticker:
    """Counts sweeps over all chains and tells the caller; safe from several threads."""

    total: int
    tell: Progress | None
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, sweeps: int) -> None:
        with self.lock:
            self.done += sweeps
            if self.tell is not None:
                spent = time.monotonic() - self.began
                left = spent / max(self.done, 1) * (self.total - self.done)
                self.tell(self.done, self.total, left)


def run_chains(
    make: Callable[[int], Chain],
    plan: Plan,
    *,
    fingerprint: str,
    abreast: bool,
    progress: Progress | None = None,
    resume: Path | None = None,
) -> dict[str, np.ndarray]:
    """Run every chain and return draws of shape (chains, draws, ...) by name.

    ``make(k)`` builds chain k. With ``abreast`` chains run side by side, one thread each. With
    ``resume`` the state is saved there about once a minute, and taken up again if it is of the
    same votes and the same plan.
    """
    ticker = _Ticker((plan.burn + plan.draws * plan.thin) * plan.chains, progress)
    saved = _Checkpoint(resume, fingerprint, plan)

    def one(k: int) -> dict[str, np.ndarray]:
        return _run_one(make(k), k, plan, ticker, saved)

    if abreast and plan.workers > 1:
        with ThreadPoolExecutor(min(plan.workers, plan.chains)) as pool:
            kept = list(pool.map(one, range(plan.chains)))
    else:
        kept = [one(k) for k in range(plan.chains)]
    return {name: np.stack([draws[name] for draws in kept]) for name in kept[0]}


def _run_one(
    chain: Chain, k: int, plan: Plan, ticker: _Ticker, saved: _Checkpoint
) -> dict[str, np.ndarray]:
    kept: list[dict[str, np.ndarray]] = []
    burned, state, kept = saved.load(k)
    if state:
        chain.restore(state)
        ticker.add(burned + len(kept) * plan.thin)
    while burned < plan.burn:
        step = min(plan.thin, plan.burn - burned)
        chain.advance(step)
        burned += step
        ticker.add(step)
        saved.save(k, burned, chain, kept)
    while len(kept) < plan.draws:
        chain.advance(plan.thin)
        kept.append({n: np.asarray(a, np.float32) for n, a in chain.record().items()})
        ticker.add(plan.thin)
        saved.save(k, burned, chain, kept)
    saved.save(k, burned, chain, kept, force=True)
    return {name: np.stack([draw[name] for draw in kept]) for name in kept[0]}


class _Checkpoint:
    """One ``.npz`` per chain beside the path asked for; written whole, then renamed."""

    def __init__(self, path: Path | None, fingerprint: str, plan: Plan) -> None:
        if path is not None and not path.parent.is_dir():
            raise BadOption(
                f"there is no folder {path.parent} for the resume file {path.name}",
                hint=f"make it first: mkdir -p {path.parent}",
            )
        self._path = path
        told = asdict(plan)
        told.pop("threads")
        self._identity = {"votes": fingerprint, **told}
        self._last: dict[int, float] = {}

    def _file(self, k: int) -> Path:
        if self._path is None:
            raise BadOption("no resume file was named")
        return self._path.with_name(f"{self._path.name}.{k}.npz")

    def load(self, k: int) -> tuple[int, dict[str, np.ndarray], list[dict[str, np.ndarray]]]:
        if self._path is None or not self._file(k).is_file():
            return 0, {}, []
        with self._opened(k) as file:
            names = [n.removeprefix("draw_") for n in file.files if n.startswith("draw_")]
            count = int(file["n_kept"])
            stacks = {n: file[f"draw_{n}"] for n in names}
            state = {
                n.removeprefix("state_"): file[n] for n in file.files if n.startswith("state_")
            }
            kept = [{n: stacks[n][i] for n in names} for i in range(count)]
            return int(file["burned"]), state, kept

    def _opened(self, k: int) -> Any:
        """The file of chain k, if it is of this run."""
        try:
            file = np.load(self._file(k))
            found = json.loads(str(file["identity"]))
        except (ValueError, KeyError, OSError, BadZipFile) as error:
            raise BadOption(
                f"{self._file(k)} is not a resume file of ideal points", hint="name another file"
            ) from error
        other = [name for name, value in self._identity.items() if found.get(name) != value]
        if other:
            told = ", ".join(f"{n} {found.get(n)} and not {self._identity[n]}" for n in other)
            raise BadOption(
                f"resume file {self._file(k)} is of other votes or another plan: {told}",
                hint="name another file or delete it",
            )
        return file

    def save(
        self,
        k: int,
        burned: int,
        chain: Chain,
        kept: list[dict[str, np.ndarray]],
        *,
        force: bool = False,
    ) -> None:
        now = time.monotonic()
        if self._path is None:
            return
        if not force and now - self._last.setdefault(k, now) < _SAVE_EVERY_SECONDS:
            return
        self._last[k] = now
        arrays: dict[str, Any] = {f"state_{n}": a for n, a in chain.state().items()}
        for name in kept[0] if kept else ():
            arrays[f"draw_{name}"] = np.stack([draw[name] for draw in kept])
        partial = self._file(k).with_suffix(".part")
        with partial.open("wb") as out:
            told: dict[str, Any] = {"identity": json.dumps(self._identity), "burned": burned}
            np.savez(out, **told, n_kept=len(kept), **arrays)
        partial.replace(self._file(k))
