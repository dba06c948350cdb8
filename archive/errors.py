"""Errors that a user can meet: one line that says what happened, where, and what to do."""

import difflib
import errno
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Self

_LISTED = 40
"""Names that an error lists at most: all fields of an article, not all sources of a big archive."""


class ArchiveError(Exception):
    """A failure that is told to the user in one line, without a traceback.

    ``exit_status`` is what the command ends with. README.md lists them all:
    0 fine, 1 something failed, 2 wrong usage or configuration, 3 some source failed,
    4 nothing could run, 5 another run holds the archive, 130 interrupted.
    """

    exit_status = 1


class WrongUsageError(ArchiveError):
    """A command was asked for something that cannot be."""

    exit_status = 2

    @classmethod
    def unknown(cls, what: str, name: str, known: Sequence[str]) -> Self:
        """Give the error for a name that nothing has: the nearest that there is, and the first of all.

        Args:
            what: Is named, like "source".
            name: That was asked for.
            known: The names that there are.
        """
        listed = [f'"{one}"' for one in known[:_LISTED]] or ["none"]
        if len(known) > _LISTED:
            listed.append(f"and {len(known) - _LISTED} more")
        return cls(f"{say_unknown(what, name, known)} There are: {', '.join(listed)}.")


def say_unknown(what: str, name: str, known: Sequence[str]) -> str:
    """Say that nothing has a name, and which of those that are known is nearest."""
    nearest = difflib.get_close_matches(name, known, n=1)
    return f'There is no {what} "{name}".' + (f' Did you mean "{nearest[0]}"?' if nearest else "")


class ConfigurationError(ArchiveError):
    """``archive.toml`` is missing, unreadable or says something that is not allowed."""

    exit_status = 2


class NothingRanError(ArchiveError):
    """No source could be crawled."""

    exit_status = 4


class ArchiveBusyError(ArchiveError):
    """Another run holds the archive."""

    exit_status = 5


def explain(error: OSError | sqlite3.Error, path: Path) -> ArchiveError:
    """Give the one line for a user that says what SQLite or the file system met, and what to do."""
    if isinstance(error, OSError):
        said = _SYSTEM_SAID.get(error.errno or 0, error.strerror or str(error))
    else:
        said = _SQLITE_SAID.get(_code(error), f"SQLite says: {error}")
    return ArchiveError(f"{path}: {said}.")


def explain_unread(error: OSError, path: Path) -> ArchiveError:
    """Give the one line for a user whose file of captures cannot be read, and what to do."""
    said = {
        errno.ENOENT: "it is missing: restore it from a backup",
        errno.EACCES: "it cannot be read: change the permissions of the file and its folder",
    }.get(error.errno or 0)
    return ArchiveError(f"{path}: {said}.") if said else explain(error, path)


_FULL = "the disk is full. Nothing stored is harmed: make room and run it again"
_NO_LOCKS = "its file system cannot lock files, as some network disks: keep the archive on a local disk"
_SYSTEM_SAID = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: "your disk quota is used up. Nothing stored is harmed: make room and run it again",
    errno.EFBIG: "it cannot grow any more. Nothing stored is harmed: raise the limit and run it again",
    errno.ENOENT: "its folder does not exist: make it first",
    errno.ENOTDIR: "its folder is a file: name another one",
    errno.EEXIST: "its folder is a file: name another one",
    errno.EISDIR: "it is a folder: name a file in it",
    errno.EACCES: "it cannot be written to: change the permissions of the file and its folder",
    errno.EROFS: "its disk is read-only: name another place",
    errno.EIO: "the disk fails: look after it, and check the archive (series-archive check)",
    errno.ENOLCK: _NO_LOCKS,
    errno.EOPNOTSUPP: _NO_LOCKS,
}
_SQLITE_SAID = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "the disk is full or fails: look after it and run it again",
    sqlite3.SQLITE_READONLY: "it cannot be written to: change the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: look at the permissions of the file and its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened: look at the permissions of the file and its folder",
    sqlite3.SQLITE_BUSY: "another program keeps it locked: wait for it to end and run this again",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked: wait for it to end and run this again",
    sqlite3.SQLITE_PROTOCOL: _NO_LOCKS,
    sqlite3.SQLITE_NOTADB: "this is not a SQLite database: name another file, or restore it from a backup",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore it from a backup (series-archive restore), or make "
    "it anew from the captures (series-archive rebuild)",
}
"""By primary result code. Any other error is a mistake of ours."""


def is_known(error: sqlite3.Error) -> bool:
    """Tell whether it is no mistake of ours: `explain` says what it is."""
    return _code(error) in _SQLITE_SAID


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
