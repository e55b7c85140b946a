"""Run a function under every specification, or summarise a table that already holds the results.

A specification that cannot be computed stays in the table as a row with its reason. What is listed
is fixed and hashed before anything runs (:func:`multipolar.claims.space.plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from multipolar.claims import flips
from multipolar.claims.evaluate import AnyRule, Estimate, Found, call_all, decide
from multipolar.claims.listing import Equivalence, Excluded, Redundant
from multipolar.claims.redundancy import find_redundant, kept_rows, without_options
from multipolar.claims.rules import Rule
from multipolar.claims.space import (
    OUTCOMES,
    ChoicesGiven,
    Plan,
    Results,
    choice_dict,
    panel_default_rows,
    plan,
)
from multipolar.claims.summary import (
    Panel,
    Prior,
    is_exact,
    prior_weights,
    summarise_panel,
    without_nan,
)
from multipolar.claims.table import match_rows, read_results, results_frame
from multipolar.core.choices import Choice, Constraint, as_choices

__all__ = ["Estimate", "Multiverse", "Plan", "plan", "run_multiverse", "summarise"]

SHARE_SENTENCE = "The share of specifications is not a probability that the claim is true."


@dataclass(frozen=True, kw_only=True, eq=False)
class Multiverse:
    """All specifications of a claim, their outcomes and what flips them.

    Attributes
    ----------
    frame : polars.DataFrame
        One row per specification: ``spec``, ``panel``, one column per choice, ``estimate``,
        ``lower``, ``upper``, ``n_obs``, ``percentile``, ``outcome``, ``reason``, ``is_default``
        and, when specifications were sampled, ``in_sample``.
    panels : dict of key to Panel
        One per question (combination of options of the N choices); ``all`` without any.
    choices : tuple of Choice
        The choices as they were crossed.
    hash : str
        sha256 of the specifications as listed before running.
    excluded, redundant, notes : tuple
        What constraints left out; options that say the same as another; what a reader must know.
    minimal_flips, minimal_changes : list of frozenset of str
        As in a panel, but over all choices, those that change the question included, from the
        overall default.
    nearest_flip : NearestFlip or None
        The specifications behind ``minimal_flips``, in words.
    flip_sentence : str
        Its sentence, or the one that says that nothing reverses the default.
    """

    frame: pl.DataFrame
    panels: dict[str, Panel]
    choices: tuple[Choice, ...]
    hash: str
    excluded: tuple[Excluded, ...]
    redundant: tuple[Redundant, ...]
    notes: tuple[str, ...]
    minimal_flips: list[frozenset[str]]
    minimal_changes: list[frozenset[str]]
    nearest_flip: flips.NearestFlip | None
    flip_sentence: str

    @property
    def n_specifications(self) -> int:
        """Number of rows of ``frame``."""
        return self.frame.height

    @cached_property
    def shares(self) -> dict[str, float]:
        """Mean of the panels' shares: each question counts once, however many specifications."""
        panels = list(self.panels.values())
        return {o: sum(p.shares[o] for p in panels) / len(panels) for o in OUTCOMES}

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; numbers that do not exist become None."""
        nearest = self.nearest_flip
        plain: dict[str, Any] = without_nan(
            {
                "hash": self.hash,
                "n_specifications": self.n_specifications,
                "shares": self.shares,
                "share_sentence": SHARE_SENTENCE,
                "choices": [choice_dict(c) for c in self.choices],
                "excluded": [{"n": e.n, "why": e.why} for e in self.excluded],
                "redundant": [r.to_dict() for r in self.redundant],
                "notes": list(self.notes),
                "panels": [p.to_dict() for p in self.panels.values()],
                "minimal_flips": [sorted(s) for s in self.minimal_flips],
                "minimal_changes": [sorted(s) for s in self.minimal_changes],
                "nearest_flip": None if nearest is None else nearest.to_dict(),
                "flip_sentence": self.flip_sentence,
            }
        )
        return plain


def run_multiverse(  # noqa: PLR0913 - the public call; every argument after rule has a default
    function: Callable[..., Found],
    choices: ChoicesGiven,
    *,
    rule: Callable[[Any], str],
    default: Mapping[str, Any] | None = None,
    constraints: Sequence[Constraint] = (),
    prior: Prior | None = None,
    equivalent: Sequence[Equivalence | tuple[Any, ...]] = (),
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    sample: int | None = None,
    seed: int = 1945,
    interval_level: float = 0.95,
) -> Multiverse:
    """Call ``function`` under every specification and summarise what comes out.

    Parameters
    ----------
    function : callable
        ``function(**options)`` returns a number, an :class:`Estimate` or None. What it raises is
        kept as the reason of a specification that is not computable.
    choices : mapping or sequence of Choice
        ``{name: [options]}`` or typed choices. Options of kind N open panels of their own.
    rule : callable
        ``rule(number)``, or ``rule(estimate)`` where the function returned an Estimate, gives
        ``supports``, ``contradicts`` or ``inconclusive``. The rules of
        :mod:`multipolar.claims.rules` are applied to all at once.
    default : mapping, optional
        Default options; the first of each choice otherwise. Decide on them beforehand.
    constraints : sequence of Constraint
        Combinations that make no sense, left out and counted.
    prior : mapping of choice to {option: weight}, optional
        Weights for ``weighted_shares``; a choice that is not named has equal weights.
    equivalent : sequence of Equivalence or (choice, option, equivalent_to[, why])
        Options left out because another gives the same verdicts.
    jobs : int
        Threads. They help functions that spend their time in NumPy, Polars or DuckDB.
    progress : callable, optional
        ``progress(done, total)`` after each specification.
    sample : int, optional
        With more specifications than this, compute a random part and the neighbourhood of the
        default; the result says so.
    seed : int
        Seed of that draw.
    interval_level : {0.8, 0.9, 0.95}
        Level of the intervals, for ``between_within``.

    Returns
    -------
    Multiverse
        ``.frame`` has one row per specification. Its shares count choices, not chances: they are
        no probability that the claim is true.

    Raises
    ------
    NothingComputable
        Every specification failed; the message shows the first reason.
    BadOption, UnknownName
        A choice, option or prior that does not exist, or a rule that returned something else.

    References
    ----------
    Steegen et al. 2016, doi:10.1177/1745691616658637; Simonsohn, Simmons & Nelson 2020,
    doi:10.1038/s41562-020-0912-z; Del Giudice & Gangestad 2021, doi:10.1177/2515245920954925.

    Examples
    --------
    >>> def gap(weight, window):
    ...     return {"states": 0.4, "people": -0.1}[weight] + 0.01 * window
    >>> result = run_multiverse(
    ...     gap,
    ...     {"weight": ["states", "people"], "window": [1, 3, 5]},
    ...     rule=lambda value: "supports" if value > 0 else "contradicts",
    ... )
    >>> result.panels["all"].shares["supports"], result.minimal_flips
    (0.5, [frozenset({'weight'})])
    """
    listed = plan(
        choices,
        constraints,
        default=default,
        equivalent=equivalent,
        sample=sample,
        seed=seed,
    )
    found = call_all(function, listed, jobs, progress)
    results = decide(found, rule, listed)
    return _build(listed, results, rule=rule, prior=prior, interval_level=interval_level, seed=seed)


def summarise(  # noqa: PLR0913 - as run_multiverse
    frame: pl.DataFrame,
    choices: ChoicesGiven,
    *,
    default: Mapping[str, Any] | None = None,
    constraints: Sequence[Constraint] = (),
    prior: Prior | None = None,
    equivalent: Sequence[Equivalence | tuple[Any, ...]] = (),
    listed: Plan | None = None,
    rule: AnyRule = None,
    interval_level: float = 0.95,
    seed: int = 1945,
) -> Multiverse:
    """Build a :class:`Multiverse` from a table of results computed elsewhere.

    Parameters
    ----------
    frame : polars.DataFrame, one row per specification
        One column per choice and ``estimate``; ``lower``, ``upper``, ``n_obs``, ``percentile`` and
        ``reason`` where known. ``outcome`` holds the verdicts; without it ``rule`` is applied.
        Rows in any order. Rows of options declared ``equivalent`` to another are left out.
    choices, default, constraints, prior, equivalent, interval_level, seed
        As in :func:`run_multiverse`.
    listed : Plan, optional
        The plan that was run, in place of choices, constraints and default (``choices`` is then
        not read).
    rule : callable, optional
        The rule behind ``outcome``. A rule of :mod:`multipolar.claims.rules` also tells which
        alike options may be dropped.

    Returns
    -------
    Multiverse
        As from :func:`run_multiverse`.

    Raises
    ------
    BadOption
        A column or specification that is missing, twice there, or forbidden.
    NothingComputable
        No row has an estimate.

    Examples
    --------
    >>> table = pl.DataFrame(
    ...     {
    ...         "metric": ["agree", "kappa"],
    ...         "estimate": [0.2, -0.1],
    ...         "outcome": ["supports", "contradicts"],
    ...     }
    ... )
    >>> summarise(table, {"metric": ["agree", "kappa"]}).minimal_flips
    [frozenset({'metric'})]
    """
    if listed is None:
        listed = plan(choices, constraints, default=default, equivalent=equivalent)
        everything = as_choices(choices, default)
    else:
        everything = listed.choices
    order = match_rows(frame, listed, everything)
    results = read_results(frame[order], rule)
    return _build(listed, results, rule=rule, prior=prior, interval_level=interval_level, seed=seed)


def _build(
    listed: Plan,
    results: Results,
    *,
    rule: AnyRule,
    prior: Prior | None,
    interval_level: float,
    seed: int,
) -> Multiverse:
    hash_before = listed.hash
    listed, results = _drop_redundant(listed, results, rule)
    table = results_frame(listed, results)
    weights = prior_weights(listed, prior)
    panels = {
        listed.panel_keys[panel]: summarise_panel(
            listed,
            results,
            panel,
            row,
            table,
            weights=weights,
            interval_level=interval_level,
            seed=seed,
        )
        for panel, row in enumerate(panel_default_rows(listed))
    }
    return Multiverse(
        frame=table,
        panels=panels,
        choices=listed.choices,
        hash=hash_before,
        excluded=listed.excluded,
        redundant=listed.redundant,
        notes=listed.notes,
        **_overall_flips(listed, results),
    )


def _overall_flips(listed: Plan, results: Results) -> dict[str, Any]:
    start, codes, outcome = listed.default_row, listed.codes, results.outcome
    reverse = flips.find_nearest(codes, start, flips.reversing(outcome, start))
    change = flips.find_nearest(codes, start, outcome != outcome[start])
    nearest = flips.describe_nearest(
        listed.choices,
        codes,
        outcome,
        listed.ids,
        start,
        reverse,
        exact=is_exact(listed, codes, start, reverse),
    )
    whole = listed.in_sample is None
    nothing = flips.no_flip_sentence(OUTCOMES[outcome[start]], listed.n, whole=whole)
    return {
        "minimal_flips": flips.changed_sets(listed.choices, codes, start, reverse),
        "minimal_changes": flips.changed_sets(listed.choices, codes, start, change),
        "nearest_flip": nearest,
        "flip_sentence": nearest.sentence if nearest else nothing,
    }


def _drop_redundant(listed: Plan, results: Results, rule: AnyRule) -> tuple[Plan, Results]:
    """Leave out the options found to say the same as another, as far as the rule allows it."""
    invariant = rule.invariant if isinstance(rule, Rule) else ""
    found = find_redundant(listed, results, invariant)
    if not found:
        return listed, results
    listed = replace(listed, redundant=(*listed.redundant, *found))
    kept = np.flatnonzero(kept_rows(listed, found))
    if len(kept) == listed.n:
        return listed, results
    gone: dict[str, list[Any]] = {}
    for item in found:
        if item.dropped:
            gone.setdefault(item.choice, []).append(item.option)
    options = ", ".join(f"{name} = {o}" for name, several in gone.items() for o in several)
    note = (
        f"{listed.n - len(kept):,} specifications with {options} repeat others and are not counted."
    )
    smaller = replace(without_options(listed, gone), notes=(*listed.notes, note))
    return smaller, results.rows(kept)
