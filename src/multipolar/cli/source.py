"""``multipolar source``: which open data there are, which are here, and how to get them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, format_option, write_record, write_rows
from multipolar.cli._progress import Progress, show_progress
from multipolar.core.errors import BadOption

if TYPE_CHECKING:
    from multipolar.core.declare import Source
    from multipolar.store import Provenance

COMTRADE = "trade_comtrade"


@click.group()
def command() -> None:
    """Open data sets: what they are, their terms, and how to bring them into the store.

    Example: multipolar source list
    """


@command.command("list")
@format_option
@common_options
def list_sources(run: Run, format: str | None) -> None:  # noqa: A002
    """List every source with its publisher, licence, coverage and freshness.

    Example: multipolar source list --format csv
    """
    from multipolar.sources import SOURCES

    here = _in_store(run)
    columns = ("name", "publisher", "licence", "coverage", "fresh_to", "in_store")
    rows = [
        (
            s.name,
            s.publisher,
            s.licence,
            s.coverage,
            here.get(s.name) or (s.as_of.isoformat() if s.as_of else ""),
            _presence(s, here),
        )
        for s in SOURCES
    ]
    write_rows(columns, rows, format)


@command.command()
@click.argument("name")
@click.option("--schema", is_flag=True, help="Also the columns of every table.")
@format_option
@common_options
def show(run: Run, name: str, format: str | None, *, schema: bool) -> None:  # noqa: A002
    """Show one source: publisher, licence, terms, citation, tables.

    NAME is a source, or a Python file that declares one.

    Example: multipolar source show vote_dyads --schema
    """
    source = _find(name)
    record = _describe(source, here=_in_store(run))
    if not schema:
        write_record(record, format)
        return
    if chosen_format(format) == "json":
        write_record(record | {"tables": [_describe_table(t) for t in source.tables]}, format)
        return
    if chosen_format(format) == "table":
        write_record(record, format)
        click.echo()
    columns = ("table", "column", "type", "unit", "missing", "meaning")
    rows = [
        (t.name, c.name, c.dtype, c.unit, "allowed" if c.nullable else "", c.meaning)
        for t in source.tables
        for c in t.columns
    ]
    write_rows(columns, rows, format)


@command.command()
@click.argument("name")
@click.argument("paths", nargs=-1, required=True)
@format_option
@common_options
def add(run: Run, name: str, paths: tuple[str, ...], format: str | None) -> None:  # noqa: A002
    """Read local files of a source into the store.

    NAME is a source, or a Python file that declares one; a folder in PATHS stands for its files.
    The tables read replace those of the same name; older vintages stay. Rows that cannot be used
    are kept apart with reasons: multipolar source rejects NAME.

    Example: multipolar source add unga_votes 2026_02_06_ga_voting.csv
    """
    with show_progress(run) as progress:
        written = run.open_store().add(_find(name), paths, progress=progress)
    _report(run, written, format)


@command.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--reporter", metavar="X,Y", help="trade_comtrade: the states that report.")
@click.option("--year", metavar="YEARS", help="trade_comtrade: 2022, 2019-2023 or 2019,2022.")
@click.option("--product", help="trade_comtrade: TOTAL, a code, or AG2, AG4, AG6.")
@format_option
@common_options
def fetch(
    run: Run,
    names: tuple[str, ...],
    reporter: str | None,
    year: str | None,
    product: str | None,
    format: str | None,  # noqa: A002
) -> None:
    """Download sources from their publishers into the store.

    A download that broke off is resumed by the next call. Comtrade answers one report at a time,
    with a key in COMTRADE_API_KEY; reports fetched before stay and are not asked for again:

    multipolar source fetch trade_comtrade --reporter KGZ,ARM --year 2019-2023

    Example: multipolar source fetch attributes
    """
    asked = reporter or year or product
    if asked and names != (COMTRADE,):
        raise BadOption(
            "--reporter, --year and --product are for trade_comtrade alone",
            hint=f"multipolar source fetch {COMTRADE} --reporter KGZ --year 2022",
        )
    written: list[Provenance] = []
    with show_progress(run) as progress:
        for name in names:
            store = run.open_store()
            offline = run.settings.offline
            if name == COMTRADE:
                reports = _reports(run, reporter, year, product or "TOTAL", progress)
                written += store.add(name, reports, progress=progress)
            else:
                written += store.fetch(_find(name), offline=offline, progress=progress)
    _report(run, written, format)


def _reports(
    run: Run, reporter: str | None, year: str | None, product: str, progress: Progress | None
) -> list[Path]:
    """Reports asked for now, and those of before."""
    from multipolar.core.states import find_states
    from multipolar.sources.trade_comtrade import fetch_reports

    if not reporter or not year:
        raise BadOption(
            "Comtrade is asked for one reporter and year at a time",
            hint=f"multipolar source fetch {COMTRADE} --reporter KGZ --year 2022",
        )
    years = _years(year)
    states = [s.code for s in find_states(reporter, on=years[-1])]
    folder = Path(run.open_store().path) / "raw" / COMTRADE / "reports"
    offline = run.settings.offline
    fetch_reports(folder, states, years, product=product, offline=offline, progress=progress)
    return sorted(folder.glob("comtrade-*.json"))


def _years(text: str) -> list[int]:
    """Years of a list such as ``2019-2021,2023``."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        last = last or first
        if not (first.isdigit() and last.isdigit() and 1962 <= int(first) <= int(last) <= 2100):
            raise BadOption(
                f"--year {text!r} is no list of years from 1962 on", hint="--year 2019-2023"
            )
        found.update(range(int(first), int(last) + 1))
    return sorted(found)


