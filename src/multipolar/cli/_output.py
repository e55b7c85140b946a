"""Answers on stdout: a table for eyes, JSON for programs; csv, Parquet or Markdown on request."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from multipolar.core.errors import BadOption

if TYPE_CHECKING:
    import polars as pl

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv", "parquet", "md")
ROWS_ON_SCREEN = 200
_NARROWEST = 10  # characters a long text column keeps before the table is turned into records
_SHORT = 20  # text columns up to this width are never broken over lines
_LINES = 3  # lines a long text is given in a table; records show all of it
_GAP = 2  # characters between columns
_TELLING = ("value", "lower", "upper", "n_obs", "reason")  # stay in the table though they agree
_GROUPED_FROM = 10_000  # smaller whole numbers, years among them, are written without separators


def format_option(command: F) -> F:
    """Add ``--format``; the command gets it as ``format``, None where the user did not say."""
    return click.option(
        "--format",
        type=click.Choice(FORMATS),
        help="Form of the answer; a table on a terminal and JSON in a pipe, unless given.",
    )(command)


def write_frame(frame: pl.DataFrame, format: str | None = None) -> None:  # noqa: A002 - the option
    """Write a frame to stdout in the format asked for."""
    kind = chosen_format(format)
    if kind == "parquet":
        _refuse_screen()
        frame.write_parquet(sys.stdout.buffer, compression="zstd")
    elif kind == "csv":
        click.echo(frame.write_csv(), nl=False)
    elif kind == "json":
        lines = frame.write_ndjson().splitlines()
        click.echo("[" + ",\n ".join(lines) + "]")
    else:
        cut = frame.head(ROWS_ON_SCREEN) if kind == "table" else frame
        if kind == "table":
            _print_frame(cut)
        else:
            write_rows(frame.columns, cut.rows(), kind)
        if cut.height < frame.height:
            note = f"first {cut.height} of {frame.height:,} rows; --format csv gives all"
            click.echo(note, err=True)


def write_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    format: str | None = None,  # noqa: A002
) -> None:
    """Write rows of plain values to stdout in the format asked for."""
    kind = chosen_format(format)
    if kind == "table":
        _print_table(columns, rows)
    elif kind == "md":
        click.echo(markdown_table(columns, rows))
    elif kind == "json":
        write_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif kind == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        import polars as pl

        write_frame(pl.DataFrame(list(rows), schema=list(columns), orient="row"), kind)


def write_record(record: Mapping[str, Any], format: str | None = None) -> None:  # noqa: A002
    """Write one thing to stdout: field by field for eyes, as an object in JSON."""
    kind = chosen_format(format)
    if kind == "json":
        write_json(record)
    elif kind == "table":
        _print_records(list(record), [list(record.values())])
    else:
        flat = [[name, _flat(value)] for name, value in record.items()]
        write_rows(["field", "value"], flat, kind)


def write_json(value: Any) -> None:
    """Write a value to stdout as JSON; dates as ISO text."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def chosen_format(format: str | None) -> str:  # noqa: A002
    """Return the format asked for, else the one that suits where stdout goes."""
    return format or ("table" if sys.stdout.isatty() else "json")


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as a Markdown table; numbers to the right."""
    numeric = _numeric_columns(columns, rows)
    rule = ["---:" if n else "---" for n in numeric]
    body = [[_escape(cell_text(v)) for v in row] for row in rows]
    lines = [list(columns), rule, *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell_text(value: Any) -> str:
    """Write one value for eyes: thousands apart, four significant digits, nothing for missing.

    Examples
    --------
    >>> cell_text(958459), cell_text(2022), cell_text(0.73456), cell_text(None)
    ('958,459', '2022', '0.7346', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= _GROUPED_FROM else str(value)
    if isinstance(value, float):
        return _float_text(value)
    return _flat(value)


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else str(value)
    if abs(value) >= 1000:
        return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.1f}"
    return f"{value:.4g}"


