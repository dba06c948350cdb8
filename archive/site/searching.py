"""What the search page reads, and the feeds of the same search."""

import json
import sqlite3
from dataclasses import asdict
from io import BytesIO

from archive.beginnings import spell_out
from archive.export import FORMATS, Export
from archive.export.records import last_updated, lines_of
from archive.facets import facets
from archive.query import narrowings, parse
from archive.search import Order
from archive.search import newest as newest_places
from archive.search import search as find
from archive.site.rows import CARD, PAGE_SIZE, Row, card, rows
from archive.unknown_names import find_unknown

FEEDS = {
    "atom": ("atom", "application/atom+xml; charset=utf-8"),
    "feed.json": ("json-feed", "application/feed+json; charset=utf-8"),
}
"""The formats of a feed by the end of its address: as `archive.export` calls them, and their media type."""

FILES = {**FEEDS, "jsonl": ("jsonl", "application/jsonl; charset=utf-8")}
"""The same, with one for programs that has every field of an exported article."""

FED = 30
"""Articles of a feed."""

_LOOKED_AT = 300
"""Of the newest hits: which of them were edited last."""
_SQL_NEWEST = "SELECT article_id FROM search_entries ORDER BY place DESC LIMIT ?"
_SQL_ARTICLES = "SELECT article_id FROM search_entries WHERE place IN (SELECT value FROM json_each(?))"


def search(conn: sqlite3.Connection, query: str, *, order: Order = "relevance", page: int = 1) -> Row:
    """Give a page of what a query finds; `archive.query` describes the language.

    Raises:
        SearchSyntaxError: the query cannot be understood.
    """
    found = find(conn, query, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, order=order)
    shown = ",".join(str(hit.article_id) for hit in found.hits)
    cards = {
        row["id"]: card(row)
        for row in rows(
            conn,
            f"""SELECT {CARD} FROM articles JOIN sources ON sources.id = articles.source_id
                WHERE articles.id IN ({shown})""",  # noqa: S608
        )
    }
    hits = [
        cards[hit.article_id]
        | {"title_marks": hit.title_marks, "snippet": hit.snippet, "snippet_marks": hit.snippet_marks}
        for hit in found.hits
    ]
    return {
        "query": query,
        "order": found.order,
        "total": found.total,
        "capped": found.capped,
        "page": page,
        "next": page + 1 if page * PAGE_SIZE < found.total else None,
        "unknown": [] if found.total else find_unknown(conn, query),
        "narrowed_by": [asdict(one) for one in narrowings(query)],
        "facets": [asdict(facet) for facet in facets(conn, query, found)] if found.total else [],
        "articles": hits,
    }


def nothing(_conn: sqlite3.Connection) -> Row:
    """Give what a search finds that does not look for anything."""
    return {
        "query": "",
        "order": "relevance",
        "total": 0,
        "capped": False,
        "page": 1,
        "next": None,
        "unknown": [],
        "narrowed_by": [],
        "facets": [],
        "articles": [],
    }


def newest(conn: sqlite3.Connection, query: str, kind: str) -> list[bytes]:
    """Give what is new or was edited last, with all that one of the `FILES` says of it.

    Args:
        conn: Of the archive.
        query: Of what it finds; of all articles where it is empty.
        kind: Which one.

    Raises:
        SearchSyntaxError: the query cannot be understood.
    """
    if query:
        places = newest_places(conn, spell_out(conn, parse(query)).match, _LOOKED_AT)
        found = conn.execute(_SQL_ARTICLES, [json.dumps(places)])
    else:
        found = conn.execute(_SQL_NEWEST, [_LOOKED_AT])
    fed = last_updated(conn, (article for (article,) in found), FED)
    return lines_of(conn, fed, FORMATS[FILES[kind][0]].fields)


def write_feed(kind: str, title: str, lines: list[bytes], address: str, page: str) -> bytes:
    """Give articles as one of the `FILES`.

    Args:
        kind: Which one.
        title: Of the feed.
        lines: Of `newest`.
        address: Where the feed is found.
        page: Where the same search is a page.
    """
    out = BytesIO()
    export = Export(title, iter(lines), out, address=address, page=page)
    FORMATS[FILES[kind][0]].write(export)
    export.finish()
    return out.getvalue()
