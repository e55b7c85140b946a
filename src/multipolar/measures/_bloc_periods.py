"""Blocs over several periods: the same names for the same groups, and what changed between them.

How far the blocs of two periods differ is judged against how far single runs within a period
differ: resampling alone moves states, and only what goes beyond it is change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from multipolar.core.errors import BadOption
from multipolar.measures._bloc_search import Blocs, BlocSearch
from multipolar.measures._kernels import communities
from multipolar.measures._pole_ties import Window
from multipolar.measures._votes import VoteRecord

PAIRS = 200
"""Pairs of runs compared within and between periods."""
Range = tuple[float, float, float]


def vote_windows(
    record: VoteRecord, since: int | None, until: int | None, step: int
) -> list[Window]:
    """Whole window, or periods of ``step`` years that end with it.

    Without ``since`` the last three years of the record.

    Raises
    ------
    BadOption
        Not a year, or no year at all.
    """
    for name, year in (("since", since), ("until", until)):
        if year is not None and not isinstance(year, int):
            raise BadOption(f"{name} is {year!r}; expected a year", hint=f"{name}=2014")
    last = record.years[-1] if until is None else until
    first = last - 2 if since is None else since
    if first > last:
        raise BadOption(f"since ({first}) is later than until ({last})")
    if step < 0:
        raise BadOption(f"step is {step}; expected years of a period", hint="step=5")
    if not step:
        return [(first, last)]
    ends = range(last, first - 1, -step)
    return sorted((max(first, end - step + 1), end) for end in ends)


@dataclass(frozen=True, slots=True)
class Shift:
    """How the blocs of a period differ from those of the one before.

    Attributes
    ----------
    rand, rand_within : (median, 5 % quantile, 95 % quantile)
        Adjusted Rand index of pairs of runs: one of each period; both of one period.
    information, information_within : same
        Variation of information in bits.
    n_states : int
        States in both periods.
    """

    rand: Range
    rand_within: Range
    information: Range
    information_within: Range
    n_states: int

    @property
    def moved(self) -> bool:
        """Whether runs of two periods mostly differ more than 95 % of pairs of one period do."""
        return self.rand[0] < self.rand_within[1]


@dataclass(frozen=True, slots=True)
class Period:
    """Blocs of a period; ``shift`` is None in the first.

    ``before`` gives the bloc each state was in one period earlier, -1 where it was in none.
    """

    window: Window
    blocs: Blocs
    before: Any
    shift: Shift | None


def bloc_periods(
    search: BlocSearch, windows: Sequence[Window], graph: str, resolutions: str
) -> list[Period]:
    """Blocs of each window, named after the blocs they share most members with.

    A state that was away keeps the bloc it was last seen in for the matching, and a name that was
    once given is never given to another group.
    """
    found: list[Period] = []
    last_seen: dict[str, int] = {}
    named, runs = 0, None
    for window in windows:
        blocs = search.blocs(window, graph, resolutions)
        reference = np.array([last_seen.get(s, -1) for s in blocs.states], dtype=np.int64)
        labels = communities.match_labels(blocs.labels, reference, named)
        named = max(named, int(labels.max()) + 1)
        blocs = replace(blocs, labels=labels)
        own = search.single_runs(window, graph)
        shift = _shift(runs, own) if runs is not None else None
        held = {} if not found else dict(_labels(found[-1].blocs))
        before = np.array([held.get(s, -1) for s in blocs.states], dtype=np.int64)
        found.append(Period(window=window, blocs=blocs, before=before, shift=shift))
        last_seen |= _labels(blocs)
        runs = own
    return found


def _labels(blocs: Blocs) -> dict[str, int]:
    return dict(zip(blocs.states, blocs.labels.tolist(), strict=True))


Runs = tuple[tuple[str, ...], Any]


def _shift(earlier: Runs, later: Runs) -> Shift:
    """Compare runs of two periods over the states that are in both."""
    both = sorted(set(earlier[0]) & set(later[0]))
    first, second = (runs[:, [states.index(s) for s in both]] for states, runs in (earlier, later))
    between = _pairs(first, second)
    within = _pairs(first, first) + _pairs(second, second)
    rand, information = _ranges(between)
    rand_within, information_within = _ranges(within)
    return Shift(
        rand=rand,
        rand_within=rand_within,
        information=information,
        information_within=information_within,
        n_states=len(both),
    )


def _pairs(first: Any, second: Any) -> list[tuple[float, float]]:
    """Both distances of up to ``PAIRS`` pairs of runs, none of a run with itself."""
    same = first is second
    every = [(i, j) for i in range(len(first)) for j in range(i + 1 if same else 0, len(second))]
    chosen = every[:: max(1, len(every) // PAIRS)]
    return [
        (
            communities.adjusted_rand(first[i], second[j]),
            communities.variation_of_information(first[i], second[j]),
        )
        for i, j in chosen
    ]


def _ranges(pairs: list[tuple[float, float]]) -> tuple[Range, Range]:
    if not pairs:
        return (float("nan"),) * 3, (float("nan"),) * 3
    rand, information = np.quantile(np.array(pairs), [0.5, 0.05, 0.95], axis=0).T.tolist()
    return tuple(rand), tuple(information)
