"""The folder of a static site: what is written to it, and what is taken away again.

A list in the folder names every file that we wrote, with its size and a key of what it was made from, so that
the next run need not make it again. A file is entered before it is written, with its key after it was, and
taken off after it is deleted: the list is right even where a run was interrupted, and its last line about a
file counts. Whatever else lies in the folder (``CNAME``, ``.git``) is left alone.
"""

import fcntl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from archive.errors import ArchiveBusyError, ArchiveError, explain

LIST = ".series-archive-static"
"""Names the files that we wrote, a line each: name, bytes, key; the name alone while it is being written."""


class _Made(NamedTuple):
    """What a file was when it was written."""

    size: int = -1
    key: str = ""


_UNDER_WAY = _Made()


class Folder:
    """A folder that is brought to hold a site, file by file; use `writing_site` to make one."""

    def __init__(self, path: Path, log: TextIO) -> None:
        self.path = path
        self.written = 0
        """Files that are new or changed."""
        self.deleted = 0
        """Files that a site before this one had."""
        self.size = 0
        """Bytes of all files of the site."""
        self.strange: list[str] = []
        """Files that somebody else put where one of ours belongs: they were left as they are."""
        self._log = log
        self._own = _read_list(path)
        self._by_key: dict[str, list[str]] = defaultdict(list)
        for name, made in self._own.items():
            self._by_key[made.key].append(name)
        self._now: dict[str, _Made] = {}
        self._folders: set[Path] = set()

    @property
    def files(self) -> int:
        """Files of the site."""
        return len(self._now)

    def keep(self, key: str, last: str) -> bool:
        """Keep the files that were written under a key; say if they are there, the last one of them too."""
        names = self._by_key.get(key, [])
        if last not in names or not all(_size(self.path / name) == self._own[name].size for name in names):
            return False
        for name in names:
            self._now[name] = self._own[name]
            self.size += self._own[name].size
        return True

    def write(self, name: str, content: str | bytes, key: str = "") -> None:
        """Put a file of the site into its place, whole or not at all; what is the same already stays.

        Args:
            name: Its path in the folder, with ``/``.
            content: Text becomes UTF-8.
            key: Of all that it is made from; see `keep`.
        """
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        path = self.path / name
        if name not in self._own and path.exists():
            self.strange.append(name)
            return
        made = _Made(len(data), key)
        if self._own.get(name) != made or not _same(path, data):
            self._enter(name)
            self._put(path, data)
            self._enter(name, made)
        self._now[name] = made
        self.size += len(data)

    def _put(self, path: Path, data: bytes) -> None:
        if _same(path, data):
            return
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        self._replace(path, data)
        self.written += 1

    def delete_others(self) -> None:
        """Delete what an earlier site had and this one has not; then the list holds what there is."""
        for name in sorted(self._own.keys() - self._now.keys()):
            self.path.joinpath(name).unlink(missing_ok=True)
            self.deleted += 1
            self._remove_empty(self.path.joinpath(name).parent)
        lines = (_line(name, self._now[name]) for name in sorted(self._now))
        self._replace(self.path / LIST, "".join(lines).encode())

    def _replace(self, path: Path, data: bytes) -> None:
        """Write a file aside first, always the same one: an interrupted run leaves no litter."""
        part = self.path / f"{LIST}.part"
        part.write_bytes(data)
        part.replace(path)

    def _enter(self, name: str, made: _Made = _UNDER_WAY) -> None:
        self._log.write(_line(name, made))
        self._log.flush()
        self._own[name] = made

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.path:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


@contextmanager
def writing_site(path: Path) -> Iterator[Folder]:
    """Give a folder to write a site to; at the end, when all went well, files of an earlier site are deleted.

    Raises:
        ArchiveError: It cannot be written, or it holds files and no site of ours.
        ArchiveBusyError: Another run is writing it.
    """
    path = path.absolute()
    try:
        if path.exists() and not path.is_dir():
            raise ArchiveError(f"{path} is a file: name a folder.")
        if path.exists() and any(path.iterdir()) and not path.joinpath(LIST).exists():
            raise ArchiveError(f"{path} holds files that are not ours: name an empty folder, or a new one.")
        path.mkdir(parents=True, exist_ok=True)
        with path.joinpath(LIST).open("a", encoding="utf-8") as log:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder = Folder(path, log)
            yield folder
            folder.delete_others()
    except BlockingIOError:
        raise ArchiveBusyError(f"{path} is being written by another run: wait for it to end.") from None
    except OSError as error:
        raise explain(error, Path(error.filename or path)) from error


def _line(name: str, made: _Made) -> str:
    return f"{name}\n" if made is _UNDER_WAY else f"{name}\t{made.size}\t{made.key}\n"


def _read_list(path: Path) -> dict[str, _Made]:
    lines = path.joinpath(LIST).read_text(encoding="utf-8").splitlines()
    found = (line.partition("\t") for line in lines)
    return {name: _read_made(stated) for name, _, stated in found if _is_inside(name)}


def _read_made(stated: str) -> _Made:
    size, _, key = stated.partition("\t")
    return _Made(int(size), key) if size.isdecimal() else _UNDER_WAY


def _is_inside(name: str) -> bool:
    """Say if a name is of a file in the folder: a list that somebody wrote by hand deletes nothing else."""
    return bool(name) and not Path(name).is_absolute() and ".." not in name.split("/")


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def _same(path: Path, data: bytes) -> bool:
    return _size(path) == len(data) and path.read_bytes() == data
