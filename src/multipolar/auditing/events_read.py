"""Events of articles as a stream of their own in the store: ``events_read``.

Rows keep article, span, attribution and factuality. They never enter a curated table, and no
measure of the package reads them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.declare import Column, Rejects, Source, Table
from multipolar.reader import events_frame
from multipolar.store import Provenance, Store

TABLE = Table(
    name="events_read",
    row="one event of one article, for one pair of actors",
    key=("article", "start", "source_state", "target_state"),
    absence="unknown",
    columns=(
        Column(name="article", dtype="str", meaning="sha256 of the article's bytes"),
        Column(name="date", dtype="date", meaning="day of publication", nullable=True),
        Column(name="source_state", dtype="str", meaning="who acts; empty if not said"),
        Column(name="target_state", dtype="str", meaning="to whom; empty if nobody"),
        Column(name="type", dtype="str", meaning="event type of the annotation scheme"),
        Column(name="mode", dtype="str", meaning="mode of the type, may be empty"),
        Column(name="happened", dtype="str", meaning="yes (the author says) or claimed (a source)"),
        Column(name="source", dtype="str", meaning="who says it: code, class or author"),
        Column(name="start", dtype="int64", meaning="first code point of the trigger"),
        Column(name="end", dtype="int64", meaning="end of the trigger, exclusive"),
        Column(name="words", dtype="str", meaning="the trigger"),
        Column(name="url", dtype="str", meaning="address of the article, may be empty"),
    ),
)  # fmt: skip


def _read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    del rejects  # the file is our own
    return {TABLE.name: pl.concat([pl.read_parquet(p) for p in paths])}


SOURCE = Source(
    name="events_read",
    title="Events read in articles",
    publisher="the user's articles",
    homepage="",
    licence="the terms of the articles",
    terms="Rows quote single words of articles. They say what articles report, not what happened.",
    citation="events read by multipolar in the user's articles",
    coverage="the articles that were kept",
    tables=(TABLE,),
    read=_read,
)


def store_events(audits: Iterable[Any], store: Store) -> Provenance | None:
    """Keep the events that articles report as the table ``events_read``.

    Parameters
    ----------
    audits : iterable of Audit, or of (reading, article) pairs
        What was read. Only events that happened or are claimed to have are kept.
    store : Store
        The store they are added to; events kept before stay.

    Returns
    -------
    Provenance or None
        Of the table as it stands now; None where no event was to be kept.

    Notes
    -----
    An article that is kept twice is kept once. The same event told by several articles is one row
    per article, so that :func:`multipolar.reader.deduplicate` can count who reports it. A row is
    what an article says, never evidence that it happened.
    """
    held = store.frame(TABLE.name) if TABLE.name in store.tables() else None
    known = set() if held is None else set(held["article"].to_list())
    fresh = [f for f in map(_frame, audits) if f.height and f["article"][0] not in known]
    if not fresh:
        return None if held is None else store.provenance(TABLE.name)
    order = [c.name for c in TABLE.columns]
    rows = pl.concat(
        [*([held.select(order)] if held is not None else []), *fresh], how="vertical_relaxed"
    )
    rows = rows.unique(subset=list(TABLE.key), keep="first", maintain_order=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events_read.parquet"
        rows.write_parquet(path)
        return store.add(SOURCE, [path])[0]


def _frame(audited: Any) -> pl.DataFrame:
    reading, article = audited if isinstance(audited, tuple) else (audited.reading, audited.article)
    frame = events_frame(reading, _Hashed(article, reading.date))
    texts = [c.name for c in TABLE.columns if c.dtype == "str"]
    return frame.select(c.name for c in TABLE.columns).with_columns(pl.col(texts).fill_null(""))


class _Hashed:
    """Hash, address and day of an article, as ``events_frame`` asks for them."""

    def __init__(self, article: Any, day: Any) -> None:
        self.sha256, self.url, self.date = article.sha256, article.url, day
