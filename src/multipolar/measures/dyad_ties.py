"""Two states across all streams, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, NotIdentified
from multipolar.core.states import find_state
from multipolar.measures._profile_spheres import Spheres
from multipolar.measures._visit_weights import VISIT_CHOICES
from multipolar.measures._vote_choices import VOTE_CHOICES
from multipolar.store import Store

WORDS: Mapping[str, str] = {
    "votes": "similarity of UN votes",
    "visits_in": "visits received from {partner}, weighted",
    "visits_out": "visits paid to {partner}, weighted",
    "missions_in": "missions received from {partner}",
    "missions_out": "missions in {partner}",
    "memberships": "organisations shared (dated list)",
    "shared_igos": "organisations shared (all)",
    "alliances": "defence pact",
    "trade": "trade, US$ (five-year means)",
    "trade_reported": "trade, US$ (yearly reports)",
    "arms_in": "arms bought from {partner}, million TIV",
    "arms_out": "arms sold to {partner}, million TIV",
    "sanctions_in": "under sanctions of {partner} (1 yes)",
    "sanctions_out": "sanctions on {partner} (1 yes)",
}
"""What a tie of each stream is, and its unit."""
_OF: Mapping[str, tuple[str, bool]] = {
    "missions_in": ("embassies", False),
    "missions_out": ("embassies", True),
    "arms_in": ("arms", False),
    "arms_out": ("arms", True),
    "sanctions_in": ("free_of_sanctions", False),
    "sanctions_out": ("free_of_sanctions", True),
}
"""Stream of the profile that a tie is read from, and whether the partner's side of it."""
_SAME: Mapping[str, str] = {
    "visits_in": "visits_out",
    "visits_out": "visits_in",
    "trade_reported": "trade_reported",
}
"""What the partner's own record calls the same tie, for records that are of few states."""
FIRST = 2000
SCHEMA = {
    "state": pl.String,
    "partner": pl.String,
    "stream": pl.String,
    "year": pl.Int64,
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
    state: str = "RUS",
    partner: str = "CHN",
    since: int = FIRST,
    until: int | None = None,
    **options: Any,
) -> pl.DataFrame:
    """Ties of two states by stream and year, each in its own unit.

    Parameters
    ----------
    store : Store
    state, partner : str
        Names or codes.
    since, until : int
        First and last year; the end of the record without ``until``.
    **options
        Options of the measure's choices: how votes are compared, how visits are weighted.

    Returns
    -------
    frame, one row per (state, partner, stream, year)
        ``measure`` is ``tie``. ``value``: similarity of votes (1 always alike), weighted visits,
        missions (1 there is one), organisations shared, defence pact (1 yes), US$, million TIV of
        arms, sanctions (1 yes). A year the record of a stream does not reach has no row; a stream
        without any year has one row with the reason.

    Raises
    ------
    UnknownName
        Nobody has heard of a state, or it did not exist.
    BadOption
        A state with itself, no year at all, or a span in which no stream has a year.

    Notes
    -----
    Units differ: streams can be compared in when they turn, not in how high they are. Ties have no
    interval: they are what the record says; of its errors it says nothing.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("dyad_ties", state="KAZ", partner="RUS", since=2012, until=2014)
    >>> bool(frame.filter(stream="trade")["value"].to_numpy().min() > 1e10)
    True
    """
    for name, year in (("since", since), ("until", until)):
        if year is not None and not isinstance(year, int):
            raise BadOption(f"{name} is {year!r}; expected a year", hint=f"{name}=2014")
    last = _LATEST if until is None else until
    if since > last:
        raise BadOption(f"since ({since}) is later than until ({until})")
    a, b = (find_state(s, on=min(last, _NOW)).code for s in (state, partner))
    if a == b:
        raise BadOption(f"{a} has no ties with itself", hint="another partner")
    spheres = Spheres(store, {**{c.name: c.default for c in CHOICES}, **options})
    rows: list[tuple[Any, ...]] = []
    for stream in WORDS:
        ties, why = _series(spheres, stream, (a, b), (since, last))
        rows += [(a, b, stream, year, "tie", value, None, None, 1, "") for year, value in ties]
        if not ties:
            rows.append((a, b, stream, None, "tie", None, None, None, 0, why))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


_LATEST = 2100
"""A year no record reaches, so that a span without an end ends with each record."""
_NOW = 2025


def _series(
    spheres: Spheres, stream: str, pair: tuple[str, str], span: tuple[int, int]
) -> tuple[list[tuple[int, float]], str]:
    """Years and ties of a stream, or why there are none."""
    source, turned = _OF.get(stream, (stream, False))
    first, second = pair[::-1] if turned else pair
    i, j = spheres.states.index(first), spheres.states.index(second)
    found: list[tuple[int, float]] = []
    why = spheres.silence(source, i)
    if source == "free_of_sanctions":
        why = f"the record does not hold the sanctions of {second}"
    try:
        spheres.reach(source, span)
    except NotIdentified as error:
        return [], error.message.removeprefix(f"{source}: ")
    for year in range(span[0], span[1] + 1):
        try:
            value = float(spheres.reach(source, (year, year)).matrix[i, j])
            if not np.isfinite(value) and source in _SAME:
                value = float(spheres.reach(_SAME[source], (year, year)).matrix[j, i])
        except NotIdentified:
            if found:  # past the end of the record
                break
            continue
        if np.isfinite(value):
            found.append((year, 1 - value if source == "free_of_sanctions" else value))
    return found, why


CHOICES = (*VOTE_CHOICES, *VISIT_CHOICES)
MEASURE = Measure(
    name="dyad_ties",
    title="Ties of two states, stream by stream and year by year",
    unit="per stream: similarity, weighted visits, organisations, US$, million TIV, or 1 for yes",
    low="0: no tie in that year, where the record would hold one",
    high="many ties; 1 for what is there or not",
    keys=("state", "partner", "stream", "year"),
    tables=(
        "vote_dyads", "votes", "rollcalls", "visits", "embassies", "memberships", "shared_igos",
        "alliances", "trade", "trade_dyads", "arms", "sanctions",
    ),
    choices=CHOICES,
    compute=compute,
    meaning="All streams of two states side by side, to see where they turn together and where "
    "they part. A gap is a year the record does not reach, never a zero.",
    not_measured="How important a tie is to either state, and ties no stream records.",
    reference="Project definition; units and gaps of each stream: multipolar source show NAME.",
)  # fmt: skip
