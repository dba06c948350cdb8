"""What an address is that a user names: a site, a section of one, a feed, a sitemap, an article."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.catalogue import entry_of
from crawler.extraction import UnreadablePageError
from crawler.extraction.linked_data import LinkedData
from crawler.extraction.metadata import read_metadata
from crawler.extraction.page import Page
from crawler.extraction.urls import same_site


class Kind(StrEnum):
    """What an address is."""

    SITE = "site"
    SECTION = "section"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Survey:
    """What an address is, and the source that it makes."""

    kind: Kind
    name: str
    """What the site calls itself, else its host."""
    home: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    search: str | None = None
    """The address of the site's own search, with ``{query}``."""


_DOCUMENTS = re.compile(
    rb"<(?:\w+:)?(?:(?P<feed>rss|feed|RDF)|(?P<sitemap>urlset|sitemapindex))[\s>]"
    rb"|(?P<json>\"https?://(?:www\.)?jsonfeed\.org/version)"
)
_START = 4096
"""Bytes of a document that tell what it is."""
_LONGEST_NAME = 60
_SEARCH_FIELDS = re.compile(r"(?:q|s|query|search|keywords?|term|suche|recherche|buscar|wd|k)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{[\w-]+\}")


def survey(body: bytes, content_type: str | None, url: str) -> Survey:
    """Tell what was served at an address.

    Args:
        body: As served, decompressed.
        content_type: As stated.
        url: That answered.
    """
    entry = entry_of(url)
    name = entry.name if entry else (urlsplit(url).hostname or url).removeprefix("www.")
    home = entry.home if entry else urljoin(url, "/")
    if document := _DOCUMENTS.search(body[:_START]):
        if document["sitemap"]:
            return Survey(Kind.SITEMAP, name, home, sitemaps=(url,))
        return Survey(Kind.FEED, name, home, feeds=(url,))
    feeds = tuple(entry.feeds) if entry else ()
    try:
        page = Page.parse(body, url, content_type)
    except UnreadablePageError:
        return Survey(Kind.SITE, name, home, feeds)
    data = LinkedData.of(page.json_ld, url)
    if entry is None and (stated := read_metadata(page).site_name) and len(stated) <= _LONGEST_NAME:
        name = stated
    search = next(_searches(page, data), None)
    if url.rstrip("/") == home.rstrip("/"):
        return Survey(Kind.SITE, name, home, feeds, search=search)
    if data.articles or page.meta.get("og:type") == ["article"]:
        return Survey(Kind.ARTICLE, name, home, feeds, search=search)
    return Survey(Kind.SECTION, name, home, sections=(url,), search=search)


def _searches(page: Page, data: LinkedData) -> Iterator[str]:
    """Give the addresses of the site's search: as declared to search engines, then as its form has it."""
    for action in data.values(data.sites, "potentialAction"):
        for target in data.values([action], "target") if isinstance(action, dict) else ():
            template = target.get("urlTemplate") if isinstance(target, dict) else target
            if isinstance(template, str) and len(_PLACEHOLDER.findall(template)) == 1:
                yield _PLACEHOLDER.sub("{query}", page.absolute(template))
    for form in page.root.iter("form"):
        if (form.get("method") or "get").lower() == "get" and (field := _search_field(form)):
            address = page.absolute(form.get("action") or page.url)
            if same_site(address, page.url):
                yield f"{address}{'&' if '?' in address else '?'}{field}={{query}}"


def _search_field(form: HtmlElement) -> str | None:
    fields: list[Any] = [field for field in form.iter("input") if field.get("name")]
    texts = [field for field in fields if field.get("type", "text") in {"text", "search"}]
    if len(texts) != 1:
        return None
    name: str = texts[0].get("name")
    is_search = texts[0].get("type") == "search" or _SEARCH_FIELDS.fullmatch(name)
    return name if is_search else None
