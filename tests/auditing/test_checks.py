"""Each kind of check against the tables themselves, and cases that mislead a careless reader."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.auditing.check import CONTRADICTED, SUPPORTED
from multipolar.auditing.wording import NUMBER_WORDS, Amount, amounts_before, number_from
from multipolar.core.states import state_of

# Names the reader takes for the state and nothing else.
STATES = ("KAZ", "SRB", "HUN", "IND", "CHN", "ZAF", "MEX", "EGY", "JPN", "CHE", "TUR", "SYR")
CODES = {"voted for": 1, "abstained on": 2, "voted against": 3}


@settings(max_examples=15, deadline=None)
@given(code=st.sampled_from(STATES), how=st.sampled_from(sorted(CODES)))
def test_a_named_vote_is_the_one_in_the_roll_call(auditor, code, how):
    cast = auditor.record.frame("votes").filter(
        (pl.col("rollcall") == "A/RES/ES-11/1") & (pl.col("state") == code)
    )["vote"][0]
    text = f"{state_of(code).name} {how} resolution ES-11/1."
    checks = auditor.audit(text, date="2022-03-10").checks
    assert [c.status for c in checks] == [SUPPORTED if cast == CODES[how] else CONTRADICTED]


@settings(max_examples=15, deadline=None)
@given(code=st.sampled_from(STATES), denied=st.booleans())
def test_who_joined_is_who_the_table_lists(auditor, code, denied):
    joined = auditor.record.frame("sanctions_on_russia").filter(pl.col("state") == code)["joined"][
        0
    ]
    verb = "has not joined" if denied else "has joined"
    text = f"{state_of(code).name} {verb} the sanctions against Russia."
    checks = auditor.audit(text, date="2023-06-01").checks
    assert [c.status for c in checks] == [SUPPORTED if joined != denied else CONTRADICTED]


STATEMENTS = """
2023-02-24 | supported | Mali voted against resolution ES-11/6.
2023-02-24 | supported | On 23 February 2023, 141 states voted for it, seven against, 32 abstained.
2023-11-03 | supported | Only the United States and Israel voted against the Cuba embargo text.
2022-03-10 | contradicted | Ninety states voted for resolution ES-11/1.
2024-06-01 | supported | Georgia left the CIS in 2009.
2024-06-01 | contradicted | Sweden is not a member of NATO.
2023-06-01 | supported | Sweden is not a member of NATO.
2024-06-01 | supported | NATO has 32 members.
2022-06-01 | contradicted | NATO has 32 members.
2025-09-04 | supported | Ukraine and Moldova are candidates for EU membership.
2025-09-04 | contradicted | Russia is a member of the G8.
2025-09-04 | supported | Donald Trump did not attend the parade in Beijing.
2024-06-01 | supported | Armenia froze its participation in the CSTO.
2024-06-18 | supported | China stayed away from the peace summit at Bürgenstock.
2024-06-18 | contradicted | More than 100 countries attended the peace summit at Bürgenstock.
2024-10-25 | depends | More than thirty leaders came to the BRICS summit in Kazan.
2023-04-30 | supported | Joe Biden visited Kyiv in February 2023.
2023-06-01 | supported | Nobody in Central Asia joined the sanctions against Russia.
2024-06-01 | contradicted | The United States is not the largest economy in the world.
2022-06-01 | supported | Trade between Russia and Kyrgyzstan doubled between 2015 and 2021.
""".strip().splitlines()


@pytest.mark.parametrize("line", STATEMENTS)
def test_statements_of_every_kind(only, line):
    date, status, text = line.split(" | ")
    assert only(text, date).status == status


def test_a_vote_that_the_reading_missed_is_still_checked(only):
    check = only("On ES-10/22 Austria voted against, Germany abstained.", "2023-12-13")
    assert {i.code: i.status for i in check.items} == {"AUT": "supported", "DEU": "supported"}


def test_a_name_that_was_not_checked_is_said_to_be(only):
    check = only("Turkey supported resolution ES-11/4, as did Serbia.", "2022-10-13")
    checked = {i.code for i in check.items}
    assert "SRB" in checked or "Serbia is named and was not checked" in check.unclear


def test_the_choice_of_a_roll_call_is_shown(only):
    check = only("On 2 March 141 states voted for the resolution on Ukraine.", "2022-03-04")
    assert "A/RES/ES-11/1" in check.method
    assert "the date 2022-03-02" in check.method
    assert "the tally of 141" in check.method


def test_a_roll_call_later_than_the_article_is_never_taken(auditor):
    audit = auditor.audit(
        "141 states voted for the resolution condemning the invasion.", date="2022-03-03"
    )
    rows = [r for c in audit.checks for r in c.rows if r.table == "rollcalls"]
    assert rows
    assert all(r.values["date"] <= "2022-03-04" for r in rows)


def test_a_name_missing_from_an_incomplete_list_proves_nothing(only):
    missing = only("Emmanuel Macron attended the Victory Day parade.", "2010-05-12")
    assert missing.status != "supported"
    listed = only("Alexander Stubb attended the Victory Day parade.", "2025-05-12")
    assert listed.status == "contradicted"  # the list of 2025 names everybody who is counted


def test_somebody_out_of_office_then_is_said_to_be(only):
    check = only("Sooronbay Jeenbekov attended the Victory Day parade in Moscow.", "2025-05-12")
    assert check.status == "contradicted"
    found = check.items[0].found
    assert "not in office then" in found
    assert "Japarov" in found


def test_a_visit_is_only_denied_where_the_table_follows_the_traveller(only):
    assert only("Macron visited Beijing.", "2023-04-30").status == "not testable"


def test_a_gathering_the_record_does_not_hold_is_no_other(only):
    check = only("Ten leaders attended the Victory Day parade in 2013.", "2013-05-12")
    assert check.status == "not testable"
    assert "2013" in check.sentence


@given(n=st.integers(min_value=1, max_value=99))
def test_numbers_in_words_and_digits_agree(n):
    by_value = {v: w for w, v in NUMBER_WORDS.items() if w not in {"dozen", "hundred"}}
    words = by_value.get(n) or f"{by_value[n - n % 10]}-{by_value[n % 10]}"
    assert number_from(words) == number_from(str(n)) == n
    assert [a.value for a in amounts_before(f"{words} leaders came", "leaders")] == [n]


@given(
    value=st.integers(0, 200), count=st.integers(0, 200),
    bound=st.sampled_from(["exact", "more", "fewer", "at_least", "at_most"]),
)  # fmt: skip
def test_bounds_leave_nothing_out_and_nothing_twice(value, count, bound):
    opposite = {"more": "at_most", "fewer": "at_least", "at_least": "fewer", "at_most": "more"}
    fits = Amount(value, bound, "").fits(count)
    if bound in opposite:
        assert fits != Amount(value, opposite[bound], "").fits(count)
    else:
        assert fits == (count == value)


def test_a_year_beside_the_statement_is_not_its_year(auditor):
    text = (
        "The parade of 9 May 2025 drew many. Xi Jinping and Robert Fico took their seats on Red "
        "Square, whereas in 2023 barely seven leaders had come, all of them from the former Soviet "
        "Union. Lula attended the parade too."
    )
    found = auditor.audit(text, date="2025-06-01").checks
    assert [c.status for c in found] == [SUPPORTED] * 3
    assert ["2023" in c.method for c in found] == [False, True, False]
    assert "seven leaders" in found[1].sentence


def test_the_year_named_before_is_the_year_spoken_of(auditor):
    text = (
        "The Victory Day parade of 2015 was another thing. Xi Jinping attended the parade on Red "
        "Square, Robert Fico did not attend the parade."
    )
    found = [c for c in auditor.audit(text, date="2025-06-01").checks if "Xi" in c.text]
    assert all("2015" in c.method for c in found)
    assert found


def test_guests_from_elsewhere_contradict_that_all_came_from_one_group(only):
    text = "In 2025 the guests of the Victory Day parade were all from the former Soviet Union."
    check = only(text, "2025-06-01")
    assert check.status == CONTRADICTED
    assert "Brazil" in check.sentence
