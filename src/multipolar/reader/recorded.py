"""Names a store holds beyond the starter record: leaders and organisations the user has added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from multipolar.core.declare import STARTER

if TYPE_CHECKING:
    from multipolar.store import Store

# Spellings of a status inside the record of memberships, no names of organisations.
STATUSES = ("_frozen", "_candidate", "_observer")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of office from the store."""

    state: str
    name: str
    office: str
    start: date
    end: date | None
    source: str


@dataclass(frozen=True, slots=True)
class RecordedNames:
    """What the store adds to the reader's lists; equal stores give equal names."""

    terms: tuple[Term, ...] = ()
    organisations: tuple[tuple[str, str], ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is any name at all."""
        return bool(self.terms or self.organisations)


def recorded_names(store: Store | None) -> RecordedNames:
    """Names of the tables ``leaders`` and ``memberships`` the user added or fetched.

    The starter record is in the lists already, so a store without tables of its own costs nothing.

    Parameters
    ----------
    store : Store, optional
        Without it no names.

    Returns
    -------
    RecordedNames
        One term per row of leaders, and (organisation, source) once per organisation.

    Examples
    --------
    >>> recorded_names(None)
    RecordedNames(terms=(), organisations=())
    """
    if store is None:
        return RecordedNames()
    return RecordedNames(_terms(store), _organisations(store))


def _added(store: Store, table: str) -> str:
    """Source of a table the user has added, or nothing."""
    if table not in store.tables() or store.vintages(table) == [STARTER]:
        return ""
    provenance = store.provenance(table)
    return "" if provenance.kind == STARTER else f"store: {table} {provenance.vintage}"


def _terms(store: Store) -> tuple[Term, ...]:
    source = _added(store, "leaders")
    if not source:
        return ()
    columns = ["state", "name", "office", "start", "end"]
    rows = store.frame("leaders").select(columns).iter_rows()
    return tuple(
        Term(state, name, office or "", start, end, source)
        for state, name, office, start, end in rows
        if state and name and start is not None
    )


def _organisations(store: Store) -> tuple[tuple[str, str], ...]:
    source = _added(store, "memberships")
    if not source:
        return ()
    names = store.frame("memberships")["org"].unique().sort().to_list()
    return tuple((n, source) for n in names if n and not n.endswith(STATUSES))
