"""Choices of an estimation on one dimension, for questions that the plane has no answer to."""

from __future__ import annotations

from multipolar.core.choices import Constraint, Options
from multipolar.measures._ideal_measure import CHOICES, CONSTRAINTS, STORED

LINE_CHOICES = tuple(c for c in CHOICES if c.name != "dimensions")
_MODE = LINE_CHOICES[0]
NEW_CHOICES = (
    _MODE.restricted([o for o in _MODE.options if o != STORED], default="fast"),
    *LINE_CHOICES[1:],
)
"""The same where the stored estimates do not serve, as they have no roll calls."""


def _on_a_line(constraint: Constraint) -> Constraint:
    def allows(options: Options) -> bool:
        return constraint.allows({**options, "dimensions": 1})

    return Constraint(allows=allows, why=constraint.why)


LINE_CONSTRAINTS = tuple(map(_on_a_line, CONSTRAINTS))
