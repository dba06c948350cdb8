"""What the pages of authors, clusters and changes are read from without counting."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Add the number of articles of each author, the dates beside their names, and indexes in page order."""
    for statement in (*_COLUMNS, *_FILL, *_INDEXES, *_TRIGGERS):
        db.execute(statement)


_COLUMNS = (
    "ALTER TABLE authors ADD COLUMN articles INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE article_authors ADD COLUMN dated TEXT NOT NULL DEFAULT ''",
)

_FILL = (
    "UPDATE article_authors SET dated = (SELECT dated FROM articles WHERE id = article_id)",
    "UPDATE authors SET articles = (SELECT count(*) FROM article_authors WHERE author_id = authors.id)",
)

_INDEXES = (
    "DROP INDEX idx_article_authors_author",
    "CREATE INDEX idx_article_authors_author ON article_authors(author_id, dated DESC)",
    "CREATE INDEX idx_authors_articles ON authors(articles DESC)",
    "CREATE INDEX idx_clusters_articles ON clusters(articles DESC)",
    "CREATE INDEX idx_articles_gone ON articles(gone_at DESC) WHERE gone_at IS NOT NULL",
    """CREATE INDEX idx_revisions_headline ON revisions(id)
        WHERE kind = 'publisher' AND instr(changed, '"title"') > 0""",
)

_TRIGGERS = (
    """CREATE TRIGGER author_counted AFTER INSERT ON article_authors BEGIN
        UPDATE article_authors SET dated = (SELECT dated FROM articles WHERE id = new.article_id)
            WHERE article_id = new.article_id AND author_id = new.author_id;
        UPDATE authors SET articles = articles + 1 WHERE id = new.author_id;
    END""",
    """CREATE TRIGGER author_uncounted AFTER DELETE ON article_authors BEGIN
        UPDATE authors SET articles = articles - 1 WHERE id = old.author_id;
    END""",
    """CREATE TRIGGER author_redated AFTER UPDATE OF dated ON articles WHEN old.dated <> new.dated BEGIN
        UPDATE article_authors SET dated = new.dated WHERE article_id = new.id;
    END""",
)
