"""The written report: complete, safe, readable without sight or script, always the same."""

import csv
import html.parser
import io
import json
import re
from itertools import pairwise

import polars as pl
import pytest

from multipolar.charts._words import percent
from multipolar.core.errors import BadOption, UnknownName
from multipolar.reports import write_report

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(html.parser.HTMLParser):
    """Tags, headings, table cells and the text of a page; complains about tags left open."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.headings, self.rows, self.words = [], [], [], [], []
        self.feed(text)
        assert self.open == [], "tags left open"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if any(t in self.open for t in ("h1", "h2", "h3", "h4")):
            self.headings[-1][1] += data
        if ("td" in self.open or "th" in self.open) and self.rows:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory, verdict):
    path = tmp_path_factory.mktemp("report") / "out"
    assert write_report(verdict, path) == path / "report.html"
    return path


@pytest.fixture(scope="module")
def page(folder):
    return Page((folder / "report.html").read_text())


def with_text(toy, text):
    """A verdict in which everything a study may say is ``text``."""
    found = toy.toy_verdict(title=text, text=text)
    found.data["claim"] |= {"said_by": text, "source": text, "why": text, "subject_name": text}
    found.data["words"] = text
    found.data["warnings"] = [text]
    found.data["nearest_flip"]["sentence"] = text
    found.data["excluded"] = [{"n": 1, "why": text}]
    found.data["coverage"][0]["note"] = text
    found.data["sources"][0]["citation"] = text
    for panel in found.data["panels"]:
        panel["words"] = text
    found.data["choices"][1]["why"] = text
    return found


def test_folder_holds_everything(folder):
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    pictures = ("choice-importance", "placebo-states", "specification-curve", "timeline")
    assert names == [
        *(f"charts/toy-{key}.svg" for key in pictures),
        "data/toy.csv",
        "data/toy.json",
        "replication/README.md",
        "replication/expected.json",
        "replication/manifest.json",
        "replication/study.toml",
        "replication/toy.csv",
        "report.html",
        "report.md",
    ]


def test_page_says_what_a_report_must_say(page):
    text = " ".join(" ".join(page.words).split())
    for words in (
        "Ruritania drifted away",
        "The Daily Ruritanian",
        "contested",
        "The share of specifications is not a probability that the claim is true.",
        "one change is enough to reverse it: counting people",
        "12 combinations: S is not defined without abstentions",
        "UN Digital Library",
        "public domain facts",
        "ab" * 32,
        "multipolar verify replication",
        "2025 has fewer roll calls",
        "98%",
        "TWN",
    ):
        assert words in text, words


def test_panel_table_repeats_the_dictionary(page, verdict):
    header = next(i for i, r in enumerate(page.rows) if r[:2] == ["Question", "Verdict"])
    for row, panel in zip(page.rows[header + 1 : header + 4], verdict.data["panels"], strict=True):
        shares = panel["shares"]
        assert row[0] == panel["words"].capitalize()
        assert row[1].split()[-1] == panel["verdict"]
        assert row[3:] == [
            percent(shares["supports"]),
            percent(shares["contradicts"]),
            percent(shares["inconclusive"]),
            percent(shares["not_computable"]),
            str(panel["n"]),
        ]


def test_estimates_of_the_default_are_those_of_the_dictionary(page, verdict):
    header = next(i for i, r in enumerate(page.rows) if r[:2] == ["Question", "Default estimate"])
    for row, panel in zip(page.rows[header + 1 : header + 4], verdict.data["panels"], strict=True):
        shown = float(row[1].replace("\u2212", "-"))
        assert shown == pytest.approx(panel["default"]["estimate"], abs=5e-4)
        assert row[3] == panel["default"]["outcome"]


def test_nothing_is_loaded_and_nothing_runs(folder, page):
    text = (folder / "report.html").read_text()
    assert not [t for t, _ in page.tags if t in ("script", "img", "iframe", "link", "object")]
    for _, attrs in page.tags:
        for name in ("src", "href", "xlink:href", "style"):
            value = attrs.get(name) or ""
            assert "http" not in value, value
            assert "url(http" not in value
        assert not [a for a in attrs if a.startswith("on")]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    assert "http" not in style
    assert "@import" not in style
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "{{ 7 * 7 }} {% raw %}",
    ],
)
def test_text_of_a_study_is_never_markup(toy, tmp_path, nasty):
    found = with_text(toy, nasty)
    text = write_report(found, tmp_path / "one.html").read_text()
    tags = Page(text).tags
    assert not [t for t, _ in tags if t in ("script", "img")]
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on")]
    if "<" in nasty:
        assert nasty not in text
    else:
        assert nasty in text, "template words of a study are shown as they are"


def test_markdown_escapes_markup(toy, tmp_path):
    found = with_text(toy, "a | b <script> [x](http://y) *c*")
    text = write_report(found, tmp_path / "one.md").read_text()
    assert "\\<script\\>" in text
    assert "<script>" not in text
    assert "\\[x\\]" in text
    assert "a \\| b" in text


def test_page_can_be_read_without_sight_or_mouse(page):
    tags = page.tags
    assert ("html", {"lang": "en"}) in tags
    assert [t for t, a in tags if t == "meta" and a.get("name") == "viewport"]
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attrs in tags:
        if tag == "svg":
            assert attrs["role"] == "img"
            assert set(attrs["aria-labelledby"].split()) <= set(ids)
        if tag == "a":
            assert attrs["href"].removeprefix("#") in ids
        if "aria-labelledby" in attrs:
            assert set(attrs["aria-labelledby"].split()) <= set(ids)
        if attrs.get("class") == "scroll" or tag == "figure":
            assert attrs["tabindex"] == "0"
            assert attrs["aria-label"]
        if tag == "th":
            assert attrs["scope"] in ("row", "col")
        if attrs.get("role") == "img" and tag == "span":
            assert attrs["aria-label"]


def test_several_claims_get_an_overview_and_contents(toy, verdict, tmp_path):
    other = toy.toy_verdict(title="Another claim")
    other.data["claim"]["id"] = "another"
    text = write_report([verdict, other], tmp_path / "two.html").read_text()
    page = Page(text)
    header = next(i for i, r in enumerate(page.rows) if r[0] == "Claim")
    assert [r[0] for r in page.rows[header + 1 : header + 3]] == [
        "Ruritania drifted away",
        "Another claim",
    ]
    assert [a["href"] for t, a in page.tags if t == "a"].count("#another") == 2
    levels = [level for level, _ in page.headings]
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids)), "pictures of two claims share an id"


def test_same_verdict_gives_the_same_bytes(toy, tmp_path):
    for name in ("a", "b"):
        write_report(toy.toy_verdict(), tmp_path / name)
    for one in sorted((tmp_path / "a").rglob("*")):
        if one.is_file():
            other = tmp_path / "b" / one.relative_to(tmp_path / "a")
            assert one.read_bytes() == other.read_bytes(), one.name


def test_csv_has_one_row_per_specification_and_exact_numbers(folder, verdict):
    rows = list(csv.DictReader(io.StringIO((folder / "data/toy.csv").read_text())))
    assert len(rows) == verdict.frame.height
    for row, expected in zip(rows, verdict.frame.to_dicts(), strict=True):
        assert row["spec"] == expected["spec"]
        if expected["estimate"] is None:
            assert row["estimate"] == ""
        else:
            assert float(row["estimate"]) == expected["estimate"]


def test_json_is_the_dictionary(folder, verdict):
    assert json.loads((folder / "data/toy.json").read_text()) == verdict.data


def test_one_file_by_its_ending(verdict, tmp_path):
    assert write_report(verdict, tmp_path / "v.json").name == "v.json"
    assert write_report(verdict, tmp_path / "v.csv").read_text().count("\n") == 109
    assert sorted(p.name for p in tmp_path.iterdir()) == ["v.csv", "v.json"]


def test_only_the_formats_asked_for(verdict, tmp_path):
    found = write_report(verdict, tmp_path / "out", formats=["json"], replication=False)
    assert found == tmp_path / "out"
    assert [p.name for p in found.rglob("*") if p.is_file()] == ["toy.json"]


def test_nothing_is_overwritten_unless_forced(verdict, tmp_path):
    path = tmp_path / "v.json"
    path.write_text("mine")
    with pytest.raises(BadOption, match=r"v\.json is there already"):
        write_report(verdict, path)
    assert path.read_text() == "mine"
    write_report(verdict, path, force=True)
    assert path.read_text() != "mine"


def test_bad_calls_are_answered_with_what_is_valid(verdict, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'html'"):
        write_report(verdict, tmp_path / "out", formats=["htm"])
    with pytest.raises(BadOption, match="two verdicts have the id 'toy'"):
        write_report([verdict, verdict], tmp_path / "out")
    with pytest.raises(BadOption, match="no verdict"):
        write_report([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_claim_that_could_not_be_tested_still_has_a_page(toy, tmp_path):
    found = toy.toy_verdict()
    found.data |= {"verdict": "cannot tell", "words": "The record cannot tell: no trade data.",
                   "shares": {}, "panels": [], "choices": [], "excluded": [], "redundant": [],
                   "nearest_flip": None, "flip_sentence": "", "n_specifications": 0,
                   "record_ends": ""}  # fmt: skip
    empty = toy.ToyVerdict(found.data, pl.DataFrame())
    page = Page(write_report(empty, tmp_path / "out").read_text())
    text = " ".join(page.words)
    assert "cannot tell" in text
    assert "No specification was computed" in text
    assert (tmp_path / "out/data/toy.csv").read_text() == ""
