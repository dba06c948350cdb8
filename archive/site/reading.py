"""Stored HTML made fit to be shown: hostile input, even though it was cleaned when it was stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import nh3
from lxml import etree
from markupsafe import Markup

from archive.site.wording import LONGEST
from archive.urls import absolute_url

_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "br"}
_TAGS |= {"a", "em", "strong", "b", "i", "s", "u", "sub", "sup", "small", "abbr", "cite", "q", "code", "time"}
_TAGS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"}
_TAGS |= {"ruby", "rt", "rp", "rb"}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
_SCHEMES = {"http", "https"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
)
_IGNORED = re.compile(r"[\t\n\r]")
"""In addresses, by browsers (WHATWG URL, section 4.4)."""
_BLOCKS = ("p", "h2", "h3", "h4", "pre", "li", "dt", "dd", "td", "th", "figcaption", "caption")
"""What a block of text is, where none of these stands in it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an article: an element of its HTML, or text between two."""

    html: Markup
    removed: tuple[Mapping[str, Any], ...] = ()
    """What was removed before it; the last piece may have nothing else."""


def read_article(html: str, base: str, removed: Sequence[Mapping[str, Any]] = ()) -> list[Piece]:
    """Give stored HTML as what our pages may show: allowed tags only, links only to http and https.

    Images become links to themselves, named by their alternative text: a page of the archive asks nobody
    else for anything. nh3 has the last word; it reads HTML as a browser does, so what it lets through is what
    a browser sees.

    Args:
        html: The stored fragment.
        base: The article's URL, for relative addresses.
        removed: Removed blocks with their ``position``, the number of blocks of text that stand before them.
            They are given between the pieces; what stood within a list or a table follows it.
    """
    waiting = sorted(removed, key=lambda block: block["position"])
    pieces: list[Piece] = []
    before = 0
    for element, fragment in _fragments(html, base):
        due = [block for block in waiting if block["position"] <= before]
        waiting = waiting[len(due) :]
        clean = Markup(_CLEANER.clean(fragment))  # noqa: S704 - sanitised on this line
        pieces.append(Piece(clean, tuple(due)))
        before += _count_blocks(element) if element is not None else bool(fragment.strip())
    return [*pieces, Piece(Markup(), tuple(waiting))] if waiting else pieces


def sanitise(html: str, base: str) -> Markup:
    """Give stored HTML as what our pages may show, in one piece; see `read_article`."""
    return Markup().join(piece.html for piece in read_article(html, base))


def web_address(url: str | None) -> str | None:
    """Give a URL back if it is http or https with a host and not too long, else None: what is made a link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in _SCHEMES and parts.netloc and len(url or "") <= LONGEST else None


def _fragments(html: str, base: str) -> list[tuple[Any, str]]:
    """Give the elements at the top of a fragment, each with its HTML; for text between them, None and it."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    source = f"<body>{html}".encode("utf-8", "replace")
    body = lxml.html.document_fromstring(source, parser=parser).find("body")
    if body is None:
        return []
    for image in list(body.iter("img")):
        _replace_image(image)
    for link in body.iter("a"):
        if "href" in link.attrib:
            _make_absolute(link, base)
    found: list[tuple[Any, str]] = [(None, nh3.clean_text(body.text))] if body.text else []
    for element in body:
        found.append((element, etree.tostring(element, encoding="unicode", method="html", with_tail=False)))
        if element.tail:
            found.append((None, element.tail if element.tail.isspace() else nh3.clean_text(element.tail)))
    return found


def _count_blocks(element: Any) -> int:
    """Count the blocks of text in an element, itself included."""
    return sum(
        any(text.strip() for text in block.itertext()) and next(block.iterdescendants(_BLOCKS), None) is None
        for block in element.iter(_BLOCKS)
    )


def _make_absolute(link: Any, base: str) -> None:
    address = web_address(absolute_url(_IGNORED.sub("", link.get("href")).strip(), base))
    if address:
        link.set("href", address)
    else:
        del link.attrib["href"]


def _replace_image(image: Any) -> None:
    """Put a link in the place of an image; inside of a link, its text alone."""
    words = " ".join((image.get("alt") or "").split())
    label = f"Image: {words}" if words else "Image"
    address = image.get("src") or ""
    tail = image.tail
    image.clear()
    image.tail = tail
    if next(image.iterancestors("a"), None) is None:
        image.tag = "a"
        image.set("href", address)
        image.text = label
    else:
        image.tag = "span"
        image.text = f"[{label}]"
