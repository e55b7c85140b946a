"""Verdicts kept in the store's folder: the same bytes whoever wrote them; files are not trusted."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from multipolar.auditing import Auditor, store_events, verdicts
from multipolar.auditing.verdicts import KEPT_IN, verdict_on
from multipolar.claims.library import find_claim
from multipolar.store import Store

TEXT = "The world condemned the invasion of Ukraine. Kazakhstan abstained."


@pytest.fixture
def store(tmp_path) -> Store:
    return Store.open(tmp_path / "store")


def kept(store: Store) -> list:
    return sorted((store.path / KEPT_IN).glob("*.json"))


def test_a_kept_verdict_gives_the_same_audit(store):
    fresh = Auditor(store, keep_verdicts=True).audit(TEXT, date="2022-03-10")
    files = [p.read_bytes() for p in kept(store)]
    again = Auditor(Store.open(store.path), keep_verdicts=True).audit(TEXT, date="2022-03-10")
    assert len(files) == 1
    assert [v.kept for v in again.verdicts.values()] == [True]
    assert again.to_dict() == fresh.to_dict()
    assert [p.read_bytes() for p in kept(store)] == files


def test_nothing_is_kept_unless_asked(store):
    Auditor(store).audit(TEXT, date="2022-03-10")
    assert not (store.path / KEPT_IN).exists()


def test_a_damaged_file_is_computed_again(store):
    study = find_claim("world-condemned-invasion")
    first = verdict_on(study, store, seed=1, keep=True)
    for damage in (b"", b"{", b"[]", b'{"verdict": "holds"}'):
        kept(store)[0].write_bytes(damage)
        again = verdict_on(study, store, seed=1, keep=True)
        assert not again.kept
        assert again.to_dict() == first.to_dict()


def test_only_the_verdicts_used_last_are_kept(store, monkeypatch):
    monkeypatch.setattr(verdicts, "KEPT", 3)
    study = find_claim("world-condemned-invasion")
    for seed in (1, 2, 3):
        verdict_on(study, store, seed=seed, keep=True)
    for age, path in enumerate(kept(store)):
        os.utime(path, ns=(age, age))  # all long ago, in the order of their names
    oldest, second, _ = kept(store)
    part = store.path / KEPT_IN / ".broken.1.00.part"
    part.write_text("left by an audit that was broken off")
    os.utime(part, ns=(0, 0))
    for seed in (1, 2, 3):  # the one that would go next is used again
        if verdicts._path(study, store, seed) == oldest:
            assert verdict_on(study, store, seed=seed, keep=True).kept
    verdict_on(study, store, seed=4, keep=True)
    left = kept(store)
    assert len(left) == 3
    assert oldest in left
    assert second not in left
    assert not part.exists()


def test_seed_and_data_are_part_of_the_name_and_kept_events_are_not(store):
    study = find_claim("world-condemned-invasion")
    audit = Auditor(store, keep_verdicts=True).audit(TEXT, date="2022-03-10")
    store_events([audit], store)
    assert verdict_on(study, store, seed=1945, keep=True).kept
    assert not verdict_on(study, store, seed=7, keep=True).kept
    assert len(kept(store)) == 2


def test_two_writers_leave_one_whole_file(store):
    study = find_claim("world-condemned-invasion")
    stores = [Store.open(store.path) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda s: verdict_on(study, s, seed=1, keep=True).to_dict(), stores))
    assert found[0] == found[1]
    assert [p.name[0] for p in (store.path / KEPT_IN).iterdir()].count(".") == 0
    assert verdict_on(study, store, seed=1, keep=True).to_dict() == found[0]


def test_a_folder_that_cannot_be_written_costs_time_only(store):
    store.path.mkdir()
    (store.path / KEPT_IN).write_text("a file where the folder would be")
    assert verdict_on(find_claim("world-condemned-invasion"), store, seed=1, keep=True).word
