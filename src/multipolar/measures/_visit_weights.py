"""How much a visit counts: by the visitor's office, the occasion, and whether the host was met.

None of these weights is right; they are choices. Two laws hold under every one of them: meeting
the host never lowers a weight, and a higher office never weighs less than a lower one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from multipolar.core.choices import Choice

TOP = (
    "head_of_state_and_government",
    "head_of_state",
    "head_of_government",
    "de_facto_leader",
    "crown_prince",
)
RANKS: Mapping[str, int] = {
    **dict.fromkeys(TOP, 3),
    **dict.fromkeys(
        (
            "foreign_minister",
            "deputy_head_of_government",
            "deputy_head_of_state",
            "collective_presidency_member",
            "head_of_legislature",
            "organisation_head",
            "io_head",
        ),
        2,
    ),
    "minister": 1,
}
"""Rank of an office: 3 heads, 2 deputies and foreign ministers, 1 other ministers, 0 the rest."""
ROLE_WEIGHTS: Mapping[str, tuple[float, float, float, float]] = {
    "graded": (0.1, 0.25, 0.5, 1.0),
    "leaders_only": (0.0, 0.0, 0.0, 1.0),
    "all_alike": (1.0, 1.0, 1.0, 1.0),
}

ROLE = Choice(
    name="role_weight",
    options=("graded", "leaders_only", "all_alike"),
    why="a minister's visit is less than a president's by an unknown factor, or no visit at all",
    labels={
        "graded": "offices graded",
        "leaders_only": "heads of state and government only",
        "all_alike": "every office alike",
    },
)
OCCASION = Choice(
    name="multilateral_weight",
    options=(0.5, 1.0, 0.25),
    why="a summit brings guests for its own sake, but they still choose to come to this host",
    labels={
        0.5: "summits at half",
        1.0: "summits in full",
        0.25: "summits at a quarter",
    },
)
NOT_MET = Choice(
    name="not_met_weight",
    options=(0.5, 1.0),
    why="a visit without the host's leader is less of a meeting, or a visit all the same",
    labels={0.5: "host not met at half", 1.0: "host met or not alike"},
)
VISIT_CHOICES = (ROLE, OCCASION, NOT_MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWeights:
    """One way to weight visits; each factor in [0, 1], 1 for full weight."""

    role_weight: str = "graded"
    multilateral_weight: float = 0.5
    not_met_weight: float = 0.5


def visit_weight(
    role: str,
    *,
    multilateral: bool | None,
    met_host_leader: bool | None,
    weights: VisitWeights,
) -> float:
    """Weight of one visit in [0, 1].

    What the publisher does not say takes nothing off.

    Examples
    --------
    >>> graded = VisitWeights()
    >>> visit_weight("head_of_state", multilateral=False, met_host_leader=True, weights=graded)
    1.0
    >>> visit_weight("foreign_minister", multilateral=True, met_host_leader=None, weights=graded)
    0.25
    """
    by_rank = ROLE_WEIGHTS[weights.role_weight]
    office = by_rank[RANKS.get(role, 0)]
    occasion = weights.multilateral_weight if multilateral else 1.0
    meeting = weights.not_met_weight if met_host_leader is False else 1.0
    return office * occasion * meeting
