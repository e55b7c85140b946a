"""Bodies that act for several states: which states stood behind them on a day."""

from __future__ import annotations

import csv
import functools
from datetime import date
from pathlib import Path

_FILE = Path(__file__).parent / "starter" / "memberships.csv"
# Names under which bodies of the curated memberships appear among senders and targets.
BODIES: dict[str, tuple[str, ...]] = {
    "EU": ("EU",),
    "European Union": ("EU",),
    "European Community": ("EU",),
    "EEC": ("EU",),
    "G7": ("G7",),
    "G8": ("G7", "G8"),
    "NATO": ("NATO",),
    "CSTO": ("CSTO",),
    "EEU": ("EAEU",),
}
Spell = tuple[str, date, date | None]


def spells(body: str) -> tuple[Spell, ...]:
    """Full members of a curated body: state, first day, first day after (None where open).

    Examples
    --------
    >>> [(s, start.year, end.year) for s, start, end in spells("EU") if end]
    [('GBR', 1973, 2020)]
    """
    return _by_body()[body]


@functools.cache
def _by_body() -> dict[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] not in ("member", "member_withdrawing") or not row["start"]:
                continue
            end = date.fromisoformat(row["end"]) if row["end"] else None
            spell = (row["state"], date.fromisoformat(row["start"]), end)
            found.setdefault(row["org"], []).append(spell)
    return {org: tuple(sorted(rows)) for org, rows in found.items()}
