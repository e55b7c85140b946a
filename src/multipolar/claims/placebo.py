"""Would the same be found where nothing is claimed? Placebo states and placebo dates.

``observed`` holds the estimates of the claim, shape (n_specs,); ``placebo`` those of the same
specifications applied to something else (another state, an earlier date), shape
(n_draws, n_specs). NaN marks what could not be computed. Every specification is applied to the same
draws, so their dependence is kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from multipolar.claims.rules import Direction, Rank, Rule, as_direction, sign_of
from multipolar.claims.space import SUPPORTS, Floats, Mask
from multipolar.core.errors import BadOption, TooFewObservations

NAMED = 5
# Two estimates closer than this share of their scale are the same number.
_TIE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """All specifications against all placebos at once.

    Attributes
    ----------
    n_draws : int
        Placebos with at least one estimate.
    median, share, stouffer : float
        Of the claim: median estimate; share of its specifications that support; mean absolute
        z-score among the placebos.
    p_median, p_share, p_stouffer : float
        ``(1 + number of placebos at least as extreme) / (1 + n_draws)``, in (0, 1]. Small: few
        placebos look like this. It is not the probability that the claim is false, and with few
        placebos it cannot be small: the least possible is ``1 / (1 + n_draws)``.
    rank : int
        Place of the claim's median among the placebos in the claimed direction; 1 is the most
        extreme.
    """

    n_draws: int
    median: float
    share: float
    stouffer: float
    p_median: float
    p_share: float
    p_stouffer: float
    rank: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def compute_percentiles(
    observed: npt.ArrayLike, placebo: npt.ArrayLike, direction: Direction | int = "positive"
) -> Floats:
    """Share of the pool that each estimate exceeds in the claimed direction.

    The pool is the placebos of the same specification and the estimate itself, so the percentile
    is ``1 - p`` of the one-sided test and at most ``n / (n + 1)``: were the claim one more placebo,
    it would reach a level of 0.90 in at most one case of ten, however few placebos there are. Ties
    count against the claim.

    Parameters
    ----------
    observed : array of shape (n_specs,)
    placebo : array of shape (n_draws, n_specs)
    direction : {"positive", "negative"} or 1, -1

    Returns
    -------
    array of shape (n_specs,)
        In [0, 1): 0 nothing is less extreme, near 1 all placebos are. NaN where the estimate or
        all of its placebos are missing. It says nothing about how large the effect is.

    Examples
    --------
    >>> compute_percentiles([3.0, -1.0], [[1.0, 1.0], [2.0, 2.0], [5.0, 3.0]])
    array([0.5, 0. ])
    """
    seen, drawn = _checked(observed, placebo)
    orient = sign_of(as_direction(direction))
    below = _below(drawn * orient, seen * orient, np.abs(drawn))
    known = np.isfinite(drawn).sum(axis=0)
    share = below.sum(axis=0) / (known + 1.0)
    result: Floats = np.where(np.isfinite(seen) & (known > 0), share, np.nan)
    return result


def placebo_percentiles(placebo: npt.ArrayLike, direction: Direction | int = "positive") -> Floats:
    """Percentile of every draw among the other draws, shape (n_draws, n_specs).

    The same definition as :func:`compute_percentiles`, for each placebo in the role of the claim.
    """
    drawn = np.asarray(placebo, dtype=np.float64) * sign_of(as_direction(direction))
    known = np.isfinite(drawn)
    below = _rank_from_below(drawn)
    others = known.sum(axis=0)
    result: Floats = np.where(known & (others > 1), below / np.maximum(others, 1), np.nan)
    return result


def joint_test(
    observed: npt.ArrayLike,
    placebo: npt.ArrayLike,
    *,
    direction: Direction | int = "positive",
    rule: Rule | None = None,
    observed_supports: npt.ArrayLike | None = None,
    placebo_supports: npt.ArrayLike | None = None,
) -> JointTest:
    """Test the whole curve of specifications against its placebos.

    Parameters
    ----------
    observed : array of shape (n_specs,)
    placebo : array of shape (n_draws, n_specs)
        The same specifications applied to each placebo. 500 draws or more give stable p-values;
        fewer are honest, only coarse.
    direction : {"positive", "negative"} or 1, -1
        Claimed sign of the estimates.
    rule : Rule, optional
        Decides which specifications support, for ``share``; the sign alone without one. A rank
        rule ranks claim and placebos in one pool. An interval rule needs support decided
        elsewhere: without it ``share`` and ``p_share`` are NaN.
    observed_supports, placebo_supports : bool arrays, optional
        Support decided elsewhere, same shapes as the estimates; both or neither.

    Returns
    -------
    JointTest

    Raises
    ------
    TooFewObservations
        The claim or all placebos have no estimate.
    BadOption
        Shapes that do not fit.

    Notes
    -----
    The claim and the placebos are treated alike in all that is computed, so when they are
    exchangeable each p-value is at most its nominal level. ``p_stouffer`` looks at size alone: the
    mean of |z|, z over claim and placebos together, whatever the direction.

    References
    ----------
    Simonsohn, Simmons & Nelson 2020, doi:10.1038/s41562-020-0912-z (joint inference); Phipson &
    Smyth 2010, doi:10.2202/1544-6115.1585 (the added one).

    Examples
    --------
    >>> test = joint_test([3.0, 4.0], [[1.0, 0.5], [2.0, -1.0], [-1.0, 0.0]])
    >>> test.p_median, test.share, test.rank
    (0.25, 1.0, 1)
    """
    seen, drawn = _checked(observed, placebo)
    orient = as_direction(direction)
    drawn_known = np.isfinite(drawn).any(axis=1)
    if not np.isfinite(seen).any() or not drawn_known.any():
        raise TooFewObservations("the joint test needs estimates of the claim and of a placebo")
    pool = np.vstack([seen[None, :], drawn])
    supports = _pool_supports(pool, orient, rule, observed_supports, placebo_supports)
    kept = np.concatenate([[True], drawn_known])
    medians = _row_median(pool[kept]) * sign_of(orient)
    shares = _row_shares(pool, supports)[kept]
    pool = pool[kept]
    sizes = _mean_abs_z(pool)
    return JointTest(
        n_draws=len(pool) - 1,
        median=float(medians[0] * sign_of(orient)),
        share=float(shares[0]),
        stouffer=float(sizes[0]),
        p_median=_p_value(medians),
        p_share=math.nan if supports is None else _p_value(shares),
        p_stouffer=_p_value(sizes),
        rank=1 + int((~_below(medians[1:], medians[0], np.abs(medians[1:]))).sum()),
    )


def more_extreme(
    observed: float, placebo: Mapping[str, float], direction: Direction | int = "positive"
) -> list[str]:
    """Placebos whose estimate is at least as far in the claimed direction, the furthest first.

    Examples
    --------
    >>> more_extreme(-0.2, {"Israel": -0.5, "Chile": -0.1, "Cuba": -0.2}, "negative")
    ['Israel', 'Cuba']
    """
    orient = sign_of(as_direction(direction))
    found = [
        (-value * orient, name)
        for name, value in placebo.items()
        if math.isfinite(value) and not _below(value * orient, observed * orient, abs(value))
    ]
    return [name for _, name in sorted(found)]


def rank_words(
    observed: float,
    placebo: Mapping[str, float],
    *,
    direction: Direction | int = "positive",
    what: str = "a larger value",
    kind: str = "comparable states",
) -> str:
    """Rank among placebos as a sentence.

    Parameters
    ----------
    observed : float
    placebo : mapping of name to estimate
        Without the claim's own subject; missing estimates are not counted.
    direction : {"positive", "negative"} or 1, -1
    what : str
        What the more extreme ones show: "a larger fall".
    kind : str
        What the placebos are, in the plural.

    Examples
    --------
    >>> fall = {"Israel": -0.5, "Cuba": -0.3, "Chile": -0.1, "Peru": 0.0}
    >>> rank_words(-0.2, fall, direction="negative", what="a larger fall")
    'Of 4 comparable states, only Israel and Cuba show a larger fall.'
    >>> rank_words(-0.9, fall, direction="negative", what="a larger fall")
    'Of 4 comparable states, none shows a larger fall.'
    """
    n = sum(math.isfinite(v) for v in placebo.values())
    if n == 0 or not math.isfinite(observed):
        return f"No {kind} to compare with."
    names = more_extreme(observed, placebo, direction)
    verb = "shows" if len(names) < 2 else "show"
    if not names:
        who = "none"
    elif len(names) == n:
        who = "all" if n > 1 else names[0]
    elif len(names) <= NAMED:
        who = "only " + _and(names)
    else:
        who = str(len(names))
    return f"Of {n} {kind}, {who} {verb} {what}."


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _checked(observed: npt.ArrayLike, placebo: npt.ArrayLike) -> tuple[Floats, Floats]:
    seen = np.array(observed, dtype=np.float64)
    drawn = np.array(placebo, dtype=np.float64)
    if seen.ndim != 1 or drawn.ndim != 2 or drawn.shape[1] != len(seen):
        raise BadOption(
            f"observed has shape {seen.shape} and placebo {drawn.shape}; "
            "expected (n_specs,) and (n_draws, n_specs)"
        )
    seen[~np.isfinite(seen)] = np.nan
    drawn[~np.isfinite(drawn)] = np.nan
    return seen, drawn


def _below(values: Any, than: Any, scale: Any) -> Mask:
    """Whether values are less than another, rounding errors apart; False where missing."""
    margin = _TIE * np.maximum(scale, np.abs(than))
    less: Mask = np.less(values, than - margin)
    return less


def _rank_from_below(values: Floats) -> Floats:
    """Number of entries of the same column that are smaller; ties do not count."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    position = np.arange(len(values))[:, None]
    new = np.ones(values.shape, dtype=np.bool_)
    new[1:] = _below(ordered[:-1], ordered[1:], np.abs(ordered[:-1]))
    first = np.maximum.accumulate(np.where(new, position, 0), axis=0)
    below = np.empty(values.shape)
    np.put_along_axis(below, order, first.astype(np.float64), axis=0)
    return below


