"""Trade, output, strength: tested where the store has the stream, else said to be untestable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from multipolar.auditing.check import (
    CONTRADICTED,
    SUPPORTED,
    Finding,
    cannot_tell,
    not_testable,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import years_in

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_NTH = rf"(?:(?P<nth>{'|'.join(ORDINALS)})[- ])?"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A superlative, and the figures it can be held against."""

    pattern: re.Pattern[str]
    table: str
    column: str
    words: str


RANKED = (
    Ranked(
        re.compile(rf"{_NTH}(?:largest|biggest|richest|strongest) (?:national )?economy"),
        "attributes", "gdp_mer", "output (GDP at market exchange rates)",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:(?:largest|biggest) population|most populous)"),
        "attributes", "population", "population",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:largest|biggest) (?:army|armed forces|military)\b(?! (?:bud|sp))"),
        "capabilities", "milper", "military personnel",
    ),
    Ranked(
        re.compile(rf"{_NTH}(?:largest|biggest|highest) (?:defen[cs]e|military) (?:budget|spend)"),
        "capabilities", "milex", "military expenditure",
    ),
)  # fmt: skip
PARTNER = re.compile(
    r"(largest|biggest|main|top|leading|most important|number one) (trading|trade|economic) partner"
)
GROWTH = re.compile(
    r"(?P<times>doubled|tripled|quadrupled|grown \w+fold|increased \w+fold)|"
    r"(?P<up>grew|grown|rose|risen|increased|soared|surged|jumped|expanded)|"
    r"(?P<down>fell|fallen|dropped|declined|decreased|shrank|shrunk|collapsed|plunged)"
)
TIMES = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0}
FRESH = 3  # years by which a table may end before the time a statement speaks of

REASONS: Mapping[str, str] = {
    "MIL_EXERCISE": "no list of military exercises is in the store; see multipolar source list",
    "MIL_PRODUCTION": "the record has no figures of arms production",
    "AID_INVESTMENT": "no table of aid or investment is in the store; see multipolar source list",
    "SANCTIONS_EFFECT": (
        "the effect of sanctions needs a comparison with what would have happened without them, "
        "and the record has none"
    ),
    "INTERVENTION": "the record has no table of wars and interventions",
    "WAR_BALANCE": "the record says nothing of the course of wars",
    "PROTEST_TREND": "the record has no table of protests",
    "PUBLIC_OPINION": "the record has no polls",
    "DOCUMENT": "it is about the words of a document; read the document itself",
    "PREDICTION": "it is about the future",
}


def check_untestable(statement: Statement, record: Record) -> Finding:
    """Say why a statement of this type cannot be held against the record."""
    if statement.type == "MIL_EXERCISE" and record.has("exercises"):
        return not_testable("the audit does not read the table of exercises in the store")
    why = REASONS.get(statement.type, f"no table bears on a claim of type {statement.type}")
    return not_testable(why)


def check_capability(statement: Statement, record: Record) -> Finding:
    """Check a rank ("the second largest economy") on output, people or forces."""
    for ranked in RANKED:
        match = ranked.pattern.search(statement.words)
        if match and record.has(ranked.table):
            rank = ORDINALS.index(match["nth"]) + 1 if match["nth"] else 1
            return _of_rank(statement, record, ranked, rank)
    return not_testable(
        "of strength the record holds yearly output at market prices, population and military "
        "figures, and the statement asks for none of their ranks"
    )


def _of_rank(statement: Statement, record: Record, asked: Ranked, rank: int) -> Finding:
    subject = next((c for c in statement.subjects if is_state(c)), "")
    if not subject or not re.search(r"world|globe|planet|global", statement.sentence.lower()):
        return cannot_tell(
            f"it does not say of whom, among whom, the rank by {asked.words} is meant"
        )
    frame = record.frame(asked.table)
    value = "value" if asked.table == "attributes" else asked.column
    if asked.table == "attributes":
        frame = frame.filter(pl.col("attribute") == asked.column)
    year = _year(statement, frame)
    if year is None:
        return not_testable(f"its figures of {asked.words} end in {_last_year(frame)}")
    known = frame.filter((pl.col("year") == year) & pl.col(value).is_not_null())
    ranked = known.sort(value, descending=True).with_row_index("rank", offset=1)
    own = ranked.filter(pl.col("state") == subject)
    if own.is_empty():
        return cannot_tell(f"{name_of(subject)} has no figure of {asked.words} for {year}")
    found = int(own["rank"][0])
    shown = pl.concat([ranked.head(max(rank, 5)), own]).unique("rank", maintain_order=True)
    return Finding(
        status=_fits(statement, holds=found == rank),
        sentence=f"{name_of(subject)} is number {found} of {ranked.height} states by {asked.words} "
        f"in {year}; the text {'denies' if statement.negative else 'says'} number {rank}.",
        method=f"Ranked by {asked.words}, the last year of the record not after the article.",
        rows=record.rows(asked.table, shown, ("rank", "state", "year", value)),
    )


