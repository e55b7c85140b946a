"""``multipolar audit``: an article in, what the record says of its claims out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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
@click.option(
    "--no-cache", is_flag=True, help="Compute every verdict; neither use nor keep those of before."
)
@click.option("--force", is_flag=True, help="Replace a report, or audits, that are there.")
@click.option(
    "--format", type=click.Choice(["json", "md", "table"]),
    help="Form of the answer; a table on a terminal and JSON in a pipe, unless given.",
)  # fmt: skip
@common_options
def command(  # noqa: PLR0913 - one parameter per option
    run: Run, source: str, date: str | None, output: str | None, lexicon: str | None,
    format: str | None, *, keep_events: bool, no_cache: bool, force: bool,  # noqa: A002
) -> None:  # fmt: skip
    """Check an article's claims against the record, name by name.

    A folder is audited article by article into one JSON file each, named by the hash of the
    article; what is there already is not done again. Rumour stays rumour, whatever the record says.

    Example: multipolar audit article.html -o report.html
    """
    if source != "-" and "://" not in source and Path(source).is_dir():
        target = Path(output or "audits")
        auditor = _auditor(run, None, keep=not no_cache)
        folder = _Folder(run, auditor, target, date, lexicon, keep_events, force)
        folder.audit(Path(source))
        return
    from multipolar.cli.read import open_article

    article = open_article(run, source)
    with show_progress(run, unit="studies") as bar:
        auditor = _auditor(run, bar, keep=not no_cache)
        audit = auditor.audit_article(article, date=date, lexicon=lexicon)
    for note in audit.notes:
        run.say(note)
    if keep_events:
        _keep_events(run, [audit], auditor)
    if output:
        run.say(f"report: {audit.report(output, force=force)}")
    else:
        _show(audit, chosen_format(format))


def _auditor(run: Run, bar: Callable[..., None] | None, *, keep: bool) -> Auditor:
    from multipolar.auditing import Auditor

    step = (lambda study: bar(f"study {study}", 0, None)) if bar else None
    return Auditor(
        run.open_store(), seed=run.settings.seed, progress=step, keep_verdicts=keep
    )  # fmt: skip


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


def _keep_events(run: Run, audits: Sequence[Any], auditor: Auditor) -> None:
    from multipolar.auditing import store_events

    kept = store_events(audits, auditor.record.store)
    run.say(f"events_read: {kept.rows:,} rows in the store" if kept else "no event to keep")


@dataclass(slots=True)
class _Folder:
    """A folder of articles on its way to one JSON file each."""

    run: Run
    auditor: Auditor
    target: Path
    date: str | None
    lexicon: str | None
    keep_events: bool
    force: bool
    waiting: list[Any] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)

    def audit(self, folder: Path) -> None:
        """Audit every article that has no audit yet; one that cannot be read is reported."""
        from multipolar.cli.read import SUFFIXES

        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not files:
            raise BadOption(
                f"no articles in {folder}", hint="files end in " + ", ".join(sorted(SUFFIXES))
            )
        self.target.mkdir(parents=True, exist_ok=True)
        if self.keep_events:
            self.stored = self._articles_stored()
        done = failed = 0
        with show_progress(self.run, unit="articles") as bar:
            for number, path in enumerate(files):
                if bar:
                    bar("auditing", number, len(files))
                try:
                    done += self._one(path)
                except MultipolarError as error:
                    failed += 1
                    self.run.say(f"{path}: {error.message}")
                if len(self.waiting) >= BATCH:
                    self._store()
        self._store()
        there = len(files) - done - failed
        self.run.say(
            f"{done} audited, {there} there already, {failed} unreadable; audits in {self.target}"
        )

    def _one(self, path: Path) -> bool:
        """Audit one file, unless the same bytes were audited before; then only its events."""
        from multipolar.cli.read import write_new
        from multipolar.reader import read, read_article

        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        written = self.target / f"{digest[:16]}.json"
        fresh = self.force or not written.exists()
        events = self.keep_events and digest not in self.stored
        if not fresh and not events:
            return False
        article = read_article(path)
        self.stored.add(digest)
        if not fresh:
            # An audit that was broken off after this file was written did not keep its events.
            day = self.date or article.date
            self.waiting.append((read(article.text, date=day, lexicon=self.lexicon), article))
            return False
        audit = self.auditor.audit_article(article, date=self.date, lexicon=self.lexicon)
        write_new(written, _plain({**audit.to_dict(), "file": path.name}))
        self.waiting += [audit] if events else []
        return True

    def _articles_stored(self) -> set[str]:
        """Hashes of the articles whose events the store holds."""
        store = self.auditor.record.store
        if "events_read" not in store.tables():
            return set()
        return set(store.frame("events_read")["article"].to_list())

    def _store(self) -> None:
        if self.waiting:
            _keep_events(self.run, self.waiting, self.auditor)
            self.waiting.clear()


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Days and numbers of the record as JSON holds them."""
    plain: dict[str, Any] = json.loads(json.dumps(record, default=str))
    return plain
