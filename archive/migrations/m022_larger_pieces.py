"""Search: the index is written in larger pieces; the date beside an author is written with the author."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Let the index collect a transaction in memory before it is written, and have authors written once."""
    for statement in _STATEMENTS:
        db.execute(statement)


_STATEMENTS = (
    # In bytes: a hundred articles are one piece of the index, and pieces are what SQLite has to merge.
    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 8388608)",
    "DROP TRIGGER author_counted",
    """CREATE TRIGGER author_counted AFTER INSERT ON article_authors BEGIN
        UPDATE authors SET articles = articles + 1 WHERE id = new.author_id;
    END""",
)
