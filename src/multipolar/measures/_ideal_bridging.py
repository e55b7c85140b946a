"""Bridging: which roll calls of different sessions count as one item with one set of parameters.

Two ways. The published table of pairs (Bailey, Strezhnev & Voeten; ``Matches.csv``) is followed as
its authors' code does: pairs are taken from the highest second roll call down and each label is
replaced by the smallest partner, so that chains collapse to their smallest member. Without a
table, titles decide (:func:`bridge_by_title`).
"""

from __future__ import annotations

import polars as pl

from multipolar.core.errors import BadOption

MAX_GAP = 3
MIN_WORDS = 3
_FURNITURE = (
    r"[:/]? ?(resolutions?|decision)( ?/)? ?(adopted|as adopted)? ?(by the general assembly)?"
    r"( at its .*)?$"
)


def clean_title(title: pl.Expr) -> pl.Expr:
    """Title without case, punctuation, numbers and "resolution adopted by the General Assembly".

    Examples
    --------
    >>> titles = pl.DataFrame({"title": ["Nuclear disarmament : resolution / adopted by the "
    ...     "General Assembly", "NUCLEAR DISARMAMENT, 1995"]})
    >>> titles.select(clean_title(pl.col("title")))["title"].to_list()
    ['nuclear disarmament', 'nuclear disarmament']
    """
    return (
        title.str.to_lowercase()
        .str.replace(_FURNITURE, "")
        .str.replace_all(r"[^a-z ]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def bridge_by_title(rollcalls: pl.DataFrame) -> pl.DataFrame:
    """Link recurring resolutions by title.

    Two roll calls are one item when their cleaned titles are equal and have at least three words,
    when no other roll call of either session carries that title (several texts under one heading
    cannot be told apart), and when at most three sessions lie between one appearance and the next:
    after a longer pause a title starts a new item.

    Parameters
    ----------
    rollcalls : frame, one row per roll call
        ``rollcall``, ``period`` (int) and ``title``.

    Returns
    -------
    frame, one row per roll call
        ``rollcall`` and ``item`` (the first roll call of the chain).
    """
    titled = (
        rollcalls.with_columns(key=clean_title(pl.col("title").fill_null("")))
        .with_columns(words=pl.col("key").str.count_matches(r"\S+"))
        .with_columns(alone=pl.len().over("key", "period") == 1)
    )
    linkable = titled.filter(pl.col("alone") & (pl.col("words") >= MIN_WORDS)).sort("key", "period")
    chained = linkable.with_columns(
        chain=(pl.col("period").diff() > MAX_GAP).fill_null(value=True).cum_sum().over("key")
    ).with_columns(item=pl.col("rollcall").first().over("key", "chain"))
    return (
        rollcalls.select("rollcall")
        .join(chained.select("rollcall", "item"), on="rollcall", how="left", maintain_order="left")
        .with_columns(pl.col("item").fill_null(pl.col("rollcall")))
    )


def bridge_by_table(rollcalls: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Link roll calls by a table of pairs, chains collapsing to their smallest member.

    Parameters
    ----------
    rollcalls : frame, one row per roll call
        ``rollcall`` as text; numbers compare as numbers.
    pairs : frame
        ``rcid1`` and ``rcid2``, or the last two columns of any frame.

    Returns
    -------
    frame, one row per roll call
        ``rollcall`` and ``item``.
    """
    if pairs.width < 2:
        raise BadOption(
            "the bridging table has one column", hint="give two: a roll call and its earlier twin"
        )
    if not {"rcid1", "rcid2"} <= set(pairs.columns):
        pairs = pairs.rename(dict(zip(pairs.columns[-2:], ("rcid1", "rcid2"), strict=True)))
    smallest: dict[str, str] = {}
    for one, two in pairs.select(pl.col("rcid1", "rcid2").cast(pl.String)).iter_rows():
        if two not in smallest or _order(one) < _order(smallest[two]):
            smallest[two] = one
    known = rollcalls["rollcall"].to_list()
    return pl.DataFrame(
        {"rollcall": known, "item": [_end_of_chain(r, smallest) for r in known]},
        schema={"rollcall": pl.String, "item": pl.String},
    )


def _order(rollcall: str) -> tuple[int, int, str]:
    return (0, int(rollcall), "") if rollcall.isdigit() else (1, 0, rollcall)


def _end_of_chain(rollcall: str, smallest: dict[str, str]) -> str:
    """Follow pairs downwards only, as the published code does by its order of replacement."""
    while rollcall in smallest and _order(smallest[rollcall]) < _order(rollcall):
        rollcall = smallest[rollcall]
    return rollcall
