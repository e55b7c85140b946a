"""What the specifications of one question say together: one panel.

Panels are never pooled: options of different questions (counting states, counting people) live in
panels of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from multipolar.claims import flips, importance
from multipolar.claims.importance import outcome_table
from multipolar.claims.listing import Codes
from multipolar.claims.sampling import EXACT_DISTANCE
from multipolar.claims.space import OUTCOMES, Floats, Mask, Plan, Results
from multipolar.claims.tree import build_tree
from multipolar.core.choices import Choice
from multipolar.core.errors import BadOption, UnknownName

Prior = Mapping[str, Mapping[Any, float]]
# Half-width of a normal interval in standard errors, by its level.
_HALF_WIDTHS = {0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: 1.959963984540054}


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Specifications that ask the same question, summarised.

    Attributes
    ----------
    key, words, question : str, str, dict
        ``all``, or the options of the N choices: as a key, in words, and by name.
    n : int
        Number of specifications, whatever their outcome.
    shares, weighted_shares : dict of outcome to float
        Share of specifications per outcome, in [0, 1]; the second weighs each by the product of
        the prior weights of its options. A share is not a probability that the claim is true.
    shares_by_option : dict of choice to list of {"option", "n", "shares"}
        Shares among the specifications with each option. For choices of kind U, of which it is
        disputed whether their options ask the same thing, read these beside the pooled shares.
    importance : dict of choice to (first, total)
        Share of the variance of the estimates due to a choice alone, and with its interactions;
        ``importance_method`` is ``anova``, ``shapley`` or ``shapley_sampled`` (see
        :func:`multipolar.claims.importance.compute_importance`).
    information : dict of choice to float
        Share of the uncertainty about the outcome that knowing the option removes, in [0, 1].
    flip_rate, reversal_rate : dict of choice to float
        Share of pairs differing in that choice only whose outcomes differ; whose outcomes are
        supports and contradicts. NaN where there is no such pair.
    minimal_flips, minimal_changes : list of frozenset of str
        All smallest sets of choices to change from the panel's default to reverse its verdict; to
        reach any other outcome. Empty where there is none.
    flips_exact : bool
        False only for sampled multiverses when the nearest found is beyond three changes.
    tree : dict
        Decision tree of depth 3 at most (:func:`multipolar.claims.tree.build_tree`).
    median, iqr, range90 : float, pair, pair
        Of the estimates: median, quartiles, 5th and 95th percentile; NaN without any.
    within_width : float or None
        Median width of the specifications' own intervals: the part due to sampling.
    between_within : float or None
        Variance of the estimates across specifications over the mean sampling variance; above 1
        the choices matter more than the sample.
    default : dict
        ``options``, ``spec``, ``estimate``, ``lower``, ``upper``, ``percentile`` and ``outcome``
        of the panel's default specification.
    frame : polars.DataFrame
        One row per specification of the panel.
    """

    key: str
    words: str
    question: dict[str, Any]
    n: int
    shares: dict[str, float]
    weighted_shares: dict[str, float]
    shares_by_option: dict[str, list[dict[str, Any]]]
    importance: dict[str, tuple[float, float]]
    importance_method: str
    information: dict[str, float]
    flip_rate: dict[str, float]
    reversal_rate: dict[str, float]
    minimal_flips: list[frozenset[str]]
    minimal_changes: list[frozenset[str]]
    flips_exact: bool
    tree: dict[str, Any]
    median: float
    iqr: tuple[float, float]
    range90: tuple[float, float]
    within_width: float | None
    between_within: float | None
    default: dict[str, Any]
    frame: pl.DataFrame

    def vibration_ratio(self) -> float:
        """99th over 1st percentile of the estimates (Patel, Burford & Ioannidis 2015).

        Only for ratio scales: raises :class:`BadOption` where an estimate is not positive.
        """
        known = self.frame["estimate"].drop_nulls().to_numpy()
        if not len(known) or known.min() <= 0:
            raise BadOption(
                f"panel {self.key!r}: the vibration ratio needs positive estimates",
                hint="use range90, the 5th to the 95th percentile",
            )
        low, high = np.quantile(known, [0.01, 0.99])
        return float(high / low)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; numbers that do not exist become None."""
        kept = {k: v for k, v in vars(self).items() if k != "frame"}
        kept["minimal_flips"] = [sorted(s) for s in self.minimal_flips]
        kept["minimal_changes"] = [sorted(s) for s in self.minimal_changes]
        plain: dict[str, Any] = without_nan(kept)
        return plain


def without_nan(value: Any) -> Any:
    """Copy in JSON's own types: None for numbers that are not finite, text for what it lacks."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {k: without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(v) for v in value]
    return str(value)


def summarise_panel(
    listed: Plan,
    results: Results,
    panel: int,
    default_row: int,
    frame: pl.DataFrame,
    *,
    weights: Floats,
    interval_level: float,
    seed: int,
) -> Panel:
    """Summarise the rows of one panel; ``weights`` has one prior weight per row of the plan."""
    rows = np.flatnonzero(listed.panel_of == panel)
    start = int(np.searchsorted(rows, default_row))
    near = _flip_sets(listed, listed.codes[rows], results.rows(rows), start)
    counted = rows if listed.in_sample is None else rows[listed.in_sample[rows]]
    codes, found = listed.codes[counted], results.rows(counted)
    free = [j for j, c in enumerate(listed.choices) if c.kind != "N"]
    question = {
        c.name: c.options[listed.codes[rows[0], j]]
        for j, c in enumerate(listed.choices)
        if c.kind == "N"
    }
    asked = [c for c in listed.choices if c.kind == "N"]
    return Panel(
        key=listed.panel_keys[panel],
        words=", ".join(c.words(question[c.name]) for c in asked) or "all specifications",
        question=question,
        n=len(counted),
        shares=_shares(found, np.ones(len(counted))),
        weighted_shares=_shares(found, weights[counted], listed.panel_keys[panel]),
        tree=build_tree([listed.choices[j] for j in free], codes[:, free], found.outcome),
        default=_default_entry(listed, results, default_row),
        frame=frame.filter(pl.Series(listed.panel_of == panel)),
        **near,
        **_choice_measures([listed.choices[j] for j in free], codes[:, free], found, seed),
        **_spread(found, interval_level),
    )


