"""Choices, constraints and specifications: the declared forking paths of a measurement.

A *choice* is one decision an analyst has to make, with every option that is defensible. A
*specification* is one full assignment of options. The *multiverse* is the list of all of them that
no constraint forbids. They are listed and hashed before anything is computed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from multipolar.core.errors import BadOption, UnknownName

Kind = Literal["E", "N", "U"]
Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One decision of a measurement and the options that can be defended.

    Attributes
    ----------
    name : str
        ``snake_case``; the keyword under which the option is passed.
    options : tuple
        JSON scalars (str, int, float, bool, None), the default among them.
    default : scalar
        The first option unless said otherwise.
    kind : {"E", "N", "U"}
        ``E`` the options estimate the same thing; ``N`` they ask different questions and are never
        pooled; ``U`` it is disputed which of the two (Del Giudice & Gangestad 2021).
    why : str
        One line: why every option is defensible.
    labels : mapping
        Plain words for options, as they appear in sentences ("weighting by population").
    more : tuple
        Further options that can be defended and asked for, but are not crossed unless they are.
    under : mapping
        Where the decision arises at all: {earlier choice: its options}. Elsewhere it stays at its
        default, so that a decision without effect multiplies nothing.
    """

    name: str
    options: tuple[Any, ...]
    kind: Kind = "E"
    why: str = ""
    default: Any = field(default=...)
    labels: Mapping[Any, str] = field(default_factory=dict)
    more: tuple[Any, ...] = ()
    under: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        if not self.options:
            raise BadOption(f"choice {self.name!r} has no options", hint="give at least one option")
        if len(set(map(_token, self.options))) != len(self.options):
            raise BadOption(f"choice {self.name!r} lists an option twice: {list(self.options)}")
        if self.kind not in ("E", "N", "U"):
            raise BadOption(f"choice {self.name!r} is of kind {self.kind!r}; expected E, N or U")
        if self.default is ...:
            object.__setattr__(self, "default", self.options[0])
        self.check(self.default)

    def check(self, option: Any) -> Any:
        """Return ``option``, or raise :class:`UnknownName` or :class:`BadOption`."""
        known = (*self.options, *self.more)
        if any(_token(option) == _token(o) for o in known):
            return option
        if isinstance(option, str):
            raise UnknownName.among(f"option for {self.name!r}", option, map(str, known))
        allowed = ", ".join(map(str, known))
        raise BadOption(f"{self.name!r} does not take {option!r}; expected one of {allowed}")

    def restricted(self, options: Sequence[Any], default: Any = ...) -> Choice:
        """Return the same choice with fewer options, as a study may ask."""
        kept = tuple(self.check(o) for o in options)
        if default is ...:
            default = self.default if self.default in kept else kept[0]
        return Choice(
            name=self.name,
            options=kept,
            kind=self.kind,
            why=self.why,
            default=default,
            labels=self.labels,
            more=tuple(o for o in (*self.options, *self.more) if o not in kept),
            under=self.under,
        )

    def only_under(self, **conditions: Sequence[Any]) -> Choice:
        """Return the same choice, arising only where earlier choices take these options."""
        kept = {name: tuple(options) for name, options in conditions.items()}
        return replace(self, under={**self.under, **kept})

    def arises(self, options: Options) -> bool:
        """Whether the decision arises under the options of earlier choices."""
        return all(options[name] in allowed for name, allowed in self.under.items())

    def words(self, option: Any) -> str:
        """Option in plain words, for sentences."""
        return self.labels.get(option) or f"{self.name.replace('_', ' ')} = {option}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A rule that leaves out combinations which make no sense, with its reason.

    ``allows(options)`` returns True where the combination stands.
    """

    allows: Callable[[Options], bool]
    why: str


@dataclass(frozen=True, slots=True)
class Specification:
    """One full assignment of options; ``id`` is the hash of its canonical JSON."""

    options: Mapping[str, Any]

    @property
    def id(self) -> str:
        """First 16 hex digits of the sha256 of the options in canonical JSON."""
        return canonical_hash(self.options)[:16]

    def distance(self, other: Specification) -> frozenset[str]:
        """Names of the choices in which the two differ."""
        return frozenset(k for k, v in self.options.items() if v != other.options[k])


def canonical_hash(value: Any) -> str:
    """sha256 of a JSON value written with sorted keys and no spaces.

    Examples
    --------
    >>> canonical_hash({"b": 1, "a": 2}) == canonical_hash({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def as_choices(
    choices: Mapping[str, Sequence[Any] | Choice] | Sequence[Choice],
    default: Options | None = None,
) -> tuple[Choice, ...]:
    """Accept ``{name: [options]}``, ``{name: Choice}`` or a sequence of :class:`Choice`.

    ``default`` names the default option of any of them; without it the first option is taken.
    """
    given = dict(default or {})
    built: list[Choice] = []
    items = choices.items() if isinstance(choices, Mapping) else [(c.name, c) for c in choices]
    for name, value in items:
        choice = value if isinstance(value, Choice) else Choice(name=name, options=tuple(value))
        if name in given:
            choice = choice.restricted(choice.options, default=choice.check(given.pop(name)))
        built.append(choice)
    if given:
        unknown = next(iter(given))
        raise UnknownName.among("choice", unknown, [c.name for c in built])
    return tuple(built)


def list_specifications(
    choices: Sequence[Choice], constraints: Sequence[Constraint] = ()
) -> Iterator[Specification]:
    """Every specification no constraint forbids, in the order of the choices' options."""
    for options in _crossed(choices):
        if all(c.allows(options) for c in constraints):
            yield Specification(options)


def _crossed(choices: Sequence[Choice]) -> Iterator[dict[str, Any]]:
    if not choices:
        yield {}
        return
    *earlier, last = choices
    for options in _crossed(earlier):
        for option in last.options if last.arises(options) else (last.default,):
            yield {**options, last.name: option}


def default_specification(choices: Sequence[Choice]) -> Specification:
    """Return the specification in which every choice takes its default."""
    return Specification({c.name: c.default for c in choices})


def _token(option: Any) -> tuple[str, Any]:
    """Tell True from 1 and 1 from 1.0: options are identified as they are written."""
    return type(option).__name__, option
