"""Set phrases of all layers, found in one pass over the words of a sentence."""

from __future__ import annotations

from functools import lru_cache

from multipolar.reader.lexicon import Lexicon
from multipolar.reader.text import Token

# First token, last token, kind.
Hit = tuple[int, int, str]
# Layer, words and kind of each phrase, by its first and its second word ("" where it has one only).
Openers = dict[str, dict[str, list[tuple[str, tuple[str, ...], str]]]]


def find_phrases(tokens: list[Token], lexicon: Lexicon) -> dict[str, list[Hit]]:
    """Phrases by layer, the longest where two begin alike, without overlap inside a layer."""
    openers = _openers(lexicon)
    out: dict[str, list[Hit]] = {}
    lows = [token.low for token in tokens]
    for i, low in enumerate(lows):
        seconds = openers.get(low)
        if seconds is None:
            continue
        following = lows[i + 1] if i + 1 < len(lows) else ""
        for layer, words, kind in [*seconds.get(following, ()), *seconds.get("", ())]:
            last = i + len(words) - 1
            hits = out.get(layer)
            free = not hits or hits[-1][1] < i
            if free and tuple(lows[i : last + 1]) == words:
                out.setdefault(layer, []).append((i, last, kind))
    return out


@lru_cache(maxsize=8)
def _openers(lexicon: Lexicon) -> Openers:
    out: Openers = {}
    for layer, firsts in lexicon.phrases.items():
        for first, seconds in firsts.items():
            for second, phrases in seconds.items():
                found = out.setdefault(first, {}).setdefault(second, [])
                found += [(layer, words, kind) for words, kind in phrases]
    return out
