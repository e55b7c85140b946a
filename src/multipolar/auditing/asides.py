"""Claims told in an aside: "Turkey, a NATO member since 1952, had been offered a seat" is two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from multipolar.auditing.holders import is_hearsay
from multipolar.auditing.record import is_state
from multipolar.auditing.statement import Statement
from multipolar.auditing.worded import BELONGS, LEFT, leaning
from multipolar.auditing.wording import small

ASIDE = re.compile(
    r"^[^,]{2,60},\s+(?:an?|the) (?:[\w-]+ ){0,4}?(?:candidate|member)\b[^,]{0,60}"
    r"(?P<comma>,\s+)(?P<rest>.{3,})$",
    re.DOTALL,
)


def told_apart(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Statements, those of membership in an aside parted from what is said beside it.

    What is rumoured or denied is the main clause: the aside is told as a fact.
    """
    for one in statements:
        match = ASIDE.search(one.text) if one.type == "MEMBERSHIP" else None
        if match is None or _is_of_membership(small(match["rest"])):
            yield one
            continue
        cut = one.start + one.article[one.start : one.end].find(one.text)
        inside = tuple(e for e in one.entities if e["start"] < cut + match.start("comma"))
        if not any(e["type"] == "IGO" for e in inside):
            yield one
            continue
        codes = [str(e["code"]) for e in inside if e["code"] and is_state(str(e["code"]))][:1]
        rest = _rest(one, cut + match.start("rest"), tuple(codes))
        alone = rest is None
        yield replace(
            one, end=cut + match.start("comma"), entities=inside, subjects=tuple(codes),
            objects=(), polarity="pos", modality="asserted", attribution={"kind": "author"},
            beside=" ".join(match["rest"].split()) if alone else "",
        )  # fmt: skip
        if rest is not None:
            yield rest


def _is_of_membership(rest: str) -> bool:
    return bool(BELONGS.search(rest) or LEFT.search(rest))


def _rest(one: Statement, start: int, subjects: tuple[str, ...]) -> Statement | None:
    """The main clause without its aside, where it leans on what was said or is hearsay."""
    rest = replace(
        one, id=f"{one.id}b", start=start, subjects=subjects,
        entities=tuple(e for e in one.entities if e["start"] >= start),
        events=tuple(e for e in one.events if e["trigger"]["start"] >= start),
    )  # fmt: skip
    kind = leaning(rest.words, rest.before[-2_000:])
    if not kind and one.attribution is None and not is_hearsay(rest):
        return None
    return replace(rest, type=kind or one.type)
