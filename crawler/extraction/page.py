"""A page, parsed once: the tree and what its head declares."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.extraction import UnreadablePageError
from crawler.extraction.characters import clean_page
from crawler.extraction.charset import decode
from crawler.extraction.json_ld import read_nodes

MAX_BYTES = 10_000_000
"""A larger body is not read."""
MAX_TAGS = 500_000
"""A page with more tags is not read: the largest news pages have a tenth of it."""
MAX_DEPTH = 240
"""libxml2 gives up at 256 nested elements; deeper ones are opened by their content only."""
MAX_ATTRIBUTES = 1_000
"""Of one element: libxml2 holds each against all before it, so that 40,000 would take most of a minute."""

_MAGIC = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "gzip data",
}
_MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|meta|title|div|p|h[1-6]|article|main|section|span|table|a|br)\b", re.I
)
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.S
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_ATTRIBUTE = rb"""(?:[\s/]++[^\s/=>]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?+)"""
_NOT_READ = re.compile(
    rb"<(?:/(?:html|HTML)\s*+>|([a-zA-Z][^\s/>]{0,99}+(?=[\s/][^>]{5000})%b{%d})%b++)"
    % (_ATTRIBUTE, MAX_ATTRIBUTES, _ATTRIBUTE)
)
"""An end of the page, where libxml2 stops: browsers read on (HTML 13.2.6.4.22), and templates have it above
the article. And a tag with more attributes than are read, as far as they are; a look ahead spares all narrow
ones (and those with a ``>`` in a value, which nobody writes a thousand times)."""
_SECTIONS = ("article", "main", "section", "header", "nav", "aside", "footer", "figure")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
ALTERNATIVES = ("noscript", "foreignobject")
"""What holds another form of the page: for readers without scripts, and as a drawing."""
_ASKED_FOR = ("a", "h1", "time", "title", *ALTERNATIVES)
_RELS = frozenset({"canonical", "next"})
_IN_TEXT = bytes({*range(256)} - {*range(32)} | {*b"\t\n\r\f\x1b"})
_MANY_CONTROLS = 12
_LOOKED_AT = 8_192
_WIDE = frozenset({"utf-16", "utf-32"})
_MAX_STATED = 200
"""Meta elements of one name, and links of one kind."""
_META_KEYS = ("name", "property", "itemprop", "http-equiv")


@dataclass(slots=True)
class Page:
    """A parsed page. ``root`` may be changed by who extracts last; everything else is read before that."""

    url: str
    root: Any
    encoding: str
    """The encoding that the bytes were read with, as Python names it."""
    source: bytes = b""
    """The markup, in UTF-8: what is not in it need not be searched for in the tree."""
    elements: dict[str, list[Any]] = field(default_factory=dict)
    """By their tag, in their order, those that several readers ask for."""
    json_ld: list[dict[str, Any]] = field(default_factory=list)
    """Every node of every ``application/ld+json`` block, ``@graph`` and lists flattened, outer ones first."""
    meta: dict[str, list[str]] = field(default_factory=dict)
    """Lower-case ``name``, ``property``, ``itemprop`` or ``http-equiv`` of a meta element to its contents."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """``rel`` of a link element, ``canonical`` or ``next``, to its absolute addresses."""
    language_hint: str | None = None
    """What ``<html lang>`` or the Content-Language header says, as written."""
    base_url: str = ""
    """What relative addresses are relative to."""

    @classmethod
    def parse(
        cls, body: bytes, url: str, content_type: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Self:
        """Parse the body of a response.

        Args:
            body: the decoded content (no gzip), at most ``MAX_BYTES``.
            url: where it was served from.
            content_type: the Content-Type header, for its charset.
            headers: the other response headers; Content-Type and Content-Language are used.

        Raises:
            UnreadablePageError: the bytes are no page, or too large a page.
        """
        named = {name.lower(): value for name, value in (headers or {}).items()}
        data, encoding = _read(body, url, content_type or named.get("content-type"))
        root = _tree(data, url)
        page = cls(url=url, root=root, encoding=encoding, source=data, base_url=url)
        page.language_hint = root.get("lang") or root.get("xml:lang") or named.get("content-language")
        page._read_head()
        return page

    def _read_head(self) -> None:
        elements = self.elements = {tag: [] for tag in _ASKED_FOR}
        for element in self.root.iter("meta", "link", "base", "script", *_ASKED_FOR):
            tag = element.tag
            if tag in elements:
                elements[tag].append(element)
            elif tag == "meta":
                self._read_meta(element)
            elif tag == "script":
                if "ld+json" in (element.get("type") or "").lower():
                    self.json_ld.extend(read_nodes(element.text or ""))
            elif tag == "link":
                for rel in _RELS.intersection((element.get("rel") or "").lower().split()):
                    _add(self.links, rel, self.absolute(element.get("href") or ""))
            else:
                self.base_url = self.absolute(element.get("href") or "") or self.url

    def _read_meta(self, element: Any) -> None:
        content = element.get("content")
        if content is None:
            return
        for key in _META_KEYS:
            name = element.get(key)
            if name and not (key == "itemprop" and _is_of_something_else(element)):
                _add(self.meta, name.strip().lower(), content)

    def absolute(self, address: str) -> str:
        """Make an address of the page absolute; empty when it is none."""
        address = address.strip()
        try:
            if address.startswith(("https://", "http://")):
                urlsplit(address)
                return address
            return urljoin(self.base_url, address) if address else ""
        except ValueError:
            return ""


def _add(stated: dict[str, list[str]], name: str, value: str) -> None:
    values = stated.setdefault(name, [])
    if len(values) < _MAX_STATED:
        values.append(value)


def _is_of_something_else(element: Any) -> bool:
    """Tell whether a property in the markup is one of a comment, a citation or the like."""
    scope = next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)
    if scope is None:
        return False
    role = (scope.get("itemprop") or "").lower()
    return bool(role and not role.startswith("mainentity")) or "Comment" in (scope.get("itemtype") or "")


def _read(body: bytes, url: str, content_type: str | None) -> tuple[bytes, str]:
    """Give the page in UTF-8, and the name of the encoding that it was in."""
    head = body[:1024].lstrip()
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadablePageError(f"{url}: this is {name}, not a web page.")
    if len(body) > MAX_BYTES:
        raise UnreadablePageError(
            f"{url}: {len(body):,} bytes; pages above {MAX_BYTES:,} bytes are not read."
        )
    text, encoding = decode(body, content_type)
    if not text or text.isspace():
        raise UnreadablePageError(f"{url}: the page is empty.")
    if feed := _FEED.match(text):
        raise UnreadablePageError(f"{url}: this is a feed or a sitemap ({feed[1]}), not a web page.")
    if not _MARKUP.search(text):
        raise UnreadablePageError(f"{url}: no HTML markup was found in it.")
    if len(text) > MAX_TAGS and (tags := text.count("<")) > MAX_TAGS:
        raise UnreadablePageError(f"{url}: {tags:,} tags; pages with more than {MAX_TAGS:,} are not read.")
    if encoding[:6] not in _WIDE and _is_binary(body):
        raise UnreadablePageError(f"{url}: this is binary data, not a web page.")
    unchanged = encoding == "utf-8" and "\ufffd" not in text and not body.startswith(BOM_UTF8)
    return body if unchanged else text.encode("utf-8", "replace"), encoding


def _is_binary(body: bytes) -> bool:
    """Tell whether bytes are no text: broken text has one control character or two, and these have all."""
    return len(set(body[:_LOOKED_AT].translate(None, _IN_TEXT))) > _MANY_CONTROLS


def _tree(data: bytes, url: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    data = _NOT_READ.sub(_read_part, clean_page(data))
    try:
        root = etree.fromstring(data, parser)
        if root is not None and any("depth" in entry.message for entry in parser.error_log):
            root = etree.fromstring(_flatten(data.decode()).encode(), parser)
    except etree.ParserError as error:
        raise UnreadablePageError(f"{url}: the markup cannot be parsed ({error}).") from None
    if root is None:
        raise UnreadablePageError(f"{url}: the markup holds no element.")
    _open_body(root)
    if next(root.iter("template", "rt", "rp"), None) is not None:
        _open_shadows(root)
        etree.strip_elements(
            root, "rt", "rp", with_tail=False
        )  # how a word is read, beside it: 体罰(たいばつ)
    return root


def _read_part(found: re.Match[bytes]) -> bytes:
    return b"<" + found[1] if found[1] else b""


def _open_body(root: Any) -> None:
    """Take what belongs to the body out of the head.

    A page may leave out the tags of its body (HTML 13.1.2.4), and libxml2 does not know that the elements of
    HTML 5 begin one.
    """
    head = root.find("head")
    first = None if head is None else next(head.iterchildren(*_SECTIONS), None)
    if first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, element in enumerate([first, *first.itersiblings()]):
        body.insert(place, element)


def _open_shadows(root: Any) -> None:
    """Put shadow trees in the place that browsers show them in, and into their slots what these show.

    Declarative shadow DOM: HTML 4.12.3, the template element, and DOM 4.2.2.
    """
    hosts: set[Any] = set()
    for template in list(root.iter("template")):
        host = template.getparent()
        if template.get("shadowrootmode") is None or host in hosts:
            continue
        hosts.add(host)
        template.tag = "div"
        shown: dict[str, list[Any]] = {}
        for element in template.itersiblings():
            shown.setdefault(element.get("slot") or "", []).append(element)
        for slot in list(template.iter("slot")):
            if assigned := shown.pop(slot.get("name") or "", None):
                slot[:] = assigned
                slot.text = None


def _flatten(text: str) -> str:
    """Leave out the tags that stand deeper than the parser can go, and keep what they hold."""
    depth = 0

    def shallow(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _VOID or match[0].endswith("/>"):
            return match[0]
        depth = max(0, depth + (-1 if match[1] else 1))
        return match[0] if depth + bool(match[1]) <= MAX_DEPTH else " "

    return _TAG.sub(shallow, text)
