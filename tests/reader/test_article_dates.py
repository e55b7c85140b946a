"""An article's day is its own: a date line, front matter or the page's record, never its prose."""

import logging

import pytest

from multipolar.reader import read_article

DATED = {
    "MOSCOW, 9 May 2025 (Agency) - The parade took place and many came.": "2025-05-09",
    "Title\n\nBy A. Writer, The Review, 12 November 2024\n\nAll came.": "2024-11-12",
    "Title\n\nMay 9, 2025. The parade took place and many came to see.": "2025-05-09",
    "---\ntitle: Circles\ndate: 2025-09-08\nauthor: A. Columnist\n---\n\nAll came.": "2025-09-08",
}  # fmt: skip
UNDATED = (
    "On 2 March 2022 the Assembly voted and many states came to speak for it that day.",
    "Title\n\nThe resolution of 2 March 2022 was adopted by 141 votes to five, with 35 others.",
    "<html><body><article><h1>Votes</h1><p>Finland joined NATO in April 2023.</p></article></html>",
)


@pytest.mark.parametrize("text", DATED)
def test_a_date_line_dates_the_article(text):
    assert str(read_article(text.encode()).date) == DATED[text]


@pytest.mark.parametrize("text", UNDATED)
def test_a_date_told_in_the_prose_does_not(text):
    article = read_article(text.encode())
    assert article.date is None
    assert any("no date found" in note for note in article.notes)


def test_front_matter_is_no_text():
    article = read_article(list(DATED)[-1].encode())
    assert (article.title, article.author) == ("Circles", "A. Columnist")
    assert article.text.strip() == "All came."


def test_the_parser_of_pages_says_nothing_of_its_own(caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(Exception, match="no article text"):
        read_article(b"<p>\x01\x02\xff\xfe</p>" + b"\x80" * 40)
    assert not caplog.records
