"""Feeds: RSS 0.9 to 2.0, RDF, Atom, the malformed ones included."""

import html
import re
import time
from io import BytesIO

import feedparser

from archive.models import Candidate
from spiders.documents import Document, UnreadableDocumentError, page_url

_TAG = re.compile(r"<[^>]*>")
_EXCERPT = 500
"""Characters that are kept of a summary."""


def read_feed(body: bytes, url: str) -> Document:
    """Read a feed.

    Raises:
        UnreadableDocumentError: It is none.
    """
    feed = feedparser.parse(
        BytesIO(body),
        response_headers={"content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.get("version") and not feed.entries:
        raise UnreadableDocumentError("not a feed")
    found = (_candidate(entry, url) for entry in feed.entries)
    return Document(tuple(candidate for candidate in found if candidate))


def _candidate(entry: feedparser.FeedParserDict, base: str) -> Candidate | None:
    url = page_url(entry.get("feedburner_origlink") or entry.get("link"), base)
    if url is None:
        return None
    published = _time(entry.get("published_parsed"))
    return Candidate(
        url,
        title=_plain(entry.get("title")),
        author=_plain(entry.get("author")),
        published=published,
        # Not entry.get: feedparser would warn that it falls back to the time of publication, as we do.
        modified=_time(dict.get(entry, "updated_parsed")) or published,
        excerpt=_plain(entry.get("summary"), _EXCERPT),
    )


def _plain(value: str | None, length: int | None = None) -> str | None:
    """Give text without markup, in one line; None when nothing is left."""
    return " ".join(html.unescape(_TAG.sub(" ", value or "")).split())[:length] or None


def _time(parsed: time.struct_time | None) -> str | None:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else None
