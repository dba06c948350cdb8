"""Captures that say only that a body is the same as that of an earlier capture."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Let a capture name the one that holds its body, and find those by the body's digest."""
    db.execute("ALTER TABLE captures ADD COLUMN original_id INTEGER REFERENCES captures(id)")
    db.execute("CREATE INDEX idx_captures_original ON captures(original_id) WHERE original_id IS NOT NULL")
    db.execute("CREATE INDEX idx_captures_digest ON captures(digest) WHERE original_id IS NULL")
