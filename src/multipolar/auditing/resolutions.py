"""Which roll call of the record a statement is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - as in the reader
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl

from multipolar.auditing.gatherings import ASIDE
from multipolar.auditing.record import Record
from multipolar.auditing.statement import Statement
from multipolar.auditing.wording import (
    NUMBER,
    Amount,
    amounts_before,
    days_in,
    months_in,
    number_from,
    small,
    years_in,
)

# Words of articles, and what they point to in symbols, topics or labels of the record.
POINTERS: Sequence[tuple[str, str, str, int]] = (
    # pattern in the article, column and pattern in the record, weight
    (r"human rights council", "symbol", r"ES-11/3$", 4),
    (r"annex|referend", "symbol", r"ES-11/4$", 4),
    (r"reparation|register of damage", "symbol", r"ES-11/5$", 5),
    (r"humanitarian consequences", "symbol", r"ES-11/2$", 5),
    (r"anniversary|one year on|just and lasting peace", "symbol", r"ES-11/6$", 4),
    (r"demand.{0,40}withdraw", "symbol", r"ES-11/1$", 3),
    (r"withdraw.{0,40}(troops|forces|ukraine)|troops.{0,20}withdraw", "symbol", r"ES-11/1$", 2),
    (r"condemn|deplor|invasion|aggression", "symbol", r"ES-11/1$", 2),
    (r"territorial integrity|crimea", "symbol", r"68/262$", 3),
    (r"crimea", "label", r"Crimea", 2),
    (r"ukrain|russia|moscow|kremlin|invasion", "topic", r"^ukraine$", 2),
    (r"gaza|ceasefire|truce|israel|palestin|jerusalem", "topic", r"^israel_palestine$", 2),
    (r"ceasefire|truce|gaza", "label", r"(?i)ceasefire|truce|gaza", 2),
    (r"observer state|palestinian state|two-state", "topic", r"^palestine_status$", 3),
    (r"cuba|embargo", "topic", r"^cuba_embargo$", 4),
    (r"nazi", "topic", r"^nazism$", 4),
    (r"srebrenica", "topic", r"^srebrenica$", 5),
    (r"kosovo", "topic", r"^kosovo_independence$", 4),
    (r"chagos", "topic", r"^chagos$", 5),
    (r"syria", "topic", r"^syria$", 3),
    (r"\biran", "topic", r"^iran_human_rights$", 3),
    (r"myanmar|burma", "topic", r"^myanmar$", 4),
    (r"north korea|dprk", "topic", r"^north_korea_human_rights$", 3),
    (r"apartheid|south africa", "topic", r"^south_africa$", 3),
    (r"afghan", "topic", r"^afghanistan_", 3),
    (r"nuclear (weapon|ban)|prohibition of nuclear", "topic", r"^nuclear_", 3),
    (r"coercive measures", "topic", r"^unilateral_sanctions$", 4),
    (r"death penalty", "topic", r"^death_penalty$", 5),
    (r"georgia|abkhazia|south ossetia", "topic", r"^georgia_displaced$", 4),
)
SYMBOL = re.compile(r"\b(?:a/)?(?:res/)?(es-\d{1,2}/\d{1,2}|\d{2}/\d{1,3})\b(?!/)")
COUNCIL = re.compile(r"\bsecurity council\b|\bunsc\b")
VOTERS = "states|countries|nations|members|member states|votes|delegations|governments"
SIDES: Mapping[str, str] = {
    "yes": r"(vot\w+ (?:\w+ ){0,6}?(?:for|in favou?r|yes|to)|in favou?r|support\w*|back\w*|"
    r"approv\w+|condemn\w*|adopt\w*|demand\w*|deplor\w*|denounc\w*|endors\w*|"
    r"call(?:ed|s|ing) (?:for|on))",
    "no": r"(vot\w+ (?:\w+ ){0,4}?(?:against|no)|against|oppos\w+|reject\w+)",
    "abstain": r"(abstain\w*|abstention\w*)",
    "nonvoting": r"(did not (?:even )?(?:vote|press|cast)\b"
    r"(?! (?:for|against|in favou?r|with|yes|no)\b)|not voting|(?:was|were) absent|took no part|"
    r"did not (?:take part|participate) in the vote|stayed away from the vote|"
    r"could not vote)",
}  # fmt: skip
# Who rejects a resolution votes against it; who rejects an annexation votes for the text on it.
TURNED_DOWN = re.compile(
    r"\b(?:reject|oppos|repudiat)(?:ed|es|e|s|ing)\b"
    r"(?! (?:\w+ ){0,3}?(?:resolutions?|drafts?|texts?|motions?|it|them|amendments?|proposals?)\b)"
    r"(?= (?:the|its|russia|moscow|israel|this|any|all)\b)|"
    # Who votes against an embargo votes for the text that wants it lifted.
    r"\bvot(?:ed|es?|ing) against(?= (?:the |its |this |any |all |u\.?s\.? |american |russian |"
    r"israeli |illegal |economic )*(?:blockade|embargo|annexation|occupation|invasion|aggression|"
    r"war|apartheid)\b(?! (?:resolutions?|drafts?|texts?|motions?|votes?)\b))"
)
LARGE = 20  # a tally above it is rarely shared by two roll calls of one topic
LEAST = 4  # points below which nothing was named clearly enough
RECENT = re.compile(
    r"\b(yesterday|today|this week|last week|(on|last) (mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
SPOKEN = 1_500  # characters before a statement in which what it is about was told
RECENT_DAYS = 15
SPOKEN_OF = "the roll call spoken of before it"
SURE = 8  # points from which a statement names its own roll call, whatever was spoken of before


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One roll call, why it was taken, and the others that came near."""

    row: Mapping[str, Any]
    why: str
    others: tuple[str, ...] = ()
    points: int = 0

    @property
    def symbol(self) -> str:
        """UN symbol."""
        return str(self.row["symbol"])

    @property
    def name(self) -> str:
        """Symbol, label and day, as in "A/RES/ES-11/1 (Aggression against Ukraine, 2022-03-02)"."""
        return f"{self.symbol} ({self.row['label']}, {self.row['date']})"


