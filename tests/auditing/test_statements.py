"""Sentences as op-eds, agencies and ministries write them, one rule of the checks each."""

from pathlib import Path

import pytest

BEFORE = {
    "beijing": "Leaders watched the parade on Tiananmen Square on 3 September. ",
    "sco": "India belongs to the SCO since 2017. ",
    "steadfast": "Steadfast Defender 2024 was large. ",
    "zapad": "Russia and Belarus held the exercise Zapad-2025 from 12 to 16 September. ",
    "brics": "The BRICS summit was held in Kazan in October 2024. ",
    "peace": "Russia was not invited to the peace summit at Buergenstock in June. ",
    "sochi": "The first Russia-Africa summit was held in Sochi on 23 and 24 October. ",
    "celebrations": "Twenty-seven leaders took part in the Victory Day celebrations in Moscow. ",
    "jerusalem": "The UN General Assembly voted on Jerusalem on 21 December 2017. ",
    "zapad_2021": "The joint exercise Zapad-2021 ended on 16 September. ",
    "annexation": "143 states voted for the UN resolution on the annexation on 12 October 2022. ",
    "crimea": "On 19 December 2016 the General Assembly adopted a resolution on human rights in "
    "Crimea by 70 votes to 26. ",
    "johannesburg": "BRICS leaders met in Johannesburg. ",
    "cuba": "Last November, 189 states voted for lifting the embargo on Cuba. ",
    "gaza": "The UN General Assembly demanded a ceasefire in Gaza on 12 December 2023. ",
    "one_year": "141 states supported the UN General Assembly resolution of 23 February 2023. ",
    "moscow": "The United States imposed sanctions on Russia in March 2014. ",
    "russia": "Moscow is under sanctions for its war. ",
    "serbia": "Serbia has not joined the sanctions on Russia. ",
    "turkey": "Recep Tayyip Erdogan is a busy man. ",
    "un": "On 2 March 2022 the UN General Assembly adopted the resolution on Ukraine. ",
}
LINES = (Path(__file__).parent / "statements.txt").read_text("utf-8").splitlines()
CASES = [[p.strip() for p in line.split("|")] for line in LINES if line and line[0] != "#"]


@pytest.mark.parametrize(("date", "before", "status", "text"), CASES, ids=[c[3] for c in CASES])
def test_a_statement_is_judged_by_its_rule(auditor, date, before, status, text):
    lead = BEFORE.get(before, "")
    checks = [c for c in auditor.audit(lead + text, date=date).checks if c.end > len(lead)]
    # What cannot be tested may also be read as no claim at all.
    assert checks or status == "not testable"
    assert [c.status for c in checks] == [status] * len(checks), [c.sentence for c in checks]
    decided = [c for c in checks if c.status in {"supported", "contradicted", "depends"}]
    # Only "never a member" rests on rows that are not there.
    assert all(c.rows or "never" in c.sentence for c in decided)


def test_a_vote_spoken_of_in_between_changes_the_roll_call(auditor):
    text = (
        "In October 2023 the General Assembly called for a truce in Gaza. "
        "In December of that year 153 countries demanded an immediate ceasefire. "
        "Hungary and Austria voted against."
    )
    check = auditor.audit(text, date="2024-11-12").checks[-1]
    assert {i.name: i.status for i in check.items} == {
        "Hungary": "contradicted", "Austria": "supported",
    }  # fmt: skip
    assert "ES-10/22" in check.sentence


def test_two_votes_of_one_sentence_are_each_held_against_their_own(auditor):
    text = (
        "Turkey was one of the 141 countries that voted for the General Assembly resolution of "
        "2 March 2022 and one of the 143 that rejected the annexation in October 2022."
    )
    checks = auditor.audit(text, date="2023-07-20").checks
    symbols = {r.values["symbol"] for c in checks for r in c.rows if r.table == "rollcalls"}
    assert {"A/RES/ES-11/1", "A/RES/ES-11/4"} <= symbols
    assert {c.status for c in checks} == {"supported"}


