"""Every source that ships keeps the public contract; the check itself finds what breaks it."""

from dataclasses import replace

import polars as pl
import pytest

from multipolar.core.declare import Column, File, Source, Table
from multipolar.core.errors import BadOption, CheckFailed
from multipolar.sources import SOURCES
from multipolar.testing import check_source, load_source

LOOSE = """
import polars as pl
from multipolar.core.declare import Column, Source, Table

TRIPS = Table(
    name="trips",
    row="one trip",
    columns=(Column(name="state", dtype="str", meaning="host"),),
    key=(),
    absence="unknown",
)
SOURCE = Source(
    name="my_source", title="Mine", publisher="me", homepage="", licence="CC0", terms="none",
    citation="me (2026)", coverage="2026", tables=(TRIPS,),
    read=lambda paths, rejects: {"trips": pl.concat([pl.read_csv(p) for p in paths])},
)
"""


@pytest.mark.parametrize("name", SOURCES.names())
def test_a_source_that_ships_keeps_its_contract(name):
    source = SOURCES[name]
    report = check_source(source)
    assert report.source == name == source.name
    if source.starter:
        assert set(report.rows) == {t.name for t in source.tables}
        assert all(report.rows.values())


def test_no_two_sources_carry_a_starter_table_of_one_name():
    carried = [t.name for s in SOURCES if s.starter for t in s.tables]
    assert len(carried) == len(set(carried))


@pytest.fixture
def good(tmp_path):
    (tmp_path / "my_source.py").write_text(LOOSE)
    (tmp_path / "trips.csv").write_text("state\nRUS\nCHN\n")
    return load_source(tmp_path / "my_source.py"), tmp_path / "trips.csv"


def test_a_loose_file_is_a_source(good):
    source, file = good
    assert isinstance(source, Source)
    assert check_source(source).rows == {}
    report = check_source(source, [file])
    assert (report.rows, report.rejects) == ({"trips": 2}, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "no Python file"), ("x = 1\n", "no SOURCE"), ("SOURCE = 1", "no SOUR")],
)
def test_a_file_that_declares_no_source_is_refused(tmp_path, text, said):
    path = tmp_path / "other.py"
    if text:
        path.write_text(text)
    with pytest.raises(BadOption, match=said):
        load_source(path)


COLUMN = Column(name="state", dtype="str", meaning="host")
TABLE = Table(name="trips", row="one trip", columns=(COLUMN,), key=(), absence="unknown")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": " "}, "licence is empty"),
        ({"citation": ""}, "citation is empty"),
        ({"name": "My Source"}, "snake_case"),
        ({"tables": ()}, "declares no table"),
        ({"enabled": False}, "without a disabled_reason"),
        ({"minimum_rows": {"trip": 3}}, "minimum_rows names no table: 'trip'"),
        ({"starter": ("none_such.csv",)}, "none_such.csv' does not exist"),
        ({"files": (File(url="ftp://a/b", name="b"),)}, "is not http"),
        ({"files": (File(url="https://a/b", name="b", sha256="ABC"),)}, "64 lower-case hex"),
        ({"tables": (replace(TABLE, row=""),)}, "does not say what a row is"),
        ({"tables": (replace(TABLE, key=("year",)),)}, "key 'year' is no column"),
        ({"tables": (replace(TABLE, columns=(COLUMN, COLUMN)),)}, "declares a column twice"),
        ({"tables": (replace(TABLE, columns=(replace(COLUMN, meaning=""),)),)}, "no meaning"),
        ({"tables": (replace(TABLE, columns=(replace(COLUMN, dtype="text"),)),)}, "dtype 'text'"),
    ],
)
def test_a_broken_declaration_is_found(good, changes, said):
    source, _ = good
    with pytest.raises(CheckFailed, match=said):
        check_source(replace(source, **changes))


def test_all_faults_are_named_at_once(good):
    source, _ = good
    with pytest.raises(CheckFailed) as error:
        check_source(replace(source, licence="", terms="", coverage=""))
    assert len(error.value.context["faults"]) == 3


def test_a_source_that_reads_differently_each_time_is_found(good):
    source, file = good
    calls = []

    def read(paths, rejects):
        del paths, rejects
        calls.append(1)
        return {"trips": pl.DataFrame({"state": [f"S{len(calls)}"]})}

    with pytest.raises(CheckFailed, match="differs when the same files are read twice"):
        check_source(replace(source, read=read), [file])


def test_starter_files_that_lack_a_table_are_found(good):
    source, file = good
    other = replace(TABLE, name="visits")
    with pytest.raises(CheckFailed, match="hold no visits"):
        check_source(replace(source, tables=(TABLE, other), starter=(str(file),)))
