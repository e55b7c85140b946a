"""What an estimation returns: positions, draws, diagnostics, and the questions draws can answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from multipolar.core.errors import NotConverged, TooFewObservations, UnknownName
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_items import expect_new, item_frame, predict_rollcall

QUANTILES = (0.05, 0.10, 0.50, 0.90, 0.95)
PAIRS_AT_ONCE = 2048  # whose draws are in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """How far the numbers can be trusted.

    Attributes
    ----------
    frame : one row per quantity ("theta", "period mean", "period sd")
        ``n``, ``rhat_max``, ``ess_min``, ``ess_q05``.
    converged : bool or None
        None where nothing was sampled (mode "fast").
    reason : str
        Why intervals are refused, and what to do; empty when they are given.
    dropped : frame
        Votes and roll calls left out, by reason.
    notes : tuple of str
        What to know about the vote set.
    settings : dict
        Mode, options, seed, numbers of votes, items and units.
    """

    frame: pl.DataFrame
    converged: bool | None
    reason: str
    dropped: pl.DataFrame
    notes: tuple[str, ...]
    settings: dict[str, Any]


class IdealPoints:
    """Positions of states on the main dimension of their votes, with posterior draws.

    Positions are in standard deviations over all state-periods of the vote set (mean 0); high is
    the side of the first anchor. A distance is a difference of such positions. They describe votes
    cast, not interests, and one dimension only: two states far apart on another dimension can
    share a position.

    Attributes
    ----------
    frame : one row per state and period
        ``state``, ``session`` (or ``year``), ``mean``, ``sd``, ``q05`` ... ``q95``, ``n_votes``;
        ``sd`` and quantiles are null where intervals are refused.
    draws : one row per state and period
        ``draws`` is the array of kept posterior draws, chain after chain.
    diagnostics : Diagnostics
    items : one row per item
        Discrimination and cutpoints on the scale of the positions.
    absence : frame or None
        Where absence was modelled as a choice: ``quantity``, ``mean``, ``sd``, ``q05``, ``q95``
        of the spread of the items' slopes on position and of the states' rates (in probits), and
        how slopes go with discriminations (positive: those who stay away stand with the noes).
    """

    def __init__(
        self,
        votes: VoteArrays,
        theta: np.ndarray,
        items: dict[str, np.ndarray],
        diagnostics: Diagnostics,
        *,
        absence: pl.DataFrame | None = None,
    ) -> None:
        self._votes = votes
        self._theta = theta
        self._items = items
        self.diagnostics = diagnostics
        self.absence = absence
        self.period = votes.period_kind

    def __repr__(self) -> str:
        told = self.diagnostics.settings
        return (
            f"<IdealPoints {told.get('mode')}: {self._votes.n_units} state-{self.period}s, "
            f"{self._votes.n_items} items, {self._votes.n_obs} votes, "
            f"{self._theta.shape[0]} draws>"
        )

    @property
    def _keys(self) -> pl.DataFrame:
        return self._votes.units.select("state", pl.col("period").alias(self.period))

    @property
    def frame(self) -> pl.DataFrame:
        """Positions with intervals, one row per state and period."""
        table = self._keys.with_columns(summarise(self._theta))
        if self.diagnostics.reason:
            empty = [pl.lit(None, pl.Float64).alias(c) for c in ("sd", *quantile_names())]
            table = table.with_columns(empty)
        return table.with_columns(n_votes=self._votes.units["n_votes"].cast(pl.Int64)).sort(
            "state", self.period
        )

    @property
    def draws(self) -> pl.DataFrame:
        """Posterior draws, one row per state and period, as an array column."""
        width = self._theta.shape[0]
        column = pl.Series("draws", np.ascontiguousarray(self._theta.T, np.float32))
        return self._keys.with_columns(column.cast(pl.Array(pl.Float32, width)))

    def write_draws(self, path: str | Path) -> Path:
        """Write :attr:`draws` as Parquet (temporary file, then rename) and return the path."""
        path = Path(path)
        partial = path.with_name(path.name + ".part")
        self.draws.write_parquet(partial)
        partial.replace(path)
        return path

    @property
    def items(self) -> pl.DataFrame:
        """Discrimination and cutpoints of every item, on the scale of the positions."""
        return item_frame(self._votes, self._items)

    @property
    def rollcalls(self) -> pl.DataFrame:
        """Roll calls in the model: ``rollcall``, ``item``, ``period``; unanimous ones are not."""
        scaled = self._votes.items.select("item")
        kept = self._votes.rollcalls.join(scaled, on="item", how="semi")
        return kept.select("rollcall", "item", "period").sort("period", "rollcall")

    def predict(self, rollcall: str) -> pl.DataFrame:
        """Expected vote of every state on a roll call, and how surprising its vote was.

        Returns
        -------
        frame, one row per state that voted in the period
            ``p_yes``, ``p_abstain``, ``p_no`` in [0, 1]; ``vote`` (null: none cast); ``surprise``
            in bits, minus log2 of the probability of the vote cast: 0 certain, 1 a coin's toss.
            The vote itself was used in the fit, so surprise is understated by a little.
        """
        return predict_rollcall(self._votes, self._theta, self._items, rollcall)

    def expect(self, votes: pl.DataFrame, *, period: int | None = None) -> pl.DataFrame:
        """Who surprised on a new roll call, given positions estimated before it.

        Parameters
        ----------
        votes : frame, one row per state
            ``state`` and ``vote`` in {1 yes, 2 abstain, 3 no} of one roll call outside the
            estimation; states without a position in the period are left out.
        period : session or year of the positions; None: the last

        Returns
        -------
        frame, one row per state with a position
            As :meth:`predict`. The roll call's own parameters are fitted to its votes.
        """
        last = int(self._votes.period.max())
        return expect_new(self._votes, self._theta, votes, self._periods([period or last])[0])

    def distance(
        self, to: str | Sequence[str] | None = None, *, periods: Sequence[int] | None = None
    ) -> pl.DataFrame:
        """Distances between positions, each with its posterior.

        Parameters
        ----------
        to : state or states
            One side of every pair; None: all pairs.
        periods : sessions or years to keep

        Returns
        -------
        frame, one row per (state_a, state_b, period), state_a < state_b
            ``mean``, ``sd``, ``q05`` ... ``q95`` of ``|theta_a - theta_b|`` (0: same position);
            ``n_votes``, of the state with fewer.
        """
        poles = [to] if isinstance(to, str) else list(to) if to is not None else None
        return self._pairwise(
            poles, periods, lambda a, b: np.abs(self._theta[:, a] - self._theta[:, b])
        )

    def _pairwise(
        self,
        poles: list[str] | None,
        periods: Sequence[int] | None,
        gap: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> pl.DataFrame:
        """Summaries of ``gap`` (draws, pairs) for pairs of units of the same period."""
        states = self._votes.units["state"].to_numpy()
        n_votes = self._votes.units["n_votes"].to_numpy().astype(np.int64)
        for pole in poles or ():
            if pole not in states:
                raise UnknownName.among("state", pole, sorted(set(states)))
        parts = []
        for period in self._periods(periods):
            index = np.flatnonzero(self._votes.period == period)
            index = index[np.argsort(states[index], kind="stable")]
            a, b = np.triu_indices(index.size, 1)
            if poles is not None:
                keep = np.isin(states[index[a]], poles) | np.isin(states[index[b]], poles)
                a, b = a[keep], b[keep]
            for first in range(0, a.size, PAIRS_AT_ONCE):
                some = slice(first, first + PAIRS_AT_ONCE)
                one, other = index[a[some]], index[b[some]]
                parts.append(
                    pl.DataFrame({"state_a": states[one], "state_b": states[other]})
                    .with_columns(pl.lit(int(period)).alias(self.period))
                    .with_columns(self._kept(summarise(gap(one, other))))
                    .with_columns(n_votes=np.minimum(n_votes[one], n_votes[other]))
                )
        if not parts:
            raise TooFewObservations(
                f"no pair of states in the {self.period}s asked for",
                hint=f"{self.period}s run from {self._votes.period.min()} to "
                f"{self._votes.period.max()}",
            )
        return pl.concat(parts)

    def rank(self, period: int) -> pl.DataFrame:
        """Posterior of each state's rank in a period, 1 the highest position.

        Returns
        -------
        frame, one row per state
            ``mean``, ``q05``, ``q95`` of the rank and ``p_first``, sorted by mean rank.
        """
        self._need_intervals()
        index = np.flatnonzero(self._votes.period == self._periods([period])[0])
        order = stats.rankdata(-self._theta[:, index], axis=1, method="ordinal")
        table = pl.DataFrame({"state": self._votes.units["state"].to_numpy()[index]})
        return table.with_columns(
            mean=order.mean(0),
            q05=np.quantile(order, 0.05, axis=0),
            q95=np.quantile(order, 0.95, axis=0),
            p_first=(order == 1).mean(0),
            n_votes=self._votes.units["n_votes"].to_numpy()[index].astype(np.int64),
        ).sort("mean", "state")

    def contrast(self, state: str, *, start: int, end: int) -> dict[str, float]:
        """Change of one state's position between two periods: mean, sd, q05, q95, p_up.

        ``p_up`` is the posterior probability that the position rose.
        """
        self._need_intervals()
        change = self._theta[:, self._unit(state, end)] - self._theta[:, self._unit(state, start)]
        low, high = np.quantile(change, [0.05, 0.95])
        return {
            "mean": float(change.mean()),
            "sd": float(change.std(ddof=1)),
            "q05": float(low),
            "q95": float(high),
            "p_up": float((change > 0).mean()),
        }

    def most_moved(self, *, start: int, end: int) -> pl.DataFrame:
        """States by how far they moved, shrunk and adjusted for the number of comparisons.

        The change of a state is shrunk towards the mean change by the share of the spread of
        changes that is noise (normal empirical Bayes), so that states with few votes do not lead
        the list for that reason. ``sign_error`` is the posterior probability that the sign of the
        shrunk change is wrong; ``q_value`` is the false discovery rate (Benjamini & Hochberg 1995)
        of calling everything up to here a move.

        Returns
        -------
        frame, one row per state present in both periods
            ``change``, ``sd``, ``shrunk``, ``shrunk_sd``, ``sign_error``, ``q_value``,
            ``n_votes`` (the smaller of the two), sorted by |shrunk| over its sd.
        """
        self._need_intervals()
        self._periods([start, end])
        units = self._votes.units
        both = units.filter(pl.col("period") == start).join(
            units.filter(pl.col("period") == end), on="path", suffix="_end"
        )
        if both.height < 2:
            raise TooFewObservations(
                f"{both.height} state(s) voted in both {start} and {end}", hint="other periods"
            )
        gap = self._theta[:, both["unit_end"].to_numpy()] - self._theta[:, both["unit"].to_numpy()]
        change, sd = gap.mean(0), gap.std(0, ddof=1)
        return (
            both.select(state="state_end", n_votes=pl.min_horizontal("n_votes", "n_votes_end"))
            .with_columns(change=change, sd=sd, **shrunk_moves(change, sd))
            .sort((pl.col("shrunk") / pl.col("shrunk_sd")).abs(), descending=True)
        )

    def _kept(self, summary: list[pl.Series]) -> list[pl.Series]:
        return [s for s in summary if s.name == "mean"] if self.diagnostics.reason else summary

    def _need_intervals(self) -> None:
        if self.diagnostics.reason:
            raise NotConverged(
                "this question needs intervals, and they are refused: " + self.diagnostics.reason,
                hint="more iterations, or unconverged='show' to look at them all the same",
            )

    def _periods(self, periods: Sequence[int] | None) -> list[int]:
        known = np.unique(self._votes.period)
        for period in periods if periods is not None else ():
            if period not in known:
                raise UnknownName.among(self.period, str(period), map(str, known))
        return [int(p) for p in (known if periods is None else periods)]

    def _unit(self, state: str, period: int) -> int:
        units = self._votes.units
        found = units.filter((pl.col("state") == state) & (pl.col("period") == period))
        if found.height:
            return int(found["unit"][0])
        if state not in units["state"]:
            raise UnknownName.among("state", state, units["state"].unique())
        seen = units.filter(pl.col("state") == state)["period"]
        raise TooFewObservations(
            f"{state} casts no vote in {self.period} {period}",
            hint=f"it votes from {seen.min()!r} to {seen.max()!r}",
        )


def shrunk_moves(change: np.ndarray, sd: np.ndarray) -> dict[str, np.ndarray]:
    """Changes of all states shrunk towards their mean, with the chance that a sign is wrong.

    ``change`` and ``sd`` (n_states,); the result has ``shrunk``, ``shrunk_sd``, ``sign_error`` and
    ``q_value`` of that shape, as :meth:`IdealPoints.most_moved` explains them.
    """
    weight = 1.0 / (sd**2 + max(float(np.var(change) - np.mean(sd**2)), 1e-6))
    centre = float(np.sum(weight * change) / np.sum(weight))
    spread = max(float(np.var(change, ddof=1) - np.mean(sd**2)), 1e-6)
    keep = spread / (spread + sd**2)
    shrunk, shrunk_sd = centre + keep * (change - centre), np.sqrt(keep) * sd
    return {
        "shrunk": shrunk,
        "shrunk_sd": shrunk_sd,
        "sign_error": stats.norm.sf(np.abs(shrunk) / shrunk_sd),
        "q_value": stats.false_discovery_control(2 * stats.norm.sf(np.abs(change) / sd)),
    }


def quantile_names() -> list[str]:
    """Column names of the quantiles kept."""
    return [f"q{round(100 * q):02d}" for q in QUANTILES]


def summarise(draws: np.ndarray) -> list[pl.Series]:
    """Mean, sd and quantiles over the first axis."""
    quantiles = np.quantile(draws, QUANTILES, axis=0)
    return [
        pl.Series("mean", draws.mean(0, dtype=np.float64)),
        pl.Series("sd", draws.std(0, ddof=1, dtype=np.float64)),
        *(
            pl.Series(n, q.astype(np.float64))
            for n, q in zip(quantile_names(), quantiles, strict=True)
        ),
    ]
