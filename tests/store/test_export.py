"""Taking the data out: what is written is what is read back."""

import datetime as dt

import fastexcel
import hypothesis.strategies as st
import pandas as pd  # noqa: TID251 - an independent reader of Stata files
import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from toy_source import toy_source

from multipolar.core.errors import BadOption, TableMissing, UnknownName
from multipolar.store.exporting import export_frame

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
FRAMES = st.lists(
    st.tuples(
        TEXT,
        st.one_of(st.none(), st.integers(-(2**15), 2**15 - 1)),
        st.one_of(st.none(), st.floats(-1e300, 1e300).filter(lambda x: x == 0 or abs(x) > 1e-300)),
        st.one_of(st.none(), st.booleans()),
        st.one_of(st.none(), st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1))),
    ),
    min_size=1,
    max_size=8,
).map(
    lambda rows: pl.DataFrame(
        rows,
        schema={
            "text": pl.String,
            "whole": pl.Int16,
            "number": pl.Float64,
            "truth": pl.Boolean,
            "day": pl.Date,
        },
        orient="row",
    )
)
FEW = settings(max_examples=25, deadline=None)


@FEW
@given(frame=FRAMES)
def test_parquet_comes_back_equal(tmp_path_factory, frame):
    path = export_frame(frame, tmp_path_factory.mktemp("x") / "a.parquet")
    assert pl.read_parquet(path).equals(frame)


@FEW
@given(frame=FRAMES)
def test_csv_comes_back_equal(tmp_path_factory, frame):
    path = export_frame(frame, tmp_path_factory.mktemp("x") / "a.csv")
    back = pl.read_csv(path, schema=frame.schema)
    assert back.equals(frame)


@FEW
@given(frame=FRAMES)
def test_stata_comes_back_equal_for_another_reader(tmp_path_factory, frame):
    path = export_frame(frame, tmp_path_factory.mktemp("x") / "a.dta")
    back = pd.read_stata(path)
    assert back["text"].tolist() == frame["text"].to_list()
    for name in ("whole", "number"):
        values = [None if pd.isna(v) else v for v in back[name]]
        assert values == frame[name].to_list()
    assert [None if pd.isna(v) else bool(v) for v in back["truth"]] == frame["truth"].to_list()
    days = [None if pd.isna(v) else v.date() for v in back["day"]]
    assert days == frame["day"].to_list()


def test_stata_files_carry_meanings_as_labels(store, toy_file, tmp_path):
    store.add(toy_source(), toy_file)
    path = store.export("toy", tmp_path / "toy.dta")
    _, meta = pyreadstat.read_dta(path, metadataonly=True, output_format="polars")
    assert meta.column_names_to_labels == {
        "state": "state code",
        "year": "calendar year",
        "vote": "vote cast",
        "value": "a number",
    }


def test_every_starter_table_can_go_to_stata(store, tmp_path):
    large = {"vote_dyads", "trade_dyads"}  # a million rows show nothing more
    for name in set(store.tables()) - large:
        path = store.export(name, tmp_path / f"{name}.dta")
        assert len(pd.read_stata(path)) == store.frame(name).height


def test_large_whole_numbers_stay_exact_in_stata(tmp_path):
    frame = pl.DataFrame({"exact": [2**53, 1], "huge": [2**60 + 1, None]})
    back = pd.read_stata(export_frame(frame, tmp_path / "a.dta"))
    assert back["exact"].tolist() == [2**53, 1]
    assert back["huge"].tolist() == [str(2**60 + 1), ""]


def test_excel_keeps_formulas_and_addresses_as_text(tmp_path):
    frame = pl.DataFrame({"title": ["=1+1", "https://un.org", "plain"], "year": [1, 2, None]})
    path = export_frame(frame, tmp_path / "a.xlsx")
    back = fastexcel.read_excel(path).load_sheet(0).to_polars()
    assert back["title"].to_list() == frame["title"].to_list()
    assert [None if v is None else int(v) for v in back["year"]] == [1, 2, None]


def test_excel_says_when_there_are_too_many_rows(tmp_path):
    frame = pl.DataFrame({"x": pl.int_range(1_048_576, eager=True)})
    with pytest.raises(BadOption, match="1,048,575 rows"):
        export_frame(frame, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_tables_queries_and_frames_can_be_exported(store, toy_file, tmp_path):
    store.add(toy_source(), toy_file)
    store.export("toy", tmp_path / "table.csv")
    store.export("SELECT * FROM toy", tmp_path / "query.csv")
    store.export(store.frame("toy"), tmp_path / "frame.csv")
    store.export(store.table("toy"), tmp_path / "ibis.csv")
    store.export("toy", tmp_path / "named", format="csv")
    names = ("table.csv", "query.csv", "frame.csv", "ibis.csv", "named")
    assert len({(tmp_path / name).read_bytes() for name in names}) == 1


def test_nothing_is_overwritten_unless_asked(store, toy_file, tmp_path):
    store.add(toy_source(), toy_file)
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(BadOption, match="exists") as error:
        store.export("toy", path)
    assert "--force" in error.value.hint
    assert path.read_text() == "mine"
    store.export("toy", path, force=True)
    assert path.read_text().startswith("state,year")


def test_a_failed_export_leaves_no_file(store, toy_file, tmp_path):
    store.add(toy_source(), toy_file)
    before = set(tmp_path.iterdir())
    with pytest.raises(BadOption, match="32 characters"):
        store.export("SELECT state AS " + 40 * "x" + " FROM toy", tmp_path / "out.dta")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("what", "name", "error"),
    [
        ("toy", "out.parket", UnknownName),
        ("toy", "out", UnknownName),
        ("toi", "out.csv", TableMissing),
        ("toy", "no/such/out.csv", BadOption),
        ("SELECT nothing FROM toy", "out.csv", BadOption),
    ],
)
def test_what_cannot_be_exported_is_named(store, toy_file, tmp_path, what, name, error):
    store.add(toy_source(), toy_file)
    with pytest.raises(error):
        store.export(what, tmp_path / name)
