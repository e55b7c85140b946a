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
