"""Poles: named sets of states whose membership changes with time."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from multipolar.core.errors import UnknownName
from multipolar.core.states import find_state
from multipolar.store import Store

FULL = ("member", "member_withdrawing", "participation_frozen")
_POLE = ("state", "org", "start", "end")


def list_poles(store: Store) -> list[str]:
    """Names of the poles in the record."""
    return store.frame("poles")["pole"].unique().sort().to_list()


def pole_members(store: Store, pole: str, on: date) -> tuple[str, ...]:
    """States of a pole on a date, sorted.

    A row of the table ``poles`` names either a state or an organisation; the members of the
    organisation on that date are looked up in ``memberships``. A pole may also be a single state
    ("RUS") or a list of states ("USA+GBR").
    """
    spells = _spells(store)
    if pole not in spells.poles:
        return _listed(store, pole)
    states: set[str] = set()
    for state, org, start, end in spells.poles[pole]:
        if not _holds(start, end, on):
            continue
        if state is not None:
            states.add(state)
        if org is not None:
            states |= members_of(store, org, on)
    return tuple(sorted(states))


def members_of(store: Store, org: str, on: date) -> set[str]:
    """Full members of an organisation on a date."""
    held = _spells(store).members.get(org, ())
    return {state for state, start, end in held if start is not None and _holds(start, end, on)}


def _holds(start: date | None, end: date | None, on: date) -> bool:
    return (start is None or start <= on) and (end is None or end > on)


@dataclass(frozen=True, slots=True)
class _Spells:
    """Rows of ``poles`` by pole and full memberships by organisation, with their dates."""

    poles: Mapping[str, list[tuple[str | None, str | None, date | None, date | None]]]
    members: Mapping[str, list[tuple[str, date | None, date | None]]]


_READ: OrderedDict[str, _Spells] = OrderedDict()
_READ_KEPT = 2


def _spells(store: Store) -> _Spells:
    """Read both tables once: a roll call by roll call question asks for a hundred dates."""
    key = store.content_hash("poles", "memberships")
    if key not in _READ:
        poles, members = defaultdict(list), defaultdict(list)
        for pole, *row in store.frame("poles").select("pole", *_POLE).iter_rows():
            poles[pole].append(tuple(row))
        full = store.frame("memberships").filter(pl.col("status").is_in(FULL))
        for org, *row in full.select("org", "state", "start", "end").iter_rows():
            members[org].append(tuple(row))
        _READ[key] = _Spells(poles=dict(poles), members=dict(members))
        while len(_READ) > _READ_KEPT:
            _READ.popitem(last=False)
    return _READ[key]


def _listed(store: Store, pole: str) -> tuple[str, ...]:
    try:
        return tuple(sorted({find_state(part).code for part in pole.split("+")}))
    except UnknownName as error:
        raise UnknownName.among(
            "pole", pole, list_poles(store), hint='name states as "USA+GBR+FRA"'
        ) from error
