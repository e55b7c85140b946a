"""From an article to checks: read, sort the claims, ask the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - the parameter of audit() is called date
from pathlib import Path
from typing import Any

from multipolar.auditing.arms import check_arms, is_about_arms
from multipolar.auditing.asides import told_apart
from multipolar.auditing.attendance import check_attendance
from multipolar.auditing.check import (
    CONTRADICTED,
    DEPENDS,
    SUPPORTED,
    Check,
    Finding,
    in_prose,
    not_testable,
)
from multipolar.auditing.exercises import check_exercise
from multipolar.auditing.gatherings import NOTHING, SpokenOf, contrasted
from multipolar.auditing.holders import denied_next, said_by
from multipolar.auditing.many_votes import check_every, check_parts, is_about_every, parts_of
from multipolar.auditing.membership import check_membership
from multipolar.auditing.record import Record
from multipolar.auditing.resolutions import (
    SPOKEN_OF,
    Resolution,
    find_resolution,
    resolution_named,
)
from multipolar.auditing.result import Audit, ReadFrom
from multipolar.auditing.sanctions import check_sanctions
from multipolar.auditing.statement import Statement, statements_of, unstated
from multipolar.auditing.streams import check_capability, check_untestable
from multipolar.auditing.studies import (
    WORLD,
    Studies,
    check_alignment,
    check_isolation,
    check_leakage,
    check_share,
    check_world_sanctioned,
)
from multipolar.auditing.trade import check_trade
from multipolar.auditing.unread import not_answered, not_understood
from multipolar.auditing.voting import check_votes, not_held, not_of_assembly
from multipolar.auditing.worded import LEAKAGE
from multipolar.claims.assess import SEED
from multipolar.reader import Reading, read
from multipolar.store import Store

# Types the reading gives to statements about deliveries of arms.
OF_ARMS = ("TRADE", "CAPABILITY", "AID_INVESTMENT", "MIL_PRODUCTION")
TABLE_CHECKS: dict[str, Callable[[Statement, Record], Finding]] = {
    "MEMBERSHIP": check_membership,
    "MIL_EXERCISE": check_exercise,
    "TRADE": check_trade,
    "CAPABILITY": check_capability,
}


def audit(
    text: str,
    *,
    date: Date | str | None = None,
    store: Store | None = None,
    lexicon: str | Path | None = None,
    seed: int = SEED,
) -> Audit:
    """Check the claims of an article against the record.

    Parameters
    ----------
    text : str
        English text; files, pages and mails go through :func:`multipolar.reader.read_article` and
        :func:`audit_article`.
    date : date or ISO string, optional
        Day of publication. Without it leaders are not resolved in time, and days without a year
        ("on 9 May") are not understood.
    store : Store, optional
        The evidence; the user's store, or the starter record alone, without it.
    lexicon : path, optional
        TOML file with names of the user's own, for the reader.
    seed : int
        Seed of the intervals, where a multiverse is run.

    Returns
    -------
    Audit
        ``.checks`` has one entry per claim, in the order of the text; ``.report(path)`` writes the
        page.

    Raises
    ------
    BadOption
        ``text`` is empty or no text, or ``date`` is no date.

    Notes
    -----
    A check is about the record in the store, up to its last date. What an article attributes stays
    the claim of its source, and rumour stays rumour, whatever the record says of the words.

    Examples
    --------
    >>> found = audit("Finland joined NATO in 2023.", date="2023-08-21")
    >>> [(c.type, c.status) for c in found.checks]
    [('MEMBERSHIP', 'supported')]
    """
    return Auditor(store, seed=seed).audit(text, date=date, lexicon=lexicon)


def audit_article(
    article: Any, *, date: Date | str | None = None, store: Store | None = None
) -> Audit:
    """Check the claims of an article that :func:`multipolar.reader.read_article` has taken in.

    Its date is used unless another is given; title, publisher and address go into the report.
    """
    return Auditor(store).audit_article(article, date=date)


class Auditor:
    """Audits articles one after another; tables are read and studies are run once for all of them.

    Parameters
    ----------
    store : Store, optional
        The evidence; the user's store without it.
    seed : int
        Seed of the intervals.
    progress : callable, optional
        ``progress(study id)`` when a multiverse starts.
    keep_verdicts : bool
        Keep verdicts in the folder ``verdicts`` of the store and take them from there: the next
        audit of the same claim on the same data does not compute it again.
    """

    def __init__(
        self, store: Store | None = None, *, seed: int = SEED,
        progress: Callable[[str], None] | None = None, keep_verdicts: bool = False,
    ) -> None:  # fmt: skip
        self.record = Record(store or Store.open())
        self.studies = Studies(self.record.store, seed, progress, keep_verdicts)

    def audit(
        self, text: str, *, date: Date | str | None = None, lexicon: str | Path | None = None
    ) -> Audit:
        """Audit a text; see :func:`multipolar.audit`."""
        reading = read(text, date=date, lexicon=lexicon, store=self.record.store)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return self._audited(reading, ReadFrom(sha256=digest))

    def audit_article(
        self, article: Any, *, date: Date | str | None = None, lexicon: str | Path | None = None
    ) -> Audit:
        """Audit an article with its title, publisher and address."""
        day = date or article.date
        reading = read(article.text, date=day, lexicon=lexicon, store=self.record.store)
        about = ReadFrom(
            sha256=article.sha256, title=article.title, author=article.author,
            publisher=article.publisher, url=article.url, notes=tuple(article.notes),
            boilerplate=tuple(article.boilerplate),
        )  # fmt: skip
        return self._audited(reading, about)

    def _audited(self, reading: Reading, about: ReadFrom) -> Audit:
        layers = reading.to_dict()
        statements = list(told_apart(statements_of(layers, reading.text, reading.date)))
        checks = tuple(self._checks(statements))
        used = {r.table for c in checks for r in c.rows}
        verdicts = {c.verdict: self.studies.verdicts[c.verdict] for c in checks if c.verdict}
        return Audit(
            article=about, text=reading.text, date=reading.date, reading=reading, layers=layers,
            checks=checks, verdicts=verdicts, record=tuple(self.record.provenance(used)),
            unread=tuple(not_understood(layers, reading.text, statements, about.title)),
        )  # fmt: skip

    def _checks(self, statements: Iterable[Statement]) -> Iterable[Check]:
        spoken = _SpokenOf()
        for number, statement in enumerate(statements, 1):
            finding = self._finding(statement, spoken)
            said, holder, rumour = said_by(statement)
            yield Check(
                id=f"ck{number}", claim=statement.id, type=statement.type, start=statement.start,
                end=statement.end, text=statement.text, said=said, holder=holder, rumour=rumour,
                author_stance=statement.author_stance, modality=statement.modality,
                polarity=statement.polarity, status=finding.status,
                sentence=in_prose(finding.sentence),
                method=finding.method, items=finding.items, rows=finding.rows,
                verdict=finding.verdict, unclear=_unclear(statement, finding),
            )  # fmt: skip

    def _finding(self, statement: Statement, spoken: _SpokenOf) -> Finding:
        if why := unstated(statement):
            return not_testable(why)
        if statement.type == "UN_VOTE":
            return self._votes(statement, spoken)
        if statement.type == "ATTENDANCE":
            finding = check_attendance(statement, self.record, spoken.gathering)
            if finding.gathering and not contrasted(statement):
                spoken.gathering = SpokenOf(finding.gathering, statement.end)
            return finding
        asked = {"ISOLATION": check_isolation, "ALIGNMENT": check_alignment}.get(statement.type)
        if asked is not None:
            return asked(statement, self.studies)
        if statement.type == "SANCTIONS_COMPLIANCE":
            return self._sanctions(statement)
        check = TABLE_CHECKS.get(statement.type, check_untestable)
        if statement.type in OF_ARMS and is_about_arms(statement):
            check = check_arms
        return check(statement, self.record)

    def _sanctions(self, statement: Statement) -> Finding:
        """Leakage and the whole world are studies; single states are looked up."""
        if LEAKAGE.search(statement.words):
            return check_leakage(statement, self.studies)
        named = [c for c in statement.subjects if c != "RUS"]
        if WORLD.search(statement.words) and not named:
            return check_world_sanctioned(statement, self.studies)
        return check_sanctions(statement, self.record)

    def _votes(self, statement: Statement, spoken: _SpokenOf) -> Finding:
        if not self.record.has("rollcalls", "votes", "landmarks"):
            return not_held()
        why = not_of_assembly(statement)
        return not_testable(why) if why else self._roll_call(statement, spoken)

    def _roll_call(self, statement: Statement, spoken: _SpokenOf) -> Finding:
        """Hold a statement against the roll call it is about, several, or all of a topic."""
        if parts := parts_of(statement, self.record):
            spoken.add(parts[-1][1])
            return check_parts(parts, self.record)
        if is_about_every(statement):
            topic = resolution_named(statement, self.record) or spoken.roll
            if topic is not None:
                return check_every(statement, self.record, topic)
        found = find_resolution(statement, self.record, spoken.roll)
        if isinstance(found, str):
            return not_testable(found)
        earlier = spoken.add(found)
        if WORLD.search(statement.words):
            return check_share(statement, self.studies, found)
        finding = check_votes(statement, self.record, found)
        if found.why == SPOKEN_OF and finding.status == CONTRADICTED:
            finding = self._unless_of_another(finding, statement, earlier)
        return finding

    def _unless_of_another(
        self, finding: Finding, statement: Statement, earlier: Sequence[Resolution]
    ) -> Finding:
        """A vote that names no roll call is not called wrong where one spoken of bears it out."""
        for roll in reversed(earlier):
            if check_votes(statement, self.record, roll).status == SUPPORTED:
                note = f"it names no roll call, and {roll.name}, spoken of earlier, bears it out"
                return replace(finding, status=DEPENDS, unclear=(*finding.unclear, note))
        return finding


@dataclass(slots=True)
class _SpokenOf:
    """Roll calls and the gathering an article has spoken of so far."""

    rolls: dict[str, Resolution] = field(default_factory=dict)
    gathering: SpokenOf = NOTHING

    @property
    def roll(self) -> Resolution | None:
        """The roll call spoken of last."""
        return next(reversed(self.rolls.values()), None)

    def add(self, roll: Resolution) -> tuple[Resolution, ...]:
        """Put a roll call last; the others spoken of."""
        self.rolls.pop(roll.symbol, None)
        others = tuple(self.rolls.values())
        self.rolls[roll.symbol] = roll
        return others


def _unclear(statement: Statement, finding: Finding) -> tuple[str, ...]:
    """What of a statement its check leaves open, said beside the finding."""
    notes = list(finding.unclear)
    if statement.beside:
        notes.append(f"“{statement.beside}” was not checked")
    if denied := denied_next(statement):
        notes.append(denied)
    notes += not_answered(statement, finding)
    if statement.attribution is not None and statement.attribution["kind"] == "denial":
        notes.append("the source denies this; the check is of what is denied")
    return tuple(notes)
