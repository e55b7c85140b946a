"""What a report reads from a verdict, and the small differences of spelling it evens out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import polars as pl

from multipolar.core.errors import UnknownName
from multipolar.core.states import state_of

_WEIGHTINGS = {
    "equal": "states",
    "population": "people",
    "gdp": "output",
    "gdp_mer": "output",
    "gdp_ppp": "output (purchasing power)",
    "counting states": "states",
    "counting people": "people",
    "counting output": "output",
}
_ORDER = ("states", "people", "output")

_SIZES = {
    "population": "population",
    "gdp": "economic output",
    "gdp_mer": "economic output",
    "gdp_ppp": "economic output at purchasing power",
    "un_scale": "share of the UN budget",
}


class VerdictLike(Protocol):
    """A verdict: its dictionary, its tables, and the claim it is about."""

    @property
    def claim(self) -> Any: ...
    @property
    def frame(self) -> pl.DataFrame: ...
    @property
    def series(self) -> pl.DataFrame: ...
    @property
    def placebos(self) -> pl.DataFrame: ...
    @property
    def weights(self) -> pl.DataFrame: ...
    @property
    def map_frame(self) -> pl.DataFrame: ...

    def to_dict(self) -> dict[str, Any]: ...


def claim_id(data: Mapping[str, Any]) -> str:
    """Id of the claim as it may stand in a file name; from its title where it was given none."""
    given = str(data["claim"].get("id") or "")
    if given in ("", "claim"):
        given = str(data["claim"].get("title") or data["claim"].get("text") or "claim")
    return re.sub(r"[^a-z0-9]+", "-", given.casefold()).strip("-")[:80] or "claim"


def subject_name(data: Mapping[str, Any]) -> str:
    """Name of the state the claim is about; ``the world`` where it is about no single one."""
    claim = data["claim"]
    return str(claim.get("subject_name") or name_of(claim.get("subject") or "") or "the world")


def name_of(code: str) -> str:
    """Name of a state by code; the code itself where no state has it."""
    try:
        return state_of(code).name if code else ""
    except UnknownName:
        return code


def state_names(codes: Iterable[str], map_frame: pl.DataFrame) -> dict[str, str]:
    """Name by code, from the map where it has one."""
    known = {}
    if map_frame.height:
        known = dict(zip(map_frame["state"], map_frame["name"], strict=True))
    return {c: known.get(c) or name_of(c) for c in dict.fromkeys(codes)}


def named_weights(weights: pl.DataFrame) -> pl.DataFrame:
    """Weighting in words, in one order: states, people, output, then any other."""
    if "weighting" not in weights.columns and "weight" in weights.columns:
        weights = weights.rename({"weight": "weighting"})
    named = weights.with_columns(pl.col("weighting").replace(_WEIGHTINGS))
    rank = {word: i for i, word in enumerate(_ORDER)}
    place = pl.col("weighting").replace_strict(rank, default=len(rank), return_dtype=pl.Int8)
    return named.sort(place, maintain_order=True)


def weight_words(map_frame: pl.DataFrame) -> str:
    """What the size of a circle stands for."""
    if "weighted_by" not in map_frame.columns or not map_frame.height:
        return "weight"
    by = str(map_frame["weighted_by"][0])
    return _SIZES.get(by, by.replace("_", " "))
