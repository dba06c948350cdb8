"""Names in a query that nothing in the archive has, so that a search that finds nothing can say why."""

import sqlite3

from archive import tokens
from archive.errors import WrongUsageError, say_unknown
from archive.query import all_narrowings, parse
from archive.search import newest

_SQL_SOURCES = "SELECT name FROM sources ORDER BY name"
_SQL_LANGUAGES = """
    WITH RECURSIVE languages(code) AS (
        SELECT min(language) FROM articles
        UNION ALL
        SELECT (SELECT min(language) FROM articles WHERE language > code)
        FROM languages WHERE code IS NOT NULL
    )
    SELECT code FROM languages WHERE code IS NOT NULL
"""
"""From one to the next in their index, however many articles have each."""
_SQL_AUTHORS = "SELECT name FROM authors ORDER BY articles DESC LIMIT 1000"
"""Among which the nearest name is looked for."""


def find_unknown(db: sqlite3.Connection, query: str) -> list[str]:
    """Say which sources, languages and authors a query asks for that there are none of, a line each.

    Args:
        db: A connection that knows our SQL functions.
        query: What was looked for, and can be understood.
    """
    asked = [one for one in all_narrowings(query) if one.field in {"source", "lang", "author"}]
    said = (_say(db, one.field, one.value) for one in asked if not newest(db, parse(one.part).match, limit=1))
    return [line for line in said if line]


def _say(db: sqlite3.Connection, field: str, value: str) -> str | None:
    """Say that no article has a value; None where there is a source of that name, still without articles."""
    if field == "author":
        return say_unknown("author", value, _names(db, _SQL_AUTHORS))
    if field == "lang":
        return str(WrongUsageError.unknown("language", value, _names(db, _SQL_LANGUAGES)))
    sources = _names(db, _SQL_SOURCES)
    if tokens.source_word(value) in map(tokens.source_word, sources):
        return None
    return str(WrongUsageError.unknown("source", value, sources))


def _names(db: sqlite3.Connection, sql: str) -> list[str]:
    return [name for (name,) in db.execute(sql)]
