"""Visits to and from a state: weighted sums, breadth, effective guests, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, MeasureError, NotIdentified
from multipolar.core.states import find_state
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import concentration
from multipolar.measures._kernels.poisson import bits
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import VISITS, load_ties
from multipolar.measures._visit_calibration import Chances, calibrated_chances
from multipolar.measures._visit_model import PLAIN, expect_visits, read_travel, read_visits
from multipolar.measures._visit_weights import VISIT_CHOICES, VisitWeights
from multipolar.measures._vote_choices import BASELINE
from multipolar.store import Store

SCHEMA = {
    "state": pl.String,
    "partner": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}
Row = tuple[str, float, float, float, int, str]
_NONE = (float("nan"), float("nan"))


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    role_weight: str = "graded",
    multilateral_weight: float = 0.5,
    not_met_weight: float = 0.5,
    baseline_years: int = 5,
    state: str = "USA",
    since: int | None = None,
    until: int | None = None,
    guests: int = 0,
) -> pl.DataFrame:
    """Visits of one state, in and out.

    Parameters
    ----------
    store : Store
    role_weight, multilateral_weight, not_met_weight, baseline_years : scalar
        Choices of the measure.
    state : str
        Name or code of the host, or guest.
    since, until : int, optional
        First and last year; the last five years of the record without them.
    guests : int
        1 adds a row for every guest that came: how much its coming tells.

    Returns
    -------
    frame, one row per (state, partner, measure)
        ``visits_in``, ``visits_out``: weighted visits in the window; ``reciprocity`` in [0, 1]: 0
        one way only, 1 as many out as in; ``breadth`` in [0, 1]: share of states that came at
        least once; ``effective_guests``: number of equal guests with that spread;
        ``world_share`` in [0, 1] of all visits recorded; ``observed_expected``: visits over those
        a gravity model expects without them, 1 as expected, below it isolated, with a 90 %
        interval; per partner ``chance`` in (0, 1) of coming at least once and ``information``, the
        same in bits: 0 a visit that was certain to come, 3 one chance in eight. Chances are set
        right on forecasts of other hosts that the fit had not seen; ``reason`` says where these
        are too few. ``n_obs`` partners covered by the record.

    Raises
    ------
    NotIdentified
        No table of visits.
    BadOption

    Notes
    -----
    A sum of visits is not esteem: guests come for summits, for help, or because they must. A year
    without invitations is not a boycott.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("visits", state="USA", since=2015, until=2019)
    >>> {"visits_in", "effective_guests"} <= set(frame["measure"])
    True
    """
    weights = VisitWeights(
        role_weight=role_weight,
        multilateral_weight=multilateral_weight,
        not_met_weight=not_met_weight,
    )
    window = _window(store, since, until)
    code = find_state(state, on=window[1]).code
    rows: list[tuple[Any, ...]] = [(code, "", *row) for row in _sums(store, code, window, weights)]
    before = (window[0] - baseline_years, window[0] - 1)
    rows += _expected(store, code, before, window, guests=bool(guests))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col("value", "lower", "upper").fill_nan(None))


def _window(store: Store, since: int | None, until: int | None) -> Window:
    ties, missing = load_ties(store, VISITS, visit_weights=PLAIN)
    if "visits_out" not in ties:
        raise NotIdentified(f"visits: {missing['visits_out']}", hint="multipolar source list")
    last = ties["visits_out"].span[1] if until is None else until
    first = last - 4 if since is None else since
    if first > last:
        raise BadOption(f"since ({first}) is later than until ({last})")
    return first, last


def _sums(store: Store, code: str, window: Window, weights: VisitWeights) -> Iterator[Row]:
    ties = load_ties(store, VISITS, visit_weights=weights)[0]
    states = ties["visits_in"].states
    i = states.index(code)
    matrix = read_visits(store, window, weights)
    for name, row in (("visits_in", matrix[:, i]), ("visits_out", matrix[i])):
        known = int(np.isfinite(row).sum())
        complete = ties[name].known is None or bool(ties[name].known[i])  # type: ignore[index]
        if not known:
            yield (name, float("nan"), *_NONE, 0, ties[name].reason(i))
        else:
            why = "" if complete else f"a lower bound: {ties[name].reason(i)}"
            yield (name, float(np.nansum(row)), *_NONE, known, why)
    into, out = float(np.nansum(matrix[:, i])), float(np.nansum(matrix[i]))
    complete_in = ties["visits_in"].known is None or bool(ties["visits_in"].known[i])
    if not complete_in:
        return
    larger = max(into, out)
    yield ("reciprocity", min(into, out) / larger if larger else float("nan"), *_NONE, 2, "")
    guests = matrix[:, i][None, :]
    n = int(np.isfinite(guests).sum())
    everybody = np.ones(len(states))
    yield ("breadth", float(concentration.breadth(guests, everybody)[0]), *_NONE, n, "")
    yield ("effective_guests", float(concentration.effective_number(guests)[0]), *_NONE, n, "")
    if ties["visits_in"].whole:
        yield ("world_share", into / float(np.nansum(matrix)), *_NONE, n, "")


def _expected(
    store: Store, code: str, before: Window, after: Window, *, guests: bool
) -> list[tuple[Any, ...]]:
    try:
        travel = read_travel(store, before, after)
        host = travel.states.index(code)
        found = expect_visits(travel, host)
    except MeasureError as error:
        return [(code, "", "observed_expected", float("nan"), *_NONE, 0, error.message)]
    known = np.isfinite(found.observed) & np.isfinite(found.expected)
    reason = ""
    if not np.isfinite(found.ratio[0]):
        reason = (
            f"no visit to {code} before {after[0]} to go by"
            if np.isfinite(found.expected).any()
            else f"the record has no other travel of the guests of {code} since {after[0]}"
        )
    rows: list[tuple[Any, ...]] = [
        (code, "", "observed_expected", *found.ratio, int(known.sum()), reason)
    ]
    if guests:
        chances = calibrated_chances(travel, host, found.expected)
        rows += _information(code, travel.states, found.observed, chances)
    return rows


def _information(
    code: str, states: tuple[str, ...], observed: Floats, found: Chances
) -> list[tuple[Any, ...]]:
    """Chance and bits of each guest's coming at least once."""
    rows: list[tuple[Any, ...]] = []
    for i in np.flatnonzero(np.nan_to_num(observed) > 0):
        chance, n = found.chance[i], int(observed[i])
        why = _why(chance, found.note, states[i])
        told = float(bits(found.chance[[i]])[0]) if chance > 0 else float("nan")
        rows.append((code, states[i], "chance", float(chance), *_NONE, n, why))
        rows.append((code, states[i], "information", told, *_NONE, n, why))
    return rows


