"""The elements of a page that hold a headline, and what of their text is the headline."""

import copy
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.linked_data import INVISIBLE
from crawler.extraction.marks import room, text_of_element
from crawler.extraction.page import Page
from crawler.extraction.titles import beginnings, key

Headline = tuple[HtmlElement, str]
"""An element, and its text; a line for each piece that is shown apart."""

_HIDDEN = frozenset(
    {
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader-text",
        "headerlink",
        "permalink",
        "anchor",
    }
)
_KICKER = frozenset(
    {"kicker", "eyebrow", "overline", "topline", "roofline", "dachzeile", "surtitle", "supertitle"}
    | {"antetitulo", "occhiello", "flag", "label", "badge", "category", "rubrik"}
)
_MARKED = etree.XPath(
    "//*[@itemprop='headline' or contains(@class, 'title') or contains(@class, 'headline')]"
    "[self::h2 or self::h3 or self::div or self::p or self::span]"
)
_TITLE_CLASS = re.compile(
    r"(?:^|\s)(?:(?:entry|post|article|story|news|page|content)[-_]+(?:title|headline)|title|headline)(?:\s|$)",
    re.I,
)
_SAME_TEXT = etree.XPath("//body//*[normalize-space(text()) = $text]")
_PERMALINK = re.compile(r"\s*[¶#§🔗]\s*$")
_LEAST_ALONE = 10
"""Characters, two of a Japanese one, of what stands alone and begins ``<title>``: a section has fewer."""
_MAX_HEADLINES = 12
_MAX_MARKED = 200
_MAX_TITLE = 500
_MAX_BEGINNINGS = 5
"""Each is looked for on the whole page."""


def read_headlines(page: Page, site: set[str]) -> list[Headline]:
    """Give the headlines of a page in its order: of each ``h1``; else of what is marked as one.

    Where there is none, or they are subheads, it is what stands alone on the page and begins ``<title>``.
    An ``h1`` with a kicker gives two: without the kicker, and with it.

    Args:
        page: the whole page.
        site: keys (see ``titles.key``) of the names of the site, which stand in an ``h1`` on some sites.
    """
    heads = [one for element in page.elements["h1"][:_MAX_HEADLINES] for one in _variants(element)]
    if any(key(text) not in site for _, text in heads):
        return [*heads, *islice(_beginning_of_document(page), 1)] if _are_subheads(page, heads) else heads
    marked = islice(_MARKED(page.root), _MAX_MARKED)
    chosen = (
        e for e in marked if e.get("itemprop") == "headline" or _TITLE_CLASS.search(e.get("class") or "")
    )
    candidates = chain(
        (one for element in chosen for one in _variants(element)), _beginning_of_document(page)
    )
    return [*heads, *islice(candidates, 1)]


def _are_subheads(page: Page, heads: Sequence[Headline]) -> bool:
    """Tell whether there are several ``h1`` and ``<title>`` has none of them: they head parts of the text."""
    document = key(page.root.findtext("head/title") or "")
    return len(page.elements["h1"]) > 1 and not any(
        (own := key(text)) in document or document in own for _, text in heads
    )


def _beginning_of_document(page: Page) -> Iterator[Headline]:
    document = " ".join((page.root.findtext("head/title") or "").split())[:_MAX_TITLE]
    for text in islice(beginnings(document), _MAX_BEGINNINGS):
        if room(text) >= _LEAST_ALONE:
            yield from ((element, text) for element in _SAME_TEXT(page.root, text=text))


def find_headline(page: Page, title: str, heads: Sequence[Headline]) -> HtmlElement | None:
    """Give the element that holds the title: a headline, else a lower heading, else any."""
    wanted = key(title)
    for element, text in heads:
        if wanted and wanted in key(text):
            return element
    for element in page.root.iter("h2", "h3"):
        if wanted and key(text_of_element(element)) == wanted:
            return element
    return heads[0][0] if heads else next(iter(_SAME_TEXT(page.root, text=title)), None)


def _variants(element: HtmlElement) -> Iterator[Headline]:
    named = [(child, _class_names(child)) for child in element.iterdescendants()]
    hidden = [child for child, names in named if names & _HIDDEN and key(text_of_element(child))]
    kickers = [child for child, names in named if names & _KICKER]
    for left_out in [hidden + kickers, hidden] if kickers else [hidden]:
        if text := _PERMALINK.sub("", _text_without(element, left_out).translate(INVISIBLE))[:_MAX_TITLE]:
            yield element, text


def _class_names(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").lower().split())


def _text_without(element: HtmlElement, left_out: Sequence[HtmlElement]) -> str:
    if not left_out:
        return text_of_element(element)
    marked = set(left_out)
    rest = copy.deepcopy(element)
    for child, original in zip(list(rest.iterdescendants()), element.iterdescendants(), strict=True):
        if original in marked:
            child.clear(keep_tail=True)
    return text_of_element(rest)
