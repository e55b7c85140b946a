"""The audit of one article: its checks, and the files made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date as Date  # noqa: N812 - as in the reader
from pathlib import Path
from typing import Any

from multipolar.auditing.check import NOT_TESTABLE, STATUSES, Check
from multipolar.auditing.verdicts import HeldVerdict
from multipolar.claims.summary import without_nan
from multipolar.claims.verdict import versions
from multipolar.reader import Reading

LITTLE = 20  # words that may be left when nothing but boilerplate was there


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFrom:
    """Where an article comes from; ``sha256`` is of its bytes as they came in."""

    sha256: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Audit:
    """What the record says of an article's claims.

    Attributes
    ----------
    article : ReadFrom
        Title, publisher, address and hash.
    text : str
        The text that was read; all spans are code points of it.
    date : date or None
        Day of publication; None where it is not known, and leaders are then not resolved in time.
    reading : Reading
        The annotation; ``layers`` is the same as the scheme's JSON.
    checks : tuple of Check
        One per claim, in the order of the text.
    verdicts : mapping
        Verdicts of the studies that were run, by id.
    record : tuple of mappings
        Provenance of every table a check rests on.
    unread : tuple of mappings
        Sentences that name an actor and were not understood.
    """

    article: ReadFrom
    text: str
    date: Date | None
    reading: Reading
    layers: Mapping[str, Any]
    checks: tuple[Check, ...]
    verdicts: Mapping[str, HeldVerdict]
    record: tuple[Mapping[str, Any], ...]
    unread: tuple[Mapping[str, Any], ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was cut off, guessed or not to be had, in plain words."""
        notes = dict.fromkeys((*self.article.notes, *self.layers["notes"]))
        left = len(self.text.split())
        if self.article.boilerplate and left < LITTLE:
            lines = len(self.article.boilerplate)
            notes[
                f"hardly anything but boilerplate: {lines} lines set apart, {left} words left"
            ] = None
        if self.date is not None:  # given on the command line
            notes.pop("no date found: leaders are not resolved in time; give --date", None)
        if any(n.startswith("no date found") for n in notes):
            notes.pop("no date given: leaders are not resolved in time", None)  # said once
        return tuple(notes)

    @property
    def counts(self) -> dict[str, int]:
        """Number of checks of each status, in the order of ``STATUSES``."""
        found = Counter(c.status for c in self.checks)
        return {status: found.get(status, 0) for status in STATUSES}

    def to_dict(self) -> dict[str, Any]:
        """The reading by the annotation scheme, with the checks, as plain values for JSON."""
        plain: dict[str, Any] = without_nan(
            {
                "schema": 1,
                "article": asdict(self.article),
                "text": self.text,
                **self.layers,
                "date": self.date.isoformat() if self.date else None,
                "notes": list(self.notes),
                "checks": [c.to_dict() for c in self.checks],
                "counts": self.counts,
                "verdicts": {k: _verdict(v) for k, v in self.verdicts.items()},
                "not_understood": [dict(u) for u in self.unread],
                "record": [dict(r) for r in self.record],
                "versions": versions(),
            }
        )
        return plain

    def claim_reviews(
        self, *, url: str = "", organisation: str = "multipolar"
    ) -> list[dict[str, Any]]:
        """ClaimReview (schema.org) of every claim that could be checked, as JSON-LD."""
        from multipolar.auditing.claim_review import claim_review  # noqa: PLC0415 - only when asked

        return [
            claim_review(c, self, url=url, organisation=organisation)
            for c in self.checks
            if c.status != NOT_TESTABLE
        ]

    def to_markdown(self) -> str:
        """The audit as Markdown: the article's claims one by one with their findings."""
        from multipolar.auditing.markdown import render_markdown  # noqa: PLC0415 - only when asked

        return render_markdown(self)

    def report(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the audit to ``path``.

        A name that ends in ``.html``, ``.md``, ``.json`` or ``.jsonld`` gives that one file; any
        other name a folder with all of them and the report of every verdict.

        Raises
        ------
        BadOption
            The file is there already and ``force`` is not set.
        """
        import multipolar  # noqa: PLC0415 - auditing may not import reports; the package may

        written: Path = multipolar.write_audit(self, Path(path), force=force)
        return written


def _verdict(verdict: HeldVerdict) -> dict[str, Any]:
    """The parts of a verdict an audit shows; ``multipolar claim run`` gives the whole."""
    found = verdict.to_dict()
    keys = (
        "claim",
        "verdict",
        "words",
        "shares",
        "n_specifications",
        "hash",
        "flip_sentence",
        "coverage",
        "sources",
        "record_ends",
    )
    panels = [
        {k: p.get(k) for k in ("key", "words", "verdict", "n", "shares", "median")}
        for p in found["panels"]
    ]
    return {**{k: found[k] for k in keys}, "panels": panels}
