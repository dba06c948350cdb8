"""The folder of a static site: what is written to it, and what is taken away again.

A list in the folder names every file that we wrote. A file is entered before it is written, and taken off
after it is deleted, so that the list is right even where a run was interrupted. Whatever else lies in the
folder (``CNAME``, ``.git``) is left alone.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveBusyError, ArchiveError, explain

LIST = ".series-archive-static"
"""Names the files that we wrote, one a line."""


class Folder:
    """A folder that is brought to hold a site, file by file; use `writing_site` to make one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        """Files that are new or changed."""
        self.deleted = 0
        """Files that a site before this one had."""
        self.size = 0
        """Bytes of all files of the site."""
        self.strange: list[str] = []
        """Files that somebody else put where one of ours belongs: they were left as they are."""
        self._own = _read_list(path)
        self._now: set[str] = set()
        self._folders: set[Path] = set()

    @property
    def files(self) -> int:
        """Files of the site."""
        return len(self._now)

    def write(self, name: str, content: str | bytes) -> None:
        """Put a file of the site into its place, whole or not at all; what is the same already stays.

        Args:
            name: Its path in the folder, with ``/``.
            content: Text becomes UTF-8.
        """
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        path = self.path / name
        if name not in self._own:
            if path.exists():
                self.strange.append(name)
                return
            self._enter(name)
        self._now.add(name)
        self.size += len(data)
        if _same(path, data):
            return
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        self._replace(path, data)
        self.written += 1

    def delete_others(self) -> None:
        """Delete what an earlier site had and this one has not; then the list holds what there is."""
        for name in sorted(self._own - self._now):
            self.path.joinpath(name).unlink(missing_ok=True)
            self.deleted += 1
            self._remove_empty(self.path.joinpath(name).parent)
        self._replace(self.path / LIST, "".join(f"{name}\n" for name in sorted(self._now)).encode())

    def _replace(self, path: Path, data: bytes) -> None:
        """Write a file aside first, always the same one: an interrupted run leaves no litter."""
        part = self.path / f"{LIST}.part"
        part.write_bytes(data)
        part.replace(path)

    def _enter(self, name: str) -> None:
        with self.path.joinpath(LIST).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        self._own.add(name)

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
        with path.joinpath(LIST).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder = Folder(path)
            yield folder
            folder.delete_others()
    except BlockingIOError:
        raise ArchiveBusyError(f"{path} is being written by another run: wait for it to end.") from None
    except OSError as error:
        raise explain(error, Path(error.filename or path)) from error


def _read_list(path: Path) -> set[str]:
    names = path.joinpath(LIST).read_text(encoding="utf-8").splitlines()
    return {name for name in names if _is_inside(name)}


def _is_inside(name: str) -> bool:
    """Say if a name is of a file in the folder: a list that somebody wrote by hand deletes nothing else."""
    return bool(name) and not Path(name).is_absolute() and ".." not in name.split("/")


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
