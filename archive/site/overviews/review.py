"""What waits for somebody's decision: contents that were held back, and pages that were near misses."""

import sqlite3
from shlex import quote
from typing import Any

from archive.diffs import TextDiff, diff_texts
from archive.site.overviews.page import Arguments
from archive.site.rows import NAME, SHORT, Row, load_json, page_of, place, rows

SHOWN = ("held", "near-misses")

_PAGE = 10
_COMPARED = 20_000
"""Characters of two texts that are compared for a page."""
_PIECE, _PIECES = 200, 40


def read(conn: sqlite3.Connection, asked: Arguments) -> Row:
    """Give what nobody has decided yet: ``show`` is one of `SHOWN`."""
    show = asked.choice("show", SHOWN)
    read_shown = _held if show == "held" else _near_misses
    return {"show": show, **read_shown(conn, asked.get("after"))}


def _held(conn: sqlite3.Connection, after: str | None) -> Row:
    """Give what was held back, the last first, with what it would change."""
    older, values = "", list[Any]()
    if after and after.isdecimal() and len(after) < 19:
        older, values = "AND held.id < ?", [int(after)]
    found = rows(conn, _HELD.format(older=older), values)
    shown, following = page_of(found, _PAGE, "id")
    return {"held": [_held_one(one) for one in shown], "next": following}


def _held_one(held: Row) -> Row:
    article = {
        "id": held.pop("article_id"),
        "title": held.pop("article_title"),
        "url": held.pop("article_url"),
    }
    source = {"id": held.pop("source_id"), "name": held.pop("source")}
    before, after = ((held.pop(f"{side}_title"), held.pop(f"{side}_text")) for side in ("old", "new"))
    changes: Row | None = None
    if after[1] is not None:
        diff = diff_texts(*(f"{title or ''}\n\n{text or ''}" for title, text in (before, after)))
        changes = {
            "words_added": diff.words_added,
            "words_removed": diff.words_removed,
            "share_changed": round(diff.share, 4),
            "pieces": _pieces(diff),
        }
    return {
        **held,
        "article": {**article, "path": f"/article/{article['id']}"},
        "source": source,
        "changes": changes,
        "commands": [f"series-archive review {verb} {held['id']}" for verb in ("accept", "reject")],
    }


def _pieces(diff: TextDiff) -> list[dict[str, str]]:
    """Give the pieces of a diff, what is long or stayed cut short."""
    return [
        {"change": str(piece.change), "text": _cut(piece.text, 60 if piece.change == "same" else _PIECE)}
        for piece in diff.pieces[:_PIECES]
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= 2 * most else f"{text[:most]} … {text[-most:]}"


def _near_misses(conn: sqlite3.Connection, after: str | None) -> Row:
    """Give the pages that were nearly about the series, the nearest first, with where they name it."""
    ended = place(after)
    older, values = "", list[Any]()
    if ended and ended[0].replace(".", "", 1).isdecimal():
        score = float(ended[0])
        older, values = "AND score <= ? AND (score < ? OR page_id > ?)", [score, score, ended[1]]
    found = rows(conn, _MISSES.format(older=older), values)
    shown, following = page_of(found, _PAGE, "score", "id")
    for miss in shown:
        load_json(miss, "mentions")
        miss["source"] = {"id": miss.pop("source_id"), "name": miss["source"]}
        miss["mentions"] = [
            {**mention, "passage": str(mention["passage"])[:SHORT]} for mention in miss["mentions"][:5]
        ]
        miss["commands"] = [
            f"series-archive near-misses {verb} {quote(miss['url'])}" for verb in ("promote", "dismiss")
        ]
    return {"near_misses": shown, "next": following}


_HELD = f"""
    SELECT held.id, held.reason, explanation, held.kind, held.url, held_at, held.seen_at, times,
        articles.id AS article_id, substr(articles.title, 1, {SHORT}) AS article_title,
        articles.url AS article_url, articles.language, articles.source_id, {NAME} AS source,
        substr(articles.title, 1, {SHORT}) AS old_title, substr(articles.text, 1, {_COMPARED}) AS old_text,
        substr(json_extract(extraction, '$.title'), 1, {SHORT}) AS new_title,
        substr(json_extract(extraction, '$.text'), 1, {_COMPARED}) AS new_text
    FROM held JOIN articles ON articles.id = held.article_id
    JOIN sources ON sources.id = articles.source_id
    WHERE decision = 'open' {{older}} ORDER BY held.id DESC LIMIT {_PAGE + 1}
"""  # noqa: S608
_MISSES = f"""
    SELECT page_id AS id, pages.url, pages.source_id, {NAME} AS source, substr(title, 1, {SHORT}) AS title,
        score, near_misses.reason, mentions, seen_at
    FROM near_misses JOIN pages ON pages.id = page_id JOIN sources ON sources.id = pages.source_id
    WHERE decision = 'open' {{older}} ORDER BY score DESC, page_id LIMIT {_PAGE + 1}
"""  # noqa: S608
