"""Statements that a multiverse answers: isolation, alignment, shares of the world."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812 - as in the reader
from functools import cache
from typing import Any

from multipolar.auditing.check import (
    DEPENDS,
    FROM_VERDICT,
    OPPOSITE,
    SUPPORTED,
    Finding,
    Row,
    cannot_tell,
    not_testable,
)
from multipolar.auditing.record import is_state, name_of
from multipolar.auditing.resolutions import Resolution, sides_as_votes
from multipolar.auditing.statement import Statement
from multipolar.auditing.verdicts import HeldVerdict, verdict_on
from multipolar.auditing.worded import ARMS
from multipolar.auditing.wording import INVASION, since_in
from multipolar.claims.library import find_claim, list_claims
from multipolar.core.errors import MultipolarError
from multipolar.core.study import ClaimStudy
from multipolar.store import Store

ISOLATION = re.compile(
    r"isolat\w+|pariah|outcast|ostraci\w+|no friends|friendless|cut off from|shunned|"
    r"alone in the world"
)
# Denials that name no "not": "belongs to no club of outcasts", "anything but isolated".
NOT_ISOLATED = re.compile(
    rf"\b(no|anything but|far from( being)?|hardly|scarcely|myth of|nor) (?:\w+ ){{0,3}}?"
    rf"({ISOLATION.pattern})"
)
ALONE = re.compile(r"\b(?:alone|lonely|on its own|by itself)\b")
POLES = {"RUS": "RUS", "CHN": "CHN", "WEST": "west", "EU": "west", "NATO": "west", "USA": "USA"}
POLE_WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(the )?west(ern\w*)?\b|europe\w*|washington|brussels|nato", "west"),
    (r"russia\w*|moscow|kremlin|putin", "RUS"),
    (r"chin(a|ese)|beijing", "CHN"),
)
BALANCED = re.compile(
    r"multi-?vector|between (east and west|russia and|moscow and|the west and)|"
    r"(on|between) two chairs|"
    r"balanc(e|es|ed|ing) (\w+ ){0,4}?(between|against|both)|balancing act|choose between|"
    r"equidistan\w+"
)
MOVING = re.compile(
    r"drift\w*|pivot\w*|turn(s|ed|ing)? (to|away|its back)|mov(e|es|ed|ing) (away|closer|towards?)|"
    r"distanc\w+|leav\w+ .{0,20}orbit|break\w* with"
)
AWAY = re.compile(r"away from|out of|distanc\w+ (itself|themselves)|leav\w+|break\w* with|back on")
TIED = re.compile(
    r"\b(all(y|ies|ied)|align\w*|sid(e|es|ed|ing) with|loyal\w*|support\w*|back(s|ed|ing)|"
    r"votes? with|on the side of|close to|pro-\w+)\b"
)
# Words for being ruled by another: how states vote does not measure it.
SUBJECTION = re.compile(
    r"\b(puppets?|vassals?|satellites?|satraps?|lackeys?|pawns?|colon(y|ies)|client states?|orbit|"
    r"depend\w*|subservien\w+|protectorates?|appendages?)\b"
)
RECOGNISED = re.compile(r"\brecogni[sz]\w*")
NOT_TIED = re.compile(r"\b(disloyal|non-?aligned|neutral\w*|unfriendly|anti-\w+)\b")
SOURCES_OF = {
    "west": "west", "europe": "west", "russia": "RUS", "moscow": "RUS", "china": "CHN",
    "beijing": "CHN",
}  # fmt: skip
LEVEL_YEARS = 3  # years a statement without a date of its own is held against


@dataclass(slots=True)
class Studies:
    """Runs studies, each once, and keeps their verdicts."""

    store: Store
    seed: int
    progress: Callable[[str], None] | None = None
    keep: bool = False
    verdicts: dict[str, HeldVerdict] = field(default_factory=dict)

    def verdict(self, study: ClaimStudy) -> HeldVerdict:
        """Verdict on a study, computed or taken from the store's folder at its first use."""
        if study.id not in self.verdicts:
            if self.progress:
                self.progress(study.id)
            self.verdicts[study.id] = verdict_on(study, self.store, seed=self.seed, keep=self.keep)
        return self.verdicts[study.id]

    def finding(self, study: ClaimStudy, statement: Statement, why: str) -> Finding:
        """Verdict of a study as the finding on a statement, or on its denial."""
        try:
            verdict = self.verdict(study)
        except MultipolarError as error:
            return cannot_tell(error.message.removeprefix(f"{study.id}: "))
        status = FROM_VERDICT[verdict.word]
        denied = statement.negative
        if denied:
            status = OPPOSITE.get(status, status)
        return Finding(
            status=status, sentence=_answer(study, verdict, denied=denied), method=why,
            verdict=study.id, rows=_rows(verdict),
        )  # fmt: skip


