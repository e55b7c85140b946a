"""The record as the checks read it: frames once, rows with their source, names of states."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date as Date  # noqa: N812 - as in the reader
from functools import cache
from typing import Any, TypeVar

import polars as pl

from multipolar.auditing.check import Row
from multipolar.core.errors import MultipolarError
from multipolar.core.states import state_of
from multipolar.store import Store

Made = TypeVar("Made")
# Groups of states by name where no table of the record holds them; organisations come from it.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "CENTRAL_ASIA": ("KAZ", "KGZ", "TJK", "TKM", "UZB"),
    "POST_SOVIET": (
        "ARM",
        "AZE",
        "BLR",
        "EST",
        "GEO",
        "KAZ",
        "KGZ",
        "LTU",
        "LVA",
        "MDA",
        "RUS",
        "TJK",
        "TKM",
        "UKR",
        "UZB",
    ),
    "BALTIC": ("EST", "LVA", "LTU"),
    "NORDIC": ("DNK", "FIN", "ISL", "NOR", "SWE"),
}
# Groups that the table of states holds as a region: column and values.
REGIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "AFRICA": ("region", ("Africa",)),
    "LATIN_AMERICA": ("subregion", ("South America", "Central America")),
    "SOUTHEAST_ASIA": ("subregion", ("South-eastern Asia",)),
}
BLOC_NAMES = {
    "WEST": "the West", "EUROPE": "Europe", "CENTRAL_ASIA": "Central Asia", "AFRICA": "Africa",
    "ASIA": "Asia", "GLOBAL_SOUTH": "the Global South", "POST_SOVIET": "the post-Soviet states",
    "BALTIC": "the Baltic states", "NORDIC": "the Nordic states",
    "LATIN_AMERICA": "Latin America", "SOUTHEAST_ASIA": "Southeast Asia",
}  # fmt: skip


class Record:
    """Tables of a store, kept once read, and the few look-ups all checks share."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._frames: dict[str, pl.DataFrame] = {}
        self._made: dict[Hashable, Any] = {}
        self._held = frozenset(store.tables())

    def has(self, *tables: str) -> bool:
        """Tell whether the store holds all of these tables."""
        return self._held.issuperset(tables)

    def frame(self, table: str) -> pl.DataFrame:
        """Rows of a table, read once."""
        if table not in self._frames:
            self._frames[table] = self.store.frame(table)
        return self._frames[table]

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made from the tables under a key, made once: later statements ask it again."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def dicts(self, table: str) -> list[dict[str, Any]]:
        """Rows of a small table as mappings."""
        return self.once(("dicts", table), lambda: self.frame(table).to_dicts())

    def where(self, table: str, column: str, value: Any) -> pl.DataFrame:
        """Rows of a table with one value in one column."""
        return self.once(
            (table, column, value), lambda: self.frame(table).filter(pl.col(column) == value)
        )

    def rows(
        self, table: str, found: pl.DataFrame | Iterable[Mapping[str, Any]], columns: Sequence[str]
    ) -> tuple[Row, ...]:
        """Rows of a table as evidence: the columns named, with source and confidence."""
        given = self.once(("given", table), lambda: self._given(table))
        return tuple(
            Row(
                table=table,
                values={c: _plain(row[c]) for c in columns},
                source=str(row.get("source") or given),
                confidence=str(row.get("confidence") or ""),
            )
            for row in (found.iter_rows(named=True) if isinstance(found, pl.DataFrame) else found)
        )

    def _given(self, table: str) -> str:
        """Source of the rows of a table that name none of their own."""
        held = self.store.provenance(table)
        return f"{held.source} ({held.kind}, {held.vintage})"

    def members(self, code: str, on: Date | None) -> tuple[str, ...]:
        """States that a code stands for: itself, or those of a group or organisation on a day."""
        if code in GROUPS:
            return GROUPS[code]
        if is_state(code):
            return (code,)
        if code in REGIONS:
            return self.once(("region", code, on), lambda: self._of_region(code, on))
        if not self.has("memberships"):
            return ()
        return self.once(("members", code, on), lambda: self._of_organisation(code, on))

    def _of_organisation(self, code: str, on: Date | None) -> tuple[str, ...]:
        """Members of an organisation on a day, or at any time."""
        rows = self.where("memberships", "org", code).filter(
            pl.col("status").is_in(["member", "member_withdrawing"])
        )
        if on is not None:
            rows = rows.filter(active_on(on))
        return tuple(sorted(rows["state"].to_list()))

    def _of_region(self, code: str, on: Date | None) -> tuple[str, ...]:
        """Members of the United Nations in a region, on a day or now."""
        column, values = REGIONS[code]
        states = self.frame("states").filter(pl.col(column).is_in(values))
        members = pl.col("un_start").is_not_null()
        if on is not None:
            members = members & (pl.col("un_start") <= on)
            members = members & (pl.col("un_end").is_null() | (pl.col("un_end") > on))
        else:
            members = members & pl.col("un_end").is_null()
        return tuple(sorted(states.filter(members)["state"].to_list()))

    def provenance(self, tables: Iterable[str]) -> list[dict[str, Any]]:
        """Source, kind, vintage, size and end of each table."""
        found = []
        for table in sorted({t for t in tables if self.has(t)}):
            p = self.store.provenance(table)
            found.append(
                {"table": table, "source": p.source, "kind": p.kind, "vintage": p.vintage,
                 "rows": p.rows, "record_ends": p.last, "sha256": p.sha256}
            )  # fmt: skip
        return found


def active_on(day: Date) -> pl.Expr:
    """Spells ``[start, end)`` that hold on a day."""
    started = pl.col("start").is_null() | (pl.col("start") <= day)
    return started & (pl.col("end").is_null() | (pl.col("end") > day))


@cache
def is_state(code: str) -> bool:
    """Tell whether a code of the reading is that of a state."""
    try:
        state_of(code)
    except (MultipolarError, KeyError):
        return False
    return True


def name_of(code: str) -> str:
    """Name of a state or group for a sentence.

    Examples
    --------
    >>> name_of("KAZ"), name_of("WEST"), name_of("NATO")
    ('Kazakhstan', 'the West', 'NATO')
    """
    if is_state(code):
        return state_of(code).name
    return BLOC_NAMES.get(code, code)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, Date) else value
