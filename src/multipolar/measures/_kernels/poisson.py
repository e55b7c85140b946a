"""Poisson pseudo-maximum likelihood with two sets of fixed effects, and calibrated probabilities.

The effects are never estimated as dummies: given the slopes they follow from the margins, and the
slopes take a Newton step on what the effects leave over. One step costs a few passes over the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_STEPS = 100
_PASSES = 2000
_TOLERANCE = 1e-9
_VARIATION = 1e-8  # share of a variable's variation that must survive the effects


@dataclass(frozen=True, slots=True)
class PoissonFit:
    """What a fit knows.

    Attributes
    ----------
    slopes : float array (n_variables,)
    first, second : float arrays (n_groups,)
        Multiplicative effects; NaN for a group without a row, 0 for one without an event.
    dispersion : float
        Pearson statistic per degree of freedom: 1 for a Poisson count, more where counts cluster.
    """

    slopes: Floats
    first: Floats
    second: Floats
    dispersion: float

    def predict(self, x: Floats, first: Ints, second: Ints) -> Floats:
        """Expected count of each row; NaN for a group the fit has not seen."""
        expected: Floats = self.first[first] * self.second[second] * np.exp(x @ self.slopes)
        return expected


def fit_poisson(y: Floats, x: Floats, first: Ints, second: Ints) -> PoissonFit:
    """Fit ``E[y] = a_first b_second exp(x slopes)`` by pseudo-maximum likelihood.

    Parameters
    ----------
    y : float array (n,)
        Counts or weighted counts, not negative.
    x : float array (n, n_variables)
    first, second : int arrays (n,)
        Group of each row in the two sets, counted from 0.

    Returns
    -------
    PoissonFit

    Raises
    ------
    ValueError
        The fit does not settle.

    Notes
    -----
    Groups without any event are fitted perfectly by an effect of 0 and drop out (Santos Silva &
    Tenreyro 2010). The effects have one free scale, set so that the second have mean 1.
    """
    sizes = int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1
    kept = _with_events(y, first, second)
    yk, xk, f, s = y[kept], x[kept], first[kept], second[kept]
    slopes = np.zeros(x.shape[1])
    a, b = np.ones(sizes[0]), np.ones(sizes[1])
    for _ in range(_STEPS):
        a, b, mu = _effects(yk, np.exp(xk @ slopes), f, s, a, b)
        clean = _partial_out(xk, mu, f, s)
        step = _newton(xk, clean, mu, yk - mu)
        slopes = slopes + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0.0) < _TOLERANCE:
            break
    else:
        raise ValueError(f"slopes still move by {np.abs(step).max():.1e} after {_STEPS} steps")
    a, b, mu = _effects(yk, np.exp(xk @ slopes), f, s, a, b)
    seen_a, seen_b = np.bincount(first, minlength=sizes[0]), np.bincount(second, minlength=sizes[1])
    a = np.where(np.bincount(f, minlength=sizes[0]) > 0, a, np.where(seen_a > 0, 0.0, np.nan))
    b = np.where(np.bincount(s, minlength=sizes[1]) > 0, b, np.where(seen_b > 0, 0.0, np.nan))
    free = len(yk) - x.shape[1] - int((a > 0).sum()) - int((b > 0).sum()) + 1
    dispersion = float(((yk - mu) ** 2 / mu).sum() / free) if free > 0 else float("nan")
    scale = b[b > 0].mean() if (b > 0).any() else 1.0
    return PoissonFit(slopes=slopes, first=a * scale, second=b / scale, dispersion=dispersion)


def _newton(x: Floats, clean: Floats, mu: Floats, residual: Floats) -> Floats:
    """Newton step of the slopes; 0 for a variable that the effects account for entirely."""
    left = (clean**2 * mu[:, None]).sum(axis=0)
    varies = left > _VARIATION * (x**2 * mu[:, None]).sum(axis=0)
    step = np.zeros(x.shape[1])
    kept = clean[:, varies]
    if varies.any():
        information = kept.T @ (kept * mu[:, None])
        step[varies] = np.linalg.lstsq(information, kept.T @ residual, rcond=1e-10)[0]
    return step


def _with_events(y: Floats, first: Ints, second: Ints) -> Bools:
    """Rows whose two groups both have an event among the rows that stay."""
    kept = np.ones(len(y), dtype=bool)
    while True:
        a = np.bincount(first[kept], y[kept], minlength=int(first.max(initial=-1)) + 1)
        b = np.bincount(second[kept], y[kept], minlength=int(second.max(initial=-1)) + 1)
        fresh = kept & (a[first] > 0) & (b[second] > 0)
        if (fresh == kept).all():
            return kept
        kept = fresh


def _effects(
    y: Floats, offset: Floats, first: Ints, second: Ints, a: Floats, b: Floats
) -> tuple[Floats, Floats, Floats]:
    """Effects whose margins fit the counts, by proportional fitting."""
    ya, yb = np.bincount(first, y, len(a)), np.bincount(second, y, len(b))
    for _ in range(_PASSES):
        with np.errstate(invalid="ignore", divide="ignore"):
            a = np.where(ya > 0, ya / np.bincount(first, offset * b[second], len(a)), 0.0)
            fitted = np.bincount(second, offset * a[first], len(b))
            fresh = np.where(yb > 0, yb / fitted, 0.0)
        moved = np.abs(np.log(np.where(yb > 0, fresh / np.where(b > 0, b, 1.0), 1.0))).max(
            initial=0.0
        )
        b = fresh
        if moved < _TOLERANCE / 10:
            break
    return a, b, offset * a[first] * b[second]


def _partial_out(x: Floats, weight: Floats, first: Ints, second: Ints) -> Floats:
    """Take weighted group means of both sets out of every variable, in turn until they are gone."""
    clean = x.copy()
    for _ in range(_PASSES):
        moved = 0.0
        for group in (first, second):
            total = np.bincount(group, weight)
            for k in range(x.shape[1]):
                with np.errstate(invalid="ignore", divide="ignore"):
                    mean = np.bincount(group, weight * clean[:, k]) / total
                mean = np.nan_to_num(mean)
                clean[:, k] -= mean[group]
                moved = max(moved, float(np.abs(mean).max(initial=0.0)))
        if moved < _TOLERANCE:
            break
    return clean


def at_least_one(expected: Floats) -> Floats:
    """Probability of one event or more when that many are expected, in [0, 1]."""
    probability: Floats = -np.expm1(-expected)
    return probability


def calibrate(forecast: Floats, happened: Bools, fresh: Floats) -> Floats:
    """Probabilities that occur as often as they say, by increasing steps.

    Parameters
    ----------
    forecast, happened : arrays (n,)
        Forecasts for a period not used in the fit, and whether the event came.
    fresh : float array (m,)
        Forecasts to calibrate.

    Returns
    -------
    float array (m,)
        Never 0 or 1: each step keeps half an event on either side (Krichevsky-Trofimov).
    """
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - scipy takes long to import

    order = np.argsort(forecast, kind="stable")
    steps = isotonic_regression(happened[order].astype(np.float64)).x
    _, block = np.unique(steps, return_inverse=True)
    n, events = np.bincount(block), np.bincount(block, happened[order])
    level = np.maximum.accumulate((events + 0.5) / (n + 1))
    place = np.searchsorted(forecast[order], fresh, side="right") - 1
    found: Floats = level[block[np.clip(place, 0, len(order) - 1)]]
    return found


def bits(probability: Floats) -> Floats:
    """Information of an event that came, ``-log2 p``: 0 certain, 10 one chance in a thousand."""
    with np.errstate(divide="ignore"):
        information: Floats = -np.log2(probability)
    return information
