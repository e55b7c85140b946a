"""Writing: checks, rejects with reasons, raw files, vintages; nothing lost, nothing silent."""

import errno
import hashlib
import os

import polars as pl
import pytest
from toy_source import (
    HEADER,
    TOY,
    read_eager,
    read_lazy,
    read_relation,
    toy_source,
    write_toy,
)

from multipolar.core.errors import (
    BadOption,
    CheckFailed,
    SchemaMismatch,
    StoreError,
    TermsForbid,
    UnknownName,
)
from multipolar.store import Store

READERS = pytest.mark.parametrize("read", [read_eager, read_lazy, read_relation])


@READERS
def test_every_kind_of_frame_gives_the_same_table(store, toy_file, read):
    (made,) = store.add(toy_source(read=read), toy_file)
    assert (made.rows, made.rejects, made.kind) == (40, 0, "added")
    assert made.sha256 == Store.open(store.path).provenance("toy").sha256
    eager = Store.open(store.path.with_name("eager"))
    eager.add(toy_source(), toy_file)
    assert eager.content_hash("toy") == store.content_hash("toy")


@READERS
def test_broken_rows_are_kept_apart_with_reasons(store, tmp_path, read):
    extra = "S90,2000,7,1\nS91,99999,1,1\n,2000,1,1\nNA,2001,1,\nS93,2002,1,many\n"
    if read is read_relation:
        extra = extra.replace("S93,2002,1,many\n", "")
    file = write_toy(tmp_path / "toy.csv", extra=extra)
    (made,) = store.add(toy_source(read=read), file)
    rejects = store.rejects("toy_source")
    reasons = {r["column"]: (r["value"], r["reason"]) for r in rejects.iter_rows(named=True)}
    assert reasons["vote"] == ("7", "expected one of 1, 2, 3")
    assert reasons["year"][0] == "99999"
    assert "int16" in reasons["year"][1]
    assert reasons["state"][1] == "missing"
    assert made.rejects == rejects.height == (3 if read is read_relation else 4)
    assert made.rows == 41
    namibia = store.sql("SELECT value FROM toy WHERE state = 'NA'")
    assert namibia["value"].to_list() == [None]
    assert rejects["row"].min() == 41


def test_repeated_keys_keep_the_first_and_say_whether_they_agree(store, tmp_path):
    extra = "S00,1950,1,0.5\nS00,1950,3,0.5\n"
    (made,) = store.add(toy_source(), write_toy(tmp_path / "toy.csv", extra=extra))
    rejects = store.rejects("toy_source")
    assert rejects["reason"].to_list() == [
        "the same row as an earlier one",
        "the key of an earlier row with other values",
    ]
    assert rejects["value"].to_list() == ["S00, 1950"] * 2
    assert (made.rows, made.rejects) == (40, 2)
    assert store.sql("SELECT vote FROM toy WHERE state='S00' AND year=1950")["vote"][0] == 1


def test_a_row_with_two_faults_counts_once(store, tmp_path):
    (made,) = store.add(toy_source(), write_toy(tmp_path / "t.csv", extra=",2000,9,1\n"))
    assert store.rejects("toy_source").height == 2
    assert made.rejects == 1


def test_rejects_of_the_reader_and_of_the_checks_stand_together(store, tmp_path):
    def read(paths, rejects):
        rejects.add(file=paths[0].name, row=7, column="state", value="??", reason="no such state")
        return read_eager(paths, rejects)

    file = write_toy(tmp_path / "toy.csv", extra="S90,2000,7,1\n")
    (made,) = store.add(toy_source(read=read), file)
    assert made.rejects == 2
    assert store.rejects("toy_source")["reason"][0] == "no such state"


def test_order_of_rows_survives_the_removal_of_others(store, tmp_path):
    extra = "".join(f"Z{i:02d},2000,{7 if i % 2 else 1},1\n" for i in range(60, 0, -1))
    store.add(toy_source(), write_toy(tmp_path / "toy.csv", extra=extra))
    states = store.frame("toy")["state"].to_list()[40:]
    assert states == [f"Z{i:02d}" for i in range(60, 0, -1) if i % 2 == 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.rename({"vote": "ballot"}), "lacks 'vote' and has undeclared 'ballot'"),
        (lambda f: f.with_columns(more=1), "has undeclared 'more'"),
        (lambda f: f.drop("value"), "lacks 'value'"),
    ],
)
def test_other_columns_than_declared_are_refused(store, toy_file, change, said):
    source = toy_source(read=lambda p, r: {"toy": change(read_eager(p, r)["toy"])})
    with pytest.raises(SchemaMismatch, match=said):
        store.add(source, toy_file)
    assert "toy" not in store.tables()


