"""Study files: one or more claims in TOML, with the choices and the rule fixed beforehand.

A file holds ``[[claim]]`` tables, or one claim at its top level. What a claim may say is declared
once, in :class:`ClaimStudy`; wrong keys and values are answered with the file, the place and the
nearest valid thing. Which predicates and choices exist is for the claims to know: they narrow their
declared choices with :func:`narrow_choices`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from multipolar.core.choices import Choice
from multipolar.core.errors import BadStudy
from multipolar.core.study_errors import bad_study, check_known, unknown_words

Scalar = bool | int | float | str
Form = Literal["level", "change", "compare", "trend"]
RuleKind = Literal["sign", "interval", "sesoi", "rank"]


def _date_from(value: Any, *, end: bool) -> Any:
    """Take a year or a month for its first day, or its last one where a window ends."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", str(value).strip())
    if match and not isinstance(value, bool):
        year, month = int(match[1]), int(match[2] or (12 if end else 1))
        if year >= 1 and 1 <= month <= 12:
            return _last_day(year, month) if end else date(year, month, 1)
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("expected a date: 2022-02-24, 2022-02 or 2022") from None


def _last_day(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)


def _window_from(value: Any) -> str:
    """Write a window as ``2014-2021`` or ``2014-01-01/2021-06-30``; check that it runs forward."""
    if isinstance(value, list | tuple) and len(value) == 2:
        value = f"{value[0]}/{value[1]}"
    text = str(value).strip()
    try:
        first, last = read_window(text)
    except ValueError:
        raise ValueError("expected a window: 2014-2021 or 2014-01-01/2021-12-31") from None
    if last < first:
        raise ValueError("expected a window that ends after it starts")
    return text


def read_window(text: str) -> tuple[date, date]:
    """First and last day of a window written ``2014-2021``, ``2014`` or with two dates and ``/``.

    Examples
    --------
    >>> read_window("2014-2021")
    (datetime.date(2014, 1, 1), datetime.date(2021, 12, 31))
    """
    years = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if years:
        return date(int(years[1]), 1, 1), date(int(years[2] or years[1]), 12, 31)
    first, _, last = text.partition("/")
    start, stop = _date_from(first, end=False), _date_from(last, end=True)
    return start, stop


def _check_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
        raise ValueError("expected small letters, digits, - and _")
    return value


def _not_empty(options: tuple[Any, ...]) -> tuple[Any, ...]:
    if not options:
        raise ValueError("expected at least one option")
    return options


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return {"options": value}
    if not isinstance(value, dict | BaseModel):
        raise ValueError("expected a list of options or a table")  # noqa: TRY004 - pydantic's way
    return value


