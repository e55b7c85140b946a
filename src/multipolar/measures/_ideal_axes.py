"""Axes of the plane, chosen after sampling: scale, turn and reflection of every draw, and names.

The posterior does not change when the plane is turned or reflected, and hardly when it is
stretched. Every draw is therefore centred and made uncorrelated with standard deviation 1 over all
state-periods, then turned (or reflected) as close as possible to the mean of all draws (Procrustes;
Schonemann 1966). Named states turn the whole: the first axis runs from the second anchor through
the first, the third anchor is on the positive side of the second axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from multipolar.core.errors import NotIdentified
from multipolar.measures._ideal_data import CONTINUES, VoteArrays

THIRD_ANCHOR = "IND"
_ROUNDS = 4
_LEAST_APART = 0.1  # standard deviations: nearer, a turn of the plane is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What the votes were turned by, draw by draw.

    Attributes
    ----------
    theta : (draws, 2, n_units)
    discrimination : (draws, 2, n_items)
    offset : (draws, n_items)
        To be added to cutpoints.
    slopes : (draws, 2, n_items) or None
        Of absence, turned like discrimination.
    """

    theta: np.ndarray
    discrimination: np.ndarray
    offset: np.ndarray
    slopes: np.ndarray | None


def name_axes(
    theta: np.ndarray,
    beta: np.ndarray,
    slopes: np.ndarray | None,
    anchors: Sequence[np.ndarray],
) -> Axes:
    """Centre, scale and turn every draw; ``anchors`` are the weights of three states' mean."""
    mean = theta.mean(2, dtype=np.float64)
    white, inverse = _whitened(theta, mean)
    turn = _turns(white)
    first = np.einsum("nij,nju->iu", turn, white) / turn.shape[0]
    turn = _named(first, anchors) @ turn
    # theta = inverse z + mean and z' = turn z: slopes follow by turn inverse'.
    follow = turn @ np.swapaxes(inverse, 1, 2)
    return Axes(
        theta=(turn @ white).astype(np.float32),
        discrimination=(follow @ beta).astype(np.float32),
        offset=-np.einsum("nd,ndv->nv", mean, beta).astype(np.float32),
        slopes=None if slopes is None else (follow @ slopes).astype(np.float32),
    )


def name_line(
    theta: np.ndarray,
    beta: np.ndarray,
    slopes: np.ndarray | None,
    anchors: Sequence[np.ndarray],
) -> Axes:
    """As :func:`name_axes` on a line: mean 0, standard deviation 1, first anchor above second."""
    mean = theta.mean(2, keepdims=True, dtype=np.float64)
    scale = theta.std(2, keepdims=True, ddof=1, dtype=np.float64)
    scale *= np.where(theta @ (anchors[0] - anchors[1]) < 0, -1.0, 1.0)[..., None]
    return Axes(
        theta=((theta - mean) / scale).astype(np.float32),
        discrimination=(beta * scale).astype(np.float32),
        offset=-(beta * mean)[:, 0].astype(np.float32),
        slopes=None if slopes is None else (slopes * scale).astype(np.float32),
    )


