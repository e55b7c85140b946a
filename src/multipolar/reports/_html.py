"""One self-contained HTML page: no script, no request to any other place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from multipolar.reports._figures import Figure
from multipolar.reports._page import overview_title


def render_html(
    pages: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Sequence[Figure]],
    *,
    replication: str = "",
) -> str:
    """Page of one or several claims; ``figures`` by claim id.

    Text of a study is text: whatever markup it holds is shown, never obeyed.
    """
    drawn = [
        {**page, "figures": [_picture(f) for f in figures.get(page["id"], ())]} for page in pages
    ]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=overview_title(pages),
            pages=drawn,
            css=Markup(read_template("report.css")),  # noqa: S704 - our own file
            replication=replication,
        )
        .strip()
        + "\n"
    )


def _picture(figure: Figure) -> dict[str, Any]:
    # The SVG is written by the chart library, which escapes the text of the study.
    return {"heading": figure.heading, "svg": Markup(figure.svg)}  # noqa: S704


@cache
def environment() -> Environment:
    """Templates of the package, everything escaped, a missing name an error."""
    return Environment(
        loader=FunctionLoader(read_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def read_template(name: str) -> str:
    """Text of a file in the templates folder."""
    return (files("multipolar.reports") / "templates" / name).read_text(encoding="utf-8")
