"""Words of which two letters are known (``ab*``), as the beginnings of three that the full-text index has.

Of a shorter one SQLite merges all that begins so before it gives the first hit. Those of three letters are
looked up, and few of them begin with the same two.
"""

import re
import sqlite3
import unicodedata
from dataclasses import replace

from archive.query import Query

_SHORT = re.compile(r'((?:\w+ : )?)"((?:[^"]*[^\w"\ue000-\ue005])?)(?P<letters>[^\W_]{2})" \*')
"""In an FTS5 expression: the column, what stands before the word, its letters."""

_SQL_BEGINNINGS = """
    WITH RECURSIVE words(word) AS (
        SELECT * FROM (SELECT term FROM articles_fts_words WHERE term >= :letters ORDER BY term LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM articles_fts_words
            WHERE term >= substr(word, 1, 3) || char(iif(length(word) < 3, 1, 1114111)) ORDER BY term LIMIT 1)
        FROM words WHERE substr(word, 1, 2) = :letters
    )
    SELECT substr(word, 1, 3) FROM words WHERE substr(word, 1, 2) = :letters AND length(word) > 2 LIMIT :most
"""
"""From one beginning to the next, without what is between them: the vocabulary is in order."""
_MOST = 300
"""Beginnings in the place of those of a query. What SQLite does for each grows with their number, and a page
of made-up words has thousands."""


def spell_out(db: sqlite3.Connection, query: Query) -> Query:
    """Give a query that finds the same without beginnings of two letters, unless too many words have them."""
    short = [found["letters"] for found in _SHORT.finditer(query.match)]
    if not short:
        return query
    longer = {letters: _beginnings(db, letters) for letters in set(short)}
    if sum(len(longer[letters]) for letters in short) > _MOST:
        return query

    def spelled(found: re.Match[str]) -> str:
        column, before, letters = found.groups()
        phrases = [f'"{before}{letters}"', *(f'"{before}{one}" *' for one in longer[letters])]
        return f"{column}({' OR '.join(phrases)})"

    match, titled, *weighed = (
        _SHORT.sub(spelled, expression) for expression in (query.match, query.titled, *query.weighed)
    )
    return replace(query, match=match, titled=titled, weighed=tuple(weighed))


def _beginnings(db: sqlite3.Connection, letters: str) -> list[str]:
    """Give the three letters that words begin with that begin with these two, or more than `_MOST`."""
    wanted = {"letters": "".join(map(_fold, letters)), "most": _MOST + 1}
    return [beginning for (beginning,) in db.execute(_SQL_BEGINNINGS, wanted)]


def _fold(letter: str) -> str:
    """Give a letter as the index has it: small, and one of the Latin alphabet without accents."""
    base = unicodedata.normalize("NFD", letter)[0]
    return (base if base.isascii() else letter).lower()
