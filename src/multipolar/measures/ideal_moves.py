"""Who moved most on the main dimension of votes between two years."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, TooFewObservations
from multipolar.core.states import find_states
from multipolar.measures._ideal_measure import (
    STORED,
    estimated_points,
    stored_points,
    year_shift,
)
from multipolar.measures._ideal_results import shrunk_moves
from multipolar.measures._line_choices import LINE_CHOICES, LINE_CONSTRAINTS
from multipolar.measures._rollcalls import year_of
from multipolar.store import Store

NORMAL_95 = 1.6448536269514722
"""95 % quantile of the standard normal distribution: half of a 90 % interval in sds."""
SPAN = 5
SCHEMA = {
    "state": pl.String,
    "since": pl.Int64,
    "until": pl.Int64,
    "measure": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n_obs": pl.Int64,
    "reason": pl.String,
}


def compute(
    store: Store,
    *,
    state: str | None = None,
    since: int | str | None = None,
    until: int | str | None = None,
    votes_since: int | str | None = None,
    votes_until: int | str | None = None,
    iterations: int | None = None,
    seed: int = 1945,
    **options: Any,
) -> pl.DataFrame:
    """How far every state's position moved between two years, shrunk and adjusted.

    Parameters
    ----------
    store : Store
    state : str, optional
        Names or codes with commas between them; all states without it.
    since, until : int
        The two years (with ``period="session"`` those in which the sessions opened): the last
        year with positions, and the one five years earlier.
    votes_since, votes_until, iterations, seed
        Of the estimation: years of the votes it rests on, sweeps per chain, seed.
    **options
        Options of the measure's choices.

    Returns
    -------
    frame, one row per (state, since, until, measure), the surest moves first
        ``change`` in standard deviations of all state-years (above 0 towards the United States)
        with its 90 % interval; ``shrunk`` the same drawn towards the mean change by the share of
        the spread that is noise; ``sign_error`` in [0, 0.5]: chance that the sign of it is wrong;
        ``q_value`` in [0, 1]: false discovery rate of calling everything up to here a move.
        ``n_obs`` votes, in the year with fewer. The stored estimates have no draws: the two
        positions are taken as independent, which makes intervals a little too wide.

    Raises
    ------
    TooFewObservations
        Fewer than two states have a position in both years.
    BadOption
        The same year twice, or in the wrong order.

    Examples
    --------
    >>> from multipolar import measure
    >>> moved = measure("ideal_moves", since=2022, until=2024)
    >>> moved.filter(measure="shrunk").head(5)["state"].is_in(["ARG"]).any()
    True
    """
    chosen = {c.name: options.get(c.name, c.default) for c in LINE_CHOICES}
    mode, period = chosen.pop("mode"), chosen["period"]
    votes: dict[str, Any] = {
        "votes_since": votes_since, "votes_until": votes_until, "iterations": iterations,
    }  # fmt: skip
    codes = [s.code for s in find_states(state)] if state else None
    first, last = year_of(since, "since"), year_of(until, "until")
    if mode == STORED:
        table = stored_points(store, **votes, **chosen)
        start, end = _ends(table, first, last)
        moved = _independent(table, start, end)
    else:
        points = estimated_points(store, seed=seed, mode=mode, dimensions=1, **votes, **chosen)
        shift = year_shift(period)
        start, end = _ends(points.frame.with_columns(year=pl.col(period) + shift), first, last)
        moved = points.most_moved(start=start - shift, end=end - shift)
    if codes:
        moved = moved.filter(pl.col("state").is_in(codes))
    return pl.DataFrame(
        [row for r in moved.to_dicts() for row in _rows(r, start, end)], schema=SCHEMA, orient="row"
    )


def _ends(table: pl.DataFrame, since: int | None, until: int | None) -> tuple[int, int]:
    years = sorted(set(table["year"].to_list()))
    end = years[-1] if until is None else until
    start = max(years[0], end - SPAN) if since is None else since
    for name, year in (("since", start), ("until", end)):
        if year not in years:
            raise BadOption(
                f"{name} is {year}: positions are of {years[0]}-{years[-1]}", hint=f"{name}=2020"
            )
    if start >= end:
        raise BadOption(f"since ({start}) is not before until ({end})")
    return start, end


def _independent(table: pl.DataFrame, start: int, end: int) -> pl.DataFrame:
    """Moves between two years of estimates without draws."""
    kept = table.select("state", "year", "mean", "sd", "n_votes").drop_nulls("sd")
    both = kept.filter(year=start).join(kept.filter(year=end), on="state", suffix="_end")
    if both.height < 2:
        raise TooFewObservations(f"{both.height} state(s) voted in both {start} and {end}")
    change = (both["mean_end"] - both["mean"]).to_numpy()
    sd = np.hypot(both["sd"].to_numpy(), both["sd_end"].to_numpy())
    return (
        both.select("state", n_votes=pl.min_horizontal("n_votes", "n_votes_end"))
        .with_columns(change=change, sd=sd, **shrunk_moves(change, sd))
        .sort((pl.col("shrunk") / pl.col("shrunk_sd")).abs(), descending=True)
    )


def _rows(r: dict[str, Any], start: int, end: int) -> list[tuple[Any, ...]]:
    key, n = (r["state"], start, end), (r["n_votes"], "")
    rows: list[tuple[Any, ...]] = []
    for name, sd in (("change", "sd"), ("shrunk", "shrunk_sd")):
        half = NORMAL_95 * r[sd]
        rows.append((*key, name, r[name], r[name] - half, r[name] + half, *n))
    rows += [(*key, name, r[name], None, None, *n) for name in ("sign_error", "q_value")]
    return rows


MEASURE = Measure(
    name="ideal_moves",
    title="Who moved most in the UN General Assembly between two years",
    unit="standard deviations of all state-years; chances in [0, 1]",
    low="below 0: moved away from the United States; q_value 0: surely moved",
    high="above 0: moved towards the United States; q_value 1: no sign of a move",
    keys=("state", "since", "until"),
    tables=("ideal_points", "votes", "rollcalls"),
    choices=LINE_CHOICES,
    constraints=LINE_CONSTRAINTS,
    compute=compute,
    meaning="Change of position between two years of every state, shrunk so that states with few "
    "votes do not lead the list for that reason, and adjusted for the number of comparisons.",
    not_measured="Changes of mind: when the agenda turns, positions move without any; and nothing "
    "off the main dimension.",
    reference="Benjamini & Hochberg 1995; estimator: docs/ideal_points.md.",
)
