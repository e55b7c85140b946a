"""Put a claim to the record: every specification, every placebo, one table of results.

The measure gives one estimate per state for a specification and a break year. The claim's own cell
becomes the estimate, the other states and the earlier years its placebos.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from multipolar.claims.placebo import compute_percentiles
from multipolar.claims.rules import Rule, interval, sign
from multipolar.claims.space import NOT_COMPUTABLE, OUTCOMES, Floats, Ints, Plan
from multipolar.core.errors import MeasureError
from multipolar.measures._estimand import Estimand

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Estimates of a claim and of its placebos.

    Attributes
    ----------
    estimate, lower, upper : float arrays (n_specs,)
    others : float array (n_specs, n_states)
        The same estimate for the comparable states, at the claim's date; NaN for the subject.
    earlier : float array (n_specs, n_dates)
        The same estimate for the subject at earlier dates.
    draws : float array (n_specs, n_draws)
        The same estimate for comparable states at earlier dates: draws from a world in which
        nothing is claimed to have happened.
    n_obs : int array (n_specs,)
    reason : list of str
    states : tuple of str
    dates : tuple of int
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    others: Floats
    earlier: Floats
    draws: Floats
    n_obs: Ints
    reason: list[str]
    states: tuple[str, ...]
    dates: tuple[int, ...]


def gather(
    listed: Plan, estimand: Estimand, break_year: int, progress: Progress | None = None
) -> Evidence:
    """Estimate the claim and its placebos under every specification of a plan."""
    n, n_states = listed.n, len(estimand.states)
    dates = tuple(estimand.break_years())
    numbers = np.full((n, 3), np.nan)
    others = np.full((n, n_states), np.nan)
    past = np.full((n, len(dates), n_states), np.nan)
    n_obs = np.zeros(n, dtype=np.int64)
    reason = [""] * n
    for row in range(n):
        options = listed.options(row)
        try:
            cells = estimand.cells(options, break_year)
        except MeasureError as error:
            reason[row] = error.message
            continue
        n_obs[row], reason[row] = cells.n_obs, cells.reason
        own = len(cells.values) == n_states
        subject = estimand.subject if own else 0
        numbers[row] = cells.values[subject], cells.lower, cells.upper
        comparable = estimand.comparable(options)
        if own and comparable.any():
            others[row] = np.where(comparable, cells.values, np.nan)
            for k, date in enumerate(dates):
                # A date for which the record has no weights is simply no placebo.
                with contextlib.suppress(MeasureError):
                    past[row, k] = estimand.values(options, date)
        if progress is not None:
            progress(row + 1, n)
    if n_states > 1 or estimand.states[0]:
        others[:, estimand.subject] = np.nan
    return Evidence(
        estimate=numbers[:, 0],
        lower=numbers[:, 1],
        upper=numbers[:, 2],
        others=others,
        earlier=past[:, :, estimand.subject],
        draws=np.delete(past, estimand.subject, axis=2).reshape(n, -1),
        n_obs=n_obs,
        reason=reason,
        states=estimand.states,
        dates=dates,
    )


def decide(evidence: Evidence, rule: Rule) -> tuple[Ints, Floats]:
    """Outcome and percentile of every specification.

    A rank needs comparable states. Where a stream has none, its specifications are decided by
    their interval, or by the sign alone where there is none.
    """
    percentile = compute_percentiles(evidence.estimate, evidence.others.T, rule.direction)
    outcome = rule.apply(evidence.estimate, evidence.lower, evidence.upper, percentile)
    if rule.kind != "rank":
        return outcome, percentile
    alone = ~np.isfinite(evidence.others).any(axis=1) & np.isfinite(evidence.estimate)
    bare = alone & ~np.isfinite(evidence.lower)
    by_interval = interval(rule.direction).apply(evidence.estimate, evidence.lower, evidence.upper)
    by_sign = sign(rule.direction).apply(evidence.estimate)
    outcome = np.where(alone, np.where(bare, by_sign, by_interval), outcome)
    return outcome, np.where(alone, np.nan, percentile)


def results_table(
    listed: Plan, evidence: Evidence, outcome: Ints, percentile: Floats
) -> pl.DataFrame:
    """One row per specification: its options, estimate, interval, percentile and outcome."""
    reason = [
        why if code == NOT_COMPUTABLE else ""
        for why, code in zip(evidence.reason, outcome, strict=True)
    ]
    return listed.frame.with_columns(
        estimate=_nullable(evidence.estimate),
        lower=_nullable(evidence.lower),
        upper=_nullable(evidence.upper),
        n_obs=pl.Series(evidence.n_obs),
        percentile=_nullable(percentile),
        outcome=pl.Series([OUTCOMES[code] for code in outcome]),
        reason=pl.Series(reason),
    )


def _nullable(values: Floats) -> pl.Series:
    return pl.Series(values).fill_nan(None)
