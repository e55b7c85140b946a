"""Which form of a verb an ambiguous word is here, if it is a verb at all."""

from __future__ import annotations

from multipolar.reader.context import (
    demanded,
    finite_ahead,
    finite_behind,
    inverted_question,
    nominal_adjective,
    plural_before,
    previous,
)
from multipolar.reader.lexicon import Lexicon, Word
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set


class VerbForms:
    """Decides b, s, d, n, g or none for a word the lists know as a verb."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        self._sayings = lexicon.sayings

    def _is_noun(self, low: str) -> bool:
        word = self._words.get(low)
        return word is not None and "N" in word.tags

    def _as_verb(self, tokens: list[Token], words: list[Word], i: int) -> str:
        """Verb form of an ambiguous word here: b, s, d, n, g; empty when it is no verb."""
        word = words[i]
        forms = word.forms
        before = previous(tokens, i)
        following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
        if "b" in forms and "d" not in forms and set(word.tags) & set("AJ"):
            plain = before in "TM" or (i and tokens[i - 1].low in SEVERAL | {"they", "we", "i"})
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
        share = before == "#" and "b" in forms and following in "DGRYTVS"
        if share and any(t.low in SHARES for t in tokens[max(0, i - 3) : i]):
            return "b"  # '79 per cent still favour joining', 'two Poles in three now distrust'
        if before in "BHDGE#P":
            # 'none of this amounts to isolation', 'paragraph four speaks of': nothing else fits
            only = tokens[i - 1].low == "this" or (before == "#" and "N" not in word.tags)
            return "s" if "s" in forms and only else ""
        return self._present(tokens, words, i, before, following)

    def _present(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        form = "s" if "s" in words[i].forms else "b"
        verb = words[i].verb
        said = verb in self._sayings or f"{verb} out" in self._sayings
        spoken = said and _speaks_last(tokens, i) and following in "UJK"
        some = i > 0 and tokens[i - 1].low in SEVERAL
        clause = (before in "NYR" or some) and _that_follows(tokens, i)
        alone = form == "b" and before == "Y" and verb in NOUNISH
        clause = clause and not (
            alone and not plural_before(tokens, words, i)
        )  # 'a UN report that'
        if (clause and said and not _determined(tokens, i)) or _no_doubt(tokens, i):
            return form
        if "N" not in words[i].tags:
            return form if spoken else self._only_verb(tokens, words, i, form, before)
        if before == "L":
            return form
        if before == "A" and not nominal_adjective(tokens, i):
            return ""
        if form == "b" and not plural_before(tokens, words, i):
            asked = inverted_question(tokens, i) or demanded(tokens, words, i)
            asked = asked or (following in "DG" and _let(tokens, i))  # 'made Tirana recall its'
            return "b" if asked else ""
        if (before in "U" and i == 0) or before == "V":
            return ""
        plain = before in "YN" and following not in "DGR" and not _let(tokens, i)
        if plain and self._told_of(tokens, i):
            return ""
        opens = form == "s" and following in "DGR"
        if clause or (opens and (before == "Y" or _what_before(tokens, i))):
            return form  # 'Chisinau calls this a lie fabricated in Tiraspol'
        if finite_ahead(tokens, words, i):
            return ""
        return form if spoken else self._verb_or_noun(tokens, words, i, form, before, following)

    def _told_of(self, tokens: list[Token], i: int) -> bool:
        """'It took part in eleven NATO exercises': the clause has its verb already."""
        for k in range(i - 1, -1, -1):
            token = tokens[k]
            if token.tag in "SLWCKUQ":
                return False
            if token.tag == "V" and token.form in ("s", "d"):
                return token.lemma not in self._sayings
        return False

    def _only_verb(
        self, tokens: list[Token], words: list[Word], i: int, form: str, before: str
    ) -> str:
        """A word the lists know as a verb only; after some phrases it is a noun all the same."""
        said = words[i].verb in self._sayings
        if form == "s" and before == "A" and tokens[i - 1].mention is None:
            return ""  # 'new boots'
        if form == "b" and before in "VD" and tokens[i - 1].low not in LETTING:
            return ""  # 'found fault'
        last = said and _speaks_last(tokens, i)
        if form == "s" and before == "N" and finite_behind(tokens, i) and not last:
            going_on = words[i].verb == "keep" and tokens[i + 1].low.endswith("ing")
            return form if going_on else ""  # 'the minister keeps saying'
        if form == "s" and before == "A" and tokens[i - 1].mention is not None and not said:
            return form if nominal_adjective(tokens, i) else ""  # 'train Ukrainian recruits'
        if form == "b" and i > 1 and tokens[i - 1].tag == "Y" and tokens[i - 2].tag == "D":
            return ""  # 'the Belgrade institute'
        return form if before not in "A" or form == "s" or nominal_adjective(tokens, i) else ""

    def _verb_or_noun(
        self, tokens: list[Token], words: list[Word], i: int, form: str, before: str, following: str
    ) -> str:
        """A word that is both, in a clause that has no other verb further on."""
        nounish = words[i].verb in NOUNISH
        if form == "b" and (_let(tokens, i) or inverted_question(tokens, i)):
            return form
        if form == "s" and tokens[i - 1].low in HARDLY:
            return form  # 'hardly trades with Moscow'
        if form == "s" and self._must_be_verb(tokens, i, before, following, nounish=nounish):
            return form
        if nounish and before in "YR" and i + 1 < len(tokens) and tokens[i + 1].low == "with":
            return form if form == "s" else ""
        if following in "DGR#LTAYJ":
            return form
        return form if following in "PSWQ?V" and before in "YRC" and not nounish else ""

    def _must_be_verb(
        self, tokens: list[Token], i: int, before: str, following: str, *, nounish: bool
    ) -> bool:
        if before == "R" and tokens[i - 1].low in SUBJECTS:
            return True
        behind = finite_behind(tokens, i)
        if before == "K" and following in "NDG#?" and behind:
            return True  # 'pays for its oil, supplies shells and trains its men'
        # 'Baku demands apologies': the clause has no other verb
        return before == "Y" and following in "N?#A" and not behind and not nounish

    def _as_ing(self, tokens: list[Token], i: int, before: str, following: str) -> str:
        low = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before in "DGE" and tokens[i - 1].low not in ("all", "both"):
            return ""
        if before in "A" and i and not nominal_adjective(tokens, i):
            return ""
        if before == "Y" and self._is_noun(tokens[i].low) and following in "UKPC":
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
        governed = before == "V" and tokens[i - 1].form in ("g", "b")
        if governed and following in "N?" and words[i + 1].plural and "d" in forms:
            return ""  # 'still shipping banned microchips'
        if "d" not in forms:
            return "b" if "b" in forms and before == "N" and words[i - 1].plural else "n"
        if "n" not in forms or (tokens[i - 1].low == "than" and words[i].verb in MULTIPLYING):
            return "d"
        return self._reduced(tokens, words, i, before, following)

    def _reduced(
        self, tokens: list[Token], words: list[Word], i: int, before: str, following: str
    ) -> str:
        """Finite past or participle after a noun: 'sanctions imposed by ... failed'."""
        low = tokens[i + 1].low if i + 1 < len(tokens) else ""
        if before == "P":
            return "n"
        named = tokens[i].low in ("called", "named", "dubbed", "christened")
        if _in_opening_phrase(tokens, i) or (named and before == "N" and following in "YQA"):
            return "n"
        spoken = _speaks_last(tokens, i) or (before == "K" and _clause_ahead(tokens, i))
        if words[i].verb in self._sayings and spoken and low != "by":
            return "d"
        if before in "NYAR#" and low == "by":
            return "d" if words[i].verb in INTRANSITIVE else "n"
        if tokens[i - 1].low == "those" and following == "P":
            return "n"  # 'those imposed on Niger'
        if before in "NA" and (
            following in "P" or low in ("to", "in", "on", "against", "at", "from")
        ):
            return "n" if finite_ahead(tokens, words, i) or finite_behind(tokens, i) else "d"
        if before == "K":
            return _after_comma(tokens, words, i, low, following)
        return "n" if before == "U" and i == 0 else "d"


def _after_comma(tokens: list[Token], words: list[Word], i: int, low: str, following: str) -> str:
    """', imposed by ...,' takes up the noun before; ', met in Istanbul' goes on with the clause."""
    if low == "by":
        return "n"
    if _closes_relative(tokens, i):
        return "d"
    if following in "PT" and (_inserted(tokens, i) or _verb_resumes(tokens, words, i)):
        return "n"
    if low in ("in", "as", "at", "on", "for") and i > 1:
        return "n" if finite_ahead(tokens, words, i) or finite_behind(tokens, i) else "d"
    return "d"


def _verb_resumes(tokens: list[Token], words: list[Word], i: int) -> bool:
    """'X, received in the Kremlin in June, came home': the clause still waits for its verb."""
    if i < 2 or finite_behind(tokens, i - 1):
        return False
    for k in range(i + 1, min(i + 20, len(tokens) - 1)):
        if tokens[k].tag in "SLW" and tokens[k].low not in ("after", "before"):
            return False
        if tokens[k].text == ",":
            word = words[k + 1]
            past = "V" in word.tags and "d" in word.forms and "N" not in word.tags
            return past or tokens[k + 1].low in AUXILIARIES
    return False


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


HARDLY = frozenset(["hardly", "scarcely", "barely", "rarely", "seldom", "never"])
SUBJECTS = frozenset(["he", "she", "it", "who"])
LETTING = frozenset(
    [
        "dare",
        "dares",
        "dared",
        "need",
        "let",
        "lets",
        "letting",
        "make",
        "makes",
        "made",
        "help",
        "helps",
        "helped",
    ]
)


def _let(tokens: list[Token], i: int) -> bool:
    """'Let Russian troops march on Kyiv': a bare infinitive after its object."""
    k = i - 1
    while k >= 0 and tokens[k].tag in "NYADGE#R":
        k -= 1
    return 0 <= k < i - 1 and tokens[k].low in LETTING


# 'More than doubled': what has grown, not what it is compared with.
MULTIPLYING = frozenset(["double", "triple", "treble", "quadruple", "quintuple", "halve"])
SHARES = frozenset(["cent", "percent", "%", "in", "of"])
SEVERAL = frozenset(["few", "many", "some", "several"])
# Prepositions inside the name of who speaks: 'an adviser to the Kenyan government says'.
INSIDE = frozenset(["of", "for", "in", "to", "by", "at", "on", "from", "with"])


def _determined(tokens: list[Token], i: int) -> bool:
    """'The report that', 'Moscow's claim that': a noun with its clause."""
    before = tokens[i - 1]
    if i > 1 and tokens[i - 2].low in ("a", "an"):
        return True  # 'a UN report that'
    return before.low not in SEVERAL and (before.tag in "DGEA" or before.low in ("'s", "'"))