def _why(chance: float, note: str, guest: str) -> str:
    """What is to be known of a chance, or why there is none."""
    if np.isnan(chance):
        return f"the record has no other travel of {guest} to forecast from"
    return note if chance > 0 else "the model gives this visit no chance: no visit before"


MEASURE = Measure(
    name="visits",
    title="Visits to and from a state, and how many were to be expected",
    unit="weighted visits; shares in [0, 1]; ratio of observed to expected; bits",
    low="0 visits; observed_expected below 1: fewer than expected; 0 bits: a visit sure to come",
    high="many and varied guests; observed_expected above 1; many bits: a visit nobody expected",
    keys=("state", "partner"),
    tables=(
        "visits",
        "visit_coverage",
        "distances",
        "contiguity",
        "memberships",
        "leaders",
        "states",
    ),
    choices=(*VISIT_CHOICES, BASELINE),
    compute=compute,
    meaning="Who comes and who goes, beside a gravity model in which everybody's travel rises and "
    "falls together, neighbours, members of the same organisations and leaders long acquainted "
    "travel more, and the state's own visits after the break are left out.",
    not_measured="Why somebody came, what was agreed, and calls and messages without travel.",
    reference="Project definition. Model: Santos Silva & Tenreyro 2006, doi:10.1162/rest.88.4.641.",
)
