"""Complaints about a study file in one line: file, claim, key and the nearest valid one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from multipolar.core.errors import BadStudy, nearest

_HINT = "multipolar claim schema"
_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
# Names pydantic puts into a place to say which side of a union it tried.
_UNION_SIDES = ("str", "bool", "int", "float", "tuple", "constrained-", "function-", "union")


def check_known(
    table: Mapping[str, Any], known: Sequence[str], place: str, *, kind: str = "key"
) -> None:
    """Raise :class:`BadStudy` for the first key that is not known, with the nearest one."""
    for key in table:
        if key not in known:
            raise BadStudy(f"{place}: {unknown_words(kind, key, known)}", hint=_HINT)


def unknown_words(kind: str, name: str, known: Sequence[str]) -> str:
    """Say that a name is unknown and what is nearest, or what is allowed."""
    close = nearest(name, known, n=1)
    tail = f"did you mean {close[0]!r}?" if close else "expected one of " + ", ".join(known)
    return f"unknown {kind} {name!r}: {tail}"


def bad_study(error: ValidationError, label: str) -> BadStudy:
    """First complaint of pydantic in one line, with the number of other places that have one."""
    by_place: dict[tuple[str, ...], list[ErrorDetails]] = {}
    for problem in error.errors(include_url=False):
        by_place.setdefault(_keys(problem["loc"]), []).append(problem)
    keys, problems = next(iter(by_place.items()))
    parts = [label]
    if keys[:1] == ("claim",) and len(keys) > 1:
        parts.append(f"claim {int(keys[1]) + 1}")
        keys = keys[2:]
    parts.append(_complaint(_path(keys), problems))
    more = f" (and {len(by_place) - 1} more)" if len(by_place) > 1 else ""
    return BadStudy(": ".join(parts) + more, hint=_HINT)


def _keys(loc: Iterable[int | str]) -> tuple[str, ...]:
    """Place of a problem up to where pydantic starts trying the sides of a union."""
    keys: list[str] = []
    for part in loc:
        if keys and isinstance(part, str) and (part.startswith(_UNION_SIDES) or "[" in part):
            break
        keys.append(str(part))
    return tuple(keys)


def _path(keys: Sequence[str]) -> str:
    """Dotted key; positions in a list count from one."""
    path = ""
    for key in keys:
        path += f"[{int(key) + 1}]" if key.isdigit() else f".{key}" if path else key
    return path


def _complaint(path: str, problems: Sequence[ErrorDetails]) -> str:
    first = problems[0]
    if first["type"] == "missing":
        return f"key {path!r} is missing"
    words = [_expected(p) for p in problems]
    if first["type"] == "value_error" and isinstance(first["input"], dict | BaseModel):
        return f"{path}: {words[0]}" if path else words[0]
    plain = list(dict.fromkeys(w.removeprefix("expected ") for w in words))
    return f"{path} is {first['input']!r}; expected {' or '.join(plain)}"


def _expected(problem: ErrorDetails) -> str:
    if problem["type"] in _EXPECTED:
        return f"expected {_EXPECTED[problem['type']]}"
    message = problem["msg"].removeprefix("Value error, ")
    return message.replace("Input should be", "expected")
