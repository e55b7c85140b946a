"""The commands source and store, run as a user runs them."""

import csv
import io
import json
import subprocess
import sys

import polars as pl
import pytest

LOOSE = """
import polars as pl
from multipolar.core.declare import Column, Source, Table

SOURCE = Source(
    name="my_trips", title="Mine", publisher="me", homepage="https://example.org", licence="CC0",
    terms="none", citation="me (2026)", coverage="2026",
    tables=(Table(name="trips", row="one trip", key=("state", "year"), absence="unknown", columns=(
        Column(name="state", dtype="str", meaning="host | guest"),
        Column(name="year", dtype="int16", meaning="calendar year"),
        Column(name="spent", dtype="int64", meaning="money spent", unit="USD", nullable=True),
    )),),
    read=lambda paths, rejects: {
        "trips": pl.concat([pl.read_csv(p, infer_schema=False) for p in paths])
    },
)
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder of its own, a store in it, a source and a file for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MULTIPOLAR_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("MULTIPOLAR_OFFLINE", raising=False)
    (tmp_path / "my_trips.py").write_text(LOOSE)
    (tmp_path / "trips.csv").write_text("state,year,spent\nRUS,2022,1234567\nCHN,2023,\nIND,x,1\n")
    return tmp_path


def test_list_names_every_source_with_its_terms(run):
    code, out, err = run("source", "list", "--format", "json")
    sources = {s["name"]: s for s in json.loads(out)}
    assert (code, err) == (0, "")
    assert {"unga_votes", "memberships"} <= set(sources)
    assert all(s["publisher"] and s["licence"] and s["coverage"] for s in sources.values())
    assert sources["memberships"]["in_store"] == "starter"
    assert sources["unga_votes"]["in_store"] == "no"


def test_show_gives_terms_citation_and_columns(run):
    code, out, _ = run("source", "show", "memberships", "--format", "json", "--schema")
    shown = json.loads(out)
    assert code == 0
    assert shown["terms"]
    assert shown["citation"]
    assert [t["name"] for t in shown["tables"]] == ["memberships"]
    code, out, _ = run("source", "show", "memberships", "--format", "table", "--schema")
    assert "Licence" in out or "licence" in out
    assert "confidence" in out


def test_add_reports_and_the_store_then_answers(run, place):
    code, out, err = run("source", "add", "my_trips.py", "trips.csv")
    (made,) = json.loads(out)
    assert code == 0
    assert (made["table"], made["kind"], made["rows"], made["rejects"]) == ("trips", "added", 2, 1)
    assert "source rejects my_trips" in err
    assert json.loads(run("source", "rejects", "my_trips")[1])[0]["value"] == "x"
    answer = run("store", "sql", "SELECT sum(spent) AS s FROM trips")[1]
    assert json.loads(answer) == [{"s": 1234567}]
    status = {t["table"]: t for t in json.loads(run("store", "status")[1])}
    assert status["trips"]["sha256"]
    assert status["memberships"]["kind"] == "starter"
    assert (place / "store" / "manifest.json").exists()


def test_every_format_says_the_same(run):
    run("source", "add", "my_trips.py", "trips.csv")
    query = ("store", "sql", "SELECT * FROM trips ORDER BY year")
    rows = [
        {"state": "RUS", "year": 2022, "spent": 1234567},
        {"state": "CHN", "year": 2023, "spent": None},
    ]
    assert json.loads(run(*query, "--format", "json")[1]) == rows
    given = list(csv.DictReader(io.StringIO(run(*query, "--format", "csv")[1])))
    assert given == [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    markdown = run(*query, "--format", "md")[1].splitlines()
    assert markdown[1:3] == ["| --- | ---: | ---: |", "| RUS | 2022 | 1,234,567 |"]
    table = run(*query, "--format", "table")[1]
    assert "1,234,567" in table
    assert "2022" in table


def test_parquet_goes_through_a_pipe(place):
    command = [sys.executable, "-m", "multipolar", "store", "sql", "--format", "parquet"]
    command.append("SELECT 1 AS x")
    done = subprocess.run(command, capture_output=True, check=True, cwd=place)
    assert pl.read_parquet(io.BytesIO(done.stdout)).rows() == [(1,)]


def test_export_writes_and_refuses_to_overwrite(run, place):
    assert run("store", "export", "memberships", "out.dta")[0] == 0
    before = (place / "out.dta").read_bytes()
    code, out, err = run("store", "export", "memberships", "out.dta")
    assert (code, out) == (2, "")
    assert err == "BadOption: out.dta exists\n  fix: --force overwrites it\n"
    assert run("store", "export", "memberships", "out.dta", "--force", "-q")[2] == ""
    assert len(before) == (place / "out.dta").stat().st_size


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("source", "show", "membership"), 2, "UnknownName: unknown source 'membership'"),
        (("source", "add", "memberships", "nothing.csv"), 2, "BadOption: there is no file"),
        (("source", "add", "no_such.py", "trips.csv"), 2, "BadOption: there is no Python file"),
        (("source", "add", "my_trips.py", "my_trips.py"), 1, "SchemaMismatch: "),
        (("source", "fetch", "my_trips.py"), 2, "BadOption: source 'my_trips' has no address"),
        (("source", "fetch", "unga_votes", "--offline"), 4, "DownloadFailed: "),
        (("source", "check", "my_trips.py", "nothing.csv"), 3, "CheckFailed: "),
        (("source", "rejects", "nobody"), 2, "UnknownName: unknown source 'nobody'"),
        (("store", "sql", "DROP TABLE votes"), 2, "BadOption: the store takes one query"),
        (("store", "export", "memberchips", "a.csv"), 1, "TableMissing: unknown table"),
        (("store", "status", "--store", "trips.csv"), 1, "StoreError: "),
        (("store", "status", "--format", "yaml"), 2, "Usage: "),
        (("source", "lst"), 2, "Usage: "),
    ],
)
def test_bad_input_is_one_error_with_its_exit_code(run, arguments, code, said):
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert err.startswith(said)
    assert "Traceback" not in err


def test_check_of_a_loose_file(run):
    code, out, _ = run("source", "check", "my_trips.py", "trips.csv")
    assert code == 0
    assert json.loads(out) == {
        "source": "my_trips",
        "contract": "kept",
        "rows of trips": 2,
        "rejected rows": 1,
    }


def test_offline_can_come_from_the_environment(run, monkeypatch):
    monkeypatch.setenv("MULTIPOLAR_OFFLINE", "1")
    code, _, err = run("source", "fetch", "unga_votes")
    assert code == 4
    assert "offline mode" in err


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_screen(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for arguments in (("source", "list"), ("store", "status"), ("source", "show", "vote_dyads")):
        lines = run(*arguments, "--format", "table")[1].splitlines()
        assert max(map(len, lines)) <= width


def test_a_row_too_wide_for_a_table_is_shown_field_by_field(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    columns = ", ".join(f"'{'x' * 15}' AS column_{i}" for i in range(8))
    out = run("store", "sql", f"SELECT {columns}", "--format", "table")[1]
    assert [line.split() for line in out.splitlines() if line] == [
        [f"column_{i}", "x" * 15] for i in range(8)
    ]


def test_long_answers_on_screen_say_what_is_left_out(run):
    _, out, err = run("store", "sql", "FROM range(1000)", "--format", "table")
    assert len(out.splitlines()) < 210
    assert "first 200 of 1,000 rows" in err


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("source", "--help"), ("source", "add", "--help"), ("store", "--help")],
)
def test_help_imports_no_heavy_library(arguments):
    code = (
        "import sys\n"
        "from multipolar.cli import main\n"
        "try:\n"
        f"    main({list(arguments)!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'polars', 'ibis', 'duckdb', 'numba', 'altair', 'numpy', 'rich', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Example: multipolar" in done.stdout or arguments == ("--help",)
