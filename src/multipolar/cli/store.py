"""``multipolar store``: what the folder of evidence holds, questions to it, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, format_option, write_frame

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


def _on_screen(status: pl.DataFrame) -> pl.DataFrame:
    """The columns that fit on 80 characters; what was added is named with its vintage."""
    import polars as pl

    kind, vintage = pl.col("kind"), pl.col("vintage")
    in_use = pl.when(kind == "starter").then(kind).otherwise(kind + " " + vintage)
    return status.select("table", in_use.alias("in_use"), "rows", "rejects", "first", "last")
