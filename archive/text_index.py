"""The full-text index of the articles: its care, and its SQL functions for us, Datasette and sqlite-utils.

The index is kept by triggers, so it follows the articles in the same transaction, whoever writes them. Its
rows are in the order of the days of the articles (table ``search_entries``): the newest hits of a word are
found without looking at the others.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator

from sqlite_utils import hookimpl

from archive.query import SearchSyntaxError, parse
from archive.tokens import facts, index_text, phrase, search_text

_NOTHING = '""'
_QUOTED_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


def escape_fts(query: str) -> str:
    """Give the FTS5 expression of a query (`archive.query`); never a syntax error.

    Datasette calls a function of this name for the search field of its table pages, where there is no room
    for a message: what cannot be understood is taken for words and quoted phrases that must all be there.
    """
    try:
        return parse(query).match
    except SearchSyntaxError:
        found = [phrase(quoted or word) for quoted, word in _QUOTED_OR_WORD.findall(query)]
        return " ".join(one for one in found if one) or _NOTHING


def register_functions(
    conn: sqlite3.Connection, awaits_index: Callable[[int], bool] = lambda _: False
) -> None:
    """Make the SQL functions that the search index needs known to a connection, and ``escape_fts()``.

    Args:
        conn: The connection.
        awaits_index: Tells of the number of an article whether `add` will be called for it; then the triggers
            that keep the index leave it alone.
    """
    conn.execute("PRAGMA trusted_schema = ON")  # a view uses it; some builds of SQLite forbid that by default
    for name, arguments, function in (
        ("index_text", 1, index_text),
        ("search_text", 1, search_text),
        ("search_facts", 5, facts),
        ("escape_fts", 1, escape_fts),
    ):
        conn.create_function(name, arguments, function, deterministic=True)
    conn.create_function("awaits_index", 1, awaits_index)


def add(conn: sqlite3.Connection, article_ids: Iterable[int]) -> None:
    """Add articles to the index that the triggers left out. Call it within the transaction that adds them."""
    conn.execute(_ADD, [json.dumps(list(article_ids))])


def verify(conn: sqlite3.Connection) -> Iterator[str]:
    """Say what is wrong with the index, one line a problem: not the articles' words, or not all articles.

    Reads every article, and writes nothing; SQLite wants a connection that may write all the same. With one
    that may not, only the articles of the index are compared, not their words.
    """
    (missing,) = conn.execute(
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM search_entries)"
    ).fetchone()
    if missing:
        yield f"Articles that the search index lacks: {missing:,}."
    (strange,) = conn.execute(
        "SELECT count(*) FROM search_entries WHERE article_id NOT IN (SELECT id FROM articles)"
    ).fetchone()
    if strange:
        yield f"Articles in the search index that the archive lacks: {strange:,}."
    if conn.execute("PRAGMA query_only").fetchone()[0]:
        (missing,) = conn.execute(
            "SELECT count(*) FROM search_entries WHERE place NOT IN (SELECT id FROM articles_fts_docsize)"
        ).fetchone()
        if missing:
            yield f"Articles whose words the search index lacks: {missing:,}."
        return
    within = conn.in_transaction
    try:
        conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        yield "The search index does not have the words of the articles."
    finally:
        if not within:
            conn.rollback()


def rebuild(conn: sqlite3.Connection) -> None:
    """Make the index anew from the articles, in the order of their dates. Call it within a transaction."""
    for statement in REBUILD:
        conn.execute(statement)


_ADD = """
    INSERT INTO articles_fts (rowid, title, standfirst, authors, tags, text, facts)
    SELECT place, title, standfirst, authors, tags, text, facts FROM articles_text WHERE place IN (
        SELECT place FROM search_entries WHERE article_id IN (SELECT value FROM json_each(?)))
    ORDER BY place
"""
"""In the order of their places, so that SQLite need not begin a new piece of the index."""

KINDS = """(SELECT json_group_array(kind) FROM (SELECT DISTINCT kind
    FROM pages JOIN provenance ON page_id = pages.id JOIN discoveries ON discoveries.id = discovery_id
    WHERE pages.{pages} ORDER BY kind))"""
"""What ``articles.found_by`` is for an article with these pages; a migration has it in triggers."""

REBUILD = (
    "DELETE FROM search_entries",
    """INSERT INTO search_entries (place, article_id, facts)
        SELECT (coalesce(unixday, 0) << 24) + row_number() OVER (PARTITION BY unixday ORDER BY dated, id), id,
            search_facts(name, language, access, dated, found_by)
        FROM (SELECT articles.*, sources.name, strftime('%s', substr(dated, 1, 10)) / 86400 AS unixday
            FROM articles JOIN sources ON sources.id = source_id)""",
    "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
)
"""Whoever changes this adds a migration, for a migration runs it."""


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let ``sqlite-utils`` read and write the search index as well."""
    register_functions(conn)