def test_an_undeclared_table_is_refused(store, toy_file):
    source = toy_source(read=lambda p, r: {"toi": read_eager(p, r)["toy"]})
    with pytest.raises(SchemaMismatch, match="'toi'"):
        store.add(source, toy_file)


def test_a_frame_of_another_kind_is_refused(store, toy_file):
    with pytest.raises(SchemaMismatch, match="list"):
        store.add(toy_source(read=lambda *_: {"toy": []}), toy_file)


def test_half_a_file_is_not_taken_for_a_whole_one(store, tmp_path):
    source = toy_source(minimum_rows={"toy": 30})
    store.add(source, write_toy(tmp_path / "whole.csv"))
    with pytest.raises(CheckFailed, match="20 usable rows, at least 30") as error:
        store.add(source, write_toy(tmp_path / "half.csv", rows=20))
    assert error.value.exit_code == 3
    assert store.frame("toy").height == 40


def test_a_file_without_a_usable_row_says_why(store, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text(HEADER + "S00,1950,9,1\n")
    with pytest.raises(CheckFailed, match="expected one of 1, 2, 3"):
        store.add(toy_source(), file)


def test_no_table_at_all_is_refused(store, toy_file):
    with pytest.raises(CheckFailed, match="no table"):
        store.add(toy_source(read=lambda *_: {}), toy_file)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"", b"state,year\n\xe9\xe8,1\n"])
@READERS
def test_bytes_that_are_no_such_file_are_refused_in_one_line(store, tmp_path, content, read):
    file = tmp_path / "latin.csv"
    file.write_bytes(content)
    with pytest.raises((SchemaMismatch, CheckFailed)) as error:
        store.add(toy_source(read=read), file)
    assert "\n" not in error.value.message
    kept = list((store.path / "raw").rglob("latin.csv"))
    assert [k.read_bytes() for k in kept] == [content], "the raw file is kept for a look"


def test_a_fault_in_the_code_of_a_source_is_not_called_bad_data(store, toy_file):
    def read(paths, rejects):
        del paths, rejects
        raise AttributeError("a typo")

    with pytest.raises(AttributeError):
        store.add(toy_source(read=read), toy_file)
    assert not (store.path / ".staging").exists()


def test_raw_bytes_are_kept_under_their_hash(store, toy_file):
    (made,) = store.add(toy_source(), toy_file)
    sha256 = hashlib.sha256(toy_file.read_bytes()).hexdigest()
    kept = store.path / "raw" / "toy_source" / sha256 / "toy.csv"
    assert kept.read_bytes() == toy_file.read_bytes()
    assert [(f.name, f.sha256, f.size) for f in made.files] == [
        ("toy.csv", sha256, toy_file.stat().st_size)
    ]
    before = kept.read_bytes()
    toy_file.write_text("edited afterwards")
    assert kept.read_bytes() == before


def test_the_same_file_twice_is_one_vintage(store, toy_file):
    first = store.add(toy_source(), toy_file)
    assert store.add(toy_source(), toy_file) == first
    assert len(store.vintages("toy")) == 1