def _flat(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _print_frame(frame: pl.DataFrame) -> None:
    """Table of a frame: what all rows share said once, rows without a value apart with reasons."""
    if frame.height > 1:
        shared = [c for c in frame.columns if frame[c].n_unique() == 1 and c not in _TELLING]
        words = ((c, cell_text(frame[c][0])) for c in shared)
        said = "; ".join(f"{name}: {text}" for name, text in words if text)
        if said:
            click.echo(f"{said}\n")
        frame = frame.drop(shared)
    if not {"value", "reason"} <= set(frame.columns):
        _print_table(frame.columns, frame.rows())
        return
    absent = frame["value"].is_null() & frame["reason"].is_not_null()
    kept = frame.filter(~absent)
    unsaid = [c for c in ("lower", "upper") if c in kept.columns and kept[c].is_null().all()]
    if kept.height:
        _print_groups(kept.drop("reason", *unsaid))
    for note in kept["reason"].drop_nulls().unique(maintain_order=True):
        if note:
            click.echo(f"note: {note}")
    if absent.any():
        left = frame.filter(absent).drop("value", "lower", "upper", "n_obs", strict=False)
        click.echo("\nno value:" if kept.height else "no value:")
        _print_table(left.columns, left.rows())


def _print_groups(frame: pl.DataFrame) -> None:
    """One table; on a narrow screen one for each key, under a line that names it."""
    keys = frame.columns[: frame.columns.index("measure")] if "measure" in frame.columns else []
    if not keys or _fits(frame.columns, frame.rows()):
        _print_table(frame.columns, frame.rows())
        return
    for key, group in frame.group_by(keys, maintain_order=True):
        named = zip(keys, key, strict=True)
        click.echo("\n" + ", ".join(f"{name} {cell_text(value)}" for name, value in named))
        rest = group.drop(keys)
        _print_table(rest.columns, rest.rows())


def _fits(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    numeric = _numeric_columns(columns, rows)
    texts = [[_cell_of(n, v) for n, v in zip(columns, row, strict=True)] for row in rows]
    return _column_widths(columns, texts, numeric, _console().width) is not None


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich import box
    from rich.table import Table

    console = _console()
    numeric = _numeric_columns(columns, rows)
    texts = [[_cell_of(n, v) for n, v in zip(columns, row, strict=True)] for row in rows]
    widths = _column_widths(columns, texts, numeric, console.width)
    if widths is None:
        _print_records(columns, rows)
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name, width, is_number in zip(columns, widths, numeric, strict=True):
        justify: Any = "right" if is_number else "left"
        table.add_column(name, justify=justify, width=width, overflow="fold")
    for row in texts:
        clipped = [_clip(text, _LINES * w) for text, w in zip(row, widths, strict=True)]
        table.add_row(*map(_plain, clipped))
    console.print(table)


def _column_widths(
    columns: Sequence[str], texts: list[list[str]], numeric: list[bool], screen: int
) -> list[int] | None:
    """Width of every column: short ones whole, the rest shared out; None if too little is left."""
    natural = [max([len(name), *(len(row[i]) for row in texts)]) for i, name in enumerate(columns)]
    long = [i for i, w in enumerate(natural) if w > _SHORT and not numeric[i]]
    room = screen - _GAP * len(columns)
    left = room - sum(w for i, w in enumerate(natural) if i not in long)
    widths = list(natural)
    # The narrowest first: what one column does not need goes to the next.
    for rank, i in enumerate(sorted(long, key=natural.__getitem__)):
        widths[i] = min(natural[i], left // (len(long) - rank))
        left -= widths[i]
    too_narrow = any(widths[i] < max(_NARROWEST, len(columns[i])) for i in long)
    return None if left < 0 or too_narrow else widths


def _cell_of(column: str, value: Any) -> str:
    """Text of a cell; numbers that are names (``undl_id``) are not written as quantities."""
    is_name = column.endswith("id") and isinstance(value, int)
    return str(value) if is_name else cell_text(value)


def _clip(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _print_records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """One block per row, for rows that no table of this width can hold."""
    from rich import box
    from rich.table import Table

    console = _console()
    for number, row in enumerate(rows):
        if number:
            console.print()
        block = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False)
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for name, value in zip(columns, row, strict=True):
            block.add_row(_plain(name), _plain(_cell_of(name, value)))
        console.print(block)


def _console() -> Any:
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False)


def _plain(text: str) -> Any:
    """Text that rich prints as it stands: data may contain square brackets."""
    from rich.text import Text

    return Text(text)


def _numeric_columns(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[bool]:
    def is_number(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    filled = [[row[i] for row in rows if row[i] is not None] for i in range(len(columns))]
    return [bool(values) and all(map(is_number, values)) for values in filled]


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _refuse_screen() -> None:
    if sys.stdout.isatty():
        raise BadOption("Parquet is not for the screen", hint="add > file.parquet")
