"""Bring an archive of an older program up to date, after a copy of it as it was."""

import logging
import re
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from archive.copying import clone_database, copy_database
from archive.errors import ArchiveError
from archive.holding import hold, is_held
from archive.migrations import APPLICATION_ID, NAMES, SCHEMA_VERSION, migrations

if TYPE_CHECKING:
    from archive.database import Archive

_COPIES = 2
"""That are kept beside the archive, with the one that is made."""

log = logging.getLogger(__name__)


def bring_up_to_date(archive: "Archive") -> None:
    """Take the steps that the schema of an archive lacks, each in a transaction.

    First it is copied to ``archive.db.before-N``, N the first of these steps; earlier copies are deleted but
    for the newest one. An empty database needs none.

    Raises:
        ArchiveError: It cannot be written, or there is no room for the copy.
        ArchiveBusyError: Another run holds the archive.
    """
    if _version(archive) == 0:
        _migrate(archive)
        return
    with nullcontext() if is_held(archive.path) else hold(archive.path):
        if _version(archive) < SCHEMA_VERSION:
            _keep_copy(archive)
            _migrate(archive)


def copies_before_migrations(path: Path) -> list[Path]:
    """Give the copies of an archive from before its schema changed, the oldest first."""
    ours = re.compile(rf"{re.escape(path.name)}\.before-\d+")
    found = [file for file in path.parent.iterdir() if ours.fullmatch(file.name)]
    return sorted(found, key=lambda file: file.stat().st_mtime)


def _migrate(archive: "Archive") -> None:
    """Take every step that is missing, unless another process was faster."""
    for number in range(_version(archive) + 1, SCHEMA_VERSION + 1):
        with archive.transaction():
            if _version(archive) < number:
                migrations.apply(archive, stop_before=NAMES[number:])
                archive.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                archive.conn.execute(f"PRAGMA user_version = {number}")


def _keep_copy(archive: "Archive") -> None:
    path = archive.path.with_name(f"{archive.path.name}.before-{_version(archive) + 1}")
    earlier = [copy for copy in copies_before_migrations(archive.path) if copy != path]
    for old in earlier[: 1 - _COPIES]:
        old.unlink()
    if not clone_database(archive.conn, archive.path, path):
        _look_for_room(archive.path)
        copy_database(archive.conn, path)
    log.warning(
        "%s is brought up to date, which can take a minute or two for each GB; as it was, it is kept in %s.",
        archive.path,
        path.name,
    )


def _look_for_room(path: Path) -> None:
    log_ahead = path.with_name(f"{path.name}-wal")
    needed = sum(file.stat().st_size for file in (path, log_ahead) if file.exists())
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise ArchiveError(
            f"{path} is brought up to date after a copy of it, which takes {needed / 1e6:,.1f} MB, and its "
            f"disk has {free / 1e6:,.1f} MB left: make room, or move the archive to a larger disk."
        )


def _version(archive: "Archive") -> int:
    return int(archive.conn.execute("PRAGMA user_version").fetchone()[0])