def test_what_is_left_of_a_sentence_is_said_to_be_open(only):
    check = only("Turkey, a NATO member since 1952, closed its border with Armenia.", "2024-06-01")
    assert check.status == "supported"
    assert any("was not checked" in note for note in check.unclear)


def test_only_is_open_where_the_list_is_not_whole(only):
    check = only("From NATO only Recep Tayyip Erdogan came to the BRICS summit in Kazan.",
                 "2024-10-26")  # fmt: skip
    assert check.status == "supported"
    assert any("nobody else came" in note for note in check.unclear)


def test_only_is_about_leaders_where_the_list_names_no_others(only):
    check = only("From the European Union only Robert Fico came to the parade in Beijing on "
                 "3 September.", "2025-09-08")  # fmt: skip
    assert {i.found for i in check.items} >= {"no other leader in the list"}


@pytest.mark.parametrize(
    ("text", "said", "rumour"),
    [
        ("The Ministry rejects allegations that Turkey has joined the sanctions on Russia.",
         "denied by the Ministry", False),
        ("Finland joined NATO in 2023, the U.S. Treasury claims.",
         "claimed by the U.S. Treasury", False),
        ("We are told every evening by London and Washington that Finland joined NATO in 2023.",
         "claimed by London and Washington", False),
        ("Western diplomats whisper that Serbia has joined the sanctions against Russia.",
         "rumour (Western diplomats)", True),
    ],
)  # fmt: skip
def test_who_says_it(auditor, text, said, rumour):
    for check in auditor.audit(text, date="2024-06-01").checks:
        assert (check.said, check.rumour) == (said, rumour)


def test_a_denial_that_follows_is_set_beside(auditor):
    text = "Kazakhstan has joined the sanctions against Russia. Tokayev's office denied that."
    check = auditor.audit(text, date="2024-06-01").checks[0]
    assert any("the next sentence denies it" in note for note in check.unclear)


def test_a_gathering_spoken_of_in_between_is_the_one_that_is_meant(auditor):
    text = (
        "Xi Jinping skipped the BRICS summit in Rio de Janeiro on 6 and 7 July. "
        "Compare it with Kazan. In October 2024, 36 countries took part in the BRICS summit there. "
        "Narendra Modi and Xi Jinping both came. Narendra Modi did attend the Rio summit."
    )
    found = [(c.status, c.method) for c in auditor.audit(text, date="2025-07-09").checks]
    assert [s for s, _ in found] == ["supported"] * len(found)
    years = ["2025" if "2025" in m else "2024" for _, m in found if "BRICS" in m]
    assert years == ["2025", "2024", "2024", "2025"]


def test_names_after_a_tally_and_after_so_did_are_looked_up(auditor):
    text = (
        "On 24 February 2025 the General Assembly voted on Ukraine's resolution. Sixty-five "
        "abstained, and eighteen voted against, among them the United States, Israel and Austria. "
        "Poland voted for it all the same; so did Germany and Russia."
    )
    items = {i.code: i.status for c in auditor.audit(text, date="2025-02-27").checks
             for i in c.items if i.code}  # fmt: skip
    assert items == {
        "USA": "supported", "ISR": "supported", "AUT": "contradicted",
        "POL": "supported", "DEU": "supported", "RUS": "contradicted",
    }  # fmt: skip


def test_this_week_beside_other_years_does_not_hide_them(auditor):
    text = (
        "The General Assembly voted on Ukraine on 24 February. South Africa abstained in March "
        "2022, in February 2023 and again this week."
    )
    check = auditor.audit(text, date="2025-02-27").checks[-1]
    assert check.status == "supported"
    assert any("several votes" in note for note in check.unclear)


