"""``multipolar store``: what the folder of evidence holds, questions to it, and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, format_option, write_frame
from multipolar.cli._progress import show_progress
from multipolar.core.errors import BadOption

if TYPE_CHECKING:
    import polars as pl


@click.group()
def command() -> None:
    """The folder of evidence: what is in it, where it is from, and how to take it out.

    Example: multipolar store status
    """


@command.command()
@click.option("--all", "every", is_flag=True, help="Every field of each table, also on screen.")
@format_option
@common_options
def status(run: Run, format: str | None, *, every: bool) -> None:  # noqa: A002
    """List the tables: source, starter record or not, vintage, rows, rejected rows, dates.

    Example: multipolar store status --format md
    """
    store = run.open_store()
    frame = store.status()
    if chosen_format(format) == "table" and not every:
        frame = _on_screen(frame)
    write_frame(frame, format)
    run.say(f"store: {store.path}" + ("" if store.path.exists() else " (nothing added yet)"))


@command.command()
@click.argument("query")
@format_option
@common_options
def sql(run: Run, query: str, format: str | None) -> None:  # noqa: A002
    """Answer one SQL query over the tables of the store.

    Example: multipolar store sql "SELECT vote, count(*) AS n FROM votes GROUP BY vote"
    """
    write_frame(run.open_store().sql(query), format)


@command.command()
@click.argument("what")
@click.argument("path", type=click.Path(dir_okay=False))
@click.option(
    "--format",
    type=click.Choice(["csv", "parquet", "dta", "xlsx"]),
    help="Format of the file; its ending decides unless given.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@common_options
def export(run: Run, what: str, path: str, format: str | None, *, force: bool) -> None:  # noqa: A002
    """Write a table, or the answer to an SQL query, to a file.

    Stata files carry the meaning of every column as its label.

    Example: multipolar store export memberships memberships.dta
    """
    written = run.open_store().export(what, path, format, force=force)
    run.say(f"written: {written}")


@command.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="File to write: csv, parquet, dta or xlsx. Without it the streams are listed.",
)
@click.option("--since", type=int, default=1946, show_default=True, help="First year.")
@click.option("--until", type=int, default=2025, show_default=True, help="Last year.")
@click.option("--streams", metavar="A,B", help="Only these streams, e.g. votes,visits.")
@click.option("--states", metavar="X,Y", help="Only pairs with one of these states.")
@click.option("--directed", is_flag=True, help="Rows in both orders of a pair.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@format_option
@common_options
def panel(
    run: Run,
    output: str | None,
    format: str | None,  # noqa: A002
    *,
    force: bool,
    **asked: Any,
) -> None:
    """Write all streams side by side, one row per pair of states and year.

    A cell is 0 where a source covers the pair and has no row, and empty where it does not.
    Without -o: which streams there are, with their columns and the years they have.

    Example: multipolar store panel -o panel.dta --since 1991 --states RUS,USA
    """
    from multipolar.store.exporting import export_frame, target_format
    from multipolar.store.panel import dyad_panel, panel_streams
    from multipolar.store.panel_labels import panel_labels

    store = run.open_store()
    if output is None:
        if force or asked["streams"] or asked["states"] or asked["directed"]:
            raise BadOption("a panel goes to a file, and none is named", hint="-o panel.parquet")
        _list_streams(panel_streams(store), format)
        return
    if format:
        raise BadOption("the ending of the file decides its form", hint=f"drop --format {format}")
    # What would stop the writing is said before the work.
    target_format(Path(output), force=force)
    with show_progress(run, unit="streams") as progress:
        asked |= {name: _words(asked[name]) for name in ("streams", "states")}
        found = dyad_panel(store, progress=progress, **asked)
    written = export_frame(found, Path(output), labels=panel_labels(found.columns), force=force)
    run.say(f"written: {written} ({found.height:,} rows, {found.width} columns)")


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [w.strip() for w in text.split(",") if w.strip()]


def _list_streams(streams: pl.DataFrame, format: str | None) -> None:  # noqa: A002
    import polars as pl

    names = pl.col("columns").list.join(", ")
    write_frame(streams.with_columns(names), format)


def _on_screen(status: pl.DataFrame) -> pl.DataFrame:
    """The columns that fit on 80 characters; what was added is named with its vintage."""
    import polars as pl

    kind, vintage = pl.col("kind"), pl.col("vintage")
    in_use = pl.when(kind == "starter").then(kind).otherwise(kind + " " + vintage)
    return status.select("table", in_use.alias("in_use"), "rows", "rejects", "first", "last")
