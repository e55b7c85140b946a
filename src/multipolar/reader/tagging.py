"""Decide for every token what it does in its sentence: name, noun, verb form, function word.

Tags: ``D`` determiner, ``G`` possessive, ``E`` 's, ``R`` pronoun, ``L`` relative, ``W`` wh-word,
``P`` preposition, ``T`` to, ``C`` coordinator, ``S`` subordinator, ``M`` modal, ``B`` be,
``H`` have, ``O`` do, ``X`` negator, ``V`` verb (its ``form`` says which), ``N`` noun,
``A`` adjective, ``J`` adverb, ``#`` number, ``Y`` name, ``K`` comma, ``Z`` hyphen,
``Q`` quotation mark, ``U`` other punctuation.
"""

from __future__ import annotations

from multipolar.reader.context import (
    finite_ahead,
    finite_behind,
    inverted_question,
    nominal_adjective,
    np_without_verb,
    plural_before,
    previous,
)
from multipolar.reader.entities import Mention
from multipolar.reader.lexicon import Lexicon, Word
from multipolar.reader.special import CONSTANT, SPECIAL
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

QUOTES = frozenset("\"“”„«»‘’'`")
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
FIXED = {",": "K", "-": "Z", "'s": "E"}


class Tagger:
    """Tags sentences; one instance keeps a cache of unknown words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        self._sayings = lexicon.sayings
        self._cache: dict[str, Word] = {}

    def tag(self, tokens: list[Token]) -> None:
        """Set ``tag``, ``form`` and ``lemma`` of every token."""
        words = [self._word(t) for t in tokens]
        for token, word in zip(tokens, words, strict=True):
            token.tag = self._first_tag(token, word)
        _compounds(tokens)
        _comparatives(tokens)
        _adverbials(tokens)
        for i, token in enumerate(tokens):
            if token.tag == "?":
                self._resolve(tokens, words, i)

    def _word(self, token: Token) -> Word:
        word = self._words.get(token.low)
        if word is not None:
            return word
        word = self._cache.get(token.low)
        if word is None:
            word = self._cache[token.low] = self._guess(token.low)
        return word

    def _guess(self, low: str) -> Word:
        if low.endswith("ly"):
            return Word("J")
        if low.endswith("ing") and len(low) > 5:
            return Word("VN", low[:-3], "g", low)
        if low.endswith("ed") and len(low) > 4 and low.isalpha():
            return Word("V", low[:-1] if low[-3] in "sctzv" else low[:-2], "dn")
        if low.endswith("ies") and len(low) > 4:
            return Word("N", noun=low[:-3] + "y", plural=True)
        if low.endswith("s") and not low.endswith(("ss", "us", "is")):
            return self._plural(low)
        if low.endswith(ADJECTIVE_ENDINGS):
            return Word("NA", noun=low)
        return Word("N", noun=low)

    def _plural(self, low: str) -> Word:
        base = low[:-2] if low.endswith(("shes", "ches", "xes", "sses")) else low[:-1]
        return Word("N", noun=base, plural=True)

    def _first_tag(self, token: Token, word: Word) -> str:
        mention = token.mention
        if isinstance(mention, Mention):
            token.lemma = token.low
            return "A" if mention.type in ("DEMONYM", "BLOC_ADJ") else "Y"
        text = token.text
        if token.low in NUMBERS:
            token.lemma = token.low
            return "#"
        if token.low in SPECIAL or token.low in CONSTANT:
            token.lemma = word.noun or token.low
            return CONSTANT.get(token.low, "?")
        if not text[0].isalpha() and text[0] not in "'’":
            return _mark(text)
        if token.low in FIXED:
            return FIXED[token.low]
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

    def _as_verb(self, tokens: list[Token], words: list[Word], i: int) -> str:
        """Verb form of an ambiguous word here: b, s, d, n, g; empty when it is no verb."""
        word = words[i]
        forms = word.forms
        before = previous(tokens, i)
        following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
        if "b" in forms and "d" not in forms and set(word.tags) & set("AJ"):
            plain = before in "TM" or (i and tokens[i - 1].low in ("they", "we", "i"))
            return "b" if plain and "b" in forms else ""
        if "A" in word.tags and following in "N?AY" and before in "DGAECKPU#N":
            return ""
        if "g" in forms:
            return self._as_ing(tokens, i, before, following)
        if "d" in forms or "n" in forms:
            verb = self._as_past(tokens, words, i, before, following)
            if verb:
                return verb
        if "b" in forms and before in "TM":
            return "b" if not (before == "T" and _noun_after_to(tokens, i, word)) else ""
        if before in "O" or (i > 1 and tokens[i - 1].low == "than" and "b" in forms):
            plain = before in "O" or tokens[i - 2].low == "rather"
            return "b" if plain and "b" in forms else ""
        if before in "BHDGE#P":
            return ""
        return self._present(tokens, words, i, before, following)

    def _present(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        word = words[i]
        ambiguous = "N" in word.tags
        form = "s" if "s" in word.forms else "b"
        spoken = word.verb in self._sayings and _speaks_last(tokens, i) and following in "UJK"
        if not ambiguous:
            if spoken:
                return form
            if form == "s" and before == "N" and finite_behind(tokens, i):
                return ""
            people = before == "A" and tokens[i - 1].mention is not None
            if form == "s" and people and word.verb not in self._sayings:
                return form if nominal_adjective(tokens, i) else ""  # 'train Ukrainian recruits'
            if form == "b" and i > 1 and tokens[i - 1].tag == "Y" and tokens[i - 2].tag == "D":
                return ""  # 'the Belgrade institute'
            return form if before not in "A" or form == "s" or nominal_adjective(tokens, i) else ""
        if before == "L":
            return form
        if before == "A" and not nominal_adjective(tokens, i):
            return ""
        clause = i + 1 < len(tokens) and tokens[i + 1].low == "that" and before in "NYR"
        if clause and word.verb in self._sayings and not _determined(tokens, i):
            return form
        if form == "b" and not plural_before(tokens, words, i):
            return "b" if inverted_question(tokens, i) else ""
        if (before in "U" and i == 0) or before == "V":
            return ""
        if i + 1 < len(tokens) and tokens[i + 1].low == "that" and before in "NYR":
            return form
        if finite_ahead(tokens, words, i):
            return ""
        if spoken or (before == "R" and tokens[i - 1].low in SUBJECTS and form == "s"):
            return form
        if form == "b" and _let(tokens, i):
            return form
        listed = before == "K" and form == "s" and following in "NDG#?" and finite_behind(tokens, i)
        if listed and not finite_ahead(tokens, words, i):
            return form  # 'pays for its oil, supplies shells and trains its men'
        only = form == "s" and following in "N?#" and not finite_behind(tokens, i)
        if only and before == "Y" and word.verb not in NOUNISH:
            return form  # 'Baku demands apologies': the clause has no other verb
        if word.verb in NOUNISH and before in "YR" and tokens[i + 1].low == "with":
            return form if form == "s" else ""
        if following in "DGR#LT" or following in "AYJ":
            return form
        return (
            form if following in "PSWQ?V" and before in "YRC" and word.verb not in NOUNISH else ""
        )

    def _as_ing(self, tokens: list[Token], i: int, before: str, following: str) -> str:
        low = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before in "DGE" and tokens[i - 1].low not in ("all", "both"):
            return ""
        if before in "A" and i and not nominal_adjective(tokens, i):
            return ""
        if before == "Y" and "N" in self._word(tokens[i]).tags and following in "UKPC":
            return ""  # 'sealed the Rafah crossing'
        if tokens[i].low == "visiting" and following == "A" and before == "P":
            return ""
        if low == "of" and before in "PTKU":
            return ""
        if before in "NY" and following in "NU" and before == "N":
            return ""
        return "g"

    def _as_past(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        forms = words[i].forms
        if before == "B":
            return "n" if "n" in forms else "d"
        if before == "H":
            return "n" if "n" in forms else ""
        if before == "T" or before in "MO":
            return "b" if "b" in forms else ("n" if "n" in forms else "")
        if before in "DGEA#" and following in "NAY?" and not nominal_adjective(tokens, i):
            return ""
        if before in "DGE":
            return ""
        if "d" not in forms:
            return "n"
        if "n" not in forms:
            return "d"
        return self._reduced(tokens, words, i, before, following)

    def _reduced(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        """Finite past or participle after a noun: 'sanctions imposed by ... failed'."""
        low = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before == "P":
            return "n"
        if _in_opening_phrase(tokens, i):
            return "n"
        if words[i].verb in self._sayings and _speaks_last(tokens, i) and low != "by":
            return "d"
        if before in "NYAR#" and low == "by":
            return "d" if words[i].verb in INTRANSITIVE else "n"
        if before in "NA" and (
            following in "P" or low in ("to", "in", "on", "against", "at", "from")
        ):
            return "n" if finite_ahead(tokens, words, i) or finite_behind(tokens, i) else "d"
        if before == "K" and low == "by":
            return "n"
        if before == "K" and _closes_relative(tokens, i):
            return "d"
        if before == "K" and following in "PT" and _inserted(tokens, i):
            return "n"
        if before == "K" and low == "to":
            return "d"
        if before == "K" and low in ("by", "in", "as", "at", "on", "to", "for") and i > 1:
            return "n" if finite_ahead(tokens, words, i) or finite_behind(tokens, i) else "d"
        if before == "U" and i == 0:
            return "n"
        return "d"


# 'Stood by Moscow', 'sat by', 'dropped by': no passive.
INTRANSITIVE = word_set("tagging.intransitive")
AUXILIARIES = word_set("tagging.auxiliaries")


def _inserted(tokens: list[Token], i: int) -> bool:
    """', planned for March, has been': closed by a comma that an auxiliary follows."""
    for k in range(i + 1, min(i + 12, len(tokens) - 1)):
        if tokens[k].text == ",":
            return tokens[k + 1].low in AUXILIARIES
    return False


def _in_opening_phrase(tokens: list[Token], i: int) -> bool:
    """'Under a deal struck in Jeddah, ...': what a preposition governs is no subject."""
    k = i - 1
    while k >= 0 and tokens[k].tag in "NADG" and tokens[k].low not in TIME:
        k -= 1
    if k < 0 or k >= i - 2 or tokens[k].tag != "P" or tokens[k + 1].tag != "D":
        return False
    if tokens[k].low == "of":
        return False
    return k == 0 or tokens[k - 1].tag in "KUC"


SUBJECTS = frozenset(["he", "she", "it", "who"])
LETTING = frozenset(["let", "lets", "letting", "make", "makes", "made", "help", "helps", "helped"])


def _let(tokens: list[Token], i: int) -> bool:
    """'Let Russian troops march on Kyiv': a bare infinitive after its object."""
    k = i - 1
    while k >= 0 and tokens[k].tag in "NYADGE#R":
        k -= 1
    return 0 <= k < i - 1 and tokens[k].low in LETTING


def _determined(tokens: list[Token], i: int) -> bool:
    """'The report that', 'Moscow's claim that': a noun with its clause."""
    return tokens[i - 1].tag in "DGEA" or tokens[i - 1].low in ("'s", "'")


