"""The report as Markdown: the same words and tables, pictures as links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from multipolar.reports._figures import Figure
from multipolar.reports._page import OUTCOME_WORDS, overview_title

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")


def render_markdown(
    pages: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Sequence[Figure]],
    *,
    chart_folder: str = "",
    replication: str = "",
) -> str:
    """Report of one or several claims; pictures are linked where ``chart_folder`` is given."""
    parts = [f"# {plain(overview_title(pages))}", ""]
    if len(pages) > 1:
        parts += _table(
            ("Claim", "Verdict", "Shares", "Nearest flip"),
            [
                (p["title"], p["verdict"], p["shares"]["words"], p["flip"]["sentence"])
                for p in pages
            ],
        )
    for page in pages:
        parts += _claim(page, figures.get(page["id"], ()), chart_folder, replication)
    return "\n".join(parts).rstrip() + "\n"


def plain(text: Any) -> str:
    r"""Text in which nothing is markup, on one line.

    Examples
    --------
    >>> plain("a *b* <script>")
    'a \\*b\\* \\<script\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _claim(
    page: Mapping[str, Any], figures: Iterable[Figure], chart_folder: str, replication: str
) -> list[str]:
    said = ", ".join(t for t in (page["said_by"], page["said_in"]) if t)
    parts = ["", f"## {plain(page['title'])}", "", f"> {plain(page['text'])}"]
    parts += [">", f"> {plain(said)}"] if said else []
    parts += ["", f"**{page['symbol']} {plain(page['verdict'])}**: {page['meaning']}.", ""]
    parts += [plain(page["words"]), "", f"{page['shares']['words']}. {page['share_sentence']}", ""]
    parts += ["### Nearest flip", "", plain(page["flip"]["sentence"]), ""]
    parts += _items(page["flip"]["ways"])
    parts += _items(f"{name}: {value}" for name, value in page["facts"])
    parts += _panels(page["panels"])
    if chart_folder:
        for figure in figures:
            name = f"{chart_folder}/{page['id']}-{figure.key}.svg"
            parts += [f"### {figure.heading}", "", f"![{plain(figure.alt)}]({name})", ""]
    parts += _section(
        "Rank among placebos", (f"{p['words']}: {p['text']}" for p in page["placebos"])
    )
    parts += _trees(page["trees"])
    parts += _choices(page["choices"])
    parts += _section("Left out on purpose", [*page["excluded"], *page["redundant"]])
    parts += _record(page)
    parts += _section("Other vintages of the data", page["vintages"])
    parts += _section("Mind", page["warnings"])
    if replication:
        command = f"    multipolar verify {replication}"
        parts += ["### Recompute it", "", command, ""]
    return parts


def _panels(panels: Sequence[Mapping[str, Any]]) -> list[str]:
    if not panels:
        return []
    shares = [(p["words"], p["verdict"], *p["percent"], p["n"]) for p in panels]
    numbers = [
        (p["words"], p["default"], p["interval"], p["median"], p["iqr"], p["range90"])
        for p in panels
    ]
    return [
        "### Answers by question",
        "",
        *_table(("Question", "Verdict", *OUTCOME_WORDS.values(), "Specifications"), shares),
        *_table(
            ("Question", "Default", "Its interval", "Median", "Middle half", "5% to 95%"), numbers
        ),
    ]


def _choices(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [(c["name"], "; ".join(c["options"]), c["kind"], c["why"]) for c in choices]
    head = ("Choice", "Options", "Options ask", "Why each can be defended")
    return ["### The choices", "", *_table(head, rows)] if rows else []


def _record(page: Mapping[str, Any]) -> list[str]:
    covered = [
        (c["what"], c["period"], c["share"], c["weight_missing"], c["missing"], c["note"])
        for c in page["coverage"]
    ]
    sources = [
        (s["table"], f"{s['publisher']}. {s['citation']}", s["licence"], s["vintage"], s["sha256"])
        for s in page["sources"]
    ]
    return [
        "### What the record covers",
        "",
        *_table(
            ("Evidence", "Period", "Covered", "Weight missing", "Without data", "Note"), covered
        ),
        "### Sources",
        "",
        *_table(("Table", "Publisher and citation", "Licence", "Version", "sha256"), sources),
    ]


def _trees(trees: Sequence[Mapping[str, Any]]) -> list[str]:
    if not trees:
        return []
    parts = ["### Under which choices it holds", ""]
    for tree in trees:
        parts += [f"**{plain(tree['words'])}**", "", *_branches(tree["root"], 0), ""]
    return parts


def _branches(node: Mapping[str, Any], depth: int) -> list[str]:
    lines = [f"{'  ' * depth}- {plain(node['words'])}: {node['support']} support, {node['n']}"]
    for child in node["children"]:
        lines += _branches(child, depth + 1)
    return lines


def _section(heading: str, items: Iterable[str]) -> list[str]:
    lines = _items(items)
    return [f"### {heading}", "", *lines] if lines else []


def _items(items: Iterable[str]) -> list[str]:
    lines = [f"- {plain(item)}" for item in items]
    return [*lines, ""] if lines else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]
