"""From a reading to rows: events with article, span, attribution and factuality."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from multipolar.reader.article import Article
from multipolar.reader.attribution import Attribution
from multipolar.reader.export import event_pairs
from multipolar.reader.reading import Reading

if TYPE_CHECKING:
    import polars as pl

HAPPENED = ("yes", "claimed")


def events_frame(
    reading: Reading, article: Article, *, happened: tuple[str, ...] = HAPPENED
) -> pl.DataFrame:
    """Events of an article as rows for the stream ``events_read``.

    Returns
    -------
    frame, one row per event and pair of actors
        ``article`` (sha256), ``date`` (of publication), ``source_state``, ``target_state``,
        ``type``, ``mode``, ``happened``, ``source`` (who says so, code or class), ``start``,
        ``end`` (code points), ``words``, ``url``. Only what happened or is claimed to have,
        unless asked otherwise.

    Notes
    -----
    An event somebody merely claims stays marked ``claimed``: it is never evidence that it happened.
    """
    import polars as pl  # noqa: PLC0415

    by_cue = {str(a.cue[0]): a for a in reading.attributions}
    rows = [
        {
            "article": article.sha256,
            "date": article.date,
            "source_state": actor,
            "target_state": recipient,
            "type": event.type,
            "mode": event.mode,
            "happened": event.happened,
            "source": _source(by_cue.get(event.reported_by or "")),
            "start": event.start,
            "end": event.end,
            "words": reading.text[event.start : event.end],
            "url": article.url,
        }
        for event in reading.events
        if event.happened in happened
        for actor, recipient in event_pairs(event)
    ]
    schema: dict[str, Any] = {
        "article": pl.String,
        "date": pl.Date,
        "source_state": pl.String,
        "target_state": pl.String,
        "type": pl.String,
        "mode": pl.String,
        "happened": pl.String,
        "source": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
        "words": pl.String,
        "url": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _source(attribution: Attribution | None) -> str:
    if attribution is None:
        return "author"
    return attribution.source_code or attribution.source_class


def deduplicate(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """One row per pair, type and day; ``articles`` counts the articles that report it.

    The row kept is the firmest (``yes`` before ``claimed``) of the earliest article.
    """
    import polars as pl  # noqa: PLC0415

    keys = ["date", "source_state", "target_state", "type"]
    together = pl.concat(list(frames))
    return (
        together.with_columns(pl.col("article").n_unique().over(keys).alias("articles"))
        .sort([pl.col("happened") != "yes", pl.col("date"), pl.col("article"), pl.col("start")])
        .unique(subset=keys, keep="first", maintain_order=True)
    )


def provenance_chains(reading: Reading, article: Article) -> list[list[str]]:
    """Who cites whom for what is reported, outermost first: ``[publisher, media, source]``.

    An attribution whose content holds the cue of another one cites through it.
    """
    chains = []
    attributions = reading.attributions
    for inner in attributions:
        around = [
            a
            for a in attributions
            if a is not inner
            and a.content[0] <= inner.cue[0] < a.content[1]
            and a.sentence == inner.sentence
        ]
        names = [article.publisher or "article", *(_source(a) for a in around), _source(inner)]
        chains.append([n for i, n in enumerate(names) if i == 0 or n != names[i - 1]])
    return chains
