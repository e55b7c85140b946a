"""Articles in: every form, every kind of bad file, what is set apart and what is kept."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import CliRunner

from multipolar.cli.read import command
from multipolar.core.errors import BadOption, UsageError
from multipolar.reader import (
    deduplicate,
    events_frame,
    find_duplicates,
    provenance_chains,
    read,
    read_article,
)

TEXT = "Summit in Astana\n\n14 October 2022\n\nVladimir Putin met Tokayev in Astana. Xi Jinping did not come.\n"  # noqa: E501
PAGE = b"""<html><head><title>Summit in Astana</title><meta property="og:site_name" content="The Steppe Post">
<meta name="author" content="Anna Writer"><meta property="article:published_time" content="2022-10-14">
<link rel="canonical" href="https://example.org/summit"></head><body><nav>Home News</nav>
<script>alert("Putin attacked Georgia")</script><article><h1>Summit in Astana</h1>
<p>Vladimir Putin met Kassym-Jomart Tokayev in Astana on Friday, the Kremlin said in a statement.</p>
<p>The leaders of five states attended the summit, which was held in the new palace of peace. &lt;b&gt;</p>
<p>Subscribe to our newsletter</p></article><footer>All rights reserved</footer></body></html>"""  # noqa: E501
MAIL = b"""From: desk@example.org
To: you@example.org
Subject: Talks in Baku
Date: Fri, 14 Oct 2022 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Ilham Aliyev received the Turkish president in Baku.
"""


def test_text_keeps_its_original_and_gives_title_and_date():
    article = read_article(TEXT.encode())
    assert (article.title, article.date.isoformat()) == ("Summit in Astana", "2022-10-14")
    assert article.original == TEXT.encode()
    assert article.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert article.language == "en"


def test_page_gives_its_main_text_and_runs_nothing():
    article = read_article(PAGE)
    assert (article.title, article.author, article.publisher) == (
        "Summit in Astana",
        "Anna Writer",
        "The Steppe Post",
    )
    assert (article.date.isoformat(), article.url) == ("2022-10-14", "https://example.org/summit")
    assert "alert" not in article.text
    assert "Subscribe" not in article.text
    assert "Kassym-Jomart Tokayev" in article.text


def test_mail_gives_subject_sender_and_day():
    article = read_article(MAIL)
    assert (article.title, article.author, article.date.isoformat()) == (
        "Talks in Baku",
        "desk@example.org",
        "2022-10-14",
    )
    assert article.text.startswith("Ilham Aliyev")


def test_markdown_marks_are_taken_off():
    article = read_article(b"# Talks\n\n**Putin** met [Xi](https://example.org/xi).\n")
    assert article.text == "Talks\n\nPutin met Xi."


def test_markdown_with_tags_inside_is_still_markdown():
    raw = b"# A title\n\nPutin met <b>Xi</b>. <script>alert('Peru')</script>\n\n<!-- x -->1 < 2.\n"
    article = read_article(raw)
    assert article.title == "A title"
    assert article.text.split() == ["A", "title", "Putin", "met", "Xi.", "1", "<", "2."]
    assert any("markup" in note for note in article.notes)


def test_tags_that_never_close_take_no_longer_than_their_length():
    article = read_article(b"Putin met Xi.\n" + b"<!-- <script <b " * 100_000)
    assert article.text == "Putin met Xi."


def test_words_of_two_encodings_in_one_line():
    article = read_article("Müller met Vučić".encode() + " in Straßburg.".encode("cp1252"))
    assert article.text == "Müller met Vučić in Straßburg."
    assert any("mixed" in note for note in article.notes)


@pytest.mark.parametrize("above", ["PRESS RELEASE", "Opinion", "9 May 2025", "Friday, 9 May 2025"])
def test_what_stands_above_a_title_is_no_title(above):
    assert read_article(f"{above}\n\nThe parade\n\nAll came.".encode()).title == "The parade"


def test_emphasis_is_taken_off_and_bullets_are_kept():
    article = read_article(b"*Seen from Riga.* A *free* port\n\n* one\n")
    assert article.text == "Seen from Riga. A free port\n\n* one"


def test_boilerplate_is_set_apart_not_lost():
    article = read_article(b"Talks\n\nPutin met Xi.\n\nSubscribe to our newsletter\n")
    assert article.boilerplate == ("Subscribe to our newsletter",)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "binary"),
        (b"Subscribe to us\nAll rights reserved\n", "boilerplate"),
        (b"<html><body><script>x()</script></body></html>", "boilerplate"),
        (b"a" * 20_000_001, "at most"),
    ],
)
def test_bad_files_get_one_clear_line(raw, words):
    with pytest.raises(BadOption, match=words):
        read_article(raw)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.txt"):
        read_article(tmp_path / "none.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_encodings_are_told_apart(encoding):
    article = read_article(
        "Vučić".replace("č", "c").replace("ć", "c").encode(encoding)
        + " – said".encode(encoding)[2 if encoding == "utf-16" else 0 :]  # noqa: RUF001
    )
    assert "Vucic – said" in article.text  # noqa: RUF001


def test_mixed_encodings_are_read_and_said():
    raw = "Erdoğan said so. ğğğğğğğğğğ\n".encode() + "Macron – went\n".encode("cp1252")  # noqa: RUF001
    article = read_article(raw)
    assert "Erdoğan" in article.text
    assert "Macron – went" in article.text  # noqa: RUF001
    assert any("mixed encodings" in n for n in article.notes)


def test_without_a_date_it_is_said():
    article = read_article(b"Putin met Xi somewhere.")
    assert article.date is None
    assert any("no date" in n for n in article.notes)


def copy_of(words, day):
    return read_article(f"Report\n\n{day} May 2023\n\n{words}".encode())


def test_near_duplicates_know_who_was_first():
    words = " ".join(
        f"The leader of state number {i} came to the parade in Moscow." for i in range(30)
    )
    later, first = copy_of(words + " Read on.", 12), copy_of(words, 10)
    other = copy_of(
        " ".join(f"Prices of grain rose by {i} per cent in town {i}." for i in range(30)), 9
    )
    found = find_duplicates([later, first, other])
    assert [(d.first, d.later) for d in found] == [(1, 0)]
    assert found[0].similarity > 0.8


def test_events_become_rows_and_rumour_stays_rumour():
    text = "Report\n\n10 May 2023\n\nPutin met Tokayev in Moscow. Reuters reported that Iran had attacked Israel. China did not attack India."  # noqa: E501
    article = read_article(text.encode())
    frame = events_frame(read(article.text, date=article.date), article)
    assert frame.select("source_state", "target_state", "type", "happened", "source").rows() == [
        ("KAZ", "RUS", "CONSULT", "yes", "author")
        if frame["source_state"][0] == "KAZ"
        else ("RUS", "KAZ", "CONSULT", "yes", "author"),
        ("IRN", "ISR", "ASSAULT", "claimed", "Reuters"),
    ]
    twice = deduplicate([frame, frame.with_columns(article=frame["article"] + "x")])
    assert twice.height == 2
    assert twice["articles"].to_list() == [2, 2]


def test_chains_of_citation():
    article = read_article(PAGE)
    reading = read("Reuters reported that the Kremlin said that Minsk had left.", date="2022-10-14")
    assert ["The Steppe Post", "Reuters", "RUS"] in provenance_chains(reading, article)


def run(*arguments, **more):
    return CliRunner().invoke(command, list(arguments), **more)


def test_command_reads_files_and_standard_input(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    record = json.loads(run(str(path), "--format", "json", "-q").stdout)
    assert record["article"]["title"] == "Summit in Astana"
    assert next(e["type"] for e in record["events"]) == "CONSULT"
    piped = run("-", "--format", "json", "-q", input=TEXT)
    assert json.loads(piped.stdout)["events"] == record["events"]
    assert "met" in run(str(path), "--explain", "ev1", "-q").stdout
    assert "CONSULT" in run(str(path), "--format", "md", "-q").stdout


def test_command_reads_folders_and_resumes(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(TEXT, "utf-8")
    (tmp_path / "in" / "bad.txt").write_bytes(b"\x00" * 100)
    first = run(str(tmp_path / "in"), "-o", str(tmp_path / "out"))
    assert "2 read, 0 there already, 1 unreadable" in first.stderr
    second = run(str(tmp_path / "in"), "-o", str(tmp_path / "out"))
    assert "0 read, 2 there already" in second.stderr
    assert len(list((tmp_path / "out").glob("*.json"))) == 2
