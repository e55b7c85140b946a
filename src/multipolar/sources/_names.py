"""Names of states as publishers write them, read in the year of the row.

A name stands for the state that bore it in that year. Where the state did not exist then, the row
is refused with its successor or predecessor named, never handed to it: trips of "Russia" in 1985
are not the Soviet Union's because one of the two has the same capital.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import polars as pl

from multipolar.core.declare import Rejects
from multipolar.core.errors import UnknownName
from multipolar.core.states import find_state
from multipolar.sources._curated import reject_odd_years
from multipolar.sources._read import ROW

# What an economic or regional total is called; a state's own name never matches.
_AGGREGATE = re.compile(
    r"\b(world|economies|emerging and developing|euro area|euro zone|not specified|"
    r"not allocated|not elsewhere|special categories|other countries|unspecified|areas? nes|nes$|"
    r"rest of|intra-|extra-|sub-saharan|western hemisphere|middle east and|export earnings|"
    r"european union|eu-?2[0-9]|countries (and|&))|"
    r"^(africa|asia|europe|america|oceania|middle east|total|all countries)$",
    re.IGNORECASE,
)

# Places with a name of their own in trade and travel records that are no state of this record.
_TERRITORIES = frozenset(
    """American Samoa|Anguilla|Antarctica|Aruba|Bermuda|Cayman Islands|Cook Islands|Crimea|Curaçao|
    Donetsk|East Jerusalem|Falkland Islands|Falkland Islands (Malvinas)|Faroe Islands|
    French Polynesia|Gaza|Gibraltar|Greenland|Guam|Hong Kong|Israeli Settlements|
    Jammu and Kashmir|Kherson|Luhansk|Macao|Macau|Mayotte|Montserrat|Nagorno-Karabakh|
    Netherlands Antilles|New Caledonia|Niue|Northern Cyprus|Puerto Rico|Reunion|Sint Maarten|
    Transnistria|West Bank|Western Sahara|Zaporizhzhia""".replace("\n    ", "").split("|")
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one publisher names states.

    Attributes
    ----------
    aliases : mapping
        Plain spelling to state code, where :func:`find_state` would not know it or would take it
        for another. Several ``(first year, last year, code)`` for a name that changed hands.
    refuse : callable
        Gives the reason a text is no state (a region, an armed group), or None.
    """

    aliases: Mapping[str, str | tuple[tuple[int, int, str], ...]] = field(default_factory=dict)
    refuse: Callable[[str], str | None] = lambda _: None

    def code(self, text: str, year: int) -> str:
        """State code of a name in a year, or :class:`UnknownName` with the reason."""
        alias = self.aliases.get(text)
        if isinstance(alias, tuple):
            alias = next((c for first, last, c in alias if first <= year <= last), None)
        if alias is not None:
            return find_state(alias, year).code
        reason = self.refuse(text)
        if reason:
            raise UnknownName(reason)
        try:
            return find_state(text, year).code
        except UnknownName as error:
            if aggregate(text):
                raise UnknownName("an aggregate of states, not a state") from None
            if text in _TERRITORIES:
                raise UnknownName("a territory, not a state of this record") from None
            raise UnknownName(error.message) from None


def aggregate(text: str) -> bool:
    """Whether a partner is a total over several states.

    Examples
    --------
    >>> aggregate("Emerging and Developing Economies"), aggregate("South Africa")
    (True, False)
    """
    return bool(_AGGREGATE.search(text))


def with_named_states(
    rows: pl.DataFrame,
    columns: dict[str, str],
    year: str,
    file: str,
    rejects: Rejects,
    vocabulary: Vocabulary | None = None,
) -> pl.DataFrame:
    """Add state columns for names, read in the year of the row.

    Parameters
    ----------
    rows : DataFrame
        With text columns named in ``columns``, the whole-number column ``year`` and ``_row``.
    columns : mapping
        ``{name column: state column to add}``.
    year : str
        Column with the year of the row.
    file : str
        Name for the rejects.
    rejects : Rejects
        One entry per name, with the years and the number of rows left out.
    vocabulary : Vocabulary, optional
        The publisher's own spellings and groups.

    Returns
    -------
    DataFrame
        Rows all of whose names were states then.
    """
    known = vocabulary or Vocabulary()
    rows = reject_odd_years(rows, year, file, rejects)
    for name, state in columns.items():
        pairs = rows.group_by(name, year).agg(pl.col(ROW).min(), pl.len()).sort(name, year)
        found: list[tuple[str, int, str]] = []
        lost: list[tuple[str, str, int, int, int]] = []
        for text, when, row, count in pairs.iter_rows():
            try:
                found.append((text, when, known.code(text or "", when)))
            except UnknownName as error:
                lost.append((text, error.message, when, row, count))
        _report(lost, name, file, rejects)
        schema: dict[str, Any] = {name: pl.String, year: rows.schema[year], state: pl.String}
        held = pl.DataFrame(found, schema=schema, orient="row")
        rows = rows.join(held, on=[name, year], how="inner", maintain_order="left")
    return rows


def _report(
    lost: list[tuple[str, str, int, int, int]], column: str, file: str, rejects: Rejects
) -> None:
    """One entry per name; the reason is that of its first year."""
    for text, group in groupby(lost, key=lambda entry: entry[0]):
        entries = list(group)
        first, last = entries[0][2], entries[-1][2]
        years = str(first) if first == last else f"{first}-{last}"
        rows = sum(entry[4] for entry in entries)
        reason = f"{entries[0][1]} ({years}: {rows} rows left out)"
        rejects.add(file=file, row=entries[0][3], column=column, value=text, reason=reason)


def ordered_pair(a: str, b: str) -> tuple[pl.Expr, pl.Expr]:
    """Expressions for ``state_a`` and ``state_b``, the earlier code in the alphabet first."""
    return (
        pl.min_horizontal(a, b).alias("state_a"),
        pl.max_horizontal(a, b).alias("state_b"),
    )
