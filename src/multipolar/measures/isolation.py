"""How isolated a state is: by votes, sanctions and attendance, from the world and from a pole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.core.declare import Measure
from multipolar.core.errors import NotTestable
from multipolar.core.states import find_state, list_states
from multipolar.measures import _vote_standing as votes
from multipolar.measures._estimand import (
    SHARES_SCHEMA,
    Cells,
    Coverage,
    Estimand,
    Floats,
    Question,
    estimates_frame,
)
from multipolar.measures._joined_sanctions import CUSTODIANS, SANCTION_LIST, JoinedSanctions
from multipolar.measures._parade_guests import (
    GUEST_LIST,
    PARADE_AFTER,
    PARADE_BEFORE,
    ParadeGuests,
)
from multipolar.measures._partners import PARTNERS, WEIGHT, PartnerWeights
from multipolar.measures._resolutions_about import SILENCE, ResolutionsAbout
from multipolar.measures._streams import Streams
from multipolar.measures._vote_choices import AFTER, BASELINE, VOTE_CHOICES
from multipolar.measures._vote_panel import SENSIBLE, VotePanel
from multipolar.store import Store

STREAM = Choice(
    name="stream",
    options=("votes", "resolutions", "sanctions", "attendance"),
    kind="N",
    why=(
        "how a state votes, how others vote about it, who sanctions it and who visits it answer "
        "different questions and often disagree"
    ),
    labels={
        "votes": "UN votes",
        "resolutions": "resolutions about it",
        "sanctions": "sanctions",
        "attendance": "guests",
    },
)
READING = Choice(
    name="reading",
    options=("level", "change", "expectation", "breadth"),
    kind="N",
    why=(
        "isolated can mean low among states, lower than before, lower than expected, or with "
        "fewer partners than before"
    ),
    labels={
        "level": "low among comparable states",
        "change": "against its own past, relative to the world",
        "expectation": "below what states that stood alike came to",
        "breadth": "partners gained against partners lost",
    },
)
MOVES = ("change", "expectation", "breadth")
OWN_CHOICES = {
    "votes": (*VOTE_CHOICES, BASELINE.only_under(reading=MOVES), AFTER),
    "resolutions": (SILENCE,),
    "sanctions": (SANCTION_LIST, CUSTODIANS),
    "attendance": (GUEST_LIST, PARADE_BEFORE, PARADE_AFTER),
}
READINGS_OF = {
    "votes": (READING.options, ""),
    "resolutions": (
        ("level", "change"),
        "texts about one state have no expectation and no partners to count as gained or lost",
    ),
    "sanctions": (
        ("level", "breadth"),
        "the record lists measures on one state: no change relative to the world, no expectation",
    ),
    "attendance": (
        ("change", "breadth"),
        "one host's gatherings are in the record: no rank among hosts, no expectation",
    ),
}
CHOICES = (
    STREAM,
    PARTNERS,
    WEIGHT,
    READING,
    *(c.only_under(stream=(s,)) for s, own in OWN_CHOICES.items() for c in own),
)


class VoteIsolation:
    """Standing of every state with its partners in the UN General Assembly."""

    unit = "similarity of votes (or weight of partners, for breadth)"

    def __init__(
        self, panel: VotePanel, choices: Sequence[Choice], partners: PartnerWeights
    ) -> None:
        self._panel = panel
        self._partners = partners
        self.states = panel.states
        self.subject = panel.subject
        self.choices = tuple(choices)
        self.constraints: tuple[Constraint, ...] = (SENSIBLE,)

    def _weights(self, options: Mapping[str, Any], break_year: int) -> Floats:
        weights, _ = self._partners(options, self.states, break_year)
        return weights * self._panel.world(break_year)

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimate for every state; negative is the side of isolation."""
        return votes.cells(
            self._panel.standings,
            options,
            self._panel.windows(options, break_year),
            self._weights(options, break_year),
            self._panel.world(break_year),
            self.subject,
        )

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Estimates without the subject's interval."""
        windows = self._panel.windows(options, break_year)
        post, pre = self._panel.standings.pair(options, windows)
        weights = self._weights(options, break_year)
        world = self._panel.world(break_year)
        return votes.estimate(options["reading"], post, pre, weights, world)

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """UN members of the break year, or those the question names."""
        del options
        return self._panel.comparable(self._panel.question.since)

    def break_years(self) -> Sequence[int]:
        """Placebo dates."""
        return self._panel.break_years()

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Standing year by year, from the longest baseline to the end of the record."""
        since = self._panel.question.since
        return votes.yearly(
            self._panel.standings,
            options,
            self._panel.years,
            self._weights(options, since),
            self._panel.world(since),
            self.subject,
        )

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Whether each partner votes closer to the subject than in the baseline."""
        since = self._panel.question.since
        before, after = self._panel.windows(options, since)
        post = self._panel.standings.tie(options, after).matrix[self.subject]
        pre = self._panel.standings.tie(options, before).matrix[self.subject]
        weights = self._weights(options, since)
        moved = np.where(post - pre < 0, "further away than before", "closer than before")
        frame = pl.DataFrame({"state": self.states, "weight": weights, "position": moved})
        return frame.filter(np.isfinite(post - pre) & (weights > 0)).with_columns(
            weighted_by=pl.lit(options["weight"])
        )

    def shares(self) -> pl.DataFrame:
        """No shares by weighting."""
        return pl.DataFrame(schema=SHARES_SCHEMA)

    def coverage(self) -> list[Coverage]:
        """Years with votes among those the claim spans, and missing weights."""
        missing = self._partners.missing(self.states, self._panel.question.since)
        return [self._panel.coverage(missing)]


