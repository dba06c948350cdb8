"""Feeds: RSS 0.9 to 2.0, RDF, Atom, the malformed ones included; JSON Feed (jsonfeed.org)."""

import html
import re
import time
from io import BytesIO
from typing import Any

import feedparser

from archive.models import Candidate
from archive.times import to_utc
from crawler.extraction.characters import clean
from crawler.extraction.charset import decode
from crawler.extraction.json_text import load_json
from crawler.extraction.urls import same_site
from spiders.documents import Document, UnreadableDocumentError, page_url

_TAG = re.compile(r"<[^>]*>")
_DECLARED = re.compile(rb"\s*<\?xml[^>]{,200}encoding|[\x00\xfe\xff]|.\x00")
"""Also UTF-16 and UTF-32, which tell themselves apart."""
_HALVES = re.compile(rb"(?:&#(?:0*5[5-7]\d{3}|x0*d[89a-f][\da-f]{2})(?:;|(?![\da-f])))+", re.IGNORECASE)
"""References to halves of characters, as UTF-16 has them; some of the numbers are of whole ones."""
_EXCERPT = 500
"""Characters that are kept of a summary."""
_BODIES = ("summary", "content_text", "content_html")


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Document:
    """Read a feed, which tells its charset itself, or else the header does, or its characters.

    Raises:
        UnreadableDocumentError: It is none.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json(body, url)
    if not _DECLARED.match(body):
        body = decode(body, content_type)[0].encode()
    feed = feedparser.parse(
        BytesIO(_HALVES.sub(_whole, body)),
        response_headers={"content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.get("version") and not feed.entries:
        raise UnreadableDocumentError("not a feed")
    home = feed.feed.get("link") or url
    found = (_candidate(entry, url, home) for entry in feed.entries)
    return Document(tuple(candidate for candidate in found if candidate))


def _whole(references: re.Match[bytes]) -> bytes:
    """Refer to the characters that halves make, such as emoji: XML 1.0 (4.1) has none of them."""
    numbers = re.findall(rb"&#(\w+)", references[0].lower())
    halves = "".join(chr(int(b"0" + number, 16) if number[:1] == b"x" else int(number)) for number in numbers)
    whole = halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(f"&#{ord(character)};" for character in whole).encode()


def _candidate(entry: feedparser.FeedParserDict, base: str, home: str) -> Candidate | None:
    stated = entry.get("feedburner_origlink") or entry.get("link")
    url = page_url(stated, base)
    if url is None:
        return None
    identity = entry.get("id") or ""
    if not same_site(url, home) and same_site(identity, home):
        stated, url = identity, page_url(identity, base) or url  # the link counts readers somewhere else
    published = _time(entry.get("published_parsed"))
    return Candidate(
        url,
        title=_plain(entry.get("title")),
        author=_author(entry),
        published=published,
        # Not entry.get: feedparser would warn that it falls back to the time of publication, as we do.
        modified=_time(dict.get(entry, "updated_parsed")) or published,
        excerpt=_plain(entry.get("summary"), _EXCERPT),
        listed=_listed(stated, base, url),
    )


def _read_json(body: bytes, base: str) -> Document:
    try:
        feed = load_json(body)
    except ValueError:
        raise UnreadableDocumentError("not a feed: it is no JSON") from None
    items = feed.get("items") if "jsonfeed.org" in str(feed.get("version")) else None
    if not isinstance(items, list):
        raise UnreadableDocumentError("not a feed: it is JSON, but no JSON Feed")
    found = (_json_candidate(item, base) for item in items if isinstance(item, dict))
    return Document(tuple(candidate for candidate in found if candidate))


def _json_candidate(item: dict[str, Any], base: str) -> Candidate | None:
    stated = _text(item.get("url")) or _text(item.get("external_url"))
    url = page_url(stated, base)
    if url is None:
        return None
    authors = item["authors"] if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_text(author.get("name")) for author in authors if isinstance(author, dict)]
    excerpt = next((said for name in _BODIES if (said := _text(item.get(name)))), None)
    published = to_utc(_text(item.get("date_published")))
    return Candidate(
        url,
        title=_plain(_text(item.get("title"))),
        author=_plain(", ".join(name for name in names if name)),
        published=published,
        modified=to_utc(_text(item.get("date_modified"))) or published,
        excerpt=_plain(excerpt, _EXCERPT),
        listed=_listed(stated, base, url),
    )


def _listed(stated: str | None, base: str, url: str) -> str | None:
    """Give a URL with the parameters that ours lacks: some pages are not there without."""
    listed = page_url(stated, base, declared=True)
    return listed if listed != url else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _author(entry: feedparser.FeedParserDict) -> str | None:
    """Give the names of those who wrote it; an address that stands beside a name is left out."""
    names = (detail.get("name") for detail in entry.get("authors", ()))
    return _plain(", ".join(dict.fromkeys(name for name in names if name)) or entry.get("author"))


def _plain(value: str | None, length: int | None = None) -> str | None:
    """Give text without markup, in one line; None when nothing is left."""
    return " ".join(clean(html.unescape(_TAG.sub(" ", value or ""))).split())[:length] or None


def _time(parsed: time.struct_time | None) -> str | None:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else None
