"""Fetching a source from a server on loopback into the store."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stamina
from toy_source import toy_source, write_toy

from multipolar.core.declare import File
from multipolar.core.errors import BadOption, ChecksumMismatch, DownloadFailed


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with stamina.set_testing(True, attempts=2):
        yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_fetched_source_is_in_the_store(store, site):
    folder, address = site
    file = write_toy(folder / "toy.csv")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    source = toy_source(files=(File(url=f"{address}/toy.csv", name="toy.csv", sha256=sha256),))
    seen = []
    (made,) = store.fetch(source, progress=lambda *a: seen.append(a))
    assert (made.kind, made.rows, made.files[0].sha256) == ("fetched", 40, sha256)
    kept = store.path / "raw" / "toy_source" / sha256 / "toy.csv"
    assert kept.read_bytes() == file.read_bytes()
    assert seen[-1][0] == "fetch toy.csv"
    assert store.fetch(source) == [made], "an unchanged file is no new vintage"


def test_a_re_issued_file_is_a_new_vintage(store, site):
    folder, address = site
    source = toy_source(files=(File(url=f"{address}/toy.csv", name="toy.csv"),))
    write_toy(folder / "toy.csv", generation=1)
    store.fetch(source)
    write_toy(folder / "toy.csv", generation=2)
    store.fetch(source)
    assert len(store.vintages("toy")) == 2
    assert store.frame("toy")["value"].unique().to_list() == [2.5]


def test_what_cannot_be_fetched_leaves_the_store_as_it_was(store, site):
    folder, address = site
    write_toy(folder / "toy.csv")
    good = File(url=f"{address}/toy.csv", name="toy.csv")
    gone = File(url=f"{address}/gone.csv", name="gone.csv")
    spoilt = File(url=f"{address}/toy.csv", name="toy.csv", sha256="0" * 64)
    store.fetch(toy_source(files=(good,)))
    before = (store.path / "manifest.json").read_bytes()
    with pytest.raises(DownloadFailed, match="404"):
        store.fetch(toy_source(files=(good, gone)))
    with pytest.raises(ChecksumMismatch):
        store.fetch(toy_source(files=(spoilt,)))
    with pytest.raises(DownloadFailed, match="offline"):
        store.fetch(toy_source(files=(good,)), offline=True)
    assert (store.path / "manifest.json").read_bytes() == before
    assert store.frame("toy").height == 40


def test_a_source_without_an_address_says_how_to_add_it(store):
    with pytest.raises(BadOption, match="no address") as error:
        store.fetch(toy_source())
    assert "source add toy_source FILE" in error.value.hint
