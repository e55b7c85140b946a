"""Whether a verdict depends on the vintage of its data: the claim on the others at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from multipolar.core.declare import STARTER

if TYPE_CHECKING:
    from multipolar.claims.verdict import Verdict
    from multipolar.store import Store


def other_vintages(tables: Iterable[str], store: Store) -> list[dict[str, Any]]:
    """List the vintages of ``tables`` that the store holds and does not use.

    Parameters
    ----------
    tables : iterable of str
        Tables a claim reads.
    store : Store

    Returns
    -------
    list of dict
        One row per vintage: ``vintage`` (``starter`` for the package's own rows), ``tables`` that
        have it, ``verdict`` and ``supports`` (share of specifications, 0 to 1), both None as long
        as the claim was not asked of it.
    """
    named: dict[str, list[str]] = {}
    for table in tables:
        used = store.provenance(table)
        in_use = STARTER if used.kind == STARTER else used.vintage
        for vintage in store.vintages(table):
            if vintage != in_use:
                named.setdefault(vintage, []).append(table)
    return [
        {"vintage": vintage, "tables": held, "verdict": None, "supports": None}
        for vintage, held in sorted(named.items())
    ]


def ask_of_vintage(
    row: Mapping[str, Any], store: Store, ask: Callable[[Store], Verdict]
) -> dict[str, Any]:
    """Fill one row of :func:`other_vintages`; tables that lack the vintage stay as they are."""
    for table in row["tables"]:
        store = store.use(table, row["vintage"])
    found = ask(store)
    supports = found.multiverse.shares["supports"] if found.multiverse else None
    return {**row, "verdict": found.word, "supports": supports}
