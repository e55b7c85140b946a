"""Numbers and names as they are written in titles, labels and sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def percent(share: float | None) -> str:
    """Share in whole per cent; neither 0% nor 100% is written for what only comes close.

    Examples
    --------
    >>> percent(0.731), percent(0.002), percent(0.998), percent(None)
    ('73%', 'under 1%', 'over 99%', 'n/a')
    """
    if share is None or math.isnan(share):
        return "n/a"
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share * 100:.0f}%"


def number(value: float | None, digits: int = 3) -> str:
    """Value with three significant digits and a true minus sign; ``n/a`` where there is none.

    Examples
    --------
    >>> number(-0.12345), number(1234.5), number(None)
    ('\u22120.123', '1,234', 'n/a')
    """
    if value is None or math.isnan(value):
        return "n/a"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    places = digits if -digits <= size < 0 and digits > 2 else max(0, digits - 1 - size)
    return f"{value:,.{min(places, 6)}f}".replace("-", "\u2212")


def join(words: Sequence[str], *, last: str = "and") -> str:
    """Words in a sentence: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """Count and noun: ``1 specification``, ``1,200 specifications``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """Text with its first letter large, the rest untouched."""
    return text[:1].upper() + text[1:]


def choice_label(name: str) -> str:
    """Name of a choice in words."""
    return name.replace("_", " ")


def option_label(choice: Mapping[str, Any], option: Any) -> str:
    """Plain words for an option: its declared label, or the option itself."""
    labels = {str(k): str(v) for k, v in (choice.get("labels") or {}).items()}
    return labels.get(str(option)) or str(option).replace("_", " ")


def same_option(left: Any, right: Any) -> bool:
    """Whether two spellings of an option (a frame's and a dict's) are the same one."""
    return str(left) == str(right)


def panel_words(verdict: Mapping[str, Any]) -> dict[str, str]:
    """Question each panel asks, by key; the empty key is a claim with a single question."""
    return {p["key"]: p.get("words") or p["key"] or "all" for p in verdict["panels"]}


def nearest_questions(verdict: Mapping[str, Any], keys: Sequence[str], most: int) -> list[str]:
    """At most ``most`` of the panels, those whose question is nearest to the default one first.

    Nearness is the number of choices in which a panel's question differs from the default.
    """
    default = {c["name"]: c.get("default") for c in verdict.get("choices") or []}
    asked = {p["key"]: p.get("question") or {} for p in verdict["panels"]}

    def distance(key: str) -> int:
        return sum(not same_option(v, default.get(n)) for n, v in asked.get(key, {}).items())

    if len(keys) <= most:
        return list(keys)
    kept = set(sorted(keys, key=distance)[:most])
    return sorted((k for k in keys if k in kept), key=distance)


def drawn_words(drawn: int, found: int) -> str:
    """Say that only the nearest questions are drawn; nothing where all are."""
    if drawn >= found:
        return ""
    return f" Drawn: the default question and those nearest to it, {drawn} of {found}."