def _that_follows(tokens: list[Token], i: int) -> bool:
    """'Say that', 'point out that', 'note, however, that'."""
    k = i + 1
    if k < len(tokens) and tokens[k].low == "out":
        k += 1
    if k < len(tokens) and tokens[k].text == ",":
        closing = next(
            (m for m in range(k + 1, min(k + 8, len(tokens))) if tokens[m].text == ","), k
        )
        k = closing + 1
    return k < len(tokens) and tokens[k].low == "that"


def _clause_ahead(tokens: list[Token], i: int) -> bool:
    """'..., argued on Telegram that the front had collapsed'."""
    for token in tokens[i + 1 : i + 8]:
        if token.low == "that":
            return True
        if token.tag in "KUV":
            return False
    return False


def _no_doubt(tokens: list[Token], i: int) -> bool:
    """'The report leaves no doubt'."""
    return i + 2 < len(tokens) and tokens[i + 2].low == "doubt" and tokens[i].low == "leaves"


def _what_before(tokens: list[Token], i: int) -> bool:
    """'What the Kremlin calls a partnership'."""
    k = i - 1
    while k >= 0 and tokens[k].tag in "NYADGE#":
        k -= 1
    return 0 <= k < i - 1 and tokens[k].low == "what"


def _speaks_last(tokens: list[Token], i: int) -> bool:
    """'..., a NATO official conceded on ...', '..., customs data show.': who says so comes last."""
    k = i - 1
    while k >= 0 and (tokens[k].tag in "NYADGEZ#" or tokens[k].low in INSIDE or _led_by(tokens[k])):
        k -= 1
    return 0 <= k < i - 1 and (tokens[k].tag in "KQ" or tokens[k].low == "as")


