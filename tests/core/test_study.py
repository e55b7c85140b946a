"""Study files: what loads, and what a wrong one is told."""

import json
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.core.choices import Choice
from multipolar.core.errors import BadStudy
from multipolar.core.study import (
    ClaimStudy,
    load_study,
    narrow_choices,
    read_prior,
    read_window,
    study_schema,
)
from multipolar.core.study_template import new_study, study_template

CLAIM = 'text = "Russia is isolated"\npredicate = "isolated"\n'
FULL = """
title = "Isolation"
[[claim]]
id = "votes"
text = "Russia has been isolated since February 2022"
said_by = "a headline"
subject = "RUS"
predicate = "isolated"
form = "change"
since = 2022-02-24
until = "2025"
baseline = "2014-2021"
comparable = ["CHN", "USA"]
[claim.params]
years = 3
[claim.rule]
kind = "rank"
level = 0.95
[claim.minimum]
partners = 30
[claim.choices]
weight = ["equal", "population"]
metric = { default = "kappa", prior = { kappa = 2, agree = 1 } }
[[claim]]
id = "condemned"
text = "The world condemned it"
predicate = "supports"
resolution = "A/RES/ES-11/1"
"""


def complaint(text):
    with pytest.raises(BadStudy) as caught:
        load_study(text)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_full_study():
    study = load_study(FULL)
    first, second = study.claim
    assert (study.title, first.id, second.id) == ("Isolation", "votes", "condemned")
    assert (first.since, first.until) == (date(2022, 2, 24), date(2025, 12, 31))
    assert first.baseline_window == (date(2014, 1, 1), date(2021, 12, 31))
    assert first.comparable == ("CHN", "USA")
    assert first.choices["weight"].options == ("equal", "population")
    assert first.choices["metric"].options is None
    assert (first.rule.level, first.minimum.partners) == (0.95, 30)
    assert second.form == "level"
    assert second.resolution == "A/RES/ES-11/1"
    with pytest.raises(ValueError, match="frozen"):
        first.text = "something else"


def test_one_claim_at_the_top_level_takes_its_id_from_the_file(tmp_path):
    path = tmp_path / "Russia isolated.toml"
    path.write_text("\ufeff" + CLAIM, encoding="utf-8")
    assert load_study(path).claim[0].id == "russia-isolated"
    assert load_study(str(path)).claim[0].rule.kind == "rank"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('subjct = "RUS"\n' + CLAIM, "claim 1: unknown key 'subjct': did you mean 'subject'?"),
        ('[[claims]]\ntext = "x"', "unknown key 'claims': did you mean 'claim'?"),
        (CLAIM + "[rule]\nlevl = 1", "claim 1: rule: unknown key 'levl': did you mean 'level'?"),
        (
            CLAIM + "[minimum]\npartner = 1",
            "claim 1: minimum: unknown key 'partner': did you mean 'partners'?",
        ),
        (
            CLAIM + "choices.weight = { optons = [1] }",
            "claim 1: choices.weight: unknown key 'optons': did you mean 'options'?",
        ),
        (CLAIM + 'xyzzy = "a"', "unknown key 'xyzzy': expected one of id, title"),
        ("text = 3\npredicate = 'x'", "claim 1: text is 3; expected text"),
        ("text = ''\npredicate = 'x'", "claim 1: text is ''; expected text that is not empty"),
        ('text = "x"\n', "claim 1: key 'predicate' is missing"),
        (CLAIM + "since = 'soon'", "since is 'soon'; expected a date: 2022-02-24, 2022-02 or"),
        (CLAIM + "since = true", "since is True; expected a date"),
        (CLAIM + "since = '2022-13'", "since is '2022-13'; expected a date"),
        (CLAIM + "baseline = '2021-2014'", "expected a window that ends after it starts"),
        (CLAIM + "baseline = 'before'", "expected a window: 2014-2021 or"),
        (CLAIM + "form = 'change'", "form 'change' needs since"),
        (CLAIM + "form = 'compare'", "form 'compare' needs than"),
        (CLAIM + "form = 'chnge'", "form is 'chnge'; expected 'level', 'change', 'compare' or"),
        (CLAIM + "since = 2022\nuntil = 2021", "until 2021-12-31 is before since 2022-01-01"),
        (CLAIM + "[rule]\nkind = 'sesoi'", "rule: a sesoi rule needs delta"),
        (CLAIM + "[rule]\nkind = 'sign'\nlevel = 0.9", "level belongs to a rank rule, not to sign"),
        (CLAIM + "[rule]\ndelta = 0.1", "delta belongs to a sesoi rule, not to rank"),
        (CLAIM + "[rule]\nlevel = 2", "rule.level is 2; expected less than 1"),
        (CLAIM + "rule = 3", "rule is 3; expected a table"),
        (CLAIM + "choices.weight = 3", "expected a list of options or a table"),
        (CLAIM + "choices.weight = []", "choices.weight.options is []; expected at least one"),
        (CLAIM + "pole = 3", "pole is 3; expected text or a list"),
        (CLAIM + "id = 'A b'", "id is 'A b'; expected small letters"),
        ("claim = 3\n", "claim 1: 3 is not a table"),
        ("claim = []\n", "no claim in it"),
        (FULL.replace('"condemned"', '"votes"'), "two claims have the id 'votes'"),
        (FULL.replace('predicate = "supports"', "predicte = 'x'"), "claim 2: unknown key"),
        (CLAIM + "a = = 3\n", "study: line 3, column 5: not valid TOML"),
        (CLAIM + "a = [1,\n", "line 4: not valid TOML"),
        ("text = 'x'\nsubject = 2\nform = 'y'\npredicate = 'x'", "(and 1 more)"),
    ],
)
def test_what_a_wrong_study_is_told(text, words):
    assert words in complaint(text)


