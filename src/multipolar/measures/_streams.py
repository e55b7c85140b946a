"""Join the streams of one measure: each answers in its own way, none is averaged with another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from multipolar.core.choices import Choice, Constraint
from multipolar.measures._estimand import Cells, Coverage, Estimand, Floats


class Streams:
    """Several estimands under one choice ``stream``; the rest of their choices are pooled.

    ``silent`` names the streams that were asked for and have nothing on the subject, each as
    "stream: why". A choice of one stream declares that it arises under that stream only;
    ``constraints`` are those of the streams together.
    """

    def __init__(
        self,
        stream: Choice,
        parts: Mapping[str, Estimand],
        constraints: Sequence[Constraint] = (),
        silent: Sequence[str] = (),
    ) -> None:
        self._parts = dict(parts)
        self._silent = tuple(silent)
        first = next(iter(self._parts.values()))
        self.states = first.states
        self.subject = first.subject
        self.unit = first.unit
        by_name = {c.name: c for part in self._parts.values() for c in part.choices}
        spoken = stream.restricted(tuple(self._parts))
        self.choices: tuple[Choice, ...] = (spoken, *by_name.values())
        own = (c for part in self._parts.values() for c in part.constraints)
        self.constraints: tuple[Constraint, ...] = (*constraints, *own)

    def _of(self, options: Mapping[str, Any]) -> Estimand:
        return self._parts[options["stream"]]

    def cells(self, options: Mapping[str, Any], break_year: int) -> Cells:
        """Estimates of the stream that ``options`` name."""
        return self._of(options).cells(options, break_year)

    def values(self, options: Mapping[str, Any], break_year: int) -> Floats:
        """Values of the stream that ``options`` name."""
        return self._of(options).values(options, break_year)

    def comparable(self, options: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Comparable states of that stream; all False where it knows only one state."""
        return self._of(options).comparable(options)

    def break_years(self) -> Sequence[int]:
        """Earlier break years, from the stream that reaches furthest back."""
        return max((p.break_years() for p in self._parts.values()), key=len)

    def series(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Yearly values of that stream."""
        return self._of(options).series(options)

    def positions(self, options: Mapping[str, Any]) -> pl.DataFrame:
        """Partners' positions in that stream."""
        return self._of(options).positions(options)

    def shares(self) -> pl.DataFrame:
        """Shares by weighting, of the first stream that has them."""
        frames = [p.shares() for p in self._parts.values()]
        return next((f for f in frames if not f.is_empty()), frames[0])

    def coverage(self) -> list[Coverage]:
        """Coverage of every stream, those with nothing to say included."""
        silent = [
            Coverage(
                stream=name, what=why, first="", last="", share=0.0, note="not part of the answer"
            )
            for name, _, why in (text.partition(": ") for text in self._silent)
        ]
        return [row for part in self._parts.values() for row in part.coverage()] + silent
