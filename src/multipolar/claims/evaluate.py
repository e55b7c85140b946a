"""Call the function under every specification and turn what it returns into results."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from multipolar.claims.rules import Rule
from multipolar.claims.space import NOT_COMPUTABLE, OUTCOMES, Floats, Ints, Plan, Results
from multipolar.core.errors import BadOption, MultipolarError, NothingComputable


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a function may return instead of a number.

    ``value`` None or NaN means that it cannot be computed, ``reason`` says why. ``lower`` and
    ``upper`` bound it, in its own unit; ``n_obs`` counts observations; ``percentile`` is its place
    among placebos in [0, 1], for the rank rule.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    n_obs: float | None = None
    reason: str = ""
    percentile: float | None = None


Found = float | Estimate | None
AnyRule = Callable[[Any], str] | None


def call_all(
    function: Callable[..., Found],
    listed: Plan,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> list[Found]:
    """What the function gives for each row of the plan, in its order."""

    def one(row: int) -> Found:
        return _call(function, listed.options(row))

    found: list[Found] = [None] * listed.n
    if jobs <= 1:
        for row in range(listed.n):
            found[row] = one(row)
            if progress:
                progress(row + 1, listed.n)
        return found
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting = {pool.submit(one, row): row for row in range(listed.n)}
        for done, future in enumerate(as_completed(waiting), start=1):
            found[waiting[future]] = future.result()
            if progress:
                progress(done, listed.n)
    return found


def _call(function: Callable[..., Found], options: dict[str, Any]) -> Found:
    """Call the function and turn what it raises into the reason of a missing estimate."""
    try:
        found = function(**options)
    except MultipolarError as error:
        return Estimate(None, reason=error.message)
    except Exception as error:  # noqa: BLE001 - kept as a row, never dropped
        return Estimate(None, reason=f"{type(error).__name__}: {error}")
    if found is None:
        return Estimate(None, reason="no estimate")
    if isinstance(found, Estimate):
        return found
    try:
        return float(found)
    except (TypeError, ValueError):
        raise BadOption(
            f"the function returned {found!r} for {options}; expected a number, an Estimate or None"
        ) from None


def decide(found: Sequence[Found], rule: Callable[[Any], str], listed: Plan) -> Results:
    """Apply the rule to every estimate; what has none is not computable, with the reason."""
    estimates = [f if isinstance(f, Estimate) else Estimate(f) for f in found]
    value = _numbers([e.value for e in estimates])
    infinite = np.isinf(value)
    value[infinite] = np.nan
    reason = [
        "" if np.isfinite(v) else e.reason or ("infinite" if i else "no estimate")
        for e, v, i in zip(estimates, value, infinite, strict=True)
    ]
    require_one(value, reason)
    lower = _numbers([e.lower for e in estimates])
    upper = _numbers([e.upper for e in estimates])
    percentile = _numbers([e.percentile for e in estimates])
    if isinstance(rule, Rule):
        outcome = rule.apply(value, lower, upper, percentile)
    else:
        outcome = np.full(len(found), NOT_COMPUTABLE, dtype=np.int64)
        for row in np.flatnonzero(np.isfinite(value)).tolist():
            outcome[row] = _outcome_code(rule(found[row]), listed.options(row))
    return Results(
        estimate=value,
        outcome=outcome,
        lower=lower,
        upper=upper,
        n_obs=_numbers([e.n_obs for e in estimates]),
        percentile=percentile,
        reason=undecided(reason, value, outcome, rule),
    )


def undecided(reason: list[str], value: Floats, outcome: Ints, rule: AnyRule) -> list[str]:
    """Say why a specification with an estimate has no verdict."""
    kind = rule.kind if isinstance(rule, Rule) else "decision"
    lacks = {"interval": "an interval", "rank": "a place among placebos"}.get(kind, "more")
    return [
        r or f"the {kind} rule needs {lacks}" if o == NOT_COMPUTABLE and np.isfinite(v) else r
        for r, v, o in zip(reason, value, outcome, strict=True)
    ]


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array([math.nan if v is None else float(v) for v in values], dtype=np.float64)


def _outcome_code(outcome: Any, options: dict[str, Any]) -> int:
    if outcome not in OUTCOMES[:NOT_COMPUTABLE]:
        raise BadOption(
            f"the rule returned {outcome!r} for {options}; "
            "expected supports, contradicts or inconclusive"
        )
    return OUTCOMES.index(outcome)


def require_one(value: Floats, reason: Sequence[str]) -> None:
    """Raise :class:`NothingComputable` where no estimate exists at all."""
    if not np.isfinite(value).any():
        raise NothingComputable(
            f"none of {len(value):,} specifications could be computed; "
            f"the first one: {reason[0] or 'no estimate'}"
        )
