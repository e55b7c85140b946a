"""Names the user has added to a store, or keeps in a file, are names to the reader."""

from __future__ import annotations

import pytest

from multipolar.core.errors import BadOption, UsageError
from multipolar.reader import read
from multipolar.reader.lexicon import load_lexicon
from multipolar.reader.recorded import RecordedNames, recorded_names
from multipolar.store import Store

LEADERS = """state,name,office,start,end,source,confidence,note
KGZ,Altynbek Sagynov,president,2030-01-24,,the user,high,
KGZ,Sadyr Japarov,president,2021-01-28,2030-01-24,the user,high,
"""
MEMBERSHIPS = """org,state,start,end,status,source,confidence,note
C7ALLIANCE,KGZ,2031-01-01,,member,the user,high,
C7ALLIANCE,KAZ,2031-01-01,,member,the user,high,
"""


@pytest.fixture(scope="module")
def own_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    store = Store.open(folder / "store")
    for name, text in (("leaders", LEADERS), ("memberships", MEMBERSHIPS)):
        path = folder / f"{name}.csv"
        path.write_text(text, "utf-8")
        store.add(name, [path])
    return Store.open(folder / "store")


def test_starter_record_adds_nothing():
    assert recorded_names(Store.open("/nonexistent/folder")) == RecordedNames()


def test_leaders_of_the_store_are_known_by_name_surname_and_term(own_store):
    text = "Altynbek Sagynov flew to Moscow. Sagynov met Putin."
    reading = read(text, date="2030-06-01", store=own_store)
    leaders = [m for m in reading.mentions if m.type == "LEADER"]
    assert [m.code for m in leaders] == ["KGZ", "KGZ", "RUS"]
    assert leaders[0].in_office is True
    assert leaders[0].role == "head_of_state"
    assert reading.events[0].actors == ["KGZ"]
    assert not [m for m in read(text, date="2030-06-01").mentions if m.code == "KGZ"]


def test_organisations_of_the_store_are_known_and_explained(own_store):
    reading = read("Armenia joined the C7ALLIANCE in May.", date="2031-06-01", store=own_store)
    assert [(m.type, m.code) for m in reading.mentions][-1] == ("IGO", "C7ALLIANCE")
    assert reading.events[0].recipients == ["C7ALLIANCE"]
    assert "store: memberships" in reading.explain("en2")


def test_lists_with_a_store_are_made_once(own_store):
    names = recorded_names(own_store)
    assert load_lexicon("", names) is load_lexicon("", recorded_names(own_store))


def test_own_file_of_names_is_used_and_explained(tmp_path):
    path = tmp_path / "names.toml"
    path.write_text(
        '[[name]]\nname = "Nordstan"\ntype = "STATE"\ncode = "NRD"\n'
        '[[loaded]]\nwords = ["turnip"]\nkind = "NAME_CALLING"\n',
        "utf-8",
    )
    reading = read("Nordstan attacked Iran, that turnip.", date="2025-01-01", lexicon=path)
    assert reading.events[0].actors == ["NRD"]
    assert "names.toml" in reading.explain("en1")
    assert [x.kind for x in reading.loaded] == ["NAME_CALLING"]


def test_own_file_that_is_absent_or_broken_is_named(tmp_path):
    with pytest.raises(UsageError, match="no lexicon file"):
        read("Putin met Xi.", lexicon=tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[name]\n", "utf-8")
    with pytest.raises(BadOption, match="broken"):
        read("Putin met Xi.", lexicon=broken)
