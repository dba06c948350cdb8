"""Numbers that stay true when rows are deleted: of articles, and of what an export has sent."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Remember the highest number that an article had, and the newest fetch of each export."""
    for statement in _STATEMENTS:
        db.execute(statement)


def _follow(table: str, column: str) -> str:
    """SQLite gives the number of a deleted last row again: what comes next must count as new."""
    return f"""CREATE TRIGGER {table}_exported AFTER DELETE ON {table}
        WHEN old.id > (SELECT coalesce(max(id), 0) FROM {table}) BEGIN
        UPDATE export_cursors SET {column} = min({column}, (SELECT coalesce(max(id), 0) FROM {table}));
    END"""  # noqa: S608


_STATEMENTS = (
    """CREATE TABLE article_numbers (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        highest INTEGER NOT NULL
    ) STRICT""",
    """CREATE TRIGGER article_number_kept AFTER DELETE ON articles BEGIN
        INSERT INTO article_numbers (id, highest) VALUES (1, old.id)
            ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest);
    END""",
    "ALTER TABLE export_cursors ADD COLUMN fetch_id INTEGER NOT NULL DEFAULT 0",
    """UPDATE export_cursors SET fetch_id =
        (SELECT coalesce(max(id), 0) FROM fetches WHERE fetched_at <= exported_at)""",
    _follow("revisions", "revision_id"),
    _follow("fetches", "fetch_id"),
)
