"""What a clock noted that ran ahead.

Until it is that late, nothing would be fetched any more, and what has no date of its own would be the newest.
"""

import logging
from collections.abc import Sequence
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

    What was planned by such a time is due. What publishers state stays as it is.

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
