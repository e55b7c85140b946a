"""Files in odd shapes: wrong encoding, missing columns, damaged archives."""

import gzip
import json

import polars as pl
import pytest

from multipolar.core.errors import SchemaMismatch
from multipolar.sources._read import ROW, read_table, require_columns


def test_text_is_trimmed_numbered_and_never_guessed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\ufeffstate,value\n NA ,007\nRUS,\n", encoding="utf-8")
    frame = read_table(path)
    assert frame.to_dict(as_series=False) == {
        ROW: [1, 2],
        "state": ["NA", "RUS"],
        "value": ["007", None],
    }


@pytest.mark.parametrize("kind", ["csv", "tsv", "csv.gz", "json", "xlsx", "parquet"])
def test_every_kind_of_file_reads_alike(tmp_path, kind):
    frame = pl.DataFrame({"state": ["CIV", "TUR"], "name": ["Côte d'Ivoire", "Türkiye"]})
    path = tmp_path / f"a.{kind}"
    if kind == "json":
        path.write_text(json.dumps(frame.to_dicts()), encoding="utf-8")
    elif kind == "xlsx":
        frame.write_excel(path)
    elif kind == "parquet":
        frame.write_parquet(path)
    else:
        text = frame.write_csv(separator="\t" if kind == "tsv" else ",").encode()
        path.write_bytes(gzip.compress(text) if kind.endswith("gz") else text)
    assert read_table(path).drop(ROW).equals(frame)


def test_a_wrong_encoding_is_named_with_its_line(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("state,name\nFRA,France\nCIV,Côte d'Ivoire\n".encode("latin-1"))
    with pytest.raises(SchemaMismatch, match=r"latin\.csv line 3: byte 0xf4 is not UTF-8"):
        read_table(path)
    assert read_table(path, encoding="latin-1")["name"][1] == "Côte d'Ivoire"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"a,b\n1,2,3\n", "cannot be read"),
        ("a.json", b'[{"a": 1},', "line 1: not valid JSON"),
        ("a.json", b'{"a": 1}', "not a list of records"),
        ("a.csv.gz", b"plain", "damaged gzip"),
        ("a.xlsx", b"plain", "cannot be read as xlsx"),
        ("a.parquet", b"plain", "cannot be read as parquet"),
        ("a.doc", b"plain", "of a kind that is not read"),
    ],
)
def test_damaged_files_say_so_in_one_sentence(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SchemaMismatch, match=words) as caught:
        read_table(path)
    assert name in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_column_names_the_nearest_one():
    frame = pl.DataFrame({"org": ["EU"], "sate": ["FRA"]})
    with pytest.raises(SchemaMismatch, match=r"column 'state' is missing; nearest: 'sate'"):
        require_columns(frame, ["org", "state"], "m.csv", source="memberships")
    with pytest.raises(SchemaMismatch, match=r"column 'xyz' is missing; found org, sate"):
        require_columns(frame, ["xyz"], "m.csv", source="memberships")
