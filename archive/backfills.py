"""Backfills: what archives of others hold of our sources, and how far we have come with fetching it.

A listing is kept as it comes, with the place to go on from, so that a backfill can be stopped at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.database import Archive
from archive.times import utc_now


@dataclass(frozen=True, slots=True)
class Listed:
    """A capture that another archive lists."""

    url: str
    captured_at: str
    """UTC."""
    location: str
    """Where it is to be had, in the words of that archive."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """How far the listing of a backfill has come."""

    position: str | None = None
    """Where to go on."""
    is_whole: bool = False


class Backfills:
    """The state of the backfills of an archive."""

    def __init__(self, db: Archive) -> None:
        self._db = db

    def listing(self, discovery_id: int, since: str) -> Listing:
        """Give how far a listing has come; one that was whole before a time, UTC, begins anew."""
        found = self._db.conn.execute(
            "SELECT position, coalesce(listed_at >= ?, 0) FROM backfills WHERE discovery_id = ?",
            [since, discovery_id],
        ).fetchone()
        return Listing(found[0], bool(found[1])) if found else Listing()

    def add(
        self, discovery_id: int, listed: Iterable[Listed], position: str | None, *, is_whole: bool
    ) -> int:
        """Keep a piece of a listing, and where it goes on; say how many of its captures were not known."""
        with self._db.transaction():
            before = self._db.conn.total_changes
            self._db.conn.executemany(
                "INSERT INTO backfill_captures (discovery_id, url, captured_at, location)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                ((discovery_id, one.url, one.captured_at, one.location) for one in listed),
            )
            added = self._db.conn.total_changes - before
            self._db.conn.execute(_LISTING, [discovery_id, position, utc_now() if is_whole else None])
        return added

    def try_again(self, discovery_id: int) -> None:
        """Let what failed wait again."""
        with self._db.transaction():
            self._db.conn.execute(
                "UPDATE backfill_captures SET state = 'waiting', reason = NULL"
                " WHERE discovery_id = ? AND state = 'failed'",
                [discovery_id],
            )

    def waiting(self, discovery_id: int, limit: int) -> list[Listed]:
        """Give captures to fetch, the oldest first: so an article gets its revisions in their order."""
        rows = self._db.rows(
            "SELECT id, url, captured_at, location FROM backfill_captures"
            " WHERE discovery_id = ? AND state = 'waiting' ORDER BY captured_at, id LIMIT ?",
            [discovery_id, limit],
        )
        return [Listed(**row) for row in rows]

    def count(self, discovery_id: int) -> int:
        """Give how many captures wait."""
        (number,) = self._db.conn.execute(
            "SELECT count(*) FROM backfill_captures WHERE discovery_id = ? AND state = 'waiting'",
            [discovery_id],
        ).fetchone()
        return int(number)

    def settle(self, listed: Listed, state: str, reason: str | None = None) -> None:
        """Note what came of a capture: read, left out or failed; why, in one line."""
        with self._db.transaction():
            self._db.conn.execute(
                "UPDATE backfill_captures SET state = ?, reason = ? WHERE id = ?", [state, reason, listed.id]
            )


_LISTING = """
    INSERT INTO backfills (discovery_id, position, listed_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET position = excluded.position, listed_at = excluded.listed_at
"""
