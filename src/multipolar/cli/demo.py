"""``multipolar demo``: the main job, on the record the package carries, with no network."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import format_option, write_rows
from multipolar.cli._progress import show_progress


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False),
    default="multipolar-report",
    show_default=True,
    help="Folder of the report; it is written anew.",
)
@format_option
@common_options
def command(run: Run, output: str, format: str | None) -> None:  # noqa: A002
    """Check every shipped claim on the starter record and write the illustrated report.

    Example: multipolar demo
    """
    from multipolar.claims.assess import claim
    from multipolar.claims.library import list_claims
    from multipolar.reports import write_report
    from multipolar.store import Store

    names = list_claims()
    with tempfile.TemporaryDirectory() as empty, show_progress(run, unit="claims") as bar:
        store = Store.open(Path(empty) / "store")
        verdicts = []
        for number, name in enumerate(names):
            if bar:
                bar("checking the claims", number, len(names))
            verdicts.append(claim(name, store=store, seed=run.settings.seed))
    rows = [
        (v.claim.id, v.claim.text, v.word, v.to_dict()["flip_sentence"] or v.words)
        for v in verdicts
    ]
    write_rows(["claim", "what is claimed", "verdict", "what would flip it"], rows, format)
    written = write_report(verdicts, Path(output), force=True)
    run.say(f"report with pictures: {written.resolve()}")
    run.say("one claim by itself: multipolar claim run world-condemned-invasion")
