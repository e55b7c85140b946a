"""Decide for every token what it does in its sentence: name, noun, verb form, function word.

Tags: ``D`` determiner, ``G`` possessive, ``E`` 's, ``R`` pronoun, ``L`` relative, ``W`` wh-word,
``P`` preposition, ``T`` to, ``C`` coordinator, ``S`` subordinator, ``M`` modal, ``B`` be, ``H`` have,
``O`` do, ``X`` negator, ``V`` verb (its ``form`` says which), ``N`` noun, ``A`` adjective, ``J`` adverb,
``#`` number, ``Y`` name, ``K`` comma, ``Z`` hyphen, ``Q`` quotation mark, ``U`` other punctuation.
"""

from __future__ import annotations

from multipolar.reader.entities import Mention
from multipolar.reader.lexicon import Lexicon, Word
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

QUOTES = frozenset("\"“”„«»‘’'`")
NOMINAL = frozenset("DGEA#NYRZ")
STARTS_NP = frozenset("DGA#NYR")
ADJECTIVE_ENDINGS = ("ous", "ful", "ical", "able", "ible", "ish", "ive", "less", "ary", "ian", "ern", "ic", "al")  # fmt: skip
BOUNDARY = frozenset("KSLWU")
FIXED = {",": "K", "-": "Z", "'s": "E"}


class Tagger:
    """Tags sentences; one instance keeps a cache of unknown words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        self._cache: dict[str, Word] = {}

    def tag(self, tokens: list[Token]) -> None:
        """Set ``tag``, ``form`` and ``lemma`` of every token."""
        words = [self._word(t) for t in tokens]
        for token, word in zip(tokens, words, strict=True):
            token.tag = self._first_tag(token, word)
        _compounds(tokens)
        _comparatives(tokens)
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
        if token.low in SPECIAL:
            token.lemma = word.noun or token.low
            return "?"
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
        token.tag = _proper(token, self._rest(tokens, i, rest))
        token.lemma = word.noun or token.low

    def _rest(self, tokens: list[Token], i: int, rest: str) -> str:
        if len(rest) == 1:
            return rest
        following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
        if set(rest) <= {"N", "A"}:
            return "A" if following in "NYA?" else "N"
        if rest[0] in "SP" and "S" in rest and "P" in rest:
            return "P" if _np_without_verb(tokens, i) else "S"
        if "J" in rest and "P" in rest:
            return "P" if following in STARTS_NP or following == "?" else "J"
        if "A" in rest and "J" in rest:
            return "A" if following in "NAY" else "J"
        return rest[0]

    def _as_verb(self, tokens: list[Token], words: list[Word], i: int) -> str:
        """Verb form of an ambiguous word here: b, s, d, n, g; empty when it is no verb."""
        word = words[i]
        forms = word.forms
        before = _previous(tokens, i)
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
        if before in "O":
            return "b" if "b" in forms else ""
        if before in "BHDGE#P":
            return ""
        return self._present(tokens, words, i, before, following)

    def _present(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        word = words[i]
        ambiguous = "N" in word.tags
        form = "s" if "s" in word.forms else "b"
        if not ambiguous:
            if form == "s" and before == "N" and _finite_behind(tokens, i):
                return ""
            return form if before not in "A" or form == "s" or _nominal_adjective(tokens, i) else ""
        if before == "L":
            return form
        if before == "A" and not _nominal_adjective(tokens, i):
            return ""
        if form == "b" and not _plural_before(tokens, words, i):
            return "b" if _inverted_question(tokens, i) else ""
        if (before in "U" and i == 0) or before == "V":
            return ""
        if _finite_ahead(tokens, words, i):
            return ""
        if following in "DGR#LT" or following in "AYJ":
            return form
        return (
            form if following in "PSWQ?V" and before in "YRC" and word.verb not in NOUNISH else ""
        )

    def _as_ing(self, tokens: list[Token], i: int, before: str, following: str) -> str:
        low = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before in "DGE" and tokens[i - 1].low not in ("all", "both"):
            return ""
        if before in "A" and i and not _nominal_adjective(tokens, i):
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
        if before in "DGEA#" and following in "NAY?" and not _nominal_adjective(tokens, i):
            return "" if "d" in forms and before != "#" else ""
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
        if before in "NYAR#" and low == "by":
            return "n"
        if before in "NA" and (
            following in "P" or low in ("to", "in", "on", "against", "at", "from")
        ):
            return "n" if _finite_ahead(tokens, words, i) or _finite_behind(tokens, i) else "d"
        if before == "K" and low == "to":
            return "d"
        if before == "K" and low in ("by", "in", "as", "at", "on", "to", "for") and i > 1:
            return "n" if _finite_ahead(tokens, words, i) or _finite_behind(tokens, i) else "d"
        if before == "U" and i == 0:
            return "n"
        return "d"


def _comparatives(tokens: list[Token]) -> None:
    """'more than 16,000', 'at least three', 'up to 40' belong to the number."""
    for i in range(len(tokens) - 2):
        pair = (tokens[i].low, tokens[i + 1].low)
        if pair in NUMBER_PAIRS and tokens[i + 2].tag == "#":
            tokens[i].tag = tokens[i + 1].tag = "D"
        elif tokens[i].low in ROUGHLY and tokens[i + 1].tag == "#":
            tokens[i].tag = "D"


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
    before = _previous(tokens, i)
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    return before == "M" or (before == "T" and following in "DGYR")


def _closed_here(tokens: list[Token], tags: str, i: int) -> bool:
    """A preposition or determiner that could be a verb is one only after to or a modal."""
    return bool(set(tags) & set("PDSG")) and _previous(tokens, i) not in "TM"


def _previous(tokens: list[Token], i: int) -> str:
    """Tag before ``i``, looking through adverbs, negators and quotation marks."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "JXQ":
        j -= 1
    return tokens[j].tag if j >= 0 else "U"


