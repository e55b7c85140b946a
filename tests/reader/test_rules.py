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
        (
            "Uganda lifted the sanctions it had imposed on Kenya.",
            ("SANCTION", ["UGA"], ["KEN"], "yes"),
        ),
        (
            "Goita, received in the Kremlin in June, came home.",
            ("CONSULT", ["MLI"], ["RUS"], "yes"),
        ),
        ("Japan has since lifted none of its sanctions.", ("RETREAT", ["JPN"], [], "no")),
        (
            "It is Warsaw rather than Berlin that trains most of the Ukrainian brigades.",
            ("AID", ["POL"], ["UKR"], "yes"),
        ),
        (
            "China buys Iran's oil and Russia, busy in Ukraine, sells nothing.",
            ("COOPERATE", ["CHN"], ["IRN"], "yes"),
        ),
        (
            "Compared with Poland, Hungary gave little, and it has vetoed the loan.",
            ("REJECT", ["HUN"], [], "yes"),
        ),
        (
            "Neither Xi nor Modi came, but both sent their foreign ministers.",
            ("CONSULT", ["CHN", "IND"], [], "yes"),
        ),
        ("If Europe restores UN sanctions, it loses.", ("SANCTION", ["EUROPE"], [], "possible")),
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


def test_rivals_go_on_with_what_could_also_open():
    text = (
        "The standard account in Brussels holds that we were bought with oil. A second school "
        "blames propaganda. The simplest explanation, to which I subscribe, is memory. A third of "
        "the voters stayed at home."
    )
    (rivalry,) = read(text, date=DATE).rivals
    assert [text[slice(*a.cue)] for a in rivalry.alternatives] == [
        "The standard account", "A second school", "The simplest explanation",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("There are two schools. One holds that he was ill. The other holds that he was shy.", 2),
        ("One camp argues that it was sold for debt, the other that it was sold for votes.", 2),
        ("The usual answer is oil. A better one is fear of the street.", 2),
        ("One theory is gas. Another is that it wants a seat. Finally, some see mere habit.", 3),
        ("One says such things at parties. The minister went home.", 0),
        ("Some see fear in it. Others see greed. It might simply be habit.", 3),
        ("Some see fear in it. Others see greed. It rained in Vienna.", 2),
        ("Opinions differ. Some assert it fell. Others doubt it. We hold that it was cut.", 3),
        ("Some aides attribute it to the vote, others to the price.", 2),
        ("Nor can a third version be excluded. Some say oil. I add another reading: fear.", 2),
        ("Some ministers came by train. Others flew.", 0),
        ("Is Riyadh buying time, or has it changed sides?", 2),
        ("Was it an accident? Or did somebody cut the cable?", 2),
        ("Will Paris pay or will Berlin refuse again?", 0),
        ("Did Rome sign the treaty in May or in June?", 0),
        ("Astana stayed away not because it fears Moscow but because it wants money.", 2),
        ("It is unclear whether Delhi paid to please Moscow or because it was cheap.", 2),
        ("Washington has not said whether it will send tanks or planes.", 0),
        ("Perhaps Jakarta wanted a discount. Perhaps it wanted to be asked.", 2),
        ("Perhaps, he said, it rained. Perhaps not.", 0),
    ],
)
def test_how_explanations_are_set_against_each_other(text, alternatives):
    groups = read(text, date=DATE).rivals
    assert sum(len(g.alternatives) for g in groups) == alternatives


def test_either_or_inside_an_explanation_is_nested_in_it():
    text = (
        "Some say that either Moscow bribed the minister or Ankara frightened him. "
        "Others say that he is honest."
    )
    rivals = read(text, date=DATE).to_dict()["rivals"]
    assert sorted(r["nested_in"] is not None for r in rivals) == [False, True]


@pytest.mark.parametrize(
    "denial", ["That is false.", "Nobody believes it.", "It was not true: he lied."]
)
def test_a_bare_denial_takes_back_what_was_said_before(denial):
    said = read(f"Tehran claims that Israel bombed Qom. {denial}", date=DATE)
    assert said.claims[0].author_stance == "disputes"
    assert said.events[0].happened == "no"


@pytest.mark.parametrize("going_on", ["That is false, Tehran said.", "It is true.", "Nobody came."])
def test_what_is_no_bare_denial_leaves_what_was_said(going_on):
    said = read(f"Tehran claims that Israel bombed Qom. {going_on}", date=DATE)
    assert said.claims[0].author_stance == "reports"


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Slovakia's Fico was the only leader of an EU state at the parade.", "ATTENDANCE"),
        ("Tajikistan's president welcomed Putin in Dushanbe.", "ATTENDANCE"),
        (
            "Norway was among the first to sanction Russia after the invasion.",
            "SANCTIONS_COMPLIANCE",
        ),
        ("Japan buys 40 per cent of Russian gas exports.", "TRADE"),
        ("40 per cent of Russians trust the army.", "PUBLIC_OPINION"),
        ("Russia annexed Crimea after the referendum.", "INTERVENTION"),
    ],
)
def test_what_a_claim_is_about(text, expected):
    assert [c.type for c in read(text, date=DATE).claims] == [expected]


def kinds(text):
    return [c.type for c in read(text, date=DATE).claims]


def test_what_a_question_presupposes_is_a_claim_and_what_it_asks_is_none():
    assert kinds("Has anyone noticed that Austria's gas still comes from Siberia?") == ["TRADE"]
    assert kinds("Does Austria's gas still come from Siberia?") == []


def test_what_somebody_thinks_of_a_thing_does_not_state_it():
    assert kinds("Moldova condemned the drill.") == []
    assert kinds("Moldova and Romania held a drill.") == ["MIL_EXERCISE"]
    assert kinds("Budapest vetoed the loan.") == []


def test_what_would_follow_a_condition_is_predicted():
    text = "Should Ankara reopen the border, Yerevan would gain a second road to Europe."
    assert kinds(text) == ["PREDICTION"]


def test_an_ambassador_withdrawn_is_no_membership():
    assert "MEMBERSHIP" not in kinds("Bamako withdrew its ambassador from Algiers.")
    assert kinds("Nicaragua withdrew from the Organization of American States.") == ["MEMBERSHIP"]


def test_a_claim_keeps_its_subject():
    claims = read("Kyrgyzstan, which hosts a Russian base, voted yes.", date=DATE).claims
    found = [(c.start, c.type, c.subjects) for c in claims]
    assert found == [(0, "UN_VOTE", ["KGZ"]), (12, "INTERVENTION", ["KGZ"])]


def test_nobody_holds_no_view():
    assert not read("Nobody expects Lukashenko to leave the CSTO.", date=DATE).attributions
    said = read("Moscow has confirmed this.", date=DATE).attributions
    assert [(a.kind, a.source_code) for a in said] == [("indirect", "RUS")]
