"""Pages, files and streams made of an audit."""

import json
import re
from html.parser import HTMLParser

import pytest

import multipolar
from multipolar.auditing import store_events
from multipolar.auditing.spans import sentences_in
from multipolar.core.errors import BadOption
from multipolar.reader import deduplicate, read_article
from multipolar.reader.reading import MAX_CHARACTERS
from multipolar.reports._audit_page import PARAGRAPH, SIGNS, render_audit
from multipolar.store import Store

NASTY = (
    'Sale <script>alert(1)</script> & "quotes"\n\n12 May 2025\n\n'
    'Xi Jinping attended the Victory Day parade <img src=x onerror=alert(1)> in Moscow.\n'
)  # fmt: skip


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values.get("href") or "")


def parsed(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


@pytest.mark.parametrize("name", ["guest_list", "un_vote", "sanctions"])
def test_every_link_of_the_page_arrives(audited, name):
    page = parsed(render_audit(audited(name)))
    assert len(page.ids) == len(set(page.ids))
    inner = {h[1:] for h in page.links if h.startswith("#")}
    assert inner <= set(page.ids)
    rows = {f"rows-{c.id}" for c in audited(name).checks if c.rows}
    assert rows <= inner  # every checked claim is one click from its rows


def test_the_page_needs_no_script_and_asks_nobody(audited):
    html = render_audit(audited("guest_list"))
    page = parsed(html)
    used = {tag for tag, _ in page.tags}
    assert not used & {"script", "img", "iframe", "link", "object", "form", "base"}
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import", html)
    assert not any(key.startswith("on") for _, attrs in page.tags for key in attrs)


def test_every_status_has_a_sign_beside_its_colour(audited):
    html = render_audit(audited("sanctions"))
    for status, n in audited("sanctions").counts.items():
        if n:
            assert SIGNS[status][0] in html
            assert status in html


def test_markup_of_an_article_is_text(auditor):
    audit = auditor.audit(NASTY, date="2025-05-12")
    assert audit.checks
    html = render_audit(audit)
    assert "<script" not in html
    assert "onerror=alert" not in re.sub(r"&[a-z0-9#]+;", "", html) or "<img" not in html
    assert "<script" not in audit.to_markdown()
    assert "<img" not in audit.to_markdown()


def test_the_text_on_the_page_is_the_text_of_the_article(audited):
    audit = audited("un_vote")
    html = render_audit(audit)
    prose = "".join(re.findall(r'<p class="prose">(.*?)</p>', html, re.DOTALL))
    bare = re.sub(r"<sup>.*?</sup>", "", prose, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", "", bare)
    assert "Only five countries voted against it: Belarus, Eritrea" in plain
    assert "Serbia and Hungary voted for the resolution." in plain


def test_json_holds_the_scheme_and_the_checks(audited):
    record = json.loads(json.dumps(audited("un_vote").to_dict(), default=str))
    layers = {
        "entities",
        "events",
        "attributions",
        "quotes",
        "markers",
        "claims",
        "loaded",
        "rivals",
    }
    assert layers <= set(record)
    assert {"checks", "counts", "not_understood", "record", "verdicts"} <= set(record)
    assert sum(record["counts"].values()) == len(record["checks"])
    assert all(r["sha256"] for r in record["record"])


def test_claim_reviews_rate_what_was_checked_and_name_no_author_of_a_rumour(audited):
    audit = audited("guest_list")
    reviews = {r["claimReviewed"]: r for r in audit.claim_reviews()}
    assert len(reviews) == sum(c.status != "not testable" for c in audit.checks)
    rumour = next(r for claim, r in reviews.items() if "Modi" in claim)
    assert "author" not in rumour["itemReviewed"]
    assert rumour["reviewRating"]["ratingValue"] == 1
    forty = next(r for claim, r in reviews.items() if "Forty" in claim)
    assert forty["itemReviewed"]["author"]["name"] == "a Kremlin official"
    assert forty["itemReviewed"]["appearance"]["datePublished"] == "2025-05-12"
    assert {r["@type"] for r in reviews.values()} == {"ClaimReview"}


def test_a_review_of_half_a_sentence_shows_the_whole(auditor):
    text = "Turkey is a NATO member since 1952 and has not joined the sanctions against Russia."
    reviews = auditor.audit(text, date="2024-11-14").claim_reviews()
    assert [text in r["claimReviewed"] for r in reviews] == [False, True]


def test_report_writes_the_form_its_name_asks_for_and_overwrites_nothing(audited, tmp_path):
    audit = audited("un_vote")
    for name, start in (("a.html", b"<!doctype html>"), ("a.md", b"# Audit"), ("a.json", b"{")):
        assert audit.report(tmp_path / name).read_bytes().startswith(start)
    with pytest.raises(BadOption, match="is there already"):
        audit.report(tmp_path / "a.html")
    audit.report(tmp_path / "a.html", force=True)


def test_a_folder_holds_every_form_and_the_verdicts(auditor, tmp_path):
    audit = auditor.audit("The world condemned the invasion of Ukraine.", date="2022-03-04")
    entry = audit.report(tmp_path / "out")
    assert entry.name == "report.html"
    names = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert {"report.html", "report.md", "audit.json", "claim_reviews.jsonld"} <= names
    links = [h for h in parsed(entry.read_text("utf-8")).links if h.startswith("verdicts/")]
    assert links
    assert set(links) <= names


def test_events_are_kept_apart_from_the_record(audited, tmp_path):
    store = Store.open(tmp_path / "store")
    curated = store.content_hash("visits_victory_day", "gatherings", "sanctions_on_russia")
    kept = store_events([audited("guest_list"), audited("sanctions")], store)
    frame = store.frame("events_read")
    assert kept.rows == frame.height > 0
    assert set(frame["happened"].unique()) <= {"yes", "claimed"}
    assert store.content_hash("visits_victory_day", "gatherings", "sanctions_on_russia") == curated
    claimed = frame.filter(frame["source_state"] == "IND")
    assert claimed["happened"].unique().to_list() == ["claimed"]
    text = audited("guest_list").text
    for row in frame.filter(frame["article"] == audited("guest_list").article.sha256).to_dicts():
        assert text[row["start"] : row["end"]] == row["words"]


def test_an_article_kept_twice_is_kept_once(audited, tmp_path):
    store = Store.open(tmp_path / "store")
    first = store_events([audited("sanctions")], store).rows
    assert store_events([audited("sanctions")], Store.open(tmp_path / "store")).rows == first
    both = store_events([audited("un_vote")], Store.open(tmp_path / "store")).rows
    assert both > first
    frame = Store.open(tmp_path / "store").frame("events_read")
    assert deduplicate([frame]).height <= frame.height


def test_no_event_makes_no_table(auditor, tmp_path):
    audit = auditor.audit("Kazakhstan might visit nobody.", date="2024-01-01")
    store = Store.open(tmp_path / "store")
    if audit.layers["events"]:
        assert all(e["happened"] not in {"yes", "claimed"} for e in audit.layers["events"])
    assert store_events([audit], store) is None
    assert "events_read" not in store.tables()


def test_the_public_name_audits_a_text(tmp_path):
    store = Store.open(tmp_path / "store")
    audit = multipolar.audit("Finland joined NATO in 2023.", date="2023-08-21", store=store)
    assert [c.status for c in audit.checks] == ["supported"]


def test_a_page_becomes_text_before_it_is_audited(auditor, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Vote</title><script>alert('x')</script></head><body><article>"
        "<h1>Vote</h1><p>Mali and Nicaragua voted against resolution ES-11/6 on 23 February 2023, "
        "as the roll call of the General Assembly shows for every member state.</p>"
        "</article></body></html>",
        "utf-8",
    )
    audit = auditor.audit_article(read_article(page), date="2023-02-24")
    assert "alert" not in render_audit(audit)
    assert any(c.status == "supported" for c in audit.checks)


def test_a_claim_without_a_name_is_not_called_a_rumour(auditor):
    text = "According to rumours, Serbia joined NATO in 2023. It is alleged that Peru joined NATO."
    audit = auditor.audit(text, date="2024-01-01")
    html = render_audit(audit)
    for check in (c for c in audit.checks if c.rumour):
        badge = "rumour" if check.said.startswith("rumour") else "nobody named"
        assert f'<span class="badge small rumour">{badge}</span>' in html


def test_columns_that_say_nothing_are_left_out(auditor):
    audit = auditor.audit("Rishi Sunak attended the G20 summit in New Delhi.", date="2023-09-12")
    html = render_audit(audit)
    assert "Putin absent (Lavrov); Xi absent" in html
    assert '<th scope="col">invited</th>' not in html
    assert '<th scope="col">at least</th>' not in html


def test_no_date_is_said_once(auditor, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Finland joined NATO in 2023.", "utf-8")
    notes = auditor.audit_article(read_article(path)).notes
    assert sum("leaders are not resolved in time" in n for n in notes) == 1


def test_a_claim_in_the_title_is_not_lost(auditor, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Finland joins NATO\n\nFinland joined NATO in April 2023.\n", "utf-8")
    audit = auditor.audit_article(read_article(path), date="2023-04-05")
    page = parsed(render_audit(audit))
    assert {f"#{c.id}" for c in audit.checks} <= set(page.links)


def test_nothing_but_boilerplate_is_said(auditor, tmp_path):
    path = tmp_path / "b.txt"
    path.write_text("Subscribe to our newsletter.\nAll rights reserved.\nSign in\n", "utf-8")
    notes = auditor.audit_article(read_article(path)).notes
    assert any("hardly anything but boilerplate" in n for n in notes)


def test_paragraphs_end_at_blank_lines_only():
    text = "One line\nand the next.\n \t\nAnother.\n\n\nLast one \nends here"
    found = [m[0].rstrip() for m in PARAGRAPH.finditer(text)]
    assert found == ["One line\nand the next.", "Another.", "Last one \nends here"]


def test_sentences_are_split_no_further_than_they_are_read():
    sentences = sentences_in("Russia said so. " * (MAX_CHARACTERS // 10))
    assert sentences[-1].end <= MAX_CHARACTERS
