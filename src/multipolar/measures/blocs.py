"""Blocs: groups of states that stay together however the network is cut, or the finding of none."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import TooFewObservations
from multipolar.core.states import find_state
from multipolar.measures._bloc_periods import Period, Range, bloc_periods, vote_windows
from multipolar.measures._bloc_search import Blocs, BlocSearch
from multipolar.measures._kernels import communities
from multipolar.measures._pole_ties import Window
from multipolar.measures._votes import VoteRecord
from multipolar.store import Store

GRAPH = Choice(
    name="graph",
    options=("votes", "multiplex"),
    kind="N",
    why="blocs of votes and blocs of all ties are different groups",
    labels={"votes": "by UN votes", "multiplex": "by votes, organisations, pacts and trade"},
)
RESOLUTIONS = Choice(
    name="resolutions",
    options=("around_one", "one"),
    why="one is the usual grain of modularity and no more right than its neighbours",
    labels={"around_one": "over resolutions 0.8 to 1.2", "one": "at resolution 1"},
)
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
UNSTABLE = "no stable blocs: do not read the number"
Row = tuple[Any, ...]


def find_blocs(
    store: Store,
    window: Window,
    *,
    graph: str = "votes",
    resolutions: str = "around_one",
    draws: int = 100,
    seeds: int = 10,
    seed: int = 1945,
) -> Blocs:
    """Co-assignment over bootstrap draws, resolutions and seeds, and the blocs it agrees on.

    Parameters
    ----------
    store : Store
    window : (int, int)
        First and last year.
    graph, resolutions : str
        Choices of the measure.
    draws, seeds, seed : int
        Bootstrap draws (of topics with all roll calls, of years with yearly counts), runs per
        graph and resolution, and the seed of both.

    Returns
    -------
    Blocs

    Raises
    ------
    TooFewObservations
        No votes in the window.
    """
    search = BlocSearch(store, draws=draws, seeds=seeds, seed=seed)
    return search.blocs(window, graph, resolutions)


def find_periods(  # noqa: PLR0913 - the selectors of compute
    store: Store,
    *,
    graph: str = "votes",
    resolutions: str = "around_one",
    since: int | None = None,
    until: int | None = None,
    step: int = 0,
    draws: int = 50,
    seeds: int = 5,
    seed: int = 1945,
) -> list[Period]:
    """Blocs of each period under names that last; the arguments are those of :func:`compute`."""
    windows = vote_windows(VoteRecord.load(store), since, until, step)
    search = BlocSearch(store, draws=draws, seeds=seeds, seed=seed)
    return bloc_periods(search, windows, graph, resolutions)


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    graph: str = "votes",
    resolutions: str = "around_one",
    state: str | None = None,
    since: int | None = None,
    until: int | None = None,
    step: int = 0,
    draws: int = 50,
    seeds: int = 5,
    seed: int = 1945,
) -> pl.DataFrame:
    """Bloc of every state, how sure it is, whether there are stable blocs at all, and who changed.

    Parameters
    ----------
    store : Store
    graph, resolutions : str
        Choices of the measure.
    state : str, optional
        Name or code; adds how often each other state is in its bloc.
    since, until : int, optional
        First and last year; the last three years of the record of votes without them.
    step : int
        Years of one period, for change over time; 0 for the whole window at once. Periods end
        with the window, so that the first may be shorter.
    draws, seeds, seed : int
        Bootstrap draws, runs per draw and resolution, and the seed of both.

    Returns
    -------
    frame, one row per (state, since, until, measure)
        ``bloc``: 1 the largest of the first period; later periods keep the number of the bloc they
        share most members with. ``doubt`` in [0, 1]: 0 always in that bloc, 1 in any. ``changed``
        (from the second period on): 1 in another bloc than one period before, 0 in the same;
        ``reason`` says from where. With ``state``, ``together`` in [0, 1]: share of runs in one
        bloc with it.

        With an empty state: ``modularity``; ``n_blocs`` with its 5-95 % range over runs;
        ``stability`` and ``stability_without_blocs`` in [0, 1]: share of pairs nearly always
        together or apart, in the record and in votes dealt out at random; ``stable_blocs`` 1 or 0.
        From the second period on ``adjusted_rand`` (1 the blocs of the period before, 0 no more
        alike than by chance) and ``variation_of_information`` (bits, 0 the same), each the median
        over pairs of runs with its 5-95 % range, beside the same ``..._within`` one period: what
        resampling does alone. ``share_changed`` in [0, 1]: share of states in another bloc.

    Raises
    ------
    TooFewObservations, BadOption

    Notes
    -----
    A partition always exists; blocs do only where pairs are nearly always together or nearly
    always apart. Numbers of blocs are not names, and a bloc of votes is not an alliance. A change
    of bloc can be a change of what was voted on.

    References
    ----------
    Hubert & Arabie 1985, doi:10.1007/BF01908075; Meila 2007, doi:10.1016/j.jmva.2006.11.013.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("blocs", state="USA", since=2023, until=2024, draws=5, seeds=1)
    >>> where = (frame["state"] == "ISR") & (frame["measure"] == "together")
    >>> frame.filter(where)["value"].item() > 0.5
    True
    """
    periods = find_periods(
        store,
        graph=graph,
        resolutions=resolutions,
        since=since,
        until=until,
        step=step,
        draws=draws,
        seeds=seeds,
        seed=seed,
    )
    rows: list[Row] = []
    for period in periods:
        asked = None if state is None else find_state(state, on=period.window[1]).code
        found = [*_whole(period), *_shifted(period), *_states(period), *_together(period, asked)]
        rows += [(row[0], *period.window, *row[1:]) for row in found]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _states(period: Period) -> list[Row]:
    found, n = period.blocs, len(period.blocs.states)
    doubt = communities.membership_entropy(found.together, found.labels)
    why = "" if found.stable else UNSTABLE
    rows: list[Row] = []
    for i, code in enumerate(found.states):
        own, earlier = int(found.labels[i]), int(period.before[i])
        rows.append((code, "bloc", float(own + 1), None, None, n, why))
        rows.append((code, "doubt", float(doubt[i]), None, None, n, ""))
        if period.shift is not None and earlier >= 0:
            moved = f"from bloc {earlier + 1} to bloc {own + 1}" if own != earlier else ""
            told = "; ".join(filter(None, (moved, why)))
            rows.append((code, "changed", float(own != earlier), None, None, n, told))
    return rows


def _together(period: Period, asked: str | None) -> list[Row]:
    """How often each other state is in the bloc of the one asked for."""
    if asked is None:
        return []
    found, window = period.blocs, period.window
    if asked not in found.states:
        raise TooFewObservations(f"{asked} cast no contested vote in {window[0]}-{window[1]}")
    own = found.together[found.states.index(asked)]
    return [
        (s, "together", float(own[j]), None, None, len(found.states), "")
        for j, s in enumerate(found.states)
        if s != asked
    ]


def _whole(period: Period) -> list[Row]:
    found = period.blocs
    n = len(found.states)
    low, middle, high = found.n_blocs
    null = found.null_stability if np.isfinite(found.null_stability) else None
    why = "" if null is not None else "needs the roll calls: yearly counts cannot be dealt out"
    stable = "" if found.stable else "no stable blocs"
    how = f"resampled over {found.resampled}"
    return [
        ("", "modularity", found.modularity, None, None, n, ""),
        ("", "n_blocs", middle, low, high, n, how),
        ("", "stability", found.stability, None, None, n, how),
        ("", "stability_without_blocs", null, None, None, n, why),
        ("", "stable_blocs", float(found.stable), None, None, n, stable),
    ]


def _shifted(period: Period) -> list[Row]:
    shift = period.shift
    if shift is None:
        return []
    n = shift.n_states
    why = f"{'more' if shift.moved else 'no more'} change than between runs of one period"

    def row(measure: str, found: Range, told: str = "") -> Row:
        value, low, high = (v if np.isfinite(v) else None for v in found)
        return ("", measure, value, low, high, n, told)

    known = period.before >= 0
    changed = float((period.blocs.labels[known] != period.before[known]).mean())
    return [
        row("adjusted_rand", shift.rand, why),
        row("adjusted_rand_within", shift.rand_within),
        row("variation_of_information", shift.information, why),
        row("variation_of_information_within", shift.information_within),
        ("", "share_changed", changed, None, None, int(known.sum()), ""),
    ]


MEASURE = Measure(
    name="blocs",
    title="Blocs of states that stay together under resampling, or none",
    unit="number of a bloc; shares of runs or pairs in [0, 1]; modularity up to 1",
    low="doubt 0: always in its bloc; stability near that of random votes: no blocs",
    high="doubt 1: in any bloc; stability 1: every pair always together or always apart; adjusted "
    "Rand 1: the blocs of the period before",
    keys=("state", "since", "until"),
    tables=("vote_dyads", "votes", "rollcalls", "memberships", "alliances", "trade_dyads"),
    choices=(GRAPH, RESOLUTIONS),
    compute=compute,
    meaning="Leiden communities over bootstrap draws, resolutions and seeds; the result is how "
    "often pairs fall together, not one partition. Over several periods blocs keep their numbers, "
    "and change counts beyond what resampling does.",
    not_measured="Alliances, obligations or sympathy; the reasons why states vote alike.",
    reference="Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z; Gomez, Jensen & "
    "Arenas 2009, doi:10.1103/PhysRevE.80.016114; Hubert & Arabie 1985; Meila 2007.",
)
