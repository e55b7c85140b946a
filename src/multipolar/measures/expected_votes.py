"""Who was expected to vote how on a roll call, and who surprised."""

from __future__ import annotations

from typing import Any

import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, NotTestable, TooFewObservations
from multipolar.core.states import find_state
from multipolar.measures._ideal_measure import estimated_points, year_shift
from multipolar.measures._ideal_results import IdealPoints
from multipolar.measures._line_choices import LINE_CONSTRAINTS, NEW_CHOICES
from multipolar.measures._rollcalls import ADD_RECORD, year_of
from multipolar.store import Store

SCHEMA = {
    "rollcall": pl.String,
    "state": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}
CAST = ("p_yes", "p_abstain", "p_no", "surprise")


def compute(  # noqa: PLR0913 - one keyword per selector
    store: Store,
    *,
    rollcall: str | None = None,
    state: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    votes_since: int | str | None = None,
    votes_until: int | str | None = None,
    iterations: int | None = None,
    seed: int = 1945,
    **options: Any,
) -> pl.DataFrame:
    """Probability of each vote by position on the main dimension, beside the vote cast.

    Parameters
    ----------
    store : Store
        With the roll calls of the full record: the starter record's landmarks are too few.
    rollcall : str, optional
        Symbol of a resolution voted on; all roll calls of the years without it.
    state : str, optional
        Name or code; all states without it.
    since, until : int, optional
        Years of the roll calls shown; the last year of the votes without them.
    votes_since, votes_until, iterations, seed
        Of the estimation: years of the votes it rests on, sweeps per chain, seed.
    **options
        Options of the measure's choices.

    Returns
    -------
    frame, one row per (rollcall, state, measure)
        ``position`` of the state then, in standard deviations; ``p_yes``, ``p_abstain``, ``p_no``
        in [0, 1]; ``vote`` cast (1 yes, 2 abstain, 3 no) and ``surprise`` in bits (0 certain, 2 a
        chance of one in four), missing where none was cast. ``n_obs`` votes cast on the roll
        call. Probabilities are means over positions and parameters: they have no interval.

    Raises
    ------
    UnknownName
        No such roll call in the estimation, or it was unanimous.
    NotTestable
        The store holds the landmark votes only.

    Notes
    -----
    The vote itself was used in the fit, so surprise is understated by a little. A surprise is a
    vote off the line of the main dimension, not a reason for it.

    Examples
    --------
    >>> from multipolar import measure
    >>> measure("expected_votes", rollcall="A/RES/ES-11/1")
    Traceback (most recent call last):
        ...
    multipolar.core.errors.NotTestable: ...
    """
    chosen = {c.name: options.get(c.name, c.default) for c in NEW_CHOICES}
    votes = {"votes_since": votes_since, "votes_until": votes_until, "iterations": iterations}
    points = _estimated(store, seed=seed, dimensions=1, **votes, **chosen)
    calls = _asked(points, rollcall, year_of(since, "since"), year_of(until, "until"))
    code = find_state(state).code if state else None
    positions = points.frame.select("state", pl.col(points.period).alias("period"), "mean")
    parts = []
    for name, period in calls:
        table = points.predict(name).join(positions.filter(period=period), on="state")
        parts.append(table.with_columns(rollcall=pl.lit(name), n_obs=table["vote"].count()))
    every = pl.concat(parts)
    if code:
        every = every.filter(state=code)
        if every.is_empty():
            raise TooFewObservations(f"{code} has no position in the period of these roll calls")
    return _long(every)


def _estimated(store: Store, **options: Any) -> IdealPoints:
    try:
        return estimated_points(store, **options)
    except NotTestable as error:  # the stored positions, its usual way out, have no roll calls
        raise NotTestable(error.message, hint=f"add the full record: {ADD_RECORD}") from None


def _asked(
    points: IdealPoints, rollcall: str | None, since: int | None, until: int | None
) -> list[tuple[str, int]]:
    """Roll calls asked for that are in the model, and the period of each."""
    scaled = points.rollcalls
    if rollcall is not None:
        period = scaled.filter(rollcall=rollcall)["period"].to_list()
        if not period:
            points.predict(rollcall)  # says why there is none
        return [(rollcall, period[0])]
    year = pl.col("period") + year_shift(points.period)
    last = int(scaled.select(year.max()).item()) if until is None else until
    first = last if since is None else since
    if first > last:
        raise BadOption(f"since ({first}) is later than until ({last})")
    kept = scaled.filter(year >= first, year <= last)
    if kept.is_empty():
        raise TooFewObservations(f"no roll call of {first}-{last} is in the estimation")
    return list(kept.select("rollcall", "period").iter_rows())


def _long(every: pl.DataFrame) -> pl.DataFrame:
    """One row per number."""
    wide = every.with_columns(position="mean", vote=pl.col("vote").cast(pl.Float64))
    long = wide.unpivot(
        ["position", *CAST[:3], "vote", "surprise"],
        index=["rollcall", "state", "n_obs"],
        variable_name="measure",
    )
    cast = pl.when(pl.col("value").is_null()).then(pl.lit("cast no vote")).otherwise(pl.lit(""))
    return long.select(
        "rollcall",
        "state",
        "measure",
        pl.col("value").cast(pl.Float64),
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        n_obs=pl.col("n_obs").cast(pl.Int64),
        reason=cast,
    ).sort("rollcall", "state", maintain_order=True)


MEASURE = Measure(
    name="expected_votes",
    title="Expected and surprising votes on a roll call, by position",
    unit="probabilities in [0, 1]; surprise in bits; positions in standard deviations",
    low="surprise 0: a vote that was certain",
    high="surprise 2: a vote with a chance of one in four; 4: one in sixteen",
    keys=("rollcall", "state"),
    tables=("votes", "rollcalls"),
    choices=NEW_CHOICES,
    constraints=LINE_CONSTRAINTS,
    compute=compute,
    meaning="The chance of each vote that a state's position on the main dimension gives it, "
    "beside the vote it cast. Over many roll calls: whether votes come as often as predicted.",
    not_measured="Why a state left its line: pressure, interest and mistake look alike.",
    reference="Ordinal probit of docs/ideal_points.md; surprise is minus log2 of the probability.",
)
