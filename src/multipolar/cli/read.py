"""``multipolar read``: an article in, its annotation out."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, write_json, write_rows
from multipolar.cli._progress import show_progress
from multipolar.core.errors import BadOption, MultipolarError, UsageError

if TYPE_CHECKING:
    from multipolar.reader import Article, Reading

SUFFIXES = frozenset([".txt", ".md", ".html", ".htm", ".eml", ".text"])


@click.command("read")
@click.argument("source", metavar="FILE|FOLDER|-|URL")
@click.option(
    "--date", metavar="YYYY-MM-DD", help="Day of publication, where the article does not say."
)
@click.option("--explain", metavar="ID", help="Say which rule made an item, e.g. ev3.")
@click.option(
    "--lexicon", type=click.Path(dir_okay=False), help="TOML file with names of your own."
)
@click.option(
    "--parser", metavar="spacy:NAME",
    help="Installed spaCy pipeline whose parse is taken first; events then say how far both agree.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(), help="File, or for a folder the folder, to write JSON to."
)
@click.option(
    "--format", type=click.Choice(["json", "md", "table"]),
    help="Form of the answer; a table on a terminal and JSON in a pipe, unless given.",
)  # fmt: skip
@common_options
def command(
    run: Run, source: str, date: str | None, explain: str | None, lexicon: str | None,
    parser: str | None, output: str | None, format: str | None,  # noqa: A002
) -> None:  # fmt: skip
    """Read an article: who is named, what happened, who says so and how firmly.

    A folder is read file by file into one JSON file each; what is there already is not read again.

    Example: multipolar read article.html --format md
    """
    options = _options(run, date, lexicon, parser)
    if source != "-" and not _is_address(source) and Path(source).is_dir():
        _read_folder(run, Path(source), Path(output or "readings"), options)
        return
    article = open_article(run, source)
    reading = _reading(article, options)
    for note in (*article.notes, *reading.notes):
        run.say(note)
    if explain:
        click.echo(reading.explain(explain))
    elif output:
        write_new(Path(output), _record(article, reading))
        run.say(f"written to {output}")
    else:
        _show(
            article, reading, "json" if chosen_format(format) == "json" else chosen_format(format)
        )


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def open_article(run: Run, source: str) -> Article:
    """Open the article at a file, a web address or, for ``-``, standard input."""
    from multipolar.reader import read_article

    if source == "-":
        return read_article(sys.stdin.buffer.read())
    if not _is_address(source):
        return read_article(source)
    if run.settings.offline:
        raise UsageError(
            f"offline: {source} is not fetched", hint="save the page and read the file"
        )
    from multipolar.download import fetch_file

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page.html"
        fetch_file(source, target)
        return read_article(target.read_bytes())


def _options(run: Run, date: str | None, lexicon: str | None, parser: str | None) -> dict[str, Any]:
    """What every article of a run is read with; a store that is there adds its names."""
    from multipolar.store.location import default_folder

    there = (run.settings.store or default_folder()).is_dir()
    return {
        "date": date, "lexicon": lexicon, "parser": parser,
        "store": run.open_store() if there else None,
    }  # fmt: skip


def _reading(article: Article, options: dict[str, Any]) -> Reading:
    from multipolar.reader import read

    return read(article.text, **{**options, "date": options["date"] or article.date})


def _record(article: Article, reading: Reading) -> dict[str, Any]:
    return {
        "article": {
            "title": article.title, "author": article.author, "publisher": article.publisher,
            "date": article.date.isoformat() if article.date else None, "language": article.language,  # noqa: E501
            "url": article.url, "sha256": article.sha256, "boilerplate": list(article.boilerplate),
            "notes": list(article.notes), "text": article.text,
        },
        **reading.to_dict(),
    }  # fmt: skip


def _show(article: Article, reading: Reading, kind: str) -> None:
    if kind == "json":
        write_json(_record(article, reading))
        return
    if kind == "md":
        click.echo(f"# {article.title or 'Article'}\n")
    rows = list(_rows(reading))
    write_rows(["id", "what", "words", "who", "whom", "happened", "says"], rows, kind)


def _rows(reading: Reading) -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """Events and claims, the two layers a reader wants to see first."""
    record = reading.to_dict()
    sources = {a["id"]: a["source_code"] or a["source_class"] for a in record["attributions"]}
    for event in record["events"]:
        yield (
            event["id"], event["type"], event["trigger"]["text"], " ".join(event["actors"]),
            " ".join(event["recipients"]), event["happened"],
            sources.get(event.get("reported_by"), "author"),
        )  # fmt: skip
    for claim in record["claims"]:
        yield (
            claim["id"], f"claim: {claim['type']}", claim["span"]["text"], " ".join(claim["subjects"]),  # noqa: E501
            " ".join(claim["objects"]), "", sources.get(claim["holder"], "author"),
        )  # fmt: skip


def _read_folder(run: Run, folder: Path, target: Path, options: dict[str, Any]) -> None:
    """Read every article of a folder that has no reading yet; bad files are reported."""
    from multipolar.reader import read_article

    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise BadOption(
            f"no articles in {folder}", hint="files end in " + ", ".join(sorted(SUFFIXES))
        )
    target.mkdir(parents=True, exist_ok=True)
    done = failed = 0
    with show_progress(run, unit="articles") as bar:
        for number, path in enumerate(files):
            if bar:
                bar("reading", number, len(files))
            written = target / ("__".join(path.relative_to(folder).parts) + ".json")
            if written.exists():
                continue
            try:
                article = read_article(path)
                write_new(written, _record(article, _reading(article, options)))
                done += 1
            except MultipolarError as error:
                failed += 1
                run.say(f"{path}: {error.message}")
    skipped = len(files) - done - failed
    run.say(f"{done} read, {skipped} there already, {failed} unreadable; readings in {target}")


def write_new(path: Path, record: dict[str, Any]) -> None:
    """Write beside and rename: a crash leaves the old file or none."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(part, path)  # noqa: PTH105 - atomic on every platform
