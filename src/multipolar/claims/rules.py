"""Decision rules: from an estimate to supports, contradicts or inconclusive.

A rule is chosen before the results are seen. Each rule here is a small frozen object that can be
called on one estimate, applied to arrays, and written to a study file.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Protocol, cast

import numpy as np
import numpy.typing as npt

from multipolar.claims.space import (
    CONTRADICTS,
    INCONCLUSIVE,
    NOT_COMPUTABLE,
    OUTCOMES,
    SUPPORTS,
    Floats,
    Ints,
    Mask,
)
from multipolar.core.errors import BadOption, UnknownName

Direction = Literal["positive", "negative"]
KINDS = ("sign", "interval", "sesoi", "rank")
# Ranks are ratios of small integers; 0.9 * 20 must not fall short of 18 by rounding.
_ROUNDING = 1e-12


class HasEstimate(Protocol):
    """What a rule reads: value, limits and percentile, None where unknown."""

    @property
    def value(self) -> float | None: ...  # noqa: D102
    @property
    def lower(self) -> float | None: ...  # noqa: D102
    @property
    def upper(self) -> float | None: ...  # noqa: D102
    @property
    def percentile(self) -> float | None: ...  # noqa: D102


class Rule:
    """A decision rule: callable on one estimate, applicable to arrays, writable to a file.

    ``invariant`` says under which increasing maps of the estimates its outcomes stay the same:
    ``scale`` (a * x), ``affine`` (a * x + b) or none.
    """

    __slots__ = ()
    kind: ClassVar[str]
    invariant: ClassVar[str]
    direction: Direction

    def apply(
        self,
        values: npt.ArrayLike,
        lower: npt.ArrayLike | None = None,
        upper: npt.ArrayLike | None = None,
        percentile: npt.ArrayLike | None = None,
    ) -> Ints:
        """Outcome of each estimate as a position in ``OUTCOMES``; same shape as ``values``."""
        raise NotImplementedError

    def __call__(self, estimate: float | HasEstimate) -> str:
        """Outcome of one estimate."""
        if isinstance(estimate, (int, float)):
            parts: list[float | None] = [float(estimate), None, None, None]
        else:
            parts = [estimate.value, estimate.lower, estimate.upper, estimate.percentile]
        numbers = [np.array([np.nan if p is None else p], dtype=np.float64) for p in parts]
        return OUTCOMES[int(self.apply(*numbers)[0])]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; :func:`rule_from_dict` reads them back."""
        return {"kind": self.kind, **{f.name: getattr(self, f.name) for f in fields(self)}}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Rule):
    """Supports when the estimate has the claimed sign, contradicts when it has the opposite one.

    An estimate of exactly zero is inconclusive.
    """

    direction: Direction = "positive"
    kind: ClassVar[str] = "sign"
    invariant: ClassVar[str] = "scale"

    def apply(
        self,
        values: npt.ArrayLike,
        lower: npt.ArrayLike | None = None,  # noqa: ARG002 - same call for every rule
        upper: npt.ArrayLike | None = None,  # noqa: ARG002
        percentile: npt.ArrayLike | None = None,  # noqa: ARG002
    ) -> Ints:
        """Outcome of each estimate as a position in ``OUTCOMES``; same shape as ``values``."""
        v = _oriented(values, self.direction)
        return _decide(v > 0, v < 0, np.isnan(v))


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Rule):
    """Supports when the whole interval is on the claimed side of zero.

    Contradicts when all of it is on the other side; inconclusive when it holds zero; not
    computable without an interval.
    """

    direction: Direction = "positive"
    kind: ClassVar[str] = "interval"
    invariant: ClassVar[str] = "scale"

    def apply(
        self,
        values: npt.ArrayLike,
        lower: npt.ArrayLike | None = None,
        upper: npt.ArrayLike | None = None,
        percentile: npt.ArrayLike | None = None,  # noqa: ARG002
    ) -> Ints:
        """Outcome of each estimate as a position in ``OUTCOMES``; same shape as ``values``."""
        v = _oriented(values, self.direction)
        low, high = _limits(v, lower, upper, self.direction)
        return _decide(low > 0, high < 0, np.isnan(v) | np.isnan(low) | np.isnan(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestEffect(Rule):
    """Supports when the estimate passes ``delta`` in the claimed direction.

    ``delta`` is the smallest effect of interest, in the unit of the estimate, stated beforehand.
    With an interval: supports needs the interval off zero too; contradicts when the interval lies
    inside +-delta (no change worth the name: an equivalence test) or wholly on the other side of
    zero; all else is inconclusive. Without one: contradicts when the estimate passes delta in the
    other direction, inconclusive in between.
    """

    delta: float
    direction: Direction = "positive"
    kind: ClassVar[str] = "sesoi"
    invariant: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.delta > 0:
            raise BadOption(f"smallest effect of interest is {self.delta}; expected more than 0")

    def apply(
        self,
        values: npt.ArrayLike,
        lower: npt.ArrayLike | None = None,
        upper: npt.ArrayLike | None = None,
        percentile: npt.ArrayLike | None = None,  # noqa: ARG002
    ) -> Ints:
        """Outcome of each estimate as a position in ``OUTCOMES``; same shape as ``values``."""
        v = _oriented(values, self.direction)
        low, high = _limits(v, lower, upper, self.direction)
        bare = np.isnan(low) | np.isnan(high)
        equivalent = (low > -self.delta) & (high < self.delta)
        for_it = (v > self.delta) & (bare | (low > 0)) & ~equivalent
        against = np.where(bare, v < -self.delta, equivalent | (high < 0))
        return _decide(for_it, against, np.isnan(v))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Rule):
    """Supports when the estimate has the claimed sign and stands out among its placebos.

    ``percentile`` is the share of the pool of placebos and the estimate itself that the estimate
    exceeds in the claimed direction (:func:`multipolar.claims.placebo.compute_percentiles`), so
    that at a level of 0.90 at most one placebo in ten would pass. Contradicts when the sign is the
    opposite one or fewer than half of the pool are less extreme; inconclusive in between; not
    computable without a percentile. With fewer than nine placebos 0.90 cannot be reached.

    ``signed=False`` looks at the rank alone: for levels, where every estimate has the same sign.
    """

    level: float = 0.9
    direction: Direction = "positive"
    signed: bool = True
    kind: ClassVar[str] = "rank"
    invariant: ClassVar[str] = "affine"

    def __post_init__(self) -> None:
        if not 0.5 <= self.level < 1:
            raise BadOption(f"rank level is {self.level}; expected 0.5 or more and less than 1")

    def apply(
        self,
        values: npt.ArrayLike,
        lower: npt.ArrayLike | None = None,  # noqa: ARG002
        upper: npt.ArrayLike | None = None,  # noqa: ARG002
        percentile: npt.ArrayLike | None = None,
    ) -> Ints:
        """Outcome of each estimate as a position in ``OUTCOMES``; same shape as ``values``."""
        v = _oriented(values, self.direction)
        rank = _like(v, percentile)
        right_sign = (v > 0) | (not self.signed)
        wrong_sign = (v < 0) & self.signed
        stands_out = right_sign & (rank >= self.level - _ROUNDING)
        return _decide(
            stands_out, wrong_sign | (rank < 0.5 - _ROUNDING), np.isnan(v) | np.isnan(rank)
        )


def sign(direction: Direction | int = "positive") -> Sign:
    """Rule on the sign alone.

    Examples
    --------
    >>> sign("negative")(-0.2)
    'supports'
    """
    return Sign(direction=as_direction(direction))


def interval(direction: Direction | int = "positive") -> Interval:
    """Rule on the interval: all of it must be on the claimed side of zero.

    Examples
    --------
    >>> interval("positive").apply([0.2, 0.2], lower=[0.1, -0.1], upper=[0.3, 0.5])
    array([0, 2])
    """
    return Interval(direction=as_direction(direction))


def sesoi(delta: float, direction: Direction | int = "positive") -> SmallestEffect:
    """Rule on the smallest effect of interest ``delta``, with an equivalence test.

    Examples
    --------
    >>> sesoi(0.1).apply([0.2, 0.02, 0.02], lower=[0.1, -0.05, -0.4], upper=[0.3, 0.06, 0.5])
    array([0, 1, 2])
    """
    return SmallestEffect(delta=delta, direction=as_direction(direction))


def rank(
    level: float = 0.9, direction: Direction | int = "positive", *, signed: bool = True
) -> Rank:
    """Rule on the rank among placebos.

    Examples
    --------
    >>> rank(0.9).apply([0.2, 0.2, 0.2, -0.1], percentile=[0.95, 0.7, 0.3, 0.99])
    array([0, 2, 1, 1])
    """
    return Rank(level=level, direction=as_direction(direction), signed=signed)


def rule_from_dict(values: dict[str, Any]) -> Rule:
    """Rule of a study's ``rule`` table: ``kind``, ``direction``, ``level``, ``delta``, ``signed``.

    Examples
    --------
    >>> rule_from_dict({"kind": "rank", "level": 0.95, "direction": "negative"})
    Rank(level=0.95, direction='negative', signed=True)
    """
    given = {k: v for k, v in values.items() if v is not None}
    kind = given.pop("kind", "rank")
    makers: dict[str, Any] = {"sign": sign, "interval": interval, "sesoi": sesoi, "rank": rank}
    if kind not in makers:
        raise UnknownName.among("rule", str(kind), KINDS)
    allowed = {
        "sign": {"direction"},
        "interval": {"direction"},
        "sesoi": {"direction", "delta"},
        "rank": {"direction", "level", "signed"},
    }[kind]
    for key in given:
        if key not in allowed:
            raise UnknownName.among(f"setting of the {kind} rule", key, sorted(allowed))
    if kind == "sesoi" and "delta" not in given:
        raise BadOption("the sesoi rule needs delta, the smallest effect of interest")
    return cast("Rule", makers[kind](**given))


def as_direction(direction: Direction | int) -> Direction:
    """``positive`` or ``negative``, also from 1 or -1."""
    if direction in ("positive", 1):
        return "positive"
    if direction in ("negative", -1):
        return "negative"
    raise BadOption(f"direction is {direction!r}; expected positive or negative")


def sign_of(direction: Direction) -> float:
    """1.0 for positive, -1.0 for negative."""
    return 1.0 if direction == "positive" else -1.0


def _oriented(values: npt.ArrayLike, direction: Direction) -> Floats:
    return np.asarray(values, dtype=np.float64) * sign_of(direction)


def _like(v: Floats, given: npt.ArrayLike | None) -> Floats:
    if given is None:
        return np.full(v.shape, np.nan)
    return np.broadcast_to(np.asarray(given, dtype=np.float64), v.shape)


def _limits(
    v: Floats, lower: npt.ArrayLike | None, upper: npt.ArrayLike | None, direction: Direction
) -> tuple[Floats, Floats]:
    low, high = _like(v, lower), _like(v, upper)
    return (low, high) if direction == "positive" else (-high, -low)


def _decide(for_it: Mask, against: Mask, missing: Mask) -> Ints:
    outcome = np.full(missing.shape, INCONCLUSIVE, dtype=np.int64)
    outcome[against] = CONTRADICTS
    outcome[for_it & ~against] = SUPPORTS
    outcome[missing] = NOT_COMPUTABLE
    return outcome
