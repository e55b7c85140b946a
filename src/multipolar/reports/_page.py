"""A verdict as the words and figures of a page; templates only lay them out.

Everything here is plain text: escaping is the template's, numbers are already written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multipolar.charts._words import (
    choice_label,
    join,
    number,
    option_label,
    percent,
    plural,
    sentence,
)
from multipolar.reports._inputs import claim_id, subject_name

OUTCOMES = ("supports", "contradicts", "inconclusive", "not_computable")
OUTCOME_WORDS = {
    "supports": "supports",
    "contradicts": "contradicts",
    "inconclusive": "inconclusive",
    "not_computable": "not computable",
}
_VERBS = {
    "supports": "support",
    "contradicts": "contradict",
    "inconclusive": "are inconclusive",
    "not_computable": "cannot be computed",
}
# Symbol beside the word, so that a verdict can be told without its colour.
VERDICTS = {
    "holds": ("●", "at least 90% of the specifications that could be computed support it"),
    "mostly holds": ("◕", "70% to 90% of the specifications that could be computed support it"),
    "contested": ("◑", "30% to 70% of the specifications that could be computed support it"),
    "mostly fails": ("◔", "10% to 30% of the specifications that could be computed support it"),
    "fails": ("○", "under 10% of the specifications that could be computed support it"),
    "cannot tell": ("?", "the record is too thin to say"),
}
KINDS = {
    "E": "same question",
    "N": "different question, never pooled",
    "U": "disputed whether the same question",
}


def claim_page(data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page of one claim says, from ``Verdict.to_dict()``."""
    claim = data["claim"]
    symbol, meaning = VERDICTS.get(data["verdict"], ("?", ""))
    return {
        "id": claim_id(data),
        "title": claim.get("title") or claim.get("text") or claim_id(data),
        "text": claim.get("text") or "",
        "said_by": claim.get("said_by") or "",
        "said_in": claim.get("source") or "",
        "why": claim.get("why") or "",
        "facts": _facts(data),
        "verdict": data["verdict"],
        "verdict_class": data["verdict"].replace(" ", "-"),
        "symbol": symbol,
        "meaning": meaning,
        "words": data["words"],
        "share_sentence": data["share_sentence"],
        "shares": _shares(data.get("shares") or {}),
        "flip": _flip(data),
        "panels": [_panel(p) for p in data["panels"]],
        "rates": _rates(data["panels"]),
        "trees": _trees(data),
        "placebos": [w for w in (_placebo(p) for p in data["panels"]) if w],
        "choices": [_choice(c) for c in data["choices"]],
        "coverage": [_coverage(c) for c in data["coverage"]],
        "excluded": [f"{plural(e['n'], 'combination')}: {e['why']}" for e in data["excluded"]],
        "redundant": [
            f"{r['dropped']} left out, {r['kept']} kept: {r['why']}" for r in data["redundant"]
        ],
        "sources": [_source(s) for s in data["sources"]],
        "vintages": [_vintage(v, data) for v in data.get("vintages") or []],
        "warnings": list(data.get("warnings") or []),
        "record_ends": data.get("record_ends") or "",
        "versions": ", ".join(f"{k} {v}" for k, v in sorted((data.get("versions") or {}).items())),
        "hash": data.get("hash") or "",
        "n": data.get("n_specifications") or 0,
    }


def overview_title(pages: Sequence[Mapping[str, Any]]) -> str:
    """Heading of a report: the claim itself, or how many there are."""
    if len(pages) == 1:
        return str(pages[0]["title"])
    return f"{plural(len(pages), 'claim')} put to the record"


