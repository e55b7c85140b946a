"""The word lists: what is a verb, which names stand for whom, which frames a word opens.

Everything here comes from the TSV files in ``reader/lexicon``; a user's own file adds to them.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multipolar.core._state_tables import spellings, states_by_code
from multipolar.core.errors import BadOption, UsageError
from multipolar.reader.inflect import noun_plural, verb_forms
from multipolar.reader.terms import (
    FAMILY_FIRST,
    OFFICES,
    ROLES,
    first_day,
    split_cell,
    terms_by_name,
)
from multipolar.reader.text import tokenize
from multipolar.reader.wordsets import word_set

if TYPE_CHECKING:
    from multipolar.reader.recorded import RecordedNames

IRREGULAR_DEMONYMS = (
    "ese", "sh", "ch", "ss", "yz", "men", "shman", "chman", "nch", "s", "tch", "aux",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the trie. ``terms`` holds (start, end, role) of a leader's offices."""

    type: str
    code: str | None
    name: str
    terms: tuple[tuple[date, date | None, str | None], ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One way English reports an event; the columns of ``frames.tsv``."""

    word: str
    particle: str
    pos: str
    type: str
    mode: str
    actors: str
    recipients: str
    needs: frozenset[str]
    objects: frozenset[str]
    supports: frozenset[str]
    phrases: frozenset[str]
    cameo: str


@dataclass(slots=True)
class Word:
    """What a lower-case form can be: tags, verb lemma and forms, noun lemma."""

    tags: str = ""
    verb: str = ""
    forms: str = ""
    noun: str = ""
    plural: bool = False


# First word, then second word ("" where the phrase has one only), then the phrases with their kind.
Phrases = dict[str, dict[str, list[tuple[tuple[str, ...], str]]]]


@dataclass(slots=True, eq=False)
class Lexicon:
    """All lists, ready for lookup. Build it with :func:`load_lexicon`."""

    words: dict[str, Word] = field(default_factory=dict)
    trie: dict[str, Any] = field(default_factory=dict)
    verb_frames: dict[str, list[Frame]] = field(default_factory=dict)
    noun_frames: dict[str, list[Frame]] = field(default_factory=dict)
    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    operators: dict[tuple[str, str], str] = field(default_factory=dict)
    sayings: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, Phrases] = field(default_factory=dict)
    word_class: dict[str, frozenset[str]] = field(default_factory=dict)

    def add_name(self, name: str, entry: Entry) -> None:
        """Put one name into the trie; entries of the same name stay side by side."""
        node = self.trie
        for token in tokenize(name):
            node = node.setdefault(token.text, {})
        node.setdefault("", []).append(entry)


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one of the package's own TSV files; lines that start with # are comments."""
    lines = _raw_lines(name)
    return list(csv.DictReader(lines, delimiter="\t", restval="", quoting=csv.QUOTE_NONE))


@lru_cache(maxsize=8)
def load_lexicon(extra: str = "", recorded: RecordedNames | None = None) -> Lexicon:
    """Load the lists, with names of a store and the user's own TOML file on top.

    ``extra`` is the path of a TOML file with ``[[name]]`` tables (``name``, ``type``, ``code``)
    and ``[[loaded]]`` tables (``words``, ``kind``); ``recorded`` is what
    :func:`multipolar.reader.recorded.recorded_names` finds in a store.
    """
    lexicon = Lexicon()
    _load_words(lexicon)
    _load_states(lexicon)
    _load_groups(lexicon)
    _load_leaders(lexicon)
    _load_frames(lexicon)
    _load_operators(lexicon)
    _load_phrases(lexicon)
    if recorded is not None:
        _load_recorded(lexicon, recorded)
    if extra:
        _load_user(lexicon, Path(extra))
    return lexicon


def _raw_lines(name: str) -> list[str]:
    text = resources.files("multipolar.reader").joinpath("lexicon", name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _load_words(lexicon: Lexicon) -> None:
    for line in _raw_lines("words.tsv"):
        tag, words = line.split("\t")
        members = words.split("|")
        if tag == "NOUN":
            for word in members:
                add_noun(lexicon, word)
            continue
        lexicon.word_class[tag] = frozenset(members)
        for word in members:
            if " " not in word:
                _tag(lexicon, word, tag)
    irregular, regular = _raw_lines("verbs.tsv")
    for triple in irregular.split("|"):
        lemma, past, participle = triple.split()
        add_verb(lexicon, lemma, past, participle)
    for lemma in regular.split():
        add_verb(lexicon, lemma)


CLOSED = {
    "DET": "D", "POSS": "G", "PRON": "R", "REL": "L", "WH": "W", "PREP": "P", "TO": "T", "CC": "C",
    "SUB": "S", "MODAL": "M", "BE": "B", "HAVE": "H", "DO": "O", "NEG": "X", "ADV": "J", "ADJ": "A",
}  # fmt: skip


def _tag(lexicon: Lexicon, word: str, tag: str) -> None:
    record = lexicon.words.setdefault(word, Word())
    if tag in CLOSED:
        record.tags += CLOSED[tag]
        return
    record.tags += "" if "N" in record.tags else "N"
    record.noun = record.noun or word
    record.plural = record.plural or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def add_verb(lexicon: Lexicon, lemma: str, past: str = "", participle: str = "") -> None:
    """Register every form of a verb."""
    if lemma in ("be", "have", "do", "can"):
        return
    for form, kind in verb_forms(lemma, past, participle):
        record = lexicon.words.setdefault(form, Word())
        if "V" not in record.tags:
            record.tags += "V"
        if not record.verb:
            record.verb = lemma
        if record.verb == lemma and kind not in record.forms:
            record.forms += kind


def add_noun(lexicon: Lexicon, lemma: str) -> None:
    """Register a noun and its plural."""
    for form in (lemma, noun_plural(lemma)):
        record = lexicon.words.setdefault(form, Word())
        if "N" not in record.tags:
            record.tags += "N"
        if not record.noun or form != lemma:
            record.noun = lemma
        record.plural = record.plural or form != lemma


def _load_states(lexicon: Lexicon) -> None:
    own = read_table("states.tsv")
    taken = {name for row in own for name in split_cell(row["names"])}
    for row in _recorded(own, taken) + own:
        code, source = row["code"], row.get("source", "states.tsv")
        for name in split_cell(row["names"]):
            lexicon.add_name(name, Entry("STATE", code, name, source=source))
        for name in split_cell(row["demonyms"]):
            entry = Entry("DEMONYM", code, name, source=source)
            lexicon.add_name(name, entry)
            if not name.endswith(IRREGULAR_DEMONYMS):
                lexicon.add_name(name + "s", entry)
        for name in split_cell(row["capitals"]):
            lexicon.add_name(name, Entry("CAPITAL", code, name, source=source))
    lexicon.add_name("Brussels", Entry("CAPITAL", "EU", "Brussels", source="states.tsv"))
    lexicon.add_name("Sino", Entry("DEMONYM", "CHN", "Sino", source="states.tsv"))
    lexicon.add_name("Russo", Entry("DEMONYM", "RUS", "Russo", source="states.tsv"))


# Kinds of the record's spellings that occur in running text, and marks of those that do not.
SPELLED = frozenset(["common", "official", "alias"])
LISTED = frozenset(",()/[]")


def _recorded(own: list[dict[str, str]], taken: set[str]) -> list[dict[str, str]]:
    """Names, peoples and capitals of the record of states, as rows of the reader's own file."""
    without = {row["code"]: split_cell(row["without"]) for row in own}
    names = spellings()
    states = states_by_code()
    titles = {state.name for state in states.values()}
    out = []
    for code, state in states.items():
        not_used = without.get(code, [])
        if "*" in not_used:
            continue
        usable = [
            name
            for name, kind in names.get(code, ())
            if kind in SPELLED and not (LISTED & set(name)) and not name.startswith("The ")
        ]
        living = state.spells[-1][1] is None and state.capital not in {*titles, *not_used}
        people = state.demonym if f"{state.demonym}:d" not in not_used else ""
        out.append(
            {
                "code": code,
                "names": "|".join(dict.fromkeys(n for n in usable if n not in taken)),
                "demonyms": people if "(" not in people else "",
                "capitals": state.capital if living else "",
                "source": "core/states",
            }
        )
    return out


def _load_groups(lexicon: Lexicon) -> None:
    for row in read_table("seats.tsv"):
        entry = Entry("GOV_SEAT", row["code"], row["name"], source="seats.tsv")
        lexicon.add_name(row["name"], entry)
    for row in read_table("organisations.tsv"):
        for name in split_cell(row["names"]):
            lexicon.add_name(name, Entry("IGO", row["code"], name, source="organisations.tsv"))
    for row in read_table("blocs.tsv"):
        for name in split_cell(row["names"]):
            lexicon.add_name(name, Entry(row["kind"], row["code"], name, source="blocs.tsv"))
    for row in read_table("media.tsv"):
        lexicon.add_name(row["name"], Entry("MEDIA", row["name"], row["name"], source="media.tsv"))
    for row in read_table("places.tsv"):
        code = row["code"] or None
        for name in split_cell(row["names"]):
            lexicon.add_name(name, Entry(row["type"], code, name, source="places.tsv"))


def _load_leaders(lexicon: Lexicon) -> None:
    own = read_table("leaders.tsv") + read_table("leaders_more.tsv")
    for (name, code), terms in terms_by_name(own, frozenset(lexicon.words)).items():
        lexicon.add_name(name, Entry("LEADER", code, name, terms, "leaders table"))


def _load_recorded(lexicon: Lexicon, recorded: RecordedNames) -> None:
    """Leaders and organisations of the store, beside those of the lists."""
    terms: dict[tuple[str, str, str], list[tuple[date, date | None, str | None]]] = {}
    for term in recorded.terms:
        code = "EU" if term.state == "XEU" else term.state
        role = ROLES[OFFICES.get(term.office, "o")]
        terms.setdefault((term.name, code, term.source), []).append((term.start, term.end, role))
    words = frozenset(lexicon.words)
    for (name, code, source), held in terms.items():
        entry = Entry("LEADER", code, name, tuple(sorted(held, key=first_day)), source)
        lexicon.add_name(name, entry)
        surname = name.split()[-1]
        known = surname in lexicon.trie or surname.lower() in words
        if surname != name and not known and code not in FAMILY_FIRST:
            lexicon.add_name(surname, entry)
    for name, source in recorded.organisations:
        if name not in lexicon.trie:
            lexicon.add_name(name, Entry("IGO", name, name, source=source))


def _load_frames(lexicon: Lexicon) -> None:
    for row in read_table("nounclasses.tsv"):
        lexicon.classes[row["class"]] = frozenset(split_cell(row["words"]))
        for noun in split_cell(row["words"]):
            if "_" not in noun:
                add_noun(lexicon, noun)
    for frame in _frames(lexicon):
        table = lexicon.verb_frames if frame.pos == "v" else lexicon.noun_frames
        table.setdefault(frame.word, []).append(frame)
        if frame.pos == "v":
            _ensure_verb(lexicon, frame.word)
        for support in frame.supports:
            _ensure_verb(lexicon, support.split("_")[0])
        if frame.pos == "n":
            add_noun(lexicon, frame.word)
    for frames in lexicon.verb_frames.values():
        frames.sort(key=_asks_least)


def _frames(lexicon: Lexicon) -> Iterator[Frame]:
    """Frames of the list: one for each of the words that share a row."""
    known: dict[str, Asked] = {}
    for row in read_table("frames.tsv"):
        needs = row["needs"]
        asked = known[needs] = known.get(needs) or _asked(needs, lexicon)
        for word in row["words"].split("|"):
            yield _frame(row, word, asked)


def _asks_least(frame: Frame) -> tuple[bool, bool, bool]:
    """Frames with a phrase or particle are tried first, then those with a class of objects."""
    return not frame.phrases, not frame.particle, not frame.objects


def _learn_object(lexicon: Lexicon, noun: str) -> None:
    """What a frame takes as its object is a noun too, where the lists do not forbid it."""
    known = lexicon.words.get(noun)
    usable = known is None or noun.endswith("ing") or "N" in known.tags or noun in OBJECT_NOUNS
    if "_" not in noun and usable:
        add_noun(lexicon, noun)


OBJECT_NOUNS = word_set("lexicon.object_nouns")
# Suffixes that only keep two frames of one lemma apart in the file.
VARIANTS = word_set("lexicon.variants")


def _frame(row: dict[str, str], words: str, asked: Asked) -> Frame:
    word, _, particle = words.partition("_")
    if particle in VARIANTS:
        particle = ""
    actors, _, recipients = row["roles"].partition(">")
    return Frame(
        word, particle, row["pos"], row["type"], row["mode"], actors, recipients,
        *asked, row["cameo"],
    )  # fmt: skip


# What the column 'needs' holds: conditions, objects, supporting verbs, nouns of fixed phrases.
Asked = tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]


def _asked(cells: str, lexicon: Lexicon) -> Asked:
    """Read the column 'needs' of one row; what it names as objects are nouns too."""
    needs: set[str] = set()
    objects: set[str] = set()
    supports: set[str] = set()
    phrases: set[str] = set()
    named = {"obj": objects, "with": objects, "sup": supports, "pp": phrases}
    target = needs
    for cell in cells.split(","):
        opener, opens, part = cell.rpartition("=")
        if opens:
            target = named[opener]
            needs |= {opener} & {"obj", "with"}
        elif part in NEED_WORDS:
            target = needs
        if part.startswith("$"):
            target.update(lexicon.classes[part[1:]])
        elif part:
            target.add(part)
    for noun in objects | phrases:
        _learn_object(lexicon, noun)
    return frozenset(needs), frozenset(objects), frozenset(supports), frozenset(phrases)


NEED_WORDS = word_set("lexicon.need_words")


def _load_operators(lexicon: Lexicon) -> None:
    for row in read_table("operators.tsv"):
        for lemma in split_cell(row["lemmas"]):
            lexicon.operators.setdefault((lemma, row["control"]), row["kind"])
            _ensure_verb(lexicon, lemma)
    for row in read_table("sayings.tsv"):
        for lemma in split_cell(row["words"]):
            lexicon.sayings[lemma] = row["kind"]
            _ensure_verb(lexicon, lemma)


def _ensure_verb(lexicon: Lexicon, lemma: str) -> None:
    if " " not in lemma and "V" not in lexicon.words.get(lemma, Word()).tags:
        add_verb(lexicon, lemma)


def _load_phrases(lexicon: Lexicon) -> None:
    """Phrase lists of the later layers, keyed by layer, first word and second word."""
    for row in read_table("phrases.tsv"):
        for phrase in split_cell(row["phrases"]):
            add_phrase(lexicon, row["layer"], phrase, row["kind"])


def add_phrase(lexicon: Lexicon, layer: str, phrase: str, kind: str) -> None:
    """Put one phrase into a layer; of two that begin alike the longer is tried first."""
    words = tuple(t.low for t in tokenize(phrase))
    heads = lexicon.phrases.setdefault(layer, {}).setdefault(words[0], {})
    options = heads.setdefault(words[1] if len(words) > 1 else "", [])
    options.append((words, kind))
    options.sort(key=lambda option: -len(option[0]))


def _load_user(lexicon: Lexicon, path: Path) -> None:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"no lexicon file at {path}", hint="check the path of --lexicon") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadOption(f"{path} is not a TOML file: {error}") from None
    for item in content.get("name", []):
        if "name" not in item or "type" not in item:
            raise BadOption(
                f"{path}: a [[name]] table lacks 'name' or 'type': {item}",
                hint='[[name]] name = "Nordstan" type = "STATE" code = "NRD"',
            )
        entry = Entry(item["type"], item.get("code"), item["name"], source=str(path))
        lexicon.add_name(item["name"], entry)
    for item in content.get("loaded", []):
        for phrase in item["words"]:
            add_phrase(lexicon, "loaded", phrase, item.get("kind", "LOADED"))