def _pool_supports(
    pool: Floats,
    direction: Direction,
    rule: Rule | None,
    observed_supports: npt.ArrayLike | None,
    placebo_supports: npt.ArrayLike | None,
) -> Mask | None:
    """Which estimates of claim and placebos support; None where intervals would be needed."""
    if (observed_supports is None) != (placebo_supports is None):
        raise BadOption("give both observed_supports and placebo_supports, or neither")
    if observed_supports is not None and placebo_supports is not None:
        decided = np.vstack([np.asarray(observed_supports)[None, :], np.asarray(placebo_supports)])
        if decided.shape != pool.shape:
            raise BadOption(f"supports have shape {decided.shape}; expected {pool.shape}")
        return decided.astype(np.bool_)
    if rule is None:
        positive: Mask = pool * sign_of(direction) > 0
        return positive
    if rule.kind == "interval":
        return None
    rank = placebo_percentiles(pool, direction) if isinstance(rule, Rank) else None
    supports: Mask = rule.apply(pool, percentile=rank) == SUPPORTS
    return supports


def _row_median(pool: Floats) -> Floats:
    median: Floats = np.nanmedian(pool, axis=1)
    return median


def _row_shares(pool: Floats, supports: Mask | None) -> Floats:
    if supports is None:
        return np.full(len(pool), np.nan)
    known = np.isfinite(pool)
    share: Floats = (supports & known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return share


def _mean_abs_z(pool: Floats) -> Floats:
    """Mean |z| of each row, z within each specification; columns that do not vary are left out."""
    used = pool[:, np.isfinite(pool).sum(axis=0) > 1]
    spread = np.nanstd(used, axis=0)
    varies = spread > _TIE * np.nanmax(np.abs(used), axis=0, initial=0.0)
    z = np.abs(used[:, varies] - np.nanmean(used[:, varies], axis=0)) / spread[varies]
    count = np.isfinite(z).sum(axis=1)
    mean: Floats = np.nansum(z, axis=1) / np.maximum(count, 1)
    return mean


def _p_value(statistic: Floats) -> float:
    """First row against the others: (1 + #{T* >= T}) / (1 + B)."""
    at_least = ~_below(statistic[1:], statistic[0], np.abs(statistic[1:]))
    return (1 + int(at_least.sum())) / len(statistic)
