"""Sitemaps (sitemaps.org protocol 0.9): XML with its extensions, indexes, plain lists; gzipped or not.

They are read as a stream: neither the decompressed text nor its tree is ever in memory as a whole.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree

from archive.models import Candidate
from spiders.documents import Document, Part, UnreadableDocumentError, page_url
from spiders.feeds import read_feed

_LARGEST = 60 * 1024 * 1024
"""Bytes, decompressed; the protocol allows 50 MB."""
_MOST = 100_000
"""URLs of a sitemap, those in other languages included; the protocol allows 50,000 entries."""
_LONGEST_LINE = 10_000
_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2
"""Of gzip: servers compress once more what is compressed already."""
_LONGEST_ENTITY = 10
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_BARE_AMPERSANDS = {etree.ErrorTypes.ERR_NAME_REQUIRED, etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING}
_FEEDS = {"rss", "feed", "RDF"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_sitemap(body: bytes, url: str, content_type: str | None = None) -> Document:
    """Read a sitemap, whatever its content type said; a feed as well.

    Raises:
        UnreadableDocumentError: It is none, or larger than any sitemap.
    """
    try:
        stream = _open(body)
        if not stream.peek(2).startswith((b"<", *_UTF_16)):
            return _read_list(stream, url)
        document, is_sound = _read_xml(stream, url)
        if document and not is_sound:
            document, _ = _read_xml(io.BufferedReader(_Escaped(_open(body))), url)
        return document or read_feed(_open(body).read(), url, content_type)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableDocumentError(f"not gzip: {error}") from None


class _Bounded(io.RawIOBase):
    """A stream that ends with an error where it is larger than any sitemap."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._left = _LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise UnreadableDocumentError(f"larger than {_LARGEST // 1024**2} MB")
        buffer[: len(piece)] = piece
        return len(piece)


class _Escaped(io.RawIOBase):
    """A stream in which what stands for an ampersand, and is not written as one, is."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer) // len(b"&amp;") - _LONGEST_ENTITY)
        if b"&" in piece[-_LONGEST_ENTITY:]:
            piece += self._stream.read(_LONGEST_ENTITY)
        escaped = _AMPERSAND.sub(b"&amp;", piece)
        buffer[: len(escaped)] = escaped
        return len(escaped)


def _open(body: bytes) -> io.BufferedReader:
    """Give the decompressed text, from its first character that is no white space."""
    stream: io.BufferedReader = io.BufferedReader(_Bounded(io.BytesIO(body)))
    for _ in range(_LAYERS):
        if stream.peek(3).startswith(_GZIP):
            stream = io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=stream)))
    if stream.peek(3).startswith(b"\xef\xbb\xbf"):
        stream.read(3)
    while (head := stream.peek()) and not head.lstrip():
        stream.read(len(head))
    stream.read(len(head) - len(head.lstrip()))
    if (junk := head.lstrip().find(b"<?xml")) > 0:
        stream.read(junk)  # what a server had to say of its own mistakes
    return stream


def _read_xml(stream: io.BufferedReader, url: str) -> tuple[Document | None, bool]:
    """Read XML, no document when it is that of a feed; and say whether its ampersands are sound."""
    elements = etree.iterparse(
        stream, events=("start", "end"), recover=True, resolve_entities=False, no_network=True
    )
    try:
        root = _name(next(elements)[1])
        if root in _FEEDS:
            return None, True
        if root == "sitemapindex":
            parts = dict.fromkeys(islice(_parts(_entries(elements, "sitemap"), url), _MOST))
            return Document(parts=tuple(parts)), _is_sound(elements)
        if root == "urlset":
            found: dict[str, Candidate] = {}
            for candidate in islice(_candidates(_entries(elements, "url"), url), _MOST):
                known = found.get(candidate.url)
                if known is None or known == Candidate(candidate.url):
                    found[candidate.url] = candidate
            return Document(tuple(found.values())), _is_sound(elements)
    except (StopIteration, UnicodeDecodeError, etree.XMLSyntaxError):
        raise UnreadableDocumentError("not a sitemap: it is no XML") from None
    raise UnreadableDocumentError(f"not a sitemap: its root element is <{root}>")


def _is_sound(elements: etree.iterparse) -> bool:
    """Tell whether no address lost a part of its query, because of an ampersand that is not escaped."""
    return not any(error.type in _BARE_AMPERSANDS for error in elements.error_log)


def _read_list(stream: io.BufferedReader, base: str) -> Document:
    """Read a text sitemap: one URL a line."""
    lines = (
        line.decode("utf-8", "replace").strip() for line in iter(lambda: stream.readline(_LONGEST_LINE), b"")
    )
    urls = (page_url(line, base, declared=True) for line in lines if line.startswith(("http://", "https://")))
    found = dict.fromkeys(islice((url for url in urls if url), _MOST))
    if not found:
        raise UnreadableDocumentError("not a sitemap")
    return Document(tuple(Candidate(url) for url in found))


def _entries(elements: etree.iterparse, name: str) -> Iterator[etree._Element]:
    """Give each entry, and forget it afterwards."""
    for event, element in elements:
        if event == "end" and _name(element) == name:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _stated(entry: etree._Element) -> dict[str, str]:
    """Give what an entry states, by local name; of the news extension, title and time as well."""
    children = [*entry, *(child for news in entry if _name(news) == "news" for child in news)]
    return {_name(child): _text(child) for child in reversed(children)}


def _text(element: etree._Element) -> str:
    """Give the text of an element; none where it refers to half a character, as the halves of emoji."""
    try:
        return (element.text or "").strip()
    except UnicodeDecodeError:
        return ""


def _parts(entries: Iterable[etree._Element], base: str) -> Iterator[Part]:
    named = set()
    for entry in entries:
        stated = _stated(entry)
        url = page_url(stated.get("loc"), base, declared=True)
        if url and url not in named:
            named.add(url)
            yield Part(url, stated.get("lastmod") or None)


def _candidates(entries: Iterable[etree._Element], base: str) -> Iterator[Candidate]:
    """Give the page of each entry, and the same page in other languages (xhtml:link with hreflang)."""
    for entry in entries:
        stated = _stated(entry)
        url = page_url(stated.get("loc"), base, declared=True)
        published = stated.get("publication_date") or None
        if url:
            modified = stated.get("lastmod") or published
            yield Candidate(url, title=stated.get("title") or None, published=published, modified=modified)
        for link in entry:
            if _name(link) == "link" and link.get("hreflang"):
                other = page_url(link.get("href"), base, declared=True)
                if other and other != url:
                    yield Candidate(other)


def _name(element: etree._Element) -> str:
    """Give an element's name without its namespace: sitemaps state all kinds of them, or none."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