def prior_weights(listed: Plan, prior: Prior | None) -> Floats:
    """Product of the prior weights of each row's options; equal where none are given."""
    weights = np.ones(listed.n)
    names = [c.name for c in listed.choices]
    for name, given in (prior or {}).items():
        if name not in names:
            raise UnknownName.among("choice in prior", name, names)
        j = names.index(name)
        gone = [r.option for r in listed.redundant if r.choice == name and r.dropped]
        used = {option: weight for option, weight in given.items() if option not in gone}
        weights *= _option_weights(listed.choices[j], used)[listed.codes[:, j]]
    return weights


def _option_weights(choice: Choice, given: Mapping[Any, float]) -> Floats:
    for option in given:
        choice.check(option)
    lacking = [o for o in choice.options if o not in given]
    if lacking:
        raise BadOption(f"prior for {choice.name!r} gives no weight to {lacking[0]!r}")
    weights = np.array([float(given[o]) for o in choice.options])
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise BadOption(
            f"prior for {choice.name!r} is {dict(given)}; expected weights of 0 or more, not all 0"
        )
    return weights


def _shares(found: Results, weights: Floats, key: str = "") -> dict[str, float]:
    total = float(weights.sum())
    if total <= 0:
        raise BadOption(f"the prior gives no weight to any specification of panel {key!r}")
    sums = np.bincount(found.outcome, weights=weights, minlength=len(OUTCOMES))
    return {name: float(s) / total for name, s in zip(OUTCOMES, sums, strict=True)}


def _choice_measures(
    choices: Sequence[Choice], codes: Codes, found: Results, seed: int
) -> dict[str, Any]:
    names = [c.name for c in choices]
    shares, method = importance.compute_importance(codes, found.estimate, seed=seed)
    rates, reversals = importance.compute_flip_rates(codes, found.outcome)
    information = importance.compute_information(codes, found.outcome)
    return {
        "shares_by_option": {
            c.name: _by_option(c, codes[:, j], found) for j, c in enumerate(choices)
        },
        "importance": dict(zip(names, shares, strict=True)),
        "importance_method": method,
        "information": dict(zip(names, information, strict=True)),
        "flip_rate": dict(zip(names, rates, strict=True)),
        "reversal_rate": dict(zip(names, reversals, strict=True)),
    }


def _by_option(choice: Choice, column: Codes, found: Results) -> list[dict[str, Any]]:
    rows = []
    for option, counts in zip(choice.options, outcome_table(column, found.outcome), strict=False):
        n = int(counts.sum())
        if n:
            shares = {o: float(c) / n for o, c in zip(OUTCOMES, counts, strict=True)}
            rows.append({"option": option, "n": n, "shares": shares})
    return rows


def _flip_sets(listed: Plan, codes: Codes, found: Results, start: int) -> dict[str, Any]:
    choices = listed.choices
    reverse = flips.find_nearest(codes, start, flips.reversing(found.outcome, start))
    other: Mask = found.outcome != found.outcome[start]
    change = flips.find_nearest(codes, start, other)
    return {
        "minimal_flips": flips.changed_sets(choices, codes, start, reverse),
        "minimal_changes": flips.changed_sets(choices, codes, start, change),
        "flips_exact": is_exact(listed, codes, start, reverse),
    }


def is_exact(listed: Plan, codes: Codes, start: int, rows: np.ndarray[Any, Any]) -> bool:
    """Whether no nearer or further row of the same kind can be hidden among those not listed."""
    if listed.in_sample is None:
        return True
    return bool(len(rows)) and int((codes[rows[0]] != codes[start]).sum()) <= EXACT_DISTANCE


def _default_entry(listed: Plan, results: Results, row: int) -> dict[str, Any]:
    return {
        "options": listed.options(row),
        "spec": listed.ids[row],
        "estimate": float(results.estimate[row]),
        "lower": float(results.lower[row]),
        "upper": float(results.upper[row]),
        "percentile": float(results.percentile[row]),
        "outcome": OUTCOMES[results.outcome[row]],
    }


def _spread(found: Results, level: float) -> dict[str, Any]:
    known = found.estimate[np.isfinite(found.estimate)]
    quantiles = [math.nan] * 5
    if len(known):
        quantiles = [float(q) for q in np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95])]
    width = found.upper - found.lower
    width = width[np.isfinite(width)]
    within = float(np.median(width)) if len(width) else None
    sampling = float(((width / (2 * _half_width(level))) ** 2).mean()) if len(width) else 0.0
    return {
        "median": quantiles[2],
        "iqr": (quantiles[1], quantiles[3]),
        "range90": (quantiles[0], quantiles[4]),
        "within_width": within,
        "between_within": float(known.var()) / sampling if sampling > 0 and len(known) else None,
    }


def _half_width(level: float) -> float:
    if level not in _HALF_WIDTHS:
        raise BadOption(
            f"interval level is {level}; expected one of {', '.join(map(str, _HALF_WIDTHS))}"
        )
    return _HALF_WIDTHS[level]
