"""Charts to files: SVG, PNG and Vega-Lite JSON, without a network and byte for byte the same."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from multipolar.charts._files import write_bytes
from multipolar.core.errors import BadOption

_FORMATS = (".svg", ".png", ".json")
_ID = re.compile(r'(\bid="|url\(#|href="#)([A-Za-z_][\w-]*)')


def to_json(chart: Any) -> str:
    """Vega-Lite specification with its data, keys sorted."""
    return json.dumps(
        chart.to_dict(validate=False), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def to_svg(chart: Any, *, name: str = "") -> str:
    """SVG with a title and a description for those who cannot see it.

    Ids inside start with the hash of the chart and of ``name``, so that several fit in one page;
    ``name`` keeps two equal charts apart.
    """
    text = to_json(chart)
    spec = json.loads(text)
    svg: str = vl_convert.vegalite_to_svg(text)
    prefix = "c" + hashlib.sha256(f"{name}{text}".encode()).hexdigest()[:10]
    svg = _renamed(svg, prefix)
    title, body = _title(spec), spec.get("description") or ""
    head = (
        f' role="img" aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(body)}</desc>'
    )
    start = svg.index(">", svg.index("<svg"))
    return svg[:start] + head + svg[start + 1 :]


def to_png(chart: Any, *, scale: float = 2.0) -> bytes:
    """PNG at ``scale`` times the size on the page."""
    png: bytes = vl_convert.vegalite_to_png(to_json(chart), scale=scale)
    return png


def write_chart(chart: Any, path: str | Path) -> Path:
    """Write a chart to ``.svg``, ``.png`` or ``.json``, whole or not at all.

    Parameters
    ----------
    chart : altair chart
        What a ``draw_*`` function returned.
    path : str or Path
        The ending decides the format.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    BadOption
        The ending is none of ``.svg``, ``.png``, ``.json``.
    StoreError
        The disk refused the write.
    """
    target = Path(path)
    if target.suffix not in _FORMATS:
        raise BadOption(
            f"{target.name}: no picture format ends in {target.suffix!r}",
            hint=f"end the name in {', '.join(_FORMATS)}",
        )
    if target.suffix == ".png":
        data = to_png(chart)
    else:
        data = (to_svg(chart) if target.suffix == ".svg" else to_json(chart)).encode()
    return write_bytes(target, data)


def _renamed(svg: str, prefix: str) -> str:
    """Number ids in order of appearance: the renderer counts on from one chart to the next."""
    numbers: dict[str, int] = {}

    def rename(match: re.Match[str]) -> str:
        number = numbers.setdefault(match[2], len(numbers))
        return f"{match[1]}{prefix}-{number}"

    return _ID.sub(rename, svg)


def _title(spec: dict[str, Any]) -> str:
    title = spec.get("title") or ""
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(text) if isinstance(text, list) else str(text)
