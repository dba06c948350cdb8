"""Crawls: how many articles were new to the archive, and how many their publishers had edited."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add the two counts, and count for earlier crawls what their fetches brought."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    "ALTER TABLE crawl_sources ADD COLUMN added INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawl_sources ADD COLUMN edited INTEGER NOT NULL DEFAULT 0",
    """UPDATE crawl_sources SET added = brought.added, edited = brought.edited
        FROM (
            SELECT crawl_id, source_id, sum(kind = 'first') AS added, sum(kind = 'publisher') AS edited
            FROM revisions
            JOIN fetches ON fetches.capture_id = revisions.capture_id
            JOIN pages ON pages.id = page_id
            WHERE crawl_id IS NOT NULL
            GROUP BY crawl_id, source_id
        ) AS brought
        WHERE brought.crawl_id = crawl_sources.crawl_id AND brought.source_id = crawl_sources.source_id""",
)
