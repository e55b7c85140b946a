"""Every error the package raises on purpose, as one tree.

::

    MultipolarError
    ├── UsageError              the call or file asked for something that does not exist (exit 2)
    │   ├── UnknownName         a state, source, measure, study or column nobody has heard of
    │   ├── BadOption           a known name with a value it does not take
    │   └── BadStudy            a study file that does not follow the schema
    ├── SourceError             a source could not be read
    │   ├── DownloadFailed      no network, refused, timed out (exit 4)
    │   ├── ChecksumMismatch    the bytes are not the ones that were announced (exit 3)
    │   ├── SchemaMismatch      the file does not have the publisher's columns
    │   ├── CheckFailed         the data break an assertion their source declares (exit 3)
    │   └── TermsForbid         the publisher's terms do not allow this use
    ├── StoreError              the folder of evidence
    │   ├── TableMissing        nothing in the store answers to that table
    │   ├── StoreBusy           another process is writing
    │   └── StoreFull           the disk refused the write; the last good state is untouched
    ├── MeasureError            a number that cannot honestly be given
    │   ├── NotIdentified       the data do not determine it
    │   ├── NotConverged        the estimate has not settled
    │   └── TooFewObservations  less overlap than the measure needs
    └── ClaimError              a claim that cannot be put to the record
        ├── NotTestable         the record holds nothing that bears on it
        └── NothingComputable   no specification could be computed

An error carries one sentence (what, with the value and where) and one ``hint`` (the fix, as a
command or a list of what is allowed).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class MultipolarError(Exception):
    """Root of the tree: message, hint and context."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context = context

    def __str__(self) -> str:
        """Message and hint on one line; ``KeyError`` would print quotes."""
        return f"{self.message}\n  fix: {self.hint}" if self.hint else self.message


class UsageError(MultipolarError):
    """The call asks for something that does not exist."""

    exit_code = 2


class UnknownName(UsageError, KeyError):
    """A name nobody has heard of; the message offers the nearest valid ones."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> UnknownName:
        """Build the error for ``name`` and name the nearest of the ``known`` ones.

        Examples
        --------
        >>> str(UnknownName.among("metric", "kapa", ["kappa", "pi"]))
        "unknown metric 'kapa': did you mean 'kappa'?"
        """
        known = list(known)
        close = nearest(name, known)
        if close:
            tail = "did you mean " + " or ".join(repr(c) for c in close) + "?"
        else:
            tail = "expected one of " + ", ".join(sorted(known)[:20])
        return cls(f"unknown {kind} {name!r}: {tail}", hint=hint, name=name, nearest=close)


class BadOption(UsageError, ValueError):
    """A known option with a value it does not take."""


class BadStudy(UsageError, ValueError):
    """A study file that does not follow the schema."""


class SourceError(MultipolarError):
    """A source could not be read."""


class DownloadFailed(SourceError):
    """No network, refused, or timed out."""

    exit_code = 4


class ChecksumMismatch(SourceError):
    """The bytes are not the ones that were announced."""

    exit_code = 3


class SchemaMismatch(SourceError):
    """The file does not have the publisher's columns."""


class CheckFailed(SourceError):
    """The data break an assertion that their source declares."""

    exit_code = 3


class TermsForbid(SourceError):
    """The publisher's terms do not allow this use."""


class StoreError(MultipolarError):
    """Something about the folder of evidence."""


class TableMissing(StoreError):
    """Nothing in the store answers to that table."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreFull(StoreError):
    """The disk refused the write; the last good state is untouched."""


class MeasureError(MultipolarError):
    """A number that cannot honestly be given."""


class NotIdentified(MeasureError):
    """The data do not determine the number."""


class NotConverged(MeasureError):
    """The estimate has not settled."""


class TooFewObservations(MeasureError):
    """Less overlap than the measure needs."""


class ClaimError(MultipolarError):
    """A claim that cannot be put to the record."""


class NotTestable(ClaimError):
    """The record holds nothing that bears on the claim."""


class NothingComputable(ClaimError):
    """No specification of the claim could be computed."""


def nearest(name: str, known: Iterable[str], *, n: int = 3) -> list[str]:
    """Valid names closest to a misspelt one, best first; case is ignored.

    Examples
    --------
    >>> nearest("unga_vote", ["unga_votes", "leaders"])
    ['unga_votes']
    """
    by_fold: dict[str, str] = {}
    for candidate in known:
        by_fold.setdefault(candidate.casefold(), candidate)
    close = difflib.get_close_matches(name.casefold(), by_fold, n=n, cutoff=0.6)
    return [by_fold[c] for c in close]
