"""How well each source is."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of health, and the mark of what has been told to the user."""
    db.execute(
        """CREATE TABLE health (
            source_id INTEGER PRIMARY KEY REFERENCES sources(id) ON DELETE CASCADE,
            verdict TEXT NOT NULL CHECK (verdict IN ('ok', 'degraded', 'broken', 'silent')),
            reason TEXT NOT NULL,
            since TEXT NOT NULL,
            checked_at TEXT NOT NULL,
            last_success TEXT,
            last_found TEXT,
            failed_share REAL,
            authors_share REAL,
            dates_share REAL,
            complete_share REAL,
            words INTEGER,
            told TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX idx_health_verdict ON health(verdict)")
    db.execute("ALTER TABLE about ADD COLUMN told_article INTEGER")
