"""Whether a capital or a seat of government is meant as a place or as the government in it."""

from __future__ import annotations

from multipolar.reader.mention import Mention
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# Prepositions that make a capital a place; "to" and "from" depend on the verb.
PLACE_PREPS = word_set("entities.place_preps")
MOTION = word_set("entities.motion")
PLACE_VERBS = word_set("entities.place_verbs")
PLACE_NOUNS = word_set("entities.place_nouns")
PLACE_BEFORE = word_set("entities.place_before")


def is_place(mention: Mention, tokens: list[Token]) -> bool:
    """Whether a capital or seat is meant as a place rather than as the government in it."""
    first, last = mention.first, mention.last
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if after is not None and _place_after(tokens, last, after):
        return True
    i = first - 1
    while i >= 0 and tokens[i].low in ("the", "downtown", "central", "neighbouring", "distant"):
        i -= 1
    if i < 0:
        return False
    return _place_before(tokens, i)


def _place_after(tokens: list[Token], last: int, after: Token) -> bool:
    if after.low in PLACE_NOUNS and after.low not in ("talks", "meeting"):
        return True
    if after.low in ("talks", "meeting"):
        return True
    if after.text == "-" and last + 2 < len(tokens):
        return tokens[last + 2].low in ("based", "hosted", "area")
    if after.text == "," and last + 2 < len(tokens):
        shouted = tokens[last].text.isupper() and len(tokens[last].text) > 2
        if shouted and last == 0:
            return True  # 'BRUSSELS, 28 October'
        following = tokens[last + 2]
        mention = following.mention
        return (
            isinstance(mention, Mention)
            and mention.type == "STATE"
            and _same_state(tokens[last].mention, mention)
            and not _listed(tokens, last + 2)
        )
    return after.text in ("(", "—", "–") and tokens[0].text.isupper() and len(tokens[0].text) > 2


def _same_state(place: object, state: Mention) -> bool:
    return isinstance(place, Mention) and place.type == "CAPITAL" and place.code == state.code


def _listed(tokens: list[Token], i: int) -> bool:
    """'Moscow, China and Iran' is a list, 'Astana, Kazakhstan' an address."""
    mention = tokens[i].mention
    end = mention.last if isinstance(mention, Mention) else i
    after = tokens[end + 1].low if end + 1 < len(tokens) else ""
    return after in ("and", "or")


def _place_before(tokens: list[Token], i: int) -> bool:
    before = tokens[i].low
    if before in PLACE_PREPS:
        return not (before in ("in", "inside") and i + 1 < len(tokens) and _trust_in(tokens, i))
    if before in ("to", "for", "toward", "towards", "from", "via"):
        return any(t.low in MOTION for t in tokens[max(0, i - 5) : i])
    if before == "of":
        return i > 0 and tokens[i - 1].low in PLACE_BEFORE
    if before in PLACE_VERBS:
        return True
    if before in (",", "and", "or") and i > 0:
        other = tokens[i - 1].mention
        return isinstance(other, Mention) and other.type == "CAPITAL" and is_place(other, tokens)
    return before in ("'s",) and False


def _trust_in(tokens: list[Token], i: int) -> bool:
    """'confidence in Moscow', 'interest in Washington' speak of governments."""
    return tokens[i - 1].low in (
        "some",
        "nobody",
        "few",
        "many",
        "someone",
        "hawks",
        "doves",
        "optimists",
        "officials",
        "trust",
        "confidence",
        "faith",
        "disappointed",
        "disappointment",
        "confident",
    )
