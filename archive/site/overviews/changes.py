"""What became of articles after they were published: edits, other headlines, articles that vanished."""

import sqlite3
from typing import Any

from archive.diffs import diff_texts
from archive.site.overviews.page import Arguments
from archive.site.rows import NAME, PAGE_SIZE, SHORT, Row, load_json, page_of, place, row, rows

SHOWN = ("edits", "headlines", "vanished", "rules")
"""Edits by the publisher, those of the headline, articles that are gone, what our rules read otherwise."""

_WHERE = {
    "edits": "revisions.kind = 'publisher'",
    "headlines": """revisions.kind = 'publisher' AND instr(revisions.changed, '"title"') > 0""",
    "rules": "revisions.kind = 'rules'",
}
_ARTICLE = f"""
    article_id AS id, substr(articles.title, 1, {SHORT}) AS title, articles.url, articles.language,
    articles.source_id, {NAME} AS source
"""


def read(conn: sqlite3.Connection, asked: Arguments) -> Row:
    """Give what changed, the newest first: ``show`` is one of `SHOWN`."""
    show = asked.choice("show", SHOWN)
    read_shown = _vanished if show == "vanished" else _edits
    return {"show": show, **read_shown(conn, show, asked.get("after"))}


def _edits(conn: sqlite3.Connection, show: str, after: str | None) -> Row:
    older, values = "", list[Any]()
    if after and after.isdecimal() and len(after) < 19:
        older, values = "AND revisions.id < ?", [int(after)]
    found = rows(
        conn,
        f"""SELECT {_ARTICLE}, revisions.id AS revision_id, number, kind, revisions.changed, seen_at,
                words_added, words_removed, share_changed, rules_version,
                substr(revisions.title, 1, {SHORT}) AS new_title
            FROM revisions JOIN articles ON articles.id = article_id
            JOIN sources ON sources.id = articles.source_id
            WHERE {_WHERE[show]} {older} ORDER BY revisions.id DESC LIMIT {PAGE_SIZE + 1}""",  # noqa: S608
        values,
    )
    shown, following = page_of(found, PAGE_SIZE, "revision_id")
    return {"changes": [_change(conn, one) for one in shown], "next": following}


def _change(conn: sqlite3.Connection, change: Row) -> Row:
    """Give an edit; where the headline is another, word by word."""
    load_json(change, "changed")
    change["path"] = f"/article/{change['id']}/revision/{change['number']}"
    change["source"] = {"id": change.pop("source_id"), "name": change["source"]}
    new_title = change.pop("new_title")
    before = row(
        conn,
        f"SELECT substr(title, 1, {SHORT}) AS title FROM revisions WHERE article_id = ? AND number = ?",  # noqa: S608
        [change["id"], change["number"] - 1],
    )
    change["headline"] = None
    if before and "title" in change["changed"]:
        diff = diff_texts(before["title"], new_title)
        pieces = [{"change": str(piece.change), "text": piece.text} for piece in diff.pieces]
        change["headline"] = {"from": before["title"], "to": new_title, "pieces": pieces}
    del change["revision_id"]
    return change


def _vanished(conn: sqlite3.Connection, _show: str, after: str | None) -> Row:
    """Give the articles whose sites say that they are no more, the last first."""
    ended = place(after)
    older = "" if ended is None else "AND gone_at <= ? AND (gone_at < ? OR articles.id > ?)"
    found = rows(
        conn,
        f"""SELECT articles.id, substr(articles.title, 1, {SHORT}) AS title, articles.url, articles.language,
                articles.source_id, {NAME} AS source, gone_at, articles.last_seen,
                articles.published, articles.dated,
                (SELECT reason FROM pages WHERE article_id = articles.id AND state = 'gone' LIMIT 1) AS reason
            FROM articles JOIN sources ON sources.id = articles.source_id
            WHERE gone_at IS NOT NULL {older} ORDER BY gone_at DESC, articles.id LIMIT {PAGE_SIZE + 1}""",  # noqa: S608
        (ended[0], *ended) if ended else (),
    )
    shown, following = page_of(found, PAGE_SIZE, "gone_at", "id")
    for one in shown:
        one["path"] = f"/article/{one['id']}"
        one["source"] = {"id": one.pop("source_id"), "name": one["source"]}
    return {"changes": shown, "next": following}
