"""Fence-sitting: what a state does when two poles vote against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import TooFewObservations
from multipolar.measures._agreement_choices import SUBJECT, WINDOW
from multipolar.measures._joint_counts import Floats, window_weights
from multipolar.measures._kernels.bootstrap import cluster_multiplicities, percentile_interval
from multipolar.measures._poles import pole_members
from multipolar.measures._rollcalls import ANY
from multipolar.measures._vote_intervals import DRAWS, NEEDS_TOPICS, NOT_ASKED
from multipolar.measures._votes import Span, VoteRecord, needs_rollcalls
from multipolar.store import Store

ABSENCE = Choice(
    name="absence",
    options=("fence", "left_out"),
    kind="U",
    why="staying away avoids the choice as an abstention does, or has reasons of its own (arrears, "
    "small missions)",
    labels={"fence": "absence as fence-sitting", "left_out": "absences left out"},
)
POLAR_WINDOW = WINDOW.restricted(("year", "rolling_3", "rolling_5"))
KINDS = ("fence_sitting", "with_pole_a", "with_pole_b")


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    absence: str = "fence",
    subject: str = ANY,
    window: str = "year",
    pole_a: str = "USA",
    pole_b: str = "RUS",
    state: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    draws: int = DRAWS,
    seed: int = 1945,
) -> pl.DataFrame:
    """Shares of polar votes on which each state sat on the fence or sided with a pole.

    A vote is polar where most members of one pole vote yes and most of the other no.

    Parameters
    ----------
    store : Store
    absence, subject, window : str
        Choices of the measure.
    pole_a, pole_b : str
        Name of a pole of the record (``west``, ``russia``), a state, or states as ``USA+GBR``.
    state : str, optional
        Name or code; every state without it.
    since, until : int or str, optional
        First and last year.
    draws : int
        Bootstrap draws of topics; 0 for none.
    seed : int

    Returns
    -------
    frame, one row per (state, year, measure)
        ``measure`` is ``fence_sitting``, ``with_pole_a`` or ``with_pole_b``; the three sum to 1.
        ``value`` in [0, 1]: 0 never, 1 on every polar vote. ``n_obs`` polar votes counted.

    Raises
    ------
    NotTestable
        Only yearly counts are in the record; it takes roll calls to tell which votes are polar.
    TooFewObservations
        No vote set the two poles against each other.
    UnknownName, BadOption

    Notes
    -----
    It shows where a state stands when the poles part, not what it was offered or threatened with.
    An absence may be arrears under Article 19 of the Charter and no decision at all.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("polar_votes", subject="landmark", state="KAZ", since=2022, until=2022)
    >>> frame["measure"].to_list()
    ['fence_sitting', 'with_pole_a', 'with_pole_b']
    """
    record = VoteRecord.load(store)
    if not record.complete and subject != "landmark":
        raise needs_rollcalls(f"polar votes with subject={subject}")
    span = Span.of(record, since, until)
    sides = opposed_sides(store, record, (pole_a, pole_b))
    chosen = record.rollcalls.mask("all", subject) & (sides != 0)
    columns = np.arange(len(record.states)) if state is None else np.asarray([record.index(state)])
    polar = _Polar(record=record, sides=sides, chosen=chosen, columns=columns)
    parts = [
        polar.frame(year, window, absence, draws=(draws, seed))
        for year in record.years
        if span.since <= year <= span.until
    ]
    frame = pl.concat(parts)
    if frame.is_empty():
        raise TooFewObservations(
            f"no vote in {span.since}-{span.until} set {pole_a} against {pole_b}",
            hint="ask for more years, or for other poles (pole_a, pole_b)",
        )
    return frame.sort("state", "year", "measure")


def opposed_sides(store: Store, record: VoteRecord, poles: tuple[str, str]) -> NDArray[np.int8]:
    """+1 where the first pole votes yes and the second no, -1 the other way round, else 0."""
    calls = record.rollcalls
    votes = [np.zeros(len(calls.frame), dtype=np.int8) for _ in poles]
    dates = calls.frame["date"]
    for day in dates.unique():
        rows = np.flatnonzero((dates == day).to_numpy())
        for pole, vote in zip(poles, votes, strict=True):
            members = pole_members(store, pole, day)
            places = np.flatnonzero(np.isin(record.states, members))
            vote[rows] = _majority(calls.codes[np.ix_(rows, places)])
    return np.where(votes[0] * votes[1] == -1, votes[0], 0).astype(np.int8)


def _majority(codes: NDArray[np.int8]) -> NDArray[np.int8]:
    """+1 where more than half of the members present in the record vote yes, -1 no, else 0."""
    members = (codes != 9).sum(axis=1)
    yes, no = (codes == 1).sum(axis=1), (codes == 3).sum(axis=1)
    return ((2 * yes > members).astype(np.int8) - (2 * no > members)).astype(np.int8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Polar:
    """Polar votes of a record: ``sides`` says which pole said yes, ``chosen`` which count."""

    record: VoteRecord
    sides: NDArray[np.int8]
    chosen: NDArray[np.bool_]
    columns: NDArray[np.integer]

    def frame(
        self, year: int, window: str, absence: str, *, draws: tuple[int, int]
    ) -> pl.DataFrame:
        """Rows of one year; none where no vote was polar."""
        calls = self.record.rollcalls
        years = calls.years("year")
        weight = window_weights(window, year - years) if window != "year" else (years == year) * 1.0
        used = np.flatnonzero(self.chosen & (weight > 0))
        kinds = self._kinds(used, absence)
        n = kinds.sum(axis=(0, 1))
        low, high, why = self._interval(kinds, calls.clusters("topic")[0][used], draws)
        shown = n > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = kinds.sum(axis=1) / n
        states = np.asarray(self.record.states)[self.columns]
        return pl.concat(
            pl.DataFrame(
                {
                    "state": states[shown],
                    "year": np.full(shown.sum(), year, dtype=np.int32),
                    "measure": [name] * int(shown.sum()),
                    "value": shares[k, shown],
                    "lower": low[k, shown],
                    "upper": high[k, shown],
                    "n_obs": n[shown].astype(np.int64),
                    "reason": [why] * int(shown.sum()),
                },
                schema_overrides={"measure": pl.String, "reason": pl.String, "state": pl.String},
            )
            for k, name in enumerate(KINDS)
        ).with_columns(pl.col("lower", "upper").fill_nan(None))

    def _kinds(self, used: NDArray[np.integer], absence: str) -> Floats:
        """0/1 by kind, roll call and state, shape (3, n_used, n_states)."""
        codes = self.record.rollcalls.codes[np.ix_(used, self.columns)]
        with_yes, with_no = codes == 1, codes == 3
        a_yes = self.sides[used][:, None] > 0
        fence = (codes == 2) | ((codes == 8) & (absence == "fence"))
        side_a = np.where(a_yes, with_yes, with_no)
        side_b = np.where(a_yes, with_no, with_yes)
        return np.stack([fence, side_a, side_b]).astype(np.float64)

    def _interval(
        self, kinds: Floats, cluster: NDArray[np.int64], draws: tuple[int, int]
    ) -> tuple[Floats, Floats, str]:
        none = np.full((len(KINDS), kinds.shape[2]), np.nan)
        if not draws[0]:
            return none, none, NOT_ASKED
        if len(np.unique(cluster)) < 2:
            return none, none, NEEDS_TOPICS
        times = cluster_multiplicities(cluster, *draws)
        counted = np.stack([times @ kind for kind in kinds], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = counted / counted.sum(axis=1, keepdims=True)
        return *percentile_interval(shares), ""


MEASURE = Measure(
    name="polar_votes",
    title="Fence-sitting where two poles vote against each other",
    unit="share of polar votes",
    low="0: never",
    high="1: on every polar vote",
    keys=("state", "year"),
    tables=("votes", "rollcalls", "landmarks", "poles", "memberships"),
    choices=(ABSENCE, SUBJECT, POLAR_WINDOW),
    compute=compute,
    meaning="How often a state abstains or stays away, and how often it sides with each pole, when "
    "one pole votes yes and the other no.",
    not_measured="Positions on votes where the poles agree, and the reasons for an absence.",
    reference="Defined by this project; abstention on opposed votes as in studies of hedging.",
)
