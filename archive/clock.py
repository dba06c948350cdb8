"""What a clock noted that ran ahead.

Until it is that late, nothing would be fetched any more, and what has no date of its own would be the newest.
"""

import logging
from datetime import datetime, timedelta

from archive.database import Archive

_AHEAD = timedelta(days=1)

log = logging.getLogger(__name__)


def undo_what_lies_ahead(db: Archive, now: str) -> None:
    """Where an earlier crawl began or ended more than a day from now, correct the times that it noted.

    Args:
        db: The archive.
        now: UTC.

    Raises:
        ArchiveError: It cannot be written.
    """
    (said,) = db.conn.execute("SELECT max(max(started_at, coalesce(ended_at, ''))) FROM crawls").fetchone()
    if said is None or said <= _ahead(now):
        return
    log.warning("The clock of an earlier crawl was ahead, it said %s: what it fetched is due now.", said)
    correct_times(db, now)


def correct_times(db: Archive, now: str) -> None:
    """Make now of every time that we noted and that is more than a day from now: it was not later than that.

    What was planned by such a time is due. What publishers state, and the captures, stay as they are.

    Args:
        db: The archive.
        now: UTC.

    Raises:
        ArchiveError: It cannot be written.
    """
    with db.transaction():
        for statement in _STATEMENTS:
            db.conn.execute(statement, {"now": now, "ahead": _ahead(now)})


def _ahead(now: str) -> str:
    return f"{datetime.fromisoformat(now) + _AHEAD:%Y-%m-%dT%H:%M:%SZ}"


_STATEMENTS = (
    "UPDATE pages SET first_seen = min(first_seen, :now), last_fetched = min(last_fetched, :now),"
    " next_due = min(next_due, :now) WHERE first_seen > :ahead OR last_fetched > :ahead",
    "UPDATE discoveries SET checked_at = :now, next_due = NULL, changed_at = min(changed_at, :now)"
    " WHERE checked_at > :ahead",
    "UPDATE site_files SET checked_at = :now WHERE checked_at > :ahead",
    "UPDATE sources SET rest_until = NULL WHERE rest_until > :ahead",
    "UPDATE sources SET looked_at = :now WHERE looked_at > :ahead",
    "UPDATE crawls SET started_at = min(started_at, :now), ended_at = min(ended_at, :now)"
    " WHERE started_at > :ahead OR ended_at > :ahead",
    "UPDATE revisions SET seen_at = :now WHERE seen_at > :ahead",
    "UPDATE articles SET first_seen = min(first_seen, :now), last_seen = min(last_seen, :now),"
    " gone_at = min(gone_at, :now), dated = coalesce(published_utc, min(first_seen, :now))"
    " WHERE last_seen > :ahead OR gone_at > :ahead",
)
"""Where a time is missing, min() is so too."""
