"""The SQL functions of the full-text index, for us, for Datasette and for sqlite-utils.

SQLite's ``unicode61`` tokenizer takes a run of letters as one word, so in a language that is written without
spaces it finds nothing. Here every such character becomes a word of its own, and a query becomes the phrase
of its characters: any substring that people type is found.
"""

import re
import sqlite3
import unicodedata

from sqlite_utils import hookimpl

CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U000323af"
)
"""Inside of a regular expression's ``[...]``: letters that are words by themselves, after NFKC."""

_CJK_CHARACTER = re.compile(f"([{CJK}])")
_NOTHING = '""'
_QUOTED_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


def index_text(text: str | None) -> str | None:
    """Give the text as the index holds it: NFKC, and a space around every CJK character."""
    if text is None or text.isascii():
        return text
    return " ".join(_CJK_CHARACTER.split(unicodedata.normalize("NFKC", text)))


def phrase(words: str) -> str | None:
    """Give the FTS5 expression that finds these words, or CJK characters, side by side; None for no word."""
    indexed = (index_text(words) or "").replace('"', " ").replace("\0", " ")
    if not any(character.isalnum() for character in indexed):
        return None
    return f'"{" ".join(indexed.split())}"'


def escape_fts(query: str) -> str:
    """Give the FTS5 expression that finds all words and quoted phrases of a query; never a syntax error.

    Datasette calls a function of this name for the search field of its table pages.
    """
    phrases = [phrase(quoted or word) for quoted, word in _QUOTED_OR_WORD.findall(query)]
    return " ".join(found for found in phrases if found) or _NOTHING


def register_functions(conn: sqlite3.Connection) -> None:
    """Make ``index_text()`` known to a connection, which the search index needs, and ``escape_fts()``."""
    conn.execute("PRAGMA trusted_schema = ON")  # a view uses it; some builds of SQLite forbid that by default
    conn.create_function("index_text", 1, index_text, deterministic=True)
    conn.create_function("escape_fts", 1, escape_fts, deterministic=True)


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let ``sqlite-utils`` read and write the search index as well."""
    register_functions(conn)
