"""What ``measure show`` prints can be typed back, and names where the numbers come from."""

import json

import pytest

from multipolar import measure
from multipolar.cli import main
from multipolar.core.errors import UnknownName
from multipolar.measures import MEASURES


def shown(name, capsys):
    main(["measure", "show", name, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def test_options_in_general_are_no_selector(capsys):
    found = shown("multivector", capsys)
    assert "--poles" in found["selectors"]
    assert "--options" not in found["selectors"]
    with pytest.raises(UnknownName, match="options"):
        measure("multivector", options="x")


def test_every_table_a_measure_reads_is_offered_by_a_source(capsys):
    for name in MEASURES.names():
        for part in shown(name, capsys)["reads"].split("; "):
            assert part.endswith(")"), f"{name}: no source fills {part}"


def test_a_picture_that_cannot_be_written_is_found_out_before_the_work(tmp_path, run):
    picture = tmp_path / "there.svg"
    picture.write_text("kept")
    # The record in the package is too small for the estimate: that would be said later.
    code, _, err = run("measure", "compute", "ideal_points", "--mode", "fast", "--chart", picture)
    assert code == 2
    assert "is there already" in err
    assert picture.read_text() == "kept"
    code, _, err = run("measure", "compute", "structural_balance", "--chart", tmp_path / "new.svg")
    assert code == 2
    assert "has no picture" in err
