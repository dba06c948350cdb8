"""Sitemaps (sitemaps.org protocol 0.9): XML with the news extension, indexes, plain lists; gzipped or not."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from lxml import etree

from archive.models import Candidate
from spiders.documents import Document, Part, UnreadableDocumentError, page_url
from spiders.feeds import read_feed

_LARGEST = 60 * 1024 * 1024
"""Bytes; the protocol allows 50 MB."""
_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2
"""Of gzip: servers compress once more what is compressed already."""
_FEEDS = {"rss", "feed", "RDF"}


def read_sitemap(body: bytes, url: str) -> Document:
    """Read a sitemap, whatever its content type said.

    Raises:
        UnreadableDocumentError: It is none.
    """
    for _ in range(_LAYERS):
        if body.startswith(_GZIP):
            body = _decompress(body)
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"<"):
        return _read_list(text, url)
    elements = etree.iterparse(
        BytesIO(text), events=("start", "end"), recover=True, resolve_entities=False, no_network=True
    )
    try:
        root = _name(next(elements)[1])
        if root in _FEEDS:
            return read_feed(body, url)
        if root == "sitemapindex":
            return Document(parts=tuple(_parts(_entries(elements, "sitemap"), url)))
        if root == "urlset":
            found = (_candidate(entry, url) for entry in _entries(elements, "url"))
            return Document(tuple(candidate for candidate in found if candidate))
    except (StopIteration, etree.XMLSyntaxError):
        raise UnreadableDocumentError("not a sitemap: it is no XML") from None
    raise UnreadableDocumentError(f"not a sitemap: its root element is <{root}>")


def _decompress(body: bytes) -> bytes:
    try:
        with gzip.open(BytesIO(body)) as file:
            text = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableDocumentError(f"not gzip: {error}") from None
    if len(text) > _LARGEST:
        raise UnreadableDocumentError(f"larger than {_LARGEST // 1024**2} MB")
    return text


def _read_list(text: bytes, base: str) -> Document:
    """Read a text sitemap: one URL a line."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()]
    urls = [page_url(line, base, declared=True) for line in lines if line.startswith(("http://", "https://"))]
    if not urls:
        raise UnreadableDocumentError("not a sitemap")
    return Document(tuple(Candidate(url) for url in urls if url))


def _entries(elements: etree.iterparse, name: str) -> Iterator[dict[str, str]]:
    """Give what each entry states, by local name; of the news extension, title and time as well."""
    for event, element in elements:
        if event != "end" or _name(element) != name:
            continue
        children = [*element, *(child for news in element if _name(news) == "news" for child in news)]
        yield {_name(child): (child.text or "").strip() for child in reversed(children)}
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _parts(entries: Iterable[dict[str, str]], base: str) -> Iterator[Part]:
    named = set()
    for entry in entries:
        url = page_url(entry.get("loc"), base, declared=True)
        if url and url not in named:
            named.add(url)
            yield Part(url, entry.get("lastmod") or None)


def _candidate(entry: dict[str, str], base: str) -> Candidate | None:
    url = page_url(entry.get("loc"), base, declared=True)
    if url is None:
        return None
    published = entry.get("publication_date") or None
    return Candidate(
        url, title=entry.get("title") or None, published=published, modified=entry.get("lastmod") or published
    )


def _name(element: etree._Element) -> str:
    """Give an element's name without its namespace: sitemaps state all kinds of them, or none."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
