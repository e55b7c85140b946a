"""Decide for every token what it does in its sentence: name, noun, verb form, function word.

Tags: ``D`` determiner, ``G`` possessive, ``E`` 's, ``R`` pronoun, ``L`` relative, ``W`` wh-word,
``P`` preposition, ``T`` to, ``C`` coordinator, ``S`` subordinator, ``M`` modal, ``B`` be,
``H`` have, ``O`` do, ``X`` negator, ``V`` verb (its ``form`` says which), ``N`` noun,
``A`` adjective, ``J`` adverb, ``#`` number, ``Y`` name, ``K`` comma, ``Z`` hyphen,
``Q`` quotation mark, ``U`` other punctuation.
"""

from __future__ import annotations

from functools import lru_cache

from multipolar.reader.context import np_without_verb, previous
from multipolar.reader.lexicon import Lexicon, Word
from multipolar.reader.mention import Mention
from multipolar.reader.special import CONSTANT, SPECIAL
from multipolar.reader.text import Token
from multipolar.reader.verbforms import VerbForms
from multipolar.reader.wordsets import word_set

QUOTES = frozenset("\"“”„«»‘’'`")
SIGNS = frozenset("-'’‘")
NOMINAL = frozenset("DGEA#NYRZ")
STARTS_NP = frozenset("DGA#NYR")
ADJECTIVE_ENDINGS = (
    "ous",
    "ful",
    "ical",
    "able",
    "ible",
    "ish",
    "ive",
    "less",
    "ary",
    "ian",
    "ern",
    "ic",
    "al",
)
BOUNDARY = frozenset("KSLWU")


