"""Open an archive, hold it for a run, and turn what SQLite says into words for people."""

import errno
import fcntl
import json
import logging
import os
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import text_index
from archive.errors import ArchiveBusyError, ArchiveError
from archive.migrations import APPLICATION_ID, NAMES, SCHEMA_VERSION, migrations
from archive.times import utc_now

_BUSY_SECONDS = 10
_CACHE_KIB = 32_000
_LOG_PAGES = 4_000
"""Of 4 KiB: a crawl empties the log when it ends."""
_COPIES = 2
"""Copies of the archive from before a change of its schema that are kept beside it."""

log = logging.getLogger(__name__)
_held: set[Path] = set()
"""Archives that this process holds."""

Parameters = Sequence[object] | Mapping[str, object]


class Archive(Database):
    """An open archive: a sqlite-utils database with transactions that take the write lock at once."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.path = path
        self._writing = threading.RLock()
        self._depth = 0
        self._unindexed: set[int] = set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block as one transaction, from ``BEGIN IMMEDIATE`` to ``COMMIT``, or not at all.

        Plain ``BEGIN`` takes the write lock at the first write, and fails there when another writer was
        faster. Threads that share the archive wait for each other. A transaction within another one is part
        of that: what fails in it must not be caught before the end of the outer one.

        Raises:
            ArchiveError: SQLite cannot write: full disk, read-only file, another writer that does not end.
        """
        with self._writing:
            self._depth += 1
            try:
                if self._depth == 1:
                    self.conn.execute("BEGIN IMMEDIATE")
                yield
                if self._depth == 1:
                    self._index()
                    self.conn.execute("COMMIT")
            except BaseException as error:
                if self._depth == 1:
                    self._roll_back()
                if isinstance(error, sqlite3.Error) and _code(error) in _SQLITE_SAID:
                    raise explain(error, self.path) from error
                raise
            finally:
                self._depth -= 1

    def index_later(self, article_id: int) -> None:
        """Have the search index get an article that is about to be added at the end of the transaction.

        The triggers that keep the index leave it alone until then. Each statement with triggers would make a
        piece of the index that SQLite has to merge with others later on; the articles of a whole transaction
        are one piece.
        """
        assert self._depth  # noqa: S101 - a mistake of ours
        self._unindexed.add(article_id)

    def awaits_index(self, article_id: int) -> bool:
        """Tell whether the search index gets an article at the end of the transaction."""
        return article_id in self._unindexed

    def _index(self) -> None:
        if self._unindexed:
            text_index.add(self.conn, self._unindexed)
            self._unindexed.clear()

    def _roll_back(self) -> None:
        self._unindexed.clear()
        if self.conn.in_transaction:
            self.conn.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Parameters = ()) -> Iterator[dict[str, Any]]:
        """Give the rows of a query by column name, one by one.

        Unlike ``query()`` of sqlite-utils it opens no savepoint, which another thread could fall into.
        """
        cursor = self.conn.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def insert(self, table: str, row: Mapping[str, object]) -> int:
        """Insert a row and give its id, in a third of the time of sqlite-utils, which asks for the schema."""
        columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        cursor = self.conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", row)  # noqa: S608
        return cursor.lastrowid or 0

    def update(self, table: str, row_id: int, row: Mapping[str, object]) -> None:
        """Update columns of the row with this id."""
        columns = ", ".join(f"{name} = :{name}" for name in row)
        self.conn.execute(f"UPDATE {table} SET {columns} WHERE id = :id", {**row, "id": row_id})  # noqa: S608

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement that cannot be part of a transaction, like VACUUM; give its rows.

        Raises:
            ArchiveError: SQLite cannot write.
        """
        with self._writing:
            try:
                return self.conn.execute(statement).fetchall()
            except sqlite3.Error as error:
                if _code(error) in _SQLITE_SAID:
                    raise explain(error, self.path) from error
                raise

    def close(self) -> None:
        """Bring everything from the write-ahead log into the file, when nobody reads it, and close."""
        with suppress(sqlite3.Error):
            self.conn.execute("PRAGMA busy_timeout = 1000")
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        super().close()


def open_archive(path: Path, *, create: bool = False, readonly: bool = False) -> Archive:
    """Open an archive, bring its schema up to date, and register our SQL functions.

    An archive of an older program is copied first, to ``archive.db.before-N`` with N the new version of the
    schema, whoever opens it: a reader too, when it may.

    Args:
        path: The SQLite file.
        create: Make it, and its folder, where there is none.
        readonly: Never write but for that; works while a crawl writes.

    Raises:
        ArchiveError: It is missing, not ours, newer than this program, or cannot be read or written.
        ArchiveBusyError: It is of an older program, and another run holds it.
    """
    path = _real(path)
    if not path.is_file() and not (create and not path.exists()):
        raise ArchiveError(
            f"{path} is not a file."
            if path.exists()
            else f"There is no archive at {path}: `series-archive crawl` makes it."
        )
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, "ro" if readonly else "rwc" if create else "rw")
    except (OSError, sqlite3.Error) as error:
        raise explain(error, path) from error
    try:
        archive = Archive(path, connection)
        _prepare(archive, create=create, readonly=readonly)
    except _OlderError:
        connection.close()
        _migrate_for_reader(path)
        return open_archive(path, readonly=True)
    except sqlite3.Error as error:
        connection.close()
        raise explain(error, path) from error
    except BaseException:
        connection.close()
        raise
    return archive


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the archive for one run; the lock ends with the process, however that ends.

    Raises:
        ArchiveBusyError: Another run holds it.
    """
    path = _real(path)
    lock = path.with_name(f"{path.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise explain(error, lock) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(os.pread(descriptor, 1000, 0))
            raise ArchiveBusyError(f"{path} is held by {holder}: wait for it to end.") from None
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


def _real(path: Path) -> Path:
    """Follow links, as SQLite does: two names of one archive are one archive, with one lock."""
    return Path(os.path.realpath(path))


def explain(error: OSError | sqlite3.Error, path: Path) -> ArchiveError:
    """Give the one line for a user that says what SQLite or the file system met, and what to do."""
    if isinstance(error, OSError):
        said = _SYSTEM_SAID.get(error.errno or 0, error.strerror or str(error))
    else:
        said = _SQLITE_SAID.get(_code(error), f"SQLite says: {error}")
    return ArchiveError(f"{path}: {said}.")


_FULL = "the disk is full. Nothing stored is harmed: make room and run it again"
_SYSTEM_SAID = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: "your disk quota is used up. Nothing stored is harmed: make room and run it again",
    errno.EFBIG: "it cannot grow any more. Nothing stored is harmed: raise the limit and run it again",
    errno.ENOENT: "its folder does not exist: make it first",
    errno.ENOTDIR: "its folder is a file: name another one",
    errno.EEXIST: "its folder is a file: name another one",
    errno.EACCES: "it cannot be written to: change the permissions of the file and its folder",
    errno.EROFS: "its disk is read-only: name another place",
}
_SQLITE_SAID = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "the disk is full or fails: look after it and run it again",
    sqlite3.SQLITE_READONLY: "it cannot be written to: change the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: look at the permissions of the file and its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened: look at the permissions of the file and its folder",
    sqlite3.SQLITE_BUSY: "another program keeps it locked: wait for it to end and run this again",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked: wait for it to end and run this again",
    sqlite3.SQLITE_NOTADB: "this is not a SQLite database: name another file in archive.toml",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore it from a backup",
}
"""By primary result code. Any other error is a mistake of ours."""


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode={mode}"
    if (
        mode == "ro"
        and not os.access(path.parent, os.W_OK)
        and not path.with_name(f"{path.name}-wal").exists()
    ):
        uri += "&immutable=1"  # a write-ahead log cannot be made here, so nobody writes
    return sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=_BUSY_SECONDS)


