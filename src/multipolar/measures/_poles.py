"""Poles: named sets of states whose membership changes with time."""

from __future__ import annotations

from datetime import date

import polars as pl

from multipolar.core.errors import UnknownName
from multipolar.core.states import find_state
from multipolar.store import Store


def list_poles(store: Store) -> list[str]:
    """Names of the poles in the record."""
    return store.frame("poles")["pole"].unique().sort().to_list()


def pole_members(store: Store, pole: str, on: date) -> tuple[str, ...]:
    """States of a pole on a date, sorted.

    A row of the table ``poles`` names either a state or an organisation; the members of the
    organisation on that date are looked up in ``memberships``. A pole may also be a single state
    ("RUS") or a list of states ("USA+GBR").
    """
    table = store.frame("poles")
    rows = table.filter(
        (pl.col("pole") == pole)
        & (pl.col("start").is_null() | (pl.col("start") <= on))
        & (pl.col("end").is_null() | (pl.col("end") > on))
    )
    if table.filter(pl.col("pole") == pole).is_empty():
        return _listed(store, pole)
    states = set(rows["state"].drop_nulls())
    for org in rows["org"].drop_nulls():
        states |= members_of(store, org, on)
    return tuple(sorted(states))


def members_of(store: Store, org: str, on: date) -> set[str]:
    """Full members of an organisation on a date."""
    members = store.frame("memberships").filter(
        (pl.col("org") == org)
        & pl.col("status").is_in(["member", "member_withdrawing", "participation_frozen"])
        & (pl.col("start") <= on)
        & (pl.col("end").is_null() | (pl.col("end") > on))
    )
    return set(members["state"])


def _listed(store: Store, pole: str) -> tuple[str, ...]:
    try:
        return tuple(sorted({find_state(part).code for part in pole.split("+")}))
    except UnknownName as error:
        raise UnknownName.among(
            "pole", pole, list_poles(store), hint='name states as "USA+GBR+FRA"'
        ) from error
