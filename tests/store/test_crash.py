"""kill -9 at any moment, two writers at once, a full disk: the last good state stays."""

import multiprocessing
import random
import shutil
import signal
import time

import crash_worker
import pytest
from toy_source import TOY, toy_source, write_toy

from multipolar.core.errors import StoreBusy
from multipolar.store import Store
from multipolar.store.digest import digest_parquet
from multipolar.store.lock import write_lock
from multipolar.store.manifest import read_manifest, table_folder

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


@pytest.fixture(scope="module")
def processes():
    """Child processes that start with everything imported and no thread running."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["multipolar.store.evidence", "ibis"])
    return context


def run(processes, work, *arguments):
    child = processes.Process(target=work, args=arguments)
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child hangs"
    code = child.exitcode
    child.close()
    return code


def check_whole(root):
    """Return the generation in use, after checking that it is there whole and readable."""
    store = Store.open(root)
    manifest = read_manifest(root)
    for entry in manifest.entries:
        assert digest_parquet(entry.parquet(root), TOY) == entry.sha256
        for file in entry.files:
            kept = root / "raw" / entry.source / file.sha256 / file.name
            assert kept.stat().st_size == file.size
    if "toy" not in store.tables():
        return None
    generations = store.frame("toy")["value"].unique().to_list()
    assert len(generations) == 1
    assert store.frame("toy").height == store.provenance("toy").rows == 40
    return int(generations[0])


def check_swept(root):
    """No leftovers: every table folder and reject file is in the manifest, staging is gone."""
    entries = read_manifest(root).entries
    assert not (root / ".staging").exists()
    assert set(root.glob("tables/*/*")) == {table_folder(root, e.table, e.vintage) for e in entries}
    assert not list(root.glob(".manifest*"))
    assert len(list(root.glob("rejects/*/*"))) == sum(bool(e.rejects) for e in entries)


def test_killed_before_any_single_change_to_the_folder(processes, tmp_path):
    """Every rename, open for writing, mkdir and removal in turn is the last thing not done."""
    good = tmp_path / "good"
    Store.open(good).add(toy_source(), write_toy(tmp_path / "1.csv", generation=1))
    second = write_toy(tmp_path / "2.csv", generation=2, extra="S00,1950,1,2.5\n")
    third = write_toy(tmp_path / "3.csv", generation=3)
    codes, seen = [], []
    for fatal in range(1, 200):
        root = tmp_path / "store"
        shutil.copytree(good, root)
        codes.append(run(processes, crash_worker.die_at_change, root, second, fatal))
        seen.append(check_whole(root))
        assert seen[-1] in {1, 2}
        Store.open(root).add(toy_source(), third)
        assert check_whole(root) == 3
        check_swept(root)
        shutil.rmtree(root)
        if codes[-1] == 0:
            break
    assert codes[-1] == 0, "the write never ran through"
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 15, "too few moments were tried for this to mean anything"
    assert seen == sorted(seen), "once the new state is in use it stays in use"
    assert seen[-1] == 2


def test_killed_at_random_moments_of_many_writes(processes, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for generation in range(100, 400):
        write_toy(folder / f"{generation}.csv", generation=generation)
    chance = random.Random(1945)
    for attempt in range(4):
        root, notes = tmp_path / f"store{attempt}", tmp_path / f"notes{attempt}"
        child = processes.Process(target=crash_worker.add_for_ever, args=(root, folder, notes))
        child.start()
        wait_for(notes)
        time.sleep(chance.uniform(0.0, 0.4))
        child.kill()
        child.join()
        child.close()
        noted = int(notes.read_text().split()[-1])
        assert check_whole(root) in {noted, noted + 1}
        Store.open(root).add(toy_source(), write_toy(tmp_path / "last.csv", generation=7))
        assert check_whole(root) == 7
        check_swept(root)


def wait_for(path, seconds=60):
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} never came"
        time.sleep(0.005)


def test_killed_while_a_source_reads(processes, tmp_path):
    root, reached = tmp_path / "store", tmp_path / "reached"
    Store.open(root).add(toy_source(), write_toy(tmp_path / "1.csv", generation=1))
    file = write_toy(tmp_path / "2.csv", generation=2)
    child = processes.Process(target=crash_worker.add_and_stall, args=(root, file, reached))
    child.start()
    wait_for(reached)
    with pytest.raises(StoreBusy), write_lock(root, wait=0.2):
        pass
    child.kill()
    child.join()
    child.close()
    assert check_whole(root) == 1
    assert (root / ".staging").exists()
    Store.open(root).add(toy_source(), file)
    assert check_whole(root) == 2
    check_swept(root)


def test_two_writers_at_once_both_succeed(processes, tmp_path):
    root = tmp_path / "store"
    children = []
    for writer in (1, 2):
        folder = tmp_path / f"files{writer}"
        folder.mkdir()
        for i in range(5):
            write_toy(folder / f"{writer}{i}.csv", generation=10 * writer + i)
        notes = tmp_path / f"notes{writer}"
        children.append(
            processes.Process(target=crash_worker.add_for_ever, args=(root, folder, notes))
        )
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
        child.close()
    entries = read_manifest(root).entries
    assert len(entries) == 10
    assert len({e.vintage for e in entries}) == 10
    assert check_whole(root) in {14, 24}
    check_swept(root)


def test_a_writer_that_waits_too_long_says_so(tmp_path):
    busy = pytest.raises(StoreBusy, match="another process")
    with write_lock(tmp_path), busy, write_lock(tmp_path, wait=0.1):
        pass
    with write_lock(tmp_path, wait=0.1):
        pass


@pytest.mark.parametrize("limit", [200, 1_000, 1_800])
def test_a_full_disk_leaves_the_last_good_state(processes, tmp_path, limit):
    """Limits below the size of the raw file, of the Parquet file, and of the manifest."""
    root, answer = tmp_path / "store", tmp_path / "answer"
    for generation in (1, 2):
        file = write_toy(tmp_path / f"{generation}.csv", generation=generation)
        Store.open(root).add(toy_source(), file)
    before = (root / "manifest.json").read_bytes()
    sizes = [read_manifest(root).entries[-1].files[0].size, read_manifest(root).entries[-1].size]
    assert sizes[0] < 1_000 < sizes[1] < 1_800 < len(before)
    file = write_toy(tmp_path / "3.csv", generation=3)
    assert run(processes, crash_worker.add_with_little_room, root, file, limit, answer) == 0
    assert answer.read_text().startswith("StoreFull: the disk refused the write")
    assert (root / "manifest.json").read_bytes() == before
    assert check_whole(root) == 2
    Store.open(root).add(toy_source(), file)
    assert check_whole(root) == 3
    check_swept(root)
