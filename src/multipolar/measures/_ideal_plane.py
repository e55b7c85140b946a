"""Positions in the plane: what an estimation in two dimensions returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from scipy import special

from multipolar.core.errors import BadOption, UnknownName
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_items import expected_votes, find_item
from multipolar.measures._ideal_results import Diagnostics, IdealPoints

Scale = Literal["positions", "votes"]


class IdealPlane(IdealPoints):
    """Positions of states on the two main dimensions of their votes, with posterior draws.

    Each axis is in standard deviations over all state-periods (mean 0), and the two are
    uncorrelated. The first runs from the second anchor through the first (high), the third anchor
    is on the high side of the second. Positions describe votes cast, not interests; a weak second
    axis is stretched to standard deviation 1 all the same: ``axes`` says how much of the votes
    each carries.

    Attributes
    ----------
    frame : one row per state, period and dimension
        ``state``, ``session`` (or ``year``), ``dimension`` (1, 2), ``mean``, ``sd``,
        ``q05`` ... ``q95``, ``n_votes``; ``sd`` and quantiles are null where intervals are refused.
    draws : one row per state, period and dimension
        ``draws`` is the array of kept posterior draws, chain after chain.
    axes : one row per dimension
        ``discrimination`` (root mean square over items, with its posterior) and ``share`` of the
        squares.
    items : one row per item
        ``discrimination`` (on axis 1), ``discrimination_2`` and cutpoints.
    absence : frame or None
        What the model of absence found, where it was asked for.
    """

    def __init__(
        self,
        votes: VoteArrays,
        theta: np.ndarray,
        items: dict[str, np.ndarray],
        diagnostics: Diagnostics,
        *,
        anchors: tuple[str, str, str],
        absence: pl.DataFrame | None = None,
    ) -> None:
        super().__init__(votes, theta[:, 0], items, diagnostics, absence=absence)
        self._plane = theta
        self.anchors = anchors

    def __repr__(self) -> str:
        return super().__repr__().replace("<IdealPoints", "<IdealPlane")

    def _axis(self, dimension: int) -> IdealPoints:
        if dimension not in (1, 2):
            raise BadOption(f"dimension={dimension!r}", hint="1 or 2")
        return IdealPoints(
            self._votes, self._plane[:, dimension - 1], self._items, self.diagnostics
        )

    @property
    def frame(self) -> pl.DataFrame:
        """Positions with intervals, one row per state, period and dimension."""
        parts = [self._axis(k).frame.with_columns(dimension=pl.lit(k, pl.Int64)) for k in (1, 2)]
        first = ["state", self.period, "dimension"]
        return pl.concat(parts).select(*first, pl.exclude(first)).sort(first)

    @property
    def draws(self) -> pl.DataFrame:
        """Posterior draws, one row per state, period and dimension, as an array column."""
        parts = [self._axis(k).draws.with_columns(dimension=pl.lit(k, pl.Int64)) for k in (1, 2)]
        return pl.concat(parts).select("state", self.period, "dimension", "draws")

    @property
    def axes(self) -> pl.DataFrame:
        """How strongly the items divide along each axis, one row per dimension."""
        root = self._strength()
        share = root**2 / (root**2).sum(1, keepdims=True)
        table = pl.DataFrame({"dimension": pl.Series([1, 2], dtype=pl.Int64)})
        return table.with_columns(
            discrimination=root.mean(0), q05=np.quantile(root, 0.05, axis=0),
            q95=np.quantile(root, 0.95, axis=0), share=share.mean(0),
        )  # fmt: skip

    def _strength(self) -> np.ndarray:
        """Root mean square discrimination along each axis, draw by draw, (draws, 2)."""
        pair = (self._items["discrimination"], self._items["discrimination_2"])
        return np.stack([np.sqrt((b.astype(float) ** 2).mean(1)) for b in pair], 1)

    def predict(self, rollcall: str) -> pl.DataFrame:
        """Expected vote of every state on a roll call, and how surprising its vote was.

        As :meth:`IdealPoints.predict`, from both axes.
        """
        index, period = find_item(self._votes, rollcall)
        units = np.flatnonzero(self._votes.period == period)
        eta = sum(
            self._plane[:, k, units] * self._items[name][:, index, None]
            for k, name in enumerate(("discrimination", "discrimination_2"))
        )
        yes = special.ndtr(self._items["low"][:, index, None] - eta).mean(0)
        no = special.ndtr(eta - self._items["high"][:, index, None]).mean(0)
        return expected_votes(self._votes, index, units, yes, no)

    def expect(self, votes: pl.DataFrame, *, period: int | None = None) -> pl.DataFrame:
        """Not available in the plane: one roll call cannot tell its direction well enough."""
        del votes, period
        raise BadOption(
            "a new roll call is not read against positions in the plane",
            hint="dimensions=1, or add its votes to the estimation and use predict",
        )

    def distance(
        self,
        to: str | Sequence[str] | None = None,
        *,
        periods: Sequence[int] | None = None,
        scale: Scale = "positions",
    ) -> pl.DataFrame:
        """Distances in the plane, each with its posterior.

        Parameters
        ----------
        to : state or states
            One side of every pair; None: all pairs.
        periods : sessions or years to keep
        scale : {"positions", "votes"}
            ``positions``: both axes count alike, in standard deviations. ``votes``: an axis counts
            by the root mean square of the items' discriminations, so that 1 is one probit on a
            typical item and a weak second axis adds little.

        Returns
        -------
        frame, one row per (state_a, state_b, period), state_a < state_b
            ``mean``, ``sd``, ``q05`` ... ``q95`` of the Euclidean distance (0: same position);
            ``n_votes``, of the state with fewer.
            Noise in two coordinates never cancels, so close pairs come out a little apart.
        """
        if scale not in ("positions", "votes"):
            raise UnknownName.among("scale", str(scale), ["positions", "votes"])
        weight = np.ones((self._plane.shape[0], 2)) if scale == "positions" else self._strength()
        poles = [to] if isinstance(to, str) else list(to) if to is not None else None
        return self._pairwise(
            poles,
            periods,
            lambda a, b: np.sqrt(
                sum(
                    (weight[:, k, None] * (self._plane[:, k, a] - self._plane[:, k, b])) ** 2
                    for k in (0, 1)
                )
            ),
        )

    def rank(self, period: int, *, dimension: int = 1) -> pl.DataFrame:
        """Posterior of each state's rank on one axis: see :meth:`IdealPoints.rank`."""
        return self._axis(dimension).rank(period)

    def contrast(self, state: str, *, start: int, end: int, dimension: int = 1) -> dict[str, float]:
        """Change on one axis between two periods: see :meth:`IdealPoints.contrast`."""
        return self._axis(dimension).contrast(state, start=start, end=end)

    def most_moved(self, *, start: int, end: int, dimension: int = 1) -> pl.DataFrame:
        """States by how far they moved on one axis: see :meth:`IdealPoints.most_moved`."""
        return self._axis(dimension).most_moved(start=start, end=end)