class Tagger(VerbForms):
    """Tags sentences."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__(lexicon)
        self._compound = _compound_verbs(lexicon)

    def tag(self, tokens: list[Token]) -> None:
        """Set ``tag``, ``form`` and ``lemma`` of every token."""
        known = self._words
        words = [known.get(t.low) or _guess(t.low) for t in tokens]
        for token, word in zip(tokens, words, strict=True):
            token.tag = self._first_tag(token, word)
        signs = [i for i, token in enumerate(tokens) if token.text in SIGNS]
        if signs:
            _possessives(tokens, signs)
            _compounds(tokens, signs)
            self._compound_verbs(tokens, words, signs)
        _comparatives(tokens)
        _adverbials(tokens)
        _compared(tokens)
        for i, token in enumerate(tokens):
            if token.tag == "?":
                self._resolve(tokens, words, i)

    def _compound_verbs(self, tokens: list[Token], words: list[Word], signs: list[int]) -> None:
        """'Test-fired', 'co-hosts': a verb with a hyphen that the frames know as one word."""
        for i in [k + 1 for k in signs if 0 < k < len(tokens) - 1 and tokens[k].text == "-"]:
            known = self._compound.get(words[i].verb)
            if i > 2 and tokens[i - 3].tag in "DG":
                continue  # 'its re-exports' is a noun
            if known and tokens[i - 2].low in known and tokens[i - 2].end == tokens[i - 1].start:
                tokens[i - 2].tag = tokens[i - 1].tag = "J"
                tokens[i].tag = "?"

    def _first_tag(self, token: Token, word: Word) -> str:
        mention = token.mention
        if isinstance(mention, Mention):
            token.lemma = token.low
            return "A" if mention.type in ("DEMONYM", "BLOC_ADJ") else "Y"
        given = GIVEN.get(token.low)
        if given is not None:
            token.lemma = token.low if given == "#" else word.noun or token.low
            return given
        text = token.text
        if not text[0].isalpha():
            if text[0] not in "'’":
                return _mark(text)
            if text in QUOTES:
                return "Q"
        tags = word.tags
        token.lemma = word.noun or token.low
        if len(tags) == 1 and tags != "V" and not (tags == "N" and token.low not in self._words):
            return _proper(token, tags)
        return "?"

    def _resolve(self, tokens: list[Token], words: list[Word], i: int) -> None:
        token, word = tokens[i], words[i]
        tags = word.tags
        if token.low in SPECIAL:
            token.tag = SPECIAL[token.low](tokens, words, i)
            if token.tag != "V" or token.form:
                return
        if "V" in tags and not _looks_proper(tokens, i) and not _closed_here(tokens, tags, i):
            verb = self._as_verb(tokens, words, i)
            if verb:
                token.tag, token.form, token.lemma = "V", verb, word.verb
                if i > 1 and tokens[i - 2].low in self._compound.get(word.verb, ()):
                    joined = tokens[i - 1].text == "-"
                    token.lemma = f"{tokens[i - 2].low}-{word.verb}" if joined else word.verb
                return
            if "A" not in tags and "N" not in tags:
                token.tag = "A" if word.forms.strip("dng") == "" else "N"
                return
        rest = tags.replace("V", "") or "N"
        if _unknown_verb(tokens, i, word):
            token.tag, token.form, token.lemma = "V", "b", token.low
            return
        token.tag = _proper(token, self._rest(tokens, words, i, rest))
        token.lemma = word.noun or token.low

    def _rest(self, tokens: list[Token], words: list[Word], i: int, rest: str) -> str:
        if len(rest) == 1:
            return rest
        following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
        if following == "?" and words[i + 1].tags == "V" and "g" not in words[i + 1].forms:
            following = "V"  # 'a NATO official conceded'
        if set(rest) <= {"N", "A"}:
            return "A" if following in "NYA?" else "N"
        if rest[0] in "SP" and "S" in rest and "P" in rest:
            return "P" if np_without_verb(tokens, i, words) else "S"
        if "J" in rest and "P" in rest:
            return "P" if following in STARTS_NP or following == "?" else "J"
        if "A" in rest and "J" in rest:
            return "A" if following in "NAY" else "J"
        return rest[0]


@lru_cache(maxsize=50_000)
def _guess(low: str) -> Word:
    """What a word is that no list has, by its ending."""
    if low.endswith("ly"):
        return Word("J")
    if low.endswith("ing") and len(low) > 5:
        return Word("VN", low[:-3], "g", low)
    if low.endswith("ied") and len(low) > 5:
        return Word("V", low[:-3] + "y", "dn")
    if low.startswith("un") and low.endswith("ed"):
        return Word("A")  # 'unannounced talks'
    if low.endswith("ed") and len(low) > 4 and low.isalpha():
        return Word("V", low[:-1] if low[-3] in "sctzv" else low[:-2], "dn")
    if low.endswith("ies") and len(low) > 4:
        return Word("N", noun=low[:-3] + "y", plural=True)
    if low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return _plural(low)
    if low.endswith(ADJECTIVE_ENDINGS):
        return Word("NA", noun=low)
    return Word("N", noun=low)


def _plural(low: str) -> Word:
    base = low[:-2] if low.endswith(("shes", "ches", "xes", "sses")) else low[:-1]
    return Word("N", noun=base, plural=True)


@lru_cache(maxsize=8)
def _compound_verbs(lexicon: Lexicon) -> dict[str, set[str]]:
    """First parts of the verbs with a hyphen, by the last."""
    out: dict[str, set[str]] = {}
    for verb in lexicon.verb_frames:
        first, hyphen, last = verb.partition("-")
        if hyphen:
            out.setdefault(last, set()).add(first)
    return out


def _possessives(tokens: list[Token], signs: list[int]) -> None:
    """'The rebels' lawyer': the mark after a plural is no quotation mark where none is open."""
    is_open = False
    for i in [k for k in signs if 0 < k < len(tokens) - 1 and tokens[k].text != "-"]:
        token, before = tokens[i], tokens[i - 1]
        attached = before.end == token.start
        if attached and before.low.endswith("s") and not is_open:
            apart = tokens[i + 1].start > token.end and tokens[i + 1].text[0].isalnum()
            token.tag = "E" if apart else token.tag
        is_open = not attached


def _adverbials(tokens: list[Token]) -> None:
    """'One way or another', 'per cent': words that stand together as one part of the sentence."""
    for i, token in enumerate(tokens):
        phrases = ADVERBIALS.get(token.low)
        if phrases is None:
            continue
        if token.low == "per" and i and tokens[i - 1].tag == "#" and i + 1 < len(tokens):
            if tokens[i + 1].low == "cent":
                token.tag = tokens[i + 1].tag = "#"
            continue
        following = tokens[i + 1].low if i + 1 < len(tokens) else ""
        for words in phrases.get(following, ()):
            if [t.low for t in tokens[i : i + len(words)]] == words:
                for other in tokens[i : i + len(words)]:
                    other.tag = "J"
                break


def _compared(tokens: list[Token]) -> None:
    """'As isolated as it is today': a quality, not what was done."""
    for i in range(1, len(tokens) - 1):
        if tokens[i - 1].low == tokens[i + 1].low == "as" and tokens[i].tag == "?":
            tokens[i - 1].tag, tokens[i].tag, tokens[i].lemma = "J", "A", tokens[i].low


