"""Trade, output, strength: tested where the store has the stream, else said to be untestable."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from multipolar.auditing.check import CONTRADICTED, SUPPORTED, Finding, cannot_tell, not_testable
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import years_in

ORDINALS = {
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_ORDINAL = "|".join(ORDINALS)
RANKED: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    # (superlative, table, column or attribute, words)
    (re.compile(rf"(?:({_ORDINAL})[- ])?(?:largest|biggest|richest|strongest) (?:national )?economy"), "attributes", "gdp_mer", "output (GDP at market exchange rates)"),
    (re.compile(rf"(?:({_ORDINAL})[- ])?(?:largest|biggest|most populous) (?:population|country by population)|(?:({_ORDINAL})[- ])?most populous"), "attributes", "population", "population"),
    (re.compile(rf"(?:({_ORDINAL})[- ])?(?:largest|biggest) (?:army|armed forces|military)"), "capabilities", "milper", "military personnel"),
    (re.compile(rf"(?:({_ORDINAL})[- ])?(?:largest|biggest|highest) (?:defen[cs]e|military) (?:budget|spending|spender)"), "capabilities", "milex", "military expenditure"),
)  # fmt: skip
PARTNER = re.compile(
    r"(largest|biggest|main|top|leading|most important|number one) (trading|trade|economic) partner"
)
FRESH = 3  # years by which the table may end before the time a statement speaks of

REASONS: Mapping[str, str] = {
    "MIL_EXERCISE": "no list of military exercises is among the sources; see multipolar source list",
    "MIL_PRODUCTION": "the record has no figures of arms production",
    "AID_INVESTMENT": "no table of aid, loans or investment is in the store; see multipolar source list",
    "SANCTIONS_EFFECT": (
        "the effect of sanctions needs a comparison with what would have happened without them, and "
        "the record has none"
    ),
    "INTERVENTION": "the record has no table of wars and interventions",
    "WAR_BALANCE": "the record says nothing of the course of wars",
    "PROTEST_TREND": "the record has no table of protests",
    "PUBLIC_OPINION": "the record has no polls",
    "DOCUMENT": "it is about the words of a document; read the document itself",
    "PREDICTION": "it is about the future",
}  # fmt: skip


def check_untestable(statement: Statement, record: Record) -> Finding:
    """Say why a statement of this type cannot be held against the record."""
    if statement.type == "MIL_EXERCISE" and record.has("exercises"):
        return not_testable("the table of exercises in the store is not read by the audit")
    return not_testable(
        REASONS.get(statement.type, f"no table bears on a claim of type {statement.type}")
    )


def check_capability(statement: Statement, record: Record) -> Finding:
    """Check a rank ("the second largest economy") on output, people or forces."""
    for pattern, table, column, words in RANKED:
        match = pattern.search(statement.words)
        if match is None:
            continue
        if not record.has(table):
            return not_testable(f"the store has no table {table}; multipolar source list")
        ordinal = next((g for g in match.groups() if g), "")
        return _of_rank(statement, record, table, column, words, ORDINALS.get(ordinal, 1))
    return not_testable(
        "of strength and output the record holds yearly output at market prices, population and "
        "military figures, and the statement asks for none of their ranks"
    )


def _of_rank(
    statement: Statement, record: Record, table: str, column: str, words: str, rank: int
) -> Finding:
    subject = next((c for c in statement.subjects if is_state(c)), "")
    if not subject:
        return cannot_tell(f"it names no state whose rank by {words} could be looked up")
    if not re.search(r"world|globe|planet|global", statement.sentence.lower()):
        return cannot_tell(f"it does not say among whom the rank by {words} is meant")
    frame = record.frame(table)
    value = "value" if table == "attributes" else column
    if table == "attributes":
        frame = frame.filter(pl.col("attribute") == column)
    year = _year(statement, frame)
    if year is None:
        return not_testable(f"its table of {words} ends in {frame['year'].max()}")
    ranked = (
        frame.filter((pl.col("year") == year) & pl.col(value).is_not_null())
        .sort(value, descending=True).with_row_index("rank", offset=1)
    )  # fmt: skip
    own = ranked.filter(pl.col("state") == subject)
    if own.is_empty():
        return cannot_tell(f"{name_of(subject)} has no figure of {words} for {year}")
    found = int(own["rank"][0])
    shown = pl.concat([ranked.head(max(rank, 5)), own]).unique("rank", maintain_order=True)
    status = SUPPORTED if (found == rank) != statement.negative else CONTRADICTED
    return Finding(
        status=status,
        sentence=f"{name_of(subject)} is number {found} of {ranked.height} states by {words} in {year}; the text says number {rank}.",
        method=f"Ranked by {words}, the last year of the record not after the article.",
        rows=record.rows(table, shown, ("rank", "state", "year", value)),
    )  # fmt: skip


def _year(statement: Statement, frame: pl.DataFrame) -> int | None:
    """Year to look up: the one named, else that of the article; None where the table ends long before."""
    named = years_in(statement.text, statement.date)
    wanted = named[0] if named else (statement.date.year if statement.date else None)
    last = int(frame["year"].max())  # type: ignore[arg-type]
    if wanted is None:
        return None
    return min(wanted, last) if wanted - last <= FRESH else None


def check_trade(statement: Statement, record: Record) -> Finding:
    """Check "largest trading partner"; levels and growth only where the table reaches so far."""
    if not record.has("trade_dyads"):
        return not_testable("the store has no trade; multipolar source add trade_cow FILES")
    frame = record.frame("trade_dyads")
    year = _year(statement, frame)
    if year is None:
        return not_testable(
            f"its trade ends in {frame['year'].max()}; multipolar source list shows what can be added"
        )
    pair = [c for c in dict.fromkeys((*statement.subjects, *statement.objects)) if is_state(c)]
    if not PARTNER.search(statement.words) or len(pair) < 2:
        return not_testable(
            "of trade the record holds the yearly total of two states, and it asks for something else"
        )
    return _largest_partner(statement, record, frame, pair, year)


def _largest_partner(
    statement: Statement, record: Record, frame: pl.DataFrame, pair: list[str], year: int
) -> Finding:
    partner, owner = pair[0], pair[1]
    spell = frame.filter(
        (pl.col("year") <= year) & ((pl.col("state_a") == owner) | (pl.col("state_b") == owner))
    )
    last = spell["year"].max()
    rows = spell.filter(pl.col("year") == last).sort("trade_usd", descending=True)
    if rows.is_empty():
        return cannot_tell(f"it has no trade of {name_of(owner)} up to {year}")
    top = rows.row(0, named=True)
    first = top["state_b"] if top["state_a"] == owner else top["state_a"]
    status = SUPPORTED if (first == partner) != statement.negative else CONTRADICTED
    return Finding(
        status=status,
        sentence=f"The largest trading partner of {name_of(owner)} in the record was {name_of(first)} (years up to {last}).",
        method=f"Trade of {name_of(owner)} with every partner, both directions, ending {last}.",
        rows=record.rows("trade_dyads", rows.head(5), ("state_a", "state_b", "year", "trade_usd")),
    )  # fmt: skip