@dataclass(slots=True)
class _Candidate:
    row: Mapping[str, Any]
    points: int = 0
    why: list[str] = field(default_factory=list)

    def add(self, points: int, why: str) -> None:
        self.points += points
        if why not in self.why:
            self.why.append(why)


@dataclass(frozen=True, slots=True)
class _Known:
    """Roll calls of the record, and their numbers by day, month, year, tally and resolution."""

    rows: Sequence[Mapping[str, Any]]
    by: Mapping[tuple[str, Any], Sequence[int]]

    @classmethod
    def of(cls, record: Record) -> _Known:
        """The roll calls of a record, gone through once."""
        rows = known_rollcalls(record).to_dicts()
        by: dict[tuple[str, Any], list[int]] = {}
        for number, row in enumerate(rows):
            day = row["date"]
            keys = [("day", day), ("month", (day.year, day.month)), ("year", day.year)]
            keys += [("resolution", tuple(row["symbol"].upper().split("/")[-2:]))]
            for key in (*keys, *((side, row[side]) for side in SIDES)):
                by.setdefault(key, []).append(number)
        return cls(rows, by)

    def pointed(self, column: str, pattern: str) -> list[int]:
        """Rows whose symbol, label or topic a pattern finds."""
        asked = re.compile(pattern)
        return [n for n, row in enumerate(self.rows) if asked.search(str(row[column]))]


def find_resolution(
    statement: Statement, record: Record, previous: Resolution | None = None
) -> Resolution | str:
    """Roll call a statement is about, or the reason why none could be told.

    A symbol decides; then the day, the tally and the topic count together. A statement that names
    none of these is about the roll call spoken of before it.
    """
    if COUNCIL.search(statement.words) and not re.search(r"assembly", statement.words):
        return "it is about the Security Council, and the record holds the General Assembly's votes"
    candidates = _scored(statement, _topic_words(statement), record)
    older = [y for y in years_in(statement.text, statement.date) if y < _year_of(statement)]
    if RECENT.search(statement.sentence.lower()) and statement.date is not None and not older:
        first = statement.date - timedelta(days=RECENT_DAYS)
        candidates = [c for c in candidates if c.row["date"] >= first]
        if previous is not None and previous.row["date"] < first:
            previous = None
        if not candidates and previous is None:
            return f"it is about a recent vote, and the record has none of those {RECENT_DAYS} days"
    best = candidates[0] if candidates else None
    if previous is not None and best is not None and best.points < SURE:
        # A topic alone does not change the subject: the roll call under discussion goes on.
        held = [c for c in candidates if c.row["rollcall"] == previous.row["rollcall"]]
        best = held[0] if held and held[0].points >= best.points - 2 else best
        if best.row["rollcall"] == previous.row["rollcall"]:
            return replace(previous, why=SPOKEN_OF, others=(), points=0)
    if best is None or best.points < LEAST:
        if previous is not None:
            return replace(previous, why=SPOKEN_OF, others=(), points=0)
        wider = _scored(statement, statement.before[-SPOKEN:], record)
        best = wider[0] if wider and wider[0].points >= LEAST else None
        candidates = wider
        if best is None:
            return "its words name no roll call of the record by symbol, day, tally or topic"
    return _chosen(best, candidates)


