"""Arms deliveries: whose share of whose imports, the largest supplier, the rank of exporters."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from multipolar.auditing.check import (
    CONTRADICTED,
    DEPENDS,
    SUPPORTED,
    Finding,
    Row,
    cannot_tell,
    not_testable,
)
from multipolar.auditing.record import Record, is_state, name_of
from multipolar.auditing.statement import Statement
from multipolar.auditing.streams import FRESH, ORDINALS, STALE, last_year
from multipolar.auditing.worded import ARMS, DEALT
from multipolar.auditing.wording import Amount, share_in, years_in

BUYING = re.compile(
    r"\b(buy|buys|bought|import\w*|purchas\w*|acquir\w*|procur\w*|depend\w*|relie[sd])\b"
)
SELLER_FIRST = re.compile(
    r"\b(suppl(?:ied|ies|y)|sold|sells|delivered|delivers|provid\w+|accounts? for)\b"
)
LARGEST = re.compile(
    r"(largest|biggest|main|top|leading|chief) (\w+ )?(supplier|source|provider|seller)"
)
EXPORTER = re.compile(
    rf"(?:(?P<nth>{'|'.join(ORDINALS)})[- ])?(?:largest|biggest|leading|top) "
    r"(?:arms|weapons) (?:exporter|seller|supplier)"
)
MONEY = re.compile(r"[$€]|dollar|euro|million|billion")
USED = re.compile(r"\b(used to|once|formerly|for decades|traditionally)\b")
WINDOW = 5  # years SIPRI itself compares, since deliveries of single years jump
MARGIN = 5  # percentage points by which a share may differ from the words
UNIT = "SIPRI's trend-indicator values, which count weapons, not prices"
ADD = "multipolar source add arms_sipri FILE adds later years"


@dataclass(frozen=True, slots=True)
class _Window:
    first: int
    last: int
    fresh: bool
    told: bool


def is_about_arms(statement: Statement) -> bool:
    """Tell whether a statement is about deliveries of arms."""
    return bool(ARMS.search(statement.words) and DEALT.search(statement.words))


def check_arms(statement: Statement, record: Record) -> Finding:
    """Check a share of arms imports, the largest supplier or a rank among exporters."""
    if not record.has("arms"):
        return not_testable(f"the store has no deliveries of arms; {ADD}")
    words = statement.words
    frame = record.frame("arms")
    window = _window(statement, frame)
    if window is None:
        return cannot_tell("the text has no date, and its words name no years of deliveries")
    seller, buyer = _sides(statement)
    buyer = buyer or (_group_buying(statement, record) if seller else "")
    exporter = EXPORTER.search(words)
    if exporter and not buyer:
        return _rank(statement, record, seller, exporter["nth"], window)
    if not seller or not buyer:
        return _alone(seller or buyer, window, frame)
    share = share_in(words)
    if share is None and not LARGEST.search(words):
        why = f"the record counts arms in {UNIT}" if MONEY.search(words) else (
            "of arms the record holds shares of deliveries, and the statement asks for something "
            "else"
        )  # fmt: skip
        return not_testable(why, rows=_rows(record, buyer, window))
    return _of_share(statement, record, (seller, buyer), window, share)


def _window(statement: Statement, frame: pl.DataFrame) -> _Window | None:
    last = last_year(frame)
    years = years_in(statement.text, statement.date)
    if len(set(years)) > 1:
        return _Window(min(years), max(years), max(years) <= last, told=True)
    if years:
        return _Window(years[0], years[0], years[0] <= last, told=True)
    if statement.date is None:
        return None
    # An article is not held against deliveries of later years.
    end = min(last, statement.date.year)
    first = max(end - WINDOW + 1, min(frame["year"].to_list(), default=end))
    fresh = first <= end and statement.date.year - last <= FRESH
    return _Window(first, end, fresh, told=False)


def _sides(statement: Statement) -> tuple[str, str]:
    """Seller and buyer: "India buys from Russia", "Russia supplied Armenia's imports"."""
    codes = [str(e["code"]) for e in statement.entities if e["code"] and is_state(str(e["code"]))]
    named = list(dict.fromkeys((*(c for c in statement.subjects if is_state(c)), *codes)))
    if len(named) < 2:
        only = named[0] if named else ""
        buys = BUYING.search(statement.words) and not re.search(r"\bexport", statement.words)
        return ("", only) if buys else (only, "")
    first, second = named[0], named[1]
    if SELLER_FIRST.search(statement.words) or LARGEST.search(statement.words):
        return first, second
    return (second, first) if BUYING.search(statement.words) else (first, second)


def _group_buying(statement: Statement, record: Record) -> str:
    """Group whose imports together are meant: "the largest supplier of arms to Africa"."""
    groups = (str(e["code"]) for e in statement.entities if e["type"] in ("BLOC", "BLOC_ADJ"))
    return next((c for c in groups if len(record.members(c, statement.date)) > 1), "")


def _alone(code: str, window: _Window, frame: pl.DataFrame) -> Finding:
    if not code:
        return not_testable("it names no state whose arms deliveries could be looked up")
    if not window.fresh:
        return not_testable(
            f"its deliveries of arms cover {_span(frame)}, and the statement is about other "
            f"years; {ADD}"
        )
    return not_testable(
        "of arms the record holds who delivered to whom, and the statement asks for something else"
    )


def _imports(record: Record, buyer: str, window: _Window) -> pl.DataFrame:
    buying = list(record.members(buyer, None))
    found = record.frame("arms").filter(
        pl.col("target_state").is_in(buying) & pl.col("year").is_between(window.first, window.last)
    )
    sums = found.group_by("source_state").agg(pl.col("tiv").sum())
    return sums.with_columns(
        target_state=pl.lit(buyer),
        share=pl.col("tiv") / pl.col("tiv").sum(),
        years=pl.lit(f"{window.first}-{window.last}"),
    ).sort("tiv", "source_state", descending=[True, False])


def _rows(record: Record, buyer: str, window: _Window) -> tuple[Row, ...]:
    frame = _imports(record, buyer, window).head(6)
    return record.rows("arms", frame, ("source_state", "target_state", "years", "tiv", "share"))


def _of_share(
    statement: Statement, record: Record, sides: tuple[str, str], window: _Window,
    share: Amount | None,
) -> Finding:  # fmt: skip
    seller, buyer = sides
    last = last_year(record.frame("arms"))
    shown = window if window.fresh else _Window(last - WINDOW + 1, last, fresh=False, told=False)
    held = _span(record.frame("arms"))
    imports = _imports(record, buyer, shown)
    rows = _rows(record, buyer, shown)
    if imports.is_empty():
        return cannot_tell(f"it has no deliveries of arms to {name_of(buyer)} in those years")
    own = imports.filter(pl.col("source_state") == seller)
    percent = round(100 * float(own["share"][0])) if own.height else 0
    names = f"the arms {name_of(buyer)} imported from {shown.first} to {shown.last}"
    told = f"{name_of(seller)} delivered {percent} % of {names}"
    if not window.fresh:
        return not_testable(f"its deliveries of arms cover {held}: {told}; {ADD}", rows=rows)
    if USED.search(statement.words):
        return cannot_tell(f"the words name no years; {told}", rows=rows)
    first = str(imports["source_state"][0])
    holds = share.fits(percent, margin=MARGIN) if share else first == seller
    if not share and first != seller:
        told += f", and {name_of(first)} {100 * float(imports['share'][0]):.0f} %"
    status = SUPPORTED if holds != statement.negative else CONTRADICTED
    if share and share.words == "most" and not holds and first == seller:
        status = DEPENDS
        told += ": more than from anybody else, and less than half"
    if status == CONTRADICTED and not window.told and _is_stale(statement, last):
        return cannot_tell(f"its deliveries of arms end in {last}: {told}", rows=rows)
    old = "" if window.told else f" The text names no years; the record covers {held}."
    return Finding(
        status=status, sentence=f"{told}.{old}", rows=rows,
        method=f"Shares of deliveries in {UNIT}; {WINDOW} years together unless the text names "
        f"others, and {MARGIN} percentage points count as agreement.",
    )  # fmt: skip


def _span(frame: pl.DataFrame) -> str:
    """First and last year of the deliveries held."""
    return f"{min(frame['year'].to_list(), default=0)} to {last_year(frame)}"


def _is_stale(statement: Statement, last: int) -> bool:
    return statement.date is not None and statement.date.year - last > STALE


def _rank(
    statement: Statement, record: Record, seller: str, nth: str | None, window: _Window
) -> Finding:
    if not seller:
        return cannot_tell("it names no exporter of arms")
    frame = record.frame("arms")
    if not window.fresh:
        return _alone(seller, window, frame)
    sums = (
        frame.filter(pl.col("year").is_between(window.first, window.last))
        .group_by("source_state").agg(pl.col("tiv").sum())
        .sort("tiv", "source_state", descending=[True, False]).with_row_index("rank", offset=1)
    )  # fmt: skip
    own = sums.filter(pl.col("source_state") == seller)
    found = int(own["rank"][0]) if own.height else 0
    rank = ORDINALS.index(nth) + 1 if nth else 1
    shown = pl.concat([sums.head(max(5, rank)), own]).unique("rank", maintain_order=True)
    return Finding(
        status=SUPPORTED if (found == rank) != statement.negative else CONTRADICTED,
        sentence=f"{name_of(seller)} was number {found} among exporters of arms from "
        f"{window.first} to {window.last}; the text says number {rank}.",
        method=f"Ranked by deliveries in {UNIT}.",
        rows=record.rows("arms", shown, ("rank", "source_state", "tiv")),
    )  # fmt: skip
