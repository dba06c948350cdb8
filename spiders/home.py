"""Home pages that name their feeds ("RSS Autodiscovery"), for sources without any configured."""

from lxml import html

from spiders.documents import Document, page_url

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}


def find_feeds(body: bytes, url: str) -> Document:
    """Give the feeds that a page links as its alternates, in its order, as the parts of a document."""
    if not body.strip():
        return Document()
    links = html.document_fromstring(body, base_url=url).iter("link")
    feeds = (
        page_url(link.get("href"), url)
        for link in links
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").split(";")[0].strip().lower() in _FEED_TYPES
    )
    return Document(parts=tuple(dict.fromkeys(feed for feed in feeds if feed)))
