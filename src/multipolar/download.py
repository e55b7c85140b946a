"""The one module that opens outgoing connections: files over HTTP, resumed, retried and checked."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx2
import stamina

from multipolar import __version__
from multipolar.core.errors import ChecksumMismatch, DownloadFailed

Progress = Callable[[str, int, int | None], None]
USER_AGENT = f"multipolar/{__version__} (reads public research data; resumes, never crawls)"
_TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
_ATTEMPTS = 5
_LONGEST_WAIT = 60.0  # seconds a server may ask for before we give up and say so
# Retries are told through ``progress`` and the final error, not by the library's bare log lines.
logging.getLogger("stamina").addHandler(logging.NullHandler())
_WORTH_RETRYING = {408, 425, 429, 500, 502, 503, 504}


class _Interrupted(Exception):
    """The transfer broke off in a way that another attempt may mend."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(slots=True)
class _Arrived:
    """What is known of the bytes in the ``.part`` file, kept beside it as JSON.

    ``validator`` is the server's mark of this version of the file (strong ETag, else the date of
    its last change); without one a transfer is started afresh instead of being resumed.
    """

    url: str
    validator: str = ""
    size: int | None = None


@dataclass(slots=True)
class _Transfer:
    """One download in progress; ``furthest`` is the most bytes it ever had."""

    url: str
    part: Path
    progress: Progress | None
    label: str
    headers: Mapping[str, str] = field(default_factory=dict)
    furthest: int = 0
    arrived: _Arrived = field(init=False)

    def __post_init__(self) -> None:
        self.arrived = _read_note(self.note, self.url)

    @property
    def note(self) -> Path:
        return self.part.with_name(self.part.name + ".json")

    def have(self) -> int:
        """Bytes that can be resumed from."""
        if not self.arrived.validator or not self.part.exists():
            return 0
        return self.part.stat().st_size

    def forget(self) -> None:
        """Drop what has arrived."""
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        self.arrived = _Arrived(self.url)


def fetch_file(
    url: str,
    target: Path,
    *,
    sha256: str = "",
    offline: bool = False,
    progress: Progress | None = None,
    headers: Mapping[str, str] | None = None,
) -> Path:
    """Download one file; ``target`` appears whole or not at all.

    A transfer that broke off is resumed where the server can (byte ranges, with a check that the
    file has not changed meanwhile), also by a later call: the bytes so far wait in
    ``<target>.part``.

    Parameters
    ----------
    url : str
        ``http`` or ``https`` address.
    target : Path
        Where the file goes; its folder is created.
    sha256 : str, optional
        Announced checksum in hex; nothing is put in place unless it fits.
    offline : bool
        Refuse to connect.
    progress : callable, optional
        Called with (label, bytes so far, bytes in total or None).
    headers : mapping, optional
        Sent with the request, a key for instance; redirects are then refused, so that a key goes
        to no other server. Never written to disk.

    Returns
    -------
    Path
        ``target``.

    Raises
    ------
    DownloadFailed
        Offline, no network, refused, a web page instead of the file, or the disk is full.
    ChecksumMismatch
        The bytes are not the announced ones, also when loaded afresh.

    Notes
    -----
    Says nothing about whether the content is right: that is the source's ``read`` and checks.

    Examples
    --------
    >>> fetch_file("https://un.org/a.csv", Path("a.csv"), offline=True)
    Traceback (most recent call last):
    ...
    multipolar.core.errors.DownloadFailed: https://un.org/a.csv is not fetched: offline mode is on
      fix: drop --offline, or add a copy: multipolar source add SOURCE FILE
    """
    if offline:
        raise DownloadFailed(
            f"{url} is not fetched: offline mode is on",
            hint="drop --offline, or add a copy: multipolar source add SOURCE FILE",
        )
    part = target.with_name(target.name + ".part")
    transfer = _Transfer(url, part, progress, f"fetch {target.name}", headers or {})
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed = transfer.have() > 0
        if not resumed or transfer.have() != transfer.arrived.size:
            _transfer_all(transfer)
        _check_sum(transfer, sha256, resumed=resumed)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        transfer.note.unlink(missing_ok=True)
    except OSError as error:
        raise _disk_error(url, target, error) from error
    return target


def _transfer_all(transfer: _Transfer) -> None:
    """Retry until the file is whole; give up when several attempts bring nothing new."""
    with httpx2.Client(
        timeout=_TIMEOUT,
        follow_redirects=not transfer.headers,
        headers={"User-Agent": USER_AGENT, **transfer.headers},
    ) as client:
        while True:
            before = transfer.furthest
            try:
                _attempt_repeatedly(client, transfer)
            except (httpx2.TransportError, _Interrupted) as error:
                if transfer.furthest > before:
                    continue
                raise _network_error(transfer.url, error) from error
            except (httpx2.InvalidURL, httpx2.TooManyRedirects) as error:
                raise DownloadFailed(
                    f"{transfer.url}: {error}", hint="check the address of the source"
                ) from error
            return