def test_a_vote_that_fits_another_roll_call_spoken_of_is_not_called_wrong(auditor):
    text = (
        "On 24 February 2025 the General Assembly voted for Ukraine's resolution, 93 to 18. "
        "Brazil voted for the resolution of 2 March 2022. Hungary voted against."
    )
    check = auditor.audit(text, date="2025-02-27").checks[-1]
    assert check.status == "depends"
    assert any("A/RES/ES-11/7" in note for note in check.unclear)


def test_a_drift_out_of_an_alliance_is_a_drift_away_from_it(only):
    check = only("Turkey is drifting out of NATO.", "2024-11-14")
    assert "from the West towards Russia" in check.sentence


def test_a_bullet_is_no_part_of_a_claim(only):
    check = only("- Turkey has the second largest army in NATO.", "2024-11-14")
    assert check.text.startswith("Turkey")


def test_the_first_time_is_said_to_be_open(only):
    check = only("Xi Jinping skipped the BRICS summit in Rio de Janeiro for the first time in his "
                 "rule.", "2025-07-09")  # fmt: skip
    assert check.status == "supported"
    assert any("for the first time" in note for note in check.unclear)


def test_an_organisation_named_in_between_is_no_gathering(auditor):
    text = (
        "Leaders watched the parade on Tiananmen Square on 3 September. Robert Fico came. "
        "Azerbaijan's wish to join the SCO was blocked by India. Emmerson Mnangagwa was there too."
    )
    check = auditor.audit(text, date="2025-09-05").checks[-1]
    assert check.status == "supported"
    assert "Beijing" in check.method


def test_an_aside_is_a_fact_and_the_rumour_beside_it_stays_one(auditor):
    text = (
        "There was speculation on social media that Turkey, a NATO member since 1952, had been "
        "offered a seat."
    )
    told = [(c.text, c.status, c.rumour) for c in auditor.audit(text, date="2023-08-24").checks]
    assert told == [
        ("Turkey, a NATO member since 1952", "supported", False),
        ("had been offered a seat", "not testable", True),
    ]


def test_a_clause_beside_an_aside_leans_on_what_was_said(auditor):
    text = (
        "Switzerland has adopted the sanctions against Russia. Georgia, a candidate for "
        "membership of the European Union since December 2023, has not."
    )
    checks = auditor.audit(text, date="2024-06-20").checks[-2:]
    assert [(c.type, c.status) for c in checks] == [
        ("MEMBERSHIP", "supported"), ("SANCTIONS_COMPLIANCE", "supported"),
    ]  # fmt: skip


def test_it_is_rumoured_that_is_rumour(auditor):
    text = "It is also rumoured that Slovakia has joined BRICS."
    check = auditor.audit(text, date="2025-05-12").checks[0]
    assert (check.status, check.rumour) == ("contradicted", True)


def test_each_sender_of_sanctions_is_looked_up_in_the_cases_of_its_time(auditor):
    text = (
        "Russia seized Crimea. As for sanctions: the United States and the European Union imposed "
        "them in the spring, and Japan, Canada and even Switzerland followed."
    )
    check = auditor.audit(text, date="2014-12-18").checks[-1]
    assert {i.code: i.status for i in check.items} == {
        "USA": "supported", "EU": "supported", "JPN": "cannot tell", "CAN": "cannot tell",
        "CHE": "cannot tell",
    }  # fmt: skip
    assert {r.table for r in check.rows} == {"sanctions"}


def test_so_did_is_the_vote_of_the_sentence_before(auditor):
    text = (
        "The General Assembly voted on Crimea on 27 March 2014. China, India and Brazil abstained. "
        "So did South Africa and, to Kiev's annoyance, Israel."
    )
    check = auditor.audit(text, date="2014-12-18").checks[-1]
    assert {i.code: i.status for i in check.items} == {"ZAF": "supported", "ISR": "contradicted"}


