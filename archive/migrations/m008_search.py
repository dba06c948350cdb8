"""Search: an index in the order of the days, with CJK characters in pairs, and with facts of the articles."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Replace the full-text index by one that finds common words as fast as rare ones; m023 fills it."""
    for statement in (*_GONE, *_SEARCH):
        db.execute(statement)


_GONE = (
    "DROP TRIGGER articles_indexed",
    "DROP TRIGGER articles_unindexed",
    "DROP TRIGGER articles_reindexed",
    "DROP TABLE articles_fts",
    "DROP VIEW articles_text",
)

_SEARCH = (
    """CREATE TABLE search_entries (
        place INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL UNIQUE REFERENCES articles(id),
        facts TEXT NOT NULL
    ) STRICT""",
    """CREATE VIEW articles_text AS SELECT place,
        search_text(title) AS title, search_text(standfirst) AS standfirst, search_text(authors) AS authors,
        search_text(tags) AS tags, search_text(text) AS text, facts
        FROM search_entries JOIN articles ON articles.id = article_id""",
    """CREATE VIRTUAL TABLE articles_fts USING fts5(title, standfirst, authors, tags, text, facts,
        content='articles_text', content_rowid='place', tokenize='unicode61 remove_diacritics 2')""",
    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 8)",
    # What Datasette searches: the hidden column that takes the query, by the number of the article.
    """CREATE VIEW articles_search AS SELECT article_id AS rowid, articles_fts AS articles_search
        FROM articles_fts JOIN search_entries ON place = articles_fts.rowid""",
)
