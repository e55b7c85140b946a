"""Near-duplicates among articles: MinHash over word shingles, and who published first."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multipolar.reader.article import Article

SHINGLE = 5
HASHES = 128
BANDS = 32  # of four rows each: pairs alike by 0.5 or more are almost surely compared
_PRIME = (1 << 61) - 1
_RNG = np.random.default_rng(1945)
_A = [int(x) for x in _RNG.integers(1, 1 << 31, HASHES)]
_B = [int(x) for x in _RNG.integers(0, 1 << 31, HASHES)]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two articles that share most of their words; ``first`` is the index of the earlier one."""

    first: int
    later: int
    similarity: float


def minhash(text: str) -> np.ndarray:
    """Signature of a text: ``HASHES`` minima over its five-word shingles.

    Examples
    --------
    >>> a = minhash("The leaders of five states came to Moscow for the parade on Tuesday")
    >>> float((a == a).mean())
    1.0
    """
    words = re.findall(r"\w+", text.lower())
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}
    base = np.array([zlib.crc32(s.encode()) for s in shingles], dtype=np.uint64)
    a = np.array(_A, dtype=np.uint64)[:, None]
    b = np.array(_B, dtype=np.uint64)[:, None]
    signature: np.ndarray = ((a * base[None, :] + b) % np.uint64(_PRIME)).min(axis=1)
    return signature


def similarity(left: np.ndarray, right: np.ndarray) -> float:
    """Estimated share of shingles in common, 0 none to 1 all (standard error about 0.04)."""
    return float((left == right).mean())


def find_duplicates(articles: Sequence[Article], *, level: float = 0.6) -> list[Duplicate]:
    """Pairs of articles alike by at least ``level``, the earlier first.

    The earlier is the one with the earlier date; without dates, the one listed first. It measures
    shared wording, not shared sources: a rewritten agency report is not found.
    """
    signatures = [minhash(a.text) for a in articles]
    rows = HASHES // BANDS
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for i, signature in enumerate(signatures):
        for band in range(BANDS):
            buckets[band, signature[band * rows : (band + 1) * rows].tobytes()].append(i)
    pairs = {(i, j) for group in buckets.values() for i in group for j in group if i < j}
    out = []
    for i, j in sorted(pairs):
        alike = similarity(signatures[i], signatures[j])
        if alike >= level:
            first, later = (j, i) if _earlier(articles[j], articles[i]) else (i, j)
            out.append(Duplicate(first, later, round(alike, 3)))
    return out


def _earlier(left: Article, right: Article) -> bool:
    return left.date is not None and right.date is not None and left.date < right.date