def test_two_events_of_one_sentence_are_checked_once(auditor):
    text = (
        "NEW YORK, 13 December 2023 - The United Nations General Assembly on Tuesday largely "
        "demanded an immediate ceasefire in Gaza, with 153 countries voting in favour, 10 against."
    )
    checks = auditor.audit(text, date="2023-12-13").checks
    assert len(checks) == 1
    assert checks[0].text.startswith("The United Nations")
    assert not any("several votes" in note for note in checks[0].unclear)


def test_a_long_list_is_counted_in_the_sentence(only):
    check = only("Every African state voted for resolution A/RES/73/8.", "2019-10-25")
    assert check.sentence == "All 54 states meant voted for (A/RES/73/8)."
    assert len(check.items) == 54


def test_a_bare_title_is_the_one_named_with_it_last(auditor):
    text = (
        "Prime Minister Robert Fico went to the Victory Day celebrations in Moscow. Narendra Modi "
        "did not come. The Prime Minister did attend the parade on Red Square."
    )
    check = auditor.audit(text, date="2025-05-12").checks[-1]
    assert [i.code for i in check.items] == ["SVK"]


def test_names_with_the_same_answer_are_told_together(auditor):
    text = (
        "The first Russia-Africa summit was held in Sochi. All 54 African states were represented."
    )
    check = auditor.audit(text, date="2019-10-25").checks[-1]
    assert "43 names: missing from the list" in check.sentence
    assert len(check.items) == 54


def test_an_old_article_is_not_held_against_later_years(only):
    check = only("Russia has been isolated.", "2014-12-18")
    assert "It ends with the year of the article, 2014." in check.method
    assert check.verdict.endswith("-2014")


def test_a_change_the_table_cannot_reach_says_which_years_it_covers(only):
    check = only("Russia's trade with China has doubled since 2009.", "2014-12-18")
    assert "covers 2011 to 2021" in check.sentence


def test_an_old_article_is_not_held_against_later_deliveries(only):
    check = only(
        "It is Russia that provides Algeria with more than half of its weapons.", "2019-10-25"
    )
    assert "from 2017 to 2019" in check.sentence


def test_sanctions_on_them_are_not_on_whoever_was_named_before(auditor):
    text = (
        "The leaders of Brazil, India, China and South Africa received Vladimir Putin. As for "
        "sanctions: the United States and the European Union imposed them in the spring."
    )
    check = auditor.audit(text, date="2014-12-18").checks[-1]
    assert {r.values["target_state"] for r in check.rows} == {"RUS"}


def test_a_denial_of_the_rumour_is_not_set_beside_the_aside(auditor):
    text = (
        "There was speculation that Turkey, a NATO member since 1952, had been offered a seat; "
        "Ankara denied it."
    )
    aside = auditor.audit(text, date="2023-08-24").checks[0]
    assert (aside.text, aside.unclear) == ("Turkey, a NATO member since 1952", ())


def test_a_pronoun_is_said_to_be_read_as_somebody(auditor):
    text = (
        "The General Assembly voted on Jerusalem on 21 December 2017. Turkey welcomed it. "
        "It voted for the resolution."
    )
    check = auditor.audit(text, date="2017-12-22").checks[-1]
    assert "“It” (Turkey) voted for" in check.sentence


def test_even_somebody_did_what_was_said_last(auditor):
    text = (
        "None of them has joined the sanctions against Russia. On 2 March 2022 the General "
        "Assembly voted on Ukraine. Pakistan abstained, and even Mongolia did."
    )
    checks = [c for c in auditor.audit(text, date="2023-09-06").checks if "Mongolia" in c.text]
    assert [c.status for c in checks] == ["supported"]


def test_a_clause_after_a_list_of_voters_is_not_of_the_list(auditor):
    text = (
        "On 12 October 2022 143 states voted for the UN resolution on the annexation. Thirty-five "
        "abstained, among them China, India and Pakistan; Iran was absent."
    )
    checks = auditor.audit(text, date="2022-10-20").checks[1:]
    assert {c.status for c in checks} == {"supported"}
