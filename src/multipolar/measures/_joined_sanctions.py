"""Isolation by sanctions: which partners, by weight, imposed measures on the subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.measures._estimand import Cells, Coverage, Floats, Question, SingleCase

SANCTION_LIST = Choice(
    name="sanction_list",
    options=("imposed", "named_unfriendly"),
    why=(
        "who sanctioned can be read from the measures taken or from the list the target itself "
        "drew up; the two differ for Kosovo and Micronesia"
    ),
    labels={
        "imposed": "counting states that imposed measures",
        "named_unfriendly": "counting states the target lists as unfriendly",
    },
)
CUSTODIANS = Choice(
    name="sanction_universe",
    options=("un_members", "with_taiwan_kosovo"),
    why="Taiwan and Kosovo are no UN members but do trade and did impose measures",
    labels={
        "un_members": "counting the 193 UN members",
        "with_taiwan_kosovo": "counting Taiwan and Kosovo too",
    },
)
NOT_UN = ("TWN", "XKX")


class JoinedSanctions(SingleCase):
    """Sanctions on Russia as recorded in the table ``sanctions_on_russia``.

    ``level`` is the weighted share of partners that kept free of measures, minus one half: below
    zero most of the weight has imposed them. ``breadth`` is minus the share that imposed them.
    The record lists one target, so there are no comparable states and no earlier dates.
    """

    unit = "share of partner weight"

    def __init__(
        self,
        table: pl.DataFrame,
        question: Question,
        choices: Sequence[Choice],
        partner_weights: Callable[[Mapping[str, Any], Sequence[str], int], tuple[Floats, float]],
    ) -> None:
        self._table = table.filter(pl.col("state") != question.subject).sort("state")
        self.states: tuple[str, ...] = (question.subject,)
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = ()
        self._partner_weights = partner_weights
        self._until = question.until

    def _weights(self, options: Mapping[str, Any], year: int) -> tuple[Floats, float]:
        partners = self._table["state"].to_list()
        weights, missing = self._partner_weights(options, partners, year)
        if options["sanction_universe"] == "un_members":
            weights = weights * ~np.isin(partners, NOT_UN)
        return weights, missing

    def _imposed(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        listed = options["sanction_list"] == "named_unfriendly"
        column = "unfriendly_list" if listed else "joined"
        return self._table[column].cast(pl.Boolean).to_numpy()

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for the one target; the interval bounds what missing weights could do."""
        weights, missing = self._weights(options, break_year)
        total = weights.sum()
        if not total:
            return Cells(values=np.array([np.nan]), reason="no partner with a known weight")
        kept_free = 1 - float(weights @ self._imposed(options) / total)
        whole = 0.5 if options["reading"] == "level" else 1.0
        value = kept_free - whole
        return Cells(
            values=np.array([value]),
            lower=value - missing,
            upper=min(value + missing, 1 - whole),
            n_obs=int((weights > 0).sum()),
        )

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Who imposed measures and who did not."""
        weights, _ = self._weights(options, 2022)
        imposed = self._imposed(options)
        words = np.where(imposed, "imposed sanctions", "did not")
        return (
            pl.DataFrame({"state": self._table["state"], "weight": weights, "position": words})
            .filter(pl.col("weight") > 0)
            .with_columns(weighted_by=pl.lit(options["weight"]))
        )

    def coverage(self) -> list[Coverage]:
        """One row: states whose stance is recorded."""
        return [
            Coverage(
                stream="sanctions",
                what="states whose stance on sanctions is recorded",
                first="2022",
                last="2022",
                share=1.0,
                note="joined = imposed own or EU-aligned measures in 2022",
            )
        ]