Since = Annotated[date, BeforeValidator(lambda v: _date_from(v, end=False))]
Until = Annotated[date, BeforeValidator(lambda v: _date_from(v, end=True))]
Window = Annotated[str, BeforeValidator(_window_from)]
Identifier = Annotated[str, AfterValidator(_check_id)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ChoiceTable(_Table):
    """Options of one choice that the study keeps; a plain list is short for ``options`` alone."""

    options: Annotated[tuple[Scalar, ...], AfterValidator(_not_empty)] | None = Field(
        default=None, description="options to keep; all when left out"
    )
    default: Scalar | None = Field(default=None, description="option of the default specification")
    drop_reason: str = Field(
        default="", description="why the other options are left out; needed when any is"
    )
    prior: dict[str, float] | None = Field(
        default=None, description="weight of each option in the weighted shares"
    )


class RuleTable(_Table):
    """Decision rule, fixed before the results are seen."""

    kind: RuleKind = Field(default="rank", description="how an estimate becomes a verdict")
    direction: Literal["positive", "negative"] | None = Field(
        default=None, description="claimed sign of the estimate; the predicate's own if left out"
    )
    level: float | None = Field(
        default=None, ge=0.5, lt=1, description="rank: place among placebos that is enough (0.90)"
    )
    delta: float | None = Field(
        default=None, gt=0, description="sesoi: smallest effect of interest, in the estimate's unit"
    )

    @model_validator(mode="after")
    def _fits(self) -> RuleTable:
        if self.kind == "sesoi" and self.delta is None:
            raise ValueError("a sesoi rule needs delta, the smallest effect of interest")
        if self.kind != "sesoi" and self.delta is not None:
            raise ValueError(f"delta belongs to a sesoi rule, not to {self.kind}")
        if self.kind != "rank" and self.level is not None:
            raise ValueError(f"level belongs to a rank rule, not to {self.kind}")
        return self


class Minimum(_Table):
    """Least coverage below which the verdict is ``cannot tell``."""

    partners: Count | None = Field(default=None, description="states with data")
    votes: Count | None = Field(default=None, description="roll calls")
    years: Count | None = Field(default=None, description="years")
    share: Share | None = Field(default=None, description="share of the weight that has data")


class ClaimStudy(_Table):
    """One claim, as somebody made it, and how it is put to the record."""

    id: Identifier = Field(description="short name, for commands and file names")
    title: str = Field(default="", description="headline of the report")
    text: str = Field(min_length=1, description="the claim in the words it was made in")
    said_by: str = Field(default="", description="who says it")
    source: str = Field(default="", description="where: publication, date, address")
    why: str = Field(default="", description="why it is tested in this way")
    question: str = Field(default="", description="what is asked of the record, in one sentence")
    subject: str = Field(default="", description="state the claim is about, e.g. RUS")
    predicate: str = Field(min_length=1, description="what is said of it, e.g. isolated")
    form: Form = Field(default="level", description="level, change, compare or trend")
    since: Since | None = Field(default=None, description="first day of the window")
    until: Until | None = Field(default=None, description="last day; the end of the record if none")
    baseline: Window | None = Field(
        default=None, description="window to compare with, e.g. 2014-2021"
    )
    pole: str | tuple[str, ...] | None = Field(default=None, description="pole or states")
    than: str | tuple[str, ...] | None = Field(default=None, description="other state or pole")
    resolution: str | tuple[str, ...] | None = Field(default=None, description="UN symbol(s)")
    comparable: str | tuple[str, ...] | None = Field(
        default=None, description="placebo states: a named set or a list; the predicate's if none"
    )
    params: dict[str, Scalar | tuple[Scalar, ...]] = Field(
        default_factory=dict, description="anything else the predicate asks for"
    )
    choices: dict[str, Annotated[ChoiceTable, BeforeValidator(_listed)]] = Field(
        default_factory=dict, description="choices that differ from what the predicate declares"
    )
    rule: RuleTable = Field(default_factory=RuleTable)
    minimum: Minimum = Field(default_factory=Minimum)

    @model_validator(mode="after")
    def _fits(self) -> ClaimStudy:
        if self.form == "change" and self.since is None:
            raise ValueError("form 'change' needs since, the day from which it is claimed")
        if self.form == "compare" and self.than is None:
            raise ValueError("form 'compare' needs than, the state to compare with")
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until {self.until} is before since {self.since}")
        return self

    @property
    def baseline_window(self) -> tuple[date, date] | None:
        """First and last day of the baseline."""
        return None if self.baseline is None else read_window(self.baseline)


class Study(_Table):
    """A study file: a title and its claims."""

    title: str = Field(default="", description="headline when there are several claims")
    why: str = Field(default="", description="what the claims have in common")
    claim: tuple[ClaimStudy, ...] = Field(description="one table per claim")

    @model_validator(mode="after")
    def _distinct(self) -> Study:
        ids = [c.id for c in self.claim]
        if not ids:
            raise ValueError("no claim in it; add a [[claim]] table")
        twice = next((i for i in ids if ids.count(i) > 1), None)
        if twice:
            raise ValueError(f"two claims have the id {twice!r}")
        return self


@dataclass(frozen=True, slots=True)
class Dropped:
    """An option that a study leaves out, and the reason it gives."""

    choice: str
    option: Any
    reason: str


def load_study(path_or_text: str | Path) -> Study:
    r"""Read a study file, or the text of one.

    Parameters
    ----------
    path_or_text : str or Path
        A path, or TOML text (anything with a line break or an ``=``).

    Returns
    -------
    Study
        Its ``claim`` holds one entry per claim. Predicates and choices are only checked for form.

    Raises
    ------
    BadStudy
        No such file, not TOML (with the line), a wrong key (with the nearest valid one), a missing
        key or a wrong value.

    Examples
    --------
    >>> study = load_study('text = "Russia is isolated"\nsubject = "RUS"\npredicate = "isolated"')
    >>> study.claim[0].rule.kind
    'rank'
    """
    text, label, stem = _read(path_or_text)
    raw = _parse(text, label)
    if "claim" not in raw and "claims" not in raw:
        raw = {"claim": [raw]}
    check_known(raw, list(Study.model_fields), label)
    claims = raw["claim"] if isinstance(raw["claim"], list) else [raw["claim"]]
    for number, claim in enumerate(claims, start=1):
        if not isinstance(claim, dict):
            raise BadStudy(f"{label}: claim {number}: {claim!r} is not a table")
        _check_claim_keys(claim, f"{label}: claim {number}")
    named = [
        {"id": stem if len(claims) == 1 else f"{stem}-{number}", **claim}
        for number, claim in enumerate(claims, start=1)
    ]
    try:
        return Study.model_validate({**raw, "claim": named})
    except ValidationError as error:
        raise bad_study(error, label) from None


def study_schema() -> dict[str, Any]:
    """JSON Schema of a study file, for editors.

    Examples
    --------
    >>> study_schema()["title"]
    'Study'
    """
    schema = Study.model_json_schema()
    choices = schema["$defs"]["ClaimStudy"]["properties"]["choices"]
    options = schema["$defs"]["ChoiceTable"]["properties"]["options"]["anyOf"][0]
    choices["additionalProperties"] = {"anyOf": [options, {"$ref": "#/$defs/ChoiceTable"}]}
    schema["$defs"]["ClaimStudy"]["required"].remove("id")
    return schema


def narrow_choices(
    declared: Sequence[Choice], claim: ClaimStudy, *, where: str = "study"
) -> tuple[tuple[Choice, ...], tuple[Dropped, ...]]:
    r"""Apply a claim's ``choices`` to those its predicate declares.

    Returns
    -------
    tuple of Choice, tuple of Dropped
        The choices in the declared order, and the options left out with the reason given.

    Raises
    ------
    BadStudy
        A choice or option that is not declared, or an option dropped without a reason.

    Examples
    --------
    >>> declared = [Choice(name="weight", options=("equal", "population"))]
    >>> text = 'text = "x"\npredicate = "isolated"\nchoices.weight = ["equal", "population"]'
    >>> narrow_choices(declared, load_study(text).claim[0])[1]
    ()
    """
    place = f"{where}: claim {claim.id!r}"
    check_known(claim.choices, [c.name for c in declared], f"{place}: choices", kind="choice")
    kept, dropped = [], []
    for choice in declared:
        table = claim.choices.get(choice.name)
        if table is None:
            kept.append(choice)
            continue
        options = [_option(choice, o, place) for o in table.options or choice.options]
        out = [o for o in choice.options if not _holds(options, o)]
        if out and not table.drop_reason:
            raise BadStudy(
                f"{place}: choices.{choice.name} drops {out[0]!r} without a reason",
                hint=f'{choice.name} = {{ options = [...], drop_reason = "why" }}',
            )
        default = ... if table.default is None else _option(choice, table.default, place)
        if default is not ... and not _holds(options, default):
            raise BadStudy(f"{place}: choices.{choice.name}: default {default!r} is not an option")
        kept.append(choice.restricted(options, default))
        dropped += [Dropped(choice.name, o, table.drop_reason) for o in out]
    return tuple(kept), tuple(dropped)


def read_prior(
    choices: Sequence[Choice], claim: ClaimStudy, *, where: str = "study"
) -> dict[str, dict[Any, float]]:
    """Prior weights of a claim by choice and option, for those choices that state them."""
    place = f"{where}: claim {claim.id!r}"
    prior: dict[str, dict[Any, float]] = {}
    for choice in choices:
        table = claim.choices.get(choice.name)
        if table is not None and table.prior is not None:
            prior[choice.name] = {
                _option(choice, name, place): weight for name, weight in table.prior.items()
            }
    return prior


def _holds(options: Sequence[Any], option: Any) -> bool:
    return any(type(o) is type(option) and o == option for o in options)


def _option(choice: Choice, written: Scalar, place: str) -> Any:
    """Declared option that a study writes; one that TOML cannot hold is written as text."""
    known = (*choice.options, *choice.more)
    for option in known:
        if type(option) is type(written) and option == written:
            return option
    texts = [str(o) for o in known]
    if written in texts:
        return known[texts.index(str(written))]
    raise BadStudy(
        f"{place}: choices.{choice.name}: {unknown_words('option', str(written), texts)}"
    )


def _read(path_or_text: str | Path) -> tuple[str, str, str]:
    """Text, name for messages and stem of the file."""
    if isinstance(path_or_text, str) and ("\n" in path_or_text or "=" in path_or_text):
        return path_or_text, "study", "claim"
    path = Path(path_or_text)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadStudy(
            f"{path}: byte {error.start} is not UTF-8", hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise BadStudy(
            f"{path}: cannot be read: {error.strerror or error}", hint="multipolar claim new"
        ) from None
    stem = re.sub(r"[^a-z0-9_-]+", "-", path.stem.casefold()).strip("-_") or "claim"
    return text, str(path), stem


def _parse(text: str, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.match(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        if match and match[2]:
            place, what = f"line {match[2]}, column {match[3]}", match[1]
        else:
            place, what = f"line {text.count(chr(10)) + 1}", match[1] if match else str(error)
        raise BadStudy(f"{label}: {place}: not valid TOML: {what}") from None


def _check_claim_keys(claim: Mapping[str, Any], place: str) -> None:
    check_known(claim, list(ClaimStudy.model_fields), place)
    for key, model in (("rule", RuleTable), ("minimum", Minimum)):
        if isinstance(claim.get(key), dict):
            check_known(claim[key], list(model.model_fields), f"{place}: {key}")
    choices = claim.get("choices")
    for name, table in choices.items() if isinstance(choices, dict) else ():
        if isinstance(table, dict):
            check_known(table, list(ChoiceTable.model_fields), f"{place}: choices.{name}")