def _led_by(token: Token) -> bool:
    """'A poll published by', 'a survey carried out in': says which, not what it did."""
    return token.tag == "V" and token.form == "n"


def _closes_relative(tokens: list[Token], i: int) -> bool:
    """', from which Georgia stays away, met': the comma ends a relative clause."""
    k = i - 2
    while k > 0 and tokens[k].tag not in "KU":
        k -= 1
    if k <= 0 or tokens[k].tag != "K":
        return False
    return tokens[k + 1].tag == "L" or (tokens[k + 1].tag == "P" and tokens[k + 2].tag == "L")


NOUNISH = word_set("tagging.nounish")


def _noun_after_to(tokens: list[Token], i: int, word: Word) -> bool:
    """'response to attack': a noun follows to when nothing it could govern follows."""
    if "N" not in word.tags or i < 2:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 2].low
    if following is not None and following.low == "of":
        return True  # 'ascribe it to fear of China'
    if tokens[i].low in WHITHER:  # 'took Chile to court', 'went to war'
        return following is None or following.tag in "UKPCJ"
    return before in ("response", "due", "thanks", "return", "threat", "access", "opposed") and (
        following is None or following.tag in "UKPC"
    )


WHITHER = frozenset(["court", "task", "account", "trial", "justice", "war", "book", "terms"])
TIME = word_set("chunks.time")
