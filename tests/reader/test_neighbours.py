"""What one clause leaves to another: parties, verbs and nouns that are not said again."""

from __future__ import annotations

import pytest

from multipolar.reader import read


def told(text):
    """Each event as type, actors, recipients and what became of it, in text order."""
    return [
        (e.type, " ".join(e.actors), " ".join(e.recipients), e.happened)
        for e in read(text, date="2025-06-01").events
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Japan sent Kyiv generators and pledged to send transformers.", "AGREE JPN > UKR yes"),
        ("Moscow threatened to cut off the gas unless Moldova paid.", "THREATEN RUS > MDA yes"),
        ("Poland expelled a Russian envoy, and Moscow did the same.", "SANCTION RUS > POL yes"),
        ("Kenya left the ICC in 2017; Hungary did the same later.", "SANCTION HUN > ICC yes"),
        (
            "Switzerland lifted its sanctions on Syria; Canada has yet to do so.",
            "RETREAT CAN > SYR no",
        ),
        ("Putin came to Beijing. So did Pezeshkian.", "CONSULT IRN > CHN yes"),
        ("India held a naval drill, and China conducted one of its own.", "MOBILIZE CHN > - yes"),
        (
            "Chile recalled its ambassador from Israel, and Peru recalled its own.",
            "SANCTION PER > - yes",
        ),
        ("Japan lifted its curbs, a step Seoul had demanded.", "REQUEST KOR > JPN yes"),
        ("Ankara promised Mogadishu frigates, and Fidan flew there.", "CONSULT TUR > SOM yes"),
        ("Canberra lifted the travel bans it had placed on Myanmar.", "RETREAT AUS > MMR yes"),
        (
            "Instead of lifting the embargo, Washington extended it to Cuba.",
            "SANCTION USA > CUB yes",
        ),
        ("Moscow's ministry retorted that it had not bombed Kyiv.", "ASSAULT RUS > UKR no"),
        ("Iran accused Iraq of lying, and Qatar urged both to talk.", "REQUEST QAT > IRN IRQ yes"),
        ("Serbia was called on by Berlin to join the embargo.", "REQUEST DEU > SRB yes"),
        ("Iran vowed to punish Israel.", "THREATEN IRN > ISR yes"),
        ("Hungary said no to Brussels.", "REJECT HUN > EU yes"),
        ("Lebanon, whose army Paris arms, thanked nobody.", "SUPPORT LBN > - no"),
        ("Spain, whose recognition of Palestine angered Israel, abstained.", "VOTE ESP > - yes"),
        (
            "Ukrainian and Polish officers held unannounced talks in Vienna.",
            "CONSULT UKR POL > - yes",
        ),
        (
            "Chad, says the ministry in Paris, has never before visited Moscow.",
            "CONSULT TCD > RUS no",
        ),
        ("Only 93 were in favour.", "VOTE - > - yes"),
        ("So many presidents stayed at home.", "CONSULT - > - no"),
        ("Oman's absence was noticed.", "CONSULT OMN > - no"),
        ("After talks in Beijing, Lavrov left.", "CONSULT RUS CHN > - yes"),
        ("Brussels adopted a package of sanctions against Russia.", "SANCTION EU > RUS yes"),
        ("The junta in Bamako, which expelled the French, left.", "SANCTION MLI > FRA yes"),
        (
            "The Maldives asked Delhi to withdraw its soldiers, and Delhi complied.",
            "CONCEDE IND > MDV yes",
        ),
        (
            "These are the guns that Iran is said to have sold to Russia.",
            "COOPERATE IRN > RUS claimed",
        ),
        ("The Russians took Hulyaipole.", "ASSAULT RUS > - yes"),
        ("The blockade made Tirana recall its envoy from Rome.", "SANCTION ALB > ITA yes"),
        ("Israel flattened Khiam.", "ASSAULT ISR > - yes"),
        ("Manila and, less predictably, Hanoi accused China.", "ACCUSE PHL VNM > CHN yes"),
    ],
)
def test_what_is_not_said_again(text, last):
    kind, actors, _, rest = last.partition(" ")[0], *last.partition(" ")[2].rpartition(" > ")
    recipients, _, happened = rest.rpartition(" ")
    want = (kind, actors.replace("-", ""), recipients.replace("-", ""), happened)
    assert want in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Germany crushed Japan in the final.",
        "Brazilian music has conquered Berlin.",
        "Asked about it by CNN, Kagame said nothing.",
        "Lavrov asked Rubio whether he had slept well.",
        "He put it this way in Paris.",
        "His wife asked for a visa in Rome, and his son did the same.",
        "The minister denied it and so did his lawyer.",
        "Tusk offered a third explanation.",
        "Serbia has a border with Kosovo.",
        "The number of visitors to Moscow fell by a third.",
        "The talks drew little attention.",
        "If you ask Israel, nothing has changed.",
        "Anybody who spies for Russia goes to prison.",
    ],
)
def test_what_tells_no_event_between_states(text):
    assert [t for t in told(text) if t[1] or t[2]] == []


def test_a_neighbour_of_the_border_is_no_party_to_the_drill():
    assert told("Iran held a drill near its border with Azerbaijan.") == [
        ("MOBILIZE", "IRN", "", "yes")
    ]


def test_an_absence_from_the_verb_is_not_shared_with_other_types():
    assert told("China abstained, and so did India.")[0] == ("VOTE", "CHN IND", "", "yes")
