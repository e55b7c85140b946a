"""What stands around a token: the tag before it, the verb ahead, a plural subject."""

from __future__ import annotations

from multipolar.reader.lexicon import Word
from multipolar.reader.mention import Mention
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# Determiners and pronouns that stand for several people.
PLURALS = frozenset(["people", "police", "data", "statistics", "media", "troops", "authorities"])
MANY = word_set("tagging.many")


def previous(tokens: list[Token], i: int) -> str:
    """Tag before ``i``, looking through adverbs, negators and quotation marks."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "JXQ":
        j -= 1
    return tokens[j].tag if j >= 0 else "U"


def plural_before(tokens: list[Token], words: list[Word], i: int) -> bool:
    """Whether the subject before ``i`` can take a bare present tense."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "JXQ":
        j -= 1
    if j < 0:
        return False
    token = tokens[j]
    if _placed(tokens, words, j) and i + 1 < len(tokens) and tokens[i + 1].low == "that":
        return True
    if token.tag == "R":
        return token.low in ("they", "we", "you", "i") or token.low in MANY
    if token.tag == "L":
        return True
    if token.tag == "N" or (token.tag == "Y" and token.mention is None):
        return words[j].plural or token.low in PLURALS or token.low.endswith("men")
    mention = token.mention
    if isinstance(mention, Mention):
        several = ("DEMONYM", "BLOC", "BLOC_ADJ", "STATE")  # 'the Emirates call it'
        counted = j > 0 and (tokens[j - 1].low in MANY | {"the", "all"} or tokens[j - 1].tag == "#")
        people = mention.type == "DEMONYM" and counted  # 'most Taiwanese reject it'
        several_of = token.low.endswith("s") and mention.type in several
        if several_of or people or coordinated(tokens, j):
            return True
        k = mention.first - 1  # 'the five members of BRICS produce'
        inside = k > 0 and tokens[k].low in ("of", "in", "from") and tokens[k - 1].tag == "N"
        return inside and plural_before(tokens, words, k)
    return token.tag == "C" and j > 0 and tokens[j - 1].tag == "V" and tokens[j - 1].form == "b"


def _placed(tokens: list[Token], words: list[Word], j: int) -> bool:
    """'Diplomats in Djibouti': the noun before the place is in the plural."""
    return j > 1 and tokens[j].tag == "Y" and tokens[j - 1].low == "in" and words[j - 2].plural


def coordinated(tokens: list[Token], j: int) -> bool:
    """Whether the name at ``j`` closes a list: 'Russia and China'."""
    mention = tokens[j].mention
    first = mention.first if isinstance(mention, Mention) else j
    return first > 0 and tokens[first - 1].low == "and"


def np_without_verb(tokens: list[Token], i: int, words: list[Word] | None = None) -> bool:
    """After, before, since, until: preposition when no finite verb follows in the clause."""
    for j in range(i + 1, min(len(tokens), i + 25)):
        tag = tokens[j].tag
        if tag in "MHOB":
            return False
        if tag == "V" and tokens[j].form in "sdb":
            return False
        if tag == "?" and tokens[j].low.endswith("ed") and j > i + 1:
            return False
        if (
            tag == "?"
            and words is not None
            and j > i + 1
            and (
                _only_past(words[j])
                or (tokens[j - 1].tag == "Y" and words[j].tags == "V" and "d" in words[j].forms)
            )
        ):
            return False
        if tag == "?" and j == i + 1 and tokens[j].low.endswith("ing"):
            return True
        if tag in "KSL" or tokens[j].text in ".;:":
            return True
    return True


def _only_past(word: Word) -> bool:
    """'Struck', 'went': the past of a verb and nothing else."""
    return word.tags == "V" and "d" in word.forms and "b" not in word.forms


def inverted_question(tokens: list[Token], i: int) -> bool:
    """'Did Russia attack', 'Should the West impose': an auxiliary opened the clause."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "NYADGEZRJX":
        j -= 1
    return (
        j >= 0 and tokens[j].tag in "OM" and j + 1 < i and (j == 0 or tokens[j - 1].tag in "KUQWSC")
    )


def finite_ahead(tokens: list[Token], words: list[Word], i: int) -> bool:
    """Whether a clear finite verb follows before the clause ends, with no new subject between."""
    for j in range(i + 1, min(len(tokens), i + 14)):
        tag = tokens[j].tag
        if tag in "LSWCK" or tokens[j].text in ";:" or tokens[j].low == "that":
            return False
        if tokens[j - 1].tag == "T":
            continue
        if tag in "MHO" or (tag == "B" and tokens[j].low in ("is", "are", "was", "were", "'re")):
            return True
        if tag in {"?", "V"}:
            word = words[j]
            agent = j + 1 < len(tokens) and tokens[j + 1].low == "by"
            if (
                word.tags == "V"
                and "d" in word.forms
                and tokens[j - 1].tag not in "BHDP"
                and not agent
            ):
                return True
            if word.tags == "V" and "s" in word.forms:
                return True
    return False


def finite_behind(tokens: list[Token], i: int) -> bool:
    """Whether the clause already has its finite verb ('Russia evaded sanctions imposed on it')."""
    for j in range(i - 1, -1, -1):
        tag = tokens[j].tag
        if tag in "SLW" or tokens[j].text in ";:":
            return False
        if tag == "C" or (tokens[j].low == "yet" and j and tokens[j - 1].tag == "K"):
            return False
        if tag in "MHOB" or (tag == "V" and tokens[j].form in "sd"):
            return True
    return False


def demanded(tokens: list[Token], words: list[Word], i: int) -> bool:
    """'Demanded that the United States end its blockade': a bare verb with its object next."""
    if i + 1 >= len(tokens):
        return False
    if tokens[i + 1].tag not in "DGR" and (
        tokens[i - 1].tag != "Y" or finite_ahead(tokens, words, i)
    ):
        return False
    j = i - 1
    while j > 0 and tokens[j].tag in "DGAENY#" and tokens[j].low != "that":
        j -= 1
    return 0 < j < i - 1 and tokens[j].low == "that" and words[j - 1].verb in DEMANDING


DEMANDING = frozenset(
    ["demand", "insist", "request", "require", "propose", "recommend", "ask", "urge", "order"]
)


def nominal_adjective(tokens: list[Token], i: int) -> bool:
    """Whether the adjective before ``i`` is really a people: 'the French attacked'."""
    k = i - 1
    while k > 0 and tokens[k].tag == "J":
        k -= 1
    mention = tokens[k].mention
    if not isinstance(mention, Mention):
        return False
    if tokens[k].low.endswith("s") and mention.code not in ("SWZ",):
        return True
    return k > 0 and tokens[k - 1].low == "the" and tokens[k].low.endswith(("ese", "sh", "ch"))
