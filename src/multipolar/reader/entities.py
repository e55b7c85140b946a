"""Find who and what is named: the longest name wins, context settles what it stands for."""

from __future__ import annotations

from datetime import date

from multipolar.reader.lexicon import Entry, Lexicon
from multipolar.reader.mention import Mention
from multipolar.reader.metonyms import is_place
from multipolar.reader.people import OFFICE_WORDS, introduced
from multipolar.reader.text import Sentence, Token
from multipolar.reader.wordsets import word_set

SHOWN = frozenset(
    ["STATE", "DEMONYM", "CAPITAL", "GOV_SEAT", "LEADER", "IGO", "BLOC", "BLOC_ADJ", "MEDIA"]
)
LANGUAGE_BEFORE = word_set("entities.language_before")
LANGUAGE_AFTER = word_set("entities.language_after")
COMPOUND_AFTER = word_set("entities.compound_after")


class EntityFinder:
    """Finds mentions sentence by sentence and remembers people the text itself introduces."""

    def __init__(self, lexicon: Lexicon, on: date | None) -> None:
        self._trie = lexicon.trie
        self._lexicon = lexicon
        self._on = on
        self._introduced: dict[str, tuple[str, str | None]] = {}
        self._bodies: dict[str, str] = {}
        self._european = False

    def find(self, sentence: Sentence) -> list[Mention]:
        """Mentions of one sentence in text order; tokens point to theirs."""
        tokens = sentence.tokens
        found: list[Mention] = []
        i, n = 0, len(tokens)
        trie = self._trie
        while i < n:
            mention = None
            text = tokens[i].text
            if text in trie:
                mention = self._match(tokens, i)
            elif len(text) > 3 and text.isupper():
                mention = self._capitals(tokens, i)
            if text in self._introduced and self._means_introduced(mention, text):
                mention = self._known_person(tokens, i) or mention
            if mention is None:
                i += 1
                continue
            for k in range(mention.first, mention.last + 1):
                tokens[k].mention = mention
            found.append(mention)
            self._learn_surname(mention, tokens)
            i = mention.last + 1
        self._note_bodies(found)
        found += self._people(tokens, found) + self._short_names(tokens)
        found.sort(key=lambda m: m.first)
        for mention in found:
            self._settle(mention, tokens)
        return [m for m in found if m.type != "NONE"]

    def _means_introduced(self, mention: Mention | None, text: str) -> bool:
        """A surname alone is that of whom the text named in full, not of a namesake elsewhere."""
        if mention is None:
            return True
        alone = mention.type == "LEADER" and mention.last == mention.first
        return alone and self._introduced[text][0] != mention.code

    def _note_bodies(self, found: list[Mention]) -> None:
        """Remember which organisation a short name would stand for from here on."""
        for mention in found:
            if mention.type == "IGO" and mention.code in SHORT_NAMES:
                for short in SHORT_NAMES[mention.code]:
                    self._bodies[short] = mention.code
            self._european = self._european or mention.code in EU_MEMBERS

    def _short_names(self, tokens: list[Token]) -> list[Mention]:
        """'The Union', 'the Alliance': the organisation that was named, or the one meant here."""
        out = []
        for i, token in enumerate(tokens):
            if token.text not in SHORTS or token.mention is not None or not i:
                continue
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            longer = following is not None and (
                following.low == "of"
                or (following.text[:1].isupper() and following.mention is None)
            )
            if tokens[i - 1].low != "the" or longer:
                continue
            code = self._bodies.get(token.text)
            if code is None and self._european and token.text in EUROPEAN:
                code = "EU"
            if code is None:
                continue
            mention = Mention(
                token.start, token.end, i, i, "IGO", code, None, rule="short name in context"
            )
            token.mention = mention
            out.append(mention)
        return out

    def _capitals(self, tokens: list[Token], i: int) -> Mention | None:
        """A name in capitals, as in headlines and datelines: 'ASTANA, October 14'."""
        token = tokens[i]
        entries = self._trie.get(token.text.title(), {}).get("")
        if not entries or entries[0].type == "MEDIA":
            return None
        entry = self._choose(entries)
        return Mention(token.start, token.end, i, i, entry.type, entry.code, entry, rule="capitals")

    def _match(self, tokens: list[Token], i: int) -> Mention | None:
        node = self._trie
        best: tuple[int, list[Entry]] | None = None
        j = i
        while j < len(tokens) and tokens[j].text in node:
            node = node[tokens[j].text]
            if "" in node:
                best = (j, node[""])
            j += 1
        if best is None:
            return None
        last, entries = best
        entry = self._choose(entries)
        if entry.type == "LEADER" and last == i and self._other_person(tokens, i):
            return None
        if not _stands(entry, tokens, i, last):
            return None
        first = i
        return Mention(
            tokens[first].start, tokens[last].end, first, last, entry.type, entry.code, entry
        )

    def _choose(self, entries: list[Entry]) -> Entry:
        if len(entries) == 1 or self._on is None:
            return entries[-1] if entries[0].type == "LEADER" else entries[0]
        on = self._on
        for entry in entries:
            if any(s <= on and (e is None or on <= e) for s, e, _ in entry.terms):
                return entry
        past = [e for e in entries if any(s <= on for s, _, _ in e.terms)]
        return max(past, key=lambda e: max(s for s, _, _ in e.terms)) if past else entries[0]

    def _other_person(self, tokens: list[Token], i: int) -> bool:
        """A surname beside somebody else's first name is somebody else."""
        if i and tokens[i].text[:1].isupper():
            before = tokens[i - 1]
            if (
                before.text[:1].isupper()
                and before.text.isalpha()
                and before.mention is None
                and before.low not in OFFICE_WORDS
                and not self._common(before.low)
            ):
                return True
        if i + 1 < len(tokens):
            after = tokens[i + 1]
            return (
                after.text[:1].isupper()
                and after.text.isalpha()
                and after.text not in self._trie
                and not self._common(after.low)
            )
        return False

    def _learn_surname(self, mention: Mention, tokens: list[Token]) -> None:
        """A full name once given, the surname alone will do."""
        last = tokens[mention.last].text
        if (
            mention.type == "LEADER"
            and mention.last > mention.first
            and len(last) > 3
            and mention.entry is not None
            and mention.entry.code not in ("CHN", "KOR", "PRK", "VNM")
        ):
            role = mention.entry.terms[-1][2] if mention.entry.terms else None
            self._introduced[last] = (mention.code or "", role)

    def _common(self, low: str) -> bool:
        return low in self._lexicon.words or low in TITLES_EXTRA

    def _known_person(self, tokens: list[Token], i: int) -> Mention | None:
        code, role = self._introduced[tokens[i].text]
        if self._other_person(tokens, i):
            return None
        token = tokens[i]
        return Mention(
            token.start, token.end, i, i, "LEADER", code, None, None, True, role, "introduced"
        )

    def _people(self, tokens: list[Token], found: list[Mention]) -> list[Mention]:
        """People the lists do not know, introduced by state and office."""
        out = []
        for mention in found:
            if mention.type not in ("DEMONYM", "STATE", "IGO") or mention.code is None:
                continue
            named = introduced(tokens, mention, self._lexicon)
            if named is None:
                continue
            first, last, role = named
            person = Mention(
                tokens[first].start,
                tokens[last].end,
                first,
                last,
                "LEADER",
                mention.code,
                None,
                None,
                True,
                role,
                "office and name",
            )
            for k in range(first, last + 1):
                tokens[k].mention = person
            self._introduced[tokens[last].text] = (mention.code, role)
            out.append(person)
        return out

    def _settle(self, mention: Mention, tokens: list[Token]) -> None:
        entry = mention.entry
        before = tokens[mention.first - 1] if mention.first else None
        if before is not None and before.text == "-" and mention.first > 1:
            mention.prefixed = tokens[mention.first - 2].low in ("anti", "pro", "non", "ex", "post")
        if mention.type == "LEADER" and entry is not None:
            self._settle_leader(mention, entry, tokens)
        elif mention.type in ("CAPITAL", "GOV_SEAT"):
            mention.metonym = not is_place(mention, tokens)
            mention.place = not mention.metonym
            if mention.code == "EU" and mention.type == "CAPITAL" and not mention.metonym:
                mention.code = "BEL"

    def _settle_leader(self, mention: Mention, entry: Entry, tokens: list[Token]) -> None:
        former = any(
            t.low in ("former", "ex", "late", "then")
            for t in tokens[max(0, mention.first - 4) : mention.first]
        )
        if self._on is None:
            mention.in_office = False if former else None
            mention.role = entry.terms[-1][2] if entry.terms else None
            return
        on = self._on
        held = [role for s, e, role in entry.terms if s <= on and (e is None or on <= e)]
        if held:  # an office of the scheme before a party's
            mention.in_office, mention.role = True, next((r for r in held if r), None)
            return
        mention.in_office = False
        past = [t for t in entry.terms if t[0] <= on]
        mention.role = past[-1][2] if past else (entry.terms[0][2] if entry.terms else None)


