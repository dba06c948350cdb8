"""Which of the databases that Datasette has open is the archive, and how our pages read it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Forbidden, Request

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.migrations import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

T = TypeVar("T")

log = logging.getLogger(__name__)


def is_archive(conn: sqlite3.Connection) -> bool:
    """Say if a connection is to an archive, by the application id in the file's header."""
    try:
        return bool(conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.Error:
        return False


def find_archives(datasette: Datasette) -> list[Database]:
    """Give the archives among the open databases, in their order; those that cannot be opened are none."""
    return [
        database for database in datasette.databases.values() if database.path and _holds_archive(database)
    ]


async def read(
    datasette: Datasette, database: Database, query: Callable[..., T], *args: Any, **options: Any
) -> T:
    """Run a query function over one snapshot of the archive, so that a crawl that writes is never half seen.

    Raises:
        sqlite3.OperationalError: it took longer than Datasette's ``sql_time_limit_ms``.
    """
    limit = datasette.setting("sql_time_limit_ms")

    def run(conn: sqlite3.Connection) -> T:
        with sqlite_timelimit(conn, limit):
            conn.execute("BEGIN")
            try:
                return query(conn, *args, **options)
            finally:
                conn.rollback()

    result: T = await database.execute_fn(run)
    return result


async def ensure_allowed(datasette: Datasette, request: Request, database: Database) -> None:
    """Keep to Datasette's permissions: who may not see the articles table sees none of our pages.

    Raises:
        Forbidden: with Datasette's own page for it.
    """
    if hasattr(datasette, "ensure_permissions"):
        permissions = [
            ("view-table", (database.name, "articles")),
            ("view-database", database.name),
            "view-instance",
        ]
        allowed, _ = await datasette.check_visibility(request.actor, permissions=permissions)
    else:
        from datasette.resources import TableResource  # Datasette 1.0

        resource = TableResource(database=database.name, table="articles")
        allowed = await datasette.allowed(action="view-table", resource=resource, actor=request.actor)
    if not allowed:
        raise Forbidden("view-table")


def _holds_archive(database: Database) -> bool:
    try:
        conn = database.connect()
    except sqlite3.Error:
        return False
    try:
        if not is_archive(conn):
            return False
        (version,) = conn.execute("PRAGMA user_version").fetchone()
    finally:
        conn.close()
    return version == SCHEMA_VERSION or _bring_up_to_date(database, version)


def _bring_up_to_date(database: Database, version: int) -> bool:
    """Make an older archive one that our pages can read; else Datasette shows its tables, and no more.

    So it is with an archive of a newer program, whose tables may mean something else.
    """
    try:
        if version < SCHEMA_VERSION and not database.is_mutable:
            raise ArchiveError(f"{database.path} was written by an older series-archive: open it without -i.")
        open_archive(Path(database.path)).close()
    except ArchiveError as error:
        log.warning("%s", error)
        return False
    return True
