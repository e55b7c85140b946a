"""``multipolar verify``: compute a report again and say equal, or where it differs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from multipolar.cli._options import Run, common_options


@click.command("verify")
@click.argument("folder", type=click.Path())
@common_options
def command(run: Run, folder: str) -> None:
    """Recompute the claims of a report or replication folder; exit 3 where anything differs.

    Example: multipolar verify multipolar-report
    """
    from multipolar.reports import verify

    found = verify(Path(folder), store=run.open_store())
    if found.equal:
        click.echo("equal: every specification and number is the same")
        return
    for line in found.differences:
        click.echo(line)
    sys.exit(3)
