"""The full-text index of the articles: its care, and its SQL functions for us, Datasette and sqlite-utils.

The index is kept by triggers, so it follows the articles in the same transaction, whoever writes them. Its
rows are in the order of the days of the articles (table ``search_entries``): the newest hits of a word are
found without looking at the others.
"""

import re
import sqlite3
from collections.abc import Iterator

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


def register_functions(conn: sqlite3.Connection) -> None:
    """Make the SQL functions that the search index needs known to a connection, and ``escape_fts()``."""
    conn.execute("PRAGMA trusted_schema = ON")  # a view uses it; some builds of SQLite forbid that by default
    for name, arguments, function in (
        ("index_text", 1, index_text),
        ("search_text", 1, search_text),
        ("search_facts", 4, facts),
        ("escape_fts", 1, escape_fts),
    ):
        conn.create_function(name, arguments, function, deterministic=True)


def verify(conn: sqlite3.Connection) -> Iterator[str]:
    """Say what is wrong with the index, one line a problem: not the articles' words, or not all articles.

    Reads every article, and writes nothing; SQLite wants a connection that may write all the same.
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


REBUILD = (
    "DELETE FROM search_entries",
    """INSERT INTO search_entries (place, article_id, facts)
        SELECT (coalesce(unixday, 0) << 24) + row_number() OVER (PARTITION BY unixday ORDER BY dated, id), id,
            search_facts(name, language, access, dated)
        FROM (SELECT articles.*, sources.name, strftime('%s', substr(dated, 1, 10)) / 86400 AS unixday
            FROM articles JOIN sources ON sources.id = source_id)""",
    "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
)
"""Whoever changes this adds a migration, for a migration runs it."""


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let ``sqlite-utils`` read and write the search index as well."""
    register_functions(conn)
