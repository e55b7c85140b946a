"""``multipolar demo``: the main job, on the record the package carries, with no network."""

from __future__ import annotations

import os
import shutil
import tempfile
import textwrap
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, format_option, write_rows
from multipolar.cli._progress import show_progress

if TYPE_CHECKING:
    from multipolar.claims.verdict import Verdict
    from multipolar.reports._figures import Figure
    from multipolar.store import Store

INDENT = " " * 14


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
    from multipolar.claims.library import list_claims
    from multipolar.reports import write_report

    names = list_claims()
    jobs = min(len(names), os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as empty, show_progress(run, unit="claims") as bar:
        found = {}
        with ProcessPoolExecutor(jobs, get_context("spawn"), _one_thread) as pool:
            work = [pool.submit(_check, name, empty, run.settings.seed) for name in names]
            for done in as_completed(work):
                verdict, figures = done.result()
                found[verdict.claim.id] = verdict, figures
                if bar:
                    bar("checking the claims", len(found), len(names))
    verdicts = [found[name][0] for name in names]
    _print(verdicts, format)
    drawn = {name: found[name][1] for name in names}
    written = write_report(verdicts, Path(output), force=True, drawn=drawn)
    run.say(f"report with pictures: {written.resolve()}")
    run.say("one claim by itself: multipolar claim run world-condemned-invasion")


def _print(verdicts: list[Verdict], format: str | None) -> None:  # noqa: A002 - the option
    """Verdicts on stdout: a few lines each for eyes, one row each for programs."""
    rows = [
        (v.claim.id, v.claim.text, v.word, v.to_dict()["flip_sentence"] or v.words)
        for v in verdicts
    ]
    if chosen_format(format) != "table":
        write_rows(["claim", "text", "verdict", "flip"], rows, format)
        return
    for name, text, word, flip in rows:
        click.echo(f"{word.upper():<13} “{text}”")
        click.echo(textwrap.fill(f"{flip} [{name}]", width=_width(), initial_indent=INDENT,
                                 subsequent_indent=INDENT))  # fmt: skip
        click.echo("")


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns)


def _one_thread() -> None:
    """Keep a worker to one thread: there are as many workers as cores. Runs before numpy loads."""
    for variable in ("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(variable, "1")


def _check(name: str, empty: str, seed: int) -> tuple[Verdict, list[Figure]]:
    """Verdict on one shipped claim from the starter record alone, and its pictures."""
    from multipolar.claims.assess import claim
    from multipolar.reports import draw_figures

    verdict = claim(name, store=_starter_record(empty), seed=seed)
    return verdict, draw_figures(verdict, verdict.to_dict())


@cache
def _starter_record(empty: str) -> Store:
    """Store of a worker with the starter record alone: read and hashed once, not per claim."""
    from multipolar.store import Store

    return Store.open(Path(empty) / "store")
