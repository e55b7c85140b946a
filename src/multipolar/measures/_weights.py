"""Status weights: how much each state counts when states are summed up.

Whether a state counts as one, as its people or as its output decides many verdicts by itself, so a
weight always comes with what it could not weigh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from multipolar.core.errors import BadOption, NotIdentified, UnknownName
from multipolar.core.states import state_of
from multipolar.store import Store

SCHEMES = (
    "equal",
    "population",
    "gdp_mer",
    "gdp_ppp",
    "un_scale",
    "cinc",
    "contiguity",
    "trade_pre",
)
RELATIVE = ("contiguity", "trade_pre")
TRADE_YEARS = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of states and what is missing from them.

    Attributes
    ----------
    scheme : str
        One of :data:`SCHEMES`.
    frame : DataFrame, one row per state asked for
        ``state`` and ``weight``: 0 counts for nothing, 1 is all there is; the known weights sum to
        1; null where the record does not know the state's weight.
    missing : tuple of str
        States whose weight is not known.
    missing_share : float
        Their number, as a share of the states asked for: 0 none, 1 all.
    missing_weight : float or None
        Share of the world's total that no state of the record accounts for (an upper bound of what
        the missing states weigh); None where the publisher gives no total.
    year_used : int or None
        Year of the figures, the last one for a run of years; None for equal weights.
    """

    scheme: str
    frame: pl.DataFrame
    missing: tuple[str, ...]
    missing_share: float
    missing_weight: float | None
    year_used: int | None


@dataclass(frozen=True, slots=True)
class _Known:
    """Raw weights by state, the year they are of, and the world's total if it is known."""

    values: Mapping[str, float]
    year: int | None
    total: float | None = None
    absent_is_zero: bool = False


def status_weights(
    store: Store, scheme: str, *, states: Sequence[str], year: int, target: str | None = None
) -> Weights:
    """Weights of some states under one scheme, normalised over those that are known.

    Parameters
    ----------
    store : Store
        Read: ``attributes`` and ``world_totals`` (population, gdp_mer, gdp_ppp), ``un_scale``,
        ``capabilities`` (cinc), ``contiguity``, ``trade_dyads`` (trade_pre).
    scheme : str
        ``equal``; ``population``; ``gdp_mer``, ``gdp_ppp`` (output at market exchange rates, at
        purchasing power parity); ``un_scale`` (share of the UN budget); ``cinc`` (material
        capabilities); ``contiguity`` (1 for land neighbours of the target, 0 for others);
        ``trade_pre`` (total trade with the target in the last years before ``year``).
    states : sequence of str
        State codes, each once.
    year : int
        Figures of that year, or of the last one before it that the record has (see ``year_used``).
        ``trade_pre`` uses five years that end before ``year``.
    target : str, optional
        State that neighbours and trade are counted from; its own weight is 0.

    Returns
    -------
    Weights

    Raises
    ------
    UnknownName
        No such scheme or state.
    BadOption
        A state is given twice, or the scheme needs a target and has none.
    NotIdentified
        The record knows none of the weights: no figures so early, no land neighbour, no trade.

    Notes
    -----
    Weights say how much counts, not how much it matters to the state concerned.

    References
    ----------
    Correlates of War (cinc, contiguity, trade); World Bank (population, output); General Assembly
    resolutions 73/271 and 76/238 (scale).

    Examples
    --------
    >>> from multipolar.store import Store
    >>> found = status_weights(Store.open(), "population", states=["CHN", "IND", "TWN"], year=2021)
    >>> found.missing, found.frame["weight"].round(2).to_list()
    (('TWN',), [0.5, 0.5, None])
    """
    asked = _check(scheme, states, target)
    known = _equal(asked) if scheme == "equal" else _lookup(store, scheme, year, target)
    raw = {s: known.values.get(s, 0.0 if known.absent_is_zero else None) for s in asked}
    if target in raw and scheme in RELATIVE:
        raw[target] = 0.0
    total = sum(v for v in raw.values() if v is not None)
    if not total > 0:
        raise NotIdentified(
            f"no weight under {scheme!r} is known for these {len(asked)} states in {year}"
            + (f" with respect to {target}" if scheme in RELATIVE else ""),
            hint="choose another weight",
        )
    weights = [None if (v := raw[s]) is None else v / total for s in asked]
    missing = tuple(s for s in asked if raw[s] is None)
    return Weights(
        scheme=scheme,
        frame=pl.DataFrame(
            {"state": asked, "weight": weights}, schema={"state": pl.String, "weight": pl.Float64}
        ),
        missing=missing,
        missing_share=len(missing) / len(asked),
        missing_weight=_uncovered(known),
        year_used=known.year,
    )


