"""One article, many URLs: which page holds an article, and which pages only lead to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.database import Archive
from archive.models import Extraction, PageState
from archive.revisions import is_same_text

PageRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which article a page is."""

    article_id: int | None
    """None: one that the archive does not have."""
    url: str
    """Of the article."""
    holds: bool
    """This page is where the article is read; else it is an alias, and its text does not count."""


def landing_page(db: Archive, page: PageRow, url: str, extraction: Extraction, now: str) -> PageRow:
    """Give the page whose document it is: after a redirect the one at its end, made known when it is not.

    A document that declares the requested URL as its canonical one belongs there, whatever the redirect
    added to it (a session, a campaign).
    """
    if url == page["url"] or extraction.canonical_url == page["url"]:
        return page
    return known_page(db, page["source_id"], url, now)


def known_page(db: Archive, source_id: int, url: str, now: str) -> PageRow:
    """Give the row of the page at a URL; it is made known when it is not."""
    db.conn.execute(
        "INSERT INTO pages (source_id, url, first_seen) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [source_id, url, now],
    )
    return page_at(db, url)


def page_at(db: Archive, url: str) -> PageRow:
    """Give the row of the page at a URL, which is known to be there."""
    (row,) = db.rows(
        "SELECT id, source_id, url, state, reason, digest, article_id FROM pages WHERE url = ?", [url]
    )
    return row


def identify(db: Archive, page: PageRow, asked: PageRow, extraction: Extraction) -> Identity:
    """Say which article a page is.

    It is what it was; else the article at its canonical URL or its own, when that has the same text (there
    are sites that give one canonical URL to all their pages); else, with the same text again, what the page
    was that redirects to it; else a new one.

    Args:
        db: The archive.
        page: The page whose document it is.
        asked: The page that was asked for; another one after a redirect.
        extraction: What was read.
    """
    if page["article_id"] and page["state"] != PageState.ALIAS:
        return Identity(page["article_id"], page["url"], holds=True)
    for url in dict.fromkeys((extraction.canonical_url or page["url"], page["url"])):
        article_id = _article_at(db, url)
        if article_id is None:
            moved = asked["article_id"] if asked["id"] != page["id"] else None
            if moved and _has_text(db, moved, extraction.text):
                return Identity(moved, page["url"], holds=True)
            return Identity(None, url, holds=True)
        if _has_text(db, article_id, extraction.text):
            return Identity(article_id, url, holds=url == page["url"])
    _move_aside(db, page["url"])
    still = db.conn.execute("SELECT id FROM articles WHERE url = ?", [page["url"]]).fetchone()
    return Identity(still[0] if still else None, page["url"], holds=True)


def take_over(db: Archive, article_id: int, page_id: int) -> None:
    """Make a page the one that holds an article; the others become its aliases and are not fetched again."""
    db.conn.execute(
        "UPDATE pages SET state = 'alias', next_due = NULL, reason = 'another page holds its article'"
        " WHERE article_id = ? AND id <> ? AND state <> 'alias'",
        [article_id, page_id],
    )


def _article_at(db: Archive, url: str) -> int | None:
    row = db.conn.execute(
        "SELECT id FROM articles WHERE url = :url"
        " UNION ALL SELECT article_id FROM pages WHERE url = :url AND article_id IS NOT NULL LIMIT 1",
        {"url": url},
    ).fetchone()
    return row[0] if row else None


def _has_text(db: Archive, article_id: int, text: str) -> bool:
    (kept,) = db.conn.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
    return is_same_text(kept, text)


def _move_aside(db: Archive, url: str) -> None:
    """Give an article that wrongly has a page's URL the URL of the page that holds it."""
    db.conn.execute(
        "UPDATE OR IGNORE articles SET url = (SELECT url FROM pages WHERE article_id = articles.id"
        " AND state <> 'alias' LIMIT 1) WHERE url = :url AND EXISTS"
        " (SELECT 1 FROM pages WHERE article_id = articles.id AND state <> 'alias' AND url <> :url)",
        {"url": url},
    )