def _answer(study: ClaimStudy, verdict: HeldVerdict, *, denied: bool) -> str:
    """Word and share of the verdict in one sentence; its page has the rest."""
    words = f"To “{study.text.rstrip('.')}” the record answers “{verdict.word}”"
    found = verdict.data
    if not verdict.is_measured:
        return f"{words}: {found['reason']}."
    shares = found["shares"]
    share = shares["supports"] / (1 - shares["not_computable"] or 1)
    words += f": {share:.0%} of {found['n_specifications']:,} ways of measuring it support it"
    if len(found["panels"]) > 1:
        words += f", over {len(found['panels'])} questions that count once each"
    return words + (". The text denies it." if denied else ".")


def _rows(verdict: HeldVerdict) -> tuple[Row, ...]:
    """Tables the verdict rests on; its specifications are behind its link."""
    return tuple(
        Row(
            table=str(s["table"]),
            values={"rows": s["rows"], "ends": s["record_ends"], "vintage": s["vintage"]},
            source=str(s["citation"] or s["source"]),
        )
        for s in verdict.data["sources"]
    )


@cache
def _studies() -> tuple[ClaimStudy, ...]:
    """The shipped studies, read once."""
    return tuple(find_claim(name) for name in list_claims())


def shipped(wanted: Mapping[str, Any], on: Date | None) -> ClaimStudy | None:
    """Shipped study that asks the same question, where there is one and the text is not older."""
    for study in _studies():
        same = all(getattr(study, k) == v for k, v in wanted.items())
        if same and (on is None or study.since is None or study.since <= on):
            return study
    return None


def check_isolation(statement: Statement, studies: Studies) -> Finding:
    """Put "X is isolated" to the multiverse."""
    if not statement.negative and NOT_ISOLATED.search(statement.words):
        statement = replace(statement, polarity="neg")
    if not ISOLATION.search(statement.words) and ALONE.search(statement.words):
        return not_testable("“alone” is said of one matter in it, not of where a state stands")
    subject = _isolated_state(statement)
    if not subject:
        return not_testable("it names no single state as isolated")
    parade = (
        bool(re.search(r"\bparade|victory day|guests?\b", statement.words)) and subject == "RUS"
    )
    since = since_in(statement.sentence, statement.date)
    if parade and (study := shipped({"id": "parade-showed-isolation"}, statement.date)):
        return studies.finding(study, statement, "The shipped study of the parade's guests.")
    if study := _shipped_plain(subject, since, statement.date):
        return studies.finding(study, statement, _window_words(study, "the shipped study"))
    return _fresh(statement, studies, since, subject=subject, predicate="isolated",
                  text=f"{name_of(subject)} is isolated.")  # fmt: skip


def _shipped_plain(subject: str, since: Date | None, on: Date | None) -> ClaimStudy | None:
    """Shipped isolation study of a state that is not about a single event."""
    for study in _studies():
        asked = (study.subject, study.predicate) == (subject, "isolated")
        whole = "stream" not in study.choices and since in (None, study.since)
        if asked and whole and (on is None or study.since is None or study.since <= on):
            return study
    return None


def _isolated_state(statement: Statement) -> str:
    """State that is said to be isolated: what "isolate" governs, else the name before the word."""
    match = ISOLATION.search(statement.words)
    named = [e for e in statement.entities if e["code"] and is_state(str(e["code"]))]
    if match is None or not named:
        states = [c for c in (*statement.subjects, *statement.objects) if is_state(c)]
        return states[0] if states else ""
    at = statement.start + statement.text.lower().find(match[0])
    after = [e for e in named if 0 < e["start"] - at < len(match[0]) + 20]
    before = [e for e in named if e["start"] < at]
    governed = r"isolat(e|es|ing|ion of)\b|isolated (russia|china|iran)"
    if after and re.match(governed, statement.words[match.start() :]):
        return str(after[0]["code"])
    owner = before[-1] if before else named[0]
    return str(owner["code"])


