"""Regular English inflection: enough to turn a list of lemmas into a list of forms."""

from __future__ import annotations

from multipolar.reader.wordsets import word_set

VOWELS = frozenset("aeiou")
# Verbs of two syllables that double their last consonant because the stress falls on it.
DOUBLING = word_set("inflect.doubling")
IRREGULAR_PLURALS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "serviceman": "servicemen",
    "spokesman": "spokesmen",
    "memorandum": "memoranda",
    "embargo": "embargoes",
    "veto": "vetoes",
    "congressman": "congressmen",
}
NO_PLURAL = word_set("inflect.no_plural")


def _doubles(verb: str) -> bool:
    if verb in DOUBLING:
        return True
    short = sum(c in VOWELS for c in verb) == 1
    return (
        short
        and len(verb) > 2
        and verb[-1] not in "wxyaeiou"
        and verb[-2] in VOWELS
        and verb[-3] not in VOWELS
    )


def third_person(verb: str) -> str:
    """Form for he, she and it; also the regular plural of a noun.

    Examples
    --------
    >>> third_person("carry"), third_person("push"), third_person("veto")
    ('carries', 'pushes', 'vetoes')
    """
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return verb[:-1] + "ies"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    return verb + "s"


def past_form(verb: str) -> str:
    """Regular past and participle.

    Examples
    --------
    >>> past_form("plan"), past_form("deny"), past_form("agree")
    ('planned', 'denied', 'agreed')
    """
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return verb[:-1] + "ied"
    return verb + (verb[-1] if _doubles(verb) else "") + "ed"


def ing_form(verb: str) -> str:
    """Present participle.

    Examples
    --------
    >>> ing_form("lie"), ing_form("agree"), ing_form("impose"), ing_form("cut")
    ('lying', 'agreeing', 'imposing', 'cutting')
    """
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return verb[:-1] + "ing"
    return verb + (verb[-1] if _doubles(verb) else "") + "ing"


def verb_forms(lemma: str, past: str = "", participle: str = "") -> list[tuple[str, str]]:
    """Forms with their kind: b base, s third person, d past, n participle, g ing."""
    out = [(lemma, "b"), (third_person(lemma), "s"), (ing_form(lemma), "g")]
    regular = past_form(lemma)
    out += [(past or regular, "d"), (participle or regular, "n")]
    if not past and lemma.endswith("l") and lemma in DOUBLING:
        single = lemma + "ed"  # American spelling beside the British one
        out += [(single, "d"), (single, "n"), (lemma + "ing", "g")]
    if not past and lemma in ("target", "focus", "bias"):
        out += [(lemma + "ted", "d")] if lemma == "target" else [(lemma + "sed", "d")]
    return out


def noun_plural(noun: str) -> str:
    """Plural of a noun.

    Examples
    --------
    >>> noun_plural("treaty"), noun_plural("spokesman"), noun_plural("embargo")
    ('treaties', 'spokesmen', 'embargoes')
    """
    if noun in NO_PLURAL:
        return noun
    return IRREGULAR_PLURALS.get(noun) or third_person(noun)