def _check(scheme: str, states: Sequence[str], target: str | None) -> list[str]:
    if scheme not in SCHEMES:
        raise UnknownName.among("weight", scheme, SCHEMES)
    asked = list(states)
    if not asked:
        raise BadOption(f"weights under {scheme!r} were asked for no state at all")
    if len(set(asked)) < len(asked):
        twice = next(s for s in asked if asked.count(s) > 1)
        raise BadOption(f"state {twice!r} is given twice")
    for code in [*asked, *([target] if target else [])]:
        state_of(code)
    if scheme in RELATIVE and not target:
        raise BadOption(f"weight {scheme!r} needs a target: the state it is relative to")
    return asked


def _uncovered(known: _Known) -> float | None:
    if not known.total:
        return None
    return max(0.0, 1.0 - sum(known.values.values()) / known.total)


def _equal(states: Sequence[str]) -> _Known:
    return _Known(dict.fromkeys(states, 1.0), None)


def _lookup(store: Store, scheme: str, year: int, target: str | None) -> _Known:
    readers: dict[str, Callable[[], _Known]] = {
        "un_scale": lambda: _un_scale(store.frame("un_scale"), year),
        "cinc": lambda: _cinc(store.frame("capabilities"), year),
        "contiguity": lambda: _neighbours(store.frame("contiguity"), year, target or ""),
        "trade_pre": lambda: _trade_before(store.frame("trade_dyads"), year, target or ""),
    }
    if scheme in readers:
        return readers[scheme]()
    return _attribute(store.frame("attributes"), store.frame("world_totals"), scheme, year)


def _attribute(attributes: pl.DataFrame, world: pl.DataFrame, attribute: str, year: int) -> _Known:
    rows = attributes.filter(pl.col("attribute") == attribute)
    if rows.is_empty():
        raise NotIdentified(
            f"the record holds no {attribute}",
            hint="multipolar source add attributes FILES: all figures together, as they replace "
            "those that were there",
        )
    used = _last_year(rows["year"], year, attribute)
    total = world.filter((pl.col("attribute") == attribute) & (pl.col("year") == used))["value"]
    return _Known(
        _by_state(rows.filter(pl.col("year") == used), "value"),
        used,
        float(total[0]) if len(total) else None,
    )


def _cinc(capabilities: pl.DataFrame, year: int) -> _Known:
    used = _last_year(capabilities["year"], year, "cinc")
    return _Known(_by_state(capabilities.filter(pl.col("year") == used), "cinc"), used, 1.0)


def _un_scale(scales: pl.DataFrame, year: int) -> _Known:
    first = _last_year(scales["first_year"], year, "un_scale")
    rows = scales.filter(pl.col("first_year") == first)
    used = min(year, int(rows["last_year"][0]))
    return _Known(_by_state(rows, "rate"), used, 100.0)


def _neighbours(contiguity: pl.DataFrame, year: int, target: str) -> _Known:
    """Land neighbours on the first day of the year."""
    day = date(year, 1, 1)
    here = (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day))
    rows = contiguity.filter(here & (pl.col("kind") == "land"))
    found = dict.fromkeys(_partners(rows, target)["state"], 1.0)
    if not found:
        raise NotIdentified(
            f"{target} has no land neighbour in the record on {day}", hint="choose another weight"
        )
    return _Known(found, year, absent_is_zero=True)


def _trade_before(trade: pl.DataFrame, year: int, target: str) -> _Known:
    """Mean yearly trade with the target over the last five years recorded before ``year``."""
    rows = _partners(trade, target).filter(pl.col("year") < year)
    if rows.is_empty():
        raise NotIdentified(
            f"no trade of {target} before {year} is in the record",
            hint="choose a later date or another weight",
        )
    last = int(rows["year"].to_numpy().max())
    rows = rows.filter(pl.col("year") > last - TRADE_YEARS)
    means = rows.group_by("state").agg(pl.col("trade_usd").mean()).sort("state")
    return _Known(_by_state(means, "trade_usd"), last)


def _partners(dyads: pl.DataFrame, target: str) -> pl.DataFrame:
    """Rows of an undirected table with the target, the other state in ``state``."""
    a, b = pl.col("state_a"), pl.col("state_b")
    other = pl.when(a == target).then(b).otherwise(a).alias("state")
    return dyads.filter((a == target) | (b == target)).with_columns(other)


def _by_state(rows: pl.DataFrame, value: str) -> dict[str, float]:
    return dict(rows.select("state", pl.col(value).cast(pl.Float64)).drop_nulls().iter_rows())


def _last_year(years: pl.Series, year: int, scheme: str) -> int:
    """Last year of the record that is not after ``year``."""
    have = years.unique().sort().to_list()
    before = [y for y in have if y <= year]
    if not before:
        reach = f"starts in {have[0]}" if have else "is empty"
        raise NotIdentified(
            f"no weight under {scheme!r} for {year}: the record {reach}",
            hint="choose a later year or another weight",
        )
    return int(before[-1])
