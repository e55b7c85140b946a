"""Who counts as a partner, and for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from multipolar.core.choices import Choice
from multipolar.measures._estimand import Floats, Question
from multipolar.measures._poles import pole_members
from multipolar.measures._weights import status_weights
from multipolar.store import Store

PARTNERS = Choice(
    name="partners",
    options=("world", "west"),
    kind="N",
    why="isolated from the West and isolated from the world are different claims",
    labels={"world": "from the world", "west": "from the West"},
)
WEIGHT = Choice(
    name="weight",
    options=("equal", "population", "gdp_mer"),
    more=("un_scale", "contiguity", "trade_pre", "cinc"),
    kind="N",
    why="counting states, people or output asks whose company matters",
    labels={
        "un_scale": "counting shares of the UN budget",
        "contiguity": "counting neighbours",
        "trade_pre": "counting by trade before the break",
        "cinc": "counting material capabilities",
        "equal": "counting states",
        "population": "counting people",
        "gdp_mer": "counting output",
    },
)


class PartnerWeights:
    """Weights of partner states under the options ``weight`` and ``partners``, remembered.

    Weights are those of the year before the break, so that a consequence of the break never
    weighs in.
    """

    def __init__(self, store: Store, question: Question) -> None:
        self._store = store
        self._question = question
        self._known: dict[tuple[Any, ...], tuple[Floats, float]] = {}

    def __call__(
        self, options: Mapping[str, Any], states: Sequence[str], break_year: int
    ) -> tuple[Floats, float]:
        """Weights, shape (n_states,), summing to 1 over the partners, and the missing share."""
        key = (options["weight"], options["partners"], break_year, tuple(states))
        if key not in self._known:
            self._known[key] = self._compute(*key)
        return self._known[key]

    def _compute(
        self, weight: str, partners: str, break_year: int, states: tuple[str, ...]
    ) -> tuple[Floats, float]:
        among = set(states) - {self._question.subject}
        if partners != "world":
            among &= set(pole_members(self._store, partners, date(break_year, 1, 1)))
        asked = sorted(among)
        found = status_weights(
            self._store,
            weight,
            states=asked,
            year=break_year - 1,
            target=self._question.subject or None,
        )
        by_state = dict(found.frame.select("state", "weight").iter_rows())
        return np.array([by_state.get(s) or 0.0 for s in states]), found.missing_share

    def missing(self, states: Sequence[str], break_year: int) -> float:
        """Largest share of partners without a known weight over the ways of weighting."""
        shares = [
            self({"weight": w, "partners": "world"}, states, break_year)[1] for w in WEIGHT.options
        ]
        return max(shares)
