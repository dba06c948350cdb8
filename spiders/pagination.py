"""Which page comes after this one: stated, numbered, or behind a button that loads more."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.extraction.urls import same_site
from spiders.documents import page_url
from spiders.links import text_of
from spiders.words import LOADS_MORE, NEXT_PAGE, PAGE_FOLDERS, PAGE_KEYS

_IN_PATH = re.compile(rf"/(?:{'|'.join(PAGE_FOLDERS)})[/_-]?(\d{{1,5}})(?=/|$|\.)", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(?:(?<=/)|(?<=[-_]))(\d{1,4})(?=/?$|\.\w{2,5}$)")
_ORNAMENTS = re.compile(r"[\d\s›»→>⟩❯…·|.]+")
_LATER = frozenset({"next", "older"})


def next_page(page: HtmlElement, url: str) -> str | None:
    """Give the URL of the page that follows this one of a section; None when it is the last."""
    return next((found for found in _candidates(page, url) if found != url and same_site(found, url)), None)


def _candidates(page: HtmlElement, url: str) -> Iterator[str]:
    """Give what may be the next page, the surest first."""
    for element in page.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (
            found := page_url(element.get("href"), url)
        ):
            yield found
    base, number = split_number(url)
    anchors = [(anchor, found) for anchor in page.iter("a") if (found := page_url(anchor.get("href"), url))]
    numbered = []
    for anchor, found in anchors:
        place, other = split_number(found, bare=text_of(anchor).isdecimal() or _says_next(anchor))
        if place == base and other > number:
            numbered.append((other, found))
    if numbered:
        yield min(numbered)[1]
    folder = urlsplit(base).path.rstrip("/")
    for anchor, found in anchors:
        if _says_next(anchor) and urlsplit(found).path.startswith(folder) and split_number(found)[1]:
            yield found
    for element in page.iter("a", "button", "div", "section", "ul", "nav", "span"):
        for name in LOADS_MORE:
            found = page_url(element.get(name), url) if "/" in (element.get(name) or "") else None
            if found and split_number(found)[1] > number:
                yield found


def split_number(url: str, *, bare: bool = False) -> tuple[str, int]:
    """Take the number of a page out of its URL.

    Args:
        url: Of a page of a section.
        bare: A number that nothing marks as that of a page counts too: ``/news/2/``, ``list-2.html``.

    Returns:
        The URL without it, and the number; 0 where it has none: that is the first page.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    number, rest = 0, []
    for key, value in query:
        if key.lower() in PAGE_KEYS and value.isdecimal() and len(value) <= 6:
            number = max(number, int(value))
        else:
            rest.append((key, value))
    path = parts.path
    patterns = (_IN_PATH, _LAST_NUMBER) if bare else (_IN_PATH,)
    for pattern in patterns:
        if not number and (found := pattern.search(path)):
            number, path = int(found[1]), path[: found.start()] + path[found.end() :]
    path = re.sub(r"(?:[-_]|/index|[-_]page)?(?:\.\w{2,5})?$", "", path.rstrip("/"))
    base = urlunsplit((parts.scheme, parts.netloc, path or "/", urlencode(sorted(rest)), ""))
    return base, 0 if number == 1 else number


def _says_next(anchor: HtmlElement) -> bool:
    said = (text_of(anchor), anchor.get("aria-label") or "", anchor.get("title") or "")
    if any(_ORNAMENTS.sub(" ", one).strip().lower() in NEXT_PAGE for one in said):
        return True
    return bool(_LATER & set(re.split(r"[\s_-]+", (anchor.get("class") or "").lower())))
