"""Section, tag and front pages: which of their links are articles is learnt from the page's own shape."""

import statistics
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from archive.models import Candidate
from archive.urls import absolute_url
from crawler.extraction.charset import decode
from crawler.extraction.json_text import load_json
from crawler.extraction.urls import same_site
from spiders.documents import Document, UnreadableDocumentError, page_url
from spiders.home import feeds_of
from spiders.links import Link, links_of
from spiders.pagination import next_page, split_number
from spiders.shapes import is_folder_of, likeness, loose_shape_of, shape_of

_ENOUGH = 3.5
"""Points from which a link is one to an article."""
_TITLE = 25
"""Letters that only titles have; a Chinese or Japanese one counts for two."""
_LIST = 3
"""Links of the same place that make a list."""
_MOST = 500
"""Candidates of a page; more is a trap."""
_NOT_ARTICLES = frozenset({"author", "tag", "category", "search", "license", "next", "prev", "home", "help"})


def read_section(
    body: bytes, url: str, content_type: str | None = None, known: Collection[str] = ()
) -> Document:
    """Read a page that links articles: the articles, the page that follows it, its feeds.

    What counts is what the links of a list have in common: headings, times, pictures on their cards, and the
    shape of their addresses, above all where it is that of articles that are known.

    Args:
        body: HTML, or JSON that holds pieces of it, as a button sends for that loads more.
        url: Of the page.
        content_type: Of the answer.
        known: URLs of articles of the same site.

    Raises:
        UnreadableDocumentError: There is no HTML in it.
    """
    page, onward = _parse(body, url, content_type)
    stated = next((base.get("href") for base in page.iter("base")), None)
    url = absolute_url(stated or "", url) or url
    here = split_number(url)[0]
    links = [
        link
        for link in links_of(page, url)
        if same_site(link.url, url) and split_number(link.url)[0] != here and not link.rel & _NOT_ARTICLES
    ]
    judged = _judge(links, known)
    candidates = tuple(
        Candidate(link.url, title=link.text or None, published=link.published, excerpt=link.excerpt)
        for link in links
        if judged[link.url] >= _ENOUGH
    )
    return Document(candidates[:_MOST], feeds=feeds_of(page, url), onward=onward or next_page(page, url))


def _judge(links: list[Link], known: Collection[str]) -> dict[str, float]:
    """Give points to each link: half its own, half those of the list that it stands in."""
    exact = set(known)
    shapes = {shape_of(url) for url in known}
    loose = {loose_shape_of(url) for url in known}
    own = {}
    for link in links:
        points = _points(link)
        if link.url in exact:
            points += 4
        elif shape_of(link.url) in shapes:
            points += 4 if shape_of(link.url) != "word" else 1
        elif loose_shape_of(link.url) in loose:
            points += 1
        elif known:
            points -= 1
        own[link.url] = points - 3 * any(is_folder_of(link.url, other) for other in link.neighbours)
    places = defaultdict(list)
    for link in links:
        places[link.place].append(link)
    judged = {}
    for group in places.values():
        typical = statistics.median(own[link.url] for link in group)
        for link in group:
            points = own[link.url]
            if len(group) >= _LIST:
                points = (points + typical) / 2 + 1
            judged[link.url] = points if likeness(link.url) > -3 or link.url in exact else -5
    return judged


def _points(link: Link) -> float:
    """Give the points of a link by itself."""
    points = likeness(link.url)
    length = sum(2 if ord(character) > 0x2E80 else 1 for character in link.text)
    points += 2 if length >= _TITLE else 1 if length >= 15 else -1.5 if length < 8 else 0
    points += 1.5 * link.in_heading + 1.5 * link.dated + 0.5 * link.has_image
    return points - (4 if length < _TITLE else 2) * link.in_furniture


def _parse(body: bytes, url: str, content_type: str | None) -> tuple[HtmlElement, str | None]:
    """Give the page; of JSON, the HTML in it, and the address of what follows."""
    text, _ = decode(body, content_type)
    onward = None
    if text.lstrip()[:1] in {"{", "["}:
        try:
            pieces = list(_strings(load_json(text)))
        except (ValueError, RecursionError):
            pieces = []
        onward = next(
            (page_url(one, url) for key, one in pieces if key.startswith("next") and "/" in one), None
        )
        text = "\n".join(one for _, one in pieces if "<a" in one)
    if "<" not in text:
        raise UnreadableDocumentError("not a page: there is no HTML in it")
    try:
        return html.document_fromstring(
            text.encode(), base_url=url, parser=html.HTMLParser(encoding="utf-8")
        ), onward
    except (ValueError, html.etree.ParserError):
        raise UnreadableDocumentError("not a page: its HTML cannot be read") from None


def _strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield key.lower(), value
        case list():
            for one in value:
                yield from _strings(one, key)
        case dict():
            for name, one in value.items():
                yield from _strings(one, str(name))
