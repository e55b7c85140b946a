"""Absences of members, laid out beside the votes, and what their model says about them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl

from multipolar.core.errors import TooFewObservations
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_input import Period, check_votes

MIN_ABSENCES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """Members that stayed away, by item and by unit.

    Attributes
    ----------
    start, unit, weight : (n_items + 1,), (n_away,), (n_away,)
        Absences from item v are ``start[v]:start[v + 1]``.
    unit_start, unit_item, unit_weight : (n_units + 1,), (n_away,), (n_away,)
        The same by unit.
    """

    start: np.ndarray
    unit: np.ndarray
    weight: np.ndarray
    unit_start: np.ndarray
    unit_item: np.ndarray
    unit_weight: np.ndarray

    @property
    def fingerprint(self) -> str:
        """Hash of who was away from what, with the weights."""
        digest = hashlib.sha256()
        for array in (self.start, self.unit, self.weight):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """As the samplers take them."""
        return (
            self.start, self.unit, self.weight, self.unit_start, self.unit_item, self.unit_weight
        )  # fmt: skip


def no_absences(votes: VoteArrays) -> Absences:
    """Nobody away: for models in which absence is missing."""
    return _by_item_and_unit(
        votes, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float64)
    )


def lay_out_absences(frame: pl.DataFrame, votes: VoteArrays, period: Period) -> Absences:
    """Absences (code 8) of states that cast a vote in the same period, on items of the model.

    A member that casts no vote in a period has no position there and says nothing about one.

    Raises
    ------
    TooFewObservations
        The votes hold hardly any absence.
    """
    away = check_votes(frame, period).filter(pl.col("vote") == 8)
    weight = pl.col("weight").cast(pl.Float64) if "weight" in away.columns else pl.lit(1.0)
    rows = (
        away.with_columns(weight=weight)
        .join(votes.rollcalls.select("rollcall", "item"), on="rollcall")
        .join(votes.items.select("item", number="index"), on="item")
        .join(votes.units.select("unit", "state", "period"), on=["state", "period"])
        .sort("number", "unit", "rollcall")
    )
    if rows.height < MIN_ABSENCES:
        raise TooFewObservations(
            f"absence='choice' needs absences of members, and the votes hold {rows.height} "
            "(code 8) of states that vote in the same period",
            hint="one row with vote 8 per member that stayed away, or absence='missing'",
        )
    number, unit = rows["number"].to_numpy(), rows["unit"].to_numpy()
    return _by_item_and_unit(votes, number, unit, rows["weight"].to_numpy())


def _by_item_and_unit(
    votes: VoteArrays, number: np.ndarray, unit: np.ndarray, weight: np.ndarray
) -> Absences:
    order = np.lexsort((number, unit))
    return Absences(
        start=_starts(number, votes.n_items),
        unit=unit.astype(np.uint32),
        weight=np.ascontiguousarray(weight),
        unit_start=_starts(unit, votes.n_units),
        unit_item=number[order].astype(np.uint32),
        unit_weight=np.ascontiguousarray(weight[order]),
    )


def _starts(index: np.ndarray, n: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(index, minlength=n))]).astype(np.int64)


def absence_frame(
    votes: VoteArrays,
    away: Absences,
    slopes: np.ndarray,
    discrimination: np.ndarray,
    spreads: np.ndarray,
) -> pl.DataFrame:
    """What the model of absence found, one row per quantity with its posterior.

    ``slopes`` and ``discrimination`` (draws, items) on one axis; ``spreads`` (draws, 2): standard
    deviation of the items' slopes and of the states' rates, both in probits.
    """
    with np.errstate(invalid="ignore"):
        together = _row_correlation(slopes, discrimination)
    low, high = np.quantile(slopes, [0.05, 0.95], axis=0)
    sided = float(((low > 0) | (high < 0)).mean())
    share = away.unit.size / (away.unit.size + votes.n_obs)
    rows = [
        ("absences", float(away.unit.size), None, None, None),
        ("share of absences", share, None, None, None),
        _told("sd of slopes", spreads[:, 0]),
        _told("sd of rates", spreads[:, 1]),
        ("share of slopes apart from 0", sided, None, None, None),
        _told("correlation of slopes with discrimination", together),
    ]
    schema = {"quantity": pl.String} | dict.fromkeys(("mean", "sd", "q05", "q95"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _told(name: str, draws: np.ndarray) -> tuple[str, float, float, float, float]:
    low, high = np.quantile(draws, [0.05, 0.95])
    return name, float(draws.mean()), float(draws.std(ddof=1)), float(low), float(high)


def _row_correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    return np.asarray((a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1)))
