"""How much of the world took a side: states, people or output, for a vote or for sanctions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice, Constraint
from multipolar.core.errors import NotTestable, UnknownName
from multipolar.measures._estimand import Cells, Coverage, Floats, Question, SingleCase
from multipolar.measures._joined_sanctions import CUSTODIANS, NOT_UN, SANCTION_LIST
from multipolar.measures._weights import status_weights
from multipolar.store import Store

WORLD_WEIGHT = Choice(
    name="weight",
    options=("equal", "population", "gdp_mer"),
    more=("un_scale", "cinc"),
    kind="N",
    why="the world can be its states, its people or its output: three different questions",
    labels={
        "equal": "counting states",
        "population": "counting people",
        "gdp_mer": "counting output",
        "un_scale": "counting shares of the UN budget",
        "cinc": "counting material capabilities",
    },
)
MAJORITY = Choice(
    name="majority",
    options=("half", "two_thirds"),
    kind="U",
    why="the world can mean more than half or, as for important questions of the UN, two thirds",
    labels={"half": "asking for more than half", "two_thirds": "asking for two thirds"},
)
ABSENT = Choice(
    name="absent",
    options=("counted", "left_out"),
    why="a state that stays away is part of the world, but its view is not known",
    labels={
        "counted": "counting absent states in the whole",
        "left_out": "leaving absent states out",
    },
)
THRESHOLD = {"half": 1 / 2, "two_thirds": 2 / 3}
WORDS = {1: "yes", 2: "abstained", 3: "no", 8: "absent"}


class WorldShare(SingleCase):
    """Weighted share of states on one side, minus the majority asked for.

    The interval bounds what the states without a known weight could change; there is no sampling:
    every state is in the record.
    """

    unit = "share of the world above the majority asked for"

    def __init__(
        self, store: Store, question: Question, choices: Sequence[Choice], stream: str
    ) -> None:
        self._store = store
        self._stream = stream
        self._question = question
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = ()
        self.states: tuple[str, ...] = ("world",)
        self._weights: dict[tuple[str, tuple[str, ...]], tuple[Floats, float]] = {}

    def _sides(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """One row per state: ``state``, ``position`` (text), ``on_side`` (bool)."""
        raise NotImplementedError

    def _weighted(self, weight: str, states: Sequence[str]) -> tuple[Floats, float]:
        key = (weight, tuple(states))
        if key not in self._weights:
            year = self._question.since - 1
            found = status_weights(self._store, weight, states=list(states), year=year)
            by_state = dict(found.frame.select("state", "weight").iter_rows())
            weights = np.array([by_state.get(s) or 0.0 for s in states])
            self._weights[key] = weights, found.missing_share
        return self._weights[key]

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Share on the side minus the majority; one value, for the world."""
        del break_year
        sides = self._sides(options)
        weights, _ = self._weighted(options["weight"], sides["state"].to_list())
        side = sides["on_side"].to_numpy()
        share = float(weights @ side / weights.sum())
        unknown = float((weights == 0).sum() / len(weights)) if options["weight"] != "equal" else 0
        threshold = THRESHOLD[options["majority"]]
        return Cells(
            values=np.array([share - threshold]),
            lower=share * (1 - unknown) - threshold,
            upper=share * (1 - unknown) + unknown - threshold,
            n_obs=sides.height,
        )

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Every state's position; marks are sized by population where states count alike."""
        sides = self._sides(options)
        scheme = options["weight"] if options["weight"] != "equal" else "population"
        weights, _ = self._weighted(scheme, sides["state"].to_list())
        return sides.select(
            "state", "position", weight=pl.Series(weights), weighted_by=pl.lit(scheme)
        )

    def shares(self) -> pl.DataFrame:
        """Share of each position under every weighting, for the default options."""
        options = {c.name: c.default for c in self.choices}
        sides = self._sides(options)
        choice = next(c for c in self.choices if c.name == "weight")
        frames = []
        for weight in choice.options:
            weights, _ = self._weighted(weight, sides["state"].to_list())
            summed = sides.with_columns(share=pl.Series(weights / weights.sum())).group_by(
                "position"
            )
            frames.append(
                summed.agg(pl.col("share").sum())
                .with_columns(weight=pl.lit(choice.words(weight)))
                .select("weight", "position", "share")
            )
        return pl.concat(frames).sort("weight", "position")

    def coverage(self) -> list[Coverage]:
        """One row: states in the record and without a weight."""
        options = {c.name: c.default for c in self.choices}
        states = self._sides(options)["state"].to_list()
        choice = next(c for c in self.choices if c.name == "weight")
        lacking: set[str] = set()
        for weight in choice.options:
            weights, _ = self._weighted(weight, states)
            lacking |= {s for s, w in zip(states, weights, strict=True) if w == 0}
        return [
            Coverage(
                stream=self._stream,
                what=self._what(),
                first=str(self._question.since),
                last=str(self._question.since),
                share=1.0,
                weight_missing=len(lacking) / len(states),
                missing=tuple(sorted(lacking)),
                note=f"weights are those of {self._question.since - 1}",
            )
        ]

    def _what(self) -> str:
        raise NotImplementedError