def test_the_file_is_named(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text('subjct = "RUS"\n' + CLAIM)
    assert complaint(path).startswith(f"{path}: claim 1: unknown key 'subjct'")
    assert "No such file" in complaint(tmp_path / "none.toml")
    assert "cannot be read" in complaint(tmp_path)
    path.write_bytes(b'text = "\xff"')
    assert "byte 8 is not UTF-8" in complaint(path)


def test_the_hour_of_a_day_is_passed_over():
    study = load_study(CLAIM + "since = 2022-02-24T04:00:00Z")
    assert study.claim[0].since == date(2022, 2, 24)


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("2014", (date(2014, 1, 1), date(2014, 12, 31))),
        ("2014-2021", (date(2014, 1, 1), date(2021, 12, 31))),
        ("2014-03/2021-02", (date(2014, 3, 1), date(2021, 2, 28))),
        ("2014-03-05/2020-12", (date(2014, 3, 5), date(2020, 12, 31))),
    ],
)
def test_windows(written, window):
    assert read_window(written) == window


WEIGHT = Choice(name="weight", options=("equal", "population", "gdp", None), why="who counts")
YEARS = Choice(name="years", options=(1, 3, 5), default=3)


def claim(choices):
    return load_study(CLAIM + choices).claim[0]


def test_narrowing_keeps_order_default_and_reasons():
    study = claim(
        'choices.weight = { options = ["population", "equal", "None"], default = "population", '
        'drop_reason = "no accounts before 1990" }'
    )
    (weight, years), dropped = narrow_choices([WEIGHT, YEARS], study)
    assert weight.options == ("population", "equal", None)
    assert weight.default == "population"
    assert years == YEARS
    assert [(d.choice, d.option, d.reason) for d in dropped] == [
        ("weight", "gdp", "no accounts before 1990")
    ]


def test_a_default_alone_drops_nothing():
    (weight, years), dropped = narrow_choices([WEIGHT, YEARS], claim("choices.years.default = 5"))
    assert (years.default, years.options, weight, dropped) == (5, (1, 3, 5), WEIGHT, ())


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ("choices.years = [1, 3]", "choices.years drops 5 without a reason"),
        ("choices.yeers = [1]", "choices: unknown choice 'yeers': did you mean 'years'?"),
        ("choices.weight = ['equl']", "unknown option 'equl': did you mean 'equal'?"),
        (
            "choices.years = { options = [1], default = 3, drop_reason = 'x' }",
            "default 3 is not an option",
        ),
    ],
)
def test_narrowing_that_does_not_fit(choices, words):
    with pytest.raises(BadStudy, match="claim 'claim'") as caught:
        narrow_choices([WEIGHT, YEARS], claim(choices))
    assert words in caught.value.message


def test_priors_are_read_by_option():
    study = claim('choices.years.prior = { "1" = 1, "3" = 2, "5" = 0 }')
    assert read_prior([WEIGHT, YEARS], study) == {"years": {1: 1.0, 3: 2.0, 5: 0.0}}
    with pytest.raises(BadStudy, match="unknown option '7'"):
        read_prior([YEARS], claim('choices.years.prior = { "7" = 1 }'))


def test_schema_accepts_what_loads_and_refuses_what_does_not():
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    good = {"claim": [{"text": "x", "predicate": "isolated", "choices": {"w": [1, "a"]}}]}
    jsonschema.validate(good, schema)
    bad = {"claim": [{"text": "x", "predicate": "isolated", "subjct": "RUS"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, schema)
    described = schema["$defs"]["ClaimStudy"]["properties"]
    assert all("description" in described[k] for k in ClaimStudy.model_fields if k not in _TABLES)
    json.dumps(schema)


_TABLES = {"rule", "minimum"}


def test_a_new_study_loads_and_says_what_may_be_chosen(tmp_path):
    path = new_study(
        tmp_path / "mine.toml", choices=[WEIGHT, YEARS], text="It holds", since="2022-02-24"
    )
    text = path.read_text(encoding="utf-8")
    loaded = load_study(path).claim[0]
    assert (loaded.id, loaded.text, loaded.form) == ("mine", "It holds", "change")
    assert '# weight = ["equal", "population", "gdp", "None"]  # who counts' in text
    with pytest.raises(BadStudy, match="is there already"):
        new_study(path)
    new_study(path, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_a_template_with_a_wrong_key_is_refused():
    with pytest.raises(BadStudy, match="did you mean 'subject'"):
        study_template(subjct="RUS")
    with pytest.raises(BadStudy, match="cannot be written"):
        new_study("/nowhere/at/all.toml")


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))).filter(
        str.strip
    ),
    st.sampled_from(["level", "trend"]),
)
def test_whatever_is_claimed_survives_writing(text, form):
    loaded = load_study(study_template(text=text, form=form)).claim[0]
    assert (loaded.text, loaded.form) == (text.strip(), form)
