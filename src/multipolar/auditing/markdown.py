"""The audit of an article as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from multipolar.auditing.check import Check

if TYPE_CHECKING:
    from multipolar.auditing.result import Audit


def render_markdown(audit: Audit) -> str:
    """Claims one by one: who says it, what the record says, the names, the sources."""
    lines = [f"# Audit: {_plain(audit.article.title or 'article')}", ""]
    lines += [_head(audit), ""]
    counts = [f"{n} {status}" for status, n in audit.counts.items() if n]
    n = len(audit.checks)
    lines += [f"{n} claim{'s' * (n != 1)}: " + (", ".join(counts) or "none found") + ".", ""]
    for note in audit.notes:
        lines.append(f"- Note: {_plain(note)}")
    for check in audit.checks:
        lines += ["", *_check(check, audit)]
    if audit.unread:
        lines += ["", "## Not understood", ""]
        lines += [f"- “{_plain(u['text'])}” ({u['why']})" for u in audit.unread]
    lines += ["", "## Record", ""]
    lines += [
        f"- {r['table']}: {r['source']} ({r['kind']}, {r['vintage']}), {r['rows']:,} rows"
        + (f", ends {r['record_ends']}" if r["record_ends"] else "")
        for r in audit.record
    ]
    return "\n".join(lines).rstrip() + "\n"


def _head(audit: Audit) -> str:
    parts = [audit.article.publisher, audit.article.author]
    parts.append(
        audit.date.isoformat() if audit.date else "no date: leaders are not resolved in time"
    )
    parts.append(audit.article.url)
    return ", ".join(_plain(p) for p in parts if p)


def _check(check: Check, audit: Audit) -> Iterator[str]:
    yield f"## {check.status.capitalize()}: “{_plain(check.text)}”"
    yield ""
    yield f"{check.type}, {_plain(check.said)}. {_plain(check.sentence)}"
    if check.method:
        yield f"\n{_plain(check.method)}"
    for note in check.unclear:
        yield f"\nOpen: {_plain(note)}."
    if len(check.items) > 1:
        yield ""
        yield "| name | text | record | |"
        yield "| --- | --- | --- | --- |"
        for i in check.items:
            yield f"| {_plain(i.name)} | {_plain(i.said)} | {_plain(i.found)} | {i.status} |"
    sources = dict.fromkeys(f"{r.table}: {r.source}" for r in check.rows if r.source)
    for source in list(sources)[:6]:
        yield f"\n- {_plain(source)}"
    if check.verdict:
        yield f"\n- verdict {check.verdict}: {audit.verdicts[check.verdict].word}"


def _plain(text: str) -> str:
    """Text of an article as text: no markup of either kind gets through."""
    flat = re.sub(r"\s+", " ", text).replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", flat)
