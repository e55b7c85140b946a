"""``multipolar report``: the illustrated report of one or more claims."""

from __future__ import annotations

from pathlib import Path

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._progress import show_progress


@click.command("report")
@click.argument("claims", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(), required=True, help="Folder, or one file.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@common_options
def command(run: Run, claims: tuple[str, ...], output: str, *, force: bool) -> None:
    """Write the report of CLAIMS: a folder, or one .html, .md, .json or .csv file.

    Example: multipolar report world-condemned-invasion world-sanctioned-russia -o out
    """
    from multipolar.claims.assess import claim
    from multipolar.reports import write_report

    store = run.open_store()
    verdicts = []
    with show_progress(run, unit="claims") as bar:
        for number, name in enumerate(claims):
            if bar:
                bar("checking the claims", number, len(claims))
            verdicts.append(claim(name, store=store, seed=run.settings.seed))
    run.say(f"report: {write_report(verdicts, Path(output), force=force)}")