# What an organisation is called once it has been named in full.
SHORT_NAMES = {
    "EU": ("Union", "Commission"),
    "AU": ("Union",),
    "EAEU": ("Union",),
    "NATO": ("Alliance",),
    "UN": ("Assembly", "Council"),
    "COE": ("Assembly", "Council"),
    "LAS": ("League",),
    "CIS": ("Commonwealth",),
}
SHORTS = frozenset(short for shorts in SHORT_NAMES.values() for short in shorts)
EUROPEAN = frozenset(["Union", "Commission"])
EU_MEMBERS = word_set("entities.eu_members")
TITLES_EXTRA = word_set("entities.titles_extra")


def _stands(entry: Entry, tokens: list[Token], i: int, last: int) -> bool:
    """Whether the words name what the list says, here."""
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    before = tokens[i - 1] if i else None
    if entry.type == "DEMONYM":
        return not _is_language(tokens, i, before, after)
    if entry.name in ("Security Council", "General Assembly", "Human Rights Council"):
        return not _is_national_body(tokens, i, last)
    if entry.name == "West" and before is not None and before.low in ("kanye", "the_far"):
        return False
    if entry.type == "MEDIA":
        return _is_outlet(entry, tokens, i, after)
    if after is not None and entry.name in FIRST_NAMES:
        name = after.text[:1].isupper() and after.text.isalpha()
        return not name or after.low in KEEPS_PLACE
    return True


