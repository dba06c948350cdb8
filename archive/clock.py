"""What a clock noted that ran ahead.

Until it is that late, nothing would be fetched any more, and what has no date of its own would be the newest.
It may as well be the clock of today that is behind: the servers said what time it was (``Date``), and what
they said is in the captures.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from archive.capture_index import COLUMNS
from archive.captures import Captures
from archive.database import Archive
from archive.errors import ArchiveError
from archive.models import Capture

_AHEAD = timedelta(days=1)
_ASKED = 50
"""Captures: one server may be wrong as well."""

log = logging.getLogger(__name__)


def undo_what_lies_ahead(db: Archive, captures: Path, now: str) -> None:
    """Where an earlier crawl began or ended more than a day from now, correct the times that it noted.

    Args:
        db: The archive.
        captures: Its folder of WARC files.
        now: UTC.

    Raises:
        ArchiveError: It is now that is wrong, or the archive cannot be written.
    """
    (said,) = db.conn.execute("SELECT max(max(started_at, coalesce(ended_at, ''))) FROM crawls").fetchone()
    if said is None or said <= _ahead(now):
        return
    correct_times(db, captures, now)
    log.warning("The clock of an earlier crawl was ahead, it said %s: what it fetched is due now.", said)


def correct_times(db: Archive, captures: Path, now: str) -> None:
    """Make now of every time that we noted and that is more than a day from now: it was not later than that.

    What was planned by such a time is due. What publishers state stays as it is.

    Args:
        db: The archive.
        captures: Its folder of WARC files.
        now: UTC.

    Raises:
        ArchiveError: It is now that is wrong, or the archive cannot be written.
    """
    said = sorted(_times_of_servers(db, captures, _ahead(now)))
    if said and (time := said[len(said) // 2]) > _ahead(now):
        raise ArchiveError(
            f"The clock of this machine says {now}, but when this archive was last written to, servers said "
            f"{time}: set it, then run this again."
        )
    with db.transaction():
        for statement in _STATEMENTS:
            db.conn.execute(statement, {"now": now, "ahead": _ahead(now)})


def _times_of_servers(db: Archive, captures: Path, since: str) -> Iterator[str]:
    """Give the times that servers named with the newest captures, of those that were made after a time."""
    stored = Captures(captures)
    rows = db.rows(
        f"SELECT {COLUMNS} FROM captures WHERE captured_at > ? ORDER BY id DESC LIMIT ?",  # noqa: S608 - ours
        [since, _ASKED],
    )
    for row in rows:
        with suppress(ArchiveError, ValueError, OverflowError):  # it is not there, or no time
            for name, value in stored.read(Capture(**row)).headers:
                if name.lower() == "date":
                    yield f"{parsedate_to_datetime(value).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _ahead(now: str) -> str:
    return f"{datetime.fromisoformat(now) + _AHEAD:%Y-%m-%dT%H:%M:%SZ}"


_TIMES = (
    ("articles", ("first_seen", "last_seen", "gone_at"), ()),
    ("backfills", ("listed_at",), ()),
    ("crawls", ("started_at", "ended_at"), ()),
    ("discoveries", ("checked_at", "changed_at"), ("next_due",)),
    ("health", ("since", "checked_at", "last_success", "last_found"), ()),
    ("held", ("held_at", "seen_at", "decided_at"), ()),
    ("near_misses", ("seen_at", "decided_at"), ()),
    ("pages", ("first_seen", "last_fetched"), ("next_due",)),
    ("provenance", ("found_at",), ()),
    ("readings", ("read_at",), ()),
    ("revisions", ("seen_at",), ()),
    ("site_files", ("checked_at", "changed_at"), ()),
    ("sources", ("looked_at", "rest_until"), ()),
)
"""Tables, the times that we noted in them, and those that were planned by them. By the times of fetches and
captures, which stay, a capture is known."""


def _correction(table: str, noted: Sequence[str], planned: Sequence[str]) -> str:
    """Give the statement that corrects a table; where a time is missing, min() is so too."""
    now = ", ".join(f"{name} = min({name}, :now)" for name in (*noted, *planned))
    return f"UPDATE {table} SET {now} WHERE {' OR '.join(f'{name} > :ahead' for name in noted)}"  # noqa: S608


_STATEMENTS = (
    *(_correction(*times) for times in _TIMES),
    "UPDATE articles SET dated = coalesce(published_utc, first_seen)"
    " WHERE dated > :ahead AND dated <> coalesce(published_utc, first_seen)",
)
