"""Coordinates in which the joint posterior is nearly a standard normal distribution."""

from __future__ import annotations

import numpy as np

from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt import CENTRE_SD
from multipolar.measures._kernels.irt_energy import standardise
from multipolar.measures._kernels.irt_metric import (
    Layout,
    add_information,
    couple_voters,
    factor_blocks,
    factor_items,
    link_paths,
    to_positions,
)
from multipolar.measures._kernels.irt_white import from_white, slope_to_white, to_white
from multipolar.measures._kernels.probit import CDF


def _lay_out(place: np.ndarray) -> Layout:
    order = np.argsort(place, kind="stable")
    count = np.bincount(place)
    begin = np.concatenate([[0], np.cumsum(count)])
    slot = np.empty(place.size, np.int64)
    slot[order] = np.arange(place.size) - begin[place[order]]
    squares = np.concatenate([[0], np.cumsum(count**2)])
    blocks = np.concatenate([[0, 0], np.cumsum(count[1:] * count[:-1])])
    return Layout(order, slot, begin, squares, blocks)


class Metric:
    """Curvature of the posterior about a reference point, factored.

    White coordinates q stand for positions and items x by K'(x - reference) = q, where K K' is the
    expected curvature about the reference. In them every direction has about unit variance, also
    those along which positions and items must move together.
    """

    def __init__(
        self,
        votes: VoteArrays,
        place: np.ndarray,
        home: np.ndarray,
        thetas: np.ndarray,
        items: np.ndarray,
        rate: np.ndarray,
        period_precision: tuple[float, float],
    ) -> None:
        """Average over draws ``thetas`` (n, n_units) and ``items`` (n, n_items, 3), and factor.

        ``rate`` (n_paths,) are the logs of the paths' rates.
        """
        self.theta, self.item = thetas.mean(0), items.mean(0)
        layout = _lay_out(place)
        moments, standing = np.empty((layout.begin.size - 1, 3)), np.empty(votes.n_units)
        diagonal, root = np.zeros((votes.n_units, 2)), np.zeros((votes.n_items, 6))
        coupling = np.zeros((votes.n_obs, 3))
        for theta, item in zip(thetas, items, strict=True):
            standardise(theta, place, moments, standing)
            add_information(
                votes.start, votes.unit, votes.weight, home, standing, theta, item, CDF, diagonal,
                root, coupling,
            )  # fmt: skip
        for total in (diagonal, root, coupling):
            np.divide(total, thetas.shape[0], out=total)
        standardise(self.theta, place, moments, standing)
        factor_items(votes.start, home, root, coupling)
        stiffness = self._stiffness(home, moments, period_precision)
        triangle, block = _factor(
            votes, layout, place, home, rate, moments, standing, diagonal, coupling, stiffness
        )
        self._factor = (
            layout, triangle, block, votes.start, votes.unit, home, root,
            coupling.astype(np.float32), place, moments, standing,
        )  # fmt: skip

    def _stiffness(
        self, home: np.ndarray, moments: np.ndarray, period_precision: tuple[float, float]
    ) -> np.ndarray:
        """Curvature in the mean and log sd of each period, from its prior and its items'."""
        own, n = home[home >= 0], moments.shape[0]
        beta = self.item[home >= 0, 0] / moments[own, 1]
        location, scale = period_precision
        mean = location + np.bincount(own, beta**2, n) / CENTRE_SD**2
        return np.column_stack([mean, scale + 2.0 * np.bincount(own, minlength=n)])

    def point(self, white: np.ndarray, white_item: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions and items at white coordinates."""
        theta, item = np.empty_like(white), np.empty_like(white_item)
        from_white(self._factor, white, white_item, theta, item)
        return theta + self.theta, item + self.item

    def white(self, theta: np.ndarray, item: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """White coordinates of positions and items."""
        q, q_item = np.empty_like(theta), np.empty_like(item)
        to_white(self._factor, theta - self.theta, item - self.item, q, q_item)
        return q, q_item

    def slope(self, slope: np.ndarray, item_slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Slope in white coordinates."""
        q, q_item = np.empty_like(slope), np.empty_like(item_slope)
        slope_to_white(self._factor, slope, item_slope, q, q_item)
        return q, q_item


def _factor(  # noqa: PLR0913, PLR0917 - the parts of one matrix
    votes: VoteArrays,
    layout: Layout,
    place: np.ndarray,
    home: np.ndarray,
    rate: np.ndarray,
    moments: np.ndarray,
    standing: np.ndarray,
    diagonal: np.ndarray,
    coupling: np.ndarray,
    stiffness: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Triangles and blocks of the positions' part.

    Single precision halves the memory read at every step; K is then the rounded matrix, exactly.
    """
    triangle, block = np.empty(layout.square_begin[-1]), np.empty(layout.block_begin[-1])
    couple_voters(votes.start, votes.unit, home, coupling, diagonal, place, layout, triangle)
    to_positions(moments, standing, stiffness, layout, triangle)
    link_paths(diagonal, votes.path_start, votes.period, rate, place, layout, triangle, block)
    factor_blocks(layout, triangle, block)
    return triangle.astype(np.float32), block.astype(np.float32)
