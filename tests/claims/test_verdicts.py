"""Verdicts on the starter record: known shares, what flips them, what it cannot tell."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multipolar
from multipolar.claims.assess import prepare
from multipolar.claims.library import find_claim, list_claims
from multipolar.claims.placebo import compute_percentiles
from multipolar.claims.rules import rank
from multipolar.claims.run import Evidence, decide
from multipolar.claims.space import OUTCOMES
from multipolar.claims.verdict import word_for
from multipolar.core.errors import BadStudy, UnknownName

WORDS = ("fails", "mostly fails", "contested", "mostly holds", "holds")


@pytest.fixture(scope="module")
def condemned(starter):
    return multipolar.claim("world-condemned-invasion", store=starter)


@pytest.fixture(scope="module")
def sanctioned(starter):
    return multipolar.claim("world-sanctioned-russia", store=starter)


def share(verdict, weight, position):
    rows = verdict.weights.filter((pl.col("weight") == weight) & (pl.col("position") == position))
    return rows["share"].item()


def test_the_world_condemned_by_states_and_output_but_not_by_people(condemned):
    """73, 42 and 72 % with World Bank figures of 2021."""
    assert share(condemned, "counting states", "yes") == pytest.approx(141 / 193, abs=1e-12)
    assert share(condemned, "counting people", "yes") == pytest.approx(0.42, abs=0.005)
    assert share(condemned, "counting output", "yes") == pytest.approx(0.72, abs=0.005)
    panels = {p["key"]: p["verdict"] for p in condemned.to_dict()["panels"]}
    assert panels == {
        "weight=equal": "holds",
        "weight=population": "fails",
        "weight=gdp_mer": "holds",
    }
    assert condemned.word == "contested"


def test_the_sanctions_flip_the_other_way(sanctioned):
    """25, 15 and 58 %; output moves a point or two with the GDP vintage."""
    assert share(sanctioned, "counting states", "imposed sanctions") == pytest.approx(
        0.25, abs=0.01
    )
    assert share(sanctioned, "counting people", "imposed sanctions") == pytest.approx(
        0.15, abs=0.005
    )
    assert share(sanctioned, "counting output", "imposed sanctions") == pytest.approx(
        0.58, abs=0.02
    )
    by_key = {p.key: p for p in sanctioned.multiverse.panels.values()}
    assert by_key["weight=gdp_mer"].shares["supports"] == 0.5
    assert by_key["weight=gdp_mer"].minimal_flips == [frozenset({"majority"})]


def test_the_nearest_flip_is_the_weight_and_said_in_words(condemned, sanctioned):
    assert condemned.multiverse.minimal_flips == [frozenset({"weight"})]
    assert "counting people" in condemned.multiverse.flip_sentence
    assert "counting output" in sanctioned.multiverse.flip_sentence


def test_a_verdict_always_says_that_a_share_is_not_a_probability(condemned):
    sentence = "The share of specifications is not a probability that the claim is true."
    assert condemned.to_dict()["share_sentence"] == sentence


def test_the_same_claim_gives_the_same_bytes(condemned, starter):
    again = multipolar.claim("world-condemned-invasion", store=starter)
    first, second = (json.dumps(v.to_dict(), sort_keys=True) for v in (condemned, again))
    assert first == second
    assert condemned.frame.equals(again.frame)


def test_the_frame_has_one_row_per_specification_and_the_counts_add_up(condemned):
    found = condemned.multiverse
    assert condemned.frame.height == found.n_specifications == 3 * 2 * 2 * 4
    assert condemned.frame["is_default"].sum() == 1
    for panel in found.panels.values():
        assert sum(panel.shares.values()) == pytest.approx(1)


def test_the_tool_says_which_record_it_used(condemned):
    sources = {s["table"]: s for s in condemned.to_dict()["sources"]}
    assert sources["votes"]["kind"] == "starter"
    assert sources["votes"]["source"] == "landmark_votes"
    assert sources["votes"]["citation"]
    assert len(sources["votes"]["sha256"]) == 64
    assert condemned.record_ends == "2025-10-29"


def test_a_claim_without_a_stream_cannot_be_told_and_says_why(starter):
    verdict = multipolar.claim("neighbours-leak", store=starter)
    assert verdict.word == "cannot tell"
    assert "trade by product" in verdict.words
    assert verdict.multiverse is None
    assert verdict.to_dict()["panels"] == []


def test_the_parade_is_read_without_the_year_nobody_was_invited(starter):
    verdict = multipolar.claim("parade-showed-isolation", store=starter)
    assert verdict.series["period"].to_list()[-1] == 2025
    default = verdict.frame.filter("is_default")
    # 2025 against 2015 by named guests: 27 against 24, never the 0 of 2022.
    assert default["estimate"].item() == pytest.approx(27 / 24 - 1)
    assert "2022 had no invitations" in verdict.coverage[0].note
    lost = verdict.frame.filter(pl.col("outcome") == "not_computable")
    assert lost["reason"].str.contains("names 20 of 54").all()
    assert lost["parade_before"].unique().to_list() == ["2005"]


@pytest.mark.parametrize("name", list_claims())
def test_every_shipped_claim_is_planned_before_it_is_run(name, starter):
    study = find_claim(name)
    assert study.id == name
    assert study.text
    assert study.said_by
    if study.predicate == "leaks":
        return
    ready = prepare(study, starter)
    assert ready.listed.n >= 16
    assert len(set(ready.listed.ids)) == ready.listed.n
    assert all(c.why for c in ready.estimand.choices)
    assert prepare(study, starter).listed.hash == ready.listed.hash


def test_there_are_at_least_eight_claims_about_several_states():
    subjects = {find_claim(name).subject for name in list_claims()}
    assert len(list_claims()) >= 8
    assert {"RUS", "USA", "ISR", "ZAF", "KAZ"} <= subjects


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_support_never_gives_a_weaker_word(a, b):
    low, high = sorted((a, b))
    assert WORDS.index(word_for(low)) <= WORDS.index(word_for(high))


def test_missing_specifications_are_no_votes_against():
    assert word_for(0.45, not_computable=0.5) == "holds"
    assert word_for(0.45, not_computable=0.51) == "cannot tell"


def evidence(estimate, lower, others):
    n = len(estimate)
    return Evidence(
        estimate=np.array(estimate, dtype=float),
        lower=np.array(lower, dtype=float),
        upper=np.array(estimate, dtype=float),
        others=np.array(others, dtype=float),
        earlier=np.empty((n, 0)),
        draws=np.empty((n, 0)),
        n_obs=np.ones(n, dtype=int),
        reason=[""] * n,
        states=tuple(f"S{i}" for i in range(len(others[0]))),
        dates=(),
    )


def test_a_stream_without_comparable_states_is_decided_by_its_interval():
    nobody = [np.nan] * 20
    crowd = [0.1 * i for i in range(20)]
    found = evidence([-1, -1, -1, 1], [-2, np.nan, -2, 0.5], [nobody, nobody, crowd, nobody])
    outcome, percentile = decide(found, rank(0.9, "negative"))
    assert [OUTCOMES[i] for i in outcome] == ["supports", "supports", "supports", "contradicts"]
    assert np.isnan(percentile[[0, 1, 3]]).all()
    expected = compute_percentiles(found.estimate, found.others.T, "negative")[2]
    assert percentile[2] == expected


OWN_CLAIM = """
id = "turkey-closer-to-west"
text = "Turkey votes closer to the West than to Russia."
subject = "TUR"
predicate = "closer_to"
pole = "west"
than = "RUS"
since = 2016
until = 2021
"""


def test_a_claim_of_ones_own_needs_no_code(starter, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN_CLAIM, encoding="utf-8")
    verdict = multipolar.claim(path, store=starter)
    assert verdict.word in WORDS
    assert verdict.frame.height > 50
    assert verdict.series["period"].max() == 2021


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ('"TUR"', '"Turkye"', UnknownName, "TUR"),
        ('"closer_to"', '"closer"', UnknownName, "closer_to"),
        ('than = "RUS"', "", BadStudy, "'than'"),
        ('pole = "west"', 'pole = "wset"', UnknownName, "west"),
        ("subject", "subjct", BadStudy, "did you mean 'subject'"),
        ("since = 2016", 'since = "soon"', BadStudy, "since"),
    ],
)
def test_a_wrong_study_names_the_key_and_the_nearest_valid_thing(
    starter, tmp_path, old, new, error, words
):
    path = tmp_path / "mine.toml"
    path.write_text(OWN_CLAIM.replace(old, new), encoding="utf-8")
    with pytest.raises(error) as caught:
        multipolar.claim(path, store=starter)
    assert words in str(caught.value)


def test_dates_outside_the_record_cannot_be_told(starter, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN_CLAIM.replace("2016", "2031").replace("2021", "2032"), encoding="utf-8")
    verdict = multipolar.claim(path, store=starter)
    assert verdict.word == "cannot tell"
    assert verdict.reason


def test_a_study_may_ask_for_a_weight_that_is_not_crossed_by_default(starter, tmp_path):
    path = tmp_path / "neighbours.toml"
    path.write_text(
        'text = "Russia is isolated among its neighbours"\nsubject = "RUS"\n'
        'predicate = "isolated"\nform = "level"\nsince = 2022\n[choices]\n'
        'stream = { options = ["votes"], drop_reason = "one stream" }\n'
        'partners = { options = ["world"], drop_reason = "neighbours" }\n'
        'weight = { options = ["contiguity"], drop_reason = "neighbours" }\n',
        encoding="utf-8",
    )
    verdict = multipolar.claim(path, store=starter)
    counted = verdict.map_frame.filter(pl.col("weight") > 0)["state"].to_list()
    assert {"UKR", "KAZ", "FIN", "CHN"} <= set(counted)
    assert "FRA" not in counted
