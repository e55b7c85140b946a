"""Reading: the starter record underneath, what replaces it, pins, hashes, SQL."""

import polars as pl
import pytest
from toy_source import toy_source, write_toy

from multipolar.core.errors import BadOption, StoreError, TableMissing, UnknownName
from multipolar.sources import SOURCES
from multipolar.store import Store


def test_a_fresh_machine_has_the_starter_record(tmp_path):
    store = Store.open(tmp_path / "nothing" / "here")
    assert "memberships" in store.tables()
    assert store.frame("memberships").height == store.provenance("memberships").rows > 100
    assert store.provenance("memberships").kind == "starter"
    assert store.provenance("memberships").retrieved == ""
    assert not (tmp_path / "nothing").exists(), "reading writes nothing"


def test_the_default_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MULTIPOLAR_STORE", str(tmp_path / "from_environment"))
    assert Store.open().path == tmp_path / "from_environment"
    monkeypatch.delenv("MULTIPOLAR_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert tmp_path in Store.open().path.parents
    assert Store.open().path.name == "multipolar"


def test_table_frame_and_sql_agree(store, toy_file):
    store.add(toy_source(), toy_file)
    frame = store.frame("toy")
    assert store.table("toy").to_polars().equals(frame)
    assert store.sql("SELECT * FROM toy").equals(frame)
    assert frame.schema == {
        "state": pl.String,
        "year": pl.Int16,
        "vote": pl.Int8,
        "value": pl.Float64,
    }


def test_starter_tables_can_be_joined_with_added_ones(store, toy_file):
    store.add(toy_source(), toy_file)
    counted = store.sql("SELECT (SELECT count(*) FROM toy), (SELECT count(*) FROM memberships)")
    assert counted.row(0) == (40, store.provenance("memberships").rows)
    assert store.table("memberships").count().to_pyarrow().as_py() == counted.row(0)[1]


def test_an_added_table_replaces_the_starter_one_and_a_pin_brings_it_back(store, tmp_path):
    starter = store.provenance("memberships")
    file = tmp_path / "memberships.csv"
    original = store.frame("memberships").head(3)
    source = SOURCES["memberships"]
    own = toy_source(name="own", tables=source.tables, read=lambda *_: {"memberships": original})
    file.write_text("any")
    store.add(own, file)
    assert store.provenance("memberships").kind == "added"
    assert store.provenance("memberships").source == "own"
    assert store.frame("memberships").height == 3
    pinned = store.use("memberships", "starter")
    assert pinned.provenance("memberships") == starter
    assert Store.open(store.path, pins={"memberships": "starter"}).frame("memberships").height > 3


def test_older_vintages_stay_and_can_be_pinned(store, tmp_path):
    store.add(toy_source(), write_toy(tmp_path / "a.csv", generation=1))
    store.add(toy_source(), write_toy(tmp_path / "b.csv", generation=2))
    first, second = store.vintages("toy")
    assert second == f"{first}-2"
    assert store.frame("toy")["value"].unique().to_list() == [2.5]
    old = Store.open(store.path, pins={"toy": first})
    assert old.frame("toy")["value"].unique().to_list() == [1.5]
    assert old.provenance("toy").vintage == first
    assert old.content_hash("toy") != store.content_hash("toy")


def test_an_open_store_keeps_its_state_while_another_writes(store, tmp_path):
    store.add(toy_source(), write_toy(tmp_path / "a.csv", generation=1))
    reader = Store.open(store.path)
    store.add(toy_source(), write_toy(tmp_path / "b.csv", generation=2))
    assert reader.frame("toy")["value"].unique().to_list() == [1.5]


@pytest.mark.parametrize(
    ("table", "vintage"), [("toy", "1999-01-01"), ("toi", "starter"), ("toy", "starter")]
)
def test_an_unknown_pin_is_named(store, toy_file, table, vintage):
    store.add(toy_source(), toy_file)
    with pytest.raises(UnknownName):
        store.use(table, vintage)


def test_a_misspelt_table_gets_the_nearest(store):
    for ask in (store.frame, store.table, store.provenance, store.columns, store.vintages):
        with pytest.raises(TableMissing, match="'memberships'"):
            ask("membership")


def test_content_hash_depends_on_rows_and_not_on_files(tmp_path):
    one, two = Store.open(tmp_path / "one"), Store.open(tmp_path / "two")
    one.add(toy_source(), write_toy(tmp_path / "a.csv"))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    shuffled = tmp_path / "b.csv"
    shuffled.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    two.add(toy_source(), shuffled)
    assert one.content_hash("toy") == two.content_hash("toy")
    assert one.content_hash("toy", "poles") != one.content_hash("toy")
    assert one.content_hash("poles", "toy") == one.content_hash("toy", "poles", "toy")
    assert one.provenance("toy").files[0].sha256 != two.provenance("toy").files[0].sha256


def test_status_has_one_row_per_table(store, toy_file):
    store.add(toy_source(), toy_file)
    status = store.status()
    assert status["table"].to_list() == store.tables()
    row = status.row(by_predicate=pl.col("table") == "toy", named=True)
    assert (row["kind"], row["rows"], row["rejects"]) == ("added", 40, 0)
    assert (row["first"], row["last"]) == ("1950", "1954")


def test_sums_are_ordinary_numbers(store):
    got = store.sql(
        "SELECT sum(x) AS s, sum(x * 1.5) AS d, sum(x * 2::HUGEINT ** 70) AS h FROM range(4) t(x)"
    )
    assert got.schema == {"s": pl.Int64, "d": pl.Float64, "h": pl.Float64}
    assert got.row(0) == (6, 9.0, 6 * 2.0**70)


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE toy",
        "SELECT 1; SELECT 2",
        "COPY toy TO 'x.csv'",
        "INSTALL httpfs",
        "ATTACH 'x.db'",
        "CREATE TABLE x AS SELECT 1",
        "",
        "SELEC 1",
        "SELECT nothing FROM toy",
        "SELECT * FROM nowhere",
        "SELECT CAST(state AS INT) FROM toy",
    ],
)
def test_sql_takes_one_question_and_changes_nothing(store, toy_file, query):
    store.add(toy_source(), toy_file)
    with pytest.raises(BadOption):
        store.sql(query)
    assert store.frame("toy").height == 40


def test_sql_never_reaches_for_an_extension(store):
    with pytest.raises((BadOption, StoreError)):
        store.sql("SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')")


def test_a_store_that_is_a_file_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="is a file"):
        Store.open(tmp_path / "file")


def test_columns_carry_their_meaning(store, toy_file):
    store.add(toy_source(), toy_file)
    assert [(c.name, c.unit) for c in store.columns("toy")][-1] == ("value", "USD")
    assert store.columns("memberships")[0].meaning