def _adverbial_phrases() -> dict[str, dict[str, list[list[str]]]]:
    """Phrases by their first and second words."""
    out: dict[str, dict[str, list[list[str]]]] = {"per": {}}
    for phrase in word_set("tagging.adverbials"):
        words = phrase.split()
        out.setdefault(words[0], {}).setdefault(words[1], []).append(words)
    return out


ADVERBIALS = _adverbial_phrases()


def _comparatives(tokens: list[Token]) -> None:
    """'more than 16,000', 'at least three', 'up to 40' belong to the number."""
    for i, token in enumerate(tokens[:-2]):
        following = tokens[i + 1]
        if token.tag == "#" and following.low in COUNTS:
            following.tag = "#"  # 'twelve million shells'
        if (
            token.low in NUMBER_PAIRS
            and following.low in NUMBER_PAIRS[token.low]
            and (tokens[i + 2].tag == "#" or _a_hundred(tokens, i + 2))
        ):
            token.tag = following.tag = "D"
        elif following.tag == "#" and token.low in ROUGHLY:
            token.tag = "D"


def _a_hundred(tokens: list[Token], i: int) -> bool:
    """'More than a hundred people'."""
    return tokens[i].low == "a" and i + 1 < len(tokens) and tokens[i + 1].low in COUNTS


NUMBERS = word_set("tagging.numbers")
# Tags that hang on the word alone; "?" where its neighbours decide.
GIVEN = {**dict.fromkeys(SPECIAL, "?"), **CONSTANT, **dict.fromkeys(NUMBERS, "#")}
ROUGHLY = word_set("tagging.roughly")
COUNTS = frozenset(["hundred", "thousand", "million", "billion", "dozen"])


NUMBER_PAIRS = {
    "more": ("than",), "less": ("than",), "fewer": ("than",), "at": ("least", "most"),
    "up": ("to",),
}  # fmt: skip
PREFIXES = word_set("tagging.prefixes")


def _compounds(tokens: list[Token], signs: list[int]) -> None:
    """Words joined by a hyphen act as one adjective: 'rules-based', 'US-led', 'two-day'."""
    for i in [k for k in signs if 0 < k < len(tokens) - 1 and tokens[k].tag == "Z"]:
        left, right = tokens[i - 1], tokens[i + 1]
        if left.end != tokens[i].start or right.start != tokens[i].end:
            continue
        noun = i > 1 and tokens[i - 2].tag in "DG"  # 'its re-exports', but 're-imposed'
        if left.low in PREFIXES and not noun:
            left.tag = tokens[i].tag = "J"
            continue
        if left.mention is None and left.tag not in "#":
            left.tag = "A"
        if (
            right.mention is None
            and right.tag == "?"
            and i + 2 < len(tokens)
            and tokens[i + 2].tag in "?NAYZ"
        ):
            right.tag = "A"
            right.lemma = right.low


def _mark(text: str) -> str:
    if text == ",":
        return "K"
    if text == "-":
        return "Z"
    if text in QUOTES:
        return "Q"
    if text[0].isdigit() or text[0] in "$€£":
        return "#"
    return "U"


def _proper(token: Token, tag: str) -> str:
    name = tag == "N" and token.text[0].isupper() and not token.text.isupper()
    return "Y" if name and len(token.text) > 1 else tag


def _looks_proper(tokens: list[Token], i: int) -> bool:
    """A capital inside the sentence marks a name, whatever the verb list says."""
    return (
        i > 0
        and tokens[i].text[0].isupper()
        and tokens[i - 1].tag not in "QU"
        and not tokens[i].text.isupper()
    )


def _unknown_verb(tokens: list[Token], i: int, word: Word) -> bool:
    """A word no list has, after a modal, or after to with an object next."""
    token = tokens[i]
    if word.tags != "N" or word.plural or not token.text[0].islower():
        return False
    before = previous(tokens, i)
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    return before == "M" or (before == "T" and following in "DGYR")


def _closed_here(tokens: list[Token], tags: str, i: int) -> bool:
    """A preposition or determiner that could be a verb is one only after to or a modal."""
    if tokens[i].low == "number" and i and tokens[i - 1].low == "opposite":
        return True
    return bool(set(tags) & set("PDSG")) and previous(tokens, i) not in "TM"
