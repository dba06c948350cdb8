"""What an exported article is. Its JSON Schema, ``article.schema.json``, describes every field."""

import json
from collections.abc import Generator
from importlib import resources
from typing import Any

from archive.database import Archive
from archive.errors import ArchiveError
from archive.times import to_utc

Record = dict[str, Any]

SCHEMA: dict[str, Any] = json.loads(
    resources.files("archive.export").joinpath("article.schema.json").read_text(encoding="utf-8")
)


def read_records(
    db: Archive, *, source: str | None = None, since: str | None = None
) -> Generator[Record, None, None]:
    """Give the articles of one moment, in the order in which they came into the archive, one by one.

    Args:
        db: The archive.
        source: Only this source's.
        since: Only those dated on or after this day, ``YYYY-MM-DD``.

    Raises:
        ArchiveError: There is no such source, or no such day.
    """
    conditions = ["true"]
    values: list[object] = []
    if source is not None:
        conditions.append("articles.source_id = ?")
        values.append(_source_id(db, source))
    if since is not None:
        day = to_utc(since)
        if not day:
            raise ArchiveError(f"{since} is no date: write it like 2024-05-31.")
        conditions.append("articles.dated >= ?")
        values.append(day)
    return _read(db, _ARTICLES.format(conditions=" AND ".join(conditions)), values)


def count_records(db: Archive, *, source: str | None = None) -> int:
    """Give the number of articles, without counting them."""
    if source is None:
        return int(db.execute("SELECT coalesce(sum(articles), 0) FROM sources").fetchone()[0])
    return int(
        db.execute("SELECT articles FROM sources WHERE id = ?", [_source_id(db, source)]).fetchone()[0]
    )


def _read(db: Archive, sql: str, values: list[object]) -> Generator[Record, None, None]:
    db.conn.execute("BEGIN")
    try:
        for row in db.rows(sql, values):
            yield _record(db, row)
    finally:
        db.conn.execute("ROLLBACK")


def _record(db: Archive, row: dict[str, Any]) -> Record:
    revision, article = row["revision_id"], row["id"]
    return {
        "id": article,
        "path": f"/article/{article}",
        "url": row["url"],
        "source": {"name": row["source"], "home": row["home"]},
        "title": row["title"],
        "standfirst": row["standfirst"],
        "authors": json.loads(row["authors"]),
        "published": row["published"],
        "modified": row["modified"],
        "language": row["language"],
        "site_name": row["site_name"],
        "canonical_url": row["canonical_url"],
        "image": row["image"],
        "tags": json.loads(row["tags"]),
        "access": row["access"],
        "access_evidence": json.loads(row["access_evidence"]),
        "text_complete": bool(row["text_complete"]),
        "text": row["text"],
        "html": row["html"],
        "words": row["words"],
        "removed": list(db.rows(_REMOVED, [revision])),
        "relevance": {"reason": row["relevance"], "mentions": list(db.rows(_MENTIONS, [article]))},
        "first_seen": row["first_seen"],
        "last_seen": row["last_seen"],
        "gone_at": row["gone_at"],
        "revision": {
            "number": row["number"],
            "kind": row["kind"],
            "seen_at": row["seen_at"],
            "changed": json.loads(row["changed"]),
        },
        "revisions": row["revisions"],
        "found_by": list(db.rows(_FOUND_BY, [article])),
        "capture": _capture(row),
    }


def _capture(row: dict[str, Any]) -> Record | None:
    names = ("file", "offset", "length", "digest", "captured_at")
    return {name: row[name] for name in names} if row["file"] else None


def _source_id(db: Archive, name: str) -> int:
    names = {row[0]: row[1] for row in db.execute("SELECT name, id FROM sources ORDER BY name")}
    if name not in names:
        raise ArchiveError(f"There is no source {name}; there are: {', '.join(names) or 'none'}.")
    return int(names[name])


_ARTICLES = """
    SELECT articles.*, sources.name AS source, sources.home, canonical_url, access_evidence, html,
        number, kind, seen_at, changed,
        captures.file, captures.offset, captures.length, captures.digest, captures.captured_at,
        (SELECT count(*) FROM revisions WHERE article_id = articles.id) AS revisions
    FROM articles
    JOIN sources ON sources.id = articles.source_id
    JOIN revisions ON revisions.id = articles.revision_id
    LEFT JOIN captures ON captures.id = revisions.capture_id
    WHERE {conditions} ORDER BY articles.id
"""

_REMOVED = "SELECT rule, reason, text, position FROM removed_blocks WHERE revision_id = ? ORDER BY id"

_MENTIONS = """
    SELECT series.name AS series, mentions.name, kind, field, count, passage
    FROM mentions JOIN series ON series.id = series_id WHERE article_id = ? ORDER BY mentions.id
"""

_FOUND_BY = """
    SELECT discoveries.kind, discoveries.url, found_at
    FROM pages JOIN provenance ON page_id = pages.id JOIN discoveries ON discoveries.id = discovery_id
    WHERE article_id = ? ORDER BY found_at, discoveries.id
"""