def check_alignment(statement: Statement, studies: Studies) -> Finding:
    """Put "X sides with", "X drifts towards" or "X is multi-vector" to the multiverse."""
    subject = next((c for c in statement.subjects if is_state(c)), "")
    if reason := _beyond_votes(statement, subject):
        return not_testable(reason)
    since = since_in(statement.sentence, statement.date)
    words = statement.words
    if BALANCED.search(words):
        wanted = {"subject": subject, "predicate": "multivector"}
        text = f"{name_of(subject)} balances between the West and Russia."
        return _ask(statement, studies, since, wanted, {"pole": "west", "than": "RUS"}, text)
    poles = [p for p in _poles(statement) if p != subject]
    if not poles:
        return not_testable(
            "alignment is measured with the West, Russia, China or the United States, and its "
            "words name none of them"
        )
    if MOVING.search(words) and subject not in ("RUS", "USA"):
        towards, other = _direction(words, poles)
        text = (
            f"{name_of(subject)} has moved from {_pole_name(other)} towards {_pole_name(towards)}."
        )
        wanted = {"subject": subject, "predicate": "closer_to", "pole": towards, "than": other}
        return _ask(statement, studies, since, wanted, {"form": "change"}, text)
    if not TIED.search(words) or NOT_TIED.search(words):
        return not_testable("the record has no measure of what its words say of the two sides")
    text = f"{name_of(subject)} votes with {_pole_name(poles[0])} at the United Nations."
    wanted = {"subject": subject, "predicate": "aligned_with", "pole": poles[0]}
    return _ask(statement, studies, since, wanted, {}, text)


def _beyond_votes(statement: Statement, subject: str) -> str:
    """Why how a state votes does not answer what the words say of it; empty where it does."""
    words = statement.words
    if RECOGNISED.search(words):
        return "it is about recognition, and the record has no table of it"
    if SUBJECTION.search(words):
        return (
            "its words say that one rules the other, and the record measures how they vote, meet "
            "and trade"
        )
    if ARMS.search(statement.sentence.lower()) and MOVING.search(words):
        return "its sentence is about arms, and alignment is measured by votes"
    return "" if subject else "alignment is measured state by state, and it names no single state"


def _poles(statement: Statement) -> list[str]:
    codes = [POLES[c] for c in (*statement.objects, *statement.subjects) if c in POLES]
    found = [pole for pattern, pole in POLE_WORDS if re.search(pattern, statement.words)]
    return list(dict.fromkeys([*codes, *found]))


def _direction(words: str, poles: list[str]) -> tuple[str, str]:
    """Pole moved to and pole moved from; the other one is the West or Russia where one is named."""
    first = poles[0]
    other = poles[1] if len(poles) > 1 else ("RUS" if first in ("west", "USA") else "west")
    if len(poles) > 1:
        # "from Russia towards the West", "towards the West, away from Russia"
        source = re.search(rf"(?:from|with) (?:the )?({'|'.join(SOURCES_OF)})", words)
        if source and SOURCES_OF[source[1]] in poles:
            gone = SOURCES_OF[source[1]]
            return next(p for p in poles if p != gone), gone
        return first, other
    return (other, first) if AWAY.search(words) else (first, other)


def _pole_name(pole: str) -> str:
    return "the West" if pole == "west" else name_of(pole)


def _ask(
    statement: Statement, studies: Studies, since: Date | None, wanted: Mapping[str, Any],
    extra: Mapping[str, Any], text: str,
) -> Finding:  # fmt: skip
    """Use the shipped study where it asks the same, else build one from the statement."""
    study = shipped(wanted, statement.date)
    if study is not None and since in (None, study.since):
        return studies.finding(study, statement, _window_words(study, "the shipped study"))
    keys = {**wanted, **extra}
    return _fresh(statement, studies, since, text=text, **keys)


def _fresh(
    statement: Statement, studies: Studies, since: Date | None, *, subject: str, predicate: str,
    text: str, **keys: Any,
) -> Finding:  # fmt: skip
    start, why = _window(statement, since)
    if start is None:
        return cannot_tell("the text has no date, and its words name no time the claim is about")
    form = keys.pop("form", "change" if since else "level")
    parts = [
        subject,
        predicate.replace("_", "-"),
        str(keys.get("pole", "")),
        str(keys.get("than", "")),
    ]
    until, end = _end(statement, start, studies)
    name = "-".join([p.lower() for p in parts if p] + [form, start.isoformat()])
    if until is not None:
        name += f"-{until.year}"
    study = ClaimStudy(
        id=name, text=text, said_by="an article", subject=subject, predicate=predicate, form=form,
        since=start, until=until, **keys,
    )  # fmt: skip
    return studies.finding(study, statement, f"A study built from the statement. {why} {end}")


def _end(statement: Statement, start: Date, studies: Studies) -> tuple[Date | None, str]:
    """Last day of the window: an old article is not held against what came years after it.

    Whole years, so that articles of one year share a verdict.
    """
    last = str(studies.store.provenance("vote_dyads").last or "")[:4]
    on = statement.date
    if on is None or not last or on.year >= int(last) or on.year <= start.year:
        return None, "It ends where the record does."
    return Date(on.year, 12, 31), f"It ends with the year of the article, {on.year}."


