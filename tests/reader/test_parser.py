"""The layer of a spaCy pipeline: a real pipeline on disk whose parser is a component of ours.

Models of spaCy come from elsewhere than the package index, so the pipeline here is a blank English
one with one component that sets heads and labels as a trained parser would, from parses written
by hand below.
"""

from __future__ import annotations

import sys
import warnings

import pytest

from multipolar.core.errors import BadOption, UsageError
from multipolar.reader import read
from multipolar.reader.parser import load_parser

# One "word head label" per token; the head is the place of the token's head in the sentence.
PARSES = {
    # The shallow path takes "Baku" for the subject of "arrived"; the parse knows better.
    "Vucic, whose hosts in Baku had expected a minister, arrived in Ankara.": (
        "Vucic 10 nsubj|, 0 punct|whose 3 poss|hosts 7 nsubj|in 3 prep|Baku 4 pobj|had 7 aux|"
        "expected 0 relcl|a 9 det|minister 7 dobj|, 0 punct_|arrived 11 ROOT|in 11 prep|"
        "Ankara 12 pobj|. 11 punct"
    ),
    "Russia attacked Ukraine.": "Russia 1 nsubj|attacked 1 ROOT|Ukraine 1 dobj|. 1 punct",
    "Turkey was sanctioned by Greece.": (
        "Turkey 2 nsubjpass|was 2 auxpass|sanctioned 2 ROOT|by 2 agent|Greece 3 pobj|. 2 punct"
    ),
}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spacy = pytest.importorskip("spacy", reason="spaCy is not installed: extra [parser]")
        from spacy.language import Language
        from spacy.tokens import Doc

        @Language.component("hand_parser")
        def hand_parser(doc):
            parse = PARSES.get(doc.text)
            if parse is None:
                return Doc(doc.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc],
                           heads=list(range(len(doc))), deps=["dep"] * len(doc))  # fmt: skip
            rows = [row.rsplit(" ", 2) for row in parse.split("|")]
            assert [r[0] for r in rows] == [t.text for t in doc]
            heads = [int(r[1]) for r in rows]
            return Doc(doc.vocab, [r[0] for r in rows], [bool(t.whitespace_) for t in doc],
                       heads=heads, deps=[r[2].rstrip("_") for r in rows])  # fmt: skip

        blank = spacy.blank("en")
        bare = tmp_path_factory.mktemp("bare") / "pipeline"
        blank.to_disk(bare)
        blank.add_pipe("hand_parser")
        folder = tmp_path_factory.mktemp("parser") / "pipeline"
        blank.to_disk(folder)
    return f"spacy:{folder}", f"spacy:{bare}"


def events(text, parser=None):
    return read(text, date="2025-06-01", parser=parser).to_dict()["events"]


def test_parse_decides_who_does_what(pipeline):
    text = "Vucic, whose hosts in Baku had expected a minister, arrived in Ankara."
    found = events(text, pipeline[0])
    visit = next(e for e in found if e["trigger"]["text"] == "arrived")
    assert (visit["actors"], visit["recipients"]) == (["SRB"], ["TUR"])
    assert 0 <= visit["confidence"] <= 1


def test_both_paths_alike_are_full_confidence(pipeline):
    for text in ("Russia attacked Ukraine.", "Turkey was sanctioned by Greece."):
        shallow, parsed = events(text), events(text, pipeline[0])
        assert [e["confidence"] for e in parsed] == [1.0]
        assert "confidence" not in shallow[0]
        assert parsed[0]["actors"] == shallow[0]["actors"]


def test_shallow_path_steps_in_where_the_parse_is_silent(pipeline):
    text = "Iran supplied Moscow with drones."
    found = events(text, pipeline[0])
    assert [e["confidence"] for e in found] == [0.0]
    assert [(e["type"], e["actors"], e["recipients"]) for e in found] == [
        (e["type"], e["actors"], e["recipients"]) for e in events(text)
    ]


def test_pipeline_without_a_parse_is_refused(pipeline):
    with pytest.raises(BadOption, match="makes no dependency parse"):
        events("Russia attacked Ukraine.", pipeline[1])


def test_absent_pipeline_is_named(pipeline):
    assert pipeline
    with pytest.raises(BadOption, match="no_such_pipeline"):
        load_parser("spacy:no_such_pipeline")


def test_name_of_a_parser_says_whose_it_is():
    with pytest.raises(BadOption, match="expected spacy:NAME"):
        events("Russia attacked Ukraine.", "stanza:en")


def test_without_spacy_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(UsageError, match="needs spaCy"):
        load_parser("spacy:en_core_web_nowhere")


def test_core_reads_without_spacy():
    assert events("Russia attacked Ukraine.")[0]["recipients"] == ["UKR"]
    assert "spacy" not in sys.modules or sys.modules["spacy"] is not None
