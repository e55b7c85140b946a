"""From what is printed about a vote to the columns of ``rollcalls``; who was a member when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from multipolar.core.errors import CheckFailed, UnknownName
from multipolar.core.states import find_state, known_codes, list_states
from multipolar.sources._vote_tables import ROLLCALLS
from multipolar.sources._vote_topics import subject_of, topic_of

# More broken rows than this and the file is another one than it is taken for.
MOST_REJECTED = 0.05
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SESSION = re.compile(r"^(ES-|S-)?([IVXLC]+|\d+)$")


def session_number(session: str, symbol: str = "") -> str:
    """Session in Arabic numerals, whichever way it is printed.

    Parameters
    ----------
    session, symbol : str
        As printed; the symbol is asked where the session is empty.

    Returns
    -------
    str
        ``77``, ``ES-11`` or ``S-9``; what is printed where it cannot be read. A session is not a
        calendar year.

    Examples
    --------
    >>> session_number("XXIX"), session_number("ES-V"), session_number("", "A/RES/77/247")
    ('29', 'ES-5', '77')
    """
    text = session.strip().upper()
    if not text:
        found = re.search(r"\(((?:ES-|S-)?[IVXLC]+)\)|/((?:ES-|S-)?\d+)/", symbol)
        text = next((g for g in found.groups() if g), "") if found else ""
    parts = _SESSION.match(text)
    if parts is None:
        return text
    prefix, numeral = parts.group(1) or "", parts.group(2)
    return prefix + (numeral if numeral.isdigit() else str(_from_roman(numeral)))


def _from_roman(numeral: str) -> int:
    values = [_ROMAN[c] for c in numeral]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def with_derived_columns(rollcalls: pl.DataFrame) -> pl.DataFrame:
    """Add what follows from the printed columns: name, session, year, topic, subject, flags.

    Takes one row per roll call with ``undl_id, symbol, body, session, date, title, agenda``, the
    four tallies, ``final`` and ``important``; returns the declared columns in order.
    """
    symbol = pl.col("symbol")
    record = pl.col("undl_id").cast(pl.String)
    again = pl.len().over("symbol") > 1
    name = pl.when(symbol.is_null()).then(record).when(again).then(symbol + "#" + record)
    named = rollcalls.with_columns(
        rollcall=name.otherwise(symbol),
        session=_mapped(rollcalls, ("session", "symbol"), session_number),
        year=pl.col("date").dt.year().cast(pl.Int16),
        topic=_mapped(rollcalls, ("title",), topic_of),
        subject=_mapped(rollcalls, ("title", "agenda"), subject_of),
    )
    return named.with_columns(emergency=pl.col("session").str.starts_with("ES-")).select(
        [c.name for c in ROLLCALLS.columns]
    )


def _mapped(frame: pl.DataFrame, columns: tuple[str, ...], rule: Callable[..., str]) -> pl.Series:
    texts = zip(*(frame[c].fill_null("") for c in columns), strict=True)
    return pl.Series([rule(*row) for row in texts], dtype=pl.String)


def member_days(days: Iterable[date]) -> pl.DataFrame:
    """Members of the United Nations on each of the days: one row per ``date`` and ``state``."""
    pairs = [(day, s.code) for day in sorted(set(days)) for s in list_states(day, un_members=True)]
    return pl.DataFrame(pairs, schema={"date": pl.Date, "state": pl.String}, orient="row")


def resolve_states(named: pl.DataFrame) -> pl.DataFrame:
    """Add ``by_code`` and ``by_name`` to unique pairs of ``ms_code`` and ``ms_name``.

    ``by_code`` is the code itself where this project knows it, ``by_name`` the state that answers
    to the printed name (a file may write RUS beside USSR); each is null where nobody answers.
    """
    codes = known_codes(institutions=False)
    pairs = named.select("ms_code", "ms_name").unique()
    return pairs.with_columns(
        by_code=pl.Series([c if c in codes else None for c in pairs["ms_code"]], dtype=pl.String),
        by_name=pl.Series([_state_named(n) for n in pairs["ms_name"]], dtype=pl.String),
    )


def _state_named(name: str | None) -> str | None:
    try:
        return find_state(name).code if name else None
    except UnknownName:
        return None


def check_rejected_share(file: str, rejected: int, rows: int, first: str) -> None:
    """Raise :class:`CheckFailed` where too many rows are broken for the file to be trusted."""
    if rejected > MOST_REJECTED * max(rows, 1):
        raise CheckFailed(
            f"{file}: {rejected:,} of {rows:,} rows cannot be used, the first because: {first}",
            hint="check that the file is complete, UTF-8, and the one the source names",
        )