def _fits(statement: Statement, *, holds: bool) -> str:
    return SUPPORTED if holds != statement.negative else CONTRADICTED


def _last_year(frame: pl.DataFrame) -> int:
    return max(frame["year"].to_list(), default=0)


def _year(statement: Statement, frame: pl.DataFrame) -> int | None:
    """Year to look up: the one named, else the article's; None where the table ends long before."""
    named = years_in(statement.text, statement.date)
    wanted = named[0] if named else (statement.date.year if statement.date else None)
    last = _last_year(frame)
    if wanted is None:
        return None
    return min(wanted, last) if wanted - last <= FRESH else None


def check_trade(statement: Statement, record: Record) -> Finding:
    """Check the largest partner or the growth of trade, as far as the tables reach."""
    pair = [c for c in dict.fromkeys((*statement.subjects, *statement.objects)) if is_state(c)]
    if len(pair) < 2:
        return not_testable("it names no two states whose trade could be looked up")
    if PARTNER.search(statement.words):
        return _largest_partner(statement, record, pair)
    growth = GROWTH.search(statement.words)
    if growth:
        return _of_growth(statement, record, pair, growth)
    return not_testable(
        "of trade the record holds yearly values of two states, and the statement asks for "
        "something else"
    )


def _flows(record: Record, pair: Sequence[str]) -> pl.DataFrame:
    """Yearly trade of two states, both directions; as the importer reports, else the exporter."""
    both = record.frame("trade").filter(
        pl.col("source_state").is_in(pair)
        & pl.col("target_state").is_in(pair)
        & (pl.col("product") == "TOTAL")
    )
    once = both.sort("reported_by", descending=True).unique(
        ["year", "source_state", "target_state"], keep="first", maintain_order=True
    )
    yearly = once.group_by("year").agg(pl.col("value_usd").sum(), pl.len().alias("flows"))
    return yearly.sort("year")


def _of_growth(
    statement: Statement, record: Record, pair: list[str], growth: re.Match[str]
) -> Finding:
    names = " and ".join(name_of(c) for c in pair[:2])
    if not record.has("trade"):
        return not_testable("the store has no yearly trade; multipolar source list")
    years = years_in(statement.text, statement.date)
    flows = _flows(record, pair[:2]).filter(pl.col("flows") == 2)
    if flows.is_empty():
        return not_testable(f"its yearly trade does not hold {names}; multipolar source list")
    last = _last_year(flows)
    if not years or statement.date is None:
        return cannot_tell(f"it does not say since when the trade of {names} has changed")
    start, end = min(years), (max(years) if len(years) > 1 else statement.date.year - 1)
    rows = flows.filter(pl.col("year").is_in([start, end]))
    if rows.height < 2 or start == end:
        return not_testable(
            f"its trade of {names} ends in {last}, and the statement is about {start} to {end}; "
            "multipolar source list shows what can be added"
        )
    before, after = rows["value_usd"].to_list()
    ratio = after / before if before else 0.0
    return Finding(
        status=_fits(statement, holds=_grew(growth, ratio)),
        sentence=f"Trade of {names} was {before / 1e9:,.2f} billion US dollars in {start} and "
        f"{after / 1e9:,.2f} billion in {end}, {ratio:.1f} times as much.",
        method="Both directions together at current prices, each as one side reports it.",
        rows=record.rows("trade", rows, ("year", "value_usd", "flows")),
    )


def _grew(growth: re.Match[str], ratio: float) -> bool:
    """Whether a ratio is what the word says; "tripled" is read with a margin of a sixth."""
    if growth["times"]:
        times = TIMES.get(growth["times"])
        return ratio > 1 if times is None else abs(ratio - times) <= times / 6
    return ratio > 1 if growth["up"] else ratio < 1


def _largest_partner(statement: Statement, record: Record, pair: list[str]) -> Finding:
    if not record.has("trade_dyads"):
        return not_testable("the store has no trade of all pairs; multipolar source list")
    frame = record.frame("trade_dyads")
    year = _year(statement, frame)
    if year is None:
        return not_testable(
            f"its trade of all pairs ends in {_last_year(frame)}; multipolar source list shows "
            "what can be added"
        )
    partner, owner = pair[0], pair[1]
    own = (pl.col("state_a") == owner) | (pl.col("state_b") == owner)
    spell = frame.filter(own & (pl.col("year") <= year))
    last = _last_year(spell)
    rows = spell.filter(pl.col("year") == last).sort("trade_usd", descending=True)
    if rows.is_empty():
        return cannot_tell(f"it has no trade of {name_of(owner)} up to {year}")
    top = rows.row(0, named=True)
    first = top["state_b"] if top["state_a"] == owner else top["state_a"]
    return Finding(
        status=_fits(statement, holds=first == partner),
        sentence=f"The largest trading partner of {name_of(owner)} in the record was "
        f"{name_of(first)} (years up to {last}).",
        method=f"Trade of {name_of(owner)} with every partner, both directions, ending {last}.",
        rows=record.rows("trade_dyads", rows.head(5), ("state_a", "state_b", "year", "trade_usd")),
    )
