"""Site rules: whether each of them still finds something."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of site rules."""
    db.execute(
        """CREATE TABLE site_rules (
            source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
            rule TEXT NOT NULL,
            tried_at TEXT NOT NULL,
            matched_at TEXT,
            matches INTEGER NOT NULL,
            misses INTEGER NOT NULL,
            PRIMARY KEY (source_id, rule)
        ) STRICT, WITHOUT ROWID"""
    )