def _speaks_last(tokens: list[Token], i: int) -> bool:
    """'..., a NATO official conceded on ...', '..., customs data show.': who says so comes last."""
    k = i - 1
    while k >= 0 and (tokens[k].tag in "NYADGEZ#" or tokens[k].low in ("of", "for", "in")):
        k -= 1
    return 0 <= k < i - 1 and tokens[k].tag in "KQ"


def _closes_relative(tokens: list[Token], i: int) -> bool:
    """', from which Georgia stays away, met': the comma ends a relative clause."""
    k = i - 2
    while k > 0 and tokens[k].tag not in "KU":
        k -= 1
    if k <= 0 or tokens[k].tag != "K":
        return False
    return tokens[k + 1].tag == "L" or (tokens[k + 1].tag == "P" and tokens[k + 2].tag == "L")


def _adverbials(tokens: list[Token]) -> None:
    """'One way or another', 'per cent': words that stand together as one part of the sentence."""
    for i, token in enumerate(tokens):
        if token.low == "per" and i and tokens[i - 1].tag == "#" and i + 1 < len(tokens):
            if tokens[i + 1].low == "cent":
                token.tag = tokens[i + 1].tag = "#"
            continue
        for words in ADVERBIALS.get(token.low, ()):
            if [t.low for t in tokens[i : i + len(words)]] == words:
                for other in tokens[i : i + len(words)]:
                    other.tag = "J"
                break


