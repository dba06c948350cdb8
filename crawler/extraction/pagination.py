"""Articles on several pages: which page is the next one, and how the pages become one article."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from archive.models import Access, Extraction
from crawler.extraction.page import Page
from crawler.extraction.site_reading import link_of
from crawler.extraction.site_rules import SiteRules
from crawler.extraction.titles import likeness
from crawler.extraction.urls import clean_url, same_site

MAX_PAGES = 20
"""Of one article; what has more is a gallery or a trap."""
_MAX_NUMBER = 50
_NAMED = r"page|seite|pagina|página|strona|sida|side|pg|p"
_PATHS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<stem>.+?)/(?:{_NAMED})[/_-]?(?P<n>\d\d?)/?$",  # /slug/page/2, /slug/page-2, /slug/p2
        rf"(?P<stem>.+?)[-_](?:{_NAMED})[-_]?(?P<n>\d\d?)(?P<end>\.\w{{3,5}}|/?)$",  # /slug-page-2, /slug_p2
        r"(?P<stem>.+?)[-_,](?P<n>\d\d?)(?P<end>\.\w{3,5})$",  # /slug-2.html, /slug,2.html
        r"(?P<stem>.+?)/(?P<n>\d\d?)/?$",  # /slug/2/
    )
)
_QUERY = re.compile(rf"(?:{_NAMED}|pageno|page_no|pagenum|pagenumber|paged|onepage)=(\d\d?)$", re.I)
_TALK = re.compile(r"comment|discuss|disqus|forum|kommentar|respond|reply", re.I)
_TOP_LEVEL = re.compile(r"\n(?=<(?:p|h[2-4]|ul|ol|blockquote|figure|table|pre|img)\b)")
_TAG = re.compile(r"<[^>]*>")
_LETTER = re.compile(r"\w")
_SHORT = 12
"""Characters of an address that is relative to the page's own: ``?page=2``, ``2/``."""
_LONG = 30
"""Letters; a shorter block may well be said twice."""
_STRICT = (Access.PAYWALLED, Access.REGISTRATION, Access.METERED)


def next_page(page: Page, rules: SiteRules) -> str | None:
    """Give the address of the page that an article goes on on, where it does.

    A rule of the site says so, or a link of which the address is that of this page with the next number
    (``/slug`` and ``/slug/2``, ``/slug?page=2``, ``/slug-2.html``): ``rel=next`` alone often is the next
    article, and a number alone may be that of a page of comments.

    Returns:
        an absolute address of the same registrable domain, or None.
    """
    if stated := link_of(page, rules.next_page):
        return _other(page, stated)
    here = dict(_readings(page.url))
    if not here:
        return None
    for address, link in _links(page, here):
        for stem, number in _readings(address):
            if number > 1 and here.get(stem) == number - 1 and (link is None or not _is_talk(link)):
                return _other(page, address)
    return None


def single_page(page: Page, rules: SiteRules) -> str | None:
    """Give the address of the page with the whole article, where a rule of the site finds one."""
    stated = link_of(page, rules.single_page)
    return _other(page, stated) if stated else None


def _other(page: Page, address: str) -> str | None:
    cleaned = clean_url(address)
    if cleaned is None or cleaned == clean_url(page.url) or not same_site(cleaned, page.url):
        return None
    return cleaned


