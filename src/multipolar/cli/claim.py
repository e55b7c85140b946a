"""``multipolar claim``: what is claimed, in how many ways it is measured, what the record says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import chosen_format, format_option, write_json, write_rows
from multipolar.cli._progress import show_progress

if TYPE_CHECKING:
    from multipolar.claims.verdict import Verdict
    from multipolar.core.choices import Choice

FAILING = {"contested", "mostly fails", "fails", "cannot tell"}


@click.group()
def command() -> None:
    """Claims: put one to the record and see which choices make it hold and which flip it.

    Example: multipolar claim run world-condemned-invasion
    """


@command.command("list")
@format_option
@common_options
def list_(run: Run, format: str | None) -> None:  # noqa: A002
    """List the shipped claims.

    Example: multipolar claim list
    """
    from multipolar.claims.library import find_claim, list_claims

    del run
    found = [find_claim(name) for name in list_claims()]
    write_rows(["claim", "text"], [(c.id, c.text) for c in found], format)


@command.command()
@click.argument("claim")
@format_option
@common_options
def show(run: Run, claim: str, format: str | None) -> None:  # noqa: A002
    """Show a claim and the choices it crosses, with the reason of each.

    Example: multipolar claim show world-sanctioned-russia
    """
    from multipolar.claims.library import find_claim
    from multipolar.claims.predicates import predicate_of
    from multipolar.core.study import narrow_choices

    del run
    study = find_claim(claim)
    choices, dropped = narrow_choices(predicate_of(study).declared(study), study)
    if chosen_format(format) == "json":
        listed = [
            {"name": c.name, "kind": c.kind, "options": c.options, "default": c.default,
             "why": c.why} for c in choices
        ]  # fmt: skip
        left_out = [{"choice": d.choice, "option": d.option, "why": d.reason} for d in dropped]
        write_json({**study.model_dump(mode="json"), "choices": listed, "left_out": left_out})
        return
    for key, value in study.model_dump(mode="json", exclude_defaults=True).items():
        if key != "choices":
            click.echo(f"{key}: {value}")
    click.echo("")
    rows = [(c.name, c.kind, c.default, _options_of(c), c.why) for c in choices]
    write_rows(["choice", "kind", "default", "options", "why each can be defended"], rows, format)
    for item in dropped:
        click.echo(f"left out: {item.choice} = {item.option} ({item.reason})")


def _options_of(choice: Choice) -> str:
    """Options crossed, and those that may be asked for."""
    crossed = ", ".join(map(str, choice.options))
    return crossed + (f" (or {', '.join(map(str, choice.more))})" if choice.more else "")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--text", default="", help="The claim, in the words it was made in.")
@click.option("--subject", default="", help="State it is about, e.g. RUS.")
@click.option("--predicate", default="isolated", help="What is said of it, e.g. isolated.")
@click.option("--since", default="2022-02-24", help="First day of the window.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@common_options
def new(run: Run, file: str, *, force: bool, **given: str) -> None:
    """Write a commented study file to start from.

    Example: multipolar claim new my-claim.toml --subject TUR --text "Turkey is isolated"
    """
    from multipolar.claims.predicates import PREDICATES
    from multipolar.core.errors import UnknownName
    from multipolar.core.states import find_state
    from multipolar.core.study_template import new_study

    if given["predicate"] not in PREDICATES:
        raise UnknownName.among("predicate", given["predicate"], PREDICATES)
    if given["subject"]:
        given["subject"] = find_state(given["subject"]).code
    keys: dict[str, Any] = {k: v for k, v in given.items() if v}
    written = new_study(file, force=force, **keys)
    run.say(f"wrote {written}; next: multipolar claim plan {written}")


@command.command()
@common_options
def schema(run: Run) -> None:
    """Print the JSON Schema of study files, for editors.

    Example: multipolar claim schema > study.schema.json
    """
    from multipolar.core.study import study_schema

    del run
    write_json(study_schema())


@command.command()
@click.argument("file", type=click.Path())
@common_options
def check(run: Run, file: str) -> None:
    """Check a study file without computing anything.

    Example: multipolar claim check my-claim.toml
    """
    from multipolar.claims.assess import prepare
    from multipolar.core.study import load_study

    store = run.open_store()
    study = load_study(file)
    for claim in study.claim:
        ready = prepare(claim, store, seed=run.settings.seed)
        run.say(
            f"{claim.id}: {ready.listed.n:,} specifications, {len(ready.listed.choices)} choices"
        )


@command.command()
@click.argument("claim")
@format_option
@common_options
def plan(run: Run, claim: str, format: str | None) -> None:  # noqa: A002
    """List what would be computed, with its hash, before anything is.

    Example: multipolar claim plan russia-isolated-2022
    """
    from multipolar.claims.assess import prepare
    from multipolar.claims.library import find_claim

    ready = prepare(find_claim(claim), run.open_store(), seed=run.settings.seed)
    listed = ready.listed.to_dict()
    listed["rule"] = ready.rule.to_dict()
    if chosen_format(format) == "json":
        write_json(listed)
        return
    click.echo(f"{listed['n_specifications']:,} specifications, hash {listed['hash'][:16]}")
    click.echo(f"rule: {listed['rule']}")
    rows = [(c["name"], c["kind"], c["default"], len(c["options"])) for c in listed["choices"]]
    write_rows(["choice", "kind", "default", "options"], rows, format)
    click.echo("")
    write_rows(["question", "n"], [(p["key"], p["n"]) for p in listed["panels"]], format)
    for item in listed["excluded"]:
        click.echo(f"left out: {item['n']:,} specifications: {item['why']}")


@command.command("run")
@click.argument("claim")
@click.option("--report", type=click.Path(), help="Write the illustrated report there.")
@click.option("--force", is_flag=True, help="Replace a report that is there.")
@click.option("--vintages", is_flag=True, help="Ask it also of every other vintage of the data.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 unless the claim (mostly) holds.")
@format_option
@common_options
def run_(
    run: Run,
    claim: str,
    report: str | None,
    format: str | None,  # noqa: A002
    *,
    force: bool,
    vintages: bool,
    exit_code: bool,
) -> None:
    """Put a claim to the record: a shipped one, or a study file of your own.

    Example: multipolar claim run world-condemned-invasion --report out
    """
    import multipolar

    with show_progress(run, unit="specifications") as bar:
        step = (lambda done, total: bar(claim, done, total)) if bar else None
        verdict = multipolar.claim(
            claim,
            store=run.open_store(),
            seed=run.settings.seed,
            progress=step,
            vintages=vintages,
        )
    print_verdict(verdict, format)
    if report:
        run.say(f"report: {verdict.report(Path(report), force=force)}")
    if exit_code and verdict.word in FAILING:
        sys.exit(1)


def print_verdict(verdict: Verdict, format: str | None) -> None:  # noqa: A002 - the option
    """Verdict on stdout: in words with a table of its questions, or as JSON, or its frame."""
    kind = chosen_format(format)
    if kind == "json":
        write_json(verdict.to_dict())
        return
    if kind in {"csv", "parquet"}:
        from multipolar.cli._output import write_frame

        write_frame(verdict.frame, kind)
        return
    found = verdict.to_dict()
    click.echo(f"“{verdict.claim.text}”")
    click.echo(f"{verdict.word.upper()}. {verdict.words}")
    if found["flip_sentence"]:
        click.echo(found["flip_sentence"])
    click.echo(found["share_sentence"])
    click.echo("")
    rows = [_panel_row(p) for p in found["panels"]]
    if rows:
        columns = ["question", "verdict", "n", "not computable", "support of the rest", "median"]
        write_rows(columns, rows, kind)
        click.echo("")
    if not verdict.weights.is_empty():
        _print_weights(verdict)
    for note in found["warnings"]:
        click.echo(f"note: {note}")
    for row in found["vintages"]:
        answer = row["verdict"] or "not compared (--vintages)"
        click.echo(f"other data: {row['vintage']} of {', '.join(row['tables'])}: {answer}")
    click.echo(_used(found))


def _panel_row(panel: Mapping[str, Any]) -> tuple[Any, ...]:
    """One question; its support is that of the specifications that could be computed."""
    shares = panel["shares"]
    computed = 1 - shares["not_computable"]
    support = f"{shares['supports'] / computed:.0%}" if computed > 0 else "n/a"
    missing = f"{shares['not_computable']:.0%}"
    return panel["words"], panel["verdict"], panel["n"], missing, support, panel["median"]


def _print_weights(verdict: Verdict) -> None:
    """Shares of the world by weighting, as the default specification counts them."""
    wide = verdict.weights.pivot(on="position", index="weight", values="share")
    rows = [(weight, *(f"{share or 0:.0%}" for share in shares)) for weight, *shares in wide.rows()]
    write_rows(wide.columns, rows, "table")
    click.echo("")


def _used(found: dict[str, object]) -> str:
    """Say which record answered and where it ends."""
    sources = found["sources"]
    assert isinstance(sources, list)  # noqa: S101 - to_dict's own shape
    kinds = sorted({f"{s['source']} ({s['kind']}, {s['vintage']})" for s in sources})
    return f"record: {', '.join(kinds)}; ends {found['record_ends'] or 'nowhere'}"
