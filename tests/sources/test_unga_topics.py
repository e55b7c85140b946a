"""The rule that groups votes on one repeated text, and the one that says what a vote is about."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.sources._rollcalls import session_number
from multipolar.sources._vote_topics import SUBJECTS, subject_of, topic_of

FORMULA = " : resolution / adopted by the General Assembly"
WORDS = st.lists(
    st.sampled_from(["question", "situation", "human", "rights", "embargo", "weapons", "of", "in"]),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(st.text(max_size=200))
def test_the_rule_changes_nothing_when_repeated(title):
    assert topic_of(topic_of(title)) == topic_of(title)


@given(st.text(alphabet="aivxl1945 :/()[]-'.resolution session sthd", max_size=80))
def test_the_rule_changes_nothing_when_repeated_on_likely_text(title):
    assert topic_of(topic_of(title)) == topic_of(title)


@given(WORDS, st.integers(1946, 2030), st.integers(1, 400))
def test_years_numbers_case_and_formula_make_no_new_topic(words, year, number):
    topic = topic_of(words)
    assert topic_of(words + FORMULA) == topic
    assert topic_of(f"The {words.upper()}, {year}") == topic
    assert topic_of(f"{words} (resolution {number}/{year}) [{number}]") == topic


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Co-operation in Europe", "Cooperation in Europe"),
        ("Credentials of the 29th session", "Credentials of the 30th session"),
        ("Thirty-third session of the Assembly", "Fortieth session of the Assembly"),
        ("Implementation of resolution 2935 (XXVII)", "Implementation of resolution 31/67"),
        (
            "Question of Antarctica : resolultion / adopted by the General Assembly",
            "Question of Antarctica",
        ),
        ("Situation in X : resolutions / adopted by the General Assembly.", "The situation in X"),
        ("The People\u2019s Republic", "The People's Republic"),
        ("Racist régime", "Racist regime"),
    ],
)
def test_variants_of_one_title(one, other):
    assert topic_of(one) == topic_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Human rights in Iran", "Human rights in Iraq"),
        (
            "Treaty on the Prohibition of Nuclear Weapons",
            "Convention on the Prohibition of Nuclear Weapons",
        ),
        ("Civil rights", "Rights"),
        ("Resolution of disputes", "Disputes"),
    ],
)
def test_different_texts_stay_apart(one, other):
    assert topic_of(one) != topic_of(other)


def test_nothing_left_is_said():
    assert topic_of("") == topic_of("1984 (XXXIX)") == "untitled"


@given(st.text(), st.text())
def test_every_vote_has_one_of_the_subjects(title, agenda):
    assert subject_of(title, agenda) in SUBJECTS


@pytest.mark.parametrize(
    ("title", "agenda", "subject"),
    [
        ("Aggression against Ukraine", "", "ukraine"),
        ("Situation of human rights in the Autonomous Republic of Crimea", "", "ukraine"),
        ("The Syrian Golan", "", "middle_east"),
        ("Risk of nuclear proliferation in the Middle East", "", "nuclear"),
        ("The Arms Trade Treaty", "", "disarmament"),
        ("Question of Namibia", "", "colonialism"),
        ("Moratorium on the use of the death penalty", "", "human_rights"),
        ("Agricultural technology", "", "economic"),
        ("The situation", "Question of Palestine", "middle_east"),
        ("Scale of assessments", "", "other"),
    ],
)
def test_subjects(title, agenda, subject):
    assert subject_of(title, agenda) == subject


@pytest.mark.parametrize(
    ("printed", "symbol", "session"),
    [
        ("XXIX", "", "29"),
        ("XLIV", "", "44"),
        ("77", "", "77"),
        ("ES-V", "", "ES-5"),
        ("S-IV", "", "S-4"),
        ("ES-11", "", "ES-11"),
        ("", "A/RES/3379(XXX)", "30"),
        ("", "A/RES/ES-10/19", "ES-10"),
        ("", "", ""),
    ],
)
def test_sessions(printed, symbol, session):
    assert session_number(printed, symbol) == session


@pytest.fixture(scope="module")
def record(shared):
    printed = pl.read_parquet(shared / "data" / "unga_undl" / "resolutions.parquet")
    return printed.filter((pl.col("body") == "GA") & pl.col("recorded"))


@pytest.mark.shared
def test_all_votes_on_the_embargo_are_one_topic(record):
    embargo = record.filter(
        pl.col("title").str.contains("embargo imposed by the Unite") & (pl.col("date") > "1992")
    )
    assert embargo.height == 33
    assert len({topic_of(title) for title in embargo["title"]}) == 1


@pytest.mark.shared
def test_topics_group_repeated_texts_without_swallowing_the_record(record):
    topics = record["title"].map_elements(topic_of, return_dtype=pl.String)
    assert 1400 < topics.n_unique() < 1900
    assert topics.value_counts()["count"].max() < 0.02 * record.height


@pytest.mark.shared
def test_subjects_agree_with_the_flags_of_an_independent_compilation(shared, record):
    """Of votes with any flag, the subject is among the flags of 93 % (at least 90 asked)."""
    folder = shared / "data" / "unga_voeten"
    flags = pl.read_parquet(folder / "unvotes_pkg_un_roll_call_issues.parquet")
    named = {
        "me": "middle_east",
        "nu": "nuclear",
        "di": "disarmament",
        "hr": "human_rights",
        "co": "colonialism",
        "ec": "economic",
    }
    flagged = (
        pl.read_parquet(folder / "unvotes_pkg_un_roll_calls.parquet")
        .filter((pl.col("para").fill_null(0) == 0) & (pl.col("amend").fill_null(0) == 0))
        .with_columns(
            symbol="A/RES/" + pl.col("unres").str.replace("^(A/RES/|A/|R/|RES/)", ""),
        )
        .unique("symbol", keep="none")
        .join(
            flags.group_by("rcid").agg(pl.col("short_name").replace_strict(named).alias("flags")),
            on="rcid",
        )
    )
    both = record.join(flagged.select("symbol", "flags"), on="symbol")
    hits = [
        subject_of(row["title"], row["agenda"] or "") in row["flags"]
        for row in both.iter_rows(named=True)
    ]
    assert len(hits) > 2500
    assert sum(hits) / len(hits) > 0.9
