"""The profile of a source: the blocks of text that come back on its pages."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of blocks; it learns from the articles to come."""
    db.execute(
        """CREATE TABLE site_blocks (
            source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
            fingerprint INTEGER NOT NULL,
            articles INTEGER NOT NULL,
            article_id INTEGER NOT NULL,
            PRIMARY KEY (source_id, fingerprint)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX idx_site_blocks_common ON site_blocks(source_id, articles) WHERE articles >= 3")
