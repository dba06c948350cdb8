"""Who wrote the articles."""

import sqlite3

from archive.site.overviews.page import Arguments
from archive.site.rows import CARD, PAGE_SIZE, Row, card, page_of, place, row, rows

_AUTHORS = 50
_COUNTED = 1_000
"""Newest articles of an author by which the sources are counted: an author like Staff may have 100,000."""
_FACTS = """
    authors.id, substr(authors.name, 1, 200) AS name, authors.articles,
    (SELECT min(dated) FROM article_authors WHERE author_id = authors.id) AS first,
    (SELECT max(dated) FROM article_authors WHERE author_id = authors.id) AS last
"""


def read_all(conn: sqlite3.Connection, asked: Arguments) -> Row:
    """Give the authors, those of most articles first."""
    after = place(asked.get("after"))
    where, values = "articles > 0", list[object]()
    if after and after[0].isdecimal():
        where = "articles > 0 AND articles <= ? AND (articles < ? OR id > ?)"
        values = [int(after[0]), int(after[0]), after[1]]
    found = rows(
        conn,
        f"SELECT {_FACTS} FROM authors WHERE {where} ORDER BY articles DESC, id LIMIT {_AUTHORS + 1}",  # noqa: S608
        values,
    )
    shown, following = page_of(found, _AUTHORS, "articles", "id")
    return {"authors": shown, "next": following}


def read_one(conn: sqlite3.Connection, asked: Arguments) -> Row | None:
    """Give an author: the sources written for, the first and the last article, and the articles."""
    author = row(conn, f"SELECT {_FACTS} FROM authors WHERE id = ?", [asked.number])  # noqa: S608
    if author is None:
        return None
    after = place(asked.get("after"))
    older = "" if after is None else "AND own.dated <= ? AND (own.dated < ? OR article_id > ?)"
    found = rows(
        conn,
        f"""SELECT {CARD} FROM article_authors AS own JOIN articles ON articles.id = article_id
            JOIN sources ON sources.id = articles.source_id WHERE author_id = ? {older}
            ORDER BY own.dated DESC, article_id LIMIT {PAGE_SIZE + 1}""",  # noqa: S608
        [asked.number, *((after[0], *after) if after else ())],
    )
    shown, following = page_of(found, PAGE_SIZE, "dated", "id")
    return {
        "author": author,
        "sources": rows(conn, _SOURCES, [asked.number]),
        "sources_counted": min(author["articles"], _COUNTED),
        "articles": [card(one) for one in shown],
        "next": following,
    }


_SOURCES = f"""
    SELECT sources.id, substr(sources.name, 1, 100) AS name, count(*) AS articles
    FROM (SELECT article_id FROM article_authors WHERE author_id = ? ORDER BY dated DESC LIMIT {_COUNTED})
    JOIN articles ON articles.id = article_id JOIN sources ON sources.id = articles.source_id
    GROUP BY sources.id ORDER BY count(*) DESC, sources.id LIMIT 20
"""  # noqa: S608
