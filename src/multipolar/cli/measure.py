"""``multipolar measure``: which numbers there are, what they mean, and the numbers themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import (
    chosen_format,
    format_option,
    write_frame,
    write_json,
    write_rows,
)


@click.group()
def command() -> None:
    """Measures: what each number means, its range, its choices, and the number.

    Example: multipolar measure compute alignment --state KAZ --pole west --since 2020
    """


@command.command("list")
@format_option
@common_options
def list_(run: Run, format: str | None) -> None:  # noqa: A002
    """List the measures.

    Example: multipolar measure list
    """
    from multipolar.measures import MEASURES

    del run
    rows = [(m.name, ", ".join(m.keys), m.title) for m in MEASURES]
    write_rows(["measure", "one row per", "what it is"], rows, format)


@command.command()
@click.argument("name")
@format_option
@common_options
def show(run: Run, name: str, format: str | None) -> None:  # noqa: A002
    """Show what a measure means, its range, its limits, its choices, its sources.

    Example: multipolar measure show isolation
    """
    from multipolar.cli._measure_charts import CHARTS
    from multipolar.measures import MEASURES
    from multipolar.measures._dispatch import selectors_of

    del run
    found = MEASURES[name]
    fields = {
        "measure": found.name,
        "title": found.title,
        "meaning": found.meaning,
        "unit": found.unit,
        "low end": found.low,
        "high end": found.high,
        "does not measure": found.not_measured,
        "one row per": ", ".join(found.keys),
        "reads": _with_sources(found.tables),
        "selectors": ", ".join(f"--{s}" for s in selectors_of(name)),
        "picture": "--chart FILE.svg or .png" if name in CHARTS else "none",
        "reference": found.reference,
        "version": found.version,
    }
    choices = [
        (c.name, c.kind, c.default, ", ".join(map(str, c.options)), c.why) for c in found.choices
    ]
    columns = ["choice", "kind", "default", "options", "why each can be defended"]
    if chosen_format(format) == "json":
        write_json({**fields, "choices": [dict(zip(columns, c, strict=True)) for c in choices]})
        return
    for key, value in fields.items():
        click.echo(f"{key}: {value}")
    click.echo("")
    write_rows(columns, choices, format)


def _with_sources(tables: tuple[str, ...]) -> str:
    """Tables, each with the sources that can fill it."""
    from multipolar.sources import SOURCES

    offered: dict[str, list[str]] = {t: [] for t in tables}
    for source in SOURCES:
        for table in source.tables:
            if table.name in offered:
                offered[table.name].append(source.name)
    return "; ".join(f"{t} ({', '.join(s)})" if s else t for t, s in offered.items())


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("choices", nargs=-1, type=click.UNPROCESSED)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option(
    "--chart", type=click.Path(dir_okay=False), help="Draw it too: a file .svg, .png or .json."
)
@click.option(
    "--posterior",
    type=click.Path(dir_okay=False),
    metavar="FILE.parquet",
    help="Write the posterior draws of the positions behind it (ideal_points, ideal_distance).",
)
@click.option(
    "--resume",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Keep a long estimation there, and go on from there.",
)
@format_option
@common_options
def compute(  # noqa: PLR0913 - one parameter per option
    run: Run,
    name: str,
    choices: tuple[str, ...],
    output: str | None,
    chart: str | None,
    posterior: str | None,
    resume: str | None,
    format: str | None,  # noqa: A002
    *,
    force: bool,
) -> None:
    """Compute a measure; its choices and selectors are options of their own.

    Example: multipolar measure compute vote_agreement --state RUS --metric kappa_linear
    """
    import multipolar
    from multipolar.cli._measure_charts import check_chart, draw_measure
    from multipolar.cli._measure_estimates import estimate_first
    from multipolar.measures._dispatch import selectors_of
    from multipolar.store.exporting import target_format

    store = run.open_store()
    options = _options(choices)
    if output:
        target_format(Path(output), None, force=force)
    if chart:
        check_chart(name, Path(chart), force=force)
    if "seed" in selectors_of(name):
        options["seed"] = run.settings.seed
    estimate_first(run, name, store, options, posterior=posterior, resume=resume, force=force)
    frame = multipolar.measure(name, store=store, **options)
    if chart:
        run.say(f"drew {draw_measure(name, frame, store, options, Path(chart))}")
    if output:
        store.export(frame, Path(output), format=None, force=force)
        run.say(f"wrote {frame.height:,} rows to {output}")
        return
    write_frame(frame, format)


def _options(words: tuple[str, ...]) -> dict[str, Any]:
    """``--metric kappa_linear --since=2020`` as keywords; numbers become numbers."""
    found: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"unexpected {word!r}; options are written --name value")
        name, given, value = word[2:].partition("=")
        if not given:
            if not rest:
                raise click.UsageError(f"option --{name} needs a value")
            value = rest.pop(0)
        found[name.replace("-", "_")] = _number_or_text(value)
    return found


def _number_or_text(value: str) -> Any:
    """``2020`` and ``0.5`` as the numbers they are; anything else as it stands."""
    if value.lstrip("-").isdigit():
        return int(value)
    return float(value) if re.fullmatch(r"-?\d+\.\d+", value) else value
