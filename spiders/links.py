"""The links of a page, each with the card that it stands on: heading, time, text, place."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from spiders.documents import page_url

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CARD_DEPTH = 8
"""Levels above a link that may belong to its card."""
_CARD_TEXT = 1500
"""Characters; more is no card, but the page."""
_FURNITURE = re.compile(
    r"(?:(?:site|main|page|top|global|mobile|primary|secondary)[-_]?)?"
    r"(?:nav|navbar|navigation|menu|header|footer|masthead|topbar)"
    r"(?:[-_](?:menu|item|links?|list|wrapper|inner|container|bar))*"
    r"|breadcrumbs?|(?:cookie|consent|social|share|lang|login|account)\S*|pagination|pager"
    r"|(?:(?:post|entry|article)[-_])?tags|tag-?(?:cloud|list)|skip-link",
    re.IGNORECASE,
)
"""A class or an id; not those of a card: post-header, tag-anime."""
_DAY = re.compile(
    r"\b(?:19|20)\d\d[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}|\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d\b"
    r"|\b\d{1,2}\s(?:hours?|days?|minutes?)\sago\b|\d+\s?(?:時間|日|分)前"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b"
    r"|\b\d{1,2}\.?\s(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?,?\s(?:19|20)\d\d\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Link:
    """An address that a page links, and all that its links say of it."""

    url: str
    text: str = ""
    """The longest of its links."""
    in_heading: bool = False
    in_furniture: bool = True
    """All of its links stand in a menu, a header, a footer."""
    rel: frozenset[str] = frozenset()
    has_image: bool = False
    place: str = ""
    """The path of tags and classes that leads to it: the same for all cards of a list."""
    published: str | None = None
    dated: bool = False
    excerpt: str | None = None
    neighbours: frozenset[str] = frozenset()
    """The other addresses of its card."""
    anchors: list[HtmlElement] = field(default_factory=list)


def links_of(page: HtmlElement, base: str) -> list[Link]:
    """Give the addresses that a page links, in its order, each once."""
    links: dict[str, Link] = {}
    around: dict[HtmlElement, set[str]] = defaultdict(set)
    for anchor in page.iter("a"):
        url = page_url(anchor.get("href"), base)
        if url is None or (anchor.get("href") or "").startswith("#"):
            continue
        link = links.setdefault(url, Link(url))
        link.anchors.append(anchor)
        for level, element in enumerate(anchor.iterancestors()):
            if level == _CARD_DEPTH:
                break
            around[element].add(url)
    furniture: dict[HtmlElement, bool] = {}
    for link in links.values():
        _describe(link, around, furniture)
    return list(links.values())


def _describe(link: Link, around: dict[HtmlElement, set[str]], furniture: dict[HtmlElement, bool]) -> None:
    rels: set[str] = set()
    for anchor in link.anchors:
        text = text_of(anchor) or anchor.get("title") or ""
        ancestors = list(anchor.iterancestors())
        heading = any(element.tag in _HEADINGS for element in ancestors[:3]) or any(
            True for _ in anchor.iter(*_HEADINGS)
        )
        link.in_heading |= heading
        link.in_furniture &= any(
            furniture[element]
            if element in furniture
            else furniture.setdefault(element, _is_furniture(element))
            for element in ancestors
        )
        link.has_image |= next(anchor.iter("img", "picture"), None) is not None
        rels.update((anchor.get("rel") or "").lower().split())
        if heading and (titles := [text_of(one) for one in anchor.iter(*_HEADINGS)]) and titles[0]:
            text = titles[0]
        if len(text) > len(link.text) or not link.place:
            link.text, link.place = text or link.text, _place(anchor)
    link.rel = frozenset(rels)
    card = _card(link, around)
    if card is not None:
        link.neighbours = frozenset(around[card] - {link.url})
        _read_card(link, card)


def _card(link: Link, around: dict[HtmlElement, set[str]]) -> HtmlElement | None:
    """Give the largest element around a link that holds no other article: at most two more addresses."""
    card = None
    for element in list(link.anchors[0].iterancestors())[:_CARD_DEPTH]:
        if len(around[element]) > 3 or element.tag in {"body", "main", "ul", "ol", "table", "tbody"}:
            break
        if len(around[element] - {link.url}) and sum(1 for _ in element.iter(*_HEADINGS)) > 1:
            break
        card = element
    return card


def _read_card(link: Link, card: HtmlElement) -> None:
    text = text_of(card)
    if len(text) > _CARD_TEXT:
        return
    for element in card.iter("time"):
        stated = element.get("datetime") or ""
        link.published = link.published or (
            stated.strip() if re.match(r"\d{4}-\d\d-\d\d", stated.strip()) else None
        )
        link.dated = True
    link.dated = link.dated or _DAY.search(text) is not None
    link.has_image = link.has_image or next(card.iter("img", "picture"), None) is not None
    heading = next(card.iter(*_HEADINGS), None)
    if not link.in_heading and heading is not None and not _is_linked(heading, link.anchors):
        link.in_heading = True
        if len(text_of(heading)) > len(link.text) or not link.text:
            link.text = text_of(heading)
    paragraphs = [said for one in card.iter("p") if (said := text_of(one)) != link.text]
    longest = max(paragraphs, key=len, default="")
    link.excerpt = longest[:500] if len(longest) >= 40 else None


def _is_linked(heading: HtmlElement, but_for: list[HtmlElement]) -> bool:
    """Tell whether a heading belongs to another link."""
    anchors = [*heading.iter("a"), *(one for one in heading.iterancestors("a"))]
    return bool(anchors) and not any(anchor in but_for for anchor in anchors)


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in {"nav", "footer"}:
        return True
    if element.tag == "header":
        return not (_in_article(element) or any(True for _ in element.iter("h2", "h3", "h4")))
    if element.tag in {"body", "html", "article"}:
        return False
    if element.get("role") in {"navigation", "menu", "contentinfo", "banner"}:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(_FURNITURE.fullmatch(name) for name in names)


def _in_article(element: HtmlElement) -> bool:
    return any(one.tag in {"article", "li", "main", "section"} for one in element.iterancestors())


def _place(anchor: HtmlElement) -> str:
    """Give the way to a link: tags and first classes, numbers left open."""
    steps = [anchor, *anchor.iterancestors()][:6]
    return ">".join(_step(element) for element in steps)


def _step(element: HtmlElement) -> str:
    name = (element.get("class") or "").split()
    return f"{element.tag}.{re.sub(r'[0-9]+', '#', name[0])}" if name else str(element.tag)


def text_of(element: HtmlElement) -> str:
    """Give the words of an element, in one line; scripts and styles are none."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "noscript", "template"}:
        return
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield (
            f" {child.tail or ''}"
            if child.tag in {"div", "p", "br", "li", "span", "time"}
            else child.tail or ""
        )
