"""What a source without feeds and sitemaps in its configuration is asked for: where sites have them."""

import re

from lxml import html
from lxml.html import HtmlElement

from spiders.documents import Document, page_url

FEED_PATHS = ("/feed", "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
"""Where feeds are that no page names, the most common first."""
SITEMAP_PATHS = (
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-index.xml",
    "/news-sitemap.xml",
    "/sitemap.xml.gz",
)
"""Where sitemaps are that robots.txt does not name."""

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
_COMMENTS = re.compile(r"/comments?(?:/|$)", re.IGNORECASE)
_MOST_FEEDS = 10


def find_feeds(body: bytes, url: str, _content_type: str | None = None) -> Document:
    """Give the feeds that a page links as its alternates, in its order ("RSS Autodiscovery")."""
    if not body.strip():
        return Document()
    return Document(feeds=feeds_of(html.document_fromstring(body, base_url=url), url))


def feeds_of(page: HtmlElement, url: str) -> tuple[str, ...]:
    """Give the feeds of a page that was parsed; those of comments are left out."""
    feeds = (
        page_url(link.get("href"), url)
        for link in page.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").split(";")[0].strip().lower() in _FEED_TYPES
    )
    return tuple(dict.fromkeys(feed for feed in feeds if feed and not _COMMENTS.search(feed)))[:_MOST_FEEDS]
