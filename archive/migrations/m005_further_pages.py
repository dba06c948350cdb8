"""Articles on several pages: what a revision was made of besides its first page."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of further pages."""
    db.execute(
        """CREATE TABLE revision_pages (
            revision_id INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number > 1),
            capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
            PRIMARY KEY (revision_id, number)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX idx_revision_pages_capture ON revision_pages(capture_id)")
