"""One stream of ties over a window, as measures of a state's place in it take it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from multipolar.core.choices import Choice
from multipolar.core.errors import BadOption, NotIdentified, UnknownName
from multipolar.core.states import find_state
from multipolar.measures._estimand import Floats
from multipolar.measures._ties import READERS, Ties, load_ties
from multipolar.store import Store

STREAM = Choice(
    name="stream",
    options=tuple(READERS),
    kind="N",
    why="trade, arms, organisations and visits are different ties and never one number",
)


def read_window(
    store: Store, stream: str, since: int | None, until: int | None
) -> tuple[Ties, Floats, tuple[int, int]]:
    """Ties of a stream, their matrix over a window, and the window.

    Without ``since`` the last five years of the record; without ``until`` its end.

    Raises
    ------
    NotIdentified
        The store has no such stream, or not for these years; the years it has are named.
    """
    if stream not in READERS:
        raise UnknownName.among("stream", stream, READERS)
    ties, missing = load_ties(store, [stream])
    if stream not in ties:
        raise NotIdentified(f"{stream}: {missing[stream]}", hint="multipolar source list")
    found = ties[stream]
    last = found.span[1] if until is None else until
    first = max(found.span[0], last - 4) if since is None else since
    if first > last:
        raise BadOption(f"since ({first}) is later than until ({last})")
    return found, found.matrix(first, last), (first, last)


def rows_for(ties: Ties, state: str | None, year: int) -> NDArray[np.int64]:
    """Places of the states asked for: one, or all with a tie."""
    if state is None:
        return np.arange(len(ties.states))
    return np.array([ties.states.index(find_state(state, on=year).code)])
