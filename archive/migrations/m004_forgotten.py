"""What was forgotten for good: only hashes, by which it is known again and refused."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of hashes."""
    db.execute(
        """CREATE TABLE forgotten (
            hash TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('url', 'source', 'site')),
            forgotten_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'begun' CHECK (state IN ('begun', 'deleted', 'finished'))
        ) STRICT, WITHOUT ROWID"""
    )
