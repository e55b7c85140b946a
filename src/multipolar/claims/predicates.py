"""What a claim can say, and which measure answers it.

A predicate names a measure, the direction that supports the claim, the rule that decides where the
study names none, and the words in which an estimate is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multipolar.core.choices import Choice
from multipolar.core.errors import BadStudy, NotTestable, UnknownName
from multipolar.core.states import find_state
from multipolar.core.study import ClaimStudy
from multipolar.measures import _multivector_claim as vectors
from multipolar.measures import alignment, isolation
from multipolar.measures._bloc_claim import BLOC_CHOICES, TogetherInBloc
from multipolar.measures._estimand import Estimand, Question
from multipolar.measures._poles import pole_members
from multipolar.measures._vote_choices import BASELINE
from multipolar.measures._world_share import (
    SANCTION_SHARE_CHOICES,
    VOTE_SHARE_CHOICES,
    Sanctioned,
    VotedFor,
    resolution_choice,
)
from multipolar.store import Store

Declared = Callable[[ClaimStudy], tuple[Choice, ...]]
Build = Callable[[Store, ClaimStudy, Sequence[Choice], int], Estimand]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """One kind of claim.

    Attributes
    ----------
    direction : {"negative", "positive"}
        Sign of the estimate that supports the claim.
    rule : str
        Kind of the decision rule without one in the study.
    declared : callable
        claim -> the choices that bear on it, before its study narrows them.
    build : callable
        (store, claim, choices, seed) -> the measure put to the claim's question.
    words : str
        What the estimate is, in words.
    needs : tuple of str
        Keys of the study the predicate cannot do without.
    tables : tuple of str
        Tables of the store the measure reads.
    """

    direction: str
    rule: str
    declared: Declared
    build: Build
    words: str
    needs: tuple[str, ...]
    tables: tuple[str, ...] = ()


def predicate_of(claim: ClaimStudy) -> Predicate:
    """Predicate of a claim, once the study gives all it needs.

    Raises
    ------
    UnknownName
        No such predicate; the nearest is named.
    BadStudy
        A key the predicate needs is missing.
    """
    if claim.predicate not in PREDICATES:
        raise UnknownName.among(
            f"predicate of {claim.id}", claim.predicate, PREDICATES, hint="multipolar claim schema"
        )
    predicate = PREDICATES[claim.predicate]
    for key in predicate.needs:
        if not getattr(claim, key):
            raise BadStudy(
                f"{claim.id}: the predicate {claim.predicate!r} needs the key {key!r}",
                hint="multipolar claim schema",
            )
    return predicate


def question_of(
    store: Store, claim: ClaimStudy, target: Mapping[str, Any] | None = None
) -> Question:
    """Subject, years and target of a claim; the subject must be a state at the time."""
    since = _since(claim)
    subject = find_state(claim.subject, on=since).code if claim.subject else ""
    comparable: tuple[str, ...] = ()
    if claim.comparable:
        comparable = pole_members(store, _pole(claim.comparable), since)
    return Question(
        subject=subject,
        since=since.year,
        until=claim.until.year if claim.until else None,
        comparable=comparable,
        target=dict(target or {}),
    )


def _since(claim: ClaimStudy) -> Any:
    if claim.since is None:
        raise BadStudy(f"{claim.id}: the key 'since' is missing", hint='since = "2022-02-24"')
    return claim.since


def _pole(given: str | tuple[str, ...] | None) -> str:
    """Pole by name, or states joined by + as ``pole_members`` reads them."""
    return given if isinstance(given, str) else "+".join(given or ())


def _with_baseline(choices: Sequence[Choice], claim: ClaimStudy) -> tuple[Choice, ...]:
    """A study that names its baseline leaves no choice of its length."""
    window = claim.baseline_window
    if window is None:
        return tuple(choices)
    first, last = window[0].year, window[1].year
    if last != _since(claim).year - 1:
        raise BadStudy(
            f"{claim.id}: the baseline {claim.baseline} ends in {last}; it must end in the year "
            f"before since, {_since(claim).year - 1}",
            hint=f'baseline = "{first}-{_since(claim).year - 1}"',
        )
    length = last - first + 1
    fixed = Choice(
        name=BASELINE.name,
        options=(length,),
        why=f"the study compares with {claim.baseline}",
        labels={length: f"{claim.baseline} as baseline"},
    )
    return tuple(fixed if c.name == BASELINE.name else c for c in choices)


def _isolation_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    if claim.form not in {"level", "change"}:
        raise BadStudy(
            f"{claim.id}: isolated takes form level or change, not {claim.form!r}",
            hint='form = "change"',
        )
    choices = []
    streams = isolation.streams_for(claim.subject, _since(claim).year)
    for choice in isolation.CHOICES:
        if choice.name == "stream":
            choices.append(choice.restricted(streams))
        elif choice.name == "reading":
            readings = isolation.readings_for(_asked_streams(claim, streams))
            kept = ("level",) if claim.form == "level" else readings
            choices.append(choice.restricted(kept))
        elif isolation.belongs(choice, streams):
            choices.append(choice)
    return _with_baseline(choices, claim)


def _asked_streams(claim: ClaimStudy, streams: tuple[str, ...]) -> tuple[str, ...]:
    """Streams the study keeps of those there can be."""
    table = claim.choices.get("stream")
    asked = streams if table is None or table.options is None else table.options
    return tuple(s for s in streams if s in asked) or streams


def _isolated(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    return isolation.estimand(store, question_of(store, claim), choices, seed=seed)


def _lean_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    kept: tuple[Choice, ...] = alignment.CHOICES
    if claim.form != "change":
        kept = tuple(c for c in kept if c.name != BASELINE.name)
    return _with_baseline(kept, claim)


def _aligned_with(
    store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int
) -> Estimand:
    other = ""
    if claim.form == "compare":
        other = find_state(_pole(claim.than), on=claim.since).code
    target = {"poles": {_pole(claim.pole): 1.0}, "form": claim.form, "other": other}
    return alignment.estimand(store, question_of(store, claim, target), choices, seed=seed)


def _closer_to(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    poles = {_pole(claim.pole): 0.5, _pole(claim.than): -0.5}
    target = {"poles": poles, "form": claim.form}
    return alignment.estimand(store, question_of(store, claim, target), choices, seed=seed)


def _multivector_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    if claim.form not in {"level", "change"}:
        raise BadStudy(
            f"{claim.id}: multivector takes form level or change, not {claim.form!r}",
            hint='form = "level"',
        )
    return _with_baseline(vectors.CHOICES, claim)


def _multivector(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    return vectors.Vectors(
        store,
        question_of(store, claim),
        choices,
        poles=(_pole(claim.pole) or "west", _pole(claim.than) or "russia"),
        form=claim.form,
        seed=seed,
    )


def _direction_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    if claim.form not in {"level", "change"}:
        raise BadStudy(
            f"{claim.id}: leans_to takes form level or change, not {claim.form!r}",
            hint='form = "change"',
        )
    return _with_baseline(vectors.LEAN_CHOICES, claim)


def _bloc_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    del claim
    return BLOC_CHOICES


def _one_bloc(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    other = find_state(_pole(claim.pole), on=claim.since).code
    return TogetherInBloc(store, question_of(store, claim), choices, other=other, seed=seed)


def _resolutions(claim: ClaimStudy) -> tuple[str, ...]:
    given = claim.resolution or ()
    return (given,) if isinstance(given, str) else given


def _vote_share_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    return (*VOTE_SHARE_CHOICES, resolution_choice(_resolutions(claim)))


def _supported(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    del seed
    side = str(claim.params.get("side", "yes"))
    if side not in {"yes", "no"}:
        raise BadStudy(f"{claim.id}: params.side is {side!r}; expected yes or no")
    target = {"resolutions": _resolutions(claim), "side": side}
    return VotedFor(store, question_of(store, claim, target), choices)


def _sanction_share_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    del claim
    return SANCTION_SHARE_CHOICES


def _sanctioned(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    del seed
    return Sanctioned(store, question_of(store, claim), choices)


def _no_choices(claim: ClaimStudy) -> tuple[Choice, ...]:
    del claim
    return ()


def _leaks(store: Store, claim: ClaimStudy, choices: Sequence[Choice], seed: int) -> Estimand:
    del store, choices, seed
    raise NotTestable(
        f"{claim.id}: leakage needs monthly trade by product, and no such stream is in the record",
        hint="multipolar source list",
    )


VOTE_TABLES = ("vote_dyads", "votes", "rollcalls", "attributes", "memberships", "poles")
TIE_TABLES = (
    "trade",
    "trade_dyads",
    "sanctions",
    "sanctions_on_russia",
    "alliances",
    "arms",
    "visits",
)
ISOLATION_TABLES = ("landmarks", "sanctions_on_russia", "visits_victory_day", "gathering_totals")

PREDICATES: Mapping[str, Predicate] = {
    "isolated": Predicate(
        direction="negative",
        rule="rank",
        declared=_isolation_choices,
        build=_isolated,
        words="standing with partners, relative to the comparison of each reading",
        needs=("subject", "since"),
        tables=(*VOTE_TABLES, *ISOLATION_TABLES),
    ),
    "aligned_with": Predicate(
        direction="positive",
        rule="rank",
        declared=_lean_choices,
        build=_aligned_with,
        words="similarity of votes with the pole, relative to the median state",
        needs=("subject", "since", "pole"),
        tables=VOTE_TABLES,
    ),
    "closer_to": Predicate(
        direction="positive",
        rule="interval",
        declared=_lean_choices,
        build=_closer_to,
        words="half the difference in similarity of votes with the two poles",
        needs=("subject", "since", "pole", "than"),
        tables=VOTE_TABLES,
    ),
    "multivector": Predicate(
        direction="positive",
        rule="rank",
        declared=_multivector_choices,
        build=_multivector,
        words="balance of ties with the two poles, their number or their split, relative to the "
        "median state",
        needs=("subject", "since"),
        tables=(*VOTE_TABLES, *TIE_TABLES),
    ),
    "leans_to": Predicate(
        direction="positive",
        rule="rank",
        declared=_direction_choices,
        build=_multivector,
        words="ties with the first pole less those with the second, relative to the median state",
        needs=("subject", "since", "pole", "than"),
        tables=(*VOTE_TABLES, *TIE_TABLES),
    ),
    "one_bloc": Predicate(
        direction="positive",
        rule="sign",
        declared=_bloc_choices,
        build=_one_bloc,
        words="share of runs in which both fall into one bloc, minus the share asked for",
        needs=("subject", "since", "pole"),
        tables=(*VOTE_TABLES, "alliances", "trade_dyads"),
    ),
    "supported": Predicate(
        direction="positive",
        rule="sign",
        declared=_vote_share_choices,
        build=_supported,
        words="share of the world that voted so, minus the majority asked for",
        needs=("resolution", "since"),
        tables=("votes", "rollcalls", "attributes"),
    ),
    "sanctioned": Predicate(
        direction="positive",
        rule="sign",
        declared=_sanction_share_choices,
        build=_sanctioned,
        words="share of the world that imposed sanctions, minus the majority asked for",
        needs=("subject", "since"),
        tables=("sanctions_on_russia", "attributes"),
    ),
    "leaks": Predicate(
        direction="positive",
        rule="rank",
        declared=_no_choices,
        build=_leaks,
        words="exports beyond what was expected",
        needs=("subject", "since"),
    ),
}
