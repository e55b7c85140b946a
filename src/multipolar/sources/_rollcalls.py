"""From what is printed about a vote to the columns of ``rollcalls``."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from multipolar.core.errors import UnknownName
from multipolar.core.states import find_state, known_codes
from multipolar.sources._vote_tables import ROLLCALLS
from multipolar.sources._vote_topics import subject_of, topic_of

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


def with_derived_columns(rollcalls: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    """Add what follows from the printed columns: name, session, year, topic, subject, flags.

    Takes one row per roll call with ``record`` (the source's own number) and the columns of
    ``rollcalls`` that are printed; returns the declared columns in order, sorted by date. The name
    is the symbol for the one final vote on it, ``symbol#record`` for others on the same symbol, and
    ``prefix`` with the record where there is no symbol. Votes without a title are topics of their
    own.
    """
    symbol, record = pl.col("symbol"), pl.col("record").cast(pl.String)
    finals = (pl.col("final").sum().over("symbol") == 1) & pl.col("final")
    alone = pl.len().over("symbol") == 1
    name = (
        pl.when(symbol.is_null())
        .then(prefix + record)
        .when(finals | alone)
        .then(symbol)
        .otherwise(symbol + "#" + record)
    )
    named = rollcalls.with_columns(
        rollcall=name,
        session=_mapped(rollcalls, ("session", "symbol"), session_number),
        year=pl.col("date").dt.year().cast(pl.Int16),
        topic=_mapped(rollcalls, ("title",), topic_of),
        subject=_mapped(rollcalls, ("title", "agenda"), subject_of),
    )
    untitled = pl.col("topic") == topic_of("")
    complete = named.with_columns(
        topic=pl.when(untitled).then("rollcall").otherwise("topic"),
        emergency=pl.col("session").str.starts_with("ES-"),
    )
    return complete.sort("date", "rollcall").select("record", *(c.name for c in ROLLCALLS.columns))


def votes_in_order(rollcalls: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Give ``votes`` (``record, state, vote``) the names of ``rollcalls`` and their order."""
    places = rollcalls.select("record", "rollcall", pl.int_range(pl.len()).alias("place"))
    placed = votes.join(places, on="record").sort("place", "state")
    return placed.select("rollcall", pl.col("state").cast(pl.String), "vote")


def _mapped(frame: pl.DataFrame, columns: tuple[str, ...], rule: Callable[..., str]) -> pl.Series:
    texts = list(zip(*(frame[c].fill_null("") for c in columns), strict=True))
    answers = {text: rule(*text) for text in set(texts)}  # titles repeat; the rules are pure
    return pl.Series([answers[text] for text in texts], dtype=pl.String)


def codes_and_names(codes: pl.Series, names: pl.Series) -> tuple[pl.Series, pl.Series]:
    """State behind each printed code and behind each printed name; null where nobody answers.

    The code stands for itself where this project knows it. A file may write RUS beside USSR: which
    of the two sat that day decides.
    """
    known = known_codes(institutions=False)
    named = {name: _state_named(name) for name in names.unique()}
    return (
        pl.Series([c if c in known else None for c in codes], dtype=pl.String),
        pl.Series([named[n] for n in names], dtype=pl.String),
    )


def _state_named(name: str | None) -> str | None:
    try:
        return find_state(name).code if name else None
    except UnknownName:
        return None