def _whitened(theta: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws with mean 0 and the unit matrix as covariance, and the matrices that undo it."""
    centred = theta - mean[..., None]
    cov = centred @ np.swapaxes(centred, 1, 2) / (theta.shape[2] - 1)
    inverse = np.linalg.cholesky(cov)
    return np.linalg.solve(inverse, centred), inverse


def _turns(white: np.ndarray) -> np.ndarray:
    """Orthogonal matrices that bring every draw closest to the mean of all."""
    reference = white[-1]
    turn = np.broadcast_to(np.eye(2), (white.shape[0], 2, 2))
    for _ in range(_ROUNDS):
        left, _, right = np.linalg.svd(np.einsum("iu,nju->nij", reference, white))
        turn = left @ right
        reference = np.einsum("nij,nju->iu", turn, white) / white.shape[0]
    return turn


def _named(mean: np.ndarray, anchors: Sequence[np.ndarray]) -> np.ndarray:
    """Turn of the plane under which the anchors name the axes."""
    high, low, third = (mean @ a for a in anchors)
    along = (high - low) / max(float(np.linalg.norm(high - low)), 1e-9)
    across = np.array([-along[1], along[0]])
    if across @ (third - low) < 0:
        across = -across
    return np.stack([along, across])


def anchor_weights(votes: VoteArrays, anchor: str) -> np.ndarray:
    """Weights that give the anchor's mean position over the periods in which it votes.

    Raises
    ------
    NotIdentified
        It casts no vote.
    """
    paths = votes.units["path"].to_numpy()
    mine = (paths == CONTINUES.get(anchor, anchor)) | (paths == anchor)
    if not mine.any():
        raise NotIdentified(
            f"anchor {anchor!r} casts no vote in this vote set",
            hint=f"anchors among those who vote, e.g. {', '.join(_busiest(votes))}",
        )
    return np.asarray(mine / mine.sum())


def _busiest(votes: VoteArrays) -> list[str]:
    busiest = votes.units.group_by("path").agg(pl.col("n_votes").sum())
    return busiest.sort("n_votes", "path", descending=[True, False])["path"][:6].to_list()


def plane_anchors(
    votes: VoteArrays, anchors: Sequence[str], start: np.ndarray
) -> tuple[tuple[str, str, str], list[np.ndarray]]:
    """Three anchors that span the plane, checked on the rough positions ``start`` (n_units, 2).

    With two named, the third is the default one, or the state furthest from their line where the
    default does not vote or stands on it.

    Raises
    ------
    NotIdentified
        One casts no vote; two vote alike; the three stand on one line.
    """
    named = list(anchors)
    weights = [anchor_weights(votes, a) for a in named]
    first, second = (w @ start for w in weights[:2])
    apart = float(np.linalg.norm(first - second))
    if apart < _LEAST_APART:
        raise NotIdentified(
            f"anchors {named[0]} and {named[1]} vote alike: no axis runs through them",
            hint=f"two states that differ, e.g. {' and '.join(_furthest(votes, start))}",
        )
    along = (first - second) / apart
    off = np.abs((start - second) @ np.array([-along[1], along[0]]))
    if len(named) == 3 and abs(weights[2] @ off) < _LEAST_APART:
        raise NotIdentified(
            f"anchors {', '.join(named)} stand on one line: no side of it can be called positive",
            hint=f"a third state off the line, e.g. {', '.join(_off_line(votes, off))}",
        )
    if len(named) == 2:
        named.append(_third(votes, named, off))
        weights.append(anchor_weights(votes, named[2]))
    return (named[0], named[1], named[2]), weights


def _third(votes: VoteArrays, named: list[str], off: np.ndarray) -> str:
    if THIRD_ANCHOR not in named and (votes.units["path"] == THIRD_ANCHOR).any():
        mean = float(off[(votes.units["path"] == THIRD_ANCHOR).to_numpy()].mean())
        if mean >= _LEAST_APART:
            return THIRD_ANCHOR
    return next(s for s in _off_line(votes, off) if s not in named)


def _off_line(votes: VoteArrays, off: np.ndarray) -> list[str]:
    """Paths by how far they stand off the line, the furthest first, of those that vote most."""
    table = votes.units.select("path", "n_votes").with_columns(off=pl.Series(off))
    whole = table.group_by("path").agg(pl.col("off").mean(), pl.col("n_votes").sum())
    often = whole.filter(pl.col("n_votes") >= pl.col("n_votes").max() / 2)
    return often.sort("off", "path", descending=[True, False])["path"].head(5).to_list()


def _furthest(votes: VoteArrays, start: np.ndarray) -> list[str]:
    paths = votes.units["path"].to_numpy()
    return [str(paths[start[:, 0].argmax()]), str(paths[start[:, 0].argmin()])]