def test_a_folder_stands_for_its_files(store, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    write_toy(folder / "b.csv", extra="")
    (folder / "a.csv").write_text(HEADER + "S99,2020,1,\n")
    (folder / ".hidden").write_text("not data")
    (made,) = store.add(toy_source(), folder)
    assert [f.name for f in made.files] == ["a.csv", "b.csv"]
    assert made.rows == 41


@pytest.mark.parametrize("path", ["toi.csv", "nowhere/toy.csv"])
def test_a_path_that_is_not_there_names_the_nearest(store, toy_file, path):
    with pytest.raises(BadOption, match="no file or folder") as error:
        store.add(toy_source(), toy_file.parent / path)
    assert ("toy.csv" in error.value.hint) == (path == "toi.csv")
    assert not store.path.exists()


def test_an_empty_folder_is_refused(store, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadOption, match="no file in"):
        store.add(toy_source(), tmp_path / "empty")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads all files")
def test_a_file_without_permission_is_named(store, toy_file):
    toy_file.chmod(0)
    with pytest.raises(BadOption, match="no permission"):
        store.add(toy_source(), toy_file)


def test_two_files_of_one_name_are_refused(store, tmp_path, toy_file):
    (tmp_path / "other").mkdir()
    with pytest.raises(BadOption, match=r"two files are called 'toy.csv'"):
        store.add(toy_source(), [toy_file, write_toy(tmp_path / "other" / "toy.csv")])


def test_terms_that_forbid_are_obeyed(store, toy_file):
    source = toy_source(enabled=False, disabled_reason="the publisher asked software not to")
    for act in (lambda: store.add(source, toy_file), lambda: store.fetch(source)):
        with pytest.raises(TermsForbid, match="publisher asked"):
            act()
    assert not store.path.exists()


def test_unknown_sources_get_the_nearest(store, toy_file):
    with pytest.raises(UnknownName, match="'memberships'"):
        store.add("membership", toy_file)
    with pytest.raises(UnknownName, match="'memberships'"):
        store.rejects("membership")


def test_rejects_are_empty_where_all_rows_were_used(store, toy_file):
    store.add(toy_source(), toy_file)
    assert store.rejects("toy_source").is_empty()
    assert store.rejects("memberships").columns == store.rejects("toy_source").columns


def test_progress_counts_the_bytes_copied(store, toy_file):
    seen = []
    store.add(toy_source(), toy_file, progress=lambda *a: seen.append(a))
    size = toy_file.stat().st_size
    assert seen == [("copy toy.csv", size, size), ("read toy_source", 0, None)]


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path, toy_file):
    store = Store.open(tmp_path / "toy.csv.d" / "store")
    (tmp_path / "toy.csv.d").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        store.add(toy_source(), toy_file)


def test_not_a_number_is_no_value(store, tmp_path):
    frame = pl.DataFrame(
        {"state": ["A", "B"], "year": [1, 2], "vote": [1, 1], "value": [float("nan"), 1.0]}
    )
    (made,) = store.add(toy_source(read=lambda *_: {"toy": frame}), write_toy(tmp_path / "any.csv"))
    assert made.rows == 1
    assert store.rejects("toy_source")["reason"].to_list() == ["not a number"]


def test_a_table_with_neither_key_nor_date_is_fine(store, toy_file):
    from dataclasses import replace

    bare = replace(TOY, key=(), columns=(TOY.columns[0],))
    source = toy_source(
        tables=(bare,), read=lambda p, r: {"toy": read_eager(p, r)["toy"].select("state")}
    )
    (made,) = store.add(source, toy_file)
    assert (made.rows, made.first, made.last) == (40, "", "")


@pytest.mark.parametrize("refusal", [errno.EXDEV, errno.ENOSYS, None])
def test_raw_files_are_copied_where_the_system_cannot_do_it(store, tmp_path, monkeypatch, refusal):
    """Across file systems, on old kernels, and where the call answers 0 before the end."""

    def copy_file_range(*_):
        if refusal is None:
            return 0
        raise OSError(refusal, "refused")

    monkeypatch.setattr(os, "copy_file_range", copy_file_range, raising=False)
    file = write_toy(tmp_path / "toy.csv")
    (made,) = store.add(toy_source(), file)
    kept = store.path / "raw" / "toy_source" / made.files[0].sha256 / "toy.csv"
    assert kept.read_bytes() == file.read_bytes()
    assert made.files[0].sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_rejects_are_those_of_the_vintage_in_use(store, tmp_path):
    store.add(toy_source(), write_toy(tmp_path / "a.csv", extra="S90,2000,7,1\n"))
    store.add(toy_source(), write_toy(tmp_path / "b.csv", generation=1))
    assert store.rejects("toy_source").is_empty()
    old = store.use("toy", store.vintages("toy")[0])
    assert old.rejects("toy_source")["value"].to_list() == ["7"]
    other = toy_source(name="other")
    store.add(other, write_toy(tmp_path / "c.csv", extra="S91,2000,9,1\n"))
    assert store.rejects("other")["value"].to_list() == ["9"]
