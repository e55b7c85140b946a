"""People the lists do not know, introduced by their office: 'Kenya's foreign secretary, X'."""

from __future__ import annotations

from multipolar.reader.lexicon import Lexicon
from multipolar.reader.mention import Mention
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

OFFICE_WORDS = word_set("entities.office_words")
OFFICE_HEADS = word_set("entities.office_heads")
HONORIFICS = frozenset(
    ["h.e.", "mr", "mr.", "mrs", "mrs.", "ms", "dr", "dr.", "sir", "his", "her", "excellency"]
)
TITLE_ROLES = {
    "president": "head_of_state",
    "king": "head_of_state",
    "queen": "head_of_state",
    "emir": "head_of_state",
    "sultan": "head_of_state",
    "chancellor": "head_of_government",
    "premier": "head_of_government",
    "prime minister": "head_of_government",
    "secretary of state": "foreign_minister",
    "secretary general": "head_of_organisation",
    "secretary-general": "head_of_organisation",
    "pm": "head_of_government",
}
FOREIGN = dict.fromkeys(
    (
        "foreign minister", "minister of foreign affairs", "minister for foreign affairs",
        "minister of external affairs", "external affairs minister", "foreign affairs minister",
        "foreign secretary",
    ),
    "foreign_minister",
)  # fmt: skip
# First and last token of a name and the role of the office, where it is one of the scheme's.
Introduced = tuple[int, int, str | None]


def introduced(tokens: list[Token], mention: Mention, lexicon: Lexicon) -> Introduced | None:
    """Token span and role of the person whose office is named beside the state's name."""
    return (
        _name_after_office(tokens, mention.last, lexicon)
        or _name_after_state(tokens, mention, lexicon)
        or _name_before(tokens, mention, lexicon)
    )


def _name_after_state(tokens: list[Token], mention: Mention, lexicon: Lexicon) -> Introduced | None:
    """'Foreign Minister of Kazakhstan Murat Nurtleu', 'the premier of Laos, Sonexay Siphandone'."""
    office = _office_before(tokens, mention.first)
    if office is None:
        return None
    j = mention.last + 1
    if j < len(tokens) and tokens[j].text == ",":
        j += 1
    while j < len(tokens) and tokens[j].low in HONORIFICS:
        j += 1
    last = _name_end(tokens, j, lexicon)
    return None if last is None else (j, last, office[1])


def _name_before(tokens: list[Token], mention: Mention, lexicon: Lexicon) -> Introduced | None:
    """'Murat Nurtleu, the foreign minister of Kazakhstan,', 'Nurtleu, Kazakhstan's minister,'."""
    office = _office_before(tokens, mention.first) or _office_after(tokens, mention.last)
    if office is None:
        return None
    comma = min(office[0], mention.first) - 1
    while comma > 0 and tokens[comma].low in ("the", "a", "an", "then", "former"):
        comma -= 1
    if comma < 2 or tokens[comma].text != ",":
        return None
    first = comma
    while first and tokens[first - 1].mention is None and _namelike(tokens[first - 1], lexicon):
        first -= 1
    whole = _name_end(tokens, first, lexicon) == comma - 1
    return (first, comma - 1, office[1]) if whole and tokens[first].text[0].isupper() else None


def _office_before(tokens: list[Token], at: int) -> tuple[int, str | None] | None:
    """Place and role of an office before 'of' and the state at ``at``."""
    k = at - 1
    if k > 0 and tokens[k].low == "the":
        k -= 1
    if k < 1 or tokens[k].low != "of":
        return None
    end = k
    while k and tokens[k - 1].low in OFFICE_WORDS and tokens[k - 1].mention is None:
        k -= 1
    words = [t.low for t in tokens[k:end]]
    return (k, _role(words)) if set(words) & OFFICE_HEADS else None


def _office_after(tokens: list[Token], at: int) -> tuple[int, str | None] | None:
    """Place and role of an office after the state at ``at``, a comma or full stop behind it."""
    j = at + 1
    if j < len(tokens) and tokens[j].low == "'s":
        j += 1
    start = j
    while j < len(tokens) and tokens[j].low in OFFICE_WORDS and tokens[j].mention is None:
        j += 1
    words = [t.low for t in tokens[start:j]]
    closed = j < len(tokens) and tokens[j].text in ",.;"
    return (start, _role(words)) if closed and words and words[-1] in OFFICE_HEADS else None


def _name_after_office(tokens: list[Token], at: int, lexicon: Lexicon) -> Introduced | None:
    """Token span of a name after an office that follows ``at``, with the office's role."""
    n = len(tokens)
    j = at + 1
    if j < n and tokens[j].low == "'s":
        j += 1
    office: list[str] = []
    while j < n and tokens[j].low in OFFICE_WORDS and tokens[j].mention is None:
        office.append(tokens[j].low)
        j += 1
        if j + 1 < n and tokens[j].text == "-" and tokens[j + 1].low == "general":
            office.append("general")
            j += 2
    if not office or office[-1] not in OFFICE_HEADS:
        return None
    if j < n and tokens[j].text == ",":
        j += 1
    last = _name_end(tokens, j, lexicon)
    if last is None:
        return None
    return j, last, _role(office)


def _name_end(tokens: list[Token], j: int, lexicon: Lexicon) -> int | None:
    k = j
    n = len(tokens)
    while k < n and tokens[k].mention is None and _namelike(tokens[k], lexicon):
        k += 1
        if k + 1 < n and tokens[k].text == "-" and tokens[k + 1].text[:1].isalpha():
            k += 2
    words = k - j
    return k - 1 if 1 < words <= 6 else None


def _namelike(token: Token, lexicon: Lexicon) -> bool:
    if not token.text[:1].isupper() or not token.text.isalpha():
        return token.low in ("al", "bin", "el", "von", "van", "de") or (
            len(token.text) == 2 and token.text[1] == "." and token.text[0].isupper()
        )
    word = lexicon.words.get(token.low)
    return word is None or (not (set(word.tags) - {"N", "V"}) and token.low not in OFFICE_WORDS)


def _role(office: list[str]) -> str | None:
    words = " ".join(office).replace("-", " ")
    foreign = next((role for title, role in FOREIGN.items() if title in words), None)
    if foreign and "deputy foreign" not in words and "deputy minister" not in words:
        return foreign
    if any(w in office for w in ("deputy", "vice", "spokesman", "spokeswoman", "ambassador")):
        return None
    for title in ("prime minister", "secretary of state", "secretary general"):
        if title in words:
            return TITLE_ROLES[title]
    return next((TITLE_ROLES[w] for w in office if w in TITLE_ROLES), None)
