"""Isolation by resolutions about a state: how much of the world voted against its position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import NotTestable
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    Cells,
    Coverage,
    Floats,
    Question,
    SingleCase,
)
from multipolar.measures._kernels.bootstrap import percentile_interval

SILENCE = Choice(
    name="silence",
    options=("not_against", "left_out", "half"),
    why="to abstain or stay away from a text against a state is no vote against it, or half of one",
    labels={
        "not_against": "abstentions and absences as not against",
        "left_out": "abstentions and absences left out",
        "half": "abstentions and absences as half against",
    },
)
DRAWS = 400
AGAINST_OF_SILENCE = {"not_against": 0.0, "half": 0.5}


class ResolutionsAbout(SingleCase):
    """Votes on the landmark resolutions about the subject.

    ``level`` is one half minus the mean weighted share of partners that voted against the
    subject: below zero most of the weight did. ``change`` is minus the rise of that share since
    the break. Intervals resample the resolutions.
    """

    unit = "share of partner weight"

    def __init__(
        self,
        landmarks: pl.DataFrame,
        votes: pl.DataFrame,
        question: Question,
        choices: Sequence[Choice],
        partner_weights: Callable[[Mapping[str, Any], Sequence[str], int], tuple[Floats, float]],
    ) -> None:
        about = landmarks.filter(pl.col("about") == question.subject)
        if about.is_empty():
            raise NotTestable(
                f"no landmark resolution is about {question.subject}",
                hint='keep the stream "votes" in the study',
            )
        against = pl.when(pl.col("against_vote") == "no").then(3).otherwise(1)
        chosen = about.select(
            rollcall="symbol", year=pl.col("date").dt.year(), against=against
        ).unique("rollcall")
        self._votes = votes.join(chosen, on="rollcall").filter(pl.col("state") != question.subject)
        self._partner_weights = partner_weights
        self._question = question
        self._until = question.until or 9999
        self._matrices: dict[str, tuple[tuple[str, ...], Floats, Floats]] = {}
        self.states = (question.subject,)
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = ()

    def _against(self, silence: str) -> tuple[tuple[str, ...], Floats, Floats]:
        """Partners, years of the resolutions, and (n_resolutions, n_partners) against in [0, 1]."""
        if silence not in self._matrices:
            spoke = pl.when(pl.col("vote") == pl.col("against")).then(1.0)
            silent = AGAINST_OF_SILENCE.get(silence)
            coded = self._votes.with_columns(
                score=spoke.when(pl.col("vote").is_in([1, 3])).then(0.0).otherwise(pl.lit(silent))
            )
            wide = coded.pivot(on="state", index=["rollcall", "year"], values="score").sort(
                "year", "rollcall"
            )
            partners = tuple(c for c in wide.columns if c not in {"rollcall", "year"})
            years = wide["year"].to_numpy().astype(float)
            self._matrices[silence] = partners, years, wide.select(partners).to_numpy()
        return self._matrices[silence]

    def _shares(self, options: Mapping[str, Any], year: int) -> tuple[Floats, Floats]:
        """Year and weighted share against, per resolution."""
        partners, years, scores = self._against(options["silence"])
        weights, _ = self._partner_weights(options, partners, year)
        known = np.isfinite(scores)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = (np.where(known, scores, 0.0) @ weights) / (known @ weights)
        kept = np.isfinite(shares)
        return years[kept], shares[kept]

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for the subject."""
        years, shares = self._shares(options, break_year)
        after = shares[(years >= break_year) & (years <= self._until)]
        before = shares[years < break_year]
        change = options["reading"] == "change"
        if not len(after) or (change and not len(before)):
            span = f"before {break_year}" if len(after) else f"since {break_year}"
            return Cells(
                values=np.array([np.nan]), reason=f"no landmark resolution about it {span}"
            )
        rng = np.random.default_rng(len(after))
        drawn = _means(after, rng)
        base, drawn_base = (before.mean(), _means(before, rng)) if change else (0.5, 0.5)
        low, high = percentile_interval(drawn_base - drawn, level=0.9)
        return Cells(
            values=np.array([base - after.mean()]),
            lower=float(low),
            upper=float(high),
            n_obs=len(after),
        )

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Yearly mean share of partners that did not vote against the subject."""
        years, shares = self._shares(options, self._question.since)
        frame = pl.DataFrame({"period": years.astype(int), "value": 1 - shares})
        yearly = frame.group_by("period").agg(pl.col("value").mean()).sort("period")
        blank = [pl.lit(None, dtype=t).alias(n) for n, t in SERIES_SCHEMA.items()][2:]
        return yearly.filter(pl.col("period") <= self._until).with_columns(
            pl.col("period").cast(pl.Int32), *blank
        )

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """How often each partner voted against the subject since the break."""
        partners, years, scores = self._against(options["silence"])
        weights, _ = self._partner_weights(options, partners, self._question.since)
        since = (years >= self._question.since) & (years <= self._until)
        mean = np.nanmean(np.where(since[:, None], np.nan_to_num(scores), np.nan), axis=0)
        words = np.where(mean > 0.5, "mostly against", "mostly not against")
        frame = pl.DataFrame({"state": partners, "weight": weights, "position": words})
        return frame.filter(pl.col("weight") > 0).with_columns(
            weighted_by=pl.lit(options["weight"])
        )

    def coverage(self) -> list[Coverage]:
        """One row: landmark resolutions about the subject in the window."""
        years = self._votes.select("rollcall", "year").unique()["year"]
        since = years.filter((years >= self._question.since) & (years <= self._until))
        return [
            Coverage(
                stream="resolutions",
                what=f"{len(since)} landmark resolutions about the subject since the break",
                first=str(years.min()),
                last=str(years.max()),
                share=1.0 if len(since) else 0.0,
                note="a curated list of contested texts, not every text that names the subject",
            )
        ]


def _means(values: Floats, rng: np.random.Generator) -> Floats:
    """Means of resampled resolutions, shape (DRAWS,)."""
    picks = rng.integers(0, len(values), size=(DRAWS, len(values)))
    means: Floats = values[picks].mean(axis=1)
    return means
