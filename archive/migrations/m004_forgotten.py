"""What was forgotten for good: only hashes, by which it is known again and refused."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of hashes."""
    db.execute(
        """CREATE TABLE forgotten (
            hash TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('url', 'source', 'site')),
            forgotten_at TEXT NOT NULL,
            finished INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1))
        ) STRICT, WITHOUT ROWID"""
    )
