"""What the columns of a panel mean, in one line each: the labels of a Stata file."""

from __future__ import annotations

from collections.abc import Sequence

_KEYS = {
    "state_a": "state code, the earlier in the alphabet",
    "state_b": "state code, the later in the alphabet",
    "source_state": "state code, from",
    "target_state": "state code, to",
    "year": "calendar year",
}
_MEANINGS = {
    "votes_shared": "UN roll calls on which both voted yes, no or abstained",
    "votes_agreement": "agreement in them: 0 always opposite, 1 always the same",
    "visits": "trips of leaders, foreign ministers and the like",
    "sanctions": "cases of sanctions in force on a day of the year",
    "alliance_defense": "bound by an obligation of defence",
    "alliance_offense": "bound by an obligation of offence",
    "alliance_neutrality": "bound by an obligation of neutrality",
    "alliance_nonaggression": "bound by an obligation of non-aggression",
    "alliance_consultation": "bound by an obligation of consultation",
    "shared_igos": "intergovernmental organisations with both as full members",
    "shared_groups": "curated groups (EU, NATO, CSTO, ...) with both as members",
    "arms": "arms delivered, million trend-indicator values (not money)",
    "trade_usd": "trade in both directions, current US$",
    "goods_usd": "exports of goods, current US$",
    "contiguity": "border: land, water up to 12, 24, 150 or 400 miles, none",
    "distance_km": "shortest distance between the territories, km",
    "embassy": "rank of the mission",
}
_DIRECTIONS = {"_ab": "state_a to state_b: ", "_ba": "state_b to state_a: "}


def panel_labels(columns: Sequence[str]) -> dict[str, str]:
    """Meaning of the columns of a panel, for those that have one.

    Parameters
    ----------
    columns : sequence of str
        Of a frame :func:`multipolar.dyad_panel` gave.

    Examples
    --------
    >>> panel_labels(["arms_ba"])["arms_ba"]
    'state_b to state_a: arms delivered, million trend-indicator values (not money)'
    """
    found = {}
    for name in columns:
        stem, direction = name, ""
        for ending, words in _DIRECTIONS.items():
            if name.endswith(ending):
                stem, direction = name.removesuffix(ending), words
        meaning = _KEYS.get(name) or _MEANINGS.get(stem)
        if meaning:
            found[name] = direction + meaning
    return found
