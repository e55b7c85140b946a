"""Every state of the international system since 1945: codes, names, membership, succession.

A state is valid in one or more intervals; a code of another system stands for it in intervals of
its own. Succession is written down (``successor``, ``heirs``, ``predecessors``) and never applied
without being asked: the Soviet Union is ``SUN``, and after 1991-12-26 there is no such state.
"""

from __future__ import annotations

import difflib
import functools
import re
from datetime import date

from multipolar.core._state_tables import (
    CodeSpell,
    Spell,
    State,
    System,
    When,
    as_code,
    codes_by_name,
    crosswalk,
    days_within,
    plain,
    spellings,
    states_by_code,
)
from multipolar.core.errors import UnknownName
from multipolar.core.periods import Period, as_period

__all__ = [
    "CodeSpell",
    "State",
    "System",
    "When",
    "crosswalk",
    "find_state",
    "from_code",
    "known_codes",
    "list_states",
    "plain",
    "spellings",
    "state_of",
    "successor",
    "to_code",
]


def find_state(text: str, on: When | None = None) -> State:
    """Find a state by code, name, former name or common abbreviation.

    Parameters
    ----------
    text : str
        ISO 3166 alpha-3 or alpha-2 in capitals ("NA" is Namibia), a code of this record, or a name.
        Case, accents and punctuation of names do not matter.
    on : date, year, period or text, optional
        The state must have existed then. Without it, states of the past are found too.

    Raises
    ------
    UnknownName
        Nobody answers to that text (the nearest names are given), several states do, or the state
        did not exist on that date (its successor or predecessor then is named, never taken).

    Notes
    -----
    Finds names, not positions on who ought to be a state.

    Examples
    --------
    >>> find_state("Türkiye").code, find_state("USSR").code, find_state("NA").name
    ('TUR', 'SUN', 'Namibia')
    """
    written = str(text).strip()
    codes = _codes_of(written)
    if not codes:
        raise _unknown(written)
    period = None if on is None else as_period(on)
    if period is not None:
        there = tuple(c for c in codes if state_of(c).exists(period))
        codes = there or codes[-1:]
    if len(codes) > 1:
        named = " or ".join(f"{c} ({_describe(state_of(c))})" for c in codes)
        raise UnknownName(
            f"state {written!r} is ambiguous: {named}",
            hint="write the three-letter code, or give a date",
            name=written,
            nearest=list(codes),
        )
    state = state_of(codes[0])
    if period is not None and not state.exists(period):
        raise _not_there(written, state, period)
    return state


def find_states(text: str, on: When | None = None) -> list[State]:
    """Find several states, written with commas between them, as :func:`find_state` finds one.

    Raises
    ------
    UnknownName
        As there, for the first that is not found.

    Examples
    --------
    >>> [s.code for s in find_states("Kazakhstan, RUS")]
    ['KAZ', 'RUS']
    """
    return [find_state(name, on=on) for name in str(text).split(",")]


def state_of(code: str) -> State:
    """State by its exact code.

    Examples
    --------
    >>> state_of("DEU").capital
    'Berlin'
    """
    try:
        return states_by_code()[code]
    except KeyError:
        raise _unknown(code) from None


def list_states(
    on: When | None = None,
    *,
    un_members: bool = False,
    contested: bool = True,
    institutions: bool = False,
) -> list[State]:
    """States that existed on a date, by code.

    Parameters
    ----------
    on : date, year, period or text, optional
        Default today. For a year or a longer period: on at least one day of it.
    un_members : bool
        Only members of the United Nations then.
    contested : bool
        Keep states that are recognised by some states only (TWN PSE XKX XAB XSO RVN TBT).
    institutions : bool
        Add XEU and XUN, which are not states.

    Examples
    --------
    >>> len(list_states("2022-03-02", un_members=True))
    193
    """
    period = as_period(date.today() if on is None else on)  # noqa: DTZ011 - a calendar day
    return [
        s
        for s in states_by_code().values()
        if (institutions or s.kind != "institution")
        and (contested or s.kind != "contested")
        and (s.is_un_member(period) if un_members else s.exists(period))
    ]


def known_codes(*, institutions: bool = True) -> frozenset[str]:
    """Every code of this record, of the present and the past.

    Examples
    --------
    >>> {"SUN", "RUS", "XEU"} <= known_codes()
    True
    """
    return frozenset(
        c for c, s in states_by_code().items() if institutions or s.kind != "institution"
    )


def to_code(state: str, system: System, on: When | None = None) -> str | int | None:
    """Code of a state in another system at a date.

    Parameters
    ----------
    state : str
        Code of this record.
    system : {"iso3", "iso2", "m49", "cow", "gw"}
        Correlates of War and Gleditsch-Ward codes are whole numbers, the others text (M49 has three
        digits).
    on : date, year, period or text, optional
        Default: the latest code it had.

    Returns
    -------
    str, int or None
        None where the system did not list the state then. Over a period in which the code changed:
        the one that held for most of it.

    Examples
    --------
    >>> to_code("DEU", "cow", 1980), to_code("DEU", "cow", 2020), to_code("DEU", "gw", 2020)
    (260, 255, 260)
    """
    if state not in states_by_code():
        raise _unknown(state)
    spells = [s for s in crosswalk(system) if s.code == state]
    if on is None:
        return spells[-1].value if spells else None
    best = _longest(spells, as_period(on))
    return best.value if best else None


