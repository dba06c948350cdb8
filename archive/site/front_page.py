"""What the front page reads: nothing is counted over the articles."""

import sqlite3

from archive.site.queries import articles, months, sources
from archive.site.rows import Row, load_json, row, rows

_NEWEST, _EDITS, _PEOPLE, _SOURCES, _CHARTED, _NAMES = 10, 6, 10, 12, 5, 6
"""How many of each are shown."""


def front(conn: sqlite3.Connection) -> Row:
    """Give what is new, what was changed, who is named, the articles by month, how the sources are."""
    largest = sources(conn, limit=_SOURCES)
    return {
        "articles": articles(conn)["articles"][:_NEWEST],
        "months": months(conn),
        "charted": [
            {"id": source["id"], "name": source["name"], "months": months(conn, source["id"])}
            for source in largest[:_CHARTED]
            if source["articles"]
        ],
        "sources": largest,
        "troubled": conn.execute("SELECT count(*) FROM health WHERE verdict <> 'ok'").fetchone()[0],
        "edits": _edits(conn),
        "people": rows(conn, _MOST_NAMED, [_PEOPLE]),
        "aliases": [one["name"] for one in rows(conn, _ALIASES, [_NAMES])],
        "crawl": row(conn, _LAST_CRAWL),
    }


def _edits(conn: sqlite3.Connection) -> list[Row]:
    """Give the last changes that publishers made, newest first, one an article.

    A copy for the public has no earlier revisions, so it has none to show.
    """
    found: dict[int, Row] = {}
    for edit in rows(conn, _LAST_EDITS, [5 * _EDITS]):
        source = {"id": edit.pop("source_id"), "name": edit.pop("source")}
        found.setdefault(edit["id"], load_json(edit, "changed") | {"source": source})
    return list(found.values())[:_EDITS]


_LAST_EDITS = """
    SELECT articles.id, substr(articles.title, 1, 300) AS title, substr(articles.language, 1, 20) AS language,
        articles.source_id, substr(sources.name, 1, 100) AS source, revisions.number, revisions.seen_at,
        changed, words_added, words_removed, share_changed
    FROM (SELECT id FROM revisions WHERE kind = 'publisher' ORDER BY id DESC LIMIT ?) AS last
    JOIN revisions ON revisions.id = last.id
    JOIN articles ON articles.id = revisions.article_id JOIN sources ON sources.id = articles.source_id
    WHERE EXISTS (SELECT 1 FROM revisions AS before
        WHERE before.article_id = articles.id AND before.number = revisions.number - 1)
    ORDER BY revisions.id DESC
"""
_MOST_NAMED = """
    SELECT substr(name, 1, 100) AS name, articles FROM people ORDER BY articles DESC, name LIMIT ?
"""
_ALIASES = """
    SELECT substr(name, 1, 100) AS name FROM series_names
    WHERE kind = 'alias' ORDER BY series_id, name LIMIT ?
"""
_LAST_CRAWL = "SELECT id, started_at, ended_at, outcome FROM crawls ORDER BY id DESC LIMIT 1"
