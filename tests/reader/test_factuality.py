"""Ways of saying that something did not happen, and the nearest ways of saying that it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from multipolar.reader import read

DATE = "2025-06-01"
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in (Path(__file__).parent / "not_happened.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def labels(text, trigger):
    """What the events on the words say of whether they happened."""
    at = text.index(trigger)
    return {
        e.happened
        for e in read(text, date=DATE).events
        if e.start < at + len(trigger) and at < e.end
    }


def test_what_did_not_happen_is_seldom_taken_as_happened():
    wrong = [
        text
        for text, trigger, allowed in ROWS
        if "yes" in labels(text, trigger) and "yes" not in allowed.split(",")
    ]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Finland did not shy away from expelling the Russian consul.", "expelling"),
        ("Had Hungary not vetoed the package, the Union would have moved.", "vetoed"),
        ("Why did Kazakhstan expel the Russian consul?", "expel"),
        ("Who remembers today that Prague expelled the Russian consul?", "expelled"),
        ("Can a country that expelled the Russian consul be neutral?", "expelled"),
        ("Peru's threat to expel the Mexican envoy was never carried out.", "threat"),
        ("The Austrian annexation of Bosnia was never forgiven in Belgrade.", "annexation"),
        ("Zambia remains the only state to have expelled the Russian consul.", "expelled"),
        ("Nobody doubts that Syria shelled Jordan.", "shelled"),
        ("Mongolia was rebuked by Brussels and by nobody else.", "rebuked"),
        ("Tonga had no choice but to condemn the war.", "condemn"),
        ("Poland closed its border with Belarus, only to reopen it a week later.", "reopen"),
        ("Not only did Tokyo condemn the junta, it also expelled its envoy.", "condemn"),
        ("No sooner had Lisbon released the crew than Dakar expelled its envoy.", "released"),
        ("Kenya condemned Rwanda, and when Chad shelled Sudan none of them spoke.", "shelled"),
        ("Bolivia is too proud not to have expelled the consul, and Peru expelled him.", "Peru"),
        ("Cairo condemned the raid far from the front.", "condemned"),
        ("Oslo condemned Israel, and still condemns Iran.", "condemns"),
        ("Before it vetoed the loan Hungary will be remembered as the state that took it.", "veto"),
    ],
)
def test_what_happened_stays_so(text, trigger):
    assert labels(text, trigger) <= {"yes"}


@pytest.mark.parametrize(
    ("text", "trigger", "label"),
    [
        ("Chile is rumoured to have expelled the envoy of Peru.", "expelled", "claimed"),
        (
            "Delhi has neither confirmed nor denied that it expelled the envoy.",
            "expelled",
            "claimed",
        ),
        ("Japan is going to expel the Russian envoy.", "expel", "planned"),
        ("Rumours that Serbia expelled the Croatian envoy proved false.", "expelled", "no"),
        ("Belgrade behaves as if Zagreb had attacked it.", "attacked", "no"),
        ("Whether Tehran attacked Erbil is disputed.", "attacked", "possible"),
        ("Paris would by now have recalled its envoy from Bamako.", "recalled", "no"),
    ],
)
def test_what_is_open_or_denied(text, trigger, label):
    assert labels(text, trigger) == {label}
