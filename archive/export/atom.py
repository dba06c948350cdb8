"""Atom (RFC 4287): what is new or was edited last first."""

from itertools import chain
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from archive.export.formats import Export
from archive.export.json_feed import FIELDS
from archive.export.records import Record

__all__ = ["FIELDS", "write"]

_NAMESPACE = "http://www.w3.org/2005/Atom"
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
"""Characters that XML 1.0 has no way to write."""


def write(export: Export) -> None:
    """Write the feed, its entries one by one."""
    xml = _Writer(export)
    xml.start("feed", xmlns=_NAMESPACE)
    xml.element("title", export.title)
    xml.element("id", export.address or uuid5(NAMESPACE_URL, f"series-archive:{export.title}").urn)
    if export.address:
        xml.element("link", rel="self", href=export.address, type="application/atom+xml")
    if export.page:
        xml.element("link", rel="alternate", href=export.page, type="text/html")
    records = export.records
    newest = next(records, None)
    xml.element("updated", newest["updated"] if newest else "1970-01-01T00:00:00Z")
    for record in chain([newest] if newest else [], records):
        _write_entry(xml, record)
    xml.end("feed")
    xml.close()


def _write_entry(xml: "_Writer", record: Record) -> None:
    xml.start("entry")
    xml.element("title", record["title"])
    xml.element("id", record["url"])
    xml.element("link", rel="alternate", href=record["url"])
    xml.element("published", record["dated"])
    xml.element("updated", record["updated"])
    for name in record["authors"] or [record["source"]["name"]]:
        xml.start("author")
        xml.element("name", name)
        xml.end("author")
    for tag in record["tags"]:
        xml.element("category", term=tag)
    if record["standfirst"]:
        xml.element("summary", record["standfirst"])
    if record["html"]:
        xml.element("content", record["html"], type="html")
    else:
        xml.element("content", record["text"])
    xml.end("entry")


class _Writer:
    """Writes XML as it comes, without what XML cannot hold."""

    def __init__(self, export: Export) -> None:
        self._stream = export.text
        self._xml = XMLGenerator(self._stream, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    def start(self, name: str, **attributes: str) -> None:
        self._xml.startElement(
            name, AttributesImpl({key: _plain(value) for key, value in attributes.items()})
        )

    def end(self, name: str) -> None:
        self._xml.endElement(name)
        if name in {"entry", "feed"}:
            self._xml.ignorableWhitespace("\n")

    def element(self, name: str, text: str | None = None, **attributes: str) -> None:
        self.start(name, **attributes)
        if text:
            self._xml.characters(_plain(text))
        self.end(name)

    def close(self) -> None:
        self._xml.endDocument()


def _plain(text: str) -> str:
    return text.translate(_FORBIDDEN)
