"""Roll calls as a matrix: which of them count, in which period, with which weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.errors import BadOption, NotTestable, TooFewObservations, UnknownName

NOT_A_MEMBER = 9
ANY = "any"
FLAGS = ("final", "important", "emergency", "landmark")
WEIGHTINGS = ("equal", "by_subject", "inverse_margin")
VOTE_SETS = ("all", "contested")
PERIODS = ("year", "session")
ADD_RECORD = "multipolar source add unga_votes FILE"

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCalls:
    """Votes of the General Assembly as codes by roll call and state.

    Attributes
    ----------
    frame : one row per roll call, by date
        The store's ``rollcalls`` columns, then ``landmark``. Votes on a text that comes up again
        share their ``topic``; ``subject`` is one of a few broad categories.
    codes : int8 array (n_rollcalls, n_states)
        1 yes, 2 abstain, 3 no, 8 absent, 9 not a member.
    states : tuple of str
    adopted_without_vote : int array by year, as {year: number}
        Resolutions in the record that have no recorded votes.
    """

    frame: pl.DataFrame
    codes: NDArray[np.int8]
    states: tuple[str, ...]
    adopted_without_vote: dict[int, int]

    def years(self, period: str) -> NDArray[np.int64]:
        """Calendar year of each roll call, or the year in which its session opened."""
        if period not in PERIODS:
            raise UnknownName.among("period", period, PERIODS)
        dates = self.frame["date"]
        years = dates.dt.year().to_numpy().astype(np.int64)
        if period == "year":
            return years
        by_date = np.where(dates.dt.month().to_numpy() >= 9, years, years - 1)
        numbers = [session_number(text) for text in self.frame["session"].fill_null("")]
        opened = [1945 + n if n else d for n, d in zip(numbers, by_date, strict=True)]
        return np.maximum(np.asarray(opened, dtype=np.int64), 1946)

    def mask(self, vote_set: str, subject: str) -> Bools:
        """Which roll calls belong to a vote set and are about a subject."""
        if vote_set not in VOTE_SETS:
            raise UnknownName.among("vote set", vote_set, VOTE_SETS)
        chosen = self._about(subject)
        return chosen & self.contested() if vote_set == "contested" else chosen

    def contested(self) -> Bools:
        """Roll calls in which at least two different votes were cast, absence not being one."""
        kinds = sum((self.codes == code).any(axis=1).astype(int) for code in (1, 2, 3))
        contested: Bools = np.asarray(kinds) >= 2
        return contested

    def subjects(self) -> list[str]:
        """Sorted broad categories of the roll calls."""
        return self.frame["subject"].drop_nulls().unique().sort().to_list()

    def _about(self, subject: str) -> Bools:
        """Flag, broad category or single topic."""
        if subject == ANY:
            return np.ones(len(self.frame), dtype=bool)
        if subject in FLAGS:
            return self._flag(subject)
        for column in ("subject", "topic"):
            named: Bools = (self.frame[column] == subject).fill_null(value=False).to_numpy()
            if named.any():
                return named
        raise UnknownName.among(
            "subject of roll calls", subject, [ANY, *FLAGS, *self.subjects()], hint=ADD_RECORD
        )

    def _flag(self, column: str) -> Bools:
        known = column in self.frame.columns and self.frame[column].is_not_null().any()
        if not known:
            raise NotTestable(
                f"the record does not say which roll calls are {column!r}",
                hint=f"choose another subject: {', '.join([ANY, *self.subjects()])}",
            )
        return self.frame[column].fill_null(value=False).to_numpy()

    def recurring(self, groups: Sequence[Sequence[int]], period: str = "year") -> Bools:
        """Roll calls on texts that come up in every group of years.

        Raises
        ------
        TooFewObservations
            No text does.
        """
        years = self.years(period)
        texts = self.frame["topic"].to_numpy()
        within = [np.isin(years, list(group)) for group in groups]
        shared = (
            set.intersection(*({str(t) for t in texts[w]} for w in within)) if within else set()
        )
        chosen: Bools = np.isin(texts, sorted(shared)) & np.logical_or.reduce(within or [years < 0])
        if not chosen.any():
            spans = ", ".join(f"{min(g)}-{max(g)}" for g in groups if len(g))
            raise TooFewObservations(
                f"no resolution recurs under the same title in {spans or 'no years'}",
                hint="compare longer or nearer periods, or take every resolution (agenda=all)",
            )
        return chosen

    def weights(self, weighting: str, chosen: Bools, period: str) -> NDArray[np.float64] | None:
        """Weight of each roll call with mean 1 in its period, or None where all count the same.

        ``by_subject`` gives every broad category of a period the same total, so that a score of
        repeated texts on one matter does not dominate; ``inverse_margin`` is 1 / (1 + |yes - no|).
        """
        if weighting == "equal":
            return None
        if weighting not in WEIGHTINGS:
            raise UnknownName.among("weighting of roll calls", weighting, WEIGHTINGS)
        frame = pl.DataFrame(
            {
                "year": self.years(period),
                "subject": self.frame["subject"].fill_null(""),
                "in": chosen,
            }
        ).with_columns(w=self._raw_weight(weighting))
        scaled = frame.with_columns(w=pl.when("in").then("w").otherwise(0.0)).with_columns(
            w=pl.col("w") / pl.col("w").sum().over("year") * pl.col("in").sum().over("year")
        )
        return scaled["w"].fill_nan(0.0).to_numpy()

    def _raw_weight(self, weighting: str) -> pl.Expr | pl.Series:
        if weighting == "by_subject":
            return 1 / pl.col("in").sum().over("year", "subject")
        margin = (self.codes == 1).sum(axis=1) - (self.codes == 3).sum(axis=1)
        return pl.Series(1 / (1 + np.abs(margin)))

    def clusters(self, by: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Index and names of clusters by ``topic``, ``subject`` or ``rollcall``.

        A roll call without a topic is a cluster of its own.
        """
        keys = self.frame[by].fill_null(self.frame["rollcall"])
        names, index = np.unique(keys.to_numpy().astype(str), return_inverse=True)
        return index.astype(np.int64), tuple(names.tolist())


_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def session_number(session: str) -> int | None:
    """Number of a regular session, None for emergency and special ones.

    Examples
    --------
    >>> session_number("XXIX"), session_number("77"), session_number("ES-11")
    (29, 77, None)
    """
    text = session.strip().upper()
    if text.isdigit():
        return int(text) or None
    if not text or set(text) - set(_ROMAN):
        return None
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def year_of(value: object, name: str) -> int | None:
    """Year of a selector: an int, or text or a date that begins with four digits."""
    if value is None:
        return None
    text = str(value)
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        raise BadOption(f"{name} is {value!r}; expected a year or a date such as 2022-02-24")
    return int(text[:4])
