"""``multipolar audit``: an article in, what the record says of its claims out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, write_json, write_rows
from multipolar.cli._progress import show_progress
from multipolar.core.errors import BadOption, MultipolarError

if TYPE_CHECKING:
    from multipolar.auditing import Audit, Auditor

BATCH = 100  # articles whose events are added to the store at a time
FINDING_ROWS = ("claim", "words", "says", "record says", "finding")


@click.command("audit")
@click.argument("source", metavar="FILE|FOLDER|-|URL")
@click.option(
    "--date", metavar="YYYY-MM-DD", help="Day of publication, where the article does not say."
)
@click.option(
    "-o", "--output", type=click.Path(),
    help="report.html, .md, .json or .jsonld (ClaimReview); any other name is a folder.",
)  # fmt: skip
@click.option(
    "--lexicon", type=click.Path(dir_okay=False), help="TOML file with names of your own."
)
@click.option(
    "--keep-events", is_flag=True, help="Add the events read to the store, as events_read."
)
@click.option("--force", is_flag=True, help="Replace a report, or audits, that are there.")
@click.option(
    "--format", type=click.Choice(["json", "md", "table"]),
    help="Form of the answer; a table on a terminal and JSON in a pipe, unless given.",
)  # fmt: skip
@common_options
def command(
    run: Run, source: str, date: str | None, output: str | None, lexicon: str | None,
    format: str | None, *, keep_events: bool, force: bool,  # noqa: A002
) -> None:  # fmt: skip
    """Check an article's claims against the record, name by name.

    A folder is audited article by article into one JSON file each, named by the hash of the
    article; what is there already is not done again. Rumour stays rumour, whatever the record says.

    Example: multipolar audit article.html -o report.html
    """
    if source != "-" and "://" not in source and Path(source).is_dir():
        target = Path(output or "audits")
        _audit_folder(
            run, Path(source), target, date, lexicon, keep_events=keep_events, force=force
        )
        return
    from multipolar.cli.read import open_article

    article = open_article(run, source)
    with show_progress(run, unit="studies") as bar:
        auditor = _auditor(run, bar)
        audit = auditor.audit_article(article, date=date, lexicon=lexicon)
    for note in audit.notes:
        run.say(note)
    if keep_events:
        _keep_events(run, [audit], auditor)
    if output:
        run.say(f"report: {audit.report(output, force=force)}")
    else:
        _show(audit, chosen_format(format))


def _auditor(run: Run, bar: Callable[..., None] | None) -> Auditor:
    from multipolar.auditing import Auditor

    step = (lambda study: bar(f"study {study}", 0, None)) if bar else None
    return Auditor(run.open_store(), seed=run.settings.seed, progress=step)


def _show(audit: Audit, kind: str) -> None:
    if kind == "json":
        write_json(audit.to_dict())
    elif kind == "md":
        click.echo(audit.to_markdown(), nl=False)
    else:
        write_rows(FINDING_ROWS, list(_rows(audit)), kind)
        for item in audit.unread:
            click.echo(f"not understood: {item['text']} ({item['why']})")


def _rows(audit: Audit) -> Iterator[tuple[str, str, str, str, str]]:
    for check in audit.checks:
        yield (check.type, check.text, check.said, check.status, check.sentence)


def _keep_events(run: Run, audits: list[Audit], auditor: Auditor) -> None:
    from multipolar.auditing import store_events

    kept = store_events(audits, auditor.record.store)
    run.say(f"events_read: {kept.rows:,} rows in the store" if kept else "no event to keep")


def _audit_folder(
    run: Run, folder: Path, target: Path, date: str | None, lexicon: str | None, *,
    keep_events: bool, force: bool,
) -> None:  # fmt: skip
    """Audit every article that has no audit yet; one that cannot be read is reported, not fatal."""
    from multipolar.cli.read import SUFFIXES

    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise BadOption(
            f"no articles in {folder}", hint="files end in " + ", ".join(sorted(SUFFIXES))
        )
    target.mkdir(parents=True, exist_ok=True)
    kept: list[Audit] = []
    done = failed = 0
    with show_progress(run, unit="articles") as bar:
        auditor = _auditor(run, None)
        for number, path in enumerate(files):
            if bar:
                bar("auditing", number, len(files))
            try:
                audit = _audit_file(auditor, path, target, date, lexicon, force=force)
            except MultipolarError as error:
                failed += 1
                run.say(f"{path}: {error.message}")
                continue
            if audit is None:
                continue
            done += 1
            kept += [audit] if keep_events else []
            if len(kept) == BATCH:
                _keep_events(run, kept, auditor)
                kept.clear()
    if kept:
        _keep_events(run, kept, auditor)
    there = len(files) - done - failed
    run.say(f"{done} audited, {there} there already, {failed} unreadable; audits in {target}")


def _audit_file(
    auditor: Auditor, path: Path, target: Path, date: str | None, lexicon: str | None, *,
    force: bool,
) -> Audit | None:  # fmt: skip
    """Audit one file, or nothing where the same bytes were audited before."""
    from multipolar.cli.read import write_new
    from multipolar.reader import read_article

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    written = target / f"{digest[:16]}.json"
    if written.exists() and not force:
        return None
    audit = auditor.audit_article(read_article(path), date=date, lexicon=lexicon)
    write_new(written, _plain({**audit.to_dict(), "file": path.name}))
    return audit


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Days and numbers of the record as JSON holds them."""
    plain: dict[str, Any] = json.loads(json.dumps(record, default=str))
    return plain
