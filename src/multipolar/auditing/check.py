"""What the record says of one claim of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
DEPENDS = "depends"
CANNOT_TELL = "cannot tell"
NOT_TESTABLE = "not testable"
STATUSES = (SUPPORTED, CONTRADICTED, DEPENDS, CANNOT_TELL, NOT_TESTABLE)

# What the word of a multiverse verdict says of the claim as it stands, and of its denial.
FROM_VERDICT = {
    "holds": SUPPORTED,
    "mostly holds": SUPPORTED,
    "contested": DEPENDS,
    "mostly fails": CONTRADICTED,
    "fails": CONTRADICTED,
    "cannot tell": CANNOT_TELL,
}
OPPOSITE = {SUPPORTED: CONTRADICTED, CONTRADICTED: SUPPORTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One name of a list, checked on its own: what the text says of it, what the record says."""

    name: str
    code: str
    said: str
    found: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the record behind a check, with the source and confidence it carries."""

    table: str
    values: dict[str, Any]
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Answer of the record to one statement, before it is joined to who says it.

    ``gathering`` is the one the statement was taken to be about, for those that come after it.
    """

    status: str
    sentence: str
    method: str = ""
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    verdict: str = ""
    unclear: tuple[str, ...] = ()
    gathering: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One claim of an article and what the record says of it.

    Attributes
    ----------
    id, claim : str
        Number of the check, and id of the claim (or event) of the reading it answers.
    type : str
        Type of claim of the annotation scheme.
    start, end : int
        Span in the article, code points, end exclusive.
    said : str
        Who says it and how: ``said by the author``, ``claimed by ...``, ``rumour``, ``alleged``.
    rumour : bool
        No named source stands behind it; a check of the words does not change that.
    status : str
        ``supported``, ``contradicted``, ``depends`` (on how it is counted), ``cannot tell`` (the
        record is silent or too thin) or ``not testable`` (no table of the record bears on it).
    sentence : str
        The finding in one sentence.
    method : str
        What was looked up, and which reading of the words was chosen.
    items : tuple of Item
        Names of a list, one by one.
    rows : tuple of Row
        Rows of the record behind the finding.
    verdict : str
        Id of the study where the multiverse was run, else empty.
    unclear : tuple of str
        What of the statement was not understood or not checked.
    """

    id: str
    claim: str
    type: str
    start: int
    end: int
    text: str
    said: str
    holder: str
    rumour: bool
    author_stance: str
    modality: str
    polarity: str
    status: str
    sentence: str
    method: str
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    verdict: str = ""
    unclear: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The check as plain values for JSON."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["items"] = tuple({n: getattr(i, n) for n in i.__slots__} for i in self.items)
        plain["rows"] = tuple({n: getattr(r, n) for n in r.__slots__} for r in self.rows)
        return plain


def not_testable(why: str, *, rows: tuple[Row, ...] = (), method: str = "") -> Finding:
    """Finding that says why no table of the record bears on a statement."""
    sentence = f"Not testable with the record because {why}."
    return Finding(status=NOT_TESTABLE, sentence=sentence, rows=rows, method=method)


def cannot_tell(why: str, *, rows: tuple[Row, ...] = (), method: str = "") -> Finding:
    """Finding that says why the record does not decide."""
    return Finding(
        status=CANNOT_TELL, sentence=f"The record cannot tell: {why}.", rows=rows, method=method
    )


def status_of_list(items: Sequence[Item]) -> str:
    """Status of a statement about a list: wrong if one name is wrong, right if all are right.

    Examples
    --------
    >>> right = Item(name="Serbia", code="SRB", said="yes", found="yes", status=SUPPORTED)
    >>> wrong = Item(name="Hungary", code="HUN", said="no", found="yes", status=CONTRADICTED)
    >>> status_of_list([right]), status_of_list([right, wrong])
    ('supported', 'contradicted')
    """
    found = {i.status for i in items}
    for status in (CONTRADICTED, DEPENDS, CANNOT_TELL, NOT_TESTABLE):
        if status in found:
            return status
    return SUPPORTED if found else CANNOT_TELL


# Names that take an article in a sentence; tables show them without.
_BARE = re.compile(
    r"(?<![Tt]he )\b(United (?:States|Kingdom|Arab Emirates|Nations)|Netherlands|Philippines|"
    r"Bahamas|Maldives|Gambia|Comoros|(?:Marshall|Solomon) Islands|"
    r"(?:Central African|Dominican|Czech) Republic)\b"
)


def in_prose(sentence: str) -> str:
    """A sentence with the articles that names of states take, and a capital at its start.

    What is quoted is left as it was written.

    Examples
    --------
    >>> in_prose("United States and Israel voted against; the text says “United States alone”.")
    'The United States and Israel voted against; the text says “United States alone”.'
    """
    parts = re.split("(“[^”]*”)", sentence)
    prose = "".join(p if p[:1] == "“" else _BARE.sub(r"the \1", p) for p in parts)
    prose = prose.replace(". the ", ". The ")
    return prose[:1].upper() + prose[1:]


def joined(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    Examples
    --------
    >>> joined(["Serbia"]), joined(["Serbia", "Peru", "Chad"])
    ('Serbia', 'Serbia, Peru and Chad')
    """
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
