"""A verdict beside the same claim on the other vintages of its data."""

import json

import pytest

import multipolar
from multipolar.sources import SOURCES
from multipolar.store import Store
from multipolar.store.starter import starter_paths

CLAIM = "world-sanctioned-russia"


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """A store whose own list of sanctions says that everybody joined (the Russian list stays)."""
    folder = tmp_path_factory.mktemp("vintages")
    (original,) = starter_paths(SOURCES["sanctions_on_russia"])
    head, *rows = original.read_text(encoding="utf-8").splitlines()
    joined = [",".join([row.split(",")[0], "1", *row.split(",")[2:]]) for row in rows]
    path = folder / "sanctions.csv"
    path.write_text("\n".join([head, *joined]) + "\n", encoding="utf-8")
    store = Store.open(folder / "store")
    store.add("sanctions_on_russia", path)
    return store


def test_a_store_with_one_vintage_names_no_other(starter):
    assert multipolar.claim(CLAIM, store=starter).vintages == ()


def test_another_vintage_is_named_and_asked_only_when_wanted(revised):
    (row,) = multipolar.claim(CLAIM, store=revised).vintages
    assert (row["vintage"], row["tables"]) == ("starter", ["sanctions_on_russia"])
    assert row["verdict"] is row["supports"] is None


def test_every_specification_is_asked_of_the_other_vintage(revised, starter, tmp_path):
    verdict = multipolar.claim(CLAIM, store=revised, vintages=True)
    first = multipolar.claim(CLAIM, store=starter)
    (row,) = verdict.vintages
    assert verdict.word == "contested"
    assert row["verdict"] == first.word == "mostly fails"
    assert row["supports"] == first.multiverse.shares["supports"]
    page = verdict.report(tmp_path / "report").read_text(encoding="utf-8")
    assert "the starter record of sanctions_on_russia: another verdict, mostly fails" in page
    assert multipolar.verify(tmp_path / "report", store=revised).equal
    json.dumps(verdict.to_dict())