def _adverbial_phrases() -> dict[str, list[list[str]]]:
    out: dict[str, list[list[str]]] = {}
    for phrase in word_set("tagging.adverbials"):
        out.setdefault(phrase.split()[0], []).append(phrase.split())
    return out


ADVERBIALS = _adverbial_phrases()


def _comparatives(tokens: list[Token]) -> None:
    """'more than 16,000', 'at least three', 'up to 40' belong to the number."""
    for i in range(len(tokens) - 2):
        pair = (tokens[i].low, tokens[i + 1].low)
        if pair in NUMBER_PAIRS and tokens[i + 2].tag == "#":
            tokens[i].tag = tokens[i + 1].tag = "D"
        elif tokens[i].low in ROUGHLY and tokens[i + 1].tag == "#":
            tokens[i].tag = "D"


TIME = word_set("chunks.time")
NUMBERS = word_set("tagging.numbers")
ROUGHLY = word_set("tagging.roughly")


NUMBER_PAIRS = frozenset(
    [
        ("more", "than"),
        ("less", "than"),
        ("fewer", "than"),
        ("at", "least"),
        ("up", "to"),
        ("at", "most"),
    ]
)
PREFIXES = word_set("tagging.prefixes")


def _compounds(tokens: list[Token]) -> None:
    """Words joined by a hyphen act as one adjective: 'rules-based', 'US-led', 'two-day'."""
    for i in range(1, len(tokens) - 1):
        if tokens[i].tag != "Z":
            continue
        left, right = tokens[i - 1], tokens[i + 1]
        if left.end != tokens[i].start or right.start != tokens[i].end:
            continue
        if left.low in PREFIXES:
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
    return bool(set(tags) & set("PDSG")) and previous(tokens, i) not in "TM"


NOUNISH = word_set("tagging.nounish")


def _noun_after_to(tokens: list[Token], i: int, word: Word) -> bool:
    """'response to attack': a noun follows to when nothing it could govern follows."""
    if "N" not in word.tags or i < 2:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 2].low
    return before in ("response", "due", "thanks", "return", "threat", "access", "opposed") and (
        following is None or following.tag in "UKPC"
    )
