"""Verdicts to files: a folder with everything, or one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from multipolar.charts._files import write_bytes
from multipolar.core.errors import BadOption, UnknownName
from multipolar.reports._figures import Figure, draw_figures
from multipolar.reports._html import render_html
from multipolar.reports._inputs import VerdictLike, claim_id
from multipolar.reports._markdown import render_markdown
from multipolar.reports._page import claim_page
from multipolar.reports._replication import csv_text, json_text, replication_files

Drawn = Mapping[str, list[Figure]] | None
FORMATS = ("html", "md", "json", "csv")
_CHARTS, _DATA, _REPLICATION = "charts", "data", "replication"


def write_report(
    verdicts: VerdictLike | Sequence[VerdictLike],
    folder_or_file: str | Path,
    *,
    formats: Sequence[str] = FORMATS,
    replication: bool = True,
    force: bool = False,
    drawn: Drawn = None,
) -> Path:
    """Write the illustrated report of one or several verdicts.

    Parameters
    ----------
    verdicts : Verdict or sequence of Verdict
        Results of :func:`multipolar.claim`.
    folder_or_file : str or Path
        A name that ends in ``.html``, ``.md``, ``.json`` or ``.csv`` gives that one file; any
        other name a folder with ``report.html``, ``report.md``, ``charts/``, ``data/`` (one JSON
        and one CSV per claim, one row per specification) and ``replication/``.
    formats : sequence of {"html", "md", "json", "csv"}
        What the folder holds.
    replication : bool
        Whether the folder holds what :func:`multipolar.verify` needs.
    force : bool
        Replace files that are there.
    drawn : mapping of claim id to pictures, optional
        Pictures drawn elsewhere (:func:`multipolar.reports.draw_figures`), in other processes say.

    Returns
    -------
    Path
        The file, or ``report.html`` in the folder (the folder itself without that format).

    Raises
    ------
    BadOption
        No verdict, two of the same id, a file that is there already, an unknown format.
    StoreError
        The disk refused the write.

    Notes
    -----
    The same verdicts give the same bytes: no date is written but those of the record. A report
    shows what the record says under stated choices, not what happened.

    Examples
    --------
    >>> write_report([], "nowhere")
    Traceback (most recent call last):
    ...
    multipolar.core.errors.BadOption: no verdict to report
      fix: multipolar claim run ID --report FOLDER
    """
    given = list(verdicts) if isinstance(verdicts, Sequence) else [verdicts]
    target = Path(folder_or_file)
    _check(given, formats)
    kind = target.suffix.lstrip(".")
    if kind in FORMATS:
        files = {target.name: _single_file(given, kind, drawn)}
        root, entry = target.parent, target
    else:
        files = _folder_files(given, formats, replication=replication, drawn=drawn)
        root, entry = target, target / "report.html" if "html" in formats else target
    if not force:
        _refuse_overwriting(root, files)
    for name, content in files.items():
        write_bytes(root / name, content)
    return entry


def _check(verdicts: Sequence[VerdictLike], formats: Sequence[str]) -> None:
    if not verdicts:
        raise BadOption("no verdict to report", hint="multipolar claim run ID --report FOLDER")
    for name in formats:
        if name not in FORMATS:
            raise UnknownName.among("report format", name, FORMATS)
    ids = [claim_id(v.to_dict()) for v in verdicts]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice:
        raise BadOption(f"two verdicts have the id {twice!r}", hint="give each claim its own id")


def _refuse_overwriting(root: Path, files: Mapping[str, bytes]) -> None:
    for name in files:
        if (root / name).exists():
            raise BadOption(
                f"{root / name} is there already", hint="choose another name, or use --force"
            )


def _single_file(verdicts: Sequence[VerdictLike], kind: str, drawn: Drawn) -> bytes:
    if kind == "csv":
        return _csv(verdicts).encode()
    if kind == "json":
        data = [v.to_dict() for v in verdicts]
        return json_text(data[0] if len(data) == 1 else data).encode()
    pages = [claim_page(v.to_dict()) for v in verdicts]
    if kind == "md":
        return render_markdown(pages, {}).encode()
    return render_html(pages, _figures(verdicts, drawn)).encode()


def _csv(verdicts: Sequence[VerdictLike]) -> str:
    """Specifications of all claims under one another; a column of another claim stays empty."""
    frames = [
        v.frame.select(pl.lit(claim_id(v.to_dict())).alias("claim"), pl.all().cast(pl.String))
        if len(verdicts) > 1
        else v.frame
        for v in verdicts
        if v.frame.width
    ]
    return csv_text(pl.concat(frames, how="diagonal")) if frames else ""


def _folder_files(
    verdicts: Sequence[VerdictLike], formats: Sequence[str], *, replication: bool, drawn: Drawn
) -> dict[str, bytes]:
    """Every file of the folder by its name inside, the page last."""
    files: dict[str, bytes] = {}
    pages = [claim_page(v.to_dict()) for v in verdicts]
    if replication:
        inner = replication_files(verdicts)
        files |= {f"{_REPLICATION}/{name}": content for name, content in inner.items()}
    for verdict, page in zip(verdicts, pages, strict=True):
        if "json" in formats:
            files[f"{_DATA}/{page['id']}.json"] = json_text(verdict.to_dict()).encode()
        if "csv" in formats:
            files[f"{_DATA}/{page['id']}.csv"] = csv_text(verdict.frame).encode()
    folder = _REPLICATION if replication else ""
    if {"html", "md"} & set(formats):
        figures = _figures(verdicts, drawn)
        for name, pictures in figures.items():
            files |= {f"{_CHARTS}/{name}-{f.key}.svg": f.svg.encode() for f in pictures}
        if "md" in formats:
            text = render_markdown(pages, figures, chart_folder=_CHARTS, replication=folder)
            files["report.md"] = text.encode()
        if "html" in formats:
            files["report.html"] = render_html(pages, figures, replication=folder).encode()
    return files


def _figures(verdicts: Sequence[VerdictLike], drawn: Drawn) -> Mapping[str, list[Figure]]:
    if drawn is not None:
        return drawn
    data = [v.to_dict() for v in verdicts]
    return {claim_id(d): draw_figures(v, d) for v, d in zip(verdicts, data, strict=True)}
