"""The lists themselves: codes that exist, terms in order, frames of known types."""

from __future__ import annotations

from datetime import date

import pytest

from multipolar.core._state_tables import spellings, states_by_code
from multipolar.core.states import list_states
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


def test_terms_of_leaders_begin_before_they_end():
    for row in read_table("leaders.tsv"):
        if row["end"]:
            assert date.fromisoformat(row["start"]) < date.fromisoformat(row["end"]), row


def test_leaders_lead_states_or_organisations_the_lists_know():
    states = set(states_by_code())
    organisations = {r["code"] for r in read_table("organisations.tsv")}
    unknown = {r["code"] for r in read_table("leaders.tsv")} - states - organisations
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