def _nominal_adjective(tokens: list[Token], i: int) -> bool:
    """Whether the adjective before ``i`` is really a people: 'the French attacked'."""
    mention = tokens[i - 1].mention
    if not isinstance(mention, Mention):
        return False
    if tokens[i - 1].low.endswith("s") and mention.code not in ("SWZ",):
        return True
    return i > 1 and tokens[i - 2].low == "the" and tokens[i - 1].low.endswith(("ese", "sh", "ch"))


NOUNISH = word_set("tagging.nounish")


def _noun_after_to(tokens: list[Token], i: int, word: Word) -> bool:
    """'ties to trade', 'response to attack': a noun follows to when nothing it could govern follows."""
    if "N" not in word.tags or i < 2:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 2].low
    return before in ("response", "due", "thanks", "return", "threat", "access", "opposed") and (
        following is None or following.tag in "UKPC"
    )


def _plural_before(tokens: list[Token], words: list[Word], i: int) -> bool:
    """Whether the subject before ``i`` can take a bare present tense."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "JXQ":
        j -= 1
    if j < 0:
        return False
    token = tokens[j]
    if token.tag == "R":
        return token.low in ("they", "we", "you", "i") or token.low in MANY
    if token.tag == "L":
        return True
    if token.tag == "N" or (token.tag == "Y" and token.mention is None):
        return words[j].plural or token.low in ("people", "police")
    mention = token.mention
    if isinstance(mention, Mention):
        return (
            token.low.endswith("s")
            and mention.type in ("DEMONYM", "BLOC", "BLOC_ADJ")
            or _coordinated(tokens, j)
        )
    return token.tag == "C" and j > 0 and tokens[j - 1].tag == "V" and tokens[j - 1].form == "b"


def _coordinated(tokens: list[Token], j: int) -> bool:
    mention = tokens[j].mention
    first = mention.first if isinstance(mention, Mention) else j
    return first > 0 and tokens[first - 1].low == "and"


def _inverted_question(tokens: list[Token], i: int) -> bool:
    """'Did Russia attack', 'Should the West impose': an auxiliary opened the clause."""
    j = i - 1
    while j >= 0 and tokens[j].tag in "NYADGEZRJX":
        j -= 1
    return (
        j >= 0 and tokens[j].tag in "OM" and j + 1 < i and (j == 0 or tokens[j - 1].tag in "KUQWSC")
    )


def _finite_ahead(tokens: list[Token], words: list[Word], i: int) -> bool:
    """Whether a clear finite verb follows before the clause ends, with no new subject between."""
    for j in range(i + 1, min(len(tokens), i + 14)):
        tag = tokens[j].tag
        if tag in "LSWC" or tokens[j].text in ";:":
            return False
        if tag == "K":
            return False
        if tag in "MHO" or (tag == "B" and tokens[j].low in ("is", "are", "was", "were", "'re")):
            return True
        if tag == "?" or tag == "V":
            word = words[j]
            if word.tags == "V" and "d" in word.forms and tokens[j - 1].tag not in "BHDP":
                return True
            if word.tags == "V" and "s" in word.forms:
                return True
    return False


def _finite_behind(tokens: list[Token], i: int) -> bool:
    """Whether the clause already has its finite verb ('Russia evaded sanctions imposed on it')."""
    for j in range(i - 1, -1, -1):
        tag = tokens[j].tag
        if tag in "SLW" or tokens[j].text in ";:":
            return False
        if tag == "C":
            return False
        if tag in "MHOB" or (tag == "V" and tokens[j].form in "sd"):
            return True
    return False


def _np_without_verb(tokens: list[Token], i: int) -> bool:
    """After, before, since, until: preposition when no finite verb follows in the clause."""
    for j in range(i + 1, min(len(tokens), i + 25)):
        tag = tokens[j].tag
        if tag in "MHOB":
            return False
        if tag == "V" and tokens[j].form in "sdb":
            return False
        if tag == "?" and tokens[j].low.endswith("ed") and j > i + 1:
            return False
        if tag == "?" and j == i + 1 and tokens[j].low.endswith("ing"):
            return True
        if tag in "KSL" or tokens[j].text in ".;:":
            return True
    return True


def _that(tokens: list[Token], words: list[Word], i: int) -> str:
    """That: relative after a noun with a verb next, complementiser after a verb, else determiner."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None:
        return "R"
    before = tokens[i - 1] if i else None
    if before is not None and before.tag in "VBKJ" and before.tag != "K":
        return "S" if following.tag not in "U" else "R"
    if before is not None and before.tag in "NYRAK":
        nominal = before.tag in "NYRA"
        if following.tag in "MBHOVXJ":
            return "L" if nominal else "R"
        if following.tag == "?" and words[i + 1].tags == "V":
            return "L"
        return "S"
    return "D" if following.tag in "NAY?" else "R"


