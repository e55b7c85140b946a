"""How many visits were to be expected, from a gravity model of who travels where.

One row of the model is a guest, a host and a period (before or after the break). Guests have an
effect in each period, so that a pandemic or a quiet year is nobody's isolation; hosts have one
effect over both. The rows of the host in question after the break are left out: its expectation
comes from its own past and from how travel changed for everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.errors import NotConverged, NotIdentified, TooFewObservations
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import poisson
from multipolar.measures._pole_ties import Window
from multipolar.measures._ties import VISITS, axis, load_ties
from multipolar.measures._visit_bonds import read_bonds
from multipolar.measures._visit_weights import VisitWeights
from multipolar.store import Store

Ints = NDArray[np.int64]
MINIMUM_EVENTS = 30
PLAIN = VisitWeights(role_weight="all_alike", multilateral_weight=1.0, not_met_weight=1.0)


@dataclass(frozen=True, slots=True)
class Travel:
    """Visits between pairs, before and after, where the record is complete.

    ``before`` and ``after`` (n_guests, n_hosts): visits in the window, NaN where the record does
    not cover the pair; ``distance`` and ``neighbours`` of the same shape. ``bonds`` are what ties
    a pair in each period, two arrays (n_guests, n_hosts, n_terms) without NaN: organisations
    shared, and years in which the two leaders have dealt with each other.
    """

    states: tuple[str, ...]
    before: Floats
    after: Floats
    distance: Floats
    neighbours: Floats
    bonds: tuple[Floats, Floats] | None = None

    def terms(self, period: int) -> Floats:
        """Terms of the model, (n_guests, n_hosts, n_terms): period 0 before, 1 after."""
        fixed = np.stack([self.distance, self.neighbours], axis=2)
        return fixed if self.bonds is None else np.dstack([fixed, self.bonds[period]])


def read_visits(store: Store, window: Window, weights: VisitWeights = PLAIN) -> Floats:
    """Visits of every guest (row) to every host (column) in a window; NaN where not covered.

    A pair is covered where the guest's travel or the host's visitors are complete.
    """
    ties, missing = load_ties(store, VISITS, visit_weights=weights)
    if "visits_out" not in ties:
        raise NotIdentified(f"visits: {missing['visits_out']}", hint="multipolar source list")
    paid, received = ties["visits_out"], ties["visits_in"]
    years = paid.overlap(*window)
    out = paid.matrix(*window) * years
    into = received.matrix(*window).T * years
    return np.where(np.isfinite(out), out, into)


def read_travel(store: Store, before: Window, after: Window) -> Travel:
    """Visits of two windows with what makes them likely."""
    states = axis()
    return Travel(
        states=states,
        before=read_visits(store, before),
        after=read_visits(store, after),
        distance=_log_distance(store, states, after[0]),
        neighbours=_neighbours(store, states, after[0]),
        bonds=(read_bonds(store, states, before), read_bonds(store, states, after)),
    )


def _log_distance(store: Store, states: tuple[str, ...], year: int) -> Floats:
    """Logarithm of 1 + km between territories; between centres where only those are known."""
    from multipolar.core._state_tables import states_by_code  # noqa: PLC0415 - one use

    by_code = states_by_code()
    place = {s: i for i, s in enumerate(states)}
    lat, lon = (
        np.radians([float(getattr(by_code[s], c) or np.nan) for s in states])
        for c in ("lat", "lon")
    )
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    if "distances" in store.tables():
        rows = store.frame("distances").filter(pl.col("first_year") <= year)
        last = rows.sort("last_year").unique(["state_a", "state_b"], keep="last")
        for a, b, d in last.select("state_a", "state_b", "km").iter_rows():
            if a in place and b in place:
                km[place[a], place[b]] = km[place[b], place[a]] = d
    return np.log1p(km)


EARTH_KM = 6371.0


def _neighbours(store: Store, states: tuple[str, ...], year: int) -> Floats:
    found = np.zeros((len(states), len(states)))
    place = {s: i for i, s in enumerate(states)}
    day = pl.date(year, 1, 1)
    rows = store.frame("contiguity").filter(
        (pl.col("kind") == "land")
        & (pl.col("start") <= day)
        & (pl.col("end").is_null() | (pl.col("end") > day))
    )
    for a, b in rows.select("state_a", "state_b").iter_rows():
        if a in place and b in place:
            found[place[a], place[b]] = found[place[b], place[a]] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Expectation:
    """Visits to one host after the break: those that came and those the model expects.

    ``observed`` and ``expected`` (n_guests,), NaN where the record or the model does not reach;
    ``past`` is the number of visits before the break on which the host's effect rests.
    """

    observed: Floats
    expected: Floats
    dispersion: float
    past: float

    @property
    def ratio(self) -> tuple[float, float, float]:
        """Observed over expected visits, with a 90 % interval.

        It joins the (dispersed) count after the break with that before it, both Poisson; what the
        effects of the guests leave unsure is small beside them and not counted.
        """
        known = np.isfinite(self.observed) & np.isfinite(self.expected)
        seen, hoped = float(self.observed[known].sum()), float(self.expected[known].sum())
        if not hoped > 0:
            return (float("nan"),) * 3
        spread = max(1.0, self.dispersion) if np.isfinite(self.dispersion) else 1.0
        low, high = (limit * spread / hoped for limit in _count_interval(seen / spread))
        own = Z90 * np.sqrt(spread / max(self.past, 0.5))
        ratio = seen / hoped
        if seen == 0:
            return 0.0, 0.0, float(high * np.exp(own))
        down, up = (
            np.hypot(np.log(ratio / max(low, 1e-12)), own),
            np.hypot(np.log(high / ratio), own),
        )
        return ratio, float(ratio * np.exp(-down)), float(ratio * np.exp(up))


Z90 = 1.6449


def _count_interval(count: float) -> tuple[float, float]:
    """90 % interval of a Poisson mean that gave ``count`` (exact, by the gamma quantiles)."""
    from scipy.special import gammaincinv  # noqa: PLC0415 - scipy takes long to import

    low = float(gammaincinv(count, 0.05)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, 0.95))


def expect_visits(travel: Travel, host: int) -> Expectation:
    """Visits to a host after the break against the model without them.

    Raises
    ------
    TooFewObservations
        Fewer than thirty visits are left to fit.
    """
    fit, expected = fit_without(travel, np.array([host]))
    return Expectation(
        observed=travel.after[:, host].copy(),
        expected=expected[:, 0],
        dispersion=fit.dispersion,
        past=float(np.nansum(travel.before[:, host])),
    )


def fit_without(travel: Travel, left_out: Ints) -> tuple[poisson.PoissonFit, Floats]:
    """Fit without what came to some hosts after the break, and expect what they left out.

    Returns
    -------
    fit : PoissonFit
    expected : float array (n_guests, n_left_out)
        NaN where the model does not reach.

    Raises
    ------
    TooFewObservations, NotConverged
    """
    size = len(travel.states)
    guests, hosts = (g.ravel() for g in np.meshgrid(range(size), range(size), indexing="ij"))
    groups, terms, counts = [], [], []
    for period, visits in enumerate((travel.before, travel.after)):
        value, x = visits.ravel(), travel.terms(period).reshape(size * size, -1)
        used = np.isfinite(value) & np.isfinite(x).all(axis=1)
        if period == 1:
            used &= ~np.isin(hosts, left_out)
        groups.append(np.column_stack([guests[used] + period * size, hosts[used]]))
        terms.append(x[used])
        counts.append(value[used])
    index, x, y = np.vstack(groups).astype(np.int64), np.vstack(terms), np.concatenate(counts)
    if y.sum() < MINIMUM_EVENTS:
        raise TooFewObservations(
            f"{y.sum():.0f} visits are left to fit; the model takes {MINIMUM_EVENTS}",
            hint="ask for more years, or add a fuller record of visits",
        )
    centre = x.mean(axis=0)
    try:
        fit = poisson.fit_poisson(y, x - centre, index[:, 0], index[:, 1])
    except ValueError as error:
        raise NotConverged(f"the model of visits did not settle: {error}") from None
    return fit, _expected(travel, fit, left_out, centre)


def _expected(travel: Travel, fit: poisson.PoissonFit, hosts: Ints, centre: Floats) -> Floats:
    """Visits after the break to some hosts; NaN where an effect or a term is not known."""
    size = len(travel.states)
    expected = np.full((size, len(hosts)), np.nan)
    guest = np.arange(size) + size
    seen = np.flatnonzero(guest < len(fit.first))
    after = travel.terms(1)
    for place, host in enumerate(hosts.tolist()):
        if host < len(fit.second):
            own = after[seen, host] - centre
            expected[seen, place] = fit.predict(own, guest[seen], np.full(len(seen), host))
            expected[host, place] = np.nan  # nobody visits itself
    return expected
