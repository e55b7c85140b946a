"""What a measure gives to a claim: one estimate per state for every specification and break year.

A claim is one cell of that table (its subject at its date); the other states and the earlier dates
are its placebos. Computing all states at once is what makes thousands of specifications cheap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint, Options, default_specification
from multipolar.core.errors import BadOption, TooFewObservations

Floats = NDArray[np.float64]

SERIES_SCHEMA = {
    "period": pl.Int32,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "world_median": pl.Float64,
    "world_low": pl.Float64,
    "world_high": pl.Float64,
}
SHARES_SCHEMA = {"weight": pl.String, "position": pl.String, "share": pl.Float64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a claim asks of a measure: about whom, since when, against what.

    ``comparable`` names the states the subject is ranked among; empty for all UN members.
    """

    subject: str = ""
    since: int = 0
    until: int | None = None
    comparable: tuple[str, ...] = ()
    target: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Estimates of one specification at one break year.

    Attributes
    ----------
    values : float array, shape (n_states,)
        One per state of the estimand; NaN where it cannot be computed.
    lower, upper : float
        Interval of the subject's estimate; NaN where there is none.
    n_obs : int
        Roll calls, guests or partners behind the subject's estimate.
    reason : str
        Why the subject's estimate is missing, where it is.
    """

    values: Floats
    lower: float = float("nan")
    upper: float = float("nan")
    n_obs: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of what the claim needs is in the record.

    ``share`` in [0, 1]: 0 nothing, 1 everything that exists; ``weight_missing`` in [0, 1] is the
    share of states whose weight is unknown.
    """

    stream: str
    what: str
    first: str
    last: str
    share: float
    weight_missing: float = 0.0
    missing: tuple[str, ...] = ()
    note: str = ""


class Estimand(Protocol):
    """A measure put to one question."""

    states: tuple[str, ...]
    subject: int
    choices: tuple[Choice, ...]
    constraints: tuple[Constraint, ...]
    unit: str

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for every state as if the break had been in ``break_year``."""

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Return ``cells(...).values`` without the work an interval takes (for placebos)."""

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Which states the subject is ranked among; all False where there are none."""

    def break_years(self) -> Sequence[int]:
        """Earlier years in which the same break can be looked for (placebo dates)."""

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Yearly values of the subject beside the world's, columns of ``SERIES_SCHEMA``."""

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """One row per partner: ``state, weight, position, weighted_by`` (texts), for the map."""

    def shares(self) -> pl.DataFrame:
        """One row per weighting and position: ``weight``, ``position``, ``share``; may be empty."""

    def coverage(self) -> list[Coverage]:
        """What the record holds of what the question needs."""


@runtime_checkable
class Remarking(Protocol):
    """An estimand that knows what a reader should hold beside its numbers."""

    def remarks(self) -> tuple[str, ...]:
        """Sentences, each complete in itself."""


class SingleCase:
    """The part of an estimand that knows one case: nothing to rank it among, no earlier dates."""

    states: tuple[str, ...]
    subject = 0

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate of the one case."""
        raise NotImplementedError

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Value of the one case."""
        return self.cells(options, break_year).values

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """No comparable state is in the record."""
        del options
        return np.array([False])

    def break_years(self) -> Sequence[int]:
        """No earlier dates."""
        return ()

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """No yearly values."""
        del options
        return pl.DataFrame(schema=SERIES_SCHEMA)

    def shares(self) -> pl.DataFrame:
        """No comparison of weightings."""
        return pl.DataFrame(schema=SHARES_SCHEMA)


def estimates_frame(
    measure: str, estimand: Estimand, given: Options, year: int, *, only_subject: bool
) -> pl.DataFrame:
    """One row per state: the estimate of one specification, as measures return it.

    Interval and number of observations belong to the subject and are missing for the others.

    Raises
    ------
    BadOption
        A combination of options that a constraint leaves out, with its reason.
    TooFewObservations
        The subject's estimate cannot be computed.
    """
    options = {**default_specification(estimand.choices).options, **given}
    for constraint in estimand.constraints:
        if not constraint.allows(options):
            raise BadOption(
                f"{measure}: {constraint.why}", hint=f"multipolar measure show {measure}"
            )
    cells = estimand.cells(options, year)
    if only_subject and cells.reason:
        raise TooFewObservations(f"{measure}: {cells.reason}")
    mine = pl.col("state") == estimand.states[estimand.subject]
    frame = pl.DataFrame({"state": estimand.states, "value": cells.values}).select(
        "state",
        pl.lit(measure).alias("measure"),
        "value",
        pl.when(mine).then(cells.lower).alias("lower").fill_nan(None),
        pl.when(mine).then(cells.upper).alias("upper").fill_nan(None),
        pl.when(mine).then(cells.n_obs).alias("n_obs"),
    )
    kept = frame.filter(pl.col("value").is_finite() & (mine | (not only_subject)))
    return kept.sort("value", "state")
