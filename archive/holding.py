"""One run at a time: a lock that ends with the process which holds it."""

import fcntl
import io
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import ArchiveBusyError, explain
from archive.times import utc_now

_held: set[Path] = set()
"""Archives that this process holds."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the archive for one run; the lock ends with the process, however that ends.

    Raises:
        ArchiveBusyError: Another run holds it.
    """
    path = real_path(path)
    lock = path.with_name(f"{path.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise explain(error, lock) from error
    try:
        try:
            if not try_lock(descriptor):
                holder = _holder(os.pread(descriptor, 1000, 0))
                raise ArchiveBusyError(f"{path} is held by {holder}: wait for it to end.")
        except OSError as error:
            raise explain(error, lock) from error
        _note_holder(descriptor, {"pid": os.getpid(), "host": socket.gethostname(), "since": utc_now()})
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
            _note_holder(descriptor, None)
    finally:
        os.close(descriptor)


def _note_holder(descriptor: int, holder: Mapping[str, object] | None) -> None:
    """Say in the lock file who holds the archive; on a full disk it holds without a word."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode() if holder else b"", 0)


def try_lock(file: int | io.FileIO) -> bool:
    """Lock a file or folder for this process, as long as it is open; False when another one has.

    Raises:
        OSError: Its file system has no locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Tell whether this process holds an archive."""
    return real_path(path) in _held


def real_path(path: Path) -> Path:
    """Follow links, as SQLite does: two names of one archive are one archive, with one lock."""
    return Path(os.path.realpath(path))


def _holder(content: bytes) -> str:
    try:
        said = json.loads(content)
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (ValueError, KeyError, TypeError):
        return "another run"