def from_code(value: str | float, system: System, on: When | None = None) -> str:
    """State for which a code of another system stands at a date.

    Parameters
    ----------
    value : str or int
        As the system writes it; ``"365"``, ``365`` and ``365.0`` are the same.
    system : {"iso3", "iso2", "m49", "cow", "gw"}
        The coding system.
    on : date, year, period or text, optional
        A code passes from state to state: COW 365 is SUN in 1980 and RUS in 2020, and over a year
        in which it passed it is the state that held it longest. Without a date the code is read as
        of today, and where nobody holds it today, as its only former holder.

    Raises
    ------
    UnknownName
        Nobody held the code then, or without a date several former states did.

    Examples
    --------
    >>> from_code(365, "cow", 1980), from_code(365, "cow", 2020), from_code(340, "gw", 2020)
    ('SUN', 'RUS', 'SRB')
    """
    wanted = as_code(value, system)
    holders = _holders(system).get(wanted, [])
    if on is not None:
        best = _longest(holders, as_period(on))
        if best:
            return best.code
    else:
        open_now = [s.code for s in holders if s.end is None]
        codes = open_now or sorted({s.code for s in holders})
        if len(codes) == 1:
            return codes[0]
    raise _no_holder(wanted, system, holders, on)


def successor(code: str) -> str | None:
    """Code of the state that continues a former state, None where none or several do.

    Examples
    --------
    >>> successor("SUN"), successor("CSK"), state_of("CSK").heirs
    ('RUS', None, ('CZE', 'SVK'))
    """
    return state_of(code).successor


def _codes_of(text: str) -> tuple[str, ...]:
    """Codes that a text stands for, those of today's states last."""
    if text in states_by_code():
        return (text,)
    if re.fullmatch(r"[A-Z]{2,3}", text):
        system: System = "iso2" if len(text) == 2 else "iso3"
        found = sorted({s.code for s in crosswalk(system) if s.value == text})
        if found:
            return tuple(found)
    return codes_by_name().get(plain(text)) or (
        (text.upper(),) if text.upper() in states_by_code() else ()
    )


def _unknown(text: str) -> UnknownName:
    known = {**{c.casefold(): (c,) for c in states_by_code()}, **codes_by_name()}
    wanted = plain(text) or text.casefold()
    close = difflib.get_close_matches(wanted, known, n=8, cutoff=0.6)
    ratio = functools.partial(_likeness, wanted)
    best = ratio(close[0]) if close else 0.0
    codes = list(dict.fromkeys(c for k in close if ratio(k) > best - 0.12 for c in known[k]))[:3]
    if codes:
        tail = (
            "did you mean "
            + " or ".join(f"{c!r} ({states_by_code()[c].name})" for c in codes)
            + "?"
        )
    else:
        tail = "expected a name or an ISO 3166 code such as 'RUS'"
    return UnknownName(f"unknown state {text!r}: {tail}", name=text, nearest=codes)


def _likeness(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, b, a).ratio()


def _not_there(text: str, state: State, period: Period) -> UnknownName:
    when = f"on {period}" if period.days == 1 else f"in {period}"
    label = state.code if text == state.code else f"{text!r} ({state.code})"
    spans = " and ".join(_span(s) for s in state.spells)
    role, kin = _kin(state, period)
    named = " and ".join(f"{c} ({state_of(c).name})" for c in kin)
    place = f"; its {role}{'s then are' if len(kin) > 1 else ' then is'} {named}" if kin else ""
    hint = f"use {' or '.join(kin)} for that time" if kin else f"choose a date {spans}"
    return UnknownName(
        f"state {label} existed {spans}, not {when}{place}",
        hint=hint,
        name=text,
        nearest=list(kin),
    )


def _kin(state: State, period: Period) -> tuple[str, list[str]]:
    """Who stands for the state at a time it did not exist: "successor" or "predecessor", codes."""
    code = state.successor
    while code:
        if state_of(code).exists(period):
            return "successor", [code]
        code = state_of(code).successor
    heirs = [c for c in state.heirs if state_of(c).exists(period)]
    after = period.start >= state.spells[-1][0]
    if heirs and after:
        return "successor", heirs
    before = list(state.predecessors)
    for former in before:
        before += [c for c in state_of(former).predecessors if c not in before]
    return "predecessor", [c for c in before if state_of(c).exists(period)][:1]


@functools.cache
def _holders(system: System) -> dict[str | int, list[CodeSpell]]:
    held: dict[str | int, list[CodeSpell]] = {}
    for spell in crosswalk(system):
        held.setdefault(spell.value, []).append(spell)
    return held


def _no_holder(
    value: str | int, system: str, holders: list[CodeSpell], on: When | None
) -> UnknownName:
    spans = "; ".join(f"{s.code} {_span((s.start, s.end))}" for s in holders)
    if on is not None:
        when = f" in {as_period(on)}"
    else:
        when = " today, and several former states did" if len(holders) > 1 else ""
    tail = f": it stood for {spans}" if holders else ""
    hint = "give a date" if holders and on is None else ""
    return UnknownName(
        f"no state has {system} code {value!r}{when}{tail}",
        hint=hint,
        name=str(value),
        nearest=[s.code for s in holders],
    )


def _longest(spells: list[CodeSpell], period: Period) -> CodeSpell | None:
    """Interval with most days in the period, the later one of two equals."""
    days = [(days_within(((s.start, s.end),), period), s.start, s) for s in spells]
    best = max(days, key=lambda d: d[:2], default=None)
    return best[2] if best and best[0] else None


def _span(spell: Spell) -> str:
    return f"from {spell[0]}" + (f" until {spell[1]}" if spell[1] else "")


def _describe(state: State) -> str:
    return f"{state.name}, {' and '.join(_span(s) for s in state.spells)}"
