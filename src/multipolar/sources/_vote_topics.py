"""Which votes are on the same text, and what a vote is broadly about: two rules over the title.

The *topic* groups votes that repeat under one title (the embargo on Cuba, year after year), so that
intervals resample topics and not votes that are no new evidence. The *subject* is one of eight
broad categories. Both are rules, not judgements: the same title always gives the same answer.
"""

from __future__ import annotations

import re
import unicodedata

SUBJECTS = (
    "ukraine",
    "nuclear",
    "middle_east",
    "disarmament",
    "colonialism",
    "human_rights",
    "economic",
    "other",
)

# "... : resolution / adopted by the General Assembly", with the record's misprints of it.
_FORMULA = re.compile(
    r"\s*:?\s*\b(?:res[a-z]{0,4}l[a-z]{0,4}tio[ns]*|decisions?)\s*/.*$"
    r"|\s*:?\s*\bresolutions? (?:adopted )?by the general assembly.*$"
    r"|\s*:\s*resolutions?\s*\.?\s*$"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMERAL = re.compile(
    r"\b(?:\d[\w/.]*|(?=[ivxl]{2,}\b)(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\b(?:\s+[a-z]\b)?"
)
_ORDINAL_WORD = re.compile(
    r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy)[- ])?"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    r"thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
    r"thirtieth|fortieth|fiftieth|sixtieth) (?=session)"
)
_NOT_WORD = re.compile(r"[^\w\s]|_")
_ARTICLE = re.compile(r"\b(?:the|an?)\b")
# Misprints and spelling variants in the titles that would split a repeated text.
_SPELLINGS = {
    "agression": "aggression",
    "behavior": "behaviour",
    "co-o": "coo",
    "fueling": "fuelling",
    "hemishpere": "hemisphere",
    "independance": "independence",
    "internatinal": "international",
    "judgement": "judgment",
    "militarisation": "militarization",
    "nulear": "nuclear",
    "obsever": "observer",
    "organisation": "organization",
    "peace-keeping": "peacekeeping",
    "practicies": "practices",
    "rightsof": "rights of",
    "sytem": "system",
    "un ": "united nations ",
    "unites states": "united states",
    "unrwa": "united nations relief and works agency for palestine refugees",
    "weapens": "weapons",
}
_MISSPELT = re.compile(r"\b(?:" + "|".join(map(re.escape, _SPELLINGS)) + ")")


def topic_of(title: str) -> str:
    """Words of a title that stay the same when the text is voted on again.

    Case, accents of typing, punctuation, brackets, years, numbers, session numerals, articles and
    the closing formula ("resolution / adopted by the General Assembly") are taken away. Repeating
    the rule changes nothing.

    Parameters
    ----------
    title : str
        Title as printed in the record.

    Returns
    -------
    str
        Lower-case words; ``untitled`` where nothing is left. It does not tell whether two texts
        under one title say the same thing.

    Examples
    --------
    >>> topic_of("Question of Namibia, 1985 : resolution / adopted by the General Assembly")
    'question of namibia'
    """
    text = _shortened(title)
    while (again := _shortened(text)) != text:
        text = again
    return text or "untitled"


def _shortened(text: str) -> str:
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    text = text.replace("'", "").replace("\u2019", "")
    text = _FORMULA.sub("", text)
    text = _BRACKETS.sub(" ", text)
    text = _MISSPELT.sub(lambda found: _SPELLINGS[found.group()], text)
    if "session" in text:
        text = _ORDINAL_WORD.sub(" ", text)
    text = _NUMERAL.sub(" ", text)
    text = _NOT_WORD.sub(" ", text)
    text = _ARTICLE.sub(" ", text)
    return " ".join(text.split())


# First match wins: Ukraine before human rights, nuclear arms in the Middle East before the latter.
_SUBJECT_WORDS: tuple[tuple[str, str], ...] = (
    ("ukraine", r"ukrain|crimea|sevastopol"),
    (
        "nuclear",
        (
            r"nuclear|atomic|non-proliferation|fissi(?:le|onable)|denucleari[sz]|radiation"
            r"|test[- ]ban|tlatelolco"
        ),
    ),
    (
        "middle_east",
        (
            r"palestin|israel|jerusalem|golan|middle east|arab territor|lebanon"
            r"|disengagement observer|gaza|isareli|united nations emergency force"
        ),
    ),
    (
        "disarmament",
        (
            r"disarm|weapon|\barms\b|armament|missile|outer space|landmine|munition|zone of peace"
            r"|military (?:budget|expenditure|spending)|mines\b|cyberspace"
            r"|telecommunications in the context of international security"
        ),
    ),
    (
        "colonialism",
        (
            r"coloni|self[- ]governing|apartheid|south africa|south west africa|namibia|rhodesia"
            r"|self-determination|trust territor|trusteeship|portugu|malvinas|falkland"
            r"|western sahara|timor|independence of|angola|mozambique|guinea|gibraltar|mayotte"
            r"|new caledonia|guam|chagos|racist regime|zimbabwe"
        ),
    ),
    (
        "human_rights",
        (
            r"human rights|racis|racial|xenophob|torture|death penalty|defamation of religions"
            r"|freedom|discrimination|(?<!lawful )rights of|right to|women|refugee|mercenar"
            r"|children|nazism|genocide|disappear|missing persons|prosecution of persons|covenant"
            r"|religious intolerance|extrajudicial|minorit"
        ),
    ),
    (
        "economic",
        (
            r"economic|trade|development|financial system|debt|commodit|industrial|globali[sz]ation"
            r"|poverty|food|agricultur|embargo|coercive|natural resources"
        ),
    ),
)
_SUBJECT_PATTERNS = tuple((name, re.compile(words)) for name, words in _SUBJECT_WORDS)


def subject_of(title: str, agenda: str = "") -> str:
    """One of eight broad categories, by keywords of the title and then of the agenda item.

    Parameters
    ----------
    title, agenda : str
        As printed in the record; the agenda decides only where the title says nothing.

    Returns
    -------
    str
        One of ``SUBJECTS``. A vote has one subject here; it does not tell that a text on, say,
        nuclear arms in the Middle East belongs to two.

    Examples
    --------
    >>> subject_of("Situation of human rights in Myanmar")
    'human_rights'
    """
    for text in (title.casefold(), agenda.casefold()):
        for name, pattern in _SUBJECT_PATTERNS:
            if pattern.search(text):
                return name
    return "other"