def _facts(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    claim = data["claim"]
    window = " to ".join(str(d) for d in (claim.get("since"), claim.get("until")) if d)
    rows = [
        ("About", subject_name(data)),
        ("Since", window),
        ("Compared with", str(claim.get("baseline") or "")),
        ("Estimate", sentence(str(data.get("estimate") or ""))),
        ("Specifications", f"{data.get('n_specifications') or 0:,}"),
        ("Record ends", str(data.get("record_ends") or "")),
    ]
    return [(name, value) for name, value in rows if value]


def _shares(shares: Mapping[str, float]) -> dict[str, Any]:
    """Widths for a bar and words for those who do not see it."""
    known = {o: shares.get(o) or 0.0 for o in OUTCOMES} if shares else {}
    parts = [f"{percent(v)} {_VERBS[o]}" for o, v in known.items() if v]
    return {
        "bar": [
            {"outcome": o.replace("_", "-"), "width": f"{v * 100:.3f}"}
            for o, v in known.items()
            if v
        ],
        "words": f"Specifications: {join(parts)}" if parts else "No specification was computed",
        "percent": {o: percent(v) for o, v in known.items()},
    }


def _flip(data: Mapping[str, Any]) -> dict[str, Any]:
    nearest = data.get("nearest_flip") or {}
    words = str(nearest.get("sentence") or data.get("flip_sentence") or nearest.get("reason") or "")
    found = nearest.get("flips") or []
    ways = [str(f["words"]) for f in found] if len(found) > 1 else []
    return {
        "sentence": words or "No change of choices was found that reverses the default verdict.",
        "ways": ways[:6],
        "more": max(0, len(ways) - 6),
    }


def _panel(panel: Mapping[str, Any]) -> dict[str, Any]:
    default = panel.get("default") or {}
    shares = _shares(panel["shares"])
    return {
        "words": sentence(panel.get("words") or panel["key"]),
        "verdict": panel.get("verdict") or "",
        "verdict_class": (panel.get("verdict") or "").replace(" ", "-"),
        "symbol": VERDICTS.get(panel.get("verdict") or "", ("", ""))[0],
        "n": f"{panel['n']:,}",
        "shares": shares,
        "percent": [shares["percent"][o] for o in OUTCOMES],
        "median": number(panel.get("median")),
        "iqr": _range(panel.get("iqr")),
        "range90": _range(panel.get("range90")),
        "default": number(default.get("estimate")),
        "interval": _interval(default),
        "default_outcome": OUTCOME_WORDS.get(default.get("outcome") or "", ""),
        "between_within": number(panel.get("between_within"), 2),
    }


def _rates(panels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How often one choice alone changes the outcome: choices, and one row per panel."""
    known = [n for p in panels for n, v in (p.get("flip_rate") or {}).items() if v is not None]
    names = list(dict.fromkeys(known))
    rows = []
    for panel in panels:
        flips, turns = panel.get("flip_rate") or {}, panel.get("reversal_rate") or {}
        cells = [
            "n/a" if flips.get(n) is None else f"{percent(flips[n])} ({percent(turns.get(n))})"
            for n in names
        ]
        rows.append({"words": sentence(panel["words"]), "cells": cells})
    return {"choices": [choice_label(n) for n in names], "rows": rows}


def _interval(default: Mapping[str, Any]) -> str:
    """Limits of an estimate; ``none`` where the whole record was counted and no sample drawn."""
    low, high = default.get("lower"), default.get("upper")
    return "none" if low is not None and low == high else _range([low, high])


def _range(pair: Sequence[float | None] | None) -> str:
    if not pair or pair[0] is None or pair[1] is None:
        return "n/a"
    return f"{number(pair[0])} to {number(pair[1])}"


def _placebo(panel: Mapping[str, Any]) -> dict[str, str] | None:
    """Rank of the subject among other states and earlier dates, in words."""
    parts = []
    for kind, what in (("placebo_states", "other states"), ("placebo_dates", "other dates")):
        found = panel.get(kind)
        if found:
            parts.append(_rank_words(found, what))
    return {"words": sentence(panel["words"]), "text": " ".join(parts)} if parts else None


def _rank_words(found: Mapping[str, Any], what: str) -> str:
    n = found.get("n") or found.get("n_draws") or 0
    names = list(found.get("more_extreme") or [])
    if found.get("words"):
        text = str(found["words"])
    elif found.get("rank") == 1:
        text = f"Against {what}, none of {n} goes further in the claimed direction."
    elif names and len(names) <= 5:
        verb = "goes" if len(names) == 1 else "go"
        text = f"Against {what}, of {n} only {join(names)} {verb} further."
    else:
        text = f"Against {what}, rank {found.get('rank')} of {n}."
    tests = [
        f"p = {number(found[key], 2)} ({words})"
        for key, words in (
            ("p_median", "median estimate"),
            ("p_share", "share supporting"),
            ("p_stouffer", "mean absolute z"),
        )
        if found.get(key) is not None
    ]
    return f"{text} Joint test: {'; '.join(tests)}." if tests else text


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    options = [
        option_label(choice, o) + (" (default)" if o == choice.get("default") else "")
        for o in choice["options"]
    ]
    return {
        "name": sentence(choice_label(choice["name"])),
        "kind": KINDS.get(choice.get("kind") or "", ""),
        "options": options,
        "why": choice.get("why") or "",
    }


def _coverage(row: Mapping[str, Any]) -> dict[str, str]:
    missing = list(row.get("missing") or [])
    named = join(missing) if len(missing) <= 12 else plural(len(missing), "state")
    period = " to ".join(str(d) for d in (row.get("first"), row.get("last")) if d)
    return {
        "what": str(row.get("what") or row.get("stream") or ""),
        "period": period,
        "share": percent(row.get("share")),
        "weight_missing": percent(row.get("weight_missing")),
        "missing": named,
        "note": str(row.get("note") or ""),
    }


def _source(row: Mapping[str, Any]) -> dict[str, str]:
    kinds = {"starter": "starter record", "added": "added by the user", "fetched": "fetched"}
    shown = {k: "" if row.get(k) is None else str(row[k]) for k in row}
    return {
        "table": shown.get("table", ""),
        "source": shown.get("source", ""),
        "kind": kinds.get(shown.get("kind", ""), shown.get("kind", "")),
        "vintage": shown.get("vintage", ""),
        "sha256": shown.get("sha256", ""),
        "rows": f"{row.get('rows') or 0:,}",
        "rejects": f"{row.get('rejects') or 0:,}",
        "record_ends": shown.get("record_ends", ""),
        "publisher": shown.get("publisher", ""),
        "licence": shown.get("licence", ""),
        "citation": shown.get("citation", ""),
    }


def _vintage(row: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Answer of another vintage of the data, or that it was not asked."""
    name = "the starter record" if row["vintage"] == "starter" else f"vintage {row['vintage']}"
    what = f"{name} of {', '.join(row['tables'])}"
    if row["verdict"] is None:
        return f"{what}: in the store, not compared (multipolar claim run ... --vintages)"
    same = "the same" if row["verdict"] == data["verdict"] else "another"
    share = "" if row["supports"] is None else f", supported in {row['supports']:.0%}"
    return f"{what}: {same} verdict, {row['verdict']}{share}"


def _trees(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = {c["name"]: c for c in data["choices"]}
    return [
        {"words": sentence(p["words"]), "root": _node(p["tree"], "All", choices)}
        for p in data["panels"]
        if p.get("tree") and p["tree"].get("children")
    ]


def _node(node: Mapping[str, Any], words: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    children = node.get("children") or []
    split = node.get("split") or {}
    branches = []
    if children and split:
        name = split["choice"]
        for child, options in zip(children, _sides(split, choices.get(name)), strict=False):
            branches.append(_node(child, f"{choice_label(name)}: {options}", choices))
    shares = _shares(node.get("shares") or {})
    return {
        "words": words,
        "n": plural(node["n"], "specification"),
        "shares": shares,
        "support": shares["percent"].get("supports", "n/a"),
        "children": branches,
    }


def _sides(split: Mapping[str, Any], choice: Mapping[str, Any] | None) -> tuple[str, str]:
    """Words of the two branches: the options named, and those left."""
    known = choice or {"options": []}
    named = [str(o) for o in split["options"]]
    left = split.get("others")
    if left is None:
        left = [o for o in known["options"] if str(o) not in named]

    def words(options: Sequence[Any]) -> str:
        return join([option_label(known, o) for o in options], last="or")

    return words(split["options"]), words(left) or "the other options"