def _window(statement: Statement, since: Date | None) -> tuple[Date | None, str]:
    if since is not None:
        return since, f"The window opens on {since}, which the text names."
    on = statement.date
    if on is None:
        return None, ""
    if on >= INVASION:
        start = max(INVASION, Date(on.year - LEVEL_YEARS, 1, 1))
    else:
        start = Date(on.year - LEVEL_YEARS, 1, 1)
    return start, f"The text names no window; it was taken to open on {start}."


def _window_words(study: ClaimStudy, which: str) -> str:
    return f"Put to {which} “{study.id}”, which asks since {study.since}, to the record's end."


WORLD = re.compile(
    r"\b(the (whole |entire )?world|international community|"
    r"most (of the world|countries|states|nations)|"
    r"(overwhelming |vast )?majority of (the )?(world|states|countries|nations|humanity|mankind)|"
    r"half (of )?(the world|humanity|mankind)|humanity|everyone|all countries)\b"
)


CONDEMNS = re.compile(r"(?i)condemn|deplor|aggression|invalid|illegal|human rights")
EXCEPT = re.compile(r"\b(?:with the exception of|except(?: for)?|apart from|save for) [^,.;]{2,80}")


def check_share(statement: Statement, studies: Studies, roll: Resolution) -> Finding:
    """Put "the world voted for it" to the multiverse: counted by states, people and output."""
    side = (
        "no"
        if re.search(r"\b(against|reject\w*|oppos\w+|refus\w+)\b", sides_as_votes(statement.words))
        else "yes"
    )
    study = shipped({"predicate": "supported"}, statement.date)
    listed = (study.resolution or ()) if study else ()
    if study is not None and roll.symbol in listed and side == "yes":
        return studies.finding(study, statement, _window_words(study, "the shipped study"))
    made = ClaimStudy(
        id="voted-" + re.sub(r"[^a-z0-9]+", "-", f"{side}-{roll.symbol}".lower()).strip("-"),
        text=f"The world voted {'for' if side == 'yes' else 'against'} {roll.symbol}.",
        said_by="an article", subject=str(roll.row["about"] or ""), predicate="supported",
        since=roll.row["date"], resolution=roll.symbol, params={"side": side},
    )  # fmt: skip
    found = studies.finding(made, statement, f"A study built from the statement, on {roll.name}.")
    if "condemn" in statement.words and not CONDEMNS.search(str(roll.row["label"])):
        note = "whether that resolution condemns anybody is to be read in its text"
        status = DEPENDS if found.status == SUPPORTED else found.status
        found = replace(found, status=status, unclear=(*found.unclear, note))
    if apart := EXCEPT.search(statement.text):
        found = replace(
            found, unclear=(*found.unclear, f"“{apart[0].strip(' ,')}” was not checked")
        )
    return found


def check_leakage(statement: Statement, studies: Studies) -> Finding:
    """Put "X passes sanctioned goods on" to the record, where it has trade by product."""
    subject = next((c for c in (*statement.subjects, *statement.objects) if _can_leak(c)), "")
    if not subject:
        return not_testable("leakage is measured for a single state, and it names none")
    study = ClaimStudy(
        id=f"{subject.lower()}-leaks",
        text=f"{name_of(subject)} passes sanctioned goods on to Russia.",
        said_by="an article", subject=subject, predicate="leaks", form="change", since=INVASION,
        pole="RUS",
    )  # fmt: skip
    study = shipped({"subject": subject, "predicate": "leaks"}, statement.date) or study
    found = studies.finding(study, statement, f"Put to the study “{study.id}”.")
    verdict = studies.verdicts.get(study.id)
    if verdict is not None and not verdict.is_measured:
        reason = str(verdict.data["reason"]).removeprefix(f"{study.id}: ")
        return not_testable(f"{reason}; multipolar source list shows what can be added")
    return found


def _can_leak(code: str) -> bool:
    return code != "RUS" and is_state(code)


NO_SANCTIONS = re.compile(
    r"\b(no|any) (\w+ )?sanctions\b|\bwithout sanction|\brefus\w+ to (sanction|join|impose)"
)


def check_world_sanctioned(statement: Statement, studies: Studies) -> Finding:
    """Put "the world sanctioned Russia" to the multiverse."""
    study = find_claim("world-sanctioned-russia")
    if NO_SANCTIONS.search(statement.words):
        statement = replace(statement, polarity="neg")
    return studies.finding(study, statement, _window_words(study, "the shipped study"))
