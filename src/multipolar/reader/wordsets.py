"""The sets of words the rules ask about; data, to be read and changed in one place."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _sets() -> dict[str, frozenset[str]]:
    path = resources.files("multipolar.reader").joinpath("lexicon", "wordsets.tsv")
    lines = [x for x in path.read_text("utf-8").splitlines() if x and not x.startswith("#")]
    return {name: frozenset(words.split("|")) for name, words in (x.split("\t") for x in lines)}


def word_set(name: str) -> frozenset[str]:
    """Words of the set of that name in ``lexicon/wordsets.tsv``.

    Examples
    --------
    >>> "might" in word_set("factuality.hedges")
    True
    """
    return _sets()[name]
