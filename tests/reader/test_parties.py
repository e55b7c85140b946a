"""Who does it to whom: each way of leaving a party to the sentence around, and its neighbours."""

from __future__ import annotations

import pytest

from multipolar.reader import read


def parties(text):
    """(actors, recipients) of the last event."""
    event = read(text, date="2025-06-01").events[-1]
    return event.actors, event.recipients


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        ("Canada's announcement that it would recognise Palestine angered nobody.", "CAN", "PSE"),
        ("Norway's fear that it would be attacked by Russia proved groundless.", "RUS", "NOR"),
        (
            "Modi telephoned Sharif. He flew to Hanoi, where Xi embraced To Lam. Lula blamed him.",
            "BRA",
            "IND",
        ),
        ("Maduro is alone. Lula no longer defends him, and Petro criticises him.", "COL", "VEN"),
        ("Ethiopia has sent more soldiers than Kenya to Somalia.", "ETH", "SOM"),
        ("Poland has taken in more refugees than any other member of NATO.", "POL", ""),
        ("Finland is leaving the Ottawa Convention.", "FIN", ""),
        ("Paraguay has withdrawn from the Paris Agreement.", "PRY", ""),
        ("Western sanctions have cut Russia's oil revenue by a third.", "WEST", "RUS"),
        ("The Saudi embargo crippled Lebanon's farmers.", "SAU", "LBN"),
        ("Belgrade demands that Kosovo release the policemen.", "SRB", "XKX"),
        ("Eritrea has received Emirati drones.", "ARE", "ERI"),
        ("Chad accepted Turkish and Chinese loans.", "TUR CHN", "TCD"),
        ("Peru has condemned Israel, and so have Chile and Cuba.", "PER CHL CUB", "ISR"),
        ("Peru did not condemn Israel, nor did Chile.", "PER CHL", "ISR"),
        ("Ankara received Zelensky as it has received Putin.", "RUS", "TUR"),
        ("Saudi Arabia is lending Pakistan billions; China has lent it nine.", "CHN", "PAK"),
        ("Soldiers from Kenya attacked Somalia.", "KEN", "SOM"),
        (
            "Spain, Norway and Ireland armed Peru; Israel withdrew its envoys from all three.",
            "ISR",
            "ESP NOR IRL",
        ),
        ("It was Baku, not Moscow, that armed Belgrade.", "AZE", "SRB"),
        ("It is not Moscow but Baku that arms Belgrade.", "AZE", "SRB"),
        ("Somalia's president flew first to Cairo, then to Asmara.", "SOM", "EGY ERI"),
        ("Armenia was attacked by Azerbaijan and, later, by Turkey.", "AZE TUR", "ARM"),
        ("A spokesman for the Kremlin thanked Doha.", "RUS", "QAT"),
        ("An envoy for Sudan thanked Doha.", "", "QAT"),
        ("A Turkish firm delivered drones to Mali.", "TUR", "MLI"),
    ],
)
def test_who_does_it_to_whom(text, actors, recipients):
    assert parties(text) == (actors.split(), recipients.split())


def test_what_the_united_states_should_end_is_demanded_of_them():
    text = "The General Assembly demanded that the United States end its war."
    event = read(text, date="2025-06-01").events[0]
    assert (event.type, event.actors, event.recipients) == ("REQUEST", ["UN"], ["USA"])
