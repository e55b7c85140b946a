"""``measure``: any measure by name, its options checked, its selectors applied."""

from __future__ import annotations

import inspect
from typing import Any

import polars as pl

from multipolar.core.errors import UnknownName
from multipolar.measures import MEASURES
from multipolar.store import Store


def measure(name: str, *, store: Store | None = None, **choices: Any) -> pl.DataFrame:
    """Compute a measure.

    Parameters
    ----------
    name : str
        A name of ``multipolar measure list``.
    store : Store, optional
        The evidence; the user's store (or the starter record alone) without it.
    **choices
        Options of the measure's choices, and selectors the measure takes: ``state`` and
        ``partner`` (a name or code), ``since`` and ``until`` (a year), ``draws`` (of the
        bootstrap) and ``seed``.

    Returns
    -------
    frame, one row per key of the measure
        The keys, then ``measure, value, lower, upper, n_obs, reason``. Unit and range are the
        measure's own (``multipolar measure show NAME``).

    Raises
    ------
    UnknownName
        No such measure, choice, selector or option; the nearest is named.
    MeasureError
        The record in the store cannot answer; the fix is named.

    Notes
    -----
    A number of the record, not of intentions: see ``not_measured`` of each measure.

    Examples
    --------
    >>> frame = measure("resolution_support", resolution="A/RES/ES-11/1")
    >>> frame.filter(frame["vote"] == "yes")["value"].round(2).item()
    0.73
    """
    declared = MEASURES[name]
    known = [choice.name for choice in declared.choices]
    selectors = list(selectors_of(name))
    for given in choices:
        if given not in known and given not in selectors:
            raise UnknownName.among(
                f"choice of {name}",
                given,
                [*known, *selectors],
                hint=f"multipolar measure show {name}",
            )
    options = declared.options(choices)
    selected = {key: choices[key] for key in selectors if key in choices}
    return declared.compute(store if store is not None else Store.open(), **options, **selected)


def selectors_of(name: str) -> tuple[str, ...]:
    """Keywords a measure takes beside its choices."""
    declared = MEASURES[name]
    known = {choice.name for choice in declared.choices}
    parameters = list(inspect.signature(declared.compute).parameters.values())[1:]
    named = [p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
    return tuple(p for p in named if p not in known)