class _OlderError(Exception):
    """A reader met an archive of an older program."""


def _prepare(archive: Archive, *, create: bool, readonly: bool) -> None:
    conn = archive.conn
    text_index.register_functions(conn, archive.awaits_index)
    conn.execute("PRAGMA foreign_keys = ON")
    if readonly:
        conn.execute("PRAGMA query_only = ON")
        _recognise(archive, create=False)
        if _pragma(conn, "user_version") < SCHEMA_VERSION:
            raise _OlderError
        return
    _recognise(archive, create=create)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    # An article touches a hundred pages of the file, most of them of indexes: with room for them in memory
    # and in the log, each is read and written back more seldom.
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    conn.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    version = _pragma(conn, "user_version")
    if version == 0:
        _migrate(archive, version)
    elif version < SCHEMA_VERSION:
        with nullcontext() if archive.path in _held else hold(archive.path):
            if (version := _pragma(conn, "user_version")) < SCHEMA_VERSION:
                _keep_copy(archive)
                _migrate(archive, version)


def _migrate(archive: Archive, version: int) -> None:
    """Take every step that is missing, each in a transaction, unless another process was faster."""
    conn = archive.conn
    for number in range(version + 1, SCHEMA_VERSION + 1):
        with archive.transaction():
            if _pragma(conn, "user_version") < number:
                migrations.apply(archive, stop_before=NAMES[number:])
                conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                conn.execute(f"PRAGMA user_version = {number}")


