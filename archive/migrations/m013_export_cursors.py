"""Exports that send only what is new."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of where each of them left off."""
    db.execute(
        """CREATE TABLE export_cursors (
            name TEXT PRIMARY KEY,
            revision_id INTEGER NOT NULL,
            exported_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
