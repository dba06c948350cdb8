"""Forgetting: an index by which SQLite finds the article that shows a revision."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Have the article that refers to a revision found; without, each that is deleted read all articles."""
    db.execute("CREATE INDEX idx_articles_revision ON articles(revision_id)")
