"""Copies of a database, what makes them durable, and what is left where the making was killed."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from archive.errors import explain


def copy_database(conn: sqlite3.Connection, path: Path) -> None:
    """Copy an open database while others write to it, durably; the copy is there only when it is whole.

    Raises:
        ArchiveError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy:
            conn.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        _put(part, path)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise explain(error, path) from error


def clone_database(conn: sqlite3.Connection, database: Path, path: Path) -> bool:
    """Copy an open database without taking room for it, where the file system can let files share blocks.

    Btrfs and XFS can, for example. Nobody writes meanwhile: they wait. Another process copies: where one
    closes a file, all its locks on it end, those of SQLite too, and the next that closes the database would
    remove the log ahead of it under us (https://www.sqlite.org/howtocorrupt.html, 2.2).

    Returns:
        Whether it is done.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.execute("BEGIN IMMEDIATE")
        try:
            log = database.with_name(f"{database.name}-wal")
            if log.exists() and log.stat().st_size:
                return False  # somebody reads an earlier state
            subprocess.run(["cp", "--reflink=always", database, part], check=True, capture_output=True)  # noqa: S603, S607
        finally:
            conn.execute("ROLLBACK")
        with closing(sqlite3.connect(part)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
        _put(part, path)
    except (OSError, subprocess.SubprocessError, sqlite3.Error):
        part.unlink(missing_ok=True)
        return False
    return True


def make_durable(path: Path) -> None:
    """Have the disk keep what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_access(old: Path, new: Path) -> None:
    """Give a file that is to take the place of another one its permissions, and its owner where we may."""
    shutil.copymode(old, new)
    with suppress(PermissionError):
        os.chown(new, old.stat().st_uid, old.stat().st_gid)


def find_unfinished(database: Path, captures: Path) -> list[Path]:
    """Give the files and folders of an archive that were not finished; whoever holds it knows of no other."""
    return sorted(
        [
            *captures.glob("*.part"),
            *captures.parent.glob(f"{captures.name}.part"),
            *database.parent.glob(f"{database.name}*.part"),
        ]
    )


def remove_unfinished(path: Path) -> None:
    """Remove what `find_unfinished` found, of a database with what belongs to it."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    for ending in ("", "-wal", "-shm", "-journal", ".lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _put(part: Path, path: Path) -> None:
    make_durable(part)
    part.replace(path)
    make_durable(path.parent)