def streams_for(subject: str, since: int) -> tuple[str, ...]:
    """Streams the record can have on a subject: sanctions and guests are Russia's since 2022."""
    recorded = subject == "RUS" and since == 2022
    return STREAM.options if recorded else ("votes", "resolutions")


def readings_for(streams: Sequence[str]) -> tuple[str, ...]:
    """Readings that at least one of the streams can give."""
    return tuple(r for r in READING.options if any(r in READINGS_OF[s][0] for s in streams))


def _answerable(stream: str) -> Constraint:
    readings, why = READINGS_OF[stream]
    return Constraint(
        allows=lambda o: o["stream"] != stream or o["reading"] in readings, why=f"{stream}: {why}"
    )


def belongs(choice: Choice, streams: Sequence[str]) -> bool:
    """Whether a choice does anything in one of the streams."""
    return any(stream in streams for stream in choice.under.get("stream", streams))


def estimand(
    store: Store, question: Question, choices: Sequence[Choice] = CHOICES, *, seed: int = 1945
) -> Streams:
    """Put the isolation measure to one question under (narrowed) choices."""
    by_name = {c.name: c for c in choices}
    partners = PartnerWeights(store, question)
    parts: dict[str, Estimand] = {}
    silent: list[str] = []
    for stream in by_name["stream"].options:
        try:
            parts[stream] = _part(stream, store, question, by_name, partners, seed)
        except NotTestable as error:
            silent.append(f"{stream}: {error.message}")
    if not parts:
        raise NotTestable("; ".join(silent))
    return Streams(by_name["stream"], parts, [_answerable(s) for s in parts], silent)


def _part(
    stream: str,
    store: Store,
    question: Question,
    by_name: Mapping[str, Choice],
    partners: PartnerWeights,
    seed: int,
) -> Estimand:
    choices = [c for c in by_name.values() if c.name != "stream" and belongs(c, (stream,))]
    if stream == "votes":
        panel = VotePanel(store, question, choices, seed)
        return VoteIsolation(panel, choices, partners)
    if stream == "resolutions":
        landmarks = store.frame("landmarks").join(
            store.frame("rollcalls").select(symbol="rollcall", date="date"), on="symbol"
        )
        return ResolutionsAbout(landmarks, store.frame("votes"), question, choices, partners)
    if question.subject != "RUS":
        raise NotTestable(
            f"the record of {stream} is about RUS alone, not {question.subject}",
            hint='keep the stream "votes" in the study',
        )
    if stream == "sanctions":
        table = store.frame("sanctions_on_russia")
        return JoinedSanctions(table, question, choices, partners)
    members = frozenset(s.code for s in list_states(on=question.since, un_members=True))
    guests = store.frame("visits_victory_day")
    totals = victory_day_totals(store.frame("gathering_totals"))
    return ParadeGuests(guests, totals, question, choices, partners, members)


def victory_day_totals(totals: pl.DataFrame) -> dict[int, int]:
    """Printed number of guests by year of the parade ("20+" is read as its lower bound, 20)."""
    parades = totals.filter(pl.col("gathering").str.starts_with("vd_"))
    counts = parades.select(
        pl.col("date_start").dt.year().alias("year"),
        pl.col("count").cast(pl.String).str.extract(r"(\d+)").cast(pl.Int64),
    ).drop_nulls()
    return dict(counts.iter_rows())


def compute(
    store: Store, *, state: str = "", since: int = 2022, until: int | None = None, **options: Any
) -> pl.DataFrame:
    """One row per state: the isolation estimate of one specification."""
    subject = find_state(state, on=since).code if state else "RUS"
    question = Question(subject=subject, since=since, until=until)
    stream = options.get("stream", "votes")
    asked = {"stream": (stream,), "reading": readings_for((stream,))}
    choices = [c.restricted(asked[c.name]) if c.name in asked else c for c in CHOICES]
    put = estimand(store, question, choices)
    return estimates_frame("isolation", put, options, since, only_subject=bool(state))


MEASURE = Measure(
    name="isolation",
    title="Isolation of a state since a date",
    unit="similarity of votes, share of weight, or relative change, by stream and reading",
    low="negative: more isolated than the comparison of the reading",
    high="positive: less isolated than it",
    keys=("state",),
    tables=(
        "vote_dyads",
        "votes",
        "landmarks",
        "sanctions_on_russia",
        "visits_victory_day",
        "memberships",
    ),
    choices=CHOICES,
    compute=compute,
    meaning=(
        "Five readings are kept apart: low among comparable states (A), fallen relative to the "
        "world (B), from the West only or from the world (C), below expectation (D), partners lost "
        "beyond partners gained (E)."
    ),
    not_measured="It does not measure trade, money, travel, sympathy or whether isolation hurts.",
    reference="Project definition after Geldenhuys (1990), Isolated States.",
)