def _migrate_for_reader(path: Path) -> None:
    try:
        open_archive(path).close()
    except ArchiveBusyError:
        raise
    except ArchiveError as error:
        raise ArchiveError(
            f"{path} was written by an older series-archive, and cannot be brought up to date from here "
            f"({error}): run `series-archive check` once where it can be written to."
        ) from error


def _keep_copy(archive: Archive) -> None:
    """Copy an archive before its schema changes; of earlier copies, keep the newest."""
    path = archive.path.with_name(f"{archive.path.name}.before-{SCHEMA_VERSION}")
    copy_database(archive, path)
    log.warning("%s is brought up to date; as it was, it is kept in %s.", archive.path, path.name)
    for old in copies_before_migrations(archive.path)[:-_COPIES]:
        old.unlink()


def copies_before_migrations(path: Path) -> list[Path]:
    """Give the copies of an archive from before its schema changed, the oldest first."""
    found = [
        (int(name[1]), file)
        for file in path.parent.glob("*.before-*")
        if (name := re.fullmatch(rf"{re.escape(path.name)}\.before-(\d+)", file.name))
    ]
    return [file for _, file in sorted(found)]


def copy_database(archive: Archive, path: Path) -> None:
    """Copy an archive while others write to it, durably; the copy is there only when it is whole.

    Raises:
        ArchiveError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy:
            archive.conn.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        make_durable(part)
        part.replace(path)
        make_durable(path.parent)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise explain(error, path) from error


def make_durable(path: Path) -> None:
    """Have the disk keep what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _recognise(archive: Archive, *, create: bool) -> None:
    conn = archive.conn
    application, version = _pragma(conn, "application_id"), _pragma(conn, "user_version")
    empty = application == 0 and not conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application != APPLICATION_ID and not (create and empty):
        raise ArchiveError(
            f"{archive.path} is a database, but no archive of ours: name another file in archive.toml."
        )
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{archive.path} was written by a newer series-archive (its schema is {version}, "
            f"this program knows {SCHEMA_VERSION}): install the newer one."
        )


def _pragma(conn: sqlite3.Connection, name: str) -> int:
    return int(conn.execute(f"PRAGMA {name}").fetchone()[0])


def _holder(content: bytes) -> str:
    try:
        said = json.loads(content)
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (ValueError, KeyError, TypeError):
        return "another run"
