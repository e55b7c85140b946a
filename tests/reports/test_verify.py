"""A report computed again: equal when nothing changed, and exact about what did."""

import json
import shutil

import pytest

import multipolar
from multipolar.core.errors import BadStudy
from multipolar.reports import verify, write_report
from multipolar.reports._verifying import compare_specifications, compare_tables, compare_values


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The starter record alone."""
    return multipolar.Store.open(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def written(tmp_path_factory, store):
    path = tmp_path_factory.mktemp("verify") / "report"
    verdict = multipolar.claim("world-sanctioned-russia", store=store)
    write_report(verdict, path, formats=["json", "csv"])
    return path


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy") / "replication"


def claim_of(folder):
    return next(iter(json.loads((folder / "expected.json").read_text())))


def test_round_trip_is_equal(written, store):
    for path in (written, written / "replication"):
        found = verify(path, store=store)
        assert found.differences == ()
        assert found.equal


def test_study_file_of_the_folder_loads(written):
    from multipolar.core.study import load_study

    study = load_study(written / "replication/study.toml")
    assert [c.id for c in study.claim] == [claim_of(written / "replication")]


def test_a_moved_number_is_found_and_named(copy, store):
    name = claim_of(copy)
    file = copy / f"{name}.csv"
    lines = file.read_text().splitlines(keepends=True)
    column = lines[0].rstrip().split(",").index("estimate")
    cells = lines[3].split(",")
    spec, before = cells[0], cells[column]
    cells[column] = repr(float(before) + 1e-15 + abs(float(before)) * 1e-12)
    lines[3] = ",".join(cells)
    file.write_text("".join(lines))
    found = verify(copy, store=store)
    assert not found.equal
    assert f"file {name}.csv: changed since the report was written" in found.differences
    assert any(f"specification {spec}: estimate is {before}" in d for d in found.differences)


def test_a_changed_study_is_found(copy, store):
    study = copy / "study.toml"
    study.write_text(study.read_text() + "\n# a note\n")
    found = verify(copy, store=store)
    assert found.differences == ("file study.toml: changed since the report was written",)


def test_other_data_are_found_by_their_hash(copy, store):
    name = claim_of(copy)
    expected = json.loads((copy / "expected.json").read_text())
    table = expected[name]["sources"][0]["table"]
    expected[name]["sources"][0]["sha256"] = "0" * 64
    (copy / "expected.json").write_text(json.dumps(expected))
    found = verify(copy, store=store)
    assert any(f"table {table}: content 000000000000" in d for d in found.differences)


def test_what_is_no_replication_folder_is_said(tmp_path, copy, store):
    with pytest.raises(BadStudy, match="no replication folder"):
        verify(tmp_path / "nothing", store=store)
    (copy / "manifest.json").write_text("{broken")
    with pytest.raises(BadStudy, match="not valid JSON"):
        verify(copy, store=store)


def test_a_missing_file_is_a_difference(copy, store):
    (copy / f"{claim_of(copy)}.csv").unlink()
    found = verify(copy, store=store)
    assert any(d.endswith("missing") for d in found.differences)


def test_values_are_compared_place_by_place():
    before = {"a": [1, {"b": 0.1}], "gone": 1}
    after = {"a": [1, {"b": 0.2}], "new": 1}
    assert list(compare_values(before, after)) == [
        "a[1].b is 0.2, was 0.1",
        "gone: not computed now",
        "new: not in the report",
    ]
    assert list(compare_values({"x": 1.0}, {"x": 1.0 + 1e-12}))
    assert not list(compare_values({"x": 1.0}, {"x": 1.0 + 1e-12}, tolerance=1e-9))


def test_specifications_are_compared_by_id_not_by_row():
    before = "spec,estimate\na,0.5\nb,1\n"
    assert not list(compare_specifications(before, "spec,estimate\nb,1.0\na,0.5\n"))
    assert list(compare_specifications(before, "spec,estimate\na,0.5\nc,1\n")) == [
        "specification b: in the report, not computed now",
        "specification c: computed now, not in the report",
    ]


def test_tables_are_compared_by_hash():
    before = [{"table": "votes", "sha256": "a" * 64}, {"table": "old", "sha256": ""}]
    after = [{"table": "votes", "sha256": "b" * 64}, {"table": "new", "sha256": ""}]
    assert list(compare_tables(before, after)) == [
        "table new: not used by the report, used now",
        "table old: used by the report, not used now",
        f"table votes: content {'a' * 12} in the report, {'b' * 12} here",
    ]
