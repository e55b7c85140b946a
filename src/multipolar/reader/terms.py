"""Who held which office when: the terms behind the names of leaders."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from importlib import resources

# First day, last day and role of one term of office.
Term = tuple[date, date | None, str | None]
ROLES = {
    "s": "head_of_state", "g": "head_of_government", "f": "foreign_minister",
    "o": "head_of_organisation", "x": None,
}  # fmt: skip
OFFICES = {
    "president": "s", "chair_of_supreme_soviet": "s", "general_secretary": "x",
    "prime_minister": "g", "chancellor": "g", "high_representative": "f",
}  # fmt: skip
# Where the family name comes first, a new leader is known by the full name alone.
FAMILY_FIRST = frozenset(["CHN", "VNM", "PRK", "KOR", "JPN", "HUN", "KHM"])
FULL_DATE = len("2025-05-09")


def split_cell(cell: str) -> list[str]:
    """Names of a cell that holds several, with a bar between them."""
    return [part for part in cell.split("|") if part]


def first_day(term: Term) -> date:
    """Day a term began, to sort by."""
    return term[0]


def terms_by_name(
    own: list[dict[str, str]], words: frozenset[str]
) -> dict[tuple[str, str], tuple[Term, ...]]:
    """Terms of the lists and of the record's table, by name and code; the record's go before."""
    recorded = _recorded_terms(own, words)
    known = {(r["code"], r["role"], name) for r in recorded for name in split_cell(r["names"])}
    kept = [
        row
        for row in own
        if not any(
            (row["code"], row["role"], name) in known for name in split_cell(row["names"])[:1]
        )
    ]
    found: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for row in kept + recorded:
        end = date.fromisoformat(row["end"]) if row["end"] else None
        term = (date.fromisoformat(row["start"]), end, ROLES[row["role"]])
        for name in split_cell(row["names"]):
            found[name, row["code"]].append(term)
    return {key: tuple(sorted(terms, key=first_day)) for key, terms in found.items()}


def _recorded_terms(own: list[dict[str, str]], words: frozenset[str]) -> list[dict[str, str]]:
    """Terms of the record's table of leaders, under every name the reader knows them by.

    A person new to the reader is also known by the surname, unless that is a word or somebody's.
    """
    surnames = {name for row in own for name in split_cell(row["names"]) if " " not in name}
    spelled: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in own:
        names = split_cell(row["names"])
        for name in names:
            spelled[row["code"], name] += [n for n in names if n not in spelled[row["code"], name]]
    text = resources.files("multipolar").joinpath("sources", "starter", "leaders.csv")
    out = []
    for row in csv.DictReader(text.read_text("utf-8").splitlines()):
        code, name = row["state"], row["name"]
        if len(row["start"]) != FULL_DATE or code == "SUN":
            continue
        names = spelled.get((code, name)) or [name]
        surname = name.split()[-1]
        alone = surname not in surnames and surname.lower() not in words
        if names == [name] and alone and code not in FAMILY_FIRST:
            names = [name, surname]
        out.append(
            {
                "code": "EU" if code == "XEU" else code,
                "role": OFFICES.get(row["office"], "o"),
                "start": row["start"],
                "end": row["end"] if len(row["end"]) == FULL_DATE else "",
                "names": "|".join(names),
            }
        )
    return out