def _chosen(best: _Candidate, candidates: Sequence[_Candidate]) -> Resolution:
    near = [c for c in candidates[1:4] if c.points >= best.points - 1]
    others = tuple(f"{c.row['symbol']} ({c.row['label']})" for c in near)
    return Resolution(row=best.row, why=", ".join(best.why), others=others, points=best.points)


def resolution_named(statement: Statement, record: Record) -> Resolution | None:
    """Roll call that the words of a statement point to most, however weakly."""
    candidates = _scored(statement, _topic_words(statement), record)
    return _chosen(candidates[0], candidates) if candidates else None


def is_sure(roll: Resolution) -> bool:
    """Tell whether the words alone name the roll call, whatever was spoken of before."""
    return roll.points >= SURE


def narrower(words: str) -> str:
    """Words that single out some roll calls of a topic; empty where there are none."""
    hits = (re.search(asked, words) for asked, column, _, _ in POINTERS if column != "topic")
    return next((hit[0] for hit in hits if hit), "")


def _topic_words(statement: Statement) -> str:
    """The sentence without the states that are said to have voted: who voted is no topic."""
    near = max(0, statement.start - len(statement.sentence))
    offset = statement.article.find(statement.sentence, near)
    voters = {c for e in statement.events if e["type"] == "VOTE" for c in e["actors"]}
    listed = statement.text.find(":")
    among = statement.words.startswith("among ")  # "Among those who voted against were ..."
    words = list(statement.sentence)
    for entity in statement.entities:
        in_list = 0 <= listed < entity["start"] - statement.start
        if entity["code"] in voters or in_list or among:
            for at in range(entity["start"] - offset, min(entity["end"] - offset, len(words))):
                words[at] = " "
    plain = ASIDE.sub(lambda m: " " * len(m[0]), "".join(words))
    return LISTED_VOTERS.sub(lambda m: " " * len(m[0]), plain)


# "Cuba, Bolivia and El Salvador abstained": who voted is no topic, in whichever clause it stands.
LISTED_VOTERS = re.compile(
    r"(?:\b[A-Z][\w'\u2019-]*,?\s(?:and\s)?){1,40}"
    r"(?=(?:(?:all|both|each|had|have|has|also)\s)?(?:abstain|vot(?:ed|es)\b|oppos|support|"
    r"backed|could not vote|"
    r"did not vote))"
)


def _scored(statement: Statement, text: str, record: Record) -> list[_Candidate]:
    """Roll calls not after the article that the words point to, the likeliest first."""
    known = record.once("known", lambda: _Known.of(record))
    last = statement.date + timedelta(days=1) if statement.date else Date.max
    found: dict[int, _Candidate] = {}
    for (kind, key), points, why in _asked(statement, small(text)):
        pointed = known.by.get((kind, key), ())
        if kind in POINTED:
            pointed = record.once((kind, key), partial(known.pointed, kind, key))
        for number in pointed:
            row = known.rows[number]
            if row["date"] <= last:
                reason = why or f"the symbol {row['symbol']}"
                found.setdefault(number, _Candidate(row)).add(points, reason)
    return sorted(
        found.values(),
        key=lambda c: (-c.points, -c.row["date"].toordinal(), c.row["symbol"]),
    )


POINTED = ("symbol", "label", "topic")


def _asked(statement: Statement, words: str) -> Iterator[tuple[tuple[str, Any], int, str]]:
    """What the words point to: a key of the roll calls, its points and the reason to give."""
    for symbol in dict.fromkeys(m[1].upper() for m in SYMBOL.finditer(words)):
        yield ("resolution", tuple(symbol.split("/"))), 100, ""
    # Of two clauses with a time each, one is not about the vote the other counts.
    rest = statement.sentence.replace(statement.text, " ")
    apart = _has_time(statement.text, statement.date) and _has_time(rest, statement.date)
    told = ASIDE.sub(" ", statement.words) if apart else words
    yield from _times_asked(told, statement.date)
    for side, amount in tallies_in(told):
        if amount.bound == "exact" and amount.value:
            points = 6 if amount.value > LARGE else 2
            yield (side, amount.value), points, f"the tally of {amount.value}"
        for near in (-2, -1, 1, 2) if amount.bound == "exact" and amount.value > LARGE else ():
            yield (side, amount.value + near), 3, f"a tally near {amount.value}"
    for asked, column, pattern, weight in POINTERS:
        if hit := re.search(asked, words):
            yield (column, pattern), weight, f"the words “{hit[0]}”"


