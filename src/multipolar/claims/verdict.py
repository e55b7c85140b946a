"""The verdict on a claim: how far it survives, where it flips, what the record lacked."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from multipolar.claims.multiverse import SHARE_SENTENCE, Multiverse
from multipolar.claims.summary import without_nan
from multipolar.measures._estimand import Coverage

if TYPE_CHECKING:
    from multipolar.core.study import ClaimStudy

# Least share of supporting specifications for each word.
LADDER = ((0.90, "holds"), (0.70, "mostly holds"), (0.30, "contested"), (0.10, "mostly fails"))
CANNOT_TELL = "cannot tell"
CONDITIONS = {
    "holds": "whatever defensible way it is measured, almost always",
    "mostly holds": "in most of the ways it can be measured, not in all",
    "contested": "in some of the ways it can be measured and not in others",
    "mostly fails": "in few of the ways it can be measured",
    "fails": "in almost none of the ways it can be measured",
    CANNOT_TELL: "the record holds too little to say",
}


def word_for(supports: float, not_computable: float = 0.0) -> str:
    """Verdict for a share of supporting specifications.

    Shares are of the specifications that could be computed; more than half of them missing means
    that the record cannot tell.

    Examples
    --------
    >>> [word_for(s) for s in (0.95, 0.9, 0.7, 0.3, 0.1, 0.05)]
    ['holds', 'holds', 'mostly holds', 'contested', 'mostly fails', 'fails']
    >>> word_for(0.2, not_computable=0.8)
    'cannot tell'
    """
    if not_computable > 0.5:
        return CANNOT_TELL
    share = supports / (1 - not_computable)
    # Shares are ratios of counts: 0.7 from 7/10 must not fall short by rounding.
    return next((word for least, word in LADDER if share >= least - 1e-12), "fails")


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """What the record says of one claim.

    Attributes
    ----------
    claim : ClaimStudy
        The claim as its study states it.
    word : str
        ``holds`` (90 % of specifications or more support it), ``mostly holds`` (70 %),
        ``contested`` (30-70 %), ``mostly fails`` (10 %), ``fails`` or ``cannot tell``. Every
        question counts once, however many specifications it has.
    multiverse : Multiverse or None
        The specifications; None where the claim could not be put to the record.
    frame : polars.DataFrame
        One row per specification: options, estimate, interval, percentile, outcome, reason.
    series : polars.DataFrame
        One row per (panel, period): the subject's value and the world's median and band.
    placebos : polars.DataFrame
        One row per (panel, state): the same estimate for every comparable state.
    weights : polars.DataFrame
        One row per (weighting, position): its share of the world.
    map_frame : polars.DataFrame
        One row per state: ``state, name, lat, lon, weight, position, weighted_by``.
    vintages : tuple of mappings
        Other vintages of the claim's data in the store, with the verdict on each where it was
        asked for.
    """

    claim: ClaimStudy
    word: str
    words: str
    reason: str
    multiverse: Multiverse | None
    frame: pl.DataFrame
    series: pl.DataFrame
    placebos: pl.DataFrame
    weights: pl.DataFrame
    map_frame: pl.DataFrame
    coverage: tuple[Coverage, ...]
    placebo_tests: Mapping[str, Mapping[str, Any]]
    sources: tuple[Mapping[str, Any], ...]
    record_ends: str
    estimate_words: str
    rule: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    vintages: tuple[Mapping[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything but the long tables, as plain values for JSON."""
        found = self.multiverse
        inner = found.to_dict() if found else {}
        plain: dict[str, Any] = without_nan(
            {
                "schema": 1,
                "claim": self.claim.model_dump(mode="json", exclude_defaults=True),
                "verdict": self.word,
                "words": self.words,
                "reason": self.reason,
                "estimate": self.estimate_words,
                "rule": dict(self.rule),
                "share_sentence": SHARE_SENTENCE,
                "shares": inner.get("shares", {}),
                "n_specifications": inner.get("n_specifications", 0),
                "hash": inner.get("hash", ""),
                "choices": inner.get("choices", []),
                "excluded": inner.get("excluded", []),
                "redundant": inner.get("redundant", []),
                "panels": [self._panel(p) for p in inner.get("panels", [])],
                "minimal_flips": inner.get("minimal_flips", []),
                "nearest_flip": inner.get("nearest_flip"),
                "flip_sentence": inner.get("flip_sentence", ""),
                "coverage": [asdict(c) for c in self.coverage],
                "sources": [dict(s) for s in self.sources],
                "vintages": [dict(v) for v in self.vintages],
                "record_ends": self.record_ends,
                "warnings": [*self.warnings, *inner.get("notes", [])],
                "versions": versions(),
            }
        )
        return plain

    def _panel(self, panel: dict[str, Any]) -> dict[str, Any]:
        shares = panel["shares"]
        tests = self.placebo_tests.get(panel["key"], {})
        return {
            **panel,
            "verdict": word_for(shares["supports"], shares["not_computable"]),
            "placebo_states": tests.get("states"),
            "placebo_dates": tests.get("dates"),
            "placebo_draws": tests.get("draws"),
        }

    def report(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the illustrated report to ``path`` (a folder, or one .html file)."""
        import multipolar  # noqa: PLC0415 - claims may not import reports; the package may

        written: Path = multipolar.write_report([self], Path(path), force=force)
        return written


def versions() -> dict[str, str]:
    """Versions a number can depend on."""
    names = ("multipolar", "numpy", "polars", "scipy")
    return {"python": platform.python_version(), **{n: version(n) for n in names}}


def sentence(word: str, found: Multiverse) -> str:
    """Verdict in one plain paragraph."""
    share = _support(found.shares)
    asked = len(found.panels)
    verb = {
        "contested": "is contested",
        CANNOT_TELL: "cannot be settled with this record",
    }.get(word, word)
    text = (
        f"The claim {verb}: {CONDITIONS[word]}. It is supported in {share:.0%} of "
        f"{found.n_specifications:,} specifications"
    )
    text += f", each of {asked} questions counting once" if asked > 1 else ""
    missing = found.shares["not_computable"]
    text += f"; {missing:.0%} could not be computed and do not count. " if missing else ". "
    return text + _split(found)


def _support(shares: Mapping[str, float]) -> float:
    """Share of supporting specifications among those that could be computed; 0 without any."""
    computed = 1 - shares["not_computable"]
    return shares["supports"] / computed if computed > 0 else 0.0


def _split(found: Multiverse) -> str:
    """Say which questions answer which way, where they differ."""
    by_word: dict[str, list[str]] = {}
    for panel in found.panels.values():
        word = word_for(panel.shares["supports"], panel.shares["not_computable"])
        by_word.setdefault(word, []).append(panel.words)
    if len(by_word) < 2:
        return ""
    order = [*(w for _, w in LADDER), "fails", CANNOT_TELL]
    parts = []
    for word in sorted(by_word, key=order.index):
        named = by_word[word]
        few = len(found.panels) <= 6
        parts.append(f"{word} " + (" and ".join(named) if few else f"in {len(named)}"))
    text = f"By question ({len(found.panels)}): " + "; ".join(parts) + "."
    return text if few else f"{text} {_by_option(found)}"


def _by_option(found: Multiverse) -> str:
    """Mean support under each option of the choices that ask different questions."""
    parts = []
    for choice in found.choices:
        if choice.kind != "N" or len(choice.options) < 2:
            continue
        shares = []
        for option in choice.options:
            panels = [p for p in found.panels.values() if p.question[choice.name] == option]
            if panels:
                mean = sum(_support(p.shares) for p in panels) / len(panels)
                shares.append(f"{choice.words(option)} {mean:.0%}")
        parts.append(", ".join(shares))
    return "Mean support: " + "; ".join(parts) + "."
