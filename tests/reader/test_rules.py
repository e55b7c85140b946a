"""Rules of their own: what each was written for, and the nearest thing it must leave alone."""

from __future__ import annotations

import pytest

from multipolar.reader import read

DATE = "2025-06-01"


def first(text):
    events = read(text, date=DATE).events
    return [(e.type, e.actors, e.recipients, e.happened) for e in events]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru has yet to ratify the accord with Indonesia.", ("SUPPORT", ["PER"], ["IDN"], "no")),
        ("Seoul shelved plans to sell shells to Poland.", ("COOPERATE", ["KOR"], ["POL"], "no")),
        ("It is not true that Cairo sealed the border.", ("SANCTION", ["EGY"], [], "no")),
        ("Cuban doctors were sent to Italy.", ("AID", ["CUB"], ["ITA"], "yes")),
        ("Cyprus, Greece hold naval drill off Crete", ("COOPERATE", ["CYP", "GRC"], [], "yes")),
        ("Baku demands apologies from Moscow.", ("REQUEST", ["AZE"], ["RUS"], "yes")),
        ("Putin's plane landed in Tehran.", ("CONSULT", ["RUS"], ["IRN"], "yes")),
        (
            "Poland, Estonia and Romania, as well as Germany, attacked Cuba.",
            ("ASSAULT", ["POL", "EST", "ROU", "DEU"], ["CUB"], "yes"),
        ),
        (
            "Uruguay would neither praise nor censure Nicaragua.",
            ("SUPPORT", ["URY"], ["NIC"], "no"),
        ),
    ],
)
def test_who_did_what(text, expected):
    assert expected in first(text)


@pytest.mark.parametrize(
    "text",
    [
        "The money went to Putin's account.",
        "Brussels would like to see a treaty.",
        "Goods still go to Russia.",
        "Kyiv's economy took a hit.",
    ],
)
def test_no_event(text):
    assert first(text) == []


def test_union_is_what_was_named_or_meant():
    def codes(text):
        return [m.code for m in read(text, date=DATE).mentions]

    assert codes("Hungary spoke. The Union replied, and the Union paid.")[1:] == ["EU", "EU"]
    assert codes("The African Union met. Then the Union adjourned.") == ["AU", "AU"]
    assert codes("Brazil met the Union of Bakers.") == ["BRA"]


@pytest.mark.parametrize("whose", ["Ukraine's allies", "Moscow's neighbours", "Putin's guests"])
def test_whose_ally_one_is_does_not_say_who_one_is(whose):
    assert all(not actors for _, actors, _, _ in first(f"{whose} attacked Georgia."))


def test_rivals_know_what_announces_them():
    text = "Astana kept silent. Opinions differ. Some say it is afraid. Others say it is clever."
    rivalry = read(text, date=DATE).rivals[0]
    assert text[slice(*rivalry.announced_by)] == "Opinions differ."
    assert text[slice(*rivalry.explanandum)] == "Astana kept silent."


def test_pronoun_of_an_object_is_not_the_subject():
    events = first("Pashinyan congratulated Aliyev and invited him to Yerevan.")
    assert ("AGREE", ["ARM"], ["AZE"], "yes") in events


def test_claims_go_clause_by_clause():
    text = (
        "Armenia has not left the CSTO and has not stopped buying Russian gas, "
        "while Kazakhstan voted for the resolution."
    )
    kinds = [c.type for c in read(text, date=DATE).claims]
    assert kinds == ["MEMBERSHIP", "TRADE", "UN_VOTE"]


def test_what_is_only_threatened_is_no_claim():
    assert read("Iran threatened to quit the treaty.", date=DATE).claims == []


def test_believed_to_is_nobodys_word():
    reading = read("Canberra is widely believed to have armed Jakarta.", date=DATE)
    assert [(a.kind, a.source_class) for a in reading.attributions] == [("alleged", "UNSPECIFIED")]
    assert [e.happened for e in reading.events] == ["claimed"]


def test_reason_cited_is_no_source():
    text = "Slovenia severed relations with Managua, citing the jailing of priests."
    assert read(text, date=DATE).attributions == []


def test_quotation_in_two_halves_is_one():
    text = '"If they attack," the Saudi minister warned, "nobody will sell."'
    found = read(text, date=DATE).attributions
    assert len(found) == 1
    assert text[slice(*found[0].content)].endswith("nobody will sell.")
