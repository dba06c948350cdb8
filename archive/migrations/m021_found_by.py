"""What found an article is a fact of it; beginnings of words, and the facets of tables, have an index."""

from sqlite_utils import Database

from archive.migrations.m020_index_later import make_triggers
from archive.text_index import KINDS


def apply(db: Database) -> None:
    """Add the kinds of discoveries to the articles, and make room for them in the index; m023 fills it."""
    for statement in (*_ARTICLES, *_INDEX, *_TRIGGERS):
        db.execute(statement)


_OF_ARTICLE = KINDS.format(pages="article_id = articles.id")

_ARTICLES = (
    *(f"DROP TRIGGER IF EXISTS articles_{name}" for name in ("indexed", "unindexed", "reindexed")),
    "ALTER TABLE articles ADD COLUMN found_by TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(found_by))",
    f"UPDATE articles SET found_by = {_OF_ARTICLE}",  # noqa: S608
    # With the last column, what a facet counts is in the index: no row of an article is read for it.
    "DROP INDEX idx_articles_source",
    "CREATE INDEX idx_articles_source ON articles(source_id, dated DESC, access)",
    "DROP INDEX idx_articles_access",
    "CREATE INDEX idx_articles_access ON articles(access, dated DESC, source_id)",
)

_INDEX = (
    "DROP TABLE articles_fts",
    # Words have their first three letters beside them: beginnings are shared by thousands of words.
    """CREATE VIRTUAL TABLE articles_fts USING fts5(title, standfirst, authors, tags, text, facts,
        content='articles_text', content_rowid='place', tokenize='unicode61 remove_diacritics 2',
        prefix='3')""",
    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 8)",
)

_FACTS = """search_facts((SELECT name FROM sources WHERE id = new.source_id),
    new.language, new.access, new.dated, new.found_by)"""
_COLUMNS = (
    "title", "standfirst", "authors", "tags", "text", "source_id", "language", "access", "dated", "found_by",
)  # fmt: skip


def _find_again(article: str) -> str:
    return f"""UPDATE articles SET found_by = {_OF_ARTICLE}
        WHERE id = {article} AND found_by <> {_OF_ARTICLE};"""  # noqa: S608


_TRIGGERS = (
    *make_triggers(_FACTS, _COLUMNS),
    f"""CREATE TRIGGER provenance_added AFTER INSERT ON provenance BEGIN
        {_find_again("(SELECT article_id FROM pages WHERE id = new.page_id)")}
    END""",  # noqa: S608
    f"""CREATE TRIGGER provenance_removed AFTER DELETE ON provenance BEGIN
        {_find_again("(SELECT article_id FROM pages WHERE id = old.page_id)")}
    END""",  # noqa: S608
    f"""CREATE TRIGGER page_led_elsewhere AFTER UPDATE OF article_id ON pages
        WHEN old.article_id IS NOT new.article_id BEGIN
        {_find_again("old.article_id")}
        {_find_again("new.article_id")}
    END""",
    f"""CREATE TRIGGER page_removed AFTER DELETE ON pages WHEN old.article_id IS NOT NULL BEGIN
        {_find_again("old.article_id")}
    END""",
)
