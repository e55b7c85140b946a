"""Downloads against a real server on loopback that can be told to misbehave."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stamina

from multipolar.core.errors import ChecksumMismatch, DownloadFailed
from multipolar.download import USER_AGENT, fetch_file

BODY = bytes(range(256)) * 4096  # 1 MiB: several reads of the client
SHA256 = hashlib.sha256(BODY).hexdigest()


@dataclass
class Site:
    """What the server holds, how it misbehaves, and what it was asked."""

    body: bytes = BODY
    etag: str = '"v1"'
    ranges: bool = True
    misbehave: Callable | None = None
    requests: list = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        site = self.server.site
        site.requests.append(dict(self.headers))
        if site.misbehave and site.misbehave(self, len(site.requests)):
            return
        self.answer(site)

    def answer(self, site, *, cut=None, announce=None):
        """Send the file or the rest of it; ``cut`` closes the connection after that many bytes."""
        start = 0
        asked = self.headers.get("Range", "")
        current = self.headers.get("If-Range", site.etag) == site.etag
        if asked and site.ranges and current:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(site.body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(site.body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header(
                "Content-Range", f"bytes {start}-{len(site.body) - 1}/{len(site.body)}"
            )
        else:
            self.send_response(200)
        payload = site.body[start:]
        if site.etag:
            self.send_header("ETag", site.etag)
        self.send_header("Content-Length", str(announce or len(payload)))
        self.end_headers()
        self.wfile.write(payload[:cut] if cut is not None else payload)
        if cut is not None or announce:
            self.close_connection = True

    def refuse(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site(url=f"http://127.0.0.1:{server.server_port}/data.csv")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.site
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_arrives_whole_with_progress_and_a_named_client(site, tmp_path):
    seen = []
    target = tmp_path / "new" / "data.csv"
    fetch_file(site.url, target, sha256=SHA256.upper(), progress=lambda *a: seen.append(a))
    assert target.read_bytes() == BODY
    assert sorted(p.name for p in target.parent.iterdir()) == ["data.csv"]
    assert seen[-1] == ("fetch data.csv", len(BODY), len(BODY))
    assert site.requests[0]["User-Agent"] == USER_AGENT
    assert USER_AGENT.startswith("multipolar/")


def test_a_dropped_connection_is_resumed_where_it_broke(site, tmp_path):
    half = len(BODY) // 2
    site.misbehave = lambda h, n: n == 1 and (h.answer(site, cut=half), True)[1]
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert (tmp_path / "data.csv").read_bytes() == BODY
    assert [r.get("Range") for r in site.requests] == [None, f"bytes={half}-"]
    assert site.requests[1]["If-Range"] == '"v1"'


def test_many_drops_are_survived_as_long_as_each_brings_something(site, tmp_path):
    step = len(BODY) // 20
    site.misbehave = lambda h, n: n < 20 and (h.answer(site, cut=step), True)[1]
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert (tmp_path / "data.csv").read_bytes() == BODY
    assert len(site.requests) >= 20


def test_a_later_call_resumes_what_an_earlier_one_left(site, tmp_path):
    target = tmp_path / "data.csv"
    third = len(BODY) // 3

    def drop_then_refuse(handler, number):
        if number == 1:
            handler.answer(site, cut=third)
            return True
        return handler.refuse(503)

    site.misbehave = drop_then_refuse
    with pytest.raises(DownloadFailed, match="503"):
        fetch_file(site.url, target)
    assert not target.exists()
    site.misbehave = None
    fetch_file(site.url, target, sha256=SHA256)
    assert site.requests[-1]["Range"] == f"bytes={third}-"
    assert target.read_bytes() == BODY


def test_a_file_that_changed_between_two_calls_is_loaded_afresh(site, tmp_path):
    target = tmp_path / "data.csv"

    def drop_then_refuse(handler, number):
        if number == 1:
            handler.answer(site, cut=1000)
            return True
        return handler.refuse(503)

    site.misbehave = drop_then_refuse
    with pytest.raises(DownloadFailed):
        fetch_file(site.url, target)
    site.misbehave, site.etag, site.body = None, '"v2"', BODY[::-1]
    fetch_file(site.url, target)
    assert target.read_bytes() == BODY[::-1]


def test_without_ranges_the_file_is_loaded_afresh(site, tmp_path):
    site.ranges = False
    site.misbehave = lambda h, n: n == 1 and (h.answer(site, cut=5000), True)[1]
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert (tmp_path / "data.csv").read_bytes() == BODY


def test_without_a_validator_nothing_is_resumed(site, tmp_path):
    site.etag = ""
    site.misbehave = lambda h, n: n == 1 and (h.answer(site, cut=5000), True)[1]
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert all("Range" not in r for r in site.requests)


def test_a_weak_etag_is_no_ground_to_resume(site, tmp_path):
    site.etag = 'W/"v1"'
    site.misbehave = lambda h, n: n == 1 and (h.answer(site, cut=5000), True)[1]
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert all("Range" not in r for r in site.requests)


def test_busy_servers_are_asked_again(site, tmp_path):
    site.misbehave = lambda h, n: n <= 3 and h.refuse([503, 429, 500][n - 1])
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert len(site.requests) == 4


def test_a_body_shorter_than_announced_never_counts_as_whole(site, tmp_path):
    site.misbehave = lambda h, _: (h.answer(site, announce=len(BODY) + 100), True)[1]
    with pytest.raises(DownloadFailed, match="after 5 attempts"):
        fetch_file(site.url, tmp_path / "data.csv")
    assert not (tmp_path / "data.csv").exists()


def test_a_wrong_checksum_leaves_nothing_behind(site, tmp_path):
    with pytest.raises(ChecksumMismatch, match=SHA256[:16]):
        fetch_file(site.url, tmp_path / "data.csv", sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_a_spoilt_part_gets_one_fresh_start(site, tmp_path):
    site.misbehave = lambda h, n: (
        h.answer(site, cut=4000) or True if n == 1 else n < 12 and h.refuse(503)
    )
    target = tmp_path / "data.csv"
    with pytest.raises(DownloadFailed):
        fetch_file(site.url, target)
    part = tmp_path / "data.csv.part"
    part.write_bytes(b"x" * part.stat().st_size)
    site.misbehave = None
    fetch_file(site.url, target, sha256=SHA256)
    assert target.read_bytes() == BODY


def test_a_part_longer_than_the_file_is_dropped(site, tmp_path):
    target = tmp_path / "data.csv"
    (tmp_path / "data.csv.part").write_bytes(BODY + b"more")
    note = f'{{"url": "{site.url}", "validator": "\\"v1\\"", "size": null}}'
    (tmp_path / "data.csv.part.json").write_text(note)
    fetch_file(site.url, target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("status", [401, 403, 404, 410, 202, 204])
def test_a_refusal_is_said_at_once(site, tmp_path, status):
    site.misbehave = lambda h, _: h.refuse(status)
    with pytest.raises(DownloadFailed, match=f"{status}") as error:
        fetch_file(site.url, tmp_path / "data.csv")
    assert len(site.requests) == 1
    assert error.value.exit_code == 4
    assert "source add" in error.value.hint


def test_a_web_page_is_not_taken_for_data(site, tmp_path):
    def page(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", "4")
        handler.end_headers()
        handler.wfile.write(b"<p/>")
        return True

    site.misbehave = page
    with pytest.raises(DownloadFailed, match="web page"):
        fetch_file(site.url, tmp_path / "data.csv")
    assert list(tmp_path.iterdir()) == []


def test_redirects_are_followed(site, tmp_path):
    site.misbehave = lambda h, n: n == 1 and h.refuse(302, Location="/elsewhere.csv")
    fetch_file(site.url, tmp_path / "data.csv", sha256=SHA256)
    assert len(site.requests) == 2


def test_an_endless_redirect_ends(site, tmp_path):
    site.misbehave = lambda h, _: h.refuse(302, Location="/data.csv")
    with pytest.raises(DownloadFailed, match="redirect"):
        fetch_file(site.url, tmp_path / "data.csv")


def test_offline_connects_to_nothing(site, tmp_path):
    with pytest.raises(DownloadFailed, match="offline"):
        fetch_file(site.url, tmp_path / "data.csv", offline=True)
    assert site.requests == []


def test_no_server_is_a_failed_download(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}/data.csv"
    server.server_close()
    with pytest.raises(DownloadFailed, match="after 5 attempts") as error:
        fetch_file(url, tmp_path / "data.csv")
    assert "network" in error.value.hint


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a.csv", "http://", "no address"])
def test_an_impossible_address_is_a_failed_download(tmp_path, url):
    with pytest.raises(DownloadFailed):
        fetch_file(url, tmp_path / "data.csv")


def test_a_target_that_cannot_be_written_is_a_failed_download(site, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        fetch_file(site.url, tmp_path / "file" / "data.csv")
