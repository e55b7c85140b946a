"""Composite alignment ``ga_K``: the leans of all streams in one number, with what it leaves out."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, NotIdentified
from multipolar.core.states import find_state
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import balance
from multipolar.measures._pole_ties import PANELS, POLE_WEIGHT, STREAM_CHOICES
from multipolar.measures._pole_view import PoleView
from multipolar.store import Store

AGGREGATION = Choice(
    name="aggregation",
    options=("mean", "median", "first_component", "worst"),
    why="streams are averaged, the middle one is taken, the direction in which states differ most, "
    "or the stream that contradicts the others most",
    labels={
        "mean": "mean of the streams",
        "median": "median of the streams",
        "first_component": "first principal component",
        "worst": "lean of least size",
    },
)
NORMALISATION = Choice(
    name="normalisation",
    options=("none", "rank", "z"),
    why="leans share a unit already, but some streams spread more than others",
    labels={"none": "leans as they are", "rank": "ranks of states", "z": "z-scores"},
)
CHOICES = (
    AGGREGATION,
    NORMALISATION,
    POLE_WEIGHT,
    *{c.name: c for own in STREAM_CHOICES.values() for c in own}.values(),
)
SCHEMA = {
    "state": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


def compute(  # noqa: PLR0913 - one keyword per selector
    store: Store,
    *,
    aggregation: str = "mean",
    normalisation: str = "none",
    poles: str = "west,russia",
    state: str | None = None,
    above: str | None = None,
    since: int | None = None,
    until: int | None = None,
    minimum: float = 0.5,
    draws: int = 1000,
    seed: int = 1945,
    **options: Any,
) -> pl.DataFrame:
    """Composite alignment of every state with the first of two poles rather than the second.

    Parameters
    ----------
    store : Store
    aggregation, normalisation : str
        Choices of the measure.
    poles : str
        Two poles, separated by a comma.
    state : str, optional
        Name or code; every state without it.
    above : str, optional
        Another state: adds the share of weightings under which ``state`` is above it.
    since, until : int, optional
        Window; the last five years of the record of votes without them.
    minimum : float
        Share of the streams that must be known, in [0, 1]; missing below it.
    draws, seed : int
        Of the weights of streams.
    **options
        Options of the streams' choices.

    Returns
    -------
    frame, one row per (state, measure)
        ``ga_K``, K the number of streams used: -1 the second pole only, 1 the first only (ranks
        in [-1, 1], z-scores without a limit), with the 5-95 % band over all weights of streams;
        ``coverage`` in [0, 1]; ``above`` in [0, 1]. ``n_obs`` streams known of the state.

    Raises
    ------
    NotIdentified, BadOption, UnknownName

    Notes
    -----
    Not one of the published indices, whose weights are not public; their families of evidence
    only. A composite hides where streams disagree: see the measure ``multivector``.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("composite_alignment", state="BLR", since=2020, until=2024, draws=100)
    >>> frame["value"][0] < -0.3
    True
    """
    names = tuple(p.strip() for p in poles.split(",") if p.strip())
    if not 0 <= float(minimum) <= 1:
        raise BadOption(f"minimum is {minimum}; expected a share from 0 to 1")
    view = PoleView(store, names)
    last = view.streams["votes"].span[1] if until is None else until
    window = (last - 4 if since is None else since, last)
    if window[0] > window[1]:
        raise BadOption(f"since ({window[0]}) is later than until ({window[1]})")
    full = {**{c.name: c.default for c in CHOICES}, **options}
    found, _ = view.all(full, window)
    if len(found) < 2:
        raise NotIdentified(f"fewer than two streams reach {window[0]}-{window[1]}")
    leans = normalise(np.array([t.lean for t in found.values()]), normalisation)
    weights = balance.flat_weights(len(leans), draws, seed)
    coverage = np.isfinite(leans).mean(axis=0)
    value = np.where(coverage >= minimum, aggregate(leans, aggregation), np.nan)
    drawn = balance.weighted_mean(leans, weights)
    name = f"ga_{len(found)}"
    rows: list[tuple[Any, ...]] = []
    for i in _asked(view, state, last):
        known = int(np.isfinite(leans[:, i]).sum())
        low, high = _band(drawn[:, i], value[i])
        why = "" if np.isfinite(value[i]) else f"{known} of {len(found)} streams known"
        code = view.states[i]
        rows.append((code, name, float(value[i]), low, high, known, why))
        rows.append((code, "coverage", float(coverage[i]), None, None, known, ""))
        if above is not None:
            other = view.states.index(find_state(above, on=last).code)
            share = float((drawn[:, i] > drawn[:, other]).mean())
            rows.append((code, "above", share, None, None, known, ""))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col("value", "lower", "upper").fill_nan(None))


def _asked(view: PoleView, state: str | None, year: int) -> list[int]:
    if state is None:
        return list(range(len(view.states)))
    return [view.states.index(find_state(state, on=year).code)]


def _band(drawn: Floats, value: float) -> tuple[float | None, float | None]:
    known = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or not len(known):
        return None, None
    low, high = np.quantile(known, [0.05, 0.95])
    return min(float(low), float(value)), max(float(high), float(value))


def normalise(leans: Floats, how: str) -> Floats:
    """Leans (n_streams, n_states) as they are, as ranks in [-1, 1], or as z-scores."""
    if how == "none":
        return leans
    out = np.full_like(leans, np.nan)
    for row, lean in zip(out, leans, strict=True):
        known = np.isfinite(lean)
        n = int(known.sum())
        if how == "z":
            spread = lean[known].std() if n else 0.0
            row[known] = (lean[known] - lean[known].mean()) / spread if spread > 0 else 0.0
        elif n > 1:
            below = (lean[known][None, :] < lean[known][:, None]).sum(axis=1)
            even = (lean[known][None, :] == lean[known][:, None]).sum(axis=1)
            row[known] = 2 * (below + (even - 1) / 2) / (n - 1) - 1
    return out


def aggregate(leans: Floats, how: str) -> Floats:
    """One number per state from leans (n_streams, n_states); NaN where none is known."""
    once = np.ones(len(leans))
    if how == "mean":
        return balance.weighted_mean(leans, once)
    if how == "first_component":
        return balance.weighted_mean(leans, component_weights(leans))
    some = np.isfinite(leans).any(axis=0)
    value = np.full(leans.shape[1], np.nan)
    known = leans[:, some]
    if how == "median":
        value[some] = np.nanmedian(known, axis=0)
    else:
        least = np.nanargmin(np.abs(known), axis=0)
        value[some] = known[least, np.arange(known.shape[1])]
    return value


def component_weights(leans: Floats) -> Floats:
    """Weights of streams by the first principal component, not negative, summing to 1.

    A stream that runs against the others gets weight 0 rather than a turned sign, so that a
    composite keeps the meaning of its streams.
    """
    centred = leans - np.nanmean(leans, axis=1, keepdims=True)
    filled = np.nan_to_num(centred)
    _, vectors = np.linalg.eigh(filled @ filled.T)
    first = vectors[:, -1] * (1 if vectors[:, -1].sum() >= 0 else -1)
    kept: Floats = np.maximum(first, 0.0)
    return kept / kept.sum()


MEASURE = Measure(
    name="composite_alignment",
    title="Composite alignment with one pole rather than another, over all streams",
    unit="lean in [-1, 1] (z-scores without a limit)",
    low="-1: ties with the second pole only",
    high="1: ties with the first pole only",
    keys=("state",),
    tables=(
        "vote_dyads",
        "votes",
        "memberships",
        "poles",
        "trade_dyads",
        "trade",
        "sanctions",
        "sanctions_on_russia",
        "alliances",
        "arms",
        "visits",
    ),
    choices=CHOICES,
    compute=compute,
    meaning=f"Mean lean over up to {len(PANELS)} streams, each with one vote, shares renormalised "
    "over those known.",
    not_measured="Intentions, and the disagreement between streams that it averages away.",
    reference="Project definition ga_K; after den Besten, Di Casola & Habib "
    "(2023), whose weights are not public.",
)
