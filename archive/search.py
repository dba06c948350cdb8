"""Find articles: how many there are, the best or the newest of them, and where they say it."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from archive.query import Query, parse
from archive.snippets import Marks, cut_snippet, find_marks

Order = Literal["relevance", "newest"]

_CAP = 10_000
"""Hits that are counted and ranked. Of more, the newest are shown: to rank 850,000 takes seconds."""

_RANK = "bm25(articles_fts, 10, 4, 4, 4, 1)"
"""Weights of title, standfirst, authors, tags, text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article_id: int
    title: str
    title_marks: Marks
    snippet: str
    """Some of the text around the first hit."""
    snippet_marks: Marks
    """Where in the snippet the words are that were looked for: start and end."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of what was found."""

    total: int
    """How many articles there are; no more than are counted."""
    capped: bool
    """There are more than ``total``."""
    order: Order
    """Newest first where it was asked for, and where there are too many to rank."""
    hits: tuple[Hit, ...]


def search(
    db: sqlite3.Connection, query: str, *, limit: int = 20, offset: int = 0, order: Order = "relevance"
) -> SearchPage:
    """Find articles. The query language is described in `archive.query`.

    Args:
        db: A connection that knows our SQL functions.
        query: What to look for.
        limit: Hits on the page.
        offset: Hits on the pages before it.
        order: The best first, or the newest.

    Raises:
        SearchSyntaxError: The query cannot be understood.
    """
    parsed = parse(query)
    conditions = [condition for condition, _ in parsed.conditions]
    values = [value for _, value in parsed.conditions]
    total = _count(db, parsed.match, conditions, values)
    many = total > _CAP
    if many or not parsed.match:
        order = "newest"
    ids = _find(db, parsed.match, conditions, values, order, many=many, limit=limit, offset=offset)
    hits = tuple(_hit(db, article_id, parsed) for article_id in ids)
    return SearchPage(min(total, _CAP), many, order, hits)


def _count(db: sqlite3.Connection, match: str | None, conditions: list[str], values: list[str]) -> int:
    tables, where = "articles", conditions
    if match:
        tables = (
            "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"
            if conditions
            else "articles_fts"
        )
        where, values = ["articles_fts MATCH ?", *conditions], [match, *values]
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {tables} WHERE {' AND '.join(where)} LIMIT {_CAP + 1})"  # noqa: S608
    return int(db.execute(sql, values).fetchone()[0])


def _find(
    db: sqlite3.Connection,
    match: str | None,
    conditions: list[str],
    values: list[str],
    order: Order,
    *,
    many: bool,
    limit: int,
    offset: int,
) -> list[int]:
    """Give the ids of a page of hits.

    Few hits are gathered and sorted. Of many, the articles are gone through from the newest on, each asked
    if it is a hit, until the page is full: so it takes no longer with a million hits than with a thousand.
    """
    if not match:
        tables, ordering = "articles", "dated DESC, articles.id"
    elif many:
        tables = "articles CROSS JOIN articles_fts ON articles_fts.rowid = articles.id"
        ordering = "dated DESC, articles.id"
    else:
        tables = "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"
        ordering = f"{_RANK}, articles.id DESC" if order == "relevance" else "dated DESC, articles.id"
    if match:
        conditions, values = ["articles_fts MATCH ?", *conditions], [match, *values]
    where = " AND ".join(conditions)
    sql = f"SELECT articles.id FROM {tables} WHERE {where} ORDER BY {ordering} LIMIT ? OFFSET ?"  # noqa: S608
    return [row[0] for row in db.execute(sql, [*values, limit, offset])]


def _hit(db: sqlite3.Connection, article_id: int, query: Query) -> Hit:
    title, text = db.execute("SELECT title, text FROM articles WHERE id = ?", [article_id]).fetchone()
    shown, marks = cut_snippet(text, query.words)
    return Hit(article_id, title, find_marks(title, query.words), shown, marks)
