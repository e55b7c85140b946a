"""Who signed the outcome of a gathering, where its list holds positions on it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from multipolar.auditing.check import CANNOT_TELL, CONTRADICTED, SUPPORTED, Item
from multipolar.auditing.gatherings import Gathering
from multipolar.auditing.guests import NAMED, guest_list
from multipolar.auditing.record import Record, is_state
from multipolar.auditing.statement import Statement
from multipolar.auditing.worded import NOT_SIGNED, OUTCOME

DENIAL = re.compile(
    r"\b(not|never|refus\w+|declin\w+|nor|neither|nothing|without|withdrew)\b|n't\b"
)
STANCES: Mapping[str, tuple[str, bool | None]] = {
    "supported_communique": ("supported the communique", True),
    "joined_communique_later": ("joined the communique later", True),
    "withdrew_support": ("withdrew its support from the communique", False),
    "did_not_support": ("took part and did not support the communique", False),
    "declined": ("declined to come", False),
    "not_invited": ("was not invited", False),
}


def stance_items(statement: Statement, found: Gathering, record: Record) -> list[Item]:
    """Who is said to have signed the outcome or not, where the list holds positions on it."""
    guests = guest_list(found, record)
    asked = OUTCOME.search(statement.words) or NOT_SIGNED.search(statement.words)
    if not asked or "stance" not in guests.columns:
        return []
    stances = dict(guests.filter(pl.col("stance") != "").select("state", "stance").iter_rows())
    if not stances:
        return []
    denied = bool(DENIAL.search(statement.words))
    items: dict[str, Item] = {}
    for mention in statement.entities:
        code = str(mention["code"] or "")
        if mention["type"] in NAMED and is_state(code) and code != found.row["host"]:
            words, signed = STANCES.get(stances.get(code, ""), ("is not in the list", None))
            status = CANNOT_TELL
            if signed is not None:
                status = SUPPORTED if signed != denied else CONTRADICTED
            items[code] = Item(
                name=str(mention["text"]), code=code, found=words, status=status,
                said="did not sign" if denied else "signed",
            )  # fmt: skip
    return list(items.values())
