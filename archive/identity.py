"""One article, many URLs: which page holds an article, and which pages only lead to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.articles import current_revision
from archive.database import Archive
from archive.models import Extraction, PageState
from archive.revisions import Content, is_same_text
from archive.urls import is_variant, page_key, plain_key
from archive.worse import why_worse

PageRow = Mapping[str, Any]
_MOST_SPELLINGS = 8
"""Of a page's address that are kept."""


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

    A redirect to another spelling of the address is no other page; we ask there from now on. A document that
    declares the requested URL as its canonical one belongs there, whatever the redirect added to it (a
    session, a campaign).
    """
    if url == page["url"]:
        return page
    key = page_key(url)
    if key == page["key"]:
        respell(db, page, url, now)
        return page_at(db, url)
    if page_key(extraction.canonical_url or url) == page["key"]:
        return page
    return known_page(db, page["source_id"], url, now)


def known_page(db: Archive, source_id: int, url: str, now: str) -> PageRow:
    """Give the row of the page at a URL; it is made known when it is not."""
    db.conn.execute(
        "INSERT INTO pages (source_id, url, key, first_seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [source_id, url, page_key(url), now],
    )
    return page_at(db, url)


def page_at(db: Archive, url: str) -> PageRow:
    """Give the row of the page at a URL, in whatever spelling, which is known to be there."""
    for condition, value in (("url = ?", url), ("key = ?", page_key(url))):
        for row in db.rows(f"{_PAGE} WHERE {condition}", [value]):
            return row
    raise ValueError(f"{url} is no page")


def find_article(db: Archive, url: str) -> int | None:
    """Give the article that a URL led to, in whatever spelling; None when there is none."""
    for article_id in _articles_at(db, url):
        return article_id
    return None


def urls_of(db: Archive, article_id: int) -> list[str]:
    """Give all URLs that led to an article, its own first."""
    return [row[0] for row in db.conn.execute(_URLS, {"article": article_id})]


def identify(db: Archive, page: PageRow, asked: PageRow, extraction: Extraction) -> Identity:
    """Say which article a page is.

    It is what it was; else the article at its canonical URL or its own (or at the one whose mobile or AMP
    variant it is), when that has the same text (there are sites that give one canonical URL to all their
    pages); else, with the same text again, what the page was that redirects to it; else a new one.

    Args:
        db: The archive.
        page: The page whose document it is.
        asked: The page that was asked for; another one after a redirect.
        extraction: What was read.
    """
    if page["article_id"] and page["state"] != PageState.ALIAS:
        return Identity(page["article_id"], _own_url(db, page["article_id"], extraction), holds=True)
    for url in dict.fromkeys((extraction.canonical_url or page["url"], page["url"])):
        found = _articles_at(db, url)
        for article_id in found:
            if has_text(db, article_id, extraction.text):
                holds = page_key(url) == page["key"] and not _is_lesser(
                    db, page, asked, article_id, extraction
                )
                return Identity(article_id, url, holds=holds)
        if not found:
            moved = asked["article_id"] if asked["id"] != page["id"] else None
            if moved and has_text(db, moved, extraction.text):
                return Identity(moved, page["url"], holds=True)
            return Identity(None, url, holds=True)
    _move_aside(db, page["url"])
    still = db.conn.execute("SELECT id FROM articles WHERE url = ?", [page["url"]]).fetchone()
    return Identity(still[0] if still else None, page["url"], holds=True)


def take_over(db: Archive, article_id: int, page_id: int, url: str) -> None:
    """Make a page the one that holds an article; the others become its aliases and are not fetched again.

    Args:
        db: The archive.
        article_id: Which article.
        page_id: The page that holds it.
        url: The article's from now on, unless another article has it.
    """
    db.conn.execute(
        "UPDATE pages SET state = 'alias', next_due = NULL, reason = 'another page holds its article'"
        " WHERE article_id = ? AND id <> ? AND state <> 'alias'",
        [article_id, page_id],
    )
    db.conn.execute(
        "UPDATE OR IGNORE articles SET url = :url, key = :key WHERE id = :id AND url <> :url",
        {"id": article_id, "url": url, "key": plain_key(url)},
    )


def has_text(db: Archive, article_id: int, text: str) -> bool:
    """Tell whether a text is that of an article, or an edit of it."""
    (kept,) = db.conn.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
    return is_same_text(kept, text)


def add_spelling(db: Archive, page_id: int, url: str, now: str) -> None:
    """Keep a URL that leads to a page whose own is spelled otherwise, unless there are many already.

    Some lists name each page with another session whenever they are read.
    """
    db.conn.execute(_ADD_SPELLING, {"url": url, "page": page_id, "now": now, "most": _MOST_SPELLINGS})


def unasked_spelling(db: Archive, page: PageRow) -> str | None:
    """Give a spelling of a page's address to ask for, when it was asked for by one only; else None.

    Some lists name a page with another mark each time, and some sites lead all that is not there to one
    address: a page that is not there must come to rest.
    """
    row = db.conn.execute(_UNASKED, {"page": page["id"]}).fetchone()
    return row[0] if row else None


def respell(db: Archive, page: PageRow, url: str, now: str) -> None:
    """Ask for a page by another spelling of its address from now on."""
    add_spelling(db, page["id"], page["url"], now)
    db.conn.execute("UPDATE OR IGNORE pages SET url = ? WHERE id = ?", [url, page["id"]])
    db.conn.execute("DELETE FROM spellings WHERE url = ?", [url])


def _articles_at(db: Archive, url: str) -> list[int]:
    """Give the articles that may be at a URL: at any spelling of it, or at a variant; the likeliest first."""
    return [
        row[0]
        for row in db.conn.execute(_ARTICLES, {"url": url, "page": page_key(url), "key": plain_key(url)})
    ]


def _own_url(db: Archive, article_id: int, extraction: Extraction) -> str:
    """Give the URL of an article, spelled as it is declared now."""
    (url,) = db.conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    declared = extraction.canonical_url
    return declared if declared and page_key(declared) == page_key(url) else str(url)


def _is_lesser(db: Archive, page: PageRow, asked: PageRow, article_id: int, extraction: Extraction) -> bool:
    """Tell whether another page had better hold an article: this is a variant of it, or shows less."""
    (url,) = db.conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    if is_variant(page["url"]) and not is_variant(url):
        return True
    current = Content.of_row(current_revision(db, article_id))
    return asked["id"] == page["id"] and why_worse(current, Content.of(extraction)) is not None


def _move_aside(db: Archive, url: str) -> None:
    """Give an article that wrongly has a page's URL the URL of the page that holds it."""
    holder = db.conn.execute(
        "SELECT articles.id, pages.url FROM articles JOIN pages ON pages.article_id = articles.id"
        " WHERE articles.url = :url AND pages.state <> 'alias' AND pages.url <> :url LIMIT 1",
        {"url": url},
    ).fetchone()
    if holder:
        db.conn.execute(
            "UPDATE OR IGNORE articles SET url = ?, key = ? WHERE id = ?",
            [holder[1], plain_key(holder[1]), holder[0]],
        )


