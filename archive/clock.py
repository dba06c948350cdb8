"""What a clock planned that ran ahead: until it is that late, nothing would be fetched any more."""

import logging
from datetime import datetime, timedelta

from archive.database import Archive

_AHEAD = timedelta(days=1)

log = logging.getLogger(__name__)


def undo_what_lies_ahead(db: Archive, now: str) -> None:
    """Where an earlier crawl began more than a day from now, make due what it fetched.

    The times that it noted, and by which something is planned, become now: it was not later than that.

    Args:
        db: The archive.
        now: UTC.

    Raises:
        ArchiveError: It cannot be written.
    """
    ahead = f"{datetime.fromisoformat(now) + _AHEAD:%Y-%m-%dT%H:%M:%SZ}"
    (said,) = db.conn.execute("SELECT max(started_at) FROM crawls").fetchone()
    if said is None or said <= ahead:
        return
    log.warning("The clock of an earlier crawl was ahead, it said %s: what it fetched is due now.", said)
    with db.transaction():
        for statement in _STATEMENTS:
            db.conn.execute(statement, {"now": now, "ahead": ahead})


_STATEMENTS = (
    "UPDATE pages SET last_fetched = :now, next_due = iif(next_due IS NULL, NULL, :now)"
    " WHERE last_fetched > :ahead",
    "UPDATE discoveries SET checked_at = :now, next_due = NULL, changed_at = min(changed_at, :now)"
    " WHERE checked_at > :ahead",
    "UPDATE site_files SET checked_at = :now WHERE checked_at > :ahead",
    "UPDATE sources SET rest_until = NULL WHERE rest_until > :ahead",
    "UPDATE sources SET looked_at = :now WHERE looked_at > :ahead",
    "UPDATE crawls SET started_at = :now, ended_at = :now WHERE started_at > :ahead",
)