KEEPS_PLACE = word_set("entities.keeps_place")


# Places and states that are first names too: Chad Smith, Jordan Peterson, Paris Hilton.
FIRST_NAMES = frozenset(["Chad", "Jordan", "Paris", "Sofia", "London", "Georgia"])


def _is_outlet(entry: Entry, tokens: list[Token], i: int, after: Token | None) -> bool:
    """Not the Ministry of Foreign Affairs, and not an abbreviation inside a compound."""
    if i > 1 and tokens[i - 1].low in ("of", "for", "on") and tokens[i - 2].low in BODIES:
        return False
    titled = after is not None and after.text[:1].isupper() and after.text.isalpha()
    if titled and entry.name.removeprefix("The ") in COMMON_TITLES:
        return False  # 'the Guardian Council'
    return not (len(entry.name) < 5 and after is not None and after.text == "-")


COMMON_TITLES = frozenset(["Guardian", "Times", "Independent", "Standard", "Mirror", "Globe"])


BODIES = word_set("entities.bodies")


def _is_language(tokens: list[Token], i: int, before: Token | None, after: Token | None) -> bool:
    if after is not None:
        if after.low in LANGUAGE_AFTER or after.low in COMPOUND_AFTER:
            return True
        if (
            after.text == "-"
            and i + 2 < len(tokens)
            and tokens[i + 2].low in ("speaking", "language")
        ):
            return True
        if after.low[:1].isalpha() and after.low not in (
            "and",
            "or",
            "on",
            "at",
            "for",
            "with",
            "by",
        ):
            return False
    if before is None or before.low not in LANGUAGE_BEFORE:
        return False
    return not tokens[i].low.endswith("s")


def _is_national_body(tokens: list[Token], i: int, last: int) -> bool:
    """Russia's Security Council is not the UN's."""
    if i and (tokens[i - 1].low == "'s" or tokens[i - 1].mention is not None):
        before = tokens[i - 1].mention
        return not (isinstance(before, Mention) and before.code == "UN")
    rest = [t.low for t in tokens[last + 1 : last + 3]]
    return rest[:1] == ["of"] and rest[1:] != ["the"]