_PAGE = """
    SELECT id, source_id, url, key, state, reason, digest, article_id, last_fetched, next_due FROM pages
"""

_ADD_SPELLING = """
    INSERT OR IGNORE INTO spellings
    SELECT :url, :page, :now WHERE (SELECT count(*) FROM spellings WHERE page_id = :page) < :most
"""

# An answer from another address than the page's own is that to an earlier spelling, or the end of a redirect.
_UNASKED = """
    SELECT url FROM spellings
    WHERE page_id = :page AND NOT EXISTS (
        SELECT 1 FROM fetches JOIN pages ON pages.id = page_id
        WHERE page_id = :page AND fetches.url <> pages.url)
    LIMIT 1
"""

_ARTICLES = """
    SELECT id, min(rank) FROM (
        SELECT id, iif(url = :url, 0, 2) AS rank FROM articles WHERE key = :key
        UNION ALL SELECT id, 0 FROM articles WHERE url = :url
        UNION ALL SELECT article_id, 1 FROM pages WHERE key = :page AND article_id IS NOT NULL
        UNION ALL SELECT article_id, 1 FROM spellings JOIN pages ON pages.id = page_id
            WHERE spellings.url = :url AND article_id IS NOT NULL
    ) GROUP BY id ORDER BY min(rank), id
"""

_URLS = """
    SELECT url FROM (
        SELECT url, 0 AS place FROM articles WHERE id = :article
        UNION ALL SELECT url, 1 FROM pages WHERE article_id = :article
        UNION ALL SELECT spellings.url, 2 FROM pages JOIN spellings ON page_id = pages.id
            WHERE article_id = :article
        UNION ALL SELECT captures.url, 3 FROM revisions JOIN captures ON captures.id = capture_id
            WHERE article_id = :article
    ) GROUP BY url ORDER BY min(place), url
"""