def _times_asked(told: str, on: Date | None) -> Iterator[tuple[tuple[str, Any], int, str]]:
    """Days, months and years in the words, as keys of the roll calls."""
    for day, precision in days_in(told, on):
        if precision == "day":
            yield ("day", day), 6, f"the date {day}"
        else:
            yield ("month", (day.year, day.month)), 3, f"the month {day:%Y-%m}"
    for day in months_in(told, on):
        yield ("month", (day.year, day.month)), 3, f"the month {day:%Y-%m}"
    for year in dict.fromkeys(years_in(told, on)):
        yield ("year", year), 2, f"the year {year}"


def _year_of(statement: Statement) -> int:
    return statement.date.year if statement.date else 0


def speaks_of_several(statement: Statement) -> bool:
    """Tell whether a statement names more than one time at which a vote was held."""
    times = {(d.year, d.month) for d, _ in days_in(statement.text, statement.date)}
    return len(times) + bool(RECENT.search(statement.words)) > 1


def _has_time(words: str, on: Date | None) -> bool:
    return bool(days_in(words, on) or years_in(words, on))


def known_rollcalls(record: Record) -> pl.DataFrame:
    """Roll calls with the labels of the landmarks; the title stands where there is none."""
    return record.once("known_rollcalls", lambda: _labelled(record))


def _labelled(record: Record) -> pl.DataFrame:
    rolls = record.frame("rollcalls")
    marks = record.frame("landmarks").select(
        "symbol", "label", "about", pl.col("topic").alias("mark")
    )
    marks = marks.unique("symbol", keep="first", maintain_order=True)
    return rolls.join(marks, on="symbol", how="left", maintain_order="left").with_columns(
        label=pl.coalesce("label", pl.col("title").str.slice(0, 80)),
        topic=pl.coalesce("mark", "topic"),
        about=pl.col("about").fill_null(""),
    )


BACK = re.compile(r"\b(?:all|both) (?:of )?(?:the )?(?:two|three|four|five|six)\b|\ball of them\b")
# "All 28 members of the European Union", "27 EU states": a number of a group is no tally.
OF_GROUP = re.compile(
    rf"\b{NUMBER}(?= (?:\w+ )?(?:members?|states|countries|nations) (?:of|in) (?!the (?:un\b|"
    r"united nations|general assembly|world)))|"
    rf"\b{NUMBER}(?= (?:eu|nato|african|arab|european|asian|brics|g7|g20|cis|baltic|nordic)\b)"
)
# "by 93 votes to 18".
SCORE = re.compile(rf"\bby (?P<yes>{NUMBER})(?: votes)? to (?P<no>{NUMBER})\b")


def sides_as_votes(words: str) -> str:
    """Words with "rejected the annexation" as the vote it was: for the text that rejects it.

    Examples
    --------
    >>> sides_as_votes("143 rejected the annexation and five rejected the resolution")
    '143 condemned the annexation and five rejected the resolution'
    """
    return TURNED_DOWN.sub("condemned", words)


def tallies_in(words: str) -> list[tuple[str, Amount]]:
    """Numbers of votes by side, e.g. "141 states voted for", "five against", "35 abstentions".

    Examples
    --------
    >>> [(s, a.value) for s, a in tallies_in("141 states voted for it, five against, 35 abstained")]
    [('yes', 141), ('no', 5), ('abstain', 35)]
    """
    # "All three voted for it" counts nobody: it refers back.
    words = OF_GROUP.sub("", BACK.sub("they", sides_as_votes(words)))
    found: list[tuple[str, Amount]] = []
    if score := SCORE.search(words):
        pairs = (("yes", score["yes"]), ("no", score["no"]))
        counts = [(side, n, number_from(n)) for side, n in pairs]
        found += [(s, Amount(c, "exact", f"{n} {s}")) for s, n, c in counts if c is not None]
    for side, pattern in SIDES.items():
        plain = amounts_before(words, pattern)
        voters = rf"(?:{VOTERS})\b.{{0,60}}?\b{pattern}"
        counted = amounts_before(words, voters)
        among = [
            Amount(int(m[1]), "exact", m[0])
            for m in re.finditer(
                rf"\bone of (?:the )?(\d{{2,3}})(?: (?:{VOTERS}))? (?:that|which|to) {pattern}",
                words,
            )
        ]
        for amount in (*plain, *counted, *among):
            if not any(s == side and a.value == amount.value for s, a in found):
                found.append((side, amount))
    return _nearest_side(found)


def _nearest_side(found: list[tuple[str, Amount]]) -> list[tuple[str, Amount]]:
    """One side for one number: the side whose words stand nearest to it."""
    best: dict[int, tuple[str, Amount]] = {}
    for side, amount in found:
        held = best.get(amount.value)
        if held is None or len(amount.words) < len(held[1].words):
            best[amount.value] = (side, amount)
    return list(best.values())
