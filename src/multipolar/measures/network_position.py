"""A state's place in the network of one stream: strength, centrality, core, brokerage."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.measures._stream_window import STREAM, read_window, rows_for
from multipolar.measures.concentration import SCHEMA
from multipolar.store import Store


def compute(
    store: Store,
    *,
    stream: str = "trade",
    state: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> pl.DataFrame:
    """Network position of every state in one stream.

    Parameters
    ----------
    store : Store
    stream : str
        Choice of the measure; directed streams count both directions of a pair.
    state : str, optional
        Name or code; every state with a tie without it.
    since, until : int, optional
        First and last year; the last five years of the record without them.

    Returns
    -------
    frame, one row per (state, measure)
        ``degree`` partners; ``strength`` sum of ties in the stream's unit; ``eigenvector`` and
        ``closeness`` from 0 (isolate); ``core_number``; ``coreness`` in [0, 1]: 0 periphery, 1
        core; ``constraint``: high where partners are tied to each other; ``effective_size``.
        ``eigenvector_rank`` in [0, 1] is the share of states below. ``n_obs`` partners with a tie.

    Raises
    ------
    NotIdentified, UnknownName, BadOption

    Notes
    -----
    Values of different years are not comparable, ranks are. Missing reports lower a position as
    missing ties do.

    References
    ----------
    Bonacich 1987; Borgatti & Everett 1999, doi:10.1016/S0378-8733(99)00019-2; Burt 1992.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("network_position", stream="trade", state="USA", since=2010, until=2014)
    >>> frame.filter(frame["measure"] == "eigenvector_rank")["value"].item() > 0.95
    True
    """
    from multipolar.measures._kernels import network  # noqa: PLC0415 - scipy takes long to import

    ties, matrix, (_, last) = read_window(store, stream, since, until)
    filled = np.nan_to_num(matrix)
    both = filled if np.array_equal(filled, filled.T) else filled + filled.T
    partners = (both > 0).sum(axis=1)
    central = network.eigenvector(both)
    tied = partners > 0
    found = {
        "degree": partners.astype(np.float64),
        "strength": network.strength(both),
        "eigenvector": central,
        "eigenvector_rank": np.array([(central[tied] < v).mean() for v in central]),
        "closeness": network.closeness(both / max(both.max(), 1e-300)),
        "core_number": network.core_number(both).astype(np.float64),
        "coreness": network.coreness(both),
        "constraint": network.constraint(both),
        "effective_size": network.effective_size(both),
    }
    rows: list[tuple[Any, ...]] = []
    for i in rows_for(ties, state, last):
        if partners[i]:
            rows += [
                (ties.states[i], name, float(v[i]), None, None, int(partners[i]), "")
                for name, v in found.items()
            ]
        elif state is not None:
            rows.append((ties.states[i], "degree", None, None, None, 0, ties.reason(int(i))))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


MEASURE = Measure(
    name="network_position",
    title="Place of a state in the network of one stream of ties",
    unit="partners, the stream's unit, or centrality from 0",
    low="0: an isolate, or on the periphery",
    high="many and well-tied partners; coreness 1: the core",
    keys=("state",),
    tables=("trade", "trade_dyads", "arms", "visits", "memberships", "alliances", "shared_igos"),
    choices=(STREAM,),
    compute=compute,
    meaning="How central a state is, whether it belongs to the core, and whether its partners "
    "know each other.",
    not_measured="Influence: a central state may be used by others as a hub.",
    reference="Bonacich (1987); Borgatti & Everett (1999); Burt (1992).",
)
