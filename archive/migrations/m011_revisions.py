"""Keys of addresses, what a revision changed and how much, what is held back, which rules have read what."""

import json
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive.diffs import diff_texts
from archive.revisions import is_same_text
from archive.urls import page_key, plain_key


def apply(db: Database) -> None:
    """Add the columns and tables, fill them from what is stored, and merge the pages that are one."""
    for statement in _COLUMNS:
        db.execute(statement)
    for statement in _TABLES:
        db.execute(statement)
    db.conn.create_function("page_key", 1, page_key, deterministic=True)
    db.conn.create_function("plain_key", 1, plain_key, deterministic=True)
    db.execute("UPDATE pages SET key = page_key(url)")
    db.execute("UPDATE articles SET key = plain_key(url)")
    _merge_pages(db)
    for statement in _FILL:
        db.execute(statement)
    for (article_id,) in db.execute("SELECT article_id FROM revisions WHERE number = 2").fetchall():
        _set_changes(db, article_id)


_COLUMNS = (
    "ALTER TABLE pages ADD COLUMN key TEXT",
    "ALTER TABLE pages ADD COLUMN leads_to TEXT",
    "ALTER TABLE articles ADD COLUMN key TEXT",
    "ALTER TABLE revisions ADD COLUMN words_added INTEGER",
    "ALTER TABLE revisions ADD COLUMN words_removed INTEGER",
    "ALTER TABLE revisions ADD COLUMN share_changed REAL",
    "ALTER TABLE crawl_sources ADD COLUMN held INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawl_sources ADD COLUMN refused INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawl_sources ADD COLUMN gone INTEGER NOT NULL DEFAULT 0",
)

