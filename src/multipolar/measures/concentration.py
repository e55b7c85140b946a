"""How a state's ties are spread over partners: concentration, effective numbers, dependence."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.states import find_state
from multipolar.measures._kernels import concentration as kernel
from multipolar.measures._stream_window import STREAM, read_window, rows_for
from multipolar.store import Store

COUNTED = ("visits_in", "visits_out")
SCHEMA = {
    "state": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


def compute(
    store: Store,
    *,
    stream: str = "trade",
    state: str | None = None,
    partner: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> pl.DataFrame:
    """Concentration of every state's ties in one stream.

    Parameters
    ----------
    store : Store
    stream : str
        Choice of the measure.
    state : str, optional
        Name or code; every state with a tie without it.
    partner : str, optional
        Name or code; adds how much each state depends on it, and how much less it does in return.
    since, until : int, optional
        First and last year; the last five years of the record without them.

    Returns
    -------
    frame, one row per (state, measure)
        ``hhi`` in (0, 1]: near 0 many equal partners, 1 a single one; ``effective_order_1`` and
        ``effective_order_2``: number of equal partners with that spread; ``breadth`` in [0, 1]:
        share of states with any tie; ``largest_dependence`` in (0, 1]: share of the largest
        partner; ``hhi_unbiased`` for visits counted one by one. With ``partner``: ``dependence``
        in [0, 1], its share of the state's ties, and ``asymmetry`` in [-1, 1], that share less the
        state's share of the partner's ties: above 0 where the state depends more. ``n_obs``
        partners with a tie.

    Raises
    ------
    NotIdentified, UnknownName, BadOption

    Notes
    -----
    Few partners can be choice, size or geography; it does not say which.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("concentration", stream="trade", state="BLR", since=2010, until=2014)
    >>> 0.2 < frame.filter(frame["measure"] == "hhi")["value"].item() < 0.6
    True
    """
    ties, matrix, (_, last) = read_window(store, stream, since, until)
    everybody = np.ones(len(ties.states))
    found = {
        "hhi": kernel.herfindahl(matrix),
        "effective_order_1": kernel.effective_number(matrix, 1),
        "effective_order_2": kernel.effective_number(matrix, 2),
        "breadth": kernel.breadth(matrix, everybody),
        "largest_dependence": np.nan_to_num(kernel.dependence(matrix), nan=-1.0).max(axis=1),
    }
    if stream in COUNTED:
        years = ties.overlap(last - 4 if since is None else since, last)
        found["hhi_unbiased"] = kernel.herfindahl_unbiased(matrix * years)
    if partner is not None:
        place = ties.states.index(find_state(partner, on=last).code)
        found["dependence"] = kernel.dependence(matrix)[:, place]
        found["asymmetry"] = kernel.asymmetry(matrix)[:, place]
        for name in ("dependence", "asymmetry"):
            found[name][place] = np.nan
    partners = (np.nan_to_num(matrix) > 0).sum(axis=1)
    rows: list[tuple[Any, ...]] = []
    for i in rows_for(ties, state, last):
        if not partners[i]:
            if state is not None:
                why = ties.reason(int(i))
                rows.append((ties.states[i], "hhi", None, None, None, 0, why))
            continue
        for name, values in found.items():
            known = bool(np.isfinite(values[i]))
            value = float(values[i]) if known else None
            why = "" if known else _WHY.get(name, "too few events")
            rows.append((ties.states[i], name, value, None, None, int(partners[i]), why))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


_WHY = dict.fromkeys(("dependence", "asymmetry"), "no tie of the partner's own to compare with")

MEASURE = Measure(
    name="concentration",
    title="Concentration of a state's ties on few partners",
    unit="hhi, breadth and dependence in [0, 1]; asymmetry in [-1, 1]; numbers of partners",
    low="hhi near 0, effective number large: many equal partners",
    high="hhi 1, effective number 1: a single partner",
    keys=("state",),
    tables=("trade", "trade_dyads", "arms", "visits", "memberships", "alliances", "shared_igos"),
    choices=(STREAM,),
    compute=compute,
    meaning="Whether a state relies on few partners; the largest dependence is the share of one, "
    "and asymmetry says which of two depends more on the other.",
    not_measured="Whether concentration is wanted, and how much the ties weigh in all it does.",
    reference="Herfindahl-Hirschman; Hill 1973, doi:10.2307/1934352; Hirschman 1945.",
)
