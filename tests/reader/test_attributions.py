"""Who says so, construction by construction: the source, the cue and what is said."""

from __future__ import annotations

import pytest

from multipolar.reader import read

CASES = [
    # text, kind, source, code, content
    (
        "People close to the Kremlin say that Putin has lost interest.",
        "indirect", "People close to the Kremlin", "RUS", "Putin has lost interest",
    ),
    (
        "Analysts note, however, that Kazakhstan re-exported the goods.",
        "indirect", "Analysts", None, "Kazakhstan re-exported the goods",
    ),
    (
        "Fidan told reporters in Ankara on Friday that Turkey would veto it.",
        "indirect", "Fidan", "TUR", "Turkey would veto it",
    ),
    (
        "Brussels, critics say, has no plan.",
        "indirect", "critics", None, "Brussels, critics say, has no plan",
    ),
    (
        "The prevailing view in Washington is that Iran will not yield.",
        "indirect", "Washington", "USA", "Iran will not yield",
    ),
    (
        "Turkey's argument that Sweden protects terrorists convinced nobody.",
        "indirect", "Turkey", "TUR", "Sweden protects terrorists",
    ),
    (
        "Lavrov made it clear that Russia would not withdraw.",
        "indirect", "Lavrov", "RUS", "Russia would not withdraw",
    ),
    (
        "Berlin is convinced that the deal will hold.",
        "indirect", "Berlin", "DEU", "the deal will hold",
    ),
    (
        "The minister let it be known that Serbia would not join the sanctions.",
        "indirect", "The minister", None, "Serbia would not join the sanctions",
    ),
    ("As Lenin wrote, trust is good.", "indirect", "Lenin", "SUN", "trust is good"),
    (
        "In the official Russian telling, NATO began the war.",
        "indirect", "the official Russian", "RUS", "NATO began the war",
    ),
    (
        "Moscow rejects the accusation that it shot down the aircraft.",
        "denial", "Moscow", "RUS", "it shot down the aircraft",
    ),
    ("Tehran called the report baseless.", "denial", "Tehran", "IRN", "the report baseless"),
    (
        "Burundi ratified it under pressure, an account that Egyptian diplomats deny.",
        "denial", "Egyptian diplomats", "EGY", "Burundi ratified it under pressure",
    ),
    (
        "Xi is said by his aides to have refused to see the envoy.",
        "indirect", "his aides", "CHN", "Xi is said by his aides to have refused to see the envoy",
    ),
    (
        "Putin, we are assured, wants peace.",
        "alleged", None, None, "Putin, we are assured, wants peace",
    ),
    (
        "What the Kremlin calls a partnership of equals is a lease.",
        "indirect", "the Kremlin", "RUS", "a partnership of equals",
    ),
    (
        "If the minister's aides are to be believed, Hanoi has turned down the request.",
        "indirect", "the minister's aides", None, "Hanoi has turned down the request",
    ),
    (
        "Some put Colombia's abstention down to its coffee exports.",
        "indirect", "Some", None, "to its coffee exports",
    ),
    (
        "Moscow blames the grain shortage in Egypt on Western sanctions.",
        "indirect", "Moscow", "RUS", "on Western sanctions",
    ),
    (
        "Jordan called the new settlement a breach of the peace treaty.",
        "indirect", "Jordan", "JOR", "a breach of the peace treaty",
    ),
    (
        "Kyiv puts its losses at 46,000.",
        "indirect", "Kyiv", "UKR", "at 46,000",
    ),
    (
        "For some the parade was a threat to Taiwan.",
        "viewpoint", "some", None, "the parade was a threat to Taiwan",
    ),
    (
        "Diplomats in New York have a prosaic explanation: the delegation numbers four people.",
        "indirect", "Diplomats in New York", "USA", "the delegation numbers four people",
    ),
    (
        "The ministry's version: the ship had lost its way.",
        "indirect", "The ministry", None, "the ship had lost its way",
    ),
    (
        "Mongolia, says the Chinese defence ministry, has never taken part in a naval exercise.",
        "indirect", "the Chinese defence ministry", "CHN",
        "Mongolia, says the Chinese defence ministry, has never taken part in a naval exercise",
    ),
    (
        "Geography leaves it no choice, the minister keeps saying.",
        "indirect", "the minister", None, "Geography leaves it no choice",
    ),
    (
        "Six in ten Slovaks want their country to stay in NATO, a poll published by SME shows.",
        "document", "a poll", None, "Six in ten Slovaks want their country to stay in NATO",
    ),
]  # fmt: skip


def found(text):
    return read(text, date="2025-06-01").to_dict()["attributions"]


@pytest.mark.parametrize(("text", "kind", "source", "code", "content"), CASES)
def test_who_says_what(text, kind, source, code, content):
    (one,) = found(text)
    spans = one["source"] and text[one["source"]["start"] : one["source"]["end"]]
    said = text[one["content"]["start"] : one["content"]["end"]].rstrip(",")
    assert (one["kind"], spans, one["source_code"], said) == (kind, source, code, content)


SILENT = [
    "Moscow recalled its ambassador after Paris called the vote a coup.",
    "They recognised what it refused to see.",
    "Without so much as informing its allies the White House called the Taliban.",
    "It cannot be denied that China profits from the war.",
    "It goes without saying that Hungary will abstain.",
    "The ambassador stopped short of saying that Poland would leave.",
    "Kyiv says otherwise.",
    "No one in Minsk denies that the army is weak.",
    "One theory is that the envoy came out of fear.",
    "Sofia has never explained why.",
    "Latvia tore up the railway line that links it to Russia.",
    "For many years the border was closed.",
    "For some reason the plane turned back.",
    "The arrow points to the north of Cyprus.",
    "One may call this cowardice.",
    "An official in Baku spoke on condition of anonymity.",
    "Malaysia put its fleet at the disposal of Brunei.",
]


@pytest.mark.parametrize("text", SILENT)
def test_nobody_is_quoted(text):
    assert found(text) == []


def test_what_is_rejected_as_a_myth_is_not_the_authors():
    (one,) = found("The myth that Russia stands alone dies hard in Brussels.")
    assert one["author_stance"] == "rejects"
