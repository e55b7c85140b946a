"""Small words whose tag depends on their neighbours: that, as, so, her, may, some, back."""

from __future__ import annotations

from collections.abc import Callable

from multipolar.reader.context import MANY, finite_behind, np_without_verb, plural_before, previous
from multipolar.reader.lexicon import Word
from multipolar.reader.text import Token

# Words that have one tag here whatever the lists say.
CONSTANT = {
    "others": "R",
    "none": "R",
    "nobody": "R",
    "who": "L",
    "which": "L",
    "whom": "L",
    "whoever": "W",
    "whatever": "W",
    "whose": "L",
    "when": "S",
    "where": "S",
    "whether": "S",
    "even": "J",
    "had": "H",
    "have": "H",
    "has": "H",
    "having": "H",
    "'s": "E",
    "or": "C",
    "yet": "J",
    "including": "P",
    "according": "P",
    "over": "P",
    "up": "P",
    "down": "P",
    "out": "P",
    "worth": "P",
    "than": "P",
    "plus": "C",
    "once": "J",
    "only": "J",
    "done": "O",
    "other": "A",
    "can": "M",
    "must": "M",
}
# Pronouns that are many people and stand before a bare verb.
CONSTRUING = frozenset(["call", "view", "fear", "doubt", "suspect", "credit", "deem", "label"])
UNNAMED = frozenset(["some", "many", "most", "few"])
TAKEN_UP = frozenset(["it", "them", "him", "this", "that"])


