"""The same text on several sites."""

import sqlite3

from archive.site.overviews.page import Arguments
from archive.site.rows import CARD, PAGE_SIZE, Row, card, page_of, place, row, rows

_COPIES = 50


def read_all(conn: sqlite3.Connection, asked: Arguments) -> Row:
    """Give the clusters, those of most articles first, each with its earliest article."""
    after = place(asked.get("after"))
    where, values = "true", list[object]()
    if after and after[0].isdecimal():
        where = "clusters.articles <= ? AND (clusters.articles < ? OR clusters.id > ?)"
        values = [int(after[0]), int(after[0]), after[1]]
    found = rows(
        conn,
        f"""SELECT id, earliest_id, articles, sources FROM clusters WHERE {where}
            ORDER BY articles DESC, id LIMIT {PAGE_SIZE + 1}""",  # noqa: S608
        values,
    )
    shown, following = page_of(found, PAGE_SIZE, "articles", "id")
    for cluster in shown:
        cluster["path"] = f"/cluster/{cluster['id']}"
        cluster["earliest"] = _earliest(conn, cluster.pop("earliest_id"))
    return {"clusters": shown, "next": following}


def read_one(conn: sqlite3.Connection, asked: Arguments) -> Row | None:
    """Give a cluster: its articles from the earliest on, each with what it shares with another one."""
    cluster = row(
        conn, "SELECT id, earliest_id, articles, sources FROM clusters WHERE id = ?", [asked.number]
    )
    if cluster is None:
        return None
    after = place(asked.get("after"))
    later = "" if after is None else "AND dated >= ? AND (dated > ? OR articles.id > ?)"
    found = rows(
        conn,
        f"""SELECT {CARD}, like_id, similarity, shared, passage
            FROM cluster_articles JOIN articles ON articles.id = article_id
            JOIN sources ON sources.id = articles.source_id
            WHERE cluster_id = ? {later} ORDER BY dated, articles.id LIMIT {_COPIES + 1}""",  # noqa: S608
        [asked.number, *((after[0], *after) if after else ())],
    )
    shown, following = page_of(found, _COPIES, "dated", "id")
    for copy in shown:
        copy["like"] = _title(conn, copy.pop("like_id"))
    return {
        "cluster": cluster | {"earliest": _earliest(conn, cluster.pop("earliest_id"))},
        "articles": [card(copy) for copy in shown],
        "next": following,
    }


def _earliest(conn: sqlite3.Connection, article: int | None) -> Row | None:
    found = row(
        conn,
        f"SELECT {CARD} FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?",  # noqa: S608
        [article],
    )
    return card(found) if found else None


def _title(conn: sqlite3.Connection, article: int | None) -> Row | None:
    return row(
        conn,
        """SELECT articles.id, substr(title, 1, 300) AS title, substr(sources.name, 1, 100) AS source
            FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?""",
        [article],
    )
