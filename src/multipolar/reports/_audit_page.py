"""The page of an audit: the article's text with its verdicts in the margin.

Everything here is plain text and offsets; the template escapes it. No markup of an article reaches
the page.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from multipolar.auditing.check import STATUSES, Check, Row
from multipolar.auditing.spans import Spans
from multipolar.charts._files import write_bytes
from multipolar.core.errors import BadOption
from multipolar.reports._html import environment, read_template
from multipolar.reports._page import VERDICTS
from multipolar.reports._replication import json_text
from multipolar.reports._writing import write_report

if TYPE_CHECKING:
    from multipolar.auditing.result import Audit

# A sign beside every word of status, so that the page can be read without colour.
SIGNS = {
    "supported": ("✓", "the record bears it out"),
    "contradicted": ("✗", "the record says otherwise"),
    "depends": ("◑", "true counted one way, not counted another"),
    "cannot tell": ("?", "the record is silent or too thin"),
    "not testable": ("\u2013", "no table of the record bears on it"),
}
TYPES = {
    "MIL_EXERCISE": "military exercise",
    "MIL_PRODUCTION": "arms production",
    "UN_VOTE": "UN vote",
    "SANCTIONS_COMPLIANCE": "sanctions",
    "AID_INVESTMENT": "aid or investment",
}
SUFFIXES = (".html", ".md", ".json", ".jsonld")
PARAGRAPH = re.compile(r"\S.*(?:\n(?!\s*\n).*)*")
ADDRESS = re.compile(r"https?://[^\s;,)]+")
ROWS_SHOWN = 60
CODED = re.compile(r"[a-z]+(?:_[a-z]+)+")  # a value of a fixed list: head_of_state
# What a cell says nothing with, in columns where that is not an empty cell.
SILENT = {"at_least": ("", "no")}


def write_audit(audit: Audit, path: str | Path, *, force: bool = False) -> Path:
    """Write an audit to a file by its ending, or to a folder with every form.

    Parameters
    ----------
    audit : Audit
        Result of :func:`multipolar.audit`.
    path : str or Path
        ``.html``, ``.md``, ``.json`` and ``.jsonld`` (ClaimReview) give one file; any other name a
        folder with ``report.html``, ``report.md``, ``audit.json``, ``claim_reviews.jsonld`` and the
        report of every verdict in ``verdicts/``.
    force : bool
        Replace files that are there.

    Returns
    -------
    Path
        The file, or ``report.html`` in the folder.

    Raises
    ------
    BadOption
        A file is there already and ``force`` is not set.
    """
    target = Path(path)
    if target.suffix in SUFFIXES:
        files, entry = {target: _content(audit, target.suffix)}, target
    else:
        names = {
            ".html": "report.html",
            ".md": "report.md",
            ".json": "audit.json",
            ".jsonld": "claim_reviews.jsonld",
        }
        files = {target / name: _content(audit, kind, folder=True) for kind, name in names.items()}
        entry = target / "report.html"
    if not force and (there := next((f for f in files if f.exists()), None)):
        raise BadOption(f"{there} is there already", hint="choose another name, or use --force")
    if target.suffix not in SUFFIXES:
        for name, verdict in audit.verdicts.items():
            folder = target / "verdicts" / name
            write_report(verdict.whole(), folder, replication=False, force=force)
    for file, content in files.items():
        write_bytes(file, content)
    return entry


def _content(audit: Audit, kind: str, *, folder: bool = False) -> bytes:
    if kind == ".md":
        return audit.to_markdown().encode()
    if kind == ".json":
        return json_text(audit.to_dict()).encode()
    if kind == ".jsonld":
        return (json.dumps(audit.claim_reviews(), ensure_ascii=False, indent=1) + "\n").encode()
    return render_audit(audit, folder=folder).encode()


def render_audit(audit: Audit, *, folder: bool = False) -> str:
    """Self-contained page of one audit; in a folder it links the reports of the verdicts."""
    page = {
        "title": audit.article.title or "Article without a title",
        "facts": _facts(audit),
        "undated": audit.date is None,
        "notes": audit.notes,
        "counts": [_status(s, n) for s, n in audit.counts.items()],
        "total": len(audit.checks),
        "rumours": sum(c.rumour for c in audit.checks),
        "paragraphs": list(_paragraphs(audit)),
        "checks": [_note(c, audit) for c in audit.checks],
        "verdicts": [
            _verdict(name, v.to_dict(), folder=folder) for name, v in audit.verdicts.items()
        ],
        "unread": [dict(u) for u in audit.unread],
        "events": _events(audit.layers),
        "record": [dict(r) for r in audit.record],
        "boilerplate": audit.article.boilerplate,
        "sha256": audit.article.sha256,
    }  # fmt: skip
    css = read_template("report.css") + read_template("audit.css")
    template = environment().get_template("audit.html.j2")
    return template.render(page=page, css=Markup(css)).strip() + "\n"  # noqa: S704 - our own files


def _facts(audit: Audit) -> list[tuple[str, str, str]]:
    """Name, value and address (or nothing) of what is known of the article."""
    about = audit.article
    day = audit.date.isoformat() if audit.date else "unknown"
    language = str(audit.layers["language"])
    facts = [
        ("Published", day, ""), ("By", about.author, ""), ("In", about.publisher, ""),
        ("Address", about.url, about.url if ADDRESS.fullmatch(about.url or "-") else ""),
        ("Language", {"en": "English"}.get(language, language), ""),
    ]  # fmt: skip
    return [f for f in facts if f[1]]


def _status(status: str, count: int = 0) -> dict[str, Any]:
    sign, meaning = SIGNS[status]
    return {
        "word": status,
        "class": status.replace(" ", "-"),
        "sign": sign,
        "meaning": meaning,
        "n": count,
    }


def _paragraphs(audit: Audit) -> Iterator[dict[str, Any]]:
    """Paragraphs as pieces of text with the checks that cover them, and those that start there."""
    layers = _Layers.of(audit)
    for match in PARAGRAPH.finditer(audit.text):
        start, end = match.start(), match.start() + len(match[0].rstrip())
        notes = [_note(c, audit) for c in layers.checks.starting(start, end)]
        if not notes and audit.text[start:end].strip("# *") == audit.article.title:
            continue  # it is the heading of the page
        cuts = layers.cuts[bisect_right(layers.cuts, start) : bisect_left(layers.cuts, end)]
        pieces = [_piece(audit.text, layers, a, b) for a, b in pairwise([start, *cuts, end])]
        yield {"pieces": pieces, "notes": notes}


@dataclass(frozen=True, slots=True)
class _Layers:
    """What lies over the text: checks, sentences not understood, loaded words, and their ends."""

    checks: Spans[Check]
    unread: Spans[Mapping[str, Any]]
    loaded: Spans[Mapping[str, Any]]
    cuts: Sequence[int]

    @classmethod
    def of(cls, audit: Audit) -> _Layers:
        checks = [(c.start, c.end, c) for c in audit.checks]
        unread = [(u["start"], u["end"], u) for u in audit.unread]
        loaded = [(x["start"], x["end"], x) for x in audit.layers["loaded"]]
        ends = {offset for span in (*checks, *unread, *loaded) for offset in span[:2]}
        return cls(Spans(checks), Spans(unread), Spans(loaded), sorted(ends))


def _piece(text: str, layers: _Layers, start: int, end: int) -> dict[str, Any]:
    checks = layers.checks.over(start, end)
    last = [c for c in checks if c.end == end]
    return {
        "text": text[start:end],
        "check": checks[0].id if checks else "",
        "status": _status(checks[0].status) if checks else None,
        "first": bool(checks) and checks[0].start == start,
        "marks": [c.id.removeprefix("ck") for c in last],
        "unread": layers.unread.touches(start, end),
        "loaded": layers.loaded.touches(start, end),
    }


def _note(check: Check, audit: Audit) -> dict[str, Any]:
    """What the margin says of a check, and the rows behind it as small tables."""
    verdict = audit.verdicts.get(check.verdict)
    return {
        "id": check.id,
        "number": check.id.removeprefix("ck"),
        "status": _status(check.status),
        "type": TYPES.get(check.type, check.type.replace("_", " ").lower()),
        "text": check.text,
        "said": check.said,
        "rumour": _nobody(check),
        "sentence": check.sentence,
        "method": check.method,
        "unclear": check.unclear,
        "names": [] if _told(check) else [
            {**_status(i.status), "name": i.name, "said": i.said, "found": i.found}
            for i in check.items
        ],
        "verdict": check.verdict if verdict else "",
        "tables": _tables(check),
    }  # fmt: skip


def _told(check: Check) -> bool:
    """Whether the sentence of a check says already what a list of its names would."""
    return len(check.items) < 2 or all(
        i.name in check.sentence and i.found in check.sentence for i in check.items
    )


def _nobody(check: Check) -> str:
    """Badge of a statement that nobody answers for: rumour, or a claim without a name."""
    if not check.rumour:
        return ""
    return "rumour" if check.said.startswith("rumour") else "nobody named"


def _tables(check: Check) -> list[dict[str, Any]]:
    """Rows behind a check, one table for each table of the record."""
    tables: dict[str, dict[str, Any]] = {}
    # A verdict rests on whole tables: one line for each of them.
    whole = "tables the verdict rests on"
    listed = [
        Row(table=whole, values={"table": r.table, **r.values}, source=r.source) for r in check.rows
    ]
    for row in listed if check.verdict else check.rows:
        table = tables.setdefault(
            row.table, {"name": row.table, "columns": [], "rows": [], "more": 0}
        )
        table["columns"] = table["columns"] or [*row.values, "confidence", "source"]
        if len(table["rows"]) >= ROWS_SHOWN:
            table["more"] += 1
            continue
        cells = [_cell(v) for v in row.values.values()]
        found = ADDRESS.search(row.source)
        table["rows"].append(
            {
                "cells": cells,
                "confidence": row.confidence,
                "source": row.source,
                "address": found[0] if found else "",
            }
        )
    return [_without_empty(t) for t in tables.values()]


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    """A table without the columns in which no row says anything."""
    n = len(table["columns"]) - 2  # confidence and source are the last two
    told = [
        i for i in range(n)
        if any(r["cells"][i] not in SILENT.get(table["columns"][i], ("",)) for r in table["rows"])
    ]  # fmt: skip
    rows = [{**r, "cells": [r["cells"][i] for i in told]} for r in table["rows"]]
    sure = any(r["confidence"] for r in rows)
    columns = [table["columns"][i] for i in told] + (["confidence"] if sure else []) + ["source"]
    return {**table, "columns": columns, "rows": rows, "sure": sure}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    text = str(value)
    return text.replace("_", " ") if CODED.fullmatch(text) else text


def _verdict(name: str, data: Mapping[str, Any], *, folder: bool) -> dict[str, Any]:
    sign, meaning = VERDICTS[data["verdict"]]
    return {
        "id": name,
        "text": data["claim"]["text"],
        "word": data["verdict"],
        "class": data["verdict"].replace(" ", "-"),
        "sign": sign,
        "meaning": meaning,
        "words": data["words"],
        "flip": data["flip_sentence"],
        "panels": [
            {"words": p["words"], "verdict": p["verdict"], "n": f"{p['n']:,}",
             "supports": f"{p['shares']['supports']:.0%}"}
            for p in data["panels"]
        ],
        "coverage": [_covered(c) for c in data["coverage"]],
        "link": f"verdicts/{name}/report.html" if folder else "",
    }  # fmt: skip


def _covered(row: Mapping[str, Any]) -> str:
    """Share of the record a verdict could use, with its period where there is one."""
    period = f", {row['first']} to {row['last']}" if row["first"] else ""
    return f"{row['what']}: {row['share']:.0%}{period}"


HAPPENED = {
    "yes": "reported as happened",
    "claimed": "claimed",
    "possible": "possible, not reported as happened",
    "planned": "planned",
    "no": "did not happen",
}


def _events(layers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Events of the reading, in words: what is rumoured, planned or denied is said to be so."""
    says = {a["id"]: a for a in layers["attributions"]}
    return [
        {
            "words": e["trigger"]["text"],
            "type": str(e["type"]).lower() + (f" ({e['mode']})" if e["mode"] else ""),
            "who": _codes(e["actors"]),
            "whom": _codes(e["recipients"]),
            "happened": HAPPENED.get(e["happened"], e["happened"]),
            "says": _says(says.get(e.get("reported_by"))),
        }
        for e in layers["events"]
    ]


def _codes(codes: Sequence[str | None]) -> str:
    return ", ".join(c for c in codes if c)


def _says(attribution: Mapping[str, Any] | None) -> str:
    if attribution is None:
        return "the author"
    if attribution["source"]:
        return str(attribution["source"]["text"])
    return str(attribution["source_code"] or attribution["kind"])


assert set(SIGNS) == set(STATUSES)  # noqa: S101 - every status has a sign