def _that(tokens: list[Token], words: list[Word], i: int) -> str:
    """Tell the relative that from the one that opens a clause and from the determiner."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None:
        return "R"
    before = tokens[i - 1] if i else None
    if before is not None and before.tag in "VBKJ" and before.tag != "K":
        return "S" if following.tag not in "U" else "R"
    if before is not None and before.low == "out":
        return "S"  # 'point out that', 'it turned out that'
    if _cleft(tokens, i) and (following.tag in "MBHOV" or "V" in words[i + 1].tags):
        return "L"  # 'it was Baku, not Moscow, that armed'
    if before is not None and before.tag in "NYRAK":
        nominal = before.tag in "NYRA"
        if following.tag in "MBHOVXJ":
            return "L" if nominal else "R"
        if following.tag == "?" and words[i + 1].tags == "V":
            return "L"
        return "L" if nominal and _acts_on(tokens, words, i + 1) else "S"
    return "D" if following.tag in "NAY?" else "R"


def _cleft(tokens: list[Token], i: int) -> bool:
    """'It was Kiev, acting on orders, that': whether a name stands before the 'that' at ``i``."""
    for k in range(i - 3, max(-1, i - 13), -1):
        if tokens[k].low == "it" and tokens[k + 1].low in ("is", "was"):
            named = i - 1 if tokens[i - 1].tag != "K" else i - 2
            inserted = tokens[i - 1].tag == "K" and tokens[k + 3].tag == "K"
            return tokens[k + 2 if inserted else named].mention is not None
    return False


def _acts_on(tokens: list[Token], words: list[Word], i: int) -> bool:
    """'Warsaw that trains most of': a word that is noun or verb, with an object next."""
    verb = "V" in words[i].tags and "s" in words[i].forms
    return verb and i + 1 < len(tokens) and tokens[i + 1].low in TAKEN


def _as_like(tokens: list[Token], _words: list[Word], i: int) -> str:
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    if following in "RWS":
        return "S"
    return "P" if np_without_verb(tokens, i) else "S"


def _her(tokens: list[Token], _words: list[Word], i: int) -> str:
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    return "G" if following in "NA#?" else "R"


def _so(tokens: list[Token], _words: list[Word], i: int) -> str:
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    if following in ("many", "few", "much"):
        return "D"
    return "S" if following in ("that", "russia", "it", "they", "he", "the") else "J"


def _no(tokens: list[Token], _words: list[Word], i: int) -> str:
    if i and tokens[i - 1].low in ANSWERED:
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if following is None or following.text in ".,;" or following.low in ("to", "in", "on"):
            return "N"  # 'voted no', 'said no to'
    if i + 1 < len(tokens) and tokens[i + 1].low == "longer":
        tokens[i + 1].tag = "J"
        return "X"  # 'no longer telephones him'
    return "D" if i + 1 < len(tokens) and tokens[i + 1].tag in "NAY#?" else "X"


def _neither(tokens: list[Token], words: list[Word], i: int) -> str:
    """'Tokayev neither confirmed nor denied': a negator after its subject."""
    if i and tokens[i - 1].tag in "YNRMBHO":
        return "X"
    return _determiner_or_pronoun(tokens, words, i)


def _determiner_or_pronoun(tokens: list[Token], words: list[Word], i: int) -> str:
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    floats = tokens[i].low in ("both", "all", "each") and i and tokens[i - 1].tag in "NYHBM"
    if floats and following is not None and (following.tag in "VMBHO" or words[i + 1].tags == "V"):
        return "J"  # 'Moldova and Romania both condemned it'
    if following is None or following.tag in "VMBHOPKUXJST" or following.low in RELATIVES:
        return "R"
    if following.tag == "?" and words[i + 1].tags == "V":
        finite = "d" in words[i + 1].forms or "s" in words[i + 1].forms
        return "R" if finite or tokens[i].low in MANY else "D"
    if following.tag == "?" and i + 2 < len(tokens) and _acts(tokens, words, i):
        return "R"
    return "D"


def _acts(tokens: list[Token], words: list[Word], i: int) -> bool:
    """'Some call it', 'many suspect the': a noun in the singular would not stand there."""
    word, after = words[i + 1], tokens[i + 2].low
    verb = "V" in word.tags and "b" in word.forms and not word.plural
    bare = tokens[i].low != "some" or word.verb in CONSTRUING
    what = TAKEN_UP | {"the", "a", "an", "their", "his"} if bare else TAKEN_UP
    return verb and tokens[i].low in UNNAMED and after in what


def _may(tokens: list[Token], _words: list[Word], i: int) -> str:
    token = tokens[i]
    if token.text[0].isupper() and i > 0:
        return "Y"
    one = i > 0 and tokens[i - 1].low in ("one", "some", "others")
    return "N" if i and tokens[i - 1].tag in "DP#" and not one else "M"


def _like(tokens: list[Token], _words: list[Word], i: int) -> str:
    before = previous(tokens, i) if i else ""
    wants = i + 1 < len(tokens) and tokens[i + 1].low == "to" and before in ("N", "Y", "R")
    if wants:
        tokens[i].form, tokens[i].lemma = "b", "like"  # 'they still like to tell us'
    return "V" if wants or (before and before in "MT") else "P"


def _since(tokens: list[Token], words: list[Word], i: int) -> str:
    """'Has since lifted': an adverb between the auxiliary and its verb."""
    if i and previous(tokens, i) == "H":
        return "J"
    return "P" if np_without_verb(tokens, i, words) else "S"


def _back(tokens: list[Token], words: list[Word], i: int) -> str:
    """Back: a verb after to, a modal or a plural subject with an object next, else an adverb."""
    before = previous(tokens, i)
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    if before == "G" and following in "PTUK":
        return "N"  # 'turned its back on'
    if following in "DGAYNR" and (before in "TM" or plural_before(tokens, words, i)):
        tokens[i].form = "b"
        tokens[i].lemma = "back"
        return "V"
    return "J"


def _open(tokens: list[Token], _words: list[Word], i: int) -> str:
    before = previous(tokens, i)
    if before in "TM":
        tokens[i].form = "b"
        tokens[i].lemma = "open"
        return "V"
    return "A"


def _home(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "N" if i and tokens[i - 1].low == "at" else "J"


def _will(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "N" if i and tokens[i - 1].tag in "DGE" else "M"


def _might(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "N" if i and tokens[i - 1].tag in "GEA" else "M"


def _before(tokens: list[Token], words: list[Word], i: int) -> str:
    if i and tokens[i - 1].low in ("never", "ever"):
        return "J"  # 'has never before taken part'
    return "P" if np_without_verb(tokens, i, words) else "S"


def _need(tokens: list[Token], _words: list[Word], i: int) -> str:
    if i and tokens[i - 1].tag in "RYNMT":
        tokens[i].form, tokens[i].lemma = "b", "need"
        return "V"
    return "N"


def _provided(tokens: list[Token], words: list[Word], i: int) -> str:
    if i + 1 < len(tokens) and tokens[i + 1].low == "that":
        return "S"
    if i and tokens[i - 1].tag in "HB":
        tokens[i].form, tokens[i].lemma = "n", "provide"  # 'has provided Egypt with grain'
        return "V"
    if (i == 0 or tokens[i - 1].text == ",") and i + 1 < len(tokens) and words[i + 1].tags != "P":
        return "S"
    if finite_behind(tokens, i) and not np_without_verb(tokens, i, words):
        return "S"  # 'would fly to Istanbul provided Kyiv sent one'
    if i and tokens[i - 1].tag in "YNRJ":
        tokens[i].form, tokens[i].lemma = "d", "provide"
    return "V"


def _after_determiner(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "A" if i and tokens[i - 1].tag in "DG" else "P"


RELATIVES = frozenset(["that", "who", "which", "whom", "whose"])
ANSWERED = frozenset(["vote", "votes", "voted", "voting", "say", "says", "said", "saying"])


def _periodical(tokens: list[Token], _words: list[Word], i: int) -> str:
    """'The Armenian weekly, ...' is a paper, 'weekly talks' come every week."""
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    if i and tokens[i - 1].tag in "DGAN" and following in "KUVPMBH":
        return "N"
    return "A" if following in "NA?" else "J"


QUANTITIES = (
    "some all both many several this these those most few one each either neither another any such"
)
TAKEN = frozenset(["the", "a", "an", "its", "their", "his", "most", "all", "some", "many"])
Rule = Callable[[list[Token], list[Word], int], str]
SPECIAL: dict[str, Rule] = {
    "that": _that, "as": _as_like, "her": _her, "so": _so, "no": _no, "may": _may, "will": _will,
    "might": _might, "like": _like, "since": _since, "need": _need, "provided": _provided,
    "following": _after_determiner, "past": _after_determiner, "back": _back, "open": _open,
    "home": _home, "before": _before,
    **dict.fromkeys(QUANTITIES.split(), _determiner_or_pronoun),
    "neither": _neither, **dict.fromkeys(("daily", "weekly", "monthly"), _periodical),
}  # fmt: skip
