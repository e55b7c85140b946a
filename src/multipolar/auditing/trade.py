"""Trade of two parties: the largest partner, growth, and values, as far as the tables reach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from multipolar.auditing.check import (
    CONTRADICTED,
    SUPPORTED,
    Finding,
    cannot_tell,
    joined,
    not_testable,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.streams import FRESH, STALE, last_year
from multipolar.auditing.wording import (
    INVASION,
    Amount,
    share_change_in,
    share_in,
    since_in,
    years_in,
)

ADD = "multipolar source list shows what can be added"
PARTNER = re.compile(
    r"(?:(?P<nth>second|third|fourth|fifth)[- ])?"
    r"(?:largest|biggest|main|top|leading|most important|number one|chief) "
    r"(?P<what>trading partner|trade partner|economic partner|export market|export destination|"
    r"source of imports|customer|supplier)"
)
RANKS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
GROWTH = re.compile(
    r"(?P<times>doubled|tripled|quadrupled|grown \w+fold|increased \w+fold|twice as much|halved)|"
    r"(?P<up>grew|grown|rose|risen|increased|soared|surged|jumped|expanded|climbed)|"
    r"(?P<down>fell|fallen|dropped|declined|decreased|shrank|shrunk|collapsed|plunged|slumped)"
)
TIMES = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0, "twice as much": 2.0, "halved": 0.5}
SHARE_OF = re.compile(r"\bof (?:\S+ ){0,2}?(?P<what>imports|exports|trade)\b")
VALUE = re.compile(
    r"(?P<sign>\$|us\$|usd |€|eur )?\s?(?P<n>\d[\d,]*(?:\.\d+)?) ?"
    r"(?P<unit>million|billion|bn|trillion)"
    r"(?: (?:u\.?s\.? )?(?P<money>dollars|usd|euros?|roubles|rubles|yuan))?"
)
UNITS = {"million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
GOODS = re.compile(
    r"\b(?:natural gas|gas|lng|crude oil|crude|oil|petroleum|coal|uranium|electricity|grain|wheat|"
    r"fertili[sz]ers?|steel|alumini?um|diamonds?|microchips|chips|semiconductors|cars|timber|fish)\b"
)
OURS = re.compile(r"\b(?:our|us|we|ours)\b")
PART = re.compile(r"\b(?:(?:first|second) half of|quarter of|first \w+ months|months of)\b")
BOTH = re.compile(r"\b(bilateral|mutual|two-way|their) trade\b|trade between (them|the two)")
IMPORTS = re.compile(r"\bimports?\b|\bbuys?\b|\bbought\b")
EXPORTS = re.compile(r"\bexports?\b")
PAST = re.compile(r"\b(was|were|used to be|once|formerly)\b")
WHOLE = 50  # partners from which a state's trade in a table is taken to be all of it
SHARE_MARGIN = 5  # percentage points by which a share may differ from the words
MARGIN = 0.1  # by which a value or a share of change may differ from what the words say


@dataclass(frozen=True, slots=True)
class _Parties:
    """Two sides of a trade, each a state or the members of a group, and the direction asked."""

    codes: tuple[str, str]
    members: tuple[tuple[str, ...], tuple[str, ...]]
    flow: str

    @property
    def names(self) -> str:
        """What is looked at, in words."""
        a, b = (_party(c) for c in self.codes)
        kinds = {"both": f"Trade of {a} and {b}", "imports": f"Imports of {a} from {b}"}
        return kinds.get(self.flow, f"Exports of {a} to {b}")


def _party(code: str) -> str:
    return name_of(code) if is_state(code) else f"the {code}"


def check_trade(statement: Statement, record: Record) -> Finding:
    """Check the largest partner, the growth or the value of trade, as far as the tables reach."""
    words = statement.words
    pair = _pair(statement, record)
    if good := GOODS.search(words):
        return not_testable(f"it is about {good[0]}, and the record holds all goods together")
    if len(pair) < 2:
        ours = OURS.search(words)
        why = f"it says “{ours[0]}”, and the text does not say whose that is" if ours else (
            "it names no two states whose trade could be looked up"
        )  # fmt: skip
        return not_testable(why)
    if partner := PARTNER.search(words):
        return _largest_partner(statement, record, pair, partner)
    share = share_in(words)
    if share and (of := SHARE_OF.search(words)):
        return _of_share(statement, record, pair, share, of["what"])
    if not record.has("trade"):
        return not_testable(f"the store has no yearly trade; {ADD}")
    return _of_two(statement, record, pair)


def _of_two(statement: Statement, record: Record, pair: Sequence[str]) -> Finding:
    """Growth or value of the trade of two parties."""
    words = statement.words
    sides = (record.members(pair[0], statement.date), record.members(pair[1], statement.date))
    parties = _Parties((pair[0], pair[1]), sides, _flow(words))
    flows = _flows(record, parties)
    if flows.is_empty():
        return not_testable(
            f"its yearly trade does not hold {_party(pair[0])} with {_party(pair[1])}; {ADD}"
        )
    if growth := GROWTH.search(words):
        return _of_growth(statement, record, parties, growth, flows)
    if value := VALUE.search(words):
        return _of_value(statement, record, parties, value, flows)
    return not_testable(
        "of trade the record holds yearly values in US dollars, and the statement asks for "
        "something else"
    )


def _pair(statement: Statement, record: Record) -> list[str]:
    """The two parties: those named, those spoken of before, or the one who speaks."""
    named = [*statement.subjects, *statement.objects]
    named += [str(e["code"]) for e in statement.entities if e["code"]]
    pair = [c for c in dict.fromkeys(named) if c != "UN" and record.members(c, statement.date)]
    if len(pair) < 2 and BOTH.search(statement.words):
        pair = [*pair, *(c for c in reversed(statement.named_before) if c not in pair)][:2]
    holder = str((statement.attribution or {}).get("source_code") or "")
    if len(pair) == 1 and is_state(holder) and holder not in pair:
        pair.append(holder)
    return pair


def _flow(words: str) -> str:
    if re.search(r"\btrade\b", words):
        return "both"
    if EXPORTS.search(words):
        return "exports"
    return "imports" if IMPORTS.search(words) else "both"


def _flows(record: Record, parties: _Parties) -> pl.DataFrame:
    """Yearly trade of two parties; each flow as the importer reports it, else the exporter."""
    return record.once(("flows", parties), lambda: _summed(record, parties))


def _summed(record: Record, parties: _Parties) -> pl.DataFrame:
    a, b = (list(m) for m in parties.members)
    out = pl.col("source_state").is_in(a) & pl.col("target_state").is_in(b)
    back = pl.col("source_state").is_in(b) & pl.col("target_state").is_in(a)
    asked = {"exports": out, "imports": back}.get(parties.flow, out | back)
    flows = record.where("trade", "product", "TOTAL").filter(asked)
    once = flows.sort("reported_by", descending=True).unique(
        ["year", "source_state", "target_state"], keep="first", maintain_order=True
    )
    yearly = once.group_by("year").agg(pl.col("value_usd").sum(), pl.len().alias("flows"))
    return yearly.filter(pl.col("flows") >= 0.9 * pl.col("flows").max()).sort("year")


def _span(statement: Statement) -> tuple[int, int] | None:
    """First and last year of a change: "since 2020", "between 2019 and 2023", "in 2022"."""
    years = list(dict.fromkeys(years_in(statement.text, statement.date)))
    if len(years) > 1:
        return min(years), max(years)
    if not years and statement.date is not None and since_in(statement.text, None) == INVASION:
        return INVASION.year - 1, statement.date.year - 1
    if not years or statement.date is None:
        return None
    if re.search(rf"\bin {years[0]}\b|\blast year\b", statement.words):
        return years[0] - 1, years[0]
    return years[0], statement.date.year - 1


def _of_growth(
    statement: Statement, record: Record, parties: _Parties, growth: re.Match[str],
    flows: pl.DataFrame,
) -> Finding:  # fmt: skip
    span = _span(statement)
    columns = ("year", "value_usd", "flows")
    if PART.search(statement.words):
        return not_testable("it is about part of a year, and the record holds whole years")
    if span is None:
        return cannot_tell(
            f"it does not say since when {parties.names[0].lower()}{parties.names[1:]} changed",
            rows=record.rows("trade", flows, columns),
        )
    rows = flows.filter(pl.col("year").is_in(list(span)))
    if rows.height < 2:
        return not_testable(
            f"its yearly trade of {_both(parties)} covers {flows['year'].to_list()[0]} to "
            f"{last_year(flows)}, and the statement is about {span[0]} to {span[1]}; {ADD}",
            rows=record.rows("trade", flows.tail(3), columns),
        )
    before, after = rows["value_usd"].to_list()
    ratio = after / before if before else 0.0
    return Finding(
        status=_fits(statement, holds=_grew(statement.words, growth, ratio)),
        sentence=f"{parties.names} came to {before / 1e9:,.2f} billion US dollars in {span[0]} and "
        f"{after / 1e9:,.2f} billion in {span[1]}, {_times(ratio)}.",
        method="At current prices, each flow as the importer reports it, else the exporter.",
        rows=record.rows("trade", rows, columns),
    )  # fmt: skip


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times as much" if ratio >= 1 else f"{1 - ratio:.0%} less"


def _grew(words: str, growth: re.Match[str], ratio: float) -> bool:
    """Whether a ratio is what the words say; "tripled" is read with a margin of a sixth."""
    if growth["times"]:
        times = TIMES.get(growth["times"])
        if times is None:
            return ratio > 1
        # What has more than doubled has doubled, until it has tripled.
        more = times < ratio < times + 1 and growth["times"] in ("doubled", "tripled", "quadrupled")
        return more or abs(ratio - times) <= times / 6
    up = bool(growth["up"])
    share = share_change_in(words)
    if (ratio > 1) != up or share is None:
        return (ratio > 1) == up
    return share.fits(round(100 * abs(ratio - 1)), margin=round(100 * MARGIN))


def _of_value(
    statement: Statement, record: Record, parties: _Parties, value: re.Match[str],
    flows: pl.DataFrame,
) -> Finding:  # fmt: skip
    money = value["money"] or value["sign"] or ""
    years = years_in(statement.text, statement.date)
    year = years[0] if years else (statement.date.year - 1 if statement.date else 0)
    row = flows.filter(pl.col("year") == year)
    columns = ("year", "value_usd", "flows")
    if not re.search(r"\$|usd|dollar", money.lower()):
        return not_testable("the record holds trade in US dollars, and the text another measure")
    if row.is_empty():
        return not_testable(
            f"its yearly trade of {_both(parties)} ends in {last_year(flows)}, and the statement "
            f"is about {year}; {ADD}",
            rows=record.rows("trade", flows.tail(3), columns),
        )
    found, said = float(row["value_usd"][0]), _amount(value)
    return Finding(
        status=_fits(statement, holds=abs(found - said) <= MARGIN * said),
        sentence=f"{parties.names} came to {found / 1e9:,.2f} billion US dollars in {year}; the "
        f"text says “{value[0].strip()}”.",
        method="At current prices; a tenth more or less counts as agreement, since the two sides "
        "report different figures.",
        rows=record.rows("trade", row, columns),
    )  # fmt: skip


def _amount(value: re.Match[str]) -> float:
    return float(value["n"].replace(",", "")) * UNITS[value["unit"]]


def _fits(statement: Statement, *, holds: bool) -> str:
    return SUPPORTED if holds != statement.negative else CONTRADICTED


def _both(parties: _Parties) -> str:
    return joined([_party(c) for c in parties.codes])


def _largest_partner(
    statement: Statement, record: Record, pair: Sequence[str], asked: re.Match[str]
) -> Finding:
    partner, owner = _who_of_whom(statement, pair)
    flow = _partner_flow(statement.words, asked["what"])
    frame, table = _partners(record, owner, flow)
    if frame.is_empty():
        return not_testable(f"the store has no trade of {name_of(owner)} with all partners; {ADD}")
    last = last_year(frame)
    years = years_in(statement.text, statement.date)
    wanted = years[0] if years else (statement.date.year if statement.date else None)
    year = min(wanted, last) if wanted else last
    rows = frame.filter(pl.col("year") == year).sort("value_usd", descending=True)
    evidence = record.rows(table, rows.head(6), ("state", "partner", "year", "value_usd"))
    listed = rows["partner"].to_list()
    rank = RANKS.get(asked["nth"] or "", 1)
    first = name_of(listed[rank - 1]) if len(listed) >= rank else "nobody"
    kind = {"both": "trading partner", "exports": "market for exports"}.get(
        flow, "source of imports"
    )
    nth = f"{asked['nth']} largest" if asked["nth"] else "largest"
    sentence = f"The {nth} {kind} of {name_of(owner)} in {year} was {first}"
    if not years and PAST.search(statement.words):
        return cannot_tell(f"it names no year; {sentence[0].lower()}{sentence[1:]}", rows=evidence)
    if wanted is None or wanted - last > FRESH:
        return not_testable(
            f"its trade of {name_of(owner)} with all partners ends in {last}, when the {nth} "
            f"{kind} was {first}; {ADD}",
            rows=evidence,
        )  # fmt: skip
    place = f"; {name_of(partner)} was number {listed.index(partner) + 1}" if (
        partner in listed and listed[rank - 1] != partner) else ""  # fmt: skip
    if (first == name_of(partner)) == statement.negative and wanted - year > STALE:
        return cannot_tell(f"it ends in {last}; {sentence[0].lower()}{sentence[1:]}", rows=evidence)
    old = f" That is the last year of the record; the text is of {wanted}." if wanted > year else ""
    return Finding(
        status=_fits(statement, holds=first == name_of(partner)),
        sentence=f"{sentence}{place}.{old}",
        method=f"Trade of {name_of(owner)} with every partner in {year}, in US dollars.",
        rows=evidence,
    )  # fmt: skip


def _of_share(
    statement: Statement, record: Record, pair: Sequence[str], share: Amount, what: str
) -> Finding:
    """Check "China accounts for a third of Russian imports"."""
    partner, owner = _who_of_whom(statement, pair)
    frame, table = _partners(record, owner, {"trade": "both"}.get(what, what))
    if frame.is_empty():
        return not_testable(f"the store has no {what} of {name_of(owner)} with all partners; {ADD}")
    last = last_year(frame)
    years = years_in(statement.text, statement.date)
    wanted = years[0] if years else (statement.date.year if statement.date else None)
    year = min(wanted, last) if wanted else last
    all_of = frame.filter(pl.col("year") == year)
    own = all_of.filter(pl.col("partner") == partner)
    part = float(own["value_usd"].sum()) / float(all_of["value_usd"].sum())
    told = f"{name_of(partner)} had {part:.0%} of the {what} of {name_of(owner)} in {year}"
    rows = record.rows(
        table, all_of.sort("value_usd", descending=True).head(6),
        ("state", "partner", "year", "value_usd"),
    )  # fmt: skip
    if wanted is None or wanted - last > FRESH or (years and wanted > last):
        return not_testable(
            f"its {what} of {name_of(owner)} end in {last}: {told}; {ADD}", rows=rows
        )
    holds = share.fits(round(100 * part), margin=SHARE_MARGIN)
    if holds == statement.negative and wanted - year > STALE:
        return cannot_tell(f"it ends in {last}, when {told}", rows=rows)
    old = f" That is the last year of the record; the text is of {wanted}." if wanted > year else ""
    return Finding(
        status=_fits(statement, holds=share.fits(round(100 * part), margin=SHARE_MARGIN)),
        sentence=f"{told}; the text says “{share.words}”.{old}", rows=rows,
        method=f"Share in US dollars; {SHARE_MARGIN} percentage points count as agreement.",
    )  # fmt: skip


def _who_of_whom(statement: Statement, pair: Sequence[str]) -> tuple[str, str]:
    """Partner and the state it is the partner of: "China is Russia's", "partner of Russia"."""
    for entity in statement.entities:
        code = str(entity["code"] or "")
        after = statement.article[entity["end"] : entity["end"] + 2]
        own = after.translate({0x2019: "'"}).startswith("'") or entity["type"] == "DEMONYM"
        before = statement.article[max(0, entity["start"] - 20) : entity["start"]].rstrip().lower()
        if code in pair and (own or before.endswith("partner of")):
            return next(c for c in pair if c != code), code
    return pair[0], pair[1]


def _partner_flow(words: str, what: str) -> str:
    if re.search(r"export market|export destination|customer|in exports", f"{what} {words}"):
        return "exports"
    if re.search(r"source of imports|supplier|in imports", f"{what} {words}"):
        return "imports"
    return "both"


def _partners(record: Record, owner: str, flow: str) -> tuple[pl.DataFrame, str]:
    """Trade of one state with each partner by year: the fresher table that holds all of them."""
    if record.has("trade"):
        parts = record.frame("trade").filter(
            (pl.col("product") == "TOTAL")
            & ((pl.col("source_state") == owner) | (pl.col("target_state") == owner))
        )
        if flow != "both":
            side = "source_state" if flow == "exports" else "target_state"
            parts = parts.filter(pl.col(side) == owner)
        other = (
            pl.when(pl.col("source_state") == owner).then("target_state").otherwise("source_state")
        )
        once = parts.sort("reported_by", descending=True).unique(
            ["year", "source_state", "target_state"], keep="first", maintain_order=True
        )
        yearly = (
            once.with_columns(partner=other, state=pl.lit(owner))
            .group_by("state", "partner", "year").agg(pl.col("value_usd").sum())
        )  # fmt: skip
        whole = yearly.filter(pl.len().over("year") >= WHOLE)
        if not whole.is_empty():
            return whole, "trade"
    if flow != "both" or not record.has("trade_dyads"):
        return pl.DataFrame(), "trade"
    own = (pl.col("state_a") == owner) | (pl.col("state_b") == owner)
    second = pl.when(pl.col("state_a") == owner).then("state_b").otherwise("state_a")
    dyads = record.frame("trade_dyads").filter(own)
    return dyads.select(
        pl.lit(owner).alias("state"), second.alias("partner"), "year",
        pl.col("trade_usd").alias("value_usd"),
    ), "trade_dyads"  # fmt: skip
