"""What archives of others hold of our sources: what they list, and what of that is still to be fetched."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    """CREATE TABLE backfills (
        discovery_id INTEGER PRIMARY KEY REFERENCES discoveries(id) ON DELETE CASCADE,
        position TEXT,
        listed_at TEXT
    ) STRICT""",
    """CREATE TABLE backfill_captures (
        id INTEGER PRIMARY KEY,
        discovery_id INTEGER NOT NULL REFERENCES discoveries(id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        location TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'read', 'left out', 'failed')),
        reason TEXT,
        UNIQUE (discovery_id, url, captured_at)
    ) STRICT""",
    "CREATE INDEX idx_backfill_captures_waiting ON backfill_captures(discovery_id, captured_at)"
    " WHERE state = 'waiting'",
)