_TABLES = (
    "CREATE INDEX idx_articles_key ON articles(key)",
    "CREATE INDEX idx_pages_key ON pages(key)",
    """CREATE TABLE spellings (
        url TEXT PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
        first_seen TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idx_spellings_page ON spellings(page_id)",
    """CREATE TABLE readings (
        article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
        url TEXT NOT NULL,
        read_at TEXT NOT NULL,
        rules_version TEXT NOT NULL,
        names_version TEXT NOT NULL,
        relevant INTEGER NOT NULL DEFAULT 1 CHECK (relevant IN (0, 1)),
        reason TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX idx_readings_capture ON readings(capture_id)",
    "CREATE INDEX idx_readings_irrelevant ON readings(relevant) WHERE relevant = 0",
    """CREATE TABLE held (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
        reason TEXT NOT NULL,
        explanation TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('publisher', 'rules')),
        url TEXT NOT NULL,
        held_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        times INTEGER NOT NULL DEFAULT 1,
        digest TEXT,
        fingerprint TEXT NOT NULL,
        extraction TEXT CHECK (extraction IS NULL OR json_valid(extraction)),
        judgement TEXT CHECK (judgement IS NULL OR json_valid(judgement)),
        decision TEXT NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'accepted', 'rejected', 'passed')),
        decided_at TEXT,
        revision_id INTEGER REFERENCES revisions(id) ON DELETE SET NULL,
        UNIQUE (article_id, fingerprint)
    ) STRICT""",
    "CREATE INDEX idx_held_decision ON held(decision)",
    "CREATE INDEX idx_held_reason ON held(reason)",
    "CREATE INDEX idx_held_capture ON held(capture_id)",
    "CREATE INDEX idx_held_revision ON held(revision_id)",
)

_FILL = (
    "DROP INDEX idx_pages_key",
    "CREATE UNIQUE INDEX idx_pages_key ON pages(key)",
    # What was held back must not answer for the article any more when it is asked whether that changed.
    "UPDATE pages SET etag = NULL, last_modified = NULL, digest = NULL WHERE reason LIKE 'held back:%'",
    """INSERT INTO readings (article_id, capture_id, url, read_at, rules_version, names_version, reason)
        SELECT articles.id, coalesce(fetches.capture_id, revisions.capture_id),
            coalesce(fetches.url, articles.url), coalesce(fetches.fetched_at, revisions.seen_at),
            rules_version, '', relevance
        FROM articles JOIN revisions ON revisions.id = articles.revision_id
        LEFT JOIN fetches ON fetches.id = (
            SELECT max(fetches.id) FROM pages JOIN fetches ON page_id = pages.id
            WHERE article_id = articles.id AND pages.state <> 'alias' AND fetches.outcome = 'kept'
                AND fetches.capture_id IS NOT NULL)""",
)


def _merge_pages(db: Database) -> None:
    """Merge the pages whose addresses are spellings of one; two that hold different texts stay two."""
    shared = db.execute("SELECT key FROM pages GROUP BY key HAVING count(*) > 1").fetchall()
    for (key,) in shared:
        pages = db.execute(
            "SELECT id, url, article_id, state, first_seen FROM pages WHERE key = ?"
            " ORDER BY state <> 'kept', article_id IS NULL, id",
            [key],
        ).fetchall()
        keeper, *others = pages
        for other in others:
            _merge_page(db, keeper[0], other)


def _merge_page(db: Database, page_id: int, other: Any) -> None:
    other_id, url, other_article, state, first_seen = other
    (article_id,) = db.execute("SELECT article_id FROM pages WHERE id = ?", [page_id]).fetchone()
    if article_id and other_article and other_article != article_id and state != "alias":
        (_, older, one), (_, newer, two) = sorted(
            db.execute("SELECT last_seen, id, text FROM articles WHERE id = ?", [number]).fetchone()
            for number in (article_id, other_article)
        )
        if not is_same_text(one, two):
            db.execute("UPDATE pages SET key = url WHERE id = ?", [other_id])
            return
        _merge_articles(db, newer, older)
    db.execute("UPDATE OR IGNORE provenance SET page_id = ? WHERE page_id = ?", [page_id, other_id])
    db.execute("UPDATE fetches SET page_id = ? WHERE page_id = ?", [page_id, other_id])
    db.execute("DELETE FROM pages WHERE id = ?", [other_id])
    db.execute("INSERT OR IGNORE INTO spellings VALUES (?, ?, ?)", [url, page_id, first_seen])


def _merge_articles(db: Database, keep: int, drop: int) -> None:
    """Give one article the revisions of another one that is the same; its current revision stays last."""
    (current,) = db.execute("SELECT revision_id FROM articles WHERE id = ?", [keep]).fetchone()
    (most,) = db.execute("SELECT max(number) FROM revisions WHERE article_id = ?", [keep]).fetchone()
    db.execute(
        "UPDATE revisions SET article_id = ?, number = number + ? WHERE article_id = ?", [keep, most, drop]
    )
    ids = [
        row[0]
        for row in db.execute(
            "SELECT id FROM revisions WHERE article_id = ? ORDER BY id = ?, seen_at, id", [keep, current]
        ).fetchall()
    ]
    for step in (len(ids) + most, 0):  # out of the way first: numbers are unique
        for number, revision_id in enumerate(ids, 1):
            db.execute("UPDATE revisions SET number = ? WHERE id = ?", [number + step, revision_id])
    db.execute("UPDATE revisions SET kind = 'publisher' WHERE article_id = ? AND kind = 'first'", [keep])
    db.execute("UPDATE revisions SET kind = 'first' WHERE article_id = ? AND number = 1", [keep])
    db.execute(
        "UPDATE articles SET first_seen = min(first_seen, (SELECT first_seen FROM articles WHERE id = ?)),"
        " last_seen = max(last_seen, (SELECT last_seen FROM articles WHERE id = ?)) WHERE id = ?",
        [drop, drop, keep],
    )
    db.execute("UPDATE pages SET article_id = ? WHERE article_id = ?", [keep, drop])
    db.execute("DELETE FROM articles WHERE id = ?", [drop])
    _set_changes(db, keep)


def _set_changes(db: Database, article_id: int) -> None:
    """Say of the revisions of an article what each changed, and how much."""
    names = ("title", "standfirst", "text", "authors", "published", "access", "text_complete")
    rows = db.execute(
        f"SELECT id, {', '.join(names)} FROM revisions WHERE article_id = ? ORDER BY number",  # noqa: S608
        [article_id],
    ).fetchall()
    for (_, *before), (revision_id, *after) in pairwise(rows):
        diff = diff_texts(*("\n\n".join(filter(None, content[:3])) for content in (before, after)))
        changed = [
            name for name, one, two in zip(names, before, after, strict=True) if _plain(one) != _plain(two)
        ]
        db.execute(
            "UPDATE revisions SET words_added = ?, words_removed = ?, share_changed = ?, changed = ?"
            " WHERE id = ?",
            [diff.words_added, diff.words_removed, round(diff.share, 4), json.dumps(changed), revision_id],
        )


def _plain(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
