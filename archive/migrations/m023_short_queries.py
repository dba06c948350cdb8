"""Search: single CJK characters are words of the index, and beginnings of two letters can be spelled out."""

from sqlite_utils import Database

from archive.text_index import REBUILD


def apply(db: Database) -> None:
    """Make the full-text index anew, and let its vocabulary be read."""
    for statement in (*REBUILD, _VOCABULARY):
        db.execute(statement)


_VOCABULARY = """CREATE VIRTUAL TABLE articles_fts_words USING "fts5vocab" ('articles_fts', 'instance')"""
"""The name in quotation marks: by ``USING fts`` Datasette's plugins know what can be searched."""
