"""Damaged folders: each gives one clear error with the fix, and nothing is overwritten."""

import json

import polars as pl
import pytest
from toy_source import TOY, toy_source, write_toy

from multipolar.core.errors import StoreError
from multipolar.store import Store
from multipolar.store.starter import read_starter, starter_rows


@pytest.fixture
def filled(store, tmp_path):
    store.add(toy_source(), write_toy(tmp_path / "1.csv", generation=1))
    store.add(toy_source(), write_toy(tmp_path / "2.csv", generation=2))
    return store.path


def parquet_of(root):
    return max((root / "tables" / "toy").rglob("*.parquet"))


@pytest.mark.parametrize("keep", [0, 10, 400])
def test_a_truncated_parquet_file_is_named_with_the_fix(filled, keep):
    path = parquet_of(filled)
    path.write_bytes(path.read_bytes()[:keep])
    store = Store.open(filled)
    for ask in (store.frame, store.table):
        with pytest.raises(StoreError, match=path.parent.name) as error:
            ask("toy")
        assert "source add toy_source" in error.value.hint
    with pytest.raises(StoreError):
        store.sql("SELECT * FROM toy")
    first = store.vintages("toy")[0]
    assert store.use("toy", first).frame("toy").height == 40, "the older vintage still serves"


def test_a_parquet_file_of_the_right_size_and_wrong_bytes(filled):
    path = parquet_of(filled)
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(filled).frame("toy")


def test_pages_that_rotted_are_said_to_be_damaged(filled):
    path = parquet_of(filled)
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"cannot answer|damaged"):
        Store.open(filled).frame("toy")


def test_a_missing_parquet_file_is_named(filled):
    parquet_of(filled).unlink()
    with pytest.raises(StoreError, match="is gone"):
        Store.open(filled).frame("toy")


def test_adding_again_mends_a_damaged_table(filled, tmp_path):
    parquet_of(filled).write_bytes(b"")
    store = Store.open(filled)
    store.add(toy_source(), write_toy(tmp_path / "2.csv", generation=2))
    assert store.frame("toy")["value"].unique().to_list() == [2.5]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "not valid JSON at line"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "cannot be read"),
        (b"[]", "not a manifest"),
        (b'{"format": 99, "entries": []}', "format"),
        (b'{"format": 1, "entries": [{"table": "toy"}]}', "entries.0"),
    ],
)
def test_a_damaged_manifest_is_named_and_never_overwritten(filled, tmp_path, content, said):
    open_before = Store.open(filled)
    manifest = filled / "manifest.json"
    manifest.write_bytes(content)
    with pytest.raises(StoreError, match=said) as error:
        Store.open(filled)
    assert "manifest.previous.json" in error.value.hint
    with pytest.raises(StoreError, match=said):
        open_before.add(toy_source(), write_toy(tmp_path / "3.csv", generation=3))
    assert manifest.read_bytes() == content


def test_a_store_whose_manifest_is_gone_is_not_an_empty_one(filled, tmp_path):
    store = Store.open(filled)
    (filled / "manifest.json").unlink()
    with pytest.raises(StoreError, match="is gone"):
        Store.open(filled)
    with pytest.raises(StoreError, match="is gone"):
        store.add(toy_source(), write_toy(tmp_path / "3.csv", generation=3))
    assert len(list(filled.glob("tables/toy/*"))) == 2


def test_the_hint_of_a_damaged_manifest_works(filled):
    (filled / "manifest.json").write_bytes(b"{")
    (filled / "manifest.previous.json").replace(filled / "manifest.json")
    assert Store.open(filled).frame("toy")["value"].unique().to_list() == [1.5]


def test_without_a_previous_manifest_the_hint_names_the_raw_files(store, toy_file):
    store.add(toy_source(), toy_file)
    (store.path / "manifest.json").write_bytes(b"{")
    with pytest.raises(StoreError) as error:
        Store.open(store.path)
    assert "raw" in error.value.hint


def test_a_manifest_cannot_point_outside_its_folder(filled):
    manifest = filled / "manifest.json"
    content = json.loads(manifest.read_text())
    content["entries"][-1]["vintage"] = "../../../../etc"
    manifest.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="vintage"):
        Store.open(filled)


def test_a_damaged_starter_file_is_a_fault_of_the_installation(tmp_path):
    file = tmp_path / "toy.parquet"
    file.write_bytes(b"PAR1")
    source = toy_source(starter=(str(file),), read=lambda p, _: {"toy": pl.scan_parquet(p)})
    with pytest.raises(StoreError, match="starter files of 'toy_source'") as error:
        starter_rows(read_starter(source), TOY)
    assert "install" in error.value.hint
