"""``multipolar doctor``: what is wrong with this installation, if anything."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import click

from multipolar.cli._options import Run, common_options
from multipolar.cli._output import format_option, write_rows
from multipolar.core.errors import MultipolarError

LIBRARIES = (
    "altair", "click", "duckdb", "httpx2", "ibis", "numba", "numpy", "polars", "pyarrow",
    "pydantic", "scipy", "vl_convert",
)  # fmt: skip


@click.command("doctor")
@format_option
@common_options
def command(run: Run, format: str | None) -> None:  # noqa: A002
    """Check the installation: libraries, store, starter record, a number with a known answer.

    Example: multipolar doctor
    """
    checks: dict[str, Callable[[], str]] = {
        "python": platform.python_version,
        "multipolar": lambda: version("multipolar"),
        "libraries": _libraries,
        "store": lambda: _store(run),
        "starter record": lambda: _starter(run),
        "charts": _chart,
        "known answer": _known_answer,
    }
    rows = [(name, *_tried(check)) for name, check in checks.items()]
    write_rows(["check", "state", "what was found"], rows, format)
    if any(state != "ok" for _, state, _ in rows):
        sys.exit(3)


def _tried(check: Callable[[], str]) -> tuple[str, str]:
    try:
        return "ok", check()
    except (MultipolarError, ImportError, OSError, AssertionError) as error:
        return "wrong", str(error).replace("\n", " ")


def _libraries() -> str:
    for name in LIBRARIES:
        importlib.import_module(name)
    return f"{len(LIBRARIES)} of {len(LIBRARIES)} load"


def _store(run: Run) -> str:
    path = run.open_store().path
    folder = next(p for p in [path, *path.parents] if p.exists())
    if not os.access(folder, os.W_OK):
        raise OSError(f"{folder} cannot be written: use --store FOLDER")
    return str(path)


def _starter(run: Run) -> str:
    store = run.open_store()
    ends = store.provenance("vote_dyads").last
    return f"{len(store.tables())} tables, votes until {ends}"


def _chart() -> str:
    import altair as alt
    import vl_convert

    chart = alt.Chart(alt.Data(values=[{"a": 1}])).mark_point().encode(x="a:Q")
    return f"{len(vl_convert.vegalite_to_svg(chart.to_dict())):,} bytes of SVG without a network"


def _known_answer() -> str:
    from multipolar.claims.assess import claim
    from multipolar.store import Store

    with tempfile.TemporaryDirectory() as empty:
        found = claim("world-condemned-invasion", store=Store.open(Path(empty) / "store"))
    share = found.weights.filter(
        (found.weights["weight"] == "counting states") & (found.weights["position"] == "yes")
    )["share"].item()
    if round(share, 4) != round(141 / 193, 4):
        raise AssertionError(f"ES-11/1: {share:.4f} of states voted yes; expected 141 of 193")
    return "141 of 193 states voted yes on A/RES/ES-11/1"
