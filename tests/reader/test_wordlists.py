"""The lists themselves: codes that exist, terms in order, frames of known types."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from multipolar.core._state_tables import spellings, states_by_code
from multipolar.core.states import list_states
from multipolar.reader import read
from multipolar.reader.inflect import ing_form, noun_plural, past_form, third_person
from multipolar.reader.lexicon import load_lexicon, read_table
from multipolar.reader.text import tokenize

TYPES = set(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT VOTE".split()  # noqa: E501, SIM905
)


def test_frames_have_known_types_and_all_seventeen_occur():
    assert {r["type"] for r in read_table("frames.tsv")} == TYPES


def test_there_are_about_four_hundred_frames():
    assert len(read_table("frames.tsv")) >= 380


LEADERS = read_table("leaders.tsv") + read_table("leaders_more.tsv")


def test_a_surname_that_stands_alone_is_one_persons_country():
    known = load_lexicon("").words
    rows = [(n, r["code"]) for r in read_table("leaders_more.tsv") for n in r["names"].split("|")]
    alone = {(name, code) for name, code in rows if " " not in name}
    assert len({name for name, _ in alone}) == len(alone)
    assert [name for name, _ in alone if name.lower() in known] == []


def test_terms_of_leaders_begin_before_they_end():
    for row in LEADERS:
        if row["end"]:
            assert date.fromisoformat(row["start"]) < date.fromisoformat(row["end"]), row


def test_leaders_lead_states_or_organisations_the_lists_know():
    states = set(states_by_code())
    organisations = {r["code"] for r in read_table("organisations.tsv")}
    unknown = {r["code"] for r in LEADERS} - states - organisations
    assert unknown <= {"WHO"}


def test_claim_types_are_the_schemes():
    assert len({r["type"] for r in read_table("claims.tsv")}) == 18


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("ban", ("bans", "banned", "banning")),
        ("deny", ("denies", "denied", "denying")),
        ("impose", ("imposes", "imposed", "imposing")),
        ("veto", ("vetoes", "vetoed", "vetoing")),
    ],
)
def test_inflection(verb, forms):
    assert (third_person(verb), past_form(verb), ing_form(verb)) == forms


def test_plurals():
    assert [noun_plural(n) for n in ("ally", "embargo", "treaty")] == [
        "allies",
        "embargoes",
        "treaties",
    ]


def test_every_verb_frame_can_be_tagged_as_a_verb():
    lexicon = load_lexicon("")
    missing = [
        w
        for w in lexicon.verb_frames
        if w not in ("be", "have", "do") and "-" not in w and "V" not in lexicon.words[w].tags
    ]
    assert missing == []


def entries(name):
    node = load_lexicon("").trie
    for token in tokenize(name):
        node = node[token.text]
    return node[""]


# "Congo" alone is read as the larger of the two.
@pytest.mark.parametrize("state", [s for s in list_states() if s.code != "COG"])
def test_every_state_of_the_record_is_known_by_name(state):
    assert state.code in {e.code for e in entries(state.name) if e.type == "STATE"}


def test_own_list_of_states_repeats_nothing_of_the_record():
    recorded = spellings()
    for row in read_table("states.tsv"):
        own = {(name, "common") for name in row["names"].split("|") if name}
        assert not own & set(recorded.get(row["code"], ())), row


def test_terms_of_the_record_stand_in_the_lexicon():
    (putin,) = entries("Vladimir Putin")
    assert (date(1999, 12, 31), date(2008, 5, 7), "head_of_state") in putin.terms
    (karapetyan,) = entries("Karen Karapetyan")  # in the record's table alone
    assert karapetyan.code == "ARM"


# One sentence for each way of putting it; France does it, to Iran.
CARRIERS = {
    "CONSULT": ["France's president dropped in on Iran", "France sent a senior diplomat to Iran"],
    "AGREE": ["France gave Iran a blank cheque", "France gave its blessing to Iran"],
    "SUPPORT": ["France swung behind Iran", "France shared Iran's view", "France fawned on Iran"],
    "CONCEDE": ["France pandered to Iran", "France danced to Iran's tune"],
    "COOPERATE": ["France won a contract from Iran", "France leased a port from Iran"],
    "AID": ["France topped up Iran's reserves", "France flooded Iran with weapons"],
    "RETREAT": ["France lifted the siege of Iran", "France took Iran off its blacklist"],
    "REQUEST": ["France badgered Iran to pay", "France turned to Iran for money"],
    "ACCUSE": ["France ranted against Iran", "France questioned Iran's motives"],
    "REJECT": ["France dashed the hopes of Iran", "France paid no heed to Iran"],
    "THREATEN": ["France pointed its missiles at Iran", "France gave Iran 48 hours"],
    "SANCTION": ["France soured on Iran", "France left Iran's orbit", "France jilted Iran"],
    "MOBILIZE": ["France flew bombers near Iran", "France shifted forces to Iran"],
    "COERCE": ["France stirred up unrest in Iran", "France planted spies in Iran"],
    "ASSAULT": ["France hit Iran with missiles", "France wrested land from Iran"],
}


@pytest.mark.parametrize(
    ("kind", "sentence"), [(kind, each) for kind, said in CARRIERS.items() for each in said]
)
def test_words_open_their_frames(kind, sentence):
    events = read(f"{sentence}.", date="2025-06-01").events
    assert (kind, ("FRA",), ("IRN",)) in [
        (e.type, tuple(e.actors), tuple(e.recipients)) for e in events
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "France drew attention.",
        "France is home to many from Iran.",
        "The border between France and Iran is long.",
        "France overtook Iran as the largest producer.",
        "France hoped for the best and Iran for peace.",
        "France declined to comment.",
        "The earthquake struck Iran and killed hundreds.",
        "A company in France boycotted the buffet.",
    ],
)
def test_words_without_an_act_open_none(sentence):
    assert read(sentence, date="2025-06-01").events == []


def test_no_object_of_a_frame_is_taken_for_a_condition():
    words = {name: set(text.split("|")) for name, text in _word_sets()}
    conditions = words["lexicon.need_words"]
    wrong = []
    for row in read_table("frames.tsv"):
        listed, cut_by = False, ""
        for cell in row["needs"].split(","):
            _, opens, part = cell.rpartition("=")
            if opens:
                listed, cut_by = True, ""
            elif part in conditions:
                listed, cut_by = False, part
            elif cut_by and not listed:
                wrong.append((row["words"], cut_by, part))
    assert wrong == []


def _word_sets():
    text = resources.files("multipolar.reader").joinpath("lexicon", "wordsets.tsv").read_text()
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