def resolution_choice(symbols: Sequence[str]) -> Choice:
    """Choice among the resolutions a claim can rest on."""
    return Choice(
        name="resolution",
        options=tuple(symbols),
        why="the texts differ in what they condemn or demand; a claim can rest on any of them",
        labels={s: f"taking {s}" for s in symbols},
    )


class VotedFor(WorldShare):
    """Share that voted ``side`` (yes or no) on a resolution."""

    def __init__(self, store: Store, question: Question, choices: Sequence[Choice]) -> None:
        super().__init__(store, question, choices, "votes")
        self._code = {"yes": 1, "no": 3}[question.target.get("side", "yes")]
        self._symbols = next(c.options for c in choices if c.name == "resolution")
        votes = store.frame("votes")
        self._votes = {s: votes.filter(pl.col("rollcall") == s) for s in self._symbols}
        for symbol, rows in self._votes.items():
            if rows.is_empty():
                raise UnknownName.among(
                    "resolution",
                    symbol,
                    votes["rollcall"].unique().to_list(),
                    hint="multipolar source add unga_votes FILE adds every roll call",
                )

    def _sides(self, options: Mapping[str, Any]) -> pl.DataFrame:
        rows = self._votes[options["resolution"]]
        if options["absent"] == "left_out":
            rows = rows.filter(pl.col("vote") != 8)
        return rows.select(
            "state",
            position=pl.col("vote").cast(pl.Int64).replace_strict(WORDS, default="absent"),
            on_side=pl.col("vote") == self._code,
        ).sort("state")

    def _what(self) -> str:
        return "states listed at the vote on " + ", ".join(self._symbols)


class Sanctioned(WorldShare):
    """Share that imposed sanctions on the subject (the record is about Russia)."""

    def __init__(self, store: Store, question: Question, choices: Sequence[Choice]) -> None:
        super().__init__(store, question, choices, "sanctions")
        if question.subject != "RUS":
            raise NotTestable(
                f"the record of sanctions is about RUS alone, not {question.subject}",
                hint='set subject = "RUS"',
            )
        self._table = store.frame("sanctions_on_russia").sort("state")

    def _sides(self, options: Mapping[str, Any]) -> pl.DataFrame:
        rows = self._table
        if options["sanction_universe"] == "un_members":
            rows = rows.filter(~pl.col("state").is_in(NOT_UN))
        if options["target_counts"] == "no":
            rows = rows.filter(pl.col("state") != self._question.subject)
        named = options["sanction_list"] == "named_unfriendly"
        imposed = pl.col("unfriendly_list" if named else "joined").cast(pl.Boolean)
        words = pl.when(imposed).then(pl.lit("imposed sanctions")).otherwise(pl.lit("did not"))
        return rows.select("state", position=words, on_side=imposed)

    def _what(self) -> str:
        return "states whose stance on sanctions in 2022 is recorded"


TARGET_COUNTS = Choice(
    name="target_counts",
    options=("yes", "no"),
    why="the target is part of the world, but cannot sanction itself",
    labels={"yes": "counting the target in the whole", "no": "leaving the target out"},
)
VOTE_SHARE_CHOICES = (WORLD_WEIGHT, MAJORITY, ABSENT)
SANCTION_SHARE_CHOICES = (WORLD_WEIGHT, MAJORITY, SANCTION_LIST, CUSTODIANS, TARGET_COUNTS)
