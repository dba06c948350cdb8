"""By which names a page was judged that is not about the series, and how near it came."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add the names that a page was skipped by, and the table of near misses."""
    db.execute("ALTER TABLE pages ADD COLUMN judged_by TEXT")
    db.execute("UPDATE pages SET judged_by = '' WHERE state = 'skipped' AND reason LIKE 'does not name %'")
    db.execute("CREATE INDEX idx_pages_judged ON pages(judged_by) WHERE state = 'skipped'")
    db.execute(
        """CREATE TABLE near_misses (
            page_id INTEGER PRIMARY KEY REFERENCES pages(id) ON DELETE CASCADE,
            title TEXT,
            score REAL NOT NULL,
            reason TEXT NOT NULL,
            mentions TEXT NOT NULL CHECK (json_valid(mentions)),
            seen_at TEXT NOT NULL,
            decision TEXT NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'promoted', 'dismissed')),
            decided_at TEXT
        ) STRICT"""
    )
    db.execute("CREATE INDEX idx_near_misses_decision ON near_misses(decision, score DESC)")
