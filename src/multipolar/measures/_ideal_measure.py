"""Ideal points as a measure of the store: which record, which choices, which estimates."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice, Constraint, Options
from multipolar.core.errors import BadOption, NotTestable
from multipolar.measures._ideal_call import ideal_points
from multipolar.measures._ideal_results import IdealPoints
from multipolar.measures._rollcalls import ADD_RECORD, ANY, RollCalls
from multipolar.measures._votes import TABLES, VoteRecord
from multipolar.store import Store

STORED = "stored"
CHOICES = (
    Choice(
        name="mode",
        options=(STORED, "fast", "joint", "bsv2017"),
        why="the posterior, its mode, and the published procedure estimate the same positions",
        labels={
            STORED: "the project's estimates from the full record",
            "fast": "posterior mode",
            "joint": "posterior, estimated anew",
            "bsv2017": "the procedure of Bailey, Strezhnev and Voeten",
        },
    ),
    Choice(
        name="subject",
        options=(ANY, "final", "important", "emergency"),
        kind="N",
        why="positions on all votes and on a part of them answer different questions",
        labels={
            ANY: "all recorded votes",
            "final": "votes on whole texts only",
            "important": "votes flagged as important",
            "emergency": "emergency sessions only",
        },
    ),
    Choice(
        name="period",
        options=("year", "session"),
        why="most votes of a session fall in autumn; the rest belongs to the next calendar year",
        labels={"year": "calendar years", "session": "sessions"},
    ),
    Choice(
        name="bridging",
        options=("none", "title"),
        why="recurring titles tie sessions together, or their texts have changed beneath them",
        labels={"title": "recurring titles tie sessions", "none": "sessions tied by states only"},
    ),
    Choice(
        name="weighting",
        options=("equal", "by_subject"),
        why="twenty texts on one matter are twenty decisions, or one",
        labels={"equal": "every vote counts", "by_subject": "every subject counts"},
    ),
)
_STORED_ONLY = {"subject": ANY, "period": "year", "bridging": "none", "weighting": "equal"}


def _stored_is_default(options: Options) -> bool:
    return options["mode"] != STORED or all(options[k] == v for k, v in _STORED_ONLY.items())


def _published_has_no_weights(options: Options) -> bool:
    return options["mode"] != "bsv2017" or options["weighting"] == "equal"


CONSTRAINTS = (
    Constraint(
        allows=_stored_is_default,
        why="the stored estimates are of all votes, by calendar year, without bridging, unweighted",
    ),
    Constraint(
        allows=_published_has_no_weights, why="the published procedure has no weights of votes"
    ),
)
_ESTIMATES: OrderedDict[tuple[str, ...], IdealPoints] = OrderedDict()
_KEPT = 4


def stored_points(store: Store, **options: str) -> pl.DataFrame:
    """Estimates of the store, one row per state and year.

    Raises
    ------
    BadOption
        The options ask for other votes or periods than the stored estimates rest on.
    """
    for name, value in options.items():
        if value != _STORED_ONLY[name]:
            raise BadOption(
                f"the stored estimates have {name}={_STORED_ONLY[name]}, not {value!r}",
                hint="mode=fast, joint or bsv2017 estimate anew from the full record",
            )
    return store.frame("ideal_points")


def estimated_points(store: Store, *, seed: int, **options: str) -> IdealPoints:
    """Estimates from the store's roll calls under the options; kept for the next call."""
    key = (store.content_hash(*TABLES), str(seed), *(f"{k}={options[k]}" for k in sorted(options)))
    if key not in _ESTIMATES:
        asked: Any = {k: options[k] for k in ("mode", "period", "bridging")}
        votes = vote_frame(VoteRecord.load(store), options["subject"], options["weighting"],
                           options["period"])  # fmt: skip
        _ESTIMATES[key] = ideal_points(votes, seed=seed, **asked)
        while len(_ESTIMATES) > _KEPT:
            _ESTIMATES.popitem(last=False)
    _ESTIMATES.move_to_end(key)
    return _ESTIMATES[key]


def vote_frame(record: VoteRecord, subject: str, weighting: str, period: str) -> pl.DataFrame:
    """Votes cast on the chosen roll calls, as :func:`multipolar.ideal_points` takes them.

    Raises
    ------
    NotTestable
        The store holds the landmark votes only.
    """
    if not record.complete:
        raise NotTestable(
            f"{record.what} holds too few roll calls to estimate positions from",
            hint=f"mode=stored, or add the full record: {ADD_RECORD}",
        )
    calls: RollCalls = record.rollcalls
    chosen = calls.mask("all", subject)
    weights = calls.weights(weighting, chosen, period)
    row, column = np.nonzero((calls.codes >= 1) & (calls.codes <= 3) & chosen[:, None])
    kept = [c for c in ("rollcall", "session", "date", "title") if c in calls.frame.columns]
    frame = calls.frame.select(kept)[row].with_columns(
        state=pl.Series(np.asarray(calls.states)[column]), vote=pl.Series(calls.codes[row, column])
    )
    return frame if weights is None else frame.with_columns(weight=pl.Series(weights[row]))
