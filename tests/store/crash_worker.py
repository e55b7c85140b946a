"""What child processes of the crash tests do: write, and die or be stopped at a chosen moment."""

import os
import resource
import signal
import sys
import time
from pathlib import Path

from toy_source import read_eager, toy_source

from multipolar.core.errors import MultipolarError
from multipolar.store import Store

_WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


def _touches(event, arguments, root):
    """Tell whether an audit event changes something below ``root``."""
    if event == "open":
        path, mode, flags = arguments
        writes = (mode and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        return bool(writes) and str(path).startswith(root)
    return event in _WATCHED and str(arguments[0]).startswith(root)


def die_at_change(root, file, fatal):
    """Add ``file``; die by SIGKILL just before the change number ``fatal`` to the folder."""
    count = 0

    def watch(event, arguments):
        nonlocal count
        if event in _WATCHED or event == "open":
            if not _touches(event, arguments, str(root)):
                return
            count += 1
            if count == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    store = Store.open(root)
    sys.addaudithook(watch)
    store.add(toy_source(), file)
    os._exit(0)


def add_for_ever(root, folder, notes):
    """Add the files of ``folder`` in turn, noting each generation that was written."""
    store = Store.open(root)
    for file in sorted(Path(folder).iterdir()):
        store.add(toy_source(), file)
        with Path(notes).open("a") as out:
            out.write(f"{file.stem}\n")


def add_and_stall(root, file, signal_file):
    """Stall inside ``read``, with raw files in place and staging open."""

    def read(paths, rejects):
        Path(signal_file).touch()
        time.sleep(600)
        return read_eager(paths, rejects)

    Store.open(root).add(toy_source(read=read), file)


def add_with_little_room(root, file, limit, answer):
    """Add ``file`` where no file may grow beyond ``limit`` bytes; note what was said."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        Store.open(root).add(toy_source(), file)
        said = "done"
    except MultipolarError as error:
        said = f"{type(error).__name__}: {error.message}"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    Path(answer).write_text(said)
