"""Pages that nearly were about the series: listed for a person, who promotes or dismisses them."""

import json
from collections.abc import Iterator
from typing import Any

from archive.database import Archive
from archive.models import Judgement, to_row
from archive.sources import source_id


def note(db: Archive, page_id: int, seen_at: str, title: str | None, judgement: Judgement) -> None:
    """Note by which names a page was skipped; when it was a near miss, how near. What was decided stays."""
    db.conn.execute("UPDATE pages SET judged_by = ? WHERE id = ?", [judgement.names_version, page_id])
    if not judgement.near_miss:
        db.conn.execute("DELETE FROM near_misses WHERE page_id = ? AND decision = 'open'", [page_id])
        return
    mentions = json.dumps([to_row(mention) for mention in judgement.mentions], ensure_ascii=False)
    db.conn.execute(_NOTE, [page_id, title, judgement.score, judgement.reason, mentions, seen_at])


def listed(db: Archive, source: str | None = None) -> Iterator[dict[str, Any]]:
    """Give the near misses that nothing was decided of, the nearest first.

    Raises:
        WrongUsageError: No source has this name.
    """
    if source is not None:
        source_id(db, source)
    for row in db.rows(_LISTED, {"source": source}):
        yield {**row, "mentions": json.loads(row["mentions"])}


def decide(db: Archive, page_id: int, decision: str, at: str) -> None:
    """Note what a person decided, promoted or dismissed. What is promoted is due as a whole."""
    with db.transaction():
        if decision == "promoted":
            db.conn.execute(_DUE, [at, page_id])
        db.conn.execute(
            "UPDATE near_misses SET decision = ?, decided_at = ? WHERE page_id = ?", [decision, at, page_id]
        )


def is_promoted(db: Archive, page_id: int) -> bool:
    """Say whether a person wants a page in the archive, whatever it is judged to be."""
    row = db.conn.execute(
        "SELECT 1 FROM near_misses WHERE page_id = ? AND decision = 'promoted'", [page_id]
    ).fetchone()
    return row is not None


_NOTE = """
    INSERT INTO near_misses (page_id, title, score, reason, mentions, seen_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET title = excluded.title, score = excluded.score, reason = excluded.reason,
        mentions = excluded.mentions, seen_at = excluded.seen_at
"""
_DUE = """
    UPDATE pages SET next_due = ?, etag = NULL, last_modified = NULL, digest = NULL
    WHERE id = ? AND state = 'skipped'
"""
_LISTED = """
    SELECT page_id, pages.url, sources.name AS source, title, score, near_misses.reason, mentions, seen_at
    FROM near_misses JOIN pages ON pages.id = page_id JOIN sources ON sources.id = source_id
    WHERE decision = 'open' AND (:source IS NULL OR sources.name = :source)
    ORDER BY score DESC, page_id
"""
