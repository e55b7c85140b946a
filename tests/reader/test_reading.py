"""What a reading guarantees: offsets, ids, limits, bad input, explanations, exports."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from multipolar.core.errors import BadOption, UnknownName, UsageError
from multipolar.reader import cameo_rows, plover_rows, read
from multipolar.reader.text import split_sentences, tokenize

DATE = "2025-06-01"
PIECES = [
    "Putin",
    "Tokayev",
    "the West",
    "met",
    "did not",
    "threatened",
    "Moscow",
    ",",
    ".",
    '"',
    "said",
    "that",
    "sanctions",
    "on",
    "U.S.",
    "if",
    "will",
    "and",
    "Kassym-Jomart Tokayev",
    "who",
    "visited",
    "\n\n",
    "(",
    "—",
    "’s",  # noqa: RUF001
]


def events(text, date=DATE):
    return [(e.type, e.actors, e.recipients, e.happened) for e in read(text, date=date).events]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40))
@example(["Putin", "sanctions", "\n\n"])  # a word noun or verb at the very end
def test_any_text_is_read_and_spans_are_its_own(pieces):
    text = " ".join(pieces) + " x"
    record = read(text, date=DATE).to_dict()
    for layer in ("entities", "quotes", "markers", "loaded"):
        for item in record[layer]:
            assert text[item["start"] : item["end"]] == item["text"] != ""
    for event in record["events"]:
        trigger = event["trigger"]
        assert text[trigger["start"] : trigger["end"]] == trigger["text"]
        assert event["happened"] in ("yes", "claimed", "possible", "planned", "no")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300).filter(lambda t: t.strip()))
def test_sentences_cover_every_token(text):
    found = "".join(t.text for s in split_sentences(text) for t in s.tokens)
    assert found == "".join(text.split())


def test_same_text_same_reading():
    text = "Lukashenko denied that Minsk had sent troops. Kyiv accused Minsk of lying."
    assert read(text, date=DATE).to_dict() == read(text, date=DATE).to_dict()


def test_a_run_of_signs_that_could_open_an_address_is_read_in_one_go():
    assert len(tokenize("+-" * 100_000)) == 200_000  # took hours when each looked for its @
    assert [t.text for t in tokenize("to a.b+c@d-e.org now")] == ["to", "a.b+c@d-e.org", "now"]


def test_names_do_not_break_sentences():
    text = "The U.S. envoy met Kassym-Jomart Tokayev. He left."
    assert [text[s.start : s.end] for s in split_sentences(text)] == text.replace(
        ". He", ".|He"
    ).split("|")


def test_leaders_are_resolved_in_time():
    before = read("Biden met Scholz.", date="2023-01-01").mentions
    after = read("Biden met Scholz.", date="2025-06-01").mentions
    assert [m.in_office for m in before] == [True, True]
    assert [m.in_office for m in after] == [False, False]


def test_without_a_date_offices_stay_open_and_it_is_said():
    reading = read("Putin met Xi Jinping in Moscow.")
    assert [m.in_office for m in reading.mentions if m.type == "LEADER"] == [None, None]
    assert any("no date" in note for note in reading.notes)


def test_brussels_is_the_union_or_a_city():
    codes = [
        m.code for m in read("Brussels warned Belgrade. He flew to Brussels.", date=DATE).mentions
    ]
    assert codes == ["EU", "SRB", "BEL"]


def test_national_security_councils_are_not_the_uns():
    assert not [
        m
        for m in read(
            "Medvedev, deputy head of Russia's Security Council, left.", date=DATE
        ).mentions
        if m.code == "UN"
    ]


@pytest.mark.parametrize(
    ("text", "happened"),
    [
        ("Russia attacked Georgia.", "yes"),
        ("Russia did not attack Georgia.", "no"),
        ("Russia might attack Georgia.", "possible"),
        ("Russia will attack Georgia.", "planned"),
        ("Russia failed to attack Georgia.", "no"),
        ("If Russia attacks Georgia, prices rise.", "possible"),
        ("Reuters reported that Russia had attacked Georgia.", "claimed"),
        ("Moscow denied that Russia had attacked Georgia.", "no"),
        ("Russia allegedly attacked Georgia.", "claimed"),
        ("Had Russia attacked Georgia, prices would have risen.", "no"),
    ],
)
def test_factuality(text, happened):
    found = [e for e in read(text, date=DATE).events if e.type == "ASSAULT"]
    assert [e.happened for e in found] == [happened]


def test_what_is_threatened_promised_or_asked_for_is_no_event():
    assert [e[0] for e in events("Iran threatened to attack Israel.")] == ["THREATEN"]
    assert [e[0] for e in events("Japan promised to help Ukraine.")] == ["AGREE"]
    assert [e[0] for e in events("France urged China to condemn Russia.")] == ["REQUEST"]


def test_passive_and_active_agree():
    active = events("The European Union imposed sanctions on Belarus.")
    passive = events("Sanctions were imposed on Belarus by the European Union.")
    assert active == passive == [("SANCTION", ["EU"], ["BLR"], "yes")]


def test_hosts_are_visited():
    assert events("Xi Jinping received Tokayev.") == [("CONSULT", ["KAZ"], ["CHN"], "yes")]


def test_explain_names_the_rule():
    reading = read("Uzbekistan abstained.", date=DATE)
    assert "abstain" in reading.explain("ev1")
    assert "core/states" in reading.explain("en1")
    with pytest.raises(UnknownName):
        reading.explain("ev9")


def test_exports_keep_factuality():
    reading = read("Armenia did not visit Azerbaijan. Putin met Xi and Modi.", date=DATE)
    rows = plover_rows(reading)
    assert {"no", "yes"} == {r["happened"] for r in rows}
    assert len([r for r in rows if r["happened"] == "yes"]) == 3
    assert {len(r["cameo"]) for r in cameo_rows(reading)} == {3}


def test_own_lexicon(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        '[[name]]\nname = "Freedonia"\ntype = "STATE"\ncode = "FRE"\n[[loaded]]\nwords = ["plucky"]\n',  # noqa: E501
        "utf-8",
    )
    reading = read("Plucky Freedonia attacked Georgia.", date=DATE, lexicon=path)
    assert events_of(reading) == [("ASSAULT", ["FRE"], ["GEO"])]
    assert [x.kind for x in reading.loaded] == ["LOADED"]


def events_of(reading):
    return [(e.type, e.actors, e.recipients) for e in reading.events]


@pytest.mark.parametrize("content", ["name = ", '[[name]]\nname = "X"\n'])
def test_a_faulty_lexicon_is_named(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadOption, match=r"own\.toml"):
        read("Georgia left.", date=DATE, lexicon=path)


def test_a_missing_lexicon_is_named(tmp_path):
    with pytest.raises(UsageError, match="no lexicon file"):
        read("Georgia left.", date=DATE, lexicon=tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("\x00\x01\x02" * 99, "binary"),
        ("\ufffd" * 50, "encoding"),
    ],
)
def test_unreadable_text_is_one_clear_line(text, words):
    with pytest.raises(BadOption, match=words):
        read(text)


def test_a_wrong_date_is_named():
    with pytest.raises(BadOption, match="9 May"):
        read("Georgia left.", date="9 May")


def test_other_languages_are_not_pretended():
    reading = read(
        "Der Präsident von Russland ist mit dem Kanzler in Berlin und nicht in Bonn gewesen.",
        date=DATE,
    )
    assert reading.language == "de"
    assert reading.events == []
    assert any("not in English" in note for note in reading.notes)


def test_one_endless_sentence_is_cut_and_said():
    reading = read("Russia, " * 20_000, date=DATE)
    assert any("was cut" in note for note in reading.notes)


def test_a_text_that_is_too_long_is_cut_and_said():
    reading = read("a " * 1_100_000, date=DATE)
    assert any("cut off" in note for note in reading.notes)


def test_unclosed_quotations_end():
    assert read('"' * 5000 + " Russia left.", date=DATE).n_sentences >= 1


def test_text_without_sentence_ends_is_read_up_to_a_stated_character():
    reading = read('"He said "she said ' * 20_000, date="2025-06-01")
    assert any("without the end of a sentence: not read from character" in n for n in reading.notes)
    assert reading.n_sentences <= 401
