"""Ideal points as a measure of the store: which record, which choices, which estimates."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice, Constraint, Options
from multipolar.core.errors import BadOption, NotTestable, TooFewObservations
from multipolar.core.states import find_states
from multipolar.measures._ideal_call import ideal_points
from multipolar.measures._ideal_chains import Progress
from multipolar.measures._ideal_results import IdealPoints
from multipolar.measures._rollcalls import ADD_RECORD, ANY, RollCalls, year_of
from multipolar.measures._votes import TABLES, VoteRecord
from multipolar.store import Store

STORED = "stored"
CHOICES = (
    Choice(
        name="mode",
        options=(STORED, "fast", "joint", "bsv2017"),
        why="the posterior, the published procedure and its fast form estimate the same positions",
        labels={
            STORED: "the project's estimates from the full record",
            "fast": "the published procedure with means for draws",
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
    Choice(
        name="absence",
        options=("missing", "choice"),
        kind="U",
        why="an empty seat is a small delegation, or a way not to vote no",
        labels={
            "missing": "who is away says nothing",
            "choice": "staying away depends on position",
        },
        under={"mode": ("joint",)},
    ),
    Choice(
        name="dimensions",
        options=(1,),
        more=(2,),
        kind="N",
        why="a place on the main line of conflict and a place in the plane are different questions",
        labels={1: "the main dimension", 2: "the plane of two dimensions"},
        under={"mode": ("joint",)},
    ),
)
_STORED_ONLY: dict[str, Any] = {
    "subject": ANY, "period": "year", "bridging": "none", "weighting": "equal",
    "absence": "missing", "dimensions": 1,
}  # fmt: skip


def _stored_is_default(options: Options) -> bool:
    return options["mode"] != STORED or all(options[k] == v for k, v in _STORED_ONLY.items())


def _published_has_no_weights(options: Options) -> bool:
    return options["mode"] != "bsv2017" or options["weighting"] == "equal"


def _only_joint_goes_further(options: Options) -> bool:
    plain = options["absence"] == "missing" and options["dimensions"] == 1
    return options["mode"] == "joint" or plain


CONSTRAINTS = (
    Constraint(
        allows=_stored_is_default,
        why="the stored estimates are of all votes on one dimension, by calendar year, without "
        "bridging, unweighted, absence missing",
    ),
    Constraint(
        allows=_published_has_no_weights, why="the published procedure has no weights of votes"
    ),
    Constraint(
        allows=_only_joint_goes_further,
        why="absence as a choice and two dimensions are part of mode joint alone",
    ),
)
_ESTIMATES: OrderedDict[tuple[str, ...], IdealPoints] = OrderedDict()
_KEPT = 4


def year_shift(period: str) -> int:
    """What a period's number lacks to the year it began in: session s opened in 1945 + s."""
    return 1945 if period == "session" else 0


def stored_points(store: Store, **options: Any) -> pl.DataFrame:
    """Estimates of the store, one row per state and year.

    Raises
    ------
    BadOption
        The options ask for other votes or periods than the stored estimates rest on.
    """
    for name, value in options.items():
        if value != _STORED_ONLY.get(name):
            kept = f"have {name}={_STORED_ONLY[name]}" if name in _STORED_ONLY else f"fix {name}"
            raise BadOption(
                f"the stored estimates {kept}, not {value!r}",
                hint=(
                    "mode=joint estimates anew from the full record"
                    if name in ("absence", "dimensions")
                    else "mode=fast, joint or bsv2017 estimate anew from the full record"
                ),
            )
    return store.frame("ideal_points")


def estimated_points(
    store: Store,
    *,
    seed: int,
    votes_since: int | str | None = None,
    votes_until: int | str | None = None,
    iterations: int | None = None,
    anchors: str | None = None,
    progress: Progress | None = None,
    resume: str | Path | None = None,
    **options: Any,
) -> IdealPoints:
    """Estimates from the store's roll calls under the options; kept for the next call.

    ``votes_since`` and ``votes_until`` are the first and last year of the votes they rest on,
    ``anchors`` states with commas between them. ``progress`` and ``resume`` change no number.
    """
    window = year_of(votes_since, "votes_since"), year_of(votes_until, "votes_until")
    asked: dict[str, Any] = {
        k: options[k] for k in ("mode", "period", "bridging", "absence", "dimensions")
    }
    if iterations is not None:
        asked["iterations"] = iterations
    if anchors is not None:
        asked["anchors"] = tuple(s.code for s in find_states(anchors))
    key = (store.content_hash(*TABLES), repr((seed, window, sorted((options | asked).items()))))
    if key not in _ESTIMATES:
        votes = vote_frame(
            VoteRecord.load(store), options["subject"], options["weighting"], options["period"],
            window=window, absences=options["absence"] == "choice",
        )  # fmt: skip
        asked |= {"progress": progress or False, "resume": resume}
        _ESTIMATES[key] = ideal_points(votes, seed=seed, **asked)
        while len(_ESTIMATES) > _KEPT:
            _ESTIMATES.popitem(last=False)
    _ESTIMATES.move_to_end(key)
    return _ESTIMATES[key]


def vote_frame(
    record: VoteRecord,
    subject: str,
    weighting: str,
    period: str,
    *,
    window: tuple[int | None, int | None] = (None, None),
    absences: bool = False,
) -> pl.DataFrame:
    """Votes cast on the chosen roll calls, as :func:`multipolar.ideal_points` takes them.

    ``window`` bounds the years of the roll calls; with ``absences`` members that stayed away are
    rows too (code 8).

    Raises
    ------
    NotTestable, TooFewObservations
        The store holds the landmark votes only; no roll call in the window.
    """
    if not record.complete:
        raise NotTestable(
            f"{record.what} holds too few roll calls to estimate positions from",
            hint=f"mode=stored, or add the full record: {ADD_RECORD}",
        )
    calls: RollCalls = record.rollcalls
    chosen = calls.mask("all", subject)
    years = calls.years(period)
    first, last = window
    inside = chosen & (years >= (first or 0)) & (years <= (last or 9999))
    if not inside.any():
        raise TooFewObservations(
            f"no roll call of subject {subject!r} from {first or 'the first'} to "
            f"{last or 'the last'} year",
            hint=f"votes_since and votes_until between {years[chosen].min()} and "
            f"{years[chosen].max()}"
            if chosen.any()
            else "another subject",
        )
    chosen = inside
    weights = calls.weights(weighting, chosen, period)
    present = (calls.codes >= 1) & (calls.codes <= 3)
    if absences:
        present |= calls.codes == 8
    row, column = np.nonzero(present & chosen[:, None])
    kept = [c for c in ("rollcall", "session", "date", "title") if c in calls.frame.columns]
    frame = calls.frame.select(kept)[row].with_columns(
        state=pl.Series(np.asarray(calls.states)[column]), vote=pl.Series(calls.codes[row, column])
    )
    return frame if weights is None else frame.with_columns(weight=pl.Series(weights[row]))
