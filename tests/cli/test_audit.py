"""``multipolar audit`` as a user runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from multipolar.cli.audit import command

ARTICLE = "Mali and Nicaragua voted against resolution ES-11/6.\n"


@pytest.fixture
def run(tmp_path):
    def of(*arguments: str, stdin: bytes | None = None):
        store = ["--store", str(tmp_path / "store")]
        return CliRunner().invoke(command, [*arguments, *store], input=stdin)

    return of


@pytest.fixture
def article(tmp_path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


def test_a_report_is_written_and_not_overwritten(run, article, tmp_path):
    page = tmp_path / "report.html"
    done = run(str(article), "--date", "2023-02-24", "-o", str(page))
    assert done.exit_code == 0
    assert "report: " in done.stderr
    assert "supported" in page.read_text("utf-8")
    again = run(str(article), "--date", "2023-02-24", "-o", str(page))
    assert again.exit_code != 0
    assert "is there already" in str(again.exception)


def test_standard_input_gives_json_in_a_pipe(run):
    done = run("-", "--date", "2023-02-24", stdin=ARTICLE.encode())
    assert done.exit_code == 0
    record = json.loads(done.stdout)
    assert [c["status"] for c in record["checks"]] == ["supported"]


def test_markdown_and_table(run, article):
    text = run(str(article), "--date", "2023-02-24", "--format", "md").stdout
    assert text.startswith("# Audit")
    table = run(str(article), "--date", "2023-02-24", "--format", "table").stdout
    assert "supported" in table


def test_no_date_is_said(run, article):
    assert "leaders are not resolved in time" in run(str(article), "--format", "md").stderr


def test_a_folder_resumes_by_the_hash_of_the_article(run, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, "utf-8")
    (folder / "copy.txt").write_text(ARTICLE, "utf-8")
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02" * 50)
    first = run(str(folder), "-o", str(out), "--date", "2023-02-24", "--keep-events")
    assert first.exit_code == 0
    assert "1 audited, 1 there already, 1 unreadable" in first.stderr
    assert "events_read: " in first.stderr
    written = list(out.glob("*.json"))
    assert len(written) == 1
    stamp = written[0].read_bytes()
    (folder / "b.txt").write_text("Finland joined NATO in 2023.\n", "utf-8")
    second = run(str(folder), "-o", str(out), "--date", "2023-08-21")
    assert "1 audited, 2 there already, 1 unreadable" in second.stderr
    assert written[0].read_bytes() == stamp
    again = run(str(folder), "-o", str(out), "--date", "2023-08-21", "--force")
    assert "3 audited, 0 there already, 1 unreadable" in again.stderr


def test_an_empty_folder_is_one_line(run, tmp_path):
    (tmp_path / "none").mkdir()
    done = run(str(tmp_path / "none"))
    assert done.exit_code != 0
    assert "no articles in" in str(done.exception)


def test_a_broken_off_folder_keeps_the_events_of_what_was_done(run, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, "utf-8")
    assert "events_read" not in run(str(folder), "-o", str(out), "--date", "2023-02-24").stderr
    resumed = run(str(folder), "-o", str(out), "--date", "2023-02-24", "--keep-events")
    assert "0 audited, 1 there already" in resumed.stderr
    assert "events_read: " in resumed.stderr
    again = run(str(folder), "-o", str(out), "--date", "2023-02-24", "--keep-events")
    assert "events_read: " not in again.stderr


def test_verdicts_are_kept_unless_told_otherwise(run, tmp_path):
    path = tmp_path / "world.txt"
    path.write_text("The world condemned the invasion of Ukraine.\n", "utf-8")
    store = tmp_path / "store"
    run(str(path), "--date", "2022-03-10", "--no-cache")
    assert not (store / "verdicts").exists()
    first = run(str(path), "--date", "2022-03-10").stdout
    assert len(list((store / "verdicts").glob("*.json"))) == 1
    assert run(str(path), "--date", "2022-03-10").stdout == first