def _attempt_repeatedly(client: httpx2.Client, transfer: _Transfer) -> None:
    for attempt in stamina.retry_context(
        on=_is_worth_retrying, attempts=_ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=8.0
    ):
        with attempt:
            _attempt(client, transfer)


def _is_worth_retrying(error: Exception) -> bool | float:
    if isinstance(error, _Interrupted):
        return True if error.wait is None else error.wait
    return isinstance(error, httpx2.TransportError) and not isinstance(
        error, httpx2.UnsupportedProtocol
    )


def _attempt(client: httpx2.Client, transfer: _Transfer) -> None:
    """Ask for the file, or for the rest of it, and write what comes."""
    have = transfer.have()
    # A compressed transfer would make byte ranges and lengths speak of other bytes than ours.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": transfer.arrived.validator}
    with client.stream("GET", transfer.url, headers=headers) as response:
        _check_answer(transfer, response)
        resumed = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            transfer.forget()
            raise _Interrupted("the server sent another part of the file than asked for")
        if not resumed:
            _begin(transfer, response)
        _receive(transfer, response, append=resumed)
    size = transfer.part.stat().st_size
    if transfer.arrived.size is not None and size != transfer.arrived.size:
        if size > transfer.arrived.size:
            transfer.forget()
        raise _Interrupted(f"{size:,} of {transfer.arrived.size:,} bytes arrived")


def _check_answer(transfer: _Transfer, response: httpx2.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        transfer.forget()
        raise _Interrupted("the file has become shorter than the part that is here")
    if status in _WORTH_RETRYING:
        raise _Interrupted(f"the server answered {status}", _asked_wait(response))
    if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise DownloadFailed(
            f"{transfer.url}: the server answered {status} {response.reason_phrase}".rstrip(),
            hint="open the address in a browser; multipolar source add SOURCE FILE takes a copy",
        )
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html") and not transfer.label.endswith((".html", ".htm")):
        raise DownloadFailed(
            f"{transfer.url}: the server answered with a web page instead of the file",
            hint="open the address in a browser; multipolar source add SOURCE FILE takes a copy",
        )


def _asked_wait(response: httpx2.Response) -> float | None:
    """Seconds the server asks for, where it names them and they are bearable."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdigit() else None


def _begin(transfer: _Transfer, response: httpx2.Response) -> None:
    """Start the part afresh and note which version of the file it is."""
    etag = response.headers.get("ETag", "")
    validator = etag if etag.startswith('"') else response.headers.get("Last-Modified", "")
    length = response.headers.get("Content-Length", "")
    coded = response.headers.get("Content-Encoding", "identity") != "identity"
    size = int(length) if length.isdigit() and not coded else None
    transfer.arrived = _Arrived(transfer.url, "" if coded else validator, size)
    transfer.part.write_bytes(b"")
    transfer.note.write_text(json.dumps(asdict(transfer.arrived)), encoding="utf-8")


def _receive(transfer: _Transfer, response: httpx2.Response, *, append: bool) -> None:
    with transfer.part.open("ab" if append else "wb") as file:
        done = file.tell()
        # No chunk size: blocks are written as they come, so a break loses nothing that arrived.
        for block in response.iter_bytes():
            file.write(block)
            done += len(block)
            transfer.furthest = max(transfer.furthest, done)
            if transfer.progress:
                transfer.progress(transfer.label, done, transfer.arrived.size)


def _check_sum(transfer: _Transfer, sha256: str, *, resumed: bool) -> None:
    """Compare with the announced checksum; a part from an earlier call gets a second chance."""
    if not sha256:
        return
    found = _hash_file(transfer.part)
    if found == sha256.casefold():
        return
    transfer.forget()
    if resumed:
        _transfer_all(transfer)
        _check_sum(transfer, sha256, resumed=False)
        return
    raise ChecksumMismatch(
        f"{transfer.url}: sha256 is {found[:16]}…, announced was {sha256[:16]}…",
        hint="the publisher may have re-issued the file; compare, then multipolar source add",
    )


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_note(note: Path, url: str) -> _Arrived:
    """Note of an earlier call, if it is about the same address."""
    try:
        noted = _Arrived(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _Arrived(url)
    return noted if noted.url == url else _Arrived(url)


def _network_error(url: str, error: Exception) -> DownloadFailed:
    reason = str(error) or type(error).__name__
    return DownloadFailed(
        f"{url} was not downloaded after {_ATTEMPTS} attempts: {reason}",
        hint="check the network and repeat: what has arrived is kept; "
        "or multipolar source add SOURCE FILE",
    )


def _disk_error(url: str, target: Path, error: OSError) -> DownloadFailed:
    full = error.errno in {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
    return DownloadFailed(
        f"{url} cannot be written to {target}: {error.strerror or error}",
        hint="free some space and repeat: what has arrived is kept" if full else "--store FOLDER",
    )