def _as_like(tokens: list[Token], words: list[Word], i: int) -> str:
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    if following in "RWS":
        return "S"
    return "P" if _np_without_verb(tokens, i) else "S"


def _whose(_tokens: list[Token], _words: list[Word], _i: int) -> str:
    return "L"


def _her(tokens: list[Token], _words: list[Word], i: int) -> str:
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    return "G" if following in "NA#?" else "R"


def _so(tokens: list[Token], _words: list[Word], i: int) -> str:
    following = tokens[i + 1].low if i + 1 < len(tokens) else ""
    return "S" if following in ("that", "russia", "it", "they", "he", "the") else "J"


def _have(_tokens: list[Token], _words: list[Word], _i: int) -> str:
    return "H"


def _no(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "D" if i + 1 < len(tokens) and tokens[i + 1].tag in "NAY#?" else "X"


def _determiner_or_pronoun(tokens: list[Token], words: list[Word], i: int) -> str:
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None or following.tag in "VMBHOPKUXJS":
        return "R"
    if following.tag == "?" and words[i + 1].tags == "V":
        finite = "d" in words[i + 1].forms or "s" in words[i + 1].forms
        return "R" if finite or tokens[i].low in MANY else "D"
    return "D"


MANY = word_set("tagging.many")


def _may(tokens: list[Token], _words: list[Word], i: int) -> str:
    token = tokens[i]
    if token.text[0].isupper() and i > 0:
        return "Y"
    return "N" if i and tokens[i - 1].tag in "DP#" else "M"


def _like(tokens: list[Token], _words: list[Word], i: int) -> str:
    return "V" if i and tokens[i - 1].tag in "MT" else "P"


SPECIAL = {
    "that": _that, "as": _as_like, "whose": _whose, "her": _her, "so": _so, "no": _no, "may": _may,
    "will": lambda t, _w, i: "N" if i and t[i - 1].tag in "DGE" else "M",
    "can": lambda _t, _w, _i: "M", "might": lambda t, _w, i: "N" if i and t[i - 1].tag in "GEA" else "M",
    "must": lambda _t, _w, _i: "M", "like": _like, "according": lambda _t, _w, _i: "P", "need": lambda t, w, i: "V" if i and t[i - 1].tag in "RYNMT" else "N",
    "some": _determiner_or_pronoun, "others": lambda _t, _w, _i: "R", "all": _determiner_or_pronoun,
    "both": _determiner_or_pronoun, "many": _determiner_or_pronoun, "several": _determiner_or_pronoun,
    "this": _determiner_or_pronoun, "these": _determiner_or_pronoun, "those": _determiner_or_pronoun,
    "most": _determiner_or_pronoun, "few": _determiner_or_pronoun, "other": lambda _t, _w, _i: "A",
    "one": _determiner_or_pronoun, "each": _determiner_or_pronoun, "either": _determiner_or_pronoun,
    "neither": _determiner_or_pronoun, "another": _determiner_or_pronoun, "any": _determiner_or_pronoun,
    "such": _determiner_or_pronoun, "none": lambda _t, _w, _i: "R", "nobody": lambda _t, _w, _i: "R",
    "who": lambda _t, _w, _i: "L", "which": lambda _t, _w, _i: "L", "whom": lambda _t, _w, _i: "L",
    "when": lambda _t, _w, _i: "S", "where": lambda _t, _w, _i: "S", "even": lambda _t, _w, _i: "J",
    "whether": lambda _t, _w, _i: "S", "provided": lambda t, _w, i: "S" if i + 1 < len(t) and t[i + 1].low == "that" else "V",
    "had": _have, "have": _have, "has": _have, "having": _have, "'s": lambda _t, _w, _i: "E",
    "her's": _her, "or": lambda _t, _w, _i: "C", "yet": lambda _t, _w, _i: "J", "including": lambda _t, _w, _i: "P",
    "following": lambda t, _w, i: "A" if i and t[i - 1].tag in "DG" else "P", "past": lambda t, _w, i: "A" if i and t[i - 1].tag in "DG" else "P",
    "over": lambda _t, _w, _i: "P", "up": lambda _t, _w, _i: "P", "down": lambda _t, _w, _i: "P", "out": lambda _t, _w, _i: "P",
    "back": lambda t, w, i: _back(t, w, i), "open": lambda t, w, i: _open(t, w, i),
    "worth": lambda _t, _w, _i: "P", "than": lambda _t, _w, _i: "P", "plus": lambda _t, _w, _i: "C",
    "once": lambda _t, _w, _i: "J", "only": lambda _t, _w, _i: "J", "done": lambda _t, _w, _i: "O",
}  # fmt: skip


def _back(tokens: list[Token], words: list[Word], i: int) -> str:
    """Back: a verb after to, a modal or a plural subject with an object next, else an adverb."""
    before = _previous(tokens, i)
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    if following in "DGAYN" and (before in "TM" or _plural_before(tokens, words, i)):
        tokens[i].form = "b"
        tokens[i].lemma = "back"
        return "V"
    return "J"


def _open(tokens: list[Token], _words: list[Word], i: int) -> str:
    before = _previous(tokens, i)
    if before in "TM":
        tokens[i].form = "b"
        tokens[i].lemma = "open"
        return "V"
    return "A"