def _links(page: Page, here: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """Give the links that may lead to another page of the same article; reading all of them takes time."""
    for address in page.links.get("next", ()):
        yield address, None
    names = {stem.rpartition("/")[2].partition(".")[0] for stem in here}
    links = [(link.get("href") or "", link) for link in page.elements["a"]]
    for number in dict.fromkeys(str(number + 1) for number in here.values()):
        for href, link in links:
            fits = number in href and "#" not in href
            if fits and (len(href) < _SHORT or any(name in href for name in names)):
                yield page.absolute(href), link


def _is_talk(link: Any) -> bool:
    """Tell whether a link stands among comments, which have pages of their own."""
    return any(
        _TALK.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in (link, *link.iterancestors())
        if element.tag not in {"body", "html"}
    )


def _readings(url: str) -> Iterator[tuple[str, int]]:
    """Give what page of what an address may be: itself the first one, or the one that it is numbered as."""
    cleaned = clean_url(url)
    if cleaned is None:
        return
    parts = urlsplit(cleaned)
    host = parts.netloc.removeprefix("www.")

    def stem(path: str, query: str) -> str:
        return urlunsplit(("", host, path.rstrip("/"), query, ""))

    yield stem(parts.path, parts.query), 1
    pairs = parts.query.split("&") if parts.query else []
    for pair in pairs:
        if match := _QUERY.match(pair):
            rest = "&".join(other for other in pairs if other != pair)
            yield stem(parts.path, rest), int(match[1])
    for pattern in _PATHS:
        match = pattern.match(parts.path)
        if match and 1 < int(match["n"]) <= _MAX_NUMBER:
            yield stem(match["stem"] + (match.groupdict().get("end") or ""), parts.query), int(match["n"])


def goes_on(first: Extraction, pages: Sequence[Extraction], page: Extraction) -> bool:
    """Tell whether a page is a further one of an article: its title is alike, and it says something new."""
    if first.title and page.title and likeness(first.title, page.title) < 0.5:
        return False
    said = {key for one in (first, *pages) for key in map(_key, one.text.split("\n\n"))}
    return any(_key(block) not in said for block in page.text.split("\n\n") if _key(block))


def join(first: Extraction, pages: Sequence[Extraction], missing: str | None = None) -> Extraction:
    """Make one article of its pages, without what is said again on a further page.

    Args:
        first: its first page, which all facts are taken from.
        pages: the further ones, in order.
        missing: why not all of them are there.
    """
    texts, markup, removed = [first.text], [first.html], list(first.removed)
    access, evidence = first.access, list(first.access_evidence)
    for page in pages:
        before = sum(text.count("\n\n") + 1 for text in texts if text)
        texts.append("\n\n".join(_new(page.text.split("\n\n"), "\n\n".join(texts).split("\n\n"))))
        markup.append("\n".join(_new(top_level(page.html), top_level("\n".join(markup)))))
        known = {(block.rule, block.text) for block in removed}
        removed += (
            replace(block, position=block.position + before)
            for block in page.removed
            if (block.rule, block.text) not in known
        )
        if page.access in _STRICT and access not in _STRICT:
            access = page.access
        evidence += (said for said in page.access_evidence if said not in evidence)
    return replace(
        first,
        text="\n\n".join(filter(None, texts)),
        html="\n".join(filter(None, markup)),
        removed=tuple(removed),
        blocks=tuple(dict.fromkeys(block for page in (first, *pages) for block in page.blocks)),
        access=access,
        access_evidence=(*evidence, *([missing] if missing else ())),
        text_complete=not missing and (first, *pages)[-1].text_complete,
        next_page=None,
        single_page=None,
    )


def replace_by(first: Extraction, whole: Extraction) -> Extraction:
    """Take the text of the page that has the whole article, unless it is not there after all."""
    if len(whole.text) < len(first.text):
        return first
    return replace(
        first,
        text=whole.text,
        html=whole.html,
        removed=whole.removed,
        access=whole.access,
        access_evidence=whole.access_evidence,
        text_complete=whole.text_complete,
        next_page=None,
        single_page=None,
    )


def top_level(markup: str) -> list[str]:
    """Split the HTML of an article at its outermost elements."""
    return _TOP_LEVEL.split(markup)


def _new(blocks: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Leave out what was said: anything where a page begins (title, summary), else what is long."""
    said, beginning = set(map(_key, before)), True
    for block in blocks:
        key = _key(block)
        if key in said and (beginning or len(key) > _LONG):
            continue
        beginning = False
        yield block


def _key(block: str) -> str:
    return "".join(_LETTER.findall(html.unescape(_TAG.sub("", block)).casefold()))
