"""An open archive: its transactions, and what its connection needs."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import text_index
from archive.errors import ArchiveBusyError, ArchiveError, explain, is_known
from archive.holding import real_path
from archive.migrations import APPLICATION_ID, SCHEMA_VERSION
from archive.upgrade import bring_up_to_date

_OLDEST_SQLITE = (3, 37)
"""Has STRICT tables."""
_BUSY_SECONDS = 10
_CACHE_KIB = 32_000
_LOG_PAGES = 4_000
"""Of 4 KiB: a crawl empties the log when it ends."""
_LONGEST_LOG = 64_000_000
"""Bytes. SQLite begins the log anew when nobody reads: where somebody always does, we have to wait for it."""
_PATIENCE = 1_000
"""Milliseconds for that."""

Parameters = Sequence[object] | Mapping[str, object]


class Archive(Database):
    """An open archive: a sqlite-utils database with transactions that take the write lock at once."""

    def __init__(self, path: Path, connection: sqlite3.Connection, at_rest: "_State | None" = None) -> None:
        super().__init__(connection)
        self.path = path
        self._at_rest = at_rest
        self._writing = threading.RLock()
        self._depth = 0
        self._unindexed: set[int] = set()
        self._log = path.with_name(f"{path.name}-wal")
        self._log_allowed = _LONGEST_LOG

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
                    self._shorten_log()
            except BaseException as error:
                if self._depth == 1:
                    self._roll_back()
                if isinstance(error, sqlite3.Error) and is_known(error):
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

    def _shorten_log(self) -> None:
        """Empty a log that got long; while somebody reads on and on, when it has grown as much again."""
        if self._log_size() > self._log_allowed:
            self._empty_log()
            self._log_allowed = self._log_size() + _LONGEST_LOG

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    def _empty_log(self) -> None:
        """Bring the log into the file and cut it, once those that read now have ended, if they soon do."""
        with suppress(sqlite3.Error):
            self.conn.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.conn.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1_000}")

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
        return self.conn.execute(_insert(table, tuple(row)), row).lastrowid or 0

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
                if is_known(error):
                    raise explain(error, self.path) from error
                raise

    def ensure_unwritten(self) -> None:
        """See that what was read is of one state, where SQLite took the file as it is (`is_at_rest`).

        Call it before what was made of it is put in its place.

        Raises:
            ArchiveError: Its owner wrote to it meanwhile.
        """
        if self._at_rest and _state(self.path) != self._at_rest:
            raise ArchiveError(
                f"{self.path} was written to by its owner while it was read here, so that may be wrong: "
                "run it again."
            )

    def close(self) -> None:
        """Bring everything from the write-ahead log into the file, when nobody reads it, and close.

        Raises:
            ArchiveError: As `ensure_unwritten` says.
        """
        with suppress(sqlite3.Error):
            self._empty_log()
        super().close()
        self.ensure_unwritten()


def open_archive(path: Path, *, create: bool = False, readonly: bool = False) -> Archive:
    """Open an archive, bring its schema up to date, and register our SQL functions.

    An archive of an older program is copied first, and whoever opens it does that: a reader too, when it may
    (`archive.upgrade`).

    Args:
        path: The SQLite file.
        create: Make it, and its folder, where there is none.
        readonly: Never write but for that; works while a crawl writes.

    Raises:
        ArchiveError: It is missing, not ours, newer than this program, or cannot be read or written.
        ArchiveBusyError: It is of an older program, and another run holds it.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise ArchiveError(
            f"This Python has SQLite {sqlite3.sqlite_version}, and an archive needs 3.37 or newer: use "
            "a newer Python or system."
        )
    path = real_path(path)
    try:
        if not path.is_file() and not (create and not path.exists()):
            raise ArchiveError(
                f"{path} is not a file."
                if path.exists()
                else f"There is no archive at {path}: `series-archive crawl` makes it."
            )
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        at_rest = _state(path) if readonly and is_at_rest(path) else None
        connection = _connect(path, "ro" if readonly else "rwc" if create else "rw", at_rest=bool(at_rest))
    except (OSError, sqlite3.Error) as error:
        raise explain(error, path) from error
    try:
        archive = Archive(path, connection, at_rest)
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


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Connect to a database that need not be an archive of this program, for reading only."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def is_writable(path: Path) -> bool:
    """Tell whether an archive can be written to: its file, and the folder, where the log ahead of it is."""
    return os.access(path, os.W_OK) and os.access(real_path(path).parent, os.W_OK)


@lru_cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f":{name}" for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608 - ours


def is_at_rest(path: Path) -> bool:
    """Tell whether an archive can only be read here, and nobody is writing to it.

    SQLite then takes the file as it is. Else it would need a log ahead of it: it may not make one here, or
    its owner, who crawls later, may not write to one of ours.
    """
    path = real_path(path)
    log_ahead = path.with_name(f"{path.name}-wal")
    return not is_writable(path) and not (log_ahead.exists() and log_ahead.stat().st_size)


_State = tuple[int, int, int]


def _state(path: Path) -> _State:
    """Give what of a file changes when somebody writes to it, or puts another one in its place."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _connect(path: Path, mode: str, *, at_rest: bool) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode={mode}"
    if at_rest:
        uri += "&immutable=1"
    elif mode == "ro" and not is_writable(path) and not path.with_name(f"{path.name}-shm").exists():
        raise ArchiveError(
            f"{path} cannot be read here, for {path.name}-wal has still to be written into it: copy both to "
            "where they can be written to."
        )
    return sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=_BUSY_SECONDS)


class _OlderError(Exception):
    """A reader met an archive of an older program."""


def _prepare(archive: Archive, *, create: bool, readonly: bool) -> None:
    conn = archive.conn
    text_index.register_functions(conn, archive.awaits_index)
    conn.execute("PRAGMA foreign_keys = ON")
    if readonly:
        conn.execute("PRAGMA query_only = ON")
        recognise(conn, archive.path)
        if _pragma(conn, "user_version") < SCHEMA_VERSION:
            raise _OlderError
        return
    recognise(conn, archive.path, create=create)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    # Some builds of SQLite write zeros over all that gets free, most of it merged pieces of the index. Who
    # wants that (`archive.forget`) asks for it.
    conn.execute("PRAGMA secure_delete = FAST")
    # An article touches a hundred pages of the file, most of them of indexes: with room for them in memory
    # and in the log, each is read and written back more seldom.
    conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    conn.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    conn.execute(f"PRAGMA journal_size_limit = {_LONGEST_LOG}")
    if _pragma(conn, "user_version") < SCHEMA_VERSION:
        bring_up_to_date(archive)


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


def recognise(conn: sqlite3.Connection, path: Path, *, create: bool = False) -> None:
    """See that a database is an archive that this program knows; or empty, where it may be made one.

    Raises:
        ArchiveError: It is another one, or of a newer program.
    """
    application, version = _pragma(conn, "application_id"), _pragma(conn, "user_version")
    empty = application == 0 and not conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application != APPLICATION_ID and not (create and empty):
        raise ArchiveError(
            f"{path} is a database, but no archive of ours: name another file in archive.toml."
        )
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{path} was written by a newer series-archive (its schema is {version}, "
            f"this program knows {SCHEMA_VERSION}): install the newer one."
        )


def _pragma(conn: sqlite3.Connection, name: str) -> int:
    return int(conn.execute(f"PRAGMA {name}").fetchone()[0])
