"""The three sample articles, from opposing sides: what a careful editor would write beside them."""

import pytest

from multipolar.auditing.check import STATUSES

EXPECTED = {
    "guest_list": [
        ("the parade only showed Russia's isolation", "ISOLATION", "supported"),
        ("twenty-seven leaders stood", "ATTENDANCE", "supported"),
        ("Xi Jinping, Luiz Inacio Lula da Silva and Robert Fico", "ATTENDANCE", "supported"),
        ("Sadyr Japarov and Ilham Aliyev also came", "ATTENDANCE", "contradicted"),
        ("Narendra Modi attended", "ATTENDANCE", "contradicted"),
        ("Petr Fiala of the Czech Republic did not attend", "ATTENDANCE", "supported"),
        ("Forty leaders came", "ATTENDANCE", "contradicted"),
        ("In 2023 only seven leaders", "ATTENDANCE", "supported"),
        ("More leaders came to the parade in 2025 than in 2023", "ATTENDANCE", "supported"),
        ("Next year even more presidents", "PREDICTION", "not testable"),
        ("Belarus is a member of the CSTO", "MEMBERSHIP", "supported"),
    ],
    "un_vote": [
        ("141 states voted in the General Assembly", "UN_VOTE", "supported"),
        ("Only five countries voted against it", "UN_VOTE", "supported"),
        ("China, India and South Africa abstained", "UN_VOTE", "supported"),
        ("Serbia and Hungary voted for", "UN_VOTE", "supported"),
        ("Kazakhstan voted against", "UN_VOTE", "contradicted"),
        ("Not one of the five Central Asian states", "UN_VOTE", "supported"),
        ("The world condemned the invasion", "UN_VOTE", "depends"),
        ("vetoed in the Security Council", "UN_VOTE", "not testable"),
        ("Most Europeans support Ukraine", "PUBLIC_OPINION", "not testable"),
    ],
    "sanctions": [
        ("Switzerland, Japan and Singapore", "SANCTIONS_COMPLIANCE", "supported"),
        ("Kyrgyzstan has not joined", "SANCTIONS_COMPLIANCE", "supported"),
        ("Serbia refused to join", "SANCTIONS_COMPLIANCE", "supported"),
        ("Kazakhstan has joined", "SANCTIONS_COMPLIANCE", "contradicted"),
        ("Almost the whole world", "SANCTIONS_COMPLIANCE", "contradicted"),
        ("hub for the re-export", "SANCTIONS_COMPLIANCE", "not testable"),
        ("crippled the Russian economy", "SANCTIONS_EFFECT", "not testable"),
        ("member of the Eurasian Economic Union", "MEMBERSHIP", "supported"),
        ("Finland joined NATO", "MEMBERSHIP", "supported"),
        ("Ukraine joined NATO", "MEMBERSHIP", "contradicted"),
        ("naval exercises", "MIL_EXERCISE", "supported"),
        ("second largest economy", "CAPABILITY", "contradicted"),
    ],
}
LINES = [(name, *line) for name, lines in EXPECTED.items() for line in lines]


@pytest.mark.parametrize(("name", "words", "kind", "status"), LINES, ids=[x[1] for x in LINES])
def test_each_claim_is_found_and_judged(audited, name, words, kind, status):
    found = [c for c in audited(name).checks if words in c.text]
    assert [(c.type, c.status) for c in found] == [(kind, status)]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_check_can_be_traced(audited, name):
    audit = audited(name)
    for check in audit.checks:
        assert check.status in STATUSES
        assert audit.text[check.start : check.end] == check.text
        assert check.sentence.endswith(".")
        if check.status in {"supported", "contradicted", "depends"}:
            assert check.method
            # Only "never a member" rests on rows that are not there.
            assert check.rows or "never" in check.sentence
            assert all(r.source for r in check.rows)
        if check.status == "not testable":
            assert "because" in check.sentence


def test_rumour_stays_rumour_whatever_the_record_says(audited):
    check = next(c for c in audited("guest_list").checks if "Modi" in c.text)
    assert check.rumour
    assert check.said.startswith("rumour")
    sentence = range(check.start - 30, check.end + 30)  # "According to rumours, ..., although ..."
    assert all(c.start in sentence for c in audited("guest_list").checks if c.rumour)
    leak = next(c for c in audited("sanctions").checks if "hub for" in c.text)
    assert leak.rumour
    assert leak.said == "alleged, nobody named"


def test_what_somebody_says_is_not_the_authors(audited):
    checks = audited("guest_list").checks
    assert next(c for c in checks if "Forty" in c.text).said == "claimed by a Kremlin official"
    assert next(c for c in checks if "Belarus" in c.text).said == "said by the author"
    world = next(c for c in audited("sanctions").checks if "whole world" in c.text)
    assert world.said == "claimed by a Brussels official"
    paper = next(c for c in audited("sanctions").checks if "Kazakhstan has joined" in c.text)
    assert paper.holder == "The Financial Times"


@pytest.mark.parametrize(
    "text",
    [
        "If Russia is isolated, it hides it well.",
        "Kazakhstan may leave the CSTO.",
        "Serbia is going to join the sanctions against Russia.",
        "The American ambassador accused the abstaining states of cowardice.",
        "China and Kazakhstan abstained last Thursday.",
        "The U.S. Treasury has blacklisted Keremet Bank.",
    ],
)
def test_what_is_not_stated_is_not_judged(auditor, text):
    before = "On 2 March 2022 the General Assembly adopted the resolution on Ukraine. "
    audit = auditor.audit(before + text, date="2024-11-10")
    late = [c for c in audit.checks if c.start >= len(before)]
    assert all(c.status in {"not testable", "cannot tell"} for c in late), late


def test_a_list_is_checked_name_by_name(audited):
    check = next(c for c in audited("guest_list").checks if "Aliyev" in c.text)
    assert [(i.code, i.status) for i in check.items] == [
        ("KAZ", "supported"), ("KGZ", "supported"), ("AZE", "contradicted"),
    ]  # fmt: skip
    assert "did not come" in check.items[2].found
    assert {r.values["state"] for r in check.rows if r.table == "visits_victory_day"} == {
        "KAZ", "KGZ", "AZE",
    }  # fmt: skip


def test_the_multiverse_is_linked_and_run_once(audited, auditor):
    check = next(c for c in audited("un_vote").checks if c.verdict)
    assert check.verdict == "world-condemned-invasion"
    assert audited("un_vote").verdicts[check.verdict].word == "contested"
    assert audited("un_vote").verdicts[check.verdict] is auditor.studies.verdicts[check.verdict]


def test_the_same_article_gives_the_same_json(auditor, audited):
    again = auditor.audit(audited("sanctions").text, date="2023-08-21").to_dict()
    once = audited("sanctions").to_dict()
    assert again["checks"] == once["checks"]


def test_what_was_not_understood_is_listed(auditor):
    audit = auditor.audit(
        "Russia and China share a long border. What of Serbia? Finland joined NATO.",
        date="2024-01-01",
    )
    assert [u["text"] for u in audit.unread] == [
        "Russia and China share a long border.",
        "What of Serbia?",
    ]
    assert audit.unread[1]["why"] == "a question, no statement"


def test_an_article_without_a_date_says_so(auditor):
    audit = auditor.audit("Tokayev came to the Victory Day parade on 9 May.")
    assert any("leaders are not resolved in time" in n for n in audit.notes)
    assert [c.status for c in audit.checks] == ["not testable"]
