"""People no list holds, introduced by state and office in the orders English has for it."""

import pytest

from multipolar.reader import read

INTRODUCED = """
Ervin Ibrahimovik | MNE | foreign_minister | Minister of Foreign Affairs of Montenegro Ervin Ibrahimovik paid a visit to Ankara.
Alexandar Vukik | SRB | head_of_state | President of the Republic of Serbia Alexandar Vukik arrived in Baku.
Murat Nurtlev | KAZ | foreign_minister | Murat Nurtlev, the foreign minister of Kazakhstan, arrived in Baku.
Murat Nurtlev | KAZ | foreign_minister | Murat Nurtlev, Kazakhstan's foreign minister, arrived in Baku.
Espen Barth Eidelund | NOR | foreign_minister | The foreign minister of Norway, Espen Barth Eidelund, arrived in Kyiv.
Mihai Popsoy | MDA | foreign_minister | The minister of foreign affairs of the Republic of Moldova, H.E. Mr Mihai Popsoy, left.
Musalia Mudavedi | KEN | foreign_minister | Kenya's foreign secretary, Musalia Mudavedi, flew to Juba.
Pavlo Grodin | UKR | None | Ukrainian deputy foreign minister Pavlo Grodin met Turkish officials.
""".strip().splitlines()  # noqa: E501
NOBODY = [
    "In Ankara, the capital of Turkey, officials met.",
    "Last week Berlin, the seat of Germany's chancellor, hosted talks.",
    "On Monday, Germany's chancellor, who had been ill, flew to Paris.",
    "John Smith, a teacher from France, met the ambassador of Chad.",
]


@pytest.mark.parametrize("line", INTRODUCED)
def test_an_office_beside_a_name_tells_whose_it_is(line):
    name, code, role, text = line.split(" | ")
    reading = read(text, date="2025-06-01")
    found = [
        (reading.text[m.start : m.end], m.code, str(m.role))
        for m in reading.mentions
        if m.type == "LEADER"
    ]
    assert found == [(name, code, role)]


@pytest.mark.parametrize("text", NOBODY)
def test_no_person_is_made_of_a_place_or_a_private_name(text):
    assert [m for m in read(text, date="2025-06-01").mentions if m.type == "LEADER"] == []


def test_once_introduced_the_surname_will_do():
    text = "Murat Nurtlev, Kazakhstan's foreign minister, came to Baku. Nurtlev then flew to Rome."
    assert read(text, date="2025-06-01").events[-1].actors == ["KAZ"]