@command.command()
@click.argument("name")
@format_option
@common_options
def rejects(run: Run, name: str, format: str | None) -> None:  # noqa: A002
    """Show the rows of a source that could not be used, with reasons.

    Example: multipolar source rejects unga_votes
    """
    from multipolar.cli._output import write_frame

    write_frame(run.open_store().rejects(name), format)


@command.command()
@click.argument("name")
@click.argument("paths", nargs=-1)
@format_option
@common_options
def check(run: Run, name: str, paths: tuple[str, ...], format: str | None) -> None:  # noqa: A002
    """Check that a source keeps its contract; exit code 3 where it does not.

    NAME is a source, or a Python file that declares one. With PATHS those files are read, else
    the source's starter files. Nothing is stored.

    Example: multipolar source check poles
    """
    from multipolar.testing import check_source

    del run
    report = check_source(_find(name), paths)
    record: dict[str, Any] = {"source": report.source, "contract": "kept"}
    record |= {f"rows of {table}": rows for table, rows in report.rows.items()}
    write_record(record | {"rejected rows": report.rejects}, format)


def _find(name: str) -> Source:
    """Source by name, or declared in the Python file of that name."""
    from multipolar.sources import SOURCES

    if name.endswith(".py"):
        from multipolar.testing import load_source

        return load_source(name)
    return SOURCES[name]


def _in_store(run: Run) -> dict[str, str]:
    """Newest vintage in the store by source; reads the manifest and nothing else."""
    from multipolar.store.location import default_folder
    from multipolar.store.manifest import read_manifest

    entries = read_manifest(run.settings.store or default_folder()).entries
    return {e.source: e.vintage for e in entries}


def _presence(source: Source, here: dict[str, str]) -> str:
    if not source.enabled:
        return "switched off"
    if source.name in here:
        return "yes"
    return "starter" if source.starter else "no"


def _describe(source: Source, here: dict[str, str]) -> dict[str, Any]:
    record = {
        "name": source.name,
        "title": source.title,
        "publisher": source.publisher,
        "homepage": source.homepage,
        "licence": source.licence,
        "terms": source.terms,
        "citation": source.citation,
        "coverage": source.coverage,
        "starter record to": source.as_of.isoformat() if source.starter and source.as_of else "",
        "in store": here.get(source.name, _presence(source, here)),
        "files": ", ".join(f.url for f in source.files),
        "breaks": " ".join(source.breaks),
        "notes": source.notes,
        "switched off": source.disabled_reason,
        "tables": "; ".join(f"{t.name} (a row: {t.row})" for t in source.tables),
    }
    return {field: value for field, value in record.items() if value}


def _describe_table(table: Any) -> dict[str, Any]:
    from dataclasses import asdict

    described: dict[str, Any] = asdict(table)
    return described


def _report(run: Run, written: list[Provenance], format: str | None) -> None:  # noqa: A002
    columns = ("table", "kind", "vintage", "rows", "rejects", "first", "last")
    write_rows(columns, [tuple(getattr(p, c) for c in columns) for p in written], format)
    for source in dict.fromkeys(p.source for p in written if p.rejects):
        run.say(f"some rows could not be used: multipolar source rejects {source}")
    run.say(f"raw files are kept under {Path(run.open_store().path) / 'raw'}")
