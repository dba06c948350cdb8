"""Words of which two letters are known (``ab*``), as the beginnings of three that the full-text index has.

Of a shorter one SQLite merges all that begins so before it gives the first hit. Those of three letters are
looked up, and few of them begin with the same two.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from archive.query import Query

_SHORT = re.compile(r'((?:\w+ : )?)"((?:[^"]*[^\w"\ue000-\ue005])?)([^\W_]{2})" \*')
"""In an FTS5 expression: the column, what stands before the word, its letters."""

_SQL_BEGINNINGS = """
    WITH RECURSIVE words(word) AS (
        SELECT * FROM (SELECT term FROM articles_fts_words WHERE term >= :letters ORDER BY term LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM articles_fts_words
            WHERE term >= substr(word, 1, 3) || char(iif(length(word) < 3, 1, 1114111)) ORDER BY term LIMIT 1)
        FROM words WHERE substr(word, 1, 2) = :letters
    )
    SELECT substr(word, 1, 3) FROM words WHERE substr(word, 1, 2) = :letters AND length(word) > 2
"""
"""From one beginning to the next, without what is between them: the vocabulary is in order."""


def spell_out(db: sqlite3.Connection, query: Query) -> Query:
    """Give a query that finds the same without beginnings of two letters."""

    def spelled(short: re.Match[str]) -> str:
        column, before, letters = short.groups()
        longer = (f'"{before}{beginning}" *' for beginning in _beginnings(db, letters))
        either = " OR ".join((f'"{before}{letters}"', *longer))
        return f"{column}({either})"

    if not _SHORT.search(query.match):
        return query
    match, titled, *weighed = (
        _SHORT.sub(spelled, expression) for expression in (query.match, query.titled, *query.weighed)
    )
    return replace(query, match=match, titled=titled, weighed=tuple(weighed))


def _beginnings(db: sqlite3.Connection, letters: str) -> Iterator[str]:
    """Give the three letters that words begin with that begin with these two."""
    for (beginning,) in db.execute(_SQL_BEGINNINGS, {"letters": "".join(map(_fold, letters))}):
        yield beginning


def _fold(letter: str) -> str:
    """Give a letter as the index has it: small, and one of the Latin alphabet without accents."""
    base = unicodedata.normalize("NFD", letter)[0]
    return (base if base.isascii() else letter).lower()
